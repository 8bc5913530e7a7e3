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
from placemix.scenarios.composition.growing import district_mix
from placemix.scenarios.people import scheme_people
from placemix.scenarios.people.assumed import assumed_mix
from placemix.scenarios.people.cases import cases_of, homes_of, timed
from placemix.scenarios.people.cells import KEYS as CELLS
from placemix.scenarios.people.occupancy import RESERVED, is_band, is_child
from placemix.scenarios.schemes.proposals import Scheme

#: How newcomers of a dimension are known, in words.
OF_PLAN, OF_HOMES, OF_MEAN, OF_DISTRICT = (
    "from the plan", "from who lives in such homes today", "as in the mean household of the evidence",
    "the mix of the district today",
)  # fmt: skip
#: What stands for the scheme where people leave for one.
MOVERS = "movers from within"
#: Kind of home where nobody says which, with the district's mean of people.
UNSTATED = "tenure not stated"


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
    for place, one in enumerate(cases):
        scheme, built = schemes[one.place], at[place]
        net = one.homes * built
        lived = 1 - scheme.vacancy
        mine = where[(where["reference"] == scheme.reference) & where["unit"].notna()]
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


def people_of(
    schemes: Sequence[Scheme], evidence: Evidence, *, years: Sequence[int] | None, not_phased: int
) -> pd.DataFrame:
    """People of schemes by year: by kind of home where the evidence tells, else by the district's mean.

    Parameters
    ----------
    schemes
        The schemes.
    evidence
        The evidence.
    years
        Years of the rows, as in `scheme_people`.
    not_phased
        Year in which schemes without one are complete.
    """
    table, source, mix, fill = evidence.occupancy, evidence.occupancy_source, evidence.mix, evidence.fill
    if table is None:
        table, source = district_occupancy(evidence, schemes)
        # All homes are alike, so that any mix gives the same people.
        mix = pd.DataFrame({"tenure": [UNSTATED], "bedrooms": [0], "share": [1.0]}) if mix is None else mix
    # Where nobody knows how many are children, that is not none.
    ageless = not tells_children(evidence)
    found = scheme_people(
        list(schemes), table, occupancy_source=source, children=[] if ageless else None, mix=mix,
        yields=evidence.yields, yield_source=evidence.yield_source, years=years, not_phased=not_phased, fill=fill,
        or_more=evidence.or_more if evidence.occupancy is not None else None,
    )  # fmt: skip
    return pd.DataFrame(found).assign(children=np.nan) if ageless else found


def tells_children(evidence: Evidence) -> bool:
    """Whether ages are told apart at 16: not of people of any age, nor with a band such as 15 to 19."""
    bands = ages_of(evidence)
    names = [] if bands is None else group_names(bands)
    if evidence.occupancy is not None:
        names = [str(name) for name in evidence.occupancy.columns if name not in {*CELLS, "households"}]
    return bool(names) and all(is_child(name) is not None for name in names)


def district_occupancy(evidence: Evidence, schemes: Sequence[Scheme]) -> tuple[pd.DataFrame, str]:
    """Occupancy where no table by kind of home is known: every home has the people of the district's mean household.

    Parameters
    ----------
    evidence
        The evidence; its people are divided by its households.
    schemes
        Schemes whose kinds of home the table must have.

    Raises
    ------
    InvalidParameter
        The evidence has no counts of people.
    """
    people = evidence.people
    if people is None:
        message = "Nothing says how many people live in a home."
        remedy = "Pass occupancy=, or residents by age among the dimensions."
        raise InvalidParameter(message, remedy=remedy)
    bands = ages_of(evidence)
    names = group_names(bands) if bands is not None else ["people of any age"]
    sums = bands.values.sum(axis=0) if bands is not None else np.array([people.total.sum()])
    kinds = {(UNSTATED, 0)}
    if evidence.mix is not None:
        kinds |= set(zip(evidence.mix["tenure"].astype(str), evidence.mix["bedrooms"].astype(int), strict=True))
    for one in schemes:
        kinds |= set(zip(one.homes["tenure"].astype(str), one.homes["bedrooms"].astype(int), strict=True))
    rows = sorted(kinds)
    table = pd.DataFrame(rows, columns=["tenure", "bedrooms"])
    table["households"] = float(evidence.homes.total.sum())
    for name, number in zip(names, sums, strict=True):
        table[name] = float(number)
    each = float(sums.sum()) / float(evidence.homes.total.sum())
    words = f"the mean of all households of the evidence, {each:.2f} people for each, whatever the home"
    return table, words


def ages_of(evidence: Evidence) -> Counts | None:
    """Return the dimension of age bands, if there is one: every group is a band whose youngest and oldest it names."""
    for one in evidence.dimensions.values():
        if not of_households(one) and all(is_band(name) for name in group_names(one)):
            return one
    return None


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
    if set(groups) <= set(people.columns) - set(RESERVED):
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
    return pd.concat([rows[list(KEYS)], pd.DataFrame(values, columns=group_names(counts))], axis=1)


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
