"""Which very strong characteristics define a place, and how many people live in places that one defines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix._version import __version__
from placemix.counts import Counts, group_text
from placemix.errors import InvalidParameter
from placemix.indices import above
from placemix.results import Call, Result, remember
from placemix.typology.places.asking import Asked, asked
from placemix.typology.places.looking_up import Data, plain, reserved

#: Thresholds that reports show side by side.
SIDE_BY_SIDE: tuple[float, ...] = (0.5, 0.7, 0.9)
COLUMNS = (
    "dimension", "threshold", "units", "units_defined", "share_units", "people", "people_defined", "share_people",
    "categories",
)  # fmt: skip
#: Name of the row of all dimensions together.
ANY = "any"


def characteristics(
    data: Data, *, thresholds: float | Sequence[float] = SIDE_BY_SIDE, quotient: float = 0.0, city: str | None = None
) -> Result:
    """List the categories, of any dimension, that define each place: those that hold a stated share or more.

    An integrated place is not easily defined by one very strong characteristic, whatever it is: ethnicity,
    faith, tenure, class or age. A place that is not in the list meets that objective.

    Parameters
    ----------
    data
        Counts of one dimension, or a mapping from the name of each dimension to counts of the same units.
    thresholds
        Shares that are looked at side by side. They are compared on counts.
    quotient
        Least location quotient of such a category: how many times its share in the city. 0 asks for none.
    city
        Strata column of the cities that the quotient compares with. Default: the whole table is one city.

    Returns
    -------
    result
        One row for each unit, dimension and category that reaches the lowest threshold, in the order of the units.
        Columns: `unit`, `dimension`, `category`, `threshold` (the highest that it reaches), `share`, `people` (of
        the category), `everyone` (of the dimension), `location_quotient`, `city`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        A threshold is no share.
    UnmatchedUnit
        The dimensions are of different units.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> wards = pd.DataFrame({"ward": list("ABC"), "muslim": [85, 20, 10], "christian": [15, 80, 90],
    ...                       "own": [60, 95, 30], "rent": [40, 5, 70]})
    >>> faith = pm.from_wide(wards, groups=["muslim", "christian"], unit="ward")
    >>> tenure = pm.from_wide(wards, groups=["own", "rent"], unit="ward")
    >>> found = pm.typology.characteristics({"faith": faith, "tenure": tenure}, thresholds=[0.75, 0.9])
    >>> found[["unit", "dimension", "category", "threshold", "share"]]
      unit dimension   category  threshold  share
    0    A     faith     muslim       0.75   0.85
    1    B     faith  christian       0.75   0.80
    2    B    tenure        own       0.90   0.95
    3    C     faith  christian       0.90   0.90
    """
    levels, question = _asked(data, thresholds, quotient, city)
    frames = []
    for order, (name, counts) in enumerate(question.data.items()):
        reached = _reached(question, counts, levels)
        highest = reached.sum(axis=0)
        units, categories = np.nonzero(highest)
        people, everyone = counts.values[units, categories], counts.total[units]
        frames.append(
            pd.DataFrame(
                {
                    "unit": np.asarray(counts.units, dtype=object)[units],
                    "dimension": name or None,
                    "category": np.array([group_text(group) for group in counts.groups], dtype=object)[categories],
                    "threshold": np.array(levels)[highest[units, categories] - 1],
                    "share": people / everyone,
                    "people": people,
                    "everyone": everyone,
                    "location_quotient": _quotients(question, counts)[units, categories],
                    "city": None if question.city_names is None else question.city_names[units],
                    "place": units,
                    "order": order,
                }
            )
        )
    frame = pd.concat(frames, ignore_index=True).sort_values(["place", "order"], kind="stable", ignore_index=True)
    frame = frame.drop(columns=["place", "order"])
    frame["source"], frame["version"] = question.source, __version__
    return _remembered(frame, "characteristics", question, levels, quotient, {"city": city})


def objective(
    data: Data,
    *,
    thresholds: float | Sequence[float] = SIDE_BY_SIDE,
    by: str | Sequence[str] = (),
    quotient: float = 0.0,
    city: str | None = None,
) -> Result:
    """Count the places, and the people in them, that one very strong characteristic defines.

    Parameters
    ----------
    data, thresholds, quotient, city
        As in `characteristics`.
    by
        Strata to count apart; the first dimension carries them.

    Returns
    -------
    result
        One row for each stratum, dimension and threshold; with several dimensions the dimension ``any`` counts
        places that a category of any of them defines. Columns: the strata, `dimension`, `threshold`, `units`,
        `units_defined`, `share_units`; `people` and `people_defined` (of the dimension; of the first one for
        ``any``), `share_people`; `categories` (those that define places, the one with most places first, with
        their number of places); `sentence`, `source`, `version`.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> wards = pd.DataFrame({"ward": list("ABC"), "own": [60, 95, 30], "rent": [40, 5, 70]})
    >>> tenure = pm.from_wide(wards, groups=["own", "rent"], unit="ward")
    >>> pm.typology.objective(tenure, thresholds=[0.5, 0.7])[["threshold", "units_defined", "categories"]]
       threshold  units_defined       categories
    0        0.5              3  own: 2; rent: 1
    1        0.7              2  own: 1; rent: 1
    """
    levels, question = _asked(data, thresholds, quotient, city)
    names = (by,) if isinstance(by, str) else tuple(by or ())
    reserved(names, (*COLUMNS, "sentence", "source", "version"))
    first = question.first
    strata = first.arranged(names)
    defined = {name: _reached(question, counts, levels) for name, counts in question.data.items()}
    tables: dict[str, tuple[Counts, BoolArray]] = {
        name: (counts, np.asarray(defined[name].any(axis=2))) for name, counts in question.data.items()
    }
    if len(tables) > 1:
        tables[ANY] = (first, np.asarray(np.logical_or.reduce([one for _, one in tables.values()])))
    rows = []
    for number in range(len(strata)):
        here = strata.order[strata.bounds[number] : strata.bounds[number + 1]]
        label = [str(value) for value in strata.labels.iloc[number]] if names else []
        for name, (counts, places) in tables.items():
            lived_in = _lived_in(question)[here] if name == ANY else counts.total[here] > 0
            for level, threshold in enumerate(levels):
                which = places[level, here]
                people, inside = float(counts.total[here].sum()), float(counts.total[here][which].sum())
                said = "" if name == ANY else _counted(counts, defined[name][level, here])
                rows.append([
                    *label, name or None, threshold, int(lived_in.sum()), int(which.sum()),
                    _over(which.sum(), lived_in.sum()), people, inside, _over(inside, people), said,
                ])  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*names, *COLUMNS])
    frame["sentence"] = [_sentence(row, list(names)) for row in frame.to_dict("records")]
    frame["source"], frame["version"] = question.source, __version__
    return _remembered(frame, "objective", question, levels, quotient, {"city": city, "by": list(names)})


def _asked(
    data: Data, thresholds: float | Sequence[float], quotient: float, city: str | None
) -> tuple[list[float], Asked]:
    given: Any = thresholds
    given = list(given) if np.iterable(given) and not isinstance(given, str) else [given]
    numbers = all(isinstance(one, int | float | Fraction | np.number) and not isinstance(one, bool) for one in given)
    # A tenth in half precision is written as a tenth.
    levels = sorted({float(one if isinstance(one, Fraction) else str(one)) for one in given}) if numbers else []
    if not levels or not all(0 < level <= 1 for level in levels):
        told = ", ".join(map(str, given)) or repr(thresholds)
        message = f"thresholds are shares above 0 and up to 1, not {told}."
        raise InvalidParameter(message, remedy="Write 50 % as 0.5, and 70 % as 0.7.")
    if isinstance(data, Mapping) and ANY in data:
        message = f"A dimension may not be named {ANY!r}: the row of all dimensions bears that name."
        raise InvalidParameter(message, remedy="Give it another name.")
    parameters = {"threshold": levels[0], "quotient": quotient}
    return levels, asked(data, scheme="single_characteristic", city=city, parameters=parameters)


def _reached(question: Asked, counts: Counts, levels: list[float]) -> BoolArray:
    """Which category reaches which threshold, shape (thresholds, units, categories)."""
    everyone = counts.total[:, np.newaxis]
    # x / t >= q X / T is x T >= q X t: no share is divided.
    here, city = _cities(question, counts)
    least = question.parameters["quotient"]
    often: BoolArray = np.asarray(
        counts.values * city[:, np.newaxis] * least.denominator >= least.numerator * here * everyone
    )
    whole = np.broadcast_to(everyone, counts.values.shape)
    return np.stack([above(counts.values, whole, one) & often for one in levels])


def _cities(question: Asked, counts: Counts) -> tuple[FloatArray, FloatArray]:
    """People of each category and everyone in the city of each unit."""
    count = int(question.cities.max(initial=-1)) + 1
    sums = np.zeros((count, counts.values.shape[1]))
    np.add.at(sums, question.cities, counts.values)
    everyone = np.bincount(question.cities, weights=counts.total, minlength=count)
    return sums[question.cities], everyone[question.cities].astype(np.float64)


def _quotients(question: Asked, counts: Counts) -> FloatArray:
    here, city = _cities(question, counts)
    over = here * counts.total[:, np.newaxis]
    found: FloatArray = np.divide(
        counts.values * city[:, np.newaxis], over, out=np.full(over.shape, np.nan), where=over > 0
    )
    return found


def _lived_in(question: Asked) -> BoolArray:
    return np.logical_or.reduce([counts.total > 0 for counts in question.data.values()])


def _counted(counts: Counts, places: BoolArray) -> str:
    """Categories that define places, with the number of places."""
    number = places.sum(axis=0)
    order = sorted(np.flatnonzero(number), key=lambda column: (-number[column], column))
    return "; ".join(f"{group_text(counts.groups[column])}: {number[column]:,}" for column in order)


def _over(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def _percent(share: float) -> str:
    """A share in whole percent; a few people are neither nobody nor everyone."""
    if 0 < share < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < share < 1 else f"{share * 100:.0f} %"


def _sentence(row: Mapping[Any, Any], names: list[str]) -> str:
    where = ", ".join(str(row[name]) for name in names)
    dimension = row["dimension"]
    whose = (
        "a category of any dimension" if dimension == ANY else f"one category{f' of {dimension}' if dimension else ''}"
    )
    if not row["units"]:
        return f"{where}: nobody lives here." if where else "Nobody lives here."
    said = (
        f"{row['units_defined']:,} of {row['units']:,} places, with {_percent(row['share_people'])} of the people, "
        f"are defined by {whose} that holds {row['threshold'] * 100:g} % or more."
    )
    return f"{where}: {said}" if where else said


def _remembered(
    frame: pd.DataFrame, verb: str, question: Asked, levels: list[float], quotient: float, more: dict[str, Any]
) -> Result:
    inputs, arguments = question.call()
    kept = {"dimensions": arguments["dimensions"]} if "dimensions" in arguments else {}
    call = Call(
        f"typology.{verb}", inputs, {"thresholds": levels, **(plain({"quotient": quotient}) or {}), **kept, **more}
    )
    result = remember(frame, call)
    result.attrs["cites"] = question.scheme.cites
    return result
