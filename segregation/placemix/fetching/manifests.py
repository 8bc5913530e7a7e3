"""The manifest beside a GeoPackage: which files it rests on, on what terms, and what was checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from placemix._files import write_whole
from placemix._version import __version__
from placemix.errors import UnreadableFile
from placemix.fetching.assembling import Assembly
from placemix.fetching.plans import Plan
from placemix.fetching.reading import Read
from placemix.readers.raw import digest

#: Raised when a field changes its meaning.
FORMAT = 1


def beside(path: str | Path) -> Path:
    """Return where the manifest of a file stands.

    Examples
    --------
    >>> beside("data/oldham.gpkg").as_posix()
    'data/oldham.manifest.json'
    """
    return Path(path).with_suffix(".manifest.json")


def made(plan: Plan, done: Assembly, read: Iterable[Read], written: Path) -> dict[str, Any]:
    """Return the manifest of a GeoPackage that was written."""
    files = [_file(item) for item in read]
    district = done.district
    return {
        "format": FORMAT,
        "placemix": __version__,
        "made": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "district": {"code": district.code, "name": district.name, "districts_of": district.vintage},
        "request": {"tables": list(plan.tables), "dates": list(plan.dates)},
        "geopackage": {"file": written.name, "sha256": digest(written), "size": written.stat().st_size},
        "files": files,
        "layers": [layer.to_dict() for layer in done.layers],
        "checks": done.checks,
        "left_out": [*plan.left_out, *done.left_out],
        "attribution": list(dict.fromkeys(file["attribution"] for file in files)),
    }


def written(path: Path, manifest: Mapping[str, Any]) -> Path:
    """Write a manifest beside its GeoPackage."""
    content = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
    return write_whole(beside(path), content.encode("utf-8"))


def of_file(path: str | Path) -> dict[str, Any] | None:
    """Return the manifest that stands beside a file, or None where there is none.

    Raises
    ------
    UnreadableFile
        It is damaged.
    """
    file = beside(path)
    if Path(path).suffix.casefold() != ".gpkg" or not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or content["format"] != FORMAT or not isinstance(content["files"], list):
            message = f"{file.name!r} is no manifest of format {FORMAT}."
            raise UnreadableFile(message, remedy="Run 'placemix get' again; it was made by another release.")
    except (ValueError, KeyError, TypeError) as error:
        message = f"The manifest {file.name!r} cannot be read: {error}"
        raise UnreadableFile(message, remedy="Run 'placemix get' again; the files it needs are kept.") from error
    return content


def cited(path: str | Path) -> dict[str, Any] | None:
    """Return the manifest beside a file, with whether the file is still the one it was written for.

    Raises
    ------
    UnreadableFile
        It is damaged.
    """
    manifest = of_file(path)
    return None if manifest is None else manifest | {"name": beside(path).name, "intact": fits(path, manifest)}


def fits(path: str | Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a GeoPackage is still the one that the manifest was written for."""
    return digest(Path(path)) == str(manifest["geopackage"]["sha256"])


def about_layer(manifest: Mapping[str, Any] | None, layer: str | None) -> dict[str, Any] | None:
    """Return what the manifest says a layer counts, or None where it says nothing."""
    rows: Sequence[Mapping[str, Any]] = manifest["layers"] if manifest else ()
    return next((dict(row["about"]) for row in rows if row["name"] == layer and row.get("about")), None)


def about_table(path: Path, layer: str | None, *, whole: bool = True) -> dict[str, Any]:
    """Return what a table counts: what its manifest says, or only the file's name.

    Groups that were merged (``whole=False``) are of no published classification any more.
    """
    about = about_layer(of_file(path), layer)
    if about is None:
        return {"source": path.name}
    return about if whole else {name: value for name, value in about.items() if name != "scheme"}


def _file(item: Read) -> dict[str, Any]:
    kept, recipe = item.kept, item.kept.recipe
    entry = kept.entry
    return {
        "recipe": recipe.id,
        "title": recipe.title,
        "published_as": recipe.published_as,
        "publisher": recipe.publisher,
        "page": recipe.page,
        "period": recipe.period or None,
        "geography": recipe.geography,
        "vintage": recipe.vintage or None,
        "file": kept.file,
        "address": entry.address or None,
        "placed_by_hand": entry.by_hand,
        "retrieved": entry.retrieved,
        "sha256": entry.sha256,
        "size": entry.size,
        "reader": f"placemix.readers.{recipe.reader}",
        "licence": recipe.licence,
        "attribution": recipe.attribution,
        "notes": [*recipe.notes, *kept.notes, *item.said],
    }
