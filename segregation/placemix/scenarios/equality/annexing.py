"""The annex itself: a calibrated range for each group in each unit, beside what profiles make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    PlacemixError,
    UnknownGroup,
    did_you_mean,
    listed,
    together,
)
from placemix.inference.drawing import checked as draws_checked
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.composition import expected_mix
from placemix.scenarios.equality import wordings
from placemix.scenarios.equality.arriving import Arrivals, arrivals
from placemix.scenarios.equality.mixing import mixes, newcomers, noise
from placemix.scenarios.equality.references import References, references_of
from placemix.scenarios.equality.tabulating import Expected, left_out, tabulated

Universe: TypeAlias = Literal["households", "people"]
#: No smaller number of people is ever printed.
LEAST = 10
#: How far people who leave may exceed those who are there, by rounding.
NEAR = 1e-9


def equality_annex(
    people: pd.DataFrame,
    tenure_groups: pd.DataFrame | Mapping[str, pd.DataFrame] | None,
    *,
    where: pd.DataFrame,
    residents: Counts,
    district: str,
    calibration: pd.DataFrame | None = None,
    tenure_groups_source: str | Mapping[str, str] | None = None,
    tenure_groups_of: str | Mapping[str, str] | None = None,
    universe: Universe = "households",
    sizes: Mapping[str, float] | pd.Series | None = None,
    sizes_source: str | None = None,
    year: int | None = None,
    case: Literal["low", "high"] | None = None,
    origins: pd.Series | None = None,
    least_homes: float = 50,
    least_count: float = 10,
    draws: int = 999,
    seed: int = 0,
) -> Result:
    """Say what share each group might have where schemes are built: as a range learnt from places that grew, or not.

    It is for a council's own equality work, and is asked for by itself. There is no number by group without a table of
    tenure by group, without a calibration, or for a scheme of few homes, and none that says whom to house.

    Parameters
    ----------
    people
        What `people_by_tenure` gave.
    tenure_groups
        Households by tenure and group of a stated reference: a column `tenure` and one for each group, as
        `tenure_profile` gives it. Several by the name of the profile: ``{"district": …, "recent movers": …}``.
    where
        What `placed` gave for the same schemes.
    residents
        People of each group in each unit, as they would be without the schemes, in the groups of `tenure_groups`.
    district
        Strata column of the districts, as in `calibrate`.
    calibration
        What `calibrate` learnt, for the same groups. Without it no number by group is given.
    tenure_groups_source, tenure_groups_of
        Where the tables come from, and of which district they are, named as in `district`; for all or by profile.
        Default: their columns `source` and `of`. A source is needed; a table of another place is flagged.
    universe
        Whether the tables count ``"households"`` by the group of their reference person, or ``"people"``.
    sizes, sizes_source
        Mean people of a household by group, and where that comes from. Without it a note says what is assumed.
    year, case, origins
        As in `added_by_unit`.
    least_homes
        Net gain of homes that a scheme needs in that year; others are left out.
    least_count
        Smallest number of people that is printed; 10 or more.
    draws, seed
        Draws of the simulation noise.

    Returns
    -------
    result
        One row for each unit, group and profile, and one for each scheme that is left out. Columns: `schemes`, `unit`,
        `district`, `group`, `profile`, `year`, `case`; `homes` (net, of these schemes in the unit), `least_homes`,
        `people_now`, `arriving` (in new homes), `added` (net), `growth` of the unit; `group_share_now`,
        `group_share_central` (who is there stays, newcomers are as in the profile), `group_share_lower`,
        `group_share_upper` (from `expected_mix`; the same for every profile), `group_people_central`,
        `group_people_lower`, `group_people_upper` (in the unit after), `level`, `coverage`, `mean_error`,
        `mean_error_no_change` (of places that grew by as much), `central_inside` (whether the central estimate lies in
        the range), `group_noise_sd` (of the central share, by simulation); `symbol` (of a central estimate that is not
        printed: ``"<10"``, or ``"withheld"`` as it would tell a smaller one), `symbol_lower`, `symbol_upper`,
        `least_count`; `printed` (the range in words), `printed_central` (with the central estimate), `reason` (why
        there is no number), `note`, `rules` (of hiding and rounding), `what_this_is_not`, `profile_source`,
        `sizes_source`, `draws`, `seed`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        There is no table of tenure by group (the message names those that there are), it has no source, or an argument
        is out of range.
    UnknownGroup, UnmatchedUnit, InvalidTable, InvalidCounts, CountRateMix, UnknownColumn, DuplicateUnit
        A table lacks groups or tenures, holds shares or one mix for all tenures, or is not what those functions gave.

    Notes
    -----
    The range is that of `expected_mix`: its errors were learnt with the mix of the district for newcomers, and hold
    for no other forecast, so that profiles do not move it. People of homes that are pulled down, and movers from the
    unit, leave with the mix of the unit. Chance is R ~ Multinomial(people, π) with π ~ Dirichlet(households): the
    standard deviation of it is reported and never a range. No column may order sites: see `never_ranked`.

    References
    ----------
    Mosimann 1962 (Biometrika 49:65-82), for the compound of a multinomial and a Dirichlet distribution.

    Examples
    --------
    Without what was learnt from places that grew there is nothing to print but why:

    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("AB"), "x": [800, 200], "y": [200, 800], "district": "d"})
    >>> homes = pm.from_wide(homes, groups=["x", "y"], unit="area", strata=["district"])
    >>> people = {"homes": 60.0, "people": 150.0, "people_new": 150.0, "displaced": 0.0, "from_internal": 0.0}
    >>> people |= {"reference": "24/1", "case": "stated", "year": 2030, "tenure": "social_rent", "reason": None}
    >>> people = pd.DataFrame([people])
    >>> where = pd.DataFrame({"reference": ["24/1"], "unit": ["A"], "share": [1.0]})
    >>> table = pd.DataFrame({"tenure": ["owned", "social_rent"], "x": [500, 100], "y": [300, 200]})
    >>> found = pm.scenarios.equality_annex(
    ...     people, table, where=where, residents=homes, district="district", tenure_groups_source="made up"
    ... )
    >>> found["printed"].iloc[0]
    'A: not predictable from these data: nothing was learnt from places that grew.'
    >>> found["group_share_central"].isna().all()
    np.True_
    """
    residents = checked(residents)
    groups = group_names(residents)
    faults = _arguments(universe, least_homes, least_count)
    weights = _sizes(sizes, sizes_source, universe, groups, faults)
    came: Arrivals | None = None
    try:
        draws_checked(draws, seed, least=2)
        came = arrivals(people, where, year=year, case=case, origins=origins, least_homes=least_homes)
    except PlacemixError as error:
        faults += error.faults
    references = references_of(
        tenure_groups, groups=groups, tenures=came.tenures if came else [], source=tenure_groups_source,
        of=tenure_groups_of, faults=faults,
    )  # fmt: skip
    if came is None or references is None or faults:
        raise together(faults)
    pieces = [left_out(came.small, least_homes)]
    if len(came.units):
        expected = _expected(came, references, residents, district, calibration, weights, draws, seed)
        said = _said(came, calibration, universe, weights, sizes_source)
        pieces.insert(0, tabulated(came, expected, references, least_count=least_count, said=said))
    frame = pd.concat([piece for piece in pieces if len(piece)], ignore_index=True)
    frame.insert(5, "year", came.year)
    frame.insert(6, "case", case)
    frame.insert(8, "least_homes", float(least_homes))
    frame["least_count"] = float(least_count)
    spread = [wordings.SPREAD] if len(references.names) > 1 else []
    frame["rules"] = " ".join([wordings.rules(least_count), wordings.CHANCE, *spread])
    frame["what_this_is_not"], frame["sizes_source"] = wordings.NOT, sizes_source
    frame["draws"], frame["seed"], frame["source"], frame["version"] = draws, seed, residents.source, __version__
    inputs: dict[str, Any] = {"people": people, "tenure_groups": references.table, "where": where}
    inputs |= {"residents": residents} | ({} if calibration is None else {"calibration": calibration})
    inputs |= {} if weights is None else {"sizes": pd.Series(weights, index=groups)}
    inputs |= {} if origins is None else {"origins": origins}
    arguments = {
        "district": district, "tenure_groups_source": _plain(tenure_groups_source),
        "tenure_groups_of": _plain(tenure_groups_of), "universe": universe, "sizes_source": sizes_source, "year": year,
        "case": case, "least_homes": least_homes, "least_count": least_count, "draws": draws, "seed": seed,
    }  # fmt: skip
    return remember(frame, Call("scenarios.equality_annex", inputs, arguments))


def _arguments(universe: str, least_homes: float, least_count: float) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if universe not in {"households", "people"}:
        message = f"universe is 'households' or 'people', not {universe!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(universe, ["households", "people"])))
    if not _number(least_homes) or least_homes < 1:
        faults.append(InvalidParameter(f"least_homes is a number from 1, not {least_homes!r}.", remedy="50 is usual."))
    if not _number(least_count) or least_count < LEAST:
        message = f"least_count is a number from {LEAST}, not {least_count!r}: no smaller number of people is printed."
        faults.append(InvalidParameter(message, remedy="Raise it where your council prints only larger ones."))
    return faults


def _number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and bool(np.isfinite(value))


def _sizes(
    sizes: Mapping[str, float] | pd.Series | None, source: str | None, universe: str, groups: list[str],
    faults: list[PlacemixError],
) -> FloatArray | None:  # fmt: skip
    """Mean people of a household by group."""
    if sizes is None:
        if source is not None:
            faults.append(InvalidParameter("sizes_source is given without sizes.", remedy="Pass sizes=, or neither."))
        return None
    if universe == "people":
        message = "Sizes of households are given for a table that counts people."
        faults.append(InvalidParameter(message, remedy="Leave sizes= out, or say universe='households'."))
    if not (isinstance(source, str) and source.strip()):
        message = "Nothing says where the sizes of households come from."
        faults.append(InvalidParameter(message, remedy="Pass sizes_source='…', which every row repeats."))
    given = {str(name): value for name, value in sizes.items()}
    lost = [name for name in groups if name not in given]
    if lost:
        message = f"Sizes of households lack groups: {listed([*map(repr, lost)])}."
        faults.append(UnknownGroup(message, remedy=did_you_mean(lost[0], given)))
    odd = [name for name in groups if name in given and not (_number(given[name]) and given[name] >= 1)]
    if odd:
        message = "Sizes of households are numbers of people from 1."
        faults.append(InvalidCounts(message, units=odd, remedy="Give the mean number of people of a household."))
    return None if lost or odd else np.array([float(given[name]) for name in groups])


def _expected(
    came: Arrivals, references: References, residents: Counts, district: str, calibration: pd.DataFrame | None,
    weights: FloatArray | None, draws: int, seed: int,
) -> Expected:  # fmt: skip
    """Who is there stays, but for those who go; newcomers are as in each profile."""
    mix = expected_mix(residents, came.added, district=district, calibration=calibration)
    now = mix["people_now"].to_numpy(dtype=np.float64).reshape(len(came.units), -1)
    total = now.sum(axis=1)
    over = came.gone > total * (1 + NEAR) + NEAR
    if over.any():
        message = "More people would leave homes that are pulled down, or move away, than are there."
        raise InvalidCounts(
            message, units=came.units["unit"][over], remedy="Give residents of the same year and units."
        )
    stay = 1 - np.divide(came.gone, total, out=np.zeros_like(total), where=total > 0)
    new = newcomers(came.new, mixes(references.counts, weights))
    deviation = noise(came.new, references.counts, weights, draws=draws, seed=seed)
    return Expected(mix, now, new, now * stay[:, np.newaxis] + new, deviation)


def _said(
    came: Arrivals, calibration: pd.DataFrame | None, universe: str, weights: FloatArray | None, source: str | None
) -> list[str]:  # fmt: skip
    """What must be said of every row."""
    said = []
    if universe == "households":
        said.append(wordings.HEADS if weights is None else wordings.WEIGHTED.format(source=source))
    if calibration is not None and {"from", "to"} <= set(calibration.columns):
        dates = calibration[["from", "to"]].dropna().drop_duplicates()
        said += [f"Learnt from places that grew from {first} to {last}." for first, last in dates.to_numpy()]
    if len(came.small):
        names = listed([str(name) for name in came.small.index], shown=10)
        said.append(f"Schemes of too few homes are in no number here: {names}.")
    return said + [str(text) for text in came.units["note"].dropna().unique()]


def _plain(given: str | Mapping[str, str] | None) -> Any:  # noqa: ANN401
    return {str(name): str(text) for name, text in given.items()} if isinstance(given, Mapping) else given
