"""Types of all output areas of England and Wales, 2011, and what was published of London."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm

pytestmark = [pytest.mark.data, pytest.mark.slow]

RESIDUAL = "gypsy_irish_traveller_residual"
WHITE = ["white_british", "white_irish", "white_other"]
SHARED = ["oa11cd", "lsoa11cd", "msoa11cd", "lad11nm", "rgn11nm", "total"]


@pytest.fixture(scope="module")
def table(data_root: Path) -> pd.DataFrame:
    """People by 14 groups, and those of the 15th, in 181,408 areas."""
    return pd.read_parquet(data_root / "data" / "england_wales" / "groups_oa11_2011.parquet")


@pytest.fixture(scope="module")
def areas(table: pd.DataFrame) -> pm.Counts:
    """The 14 groups, in none of which are Gypsy or Irish Travellers."""
    groups = [name for name in table if name not in {*SHARED, RESIDUAL}]
    with pytest.warns(pm.errors.IncompletePartition):
        return pm.from_wide(table, groups=groups, unit="oa11cd", total="total", strata=["lad11nm", "rgn11nm"])


def numbers(found: pd.DataFrame) -> list[int]:
    """Units of types I to IV, and of V and VI together: without a city's total they are one."""
    counted = found["type"].value_counts()
    return [*(int(counted[name]) for name in ("I", "II", "III", "IV")), int(counted["V"] + counted["VI"])]


def test_regression_all_output_areas(areas: pm.Counts) -> None:
    """A regression figure: counts first computed for this project; the proof of the rules is in tests/typology."""
    found = pm.typology.classify(areas, scheme="PJF2001", reference=WHITE)
    assert numbers(found) == [144_837, 24_377, 3_910, 7_561, 723]
    assert numbers(found[(areas.strata["rgn11nm"] == "London").to_numpy()]) == [5_866, 11_682, 2_215, 5_193, 97]
    assert "57,680 people in none of the groups" in found["note"].iloc[0]


def test_the_reference_group_decides_what_is_counted(table: pd.DataFrame) -> None:
    """With Gypsy or Irish Travellers in the reference group other numbers come out; which one is meant is said."""
    groups = [name for name in table if name not in SHARED]
    everyone = pm.from_wide(table, groups=groups, unit="oa11cd", total="total")
    found = pm.typology.classify(everyone, scheme="PJF2001", reference=[*WHITE, RESIDUAL])
    assert numbers(found) == [145_032, 24_240, 3_930, 7_482, 724]


def test_published_shares_of_london(areas: pm.Counts) -> None:
    """Johnston and others as reported by the University of Bristol in 2013, at the precision published.

    Less than one third of White Londoners lived in areas at least 80 % White, and 19 % where Whites are a minority.
    """
    london = areas.take((areas.strata["rgn11nm"] == "London").to_numpy())
    found = pm.typology.classify(london, scheme="PJF2001", reference=WHITE)
    white = london.values[:, [london.position(name) for name in WHITE]].sum(axis=1)
    first = white[(found["type"] == "I").to_numpy()].sum() / white.sum()
    minority = white[found["type"].isin(["III", "IV", "V", "VI"]).to_numpy()].sum() / white.sum()
    assert first < 1 / 3
    assert round(first, 4) == 0.3135  # regression figure
    assert round(minority, 2) == 0.19


def test_every_area_is_as_whole_numbers_say(areas: pm.Counts) -> None:
    """Thresholds on rounded shares put areas on the wrong side; whole numbers in another way of counting do not."""
    found = pm.typology.classify(areas, scheme="PJF2001", reference=WHITE)
    host = areas.values[:, [areas.position(name) for name in WHITE]].sum(axis=1).astype(np.int64)
    everyone = areas.total.astype(np.int64)
    assert ((found["type"] == "I").to_numpy() == (5 * host >= 4 * everyone)).all()
    # What comparing complements of shares would have got wrong.
    flipped = (1 - host / everyone >= 0.2) != (5 * (everyone - host) >= everyone)
    assert flipped.sum() == 94
