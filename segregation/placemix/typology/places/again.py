"""Verbs of types as a pack calls them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from placemix.typology.rules.kinds import Scheme
from placemix.typology.rules.reading import from_text


def recalled(verb: Callable[..., pd.DataFrame], **given: Any) -> pd.DataFrame:  # noqa: ANN401
    """Call a verb with what a pack holds: dimensions one by one, schemes of the caller's as their text."""
    if "dimensions" in given:
        names = given.pop("dimensions")
        counts: Any = {name: given.pop(f"dimension_{place}") for place, name in enumerate(names)}
    else:
        counts = given.pop("counts")
    if "scheme" in given:
        given["scheme"] = _scheme(given["scheme"])
    if "schemes" in given:
        given["schemes"] = [_scheme(one) for one in given["schemes"]]
    return verb(counts, **given)


def _scheme(packed: str | Mapping[str, str]) -> str | Scheme:
    return packed if isinstance(packed, str) else from_text(packed["text"], file=packed["file"])
