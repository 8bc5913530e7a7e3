"""Who comes to each unit and into homes of which tenure, from schemes of enough homes."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_text
from placemix.errors import InvalidCounts, InvalidTable, PlacemixError, UnknownColumn, listed, plural, together
from placemix.scenarios.people import added_by_unit

_KEYS = ["reference", "case", "year"]
_NUMBERS = ["homes", "people", "people_new", "displaced", "from_internal"]
_NEEDED = (*_KEYS, "tenure", *_NUMBERS, "reason")


class Arrivals(NamedTuple):
    """Net newcomers of each unit.

    Attributes
    ----------
    units
        What `added_by_unit` gave of the units where there are schemes.
    tenures
        Tenures of the new homes.
    new
        People in new homes, shape (units, tenures).
    gone
        People of homes that are pulled down, and movers to schemes, shape (units,).
    small
        Net homes of schemes that have too few, by reference.
    year
        The year that is spoken of, or None.
    """

    units: pd.DataFrame
    tenures: list[str]
    new: FloatArray
    gone: FloatArray
    small: pd.Series
    year: int | None

    @property
    def added(self) -> pd.Series:
        """Net newcomers by unit id."""
        return pd.Series(
            self.units["added"].to_numpy(dtype=np.float64), index=self.units["unit"].to_numpy(dtype=object)
        )


def arrivals(
    people: pd.DataFrame,
    where: pd.DataFrame,
    *,
    year: int | None,
    case: Literal["low", "high"] | None,
    origins: pd.Series | None,
    least_homes: float,
) -> Arrivals:
    """Add up people of schemes by unit and tenure, without the schemes that have too few homes.

    Parameters
    ----------
    people
        What `people_by_tenure` gave.
    where, year, case, origins
        As in `added_by_unit`.
    least_homes
        Net gain of homes that a scheme needs.

    Raises
    ------
    UnknownColumn, InvalidTable, InvalidCounts, and those of `added_by_unit`
        A table is not what those functions gave.
    """
    _table(people)
    people = pd.DataFrame(people)
    whole = people.groupby(_KEYS, sort=False, dropna=False, as_index=False)[_NUMBERS].sum(skipna=False)
    whole["reason"] = None
    every = added_by_unit(whole, where, year=year, case=case, origins=origins)
    then = every["year"].iloc[0]
    at_year = None if pd.isna(then) else int(then)
    # Which rows count was settled there: of that year or none, and of that case or the stated one.
    now = people["year"].isna().to_numpy(dtype=bool)
    if at_year is not None:
        now = now | (people["year"] == at_year).to_numpy(dtype=bool, na_value=False)
    rows = people[now & people["case"].isin(["stated", case]).to_numpy(dtype=bool)]
    homes = rows.groupby("reference", sort=False)["homes"].sum()
    small = homes[~(homes >= least_homes)]
    if len(small) == len(homes):
        return Arrivals(every.iloc[:0], [], np.zeros((0, 0)), np.zeros(0), small, at_year)
    found = every
    if len(small):
        left = whole[~whole["reference"].isin(small.index)]
        when = year if left["year"].notna().any() else None
        places = where[~where["reference"].isin(small.index)]
        found = added_by_unit(left, places, year=when, case=case, origins=origins)
    rows = rows[~rows["reference"].isin(small.index)]
    places = pd.DataFrame(where)[["reference", "unit", "share"]].dropna(subset="unit")
    joined = places.merge(rows, on="reference", how="inner")
    joined["unit"] = joined["unit"].map(id_text)
    units = pd.DataFrame(found)[found["schemes"].ne("").to_numpy()].reset_index(drop=True)
    tenures = list(dict.fromkeys(rows.loc[rows["people_new"] > 0, "tenure"].map(id_text)))
    at = pd.Index(units["unit"]).get_indexer(joined["unit"])
    share = joined["share"].to_numpy(dtype=np.float64)
    new, gone = np.zeros((len(units), len(tenures))), units["leaving"].to_numpy(dtype=np.float64).copy()
    came = joined["people_new"].to_numpy(dtype=np.float64) * share
    of = pd.Index(tenures, dtype=object).get_indexer(joined["tenure"].map(id_text))
    np.add.at(new, (at[of >= 0], of[of >= 0]), came[of >= 0])
    np.add.at(gone, at, joined["displaced"].to_numpy(dtype=np.float64) * share)
    return Arrivals(units, tenures, new, gone, small, at_year)


def _table(people: pd.DataFrame) -> None:
    """Refuse what `people_by_tenure` did not give."""
    remedy = "Pass what people_by_tenure gave: scheme_people tells no tenure from another."
    if not isinstance(people, pd.DataFrame):
        message = f"The people must be a table, not a {type(people).__name__}."
        raise InvalidTable(message, remedy=remedy)
    lost = [column for column in _NEEDED if column not in people.columns]
    if lost:
        message = f"The table of people has no column {listed([*map(repr, lost)])}."
        raise UnknownColumn(message, remedy=remedy)
    faults: list[PlacemixError] = []
    twice = people.duplicated([*_KEYS, "tenure"])
    if twice.any():
        message = f"{plural(int(twice.sum()), 'row')} of people repeat a scheme, case, year and tenure."
        faults.append(InvalidTable(message, units=people.loc[twice, "reference"].unique(), remedy="Keep one of each."))
    values = people[["people_new", "displaced"]].to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        odd = (values < 0).any(axis=1) | np.isinf(values).any(axis=1)
    if odd.any():
        message = "People of new homes, or of homes pulled down, are negative or infinite."
        faults.append(InvalidCounts(message, units=people.loc[odd, "reference"].unique(), remedy=remedy))
    if faults:
        raise together(faults)
