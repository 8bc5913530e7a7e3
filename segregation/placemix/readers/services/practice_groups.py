"""What mix of patients a practice has, estimated from where they live."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from placemix.counts import Counts, checked
from placemix.errors import (
    EcologicalFallacyWarning,
    EmptyTable,
    InvalidParameter,
    SmoothedByInterpolation,
    UnitsLeftOut,
    UnmatchedUnit,
    VintageMismatch,
    listed,
    plural,
)
from placemix.flows import Flows


def practice_mix(flows: Flows, counts: Counts, *, least: float = 1.0) -> Counts:
    r"""Estimate the mix of each practice's patients, as if they were like the residents of their area.

    patients of group g = Σ_a patients from a · n_ag / n_a

    Who registers where, and the ages of those who do, are not known by group: practices come out
    more alike than they are, and every number about them is one about areas.

    Parameters
    ----------
    flows
        From `gp_patients`; groups of patients are added up.
    counts
        Residents by group in the same LSOAs.
    least
        Smallest share of a practice's patients that must live in areas of `counts`. Practices with
        less are in `left_out`; what the others lack stays in their total and in no group.

    Returns
    -------
    counts
        Patients by group in each practice, with `about.interpolated` and `about.estimated` set.

    Raises
    ------
    VintageMismatch
        Flows and counts are of LSOAs of two vintages.
    UnmatchedUnit
        No practice has enough of its patients in areas of `counts`.
    SuppressedValue
        Cells of `counts` are suppressed.
    InvalidParameter
        `least` is no share.
    EmptyTable
        There are no patients.

    Warns
    -----
    EcologicalFallacyWarning, SmoothedByInterpolation
        Always.
    UnitsLeftOut
        Practices have too few patients in areas of `counts`.

    Examples
    --------
    >>> import placemix as pm
    >>> trips = pd.DataFrame({"lsoa": ["a", "b"], "practice": ["p", "p"], "all": [30, 10]})
    >>> flows = Flows.from_table(trips, origin="lsoa", destination="practice", groups=["all"])
    >>> homes = pd.DataFrame({"lsoa": ["a", "b"], "x": [1, 8], "y": [3, 2]})
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     mix = practice_mix(flows, pm.from_wide(homes, groups=["x", "y"], unit="lsoa"))
    >>> mix.to_frame()[["x", "y", "total"]].values.tolist()
    [[15.5, 24.5, 40.0]]
    """
    checked(counts)
    if not 0 < least <= 1:
        message = f"least is a share above 0 and at most 1, not {least!r}."
        raise InvalidParameter(message)
    mine, theirs = flows.about.vintage, counts.about.vintage
    if mine and theirs and mine != theirs:
        message = f"Patients are by areas of {mine}, residents by areas of {theirs}."
        remedy = (
            "Bring the residents to the areas of the patients first: codes of one vintage miss the places that changed."
        )
        raise VintageMismatch(message, remedy=remedy)
    patients = flows.values.sum(axis=1)
    if not patients.sum() > 0:
        message = "There are no patients in the flows."
        raise EmptyTable(message)
    place = counts.units.get_indexer(flows.origins)[flows.origin]
    people = np.where(place >= 0, counts.total[place], 0.0)
    known = people > 0
    share = np.divide(
        counts.values[place], people[:, np.newaxis], out=np.zeros((len(place), len(counts.groups))),
        where=known[:, np.newaxis],
    )  # fmt: skip
    total = np.zeros(len(flows.destinations))
    inside = np.zeros(len(flows.destinations))
    values = np.zeros((len(flows.destinations), len(counts.groups)))
    np.add.at(total, flows.destination, patients)
    np.add.at(inside, flows.destination, np.where(known, patients, 0.0))
    np.add.at(values, flows.destination, share * patients[:, np.newaxis])
    kept = (total > 0) & (inside >= least * total - 1e-9 * total)
    if not kept.any():
        missing = flows.origins[~flows.origins.isin(counts.units)]
        message = f"No practice has {least:.0%} of its patients in areas with residents."
        remedy = "Check that both are of one vintage, or ask for less with least=0.9."
        raise UnmatchedUnit(message, units=missing, remedy=remedy)
    left_out = flows.destinations[~kept]
    estimated = (
        "Estimated: each practice's patients are taken to be like the residents of their areas, of all ages; "
        "practices come out more alike than they are."
    )
    notes = [estimated]
    if len(left_out):
        notes.append(
            f"{plural(len(left_out), 'practice')} left out: less than {least:.0%} of the patients live in these areas."
        )
        warnings.warn(UnitsLeftOut(f"{notes[-1]} [{listed([*left_out])}]"), stacklevel=2)
    lacking = float((total - inside)[kept].sum())
    if lacking > 0.5:
        notes.append(f"{lacking:,.0f} patients live in areas without residents here: in the totals, in no group.")
    words = "Areas where patients live, not the patients themselves: no statement about individuals follows."
    warnings.warn(EcologicalFallacyWarning(words), stacklevel=2)
    warnings.warn(SmoothedByInterpolation(estimated), stacklevel=2)
    dated = {"patients": flows.about.period, "residents": counts.about.period}
    periods = "; ".join(f"{what} {period}" for what, period in dated.items() if period)
    about = flows.about.noting(
        *counts.about.notes, *notes, geography="GP practice", vintage=None, universe="patients",
        scheme=counts.about.scheme, period=periods or None, interpolated=True, estimated=True,
        table=" × ".join(text for text in (flows.about.table, counts.about.table) if text) or None,
    )  # fmt: skip
    return Counts(
        values=values[kept],
        groups=counts.groups,
        units=flows.destinations[kept],
        total=total[kept],
        strata=pd.DataFrame(index=range(int(kept.sum()))),
        about=about,
        axes=counts.axes,
        left_out=tuple(left_out),
    )
