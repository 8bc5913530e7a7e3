"""What may be divided by what: the same people, groups, places and years on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from placemix._typing import GroupName
from placemix.about import About
from placemix.counts import Counts, group_text
from placemix.errors import DenominatorMismatch, NotCounts, OverlappingGroups, PlacemixError, listed, together
from placemix.harmonise.dates.periods import TOLERANCE, overlap
from placemix.harmonise.groups.categories import Scheme, scheme, schemes_by_id
from placemix.rates.scales import EVENTS

#: Words by which publishers name whom a table counts.
_UNIVERSES = {
    "households": r"((all )?(occupied )?households?|household reference persons?|hrps?)",
    "pupils": r"(pupils?|school ?children|children in school)",
    "adults": r"(adults?|(people|persons|residents) (aged )?(16|18)( and| or)? ?(over|\+)|16\+|18\+)",
    "electors": r"(electors?|electorate|voters?)",
    "patients": r"(registered )?patients?",
    "persons": r"(usual |all usual |all )?(residents?|persons?|people|population)",
}
#: What each is asked about, and hence cannot be divided by another.
_SAYS = {
    "households": "a household's group is that of its reference person",
    "pupils": "pupils are of school age, and counted where they learn",
    "adults": "adults are not everyone",
    "electors": "electors are not everyone",
    "patients": "lists of patients hold people who moved away, and are counted where they are treated",
    "persons": "everyone, at home",
}


def guard(numerator: Counts, denominator: Counts, *, tolerance: float = TOLERANCE) -> tuple[str, ...]:
    """Refuse to divide counts of different things; return what a result must say.

    Parameters
    ----------
    numerator, denominator
        Counts, as far as `about` describes them: nothing is assumed of what it leaves open.
    tolerance
        Years that may lie between the two.

    Returns
    -------
    notes
        What the result must say: years between the two, events that are no people, estimates.

    Raises
    ------
    DenominatorMismatch
        The two differ in whom they count (people, households, pupils, adults), in what was recorded
        (what people say, what officers see), in groups, boundaries or years; all in one error.
    OverlappingGroups
        Groups of one side count people twice, such as race beside Hispanic origin.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"id": ["a"], "x": [1], "y": [3]})
    >>> people = pm.from_wide(table, groups=["x", "y"], unit="id", about={"universe": "usual residents"})
    >>> pupils = pm.from_wide(table, groups=["x", "y"], unit="id", about={"universe": "pupils"})
    >>> guard(pupils, people)
    Traceback (most recent call last):
        ...
    placemix.errors.DenominatorMismatch: The numerator counts pupils, the denominator persons (pupils are of school...
    """
    numerator, denominator = as_counts(numerator), as_counts(denominator)
    faults: list[PlacemixError] = [
        *twice(numerator.groups),
        *twice(denominator.groups),
        *_universes(numerator.about, denominator.about),
        *_variables(numerator.about, denominator.about),
        *_groups(numerator, denominator),
    ]
    notes = []
    one, two = numerator.about, denominator.about
    if one.vintage and two.vintage and one.vintage != two.vintage:
        message = f"The numerator has boundaries of {one.vintage}, the denominator of {two.vintage}."
        faults.append(DenominatorMismatch(message, remedy="Bring both to one geography with harmonise.align."))
    if one.period and two.period:
        try:
            gap = overlap(numerator, denominator, tolerance=tolerance)
        except DenominatorMismatch as fault:
            faults.append(fault)
        else:
            notes += [f"The denominator is of {two.period}, {gap:.1f} years apart from {one.period}."] if gap else []
    if faults:
        raise together(faults)
    if universe(one.universe) == "events":
        notes.append("Events are counted, and one person may have several.")
    notes += [
        f"The {role} is estimated, not counted."
        for role, about in (("numerator", one), ("denominator", two))
        if about.estimated
    ]
    return tuple(notes)


def as_counts(given: Any) -> Counts:  # noqa: ANN401
    """Return counts, or say that they are none.

    Raises
    ------
    NotCounts
        Something else was given.
    """
    if isinstance(given, Counts):
        return given
    message = f"Counts are needed, not a {type(given).__name__}."
    raise NotCounts(message, remedy="Read the table first: placemix.from_wide(table, groups=[…], unit='…').")


def universe(text: str | None) -> str | None:
    """Return whom a table counts in one of a few words, or the words themselves.

    Examples
    --------
    >>> universe("All usual residents"), universe("HRPs"), universe("searches"), universe(None)
    ('persons', 'households', 'events', None)
    """
    if text is None:
        return None
    plain = " ".join(text.casefold().split())
    if plain in EVENTS or "stop" in plain or "search" in plain:
        return "events"
    return next((name for name, pattern in _UNIVERSES.items() if re.fullmatch(pattern, plain)), plain)


def twice(groups: Iterable[GroupName]) -> Iterator[PlacemixError]:
    """Find groups that count the same people twice: race, and beside it Hispanic origin."""
    texts = [group_text(name) for name in groups]
    for own in schemes_by_id().values():
        inside = [text for text in texts if own.find(text)]
        for entry in own.overlapping if inside else ():
            other, _, category = entry.partition(": ")
            whole = scheme(other)
            again = [text for text in texts if whole.find(text) == category]
            # Groups without Hispanic people are the other scheme's own.
            beside = [text for text in inside if not whole.find(text)]
            if again and beside:
                message = f"{listed(again)} is counted again in {listed(beside)}, which are of any origin."
                remedy = f"Use {whole.source}: {whole.remarks[0]}"
                yield OverlappingGroups(message, remedy=remedy)


def _universes(one: About, two: About) -> Iterator[PlacemixError]:
    mine, theirs = universe(one.universe), universe(two.universe)
    if mine is None or theirs is None or mine in {theirs, "events"}:
        return
    told = [_SAYS[name] for name in (mine, theirs) if name in _SAYS]
    message = f"The numerator counts {mine}, the denominator {theirs} ({'; '.join(told)})."
    remedy = f"Divide by {mine}, from a table that counts them; shares of both can be compared side by side."
    yield DenominatorMismatch(message, remedy=remedy)


def _variables(one: About, two: About) -> Iterator[PlacemixError]:
    mine, theirs = (_known(about.scheme) for about in (one, two))
    if mine is None or theirs is None or mine.id == theirs.id:
        return
    if mine.variable != theirs.variable:
        message = f"The numerator is {mine.variable} ({mine.id}), the denominator {theirs.variable} ({theirs.id})."
        remedy = (
            f"These are different variables: take the numerator by {theirs.variable}, or show it without a "
            "denominator and name what it is."
        )
        yield DenominatorMismatch(message, remedy=remedy)
    else:
        message = f"The groups of the numerator are {mine.id}, those of the denominator {theirs.id}."
        remedy = "Bring both to what they share: first, second = finest_common(…), then regroup each."
        yield DenominatorMismatch(message, remedy=remedy)


def _groups(one: Counts, two: Counts) -> Iterator[PlacemixError]:
    odd = [group_text(name) for name in one.groups if name not in two.groups]
    both = {_known(one.about.scheme), _known(two.about.scheme)}
    if odd and len(both) == 1:
        message = f"The denominator has no group {listed([repr(name) for name in odd])}."
        yield DenominatorMismatch(message, remedy="Give both the same groups, with harmonise.regroup.")


def _known(text: str | None) -> Scheme | None:
    return schemes_by_id().get(text or "")
