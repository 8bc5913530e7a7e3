"""A report from a configuration file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from placemix._toml import Lines
from placemix.described import expanded
from placemix.errors import InvalidConfig, PlacemixError, UnreadableFile, did_you_mean, together
from placemix.report.choices import Progress
from placemix.report.loading import Loader
from placemix.report.schema import check
from placemix.report.standard import of_counts
from placemix.typology.places.defined import SIDE_BY_SIDE


def from_config(path: str | Path, *, out: str | Path | None = None, progress: Progress | None = None) -> Path:
    """Make the standard page that a configuration describes.

    Parameters
    ----------
    path
        TOML file; `docs/report.md` lists its keys. Paths in it are relative to its folder, and
        ``${PLACEMIX_DATA}`` may stand in them.
    out
        File to write. Default: `out` of the configuration, else its own name ending in
        ``.html``, beside it.
    progress
        Called with the steps done and their number.

    Returns
    -------
    page
        The path written, whole or not at all.

    Raises
    ------
    InvalidConfig
        The configuration has faults; the error lists all of them, each with its line.
    UnreadableFile
        The configuration or files it names are not there; the error says where each is published.
    """
    file = Path(path)
    config, text = _read(file)
    lines = Lines(text)
    folder = _folder(config, file)
    loader = Loader(config, folder, lines)
    if absent := loader.absent():
        raise absent
    _raise(list(loader.columns()), file)
    dimensions = {one["name"]: loader.dimension(one) for one in config["tables"] if one.get("shown", True)}
    first = next(iter(dimensions.values()))
    dates = loader.dates(first.counts)
    target = Path(out) if out is not None else file.parent / config.get("out", file.with_suffix(".html").name)
    return Path(
        of_counts(
            dimensions,
            title=config["title"],
            out=target,
            place=config.get("place", "the whole table"),
            focal=first.focal,
            against=first.against,
            by=config.get("by", ()),
            condition=loader.condition(),
            before=dates,
            areas=loader.areas(),
            assumptions=config.get("assumptions", ()),
            dropped=[*config.get("left_out", ()), *dict.fromkeys(loader.notes)],
            thresholds=config.get("thresholds", SIDE_BY_SIDE),
            published_by=config.get("published_by", ""),
            manifests=loader.manifests(),
            progress=progress,
        )
    )


def _read(file: Path) -> tuple[dict[str, Any], str]:
    if not file.is_file():
        beside = [item.name for item in file.parent.glob("*.toml")] if file.parent.is_dir() else []
        message = f"There is no configuration {str(file)!r}."
        raise UnreadableFile(message, remedy=did_you_mean(file.name, beside))
    try:
        text = file.read_text(encoding="utf-8")
        config = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file.name!r} is no TOML: {error}"
        raise InvalidConfig(message, remedy="Texts stand in quotes; see docs/report.md for an example.") from error
    _raise(check(config, text), file)
    return config, text


def _folder(config: dict[str, Any], file: Path) -> Path:
    return file.parent / expanded(str(config.get("folder", ".")))


def _raise(faults: list[InvalidConfig], file: Path) -> None:
    if not faults:
        return
    error: PlacemixError = together(faults)
    listed = "\n".join(f"{number}. {fault}" for number, fault in enumerate(faults, 1))
    message = str(error) if len(faults) == 1 else f"{file.name!r} has {len(faults)} faults:\n{listed}"
    whole = InvalidConfig(message)
    whole.faults = tuple(faults)
    raise whole
