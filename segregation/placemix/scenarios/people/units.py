"""People of schemes by unit: at the sites, and less where movers come from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.checks import id_text
from placemix.errors import (
    DuplicateUnit,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    listed,
    plural,
    together,
)
from placemix.results import Call, Result, remember

_PEOPLE = ("reference", "case", "year", "homes", "people", "from_internal", "reason")
_PLACED = ("reference", "unit", "share")
#: How far shares may be from 1 in sum.
_NEAR = 1e-6


def added_by_unit(
    people: pd.DataFrame,
    where: pd.DataFrame,
    *,
    year: int | None = None,
    case: Literal["low", "high"] | None = None,
    origins: pd.Series | None = None,
) -> Result:
    """Say how many people schemes add to each unit, net of those who move within the district.

    Parameters
    ----------
    people
        What `scheme_people` gave.
    where
        What `placed` gave for the same schemes.
    year
        Year of `people`. Needed where it holds several; schemes without a year count when they are complete.
    case
        ``"low"`` or ``"high"``: which end of schemes whose number of homes is a range. Needed where there are any.
    origins
        People of the district's units, by unit id, among whom movers from within are divided in proportion. Needed
        where there are such movers; units that are left out lose nobody.

    Returns
    -------
    result
        One row for each unit that gains or loses people. Columns: `unit`, `homes` (net), `arriving` (net people of the
        schemes there), `leaving` (movers to schemes), `added` (`arriving` - `leaving`; for `expected_mix`), `schemes`
        (their references), `year`, `note` (what was left out, or has no year), `source`, `version`. `added` sums to
        `people` less `from_internal` of the schemes that have a place.

    Raises
    ------
    UnknownColumn, InvalidTable, DuplicateUnit
        A table is not what those functions gave: a column lacks, a scheme repeats, or its shares do not sum to 1.
    UnmatchedUnit
        Schemes have people and are not in `where`.
    InvalidParameter
        The year, the case or the origins are needed and missing, or there is no such year.
    NoPlace
        No scheme has a place.
    InvalidCounts
        People are not known for lack of a mix or of homes, or origins are missing, negative, or fewer than leave.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({
    ...     "reference": ["a"], "case": "stated", "year": [2030], "homes": 40.0, "people": 100.0, "from_internal": 20.0,
    ...     "reason": None,
    ... })
    >>> where = pd.DataFrame({"reference": ["a", "a"], "unit": ["A", "B"], "share": [0.75, 0.25]})
    >>> origins = pd.Series({"A": 300, "B": 300, "C": 400})
    >>> added_by_unit(people, where, origins=origins)[["unit", "arriving", "leaving", "added"]]
      unit  arriving  leaving  added
    0    A      75.0      6.0   69.0
    1    B      25.0      6.0   19.0
    2    C       0.0      8.0   -8.0
    """
    _tables(people, where)
    faults: list[PlacemixError] = []
    rows = _chosen(pd.DataFrame(people), year, case)
    places = pd.DataFrame(where)[list(_PLACED)]
    lost = rows.loc[~rows["reference"].isin(places["reference"]), "reference"]
    if len(lost):
        message = f"{plural(len(lost), 'scheme is', 'schemes are')} not among the places."
        faults.append(UnmatchedUnit(message, units=lost, remedy="Pass placed(…) of the same schemes."))
    faults += _whole(rows, places)
    unclear = rows.loc[rows["people"].isna(), "reference"]
    if len(unclear):
        message = f"People of {plural(len(unclear), 'scheme')} are not known."
        remedy = "Pass a mix to scheme_people, or leave these schemes out of both tables."
        faults.append(InvalidCounts(message, units=unclear, remedy=remedy))
    inside = places["unit"].notna().to_numpy()
    if not inside.any() and not faults:
        faults.append(NoPlace("No scheme has a place.", remedy="Give sites that lie in the units."))
    nowhere = rows[rows["reference"].isin(places.loc[~inside, "reference"])]
    rows = rows[~rows["reference"].isin(nowhere["reference"])]
    moving = float(rows["from_internal"].sum())
    faults += _origins(origins, moving)
    if faults:
        raise together(faults)
    joined = places[inside].merge(rows, on="reference", how="inner")
    joined["unit"] = joined["unit"].map(id_text)
    joined = joined.assign(homes=joined["homes"] * joined["share"], arriving=joined["people"] * joined["share"])
    grouped = joined.groupby("unit", sort=True)
    frame = grouped[["homes", "arriving"]].sum()
    frame["schemes"] = grouped["reference"].agg("; ".join)
    leaving = _leaving(origins, moving)
    frame = frame.reindex(sorted({*frame.index, *leaving.index[leaving.to_numpy() > 0]}))
    frame["schemes"] = frame["schemes"].where(frame["schemes"].notna(), "")
    frame = frame.fillna({"homes": 0.0, "arriving": 0.0})
    frame["leaving"] = leaving.reindex(frame.index).fillna(0.0)
    frame["added"] = frame["arriving"] - frame["leaving"]
    frame = frame.rename_axis("unit").reset_index()
    frame = frame[["unit", "homes", "arriving", "leaving", "added", "schemes"]]
    dated = rows["year"].dropna()
    frame["year"] = int(dated.iloc[0]) if len(dated) else None
    frame["note"] = _note(nowhere, rows.loc[rows["year"].isna(), "reference"] if len(dated) else [])
    frame["source"], frame["version"] = fingerprint(pd.DataFrame(people))[:12], __version__
    inputs = {"people": people, "where": where} | ({} if origins is None else {"origins": origins})
    return remember(frame, Call("scenarios.added_by_unit", inputs, {"year": year, "case": case}))


def _tables(people: pd.DataFrame, where: pd.DataFrame) -> None:
    """Refuse tables that are not what the functions before gave."""
    faults: list[PlacemixError] = []
    for table, name, needed in ((people, "people", _PEOPLE), (where, "places", _PLACED)):
        if not isinstance(table, pd.DataFrame):
            message = f"The {name} must be a table, not a {type(table).__name__}."
            faults.append(InvalidTable(message, remedy="Pass what scheme_people and placed gave."))
            continue
        lost = [column for column in needed if column not in table.columns]
        if lost:
            message = f"The table of {name} has no column {listed([*map(repr, lost)])}."
            faults.append(UnknownColumn(message, remedy="Pass what scheme_people and placed gave."))
    if faults:
        raise together(faults)


def _whole(rows: pd.DataFrame, places: pd.DataFrame) -> list[PlacemixError]:
    """Schemes that would be counted twice, or in part."""
    faults: list[PlacemixError] = []
    for table, name in ((rows[["reference"]], "people"), (places[["reference", "unit"]], "places")):
        twice = table.loc[table.duplicated(), "reference"].unique()
        if len(twice):
            message = f"The table of {name} has schemes twice."
            faults.append(DuplicateUnit(message, units=twice, remedy="Keep one row of each."))
    shares = places[places["unit"].notna()].groupby("reference")["share"].sum()
    odd = shares.index[~(abs(shares - 1) < _NEAR)]
    if len(odd):
        message = "Shares of schemes do not sum to 1."
        faults.append(InvalidTable(message, units=odd, remedy="Pass every row that placed gave of them."))
    return faults


def _note(nowhere: pd.DataFrame, undated: Iterable[str]) -> str | None:
    said = []
    if len(nowhere):
        ids, people = listed(list(nowhere["reference"]), shown=10), nowhere["people"].sum()
        said.append(f"{plural(len(nowhere), 'scheme')} of {people:,.0f} people without a place left out: {ids}.")
    if names := list(undated):
        said.append(f"{plural(len(names), 'scheme')} without a year taken to be complete: {listed(names, shown=10)}.")
    return " ".join(said) or None


def _chosen(people: pd.DataFrame, year: int | None, case: str | None) -> pd.DataFrame:
    """One row for each scheme: of the year and the end of the range asked for."""
    faults: list[PlacemixError] = []
    years = sorted({int(one) for one in people["year"].dropna()})
    if year is None and len(years) > 1:
        message = f"People are given for {len(years)} years."
        faults.append(InvalidParameter(message, remedy=f"Choose one, year={years[-1]}."))
    if year is not None and year not in years:
        message = (
            f"There are no people of the year {year!r}; there are {listed(years, shown=30) or 'none with a year'}."
        )
        faults.append(InvalidParameter(message, remedy="Ask scheme_people for it with years=."))
    ranged = people["case"].isin(["low", "high"])
    if case not in {None, "low", "high"}:
        faults.append(InvalidParameter(f"case is 'low' or 'high', not {case!r}."))
    elif case is None and ranged.any():
        message = f"{plural(people.loc[ranged, 'reference'].nunique(), 'scheme has', 'schemes have')} a range of homes."
        faults.append(InvalidParameter(message, remedy="Choose case='low' or 'high', and see what hangs on it."))
    if faults:
        raise together(faults)
    now = (
        people["year"].isna()
        if year is None and not years
        else people["year"].isna() | (people["year"] == (year or years[0]))
    )
    return people[now.to_numpy(dtype=bool) & (~ranged | (people["case"] == case)).to_numpy(dtype=bool)]


def _origins(origins: pd.Series | None, moving: float) -> list[PlacemixError]:
    if not moving:
        return []
    if origins is None:
        message = f"{moving:,.0f} people come from within the district, and nothing says from where."
        return [InvalidParameter(message, remedy="Pass origins=, the people of each of its units: counts.totals.")]
    if not isinstance(origins, pd.Series):
        message = f"origins must be a column of people by unit id, not a {type(origins).__name__}."
        return [InvalidTable(message, remedy="Pass counts.totals, or a Series on the ids of units.")]
    values = pd.to_numeric(origins, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isfinite(values) | (values < 0)
    ids = origins.index.map(id_text)
    faults: list[PlacemixError] = []
    if wrong.any():
        message = "People of origins are missing or negative."
        faults.append(InvalidCounts(message, units=ids[wrong], remedy="Leave units out that nobody leaves."))
    elif values.sum() < moving:
        message = f"{moving:,.0f} people would leave origins of {values.sum():,.0f}."
        faults.append(InvalidCounts(message, remedy="Give all units of the district."))
    if ids.has_duplicates:
        message = "Origins stand on several rows."
        faults.append(DuplicateUnit(message, units=ids[ids.duplicated()].unique(), remedy="Add them up."))
    return faults


def _leaving(origins: pd.Series | None, moving: float) -> pd.Series:
    if origins is None or not moving:
        return pd.Series(dtype=np.float64)
    values: FloatArray = pd.to_numeric(origins).to_numpy(dtype=np.float64)
    return pd.Series(moving * values / values.sum(), index=[id_text(item) for item in origins.index])
