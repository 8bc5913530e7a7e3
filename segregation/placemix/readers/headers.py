"""Headers of published files: the same name in spite of spacing, case, line breaks and cuts."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from placemix.errors import RepeatedColumn, WrongFormat, listed, plural

#: Some exports cut names at this many characters.
CUT = 64
_SPACE = re.compile(r"\s+")
_MEASURE = re.compile(r"; ?measures: ?value$")
_SAME = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "\ufeff": None, "\u00a0": " "})


def normalise(header: object) -> str:
    r"""Write a header as it is compared: one space, no case, no mark of byte order, no measure.

    Examples
    --------
    >>> normalise("\ufeffEthnic group:\n White; measures: Value")
    'ethnic group: white'
    """
    return _normalised(str(header))


@lru_cache(maxsize=20_000)  # every header is compared with every edition of every format
def _normalised(header: str) -> str:
    text = unicodedata.normalize("NFC", header).translate(_SAME)
    text = _SPACE.sub(" ", text).strip().casefold()
    return _MEASURE.sub("", text).strip()


def matched(
    headers: Sequence[str],
    wanted: Mapping[str, str | Sequence[str]],
    *,
    form: str,
    optional: Iterable[str] = (),
    hint: str | Callable[[], str] = "",
) -> dict[str, str]:
    """Find the columns of a format among a file's headers.

    Parameters
    ----------
    headers
        The file's own names.
    wanted
        For each key the name it bears in the published file, or several by year.
    form
        What the format is called in messages.
    optional
        Keys that may be absent.
    hint
        What the file looks like instead, added to the remedy; or how to find out, where that takes time.

    Returns
    -------
    names
        The file's own name for each key that is there.

    Raises
    ------
    WrongFormat
        Names are missing; the message lists all of them, each with the nearest name there is.
    RepeatedColumn
        Two columns of the file answer to one wanted name.

    Examples
    --------
    >>> matched(["URN ", "headcount of pupils"], {"urn": "urn", "roll": ("roll", "headcount of pupils")}, form="rolls")
    {'urn': 'URN ', 'roll': 'headcount of pupils'}
    """
    places: dict[str, list[str]] = {}
    for header in headers:
        places.setdefault(normalise(header), []).append(header)
    optional = set(optional)
    found: dict[str, str] = {}
    missing: list[str] = []
    twice: list[str] = []
    for key, names in wanted.items():
        spellings = [names] if isinstance(names, str) else list(names)
        here = [own for name in spellings for own in _answering(normalise(name), places)]
        here = list(dict.fromkeys(here))
        if len(here) > 1 and len({normalise(own) for own in here}) == 1:
            twice.append(here[0])
        elif here:
            # Of several spellings the first listed counts.
            found[key] = here[0]
        elif key not in optional:
            missing.append(spellings[0])
    if twice:
        message = f"A {form} file names columns twice: {listed([repr(name) for name in twice])}."
        raise RepeatedColumn(message, remedy="Remove or rename the copies.")
    if missing:
        raise WrongFormat(
            f"The file lacks {plural(len(missing), 'column')} of a {form} file: {'; '.join(map(repr, missing))}.",
            remedy=_nearest(missing, headers, hint if isinstance(hint, str) else hint()),
        )
    return found


def _answering(name: str, places: Mapping[str, list[str]]) -> list[str]:
    if name in places or len(name) <= CUT:
        return places.get(name, [])
    # A name cut after a space is one shorter.
    return places.get(name[:CUT].rstrip(), [])


def _nearest(missing: Sequence[str], headers: Sequence[str], hint: str) -> str:
    known = {normalise(header): header for header in headers}
    parts = []
    for name in missing[:8]:
        near = difflib.get_close_matches(normalise(name), list(known), n=1, cutoff=0.6)
        if near:
            parts.append(f"Did you mean {known[near[0]]!r} for {name!r}?")
    there = f"The file has: {listed([str(header).strip() for header in headers], shown=12)}." if headers else ""
    return " ".join(text for text in (*parts, hint, there) if text)
