"""Get: from the name of a district to one GeoPackage with a manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from placemix.counts import Counts
from placemix.errors import InvalidParameter, MissingExtra, PlacemixError, UnreadableFile, did_you_mean
from placemix.fetching import geopackages, manifests
from placemix.fetching.assembling import assemble
from placemix.fetching.districts import District, cleaned, district, found
from placemix.fetching.downloading import Progress
from placemix.fetching.keeping import Kept, Missing, Where
from placemix.fetching.layers import to_counts
from placemix.fetching.loading import Recipe
from placemix.fetching.obtaining import obtain
from placemix.fetching.plans import Plan, all_of, planned
from placemix.fetching.reading import Read, read
from placemix.fetching.records import DOWNLOADS
from placemix.fetching.schema import is_address
from placemix.fetching.transport import Patience
from placemix.readers import read_areas


@dataclass(frozen=True, eq=False)
class Harvest:
    """What `get` brought home; `open` gives it again.

    Attributes
    ----------
    path
        The GeoPackage, or None while files are missing.
    manifest
        What stands in the manifest beside it.
    missing
        Files that have to be downloaded by hand, with where to put them; empty once `path` is there.
    plan
        What was asked for.
    """

    path: Path | None
    manifest: Mapping[str, Any]
    missing: tuple[Missing, ...]
    plan: Plan

    @classmethod
    def open(cls, path: str | Path) -> Harvest:
        """Open a GeoPackage that `get` wrote earlier.

        Raises
        ------
        UnreadableFile
            There is no manifest beside it, or it is damaged.
        """
        manifest = manifests.of_file(path)
        if manifest is None or not Path(path).is_file():
            message = f"There is no GeoPackage with a manifest at {str(path)!r}."
            raise UnreadableFile(message, remedy="Make one with placemix.get.")
        request = manifest["request"]
        return cls(Path(path), manifest, (), planned(request["tables"], request["dates"]))

    def __repr__(self) -> str:
        if self.path is None:
            return f"<Harvest: {len(self.missing)} of {len(self.plan.recipes)} files are missing>"
        return f"<Harvest: {self.path.name}, {len(self.manifest['layers'])} layers>"

    @property
    def attribution(self) -> tuple[str, ...]:
        """Lines that have to be printed wherever the data are shown."""
        return tuple(self.manifest.get("attribution", ()))

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(row["name"] for row in self.manifest.get("layers", ()))

    def layer(self, name: str) -> Any:  # noqa: ANN401
        """Read a layer as a GeoDataFrame.

        Raises
        ------
        InvalidParameter
            There is no such layer.
        """
        if self.path is None or name not in self.layers:
            message = f"There is no layer {name!r}; there are {', '.join(self.layers) or 'none yet'}."
            raise InvalidParameter(message, remedy=did_you_mean(name, self.layers))
        return read_areas(self.path, layer=name)

    def counts(self, table: str, date: int, *, common: bool = False) -> Counts:
        """Read the counts of one table and date, as they were read from the publisher's file.

        Parameters
        ----------
        table
            ``"ethnicity"``, ``"tenure"``, ``"faith"`` or ``"schools"``.
        date
            2011 or 2021.
        common
            Whether to take the areas common to both dates, on which dates can be compared.

        Raises
        ------
        InvalidParameter
            There is no such layer.
        UnreadableFile
            The layer has been changed since it was written.
        """
        name = f"{table}-{date}{'-common' if common else ''}"
        frame = self.layer(name)
        said = next(row for row in self.manifest["layers"] if row["name"] == name)
        if said["kind"] != "counts":
            message = f"{name!r} holds no counts."
            raise InvalidParameter(message, remedy=f"Read it with layer({name!r}).")
        counts = to_counts(frame, said)
        if counts.hash != said["counts_sha256"]:
            message = f"The layer {name!r} is not what it was when the manifest was written."
            raise UnreadableFile(message, remedy="Run 'placemix get' again; the files it needs are kept.")
        return counts


def get(
    *,
    district: str,
    tables: Sequence[str],
    dates: Sequence[int | str],
    folder: str | Path,
    offline: bool = False,
    progress: Progress | None = None,
    base: str | None = None,
    patience: Patience | None = None,
) -> Harvest:
    """Bring the published tables of one district together in one GeoPackage.

    Files that are in `folder` are used; others are fetched, checked and kept there. Every table is
    restricted to the district and, with two dates, also summed to the areas common to both, so that
    nobody is lost where boundaries changed. A manifest beside the GeoPackage records every file with
    its address, day, SHA-256 and licence.

    None of the addresses could be tried where placemix was made; the recipes say where each was seen.

    Parameters
    ----------
    district
        Name or code of a district of England or Wales, as of 2022.
    tables
        Any of ``"ethnicity"``, ``"tenure"``, ``"faith"``, ``"deprivation"``, ``"schools"``, and
        ``"nesting"``, which gives each unit its middle layer super output area.
    dates
        Census years: 2011, 2021 or both.
    folder
        Where the result is written, as ``oldham.gpkg`` and ``oldham.manifest.json``; files as
        published are kept in `downloads` below it.
    offline
        Fetch nothing: say which files are missing, or go on if none is.
    progress
        Called with the bytes done and expected, both roughly.
    base
        Address of a mirror that keeps each file under its host and path.
    patience
        How long to wait for a server, and how often to ask.

    Returns
    -------
    harvest
        The GeoPackage and its manifest; or, where files are missing, which, with `path` None.

    Raises
    ------
    InvalidParameter
        A table, a date or the district is unknown.
    DownloadFailed
        Files could not be fetched, or are not what their recipes describe; all of them together.
    WrongFormat
        A file placed by hand is another one; the message says what it looks like.
    UnmatchedUnit, TotalsNotConserved
        Files do not fit each other.
    MissingExtra
        Fetching needs pooch.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     harvest = get(district="Oldham", tables=["ethnicity"], dates=[2021], folder=folder, offline=True)
    >>> harvest
    <Harvest: 3 of 3 files are missing>
    >>> [missing.file for missing in harvest.missing][2]
    'census2021-ts021.zip'
    """
    plan = planned(tables, dates)
    if base and not is_address(base):
        message = f"base is an http or https address, not {base!r}."
        raise InvalidParameter(message)
    target = Path(folder)
    where = Where(downloads=target / DOWNLOADS, offline=offline, base=base or "", patience=patience or Patience())
    moved = _mover(plan, progress)
    lookup, *others = plan.recipes
    first = obtain(lookup, where, progress=moved(lookup))
    place: District | None = None
    have: dict[str, Read] = {}
    if isinstance(first, Kept):
        have[lookup.id] = read(first)
        place = _district(have[lookup.id].content, district, plan)
    kept, missing = _all(others, where, place, moved)
    if isinstance(first, Missing):
        missing = [first, *missing]
    if missing or place is None:
        return Harvest(None, {}, tuple(missing), plan)
    have |= {recipe: read(item) for recipe, item in kept.items()}
    done = assemble(place, have, plan.dates)
    written = geopackages.write(target / f"{_slug(place.name)}.gpkg", done.layers)
    manifest = manifests.made(plan, done, have.values(), written)
    manifests.written(written, manifest)
    return Harvest(written, manifest, (), plan)


def _district(lookup: Any, wanted: str, plan: Plan) -> District:  # noqa: ANN401
    table = cleaned(lookup)
    code, _ = found(table, wanted)
    return district(table, code, plan.dates)


def _all(
    recipes: Sequence[Recipe],
    where: Where,
    place: District | None,
    moved: Callable[[Recipe], Progress | None],
) -> tuple[dict[str, Kept], list[Missing]]:
    """Find or fetch every file; what fails does not keep the others from being fetched."""
    kept: dict[str, Kept] = {}
    missing: list[Missing] = []
    faults: list[PlacemixError] = []
    for recipe in recipes:
        units = _units(recipe, place)
        own = where if place is not None else Where(downloads=where.downloads, offline=True)
        try:
            result = obtain(recipe, own, district=place.code if place else "", units=units, progress=moved(recipe))
        except MissingExtra:
            raise  # every other file would say the same
        except PlacemixError as fault:
            faults.append(fault)
            continue
        if isinstance(result, Kept):
            kept[recipe.id] = result
        else:
            missing.append(result)
    if faults:
        raise all_of(faults, "What was found")
    return kept, missing


def _units(recipe: Recipe, place: District | None) -> list[str]:
    """Units to ask for of a table that can be restricted to some."""
    date = recipe.answers[0]
    if place is None or date not in place.units:
        return []
    return list(place.units[date]["unit"])


def _mover(plan: Plan, progress: Progress | None) -> Callable[[Recipe], Progress | None]:
    """Turn the progress of each file into that of the whole."""
    sizes = {recipe.id: recipe.megabytes for recipe in plan.recipes}
    whole = sum(sizes.values())
    before: dict[str, float] = {}

    def of(recipe: Recipe) -> Progress | None:
        if progress is None:
            return None
        start = sum(sizes[name] for name in before)
        before[recipe.id] = sizes[recipe.id]

        def move(done: int, total: int) -> None:
            share = min(done / total, 1.0) if total else 0.0
            progress(int(1e6 * (start + share * sizes[recipe.id])), int(1e6 * whole))

        return move

    return of


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "district"
