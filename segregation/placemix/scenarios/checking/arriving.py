"""Homes and people of schemes by unit: what is added to each table of the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, PlacemixError, UnmatchedUnit, did_you_mean, listed, together
from placemix.results import group_names
from placemix.scenarios.checking.facts import KEYS, KINDS, Evidence, of_households
from placemix.scenarios.checking.peopling import told_ages
from placemix.scenarios.composition.growing import district_mix
from placemix.scenarios.people.assumed import assumed_mix
from placemix.scenarios.people.cases import cases_of, homes_of, timed
from placemix.scenarios.schemes.proposals import Scheme

#: How newcomers of a dimension are known, in words.
OF_PLAN, OF_HOMES, OF_MEAN, OF_DISTRICT = (
    "from the plan", "from who lives in such homes today", "as in the mean household of the evidence",
    "the mix of the district today",
)  # fmt: skip
#: What stands for the scheme where people leave for one.
MOVERS = "movers from within"


def households(schemes: Sequence[Scheme], where: pd.DataFrame, evidence: Evidence, *, year: int) -> pd.DataFrame:
    """Households that schemes add by tenure and unit, by the end of a year.

    Parameters
    ----------
    schemes
        The schemes.
    where
        What `placed` gave of them.
    evidence
        The evidence; its mix is assumed of schemes that state none.
    year
        Year of the comparison. Schemes without years are taken to be complete.

    Returns
    -------
    added
        One row for each scheme, end of its range and unit: `reference`, `case`, `unit`, `share` (of the
        scheme), `homes` (net), `occupied` (less those that stand empty), and a column for each tenure, of occupied
        homes; missing where the mix is not known.

    Raises
    ------
    UnmatchedUnit
        Schemes have tenures that the homes of the evidence do not tell apart.
    """
    mix = None if evidence.mix is None else _mix(evidence.mix)
    cases = cases_of(tuple(schemes), mixable=mix is not None)
    homes, owner = homes_of(tuple(schemes), cases, mix)
    tenures = group_names(evidence.homes)
    _refuse_tenures(homes, tenures)
    last = max([year, *(int(when) for one in schemes for when in one.phasing.index)])
    case, years, done = timed(tuple(schemes), cases, sorted({year, last}), year)
    at = {int(one): share for one, when, share in zip(case, years, done, strict=True) if when in {year, None}}
    sums = np.zeros((len(cases), len(tenures)))
    if len(homes):
        column = homes["tenure"].map(tenures.index).to_numpy(dtype=np.int64)
        np.add.at(sums, (owner, column), (homes["built"] - homes["demolished"]).to_numpy(dtype=np.float64))
    rows = []
    laid = {str(name): part for name, part in where[where["unit"].notna()].groupby("reference", sort=False)}
    nowhere = where.iloc[:0]
    for place, one in enumerate(cases):
        scheme, built = schemes[one.place], at[place]
        net = one.homes * built
        lived = 1 - scheme.vacancy
        mine = laid.get(scheme.reference, nowhere)
        for unit, share in zip(mine["unit"], mine["share"], strict=True):
            kinds = sums[place] * built * lived * share if one.mixed else np.full(len(tenures), np.nan)
            if one.homes == 0 and not one.mixed:
                kinds = np.zeros(len(tenures))
            rows.append([scheme.reference, one.name, unit, share, net * share, net * lived * share, *kinds])
    return pd.DataFrame(rows, columns=[*KEYS, *KINDS, *tenures])


def _mix(mix: pd.DataFrame) -> pd.DataFrame:
    faults: list[PlacemixError] = []
    found = assumed_mix(mix, faults)
    if found is None:
        raise together(faults)
    return found[0]


def _refuse_tenures(homes: pd.DataFrame, tenures: list[str]) -> None:
    strange = sorted({str(one) for one in homes["tenure"]} - set(tenures))
    if strange:
        message = f"The homes of the evidence are not told apart by {listed([*map(repr, strange)])}."
        hints = " ".join(filter(None, (did_you_mean(name, tenures) for name in strange)))
        raise UnmatchedUnit(message, units=strange, remedy=hints or f"Its tenures are {', '.join(tenures)}.")


def most(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the most of what is a range.

    Examples
    --------
    >>> frame = pd.DataFrame({"reference": ["a", "b", "b"], "case": ["stated", "low", "high"], "homes": [10, 5, 8]})
    >>> most(frame)["homes"].tolist()
    [10, 8]
    """
    return pd.DataFrame(frame[frame["case"] != "low"]).reset_index(drop=True)


def ends(frame: pd.DataFrame) -> pd.DataFrame:
    """Give schemes whose homes are stated both ends, where others have a range: a plan has a low and a high end.

    Examples
    --------
    >>> frame = pd.DataFrame({"reference": ["a", "b", "b"], "case": ["stated", "low", "high"], "homes": [10, 5, 8]})
    >>> ends(frame).groupby("case")["homes"].sum().to_dict()
    {'high': 18, 'low': 15}
    """
    if not frame["case"].isin(["low", "high"]).any():
        return frame
    stated = frame["case"] == "stated"
    parts = [frame[stated].assign(case=end) for end in ("low", "high")]
    return pd.concat([frame[~stated], *parts], ignore_index=True)


def has_district_mix(counts: Counts, evidence: Evidence) -> bool:
    """Whether newcomers of a further table are taken to have the mix of the district."""
    return of_households(counts) or not set(group_names(counts)) <= set(told_ages(evidence))


def newcomers(
    counts: Counts, evidence: Evidence, homes: pd.DataFrame, people: pd.DataFrame, *, of_the_homes: bool
) -> tuple[pd.DataFrame, str]:
    """Who comes to each unit, in the groups of a table, and how that is known, in words.

    Parameters
    ----------
    counts
        The table, as it would be without the schemes.
    evidence
        The evidence, for its districts.
    homes
        What `households` gave.
    people
        People of each scheme and end of its range in that year, with columns of age bands.
    of_the_homes
        Whether the table is that of the homes, whose groups are tenures.
    """
    groups = group_names(counts)
    known = homes["occupied"].notna().to_numpy()
    if of_the_homes:
        known = homes[groups].notna().all(axis=1).to_numpy()
        return homes.loc[known, [*KEYS, *groups]].reset_index(drop=True), OF_PLAN
    rows = homes.loc[known, [*KEYS, "share", "occupied"]].reset_index(drop=True)
    many = rows["occupied"].to_numpy(dtype=np.float64)
    if of_households(counts):
        return _of_district(counts, evidence, rows, many), OF_DISTRICT
    persons = people.set_index(["reference", "case"])
    own = persons.reindex(pd.MultiIndex.from_frame(rows[["reference", "case"]]))
    part = rows["share"].to_numpy(dtype=np.float64)
    if not has_district_mix(counts, evidence):
        values = own[groups].to_numpy(dtype=np.float64) * part[:, np.newaxis]
        found = pd.concat([rows[list(KEYS)], pd.DataFrame(values, columns=groups)], axis=1)
        how = OF_MEAN if evidence.occupancy is None else OF_HOMES
        return found[np.isfinite(values).all(axis=1)].reset_index(drop=True), how
    added = own["people"].to_numpy(dtype=np.float64) * part
    here = np.isfinite(added)
    return _of_district(counts, evidence, rows[here].reset_index(drop=True), added[here]), OF_DISTRICT


def _of_district(counts: Counts, evidence: Evidence, rows: pd.DataFrame, added: FloatArray) -> pd.DataFrame:
    """Newcomers with the mix of the district; where fewer than nobody come, those who leave have the unit's own."""
    code = np.zeros(len(counts), dtype=np.int64)
    if evidence.district is not None:
        code = pd.factorize(counts.strata[evidence.district].astype(str))[0].astype(np.int64)
    where = counts.units.get_indexer(rows["unit"])
    mix = district_mix(counts.values, code, int(code.max()) + 1)[where]
    own = counts.values[where]
    sums = own.sum(axis=1, keepdims=True)
    own = np.divide(own, sums, out=np.zeros_like(own), where=sums > 0)
    values = np.where((added < 0)[:, np.newaxis], own, mix) * added[:, np.newaxis]
    found = pd.concat([rows[list(KEYS)], pd.DataFrame(values, columns=group_names(counts))], axis=1)
    # A district in which nobody lives has no mix that newcomers could have.
    return found[np.isfinite(values).all(axis=1)].reset_index(drop=True)


def mapped(counts: Counts, evidence: Evidence) -> Counts:
    """Give a table the places of the homes, whose units it has."""
    if counts.units.equals(evidence.homes.units):
        return replace(counts, geometry=evidence.homes.geometry)
    at = evidence.homes.units.get_indexer(counts.units)
    return replace(counts, geometry=evidence.homes.geometry.iloc[at].reset_index(drop=True))


def leaving(counts: Counts, evidence: Evidence, homes: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Who leaves each unit of the district for the schemes: movers from within, with the mix of the unit they leave.

    Parameters
    ----------
    counts
        A table of people.
    evidence
        The evidence, for its districts.
    homes, people
        What schemes add, by unit and in all.

    Returns
    -------
    leaving
        As `newcomers`, with people below 0; no rows where nobody comes from within.
    """
    groups = group_names(counts)
    moving = people.set_index(["reference", "case"])["from_internal"]
    rows = homes.loc[:, [*KEYS, "share"]]
    each = moving.reindex(pd.MultiIndex.from_frame(rows[["reference", "case"]])).to_numpy(dtype=np.float64)
    rows = rows.assign(moving=np.nan_to_num(each) * rows["share"].to_numpy(dtype=np.float64))
    label = pd.Series("", index=range(len(counts)))
    if evidence.district is not None:
        label = counts.strata[evidence.district].astype(str).reset_index(drop=True)
    rows["district"] = label.to_numpy()[counts.units.get_indexer(rows["unit"])]
    parts = []
    for (case, district), part in rows.groupby(["case", "district"], sort=False):
        if not part["moving"].sum():
            continue
        here = (label == district).to_numpy()
        own = counts.values[here]
        if not own.sum() > 0:
            message = f"People would come from within {district or evidence.name}, where nobody lives."
            raise InvalidParameter(message, remedy="Take internal=0 for its schemes.")
        values = -part["moving"].sum() * own / own.sum()
        found = pd.DataFrame(values, columns=groups)
        parts.append(found.assign(reference=MOVERS, case=case, unit=np.asarray(counts.units, dtype=object)[here]))
    columns = [*KEYS, *groups]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def changed(counts: Counts, added: pd.DataFrame) -> Counts:
    """Return a table with newcomers added.

    Parameters
    ----------
    counts
        The table.
    added
        What `newcomers` or `leaving` gave.

    Raises
    ------
    InvalidParameter
        More people or homes of a group would leave a unit than are there.
    """
    values, total = counts.values.copy(), counts.total.copy()
    where = counts.units.get_indexer(added["unit"])
    extra = added[group_names(counts)].to_numpy(dtype=np.float64)
    np.add.at(values, where, extra)
    np.add.at(total, where, extra.sum(axis=1))
    # What rounding leaves of a group that goes altogether is nobody.
    near = np.abs(values) < 1e-9
    values = np.where(near & (values < 0), 0.0, values)
    gone = (values < 0).any(axis=1)
    if gone.any():
        message = "More homes of a kind would be pulled down than there are."
        raise InvalidParameter(message, units=counts.units[gone], remedy="Check what is demolished there.")
    return replace(counts, values=values, total=total, error=None, low=None, high=None)
