"""Which rows a call to `measure` asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from placemix._typing import GroupName
from placemix.counts import Counts, group_text
from placemix.errors import (
    FocalNeeded,
    InvalidParameter,
    NoSpatialForm,
    PlacemixError,
    SurroundingsNeeded,
    UnknownGroup,
    UnknownMeasure,
    together,
)
from placemix.measuring.given import NOTHING, Given
from placemix.registry import Asked, Measure, asked
from placemix.surroundings import Surroundings

#: A call names a group, several in a list, or every one.
Which = GroupName | list[GroupName] | None

#: Position that stands for everyone else.
REST = -1

#: Calls of measures that have no meaning without surroundings.
NEAR = frozenset({"clustering", "contrast", "trajectory"})

#: Measures of one group that name nobody whom it is compared with.
ALONE = frozenset({
    "isolation", "distance_decay_isolation", "mean_proximity", "delta", "absolute_centralisation", "proportion_central",
})  # fmt: skip

#: How surroundings for such a measure are made.
_MAKE = {
    "clustering": "Pass around=surroundings.proximity(counts, decay_length='1 mile'), or another kernel.",
    "contrast": "Pass around=surroundings.contiguity(counts), or other neighbours.",
    "surface": "Pass around=surroundings.kernel(counts, bandwidth='1 km', shape='gaussian'), or another kernel.",
}


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
    given
        What the call says beside people.
    """

    asked: Asked
    focal: int | None
    against: int | None
    shown: str | None
    given: Given = NOTHING


def rows(
    counts: Counts,
    measures: str | Sequence[str],
    focal: Which,
    against: Which,
    *,
    around: Surroundings | Counts | None = None,
    given: Given = NOTHING,
) -> list[Row]:
    """List the rows asked for, measures first, then groups as stored.

    Raises
    ------
    FocalNeeded
        A measure is about one group and none was named.
    CentreNeeded, OrderNeeded
        A measure needs what `given` does not say.
    InvalidParameter
        A measure is not one of a stratum, or a group is compared with itself.
    NoSpatialForm
        `around` is given, and a measure has no published spatial form.
    SurroundingsNeeded
        A measure is about who is near whom, and `around` is absent or holds only sums.
    """
    wanted = _named(measures)
    if around is not None and all(ask.row.call == "trajectory" for ask in wanted):
        message = f"{wanted[0].row.name} walks outward over everyone, nearest first, and takes no surroundings."
        raise InvalidParameter(message, remedy="Call placemix.measure without around=.")
    focals = [] if focal is None else focal_groups(counts, focal)
    others = rivals(counts, against)
    out: list[Row] = []
    for ask in wanted:
        _fits(ask, counts, focal)
        _surrounded(ask.row, around)
        given.met(ask)
        if ask.row.focal == "none" or (ask.row.focal == "optional" and focal is None):
            out.append(Row(ask, None, None, None))
        elif ask.row.call == "threshold":
            out += [Row(ask, position, REST, None) for position in focals]
        else:
            # Of several focal groups, the one that the others are compared with is left out.
            several = [position for position in focals if others != [position]] or focals
            for position in several:
                out += _compared(counts, ask, position, others)
    return [row._replace(given=given) for row in out]


def _named(measures: str | Sequence[str]) -> list[Asked]:
    """Read the measures of a call, each named once, in whatever words."""
    texts: list[Any] = [measures] if isinstance(measures, str) else list(measures or ())
    twice = [text for place, text in enumerate(texts) if text in texts[:place]]
    if twice:
        message = f"{twice[0]!r} is asked for twice."
        raise InvalidParameter(message, remedy="Name each measure once.")
    for text in texts:
        if not isinstance(text, str):
            message = f"A measure is named by a text, not {text!r}."
            raise InvalidParameter(message, remedy="placemix.catalogue() lists the names.")
    wanted = _each(texts)
    same = [ask.text for place, ask in enumerate(wanted) if ask in wanted[:place]]
    if same:
        message = f"{same[0]!r} is asked for twice, once in other words."
        raise InvalidParameter(message, remedy="Name each measure once.")
    if not wanted:
        message = "No measure was asked for."
        raise InvalidParameter(message, remedy="Name at least one; placemix.catalogue() lists them.")
    return wanted


def _each(texts: list[str]) -> list[Asked]:
    """Read every measure, and say of all that cannot be read at once what is wrong."""
    wanted: list[Asked] = []
    faults: list[PlacemixError] = []
    for text in texts:
        try:
            wanted.append(asked(text))
        except (UnknownMeasure, InvalidParameter) as error:
            faults.append(error)
    if faults:
        raise together(faults)
    return wanted


def _fits(ask: Asked, counts: Counts, focal: Which) -> None:
    row = ask.row
    if row.dimension == "local":
        message = f"{row.name} has one value a unit, not one a stratum."
        raise InvalidParameter(message, remedy=f"Call placemix.local(counts, {row.name!r}, …).")
    if row.focal == "needed" and focal is None:
        names = ", ".join(map(group_text, counts.groups))
        message = f"{row.name} is about one group."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, or focal='each'.")
    if row.call == "threshold" and ask.values["share"] == "own" and focal is None:
        names = ", ".join(map(group_text, counts.groups))
        message = f"{row.name} with share='own' is about one group."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, focal='each', or share='largest'.")


def _surrounded(row: Measure, around: Surroundings | Counts | None) -> None:
    """Refuse a measure that needs surroundings and has none, has none published, or lacks its own distance."""
    if row.call == "trajectory":
        return  # it walks over everyone, and asks only where they are
    near = row.call in NEAR or "surroundings" in row.needs
    sums_alone = isinstance(around, Counts) and (row.call in NEAR or row.call == "surface")
    if around is None or sums_alone:
        if near or sums_alone:
            message = f"{row.name} is about who is near whom, and needs surroundings."
            raise SurroundingsNeeded(message, remedy=_MAKE.get(row.call, _MAKE["clustering"]))
        return
    if row.call == "mix":
        message = f"{row.name} describes the mix of a whole stratum, which has nothing around it."
        raise NoSpatialForm(message, remedy=f"For each unit's, call placemix.local(counts, {row.name!r}, around=…).")
    if not (near or row.spatial):
        message = f"{row.name} has no published spatial form."
        remedy = "Measure it in a call without around=, or measure dissimilarity, information_theory or isolation."
        raise NoSpatialForm(message, remedy=remedy)
    _weighs(row, around)
    counts_itself = row.call == "clustering" or "surroundings" in row.needs
    if counts_itself and isinstance(around, Surroundings) and not around.own_stated:
        message = f"{row.name} depends on how near a unit is to itself, which these surroundings do not say."
        remedy = f"Pass around=surroundings.proximity(counts, decay_length=…), or make these with {_own_of(around)}."
        raise InvalidParameter(message, remedy=remedy)


def _own_of(around: Surroundings) -> str:
    """Say what own= means for surroundings: 0 is no weight at all in some, and the full weight in others."""
    if "own weight" in around.text:
        return "own=, the weight of a unit for itself: 1 is as much as a neighbour, 0 leaves its own people out"
    mean = "" if any(word in around.text for word in ("along streets", "of travel time")) else (
        ", 'disc' or 'square' as far as its people are from each other on average"
    )  # fmt: skip
    return f"own=, how far a unit is from itself: 0 counts its own people fully{mean}"


def _weighs(row: Measure, around: Surroundings | Counts) -> None:
    """Refuse neighbours weighed by something else than a measure of borders is defined by; given matrices pass."""
    if not isinstance(around, Surroundings):
        return
    lengths = around.text.startswith("length of shared border")
    if row.name in {"wong_boundary", "wong_shape"} and around.text.startswith(("queen contiguity", "rook contiguity")):
        message = f"{row.name} weighs neighbours by the length of their border, and these are by {around.text}."
        remedy = "Pass around=surroundings.shared_boundary(counts); or measure morrill."
        raise InvalidParameter(message, remedy=remedy)
    if row.name == "morrill" and lengths:
        message = f"morrill counts each neighbour once, and these are weighed by {around.text}."
        remedy = "Pass around=surroundings.contiguity(counts); or measure wong_boundary."
        raise InvalidParameter(message, remedy=remedy)


def _compared(counts: Counts, ask: Asked, focal: int, others: list[int]) -> list[Row]:
    others = [other for other in others if other != focal]
    if not others:
        message = f"{group_text(counts.groups[focal])!r} is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    if ask.row.name == "correlation_ratio" and others != [REST]:
        message = "correlation_ratio compares a group with everyone else only."
        raise InvalidParameter(message, remedy="Pass against='rest', or keep the two groups alone with counts.select.")
    if ask.row.name in ALONE:
        # Isolation names nobody who is met: one row, whatever it stands beside.
        return [Row(ask, focal, REST, rival_text(counts, others[0]) if len(others) == 1 else "rest")]
    return [Row(ask, focal, other, rival_text(counts, other)) for other in others]


def focal_groups(counts: Counts, focal: Which) -> list[int]:
    """Return the positions of the focal groups: one, several in a list, or ``"each"``.

    Raises
    ------
    FocalNeeded
        No group was named.
    InvalidParameter
        The rest, or an empty list, was named.
    """
    names = ", ".join(map(group_text, counts.groups))
    if focal is None:
        message = "No group of interest was named."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, a list of them, or 'each'.")
    if isinstance(focal, str) and focal == "rest" and focal not in counts.groups:
        message = "'rest' is what a group is compared with, and no group itself."
        raise InvalidParameter(message, remedy="Pass focal= a group, a list of groups, or 'each'.")
    return _positions(counts, focal, "focal")


def rivals(counts: Counts, against: Which) -> list[int]:
    """Return the positions of what is compared with, `REST` for everyone else, which comes first.

    ``"rest"`` is everyone else even where a group bears that name.
    """
    if against is None:
        return [REST]
    named = against if isinstance(against, list) else [against]
    groups = [name for name in named if name != "rest"]
    meant = [
        name for name in groups if isinstance(name, str) and name.casefold() == "rest" and name not in counts.groups
    ]
    if meant:
        raise UnknownGroup(f"There is no group {meant[0]!r}.", remedy="Did you mean 'rest', everyone else?")
    rest = [REST] if len(groups) < len(named) else []
    if rest and not groups:
        return rest
    return rest + _positions(counts, groups if isinstance(against, list) else against, "against")


def rival_text(counts: Counts, other: int) -> str:
    """Name what a group is compared with."""
    return "rest" if other == REST else group_text(counts.groups[other])


def _positions(counts: Counts, which: Which, role: str) -> list[int]:
    if isinstance(which, str) and which == "each":
        return list(range(len(counts.groups)))
    names: list[Any] = which if isinstance(which, list) else [which]
    if not names:
        message = f"{role} is an empty list."
        raise InvalidParameter(message, remedy="Name at least one group.")
    return sorted({counts.position(name) for name in names})
