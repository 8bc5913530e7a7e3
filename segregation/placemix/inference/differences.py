"""Whether two places, dates or groups differ by more than chance would make them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from placemix._typing import Across, FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, VintageMismatch, did_you_mean
from placemix.inference import drawing, ends
from placemix.inference.households import Cluster, dealt
from placemix.inference.resamples import Resample
from placemix.inference.resampling import resampled
from placemix.measuring import measure
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, arguments_of, given_of
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which, rows
from placemix.measuring.vicinity import Vicinity
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings

#: What the test looks for: any difference, or that the second value is the greater or the less.
Alternative = Literal["two-sided", "greater", "less"]
_ALTERNATIVES = ("two-sided", "greater", "less")


def difference(
    first: Counts,
    second: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    around: tuple[Surroundings, Surroundings] | None = None,
    across: Across | None = None,
    centre: Centre = None,
    order: Order = None,
    resample: Resample = "people",
    method: ends.Method = "basic",
    alternative: Alternative = "two-sided",
    cluster: Cluster | tuple[Cluster, Cluster] | None = None,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
    progress: drawing.Progress = None,
) -> Result:
    """Compare a measure of two tables: the difference, its interval and a test.

    The tables may be two dates of one place or two places; they need neither the same units nor the
    same map. For two groups of one table see `difference_of_groups`.

    Parameters
    ----------
    first, second
        People of each group in each unit.
    measures, focal, against, by, across, centre, order
        As in `placemix.measure`, of both. With `by`, strata are matched by their names.
    around
        Surroundings of the first and of the second table.
    resample, method, level, draws, seed, progress
        As in `placemix.inference.intervals`. The two tables are drawn independently.
    alternative
        ``"two-sided"``, or whether the second value is ``"greater"`` or ``"less"``.
    cluster
        People dealt together; one for both tables, or a pair.

    Returns
    -------
    result
        One row for each stratum, measure and group; a stratum of one table alone has no difference, and the
        reason ``one_table_only``. Columns: the strata, `measure`, `focal`,
        `against`, `value_first`, `value_second`, `difference` (second less first), `lower`, `upper`,
        `level`, `sd`, `bias` (mean of the drawn differences less the difference), `p_value`,
        `alternative`, `people_first`, `people_second`, and `units_`, `residual_`, `units_dropped_` of each,
        `reason`, `interval_reason`, `interval_method`, `cluster_first`, `cluster_second`,
        `draws`, `seed`, `around`, `method`, `source_first`, `source_second`, `version`.

    Raises
    ------
    InvalidParameter
        An option is none; or surroundings are given for one table alone.
    VintageMismatch
        The tables share no stratum.

    Notes
    -----
    p is (r + 1) / (n + 1) with r of n drawn differences, centred on 0, at least as far from it as the
    difference less its bias. Both tables are read as one outcome of chance; of complete counts this
    says how far chance alone may move them, and nothing of why they differ.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> before, after = town.residents("before"), town.residents("after")
    >>> found = pm.inference.difference(before, after, "dissimilarity", focal="blue", cluster=2.4, draws=99)
    >>> bool(found["difference"].item() == found["value_second"].item() - found["value_first"].item())
    True
    """
    first, second = checked(first), checked(second)
    known_alternative(alternative, around)
    ends.known(method)
    drawing.checked(draws, seed, least=2)
    drawing.known_level(level)
    names = [by] if isinstance(by, str) else list(by)
    pair = sizes_of_two(cluster)
    frames, drawn, texts = [], [], []
    for place, (counts, size) in enumerate(zip((first, second), pair, strict=True)):
        near = None if around is None else around[place]
        frame = pd.DataFrame(
            measure(
                counts, measures, focal=focal, against=against, by=names, around=near, across=across, centre=centre,
                order=order,
            )
        )  # fmt: skip
        given = given_of(counts, centre, order, names)
        plan, strata = rows(counts, measures, focal, against, around=near, given=given), counts.arranged(names)
        nearby = None if near is None else Vicinity(counts, strata, near, across, plan)
        together = dealt(counts, size)
        values = resampled(
            plan, counts, strata, nearby, resample=resample, size=together.of_units, draws=draws,
            # Streams of the two tables never meet.
            seed=2 * seed + place, progress=progress,
        )  # fmt: skip
        frames.append(frame)
        drawn.append(values.transpose(2, 1, 0).reshape(len(frame), draws))
        texts.append(together)
    one, other = _matched(frames[0], frames[1], names)
    moved = _taken(drawn[1], other) - _taken(drawn[0], one)
    table = compared(frames, (one, other), names, moved, level, method, alternative)
    made = f"{resample}, cluster={texts[0].size:g} and {texts[1].size:g}"
    table["interval_method"] = f"resampled:{method} interval; {made}; draws={draws}; seed={seed}"
    table["cluster_first"], table["cluster_second"] = texts[0].text, texts[1].text
    table["seed"] = seed
    for column in ("around", "method"):
        table[column] = either(frames, (one, other), column)
    table["source_first"], table["source_second"] = first.source, second.source
    table["version"] = __version__
    inputs: dict[str, Any] = {"first": first, "second": second}
    if around is not None:
        inputs |= {"around_first": around[0], "around_second": around[1]}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "across": across, **arguments_of(centre, order),
        "resample": resample, "method": method, "alternative": alternative,
        "level": level, "draws": draws, "seed": seed,
    }  # fmt: skip
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    return remember(table, Call("inference.difference", inputs, arguments, described))


def sizes_of_two(
    cluster: Cluster | tuple[Cluster | None, Cluster | None] | None,
) -> tuple[Cluster | None, Cluster | None]:
    """Household sizes of two tables: the same for both, or one each.

    Raises
    ------
    InvalidParameter
        A pair holds sizes by unit: one series serves both tables.
    """
    if not isinstance(cluster, tuple | list):
        return cluster, cluster
    if any(isinstance(size, pd.Series) for size in cluster) or len(cluster) != 2:
        message = "cluster is one for both tables, or a pair of numbers or tables of sizes."
        raise InvalidParameter(message, remedy="Give sizes by unit as one series that has the units of both tables.")
    return cluster[0], cluster[1]


def known_alternative(alternative: str, around: object) -> None:
    """Refuse what is no alternative, or surroundings of one table alone.

    Raises
    ------
    InvalidParameter
        One of them is none.
    """
    if alternative not in _ALTERNATIVES:
        message = f"alternative is one of {', '.join(_ALTERNATIVES)}, not {alternative!r}."
        raise InvalidParameter(message, remedy=did_you_mean(alternative, list(_ALTERNATIVES)))
    if around is not None and not (
        isinstance(around, tuple) and len(around) == 2 and all(isinstance(near, Surroundings) for near in around)
    ):
        message = "around takes the surroundings of the first table and of the second."
        raise InvalidParameter(message, remedy="Make both alike, and pass around=(near_first, near_second).")


def _matched(one: pd.DataFrame, other: pd.DataFrame, names: list[str]) -> tuple[IntArray, IntArray]:
    """Positions of every row in both frames, -1 where one lacks it; rows of the first alone come last."""
    columns = [*names, "measure", "focal", "against"]
    keys = [pd.MultiIndex.from_frame(frame[columns].astype(str)) for frame in (one, other)]
    place = keys[0].get_indexer(keys[1])
    if not (place >= 0).any():
        message = "The two tables share no stratum, measure and group."
        raise VintageMismatch(message, remedy="Strata are matched by name: use with_strata to give both the same.")
    alone = np.flatnonzero(keys[1].get_indexer(keys[0]) < 0)
    return np.append(place, alone), np.append(np.arange(len(other)), np.full(len(alone), -1))


def _taken(values: FloatArray, places: IntArray) -> FloatArray:
    """Rows by position, NaN where there is none."""
    out = values[np.maximum(places, 0)].astype(np.float64)
    out[places < 0] = np.nan
    return out


def either(frames: list[pd.DataFrame], places: tuple[IntArray, IntArray], column: str) -> list[Any]:
    """Text of the second frame's rows, or of the first's where the second lacks them."""
    texts = [frame[column].astype(object).where(frame[column].notna(), None).to_numpy() for frame in frames]
    pairs = zip(*places, strict=True)
    return [texts[1][other] if other >= 0 else texts[0][one] for one, other in pairs]


def compared(
    frames: list[pd.DataFrame],
    places: tuple[IntArray, IntArray],
    names: list[str],
    moved: FloatArray,
    level: float,
    method: str,
    alternative: str,
) -> pd.DataFrame:
    """Put two results side by side, row by row: values, difference, interval, p and what stands behind each.

    Parameters
    ----------
    frames
        Both results.
    places
        Rows of the first and of the second that belong together, -1 where there is none.
    names
        Columns of strata.
    moved
        Differences of the draws, shape (rows, draws).
    level, method, alternative
        Of the intervals and the test.
    """
    table = pd.DataFrame({name: either(frames, places, name) for name in [*names, "measure", "focal", "against"]})
    first, second = (_taken(frame["value"].to_numpy(), place) for frame, place in zip(frames, places, strict=True))
    apart = second - first
    table["value_first"], table["value_second"], table["difference"] = first, second, apart
    found = [ends.ends(value, draws, level, method) for value, draws in zip(apart, moved, strict=True)]
    table["lower"], table["upper"] = [end.lower for end in found], [end.upper for end in found]
    table["level"] = np.where(np.isfinite(table["lower"]), level, np.nan)
    known = np.isfinite(moved)
    count = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, moved, 0).sum(axis=1) / count
        sd = np.sqrt(np.where(known, (moved - mean[:, np.newaxis]) ** 2, 0).sum(axis=1) / (count - 1))
    undefined = ~np.isfinite(apart) | (count < 2)
    table["sd"] = np.where(undefined, np.nan, sd)
    table["bias"] = np.where(undefined, np.nan, mean - apart)
    table["p_value"] = np.where(undefined, np.nan, p_values(apart, moved, mean, known, alternative))
    table["alternative"] = alternative
    for name, frame, place in zip(("first", "second"), frames, places, strict=True):
        for column in ("people", "units", "residual", "units_dropped"):
            table[f"{column}_{name}"] = _taken(frame[column].to_numpy(dtype=np.float64), place)
    lacking = (places[0] < 0) | (places[1] < 0)
    why = [frame["reason"].astype(object).where(frame["reason"].notna(), None).to_numpy() for frame in frames]
    table["reason"] = [
        "one_table_only" if alone else why[0][one] or why[1][other]
        for one, other, alone in zip(*places, lacking, strict=True)
    ]
    table["interval_reason"], table["draws"] = [end.reason for end in found], count
    return table


def p_values(apart: FloatArray, moved: FloatArray, mean: FloatArray, known: Any, alternative: str) -> FloatArray:  # noqa: ANN401
    """Share of the drawn differences, centred on 0, as far from it as the difference less its bias.

    Parameters
    ----------
    apart
        The differences, shape (rows,).
    moved, known
        What was drawn of them, and whether it is defined, shape (rows, draws).
    mean
        Mean of the defined draws, shape (rows,).
    alternative
        ``"two-sided"``, ``"greater"`` or ``"less"``.
    """
    centred = moved - mean[:, np.newaxis]
    corrected = (2 * apart - mean)[:, np.newaxis]
    with np.errstate(invalid="ignore"):
        if alternative == "greater":
            extreme = centred >= corrected - 1e-12
        elif alternative == "less":
            extreme = centred <= corrected + 1e-12
        else:
            extreme = np.abs(centred) >= np.abs(corrected) - 1e-12
    found: FloatArray = ((extreme & known).sum(axis=1) + 1) / (known.sum(axis=1) + 1)
    return found
