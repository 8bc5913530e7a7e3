"""Which pairs of schools would bring pupils of two groups together most, if they shared some of their time."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter, MissingExtra, plural
from placemix.indices._parts import ratio
from placemix.lengths import equal_below, in_map_units
from placemix.results import Call, Result, remember
from placemix.surroundings.points import locate

Pairs: TypeAlias = Literal["matched", "all"]

#: Gains are matched as whole numbers of this part of a contact, since the matching is exact for whole numbers.
_GRAIN = 1e-6


def twin(
    rolls: Counts,
    *,
    focal: GroupName,
    contact: float,
    within: float | str,
    against: GroupName = "rest",
    phase: str | None = None,
    pairs: Pairs = "matched",
) -> Result:
    """Find the pairs of schools whose twinning would raise exposure most.

    Twinned schools share a part of their time. In that part a pupil meets those of both schools, in the rest those of
    the own school: exposure is (1 - c) times that of the schools apart plus c times that of both together.

    Parameters
    ----------
    rolls
        Pupils of each group in each school, with points on a projected map.
    focal, against
        Whose exposure to whom; against ``"rest"`` is everyone else.
    contact
        Share of their time that twinned schools spend together, from 0 to 1. On paper it is near 0: say what is meant.
    within
        Largest distance between twins: metres, or text such as ``"2 miles"``.
    phase
        Strata column of the phases; twins are of one phase. Default: all are of one.
    pairs
        ``"matched"``: every school in one pair at most, chosen so that the sum of gains is as large as it can be
        (maximum-weight matching). ``"all"``: every pair within the distance.

    Returns
    -------
    result
        One row for each pair, the largest gain first. Columns: `first`, `second`, `phase`, `focal`, `against`,
        `distance` (metres), `share_first`, `share_second`, `share_together` (of the focal group), `exposure_apart`,
        `exposure_twinned` (of the focal pupils of both schools), `gain` (in exposure of these pupils), `contribution`
        (to the exposure of all focal pupils in `rolls`), `pupils_first`, `pupils_second`, `contact`, `exposure_now`
        (of all), `exposure_then` (of all, if every pair in the result were twinned; missing for ``"all"``), `note`,
        `source`, `version`.

    Raises
    ------
    InvalidParameter
        `contact` is no share, `pairs` is neither, or a group is to meet itself.
    UnknownGroup, NoPlace, GeographicCRS
        A group or the points are not there.
    MissingExtra
        Neither rustworkx nor networkx is installed, for ``"matched"``.

    Examples
    --------
    Two schools of 100, 90 and 10 of the group: exposure .18 apart, .5 together, and .212 with a tenth of their time.

    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"school": ["N", "S"], "x": [90, 10], "y": [10, 90]})
    >>> table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy([0, 500], [0, 0]), crs=27700)
    >>> rolls = pm.from_wide(table, groups=["x", "y"], unit="school")
    >>> found = pm.schools.twin(rolls, focal="x", contact=0.1, within=3000)
    >>> found[["first", "second", "exposure_apart", "exposure_twinned", "gain"]].round(3)
      first second  exposure_apart  exposure_twinned   gain
    0     N      S            0.18             0.212  0.032
    """
    given = checked(rolls)
    _known(contact, pairs)
    # By id, so that of schemes that gain the same it is the same one in any order of the rows.
    rolls = given.take(np.argsort(given.units.to_numpy(dtype=object), kind="stable"))
    x = rolls.values[:, rolls.position(focal)]
    if against != "rest" and rolls.position(against) == rolls.position(focal):
        message = f"{group_text(rolls.groups[rolls.position(focal)])!r} cannot be brought together with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    y = rolls.total - x if against == "rest" else rolls.values[:, rolls.position(against)]
    t = rolls.total
    places = locate(rolls, point="centroid")
    xy, reach = places.xy, in_map_units(within, places.crs, name="within") * places.factor
    phases = np.zeros(len(rolls), dtype=np.int64) if phase is None else _codes(rolls, phase)
    one, other = _near(xy, reach, phases, rolls)
    apart = _met(x[one], y[one], t[one]) + _met(x[other], y[other], t[other])
    together = _met(x[one] + x[other], y[one] + y[other], t[one] + t[other])
    contacts = contact * (together - apart)
    if pairs == "matched":
        kept = _matched(one, other, contacts, len(rolls))
        one, other, apart, contacts = one[kept], other[kept], apart[kept], contacts[kept]
    ids = rolls.units.to_numpy(dtype=object)
    order = sorted(range(len(one)), key=lambda place: (-contacts[place], ids[one[place]], ids[other[place]]))
    one, other, apart, contacts = one[order], other[order], apart[order], contacts[order]
    members, everyone = x[one] + x[other], float(x.sum())
    now = float(_met(x, y, t).sum()) / everyone if everyone else float("nan")
    frame = pd.DataFrame(
        {
            "first": ids[one],
            "second": ids[other],
            "phase": None if phase is None else rolls.strata[phase].astype(str).to_numpy(dtype=object)[one],
            "focal": group_text(rolls.groups[rolls.position(focal)]),
            "against": against if against == "rest" else group_text(rolls.groups[rolls.position(against)]),
            "distance": np.hypot(*(xy[one] - xy[other]).T),
            "share_first": ratio(x[one], t[one]),
            "share_second": ratio(x[other], t[other]),
            "share_together": ratio(members, t[one] + t[other]),
            "exposure_apart": ratio(apart, members),
            "exposure_twinned": ratio(apart + contacts, members),
            "gain": ratio(contacts, members),
            "contribution": contacts / everyone if everyone else np.nan,
            "pupils_first": t[one],
            "pupils_second": t[other],
            "contact": contact,
            "exposure_now": now,
            "exposure_then": now + contacts.sum() / everyone if pairs == "matched" and everyone else np.nan,
        }
    )
    empty = int((t <= 0).sum())
    left = f" {plural(empty, 'school')} without pupils left out." if empty else ""
    frame["note"] = f"Pupils of both schools are taken to mix evenly in the time that they share.{left}"
    frame["source"], frame["version"] = rolls.source, __version__
    arguments = {
        "focal": focal, "against": against, "contact": contact, "within": within, "phase": phase, "pairs": pairs,
    }  # fmt: skip
    result = remember(frame, Call("schools.twin", {"rolls": given}, arguments))
    result.attrs["cites"] = ("lieberson_1981", "edmonds_1965")
    return result


def _known(contact: float, pairs: str) -> None:
    if isinstance(contact, bool) or not isinstance(contact, int | float | np.number) or not 0 <= contact <= 1:
        message = f"contact is a share of the time, from 0 to 1, not {contact!r}."
        raise InvalidParameter(message, remedy="A day in ten is 0.1.")
    if pairs not in {"matched", "all"}:
        message = f"pairs is 'matched' or 'all', not {pairs!r}."
        raise InvalidParameter(message)


def _codes(rolls: Counts, phase: str) -> IntArray:
    rolls.arranged(phase)  # refuses a column that is not there
    return np.asarray(rolls.strata[phase].cat.codes.to_numpy(), dtype=np.int64)


def _near(xy: FloatArray, reach: float, phases: IntArray, rolls: Counts) -> tuple[IntArray, IntArray]:
    """Pairs of schools with pupils, of one phase, within reach; the first by id as text before the second."""
    from scipy.spatial import cKDTree

    here = np.flatnonzero(rolls.total > 0)
    # With room for rounding, which leaves no pair out that is exactly as far as the reach.
    found = cKDTree(xy[here]).query_pairs(reach + equal_below(xy[here]), output_type="ndarray")
    one, other = here[found[:, 0]], here[found[:, 1]]
    same = phases[one] == phases[other]
    one, other = one[same], other[same]
    ids = rolls.units.to_numpy(dtype=object)
    turned = np.array([ids[a] > ids[b] for a, b in zip(one, other, strict=True)], dtype=bool)
    return np.where(turned, other, one), np.where(turned, one, other)


def _met(x: FloatArray, y: FloatArray, t: FloatArray) -> FloatArray:
    """Sum over the focal pupils of a school of the share of the others there."""
    return np.divide(x * y, t, out=np.zeros(len(t)), where=t > 0)


def _matched(one: IntArray, other: IntArray, gains: FloatArray, schools: int) -> IntArray:
    """Pairs of the matching with the largest sum of gains (Edmonds 1965)."""
    weights = np.round(gains / _GRAIN).astype(np.int64)
    useful = np.flatnonzero(weights > 0)
    edges = [(int(one[place]), int(other[place]), int(weights[place])) for place in useful]
    chosen = _matching(edges, schools)
    return np.array([place for place in useful if (int(one[place]), int(other[place])) in chosen], dtype=np.int64)


def _matching(edges: list[tuple[int, int, int]], schools: int) -> set[tuple[int, int]]:
    found: Any
    try:
        import rustworkx
    except ImportError:
        try:
            import networkx as nx
        except ImportError as error:
            message = "Matching schools needs rustworkx or networkx, which are not installed."
            raise MissingExtra(message, remedy="pip install 'placemix[optimise]'") from error
        graph = nx.Graph()
        graph.add_weighted_edges_from(edges)
        found = nx.max_weight_matching(graph)
    else:
        whole = rustworkx.PyGraph()
        whole.add_nodes_from(range(schools))
        whole.add_edges_from(edges)
        found = rustworkx.max_weight_matching(whole, weight_fn=int)
    return {pair for a, b in found for pair in ((a, b), (b, a))}
