"""Children to schools with the smallest sum of distances, exactly, though few of the pairs are ever looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidTable, MissingExtra

#: Distances are taken as whole numbers of this part of a metre, since the flow is exact for whole numbers.
GRAIN = 0.1
#: Schools nearest to each home that are looked at first.
_FIRST = 16
#: Longer than any way, and short enough to be added to one.
_FAR = 2**61


def cheapest(away: FloatArray, many: IntArray, places: IntArray) -> FloatArray:
    """Send children to places so that the sum of their distances is as small as it can be.

    Only the nearest schools of each home are looked at first. Prices of the schools, which the flow implies, then say
    which further pairs could make it shorter; they are added until none could, and the flow is that of all pairs.

    Parameters
    ----------
    away
        Distance in metres of each home to each school, shape (homes, schools).
    many
        Children of each home, above 0, shape (homes,).
    places
        Places of each school, above 0, shape (schools,). Where they are too few, those farthest from every school go
        without.

    Returns
    -------
    flow
        Children from each home to each school, shape (homes, schools).

    Raises
    ------
    MissingExtra
        OR-tools is not installed.
    """
    homes, schools = away.shape
    cost = np.rint(away / GRAIN).astype(np.int64)
    # To have no place costs nothing, so that it falls to those farthest away, as many as are too many.
    short = max(0, int(many.sum()) - int(places.sum()))
    if short:
        cost = np.hstack([cost, np.zeros((homes, 1), dtype=np.int64)])
        places = np.append(places, short)
    places, looked = places.astype(np.int64), _FIRST
    shown = _nearest(cost, looked, schools)
    while True:
        flow = _solved(cost, shown, many, places)
        if flow is None:
            # Too few places among the pairs looked at.
            looked *= 2
            shown |= _nearest(cost, looked, schools)
            continue
        if shown.all():
            break
        priced = cost - _prices(cost, shown, flow, places)
        paid = np.where(flow > 0, priced, np.iinfo(np.int64).min).max(axis=1)
        better = (priced < paid[:, np.newaxis]) & ~shown
        if not better.any():
            break
        shown |= better
    return flow[:, :schools].astype(np.float64)


def _nearest(cost: IntArray, some: int, schools: int) -> BoolArray:
    """The nearest schools of each home, and having none where that is a choice."""
    shown = np.zeros(cost.shape, dtype=bool)
    some = min(some, schools)
    near = np.argpartition(cost[:, :schools], some - 1, axis=1)[:, :some]
    np.put_along_axis(shown, near, values=True, axis=1)
    shown[:, schools:] = True
    return shown


def _solved(cost: IntArray, shown: BoolArray, many: IntArray, places: IntArray) -> IntArray | None:
    """The cheapest flow over the pairs shown, or None where they have too few places."""
    try:
        from ortools.graph.python import min_cost_flow
    except ImportError as error:
        message = "Sending children to the nearest school with a place needs OR-tools, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[plan]'") from error
    homes, schools = cost.shape
    sink = homes + schools
    one, other = np.nonzero(shown)
    solver: Any = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        one.astype(np.int32), (homes + other).astype(np.int32), many[one], cost[one, other]
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(homes, sink, dtype=np.int32), np.full(schools, sink, dtype=np.int32), places, np.zeros_like(places)
    )
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[:homes], supplies[sink] = many, -many.sum()
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supplies)
    status = solver.solve()
    if status == solver.INFEASIBLE and not shown.all():
        return None
    if status != solver.OPTIMAL:
        message = f"OR-tools found no way to send the children: {status}."
        raise InvalidTable(message, remedy="Look for schools without places and homes without children.")
    flow = np.zeros(cost.shape, dtype=np.int64)
    flow[one, other] = solver.flows(arcs)
    return flow


def _prices(cost: IntArray, shown: BoolArray, flow: IntArray, places: IntArray) -> IntArray:
    """Potentials of the schools, shape (schools,): over pairs shown no move of a child is cheaper than they differ.

    Moves are the arcs of a graph of the schools: from one whose child could go to another, at what that costs; from a
    school with a free place to the sink, and from the sink to every school that has a child, at nothing. The flow is
    the cheapest over these pairs, so that no cycle is negative and shortest ways from anywhere are potentials.
    """
    homes, schools = cost.shape
    sink = schools
    step = np.full((schools + 1, schools + 1), _FAR, dtype=np.int64)
    one, other = np.nonzero(shown)
    taken, rows = flow > 0, np.arange(homes)
    for _ in range(int(taken.sum(axis=1).max())):
        # Where the children of a home go to several schools, each of these is looked at in turn.
        here = np.argmax(taken, axis=1)
        kept = taken[rows, here][one]
        move = cost[one, other] - cost[one, here[one]]
        np.minimum.at(step, (here[one][kept], other[kept]), move[kept])
        taken[rows, here] = False
    used = flow.sum(axis=0)
    step[:sink, sink][used < places] = 0
    step[sink, :sink][used > 0] = 0
    ways: IntArray = np.zeros(schools + 1, dtype=np.int64)
    for _ in range(schools + 1):
        nearer = np.minimum(ways, (ways[:, np.newaxis] + step).min(axis=0))
        if (nearer == ways).all():
            break
        ways = nearer
    return ways[:schools]
