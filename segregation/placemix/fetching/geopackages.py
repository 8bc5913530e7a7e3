"""All layers in one GeoPackage, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from placemix.fetching.layers import Layer


def write(path: Path, layers: Sequence[Layer]) -> Path:
    """Write layers to a GeoPackage through a folder of its own beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.stem}.") as folder:
        draft = Path(folder) / path.name
        for number, layer in enumerate(layers):
            _plain(layer.frame).to_file(draft, layer=layer.name, driver="GPKG", mode="w" if number == 0 else "a")
        umask = os.umask(0)
        os.umask(umask)
        draft.chmod(0o666 & ~umask)
        draft.replace(path)
    return path


def _plain(frame: Any) -> Any:  # noqa: ANN401
    """Write every column that is no number as text, so that codes such as 007 stay what they are."""
    out = frame.copy()
    for column in out.columns:
        if column == out.geometry.name or out[column].dtype.kind in "biuf":
            continue
        texts = out[column].astype(object)
        out[column] = np.where(texts.isna(), None, texts.astype(str))
    return out
