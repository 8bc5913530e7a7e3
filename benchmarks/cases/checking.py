"""Rochdale's register checked whole, by site, and with the ranges of who would come, where the data folder is there."""

from __future__ import annotations

import os
from pathlib import Path

import calls
import pandas as pd
from peaks import measured
from timing import Line, at_most

import placemix as pm

NAME = "checking"
EVIDENCE = Path(__file__).resolve().parents[2] / "examples" / "greater_manchester" / "rochdale.toml"
GROUPS = ["white", "mixed", "asian", "black", "other"]


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:  # noqa: ARG001
    """Everything from files: evidence, a calibration of England and Wales, the plan, and each of its 110 sites."""
    root = Path(os.environ.get("PLACEMIX_DATA", "../shared"))
    if not (root / "data" / "greater_manchester").is_dir():
        print("  the data folder is not there; set PLACEMIX_DATA to time Rochdale's register")
        return []
    os.environ["PLACEMIX_DATA"] = str(root.resolve())
    found = measured(lambda: _register(root.resolve() / "data" / "england_wales"))
    note = f"peak {found['on_top'] / 1e6:,.0f} MB on top; 110 sites, 4,387 homes, 1,702 areas"
    what = "Rochdale's register from files: calibrated ranges, plan with school places, 110 sites compared"
    lines = [at_most(Line(NAME, what, found["seconds"], note=note), 60)]
    known = pm.scenarios.read_evidence(EVIDENCE)
    one = known.others[0]
    pm.scenarios.check(one, known, unknown="exclude", year=2031)
    alone = measured(lambda: pm.scenarios.check(one, known, unknown="exclude", year=2031))
    return [*lines, Line(NAME, "one scheme checked, evidence at hand", alone["seconds"])]


def _register(folder: Path) -> None:
    known = pm.scenarios.read_evidence(EVIDENCE)
    plan = list(known.others)
    learnt = pm.scenarios.calibrate(*dates(folder), district="district")
    where = pm.scenarios.placed(plan, known.homes)
    people = {one.reference: one.net[1] * 2.4 for one in plan}
    added = where["reference"].map(people).groupby(where["unit"]).sum()
    pm.scenarios.expected_mix(
        known.residents, added, district="district",
        calibration=learnt.assign(group=learnt["group"].str.capitalize()),
    )  # fmt: skip
    pm.scenarios.check(plan, known, unknown="exclude", year=2031)
    pm.scenarios.rank(plan, known, {"left_primary": "more", "from_district_1 km": "less"}, unknown="exclude", year=2031)


def dates(folder: Path) -> list[pm.Counts]:
    """Residents of England and Wales in 2011 and 2021 on common areas."""
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    parts = pm.harmonise.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    out = []
    for file, column in (("groups5_lsoa11_2011.parquet", "lsoa11cd"), ("groups5_lsoa21_2021.parquet", "lsoa21cd")):
        table = pd.read_parquet(folder / file)
        table["district"] = table[column].map(lookup.drop_duplicates(column).set_index(column)["lad22cd"])
        counts = pm.from_wide(table, groups=GROUPS, unit=column, strata=["district"])
        where = parts[parts["vintage"] == column].set_index("unit")["area"]
        out.append(counts.merge_units(where, straddling="largest"))
    return out
