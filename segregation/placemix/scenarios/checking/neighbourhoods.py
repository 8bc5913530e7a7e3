"""The mix of the neighbourhood with and without schemes, and the range of what is not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.results import group_names
from placemix.scenarios.checking import arriving
from placemix.scenarios.checking.coming import Coming
from placemix.scenarios.checking.facts import TENURE, Evidence, of_households
from placemix.scenarios.composition import expected_mix
from placemix.scenarios.neighbourhood import neighbourhood_effects

#: Why a scheme has no mix.
NO_MIX = "no mix of tenures and bedrooms is stated or assumed"
NO_PLACE = "it has no place on the map"


def mixes(
    homes: pd.DataFrame,
    people: pd.DataFrame,
    coming: Coming,
    evidence: Evidence,
    *,
    radii: Sequence[str],
    threshold: float,
) -> dict[str, pd.DataFrame | str]:
    """Set every dimension before and after beside the district, with all schemes built.

    Parameters
    ----------
    homes
        What `arriving.households` gave of the schemes.
    people
        Their people in that year.
    coming
        What comes anyway.
    evidence
        The evidence.
    radii, threshold
        As for `neighbourhood_effects`.

    Returns
    -------
    parts
        ``mix`` and ``ranges``: a table, or why there is none.
    """
    mixed, ranged, why = [], [], {}
    for name, counts in coming.tables.items():
        came, how = arriving.newcomers(counts, evidence, homes, people, of_the_homes=name == TENURE)
        if came.empty:
            why[name] = (
                NO_PLACE if homes.empty
                else NO_MIX if name == TENURE else "who would come is not known"
            )  # fmt: skip
            continue
        moving = came.iloc[:0] if of_households(counts) else arriving.leaving(counts, evidence, homes, people)
        both = pd.concat([came, moving], ignore_index=True) if len(moving) else came
        found = neighbourhood_effects(
            arriving.mapped(counts, evidence), both.drop(columns="reference"), radii=radii, district=evidence.district,
            threshold=threshold, together="case",
        )  # fmt: skip
        # Schemes in one unit come together, so that each place is told once; places that movers leave are not.
        here = found["unit"].isin(came["unit"]) & ~found.duplicated(["unit", "case", "scale", "group"])
        found = pd.DataFrame(found[here])
        mixed.append(found.assign(dimension=name, newcomers=how))
        if name != TENURE and (how not in {arriving.OF_HOMES, arriving.OF_MEAN} or name in evidence.calibrations):
            ranged += _ranges(name, both[both["unit"].isin(came["unit"])], coming, evidence)
    parts: dict[str, pd.DataFrame | str] = {}
    first = "; ".join(f"{name}: {text}" for name, text in why.items())
    parts["mix"] = _joined(mixed) if mixed else f"{first}."
    if mixed and why:
        # A table that lacks is said beside those that are there.
        parts["mix"] = _joined(mixed).assign(note=f"Not here, {first}.")
    if ranged:
        parts["ranges"] = _joined(ranged)
    elif evidence.district is None and evidence.dimensions:
        parts["ranges"] = "the evidence names no districts, from whose mix newcomers would be foretold."
    return parts


def _ranges(name: str, came: pd.DataFrame, coming: Coming, evidence: Evidence) -> list[pd.DataFrame]:
    if evidence.district is None:
        return []
    counts, out = coming.tables[name], []
    groups = group_names(counts)
    for case, rows in came.groupby("case", sort=False):
        sums: FloatArray = rows[groups].sum(axis=1).to_numpy(dtype=np.float64)
        added = pd.Series(sums).groupby(rows["unit"].to_numpy(), sort=False).sum()
        found = expected_mix(counts, added, district=evidence.district, calibration=evidence.calibrations.get(name))
        whose = "households" if of_households(counts) else "people"
        out.append(pd.DataFrame(found).assign(dimension=name, case=case, of=whose))
    return out


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One table, its dimension first."""
    whole = pd.concat(parts, ignore_index=True)
    first = ["dimension", "case"]
    return whole[[*first, *(name for name in whole.columns if name not in first)]]
