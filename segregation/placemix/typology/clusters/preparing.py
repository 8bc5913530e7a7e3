"""What every call on data-driven types begins with, and how its rows are laid out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, PlacemixError, SurroundingsNeeded, together
from placemix.inference.drawing import checked as whole
from placemix.inference.drawing import known_level
from placemix.surroundings import Surroundings
from placemix.typology.clusters.given_data import Data, Given, read
from placemix.typology.clusters.grouping import METHODS, Grouping, Plan, fitting
from placemix.typology.clusters.scaling import Scale, option, points, scale

_COVARIANCES = ("full", "tied", "diag", "spherical")
#: Arguments that decide on the classes, besides the data and their neighbours.
PREPARED = (
    "classes",
    "method",
    "transform",
    "standardise",
    "weights",
    "covariance",
    "least_people",
    "seed",
    "floor",
    "level",
)


class Prepared(NamedTuple):
    """Data ready to be put into classes.

    Attributes
    ----------
    given, scale, plan
        The data, how they become points, and how these become classes.
    weight
        Weight of each unit, or None.
    points
        Coordinates of the units that can be typed.
    """

    given: Given
    scale: Scale
    plan: Plan
    weight: FloatArray | None
    points: FloatArray


def prepared(
    data: Data, *, classes: int | None, method: str, transform: str, standardise: str, weights: str | None,
    covariance: str, around: Surroundings | None, least_people: float | None, seed: int, floor: float, level: float,
) -> Prepared:  # fmt: skip
    """Read the data, refuse what does not go together, and lay points out.

    Raises
    ------
    PlacemixError
        As `geodemographics` says.
    """
    option("method", method, tuple(METHODS))
    option("covariance", covariance, _COVARIANCES)
    known_level(level)
    whole(0, seed)
    given = read(data)
    faults = list(_odd(given, classes, method, weights, around, least_people, floor))
    if faults:
        raise together(faults)
    weight = given.people[given.typed] if weights == "people" else None
    how = scale(given, transform=transform, standardise=standardise, weight=weight)
    near = None
    if around is not None:
        near = _neighbours(around, given)
    plan = Plan(method, classes, covariance, least_people, near, given.people[given.typed])
    here = points(given, how)
    fitting(here, plan, given.units[given.typed])
    return Prepared(given, how, plan, weight, here)


def _odd(
    given: Given, classes: object, method: str, weights: object, around: object, least_people: object, floor: object
) -> list[PlacemixError]:
    """What does not go together, all of it."""
    ask = _odd_regions if method == "max_p" else _odd_classes
    faults = ask(given, classes, method, around, least_people)
    if weights not in (None, "people"):
        faults.append(InvalidParameter(f"weights is 'people' or None, not {weights!r}."))
    elif weights == "people" and (method != "kmeans" or not given.counts):
        message = "Units can count by their people in k-means of counts alone."
        faults.append(InvalidParameter(message, remedy="Leave out weights=."))
    if not _number(floor) or not 0 <= floor <= 1:  # type: ignore[operator]
        faults.append(InvalidParameter(f"floor is a share between 0 and 1, not {floor!r}."))
    if around is not None and not isinstance(around, Surroundings):
        message = f"around is surroundings, not a {type(around).__name__}."
        faults.append(InvalidParameter(message, remedy="Pass surroundings.contiguity(counts)."))
    if len(given.typed) < 2:
        message = "Fewer than two units can be typed."
        faults.append(InvalidParameter(message, remedy="There is nothing to tell apart."))
    return faults


def _odd_regions(
    given: Given, classes: object, _method: str, around: object, least_people: object
) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if classes is not None:
        message = "Max-p regions are as many as least_people allows."
        faults.append(InvalidParameter(message, remedy="Leave out classes=."))
    if around is None:
        message = "Max-p regions are connected, and need neighbours."
        faults.append(SurroundingsNeeded(message, remedy="Pass around=surroundings.contiguity(counts)."))
    if not given.counts:
        faults.append(InvalidParameter("Max-p regions have a floor of people, and need counts."))
    if not _number(least_people) or not least_people > 0:  # type: ignore[operator]
        message = f"least_people is a number of people above 0, not {least_people!r}."
        faults.append(InvalidParameter(message, remedy="Pass least_people=10_000, say."))
    return faults


def _odd_classes(
    _given: Given, classes: object, method: str, around: object, least_people: object
) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if isinstance(classes, bool) or not isinstance(classes, int | np.integer) or classes < 2:
        message = f"classes is a whole number of at least 2, not {classes!r}."
        remedy = "typology.choose_classes shows what speaks for each number."
        faults.append(InvalidParameter(message, remedy=remedy))
    if least_people is not None:
        faults.append(InvalidParameter("least_people is for max-p regions.", remedy="Leave it out."))
    if around is not None and method != "ward":
        message = f"{method} looks at no neighbours."
        remedy = "Leave out around=, or take method='ward' or 'max_p'."
        faults.append(InvalidParameter(message, remedy=remedy))
    return faults


def _number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _neighbours(around: Surroundings, given: Given) -> Any:  # noqa: ANN401
    """Which typed units border on which: either way, without weights, and without themselves."""
    from scipy.sparse import coo_array

    bound = around
    if given.counts:
        bound = around.on(given.counts[0])
    elif not around.units.equals(given.units):
        bound = around.take(around._places(given.units))  # noqa: SLF001
    place = np.full(len(given.units), -1)
    place[given.typed] = np.arange(len(given.typed))
    blocks = [(place[i[w > 0]], place[j[w > 0]]) for i, j, w in bound.pairs()]
    one = np.concatenate([i for i, _ in blocks] or [np.empty(0, dtype=np.intp)])
    two = np.concatenate([j for _, j in blocks] or [np.empty(0, dtype=np.intp)])
    both = (one >= 0) & (two >= 0)
    one, two = one[both], two[both]
    size = len(given.typed)
    matrix = coo_array((np.ones(2 * len(one)), (np.append(one, two), np.append(two, one))), shape=(size, size)).tocsr()
    matrix.sum_duplicates()
    matrix.sort_indices()
    matrix.data[:] = 1.0
    return matrix


def remarks(fit: Prepared, found: Grouping) -> list[str]:
    """What every row's note says."""
    left = f"left out, the same everywhere: {', '.join(fit.scale.dropped)}" if fit.scale.dropped else ""
    open_ = "" if found.settled else "the search did not settle in 500 steps"
    empty = int((np.bincount(found.labels, minlength=len(found.centres)) == 0).sum())
    return [left, open_, f"{empty} of the classes asked for have no unit" if empty else ""]


def framed(
    given: Given,
    labels: IntArray,
    names: list[str | None],
    columns: dict[str, Any],
    notes: list[str],
) -> pd.DataFrame:
    """One row a unit, in the order of the data; what is not typed has no values and a reason."""
    size = len(given.units)
    number = np.zeros(size, dtype=np.int64)
    number[given.typed] = labels + 1
    called = np.full(size, None, dtype=object)
    called[given.typed] = np.array([*names, None], dtype=object)[labels]
    frame: dict[str, Any] = {
        "unit": given.units.to_numpy(dtype=object),
        "class": pd.array(np.where(number > 0, number, 0), dtype="Int64"),
        "name": called,
    }
    frame["class"][number == 0] = pd.NA
    for name, values in columns.items():
        if values is not None and np.asarray(values).dtype == bool:
            flags = pd.array(np.zeros(size, dtype=bool), dtype="boolean")
            flags[given.typed] = values
            flags[number == 0] = pd.NA
            frame[name] = flags
            continue
        whole_column = np.full(size, np.nan)
        if values is not None:
            whole_column[given.typed] = values
        frame[name] = whole_column
    note = "; ".join(filter(None, notes)) or None
    frame |= {"people": given.people, "reason": given.reasons, "note": np.full(size, note, dtype=object)}
    return pd.DataFrame(frame, index=range(size))
