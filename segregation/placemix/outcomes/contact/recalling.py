"""How saved results on ties are made again: a pack holds ties as plain tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from placemix._version import __version__
from placemix.outcomes.contact.ties import Ties
from placemix.results import Call, Result, remember


def finished(
    verb: str,
    ties: Ties,
    frame: pd.DataFrame,
    arguments: Mapping[str, Any],
    *,
    notes: list[str],
    cites: tuple[str, ...],
) -> Result:
    """Add what every result on ties ends with, and make it one that can be saved.

    Parameters
    ----------
    verb
        Name of the verb in `placemix.outcomes`.
    ties, arguments
        What it was given.
    frame
        Its rows, up to `reason`.
    notes, cites
        What the result must say beside that of the ties, and the sources of its measures.
    """
    frame = frame.copy()
    frame["note"] = " ".join([*ties.notes, *notes]) or None
    frame["source"], frame["version"] = ties.source, __version__
    result = remember(frame, Call(f"outcomes.{verb}", dict(ties.tables), {"ties": dict(ties.made), **arguments}))
    result.attrs["cites"] = cites
    return result


def _again(
    verb: Callable[..., pd.DataFrame],
    *,
    ties: Mapping[str, Any],
    **given: Any,  # noqa: ANN401
) -> pd.DataFrame:
    if ties["kind"] == "matrix":
        cells, sizes = given.pop("matrix"), given.pop("sizes", None)
        square = cells.pivot_table(index="group", columns="alter_group", values="ties", aggfunc="sum")
        many = None if sizes is None else sizes.set_index("group")["people"]
        return verb(Ties.from_matrix(square, many), **given)
    if ties["kind"] == "alters":
        return verb(Ties.from_alters(given.pop("alters")), **given)
    within = ties["within"]
    people = given.pop("people").rename(columns={"within": within} if within else {})
    edges = given.pop("edges")
    again = Ties.from_edges(
        edges, people, directed=bool(ties["directed"]), group="group", person="person", within=within
    )
    object.__setattr__(again, "notes", (*again.notes, *ties["notes"]))
    return verb(again, **given)


def remade(verbs: Mapping[str, Callable[..., pd.DataFrame]]) -> dict[str, Callable[..., pd.DataFrame]]:
    """Return the verbs of ties as `placemix.packs` calls them."""
    return {name: partial(_again, verb) for name, verb in verbs.items()}
