"""How saved changes of types are made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from placemix.surroundings import Surroundings
from placemix.typology.dates.crossings import transitions
from placemix.typology.dates.moving import mobility
from placemix.typology.dates.neighbouring import conditioned_transitions
from placemix.typology.dates.sequencing import sequence_table, sequences
from placemix.typology.rules.kinds import Scheme
from placemix.typology.rules.reading import from_text


def _two_dates(
    verb: Callable[..., pd.DataFrame],
    *,
    scheme: str | Mapping[str, str],
    around_first: Surroundings | None = None,
    around_second: Surroundings | None = None,
    **given: Any,  # noqa: ANN401
) -> pd.DataFrame:
    if around_first is not None:
        given["around"] = (around_first, around_second)
    return verb(**given, scheme=_scheme(scheme))


def _named_dates(
    verb: Callable[..., pd.DataFrame],
    *,
    scheme: str | Mapping[str, str],
    names: list[str],
    **given: Any,  # noqa: ANN401
) -> pd.DataFrame:
    tables = {name: given.pop(f"date_{place}") for place, name in enumerate(names)}
    near = {name: given.pop(f"around_{place}") for place, name in enumerate(names) if f"around_{place}" in given}
    return verb(tables, around=near or None, scheme=_scheme(scheme), **given)


def _scheme(packed: str | Mapping[str, str]) -> str | Scheme:
    return packed if isinstance(packed, str) else from_text(packed["text"], file=packed["file"])


#: Verbs of `packs` that follow places from date to date.
RETRACED: Mapping[str, Callable[..., pd.DataFrame]] = {
    "typology.conditioned_transitions": partial(_two_dates, conditioned_transitions),
    "typology.mobility": partial(_two_dates, mobility),
    "typology.sequence_table": partial(_named_dates, sequence_table),
    "typology.sequences": partial(_named_dates, sequences),
    "typology.transitions": partial(_two_dates, transitions),
}
