"""All mixes of a number of homes at a site, beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked
from placemix.errors import DuplicateUnit, InvalidParameter, PlacemixError, ReservedName, together
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.choosing import grids
from placemix.scenarios.choosing.alternatives import RADII
from placemix.scenarios.choosing.comparing import Chance, compared
from placemix.scenarios.choosing.joining import plain
from placemix.scenarios.choosing.kinds import not_homes
from placemix.scenarios.fronts import Direction


def best_mixes(
    homes: Counts,
    unit: str | Sequence[str],
    number: float,
    *,
    step: float,
    objectives: Mapping[str, Direction],
    least: Mapping[str, float] | None = None,
    most: Mapping[str, float] | None = None,
    sums: Mapping[str, Sequence[str]] | None = None,
    radii: Sequence[float | str] = RADII,
    district: str | None = None,
    threshold: float = 0.7,
    measures: str | Sequence[str] = (),
    focal: GroupName | None = None,
    against: GroupName = "rest",
    condition: pd.Series | None = None,
    further: pd.DataFrame | None = None,
    per_home: Mapping[str, Mapping[str, float]] | None = None,
    margin: Mapping[str, float] | None = None,
    below_chance: bool = False,
    draws: int = 199,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """Compare all mixes of a number of homes at a site over objectives that you name; those on the front come first.

    Every mix of the grid is computed exactly. There is no score and no default objective: what one objective is worth
    in another is for those to say who decide. Mixes are of kinds of homes. Nothing here is advice on whom homes are let
    or sold to, and counts of groups of people are refused.

    Parameters
    ----------
    homes
        Households, homes or dwellings of each kind, as in `objectives_of`.
    unit
        Where the homes would stand; of several units, every mix is tried at each.
    number
        Homes of every mix.
    step
        Homes by which mixes differ; `number` is a multiple of it. The mixes are counted first, and more than 20,000 are
        refused.
    objectives
        Columns of `objectives_of`, or of `further` and `per_home`, and whether ``"more"`` or ``"less"`` is wanted:
        ``{"from_district_unit": "less", "pupils": "less"}``.
    least, most
        Fewest and most homes of a kind, or of several that `sums` names: ``{"affordable": 30}``.
    sums
        Kinds that are counted together: ``{"affordable": ["social_rent", "shared_ownership"]}``.
    radii, district, threshold, measures, focal, against, condition, further, per_home
        As in `objectives_of`. Indices among the objectives are added to `measures`; `further` may share the columns
        `mix`, `unit` and those of the kinds.
    margin
        Smallest difference of an objective that counts, by column, as `least` of `pareto_table`. Default: of an index
        or place gap what chance would give, else none but rounding.
    below_chance
        Whether an index or place gap may order mixes though none changes it by more than chance would.
    draws, level, seed
        How chance is drawn, as in `plan_effects`.

    Returns
    -------
    result
        One row for each mix, those on the front first and each part in the order of the grid. Columns: `mix` (its name,
        with the unit before it if there are several) and those of `objectives_of`; then `front`, `better`,
        `bettered_by` (up to five on the front, and how many more are better), `missing` and `objectives`, as in
        `pareto_table`.

    Raises
    ------
    InvalidParameter
        Numbers are none, `number` is no multiple of `step`, the mixes are too many (the message names a step with which
        they are not) or none; no objective is named; otherwise as in `objectives_of`.
    RankedNoise
        An objective is an index, or the place gap, that no mix changes by more than chance would.
    UnknownGroup, UnknownColumn, RepeatedColumn, UnmatchedUnit, DuplicateUnit, NoPlace, GeographicCRS
        As in `objectives_of` and `pareto_table`.

    Notes
    -----
    Alternatives that differ by no more than a margin in an objective are alike in it. Mixes of one number of homes
    differ little in an index of a whole area: expect it to be refused for a single site.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("ABCD"), "own": [80, 20, 50, 50], "social": [20, 80, 50, 50]})
    >>> homes = pm.from_wide(zones, groups=["own", "social"], unit="zone", about={"universe": "households"})
    >>> found = pm.scenarios.best_mixes(
    ...     homes, "A", 200, step=40, radii=[], per_home={"cost": {"own": 0, "social": 90}},
    ...     objectives={"from_district_unit": "less", "cost": "less"},
    ... )
    >>> found[["mix", "from_district_unit", "cost", "front", "better"]].round(3)
                       mix  from_district_unit     cost  front  better
    0  40 own + 160 social               0.000  14400.0   True       0
    1  80 own + 120 social               0.067  10800.0   True       0
    2  120 own + 80 social               0.133   7200.0   True       0
    3  160 own + 40 social               0.200   3600.0   True       0
    4              200 own               0.267      0.0   True       0
    5           200 social               0.067  18000.0  False       2
    >>> found["bettered_by"].iloc[-1]
    '40 own + 160 social, 80 own + 120 social'
    """
    homes = checked(homes)
    kinds = group_names(homes)
    units = [id_text(unit)] if isinstance(unit, str | int | float) else [id_text(item) for item in unit]
    faults: list[PlacemixError] = list(not_homes(homes))
    faults += _places(units, kinds)
    made: FloatArray = np.zeros((0, len(kinds)))
    try:
        made = grids.mixes(kinds, number, step, least or {}, most or {}, sums or {}, len(units))
    except PlacemixError as error:
        faults += error.faults
    if faults:
        raise together(faults)
    newcomers = _newcomers(kinds, made, units)
    options = {
        "radii": radii, "district": district, "threshold": threshold, "measures": measures, "focal": focal,
        "against": against, "condition": condition, "further": further, "per_home": per_home, "unit": "unit",
    }  # fmt: skip
    chance = Chance(below_chance, draws, level, seed)
    frame = compared(homes, newcomers, objectives, name="mix", margin=margin, chance=chance, options=options)
    frame["version"] = __version__
    arguments = {
        "unit": units[0] if isinstance(unit, str | int | float) else units, "number": number, "step": step,
        "objectives": dict(objectives), "least": dict(least or {}), "most": dict(most or {}),
        "sums": {name: list(parts) for name, parts in (sums or {}).items()}, "radii": radii,
        "district": district, "threshold": threshold, "measures": measures, "focal": focal, "against": against,
        "per_home": plain(per_home), "margin": dict(margin or {}), "below_chance": below_chance,
        "draws": draws, "level": level, "seed": seed,
    }  # fmt: skip
    inputs = {"homes": homes, "condition": condition, "further": further}
    given = {name: value for name, value in inputs.items() if value is not None}
    return remember(frame, Call("scenarios.best_mixes", given, arguments))


def _newcomers(kinds: Sequence[str], made: FloatArray, units: Sequence[str]) -> pd.DataFrame:
    """Every mix at every unit, under a name of its own."""
    names = [_name(row, kinds) for row in made.tolist()]
    frame = pd.DataFrame(np.tile(made, (len(units), 1)), columns=list(kinds))
    frame.insert(0, "unit", np.repeat(np.array(units, dtype=object), len(made)))
    texts = names if len(units) == 1 else [f"{place}: {text}" for place in units for text in names]
    frame.insert(0, "mix", texts)
    return frame


def _name(row: Sequence[float], kinds: Sequence[str]) -> str:
    return " + ".join(f"{homes:g} {kind}" for homes, kind in zip(row, kinds, strict=True) if homes)


def _places(units: Sequence[str], kinds: Sequence[str]) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if not units:
        faults.append(InvalidParameter("No unit was named.", remedy="Name the unit where the homes would stand."))
    twice = [name for place, name in enumerate(units) if name in units[:place]]
    if twice:
        faults.append(DuplicateUnit("Units are named twice.", units=twice, remedy="Name each once."))
    if "mix" in kinds:
        message = "A kind of homes is named 'mix', which is the name of a column here."
        faults.append(ReservedName(message, remedy="Rename the group."))
    return faults
