"""Reference profiles: tables of tenure by group, checked, and never the mix of an area in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import FloatArray
from placemix.checks import id_text
from placemix.errors import (
    CountRateMix,
    DuplicateUnit,
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
)
from placemix.scenarios.equality.profiles import BESIDE

#: Name of a table that is given without one.
ALONE = "the table given"
#: What is said where there is no table.
NEEDED = "The equality annex needs a table of tenure by group, and none was given."
WHERE = (
    "For ethnic groups take RM134, 'Tenure by ethnic group (Household Reference Persons)', of the census of 2021 "
    "(Nomis NM_2234_1), or LC4201EW or DC4201EW of 2011; read it with placemix.readers.nomis and tenure_profile. "
    "The mix of an area is never taken in its place."
)


class References(NamedTuple):
    """The profiles.

    Attributes
    ----------
    names
        Of the profiles.
    counts
        Households or people of each profile, tenure and group, shape (profiles, tenures, groups).
    source
        Where each comes from.
    of
        Of which district each is, or None.
    table
        All of them as one table, which a pack can hold.
    """

    names: list[str]
    counts: FloatArray
    source: list[str]
    of: list[str | None]
    table: pd.DataFrame


def references_of(
    given: Any,  # noqa: ANN401
    *,
    groups: Sequence[str],
    tenures: Sequence[str],
    source: str | Mapping[str, str] | None,
    of: str | Mapping[str, str] | None,
    faults: list[PlacemixError],
) -> References | None:
    """Check tables of tenure by group.

    Parameters
    ----------
    given
        One table, tables by the name of their profile, or one with a column `profile`.
    groups
        Groups of the residents.
    tenures
        Tenures of the homes.
    source, of
        Where they come from, and of which district they are, for all or by profile.
    faults
        List that faults are added to.

    Returns
    -------
    references
        None where there are faults.
    """
    tables = _named(given, faults)
    before, found, sources, places = len(faults), [], [], []
    for name, table in tables.items():
        words = f"the profile {name!r}" if name != ALONE else ALONE
        own = _sound(table, words, groups, faults)
        told, place = _said(source, name, own, "source"), _said(of, name, own, "of")
        if told is None and own is not None:
            message = f"Nothing says where {words} comes from."
            faults.append(InvalidParameter(message, remedy="Pass tenure_groups_source='…', which every row repeats."))
        if own is not None:
            found.append(_needed(own, words, groups, tenures, faults))
        sources.append(told or "")
        places.append(place)
    for argument, value in (("tenure_groups_source", source), ("tenure_groups_of", of)):
        if isinstance(value, Mapping) and (strange := [key for key in value if key not in tables]):
            message = f"{argument} names what is no profile: {listed([*map(repr, strange)])}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(strange[0], tables)))
    if not tables or len(faults) > before:
        return None
    stacked = [_texts(table).assign(profile=name)[["profile", *_kept(table, groups)]] for name, table in tables.items()]
    return References(list(tables), np.stack(found), sources, places, pd.concat(stacked, ignore_index=True))


def _named(given: Any, faults: list[PlacemixError]) -> dict[str, Any]:  # noqa: ANN401
    """Tables by the name of their profile."""
    if given is None or (isinstance(given, Mapping) and not given):
        faults.append(InvalidParameter(NEEDED, remedy=WHERE))
        return {}
    if isinstance(given, Mapping):
        return {str(name): table for name, table in given.items()}
    if isinstance(given, pd.DataFrame) and "profile" in given.columns:
        return {str(name): part.drop(columns="profile") for name, part in given.groupby("profile", sort=False)}
    return {ALONE: given}


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """The table with names of columns and tenures as texts, the tenures in a column."""
    table = table.reset_index() if table.index.name == "tenure" and "tenure" not in table.columns else table
    table = pd.DataFrame(table).rename(columns=str).reset_index(drop=True)
    return table.assign(tenure=table["tenure"].map(id_text)) if "tenure" in table.columns else table


def _kept(table: pd.DataFrame, groups: Sequence[str]) -> list[str]:
    columns = set(_texts(table).columns)
    return ["tenure", *groups, *(name for name in ("of", "source") if name in columns)]


def _said(
    given: str | Mapping[str, str] | None, name: str, table: pd.DataFrame | None, column: str
) -> str | None:  # fmt: skip
    """What was said of a profile, or what stands in its own column."""
    told = given.get(name) if isinstance(given, Mapping) else given
    if told is None and table is not None and column in table.columns:
        texts = table[column].dropna().astype(str).unique()
        told = texts[0] if len(texts) == 1 else None
    return str(told) if told is not None and str(told).strip() else None


def _sound(
    table: Any, words: str, groups: Sequence[str], faults: list[PlacemixError]  # noqa: ANN401
) -> pd.DataFrame | None:  # fmt: skip
    """The table of one profile with numbers, or None."""
    if not isinstance(table, pd.DataFrame):
        message = f"{words[0].upper()}{words[1:]} must be a table of tenure by group, not a {type(table).__name__}."
        faults.append(InvalidTable(message, remedy=WHERE))
        return None
    made = _texts(table)
    if "tenure" not in made.columns:
        message = f"{words[0].upper()}{words[1:]} has no column 'tenure': it tells no tenure from another."
        faults.append(UnknownColumn(message, remedy=WHERE))
        return None
    if not len(made):
        faults.append(EmptyTable(f"{words[0].upper()}{words[1:]} has no rows.", remedy="Give one for each tenure."))
        return None
    before = len(faults)
    lost = [name for name in groups if name not in made.columns]
    strange = [name for name in made.columns if name not in groups and name not in BESIDE]
    if lost:
        message = f"The residents have groups that {words} has no column of: {listed([*map(repr, lost)])}."
        hints = " ".join(filter(None, (did_you_mean(name, strange) for name in lost)))
        faults.append(UnknownGroup(message, remedy=hints or "Name them alike with tenure_profile(groups=…)."))
    if strange:
        message = f"Columns of {words} are no groups of the residents: {listed([*map(repr, strange)])}."
        remedy = "Leave totals out, and put every group in one of the residents'."
        faults.append(UnknownGroup(message, remedy=remedy))
    if made["tenure"].duplicated().any():
        units = made.loc[made["tenure"].duplicated(), "tenure"].unique()
        faults.append(DuplicateUnit(f"Tenures stand twice in {words}.", units=units, remedy="Keep one row of each."))
    if len(faults) > before:
        return None
    for name in groups:
        made[name] = pd.to_numeric(made[name], errors="coerce").astype(np.float64)
    values = made[list(groups)].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        wrong = (~np.isfinite(values) | (values < 0)).any(axis=1)
    if wrong.any():
        message = f"Cells of {words} are missing, negative or no numbers."
        faults.append(InvalidCounts(message, units=made["tenure"][wrong], remedy="Missing is not 0: fill them in."))
        return None
    faults += [*_shares(values, words), *_one_mix(values, words)]
    return made if len(faults) == before else None


def _shares(values: FloatArray, words: str) -> list[PlacemixError]:
    """Faults of a table that holds shares of the tenures or of the groups."""
    if any(checks.rates(values.T)):
        message = f"The tenures of each group of {words} sum to 1 or 100: these are shares of groups, not households."
        return [CountRateMix(message, remedy="Give the number of households in each cell.")]
    return list(checks.rates(values))


def _one_mix(values: FloatArray, words: str) -> list[PlacemixError]:
    """A fault where every tenure has the same mix, as where an area's shares were repeated."""
    values = values[values.sum(axis=1) > 0]
    if len(values) < 2 or not ((values > 0).sum(axis=1) > 1).any():
        return []
    shares = values / values.sum(axis=1, keepdims=True)
    if not np.allclose(shares, shares[0], rtol=0, atol=1e-9):
        return []
    message = f"Every tenure of {words} has the same mix: that is the mix of an area, and no table of tenure by group."
    return [InvalidTable(message, remedy=WHERE)]


def _needed(
    table: pd.DataFrame, words: str, groups: Sequence[str], tenures: Sequence[str], faults: list[PlacemixError]
) -> FloatArray:
    """Rows of the tenures that the homes have, shape (tenures, groups)."""
    index = pd.Index(table["tenure"])
    at = index.get_indexer(pd.Index(tenures, dtype=object))
    lost = [name for name, place in zip(tenures, at, strict=True) if place < 0]
    if lost:
        hints = " ".join(filter(None, (did_you_mean(name, index) for name in lost)))
        message = f"{words[0].upper()}{words[1:]} lacks tenures that the homes have."
        faults.append(UnmatchedUnit(message, units=lost, remedy=hints or f"It has {listed(list(index), shown=12)}."))
    values = table[list(groups)].to_numpy(dtype=np.float64)[at]
    empty = [name for name, place, row in zip(tenures, at, values, strict=True) if place >= 0 and not row.sum() > 0]
    if empty:
        message = f"Nobody lives in homes of these tenures in {words}."
        faults.append(InvalidCounts(message, units=empty, remedy="Take a larger area, or another profile."))
    return values
