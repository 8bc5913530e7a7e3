"""The standard page on the data that placemix carries."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm


@pytest.mark.slow
def test_births_of_a_state(read):
    counties = pm.datasets.nc_births()
    then, now = (
        pm.from_wide(
            counties,
            groups={"white": f"white_{year}", "nonwhite": f"nonwhite_{year}"},
            unit="fips",
            about={"geography": "county", "universe": "births", "period": period},
        )
        for year, period in (("1974", "1974–78"), ("1979", "1979–84"))
    )
    rate = pd.Series((1000 * counties["sids_1979"] / counties["births_1979"]).to_numpy(), index=counties["fips"])
    text = read(
        pm.report.of_counts(
            {"Race of the mother": now},
            title="Births in North Carolina",
            place="North Carolina",
            focal="nonwhite",
            against="white",
            before=then,
            condition=pm.report.Condition(values=rate, words="sudden infant deaths per 1,000 births", shares=False),
        )
    ).text
    assert "In North Carolina" in text
    assert "Maps: nonwhite, 1979–84" in text
    assert "Change from 1974–78 to 1979–84" in text


@pytest.mark.slow
def test_a_synthetic_town(read):
    town = pm.datasets.town()
    homes = pm.from_wide(town.units_after, groups=list(town.groups), unit="unit", strata="district", about=town.about)
    text = read(pm.report.of_counts({"Group": homes}, title="A town", by="district")).text
    assert "these people and places are invented" in text
    assert "One unit has no shape and is not drawn" in text
    assert "Units where nobody lives are hatched and count nowhere (3)" in text
