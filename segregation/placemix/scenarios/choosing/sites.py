"""One mix of homes at many sites, beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked
from placemix.errors import (
    EmptyTable,
    InvalidParameter,
    PlacemixError,
    RepeatedColumn,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    together,
)
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.choosing.alternatives import RADII
from placemix.scenarios.choosing.comparing import Chance, compared
from placemix.scenarios.choosing.joining import plain
from placemix.scenarios.choosing.kinds import not_homes
from placemix.scenarios.fronts import Direction

#: How far shares may be from 1 in sum.
_NEAR = 1e-6


def best_sites(
    homes: Counts,
    mix: Mapping[str, float],
    sites: pd.DataFrame | Sequence[str],
    *,
    number: float | str,
    objectives: Mapping[str, Direction],
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
    site: str = "site",
    unit: str = "unit",
) -> Result:
    """Compare sites for one mix of homes over objectives that you name; those on the front come first.

    Every site is computed exactly. There is no score and no default objective. A mix is of kinds of homes; nothing here
    is advice on whom homes are let or sold to, and counts of groups of people are refused.

    Parameters
    ----------
    homes
        Households, homes or dwellings of each kind, as in `objectives_of`.
    mix
        Share of each kind among the new homes; they sum to 1, and kinds that are left out have none.
    sites
        One row for each site: its name, its unit, and columns that are known already, such as the way to the nearest
        service, which may be objectives. Or ids of units.
    number
        Homes at each site, or the column of `sites` that holds how many each has. Homes of a kind are not rounded.
    objectives, margin, below_chance, draws, level, seed
        As in `best_mixes`.
    radii, district, threshold, measures, focal, against, condition, further, per_home
        As in `objectives_of`.
    site, unit
        Columns of the names of sites and of their units.

    Returns
    -------
    result
        One row for each site, those on the front first and each part in the order given. Columns: `site` and those of
        `objectives_of`; then `front`, `better`, `bettered_by` (up to five on the front, and how many more are better),
        `missing` and `objectives`, as in `pareto_table`.

    Raises
    ------
    InvalidParameter
        Shares do not sum to 1, numbers of homes are none, no objective is named; otherwise as in `objectives_of`.
    RankedNoise
        An objective is an index, or the place gap, that no site changes by more than chance would.
    EmptyTable, UnknownGroup, UnknownColumn, RepeatedColumn, UnmatchedUnit, DuplicateUnit, NoPlace, GeographicCRS
        As in `objectives_of` and `pareto_table`.

    Notes
    -----
    D cannot order sites for homes that have the mix of the whole: n of them at any site multiply every term, and so D,
    by T/(T + n). It is then the same at all, and `note` says so. H, V and isolation do tell sites apart, and not in the
    same order.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("ABCD"), "own": [80, 20, 50, 50], "social": [20, 80, 50, 50]})
    >>> homes = pm.from_wide(zones, groups=["own", "social"], unit="zone", about={"universe": "households"})
    >>> sites = pd.DataFrame({"site": ["mill", "yard", "dairy"], "unit": list("ABC"), "walk": [900, 300, 500]})
    >>> found = pm.scenarios.best_sites(
    ...     homes, {"social": 1.0}, sites, number=40, radii=[],
    ...     objectives={"from_district_unit": "less", "walk": "less"},
    ... )
    >>> found[["site", "unit", "from_district_unit", "walk", "front", "bettered_by"]].round(3)
        site unit  from_district_unit  walk  front bettered_by
    0   yard    B               0.312   300   True
    1  dairy    C               0.097   500   True
    2   mill    A               0.117   900  False       dairy
    """
    homes = checked(homes)
    kinds = group_names(homes)
    faults: list[PlacemixError] = list(not_homes(homes))
    table = _table(sites, site, unit, kinds, faults)
    share = _shares(mix, kinds, faults)
    many = _number(table, number, site, faults)
    if faults:
        raise together(faults)
    newcomers = table.copy()
    for place, kind in enumerate(kinds):
        newcomers[kind] = many * share[place]
    options = {
        "radii": radii, "district": district, "threshold": threshold, "measures": measures, "focal": focal,
        "against": against, "condition": condition, "further": further, "per_home": per_home, "unit": unit,
    }  # fmt: skip
    chance = Chance(below_chance, draws, level, seed)
    frame = compared(homes, newcomers, objectives, name=site, margin=margin, chance=chance, options=options)
    frame["version"] = __version__
    arguments = {
        "mix": dict(mix), "number": number, "objectives": dict(objectives), "radii": radii, "district": district,
        "threshold": threshold, "measures": measures, "focal": focal, "against": against, "per_home": plain(per_home),
        "margin": dict(margin or {}), "below_chance": below_chance, "draws": draws, "level": level, "seed": seed,
        "site": site, "unit": unit,
    }  # fmt: skip
    inputs = {"homes": homes, "condition": condition, "further": further}
    if isinstance(sites, pd.DataFrame):
        inputs["sites"] = _plain(sites)
    else:
        arguments["sites"] = [id_text(item) for item in sites]
    given = {name: value for name, value in inputs.items() if value is not None}
    return remember(frame, Call("scenarios.best_sites", given, arguments))


def _plain(sites: pd.DataFrame) -> pd.DataFrame:
    """Sites without their shapes: which unit they lie in is known."""
    shapes = [name for name in sites.columns if str(sites[name].dtype) == "geometry"]
    return pd.DataFrame(sites.drop(columns=shapes))


def _table(
    sites: pd.DataFrame | Sequence[str], site: str, unit: str, kinds: Sequence[str], faults: list[PlacemixError]
) -> pd.DataFrame:
    if not isinstance(sites, pd.DataFrame):
        ids = [id_text(item) for item in ([sites] if isinstance(sites, str) else sites)]
        sites = pd.DataFrame({site: ids, unit: ids})
    table = _plain(sites).reset_index(drop=True)
    if not len(table):
        faults.append(EmptyTable("There are no sites."))
    for name, what in ((site, "names the sites"), (unit, "says which unit each lies in")):
        if name not in table.columns:
            message = f"The sites have no column {name!r}, which {what}."
            faults.append(UnknownColumn(message, remedy=did_you_mean(name, table.columns) or "Add it, or name it."))
    both = [name for name in table.columns if name in kinds]
    if both:
        message = f"The sites have columns that are named as kinds of homes: {listed([*map(repr, both)])}."
        faults.append(RepeatedColumn(message, remedy="Rename or drop them; the mix says how many there are."))
    return table


def _shares(mix: Mapping[str, Any] | object, kinds: Sequence[str], faults: list[PlacemixError]) -> FloatArray:
    if not isinstance(mix, Mapping):
        message = f"mix gives the share of each kind of homes, not {mix!r}."
        faults.append(InvalidParameter(message, remedy=f"Write mix={{{kinds[0]!r}: 1.0}}."))
        return np.zeros(len(kinds))
    unknown = [str(name) for name in mix if str(name) not in kinds]
    if unknown:
        message = f"The mix names {listed(unknown)}, which is no kind of home here."
        remedy = did_you_mean(unknown[0], kinds) or f"Kinds are {listed(kinds, shown=20)}."
        faults.append(UnknownGroup(message, remedy=remedy))
    values = pd.to_numeric(pd.Series([mix.get(kind, 0.0) for kind in kinds]), errors="coerce").to_numpy(np.float64)
    if not (np.isfinite(values) & (values >= 0)).all() or (not unknown and abs(values.sum() - 1) > _NEAR):
        message = f"Shares of the mix are numbers from 0 that sum to 1, not {dict(mix)!r}."
        faults.append(InvalidParameter(message, remedy="Divide homes of each kind by all of them."))
        return np.zeros(len(kinds))
    return np.asarray(values)


def _number(table: pd.DataFrame, number: float | str, site: str, faults: list[PlacemixError]) -> FloatArray:
    nothing = np.zeros(len(table))
    if isinstance(number, str):
        if number not in table.columns:
            message = f"The sites have no column {number!r} of homes."
            faults.append(UnknownColumn(message, remedy=did_you_mean(number, table.columns)))
            return nothing
        many = pd.to_numeric(table[number], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        odd = ~(np.isfinite(many) & (many > 0))
        if odd.any():
            message = f"Homes of sites, {number!r}, are missing, or none above 0."
            names = table[site][odd] if site in table.columns else ()
            faults.append(InvalidParameter(message, units=names, remedy="Leave these sites out, or say how many."))
        return many
    if isinstance(number, bool) or not isinstance(number, int | float | np.number) or not 0 < float(number) < np.inf:
        message = f"number is homes at each site, above 0, or a column of the sites, not {number!r}."
        faults.append(InvalidParameter(message))
        return nothing
    return np.full(len(table), float(number))
