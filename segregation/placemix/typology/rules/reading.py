"""The text of a scheme, checked whole: every fault is listed with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from placemix._toml import Lines
from placemix.errors import InvalidScheme, did_you_mean, together
from placemix.registry.citations import CITATIONS
from placemix.typology.rules.conditions import CITY, EACH, NUMBERS, PEOPLE, Condition, excludes, implies, number, parsed
from placemix.typology.rules.kinds import Names, Parameter, ResidualPolicy, Scheme, Type

_TOP = {
    "id": str, "version": str, "title": str, "status": str, "cites": list, "reference": bool, "groups": int,
    "residual": str, "order": list, "unverified": list, "remarks": list, "concentrated": dict, "present": dict,
    "characteristic": dict, "parameters": dict, "type": list,
}  # fmt: skip
_TYPE = {
    "id": str, "label": str, "original": str, "when": list, "either": list, "names": str, "each": bool,
}  # fmt: skip
_NEEDED = ("id", "title", "type")
_WORDS = {str: "a text in quotes", list: "a list", bool: "true or false", int: "a whole number", dict: "a table"}
#: A type that names its units by these needs the section that says what they are.
_SECTIONS = {"present groups": "present", "characteristics": "characteristic", "concentrated members": "concentrated"}


def from_text(text: str, *, file: str) -> Scheme:
    """Read a scheme from the text of its file.

    Raises
    ------
    InvalidScheme
        The text has faults, all listed with their lines.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file!r} is no TOML: {error}"
        raise InvalidScheme(message, remedy="Texts and conditions stand in quotes.") from error
    reading = Reading(text, given)
    faults = list(reading.keys())
    if not faults:
        faults = list(reading.values())
    if faults:
        joined = together(faults)
        numbered = "\n".join(f"{number}. {fault}" for number, fault in enumerate(faults, 1))
        message = f"{file!r}: {faults[0]}" if len(faults) == 1 else f"{file!r} has {len(faults)} faults:\n{numbered}"
        whole = InvalidScheme(message)
        whole.faults = joined.faults
        raise whole
    return reading.scheme(file)


class Reading:
    """The text of a scheme while it is checked."""

    def __init__(self, text: str, given: Mapping[str, Any]) -> None:
        self.text = text
        # Only these end a line in TOML; texts in quotes may hold other ends.
        self.rows = text.split("\n")
        self.lines = Lines("\n".join(" ".join(row.splitlines()) for row in self.rows))
        self.given = given

    def fault(self, path: tuple[str | int, ...], message: str, remedy: str = "", quoted: str = "") -> InvalidScheme:
        """A fault that names the line, of the quoted text if it stands below the key."""
        first = next((self.lines.found[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines.found), 0)
        if quoted and first:
            below = (n for n in range(first, len(self.rows) + 1) if quoted in self.rows[n - 1])
            first = next(below, first)
        whole = f"line {first}: {message}" if first else message
        return InvalidScheme(whole[:1].upper() + whole[1:], remedy=remedy)

    def keys(self) -> Iterator[InvalidScheme]:
        """Faults of keys and of the kinds of their values."""
        yield from self._kinds(self.given, _TOP, (), "the scheme", _NEEDED)
        if not isinstance(self.given.get("type", []), list) or not self.given.get("type"):
            return
        for place, one in enumerate(self.given["type"]):
            if not isinstance(one, dict):
                yield self.fault(("type",), "'type' is written as [[type]], once for each type.")
            else:
                yield from self._kinds(one, _TYPE, ("type", place), "the type", ("id", "label"))
        for section in EACH:
            if isinstance(self.given.get(section), dict):
                known = {"says": str, "when": list}
                yield from self._kinds(self.given[section], known, (section,), f"[{section}]", ("when",))
        for name, one in self._parameters().items():
            if not isinstance(one, dict):
                yield self.fault(("parameters", name), f"[parameters.{name}] is a table with the key says.")
                continue
            kinds = {"says": str, "default": (int, float, str)}
            yield from self._kinds(one, kinds, ("parameters", name), f"[parameters.{name}]", ("says",))

    def _parameters(self) -> Mapping[str, Any]:
        found = self.given.get("parameters", {})
        return found if isinstance(found, dict) else {}

    def _kinds(
        self, given: Mapping[str, Any], known: Mapping[str, Any], path: tuple[str | int, ...], where: str,
        needed: tuple[str, ...],
    ) -> Iterator[InvalidScheme]:  # fmt: skip
        for name, value in given.items():
            here = (*path, name)
            if name not in known:
                remedy = did_you_mean(name, known) or f"The keys here are {', '.join(known)}."
                yield self.fault(here, f"there is no key {name!r} in {where}.", remedy)
            elif not isinstance(value, known[name]) or (known[name] is int and isinstance(value, bool)):
                yield self.fault(here, f"{name!r} must be {_WORDS.get(known[name], 'a number')}.")
            elif known[name] is list and name != "type" and not all(isinstance(item, str) for item in value):
                yield self.fault(here, f"{name!r} is a list of texts in quotes.")
        for name in needed:
            if not given.get(name):
                yield self.fault(path, f"{where} lacks {name!r}.", "Add it.")

    def values(self) -> Iterator[InvalidScheme]:
        """Faults of what the keys say."""
        given = self.given
        residuals, named = get_args(ResidualPolicy), get_args(Names)
        if given.get("residual", "minority") not in residuals:
            yield self.fault(("residual",), f"residual is one of {', '.join(map(repr, residuals))}.")
        if given.get("groups", 2) < 2:
            yield self.fault(("groups",), "groups is a number of groups, two or more.")
        for key in given.get("cites", []):
            if key not in CITATIONS:
                remedy = did_you_mean(key, CITATIONS) or "Put the reference of a scheme of your own into remarks."
                yield self.fault(("cites",), f"there is no citation {key!r}.", remedy, key)
        yield from self._types(named)
        for section in EACH:
            if section in given:
                yield from self._conditions(given[section]["when"], (section, "when"), section)
        used = {condition.parameter for condition in self._all_conditions() if condition.parameter}
        for name, one in self._parameters().items():
            if name not in used:
                yield self.fault(("parameters", name), f"no condition uses the parameter {name!r}.")
            if "default" in one:
                yield from self._default(name, one["default"])
        yield from self._reachable()

    def _default(self, name: str, given: object) -> Iterator[InvalidScheme]:
        """Faults of what a parameter is where the caller gives none."""
        path, value = ("parameters", name, "default"), number(given)
        share = any(
            one.parameter == name and one.base in {"everyone", "city members"} for one in self._all_conditions()
        )
        if value is None:
            yield self.fault(path, f"the default of {name!r} is no number.")
        elif value < 0 or (share and not 0 < value <= 1):
            kind = "a share above 0 and up to 1" if share else "a number from 0 on"
            yield self.fault(path, f"the default of {name!r} is {kind}, not {given!r}.")

    def _types(self, named: tuple[str, ...]) -> Iterator[InvalidScheme]:
        types = self.given["type"]
        ids = [one["id"] for one in types]
        for place, one in enumerate(types):
            path = ("type", place)
            if one["id"] in ids[:place]:
                yield self.fault((*path, "id"), f"the type {one['id']!r} stands there twice.")
            if one.get("names", "") not in named:
                remedy = did_you_mean(one["names"], named) or f"It is one of {', '.join(map(repr, named[1:]))}."
                yield self.fault((*path, "names"), f"a type cannot be named by {one['names']!r}.", remedy)
            section = _SECTIONS.get(one.get("names", ""))
            if section and section not in self.given:
                yield self.fault((*path, "names"), f"{one['names']!r} needs a section [{section}].")
            if one.get("each") and not one.get("names"):
                yield self.fault((*path, "each"), "each = true needs names, which says whose types they are.")
            yield from self._blanks(one, path)
            last = place == len(types) - 1
            conditions = [*one.get("when", []), *one.get("either", [])]
            if last and conditions:
                message = "the last type takes every place that is left, so it has no conditions."
                yield self.fault(path, message, "Add a type without when at the end, so that every place has one.")
            if not last and not conditions:
                message = f"the type {one['id']!r} has no conditions, so that no place reaches those below."
                yield self.fault(path, message, "Only the last type has none.")
            for key in ("when", "either"):
                yield from self._conditions(one.get(key, []), (*path, key), "")
        order = self.given.get("order", ids)
        if sorted(order) != sorted(ids):
            yield self.fault(("order",), f"order must list each type once: {', '.join(ids)}.")

    def _blanks(self, one: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[InvalidScheme]:
        """Faults of what a label leaves to be filled in."""
        known = [*self._parameters(), *(["reference"] if self.given.get("reference") else [])]
        known += ["group"] if one.get("names") else []
        for key in ("label", "original"):
            for name in re.findall(r"\{([^{}]*)\}", one.get(key, "")):
                if name not in known:
                    remedy = did_you_mean(name, known) or "{reference} needs reference = true, and {group} names."
                    yield self.fault((*path, key), f"nothing fills {{{name}}} in.", remedy)

    def _conditions(self, texts: list[str], path: tuple[str | int, ...], section: str) -> Iterator[InvalidScheme]:
        for text in texts:
            found = parsed(text)
            if found is None:
                message = f"{text!r} is no condition."
                remedy = "Write 'reference >= 80% of everyone', or 'largest minority >= 2 times other minorities'."
                yield self.fault(path, message, remedy, text)
                continue
            for message, remedy in (*self._quantities(found, section), *self._thresholds(found)):
                yield self.fault(path, message, remedy, text)

    def _quantities(self, found: Condition, section: str) -> Iterator[tuple[str, str]]:
        """Faults of what a condition compares."""
        known = {**PEOPLE, **EACH[section]} if section else {**PEOPLE, **NUMBERS, **CITY}
        for quantity in filter(None, (found.left, found.base)):
            if quantity not in known:
                remedy = did_you_mean(quantity, known) or f"The quantities here are {', '.join(known)}."
                yield f"there is no quantity {quantity!r} in {found.text!r}.", remedy
        alone = found.left in {**NUMBERS, "location quotient": ""}
        if found.left in known and alone and found.base:
            yield f"{found.left!r} is compared with a number alone, in {found.text!r}.", ""
        if found.left in known and not alone and not found.base:
            yield f"{found.text!r} does not say of whom.", f"Write '{found.left} {found.op} … of everyone'."
        yield from _pairs(found, section)
        wanted = _SECTIONS.get(found.left)
        if not section and wanted and wanted not in self.given:
            yield f"{found.left!r} needs a section [{wanted}].", ""
        about = found.left + found.base
        if ("reference" in about or "minorit" in about) and not self.given.get("reference", False):
            yield f"{found.text!r} speaks of a reference group.", "Set reference = true."

    def _thresholds(self, found: Condition) -> Iterator[tuple[str, str]]:
        """Faults of the threshold of a condition."""
        if found.parameter and found.parameter not in self._parameters():
            message = f"there is no parameter {found.parameter!r} for {found.text!r}."
            yield message, f"Add [parameters.{found.parameter}]."
        if found.base in {"everyone", "city members"} and found.factor is not None and found.factor > 1:
            yield f"no share is above 100 %, as {found.text!r} asks.", ""

    def _all_conditions(self) -> Iterator[Condition]:
        lists = [one.get(key, []) for one in self.given["type"] for key in ("when", "either")]
        lists += [self.given[section]["when"] for section in EACH if section in self.given]
        for texts in lists:
            yield from filter(None, map(parsed, texts))

    def _reachable(self) -> Iterator[InvalidScheme]:
        """Types that no place can have: thresholds out of order, or conditions that exclude each other."""
        built = [self._built(place) for place in range(len(self.given["type"]))]
        for place, one in enumerate(built):
            for first, second in ((a, b) for a in one.when for b in one.when if excludes(a, b) and a.text < b.text):
                message = f"no place can have the type {one.id!r}: {first.text!r} excludes {second.text!r}."
                yield self.fault(("type", place, "when"), message, "", second.text)
            for earlier in built[:place]:
                taken = earlier.when and all(any(implies(mine, its) for mine in one.when) for its in earlier.when)
                if taken and not earlier.either:
                    message = (
                        f"thresholds are out of order: no place can have the type {one.id!r}, since "
                        f"{' and '.join(repr(its.text) for its in earlier.when)} of the type {earlier.id!r} "
                        f"(line {earlier.line}) is tested first and takes them all."
                    )
                    yield self.fault(("type", place), message, "Put the stricter type first.")

    def _built(self, place: int) -> Type:
        one = self.given["type"][place]

        def conditions(key: str) -> tuple[Condition, ...]:
            return tuple(filter(None, map(parsed, one.get(key, []))))

        return Type(
            id=one["id"],
            label=one["label"],
            original=one.get("original", ""),
            when=conditions("when"),
            either=conditions("either"),
            names=one.get("names", ""),
            each=one.get("each", False),
            line=self.lines.found.get(("type", place), 0),
        )

    def scheme(self, file: str) -> Scheme:
        """Return the scheme, once it has no faults."""
        given = self.given
        types = tuple(self._built(place) for place in range(len(given["type"])))

        def section(name: str) -> tuple[Condition, ...]:
            return tuple(filter(None, map(parsed, given[name]["when"]))) if name in given else ()

        return Scheme(
            id=given["id"],
            version=given.get("version", "1"),
            title=given["title"],
            status=given.get("status", "own"),
            types=types,
            order=tuple(given.get("order", [one.id for one in types])),
            cites=tuple(given.get("cites", [])),
            reference=given.get("reference", False),
            groups=given.get("groups"),
            residual=given.get("residual", "minority"),
            parameters={
                name: Parameter(one["says"], number(one.get("default"))) for name, one in self._parameters().items()
            },
            unverified=tuple(given.get("unverified", [])),
            remarks=tuple(given.get("remarks", [])),
            file=file,
            text=self.text,
            concentrated=section("concentrated"),
            present=section("present"),
            characteristic=section("characteristic"),
        )


def _pairs(found: Condition, section: str) -> Iterator[tuple[str, str]]:
    """Faults of quantities that are known each, and cannot be compared with each other."""
    if found.base in NUMBERS or found.base == "location quotient":
        yield f"nothing is a multiple of {found.base!r}, as {found.text!r} has it.", ""
    sides = (found.left, found.base)
    if any(side in CITY for side in sides) and sides != ("concentrated members", "city members"):
        remedy = "Write 'concentrated members >= 30% of city members'."
        yield f"members in a city are compared with nothing else, as {found.text!r} does.", remedy
    people = {**PEOPLE, "category": ""}
    if (
        section == "characteristic"
        and found.left in people
        and found.base in people
        and sides != ("category", "everyone")
    ):
        remedy = "Write 'category >= 50% of everyone'."
        yield f"each category is compared with everyone here, and not as {found.text!r} says.", remedy
