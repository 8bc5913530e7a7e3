"""What may be wanted of new homes at a place: mix, place gap, indices and what the caller knows, one row for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    PlacemixError,
    RepeatedColumn,
    UnknownColumn,
    did_you_mean,
    together,
)
from placemix.results import Call, Result, first_reason, group_names, remember
from placemix.scenarios.choosing.gap_sums import condition_faults, gap_with
from placemix.scenarios.choosing.joining import brought, clashing, further_of, plain
from placemix.scenarios.choosing.kinds import NO_ADVICE, not_homes
from placemix.scenarios.choosing.scales import district_of, effects, scales
from placemix.scenarios.effects import index_effects
from placemix.scenarios.newcomers import read

#: Distances around a place that are looked at unless others are asked for.
RADII = ("500 m", "1 km", "2 km")


def objectives_of(
    homes: Counts,
    newcomers: pd.DataFrame,
    *,
    radii: Sequence[float | str] = RADII,
    district: str | None = None,
    threshold: float = 0.7,
    measures: str | Sequence[str] = (),
    focal: GroupName | None = None,
    against: GroupName = "rest",
    condition: pd.Series | None = None,
    further: pd.DataFrame | None = None,
    per_home: Mapping[str, Mapping[str, float]] | None = None,
    name: str | None = None,
    unit: str = "unit",
) -> Result:
    """Say what may be wanted of new homes, one row for each place and mix: a table for `pareto_table`.

    All of it is what the verbs that look at one thing give, exactly: `neighbourhood_effects`, `index_effects` and
    `placemix.place_gap` of the table with the new homes.

    Parameters
    ----------
    homes
        Households, homes or dwellings of each kind, such as tenures, in each unit, as they would be without the new
        ones. The counts have to say so: ``about={"universe": "households"}``.
    newcomers
        One row for each place and mix, each by itself: the unit, and a column for each kind with the homes added
        (below 0 where they are pulled down). Further columns, such as the name of a site or mix, are kept.
    radii
        Distances around the unit's point at which the mix is looked at, besides the unit. Needs a map. May be empty.
    district
        Strata column of the districts whose mix places are compared with. Default: the whole table is one.
    threshold
        Share from which one kind defines a place.
    measures, focal, against
        Indices of the whole table, as in `index_effects`; `focal` is a kind of homes.
    condition
        A condition of each unit, as in `placemix.place_gap`, for the place gap of `focal` against the others.
    further
        Columns that are known already, such as school places left, the way to the nearest service, or cost: joined by
        all columns that they share with `newcomers`, such as the unit or the name of the mix, and taken as they are.
    per_home
        What one home of each kind brings, by quantity: ``{"pupils": {"social_rent": 0.3, "owner_occupied": 0.2}}``.
    name
        Column of `newcomers` that names its rows. Default: the unit, with the texts of all further columns if units
        repeat.
    unit
        Column of the units.

    Returns
    -------
    result
        One row for each row of `newcomers`. Columns: `alternative` (its name), `unit`, the further columns of
        `newcomers`; `homes` (added), ``added_<kind>`` of each; for the unit and each radius ``from_district_<scale>``
        (half the sum of absolute differences between the shares of the place and of its district, with the homes: 0
        alike, 1 nothing in common) and ``diversity_<scale>`` (chance that two homes are of different kinds, Σ p (1 −
        p)), each with ``…_change`` from before; `defined` (scales, of the unit and the radii, where one kind reaches
        the threshold with the homes), `becomes_defined`, `ceases_defined` (scales where a kind newly does, or no longer
        does); each index and its ``…_change``; `place_gap`, `place_gap_change`, `place_gap_size` (without its sign);
        the columns of `further` and `per_home`; `reason` (why values are missing), `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        The counts do not say that they are of homes, or have groups of people; a place gap is asked for without a kind;
        the threshold is no share; a measure is unknown.
    UnknownColumn, RepeatedColumn, DuplicateUnit
        Columns lack, have names that are taken, or rows share a name.
    EmptyTable, UnmatchedUnit, UnknownGroup, InvalidCounts
        There are no rows; otherwise as in `index_effects`.
    NoPlace, GeographicCRS
        Radii are asked for and units have no points on a projected map.

    Warns
    -----
    IncompleteCondition
        As in `placemix.place_gap`.

    Notes
    -----
    Homes of no kind are in no mix, as in measures of all groups, and count where a kind has to reach the threshold.
    A place gap below 0 falls when it grows in size: compare `place_gap_size` where no gap is wanted. Indices and place
    gap are of the whole table, and a single site hardly moves them: `best_mixes` and `best_sites` compare that with
    chance.

    References
    ----------
    Duncan and Duncan 1955 (half the sum of differences); Simpson 1949; Logan and Stults 2011 (neighborhood gap).

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("ABCD"), "own": [80, 20, 50, 50], "social": [20, 80, 50, 50]})
    >>> homes = pm.from_wide(zones, groups=["own", "social"], unit="zone", about={"universe": "households"})
    >>> plans = pd.DataFrame({"unit": ["A", "A", "B"], "mix": ["social", "own", "own"], "own": [0, 60, 60]})
    >>> plans["social"] = [60, 0, 0]
    >>> found = pm.scenarios.objectives_of(homes, plans, radii=[])
    >>> found[["alternative", "homes", "from_district_unit", "from_district_unit_change", "defined"]].round(3)
      alternative  homes  from_district_unit  from_district_unit_change  defined
    0   A: social   60.0               0.065                     -0.235        0
    1      A: own   60.0               0.310                      0.010        1
    2      B: own   60.0               0.065                     -0.235        0
    """
    homes = checked(homes)
    distances = [radii] if isinstance(radii, str | int | float) else list(radii)
    names = [measures] if isinstance(measures, str) else list(measures)
    faults = [*not_homes(homes), *condition_faults(condition, focal), *_options(distances, threshold)]
    if not len(newcomers):
        faults.append(EmptyTable("There are no newcomers.", remedy="Give one row for each place and mix."))
    try:
        where, added, kept = read(homes, newcomers, unit)
    except PlacemixError as error:
        raise together([*faults, *error.faults]) from None
    more = further_of(newcomers, further, unit, faults)
    bringing = brought(homes, added, per_home, faults)
    ids = np.asarray(homes.units, dtype=object)[where]
    texts = _named(newcomers, kept, ids, name, faults)
    if faults:
        raise together(faults)
    columns, reasons = _mixes(homes, where, added, distances, district, threshold)
    if names:
        found = pd.DataFrame(index_effects(homes, newcomers, names, focal=focal, against=against, unit=unit))
        for place, measure in enumerate(names):
            rows = found.iloc[place * len(where) : (place + 1) * len(where)]
            columns[measure] = rows["after"].to_numpy()
            columns[f"{measure}_change"] = rows["change"].to_numpy()
            reasons[f"{measure}_undefined"] = np.isnan(columns[f"{measure}_change"])
    if condition is not None and focal is not None:
        gap = gap_with(homes, condition, focal, against, where, added)
        columns |= {"place_gap": gap.after, "place_gap_change": gap.after - gap.before}
        columns["place_gap_size"] = np.abs(gap.after)
        reasons["no_condition"] = np.isnan(gap.after)
    frame = pd.DataFrame({"alternative": texts, "unit": ids})
    built = pd.DataFrame({"homes": added.sum(axis=1)})
    built[[f"added_{kind}" for kind in group_names(homes)]] = added
    measured = pd.DataFrame(columns, index=range(len(where)))
    last = ["reason", "note", "source", "version"]
    clashes = clashing(
        {"Newcomers": kept, "Further columns": more, "Quantities of per_home": bringing},
        [*frame.columns, *built.columns, *measured.columns, *last],
    )
    if clashes:
        raise together(clashes)
    frame = pd.concat([frame, kept, built, measured, more, bringing], axis=1)
    frame["reason"] = first_reason(reasons)
    frame["note"] = _note(homes)
    frame["source"], frame["version"] = homes.source, __version__
    inputs = {"homes": homes, "newcomers": newcomers, "condition": condition, "further": further}
    arguments = {
        "radii": distances, "district": district, "threshold": threshold, "measures": names, "focal": focal,
        "against": against, "per_home": plain(per_home), "name": name, "unit": unit,
    }  # fmt: skip
    given = {key: value for key, value in inputs.items() if value is not None}
    return remember(frame, Call("scenarios.objectives_of", given, arguments))


def _mixes(
    homes: Counts,
    where: IntArray,
    added: FloatArray,
    radii: Sequence[float | str],
    district: str | None,
    threshold: float,
) -> tuple[dict[str, Any], dict[str, BoolArray]]:
    """Columns of every scale, the scales that a kind defines, and why values are missing."""
    whole = district_of(homes, where, district)
    columns: dict[str, Any] = {}
    defined, becomes, ceases = (np.zeros(len(where), dtype=np.int64) for _ in range(3))
    empty = np.zeros(len(where), dtype=bool)
    for scale in scales(homes, where, radii):
        found, before, after = effects(scale, whole, added, threshold)
        columns |= found
        defined += after.any(axis=1)
        becomes += (after & ~before).any(axis=1)
        ceases += (before & ~after).any(axis=1)
        empty |= np.isnan(found[f"diversity_{scale.name}_change"])
    columns |= {"defined": defined, "becomes_defined": becomes, "ceases_defined": ceases}
    return columns, {"no_homes_there": empty}


def _options(radii: Sequence[float | str], threshold: float) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 < threshold <= 1:
        faults.append(InvalidParameter(f"The threshold is a share above 0, not {threshold!r}."))
    twice = [radius for place, radius in enumerate(map(str, radii)) if radius in list(map(str, radii))[:place]]
    if twice:
        faults.append(RepeatedColumn(f"Radii repeat: {', '.join(twice)}.", remedy="Name each once."))
    return faults


def _named(
    newcomers: pd.DataFrame, kept: pd.DataFrame, ids: np.ndarray, name: str | None, faults: list[PlacemixError]
) -> list[str]:
    """Name every row, each by a name of its own."""
    if name is not None and name not in newcomers.columns:
        message = f"The newcomers have no column {name!r}."
        faults.append(UnknownColumn(message, remedy=did_you_mean(name, newcomers.columns)))
        return list(ids)
    texts = pd.Series(ids if name is None else newcomers[name].to_numpy()).astype(str)
    if name is None and texts.duplicated().any():
        for column in kept.columns:
            if not pd.api.types.is_numeric_dtype(kept[column]):
                texts = texts + ": " + kept[column].astype(str)
    if texts.duplicated().any():
        message = "Rows of the newcomers have the same name."
        remedy = "Pass name= a column of names, each of its own."
        faults.append(DuplicateUnit(message, units=texts[texts.duplicated()].unique(), remedy=remedy))
    return texts.tolist()


def _note(homes: Counts) -> str:
    left = float(homes.residual.sum())
    lost = f"{left:,.0f} homes of no kind are in no mix. " if left else ""
    return lost + NO_ADVICE
