"""Scheme files: read whole, every fault named with its line."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from placemix.errors import InvalidScheme, UnknownScheme, UnreadableFile, did_you_mean
from placemix.typology.rules.kinds import Scheme
from placemix.typology.rules.reading import from_text


def load_scheme(scheme: str | Path | Scheme) -> Scheme:
    """Return a scheme by its name, or read one from a file of your own.

    Parameters
    ----------
    scheme
        Id of a scheme that placemix has (`schemes` lists them), the path of a TOML file, or a scheme.

    Returns
    -------
    scheme
        The rules, checked whole.

    Raises
    ------
    UnknownScheme
        There is no scheme of that name.
    UnreadableFile
        There is no such file, or it is no TOML.
    InvalidScheme
        The file has faults: unknown keys or predicates, thresholds out of order, types that no place
        can have. All of them are listed with their lines. Or other rules bear the id of a scheme of placemix.

    Examples
    --------
    >>> import placemix as pm
    >>> pm.typology.load_scheme("PJF2001")
    <Scheme PJF2001 1: Poulsen, Johnston and Forrest's six types, of 2001; 6 types; partly verified>
    """
    if isinstance(scheme, Scheme):
        return _as_written(scheme)
    name = str(scheme)
    if isinstance(scheme, Path) or name.endswith(".toml"):
        return _read(Path(scheme))
    if name not in names():
        remedy = did_you_mean(name, names()) or f"placemix has {', '.join(names())}; a file of yours ends in .toml."
        message = f"There is no scheme {name!r}."
        raise UnknownScheme(message, remedy=remedy)
    return _published(name)


def schemes() -> pd.DataFrame:
    """List the schemes that placemix has.

    Returns
    -------
    schemes
        One row a scheme: `scheme`, `version`, `title`, `status` (how far its rules were checked against their
        source), `reference` (whether a reference group is needed), `groups` (how many its thresholds were
        set for, or missing), `parameters`, `types`, `unverified`, `cites`.

    Examples
    --------
    >>> import placemix as pm
    >>> pm.typology.schemes()[["scheme", "status", "reference"]]
                      scheme           status  reference
    0                PJF2001  partly verified       True
    1  PJF2007-reconstructed    reconstructed       True
    2                HWE2012  partly verified      False
    3               Hall2015  partly verified      False
    4  single_characteristic              own      False
    """
    found = [_published(name) for name in names()]
    return pd.DataFrame(
        {
            "scheme": [one.id for one in found],
            "version": [one.version for one in found],
            "title": [one.title for one in found],
            "status": [one.status for one in found],
            "reference": [one.reference for one in found],
            "groups": pd.array([one.groups for one in found], dtype="Int64"),
            "parameters": [", ".join(one.parameters) for one in found],
            "types": [", ".join(one.order) for one in found],
            "unverified": [" ".join(one.unverified) for one in found],
            "cites": [", ".join(one.cites) for one in found],
        }
    )


def names() -> tuple[str, ...]:
    """Ids of the schemes that placemix has."""
    return ("PJF2001", "PJF2007-reconstructed", "HWE2012", "Hall2015", "single_characteristic")


@cache
def _published(name: str) -> Scheme:
    file = files("placemix.typology.rules") / "published" / f"{name}.toml"
    return replace(from_text(file.read_text(encoding="utf-8"), file=f"{name}.toml"), own=False)


def _read(file: Path) -> Scheme:
    if not file.is_file():
        beside = [item.name for item in file.parent.glob("*.toml")] if file.parent.is_dir() else []
        message = f"There is no scheme file {str(file)!r}."
        raise UnreadableFile(message, remedy=did_you_mean(file.name, beside) or "typology.schemes() lists those here.")
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except UnicodeDecodeError as error:
        message = f"{file.name!r} is no UTF-8 text."
        raise UnreadableFile(message, remedy="Save it as UTF-8.") from error
    found = from_text(text, file=file.name)
    if found.id in names() and text != _published(found.id).text:
        message = f"{file.name!r}: {found.id!r} is a scheme of placemix, and the file has other rules."
        raise InvalidScheme(message, remedy="Give it an id of its own.")
    return found


@lru_cache(maxsize=16)
def _written(text: str, file: str) -> Scheme:
    return from_text(text, file=file)


def _as_written(scheme: Scheme) -> Scheme:
    """The scheme, if its rules are those of its text, by which results say what they are."""
    if not scheme.text or replace(_written(scheme.text, scheme.file), own=scheme.own) != scheme:
        message = f"The scheme {scheme.id!r} has other rules than its text."
        raise InvalidScheme(message, remedy="Write the rules into a file of your own, with an id of its own.")
    return scheme
