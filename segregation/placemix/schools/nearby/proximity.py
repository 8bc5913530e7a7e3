"""What schools would be like if every child went to the nearest with a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import GroupName, IntArray
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidCounts, InvalidParameter, InvalidTable, UnknownGroup, UnmatchedUnit
from placemix.results import Call, Result, remember
from placemix.schools.nearby.comparing import Sides
from placemix.schools.nearby.flowing import cheapest
from placemix.schools.nearby.pooling import one_map, shared
from placemix.surroundings.points import locate

Measures: TypeAlias = str | Sequence[str]
Smaller: TypeAlias = Literal["widen", "refuse"]

#: Pairs of homes and schools beyond which memory is not asked for: a gigabyte for nine million.
_MOST = 20_000_000
#: More children than this for each place are hardly those of the phase.
_TOO_MANY = 2


def gap_nearest(
    rolls: Counts,
    children: Counts,
    *,
    focal: GroupName,
    against: GroupName = "rest",
    measures: Measures = ("dissimilarity", "isolation"),
    capacity: pd.Series | None = None,
    smaller: Smaller = "widen",
    capacity_date: str = "",
    by: str | None = None,
    draws: int = 199,
    seed: int = 0,
) -> Result:
    """Compare schools with what they would be if every child went to the nearest school that has a place.

    Children are sent so that the sum of their distances is as small as it can be while no school takes more than its
    capacity (a minimum-cost flow, solved exactly). Where the children of an area are divided between schools, each
    school gets every group in proportion.

    Parameters
    ----------
    rolls
        Pupils of each group in each school of one phase, with points on a projected map.
    children
        Children of that phase, of the same groups, in each area or at each point, with places on the same map.
    focal, against, measures
        As in `placemix.measure`.
    capacity
        Places of each school, by id. Default: its roll.
    smaller
        Whether a capacity below the roll is widened to the roll and counted in the note (it is common, since
        capacities are published less often), or refused.
    capacity_date
        Date of the capacities, for the note that compares them with rolls of another.
    by
        Strata column that both carry, such as the authority: children go to schools of their own.
    draws, seed
        As in `placemix.inference.table`: of what chance alone would give on either side.

    Returns
    -------
    result
        One row for each stratum and measure. Columns: the stratum, `measure`, `focal`, `against`; `actual` (in the
        rolls), `nearest` (if every child went to the nearest), `difference` (actual less nearest), `ratio`;
        `expected_actual`, `expected_nearest` (what chance alone would give), `corrected_actual`, `corrected_nearest`,
        `corrected_ratio`, `corrected_difference`, `beyond_chance` (``"both"``, ``"actual only"``, ``"nearest only"``,
        ``"neither"``), as in `ratio_same_children`; `children`,
        `placed`, `unplaced` (there are more children than places), `pupils` (of the rolls), `capacity`, `schools`;
        `mean_distance` (metres, of those placed), `total_distance`, `note`, `source_rolls`, `source_children`,
        `version`.

    Raises
    ------
    UnmatchedUnit
        Schools have no capacity, or the strata differ.
    InvalidCounts
        Children or capacities are no whole numbers, or there are more than two children for each place.
    InvalidTable
        A capacity is below the roll, and `smaller` is ``"refuse"``.
    UnknownGroup, CRSMismatch, GeographicCRS, NoPlace
        Groups or places are not there, or not on one map.
    InvalidParameter
        There are too many pairs of homes and schools to hold.
    MissingExtra
        OR-tools is not installed.

    Notes
    -----
    Children who go to no school of the table are sent to one all the same, and pupils from outside are not: read
    `children` beside `pupils`. Straight lines are not ways to school.

    References
    ----------
    Allen 2007; Carrington and Troske 1997.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> def table(x, y, at, name):
    ...     frame = pd.DataFrame({"x": x, "y": y}).assign(unit=[f"{name}{n}" for n in range(len(x))])
    ...     return pm.from_wide(gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(at, [0] * len(at)), crs=27700),
    ...                         groups=["x", "y"], unit="unit")
    >>> children, rolls = table([8, 2], [2, 8], [0, 900], "h"), table([9, 1], [1, 9], [10, 890], "s")
    >>> found = pm.schools.gap_nearest(rolls, children, focal="x", measures="dissimilarity")
    >>> found[["actual", "nearest", "difference", "mean_distance", "unplaced"]].round(2)
       actual  nearest  difference  mean_distance  unplaced
    0     0.8      0.6         0.2           10.0         0
    """
    rolls, children = checked(rolls), checked(children)
    if smaller not in {"widen", "refuse"}:
        message = f"smaller is 'widen' or 'refuse', not {smaller!r}."
        raise InvalidParameter(message)
    if set(map(group_text, rolls.groups)) != set(map(group_text, children.groups)):
        message = "Schools and children do not have the same groups."
        raise UnknownGroup(message, remedy="Bring both to one classification with harmonise.regroup or merge_groups.")
    if (children.total % 1 != 0).any():
        message = "Children are not whole everywhere, and a place is given to a whole child."
        remedy = "Round them so that totals stay, or count in another way."
        raise InvalidCounts(message, units=children.units[children.total % 1 != 0], remedy=remedy)
    one_map(children, rolls)
    places, notes = _places(rolls, capacity, smaller, capacity_date)
    if children.total.sum() > _TOO_MANY * places.sum():
        message = f"There are {children.total.sum():,.0f} children and {places.sum():,} places."
        remedy = "Give the children of this phase, not residents of all ages, for whom there is ratio_local_residents."
        raise InvalidCounts(message, remedy=remedy)
    compare = Sides(measures, focal, against, draws, seed)
    blocks = []
    for label, here, there in shared(children, rolls, by):
        sent = _sent(children.take(here), rolls.take(there), places[there])
        blocks.append(_compared(rolls.take(there), sent, compare, label if by else None))
    frame = pd.concat(blocks, ignore_index=True)
    frame = frame.rename(columns={"stratum": by}) if by else frame.drop(columns="stratum")
    frame["note"] = " ".join(notes) or None
    frame["source_rolls"], frame["source_children"], frame["version"] = rolls.source, children.source, __version__
    arguments = {
        "focal": focal, "against": against, "measures": [measures] if isinstance(measures, str) else list(measures),
        "smaller": smaller, "capacity_date": capacity_date, "by": by, "draws": draws, "seed": seed,
    }  # fmt: skip
    inputs = {"rolls": rolls, "children": children} | ({} if capacity is None else {"capacity": capacity})
    result = remember(frame, Call("schools.gap_nearest", inputs, arguments))
    result.attrs["cites"] = ("allen_2007", "carrington_1997")
    return result


class _Sent(NamedTuple):
    """Where children would go."""

    nearest: Counts
    children: int
    placed: int
    metres: float
    capacity: int


def _places(rolls: Counts, capacity: pd.Series | None, smaller: Smaller, date: str) -> tuple[IntArray, list[str]]:
    """Places of each school, at least its roll; and what became of capacities below it."""
    pupils = np.ceil(rolls.total).astype(np.int64)
    if capacity is None:
        return pupils, ["The capacity of each school is taken to be its roll."]
    if not isinstance(capacity, pd.Series):
        message = f"capacity is a series of places by school id, not a {type(capacity).__name__}."
        raise InvalidParameter(message, remedy="Write capacity=table.set_index('school')['places'].")
    known = capacity[~capacity.index.duplicated()]
    place = pd.Index(known.index.map(id_text)).get_indexer(rolls.units)
    if (place < 0).any() or len(known) < len(capacity):
        lost = rolls.units[place < 0] if (place < 0).any() else capacity.index[capacity.index.duplicated()]
        message = "Some schools have no capacity, or two."
        raise UnmatchedUnit(message, units=lost, remedy="Give each one; a school's roll will do where none is known.")
    given = pd.to_numeric(known, errors="coerce").to_numpy(dtype=np.float64)[place]
    wrong = ~(given >= 0) | (given % 1 != 0)
    if wrong.any():
        message = f"{wrong.sum():,} capacities are missing, negative or no whole number."
        raise InvalidCounts(
            message, units=rolls.units[wrong], remedy="Missing is not 0: take the roll where none is known."
        )
    below = given < pupils
    if below.any() and smaller == "refuse":
        message = f"{below.sum():,} schools have a roll above their capacity."
        raise InvalidTable(message, units=rolls.units[below], remedy="Pass smaller='widen' to take the roll there.")
    notes = []
    if below.any():
        more = int((pupils - given)[below].sum())
        dated = f" of {date}" if date else ""
        period = f" of {rolls.about.period}" if rolls.about.period else ""
        notes.append(
            f"{below.sum():,} of {len(rolls):,} schools have a roll{period} above their capacity{dated}, by {more:,} "
            "pupils in all; there the roll is the capacity."
        )
    return np.maximum(given.astype(np.int64), pupils), notes


def _sent(children: Counts, rolls: Counts, places: IntArray) -> _Sent:
    many = children.total.astype(np.int64)
    homes, schools = locate(children, point="centroid").xy, locate(rolls, point="centroid").xy
    from_home = np.flatnonzero(many > 0)
    to_school = np.flatnonzero(places > 0)
    if len(from_home) * len(to_school) > _MOST:
        message = f"{len(from_home):,} homes and {len(to_school):,} schools make too many pairs."
        raise InvalidParameter(message, remedy="Give by= (such as the authority), or pool homes into areas.")
    # Sorted by id, so that of equally short ways the same one is taken in any order of the rows.
    from_home = from_home[np.argsort(children.units.to_numpy(dtype=object)[from_home], kind="stable")]
    to_school = to_school[np.argsort(rolls.units.to_numpy(dtype=object)[to_school], kind="stable")]
    away = np.hypot(
        homes[from_home, 0, np.newaxis] - schools[to_school, 0], homes[from_home, 1, np.newaxis] - schools[to_school, 1]
    )
    flow = cheapest(away, many[from_home], places[to_school])
    share = np.zeros((len(from_home), children.values.shape[1] + 1))
    whole = np.column_stack([children.values, children.residual])[from_home]
    np.divide(whole, many[from_home, np.newaxis], out=share)
    values = np.zeros((len(rolls), share.shape[1]))
    values[to_school] = flow.T @ share
    nearest = Counts(
        values=values[:, :-1],
        groups=children.groups,
        units=rolls.units,
        total=values.sum(axis=1),
        strata=rolls.strata,
        about=rolls.about,
    )
    return _Sent(nearest, int(many.sum()), int(flow.sum()), float((flow * away).sum()), int(places.sum()))


def _compared(rolls: Counts, sent: _Sent, compare: Sides, label: str | None) -> pd.DataFrame:
    sides = compare.of(rolls, sent.nearest)
    names = {"school": "actual", "home": "nearest"}
    frame = sides.rename(columns=lambda name: "_".join(names.get(part, part) for part in name.split("_")))
    words = {"school only": "actual only", "home only": "nearest only"}
    frame["beyond_chance"] = frame["beyond_chance"].replace(words)
    frame.insert(0, "stratum", label)
    return frame.assign(
        children=sent.children,
        placed=sent.placed,
        unplaced=sent.children - sent.placed,
        pupils=rolls.total.sum(),
        capacity=sent.capacity,
        schools=len(rolls),
        mean_distance=sent.metres / sent.placed if sent.placed else np.nan,
        total_distance=sent.metres,
    )
