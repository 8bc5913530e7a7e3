"""Tables of rates and Fingertips: symbols are not 0, breakdowns are not totals, contradictions are told."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors

#: For tests of which each example takes long.
FEWER = settings(max_examples=settings().max_examples // 3)
ROW = {
    "indicator": "absent", "area_code": "E07999001", "period": "2021/22", "group": "Asian", "numerator": "30",
    "denominator": "200", "rate": "15.0", "lower": "10.7", "upper": "20.6", "unit": "%",
}  # fmt: skip


def read(*changes, **options):
    return pm.readers.rates(pd.DataFrame([ROW | change for change in changes] or [ROW]), **options)


# -- rates ------------------------------------------------------------------------------


def test_a_table_and_its_file_read_alike(tmp_path):
    table = pd.DataFrame([ROW, ROW | {"group": "White", "numerator": "c", "rate": ""}])
    file = tmp_path / "rates.csv"
    table.to_csv(file, index=False)
    one, other = pm.readers.rates(table), pm.readers.rates(file)
    pd.testing.assert_frame_equal(one.table, other.table)
    assert (one.about.file, other.about.file) == (None, "rates.csv")


def test_numbers_may_be_numbers():
    table = pd.DataFrame([ROW]).astype({"numerator": int, "denominator": int, "rate": float})
    assert pm.readers.rates(table).table["rate"].tolist() == [15.0]


@pytest.mark.parametrize("symbol", ["c", "x", "*", "..", "low"])
def test_a_symbol_hides_and_is_never_nought(symbol):
    out = read({"numerator": symbol, "rate": symbol, "lower": symbol, "upper": symbol})
    line = out.table.iloc[0]
    assert line["symbol"] == symbol
    assert line[["numerator", "numerator_low", "numerator_high", "rate"]].isna().all()
    assert line["denominator"] == 200
    assert any("not 0" in note for note in out.about.notes)


def test_a_symbol_with_a_meaning_is_an_interval():
    out = read({"numerator": "c", "rate": "c", "lower": "", "upper": ""}, suppressed={"c": (1, 4)})
    assert (out.cell(0).low, out.cell(0).high) == (1, 4)
    assert (out.cell(0, "rate").low, out.cell(0, "rate").high) == (0.5, 2)
    with pytest.raises(errors.InvalidParameter, match="0 <= low <= high"):
        read(suppressed={"c": (4, 1)})


def test_text_that_no_one_explained_is_refused():
    with pytest.raises(errors.NotNumbers, match=r"'about 15'.*Remedy: Say what a symbol stands for"):
        read({"rate": "about 15"})


@pytest.mark.slow
@FEWER
@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from([("%", 100), ("share", 1), ("per 1,000", 1000)]),
       st.integers(0, 4))  # fmt: skip
def test_rounding_is_no_contradiction_and_anything_more_is(numerator, denominator, unit, places):
    name, scale = unit
    numerator = min(numerator, denominator)
    rate = round(numerator / denominator * scale, places)
    cells = {"numerator": str(numerator), "denominator": str(denominator), "unit": name, "lower": "", "upper": ""}
    assert len(read(cells | {"rate": f"{rate:.{places}f}"})) == 1
    with pytest.raises(errors.InvalidTable, match="contradicts numerator and denominator"):
        read(cells | {"rate": f"{rate + 2 * 10.0**-places:.{places}f}"})


def test_a_rate_of_no_known_unit_is_not_held_against_its_numbers():
    assert len(read({"unit": "index, England = 100", "rate": "99", "lower": "", "upper": ""})) == 1


@pytest.mark.parametrize(
    ("change", "kind", "word"),
    [
        ({"rate": "52.0", "lower": "", "upper": ""}, errors.InvalidTable, r"prints 52, and 30 of 200 is 15 \(%\)"),
        ({"numerator": "260", "rate": "130", "lower": "", "upper": ""}, errors.InvalidTable, "above the denominator"),
        ({"lower": "16"}, errors.InvalidTable, "outside its own interval"),
        ({"numerator": "-1", "rate": ""}, errors.InvalidTable, "below 0"),
        ({"period": ""}, errors.InvalidTable, "'period' has 1 value that is empty"),
    ],
)
def test_what_is_wrong_with_a_row(change, kind, word):
    with pytest.raises(kind, match=word) as caught:
        read(change)
    assert "E07999001 absent" in caught.value.units[0]


def test_every_fault_is_told():
    with pytest.raises(errors.DuplicateUnit) as caught:
        read({"rate": "?"}, {"numerator": "-3", "rate": "", "lower": "", "upper": ""})
    assert {type(fault) for fault in caught.value.faults} == {
        errors.NotNumbers,
        errors.InvalidTable,
        errors.DuplicateUnit,
    }


def test_columns_are_mapped_exactly_or_named():
    table = pd.DataFrame([ROW]).rename(columns={"area_code": "AreaCD", "numerator": "n", "denominator": "N"})
    own = {"area_code": "AreaCD", "numerator": "n", "denominator": "N"}
    assert pm.readers.rates(table, mapping=own).table[["numerator", "denominator"]].to_numpy().tolist() == [[30, 200]]
    with pytest.raises(errors.WrongFormat, match=r"'area_code'.*Did you mean 'AreaCD'.*mapping="):
        pm.readers.rates(table)
    with pytest.raises(errors.UnknownColumn, match="Did you mean 'AreaCD'"):
        pm.readers.rates(table, mapping=own | {"area_code": "AreaCode"})
    with pytest.raises(errors.InvalidParameter, match="no column 'areacode'"):
        pm.readers.rates(table, mapping={"areacode": "AreaCD"})
    with pytest.raises(errors.InvalidParameter, match="stands for several"):
        pm.readers.rates(table, mapping=own | {"denominator": "n"})


def test_other_columns_are_kept():
    table = pd.DataFrame([ROW | {"unit": "%", "symbol": "note 1", "quality": "good"}])
    out = pm.readers.rates(table).table
    assert out["quality"].tolist() == ["good"]
    assert out["symbol (as published)"].tolist() == ["note 1"]


def test_everyone_beside_groups_is_kept_noted_and_compared_with_the_rest():
    everyone = {
        "group": "All persons",
        "numerator": "640",
        "denominator": "1000",
        "rate": "64.0",
        "lower": "",
        "upper": "",
    }
    group = {"numerator": "150", "denominator": "250", "rate": "60.0", "lower": "", "upper": ""}
    out = read(group, everyone)
    assert any("with the rest" in note for note in out.about.notes)
    with pytest.warns(errors.PartWholeComparison):
        line = out.against_rest("Asian").iloc[0]
    assert line["rate_rest"] == pytest.approx((640 - 150) / (1000 - 250) * 100)


def test_a_national_table_is_told():
    with pytest.warns(errors.NationalMask, match="local differences"):
        read({"area_code": "E92000001"})


# -- Fingertips -------------------------------------------------------------------------

NAMES = (
    "Indicator ID", "Indicator Name", "Area Code", "Area Name", "Area Type", "Sex", "Age", "Category Type", "Category",
    "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit", "Count", "Denominator", "Value note",
)  # fmt: skip
PLAIN = (
    "1",
    "Made up",
    "E06999001",
    "A",
    "UA",
    "Persons",
    "All ages",
    "",
    "",
    "2021",
    "20",
    "18",
    "22",
    "40",
    "200",
    "",
)


@pytest.fixture
def profile(tmp_path):
    def write(*changes, names=NAMES):
        rows = [dict(zip(NAMES, PLAIN, strict=True)) | change for change in changes]
        file = tmp_path / "fingertips.csv"
        pd.DataFrame(rows)[list(names)].to_csv(file, index=False)
        return file

    return write


def test_breakdowns_are_left_out_and_listed_unless_asked_for(profile):
    groups = [{"Category Type": "Ethnic groups", "Category": name, "Value": "30"} for name in ("Asian", "Black")]
    file = profile({}, *groups, {"Category Type": "Deprivation", "Category": "Most", "Value": "50"})
    plain = pm.readers.fingertips(file)
    assert plain.condition("1").to_dict() == plain.condition("Made up").to_dict() == {"E06999001": 20.0}
    assert list(plain.left_out) == ["Ethnic groups: Asian", "Ethnic groups: Black", "Deprivation: Most"]
    asked = pm.readers.fingertips(file, category_type="Ethnic groups")
    assert asked.table["group"].tolist() == ["all", "Asian", "Black"]
    assert len(asked.left_out) == 1
    with pytest.raises(
        errors.InvalidParameter, match=r"it has Ethnic groups, Deprivation.*Did you mean 'Ethnic groups'"
    ):
        pm.readers.fingertips(file, category_type="Ethnic group")


def test_the_unit_is_not_in_the_file_and_is_asked_for(profile):
    file = profile({})
    assert any("give unit=" in note for note in pm.readers.fingertips(file).about.notes)
    assert pm.readers.fingertips(file, unit="per 100,000").table["measured_in"].tolist() == ["per 100,000"]
    with pytest.raises(errors.InvalidParameter, match="per 100,000"):
        pm.readers.fingertips(file, unit="DSR")


def test_sexes_repeat_persons_and_are_chosen(profile):
    out = pm.readers.fingertips(profile({}, {"Sex": "Female", "Value": "25"}, {"Sex": "Male", "Value": "15"}))
    with pytest.raises(errors.InvalidTable, match="differ in sex"):
        out.condition("1")
    assert out.select(sex="Female").condition("1").tolist() == [25.0]
    assert any("select(sex='Persons')" in note for note in out.about.notes)


def test_a_value_with_a_note_is_not_nought(profile):
    note = "Value suppressed for disclosure control due to small count"
    blank = dict.fromkeys(("Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit", "Count", "Denominator"), "")
    line = pm.readers.fingertips(profile({}, {"Area Code": "E06999002", "Value note": note} | blank)).table.iloc[1]
    assert line["symbol"] == line["note"] == note
    assert math.isnan(line["rate"])


def test_an_area_under_two_types_is_one_row_or_a_fault(profile):
    twice = {"Area Type": "District"}
    out = pm.readers.fingertips(profile({}, twice))
    assert len(out) == 1
    assert any("second area type" in note for note in out.about.notes)
    with pytest.raises(errors.DuplicateUnit, match="another value"):
        pm.readers.fingertips(profile({}, twice | {"Value": "21"}))


@pytest.mark.parametrize(
    ("change", "kind", "word"),
    [
        ({"Area Code": ""}, errors.InvalidTable, "no code of an area"),
        ({"Area Code": "St. Helens"}, errors.InvalidTable, "no code of an area"),
        ({"Value": "twenty"}, errors.NotNumbers, "'twenty'"),
        ({"Time period": ""}, errors.InvalidTable, "'Time period' has 1 value that is empty"),
    ],
)
def test_what_is_wrong_with_a_profile(profile, change, kind, word):
    with pytest.raises(kind, match=word):
        pm.readers.fingertips(profile({}, change))


def test_a_table_of_england_alone_is_told(profile):
    with pytest.warns(errors.NationalMask):
        pm.readers.fingertips(profile({"Area Code": "E92000001"}))


# -- real figures -----------------------------------------------------------------------


@pytest.mark.data
def test_key_stage_2_of_151_authorities_by_group(data_root):
    """Published numerators and denominators by ethnic group: no rate contradicts them, and the rest is the others."""
    table = pd.read_parquet(data_root / "data" / "by_group" / "dfe_ks2_2016_la_by_group.parquet")
    symbols = table["suppressed_symbol"].fillna("")
    shown = table.assign(value=table["value"].astype(object).where(symbols == "", symbols))
    out = pm.readers.rates(shown, mapping={"rate": "value"}, suppressed={"x|x": "unknown"})
    assert len(out) == len(table)
    assert (out.table["symbol"].notna() == (symbols != "").to_numpy()).all()
    everything = "KS2 reached expected standard: Reading, writing and maths combined"
    with pytest.warns(errors.PartWholeComparison):
        rest = out.select(indicator=everything).against_rest("Asian").set_index("unit")
    own = table[table["indicator"] == everything].set_index(["area_code", "group"])
    for area in ("E92000001", "E08000003", "E08000004"):
        whole, asian = own.loc[(area, "All pupils")], own.loc[(area, "Asian")]
        wanted = (whole["numerator"] - asian["numerator"]) / (whole["denominator"] - asian["denominator"]) * 100
        assert rest.loc[area, "rate_rest"] == pytest.approx(wanted, rel=1e-12)
        # The comparison with the whole is always the smaller one: the whole includes the group.
        assert abs(rest.loc[area, "rate"] - wanted) > abs(rest.loc[area, "rate"] - rest.loc[area, "rate_whole"])
