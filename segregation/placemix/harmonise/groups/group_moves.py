"""How the labels of one table become those of another classification."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal, TypeAlias

from placemix.crosswalks import Crosswalk
from placemix.errors import BreakInSeries, InvalidParameter, UnknownGroup, did_you_mean, listed, plural
from placemix.harmonise.groups.categories import Scheme, plain, says_nothing, schemes_by_id
from placemix.harmonise.groups.dividing import Weights
from placemix.harmonise.groups.links import crosswalk_of, links_between
from placemix.harmonise.groups.listing import own_scheme

Names: TypeAlias = Literal["id", "label", "code"]
Target: TypeAlias = str | Scheme | Crosswalk


@dataclass(frozen=True, slots=True)
class Move:
    """A crosswalk for the labels of one table.

    Attributes
    ----------
    walk
        Its sources are the labels, as the table prints them.
    target
        Id of the scheme it leads to, or None.
    why
        Why a move changes what is counted, by label.
    divided
        Labels divided by weights.
    unstated
        Targets of people whose group is not known.
    notes
        What the result has to say.
    """

    walk: Crosswalk
    target: str | None
    why: dict[str, str]
    divided: tuple[str, ...]
    unstated: tuple[str, ...]
    notes: tuple[str, ...]


def move_of(
    labels: list[str], stated: str | None, target: Target, source: str | Scheme | None, weights: Weights | None
) -> Move:
    """Find the crosswalk for the labels of a table, by id or as given."""
    if isinstance(target, Crosswalk):
        if weights is not None:
            message = "A crosswalk has its weights already."
            raise InvalidParameter(message, remedy="Give weights to group_crosswalk, or the id of a classification.")
        walk, names = target, _in_crosswalk(labels, target)
    else:
        own = own_scheme(labels, stated, source)
        names = own.match(labels)
        walk = crosswalk_of(links_between(own, target), present=names, weights=weights)
    made = walk.matched(names)
    why = {} if walk.lossy is None else {str(name): str(text) for name, text in walk.lossy.items()}
    divided = tuple(label for label, split in zip(labels, made.split, strict=True) if split)
    sides = [schemes_by_id()[str(side)] for side in (walk.sources.name, walk.targets.name) if side in schemes_by_id()]
    return Move(
        made,
        None if walk.targets.name is None else str(walk.targets.name),
        {label: why[name] for label, name in zip(labels, names, strict=True) if name in why},
        divided,
        tuple(name for name in walk.targets if any(says_nothing(name, side.variable) for side in sides)),
        (
            f"Groups moved by {walk.version or 'a crosswalk of the caller'}",
            *(f"{name}: {why[name]}" for name in names if name in why),
            *_incomplete(walk, names),
            *([f"Divided by {walk.basis or 'weights'}: {listed(divided, shown=40)}."] if divided else []),
        ),
    )


def _in_crosswalk(labels: list[str], walk: Crosswalk) -> tuple[str, ...]:
    """Source of a crosswalk for each label."""
    named = schemes_by_id().get(str(walk.sources.name))
    # As written first: without its sign '<1' would be '1'.
    spelt = [plain(name) for name in walk.sources]
    known = {text: str(name) for text, name in zip(spelt, walk.sources, strict=True) if spelt.count(text) == 1}
    known |= {str(name): str(name) for name in walk.sources}
    found = [(named.find(label) if named else None) or known.get(label) or known.get(plain(label)) for label in labels]
    missing = [label for label, name in zip(labels, found, strict=True) if name not in walk.sources]
    if missing:
        message = f"{plural(len(missing), 'group is', 'groups are')} not in the crosswalk: {listed(missing)}."
        raise UnknownGroup(message, remedy=did_you_mean(missing[0], walk.sources) or f"It has {listed(walk.sources)}.")
    return tuple(str(name) for name in found)


def _incomplete(walk: Crosswalk, names: tuple[str, ...]) -> list[str]:
    """Say which targets lack a part that the table has no column for."""
    if str(walk.sources.name) not in schemes_by_id() or str(walk.targets.name) not in schemes_by_id():
        return []
    links = links_between(str(walk.sources.name), str(walk.targets.name))
    notes = []
    for target in walk.targets:
        parts = [name for name, row in links.rows.items() if target in row]
        lacking = [name for name in parts if name not in names]
        if lacking and len(lacking) < len(parts):
            notes.append(f"{target} is without {listed(lacking, shown=20)}, for which the table has no column.")
    return notes


def called(move: Move, names: Names) -> dict[str, str]:
    """What the groups are called in the result."""
    target = schemes_by_id().get(str(move.target))
    if names == "id" or target is None:
        return {str(name): str(name) for name in move.walk.targets}
    own = schemes_by_id().get(str(move.walk.targets.name), target)
    texts = {item.id: (item.label if names == "label" else item.code or item.id) for item in own.categories}
    return {str(name): texts.get(str(name), str(name)) for name in move.walk.targets}


def warn_lossy(move: Move, present: list[str], *, stacklevel: int = 3) -> None:
    """Warn where a move of people who are there changes what is counted."""
    told = [f"{label}: {move.why[label]}" for label in present if label in move.why]
    if told:
        message = (
            f"{plural(len(told), 'move changes', 'moves change')} what is counted. {' '.join(dict.fromkeys(told))}"
        )
        warnings.warn(BreakInSeries(message), stacklevel=stacklevel)
