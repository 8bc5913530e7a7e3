"""The gap in many conditions at once between the places of two groups, as separation times contrast."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.counts import Counts
from placemix.errors import EcologicalFallacyWarning, IncompleteCondition, InvalidParameter, listed
from placemix.gaps import FEW_LOST
from placemix.measuring.plan import Which
from placemix.outcomes.bridging.asking import WHOLE, asked, options
from placemix.outcomes.bridging.drawn import Draws
from placemix.outcomes.bridging.hiding import Hiding
from placemix.outcomes.bridging.reading import Conditions, Facts, tabled
from placemix.outcomes.bridging.rows import COLUMNS, METHOD, Question, columns_of, notes, whose_are_worse
from placemix.outcomes.bridging.telling import sentences
from placemix.outcomes.bridging.worst import Of, worst_of
from placemix.results import Call, Result, remember
from placemix.wording import percent


def bridge(
    counts: Counts,
    conditions: Conditions,
    *,
    focal: Which,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    facts: Facts = None,
    worst: float | None = 0.1,
    of: Of = "places",
    places: str = "areas",
    apart: int = 1,
    perturbed: tuple[float, int] | None = None,
    level: float = 0.95,
    draws: int = 199,
    seed: int = 0,
) -> Result:
    """Measure, for many conditions at once, how unequal the places of two groups are, and why.

    How separate x how different the places = how unequal, exactly:

    gap = Σ (a_i - w_i) y_i = D x contrast,

    with a_i and w_i the shares of each group's members who are in unit i, y_i its condition, D their dissimilarity,
    and the contrast the mean condition where the focal group is over-represented less that where it is
    under-represented.

    Parameters
    ----------
    counts
        People of each group in each unit. Cells may be hidden, or have standard errors.
    conditions
        By name: `Condition`, series, `Rates`, or mappings of a condition's fields. Or a table: with columns
        `condition`, `unit`, `value` one row for each value, otherwise one column for each condition named in `facts`,
        by unit id.
    focal
        Group of interest, a list of groups, or ``"each"``.
    against
        Group compared with, a list of groups, or ``"rest"``.
    by
        Strata to compare within; rows of all units together follow, with ``"whole"`` in these columns.
    facts
        Fields of the conditions that do not bear them, by name: `domain`, `higher_is`, `describes`, and others.
    worst
        Which part of all places is called the worst, the same places for every stratum, or None for none.
    of
        Whether that is a part of ``"places"`` or of the ``"people"`` in them. Units alike at the edge count in equal
        part, so that no order of the rows decides. A condition's own `worst_places` go before.
    places
        What the units are called in the sentences, such as ``"schools"``.
    apart
        Years that may lie between the period of a condition and that of the counts before `note` says so.
    perturbed
        An assumption of how a publisher changed cells: the share of them, and the most people by which, as
        `placemix.inference.perturbation_sensitivity` takes them.
    level, draws, seed
        Level of the intervals that are drawn, how many tables, and where their random numbers begin.

    Returns
    -------
    result
        One row for each stratum, condition and pair of groups. Columns: the strata; `focal`, `against`; `condition`,
        `domain`, `measured_in`, `higher_is`, `describes`; `focal_mean`, `against_mean` (condition of the place of the
        average member), `gap`; `lower`, `upper`, `level` and `interval_method` (see Notes); `worse_for` (whose places
        are worse; missing where the interval leaves it open); `separation` (D), `contrast`, `over_mean`, `under_mean`;
        `worst_focal`, `worst_against`, `worst_everyone` (share of each group, and of everyone, who are in the worst
        places), their ends ``…_lower`` and ``…_upper`` where cells are hidden, `worst_rule` (which places those are);
        `own_share_focal`, `own_share_against` (mean share of the own group among the people of a member's place, where
        the condition is one of people: so much of it may be the group's own); `focal_people`, `against_people` with a
        value, `people_dropped`, `focal_dropped`, `against_dropped` without; `units`, `units_dropped`; `hidden_cells`,
        `hidden_values`, `lower_by`, `upper_by`; `period`, `counts_period`, `years_apart`, `vintage`, `definition`,
        `condition_source`; `reason`, `note`, `method`, `sentence`, `source`, `version`.

    Raises
    ------
    RankOrDecileArithmetic, CountRateMix
        A condition is a rank, decile or count.
    VintageMismatch, UnmatchedUnit
        A condition is of another edition of the areas than the counts, or of none of their units.
    InvalidParameter, NotNumbers, DuplicateUnit, UnknownColumn, UnknownGroup, ReservedName, InvalidCounts
        Facts are missing or unknown, values are no numbers, or an option is out of range. All faults come in one
        error.

    Warns
    -----
    IncompleteCondition
        More than a twentieth of the people compared are in units without a value of a condition.
    EcologicalFallacyWarning
        A condition is one of the people of places, so that its gap reads like a difference between groups.

    Notes
    -----
    Where cells or values are hidden, `gap` is of the middle of their intervals, and `lower` and `upper` are ends over
    all tables that they allow: ``exact`` (some table has it, and none lies beyond) or ``bound`` (none lies beyond).
    Where cells have standard errors the interval is drawn around the table; a complete count has none. Errors of the
    condition itself are in none of them.

    The result says where the average member is, never what members are, and never why.

    References
    ----------
    Logan and Stults 2011 (neighborhood gap); the factors follow from the definition of D (Duncan and Duncan 1955).

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area", about={"period": "2021"})
    >>> table = pd.DataFrame({"air": [20.0, 14, 11, 14], "rooms": [3.0, 4, 5, 5]}, index=list("ABCD"))
    >>> facts = {"air": {"domain": "environment", "higher_is": "worse", "describes": "places", "period": "2021"},
    ...          "rooms": {"domain": "housing", "higher_is": "better", "describes": "places", "period": "2021"}}
    >>> found = pm.outcomes.bridge(homes, table, facts=facts, focal="asian", worst=0.25)
    >>> found[["condition", "gap", "separation", "contrast", "worse_for", "worst_focal", "worst_against"]].round(3)
      condition    gap  separation  contrast worse_for  worst_focal  worst_against
    0       air  4.643       0.595       7.8     asian        0.667          0.071
    1     rooms -1.071       0.595      -1.8     asian        0.667          0.071
    """
    faults = options(worst, of, apart, perturbed, (level, draws, seed), counts)
    hiding = Hiding.of(counts, faults) if isinstance(counts, Counts) else None
    if not isinstance(places, str) or not places.strip():
        message = f"places= is what the units are called, such as 'areas' or 'schools', not {places!r}."
        faults.append(InvalidParameter(message))
    common = asked(counts, conditions, facts, focal, against, by, COLUMNS, faults)
    assert hiding is not None  # noqa: S101 (counts were asked for)
    middle, found = common.counts, common.found
    how = None
    if (counts.error is not None and not counts.hidden.any()) or perturbed is not None:
        pair = None if perturbed is None else (float(perturbed[0]), int(perturbed[1]))
        how = Draws(float(level), int(draws), int(seed), pair)
    extremes = [None if worst is None else worst_of(one, middle.total, worst, of, places) for one in found]
    certain = hiding.people_fixed if of == "people" else hiding.places_fixed
    question = Question(middle, hiding, found, extremes, certain, common.pairs, how)
    columns = columns_of(question, common.by, WHOLE)
    columns["worse_for"], columns["note"] = whose_are_worse(columns), notes(columns, question, int(apart))
    columns["sentence"] = np.array(sentences(columns, common.by, places), dtype=object)
    for name, text in (("method", METHOD), ("source", counts.source), ("version", __version__)):
        columns[name] = np.full(len(columns["gap"]), text, dtype=object)
    for name in ("units", "units_dropped", "hidden_cells", "hidden_values"):
        columns[name] = columns[name].astype(np.int64)
    frame = pd.DataFrame({name: columns[name] for name in (*common.by, *COLUMNS)})
    _warn(frame, places)
    inputs: dict[str, Any] = {"counts": counts, "conditions": tabled([one.about for one in found])}
    arguments = {
        "focal": focal, "against": against, "by": common.by, "worst": worst, "of": of, "places": places,
        "apart": int(apart), "perturbed": None if perturbed is None else list(perturbed), "level": float(level),
        "draws": int(draws), "seed": int(seed),
    }  # fmt: skip
    result = remember(frame, Call("outcomes.bridge", inputs, arguments))
    result.attrs["cites"] = ("logan_2011", "duncan_1955")
    return result


def _warn(frame: pd.DataFrame, places: str) -> None:
    lost = frame["people_dropped"] / (frame["people_dropped"] + frame["focal_people"] + frame["against_people"])
    many = frame[lost > FEW_LOST]
    if len(many):
        names = listed([repr(name) for name in dict.fromkeys(many["condition"])])
        message = (
            f"Up to {percent(float(lost.max()))} of the people compared are in units without a value of {names}, and "
            "are left out."
        )
        warnings.warn(IncompleteCondition(message), stacklevel=3)
    of_people = list(dict.fromkeys(frame.loc[frame["describes"] == "people", "condition"]))
    if of_people:
        message = (
            f"A gap in {listed([repr(name) for name in of_people])} is one between {places} where groups are, not one "
            "between the people of the groups: a condition of everyone in a place is no rate of a group in it. For "
            "that, compare groups with outcomes.compare_groups."
        )
        warnings.warn(EcologicalFallacyWarning(message), stacklevel=3)
