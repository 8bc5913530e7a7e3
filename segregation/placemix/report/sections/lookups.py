"""Finding rows and names in result frames."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from placemix.report import rounding
from placemix.report.items import Source

#: Sentences that stand beside every index of a page.
COMPLETE_SHORT = "Complete counts; “by chance” is explained under the first table."
FEW_PEOPLE = (
    "† Few people: much of this value is what chance alone would give (more than 0.1, or more than a quarter of it)."
)
COMPLETE = (
    "Every number here is computed from a complete count, not a sample, so there is no sampling interval; "
    "what stands "
    "in its place is the value that chance alone would give."
)
HOUSEHOLDS = (
    "“By chance alone” is the value if each person had been placed independently of the others. Households "
    "and "
    "families move together, so the true chance value is larger."
)


def strata_of(frame: pd.DataFrame, first: str = "measure") -> list[str]:
    """Name the columns that stand before the first column of a result: its strata."""
    columns = list(frame.columns)
    return [str(name) for name in columns[: columns.index(first)]]


def labels(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """Give one text a row for its stratum."""
    if not names:
        return pd.Series("All", index=frame.index)
    return pd.DataFrame(frame)[names].astype(str).agg(", ".join, axis=1)


def rows(frame: pd.DataFrame, measure: str, *, against: str | None = "any", many: bool = False) -> pd.DataFrame:
    """Keep the rows of one measure, by stratum label.

    Parameters
    ----------
    frame
        What `placemix.measure` gave.
    measure
        Name of the measure.
    against
        What its focal group is compared with; ``"any"`` for whatever it is.
    many
        Keep the multigroup form instead of the two-group form.
    """
    names = strata_of(frame)
    wanted = frame["measure"].astype(str) == measure
    wanted &= frame["focal"].isna() if many else frame["focal"].notna()
    if against != "any" and not many:
        wanted &= frame["against"].astype(str) == against
    found = pd.DataFrame(frame)[wanted]
    return found.set_axis(labels(found, names).to_list(), axis=0)


def rival(against: str) -> str:
    """Name what a group is compared with, in words."""
    return "everyone else" if against == "rest" else against


def people(name: str, member: str) -> str:
    """Name a group's people in a sentence.

    Examples
    --------
    >>> people("Asian", "resident"), people("rest", "resident")
    ('Asian residents', 'everyone else')
    """
    return "everyone else" if name in {"rest", "everyone else"} else f"{name} {member}s"


def both(focal: str, against: str, member: str) -> str:
    """Name the people of two groups in a sentence.

    Examples
    --------
    >>> both("Asian", "White", "resident"), both("Asian", "rest", "resident")
    ('Asian and White residents', 'Asian residents and everyone else')
    """
    if against in {"rest", "everyone else"}:
        return f"{focal} {member}s and everyone else"
    return f"{focal} and {against} {member}s"


def by_chance(value: float, expected: float) -> bool:
    """Say whether much of a value is what chance alone would give.

    Examples
    --------
    >>> by_chance(0.583, 0.217), by_chance(0.719, 0.023)
    (True, False)
    """
    return bool(expected > 0.1 or expected > value / 4)


def daggered(values: pd.Series, expected: pd.Series) -> list[str]:
    """Write index values, marking those that chance alone explains in good part."""
    return [
        f"{rounding.index(value)} †" if by_chance(value, chance) else rounding.index(value)
        for value, chance in zip(values, expected, strict=True)
    ]


def few(cells: Iterable[str]) -> str:
    """Explain the dagger where a table has one."""
    return f" {FEW_PEOPLE}" if any("†" in cell for cell in cells) else ""


def units_in_words(source: Source) -> str:
    """Name the units with what they are and their mean size.

    Examples
    --------
    >>> units_in_words(Source(name="", people=3400.0, units=2, empty=0, residual=0.0, left_out=0, groups=(),
    ...                       member="resident", hash="", about={"geography": "LSOA"}, unit_words="neighbourhoods"))
    'LSOAs (neighbourhoods of about 1,700 residents)'
    """
    name = plural(str(source.about.get("geography", "unit")))
    filled = source.units - source.empty
    if filled <= 0:
        return name
    size = f"about {rounding.about(source.people / filled)} {source.member}s"
    return f"{name} ({source.unit_words} of {size})" if source.unit_words else f"{name} (of {size})"


def possessive(name: str) -> str:
    """Write the possessive of a name.

    Examples
    --------
    >>> possessive("Wales"), possessive("Bury")
    ('Wales’', 'Bury’s')
    """
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def ordered(values: pd.Series) -> pd.Series:
    """Sort strata from the highest value to the lowest, undefined last."""
    return values.sort_values(ascending=False, na_position="last", kind="stable")


def chance_of_h(frame: pd.DataFrame) -> pd.Series:
    """Return what chance alone would give H over all groups, to first order.

    If people were dealt to units at random, twice the people times mutual information would
    follow about a chi-squared law with (groups - 1)(units - 1) degrees of freedom, so that H
    is about (groups - 1)(units - 1) / (2 people E), with E the entropy of the whole.

    Parameters
    ----------
    frame
        What `placemix.measure` gave, with mutual_information; without it the values are NaN.

    Returns
    -------
    chance
        By stratum label.
    """
    h = rows(frame, "information_theory", many=True)
    m = rows(frame, "mutual_information", many=True)["value"].reindex(h.index)
    entropy = (m / h["value"]).where(h["value"] > 0)
    degrees = (h["groups"].astype(float) - 1) * (h["units"].astype(float) - 1)
    return degrees / (2 * h["people"].astype(float) * entropy)


#: First words of dimensions' names that a sentence writes small.
_COMMON = {
    "ethnic", "tenure", "faith", "religion", "household", "primary", "secondary", "schools", "births",
    "race", "income", "age", "occupation", "health", "all", "free", "children", "children's", "pupils", "pupils'",
    "residents'", "school", "deprivation",
}  # fmt: skip


def inner(name: str) -> str:
    """Write the name of a dimension inside a sentence.

    Examples
    --------
    >>> inner("Ethnic group"), inner("English at home")
    ('ethnic group', 'English at home')
    """
    first = name.split(" ", 1)[0].rstrip(":,")
    return name[:1].lower() + name[1:] if first.casefold() in _COMMON else name


def plural(word: str) -> str:
    """Write the plural of a unit's or stratum's name.

    Examples
    --------
    >>> plural("district"), plural("county"), plural("LSOA")
    ('districts', 'counties', 'LSOAs')
    """
    if word.endswith("y") and word[-2:-1] not in {"a", "e", "o"}:
        return f"{word[:-1]}ies"
    return word if word.endswith("s") else f"{word}s"


def capital(text: str) -> str:
    """Write a name at the start of a row."""
    return text[:1].upper() + text[1:]
