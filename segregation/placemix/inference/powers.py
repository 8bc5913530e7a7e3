"""The smallest change that chance would let one see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter
from placemix.indices.margins import fit
from placemix.inference import drawing
from placemix.inference.households import Cluster, dealt
from placemix.inference.resamples import Resample
from placemix.inference.resampling import resampled
from placemix.measuring import estimate
from placemix.measuring.plan import Row, rows
from placemix.measuring.stacked import Versions, evaluate
from placemix.results import Call, Result, remember
from placemix.strata import Strata

#: Halvings of the interval in which the change is looked for.
_HALVINGS = 12
#: Largest power to which odds ratios are raised while looking.
_STEEPEST = 8.0
#: Draws of several tables never meet: their seeds are so far apart.
_APART = 7


class _Question(NamedTuple):
    """What is asked of every table that is tried."""

    plan: list[Row]
    strata: Strata
    counts: Counts
    resample: str
    size: float
    draws: int
    seed: int

    def drawn(self, counts: Counts, number: int) -> FloatArray:
        """Values of a table drawn anew, shape (draws,)."""
        values = resampled(
            self.plan, counts, self.strata, None, resample=self.resample, size=self.size, draws=self.draws,
            seed=_APART * self.seed + number,
        )  # fmt: skip
        return values[:, 0, 0]


def minimum_detectable_change(
    counts: Counts,
    measure: str,
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    resample: Resample = "parametric",
    cluster: Cluster | None = None,
    power: float = 0.8,
    level: float = 0.95,
    draws: int = 499,
    seed: int = 0,
) -> Result:
    """Find the smallest rise and fall that a comparison with such a table would show.

    Both tables are drawn anew many times. Where nothing changed, the difference of two draws says how
    large one must be to be called a change at the level; then the table is made more and less
    separate, with its margins kept, until the share of draws that pass is the power asked for.

    Parameters
    ----------
    counts, measure, focal, against
        As in `placemix.estimate`.
    resample, cluster
        How tables are drawn anew; see `placemix.inference.intervals`.
    power
        How often the change should be seen.
    level
        How often no change is called none.
    draws, seed
        Draws for each table that is tried, and where their random numbers begin.

    Returns
    -------
    result
        Two rows, of a rise and of a fall: `measure`, `focal`, `against`, `value`, `direction`,
        `detectable` (change of the value, with its sign; NaN where even the most extreme table would
        not be told apart), `critical` (difference beyond which a change is called one), `false_alarms`
        (share of fresh draws without any change that pass; about 1 - level), `power` (reached), `people`,
        `units`, `residual`, `units_dropped`, `cluster`, `draws`, `seed`, `reason`, `method`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        A number is none; or the measure is undefined here.

    Notes
    -----
    The table is made more separate by raising how far each cell is from even to a power, and fitting
    the margins again. Other changes of the same size may be easier or harder to see.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> found = pm.inference.minimum_detectable_change(homes, "isolation", focal="asian", cluster=1, draws=99)
    >>> found["direction"].tolist(), bool((found["detectable"].abs() > 0.05).all())
    (['rise', 'fall'], True)
    """
    counts = checked(counts)
    drawing.checked(draws, seed, least=20)
    drawing.known_level(level)
    if isinstance(power, bool) or not isinstance(power, int | float | np.floating) or not 1 - level < power < 1:
        message = f"power is between {1 - level:g} and 1, not {power!r}."
        raise InvalidParameter(message, remedy="0.8 is usual.")
    plain = estimate(counts, measure, focal=focal, against=against)
    if np.isnan(plain.value):
        message = f"{measure} is undefined here ({plain.reason})."
        raise InvalidParameter(message, remedy="There is no change to detect.")
    plan = rows(counts, measure, focal, against)
    if len(plan) != 1 or plan[0].asked.row.call in {"mix", "trajectory", "threshold"}:
        message = f"The change of {measure} is not looked for."
        raise InvalidParameter(message, remedy="Name one group, and a measure of evenness or exposure.")
    together = dealt(counts, cluster)
    question = _Question(plan, counts.arranged(()), counts, resample, together.size, draws, seed)
    one, other, fresh, again = (question.drawn(counts, number) for number in range(4))
    if not np.isfinite([one, other, fresh, again]).all():
        message = f"{measure} is undefined in some of the draws: the group is too small to look for changes."
        raise InvalidParameter(message, remedy="Merge groups or units, or measure another group.")
    critical = float(np.quantile(np.abs(other - one), level))
    alarms = float((np.abs(again - fresh) > critical).mean())
    found = [_searched(question, one, critical, power, sign, plain.value) for sign in (1, -1)]
    frame = pd.DataFrame({
        "measure": plain.measure, "focal": None if focal is None else group_text(focal), "against": plain.against,
        "value": plain.value, "direction": ["rise", "fall"], "detectable": [change for change, _ in found],
        "critical": critical, "false_alarms": alarms, "power": [reached for _, reached in found],
        "people": plain.people, "units": plain.units, "residual": plain.residual,
        "units_dropped": plain.units_dropped, "cluster": together.text, "draws": draws, "seed": seed,
        "reason": ["not_reached" if np.isnan(change) else None for change, _ in found], "method": plain.method,
        "source": counts.source, "version": __version__,
    })  # fmt: skip
    arguments: dict[str, Any] = {
        "measure": measure, "focal": focal, "against": against, "resample": resample, "cluster": cluster,
        "power": power, "level": level, "draws": draws, "seed": seed,
    }  # fmt: skip
    return remember(frame, Call("inference.minimum_detectable_change", {"counts": counts}, arguments))


def _searched(
    question: _Question, first: FloatArray, critical: float, power: float, sign: int, value: float
) -> tuple[float, float]:
    """Change by which the power is reached in one direction, and the power there."""

    def tried(steepness: float) -> tuple[float, float]:
        table = _steeper(question.counts, steepness)
        if table is None:
            return float("nan"), 0.0
        row = question.plan[0]
        # The same random numbers at every try, so that more change is more power.
        passed = sign * (question.drawn(table, 4) - first) > critical
        moved = _value_of(question, table, row) - value
        return moved, float(passed.mean())

    low, high = 0.0, _STEEPEST if sign > 0 else 1.0
    end = tried(1 + high if sign > 0 else 0.0)
    if not end[1] >= power:
        return float("nan"), end[1]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if tried(1 + sign * middle)[1] >= power:
            high = middle
        else:
            low = middle
    return tried(1 + sign * high)


def _value_of(question: _Question, table: Counts, row: Row) -> float:
    """Value of a table itself, for the row of a question."""
    versions = Versions(table.values[np.newaxis], table.total[np.newaxis])
    return float(evaluate([row], table, question.strata, None, versions)[0, 0, 0])


def _steeper(counts: Counts, power: float) -> Counts | None:
    """Raise how far each cell is from even to a power, with units and groups as large as they were."""
    people = np.column_stack([counts.values, counts.residual])
    kept = people.sum(axis=0) > 0
    total, members = people.sum(axis=1), people.sum(axis=0)
    even = total[:, np.newaxis] * members / total.sum()
    seed = np.where(people > 0, even * (np.where(people > 0, people, 1) / np.where(even > 0, even, 1)) ** power, 0.0)
    fitted = fit(seed[:, kept], total, members[kept], precision=1e-8).values
    if np.isnan(fitted).any():
        return None
    out = np.zeros_like(people)
    out[:, kept] = fitted
    # Values are rounded by the fit: totals stay exactly what they were.
    return replace(counts, values=out[:, :-1], total=np.maximum(counts.total, out[:, :-1].sum(axis=1)))
