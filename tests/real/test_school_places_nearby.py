"""Greater Manchester's primary schools: rolls above a capacity that is seven years older are said, never refused."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidTable

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def primaries(gm):
    """Pupils of Reception to Year 6 in two stages, with the capacity of 2015 where it is known."""
    table = gpd.read_parquet(gm / "schools_2022_23.parquet")
    table = table[(table["phase_type_grouping"] == "State-funded primary") & table.geometry.notna()]
    years = {"infants": ["n_reception", "n_y1", "n_y2"], "juniors": ["n_y3", "n_y4", "n_y5", "n_y6"]}
    for name, columns in years.items():
        table[name] = table[columns].sum(axis=1)
    known = pd.read_parquet(gm / "primary_capacity_2015.parquet", columns=["laestab", "net_capacity"])
    capacity = known.assign(laestab=known["laestab"].astype(str)).set_index("laestab")["net_capacity"]
    table["laestab"] = table["laestab"].astype(str).str.replace("/", "")
    table = table[table["laestab"].isin(capacity.index)]
    rolls = pm.from_wide(table, groups=list(years), unit="laestab", about={"period": "2022/23"})
    return rolls, capacity.reindex(rolls.units)


def test_rolls_above_capacity_are_counted_with_both_years(primaries):
    rolls, capacity = primaries
    assert len(rolls) == 789
    found = pm.schools.gap_nearest(
        rolls, rolls, focal="infants", measures="dissimilarity", capacity=capacity, capacity_date="2015", draws=9
    )
    assert found["note"].item().startswith("275 of 789 schools have a roll of 2022/23 above their capacity of 2015")
    # Pupils stand at their own school, where each has a place; infant and junior schools can share a point.
    assert (found["unplaced"].item(), found["total_distance"].item()) == (0, 0)
    with pytest.raises(InvalidTable, match="275 schools have a roll above"):
        pm.schools.gap_nearest(rolls, rolls, focal="infants", capacity=capacity, smaller="refuse")
