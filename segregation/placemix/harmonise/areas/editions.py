"""Two editions of the same small areas: what a lookup with change codes allows to be moved."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, Table
from placemix.columns import native, one_name, taken
from placemix.crosswalks import Crosswalk, texts
from placemix.errors import (
    DuplicateUnit,
    InvalidCrosswalk,
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    VintageMismatch,
    did_you_mean,
    listed,
    plural,
    together,
)

#: Change codes of small-area lookups, and what they mean.
CODES = {"U": "unchanged", "S": "split", "M": "merged", "X": "irregular"}


def changes(
    lookup: Table,
    *,
    source: str,
    target: str,
    change: str,
    people: pd.Series | str | None = None,
    irregular: Literal["refuse", "people"] = "refuse",
    basis: str = "",
    version: str = "",
) -> Crosswalk:
    """Read a lookup between two editions of small areas, with a change code on each row.

    ``U`` (unchanged) is copied, ``M`` (merged) is summed, ``S`` (split) is shared out by the people
    of the parts, and ``X`` (irregular) is refused unless the people on the ground of each pair are
    given. Nothing has to be estimated on the areas that both editions have in common: that is what
    `common_areas` makes, and what to use where the smallest areas are not needed.

    Parameters
    ----------
    lookup
        Table with one row for each pair of units that share ground.
    source, target
        Columns with the ids of the edition to move from, and of that to move to; either may be the
        earlier.
    change
        Column with the codes.
    people
        People of each target, by id, to share splits out by (those who live in the parts now); or
        the name of a column of the lookup with the people on the ground of each pair.
    irregular
        ``"people"`` shares ``X`` out by the people of the targets too. They say nothing of which part
        of a target came from where, so that such sources are listed as `lossy`.
    basis
        What `people` counts, such as ``"residents 2021"``.
    version
        Where the lookup comes from, and of when.

    Returns
    -------
    crosswalk
        Of kind ``"weighted"``, or ``"exact"`` where nothing was split.

    Raises
    ------
    UnknownColumn
        The lookup lacks a column.
    InvalidCrosswalk
        Codes other than the four, or that contradict the rows; splits without people; irregular
        changes. The error lists every fault.
    UnmatchedUnit
        Parts of a split have no people given.
    VintageMismatch
        The lookup keeps one part of areas that were split, as best-fit versions do.

    Examples
    --------
    >>> lookup = pd.DataFrame({"old": ["a", "b", "b", "c", "d"], "new": ["a", "B1", "B2", "C", "C"],
    ...                        "change": list("USSMM")})
    >>> walk = changes(lookup, source="old", target="new", change="change", people=pd.Series({"B1": 30, "B2": 10}))
    >>> walk.apply(pd.Series({"a": 5.0, "b": 8.0, "c": 1.0, "d": 2.0})).to_dict()
    {'a': 5.0, 'B1': 6.0, 'B2': 2.0, 'C': 3.0}
    """
    if irregular not in {"refuse", "people"}:
        message = f"irregular is 'refuse' or 'people', not {irregular!r}."
        raise InvalidParameter(message, remedy=did_you_mean(irregular, ["refuse", "people"]))
    by_pair = isinstance(people, str)
    rows = _rows(lookup, source, target, change, str(people) if by_pair else None)
    faults = _contradictions(rows)
    _refuse_one_part(rows)
    several = rows["parts"] > 1
    odd = rows["change"] == "X"
    if odd.any() and not by_pair and (irregular == "refuse" or people is None):
        message = f"{plural(odd.sum(), 'pair is', 'pairs are')} irregular (X): their borders were drawn anew."
        remedy = (
            "Merge both editions with common_areas, which loses nothing; or name a column with the people on the "
            "ground of each pair as people=; or pass irregular='people' to go by the people of the targets, roughly."
        )
        faults.append(InvalidCrosswalk(message, units=rows.loc[odd, "source"].unique(), remedy=remedy))
    if (several & ~odd).any() and people is None:
        split = rows.loc[several & ~odd, "source"].unique()
        message = (
            f"{plural(len(split), 'source is', 'sources are')} split, and nothing says how many people went where."
        )
        remedy = (
            "Merge both editions with common_areas, which loses nothing; or pass people=, the residents of each "
            "part by id, to share them out."
        )
        faults.append(InvalidCrosswalk(message, units=split, remedy=remedy))
    if faults:
        raise together(faults)
    weights = np.ones(len(rows))
    if by_pair:
        weights = rows["people"].to_numpy()
    elif people is not None:
        weights[several] = _people_of(rows.loc[several, "target"], people)
    sources, targets = rows["source"].unique(), rows["target"].unique()
    lossy = None
    if odd.any() and not by_pair:
        ids = rows.loc[odd, "source"].unique()
        lossy = pd.Series("irregular change, shared out by the people of the new ones", index=ids, dtype=object)
    old, new = (pd.Index(ids).get_indexer(rows[name]) for ids, name in ((sources, "source"), (targets, "target")))
    weights = np.where(several, weights, 1.0)
    # Where nobody lives in any part now, nothing tells the parts apart.
    nobody = np.bincount(old, weights, minlength=len(sources))[old] <= 0
    weights = np.where(nobody, 1.0, weights)
    notes = []
    if nobody.any():
        names = rows.loc[nobody, "source"].unique()
        notes = [f"{plural(len(names), 'source')} without people in any part shared out alike: {listed(list(names))}."]
    return Crosswalk.from_pairs(
        old, new, weights, sources=sources, targets=targets, kind="weighted" if several.any() else "exact",
        basis=(basis or (f"{people} of each pair" if by_pair else "people of the parts")) if several.any() else "",
        version=version, lossy=lossy, notes=tuple(notes),
    )  # fmt: skip


def _rows(lookup: Table, source: str, target: str, change: str, people: str | None) -> pd.DataFrame:
    """Read the rows of a lookup of changes, each pair once, with the number of its ends."""
    table = native(lookup)
    roles = {"source": source, "target": target, "change": change}
    wanted = [one_name(role, name) for role, name in roles.items()] + ([people] if people else [])
    unknown = [name for name in wanted if name not in table.columns]
    if unknown:
        message = f"The lookup has no column {listed([repr(name) for name in unknown])}."
        remedy = f"{did_you_mean(unknown[0], table.columns)} It has: {listed(table.columns, shown=40)}."
        raise UnknownColumn(message, remedy=remedy.strip())
    rows = pd.DataFrame({role: taken(table, name) for role, name in roles.items()})
    half = rows.isna().any(axis=1).to_numpy()
    if half.any():
        places = [f"row {place}" for place in np.flatnonzero(half) + 1]
        message = f"{plural(half.sum(), 'row lacks', 'rows lack')} a source, a target or a change code."
        raise InvalidCrosswalk(message, units=places, remedy="Complete them, or leave them out and say so.")
    rows["source"], rows["target"] = texts(rows["source"]), texts(rows["target"])
    rows["change"] = rows["change"].astype(str).str.strip().str.upper()
    if people:
        rows["people"] = pd.to_numeric(taken(table, people), errors="coerce").to_numpy(
            dtype=np.float64, na_value=np.nan
        )
        wrong = ~(rows["people"] >= 0) | np.isinf(rows["people"])
        if wrong.any():
            message = f"Column {people!r}: {plural(wrong.sum(), 'number is', 'numbers are')} missing or below 0."
            raise InvalidCrosswalk(message, units=rows.loc[wrong, "source"], remedy="Missing is not 0.")
    rows = rows.drop_duplicates(ignore_index=True)
    twice = rows.duplicated(["source", "target"])
    if twice.any():
        message = f"{plural(twice.sum(), 'pair stands', 'pairs stand')} in the lookup twice, with different contents."
        raise DuplicateUnit(message, units=rows.loc[twice, "source"].unique(), remedy="Keep one row each.")
    rows["parts"] = rows.groupby("source")["target"].transform("size")
    rows["origins"] = rows.groupby("target")["source"].transform("size")
    return rows


def _contradictions(rows: pd.DataFrame) -> list[PlacemixError]:
    """Find codes that are none of the four, or that the rows themselves contradict."""
    faults: list[PlacemixError] = []
    strange = ~rows["change"].isin(list(CODES))
    if strange.any():
        words = listed([repr(code) for code in rows.loc[strange, "change"].unique()])
        meaning = ", ".join(f"{code} {word}" for code, word in CODES.items())
        message = f"Change codes that are not known: {words}."
        faults.append(InvalidCrosswalk(message, units=rows.loc[strange, "source"].unique(), remedy=f"Use {meaning}."))
    many = (rows["parts"] > 1) & (rows["origins"] > 1)
    wrong = {
        "U": (rows["parts"] > 1) | (rows["origins"] > 1),
        "S": many,
        "M": many,
    }
    for code, test in wrong.items():
        here = (rows["change"] == code) & test
        if here.any():
            message = (
                f"{plural(here.sum(), 'row is', 'rows are')} marked {code} ({CODES[code]}), which the rows contradict."
            )
            remedy = "A lookup of many-to-many pairs is irregular (X) there; check that the file is whole."
            faults.append(InvalidCrosswalk(message, units=rows.loc[here, "source"].unique(), remedy=remedy))
    return faults


def _refuse_one_part(rows: pd.DataFrame) -> None:
    lone = rows["change"].isin(["S", "M"]) & (rows["parts"] == 1) & (rows["origins"] == 1)
    if lone.any():
        message = (
            f"{plural(lone.sum(), 'area is', 'areas are')} marked as split or merged, and only one part is there: this "
            "is a best-fit version of the lookup, or a piece of it. The other parts would get nobody."
        )
        remedy = "Use the full lookup, which has one row for each part; or common_areas of it."
        raise VintageMismatch(message, units=rows.loc[lone, "source"].unique(), remedy=remedy)


def _people_of(targets: pd.Series, people: Any) -> FloatArray:  # noqa: ANN401
    given = people if isinstance(people, pd.Series) else pd.Series(people)
    given = given.set_axis(texts(given.index.to_series()).to_numpy())
    twice = given.index.duplicated()
    if twice.any():
        message = f"people names {plural(twice.sum(), 'target')} twice."
        raise DuplicateUnit(message, units=given.index[twice].unique(), remedy="Give one number each.")
    amounts = pd.to_numeric(given.reindex(targets), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    missing: BoolArray = ~(amounts >= 0) | np.isinf(amounts)
    if missing.any():
        message = f"{plural(missing.sum(), 'part of a split has', 'parts of splits have')} no people given."
        raise UnmatchedUnit(
            message, units=targets[missing].unique(), remedy="Missing is not 0: give the residents of each."
        )
    return amounts
