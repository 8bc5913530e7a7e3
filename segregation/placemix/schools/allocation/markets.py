"""A market for school places: pupils, schools, what pupils prefer and whom schools must take first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    together,
)
from placemix.schools.allocation.one_map import metres_of_map

#: What becomes of a preference for a school that is not among the schools.
Closed: TypeAlias = Literal["refuse", "skip"]
#: Criteria of admission, or those of each policy.
Criteria: TypeAlias = Sequence[str] | Mapping[str, Sequence[str]]

#: Distances that are so many times straight lines, or so small a part, are in another unit.
_UNIT = 20.0
#: What a place is given by where no criterion is met.
OTHERS = "tie-break"


@dataclass(frozen=True, eq=False, repr=False)
class Market:
    """Pupils and schools, checked once; make one with `market`.

    Attributes
    ----------
    pupils, schools
        Ids, sorted as text, so that no order of rows changes an outcome.
    groups, group
        Names of groups, and each pupil's, shape (pupils,).
    places
        Places of each school, shape (schools,).
    start, school, rank
        First preference of each pupil, shape (pupils + 1,); school and rank of each, best first, (preferences,).
    standing
        Place of the first criterion that a pupil meets at a school, 0 the best, shape (preferences,).
    criteria
        Names of criteria for each school, in order.
    policy
        Word for how each school admits, shape (schools,).
    distance
        Distance of each preference, or None where none was given.
    band, bands
        Band of each pupil, and how many there are; None without bands.
    banded
        Schools that admit by bands, shape (schools,).
    pupil_xy, school_xy
        Where pupils and schools are, shape (…, 2), or None.
    notes
        What a result must say.
    """

    pupils: pd.Index
    schools: pd.Index
    groups: tuple[str, ...]
    group: IntArray
    places: IntArray
    start: IntArray
    school: IntArray
    rank: IntArray
    standing: IntArray
    criteria: tuple[tuple[str, ...], ...]
    policy: Any
    distance: FloatArray | None
    band: IntArray | None
    bands: int
    banded: BoolArray
    pupil_xy: FloatArray | None
    school_xy: FloatArray | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"<Market: {len(self.pupils):,} pupils, {len(self.schools):,} schools with {self.places.sum():,} places, "
            f"{len(self.school):,} preferences, {len(self.groups)} groups>"
        )


def market(
    pupils: pd.DataFrame,
    schools: pd.DataFrame,
    preferences: pd.DataFrame,
    *,
    group: str,
    criteria: Criteria,
    pupil: str = "pupil",
    school: str = "school",
    rank: str = "rank",
    places: str = "places",
    policy: str | None = None,
    distance: str | None = None,
    band: str | None = None,
    banded: Iterable[str] = (),
    xy: tuple[str, str] | None = None,
    closed: Closed = "refuse",
) -> Market:
    """Check pupils, schools and preferences, and make them ready for `admit` and `lotteries`.

    Parameters
    ----------
    pupils
        One row a pupil: id, group, columns that criteria name, band.
    schools
        One row a school: id, places, policy.
    preferences
        One row for each school that a pupil names: ids, rank (1 is best; gaps do not matter), distance, columns that
        criteria name.
    group
        Column of the pupils' groups.
    criteria
        Columns of `preferences` or of `pupils` that are true or false, the first that is met counting: such as
        ``["looked_after", "sibling", "catchment"]``. A mapping gives those of each policy.
    pupil, school, rank, places
        Names of these columns.
    policy
        Column of `schools` that says how a school admits, for criteria and tie-breaks by policy.
    distance
        Column of `preferences` with the distance from home, for the tie-break by distance and for travel; in the
        units of `xy`, if both are given.
    band, banded
        Column of `pupils` with their ability band, and the policies of schools that take a share of each band.
    xy
        Columns with coordinates in both `pupils` and `schools`, for placing those whom no school of their choice
        takes: metres, or the units of the map where a table has one. Either may give a geometry column instead.
    closed
        Whether a preference for a school that is not in `schools` is refused, or skipped and counted.

    Returns
    -------
    market
        Everything checked; ids sorted as text.

    Raises
    ------
    UnmatchedUnit
        A preference names a pupil or a school that is not there.
    InvalidTable
        A pupil has no group, a place is no whole number, a pupil names a school twice, a criterion is not true or
        false. All faults come in one error.
    UnknownColumn
        A column is not there.
    CRSMismatch, GeographicCRS
        Geometries are in degrees, or not on one map.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> schools = town.schools[town.schools["phase"] == "secondary"]
    >>> pm.schools.market(town.applicants, schools, town.preferences, group="group", distance="distance",
    ...                   criteria=["looked_after", "sibling", "catchment"])
    <Market: 4,514 pupils, 18 schools with 4,530 places, 16,890 preferences, 5 groups>
    """
    by_policy = criteria if isinstance(criteria, Mapping) else {"": criteria}
    wanted = list(dict.fromkeys(name for names in by_policy.values() for name in names))
    _columns(
        ("pupils", pupils, [pupil, group, band]),
        ("schools", schools, [school, places, policy]),
        ("preferences", preferences, [pupil, school, rank, distance]),
    )
    lacking = [name for name in wanted if name not in preferences.columns and name not in pupils.columns]
    if lacking:
        known = [*preferences.columns, *pupils.columns]
        message = f"Neither preferences nor pupils have the criterion {listed(lacking)}."
        raise UnknownColumn(
            message, remedy=did_you_mean(lacking[0], known) or "Criteria are columns of true and false."
        )
    faults: list[PlacemixError] = [*_ids(pupils, pupil, "pupil"), *_ids(schools, school, "school")]
    faults += _group_faults(pupils, pupil, group)
    faults += _places_faults(schools, school, places)
    if faults:
        raise together(faults)
    people = pupils.assign(_id=id_texts(pupils[pupil])).sort_values("_id", kind="stable", ignore_index=True)
    offered = schools.assign(_id=id_texts(schools[school])).sort_values("_id", kind="stable", ignore_index=True)
    named, notes = _preferences(preferences, people["_id"], offered["_id"], (pupil, school, rank), closed)
    policies = _policies(offered, policy, by_policy, banded)
    held = {name: _truths(name, named, people, pupil) for name in wanted}
    standing = _standing(named, policies, by_policy, held)
    codes, names = pd.factorize(people[group].astype(str), sort=True)
    category = people[group].dtype
    if isinstance(category, pd.CategoricalDtype):
        names = pd.Index(category.categories.astype(str))
        codes = people[group].cat.codes.to_numpy()
    start = np.append(0, np.cumsum(np.bincount(named["_pupil"], minlength=len(people)))).astype(np.int64)
    apart = None if distance is None else _distances(named, distance, pupil)
    levels = None if band is None else _bands(people, band, pupil)
    if "simulated" in preferences.columns and "note" in preferences.columns:
        notes += preferences.loc[preferences["simulated"].astype(bool), "note"].dropna().astype(str).unique().tolist()
    scale = 1.0 if xy is None else metres_of_map(pupils, schools, xy)
    ends = (
        None
        if xy is None
        else tuple(_coordinates(*side) * scale for side in ((people, xy, "pupils"), (offered, xy, "schools")))
    )
    if ends is not None and apart is not None:
        _one_unit(apart, ends[0][named["_pupil"]] - ends[1][named["_school"]])
    alone = int((np.diff(start) == 0).sum())
    if alone:
        notes.append(f"{alone:,} pupils name no school.")
    return Market(
        pupils=pd.Index(people["_id"], name="pupil"),
        schools=pd.Index(offered["_id"], name="school"),
        groups=tuple(map(str, names)),
        group=codes.astype(np.int64),
        places=offered[places].to_numpy().astype(np.int64),
        start=start,
        school=named["_school"].to_numpy().astype(np.int64),
        rank=named[rank].to_numpy().astype(np.int64),
        standing=standing,
        criteria=tuple(tuple(by_policy[key]) for key in policies),
        policy=policies,
        distance=apart,
        band=levels,
        bands=0 if levels is None else int(levels.max()) + 1,
        banded=np.isin(policies, list(banded)) if band is not None else np.zeros(len(offered), dtype=bool),
        pupil_xy=None if ends is None else ends[0],
        school_xy=None if ends is None else ends[1],
        notes=tuple(notes),
    )


def _columns(*tables: tuple[str, pd.DataFrame, list[str | None]]) -> None:
    faults = []
    for what, table, names in tables:
        for name in filter(None, names):
            if name not in table.columns:
                message = f"The {what} have no column {name!r}."
                faults.append(UnknownColumn(message, remedy=did_you_mean(name, table.columns)))
    if faults:
        raise together(faults)


def _ids(table: pd.DataFrame, column: str, what: str) -> list[PlacemixError]:
    ids = table[column]
    faults: list[PlacemixError] = []
    if not len(table):
        faults.append(InvalidTable(f"There are no {what}s."))
    if ids.isna().any():
        faults.append(InvalidTable(f"{ids.isna().sum():,} rows have no {what}.", remedy="Give each row an id."))
    texts = id_texts(ids)
    twice = texts[texts.duplicated()]
    if len(twice):
        faults.append(DuplicateUnit(f"A {what} stands on two rows.", units=twice.unique(), remedy="Keep one row each."))
    return faults


def _group_faults(pupils: pd.DataFrame, pupil: str, group: str) -> list[PlacemixError]:
    lost = pupils[group].isna()
    if not lost.any():
        return []
    message = f"{lost.sum():,} pupils are in no group."
    remedy = "Give them one, such as 'not stated': no child is left out."
    return [InvalidTable(message, units=pupils.loc[lost, pupil], remedy=remedy)]


def _places_faults(schools: pd.DataFrame, school: str, places: str) -> list[PlacemixError]:
    column = schools[places]
    if not pd.api.types.is_numeric_dtype(column):
        return [NotNumbers(f"{places!r} holds text.", remedy="Places are whole numbers.")]
    wrong = column.isna() | (column < 0) | (column % 1 != 0)
    if not wrong.any():
        return []
    message = f"{wrong.sum():,} schools have places that are missing, negative or no whole number."
    return [InvalidCounts(message, units=schools.loc[wrong, school], remedy="0 is a school that takes nobody.")]


def _preferences(
    table: pd.DataFrame, pupils: pd.Series, schools: pd.Series, names: tuple[str, str, str], closed: Closed
) -> tuple[pd.DataFrame, list[str]]:
    """Preferences with positions instead of ids, best first for each pupil; and what a result must say."""
    if closed not in {"refuse", "skip"}:
        message = f"closed is 'refuse' or 'skip', not {closed!r}."
        raise InvalidParameter(message)
    pupil, school, rank = names
    who = pd.Index(pupils).get_indexer(id_texts(table[pupil]))
    where = pd.Index(schools).get_indexer(id_texts(table[school]))
    faults: list[PlacemixError] = []
    notes: list[str] = []
    if (who < 0).any():
        message = f"{(who < 0).sum():,} preferences are of pupils who are not among the pupils."
        faults.append(UnmatchedUnit(message, units=table.loc[who < 0, pupil].unique(), remedy="Give them a row."))
    if (where < 0).any():
        unknown = id_texts(table.loc[where < 0, school]).unique()
        many = f"{(where < 0).sum():,} preferences name {len(unknown):,} schools that are not among the schools"
        if closed == "refuse":
            remedy = "Correct the id, or pass closed='skip' for a school that closed: its pupils go on to their next."
            faults.append(UnmatchedUnit(f"{many}.", units=unknown, remedy=remedy))
        else:
            notes.append(f"{many}, and were skipped: {listed(list(unknown))}.")
    numbers = pd.to_numeric(table[rank], errors="coerce")
    odd = numbers.isna() | (numbers < 1) | (numbers % 1 != 0)
    if odd.any():
        message = f"{odd.sum():,} preferences have no rank of 1, 2, 3 …"
        faults.append(InvalidTable(message, units=table.loc[odd, pupil].unique(), remedy="1 is the best."))
    for what, column in (("school", id_texts(table[school])), ("rank", numbers)):
        twice = pd.DataFrame({"pupil": who, what: column}).duplicated() & (who >= 0)
        if twice.any():
            message = f"{twice.sum():,} times a pupil names a {what} twice."
            faults.append(InvalidTable(message, units=table.loc[twice, pupil].unique(), remedy="Keep one of them."))
    if faults:
        raise together(faults)
    known = table.assign(_pupil=who, _school=where)[where >= 0]
    return known.sort_values(["_pupil", rank], kind="stable", ignore_index=True), notes


def _policies(
    schools: pd.DataFrame, policy: str | None, criteria: Mapping[str, Sequence[str]], banded: Iterable[str]
) -> Any:  # noqa: ANN401
    if policy is None:
        if set(criteria) != {""}:
            message = "Criteria by policy need the column of schools that says which policy each has."
            raise InvalidParameter(message, remedy="Pass policy=.")
        return np.array([""] * len(schools), dtype=object)
    found = schools[policy].astype(str).to_numpy(dtype=object)
    if set(criteria) == {""}:
        message = f"Criteria of each policy are needed: {listed(sorted(set(found)))}."
        raise InvalidParameter(message, remedy="Pass criteria={policy: […], …}, or leave policy out.")
    lacking = sorted(set(found) - set(criteria))
    unknown = sorted(set(banded) - set(found))
    if lacking or unknown:
        message = (
            f"There are no criteria for the policy {listed(lacking)}." if lacking else f"No school has {unknown[0]!r}."
        )
        raise InvalidParameter(message, remedy=f"The policies are {listed(sorted(set(found)))}.")
    return found


def _truths(name: str, named: pd.DataFrame, people: pd.DataFrame, pupil: str) -> BoolArray:
    """Where a criterion is met, shape (preferences,)."""
    own = name in named.columns
    column = named[name] if own else people[name]
    truths = column.dropna().isin([True, False]).all() and not column.isna().any()
    if not truths:
        message = f"The criterion {name!r} is not true or false everywhere."
        ids = (named if own else people).loc[~column.isin([True, False]), pupil].unique()
        raise InvalidTable(message, units=ids, remedy="Fill what is missing: nobody is taken to meet it, or not to.")
    values: BoolArray = column.to_numpy().astype(bool)
    return values if own else values[named["_pupil"]]


def _standing(
    named: pd.DataFrame,
    policies: Any,  # noqa: ANN401
    criteria: Mapping[str, Sequence[str]],
    held: Mapping[str, BoolArray],
) -> IntArray:
    standing = np.zeros(len(named), dtype=np.int64)
    here = policies[named["_school"]]
    for policy, names in criteria.items():
        which = here == policy
        level = np.full(len(named), len(names))
        for place, name in reversed(list(enumerate(names))):
            level[held[name]] = place
        standing[which] = level[which]
    return standing


def _distances(named: pd.DataFrame, distance: str, pupil: str) -> FloatArray:
    values = pd.to_numeric(named[distance], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~(values >= 0) | np.isinf(values)
    if wrong.any():
        message = f"{wrong.sum():,} preferences have no distance, or a negative one."
        remedy = "Missing is never 0: give a distance, or leave the preference out."
        raise InvalidTable(message, units=named.loc[wrong, pupil].unique(), remedy=remedy)
    return values


def _one_unit(distance: FloatArray, between: FloatArray) -> None:
    """Refuse distances in kilometres or miles beside coordinates in metres: travel would be a mean of both."""
    straight = np.hypot(between[:, 0], between[:, 1])
    known = (straight > 0) & (distance > 0)
    if not known.any():
        return
    times = float(np.median(distance[known] / straight[known]))
    if not 1 / _UNIT < times < _UNIT:
        message = f"Distances are {times:.3g} times the straight lines between the coordinates, in the median."
        remedy = "Give both in one unit: distances in metres beside coordinates in metres, or leave xy= out."
        raise InvalidTable(message, remedy=remedy)


def _bands(people: pd.DataFrame, band: str, pupil: str) -> IntArray:
    column = people[band]
    if column.isna().any():
        message = f"{column.isna().sum():,} pupils are in no band."
        raise InvalidTable(message, units=people.loc[column.isna(), pupil], remedy="Put them into one.")
    return np.asarray(pd.factorize(column, sort=True)[0], dtype=np.int64)


def _coordinates(table: pd.DataFrame, xy: tuple[str, str], what: str) -> FloatArray:
    if set(xy) <= set(table.columns):
        found = table[list(xy)].to_numpy(dtype=np.float64)
    elif "geometry" in table.columns:
        found = np.array([(point.x, point.y) for point in table["geometry"]], dtype=np.float64)
    else:
        message = f"The {what} have no columns {xy[0]!r} and {xy[1]!r}, and no geometry."
        raise UnknownColumn(message, remedy="Name the columns with coordinates.")
    if not np.isfinite(found).all():
        message = f"Some {what} have no coordinates."
        raise InvalidTable(
            message, units=table.loc[~np.isfinite(found).all(axis=1), "_id"], remedy="Locate them first."
        )
    return found
