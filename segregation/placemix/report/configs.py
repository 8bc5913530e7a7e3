"""A report from a configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from placemix._keys import Faults
from placemix._toml import Lines, read_toml
from placemix.described import expanded, opened
from placemix.errors import UnreadableFile, did_you_mean
from placemix.report import naming
from placemix.report.choices import Progress
from placemix.report.loading import Loader
from placemix.report.schema import faults_of
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
    faults = Faults(lines, whole="the configuration")
    faults_of(config, faults)
    faults.refuse(repr(file.name))
    loader = Loader(config, file.parent / expanded(str(config.get("folder", "."))), lines)
    opened(
        loader, config, faults, files=naming.files(config), columns=naming.columns(config), what="this report",
        name=file.name,
    )  # fmt: skip
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
    return read_toml(file)
