"""Which school followed which: links between schools, and the current URN of each for series over time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from placemix.crosswalks import Crosswalk
from placemix.errors import InvalidTable, UnknownColumn, listed, together
from placemix.readers.formats import columns
from placemix.readers.listed_values import dates, text_or_missing
from placemix.readers.raw import raw_table
from placemix.readers.schemas import faults, pattern

NEEDED = {
    "urn": "URN",
    "link_urn": "LinkURN",
    "link_name": "LinkName",
    "link_type": "LinkType",
    "date": "LinkEstablishedDate",
}


def gias_links(path: str | Path, *, encoding: str | None = None) -> pd.DataFrame:
    r"""Read which schools are linked, `links_edubasealldataYYYYMMDD.csv`.

    Parameters
    ----------
    path
        The CSV.
    encoding
        Encoding of the file. Default: UTF-8, else Windows-1252.

    Returns
    -------
    links
        One row a link: `urn`, `link_urn`, `link_name`, `link_type`, `date` (missing where blank)
        and `relation`: ``"predecessor"`` where `link_urn` came before `urn`, ``"successor"`` where
        it came after, and ``"other"`` for links that are no succession, such as shared sixth forms.

    Raises
    ------
    WrongFormat
        Columns are missing.
    InvalidTable
        URNs or dates are none.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "links_edubasealldata20210412.csv"
    >>> _ = file.write_text(
    ...     "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
    ...     "100001,100002,Mill Academy,Successor,01-09-2019\n100002,100001,Mill School,Predecessor,01-09-2019\n"
    ... )
    >>> gias_links(file)["relation"].tolist()
    ['successor', 'predecessor']
    >>> folder.cleanup()
    """
    import pandera.pandas as pa

    raw = raw_table(path, encoding=encoding)
    names = columns(raw, "gias_links", NEEDED)
    rows = pd.Index([f"row {number}" for number in range(1, len(raw.table) + 1)])
    table = pd.DataFrame({key: raw.table[names[key]] for key in NEEDED})
    check = pattern(r"\d{5,6}", "that is no URN of five or six digits")
    schema = pa.DataFrameSchema({name: pa.Column(checks=check) for name in ("urn", "link_urn")})
    wrong = faults(table[["urn", "link_urn"]], schema, rows)
    table["date"], said = dates(table["date"], names["date"], rows, forms=["%d-%m-%Y"])
    if wrong + said:
        raise together(wrong + said)
    kind = table["link_type"].str.casefold()
    table["relation"] = np.select(
        [kind.str.startswith("predecessor").to_numpy(), kind.str.startswith("successor").to_numpy()],
        ["predecessor", "successor"],
        default="other",
    )
    table["link_name"] = text_or_missing(table["link_name"])
    return table


def succession(links: pd.DataFrame, *, schools: Iterable[str] | None = None, until: str | None = None) -> Crosswalk:
    """Return the current URN of every school that others followed, for series over time.

    Parameters
    ----------
    links
        From `gias_links`. Each succession may be told from one side or both.
    schools
        URNs that the crosswalk must hold, such as ``counts.units``: those without a successor stay
        as they are. Default: the schools that the links name.
    until
        Day after which successions do not count, such as ``"2023-01-19"``. Those without a date
        count.

    Returns
    -------
    crosswalk
        Exact: every school goes whole to the last in its line. A school that was split between
        several goes nowhere, as do those before it; `left_out` says so.

    Raises
    ------
    UnknownColumn
        The table is not from `gias_links`.
    InvalidTable
        `until` is no date.

    Examples
    --------
    >>> links = pd.DataFrame({
    ...     "urn": ["1", "2", "4"], "link_urn": ["2", "3", "5"], "relation": "successor", "date": pd.NaT,
    ... })
    >>> succession(links).to_frame()[["source", "target"]].values.tolist()
    [['1', '3'], ['2', '3'], ['4', '5'], ['3', '3'], ['5', '5']]
    """
    absent = [name for name in ("urn", "link_urn", "relation", "date") if name not in links.columns]
    if absent:
        message = f"The links have no column {listed([*map(repr, absent)])}."
        raise UnknownColumn(message, remedy="Read them with readers.gias_links.")
    followers = _followers(links, until)
    reasons: dict[str, str] = {}
    last = {urn: _last(urn, followers, reasons) for urn in followers}
    named = [*followers, *(urn for several in followers.values() for urn in several)]
    sources = list(dict.fromkeys([*named, *(() if schools is None else map(str, schools))]))
    ends = {urn: last.get(urn, urn) for urn in sources}
    targets = list(dict.fromkeys(end for end in ends.values() if end is not None))
    place = {urn: number for number, urn in enumerate(targets)}
    pairs = [(number, place[end]) for number, urn in enumerate(sources) if (end := ends[urn]) is not None]
    old, new = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    left_out = pd.Series(reasons, name="reason", dtype=object)
    return Crosswalk.from_pairs(
        old, new, np.ones(len(old)), sources=sources, targets=targets, kind="exact",
        basis="successor schools", version="Get Information about Schools",
        left_out=left_out if len(left_out) else None,
    )  # fmt: skip


def _followers(links: pd.DataFrame, until: str | None) -> dict[str, list[str]]:
    """List the schools that followed each, once however often the links say so."""
    told = links[links["relation"].isin(["predecessor", "successor"])]
    if until is not None:
        day = pd.to_datetime(until, format="%Y-%m-%d", errors="coerce")
        if pd.isna(day):
            message = f"until is a day such as '2023-01-19', not {until!r}."
            raise InvalidTable(message)
        told = told[~(told["date"] > day)]
    after = (told["relation"] == "successor").to_numpy()
    old = np.where(after, told["urn"].astype(str), told["link_urn"].astype(str))
    new = np.where(after, told["link_urn"].astype(str), told["urn"].astype(str))
    followers: dict[str, list[str]] = {}
    for before, follower in zip(old, new, strict=True):
        several = followers.setdefault(str(before), [])
        if follower != before and str(follower) not in several:
            several.append(str(follower))
    return {urn: several for urn, several in followers.items() if several}


def _last(urn: str, followers: dict[str, list[str]], reasons: dict[str, str]) -> str | None:
    """Follow a line to its end; None, with the reason, where it parts or runs in a circle."""
    here, seen = urn, {urn}
    while here in followers:
        if len(followers[here]) > 1:
            whose = "" if here == urn else f"its successor {here} was "
            reasons[urn] = f"{whose}split between {', '.join(followers[here])}"
            return None
        here = followers[here][0]
        if here in seen:
            reasons[urn] = "its successors lead back to it"
            return None
        seen.add(here)
    return here
