"""Schemes from TOML files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from placemix._toml import Lines, read_toml
from placemix.readers.files import existing
from placemix.scenarios.schemes.building import built
from placemix.scenarios.schemes.keys import Faults
from placemix.scenarios.schemes.proposals import Scheme


def read_scheme(path: str | Path, *, tenures: Iterable[str] | None = None) -> Scheme:
    r"""Read a development from a TOML file.

    Parameters
    ----------
    path
        File with `reference`, and if need be `name`, `status` and `as_of`; `[site]` with ``file`` (and ``layer``, or
        ``column`` and ``value``), or ``x``, ``y`` and ``crs``, or ``register`` and ``reference`` of a brownfield
        register (and ``columns``, ``crs``, ``encoding`` as for `placemix.readers.brownfield`); `[[homes]]` and
        `[[demolished]]` with ``tenure``, ``bedrooms``, ``type`` and ``count``, or
        ``dwellings = { min = 40, max = 60 }`` where the mix is not known; `[[services]]` that it provides with
        ``kind``, ``name``, ``places`` and ``year``, beside homes or alone; `[phasing]` with net homes by year, or
        ``year`` for all of them; `[assumptions]` with ``vacancy`` and ``internal`` (the share of new residents from
        within the district), and others in words. Names of files start from the folder of this one.
    tenures
        Names of tenures that are known, such as those of the table of occupancy; others are refused.

    Returns
    -------
    scheme
        Frozen.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is no text.
    InvalidConfig
        It is no TOML, or a key is missing, unknown or of the wrong kind. All faults come in one error with their lines,
        also as `InvalidCounts` (negative homes, least above most, years that do not sum to the homes), `CRSMismatch`
        (coordinates that are not of their system, by their size) and `NoPlace` (a shape that is none).

    Notes
    -----
    Coordinates are never repaired. Those that fit their system but lie outside your map are found by `placed`.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "mill-lane.toml"
    >>> _ = file.write_text('''
    ... reference = "24/0001"
    ... status = "proposed"
    ... homes = [{ tenure = "social_rent", bedrooms = 2, count = 30 }]
    ... [phasing]
    ... 2027 = 10
    ... 2028 = 20
    ... ''')
    >>> read_scheme(file)
    <Scheme 24/0001: 30 net homes, proposed, 2027 to 2028>
    >>> _ = file.write_text('reference = "24/0001"\nstaus = "proposed"\n[[homes]]\ntenure = "rent"\ncount = -3\n')
    >>> try:
    ...     read_scheme(file)
    ... except ValueError as error:
    ...     print(error)
    'mill-lane.toml' has 3 faults:
    1. Line 2: there is no key 'staus'. Remedy: Did you mean 'status'?
    2. Line 5: 'count' in homes 1 must be a whole number of homes from 0 to 999,999, not -3.
    3. Line 3: homes 1 lacks 'bedrooms', which must be a whole number from 0 to 99. Remedy: Add it.
    >>> folder.cleanup()
    """
    file = existing(path)
    given, text = read_toml(file)
    return built(given, Faults(Lines(text)), folder=file.parent, tenures=tenures, what=repr(file.name), file=file.name)
