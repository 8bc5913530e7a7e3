"""Portraits of classes: who lives there, beside the whole, and the name that follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix._version import __version__
from placemix.errors import InvalidParameter, NotCounts
from placemix.indices import byar
from placemix.results import Call, Result, remember
from placemix.typology.clusters.given_data import Given, read

#: Most categories in a name.
MOST = 3
#: The name of a class in which nothing stands out.
MIXED = "mixed"


def described(
    given: Given, labels: IntArray, classes: int, *, floor: float, level: float
) -> tuple[pd.DataFrame, list[str | None]]:
    """One row a class and category, and the name of each class; labels as from `Given.typed`."""
    units = np.bincount(labels, minlength=classes)
    blocks, place = [], 0
    for counts in given.counts:
        values, total = counts.values[given.typed], counts.total[given.typed]
        here, everyone = _summed(values, labels, classes), np.bincount(labels, weights=total, minlength=classes)
        overall = values.sum(axis=0) / total.sum()
        expected = everyone[:, np.newaxis] * overall
        lower, upper = byar(here, expected, level=level)
        quotient = np.divide(here, expected, out=np.full(here.shape, np.nan), where=expected > 0)
        blocks.append({
            "place": np.tile(np.arange(place, place + values.shape[1]), (classes, 1)),
            "share": _over(here, everyone), "overall": np.tile(overall, (classes, 1)),
            "quotient": quotient, "lower": lower, "upper": upper,
            "count": here, "people": np.tile(everyone, (values.shape[1], 1)).T,
        })  # fmt: skip
        place += values.shape[1]
    if not given.counts:
        nothing = np.full((classes, given.values.shape[1]), np.nan)
        blocks.append({
            "place": np.tile(np.arange(given.values.shape[1]), (classes, 1)), "share": nothing, "overall": nothing,
            "quotient": nothing, "lower": nothing, "upper": nothing, "count": nothing, "people": nothing,
        })  # fmt: skip
    table = {name: np.column_stack([block[name] for block in blocks]) for name in blocks[0]}
    mean = _over(_summed(given.values, labels, classes), units)
    spread = given.values.std(axis=0)
    apart = np.divide(mean - given.values.mean(axis=0), spread, out=np.full(mean.shape, np.nan), where=spread > 0)
    named = (table["lower"] > 1) & (table["share"] >= floor)
    order = np.argsort(np.where(named, -table["quotient"], np.inf), axis=1, kind="stable")
    named &= np.argsort(order, axis=1) < MOST
    columns = given.columns
    names: list[str | None] = list(_names(columns, order, named, table["share"]))
    if not given.counts:
        names = [None] * classes
    where = table["place"].ravel().astype(np.intp)
    width = given.values.shape[1]
    frame = pd.DataFrame(
        {
            "class": np.repeat(np.arange(1, classes + 1), width),
            "name": pd.Series(np.repeat(np.array(names, dtype=object), width), dtype=object),
            "dimension": np.array(given.dimensions, dtype=object)[where],
            "category": np.array(given.categories, dtype=object)[where],
            **{name: table[name].ravel() for name in ("share", "overall", "quotient", "lower", "upper")},
            "named": named.ravel(),
            "mean": mean.ravel(),
            "difference": apart.ravel(),
            "count": table["count"].ravel(),
            "people": table["people"].ravel(),
            "units": pd.array(np.repeat(units, width), dtype="Int64"),
        }
    )
    return frame, names


def _names(columns: list[str], order: IntArray, named: BoolArray, share: FloatArray) -> list[str]:
    """Name each class; where names repeat, with the share of what comes first in them."""
    parts = [[int(place) for place in row if chosen[place]] for row, chosen in zip(order, named, strict=True)]
    names = [", ".join(columns[place] for place in part) or MIXED for part in parts]
    written = []
    for label, (part, name) in enumerate(zip(parts, names, strict=True)):
        first = ""
        if part and names.count(name) > 1:
            first = f"{columns[part[0]]} {100 * share[label, part[0]]:.0f} %"
        written.append(", ".join([first, *(columns[place] for place in part[1:])]) if first else name)
    return written


def portraits(fitted: Result) -> Result:
    """Say who lives in each class, beside the whole: what a data-driven type is, before it is called anything.

    Parameters
    ----------
    fitted
        What `geodemographics` gave, all of its rows.

    Returns
    -------
    result
        One row a class and category: `class`, `name`, `dimension`, `category`, `share` (of the people of the
        class), `overall` (of all people typed), `quotient` (one by the other: the location quotient), `lower`,
        `upper` (Byar's limits of it at `level`), `named` (whether it is in the name), `mean` (of the units,
        each counting once), `difference` (of that mean from the mean of all units, in standard deviations
        between units), `count` (people of the category), `people` (of the class, in that dimension), `units`,
        `floor`, `level`, `interval_method`, `reason`, `method`, `source`, `version`. Of a table of numbers only
        `mean` and `difference` are known, with the reason ``no_counts``.

    Raises
    ------
    NotCounts
        The frame is not what `geodemographics` gave, or no longer knows its data.
    InvalidParameter
        Rows of it are missing.

    Notes
    -----
    A name has the categories whose limits lie above 1 and whose share is at least `floor`, at most three, the
    largest quotient first; a class without any is called mixed. Where names repeat, the share of the first
    category in the class is added. The limits say what chance alone would give
    a count of that size. They are no test: the classes were made to differ in these very shares.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> types = pm.typology.geodemographics(homes, classes=3, draws=0)
    >>> seen = pm.typology.portraits(types)
    >>> seen[seen["named"]][["class", "category", "share", "overall", "quotient"]].round(2)
        class category  share  overall  quotient
    0       1    amber   0.82     0.71      1.15
    7       2    green   0.33     0.10      3.47
    8       2      red   0.12     0.07      1.75
    11      3     blue   0.55     0.06      9.61
    """
    call = known(fitted, "portraits")
    given, arguments = read(collected(call)), call.arguments
    labels = labels_of(fitted, given)
    classes = int(labels.max()) + 1
    frame, _ = described(given, labels, classes, floor=arguments["floor"], level=arguments["level"])
    counted = bool(given.counts)
    frame["floor"], frame["level"] = arguments["floor"], arguments["level"]
    frame["interval_method"] = "null:byar" if counted else None
    frame["reason"] = pd.Series(None if counted else "no_counts", index=frame.index, dtype=object)
    frame["method"], frame["source"], frame["version"] = fitted["method"].iloc[0], given.source, __version__
    result = remember(frame, Call("typology.portraits", call.inputs, {**arguments, "draws": 0}, call.describe))
    result.attrs["cites"] = ("breslow_1987",)
    return result


def known(fitted: Any, verb: str) -> Call:  # noqa: ANN401
    """Return the call a result of `geodemographics` came from.

    Raises
    ------
    NotCounts
        It is none, or no longer knows.
    """
    call = getattr(fitted, "call", None)
    if not isinstance(fitted, Result) or call is None or call.verb != "typology.geodemographics":
        message = f"{verb} needs what typology.geodemographics gave, not a {type(fitted).__name__}."
        raise NotCounts(message, remedy="Call it with that result, before reshaping it.")
    return call


def collected(call: Call) -> Any:  # noqa: ANN401
    """Return the data of a call as its caller gave them."""
    dimensions, columns = call.arguments.get("data_dimensions"), call.arguments.get("data_columns")
    if dimensions is None and columns is None:
        return call.inputs["data"]
    parts = [call.inputs[f"data_{place}"] for place in range(1, len(dimensions or columns or ()) + 1)]
    return dict(zip(dimensions, parts, strict=True)) if dimensions else pd.concat(parts, axis=1, keys=columns)


def labels_of(fitted: pd.DataFrame, given: Given) -> IntArray:
    """Class of each typed unit, from 0, as the rows of the result say.

    Raises
    ------
    InvalidParameter
        Rows are missing.
    """
    index = pd.Index(fitted["unit"].to_numpy(dtype=object))
    wanted = given.units.to_numpy(dtype=object)[given.typed]
    places = index.get_indexer(wanted) if index.is_unique else np.full(len(wanted), -1)
    if len(fitted) != len(given.units) or (places < 0).any():
        message = f"The result has {len(fitted):,} rows, and its data {len(given.units):,} units."
        raise InvalidParameter(message, remedy="Pass all rows of what geodemographics gave.")
    return np.asarray(fitted["class"].iloc[places].to_numpy(dtype=np.int64) - 1)


def _summed(values: FloatArray, labels: IntArray, classes: int) -> FloatArray:
    return np.column_stack([np.bincount(labels, weights=column, minlength=classes) for column in values.T])


def _over(sums: FloatArray, size: FloatArray | IntArray) -> FloatArray:
    size = np.asarray(size, dtype=np.float64)[:, np.newaxis]
    return np.divide(sums, size, out=np.full(sums.shape, np.nan), where=size > 0)
