"""Figures of the whole district, for plans alone, each beside what chance would do to it; and the equality annex."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.gaps import place_gap
from placemix.results import group_names
from placemix.scenarios.checking import arriving
from placemix.scenarios.checking.coming import Coming
from placemix.scenarios.checking.facts import RESIDENTS, TENURE, Evidence
from placemix.scenarios.effects import plan_effects
from placemix.scenarios.effects.planning import SMALL
from placemix.scenarios.equality import equality_annex, people_by_tenure
from placemix.scenarios.equality.references import NEEDED, WHERE
from placemix.scenarios.schemes.proposals import Scheme

#: Followed for plans.
MEASURES = ("information_theory", "correlation_ratio", "isolation")
#: Why one scheme has no figures of the district.
ONE = "one site hardly moves a figure of the whole district; such figures are for registers and plans."
#: How the range of a change of the place gap is made.
METHOD = "normal_of_means_v1"


def indices(
    schemes: Sequence[Scheme],
    homes: pd.DataFrame,
    coming: Coming,
    evidence: Evidence,
    *,
    draws: int,
    level: float,
    seed: int,
) -> pd.DataFrame | str:
    """Say what a plan does to H, V and isolation of a tenure in its district, and to its place gap.

    Parameters
    ----------
    schemes
        The plan.
    homes
        What `arriving.households` gave of it.
    coming
        What comes anyway.
    evidence
        The evidence.
    draws, level, seed
        As for `plan_effects`.

    Returns
    -------
    indices
        Columns of `plan_effects`, with `district`; or why there are none.
    """
    if len(schemes) == 1:
        return ONE
    if evidence.focal is None:
        return "the homes have one tenure alone."
    counts = coming.tables[TENURE]
    groups = group_names(counts)
    came = homes[homes[groups].notna().all(axis=1)]
    if came.empty:
        return "no scheme has a place on the map." if homes.empty else "no mix of tenures is stated or assumed."
    inside = np.ones(len(counts), dtype=bool)
    name = evidence.name
    if evidence.district is not None:
        labels = counts.strata[evidence.district].astype(str).to_numpy()
        mine = sorted(set(labels[counts.units.get_indexer(came["unit"])]))
        inside = np.isin(labels, mine)
        name = ", ".join(mine) if not inside.all() or len(mine) == 1 else evidence.name
    here = counts.take(inside)
    added = came[["case", "unit", *groups]]
    found = pd.DataFrame(
        plan_effects(
            here, added, list(MEASURES), plan="case", focal=evidence.focal, draws=draws, level=level, seed=seed
        )
    )
    if evidence.condition is not None:
        gaps = [
            _gap(here, rows, evidence.condition, evidence.focal, level, str(case))
            for case, rows in added.groupby("case", sort=False)
        ]
        found = pd.concat([found, pd.DataFrame(gaps).astype({"beyond_chance": "boolean"})], ignore_index=True)
    return found.rename(columns={"plan": "case"}).assign(district=name)


def _gap(
    counts: Counts, rows: pd.DataFrame, condition: pd.Series, focal: str, level: float, case: str
) -> dict[str, Any]:
    """The place gap before and after, beside what it would move by if every home were put anew among its kind."""
    after = arriving.changed(counts, rows)
    scores = pd.to_numeric(condition)
    known = scores.set_axis([id_text(unit) for unit in scores.index]).reindex(counts.units)
    y = known.to_numpy(dtype=np.float64, na_value=np.nan)
    first, last = np.nan, np.nan
    reason: str | None = "no unit of the district has a value of the condition"
    if not np.isnan(y).all():
        found = [place_gap(one, scores, focal=focal).iloc[0] for one in (counts, after)]
        first, last = (float(one["gap"]) for one in found)
        reason = next((str(one["reason"]) for one in found if pd.notna(one["reason"])), None)
    column = counts.position(focal)
    noise = sum(
        _variance(members, y)
        for one in (counts, after)
        for members in (one.values[:, column], one.total - one.values[:, column])
    )
    change, normal, added = last - first, NormalDist(), rows[group_names(counts)].to_numpy(dtype=np.float64)
    half = normal.inv_cdf((1 + level) / 2) * math.sqrt(noise)
    # A gap that is not defined is neither beyond chance nor below it.
    beyond = pd.NA if math.isnan(change) or math.isnan(half) else abs(change) > half
    verdict = None if beyond is pd.NA else "more than chance" if beyond else SMALL
    lost = float(after.total[np.isnan(y)].sum())
    note = f"{lost:,.0f} homes are in places whose condition is not known, and are left out." if lost else None
    return {
        "plan": case, "places": len(rows["unit"].unique()), "people_added": float(added.sum()),
        "measure": "place_gap", "focal": focal, "against": "rest", "before": first, "after": last, "change": change,
        "lower": change - half, "upper": change + half, "level": level,
        "p_value": 2 * (1 - normal.cdf(abs(change) / math.sqrt(noise))) if noise > 0 else np.nan,
        "beyond_chance": beyond, "verdict": verdict, "method": METHOD, "reason": reason, "note": note,
        "source": counts.source, "version": __version__,
    }  # fmt: skip


def _variance(members: FloatArray, y: FloatArray) -> float:
    """Variance of the mean condition of a group, were each member put anew among the places of the group."""
    known = ~np.isnan(y)
    number = members[known].sum()
    if not number > 0:
        return math.nan
    mean = (members[known] * y[known]).sum() / number
    return float((members[known] * (y[known] - mean) ** 2).sum() / number**2)


def equality(
    schemes: Sequence[Scheme],
    where: pd.DataFrame,
    coming: Coming,
    evidence: Evidence,
    *,
    asked: bool,
    year: int,
    least_homes: int,
) -> pd.DataFrame | str:
    """Give the equality annex, where it is asked for.

    Parameters
    ----------
    schemes
        The schemes.
    where
        What `placed` gave.
    coming
        What comes anyway.
    evidence
        The evidence; `Evidence.annex` holds the table of tenure by group.
    asked
        Whether it is asked for.
    year
        Year of the comparison.
    least_homes
        Net homes that it needs.

    Raises
    ------
    InvalidParameter
        There is no table of tenure by group; the message names it.
    """
    if not asked:
        return "nothing about ethnic groups or faith is given unless it is asked for (annex='equality')."
    given = dict(evidence.annex)
    table, residents = given.pop("tenure_groups", None), coming.residents
    faults: list[PlacemixError] = []
    if residents is None:
        message = "The equality annex needs residents by group."
        faults.append(InvalidParameter(message, remedy="Pass residents= to the evidence."))
    if evidence.district is None:
        message = "The equality annex needs the districts of the units."
        faults.append(InvalidParameter(message, remedy="Pass district= to the evidence."))
    if evidence.occupancy is None:
        message = "The equality annex needs people by kind of home."
        faults.append(InvalidParameter(message, remedy="Pass occupancy= to the evidence."))
    if table is None:
        faults.append(InvalidParameter(NEEDED, remedy=WHERE))
    if residents is None or evidence.district is None or evidence.occupancy is None or faults:
        raise together(faults)
    people = people_by_tenure(
        list(schemes), evidence.occupancy, occupancy_source=evidence.occupancy_source, mix=evidence.mix, years=[year],
        not_phased=year, fill=evidence.fill, or_more=evidence.or_more,
    )  # fmt: skip
    origins = _origins(where, evidence)
    cases: list[Any] = [name for name in dict.fromkeys(people["case"]) if name != "stated"] or [None]
    parts = [
        equality_annex(
            people, table, where=where, residents=residents, district=evidence.district, year=year, case=case,
            calibration=evidence.calibrations.get(RESIDENTS), least_homes=least_homes, origins=origins, **given,
        )
        for case in cases
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _origins(where: pd.DataFrame, evidence: Evidence) -> pd.Series | None:
    """People of the districts that schemes lie in, among whom movers from within leave; others lose nobody."""
    people = evidence.people
    if people is None or evidence.district is None:
        return None
    labels = people.strata[evidence.district].astype(str).to_numpy()
    mine = labels[people.units.get_indexer(where["unit"].dropna())]
    return people.totals[np.isin(labels, mine)]
