"""Turnout in Trafford's wards, and why two months of searches are no rate by group."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.outcomes import electoral_weight

pytestmark = pytest.mark.data
ELECTION = "2016-05-05"
GROUPS = ["white_british", "asian_other", "indian", "pakistani", "black_african", "black_caribbean"]


@pytest.fixture(scope="module")
def wards(data_root):
    """One row a ward and election; the file has one a candidate."""
    table = pd.read_parquet(data_root / "data" / "trafford" / "election_results_2016_2026.parquet")
    table = table[table["election_type"] == "DistrictAndBorough"]
    return table.drop_duplicates(["election_date", "wardcd"])


@pytest.fixture(scope="module")
def residents(data_root):
    """Residents of 2011 by ward of 2017, through the best fit of LSOAs."""
    lookup = pd.read_parquet(data_root / "data/greater_manchester/lookup_lsoa11_ward_bestfit.parquet")
    areas = pd.read_parquet(data_root / "data/trafford/groups_oa11_2011.parquet")
    areas = areas.merge(lookup[["lsoa11cd", "wd17cd"]], on="lsoa11cd", validate="many_to_one")
    table = areas.groupby("wd17cd", as_index=False)[["total", *GROUPS]].sum()
    with pytest.warns(errors.IncompletePartition, match="none of the groups"):
        return pm.from_wide(table, groups=GROUPS, unit="wd17cd", total="total")


def test_printed_turnout_is_votes_of_the_electorate_but_for_one_ward(wards):
    """Of 168 contests one has a turnout that is not its votes of its electors: neither is corrected here."""
    off = (100 * wards["votes_cast"] / wards["electorate"] - wards["turnout_pct"]).abs() > 0.2
    assert wards.loc[off, ["election_date", "area_label"]].astype(str).to_numpy().tolist() == [
        ["2021-05-06", "Hale Barns"]
    ]


def test_turnout_of_the_ward_of_the_average_resident(wards, residents):
    turnout = wards[wards["election_date"].astype(str) == ELECTION].set_index("wardcd")["turnout_pct"]
    found = pm.place_gap(residents, turnout, focal="pakistani", against="white_british").iloc[0]
    people = residents.to_frame().set_index("unit")
    means = {
        group: np.average(turnout.reindex(people.index), weights=people[group])
        for group in ("pakistani", "white_british")
    }
    assert found["focal_mean"] == pytest.approx(means["pakistani"], rel=1e-12)
    assert found["gap"] == pytest.approx(means["pakistani"] - means["white_british"], rel=1e-9)
    assert found["gap"] == pytest.approx(found["separation"] * found["contrast"], rel=1e-9)
    # Of places, not of voters: Pakistani residents live in wards where fewer vote, by less than three points.
    assert -3 < found["gap"] < 0


def test_weight_of_residents_where_wards_are_drawn_on_electors(wards, residents):
    """Each ward has three members; residents of all ages stand for adults, which the call cannot know."""
    electors = wards[wards["election_date"].astype(str) == ELECTION].set_index("wardcd")["electorate"]
    seats = pd.Series({unit: unit for unit in residents.units})
    found = electoral_weight(electors, residents, seats, members=dict.fromkeys(residents.units, 3))
    people = residents.to_frame().set_index("unit")
    each = 3 / people["total"] / (3 * len(people) / people["total"].sum())
    for group in GROUPS:
        row = found[found["group"] == group].iloc[0]
        assert row["weight"] == pytest.approx(np.average(each, weights=people[group]), rel=1e-12)
        assert row["weight"] == pytest.approx(1 + row["from_electors"] + row["from_lines"], rel=1e-12)
    assert found.set_index("group").loc["everyone", "weight"] == pytest.approx(1, rel=1e-12)


@pytest.fixture(scope="module")
def searches(gm, tmp_path_factory):
    """The force's two published months, as the police publish them: one file a month."""
    table = pd.read_parquet(gm / "stop_search_gmp_2018-12_2019-06.parquet")
    names = {
        "type": "Type", "datetime": "Date", "gender": "Gender", "age_range": "Age range",
        "self_defined_ethnicity": "Self-defined ethnicity", "officer_defined_ethnicity": "Officer-defined ethnicity",
        "legislation": "Legislation", "object_of_search": "Object of search", "outcome": "Outcome",
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("searches")
    paths = []
    for month, rows in table.groupby("file_month"):
        path = folder / f"{month}-greater-manchester-stop-and-search.csv"
        written = rows.rename(columns=names)[list(names.values())].assign(
            **{
                "Part of a policing operation": "", "Policing operation": "", "Latitude": "", "Longitude": "",
                "Outcome linked to object of search": "", "Removal of more than just outer clothing": "",
            }
        )  # fmt: skip
        written.to_csv(path, index=False)
        paths.append(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.PlacemixWarning)
        return table, pm.readers.stop_search(paths)


def test_two_months_of_searches_are_events_of_a_force_and_say_what_is_blank(searches):
    table, frame = searches
    with pytest.warns(errors.EventsNotPeople) as told:
        counts = pm.readers.searches(frame)
    persons = table[table["type"] != "Vehicle search"]
    blank = persons["self_defined_ethnicity"].isna()
    unsaid = persons["self_defined_ethnicity"].fillna("").str.endswith("Not stated")
    assert counts.total.tolist() == [len(persons)]
    assert counts.residual.tolist() == [int((blank | unsaid).sum())]
    assert len(counts.left_out) == (table["type"] == "Vehicle search").sum() == 63
    text = str(told[0].message)
    assert f"blank in {int(blank.sum())}" in text
    assert f"not stated in {int(unsaid.sum())}" in text
    assert "63 vehicle searches" in text


@pytest.mark.parametrize("unit", ["ward", "district", "lsoa"])
def test_searches_are_refused_as_a_rate_of_smaller_places(searches, unit):
    with pytest.raises(errors.DenominatorMismatch, match="need not live there"):
        pm.readers.searches(searches[1], unit=unit)


def test_one_table_of_rates_lacks_the_local_force(data_root):
    """Its rows of Greater Manchester are marked: a handful of stops for districts of a quarter of a million."""
    table = pd.read_parquet(data_root / "data/by_group/policeuk_stop_search_lad_by_ethnicity.parquet")
    local = table[table["gm_incomplete"] & (table["group"] == "Black")].drop_duplicates("area_code")
    assert "Tameside" not in set(local["area_name"])
    rate = local["numerator"].sum() / local["denominator"].sum()
    elsewhere = table[(table["force"] == "West Midlands") & (table["group"] == "Black")].drop_duplicates("area_code")
    assert rate < elsewhere["numerator"].sum() / elsewhere["denominator"].sum() / 10


def test_parties_of_councillors_say_nothing_of_groups(gm):
    """A table of parties has no groups of people: as evidence of who is represented it lacks what is counted."""
    table = pd.read_parquet(gm / "councillors_ward18.parquet")
    assert not {"ethnicity", "group", "sex", "gender"} & set(table.columns)
    rows = pm.outcomes.framework()
    asked = rows.loc[
        (rows["measure"] == "representation") & rows["id"].str.startswith("politics-indicator"), "id"
    ].tolist()
    found = pm.outcomes.framework(
        status=True,
        holdings={
            "councillors": {
                "indicators": asked, "table": table, "area": "ward", "period": "2018", "published": "yes",
                "refused": "the party of councillors, not the group they belong to",
            }
        },
    ).set_index("id")  # fmt: skip
    for name in asked:
        assert found.loc[name, "status"] == "no source"
        assert "the party of councillors" in found.loc[name, "beside"]
