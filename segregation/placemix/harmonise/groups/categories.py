"""Classifications of people as published, and the labels under which tables print them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from placemix._typing import GroupName
from placemix.counts import group_text
from placemix.errors import (
    InvalidParameter,
    OverlappingGroups,
    PlacemixError,
    UnknownGroup,
    did_you_mean,
    listed,
    plural,
    together,
)

#: Words by which publishers name everyone.
EVERYONE = frozenset(
    {"total", "all", "all usual residents", "total all usual residents", "all categories ethnic group"}
)


@dataclass(frozen=True, slots=True)
class Category:
    """One group of a classification.

    Attributes
    ----------
    id
        Short name, the same in every classification that has the category.
    label
        As published.
    code
        As published, or empty.
    aliases
        Other labels under which tables print it.
    broad
        Id of the broad group it belongs to, in the scheme that `Scheme.broad` names.
    unstated
        Whether it holds people whose group is not known.
    parts
        Categories it adds up, where tables may print either.
    remarks
        What else to know.
    """

    id: str
    label: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    broad: str = ""
    unstated: bool = False
    parts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Scheme:
    """A classification of people: its categories, in the published order, and where they come from.

    Attributes
    ----------
    id, label
        Name for code, and for people.
    variable
        What was recorded, and by whom: self-defined ethnic group, officer-defined appearance.
    year, place
        When and where it came into use.
    universe
        Whom its tables count.
    publisher, source
        Who publishes it, and in which tables.
    categories
        In the published order.
    broad
        Id of the scheme of its broad groups, or empty.
    remarks
        What else to know.
    unverified
        What has not been checked against its source.
    prefixes, suffixes
        What tables print around every label.
    overlapping
        Categories of other schemes that count the same people again.
    whole_labels
        Whether the last part of a label means something else alone.
    bridge
        Whether correspondences may be joined through it.
    """

    id: str
    label: str
    variable: str
    year: int
    universe: str
    place: str
    publisher: str
    source: str
    categories: tuple[Category, ...]
    broad: str = ""
    remarks: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    overlapping: tuple[str, ...] = ()
    whole_labels: bool = False
    bridge: bool = False

    def __repr__(self) -> str:
        return f"<Scheme {self.id}: {self.label}; {plural(len(self.categories), 'category', 'categories')}>"

    def __str__(self) -> str:
        lines = [f"{self.label} ({self.id})", f"{self.variable}; {self.universe}; {self.publisher}; {self.source}"]
        lines += [f"  {item.code:>5}  {item.id:<32} {item.label}" for item in self.categories]
        lines += [f"Remark: {text}" for text in self.remarks]
        lines += [f"UNVERIFIED: {text}" for text in self.unverified]
        return "\n".join(lines)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the categories."""
        return tuple(item.id for item in self.categories)

    @cached_property
    def unstated(self) -> tuple[str, ...]:
        """Ids of the categories of people whose group is not known."""
        return tuple(item.id for item in self.categories if item.unstated)

    def category(self, name: str) -> Category:
        """Return a category by its id or any of its labels.

        Raises
        ------
        UnknownGroup
            No category is printed like this; the message proposes the nearest.
        """
        found = self.match([name])[0]
        if found not in self.ids:
            message = f"{name!r} is no category of {self.id}."
            raise UnknownGroup(message, remedy=did_you_mean(name, self.ids))
        return self.categories[self.ids.index(found)]

    def labels(self, names: Iterable[str]) -> list[str]:
        """Return the published label of each category, given by id; other names stay."""
        known = {item.id: item.label for item in self.categories}
        return [known.get(name, name) for name in names]

    def match(self, names: Iterable[GroupName]) -> tuple[str, ...]:
        """Return the id of each label's category.

        Case, spaces and punctuation are ignored, and what the publisher prints around every label;
        beyond that nothing is guessed.

        Raises
        ------
        UnknownGroup
            Labels fit no category; the message lists them all and proposes the nearest.
        OverlappingGroups
            A label is a total of others, or two labels are the same category.

        Examples
        --------
        >>> scheme("eth19_2021").match(["Ethnic group: White: Roma", "pakistani"])
        ('white_roma', 'pakistani')
        """
        texts = [group_text(name) for name in names]
        found = [self.find(text) for text in texts]
        faults = [*self._unknown([text for text, place in zip(texts, found, strict=True) if place is None])]
        known = [place for place in found if place is not None]
        twice = [text for text, place in zip(texts, found, strict=True) if place and known.count(place) > 1]
        if twice:
            message = f"Several columns are one category of {self.id}: {listed([repr(text) for text in twice])}."
            faults.append(OverlappingGroups(message, remedy="Keep one of them, or add them up under one name."))
        for item in self.categories:
            both = [part for part in item.parts if part in known] if item.id in known else []
            if both:
                message = f"{item.label!r} adds up {listed(both)}, which are columns of their own."
                faults.append(OverlappingGroups(message, remedy="Leave one of the two out; nobody may count twice."))
        if faults:
            raise together(faults)
        return tuple(known)

    def find(self, text: str) -> str | None:
        """Return the id of the category that a table prints like this, or None.

        Categories of people whose group is not known are found in every scheme of the same variable.
        """
        spellings = list(self._trimmed(text))
        for known in (self._printed, _unstated(self.variable)):
            for written in spellings:
                if written in known:
                    return known[written]
        return None

    def is_total(self, text: str) -> bool:
        """Say whether a label is everyone, or a broad group whose parts this scheme has."""
        broad = schemes_by_id().get(self.broad)
        if self.find(text):
            return False
        return bool(EVERYONE.intersection(self._trimmed(text)) or (broad is not None and broad.find(text)))

    def _unknown(self, texts: list[str]) -> Iterator[PlacemixError]:
        totals = [text for text in texts if self.is_total(text)]
        if totals:
            message = f"Totals stand among the groups: {listed([repr(text) for text in totals])}."
            remedy = f"Leave them out: {self.id} has the parts they add up (give everyone as total=)."
            yield OverlappingGroups(message, remedy=remedy)
        others = [text for text in texts if text not in totals]
        again = dict(_counted_again(self, others))
        yield from again.values()
        others = [text for text in others if text not in again]
        if others:
            every = [label for item in self.categories for label in (item.label, item.id, *item.aliases)]
            message = (
                f"{plural(len(others), 'group is', 'groups are')} not in {self.id}: "
                f"{listed([repr(text) for text in others])}."
            )
            hint = did_you_mean(others[0], every)
            remedy = f"{hint} Its categories are listed by print(placemix.harmonise.scheme({self.id!r}))."
            yield UnknownGroup(message, remedy=remedy.strip())

    def _trimmed(self, text: str) -> Iterator[str]:
        """Spellings of a label without what is printed around it, the longest first."""
        written = plain(text)
        yield written
        for suffix in ("", *map(plain, self.suffixes)):
            if suffix and not written.endswith(f" {suffix}"):
                continue
            inside = written.removesuffix(suffix).strip()
            yield inside
            for prefix in map(plain, self.prefixes):
                if inside.startswith(f"{prefix} "):
                    yield inside.removeprefix(prefix).strip()

    @cached_property
    def _printed(self) -> dict[str, str]:
        """Id of the category for each plain spelling; the last part of a label counts where it is unique."""
        known: dict[str, str] = {}
        for item in self.categories:
            code = () if item.code.isdigit() else (item.code,)
            known |= {plain(text): item.id for text in (item.id, item.label, *item.aliases, *code) if text}
        last = [(plain(re.split(r": | - ", item.label)[-1]), item.id) for item in self.categories]
        ends = [end for end, _ in last]
        return {end: name for end, name in last if ends.count(end) == 1 and not self.whole_labels} | known


def plain(text: str) -> str:
    r"""Write a label in lower case, with single spaces, and without punctuation.

    Examples
    --------
    >>> plain(" Asian/Asian  British:\nIndian"), plain("white_irish")
    ('asian asian british indian', 'white irish')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ").replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


def scheme(name: str | Scheme) -> Scheme:
    """Return a classification by its id.

    Raises
    ------
    InvalidParameter
        There is none of that id; the message proposes the nearest.

    Examples
    --------
    >>> scheme("us_p2")
    <Scheme us_p2: Hispanic origin, and race of everyone else, 8 categories; 8 categories>
    >>> scheme("eth18_2011").category("KS201: White: Irish")
    Traceback (most recent call last):
        ...
    placemix.errors.UnknownGroup: 1 group is not in eth18_2011: 'KS201: White: Irish'. Remedy: ...
    """
    if isinstance(name, Scheme):
        return name
    known = schemes_by_id()
    if name not in known:
        message = f"There is no classification {name!r}; there are {', '.join(known)}."
        raise InvalidParameter(message, remedy=did_you_mean(name, known))
    return known[name]


def _counted_again(own: Scheme, texts: list[str]) -> Iterator[tuple[str, PlacemixError]]:
    """Find columns of another scheme that count the same people once more."""
    for entry in own.overlapping:
        other, _, category = entry.partition(": ")
        for text in texts:
            if scheme(other).find(text) == category:
                message = f"{text!r} stands beside {own.label[0].lower()}{own.label[1:]} ({own.source})."
                remedy = f"Those people are in its columns too. Use {scheme(other).source}, which holds everybody once."
                yield text, OverlappingGroups(message, remedy=remedy)


def says_nothing(name: str, variable: str) -> bool:
    """Say whether a category, by id, is of people whose group is not known."""
    return name in _unstated(variable).values()


@cache
def _unstated(variable: str) -> dict[str, str]:
    """Id of each category of people whose group is not known, by its plain spellings in any scheme."""
    found = {
        plain(text): item.id
        for known in schemes_by_id().values()
        for item in known.categories
        if item.unstated and known.variable == variable
        for text in (item.id, item.label, *item.aliases)
    }
    # What from_wide(residual="group") and readers call people in none of the groups.
    return {"residual": "residual", "not recorded": "not_recorded"} | found


@cache
def schemes_by_id() -> dict[str, Scheme]:
    """Read every classification of the package, by id, the earliest first."""
    found = [_read(path.read_text(encoding="utf-8")) for path in folder("classifications")]
    return {
        item.id: item for item in sorted(found, key=lambda item: (item.variable, item.year, -len(item.ids), item.id))
    }


def folder(name: str) -> list[Any]:
    """Return the data files of a folder of the package, by name."""
    every = files("placemix.harmonise.groups").joinpath(name).iterdir()
    return sorted((path for path in every if path.name.endswith(".toml")), key=lambda path: path.name)


def _read(text: str) -> Scheme:
    table = tomllib.loads(text)
    table["categories"] = tuple(Category(**_frozen(row)) for row in table.pop("category"))
    return Scheme(**_frozen(table))


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
