"""Places beside conditions in every district, pay split by characteristics, and a table made ready to be printed."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import calls
import numpy as np
import pandas as pd
import tables
from cases.counts_only import names
from timing import Line, at_most

import placemix as pm

NAME = "outcomes by group"
GROUPS = ["white", "mixed", "asian", "black", "other"]
#: Areas of the benchmark of printed tables: as many as Greater Manchester has output areas.
PRINTED = 8_684


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Gaps and measures of 331 districts; a decomposition with 1,000 draws; small counts hidden in 8,684 areas."""
    del full, peer
    counts = districts()
    table, facts = conditions(counts)
    gaps, note = timed(lambda: pm.outcomes.bridge(counts, table, facts=facts, focal="each", by="district"))
    two, many = names("two"), names("many")
    both, more = timed(
        lambda: (
            pm.measure(counts, two, focal="each", by="district"),
            pm.measure(counts, many, by="district"),
        )
    )
    size = f"{counts.strata['district'].nunique()} districts, {len(counts):,} areas"
    lines = [
        Line(NAME, f"bridge of 5 groups and 20 conditions, {size}", gaps, note=note),
        Line(NAME, f"{len(two)} measures of each of 5 groups, {len(many)} of all, {size}", both, note=more),
        at_most(Line(NAME, f"both: every gap and every measure, {size}", gaps + both), 5),
    ]
    pay = people()
    split, note = timed(
        lambda: pm.outcomes.oaxaca_blinder(
            pay, focal="b", against="a", characteristics=["grade", "years", "part_time"], reference="pooled", draws=1000
        )
    )
    lines.append(at_most(Line(NAME, f"oaxaca_blinder, {len(pay):,} people, 1,000 draws", split, note=note), 30))
    printed = small()
    hidden, note = timed(lambda: pm.outcomes.suppress(printed, "min10"), warm=False)
    what = f"suppress by min10, {len(printed):,} areas by {len(printed.groups)} groups"
    return [*lines, Line(NAME, what, hidden, note=f"once; {note}")]


def timed(function: Callable[[], object], *, warm: bool = True) -> tuple[float, str]:
    """Seconds of one call, after one that is not counted, and those of the processor in words."""
    if warm:
        function()
    used, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    function()
    taken, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    return taken, f"{now.ru_utime - used.ru_utime + now.ru_stime - used.ru_stime:.1f} s of processor"


def districts() -> pm.Counts:
    """Five groups in the areas of 331 districts: residents of 2021 where they are there, else made up."""
    folder = tables.DATA / "data" / "england_wales"
    if folder.is_dir():
        table = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet")
        lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet").drop_duplicates("lsoa21cd")
        table["district"] = table["lsoa21cd"].map(lookup.set_index("lsoa21cd")["lad22cd"])
        return pm.from_wide(table, groups=GROUPS, unit="lsoa21cd", strata=["district"])
    draw = np.random.default_rng(2021)
    mix = draw.dirichlet([8, 0.3, 1, 0.5, 0.3], 35_672)
    table = pd.DataFrame(draw.multinomial(draw.integers(1000, 3000, len(mix)), mix), columns=GROUPS)
    table["district"] = [f"D{number % 331:03}" for number in range(len(table))]
    table["area"] = [f"A{number:05}" for number in range(len(table))]
    return pm.from_wide(table, groups=GROUPS, unit="area", strata=["district"])


def conditions(counts: pm.Counts) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Twenty conditions of each area, drawn with a fixed seed, and what is known of each."""
    draw = np.random.default_rng(20)
    table = pd.DataFrame(draw.normal(20, 5, (len(counts), 20)), index=counts.units)
    table.columns = [f"condition {number}" for number in range(20)]
    about = {"domain": "environment", "higher_is": "worse", "describes": "places"}
    return table, dict.fromkeys(table, about)


def people(many: int = 100_000) -> pd.DataFrame:
    """People with grade, years and pay that depends on both, drawn with a fixed seed."""
    draw = np.random.default_rng(100)
    table = pd.DataFrame({"group": draw.choice(["a", "b"], many)})
    table["grade"] = draw.choice(["clerk", "officer", "manager"], many, p=[0.5, 0.3, 0.2])
    table["years"] = draw.integers(0, 30, many)
    table["part_time"] = draw.random(many) < 0.3
    top = table["grade"].map({"clerk": 0, "officer": 4, "manager": 11})
    return table.assign(pay=10 + top + 0.2 * table["years"] - 1.5 * (table["group"] == "b") + draw.gamma(2, 1, many))


def small() -> pm.Counts:
    """Fifteen groups in 8,684 areas: output areas of 2011 where they are there, else made up."""
    file = tables.DATA / "data" / "greater_manchester" / "groups_oa11_2011.parquet"
    if file.is_file():
        table = pd.read_parquet(file)
        places = {"oa11cd", "lsoa11cd", "msoa11cd", "lad11nm", "rgn11nm", "total"}
        return pm.from_wide(table, groups=[name for name in table if name not in places], unit="oa11cd")
    draw = np.random.default_rng(15)
    mix = draw.dirichlet([8, *[0.25] * 14], PRINTED)
    table = pd.DataFrame(draw.multinomial(draw.integers(120, 500, PRINTED), mix))
    table.columns = [f"group {number}" for number in range(15)]
    table["area"] = [f"A{number:05}" for number in range(PRINTED)]
    return pm.from_wide(table, groups=[name for name in table if name != "area"], unit="area")
