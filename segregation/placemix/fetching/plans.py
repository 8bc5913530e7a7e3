"""What a request needs: which recipes answer it, and what it asks that none answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from placemix.errors import InvalidParameter, PlacemixError, did_you_mean, together
from placemix.fetching.loading import Recipe, known_recipes

#: Tables that every request needs.
ALWAYS = ("lookup", "boundaries")


@dataclass(frozen=True, slots=True)
class Plan:
    """Recipes of a request.

    Attributes
    ----------
    tables, dates
        What was asked for.
    recipes
        What has to be there, the lookup first, as it says which units lie in the district.
    left_out
        Sentences on what no recipe answers.
    """

    tables: tuple[str, ...]
    dates: tuple[int, ...]
    recipes: tuple[Recipe, ...]
    left_out: tuple[str, ...]


def all_of(faults: Sequence[PlacemixError], what: str) -> PlacemixError:
    """Return one error that carries every fault of something that is no table."""
    error = together(faults)
    error.message = error.message.replace("The table has", f"{what} has", 1)
    return error


def offered() -> tuple[str, ...]:
    """Return the tables that can be asked for.

    Examples
    --------
    >>> offered()
    ('deprivation', 'ethnicity', 'faith', 'nesting', 'schools', 'tenure')
    """
    return tuple(sorted({recipe.table for recipe in known_recipes()} - set(ALWAYS)))


def planned(tables: Sequence[str], dates: Sequence[int | str]) -> Plan:
    """Find the recipes that answer a request.

    Parameters
    ----------
    tables
        Names of `offered`.
    dates
        Census years: 2011, 2021 or both.

    Raises
    ------
    InvalidParameter
        A table or date is unknown or named twice; all faults together.

    Examples
    --------
    >>> [recipe.id for recipe in planned(["ethnicity"], [2021]).recipes]
    ['lookup-lsoa-2011-2021', 'boundaries-2021', 'ethnicity-2021']
    """
    wanted = [tables] if isinstance(tables, str) else list(tables)
    years, faults = _years(dates)
    known = offered()
    for name in dict.fromkeys(wanted):
        if name not in known:
            message = f"There is no table {name!r}; there are {', '.join(known)}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(name, known)))
        elif wanted.count(name) > 1:
            faults.append(InvalidParameter(f"The table {name!r} is named twice."))
    if not wanted:
        faults.append(InvalidParameter(f"No table is named; there are {', '.join(known)}."))
    if faults:
        raise all_of(faults, "The request")
    recipes: list[Recipe] = []
    left_out = []
    for name in [*ALWAYS, *wanted]:
        of_table = [recipe for recipe in known_recipes() if recipe.table == name]
        recipes += [recipe for recipe in of_table if set(recipe.answers) & set(years)]
        for year in years:
            if not any(year in recipe.answers for recipe in of_table):
                has = sorted({answer for recipe in of_table for answer in recipe.answers})
                left_out.append(f"{name}: no recipe for {year}; there is one for {', '.join(map(str, has))}.")
    empty = [name for name in wanted if not any(recipe.table == name for recipe in recipes)]
    if empty:
        message = f"There is nothing for {', '.join(empty)} at the dates {', '.join(map(str, years))}."
        raise InvalidParameter(message, remedy=" ".join(left_out))
    return Plan(tuple(wanted), tuple(years), tuple(recipes), tuple(left_out))


def _years(dates: Sequence[int | str]) -> tuple[list[int], list[PlacemixError]]:
    given = [dates] if isinstance(dates, str | int) else list(dates)
    census = sorted({answer for recipe in known_recipes() if recipe.table == "boundaries" for answer in recipe.answers})
    years: list[int] = []
    faults: list[PlacemixError] = []
    for date in given:
        if not str(date).strip().isdecimal() or int(date) not in census:
            message = f"There are no boundaries of the date {str(date)!r}; there are {', '.join(map(str, census))}."
            faults.append(InvalidParameter(message, remedy="Other tables are taken at the census date they belong to."))
        elif int(date) in years:
            faults.append(InvalidParameter(f"The date {date} is named twice."))
        else:
            years.append(int(date))
    if not given:
        faults.append(InvalidParameter(f"No date is named; there are {', '.join(map(str, census))}."))
    return sorted(years), faults
