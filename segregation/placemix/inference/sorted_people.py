"""What measures of values of people would be if people of any value lived in any unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, Table
from placemix.continuous import centile_gap, rank_order, sorting_index
from placemix.continuous.centiles import ranked_people
from placemix.continuous.means import Near, sorted_people
from placemix.continuous.persons import Persons, Stratum, read_persons
from placemix.continuous.profiles import WAYS, fitted_people, known_measures
from placemix.errors import InvalidParameter, listed
from placemix.inference import drawing
from placemix.inference.chances import Tail, beside, known_tail
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings

#: Measures of values of people.
MEASURES = (*WAYS, "sorting_index", "centile_gap")
#: What everyone's unit being dealt is called.
NULL = "people_dealt"


def sorting(
    people: Table,
    measures: str | Sequence[str] = MEASURES,
    *,
    value: str,
    unit: str,
    weight: str | None = None,
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
    degree: int = 4,
    bands: int | None = None,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
    tail: Tail = "above",
    progress: drawing.Progress = None,
) -> Result:
    """Put beside measures of values of people what chance alone would give.

    Units of few people differ in income by chance, so that no sample gives 0. In each draw everyone's unit is
    dealt: each unit keeps as many rows as it has, and which people (with their values and weights) live in it
    is random, within their stratum. All measures share the draws.

    Parameters
    ----------
    people, value, unit, weight, by
        As in `placemix.continuous.sorting_index`: one row a person or household, and the columns.
    measures
        One or several of ``"rank_order_information"``, ``"rank_order_variation"``, ``"rank_order_squareroot"``,
        ``"sorting_index"`` and ``"centile_gap"``.
    around
        Who is around each unit, for ``"sorting_index"`` alone.
    degree, bands
        As in `placemix.continuous.rank_order`.
    draws, seed, level, tail, progress
        As in `placemix.inference.table`.

    Returns
    -------
    result
        One row for each stratum and measure. Columns: the strata, `measure`, `value`, `expected` (mean of the
        draws), `lower` and `upper` (ends of the middle of the draws), `level`, `flag`
        (``not_distinguishable_from_chance`` where the value lies less than two standard deviations above what is
        expected), `sd`, `p_value`, `expected_by` (with its Monte Carlo error), `draws` (those in which the
        value is defined), `people`, `weight`, `effective`, `units`, `reason`, `note`, `around`, `sentence`, `method`,
        `null`, `tail`, `seed`, `interval_method`, `version`.

    Raises
    ------
    InvalidTable, NotNumbers, InvalidCounts, UnknownColumn, RepeatedColumn
        The table cannot be read; every fault is listed with its rows, counted from 1.
    InvalidParameter
        A measure, the degree, the bands, the draws, the seed, the level or the tail is none, or surroundings are
        given to a measure without a spatial form.
    TooFewGroups, UnitsDiffer
        As in `placemix.continuous.rank_order` and `placemix.continuous.sorting_index`.

    Notes
    -----
    The interval is that of chance. It is none of the sample: which people a survey found is not drawn again.

    References
    ----------
    Phipson and Smyth 2010; of the measures, those of `placemix.continuous`.

    Examples
    --------
    >>> import numpy as np, pandas as pd, placemix as pm
    >>> draw = np.random.default_rng(1)
    >>> homes = pd.DataFrame({"area": draw.integers(0, 40, 200), "income": draw.lognormal(3, 0.5, 200)})
    >>> found = pm.inference.sorting(homes, "sorting_index", value="income", unit="area", draws=199)
    >>> found[["value", "expected", "p_value", "flag"]].round(2)
       value  expected  p_value                             flag
    0   0.39      0.44     0.85  not_distinguishable_from_chance
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    _known(names, around)
    drawing.checked(draws, seed)
    drawing.known_level(level)
    known_tail(tail)
    persons = read_persons(people, value, unit, weight, by)
    frame = _measured(persons, names, around, degree, bands)
    drawn = _drawn(persons, _evaluator(names, around, persons, degree, bands), len(names), draws, seed, progress)
    frame.insert(int(frame.columns.get_indexer(["value"])[0]) + 1, "flag", pd.NA)
    frame = beside(frame, drawn, [None] * len(names), level, tail, [1] * len(names))
    frame["sentence"] += [_beside_chance(row) for _, row in frame.iterrows()]
    first = [*persons.names["by"], "measure", "value", "expected", "lower", "upper", "level", "flag"]
    last = ["sentence", "method", "version"]
    frame = frame[[*first, *(name for name in frame if name not in {*first, *last}), *last]]
    said = f"null:{NULL}; draws={draws}; seed={seed}" if draws else "none:no_draws"
    for name, text in {"null": NULL, "tail": tail, "seed": seed, "interval_method": said}.items():
        frame.insert(len(frame.columns) - 1, name, text)
    inputs: dict[str, Any] = {"people": persons.table}
    if around is not None:
        inputs["around"] = around
    arguments = {
        "measures": names, **persons.names, "degree": degree, "bands": bands, "draws": draws, "seed": seed,
        "level": level, "tail": tail,
    }  # fmt: skip
    result = remember(frame, Call("inference.sorting", inputs, arguments, described))
    result.attrs["cites"] = ("phipson_2010",)
    return result


def _known(names: list[str], around: Surroundings | None) -> None:
    """Refuse measures that are none, or that surroundings mean nothing to."""
    known_measures(names, MEASURES, "measure of values of people")
    blind = [name for name in names if name != "sorting_index"]
    if around is not None and blind:
        message = (
            f"{listed(blind)} has no spatial form." if len(blind) == 1 else f"{listed(blind)} have no spatial form."
        )
        raise InvalidParameter(message, remedy="Pass measures='sorting_index', or leave around= out.")


def _measured(
    persons: Persons, names: list[str], around: Surroundings | None, degree: int, bands: int | None
) -> pd.DataFrame:
    """Values of the people as they live, a row for each stratum and measure."""
    columns = {name: persons.names[name] for name in ("value", "unit", "weight", "by")}
    ranks = [name for name in names if name in WAYS]
    tables = []
    if ranks:
        tables.append(rank_order(persons.table, **columns, measures=ranks, degree=degree, bands=bands))
    if "sorting_index" in names:
        tables.append(sorting_index(persons.table, **columns, around=around))
    if "centile_gap" in names:
        tables.append(centile_gap(persons.table, **columns))
    frames = {}
    for table in tables:
        for name, rows in pd.DataFrame(table).groupby("measure", sort=False):
            frames[str(name)] = rows.reset_index(drop=True)
    kept = ["measure", "value", "people", "weight", "effective", "units", "reason", "note", "around"]
    shown = [*persons.names["by"], *kept, "sentence", "method", "version"]
    each = [frames[name].reindex(columns=shown).astype({"reason": object, "note": object}) for name in names]
    several = len(persons.strata)
    return pd.concat(each, ignore_index=True).iloc[
        np.arange(several * len(names)).reshape(len(names), several).T.ravel()
    ].reset_index(drop=True)  # fmt: skip


def _beside_chance(row: pd.Series) -> str:
    """Say what chance alone gives, after the sentence about a value."""
    if not np.isfinite(row["value"]) or not row["draws"]:
        return ""
    deals = f"{100 * row['level']:.4g} % of the deals lie from {row['lower']:.3f} to {row['upper']:.3f}"
    given = f"{row['expected']:.3f} ({deals})"
    more = " That cannot be told from chance." if pd.notna(row["flag"]) else ""
    return f" People dealt to units at random give {given} where these give {row['value']:.3f}.{more}"


def _evaluator(
    names: list[str], around: Surroundings | None, persons: Persons, degree: int, bands: int | None
) -> Callable[[Stratum], list[float]]:
    """Values of every measure for people of one stratum."""
    near = None if around is None else Near(persons, around)
    ranks = [name for name in names if name in WAYS]

    def values(people: Stratum) -> list[float]:
        found = {row["measure"]: row["value"] for row in fitted_people(people, ranks, degree, bands)} if ranks else {}
        if "sorting_index" in names:
            found["sorting_index"] = sorted_people(people, near)["value"]
        if "centile_gap" in names:
            found["centile_gap"] = ranked_people(people)["value"]
        return [found[name] for name in names]

    return values


def _drawn(
    persons: Persons,
    values: Callable[[Stratum], list[float]],
    measures: int,
    draws: int,
    seed: int,
    progress: drawing.Progress,
) -> FloatArray:
    """Values after dealing, shape (draws, measures, strata)."""
    strata = list(persons.each())
    out = np.empty((draws, measures, len(strata)))
    for draw in range(draws):
        stream = drawing.stream(seed, draw)
        for place, people in enumerate(strata):
            out[draw, :, place] = values(people._replace(unit=stream.permutation(people.unit)))
        if progress is not None:
            progress(draw + 1, draws)
    return out
