"""What every verb of inference begins with: the values asked for, and all that evaluates them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from placemix._typing import Across
from placemix.counts import Counts
from placemix.measuring import measure
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, given_of
from placemix.measuring.plan import Row, Which, rows
from placemix.measuring.vicinity import Vicinity
from placemix.strata import Strata
from placemix.surroundings import Surroundings


class Question(NamedTuple):
    """The values of a call, and what it takes to work them out for other versions of its table.

    Attributes
    ----------
    names
        Columns of strata.
    frame
        What `placemix.measure` gave.
    plan, strata, nearby
        Rows of the call, its strata, and its surroundings or None.
    """

    names: list[str]
    frame: pd.DataFrame
    plan: Sequence[Row]
    strata: Strata
    nearby: Vicinity | None


def question(
    counts: Counts,
    measures: str | Sequence[str],
    focal: Which,
    against: Which,
    by: str | Sequence[str],
    around: Surroundings | None,
    across: Across | None,
    *,
    centre: Centre = None,
    order: Order = None,
) -> Question:
    """Measure, and keep what it takes to do so again; the arguments are those of `placemix.measure`."""
    names = [by] if isinstance(by, str) else list(by)
    frame = pd.DataFrame(
        measure(
            counts, measures, focal=focal, against=against, by=names, around=around, across=across, centre=centre,
            order=order,
        )
    )  # fmt: skip
    given = given_of(counts, centre, order, names)
    plan, strata = rows(counts, measures, focal, against, around=around, given=given), counts.arranged(names)
    nearby = None if around is None else Vicinity(counts, strata, around, across, plan)
    return Question(names, frame, plan, strata, nearby)
