"""Where series break: dates at which what is counted, or how, changed."""

from __future__ import annotations

import tomllib
import warnings
from functools import cache
from importlib.resources import files

import pandas as pd

from placemix.about import About
from placemix.counts import Counts
from placemix.errors import BreakInSeries, InvalidParameter, did_you_mean
from placemix.harmonise.dates.periods import period
from placemix.harmonise.dates.spans import Period, decimal
from placemix.harmonise.groups.categories import schemes_by_id


def breaks(
    topic: str | None = None, *, since: str | Period | None = None, until: str | Period | None = None
) -> pd.DataFrame:
    """List where series break.

    Parameters
    ----------
    topic
        ``"ethnic group"``, ``"pupils' ethnic group"``, ``"deprivation"``, ``"claimants"``,
        ``"tenure"``, ``"population"`` and others. Default: all.
    since, until
        Only breaks between these two periods.

    Returns
    -------
    table
        `id`, `date`, `topics`, `says`, `source`, `unverified`.

    Raises
    ------
    InvalidParameter
        No break is known of the topic; the message proposes the nearest.

    Examples
    --------
    >>> breaks("deprivation", since="2019", until="2025")["id"].tolist()
    ['indices-of-deprivation-2025']
    """
    table = _breaks()
    if topic is not None:
        every = sorted({name for names in table["topics"] for name in names})
        if topic not in every:
            message = f"No break is known of {topic!r}; they are known of {', '.join(every)}."
            raise InvalidParameter(message, remedy=did_you_mean(topic, every))
        table = table[[topic in names for names in table["topics"]]]
    ends = [
        float("-inf") if since is None else period(since).middle,
        float("inf") if until is None else period(until).middle,
    ]
    date = table["date"].map(decimal)
    return table[(min(ends) < date) & (date <= max(ends))].reset_index(drop=True)


def warn_breaks(before: Counts, after: Counts, *, topic: str | None = None) -> tuple[str, ...]:
    """Warn of breaks between two counts, and return what they say.

    Parameters
    ----------
    before, after
        Counts whose `about.period` says when.
    topic
        As in `breaks`. Default: follows from a known classification of ethnic groups.

    Warns
    -----
    BreakInSeries
        What is counted, or how, changed between the two.
    """
    topic = topic or _topic(after.about) or _topic(before.about)
    if topic is None or before.about.period is None or after.about.period is None:
        return ()
    found = breaks(topic, since=before.about.period, until=after.about.period)
    told = tuple(
        f"{'UNVERIFIED: ' if row['unverified'] else ''}{row['says']} ({row['source']})"
        for row in found.to_dict("records")
    )
    if told:
        message = f"The series of {topic} breaks between {before.about.period} and {after.about.period}."
        warnings.warn(BreakInSeries(f"{message} {' '.join(told)}"), stacklevel=3)
    return told


def _topic(about: About) -> str | None:
    known = schemes_by_id().get(about.scheme or "")
    if known is None or known.variable != "self-defined ethnic group":
        return None
    return "pupils' ethnic group" if "pupil" in (about.universe or known.universe).casefold() else "ethnic group"


@cache
def _breaks() -> pd.DataFrame:
    text = files("placemix.harmonise.dates").joinpath("breaks.toml").read_text(encoding="utf-8")
    rows = [
        {**row, "topics": tuple(row["topics"]), "unverified": bool(row.get("unverified", False))}
        for row in tomllib.loads(text)["break"]
    ]
    return pd.DataFrame(rows).sort_values("date", kind="stable", ignore_index=True)
