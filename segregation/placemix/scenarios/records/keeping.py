"""A record of what was foretold of a scheme: one JSON file, versioned, with its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from placemix._files import write_whole
from placemix._version import __version__
from placemix.counts import Counts
from placemix.errors import InvalidPack, InvalidParameter, UnreadableFile, did_you_mean, listed

#: Format of records; its schema is `record.schema.json` beside this module.
FORMAT = 1
#: What a record may be made for.
Stage: TypeAlias = Literal["design", "consultation", "evaluation"]
STAGES: tuple[str, ...] = get_args(Stage)
#: What a record is not, in every record.
NOT = (
    "This record says what was expected of places. It is not advice on whom to let or sell homes to, which by group "
    "would be unlawful, and no substitute for an equality impact assessment."
)
_NEEDED = ("record", "placemix", "reference", "as_of", "what_this_is_not", "assumptions", "inputs", "results", "hash")


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """What was foretold of a scheme; made by `record` or `read_record`.

    Attributes
    ----------
    content
        What the file holds: `record` (its format), `placemix` (version), `reference`, `as_of`, `what_this_is_not`,
        `scheme`, `assumptions`, `inputs` (name, hash, source, period, vintage, licence), `results` and
        `alternatives` (by name: method ids and rows), `stage` and `hash`.
    """

    content: Mapping[str, Any]

    def __repr__(self) -> str:
        names = ", ".join(self.content["results"])
        return f"<Record of {self.content['reference']}, {self.content['as_of']}: {names}>"

    @property
    def hash(self) -> str:
        """Hash of everything else in the record."""
        return str(self.content["hash"])

    def table(self, name: str) -> pd.DataFrame:
        """Return one result as a table.

        Raises
        ------
        InvalidParameter
            The record holds no such result.
        """
        held = self.content["results"]
        if name not in held:
            message = f"The record holds no {name!r}."
            raise InvalidParameter(message, remedy=did_you_mean(name, held) or f"It holds {listed(list(held))}.")
        return pd.DataFrame(held[name]["rows"])

    def save(self, path: str | Path) -> Path:
        """Write the record, whole or not at all."""
        return write_whole(path, json.dumps(self.content, indent=1, ensure_ascii=False).encode("utf-8"))


def record(
    reference: str,
    results: Mapping[str, pd.DataFrame],
    *,
    as_of: str,
    inputs: Mapping[str, Counts] | None = None,
    scheme: Any = None,  # noqa: ANN401
    assumptions: Sequence[str] = (),
    alternatives: Mapping[str, pd.DataFrame] | None = None,
    stage: Stage | None = None,
) -> Record:
    """Keep what was foretold of a scheme, with what it rests on.

    Parameters
    ----------
    reference
        What the authority calls the scheme.
    results
        Results by name, such as ``{"mix": expected_mix(…)}``.
    as_of
        Day on which it was foretold, as year-month-day.
    inputs
        Counts that the results rest on, by name, for their hash, source, period and licence.
    scheme
        The scheme, as `read_scheme` gave it, or any plain values.
    assumptions
        What was assumed, in sentences.
    alternatives
        What else was compared, by name, such as what `rank` or `best_mixes` gave.
    stage
        ``"design"``, ``"consultation"`` or ``"evaluation"``: what the record was made for.

    Returns
    -------
    record
        Everything, with a hash.

    Raises
    ------
    InvalidParameter
        There are no results, or the day or the stage is none.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("AB"), "x": [80, 20], "y": [20, 80], "district": "d"})
    >>> homes = pm.from_wide(homes, groups=["x", "y"], unit="area", strata=["district"])
    >>> mix = pm.scenarios.expected_mix(homes, pd.Series({"A": 100}), district="district")
    >>> pm.scenarios.record("26/00412", {"mix": mix}, as_of="2026-11-28", inputs={"residents": homes})
    <Record of 26/00412, 2026-11-28: mix>
    """
    if not results:
        message = "There are no results to keep."
        raise InvalidParameter(message, remedy="Pass results={'mix': …}.")
    try:
        day = str(pd.Timestamp(as_of).date())
    except (ValueError, TypeError) as error:
        message = f"{as_of!r} is no day."
        raise InvalidParameter(message, remedy="Write as_of='2026-11-28'.") from error
    if stage is not None and stage not in STAGES:
        message = f"A record is made for {', '.join(map(repr, STAGES))}, not {stage!r}."
        raise InvalidParameter(message, remedy=did_you_mean(stage, STAGES))
    content = {
        "record": FORMAT,
        "placemix": __version__,
        "reference": str(reference),
        "as_of": day,
        "stage": stage,
        "what_this_is_not": NOT,
        "scheme": _plain(scheme),
        "assumptions": [str(text) for text in assumptions],
        "inputs": [{"name": name, **_input(counts)} for name, counts in (inputs or {}).items()],
        "results": {str(name): _result(frame) for name, frame in results.items()},
        "alternatives": {str(name): _result(frame) for name, frame in (alternatives or {}).items()},
    }
    return Record({**content, "hash": _hash(content)})


def read_record(path: str | Path) -> Record:
    """Read a record, and check that it is whole and unchanged.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is no JSON.
    InvalidPack
        It is no record, of another format, or was changed after it was written.
    """
    path = Path(path)
    if not path.is_file():
        message = f"There is no file {str(path)!r}."
        raise UnreadableFile(message)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{str(path)!r} is no record: {error}"
        raise UnreadableFile(message) from error
    lacking = [name for name in _NEEDED if not isinstance(content, dict) or name not in content]
    if lacking:
        message = f"{path.name!r} is no record of a scheme: it lacks {listed(lacking)}."
        raise InvalidPack(message, remedy="Give the file that Record.save wrote.")
    if content["record"] != FORMAT:
        message = f"{path.name!r} is of format {content['record']!r}, and this version reads {FORMAT}."
        raise InvalidPack(message, remedy=f"This is placemix {__version__}.")
    if _hash({name: value for name, value in content.items() if name != "hash"}) != content["hash"]:
        message = f"{path.name!r} was changed after it was written: its hash differs."
        raise InvalidPack(message, remedy="Ask for the original.")
    return Record(content)


def _hash(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _input(counts: Counts) -> dict[str, Any]:
    about = counts.about.to_dict()
    kept = ("source", "period", "vintage", "universe", "licence")
    return {"hash": counts.hash, **{name: _plain(about.get(name)) for name in kept}}


def _result(frame: pd.DataFrame) -> dict[str, Any]:
    methods = sorted(set(frame["method"].dropna().astype(str))) if "method" in frame.columns else []
    rows = [{str(name): _plain(value) for name, value in row.items()} for row in pd.DataFrame(frame).to_dict("records")]
    call = getattr(frame, "call", None)
    return {"verb": None if call is None else call.verb, "methods": methods, "rows": rows}


def _plain(value: Any) -> Any:  # noqa: ANN401, PLR0911
    """Values as JSON has them; what is missing is null, and shapes are well-known text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        # JSON knows no NaN and no infinity.
        return value if np.isfinite(value) else None if np.isnan(value) else str(value)
    if isinstance(value, pd.DataFrame):
        return [{str(name): _plain(cell) for name, cell in row.items()} for row in value.to_dict("records")]
    if isinstance(value, pd.Series | Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    wkt = getattr(value, "wkt", None)
    return wkt if isinstance(wkt, str) else None if pd.isna(value) else str(value)
