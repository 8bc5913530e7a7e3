"""Tables of the United States: ids keep their zeros, special values are no numbers, nobody counts twice."""

from __future__ import annotations

import json
import math
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.harmonise.groups import categories
from placemix.readers.united_states.community_survey import ANNOTATIONS
from placemix.readers.united_states.community_survey import LINES as ACS
from placemix.readers.united_states.redistricting import LINES as P2
from placemix.readers.united_states.school_membership import BY_RACE, IN_ALL

P2_NAMES = [f"P2_{line:03}N" for line in (1, *P2)]
E = [f"B03002_{line:03}E" for line in (1, *ACS)]
M = [f"B03002_{line:03}M" for line in (1, *ACS)]
EIGHT = ["36", "1", "2", "3", "4", "5", "6", "7", "8"]


@pytest.fixture
def written(tmp_path):
    def write(rows, name="table.json"):
        file = tmp_path / name
        if name.endswith(".json"):
            file.write_text(json.dumps(rows))
        else:
            pd.DataFrame(rows[1:], columns=rows[0]).to_csv(file, index=False)
        return file

    return write


def tract(names, cells, place=("06", "001", "400100")):
    return [[*names, "state", "county", "tract"], [*cells, *place]]


# -- ids --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "values", "unit", "kind"),
    [
        (("state",), ("06",), "06", "state"),
        (("state", "county"), ("06", "001"), "06001", "county"),
        (("state", "place"), ("06", "00562"), "0600562", "place"),
        (("state", "county", "tract"), ("6", "1", "400100"), "06001400100", "tract"),
        (("state", "county", "tract", "block group"), ("06", "001", "400100", "2"), "060014001002", "block group"),
        (("zip code tabulation area",), ("00601",), "00601", "ZCTA"),
        (("GEO_ID",), ("310M600US12060",), "12060", "metropolitan area"),
        (("GEO_ID",), ("0100000US",), "0100000US", "nation"),
        (("GEO_ID",), ("6140000US06001",), "06001", "summary level 614"),
        (("NAME", "GEOID"), ("ZCTA5 00601", "00601"), "00601", "ZCTA"),
        (("NAME", "GEOID"), ("Alameda County, California", "06001"), "06001", "county"),
    ],
)
def test_ids_are_put_together_with_their_zeros(written, parts, values, unit, kind):
    homes = pm.readers.pl94(written([[*P2_NAMES, *parts], [*EIGHT, *values]]))
    assert homes.units.tolist() == [unit]
    assert homes.about.geography == kind
    assert any("zeros" in note for note in homes.about.notes) == (values[0] == "6")


def test_digits_of_a_zip_code_are_no_state(written):
    homes = pm.readers.pl94(written([[*P2_NAMES, "NAME", "GEOID"], [*EIGHT, "ZCTA5 00601", "00601"]]))
    assert homes.strata.empty


def test_states_and_counties_are_strata(written):
    homes = pm.readers.pl94(written(tract(P2_NAMES, EIGHT)))
    assert homes.strata.astype(str).to_dict("list") == {"state": ["06"], "county": ["06001"]}


@pytest.mark.parametrize(
    ("names", "rows", "kind", "word"),
    [
        (["NAME"], [["Tract 1"]], errors.WrongFormat, "No column holds the ids"),
        (["GEOID"], [["06001400100"], ["06001"]], errors.InvalidTable, "not of one kind"),
        (["GEOID"], [["6.0014e+09"]], errors.InvalidTable, "digits alone"),
        (["GEO_ID"], [["Tract 1"]], errors.InvalidTable, "1400000US"),
        (["GEO_ID"], [["1400000US06001400100"], ["0500000US06001"]], errors.OverlappingGroups, "tract, county"),
        (["state", "county"], [["06", "001a"]], errors.InvalidTable, "no code of 3 digits"),
    ],
)
def test_ids_that_are_none_are_refused(written, names, rows, kind, word):
    with pytest.raises(kind, match=word):
        pm.readers.pl94(written([[*P2_NAMES, *names], *([*EIGHT, *row] for row in rows)]))


def test_a_zero_lost_in_a_geoid_is_put_back_and_noted(written):
    homes = pm.readers.pl94(written([[*P2_NAMES, "GEOID"], [*EIGHT, "6001400100"]], "t.csv"))
    assert homes.units.tolist() == ["06001400100"]
    assert any("put back" in note for note in homes.about.notes)


@pytest.mark.parametrize("text", ["[[1,2],[3", "{}", "[]", '[["a","b"],["1"]]', "error: unknown variable 'P2'"])
def test_an_answer_that_is_none_is_refused(tmp_path, text):
    file = tmp_path / "answer.json"
    file.write_text(text)
    with pytest.raises(errors.UnreadableFile, match="Remedy"):
        pm.readers.acs(file)


# -- PL 94-171 --------------------------------------------------------------------------


def test_groups_bear_the_names_of_the_classification():
    labels = {category.label for category in categories.scheme("us_p2").categories}
    assert labels == set(P2.values()) == set(ACS.values())


def test_race_alone_beside_hispanic_origin_is_refused(written):
    names = ["P2_001N", "P2_002N", "P1_003N", "P1_004N"]
    with pytest.raises(errors.OverlappingGroups, match="Hispanic people included") as caught:
        pm.readers.pl94(written(tract(names, ["36", "1", "20", "15"])))
    assert isinstance(caught.value, errors.WrongFormat)


@pytest.mark.parametrize(
    ("total", "kind", "word"),
    [("35", errors.OverlappingGroups, "more than the total"), ("37", errors.InvalidTable, "less than the total")],
)
def test_groups_are_the_total_to_the_person_in_spite_of_the_noise(written, total, kind, word):
    with pytest.raises(kind, match=word):
        pm.readers.pl94(written(tract(P2_NAMES, [total, *EIGHT[1:]])))


def test_blocks_are_warned_of_and_tracts_are_not(written):
    names = ("state", "county", "tract", "block")
    with pytest.warns(errors.SmallNumbers, match="noise.*Use tracts"):
        homes = pm.readers.pl94(written([[*P2_NAMES, *names], [*EIGHT, "06", "001", "400100", "1003"]]))
    assert homes.units.tolist() == ["060014001001003"]
    assert homes.about.perturbed
    assert "noise" in homes.about.suppression


def test_2010_has_no_noise(written):
    names = [f"P002{line:03}" for line in (1, *P2)]
    homes = pm.readers.pl94(written(tract(names, EIGHT)))
    assert (homes.about.period, homes.about.perturbed, homes.about.suppression) == ("2010", False, None)


# -- American Community Survey ----------------------------------------------------------


def test_margins_become_standard_errors_and_pool_as_such(written):
    homes = pm.readers.acs(written(tract([*E, *M], [*EIGHT, *["3.29"] * 9])))
    np.testing.assert_allclose(homes.error, 2, rtol=1e-12)
    merged = homes.merge_groups({"two": list(homes.groups[:2])})
    assert merged.error[0, merged.position("two")] == pytest.approx(math.sqrt(8))


eight = {"min_size": 8, "max_size": 8}


@pytest.mark.slow
@settings(max_examples=10)  # of up to 20 tracts each
@given(st.lists(st.tuples(st.lists(st.integers(0, 500), **eight), st.lists(st.integers(0, 99), **eight)),
                min_size=1, max_size=20))  # fmt: skip
def test_what_is_written_comes_back(tmp_path_factory, tracts):
    file = tmp_path_factory.mktemp("acs") / "table.json"
    rows = []
    for number, (cells, margins) in enumerate(tracts):
        written = [str(sum(cells) + 1), *map(str, cells), "5", *map(str, margins)]
        header, row = tract([*E, *M], written, place=("06", "001", f"{number:06}"))
        rows = [header, *rows[1:], row]
    file.write_text(json.dumps(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.PlacemixWarning)
        homes = pm.readers.acs(file)
    assert homes.values.tolist() == [cells for cells, _ in tracts]
    np.testing.assert_allclose(homes.error * 1.645, [margins for _, margins in tracts], rtol=1e-12)


@pytest.mark.parametrize("number", [key for key, mark in ANNOTATIONS.items() if mark in {"-", "N", "(X)"}])
@pytest.mark.parametrize("as_symbol", [True, False])
def test_an_estimate_that_is_not_shown_is_an_interval_and_never_a_number(written, number, as_symbol):
    cells = EIGHT.copy()
    cells[3] = ANNOTATIONS[number] if as_symbol else str(number)
    homes = pm.readers.acs(written(tract(E, cells)))
    assert (homes.low[0, 2], homes.high[0, 2]) == (0, 3)
    assert homes.total.tolist() == [36]
    with pytest.raises(errors.SuppressedValue, match="fill"):
        pm.measure(homes, "dissimilarity", focal="Hispanic or Latino")


@pytest.mark.parametrize(("margin", "error"), [("-555555555", 0), ("*****", 0), ("-222222222", np.nan), ("**", np.nan),
                                               ("", np.nan), ("-999999999", np.nan), ("N", np.nan)])  # fmt: skip
def test_special_margins(written, margin, error):
    homes = pm.readers.acs(written(tract([*E, *M], [*EIGHT, "1", margin, *["1"] * 7])))
    np.testing.assert_equal(homes.error[0, 0], error)
    assert any("its error is NaN" in note for note in homes.about.notes) == math.isnan(error)


def test_an_area_without_a_total_is_left_out_and_listed(written):
    rows = [[*E, "state", "county"], [*EIGHT, "06", "001"], [*["-999999999"] * 9, "06", "003"]]
    with pytest.warns(errors.UnitsLeftOut, match="06003"):
        homes = pm.readers.acs(written(rows))
    assert homes.units.tolist() == ["06001"]
    assert homes.left_out == ("06003",)


def test_a_file_without_margins_says_so(written):
    homes = pm.readers.acs(written(tract(E, EIGHT)))
    assert homes.error is None
    assert any("end in M" in note for note in homes.about.notes)


@pytest.mark.parametrize(
    ("cells", "kind", "word"),
    [
        ([*EIGHT[:3], "", *EIGHT[4:]], errors.NotNumbers, "Missing is not 0"),
        ([*EIGHT[:3], "many", *EIGHT[4:]], errors.NotNumbers, "'many'"),
        ([*EIGHT[:3], "-7", *EIGHT[4:]], errors.InvalidCounts, "negative number that no note explains"),
    ],
)
def test_what_is_no_estimate_is_refused(written, cells, kind, word):
    with pytest.raises(kind, match=word):
        pm.readers.acs(written(tract(E, cells)))


def test_race_alone_is_no_part_of_hispanic_origin(written):
    names = ["B03002_001E", "B03002_012E", *(f"B02001_{line:03}E" for line in range(2, 9))]
    with pytest.raises(errors.OverlappingGroups, match=r"count twice.*B03002"):
        pm.readers.acs(written(tract(names, EIGHT)))


@pytest.mark.parametrize(
    ("name", "period", "vintage"),
    [("ACSDT5Y2020.B03002-Data.csv", "2016-2020", "2020"), ("ACSDT1Y2019.B03002-Data.csv", "2019", "2010"),
     ("table.csv", None, None)],
)  # fmt: skip
def test_the_period_is_in_the_name_of_an_export_or_asked_for(written, name, period, vintage):
    homes = pm.readers.acs(written(tract(E, EIGHT), name))
    assert (homes.about.period, homes.about.vintage) == (period, vintage)
    assert any("give period=" in note for note in homes.about.notes) == (period is None)


# -- Common Core of Data ----------------------------------------------------------------

HEAD = [
    "SCHOOL_YEAR",
    "ST",
    "LEAID",
    "NCESSCH",
    "RACE_ETHNICITY",
    "SEX",
    "STUDENT_COUNT",
    "TOTAL_INDICATOR",
    "DMS_FLAG",
]


def rows(school="010000500870", total="20", **cells):
    """Rows of one school: a race's name and its counts of girls and boys."""
    start = ["2021-2022", "AL", school[:7], school]
    for race, pair in cells.items():
        for sex, count in zip(("Female", "Male"), pair, strict=True):
            yield [*start, race, sex, count, BY_RACE, "Derived" if count else "Suppressed"]
    yield [*start, "No Category Codes", "No Category Codes", total, IN_ALL, "Derived" if total else "Missing"]
    yield [*start, "No Category Codes", "No Category Codes", "999", "Education Unit Total", "Reported"]


def school_file(written, *schools):
    return written([HEAD, *(row for school in schools for row in school)], "ccd_sch_052.csv")


def test_sexes_add_up_and_other_totals_do_not(written):
    schools = pm.readers.nces(school_file(written, rows(Asian=("3", "4"), White=("6", "7"))))
    assert schools.to_frame()[["unit", "state", "district", "Asian", "White", "total"]].to_numpy().tolist() == [
        ["010000500870", "AL", "0100005", 7.0, 13.0, 20.0]
    ]
    assert schools.about.period == "2021-2022"


def test_a_hidden_sex_is_between_what_is_known_and_what_the_total_leaves(written):
    schools = pm.readers.nces(school_file(written, rows(Asian=("3", ""), White=("6", "7"))))
    assert schools.low.tolist() == [[3.0, 13.0]]
    assert schools.high.tolist() == [[7.0, 13.0]]


def test_pupils_of_unspecified_race_are_in_the_total_alone(written):
    cells = {"Asian": ("3", "4"), "White": ("6", "5"), "Not Specified": ("1", "1")}
    with pytest.warns(errors.IncompletePartition, match="2 people"):
        schools = pm.readers.nces(school_file(written, rows(**cells)))
    assert list(schools.groups) == ["Asian", "White"]
    assert schools.residual.tolist() == [2.0]


def test_a_school_that_nothing_bounds_is_left_out_and_listed(written):
    silent = rows("010000600873", total="", Asian=("", ""), White=("", ""))
    with pytest.warns(errors.UnitsLeftOut, match="010000600873"):
        schools = pm.readers.nces(school_file(written, rows(Asian=("3", "4"), White=("6", "7")), silent))
    assert schools.units.tolist() == ["010000500870"]
    assert any("nothing was reported" in note for note in schools.about.notes)


def test_the_other_hidden_cells_are_not_shown_as_nobody(written):
    schools = pm.readers.nces(school_file(written, rows(Asian=("", ""), White=("6", "7"), Black=("", ""))))
    assert schools.high.tolist() == [[7.0, 13.0, 7.0]]
    assert schools.values.sum() <= 20


@pytest.mark.parametrize(
    ("cells", "kind", "word"),
    [
        ({"school": "1.00005E+10"}, errors.InvalidTable, "no school's id of twelve digits"),
        ({"school": "10000500870"}, errors.InvalidTable, "no school's id of twelve digits"),
        ({"Asian": ("3", "-9")}, errors.InvalidCounts, "negative"),
        ({"Asian": ("3", "x")}, errors.NotNumbers, "'x'"),
        ({"total": "10"}, errors.OverlappingGroups, "more than the total"),
    ],
)
def test_what_is_wrong_with_a_school(written, cells, kind, word):
    given_ = {"Asian": ("3", "4"), "White": ("6", "7")} | cells
    with pytest.raises(kind, match=word):
        pm.readers.nces(school_file(written, rows(**given_)))


def test_rows_that_repeat_and_rows_of_another_kind_are_refused(written):
    school = list(rows(Asian=("3", "4"), White=("6", "7")))
    with pytest.raises(errors.DuplicateUnit, match="several totals"):
        pm.readers.nces(school_file(written, school, school))
    with pytest.raises(errors.WrongFormat, match="Leave total_indicator out"):
        pm.readers.nces(school_file(written, school), total_indicator="Subtotal 4 - By Grade")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("zipped", [True, False])
def test_any_encoding_and_archive(written, tmp_path, encoding, zipped):
    file = school_file(written, rows(Asian=("3", "4"), White=("6", "7")))
    text = file.read_text().replace(",AL,", ",Al\u00e1,")
    file.write_bytes(text.encode(encoding))
    if zipped:
        with zipfile.ZipFile(tmp_path / "ccd.zip", "w") as archive:
            archive.write(file, file.name)
        file = tmp_path / "ccd.zip"
    schools = pm.readers.nces(file)
    assert schools.strata["state"].tolist() == ["Al\u00e1"]
    assert len(schools.about.sha256) == 64


def test_a_torn_file_is_refused(written):
    file = school_file(written, rows(Asian=("3", "4"), White=("6", "7")))
    file.write_text(file.read_text().rstrip()[:-30])
    with pytest.raises(errors.UnreadableFile, match="torn"):
        pm.readers.nces(file)


# -- real figures -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def detroit(data_root):
    """Wayne County, Michigan, 2010: whole people of five groups in 611 tracts."""
    table = pd.read_parquet(data_root / "data" / "us_detroit" / "race_tract_1980_2010.parquet")
    table = table[table["year"].astype(str) == "2010"].set_index("tract")
    return table[["hispanic", "white", "black", "asian", "other"]].round().astype(int)


def _published(table, line_of, suffix):
    """The same people on the lines of a published table; groups that were not asked for are 0."""
    lines = {line: [0] * len(table) for line in line_of.values()}
    lines |= {line_of[name]: table[name] for name in table}
    columns = {1: table.sum(axis=1)} | dict(sorted(lines.items()))
    out = pd.DataFrame({suffix(line): column for line, column in columns.items()}, index=table.index)
    return out.astype(str)


@pytest.mark.data
def test_detroit_written_as_redistricting_data_comes_back(detroit, tmp_path):
    line_of = {"hispanic": 2, "white": 5, "black": 6, "aian": 7, "asian": 8, "nhpi": 9, "other": 10, "two": 11}
    table = _published(detroit, line_of, lambda line: f"P002{line:03}")
    parts = pd.DataFrame({"state": table.index.str[:2], "county": table.index.str[2:5], "tract": table.index.str[5:]},
                         index=table.index)  # fmt: skip
    file = tmp_path / "p2.json"
    both = pd.concat([table, parts], axis=1)
    file.write_text(json.dumps([list(both.columns), *both.to_numpy().tolist()]))
    homes = pm.readers.pl94(file)
    assert homes.units.tolist() == detroit.index.tolist()
    own = pm.from_wide(detroit.reset_index(), groups=list(detroit), unit="tract")
    for read, name in (
        ("Not Hispanic or Latino: Black or African American alone", "black"),
        ("Hispanic or Latino", "hispanic"),
    ):
        one, other = (
            pm.estimate(counts, "dissimilarity", focal=group).value for counts, group in ((homes, read), (own, name))
        )
        assert one == pytest.approx(other, rel=1e-12)
    assert set(homes.strata["county"]) == {"26163"}


@pytest.mark.data
def test_detroit_written_as_a_survey_comes_back_with_its_errors(detroit, tmp_path):
    line_of = {"hispanic": 12, "white": 3, "black": 4, "aian": 5, "asian": 6, "nhpi": 7, "other": 8, "two": 9}
    estimates = _published(detroit, line_of, lambda line: f"B03002_{line:03}E")
    # Made up: margins of error as if one in eight had answered, at 90 %.
    margins = (1.645 * np.sqrt(8 * estimates.astype(float))).round().astype(int).astype(str)
    margins.columns = [name[:-1] + "M" for name in margins]
    table = pd.concat([estimates, margins], axis=1)
    table.insert(0, "GEO_ID", "1400000US" + table.index)
    labels = pd.DataFrame([["Geography", *["Estimate"] * (table.shape[1] - 1)]], columns=table.columns)
    file = tmp_path / "ACSDT5Y2010.B03002-Data.csv"
    pd.concat([labels, table]).to_csv(file, index=False, encoding="utf-8-sig")
    homes = pm.readers.acs(file)
    assert homes.about.period == "2006-2010"
    assert homes.units.tolist() == detroit.index.tolist()
    black = homes.position("Not Hispanic or Latino: Black or African American alone")
    assert homes.values[:, black].tolist() == detroit["black"].tolist()
    np.testing.assert_allclose(homes.error[:, black] * 1.645, margins["B03002_004M"].astype(float), rtol=1e-12)
