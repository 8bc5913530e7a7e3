"""The English Indices of Deprivation: scores are conditions, ranks and deciles are not."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.readers.outcomes.deprivation_headers import DOMAINS, RANKED

WHERE = "(where 1 is most deprived)"
TENTH = "(where 1 is most deprived 10% of LSOAs)"


@pytest.fixture
def written(tmp_path):
    def write(columns, name="file7.csv"):
        file = tmp_path / name
        pd.DataFrame(columns).to_csv(file, index=False)
        return file

    return write


def columns(year="2021", **more):
    return {
        f"LSOA code ({year})": ["E01000001", "E01000002"],
        "Income Score (rate)": ["0.013", "0.500"],
        f"Income Rank {WHERE}": ["33730", "2000"],
        f"Income Decile {TENTH}": ["10", "1"],
        "Total population: mid 2022": ["1600", "1800"],
    } | more


def test_rates_have_their_populations_and_scores_have_none(written):
    file = written(columns() | {"Crime Score": ["-1.5", "0.25"], "Dependent Children aged 0-15: mid 2022": ["9", "8"]})
    table = pm.readers.indices_of_deprivation(file).table.set_index(["indicator", "unit"])
    assert table.loc[("income", "E01000002"), ["numerator", "denominator", "rate"]].tolist() == [900, 1800, 0.5]
    assert table.loc[("crime", "E01000001"), "rate"] == -1.5
    assert table.loc["crime", ["numerator", "denominator", "rank", "decile"]].isna().all(axis=None)
    assert table["measured_in"].groupby("indicator").first().to_dict() == {"income": "share", "crime": "score"}
    assert set(table["residents"]) == {1600, 1800}


def test_a_condition_feeds_the_place_gap_and_a_decile_does_not(written):
    indices = pm.readers.indices_of_deprivation(written(columns()))
    homes = pd.DataFrame({"lsoa": ["E01000001", "E01000002"], "x": [20, 80], "y": [80, 20]})
    homes = pm.from_wide(homes, groups=["x", "y"], unit="lsoa")
    gap = pm.place_gap(homes, indices.condition("income"), focal="x", against="y")["gap"].iloc[0]
    assert gap == pytest.approx((0.8 - 0.2) * (0.5 - 0.013))
    for name in ("income rank", "income decile"):
        with pytest.raises(errors.RankOrDecileArithmetic, match="Remedy: Use the score or rate"):
            indices.condition(name)
    # The columns themselves, given by hand, are known by their name.
    decile = indices.table.set_index("unit")["decile"]
    with pytest.raises(errors.RankOrDecileArithmetic):
        pm.place_gap(homes, decile, focal="x")


def test_a_file_of_ranks_alone_has_no_condition(written):
    file = written({key: value for key, value in columns().items() if "Score" not in key})
    indices = pm.readers.indices_of_deprivation(file)
    assert indices.table["rank"].tolist() == [33730, 2000]
    with pytest.raises(errors.RankOrDecileArithmetic):
        indices.condition("income")


@pytest.mark.parametrize(
    ("change", "kind", "word"),
    [
        ({"LSOA code (2021)": ["E01000001", "E1000002"]}, errors.InvalidTable, "no code of an English LSOA"),
        ({"LSOA code (2021)": ["E01000001", "E01000001"]}, errors.DuplicateUnit, "several rows"),
        ({"LSOA code (2021)": ["W01000001", "W01000002"]}, errors.WrongFormat, "Welsh index"),
        ({"LSOA code (2021)": ["S01006506", "S01006507"]}, errors.WrongFormat, "Scottish index"),
        ({"WIMD 2025": ["1", "2"]}, errors.WrongFormat, "Welsh index: other indicators"),
        ({"Income Score (rate)": ["1.3", "50.0"]}, errors.InvalidTable, "outside 0 to 1"),
        ({"Income Score (rate)": ["c", "0.5"]}, errors.NotNumbers, "no number: 'c'"),
        ({"Income Score (rate)": ["", "0.5"]}, errors.NotNumbers, "Missing is not 0"),
        ({f"Income Rank {WHERE}": ["33756", "2000"]}, errors.InvalidTable, "no rank from 1 to 33,755"),
        ({f"Income Decile {TENTH}": ["1", "10"]}, errors.InvalidTable, "count from the other end"),
        ({"Total population: mid 2022": ["1600.5", "1800"]}, errors.InvalidTable, "counts no people"),
        ({"Income Score": ["0.1", "0.2"]}, errors.RepeatedColumn, "Several columns are the score"),
    ],
)
def test_what_breaks_the_publishers_rules_is_refused(written, change, kind, word):
    with pytest.raises(kind, match=word):
        pm.readers.indices_of_deprivation(written(columns() | change))


def test_all_faults_are_told_together(written):
    change = {
        "LSOA code (2021)": ["E01000001", "x"],
        "Income Score (rate)": ["c", "9"],
        f"Income Decile {TENTH}": ["1", "1"],
    }
    with pytest.raises(errors.InvalidTable) as caught:
        pm.readers.indices_of_deprivation(written(columns() | change))
    assert len(caught.value.faults) == 4


def test_codes_of_another_census_are_refused(written):
    old = {"LSOA code (2011)": ["E01032921", "E01000002"], "Income Score (rate)": ["0.1", "0.2"]}
    assert pm.readers.indices_of_deprivation(written(old), edition="2019").about.vintage == "2011"
    with pytest.raises(errors.VintageMismatch, match=r"E01034232"):
        pm.readers.indices_of_deprivation(
            written(old | {"LSOA code (2011)": ["E01034232", "E01000002"]}), edition="2019"
        )
    with pytest.raises(errors.VintageMismatch, match=r"E01032921"):
        pm.readers.indices_of_deprivation(written(columns() | {"LSOA code (2021)": ["E01032921", "E01000002"]}))


def test_the_edition_is_told_by_the_headers_or_asked_for(written):
    old = {"LSOA code (2011)": ["E01000001", "E01000002"], "Income Score (rate)": ["0.1", "0.2"]}
    with pytest.raises(errors.WrongFormat, match="edition='2015' or edition='2019'"):
        pm.readers.indices_of_deprivation(written(old))
    for year, edition in (("2013", "2015"), ("2019", "2019")):
        file = written(old | {f"Local Authority District code ({year})": ["E09000001"] * 2})
        indices = pm.readers.indices_of_deprivation(file)
        assert indices.about.period == edition
        assert indices.select(district="E09000001").table["unit"].tolist() == ["E01000001", "E01000002"]
        with pytest.raises(errors.WrongFormat):
            pm.readers.indices_of_deprivation(file, edition="2025")
    with pytest.raises(errors.InvalidParameter, match="editions are"):
        pm.readers.indices_of_deprivation(written(old), edition="2007")


def test_a_break_in_the_series_is_noted(written):
    new = pm.readers.indices_of_deprivation(written(columns()))
    assert any("after housing costs" in note for note in new.about.notes)
    assert any("not on one scale" in note for note in new.about.notes)


def test_names_cut_or_broken_over_lines_are_known_by_their_beginning(written):
    file = written(
        {
            "LSOA code\n(2021)": ["E01000001"],
            "Education\n Skills and Training Decile (where 1 is most dep": ["3"],
            "Education, Skills and Training Score ": ["5.5"],
        }
    )
    line = pm.readers.indices_of_deprivation(file).table.iloc[0]
    assert (line["rate"], line["decile"]) == (5.5, 3)


# -- real figures -----------------------------------------------------------------------

_OURS = {"education": "education", "health": "health", "crime": "crime", "environment": "environment",
         "income": "income", "employment": "employment"}  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "year", "vintage", "housing"),
    [
        ("imd_2015_2019_lsoa11", "2019", "2011", "housing_and_access"),
        ("imd_2025_lsoa21", "2025", "2021", "housing_and_services"),
    ],
)
def test_real_figures_written_as_published_come_back(gm, written, file, year, vintage, housing):
    tidy = pd.read_parquet(gm / f"{file}.parquet").dropna(subset=f"imd{year}_rank")
    code = f"lsoa{vintage[2:]}cd"
    kinds = {"score": "", "rank": f" {WHERE}", "decile": f" {TENTH}"}
    published = {f"LSOA code ({vintage})": tidy[code]}
    columns_of = {name: f"imd{year}_{ours}" for name, ours in (_OURS | {"housing": housing}).items()} | {
        "imd": f"imd{year}"
    }
    for name, begin in columns_of.items():
        for kind, end in kinds.items():
            own = f"{begin}_{kind}"
            if own in tidy:
                rate = " (rate)" if kind == "score" and name in {"income", "employment"} else ""
                values = tidy[own] if kind == "score" else tidy[own].astype(int)
                published[f"{DOMAINS[name][0]} {kind.title()}{rate}{end}"] = values
    indices = pm.readers.indices_of_deprivation(written(published), edition=year)
    assert indices.about.vintage == vintage
    for name, begin in columns_of.items():
        block = indices.table[indices.table["indicator"] == name]
        assert block["unit"].tolist() == tidy[code].tolist()
        assert block["rank"].tolist() == tidy[f"{begin}_rank"].tolist()
        assert block["decile"].tolist() == tidy[f"{begin}_decile"].tolist()
        if f"{begin}_score" in tidy:
            assert indices.condition(name).tolist() == tidy[f"{begin}_score"].tolist()
    assert tidy[f"imd{year}_rank"].max() <= RANKED[year]


@pytest.mark.data
def test_the_average_asian_resident_of_greater_manchester_lives_where_income_deprivation_is_higher(gm, written):
    """An independent sum over the same tables; and the gap is separation × contrast."""
    scores = pd.read_parquet(gm / "imd_2025_lsoa21.parquet")
    homes = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet").set_index("lsoa21cd")
    file = written({"LSOA code (2021)": scores["lsoa21cd"], "Income Score (rate)": scores["imd2025_income_score"]})
    groups = [name for name in ("asian", "white") if name in homes]
    counts = pm.from_wide(homes.reset_index(), groups=groups, unit="lsoa21cd")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.PlacemixWarning)
        line = pm.place_gap(
            counts, pm.readers.indices_of_deprivation(file).condition("income"), focal="asian", against="white"
        ).iloc[0]
    both = homes.join(scores.set_index("lsoa21cd")["imd2025_income_score"], how="inner")
    means = [np.average(both["imd2025_income_score"], weights=both[name]) for name in groups]
    assert line["focal_mean"] == pytest.approx(means[0], rel=1e-12)
    assert line["against_mean"] == pytest.approx(means[1], rel=1e-12)
    assert line["gap"] > 0.05
    assert line["gap"] == pytest.approx(line["separation"] * line["contrast"], rel=1e-9)
