"""Options that say where the centre is, and which group ranks above which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from placemix.cli.arguments import split
from placemix.errors import InvalidParameter

Centre = Annotated[
    list[str] | None,
    typer.Option(
        "--centre",
        help="Where the centre is: X,Y in the coordinates of the map, or a shape such as 'POLYGON ((0 0, 0 9, 9 9, "
        "0 0))'. Repeated: the nearest counts. NAME=X,Y: that of a stratum of --by.",
    ),
]
Order = Annotated[
    list[str] | None,
    typer.Option("--order", help="All groups from the lowest to the highest, separated by commas."),
]


def centre(texts: Sequence[str] | None) -> Any:  # noqa: ANN401
    """Read where the centre is.

    Examples
    --------
    >>> centre(["383819,398052"]), centre(["0,0", "5,5"])
    ([383819.0, 398052.0], [[0.0, 0.0], [5.0, 5.0]])
    >>> centre(["Bury=380500,410500", "Oldham=392500,405000"])
    {'Bury': [380500.0, 410500.0], 'Oldham': [392500.0, 405000.0]}
    """
    if not texts:
        return None
    named = ["=" in text for text in texts]
    if not any(named):
        places = [_place(text) for text in texts]
        return places[0] if len(places) == 1 else places
    if not all(named):
        message = "Some of --centre name a stratum and others do not."
        raise InvalidParameter(message, remedy="Write all as NAME=X,Y, or all as X,Y.")
    out: dict[str, Any] = {}
    for text in texts:
        name, _, place = text.rpartition("=")
        out.setdefault(name.strip(), []).append(_place(place))
    return {name: places[0] if len(places) == 1 else places for name, places in out.items()}


def order(texts: Sequence[str] | None) -> list[str] | None:
    """Read the groups from the lowest to the highest.

    Examples
    --------
    >>> order(["none,some", "many"])
    ['none', 'some', 'many']
    """
    return split(texts) if texts else None


def _place(text: str) -> str | list[float]:
    if "(" in text:
        return text.strip()
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError as error:
        message = f"{text!r} is no centre."
        raise InvalidParameter(
            message, remedy="Write X,Y in the coordinates of the map, such as 383819,398052."
        ) from error
    return [x, y]
