"""People, children and pupils of schemes: homes × occupancy, by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, did_you_mean, together
from placemix.results import Call, Result, remember
from placemix.scenarios.people.assumed import assumed_mix
from placemix.scenarios.people.cases import Case, assumptions_of, cases_of, homes_of, identified, summed, timed, unknown
from placemix.scenarios.people.occupancy import Fill, Occupancy, occupancy_of, per_home
from placemix.scenarios.people.yielding import Yields
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme, Schemes


def scheme_people(
    schemes: Schemes | Scheme | Sequence[Scheme] | pd.DataFrame,
    occupancy: pd.DataFrame,
    *,
    occupancy_source: str | None = None,
    ages: Sequence[str] | None = None,
    children: Sequence[str] | None = None,
    mix: pd.DataFrame | None = None,
    yields: pd.DataFrame | Mapping[str, float] | None = None,
    yield_source: str | None = None,
    years: Sequence[int] | None = None,
    not_phased: int | None = None,
    fill: Fill = "refuse",
    or_more: int | None = None,
) -> Result:
    """Say how many people, children and pupils would live in new homes, by year.

    Homes by tenure and bedrooms × the share that is lived in × people of each age band for each household of such
    homes. A central estimate: the people of tomorrow's homes need not be those of today's.

    Parameters
    ----------
    schemes
        One scheme or several.
    occupancy
        One row for each `tenure` and number of `bedrooms` (and `kind`, if schemes state it too): `households`, and
        their people in each age band.
    occupancy_source
        Where it comes from; repeated in the result.
    ages
        Columns of age bands, such as ``["0-3", "4-10"]``. Default: all others.
    children
        Those of children. Default: bands that end below 16, where every name tells.
    mix
        Homes of schemes that state only how many: `tenure`, `bedrooms`, if need be `kind`, and `share`; the shares sum
        to 1. There is no default, and every row says what was assumed.
    yields
        Pupils for each home: by phase, ``{"primary": 0.2}``, or a table with `phase`, `pupils_per_home`, and as it
        tells them apart `tenure`, `bedrooms` and `kind`. Homes count whether they are lived in or not, and those of one
        bedroom unless the table gives them 0.
    yield_source
        Where yields come from; needed with them, and repeated in the result.
    years
        Years of the rows. Default: every year from the first to the last in which a scheme has homes completed.
    not_phased
        Year in which schemes without one are taken to be complete. Default: they have one row without a year.
    fill
        Homes without a row in `occupancy`, or one without households: ``"refuse"`` them, or take the mean of all homes
        of their ``"tenure"``, and say so.
    or_more
        Number of bedrooms that in the tables means so many or more; no row may have more.

    Returns
    -------
    result
        One row for each scheme, case and year. Columns: `reference`, `name`, `status`; `case` (``"stated"``, or
        ``"low"`` and ``"high"`` where the register gives a range); `year` (end of; missing: when complete); `homes`
        (completed until then, net), `homes_low`, `homes_high`; `people` (net), a column for each age band, `children`;
        `people_new` (of homes built), `displaced` (of homes pulled down), `from_internal` (of `people_new`, from within
        the district), `new_to_district` (the others); `pupils_<phase>`; `reason` (why there is no number);
        `assumptions`, `occupancy_source`, `yield_source`, `note`, `source`, `version`.

    Raises
    ------
    UnmatchedUnit
        The occupancy or the yields lack a kind of home; all are named.
    InvalidParameter
        Yields come without their source or it without them, the mix does not sum to 1, or an argument is out of range.
    OverlappingGroups, ReservedName
        Age bands overlap, are named twice, sum up the others, or bear the name of another column of the result.
    UnknownColumn, NotNumbers, InvalidCounts, DuplicateUnit
        A table has faults. All faults of all tables come in one error.

    Notes
    -----
    People are those of the homes, vacancy of each scheme taken off, also of homes pulled down. Nothing is rounded, so
    that `people` is the sum of the age bands, and two schemes hold what one of both would. A new home's pupils come
    over years and their number peaks long after completion: yields of the stock, of new homes, and of one year after
    completion differ. Movers from within the district leave homes there: `added_by_unit` takes them off.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> rows = [{"tenure": "social_rent", "bedrooms": rooms, "count": 20} for rooms in (1, 2, 3)]
    >>> plan = pm.scenarios.scheme("24/1", homes=rows, phasing={2027: 20, 2028: 40}, vacancy=0.02)
    >>> found = pm.scenarios.scheme_people(
    ...     plan, town.occupancy, yields={"primary": 0.25}, yield_source="the town's own study, 2023"
    ... )
    >>> found[["year", "homes", "people", "children", "pupils_primary"]].round(1)
       year  homes  people  children  pupils_primary
    0  2027   20.0    47.6       6.6             5.0
    1  2028   60.0   142.9      19.9            15.0
    """
    known = recalling.known(schemes)
    faults = _asked(fill, or_more, years, not_phased)
    table = occupancy_of(occupancy, ages=ages, children=children, faults=faults)
    assumed = None if mix is None else assumed_mix(mix, faults)
    rates = None if yields is None else Yields(yields, yield_source, faults)
    if yields is None and yield_source is not None:
        faults.append(InvalidParameter("yield_source is given without yields.", remedy="Pass yields=, or neither."))
    if or_more is not None and _whole(or_more):
        for cells in (table.cells, *(() if rates is None else (rates.cells,))):
            cells.capped(int(or_more), faults)
    if faults:
        raise together(faults)
    cases = cases_of(known, mixable=assumed is not None)
    homes, owner = homes_of(known, cases, None if assumed is None else assumed[0])
    people, filled = per_home(homes, table, fill=fill, or_more=or_more, faults=faults)
    pupils = None if rates is None else rates.per_home(homes, or_more=or_more, faults=faults)
    if faults:
        raise together(faults)
    case, year, done = timed(known, cases, years, not_phased)
    frame = identified(known, cases, case, year)
    columns = {**_people(known, cases, homes, owner, people, table), **_pupils(cases, homes, owner, pupils, rates)}
    for name, values in columns.items():
        frame[name] = values[case] * done
    words = None if assumed is None else assumed[1]
    said = [assumptions_of(known[one.place], None if len(known[one.place].homes) else words) for one in cases]
    frame["reason"] = pd.Series([cases[at].reason for at in case], dtype=object)
    frame["assumptions"] = [said[at] for at in case]
    frame["occupancy_source"], frame["yield_source"] = occupancy_source, yield_source if rates is not None else None
    frame["note"] = _note(filled, or_more, not_phased)
    carried = recalling.tabled(known)
    frame["source"], frame["version"] = fingerprint(carried)[:12], __version__
    inputs = {"schemes": carried, "occupancy": occupancy}
    inputs |= {} if mix is None else {"mix": mix}
    inputs |= {} if rates is None else {"yields": rates.table}
    arguments = {
        "occupancy_source": occupancy_source, "ages": None if ages is None else list(ages),
        "children": None if children is None else list(children), "yield_source": yield_source,
        "years": None if years is None else [int(one) for one in years], "not_phased": not_phased, "fill": fill,
        "or_more": or_more,
    }  # fmt: skip
    return remember(frame, Call("scenarios.scheme_people", inputs, arguments))


def _asked(fill: str, or_more: int | None, years: Sequence[int] | None, not_phased: int | None) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if fill not in {"refuse", "tenure"}:
        message = f"fill is 'refuse' or 'tenure', not {fill!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(fill, ["refuse", "tenure"])))
    if or_more is not None and not _whole(or_more):
        faults.append(InvalidParameter(f"or_more is a number of bedrooms, not {or_more!r}."))
    given = [] if years is None else list(years) if isinstance(years, Iterable) else [years]
    if years is not None and (
        not given or isinstance(years, int) or not all(map(_whole, given)) or sorted(set(given)) != given
    ):
        faults.append(
            InvalidParameter(f"years are whole years that rise, not {years!r}.", remedy="Write [2027, 2030].")
        )
    if not_phased is not None and not _whole(not_phased):
        faults.append(InvalidParameter(f"not_phased is a year, not {not_phased!r}."))
    return faults


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= 0)


def _people(
    schemes: tuple[Scheme, ...], cases: list[Case], homes: pd.DataFrame, owner: IntArray, people: FloatArray,
    known: Occupancy,
) -> dict[str, FloatArray]:  # fmt: skip
    """Homes and people of each case when it is complete."""
    lived = 1 - np.array([schemes[cases[at].place].vacancy for at in owner])
    mixed = np.array([one.mixed for one in cases])

    def of(name: str) -> FloatArray:
        count = homes[name].to_numpy(dtype=np.float64)
        return unknown(summed(owner, (count * lived)[:, np.newaxis] * people, len(cases)), mixed)

    new, old = of("built"), of("demolished")
    ages = new - old
    inside = np.array([schemes[one.place].internal for one in cases])
    young = [known.ages.index(band) for band in known.children]
    return {
        "homes": np.array([one.homes for one in cases]),
        "homes_low": np.array([schemes[one.place].net[0] for one in cases]),
        "homes_high": np.array([schemes[one.place].net[1] for one in cases]),
        "people": ages.sum(axis=1),
        **{band: ages[:, place] for place, band in enumerate(known.ages)},
        # Without a band of children nobody knows how many there are.
        "children": ages[:, young].sum(axis=1) if young else np.full(len(cases), np.nan),
        "people_new": new.sum(axis=1),
        "displaced": old.sum(axis=1),
        "from_internal": new.sum(axis=1) * inside,
        "new_to_district": new.sum(axis=1) * (1 - inside),
    }


def _pupils(
    cases: list[Case], homes: pd.DataFrame, owner: IntArray, pupils: FloatArray | None, rates: Yields | None
) -> dict[str, FloatArray]:
    """Pupils of each phase of each case when it is complete."""
    if rates is None or pupils is None:
        return {}
    if rates.by_mix:
        net = (homes["built"] - homes["demolished"]).to_numpy(dtype=np.float64)
        mixed = np.array([one.mixed for one in cases])
        sent = unknown(summed(owner, net[:, np.newaxis] * pupils, len(cases)), mixed)
    else:
        sent = np.array([one.homes for one in cases])[:, np.newaxis] * rates.flat()
    return {f"pupils_{phase}": sent[:, place] for place, phase in enumerate(rates.phases)}


def _note(filled: list[str], or_more: int | None, not_phased: int | None) -> str | None:
    said = []
    if filled:
        which = "; ".join(filled)
        said.append(f"No households of this kind are in the occupancy; the mean of their tenure was taken: {which}.")
    if or_more is not None:
        said.append(f"{or_more} bedrooms mean {or_more} or more.")
    if not_phased is not None:
        said.append(f"Schemes without a year are taken to be complete in {not_phased}.")
    return " ".join(said) or None
