"""Which rows a call to `measure` asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from placemix._typing import GroupName
from placemix.counts import Counts, group_text
from placemix.errors import FocalNeeded, InvalidParameter, NoSpatialForm
from placemix.registry import Asked, asked

#: A call names a group, several in a list, or every one.
Which = GroupName | list[GroupName] | None

#: Position that stands for everyone else.
REST = -1


class Row(NamedTuple):
    """One measure of one group against another; shape of a row before strata.

    Attributes
    ----------
    asked
        The measure.
    focal
        Position of the group of interest, or None for the multigroup form.
    against
        Position of the group compared with, `REST`, or None for the multigroup form.
    shown
        Text of the `against` column, or None.
    """

    asked: Asked
    focal: int | None
    against: int | None
    shown: str | None


def rows(counts: Counts, measures: str | Sequence[str], focal: Which, against: Which, *, spatial: bool) -> list[Row]:
    """List the rows asked for, measures first, then groups as stored.

    Raises
    ------
    FocalNeeded
        A measure is about one group and none was named.
    InvalidParameter
        A measure is not one of a stratum, or a group is compared with itself.
    NoSpatialForm
        `spatial`, and a measure has no published spatial form.
    """
    texts: list[Any] = [measures] if isinstance(measures, str) else list(measures)
    for text in texts:
        if not isinstance(text, str):
            message = f"A measure is named by a text, not {text!r}."
            raise InvalidParameter(message, remedy="placemix.catalogue() lists the names.")
    wanted = [asked(text) for text in texts]
    if not wanted:
        message = "No measure was asked for."
        raise InvalidParameter(message, remedy="Name at least one; placemix.catalogue() lists them.")
    if isinstance(focal, str) and focal == "rest" and focal not in counts.groups:
        message = "'rest' is what a group is compared with, and no group itself."
        raise InvalidParameter(message, remedy="Pass focal= a group, a list of groups, or 'each'.")
    focals = _positions(counts, focal, "focal")
    out: list[Row] = []
    for ask in wanted:
        _fits(ask, counts, focal, spatial=spatial)
        if ask.row.call == "mix" or (ask.row.focal == "optional" and focal is None):
            out.append(Row(ask, None, None, None))
            continue
        # Of several focal groups, the one that the others are compared with is left out.
        rivals = [] if against in ("rest", None) else _positions(counts, against, "against")
        several = [position for position in focals if rivals != [position]] or focals
        for position in several:
            out += _compared(counts, ask, position, against)
    return out


def _fits(ask: Asked, counts: Counts, focal: Which, *, spatial: bool) -> None:
    row = ask.row
    if row.call == "unit":
        message = f"{row.name} has one value a unit, not one a stratum."
        raise InvalidParameter(message, remedy=f"Call placemix.local(counts, {row.name!r}, …).")
    if spatial and not row.spatial:
        message = f"{row.name} has no published spatial form."
        raise NoSpatialForm(
            message, remedy="Leave out around=, or measure dissimilarity, information_theory or isolation."
        )
    if row.focal == "needed" and focal is None:
        names = ", ".join(map(group_text, counts.groups))
        message = f"{row.name} is about one group."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, or focal='each'.")
    if row.call == "threshold" and ask.values["share"] == "own" and focal is None:
        names = ", ".join(map(group_text, counts.groups))
        message = f"{row.name} with share='own' is about one group."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, focal='each', or share='largest'.")


def _compared(counts: Counts, ask: Asked, focal: int, against: Which) -> list[Row]:
    if ask.row.call == "threshold":
        return [Row(ask, focal, REST, None)]
    if against in ("rest", None):
        return [Row(ask, focal, REST, "rest")]
    others = [other for other in _positions(counts, against, "against") if other != focal]
    if not others:
        message = f"{group_text(counts.groups[focal])!r} is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    if ask.row.name == "correlation_ratio":
        message = "correlation_ratio compares a group with everyone else only."
        raise InvalidParameter(message, remedy="Pass against='rest', or keep the two groups alone with counts.select.")
    if ask.row.name == "isolation":
        # Isolation names nobody who is met: one row, whatever it stands beside.
        shown = group_text(counts.groups[others[0]]) if len(others) == 1 else "rest"
        return [Row(ask, focal, REST, shown)]
    return [Row(ask, focal, other, group_text(counts.groups[other])) for other in others]


def _positions(counts: Counts, which: Which, role: str) -> list[int]:
    if which is None:
        return []
    if isinstance(which, str) and which == "each":
        return list(range(len(counts.groups)))
    names = which if isinstance(which, list) else [which]
    if not names:
        message = f"{role} is an empty list."
        raise InvalidParameter(message, remedy="Name at least one group.")
    return sorted({counts.position(name) for name in names})
