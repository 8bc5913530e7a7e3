"""Mixes of homes for a site in a district of 2,000 areas: one change, and 10,000 mixes, against changing the table."""

from __future__ import annotations

from dataclasses import replace

import calls
import geopandas as gpd
import numpy as np
import pandas as pd
from timing import Line, at_least, at_most, seconds

import placemix as pm

NAME = "choosing"
UNITS, SIDE, ANEW = 2_000, 8_000, 5
KINDS = ["owned", "shared", "social", "private", "other"]
MEASURES = ["dissimilarity", "information_theory", "correlation_ratio"]
RADII = ["500 m", "1 km", "2 km"]
OBJECTIVES = {"from_district_unit": "less", "from_district_1 km": "less", "place_gap_size": "less", "cost": "less"}


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:  # noqa: ARG001
    """One mix changed, with the sums that are kept and without; all mixes on a grid, beside a few measured anew."""
    homes, score = district()
    known = {"radii": RADII, "measures": MEASURES, "focal": "social", "condition": score}
    one = pd.DataFrame({"unit": ["u00007"], "owned": [60], "social": [40]})
    first = seconds(lambda: pm.scenarios.objectives_of(replace(homes), one, **known))
    again = seconds(lambda: pm.scenarios.objectives_of(homes, one, **known))
    what = f"one mix at one site of a district of {UNITS:,} areas: mix at 4 scales, 3 indices, place gap"
    lines = [
        at_most(Line(NAME, what, again), 0.5),
        at_most(Line(NAME, f"{what}; the first of its kind", first), 0.5),
    ]
    rates = {"cost": {"owned": 0.0, "shared": 60.0, "social": 120.0, "private": 20.0, "other": 90.0}}
    found = {}

    def mixes() -> None:
        found["result"] = pm.scenarios.best_mixes(
            homes, "u00007", 200, step=10, objectives=OBJECTIVES, per_home=rates, below_chance=True, **known
        )

    ours = seconds(mixes)
    rows = found["result"]
    anew = seconds(lambda: [anew_of(homes, score, row) for row in rows.head(ANEW).to_dict("records")])
    what = f"{len(rows):,} mixes of 200 homes there, exact, beside each other in {len(OBJECTIVES)} objectives"
    note = f"beside {ANEW} of them measured anew from changed tables, scaled to all"
    lines.append(at_least(Line(NAME, what, ours, anew * len(rows) / ANEW, note=note), 100))
    sites = pd.DataFrame({"unit": homes.units}).assign(owned=60.0, social=40.0)
    every = seconds(lambda: pm.scenarios.objectives_of(homes, sites, **known))
    lines.append(Line(NAME, f"one mix at each of {UNITS:,} areas, the same columns", every))
    return lines


def anew_of(homes: pm.Counts, score: pd.Series, row: dict) -> None:
    """Measure a changed table as a whole, with the library's own verbs."""
    added = np.array([row[f"added_{kind}"] for kind in KINDS])
    place = homes.units.get_loc(row["unit"])
    values, total = homes.values.copy(), homes.total.copy()
    values[place] += added
    total[place] += added.sum()
    then = replace(homes, values=values, total=total)
    pm.measure(then, MEASURES, focal="social")
    pm.place_gap(then, score, focal="social")
    for radius in RADII:
        pm.surroundings.within(then, radius=radius) @ then.values


def district() -> tuple[pm.Counts, pd.Series]:
    """Made-up areas with homes of five kinds, and a condition of each."""
    rng = np.random.default_rng(4)
    share = rng.dirichlet([6, 0.3, 2, 2, 0.3], UNITS)
    table = pd.DataFrame(np.rint(share * rng.integers(400, 1_000, (UNITS, 1))), columns=KINDS)
    table["unit"] = [f"u{place:05d}" for place in range(UNITS)]
    table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*rng.random((2, UNITS)) * SIDE), crs=27700)
    homes = pm.from_wide(table, groups=KINDS, unit="unit", about={"universe": "households"})
    score = 0.1 + 0.4 * share[:, 2] + 0.1 * rng.random(UNITS)
    return homes, pd.Series(score, index=homes.units, name="income deprivation")
