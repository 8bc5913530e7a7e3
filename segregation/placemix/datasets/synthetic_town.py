"""A synthetic town, as rich as the questions that are asked of real ones, and nobody's."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

import pandas as pd

from placemix import columns, tables
from placemix._typing import GroupName
from placemix.about import About
from placemix.counts import Counts
from placemix.datasets.synthetic_areas import LEVELS, GeoTable
from placemix.datasets.synthetic_people import AGES
from placemix.datasets.synthetic_rolls import YEARS
from placemix.errors import InvalidParameter

Date: TypeAlias = Literal["before", "after"]

#: Year of each date.
PERIODS: dict[Date, str] = {"before": "2011", "after": "2021"}


@dataclass(frozen=True, eq=False, repr=False)
class Town:
    """A synthetic town. It does not exist, and its groups are colours that stand for nobody.

    All tables carry ``attrs["synthetic"] = True``. They belong to this town: copy one before
    changing it. People, homes and pupils are whole numbers. Coordinates and distances are in
    metres of EPSG:32631, at a place in the open sea.

    Attributes
    ----------
    seed
        What the town was drawn with.
    about
        Says that it is synthetic; every `Counts` of the town carries it.
    groups, tenures
        Names of the five groups and the four tenures.
    units_before, units_after
        One row a unit of either date: unit, neighbourhood, ward, district, hectares,
        residents, one column a group, geometry. The second date also has primary_area and
        secondary_area (where school places are planned), primary_catchment and
        secondary_catchment (schools). Three units have no residents; at the second date one
        has no geometry.
    lookup
        Pairs of units that share ground: unit_before, unit_after, change (``U`` unchanged,
        ``S`` split, ``M`` merged, ``X`` irregular), neighbourhood, ward, district.
    pieces
        What both dates' units are made of, with the true residents of both (columns such as
        ``amber_before``): piece, unit_before, unit_after, geometry. Not for estimating, but
        for judging estimates.
    published
        Residents of the second date as an office would print them: text, about one cell of a
        hundred ``c`` (one to four people), and the true total as ``residents``.
    ages
        Residents of the second date: unit, age (0-3, 4-10, 11-15, 16+), one column a group.
    households
        Households: unit, tenure, one column a group (that of the reference person).
    occupancy
        The town's households and residents by age, for each tenure and number of bedrooms.
    schools
        One row a school: school, phase, unit, district, planning_area, faith, admissions,
        places (of one year group), capacity, roll, free_meals (pupils, latest year), geometry.
    rolls
        school, phase, planning_area, year (2018 to 2021), year_group (0 is Reception), one
        column a group, pupils, free_meals.
    flows
        Pupils of the latest year from home to school: unit, school, phase, group, pupils.
        Seven of a hundred children of school age are in no school of the town.
    births
        planning_area, birth_year, births, registered (with a doctor, below school age),
        intake_year, intake (Reception roll; missing for years to come). Years start in September.
    applicants
        Those who apply to secondary schools, who are Year 6 of the latest roll: pupil, unit,
        group, primary_school, x, y, looked_after, free_meals, faith, band (ability, 1 to 5).
    preferences
        Up to six schools a pupil: pupil, rank, school, distance (metres), sibling, faith,
        catchment (whether the pupil has that claim on that school).
    services
        service, kind, unit, open_before, open_after, geometry.
    sites
        A register of where homes could be built: site, unit (truly), hectares, dwellings_min,
        dwellings_max, status, completed_year, x, y and geometry (as registered),
        coordinate_fault (what is wrong with them, or "none"), true_x, true_y.
    outcomes
        Conditions of units at both dates: date, unit, residents, income_deprived,
        income_deprivation (0 to 1), households, overcrowded, overcrowding (%), no2 (µg/m³),
        gp_minutes (walk to a doctor).
    outcomes_by_group
        Of the second date: indicator, district, group (or "not stated"), sex (or "all"),
        numerator, denominator (missing where not stated), counted and of (what they count).

    Examples
    --------
    >>> from placemix.datasets import town
    >>> place = town()
    >>> place
    <Town (synthetic): seed 1, 2,425 units, ... residents, 60 schools>
    >>> place.units_after.attrs["synthetic"]
    True
    """

    seed: int
    about: About
    groups: tuple[str, ...]
    tenures: tuple[str, ...]
    units_before: GeoTable
    units_after: GeoTable
    lookup: pd.DataFrame
    pieces: GeoTable
    published: pd.DataFrame
    ages: pd.DataFrame
    households: pd.DataFrame
    occupancy: pd.DataFrame
    schools: GeoTable
    rolls: pd.DataFrame
    flows: pd.DataFrame
    births: pd.DataFrame
    applicants: pd.DataFrame
    preferences: pd.DataFrame
    services: GeoTable
    sites: GeoTable
    outcomes: pd.DataFrame
    outcomes_by_group: pd.DataFrame

    def __post_init__(self) -> None:
        for frame in self.frames().values():
            frame.attrs["synthetic"] = True
            frame.attrs["about"] = f"{self.about.source}: a synthetic town that does not exist"

    def __repr__(self) -> str:
        return (
            f"<Town (synthetic): seed {self.seed}, {len(self.units_after):,} units, "
            f"{self.units_after['residents'].sum():,} residents, {len(self.schools)} schools>"
        )

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by its name."""
        every = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in every.items() if isinstance(value, pd.DataFrame)}

    def units(self, date: Date = "after") -> GeoTable:
        """Return the table of units of a date.

        Raises
        ------
        InvalidParameter
            The date is neither "before" nor "after".
        """
        known = {"before": self.units_before, "after": self.units_after}
        if date not in known:
            message = f"The town has the dates 'before' and 'after', not {date!r}."
            raise InvalidParameter(message)
        return known[date]

    def residents(self, date: Date = "after") -> Counts:
        """Return residents of all ages by group, in the units of a date.

        Examples
        --------
        >>> from placemix.datasets import town
        >>> town().residents("before")
        <Counts (synthetic): ... people, 2,400 units, 5 groups: amber, blue, green, red, violet>
        """
        about = replace(self.about, vintage=date, period=PERIODS[date], universe="residents")
        return self._counts(self.units(date), "unit", list(self.groups), about)

    def children(self) -> Counts:
        """Return children aged 0 to 15 by group, in the units of the second date."""
        young = self.ages[self.ages["age"] != AGES[-1]]
        sums = young.groupby("unit", sort=False)[list(self.groups)].sum()
        about = replace(self.about, universe="children aged 0 to 15")
        return self._counts(self._with_places(sums), "unit", list(self.groups), about)

    def tenure(self, *, by_group: bool = False) -> Counts:
        """Return households by tenure, or by tenure and group of the reference person.

        Parameters
        ----------
        by_group
            Whether groups are pairs such as ``("social_rent", "blue")``.

        Examples
        --------
        >>> from placemix.datasets import town
        >>> town().tenure().groups
        ('owner_occupied', 'shared_ownership', 'social_rent', 'private_rent')
        """
        about = replace(self.about, universe="households", scheme="tenure × group" if by_group else "tenure")
        names: dict[GroupName, list[str]] = {}
        columns: dict[str, pd.Series[int]] = {}
        for tenure in self.tenures:
            homes = self.households[self.households["tenure"] == tenure].set_index("unit")
            for group in self.groups:
                column = f"{tenure} {group}"
                columns[column] = homes[group]
                names.setdefault((tenure, group) if by_group else tenure, []).append(column)
        frame = self._with_places(pd.DataFrame(columns))
        return self._counts(frame, "unit", names, about, axes=("tenure", "group") if by_group else ())

    def rolls_latest(self) -> Counts:
        """Return pupils of the latest year by group, in schools; the same pupils as `flows`."""
        latest = self.rolls[self.rolls["year"] == YEARS[-1]]
        pupils = latest.groupby("school")[list(self.groups)].sum().reset_index()
        frame = self.schools.merge(pupils, on="school", validate="1:1")
        about = replace(self.about, geography="school", universe="pupils", period="2021/22", vintage=None)
        strata = ("phase", "planning_area", "district")
        return self._counts(frame, "school", list(self.groups), about, strata=strata)

    def _with_places(self, sums: pd.DataFrame) -> GeoTable:
        """Put sums by unit beside the levels and shapes of the second date."""
        places = self.units_after[["unit", *LEVELS, "geometry"]]
        return places.merge(sums.reset_index(), on="unit", how="left", validate="1:1")

    @staticmethod
    def _counts(
        frame: GeoTable,
        unit: str,
        groups: columns.Groups,
        about: About,
        *,
        strata: tuple[str, ...] = LEVELS,
        axes: tuple[str, ...] = (),
    ) -> Counts:
        return tables.from_wide(frame, groups=groups, unit=unit, strata=strata, about=about, axes=axes)
