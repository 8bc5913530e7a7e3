"""Which schools families would name, drawn from a model of choice that the user states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts
from placemix.errors import InvalidParameter, InvalidTable, plural
from placemix.inference import drawing
from placemix.lengths import metres
from placemix.results import Call, Result, remember
from placemix.schools.allocation.choice_models import (
    DISTANCE,
    OWN_GROUP,
    Coefficient,
    model_of,
    refuse_unknown,
    told,
    weight,
)
from placemix.schools.allocation.choice_terms import own_shares, sides_of, terms_of

#: Pairs of pupils and schools that are held at once, about 100 MB with what is made of them.
_HELD = 1_000_000


def simulate_preferences(
    pupils: pd.DataFrame,
    schools: pd.DataFrame,
    *,
    coefficients: Mapping[str, Coefficient],
    group: str,
    choices: int | str = 6,
    max_distance: float | str | None = None,
    matches: Mapping[str, tuple[str, str]] | None = None,
    rolls: Counts | None = None,
    pairs: pd.DataFrame | None = None,
    pupil: str = "pupil",
    school: str = "school",
    xy: tuple[str, str] = ("x", "y"),
    seed: int = 0,
) -> Result:
    """Draw the schools that pupils would name, best first, from a stated model of choice.

    A school is worth V + e to a pupil: V is the sum of `coefficients` times terms, and e is drawn anew for each pupil
    and school from the Gumbel distribution. The schools named are those worth most. The first is then school j with
    probability exp(V_j) / Σ exp(V) (the conditional logit, McFadden 1974), the second likewise among those left, and
    so on (the exploded logit, Beggs, Cardell and Hausman 1981). No coefficients come with placemix: what is put in is
    an assumption, and the result says which.

    Parameters
    ----------
    pupils
        One row a pupil: id, group, coordinates, and columns that `matches` names.
    schools
        One row a school: id, coordinates or a geometry column of points, and columns that are terms.
    coefficients
        Weight of each term: a number, or a mapping that gives that of each group. A term is ``"distance_km"`` (in a
        straight line between the coordinates), ``"own_group_share"`` (the share of the pupil's group in the school's
        roll, 0 to 1, which needs `rolls`), a name from `matches`, a column of `pairs`, or a column of numbers of
        `schools`.
    group
        Column of the pupils' groups.
    choices
        How many schools a form has room for, or the column of `pupils` that says it.
    max_distance
        Nobody names a school farther than this: metres, or text such as ``"5 km"``.
    matches
        Terms of 1 and 0 by name: 1 where the column of pupils (first) equals that of schools (second), such as
        ``{"catchment": ("catchment", "school")}``. Of two columns of true and false, where both are true. They become
        columns of the result, so that they can be criteria of admission.
    rolls
        Pupils of each group in each school today.
    pairs
        More terms, such as minutes: one row for each pupil and school. A pupil does not name a school whose row is
        missing or has no value for a term that is used.
    pupil, school
        Columns of the ids.
    xy
        Columns with coordinates: metres, or the units of the map where a table has one.
    seed
        Seed of the draws. That of a pupil and a school depends on the seed and their ids alone: not on the order of
        the rows, nor on who else is there. Two runs of one seed therefore differ only by what was changed.

    Returns
    -------
    preferences
        What `market` takes: one row for each school that a pupil names. Columns: `pupil`, `rank` (1 the best),
        `school`, `distance` (metres, in a straight line; where coordinates are given), those of `matches` (true and
        false) and of `pairs`, `worth` (V), `drawn` (e), `simulated` (true), `seed`, `note` (the model), `version`.
        ``attrs["coefficients"]`` has the model as it was put in.

    Raises
    ------
    InvalidParameter
        A coefficient is no number, a term is the same for all schools, or `choices` is no number.
    UnknownColumn, UnknownGroup, UnmatchedUnit
        A term, a group or a school is not there.
    InvalidTable
        Ids repeat, or values are missing. All faults come in one error.
    CRSMismatch, GeographicCRS
        Geometries are in degrees, or not on one map.

    References
    ----------
    McFadden 1974; Beggs, Cardell and Hausman 1981; Train 2009.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> secondary = town.schools[town.schools["phase"] == "secondary"]
    >>> forms = pm.schools.simulate_preferences(
    ...     town.applicants, secondary, group="group", matches={"faith": ("faith", "faith")},
    ...     coefficients={"distance_km": -0.9, "faith": 1.5}, choices=3, seed=1)
    >>> forms["note"].iloc[0]
    'Simulated, not observed: distance_km -0.9, faith 1.5; seed 1.'
    >>> pm.schools.market(town.applicants, secondary, forms, group="group", criteria=["faith"], distance="distance")
    <Market: 4,514 pupils, 18 schools with 4,530 places, 13,542 preferences, 5 groups>
    """
    matches = {} if matches is None else matches
    drawing.checked(1, seed)
    model = model_of(coefficients)
    needs_way = DISTANCE in model or max_distance is not None
    sides = sides_of(pupils, schools, pairs, (pupil, school, group), matches, choices, xy, needs_way=needs_way)
    names = sorted(sides.pupils[group].astype(str).unique())
    shares = own_shares(rolls, sides.school_ids, names) if OWN_GROUP in model else None
    refuse_unknown(model, (sides.pupils, sides.schools, sides.pairs), matches, names, (pupil, school))
    longest = None if max_distance is None else metres(max_distance, name="max_distance")
    room = _room(sides.pupils, choices, len(sides.school_ids))
    member = pd.Index(names).get_indexer(sides.pupils[group].astype(str))
    blocks, alone = [], 0
    for rows in _some(len(sides.pupil_ids), len(sides.school_ids)):
        terms, away, open_ = terms_of(sides, rows, model, matches, shares, member[rows], longest)
        worth = np.zeros(open_.shape)
        for name, weights in model.items():
            worth += weight(weights, names)[member[rows], np.newaxis] * np.where(open_, terms[name], 0.0)
        drawn = _gumbel(sides.pupil_ids[rows], sides.school_ids, seed)
        order = np.argsort(np.where(open_, -(worth + drawn), np.inf), axis=1, kind="stable")
        named = np.minimum(room[rows], open_.sum(axis=1))
        alone += int((named == 0).sum())
        who, place = np.nonzero(np.arange(order.shape[1]) < named[:, np.newaxis])
        to = order[who, place]
        block: dict[str, Any] = {
            "pupil": sides.pupil_ids.to_numpy(dtype=object)[rows][who],
            "rank": place + 1,
            "school": sides.school_ids.to_numpy(dtype=object)[to],
        }
        if away is not None:
            block["distance"] = away[who, to]
        block |= {name: terms[name][who, to].astype(bool) for name in matches}
        if sides.pairs is not None:
            block |= {name: terms[name][who, to] for name in sides.pairs.columns if name in terms}
        blocks.append(pd.DataFrame(block | {"worth": worth[who, to], "drawn": drawn[who, to]}))
    frame = pd.concat(blocks, ignore_index=True)
    frame["simulated"], frame["seed"] = True, seed
    frame["note"] = told(model, seed, longest, alone)
    frame["version"] = __version__
    arguments = {
        "coefficients": model, "group": group, "choices": choices, "max_distance": max_distance,
        "matches": {name: list(columns) for name, columns in matches.items()}, "pupil": pupil, "school": school,
        "xy": list(xy), "seed": seed,
    }  # fmt: skip
    inputs = {"pupils": pupils, "schools": schools, "rolls": rolls, "pairs": pairs}
    given = {name: value for name, value in inputs.items() if value is not None}
    result = remember(frame, Call("schools.simulate_preferences", given, arguments))
    result.attrs["coefficients"] = model
    result.attrs["cites"] = ("mcfadden_1974", "beggs_1981", "train_2009")
    return result


def _room(pupils: pd.DataFrame, choices: int | str, schools: int) -> IntArray:
    """How many schools each pupil may name, at most all of them."""
    if isinstance(choices, str):
        given = pd.to_numeric(pupils[choices], errors="coerce").to_numpy(dtype=np.float64)
        wrong = ~(given >= 0) | (given % 1 != 0)
        if wrong.any():
            message = f"{plural(int(wrong.sum()), 'pupil has', 'pupils have')} no whole number of choices."
            raise InvalidTable(message, units=pupils.loc[wrong, "_id"], remedy="0 is a form without a school.")
        return np.minimum(given, schools).astype(np.int64)
    drawing_of = isinstance(choices, int | np.integer) and not isinstance(choices, bool)
    if not drawing_of or choices < 1:
        message = f"choices is a whole number of at least 1, or a column of pupils, not {choices!r}."
        raise InvalidParameter(message)
    return np.full(len(pupils), min(int(choices), schools), dtype=np.int64)


def _some(pupils: int, schools: int) -> Iterator[slice]:
    many = max(1, _HELD // max(schools, 1))
    for first in range(0, pupils, many):
        yield slice(first, min(first + many, pupils))


def _gumbel(pupils: pd.Index, schools: pd.Index, seed: int) -> FloatArray:
    """Draws from the Gumbel distribution that depend on the seed and on both ids alone, shape (pupils, schools)."""
    mine = pd.util.hash_array(pupils.to_numpy(dtype=object))
    theirs = pd.util.hash_array(np.array([f"{seed} {name}" for name in schools], dtype=object))
    with np.errstate(over="ignore"):
        cells = (mine[:, np.newaxis] + theirs).ravel()
    mixed = pd.util.hash_array(cells)
    even = ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    drawn: FloatArray = -np.log(-np.log(even)).reshape(len(pupils), len(schools))
    return drawn
