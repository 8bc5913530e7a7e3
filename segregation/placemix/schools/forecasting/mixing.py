"""Who is at the schools of each planning area now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from placemix._typing import Table
from placemix._version import __version__
from placemix.columns import several_names
from placemix.errors import InvalidCounts, InvalidParameter, PlacemixError, did_you_mean, together
from placemix.results import Call, Result, remember
from placemix.schools.forecasting.rosters import Names
from placemix.schools.forecasting.tidying import Columns


def place_mix(
    rolls: Table, *, of: str | Sequence[str], year: int | None = None, columns: Mapping[str, str] | None = None
) -> Result:
    """Say which share of each planning area's pupils are of each group, or have free meals.

    This is the mix on the rolls of one year. It is no forecast: who comes to new places need not be like who is there.

    Parameters
    ----------
    rolls
        As in `placemix.schools.places`, with a column of pupils for each group.
    of
        Columns of groups, or of other pupils counted, such as ``"free_meals"``.
    year
        Default: the last of the rolls.
    columns
        As in `placemix.schools.places`: your names of `phase`, `planning_area`, `year` and `pupils`.

    Returns
    -------
    result
        One row a planning area and column of `of`. Columns: `planning_area`, `phase`, `year`, `of`, `share`
        (0 to 1), `numerator`, `denominator` (pupils), `reason`, `version`.

    Raises
    ------
    InvalidTable
        The table has faults, or more pupils of a group than pupils.
    InvalidParameter
        Nothing is asked for, or the year is not in the rolls.

    Examples
    --------
    >>> import placemix as pm
    >>> found = pm.schools.place_mix(pm.datasets.town().rolls, of="free_meals")
    >>> found[["planning_area", "phase", "numerator", "denominator", "share"]].head(2).round(3)
      planning_area    phase  numerator  denominator  share
    0           D1A  primary      772.0       2720.0  0.284
    1           D1B  primary      527.0       1372.0  0.384
    """
    faults: list[PlacemixError] = []
    table = Columns(rolls, "rolls", faults)
    wanted = several_names("of", of)
    given = {("area" if name == "planning_area" else name): value for name, value in (columns or {}).items()}
    odd = [name for name in given if name not in Names._fields]
    if odd:
        hint = " ".join(did_you_mean(name, Names._fields) for name in odd)
        faults.append(InvalidParameter(f"columns has {odd}, which the rolls have not.", remedy=hint))
        raise together(faults)
    names = Names(**given)
    if not wanted:
        faults.append(InvalidParameter("of names no column.", remedy="Name groups, or free_meals."))
    if not table.needs([names.phase, names.area, names.year, names.pupils, *wanted]):
        raise together(faults)
    frame = pd.DataFrame(
        {"planning_area": table.texts(names.area), "phase": table.texts(names.phase), "year": table.years(names.year)}
    )
    everyone = table.numbers(names.pupils)
    for place, name in enumerate(wanted):
        frame[place] = table.numbers(name)
        table.fault(InvalidCounts, frame[place].to_numpy() > everyone, f"in {name!r} are more than pupils", "")
    frame["pupils"] = everyone
    if faults:
        raise together(faults)
    then = int(frame["year"].max()) if year is None else year
    frame = frame[frame["year"] == then]
    if frame.empty:
        message = f"The rolls have no rows of {then!r}."
        raise InvalidParameter(message, remedy="Leave year out for the last of the rolls.")
    sums = frame.groupby(["phase", "planning_area"], sort=True).sum(numeric_only=True).reset_index()
    parts = []
    for place, name in enumerate(wanted):
        part = sums[["planning_area", "phase"]].assign(year=then, of=name)
        part["numerator"], part["denominator"] = sums[place].astype(float), sums["pupils"].astype(float)
        parts.append(part)
    made = pd.concat(parts, ignore_index=True)
    top, under = made["numerator"].to_numpy(), made["denominator"].to_numpy()
    share = np.divide(top, under, out=np.full(len(made), np.nan), where=under > 0)
    made.insert(4, "share", share)
    made["reason"] = [None if pupils > 0 else "no pupils" for pupils in under]
    made["version"] = __version__
    arguments = {"of": list(wanted), "year": year, "columns": None if columns is None else dict(columns)}
    return remember(made, Call("schools.place_mix", {"rolls": table.frame}, arguments))
