"""Indices as objectives: how far chance alone would move them, and when they order nothing."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd

from placemix._typing import GroupName
from placemix.counts import Counts
from placemix.errors import PlacemixError, RankedNoise, together
from placemix.inference import drawing
from placemix.results import group_names
from placemix.scenarios.choosing.gap_sums import Gap, gap_with
from placemix.scenarios.effects import plan_effects
from placemix.scenarios.effects.changing import OF_A_GROUP, OF_ALL
from placemix.scenarios.newcomers import read

#: Columns of the place gap.
GAP = ("place_gap", "place_gap_change", "place_gap_size")
#: Column that names the rows that are tested; no kind of homes bears it.
_PLAN = "row tested beside chance"


def indices_in(objectives: Mapping[str, object]) -> dict[str, list[str]]:
    """Say which objectives are of an index: their columns, by measure.

    Examples
    --------
    >>> indices_in({"gini_change": "less", "diversity_unit": "more", "gini": "less"})
    {'gini': ['gini_change', 'gini']}
    """
    found = {name: [column for column in objectives if column in {name, f"{name}_change"}] for name in _MEASURES}
    return {name: columns for name, columns in found.items() if columns}


_MEASURES = (*OF_A_GROUP, *OF_ALL)


def margins(
    homes: Counts,
    newcomers: pd.DataFrame,
    table: pd.DataFrame,
    objectives: Mapping[str, object],
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    condition: pd.Series | None = None,
    draws: int = 199,
    level: float = 0.95,
    seed: int = 0,
    unit: str = "unit",
    below_chance: bool = False,
) -> dict[str, float]:
    """Say what difference of each index is more than chance; refuse indices that no alternative moves by as much.

    Of an index, the alternatives with its greatest rise and its greatest fall are put beside chance by `plan_effects`;
    of the place gap, all of them, by the variance of means over homes that are put anew where homes of their kind are.

    Parameters
    ----------
    homes, newcomers, focal, against, condition, unit
        As in `objectives_of`.
    table
        What `objectives_of` gave, rows as in `newcomers`.
    objectives
        Columns that are compared.
    draws, level, seed
        As in `placemix.inference.difference`.
    below_chance
        Whether indices order alternatives whatever chance would do: then nothing is tested.

    Returns
    -------
    margins
        For each objective that is of an index, the distance of the change from the farther end of its interval: the
        largest over the alternatives tested. Empty if none is, or with `below_chance`.

    Raises
    ------
    RankedNoise
        No alternative changes an index by more than chance would.
    """
    if below_chance:
        return {}
    faults: list[PlacemixError] = []
    found: dict[str, float] = {}
    asked = indices_in(objectives)
    tested = _tested(homes, newcomers, table, list(asked), unit)
    if len(tested):
        beside = plan_effects(
            homes, tested, list(asked), plan=_PLAN, focal=focal, against=against, unit=unit, draws=draws, level=level,
            seed=seed,
        )  # fmt: skip
        for measure, columns in asked.items():
            rows = beside[beside["measure"].astype(str) == measure]
            found |= dict.fromkeys(columns, _index(measure, pd.DataFrame(rows), faults))
    columns = [column for column in objectives if column in GAP]
    if columns and condition is not None and focal is not None:
        drawing.known_level(level)
        where, added, _ = read(homes, newcomers, unit)
        gap = gap_with(homes, condition, focal, against, where, added)
        found |= dict.fromkeys(columns, _gap(gap, level, faults))
    if faults:
        raise together(faults)
    return found


def _index(measure: str, rows: pd.DataFrame, faults: list[PlacemixError]) -> float:
    """Distance of the changes of an index from the farther ends of their intervals, the largest of all."""
    known = rows[rows["lower"].notna() & rows["change"].notna()]
    if not len(known):
        return 0.0
    wide = float(np.maximum(known["change"] - known["lower"], known["upper"] - known["change"]).max())
    if not known["beyond_chance"].any():
        faults.append(_noise(measure, float(known["change"].abs().max()), wide))
    return wide


def _gap(gap: Gap, level: float, faults: list[PlacemixError]) -> float:
    """The same of the place gap, whose interval is known in closed form."""
    change = np.abs(gap.after - gap.before)
    wide = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(gap.noise)
    known = np.isfinite(change) & np.isfinite(wide)
    if not known.any():
        return 0.0
    if not (change[known] > wide[known]).any():
        faults.append(_noise("place_gap", float(change[known].max()), float(wide[known].max())))
    return float(wide[known].max())


def _tested(
    homes: Counts, newcomers: pd.DataFrame, table: pd.DataFrame, measures: list[str], unit: str
) -> pd.DataFrame:
    """Rows with the greatest rise and fall of each index, under names of their own."""
    rows: list[int] = []
    for measure in measures:
        change = table[f"{measure}_change"].to_numpy(dtype=np.float64)
        if np.isfinite(change).any():
            rows += [int(np.nanargmax(change)), int(np.nanargmin(change))]
    chosen = sorted(set(rows))
    columns = [unit, *(name for name in group_names(homes) if name in newcomers.columns)]
    return pd.DataFrame(newcomers).iloc[chosen][columns].assign(**{_PLAN: [str(row) for row in chosen]})


def _noise(name: str, largest: float, wide: float) -> RankedNoise:
    message = (
        f"{name} changes by {largest:.2g} at most, and chance alone would move it by {wide:.2g}: it is too small to "
        f"change the area's figure, and orders no alternatives."
    )
    remedy = "Leave it out of the objectives; below_chance=True orders by it all the same, and says so."
    return RankedNoise(message, remedy=remedy)
