"""Result: a tidy frame that knows the call it came from, and can be saved and recomputed."""

from __future__ import annotations

import io
import json
import platform
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix import carried, wording
from placemix._files import write_whole
from placemix._version import __version__
from placemix.counts import Counts, group_text
from placemix.errors import IncompleteEstimate, InvalidPack, listed
from placemix.estimating import Estimate, cite
from placemix.registry import MEASURES, asked

#: Columns of a result, after those that name the stratum or unit.
COLUMNS: tuple[str, ...] = (
    "measure", "focal", "against", "value", "expected", "lower", "upper", "level", "flag", "numerator", "denominator",
    "people", "units", "groups", "residual", "units_dropped", "reason", "note", "around", "method", "interval_method",
    "source", "version",
)  # fmt: skip

#: Format of saved packs.
PACK = 1


@dataclass(frozen=True)
class Call:
    """The call that made a result.

    Attributes
    ----------
    verb
        Name of the public function.
    inputs
        Counts, flows, series, tables and surroundings it was given, by argument name.
    arguments
        Everything else, as plain values.
    describe
        What a pack holds of an input of another kind.
    """

    verb: str
    inputs: Mapping[str, Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    describe: Callable[[Any], tuple[dict[str, Any], pd.DataFrame]] | None = None


class Result(pd.DataFrame):
    """A pandas DataFrame of measured values that knows the call it came from.

    Slices and sorted copies stay results. `save` writes a pack that `placemix.verify`
    recomputes.
    """

    _metadata = ["call"]  # noqa: RUF012 (pandas' own protocol)

    @property
    def _constructor(self) -> type[Result]:
        return Result

    def estimates(self) -> list[Estimate]:
        """Return each row as an `Estimate`."""
        return estimates(self)

    def explain(self) -> str:
        """Say each row in one plain sentence, one a line."""
        if "sentence" in self.columns:
            return "\n".join(dict.fromkeys(self["sentence"].dropna().astype(str)))
        if {"threshold", "share", "op"} <= set(self.columns):
            by = list(self.columns[: list(self.columns).index("focal")])
            return "\n".join(wording.profile(row, by) for row in pd.DataFrame(self).to_dict("records"))
        rows, said = getattr(self, "attrs", {}).get("said", (None, ""))
        if rows == len(self):
            return str(said)
        if not set(COLUMNS) <= set(self.columns):
            message = "These rows have no sentences: they are not values of measures."
            raise IncompleteEstimate(message, remedy="Print the columns that the function's page describes.")
        return "\n".join(estimate.explain() for estimate in estimates(self))

    def cite(self, style: str = "text") -> str:
        """Return the references of every measure in the result and of this version."""
        keys: dict[str, None] = {}
        for text in dict.fromkeys(self["measure"].astype(str)) if "measure" in self.columns else ():
            # Outcomes are no measures of the catalogue; what they rest on stands in `cites`.
            if text.partition("(")[0] in MEASURES:
                keys.update(dict.fromkeys(asked(text).row.cites))
        for key in getattr(self, "attrs", {}).get("cites", ()):
            keys[key] = None
        return cite(tuple(keys), style=style)

    def save(self, path: str | Path, *, inputs: bool = True) -> Path:
        """Write a pack: the values, the call, the method ids, the versions, and the inputs or their hash.

        Parameters
        ----------
        path
            File to write; a zip archive of JSON and Parquet.
        inputs
            Put counts and surroundings in the pack. Without them it holds their hash, and verifying
            needs them.

        Returns
        -------
        path
            The file written, whole or not at all.
        """
        call: Call | None = getattr(self, "call", None)
        if call is None:
            message = "This frame no longer knows the call it came from."
            raise InvalidPack(message, remedy="Save the result before reshaping it.")
        places = call.verb.startswith(carried.MAPPED)
        packed = {name: _described(value, call.describe, places=places) for name, value in call.inputs.items()}
        manifest = {
            "pack": PACK,
            "verb": call.verb,
            "arguments": dict(call.arguments),
            "inputs": {name: {**about, "carried": inputs} for name, (about, _) in packed.items()},
            "methods": sorted(set(self["method"].astype(str))) if "method" in self.columns else [],
            "placemix": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False, default=_plain))
            archive.writestr("values.parquet", _parquet(pd.DataFrame(self)))
            for name, (_, frame) in packed.items():
                if inputs:
                    archive.writestr(f"inputs/{name}.parquet", _parquet(frame))
        return write_whole(path, buffer.getvalue())


def estimates(frame: pd.DataFrame) -> list[Estimate]:
    """Return each row of a result as an `Estimate`.

    Parameters
    ----------
    frame
        What `measure`, `pairwise` or `local` gave, or rows of it.
    """
    columns = list(frame.columns)
    lacking = [name for name in COLUMNS if name not in columns]
    if lacking:
        message = f"These rows are not whole rows of measured values; they lack {listed(lacking)}."
        remedy = "Keep every column that measure, pairwise or local gave."
        raise IncompleteEstimate(message, remedy=remedy)
    return [
        Estimate.from_row(dict(zip(columns, values, strict=True)))
        for values in frame.itertuples(index=False, name=None)
    ]


def remember(frame: pd.DataFrame, call: Call) -> Result:
    """Make a frame a result of a call."""
    result = Result(frame)
    result.call = call
    return result


def _described(
    value: Any,  # noqa: ANN401
    otherwise: Callable[[Any], tuple[dict[str, Any], pd.DataFrame]] | None = None,
    *,
    places: bool,
) -> tuple[dict[str, Any], pd.DataFrame]:
    if otherwise is not None and not isinstance(value, carried.Input):
        return otherwise(value)
    return carried.describe(value, places=places)


def first_reason(conditions: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Give each row the first reason that holds, or None.

    Parameters
    ----------
    conditions
        Where each reason holds, the most telling first.
    """
    reason: Any = None
    for name, holds in reversed(list(conditions.items())):
        reason = np.where(holds, np.array(name, dtype=object), reason)
    return reason


def group_names(counts: Counts) -> list[str]:
    """Return the groups' names as texts."""
    return [group_text(group) for group in counts.groups]


def _plain(value: object) -> object:
    """Give JSON a number of NumPy's, which arguments may be, as one of Python's."""
    if isinstance(value, np.generic):
        return value.item()
    message = f"A {type(value).__name__} cannot be written into a pack."
    raise InvalidPack(message, remedy="Pass numbers, texts and lists of them as arguments.")


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
