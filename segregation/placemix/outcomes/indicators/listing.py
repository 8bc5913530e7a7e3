"""The framework as a table: 46 rows, or what is known of each of the 25 indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from placemix._version import __version__
from placemix.errors import InvalidParameter
from placemix.outcomes.indicators.forms import FORMS
from placemix.outcomes.indicators.holdings import Given, held, held_table
from placemix.outcomes.indicators.reading import founding, own_rows
from placemix.outcomes.indicators.rows import Row
from placemix.outcomes.indicators.standing import standing, summary
from placemix.results import Call, remember

#: References of the founding text.
_CITES = ("johnson_2010",)


def framework(
    status: bool = False,  # noqa: FBT001, FBT002 (the one question there is)
    *,
    holdings: Mapping[str, Given] | pd.DataFrame | None = None,
    own: Sequence[str | Path] = (),
) -> pd.DataFrame:
    """List the framework's aims and indicators, or say what is known of each indicator.

    Six domains with 21 aims and 21 indicators, and overall social solidarity with 4 indicators of social capital.

    Parameters
    ----------
    status
        Whether to say of each of the 25 indicators what evidence there is, from `holdings`.
    holdings
        What you have, by a name of your own. Each is a mapping: `indicators` (ids it is evidence for), `table` (a
        table, counts, rates, or a list of columns), `columns` (which of its columns is which, as ``{"numerator":
        "value"}``), `groups` (how people are grouped, such as ``"ethnicity"``), `area` (``"district"``,
        ``"national"``), `period`, `published` (``"yes"``, ``"no"`` or ``"unknown"``: whether its publisher still
        publishes it), `publisher`; `proxy` (why, if it stands in for something else), `refused` (why, if it cannot be
        used at all).
    own
        TOML files of further domains of your own, in the form of those of placemix; the 46 ids are frozen.

    Returns
    -------
    frame
        Without status, one row for each aim and indicator. Columns: `id`, `domain`, `role` (``"aim"``, ``"indicator"``,
        ``"social capital"``), `wording`, `tenet` (``"equality"``, ``"interaction"``, ``"participation"``, ``"safety"``;
        the main one first), `kind` (``"outcome"``, ``"perception"``, ``"input"``), `measure` (what computes it),
        `also`, `value` (what its number is), `needs` (columns of a table that it takes), `counts` (of whom), `survey`
        (whether only people asked can tell), `proxy` (what usually stands in), `sources_then`, `sources_now`,
        `from_memory` (those not verified), `ehrc`, `ioi` (domains of the official frameworks), `note`, `version`.
        With status, a result of one row for each indicator. Columns: `id`, `domain`, `tenet`, `kind`, `wording`;
        `status` (``"by group"``, ``"by area only"``, ``"proxy"``, ``"no source"``), `groups`, `area`, `national`
        (whether all of it is of a whole nation), `period`, `last_year`, `published`, `holdings` (names of those that
        give it), `beside` (names of the others, with what they are or why they are refused), `estimate` (whether the
        measure can be computed), `lacking` (columns that the nearest table lacks), `reason`, `note`, `source`,
        `version`; `explain()` counts them.

    Raises
    ------
    InvalidConfig, UnreadableFile
        A file of your own has faults, all listed with their lines.
    InvalidTable, InvalidParameter, UnknownColumn
        A holding lacks what it must say, or names an indicator or column that is not there; all faults are listed.

    Notes
    -----
    What a row is called `kind` and where it stands in the two official frameworks is set by placemix. Nothing is summed
    up: there is no index of integration.

    References
    ----------
    Johnson 2010; Equality and Human Rights Commission, Measurement framework, 2017; Home Office, Indicators of
    Integration framework, third edition, 2019.

    Examples
    --------
    >>> import placemix as pm
    >>> rows = pm.outcomes.framework()
    >>> len(rows), rows["role"].value_counts().to_dict()
    (46, {'aim': 21, 'indicator': 21, 'social capital': 4})
    >>> rows.loc[rows["id"] == "work-indicator-3", ["measure", "tenet", "kind"]].values.tolist()
    [['representation', 'participation', 'outcome']]

    A table of pupils at the expected standard by ethnic group and district, and turnout by ward:

    >>> results = {
    ...     "indicators": ["education-indicator-1"], "table": ["group", "numerator", "denominator"], "area": "district",
    ...     "groups": "ethnicity", "period": "2015/16", "published": "yes",
    ... }
    >>> turnout = {
    ...     "indicators": ["politics-indicator-2"], "table": ["ward", "turnout"], "area": "ward", "period": "2024",
    ...     "columns": {"unit": "ward", "rate": "turnout"}, "published": "yes",
    ... }
    >>> found = pm.outcomes.framework(status=True, holdings={"results": results, "turnout": turnout})
    >>> print(found.explain())
    Of 25 indicators 1 is known by group, 1 by area only, 0 by a proxy; for 23 there is no source.
    """
    rows = [*founding(), *own_rows(own)]
    if not status:
        if holdings is not None:
            message = "holdings are given and no status is asked for."
            raise InvalidParameter(message, remedy="Call framework(status=True, holdings=…).")
        return _listed(rows)
    if holdings is None:
        message = "What is known cannot be told without holdings."
        raise InvalidParameter(message, remedy="Pass holdings={name: {…}}; an empty one says that there is nothing.")
    known = held(holdings, rows)
    frame = standing(rows, known)
    table = held_table(known)
    result = remember(frame, Call("outcomes.framework", {"holdings": table}, _arguments(own)))
    result.attrs["said"] = (len(frame), summary(frame))
    result.attrs["cites"] = _CITES
    return result


def _arguments(own: Sequence[str | Path]) -> dict[str, Any]:
    return {"status": True, **({"own": [str(path) for path in own]} if own else {})}


def _listed(rows: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [row.id for row in rows],
            "domain": [row.label for row in rows],
            "role": [row.role for row in rows],
            "wording": [row.wording for row in rows],
            "tenet": [", ".join(row.tenets) for row in rows],
            "kind": [row.kind for row in rows],
            "measure": [row.measure for row in rows],
            "also": [", ".join(row.also) for row in rows],
            "value": [FORMS[row.measure].value for row in rows],
            "needs": [", ".join(row.needs) for row in rows],
            "counts": [row.counts for row in rows],
            "survey": [row.survey for row in rows],
            "proxy": [row.proxy for row in rows],
            "sources_then": ["; ".join(row.then) for row in rows],
            "sources_now": ["; ".join(one.name for one in row.now) or "none known" for row in rows],
            "from_memory": ["; ".join(one.name for one in row.now if one.checked == "memory") for row in rows],
            "ehrc": [", ".join(row.ehrc) for row in rows],
            "ioi": [", ".join(row.ioi) for row in rows],
            "note": [row.note for row in rows],
            "version": __version__,
        }
    )
