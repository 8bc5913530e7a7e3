"""Trafford's output areas, 2011 to 2021: how predictable a growing place of 300 people is, and what one scheme changes.

    PLACEMIX_DATA=/folder python trafford_output_areas.py

Output areas are the smallest that the census knows. Borders that moved are joined into common areas by their shapes: no
lookup between output areas of 2011 and 2021 is among the files.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

import placemix as pm

BROAD = {
    "white": ["white_british", "white_irish", "white_gypsy_traveller", "white_roma", "white_other"],
    "mixed": ["mixed_white_asian", "mixed_white_black_african", "mixed_white_black_caribbean", "mixed_other"],
    "asian": ["indian", "pakistani", "bangladeshi", "chinese", "asian_other"],
    "black": ["black_african", "black_caribbean", "black_other"],
    "other": ["arab", "other"],
}
#: Two areas share ground where more than this share of the smaller one lies in the other: less is how lines were drawn.
SHARED = 0.05


def dates(folder: Path) -> tuple[pm.Counts, pm.Counts]:
    """Residents of both dates on common areas, with the middle-layer areas (MSOA) that they lie in."""
    then, now = gpd.read_parquet(folder / "oa11.parquet"), gpd.read_parquet(folder / "oa21.parquet")
    lookup = shared_ground(then, now)
    parts = pm.harmonise.common_areas(lookup, source="oa11cd", target="oa21cd")
    first = pd.read_parquet(folder / "groups_oa11_2011.parquet")
    early = {
        "white": ["white_british", "white_irish", "gypsy_irish_traveller_residual", "white_other"],
        "mixed": ["mixed"],
    }
    last = pd.read_parquet(folder / "groups19_oa21_2021.parquet")
    residents = {"universe": "usual residents"}
    counts = {
        "oa11cd": pm.from_wide(first, groups=BROAD | early, unit="oa11cd", about=residents | {"period": "2011"}),
        "oa21cd": pm.from_wide(last, groups=BROAD, unit="oa21cd", about=residents | {"period": "2021"}),
    }
    # A common area bears the id of the least of its later units.
    msoa = now.set_index("oa21cd")["msoa21cd"]
    common = []
    for name, table in counts.items():
        merged = table.merge_units(parts[parts["vintage"] == name].set_index("unit")["area"])
        common.append(merged.with_strata(msoa=msoa.loc[merged.units]))
    return common[0], common[1]


def shared_ground(then: gpd.GeoDataFrame, now: gpd.GeoDataFrame) -> pd.DataFrame:
    """Which areas of 2011 share ground with which of 2021."""
    found = gpd.overlay(then[["oa11cd", "geometry"]], now[["oa21cd", "geometry"]], keep_geom_type=True)
    smaller = pd.concat(
        [found["oa11cd"].map(then.set_index("oa11cd").area), found["oa21cd"].map(now.set_index("oa21cd").area)], axis=1
    ).min(axis=1)
    return pd.DataFrame(found.loc[found.area > SHARED * smaller, ["oa11cd", "oa21cd"]])


def main() -> None:
    """Print what was learnt, and what a made-up scheme of 60 homes would do to one area."""
    folder = os.environ.get("PLACEMIX_DATA")
    if not folder:
        sys.exit("Set PLACEMIX_DATA to the folder of the data.")
    then, now = dates(Path(folder) / "data" / "trafford")
    print(f"{len(now):,} common areas, {then.total.sum():,.0f} residents in 2011 and {now.total.sum():,.0f} in 2021")
    print("Newcomers are foretold to have the mix of the middle-layer area; how far off that was:")
    learnt = pm.scenarios.calibrate(then, now, district="msoa", bands=[0, 0.1], least=50)
    columns = ["group", "growth_from", "areas", "mean_error", "mean_error_no_change", "width", "coverage", "reason"]
    print(learnt[columns].round(3).to_string(index=False))

    place = str(now.units[0])
    print(f"\n140 people more in {place}:")
    mix = pm.scenarios.expected_mix(now, pd.Series({place: 140}), district="msoa", calibration=learnt)
    print(mix[["group", "growth", "share_now", "share_central", "lower", "upper"]].round(3).to_string(index=False))

    comers = pd.DataFrame([{"unit": place, **(mix.set_index("group")["share_central"] * 140)}])
    found = pm.scenarios.index_effects(now, comers, ["dissimilarity", "information_theory"], focal="asian")
    print("\nFigures of Trafford with them:")
    print(found[["measure", "before", "after", "change"]].round(5).to_string(index=False))


if __name__ == "__main__":
    main()
