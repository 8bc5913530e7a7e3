"""Local values: one a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from placemix._typing import Across
from placemix.counts import Counts, checked, group_text
from placemix.errors import FocalNeeded, InvalidParameter, NoSpatialForm, SurroundingsNeeded, listed
from placemix.measuring.inputs import described
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import REST, Row, Which, focal_groups, rival_text, rivals
from placemix.measuring.vicinity import Vicinity, known_across, known_around, matched
from placemix.registry import Asked, asked
from placemix.results import COLUMNS, Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.units import clusters, unitwise
from placemix.units.unitwise import Setting

#: Fewest permutations from which a pseudo p-value may be read.
_FEWEST = 99


def local(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    around: Surroundings | Counts | None = None,
    across: Across | None = None,
    level: float = 0.95,
    permutations: int = 999,
    seed: int = 0,
) -> Result:
    """Measure each unit: location quotients, local segregation, diversity, exposure, clusters.

    Parameters
    ----------
    counts
        People of each group in each unit.
    measures
        Names from `catalogue` whose dimension is local or diversity.
    focal
        Group of interest, a list of groups, or ``"each"``. Local segregation without one
        compares all groups.
    against
        What the focal group is compared with in local segregation, who is met in local exposure,
        and the other end of extremes: ``"rest"`` (everyone else), a group, a list of groups, or
        ``"each"``.
    by
        Strata that units are compared with. Default: the whole table.
    around
        Who is around each unit, from a function of `placemix.surroundings`, or counts of the
        people around: values are then of the mix that residents have around them. Local
        clusters need surroundings, and weigh neighbours as these do. Default: the unit itself.
    across
        What surroundings do at the borders of `by`. Default: they cross them (``"keep"``), as
        people do; local clusters compare the units of one stratum and end there (``"limit"``).
    level
        Level of the limits of location quotients: Byar's, what chance alone would give a
        unit of that size. And of the flag of local clusters: 1 - level is the share of units
        flagged that may be so by chance alone.
    permutations
        How often neighbours are picked at random, for the p-values of local clusters.
    seed
        Seed of these picks. The same seed gives the same digits on any machine, for any order
        of the units.

    Returns
    -------
    result
        One row for each unit, measure and group; columns `unit`, the strata, then as from
        `placemix.measure`, with `edge_share` of each unit where `around` is given. Units where
        nobody lives are NaN with the reason ``no_people``; in local clusters, units without
        neighbours with the reason ``no_neighbours``. Local clusters have two more columns after
        `flag`: `p_value`, two-sided, by conditional permutation, and `p_adjusted` for the number
        of units in the stratum (Benjamini and Hochberg). Their flag says ``cluster of high share``,
        ``cluster of low share``, ``high among low``, ``low among high``, or ``not distinguishable``
        where `p_adjusted` is above 1 - level. They are scores and no shares of anything: `numerator`
        is missing, `denominator` how many units a unit is compared among. The note says where no
        unit could pass, for want of permutations.

    Raises
    ------
    FocalNeeded
        A measure is about one group and none was named.
    InvalidParameter
        A measure has one value a stratum, a parameter is out of range, or no measure asked for
        looks at `against`, or at `around`.
    SurroundingsNeeded
        A measure of local clusters has no `around`.
    NoSpatialForm
        `around` is given and a measure has no published spatial form.
    MissingExtra
        Local clusters are asked for and `esda` is not installed.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> pm.local(homes, "location_quotient", focal="asian")[["unit", "value", "lower", "upper"]].round(2)
      unit  value  lower  upper
    0    A   2.67   2.11   3.32
    1    B   0.67   0.41   1.03
    2    C   0.00   0.00   0.12
    3    D   0.67   0.41   1.03
    """
    counts = checked(counts)
    known_around(around)
    known_across(across, around)
    _in_range(level, permutations, seed)
    permutations, seed = int(permutations), int(seed)
    strata = counts.arranged(by)
    names = (by,) if isinstance(by, str) else tuple(by)
    plan = [row for text in ([measures] if isinstance(measures, str) else measures)
            for row in _rows(asked(text), counts, focal, against, around)]  # fmt: skip
    if not plan:
        message = "No measure was asked for."
        raise InvalidParameter(message, remedy="Name at least one; placemix.catalogue() lists them.")
    _looked_at(plan, against, around)
    nearby: Vicinity | Everyone | None = None
    if isinstance(around, Surroundings):
        nearby = Vicinity(counts, strata, around, across, plan)
    elif around is not None:
        nearby = Everyone(matched(counts, around), strata)
    beside = f"given ({around.source})" if isinstance(around, Counts) else "own unit"
    setting = Setting(counts, strata, Everyone(counts, strata), nearby, beside, level)
    blocks = [
        clusters.block(row, setting, permutations=permutations, seed=seed)
        if row.asked.row.call == "neighbours"
        else unitwise.block(row, setting)
        for row in plan
    ]
    frame = _laid_out(blocks, setting, names)
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures),
        "focal": focal,
        "against": against,
        "by": list(names),
        "across": across,
        "level": level,
        "permutations": permutations,
        "seed": seed,
    }
    inputs = {"counts": counts} if around is None else {"counts": counts, "around": around}
    return remember(frame, Call("local", inputs, arguments, described))


def _in_range(level: object, permutations: object, seed: object) -> None:
    if isinstance(level, bool) or not isinstance(level, int | float | np.number) or not 0 < level < 1:
        message = f"level is between 0 and 1, not {level!r}."
        raise InvalidParameter(message)
    if not _whole(permutations) or permutations < _FEWEST:
        message = f"permutations is a whole number of at least {_FEWEST}, not {permutations!r}."
        raise InvalidParameter(message, remedy="999 is usual.")
    if not _whole(seed) or not 0 <= seed < 2**64:
        message = f"seed is a whole number from 0, not {seed!r}."
        raise InvalidParameter(message)


def _whole(value: object) -> TypeGuard[int]:
    numeric = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return numeric and float(value).is_integer()  # type: ignore[arg-type]


def _looked_at(plan: list[Row], against: Which, around: Surroundings | Counts | None) -> None:
    """Refuse what no measure of a call looks at."""
    names = listed(list(dict.fromkeys(row.asked.row.name for row in plan)))
    if against not in ("rest", None) and all(row.against in {None, REST} and row.shown is None for row in plan):
        message = f"against= has no meaning for {names}, which compares no two groups."
        remedy = "Leave it out, or select the two groups first: counts.select([…])."
        raise InvalidParameter(message, remedy=remedy)
    if around is not None and all(row.asked.row.call == "trajectory" for row in plan):
        message = f"{names} walks outward over everyone, nearest first, and takes no surroundings."
        raise InvalidParameter(message, remedy="Leave out around=.")


def _rows(ask: Asked, counts: Counts, focal: Which, against: Which, around: Surroundings | Counts | None) -> list[Row]:
    row = ask.row
    if row.dimension != "local" and row.call != "mix":
        message = f"{row.name} has one value a stratum, not one a unit."
        raise InvalidParameter(message, remedy=f"Call placemix.measure(counts, {row.name!r}, …).")
    if row.call == "neighbours" and not isinstance(around, Surroundings):
        message = f"{row.name} is about who is near whom, and needs surroundings."
        raise SurroundingsNeeded(message, remedy="Pass around=surroundings.contiguity(counts), or other neighbours.")
    walks = row.call == "trajectory"
    if around is not None and not walks and (not row.spatial or ask.values.get("finite")):
        message = f"{ask.text} has no published spatial form."
        raise NoSpatialForm(message, remedy="Leave out around=, or measure local_isolation or location_quotient.")
    if row.call == "mix" or (focal is None and row.focal != "needed"):
        return [Row(ask, None, None, None)]
    if focal is None:
        names = ", ".join(map(group_text, counts.groups))
        message = f"{row.name} is about one group."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, or focal='each'.")
    several = focal_groups(counts, focal)
    if row.name not in _COMPARED and not walks:
        return [Row(ask, position, REST, None) for position in several]
    others = rivals(counts, against)
    out = []
    for position in [position for position in several if others != [position]] or several:
        met = [other for other in others if other != position]
        if not met:
            message = f"{group_text(counts.groups[position])!r} is compared with itself."
            raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
        out += [Row(ask, position, other, rival_text(counts, other)) for other in met]
    return out


#: Measures that compare the focal group with another.
_COMPARED = frozenset({"local_information", "local_divergence", "local_exposure", "extremes"})


def _laid_out(blocks: list[pd.DataFrame], setting: Setting, names: tuple[str, ...]) -> pd.DataFrame:
    """Units in the order of the counts, each with its rows as asked."""
    counts, strata = setting.counts, setting.strata
    frame = pd.concat(blocks, ignore_index=True)
    frame = frame.iloc[np.arange(len(frame)).reshape(len(blocks), len(counts)).T.ravel()].reset_index(drop=True)
    repeats = np.repeat(np.arange(len(counts)), len(blocks))
    ahead = {"unit": np.asarray(counts.units, dtype=object)[repeats]}
    ahead |= {name: strata.labels[name].array.take(setting.stratum[repeats]) for name in names}
    for name in (
        "measure", "focal", "against", "flag", "reason", "note", "around", "method", "interval_method", "source",
        "version",
    ):  # fmt: skip
        frame[name] = frame[name].astype("category")
    order = list(COLUMNS)
    for name, before in (("edge_share", "around"), ("p_adjusted", "flag"), ("p_value", "flag")):
        if name in frame.columns:
            order.insert(order.index(before) + 1, name)
    return pd.concat([pd.DataFrame(ahead), frame[order]], axis=1)
