"""The verbs that measure: many measures, groups and strata in one call."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import pandas as pd

from placemix._typing import Across, Chance, FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, SmoothedByInterpolation, did_you_mean
from placemix.estimating import Estimate
from placemix.measuring import assembly, evaluation, sweep
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, arguments_of, given_of, known_given
from placemix.measuring.inputs import described
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import ALONE, Row, Which, rows
from placemix.measuring.vicinity import Arounds, Vicinity, known_across, known_around, matched
from placemix.registry import MEASURES, asked
from placemix.registry.blind import BLIND
from placemix.results import Call, Result, estimates, remember
from placemix.strata import Strata
from placemix.surroundings import Surroundings

By = str | Sequence[str]


def measure(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: By = (),
    around: Surroundings | Counts | None = None,
    across: Across | None = None,
    chance: Chance | None = None,
    centre: Centre = None,
    order: Order = None,
) -> Result:
    """Measure many things of many groups in many strata.

    Parameters
    ----------
    counts
        People of each group in each unit.
    measures
        Names from `catalogue`, as ``name`` or ``name(param=value)``.
    focal
        Group of interest, a list of groups, or ``"each"``: the two-group form of every
        measure. None asks for the multigroup form.
    against
        What the focal group is compared with: ``"rest"`` (everyone else, with those in
        none of the groups), a group, a list of groups, or ``"each"``. Evenness then sees
        the two groups alone; exposure keeps everyone in its denominator, and the group
        only names who is met.
    by
        Strata to measure apart.
    around
        Who is around each unit, from a function of `placemix.surroundings`; for measures
        with a published spatial form, and those about who is near whom. Or counts of the
        people around, on the same units and groups. Default: the unit itself.
    across
        What surroundings do at the borders of `by`. Default: evenness and clustering are of
        a closed study region, and end at them (``"limit"``); exposure and isolation ask whom
        people meet, and do not (``"keep"``).
    chance
        Put beside each value what chance alone would give, where a closed form is known:
        D if each person had the same probability (``"binomial"``); isolation and V if
        people were dealt to places at random (both). With `around` no closed form is known, and it is
        refused: `placemix.inference.table` draws.
    centre
        Where the centre is, for measures of how far out people live: a point, an (x, y) pair in the
        coordinates of the map, a shape whose inside is all centre, or several in a list, of which the
        nearest counts. With `by`, a mapping from stratum to any of these gives each its own. It may lie
        outside the map, which the result says.
    order
        Names of all groups from the lowest to the highest, for measures of ranked groups.

    Returns
    -------
    result
        One row for each stratum, measure and group, in that order. Columns: the strata,
        then `measure`, `focal`, `against` (missing for multigroup rows), `value`,
        `expected`, `lower`, `upper`, `level`, `flag`, `numerator`, `denominator`,
        `people`, `units`, `groups` (present), `residual`, `units_dropped`, `reason` (why
        a value is NaN), `note`, `around` (how the surroundings were made, what they do at
        borders, and how many units have no other around them), `edge_share` (with
        surroundings: the share of them where nobody is counted, as people's mean: outside the
        stratum where they end at its border, else outside the study area; NaN where nobody
        knows), `method`, `interval_method`,
        `source` (start of the counts' hash), `version`.

    Raises
    ------
    UnknownMeasure, InvalidParameter
        A measure is not in the catalogue, or not with that parameter.
    FocalNeeded
        A measure is about one group and none was named.
    UnknownGroup, UnknownColumn
        No group or stratum of that name.
    NoSpatialForm
        `around` is given and a measure has no published spatial form.
    SurroundingsNeeded
        A measure is about who is near whom, and `around` is absent.
    CentreNeeded, OrderNeeded
        A measure needs a centre, or the order of the groups.
    InvalidArea, NoPlace, GeographicCRS
        A measure compares areas, or distances, and the units have none.
    UnitsDiffer
        The surroundings are of other units than the counts.
    SuppressedValue
        Cells are known only as an interval.

    Warns
    -----
    SmoothedByInterpolation
        The counts were estimated from other areas, which makes groups look more evenly spread.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> result = pm.measure(homes, ["dissimilarity", "isolation"], focal="asian")
    >>> result[["measure", "focal", "against", "value"]].round(4)
             measure  focal against   value
    0  dissimilarity  asian    rest  0.5952
    1      isolation  asian    rest  0.6000
    """
    counts, by = checked(counts), () if by is None else by
    if chance not in {None, "binomial", "fixed"}:
        message = f"chance is 'binomial' or 'fixed', not {chance!r}."
        raise InvalidParameter(message, remedy=did_you_mean(chance, ["binomial", "fixed"]))
    if counts.about.interpolated:
        message = (
            "These counts were estimated from other areas, which makes groups look more evenly spread than they are; "
            "placemix.inference.smoothing_bias estimates by how much."
        )
        warnings.warn(SmoothedByInterpolation(message), stacklevel=2)
    known_around(around)
    known_across(across, around)
    if chance is not None and around is not None:
        message = f"No closed form of what chance alone would give is known with around=, as chance={chance!r} asks."
        remedy = "Call placemix.inference.table(counts, …, around=…), which draws; or leave out chance=."
        raise InvalidParameter(message, remedy=remedy)
    given = given_of(counts, centre, order, by)
    plan = rows(counts, measures, focal, against, around=around, given=given)
    known_given([row.asked.row for row in plan], centre, order)
    strata = counts.arranged(by)
    nearby: Vicinity | Counts | None = None
    if isinstance(around, Surroundings):
        nearby = Vicinity(counts, strata, around, across, plan)
    elif around is not None:
        nearby = matched(counts, around)
    known = assembly.facts(counts, strata)
    beside = "own unit" if around is None or isinstance(around, Surroundings) else f"given ({around.source})"
    notes, arounds = assembly.Notes(), Arounds(counts, nearby, strata, beside)
    blocks = []
    for row, value in zip(plan, _values(plan, counts, strata, nearby), strict=True):
        block = assembly.block(row, value, counts, strata, known, notes, *arounds.of(row))
        if chance is not None and around is None:
            block.expected = assembly.by_chance(row, counts, strata, known, chance)
        if isinstance(nearby, Vicinity) and row.asked.row.call != "trajectory":
            block.edge_share = nearby.edge_share(ends=nearby.ends(row.asked.row))
        blocks.append(block)
    table = assembly.frame(plan, blocks, counts, strata, known, notes, arounds.notes)
    inputs = {"counts": counts} if around is None else {"counts": counts, "around": around}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures),
        "focal": focal,
        "against": against,
        "by": [by] if isinstance(by, str) else list(by),
        "across": across,
        "chance": chance,
        **arguments_of(centre, order),
    }
    return remember(table, Call("measure", inputs, arguments, described))


def _values(plan: list[Row], counts: Counts, strata: Strata, nearby: Vicinity | Counts | None) -> list[FloatArray]:
    fast: dict[int, FloatArray] = {}
    if nearby is None and counts.values.size >= sweep.LARGE:
        fast = sweep.values(plan, counts, strata)
    if len(fast) == len(plan):
        return [fast[place] for place in range(len(plan))]
    everyone = Everyone(counts, strata)
    around = Everyone(nearby, strata) if isinstance(nearby, Counts) else nearby
    return [
        fast[place] if place in fast else evaluation.value(row, everyone, around, counts)
        for place, row in enumerate(plan)
    ]


def estimate(
    counts: Counts,
    measure: str,
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    around: Surroundings | Counts | None = None,
    across: Across | None = None,
    chance: Chance | None = None,
    centre: Centre = None,
    order: Order = None,
) -> Estimate:
    """Measure one thing of the whole table, as an `Estimate`.

    Parameters
    ----------
    counts
        People of each group in each unit.
    measure
        Name from `catalogue`.
    focal, against
        Group of interest and what it is compared with; see `placemix.measure`.
    around, across
        Who is around each unit, and what surroundings do at borders; see `placemix.measure`.
    chance
        Put beside the value what chance alone would give.
    centre, order
        Where the centre is, and the groups from lowest to highest; see `placemix.measure`.

    Returns
    -------
    estimate
        The value with its denominator, comparator, method and doubt.

    Raises
    ------
    InvalidParameter
        Several groups are named, which makes several numbers; and as for `placemix.measure`.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> round(pm.estimate(homes, "isolation", focal="asian").value, 4)
    0.6
    """
    found = estimates(
        _measure(
            counts, measure, focal=focal, against=against, around=around, across=across, chance=chance, centre=centre,
            order=order,
        )
    )  # fmt: skip
    if len(found) > 1:
        message = f"An estimate is one number; {len(found)} were asked for."
        raise InvalidParameter(message, remedy="Name one group in focal= and in against=, or call placemix.measure.")
    return found[0]


_measure = measure


def pairwise(
    counts: Counts,
    measure: str,
    *,
    by: By = (),
    around: Surroundings | Counts | None = None,
    across: Across | None = None,
    centre: Centre = None,
) -> Result:
    """Measure every ordered pair of groups.

    Parameters
    ----------
    counts
        People of each group in each unit.
    measure
        Name from `catalogue` of a measure that compares two groups.
    by
        Strata to measure apart.
    around, across
        Who is around each unit, and what surroundings do at borders; see `placemix.measure`.
    centre
        Where the centre is; see `placemix.measure`.

    Returns
    -------
    result
        As from `placemix.measure`; `placemix.matrix` lays it out as a matrix.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> town = pd.DataFrame({"area": list("AB"), "x": [8, 2], "y": [1, 9], "z": [5, 5]})
    >>> town = pm.from_wide(town, groups=["x", "y", "z"], unit="area")
    >>> pairs = pm.pairwise(town, "dissimilarity")
    >>> pm.matrix(pairs).round(1).loc["x", "y"].item()
    0.7
    """
    named: object = measure
    if not isinstance(named, str):
        message = f"pairwise takes the name of one measure, not {named!r}."
        raise InvalidParameter(message, remedy="Call it once for each.")
    asking = asked(measure).row
    compares = asking.focal != "none" and asking.call in assembly.PAIRED | {"meeting"}
    if not compares or asking.name in ALONE | {"correlation_ratio"}:
        message = f"{asking.name} does not compare two groups."
        raise InvalidParameter(message, remedy="Measure dissimilarity, exposure or another that does; see catalogue().")
    result = _measure(counts, measure, focal="each", against="each", by=by, around=around, across=across, centre=centre)
    arguments = {
        "measure": measure, "by": [by] if isinstance(by, str) else list(by), "across": across,
        **arguments_of(centre, None),
    }  # fmt: skip
    inputs = {"counts": counts} if around is None else {"counts": counts, "around": around}
    return remember(result, Call("pairwise", inputs, arguments, described))


def catalogue() -> pd.DataFrame:
    """List every measure.

    Returns
    -------
    table
        One row a measure: `measure`, `label`, `symbol`, `dimension`, `tier`, `question`, `focal`
        (needed, optional or none), `lowest`, `highest`, `unit`, `parameters`, `spatial`,
        `takes` (what it needs beside people: ``around=``, ``centre=``, ``order=``, areas), `replaced_by`,
        `method`, `formula`, `cites`, `cannot_see`. Recommended ones come first.

    Examples
    --------
    >>> import placemix as pm
    >>> int((pm.catalogue()["tier"] == "recommended").sum()) <= 10
    True
    """
    tiers = ["recommended", "specialist", "replication", "experimental"]
    listed = sorted(MEASURES.values(), key=lambda row: tiers.index(row.tier))
    return pd.DataFrame(
        {
            "measure": row.name,
            "label": row.label,
            "symbol": row.symbol,
            "dimension": row.dimension,
            "tier": row.tier,
            "question": row.question,
            "focal": row.focal,
            "lowest": float(row.lowest) if math.isfinite(row.lowest) else float("nan"),
            "highest": float("nan") if row.highest is None else float(row.highest),
            "unit": row.unit,
            "parameters": ", ".join(
                f"{name}={spec.default!r} ({spec.allowed})" for name, spec in row.parameters.items()
            ),
            "spatial": row.spatial,
            "takes": ", ".join(row.takes),
            "replaced_by": row.replaced_by,
            "method": row.method,
            "formula": row.formula,
            "cites": ", ".join(row.cites),
            "cannot_see": BLIND.get(row.name, ""),
        }
        for row in listed
    )
