"""What the verbs of the bridge are asked for, checked together with the conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from placemix.counts import Counts, counted
from placemix.errors import (
    InvalidParameter,
    NotCounts,
    PlacemixError,
    ReservedName,
    did_you_mean,
    listed,
    together,
)
from placemix.inference import drawing
from placemix.inference.perturbing import changed
from placemix.measuring.plan import Which, focal_groups, rivals
from placemix.outcomes.bridging.reading import Aligned, Conditions, Facts, aligned, read

#: What stands in the columns of strata in rows of all units together.
WHOLE = "whole"


class Asked(NamedTuple):
    """What a verb was asked for.

    Attributes
    ----------
    counts
        The counts, hidden cells in the middle of their intervals.
    found
        Conditions on the units of the counts.
    pairs
        Positions of the groups compared.
    by
        Columns of strata.
    """

    counts: Counts
    found: list[Aligned]
    pairs: list[tuple[int, int]]
    by: list[str]


def asked(
    counts: Counts,
    conditions: Conditions,
    facts: Facts,
    focal: Which,
    against: Which,
    by: str | Sequence[str],
    columns: Sequence[str],
    faults: list[PlacemixError],
) -> Asked:
    """Check everything that the verbs have in common.

    Raises
    ------
    PlacemixError
        One error with all faults, those of `faults` included.
    """
    try:
        counted(counts)
    except NotCounts as fault:
        # Without counts nothing else can be checked.
        raise together([fault, *faults]) from None
    names = [by] if isinstance(by, str) else [str(name) for name in by]
    middle = counts.fill("middle")
    given = read(conditions, facts, faults)
    found = [aligned(middle, one, faults) for one in given]
    pairs: list[tuple[int, int]] = []
    try:
        positions = focal_groups(middle, focal), rivals(middle, against)
        pairs = [(one, other) for one in positions[0] for other in positions[1] if one != other]
        if not pairs:
            message = "A group is compared with itself."
            faults.append(InvalidParameter(message, remedy="Pass against= another group, or 'rest'."))
        labels = middle.arranged(names).labels
    except PlacemixError as error:
        faults += error.faults
        raise together(faults) from None
    taken = [name for name in names if name in columns]
    if taken:
        message = f"Strata may not be named {listed([repr(name) for name in taken])}: the result uses that name."
        faults.append(ReservedName(message, remedy="Rename the column before you read the table."))
    called = [name for name in names if (labels[name].astype(str) == WHOLE).any()]
    if called:
        message = f"A stratum of {listed(called)} is named {WHOLE!r}, as the rows of all units together are."
        faults.append(ReservedName(message, remedy="Rename that stratum."))
    if faults:
        raise together(faults)
    return Asked(middle, found, pairs, names)


def options(
    worst: float | None,
    of: str,
    apart: int,
    perturbed: tuple[float, int] | None,
    draws: tuple[float, int, int],
    counts: Counts,
) -> list[PlacemixError]:
    """Say what is wrong with the options of `bridge`."""
    faults: list[PlacemixError] = []
    if worst is not None and (isinstance(worst, bool) or not isinstance(worst, int | float) or not 0 < worst < 1):
        message = f"worst is a share above 0 and below 1, such as 0.1, or None, not {worst!r}."
        faults.append(InvalidParameter(message))
    if of not in {"places", "people"}:
        message = f"The worst part is one of 'places' or of 'people', not of {of!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(of, ["places", "people"])))
    if isinstance(apart, bool) or not isinstance(apart, int | np.integer) or apart < 0:
        message = f"apart is a whole number of years, not {apart!r}."
        faults.append(InvalidParameter(message))
    faults += _of_draws(perturbed, draws)
    if isinstance(counts, Counts):
        faults += _of_counts(counts, perturbed=perturbed is not None)
    return faults


def _of_draws(perturbed: object, draws: tuple[float, int, int]) -> Iterator[PlacemixError]:
    level, many, seed = draws
    try:
        drawing.known_level(level)
        drawing.checked(many, seed, least=2)
    except PlacemixError as error:
        yield from error.faults
    if perturbed is None:
        return
    if not (isinstance(perturbed, tuple | list) and len(perturbed) == 2):
        message = f"perturbed is the share of cells changed and the most people they changed by, not {perturbed!r}."
        yield InvalidParameter(message, remedy="Write perturbed=(0.14, 3).")
        return
    try:
        changed(np.zeros(1), *perturbed)
    except PlacemixError as error:
        yield from error.faults


def _of_counts(counts: Counts, *, perturbed: bool) -> Iterator[PlacemixError]:
    if perturbed and (counts.error is not None or counts.hidden.any()):
        message = "The counts have standard errors or hidden cells, and a perturbation is assumed beside them."
        yield InvalidParameter(message, remedy="Leave out perturbed=.")
    if counts.error is not None and not np.isfinite(counts.error).all():
        unknown = counts.units[~np.isfinite(counts.error).all(axis=1)]
        message = f"{len(unknown):,} units have cells whose standard error is not known."
        remedy = "Leave them out with counts.take, or give the errors."
        yield InvalidParameter(message, units=unknown, remedy=remedy)
