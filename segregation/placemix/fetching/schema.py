"""What a recipe may say, checked whole: every fault is listed with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from placemix.errors import InvalidConfig, did_you_mean

#: How a source is fetched.
WAYS = ("file", "zip member", "arcgis", "nomis")
#: Parts of a name or address that are filled in when it is used.
BLANKS = ("{district}", "{yesterday}")
_PLAIN = re.compile(r"[^/\\\x00-\x1f:]+")
_WORDS: Mapping[str, str] = {
    "text": "a text",
    "texts": "a list of texts",
    "years": "a list of years",
    "number": "a number above 0",
    "flag": "true or false",
    "sources": "written as [[sources]], once for each",
    "sha256": "64 hexadecimal digits",
    "address": "an http or https address",
    "way": f"one of {', '.join(WAYS)}",
    "file": "the name of a file, without a folder",
    "files": "a list of names of files, without folders",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a recipe: what its value must be, and whether it must be there."""

    kind: str
    needed: bool = False


RECIPE: Mapping[str, Key] = {
    "id": Key("text", needed=True),
    "table": Key("text", needed=True),
    "title": Key("text", needed=True),
    "published_as": Key("text", needed=True),
    "answers": Key("years", needed=True),
    "period": Key("text"),
    "geography": Key("text", needed=True),
    "vintage": Key("text"),
    "publisher": Key("text", needed=True),
    "page": Key("address", needed=True),
    "licence": Key("text", needed=True),
    "attribution": Key("text", needed=True),
    "reader": Key("text", needed=True),
    "by_hand": Key("files", needed=True),
    "hint": Key("text"),
    "megabytes": Key("number", needed=True),
    "sha256": Key("sha256"),
    "header": Key("texts", needed=True),
    "may_have": Key("texts"),
    "closed": Key("flag"),
    "notes": Key("texts"),
    "sources": Key("sources", needed=True),
}
SOURCE: Mapping[str, Key] = {
    "how": Key("way", needed=True),
    "address": Key("address", needed=True),
    "save_as": Key("file", needed=True),
    "member": Key("file"),
    "fields": Key("texts"),
    "only": Key("text"),
    "shapes": Key("flag"),
    "header": Key("texts"),
    "seen_in": Key("text", needed=True),
    "tried": Key("flag", needed=True),
    "tried_on": Key("text"),
}


def check(recipe: Mapping[str, Any], text: str, *, stem: str, readers: Collection[str]) -> list[InvalidConfig]:
    r"""List every fault of a recipe.

    Parameters
    ----------
    recipe
        What it says.
    text
        How it is written, for the lines.
    stem
        Name of its file without the ending; the recipe's `id` must be the same.
    readers
        Names of readers that a recipe may ask for.

    Examples
    --------
    >>> for fault in check({"id": "a", "pgae": "x"}, 'id = "a"\npgae = "x"', stem="a", readers=["nomis"])[:2]:
    ...     print(fault)
    Line 2: there is no key 'pgae'. Remedy: Did you mean 'page'?
    The recipe lacks 'table', which must be a text. Remedy: Add it.
    """
    lines = text.splitlines()
    faults = list(_keys(recipe, RECIPE, lines, "the recipe"))
    sources = recipe.get("sources", [])
    if _fits(sources, "sources"):
        for number, source in enumerate(sources, 1):
            start = _nth(lines, r"\s*\[\[\s*sources\s*\]\]", number)
            faults += _keys(source, SOURCE, lines, f"source {number}", after=start)
            faults += _of_source(source, recipe, f"source {number}")
    if recipe.get("id") not in {None, stem}:
        message = f"{_line(lines, 'id')}the id {recipe['id']!r} is not the name of the file, {stem!r}."
        faults.append(_fault(message, "Give both one name."))
    if isinstance(recipe.get("reader"), str) and recipe["reader"] not in readers:
        message = f"{_line(lines, 'reader')}there is no reader {recipe['reader']!r}."
        faults.append(_fault(message, did_you_mean(recipe["reader"], readers) or f"There are {', '.join(readers)}."))
    return faults


def _of_source(source: Mapping[str, Any], recipe: Mapping[str, Any], name: str) -> Iterator[InvalidConfig]:
    how = source.get("how")
    needs = {"zip member": ("member",), "arcgis": ("fields",), "nomis": ("header",)}
    for key in needs.get(str(how), ()):
        if key not in source:
            yield _fault(f"{name} is fetched as {how!r} and lacks {key!r}.", "Add it.")
    if source.get("tried") is True and "tried_on" not in source:
        yield _fault(f"{name} was tried, but does not say when.", "Add tried_on, a date.")
    if "only" in source and source["only"] not in source.get("fields", ()):
        yield _fault(f"{name} is restricted by {source['only']!r}, which is none of its fields.", "Add the field.")
    blanks = set(re.findall(r"\{[^}]*\}", f"{source.get('address', '')} {source.get('save_as', '')}"))
    for blank in sorted(blanks - set(BLANKS)):
        yield _fault(f"{name} leaves {blank} open.", f"Only {' and '.join(BLANKS)} are filled in.")
    fields = source.get("fields")
    header = recipe.get("header")
    if isinstance(fields, list) and isinstance(header, list):
        lost = [column for column in header if column not in fields and not str(column).endswith("*")]
        if lost:
            yield _fault(f"{name} does not fetch {', '.join(map(repr, lost))} of the header.", "Add them to fields.")


def _keys(
    given: Mapping[str, Any], known: Mapping[str, Key], lines: list[str], name: str, *, after: int = 0
) -> Iterator[InvalidConfig]:
    for key, value in given.items():
        at = _line(lines, key, after=after)
        if key not in known:
            yield _fault(f"{at}there is no key {key!r}.", did_you_mean(key, known) or f"There are {', '.join(known)}.")
        elif not _fits(value, known[key].kind):
            yield _fault(f"{at}{key!r} must be {_WORDS[known[key].kind]}.")
    for key, rule in known.items():
        if rule.needed and key not in given:
            yield _fault(f"{name} lacks {key!r}, which must be {_WORDS[rule.kind]}.", "Add it.")


def _fits(value: object, kind: str) -> bool:
    fitting: dict[str, Callable[[Any], bool]] = {
        "text": _text,
        "texts": lambda item: isinstance(item, list) and bool(item) and all(map(_text, item)),
        "years": lambda item: isinstance(item, list) and bool(item) and all(type(part) is int for part in item),
        "number": lambda item: isinstance(item, int | float) and not isinstance(item, bool) and item > 0,
        "flag": lambda item: isinstance(item, bool),
        "sources": lambda item: isinstance(item, list) and all(isinstance(part, dict) for part in item),
        "sha256": lambda item: _text(item) and bool(re.fullmatch(r"[0-9a-f]{64}", item)),
        "address": is_address,
        "way": lambda item: item in WAYS,
        "file": lambda item: _text(item) and bool(_PLAIN.fullmatch(item)) and item not in {".", ".."},
        "files": lambda item: isinstance(item, list) and bool(item) and all(_fits(part, "file") for part in item),
    }
    return fitting[kind](value)


def is_address(item: object) -> bool:
    """Whether something is an address that may be fetched.

    Examples
    --------
    >>> is_address("https://www.nomisweb.co.uk/a.zip"), is_address("file:///etc/passwd")
    (True, False)
    """
    if not _text(item):
        return False
    try:
        parts = urlsplit(str(item))
    except ValueError:  # a bracket that is not closed
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username


def _text(item: object) -> bool:
    return isinstance(item, str) and bool(item.strip())


def _nth(lines: list[str], pattern: str, number: int) -> int:
    places = [place for place, line in enumerate(lines) if re.match(pattern, line)]
    return places[number - 1] if number <= len(places) else 0


def _line(lines: list[str], key: str, *, after: int = 0) -> str:
    for place in range(after, len(lines)):
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[place]):
            return f"Line {place + 1}: "
    return ""


def _fault(message: str, remedy: str = "") -> InvalidConfig:
    return InvalidConfig(message[:1].upper() + message[1:], remedy=remedy)
