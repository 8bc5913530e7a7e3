"""What may be chosen here: kinds of homes, and never groups of people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from placemix.counts import Counts
from placemix.errors import InvalidParameter, PlacemixError, listed
from placemix.harmonise.groups.categories import schemes_by_id
from placemix.results import group_names

#: Last sentence of every result: what it is not.
NO_ADVICE = "Kinds of homes are compared, not people: it is no advice on whom homes are let or sold to."
_HOMES = re.compile(r"\b(households?|homes?|dwellings?|housing units?)\b")
_PEOPLE = re.compile(r"\b(persons?|people|residents?|population|adults?|children|pupils?|students?|members?)\b")
#: Words in the names of axes that tell homes apart.
_AXES = frozenset({
    "accommodation", "bedroom", "bedrooms", "dwelling", "home", "kind", "price", "rent", "room", "rooms", "size",
    "storeys", "tenure", "type",
})  # fmt: skip
#: Words in the names of groups of people by ethnicity or faith. Other names of such groups pass: no list is whole.
_GROUPS = frozenset({
    "african", "arab", "asian", "bangladeshi", "bame", "bme", "black", "british", "buddhist", "caribbean", "catholic",
    "chinese", "christian", "english", "ethnic", "ethnicity", "faith", "gypsy", "hindu", "hispanic", "indian", "irish",
    "islam", "islamic", "jew", "jewish", "latino", "minority", "muslim", "nationality", "pakistani", "polish", "race",
    "racial", "religion", "religious", "roma", "sikh", "somali", "traveller", "white",
})  # fmt: skip


def not_homes(homes: Counts) -> Iterator[PlacemixError]:
    """Say why counts are not of homes by kind.

    Parameters
    ----------
    homes
        What was given as homes.

    Yields
    ------
    fault
        The counts do not say that they are of households, homes or dwellings, or are of groups of people.
    """
    whom = " ".join((homes.about.universe or "").casefold().split())
    if not _HOMES.search(whom) or _PEOPLE.search(whom):
        said = f"These are counts of {homes.about.universe}" if whom else "The counts do not say what they count"
        message = f"{said}; mixes are chosen of households, homes or dwellings alone."
        remedy = "Count homes by tenure or size, and say so: about={'universe': 'households'} in from_wide."
        yield InvalidParameter(message, remedy=remedy)
    odd = [name for name in homes.axes if not _AXES & set(_words(name))]
    if odd:
        message = f"The homes are told apart by {listed([repr(name) for name in odd])}, which is no kind of home."
        yield InvalidParameter(message, remedy="Add them up to tenures or sizes first: counts.merge_groups.")
    scheme = homes.about.scheme or ""
    if scheme in schemes_by_id() or _GROUPS & set(_words(scheme)):
        yield InvalidParameter(f"The groups are those of {scheme!r}, which are of people.", remedy=_REMEDY)
    yield from of_people("Groups", group_names(homes))


_REMEDY = (
    "Whom homes are let or sold to is not chosen here, by no group. Use kinds of homes; rename what is something else."
)


def of_people(what: str, names: Iterable[Any]) -> Iterator[PlacemixError]:
    """Find names that read like those of ethnic or faith groups.

    Examples
    --------
    >>> [str(fault)[:61] for fault in of_people("Objectives", ["share of Asian residents", "walk to a school"])]
    ["Objectives are named like groups of people: 'share of Asian r"]
    """
    if found := like_groups(names):
        message = f"{what} are named like groups of people: {listed([repr(name) for name in found])}."
        yield InvalidParameter(message, remedy=_REMEDY)


def like_groups(names: Iterable[Any]) -> list[str]:
    """Return the names that read like those of ethnic or faith groups; no list is whole, and other names pass.

    Examples
    --------
    >>> like_groups(["Asian", "0-15", "No religion", "social_rent"])
    ['Asian', 'No religion']
    """
    return [str(name) for name in names if _GROUPS & set(_words(name))]


def _words(name: object) -> list[str]:
    return re.findall(r"[^\W\d_]+", str(name).casefold())
