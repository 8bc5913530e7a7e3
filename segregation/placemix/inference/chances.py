"""What a measure would be without any systematic sorting, and how unusual its value is beside that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import Across, BoolArray, FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, did_you_mean
from placemix.estimating import Estimate
from placemix.inference import drawing
from placemix.inference.asking import question
from placemix.inference.closed import EXACT, Expectation, expectation
from placemix.inference.households import Cluster, Dealt, dealt
from placemix.inference.nulls import Null, Table, drawing_of, known
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, arguments_of
from placemix.measuring.inputs import described
from placemix.measuring.plan import Row, Which
from placemix.measuring.stacked import evaluator
from placemix.registry import Measure
from placemix.results import Call, Result, estimates, remember
from placemix.surroundings import Surroundings

#: Which draws count as at least as extreme as the value.
Tail = Literal["above", "below", "both"]
TAILS = ("above", "below", "both")
#: Flag of a value that chance alone would often give.
NOISE = "not_distinguishable_from_chance"
#: Standard deviations above the expected value below which a value gets that flag.
_APART = 2.0
#: Measures that sorting lowers: the flag is for values that lie above what is expected, or too little below.
_LOWERED = {"exposure"}
#: Measures of where a group lives, which sorting moves either way: the flag is for values too near what is expected.
_EITHER_WAY = {
    "delta", "absolute_concentration", "relative_concentration", "relative_centralisation", "absolute_centralisation",
    "proportion_central", "relative_clustering",
}  # fmt: skip


class Drawn(NamedTuple):
    """Values of a call's rows under a null.

    Attributes
    ----------
    values
        Shape (draws, rows, strata).
    dealt
        How many people were dealt together.
    """

    values: FloatArray
    dealt: Dealt


def table(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
    across: Across | None = None,
    centre: Centre = None,
    order: Order = None,
    null: Null = "evenness",
    cluster: Cluster | None = None,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
    tail: Tail = "above",
    progress: drawing.Progress = None,
) -> Result:
    """Put beside every value what chance alone would give.

    Chance is not segregation: people dealt to small places at random are spread unevenly. Draws of
    the null are made before surroundings are looked at, so that a spatial measure gets a spatial
    null, and all measures and groups of the call share the same draws.

    Parameters
    ----------
    counts, measures, focal, against, by, around, across, centre, order
        As in `placemix.measure`.
    null
        What chance means. ``"evenness"``: units keep their people, and each household's group is
        drawn with the stratum's shares. ``"systematic"``: groups keep their members, and each
        household's unit is drawn by the size of units. ``"multinomial"``: both are drawn.
        ``"fixed_margins"``: both are kept, and people are dealt. ``"permuted_units"``: units with
        all their people change places, which only spatial measures notice.
    cluster
        People dealt together, because people of a household are seldom of different groups: a mean
        size, households by size such as ``{1: 30, 2: 34, 3: 16, 4: 20}``, or a series with the mean size of
        every unit. Default: one by one for pupils and staff, 2.4 for residents; what was used is printed.
    draws
        How many draws; 0 gives what is known in closed form.
    seed
        Where the random numbers begin. The same seed gives the same digits on any machine.
    level
        Share of the draws between `lower` and `upper`.
    tail
        Which draws are as extreme as the value: those ``"above"``, ``"below"``, or twice the fewer
        of ``"both"``.
    progress
        Called with the draws done and all of them.

    Returns
    -------
    result
        The columns of `placemix.measure`, of which `expected` is the mean under the null, `lower` and
        `upper` hold the middle of the draws, and `flag` is ``not_distinguishable_from_chance`` where
        the value lies less than two standard deviations above what is expected (exposure: below; concentration,
        centralisation and relative clustering: above or below; diversity of a whole place, which sorting leaves
        alone, never has it). After `flag`: `sd`
        (standard deviation of the draws), `p_value` ((r + 1) / (n + 1) with r of n draws as extreme as
        the value), `expected_by` (``exact``, or ``draws`` and their Monte Carlo error), `null`,
        `cluster` (in words), `draws` (those in which the value is defined), `tail`, `seed`.

    Raises
    ------
    InvalidParameter
        The null, the tail, the level, the cluster, draws or the seed is none; or the null changes nothing
        that the measures see.

    References
    ----------
    Winship 1977; Carrington and Troske 1997; Phipson and Smyth 2010.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> found = pm.inference.table(homes, "dissimilarity", focal="asian", null="fixed_margins", cluster=1, draws=199)
    >>> found[["value", "expected", "p_value"]].round(4)
        value  expected  p_value
    0  0.5952    0.0751    0.005
    """
    counts, drawer = checked(counts), known(null)
    drawing.checked(draws, seed)
    drawing.known_level(level)
    known_tail(tail)
    together = dealt(counts, cluster)
    names, frame, plan, strata, nearby = question(
        counts, measures, focal, against, by, around, across, centre=centre, order=order
    )
    _sees(plan, null, around)
    deal = Table.of(counts.values, counts.total, strata, together.of_units, residual=None)
    drawn: FloatArray = np.empty((0, len(plan), len(strata)))
    if draws:
        drawn = drawing.over(
            drawing_of(drawer, deal), evaluator(plan, counts, strata, nearby, draws=draws), draws=draws, seed=seed,
            apart=nearby is None,
            cells=deal.people.size, progress=progress,
        )  # fmt: skip
    # Closed forms know one size of households.
    plain = around is None and together.by_unit is None
    closed = [expectation(row, counts, strata, null, together.size) if plain else None for row in plan]
    apart = [_moved(row.asked.row) for row in plan]
    frame = beside(frame, drawn, closed, level, tail, apart)
    frame["null"], frame["cluster"], frame["tail"], frame["seed"] = null, together.text, tail, seed
    frame["interval_method"] = (
        f"null:{null}; cluster={together.size:g}; draws={draws}; seed={seed}" if draws else f"none:no_draws ({null})"
    )
    inputs: dict[str, Any] = {"counts": counts} if around is None else {"counts": counts, "around": around}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "across": across, **arguments_of(centre, order),
        "null": null, "draws": draws, "seed": seed, "level": level, "tail": tail,
    }  # fmt: skip
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    return remember(frame, Call("inference.table", inputs, arguments, described))


def expected(
    counts: Counts,
    measure: str,
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    around: Surroundings | None = None,
    centre: Centre = None,
    order: Order = None,
    null: Null = "evenness",
    cluster: Cluster | None = None,
    draws: int = 999,
    seed: int = 0,
) -> Estimate:
    """Give the value with what chance alone would give of it.

    Parameters
    ----------
    counts, measure, focal, against, around, centre, order
        As in `placemix.estimate`.
    null, cluster, draws, seed
        As in `placemix.inference.table`.

    Returns
    -------
    estimate
        Its `expected` is the mean under the null; its interval holds 95 % of the draws; its `note` bears the flag.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> round(pm.inference.expected(homes, "isolation", focal="asian", null="fixed_margins", draws=0).expected, 6)
    0.305263
    """
    found = table(
        counts, measure, focal=focal, against=against, around=around, centre=centre, order=order, null=null,
        cluster=cluster, draws=draws, seed=seed,
    )  # fmt: skip
    several = estimates(found)
    if len(several) > 1:
        message = f"An estimate is one number; {len(several)} were asked for."
        raise InvalidParameter(message, remedy="Name one group in focal= and in against=, or call inference.table.")
    if not found["flag"].notna().item():
        return several[0]
    return replace(several[0], note="; ".join(filter(None, [several[0].note, NOISE])))


def _moved(row: Measure) -> float:
    """Whether sorting raises a measure (1), lowers it (-1), may do either (0), or leaves it alone (NaN)."""
    if row.dimension == "diversity":
        return np.nan
    return 0 if row.name in _EITHER_WAY else -1 if row.name in _LOWERED else 1


def known_tail(tail: str) -> None:
    """Refuse a tail that is none.

    Raises
    ------
    InvalidParameter
        It is neither above, below nor both.
    """
    if tail not in TAILS:
        message = f"tail is one of {', '.join(TAILS)}, not {tail!r}."
        raise InvalidParameter(message, remedy=did_you_mean(tail, list(TAILS)))


def _sees(plan: Sequence[Row], null: str, around: Surroundings | None) -> None:
    """Refuse a null that changes nothing: places matter to spatial measures alone."""
    if null != "permuted_units":
        return
    blind = [row.asked.text for row in plan if around is None and not row.asked.row.looks_at_a_map]
    if blind:
        message = f"permuted_units only moves units about, which changes nothing of {', '.join(dict.fromkeys(blind))}."
        raise InvalidParameter(message, remedy="Pass around= surroundings, or another null.")


def beside(
    frame: pd.DataFrame,
    drawn: FloatArray,
    closed: Sequence[Expectation | None],
    level: float,
    tail: str,
    apart: Sequence[float],
) -> pd.DataFrame:
    """Fill the columns about chance into a frame that has a `flag`; its rows are strata, then rows of the call.

    `apart` says for each row of the call whether sorting raises its value (1), lowers it (-1), may do either (0), or
    leaves it alone (NaN), as it does the mix of a whole place: such a value is never noise of sorting.
    """
    many = drawn.shape[0]
    flat = drawn.transpose(2, 1, 0).reshape(len(frame), many)
    defined = np.isfinite(flat)
    known, value = defined.sum(axis=1), frame["value"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(defined, flat, 0.0).sum(axis=1) / known
        sd = np.sqrt((np.where(defined, flat - mean[:, np.newaxis], 0.0) ** 2).sum(axis=1) / (known - 1))
        error = sd / np.sqrt(known)
    ends = np.full((2, len(frame)), np.nan)
    some = (known > 0) & np.isfinite(value)
    if some.any():
        tails = (1 - level) / 2
        ends[:, some] = np.nanquantile(flat[some], [tails, 1 - tails], axis=1)
    texts = np.array(
        [f"draws, ± {noise:.2g}" if count > 1 else "draws" for noise, count in zip(error, known, strict=True)]
    )
    centre, by = np.where(np.isfinite(value), mean, np.nan), texts.astype(object)
    for place, form in enumerate(closed):
        # What leaves something out is given only where nothing was drawn.
        if form is not None and (form.by == EXACT or not many):
            rows_of = slice(place, None, len(closed))
            centre[rows_of] = np.where(np.isfinite(value[rows_of]), form.value, np.nan)
            by[rows_of] = form.by
    by[~np.isfinite(centre)] = None
    frame = frame.copy()
    frame["expected"] = centre
    frame["lower"], frame["upper"] = ends
    frame["level"] = np.where(some, level, np.nan)
    way = np.resize(apart, len(frame))
    off = value - centre
    near = some & (np.where(way == 0, np.abs(off), way * off) < _APART * sd)
    frame["flag"] = pd.Categorical.from_codes(np.where(near, 0, -1), categories=[NOISE])
    columns = {
        "sd": np.where(some, sd, np.nan),
        "p_value": np.where(some, _p_values(flat, defined, value, tail), np.nan),
        "expected_by": by,
        "draws": known,
    }
    place = int(frame.columns.get_indexer(["flag"])[0]) + 1
    for offset, (name, column) in enumerate(columns.items()):
        frame.insert(place + offset, name, column)
    return frame


def _p_values(flat: FloatArray, defined: BoolArray, value: FloatArray, tail: str) -> FloatArray:
    """Share of the draws at least as extreme as the value, which counts as one of them."""
    # Draws that equal the value but for rounding are as extreme as it.
    room = 1e-12 * np.maximum(1.0, np.abs(value))
    with np.errstate(invalid="ignore"):
        above = ((flat >= (value - room)[:, np.newaxis]) & defined).sum(axis=1)
        below = ((flat <= (value + room)[:, np.newaxis]) & defined).sum(axis=1)
    total = defined.sum(axis=1) + 1
    if tail == "both":
        return np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / total)
    return ((above if tail == "above" else below) + 1) / total
