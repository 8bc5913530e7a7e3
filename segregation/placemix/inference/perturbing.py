"""What publishers' changes to small cells may do to a measure: a sensitivity run, not their key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from placemix._typing import Across, FloatArray
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter
from placemix.inference import drawing
from placemix.inference.asking import question
from placemix.inference.nulls import Draw
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, arguments_of
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which
from placemix.measuring.stacked import evaluator
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings


def perturbation_sensitivity(
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
    share: float = 0.14,
    most: int = 3,
    level: float = 0.95,
    draws: int = 199,
    seed: int = 0,
    progress: drawing.Progress = None,
) -> Result:
    """Change some cells a little, as publishers do to protect people, and see what a measure does.

    Publishers change cells by a few people and keep secret how. Here each cell is changed with a
    probability of `share` by 1 to `most` people, up or down alike, and never below 0. That is our
    assumption of what such a key may look like, and the shift says what changes of this kind do on
    top of those that the table holds already.

    Parameters
    ----------
    counts, measures, focal, against, by, around, across, centre, order
        As in `placemix.measure`.
    share
        Probability that a cell is changed.
    most
        People by which it is changed at most.
    level, draws, seed, progress
        As in `placemix.inference.table`.

    Returns
    -------
    result
        The columns of `placemix.measure`, of which `lower`, `upper` and `level` hold the middle of the
        draws; after `flag`: `sd`, `median_shift` (median of the draws less the value), `draws`
        (those in which the value is defined), `seed`. `interval_method` is ``assumption:…`` with what was assumed.

    Raises
    ------
    InvalidParameter
        The share is no probability, or a number is none.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.inference.perturbation_sensitivity(homes, "dissimilarity", focal="blue", draws=19)
    >>> bool(found["median_shift"].abs().item() < 0.05)
    True
    """
    counts = checked(counts)
    drawing.checked(draws, seed, least=2)
    drawing.known_level(level)
    names, frame, plan, strata, nearby = question(
        counts, measures, focal, against, by, around, across, centre=centre, order=order
    )

    # Nobody is in none of the groups where all are counted in one, and no key puts anybody there.
    cells = np.column_stack([counts.values, counts.residual]) if counts.residual.any() else counts.values
    drawn = drawing.over(
        changed(cells, share, most),
        evaluator(plan, counts, strata, nearby, draws=draws),
        draws=draws,
        seed=seed,
        apart=nearby is None,
        cells=cells.size,
        progress=progress,
    )
    flat = drawn.transpose(2, 1, 0).reshape(len(frame), draws)
    counted = np.isfinite(flat).sum(axis=1)
    known = frame["value"].notna().to_numpy() & (counted > 1)
    ends, sd, shift = np.full((2, len(frame)), np.nan), np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    if known.any():
        tail = (1 - level) / 2
        ends[:, known] = np.nanquantile(flat[known], [tail, 1 - tail], axis=1)
        sd[known] = np.nanstd(flat[known], axis=1, ddof=1)
        shift[known] = np.nanmedian(flat[known], axis=1) - frame["value"].to_numpy()[known]
    frame["lower"], frame["upper"] = ends
    frame["level"] = np.where(known, level, np.nan)
    place = int(frame.columns.get_indexer(["flag"])[0]) + 1
    columns: dict[str, Any] = {"sd": sd, "median_shift": shift, "draws": counted, "seed": seed}
    for offset, (name, column) in enumerate(columns.items()):
        frame.insert(place + offset, name, column)
    frame["interval_method"] = (
        f"assumption:a share of {share:g} of cells changed by 1 to {most}, none below 0; draws={draws}; seed={seed}"
    )
    inputs = {"counts": counts} if around is None else {"counts": counts, "around": around}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "across": across, **arguments_of(centre, order),
        "share": share, "most": most, "level": level, "draws": draws, "seed": seed,
    }  # fmt: skip
    return remember(frame, Call("inference.perturbation_sensitivity", inputs, arguments, described))


def changed(cells: FloatArray, share: float, most: int) -> Draw:
    """Return a way to change some cells by a few people, up or down alike, and never below 0.

    Raises
    ------
    InvalidParameter
        The share is no probability, or a number is none.
    """
    if isinstance(share, bool) or not isinstance(share, int | float | np.floating) or not 0 <= share <= 1:
        message = f"share is a probability, not {share!r}."
        raise InvalidParameter(message)
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
        message = f"most is a whole number of at least 1, not {most!r}."
        raise InvalidParameter(message)

    def drawn(rng: np.random.Generator) -> FloatArray:
        moved = rng.integers(1, most + 1, cells.shape) * rng.choice([-1, 1], cells.shape)
        return np.maximum(cells + np.where(rng.random(cells.shape) < share, moved, 0), 0.0)

    return drawn
