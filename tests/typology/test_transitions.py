"""Transitions between types: people conserved, shares that sum, what was lost said."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    InvalidParameter,
    PossibleOverlap,
    ReservedName,
    UnknownColumn,
    UnknownGroup,
    VintageMismatch,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "types-over-time.md"
RULES = {"scheme": "PJF2001", "reference": "white"}
THEN = {"white": [90, 85, 60, 30, 80, 10], "asian": [5, 10, 30, 30, 10, 85], "black": [5, 5, 10, 40, 10, 5]}
NOW = {"white": [88, 70, 55, 20, 40, 10], "asian": [6, 20, 35, 30, 30, 95], "black": [6, 10, 10, 50, 30, 5]}
PEOPLE = ["people_before", "people_after"]


def table(groups, units=None, **more):
    count = len(next(iter(groups.values())))
    frame = pd.DataFrame({"area": list("ABCDEFGHIJ")[:count] if units is None else units, **groups})
    return pm.from_wide(frame, groups=list(groups), unit="area", **more)


def cells(found, value="units"):
    """Values of the pairs of types that anything is in."""
    return {
        (row["type_before"], row["type_after"]): row[value]
        for row in pd.DataFrame(found).to_dict("records")
        if row["units"]
    }


def test_by_hand():
    found = pm.typology.transitions(table(THEN), table(NOW), **RULES, focal="asian")
    # A 90 to 88 %; B 85 to 70 %; C 60 to 55 %; D 30 % with 40 % black to 20 %; E 80 to 40 %; F 85 to 86 % asian.
    assert cells(found) == {
        ("I", "I"): 1, ("I", "II"): 1, ("I", "III"): 1, ("II", "II"): 1, ("III", "IV"): 1, ("VI", "VI"): 1,
    }  # fmt: skip
    assert cells(found, "people_after")["VI", "VI"] == 110
    assert cells(found, "focal_before")["I", "III"] == 10
    assert cells(found, "focal_after")["I", "III"] == 30
    assert cells(found, "share_units")["I", "I"] == pytest.approx(1 / 3)
    assert cells(found, "share_focal")["I", "III"] == 10 / 25
    # Five types occur at either date, so there are twenty-five rows; nobody was of type IV at first.
    assert len(found) == 25
    absent = found[found["type_before"] == "IV"]
    assert absent["share_units"].isna().all()
    assert set(absent["reason"]) == {"type_absent_before"}
    assert list(found["type_before"].cat.categories) == ["I", "II", "III", "IV", "V", "VI"]


def test_mobility_by_hand():
    row = pm.typology.mobility(table(THEN), table(NOW), **RULES).iloc[0]
    # Of I a third stays, of II and VI all, of III none: four types, and a trace of 7/3.
    assert row["types"] == 4
    assert row["shorrocks"] == pytest.approx((4 - 7 / 3) / 3)
    assert (row["units"], row["units_same"], row["people_changed_before"]) == (6, 3, 300)
    assert row["share_people_same"] == 0.5
    assert "3 of 6 places (50.0 %)" in row["sentence"]


@pytest.mark.slow
def test_mobility_as_giddy_has_it():
    mobility = pytest.importorskip("giddy.mobility")
    cycle = {"white": [90, 90, 60, 60, 35, 35], "asian": [10, 10, 40, 40, 65, 65]}
    later = {"white": [90, 60, 60, 35, 35, 90], "asian": [10, 40, 40, 65, 65, 10]}
    rates = np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
    found = pm.typology.mobility(table(cycle), table(later), **RULES)
    assert found["shorrocks"].item() == pytest.approx(mobility.markov_mobility(rates, measure="P"))


def test_one_type_alone_has_no_mobility():
    same = table({"white": [90, 95], "asian": [10, 5]})
    row = pm.typology.mobility(same, same, **RULES).iloc[0]
    assert np.isnan(row["shorrocks"])
    assert row["reason"] == "one_type"
    assert row["share_units_same"] == 1


def test_every_fault_at_once():
    before = table({"white": [90], "asian": [10]}, ["A"], about={"vintage": "2011", "geography": "LSOA"})
    after = table(NOW, about={"vintage": "2021", "geography": "LSOA"})
    with pytest.raises(VintageMismatch) as caught:
        pm.typology.transitions(before, after, scheme="PJF2001", reference="whit", unmatched="count", by="city")
    error = caught.value
    assert isinstance(error, UnknownGroup)
    assert isinstance(error, UnknownColumn)
    for words in ("different boundaries", "'2011'", "same groups: black", "no group 'whit'", "strata city"):
        assert words in str(error)
    with pytest.raises(VintageMismatch, match="5 of 6 units of the later date, with 510 of 610 people"):
        pm.typology.transitions(before, after, **RULES)


@pytest.mark.parametrize("option", [{"unmatched": "keep"}, {"vintages": "yes"}, {"around": "near"}])
def test_options_that_are_none(option):
    with pytest.raises(InvalidParameter):
        pm.typology.transitions(table(THEN), table(NOW), **RULES, **option)


def test_boundaries_may_differ_where_told_and_it_is_said():
    before = table(THEN, about={"vintage": "2011", "geography": "LSOA"})
    after = table(NOW, about={"vintage": "2021", "geography": "LSOA"})
    found = pm.typology.transitions(before, after, **RULES, vintages="allow")
    assert "LSOA 2011 and LSOA 2021" in found["note"].iloc[0]


def test_no_common_unit_is_refused_even_so():
    with pytest.raises(VintageMismatch, match="No unit"):
        pm.typology.transitions(table(THEN), table(NOW, list("UVWXYZ")), **RULES, unmatched="count")


def test_what_is_not_matched_is_counted_and_said():
    then = {"white": [90, 85, 0, 50], "asian": [10, 15, 0, 50]}
    now = {"white": [10, 0, 60, 0], "asian": [90, 0, 40, 0]}
    before, after = table(then), table(now, ["B", "C", "X", "A"])
    found = pm.typology.transitions(before, after, **RULES, unmatched="count", focal="each")
    rows = pd.DataFrame(found[(found["focal"] == "asian") & found["reason"].notna()])
    rows = rows[rows["reason"] != "type_absent_before"].set_index("reason")
    assert set(rows.index) == {"no_people", "no_people_after", "not_at_later_date", "not_at_earlier_date"}
    assert rows["matched"].to_dict() == {
        "no_people": True, "no_people_after": True, "not_at_later_date": False, "not_at_earlier_date": False,
    }  # fmt: skip
    assert rows.loc["not_at_later_date", "focal_before"] == 50
    assert np.isnan(rows.loc["not_at_later_date", "people_after"])
    assert rows.loc["not_at_earlier_date", "type_after"] == "II"
    assert rows.loc["no_people_after", "people_after"] == 0
    note = found["note"].iloc[0]
    assert "1 of 4 units of the earlier date, with 100 of 300 people (33.3 %)" in note
    row = pm.typology.mobility(before, after, **RULES, unmatched="count").iloc[0]
    assert (row["units"], row["units_left_out_before"], row["people_left_out_before"]) == (1, 3, 200)


def test_within_strata():
    strata = {"area": list("ABCDEF"), "side": ["east", "west"] * 3}
    before, after = (
        pm.from_wide(pd.DataFrame({**strata, **groups}), groups=list(groups), unit="area", strata=["side"])
        for groups in (THEN, NOW)
    )
    found = pm.typology.transitions(before, after, **RULES, by="side")
    whole = pm.typology.transitions(before, after, **RULES)
    assert found.groupby(["type_before", "type_after"], observed=True)["units"].sum().to_list() == list(whole["units"])
    assert found.groupby("side", observed=True)["units"].sum().to_dict() == {"east": 3, "west": 3}
    rows = pm.typology.mobility(before, after, **RULES, by="side").set_index("side")
    assert rows["units_same"].to_dict() == {"east": 2, "west": 1}
    assert rows.loc["west", "sentence"].startswith("In west, 1 of 3")
    other = after.with_strata(side=pd.Series("east", index=after.units))
    with pytest.raises(VintageMismatch, match="other strata") as caught:
        pm.typology.transitions(before, other, **RULES, by="side")
    assert caught.value.units == ("B", "D", "F")
    named = [counts.with_strata(type_before=counts.strata["side"].set_axis(counts.units)) for counts in (before, after)]
    with pytest.raises(ReservedName):
        pm.typology.transitions(*named, **RULES, by="type_before")


def test_types_of_surroundings_people_of_units():
    before, after = table(THEN), table(NOW)
    ring = np.roll(np.eye(6), 1, axis=1)
    near = [pm.surroundings.from_matrix(counts, ring, own=0) for counts in (before, after)]
    pair = pm.typology.transitions(before, after, **RULES, around=tuple(near))
    pd.testing.assert_frame_equal(pair, pm.typology.transitions(before, after, **RULES, around=near[0]))
    # Each unit has the type of the next one, and its own people; who lives there is not concentrated.
    own = cells(pm.typology.transitions(before, after, **RULES))
    own["V", "V"] = own.pop(("VI", "VI"))
    assert cells(pair) == own
    assert cells(pair, "people_after")["V", "V"] == 100
    assert "given matrix" in pair["around"].iloc[0]


def test_host_is_another_name_of_reference():
    one = pm.typology.transitions(table(THEN), table(NOW), **RULES)
    pd.testing.assert_frame_equal(one, pm.typology.transitions(table(THEN), table(NOW), scheme="PJF2001", host="white"))


def test_types_named_by_groups_occur_at_either_date():
    found = pm.typology.transitions(table(THEN), table(NOW), scheme="HWE2012", recalibrate=True)
    assert found["units"].sum() == 6
    assert set(found["type_before"]) == set(found["type_after"])
    assert found["reference"].isna().all()


@pytest.mark.parametrize("verb", ["transitions", "mobility"])
def test_saved_and_verified(verb, tmp_path):
    before, after = table(THEN), table(NOW, list("ABCDEG"))
    ring = np.roll(np.eye(6), 1, axis=1)
    near = tuple(pm.surroundings.from_matrix(counts, ring, own=0) for counts in (before, after))
    for around in (None, near):
        options = {**RULES, "around": around, "unmatched": "count", **({"focal": "each"} if verb[0] == "t" else {})}
        found = getattr(pm.typology, verb)(before, after, **options)
        outcome = pm.verify(found.save(tmp_path / "pack.zip"))
        assert outcome.same, str(outcome)
        assert "Poulsen" in found.cite()


def test_rules_of_the_callers_own_are_in_the_pack(tmp_path):
    file = tmp_path / "own_rules.toml"
    published = Path(pm.typology.__file__).parent / "rules" / "published" / "PJF2001.toml"
    file.write_text(published.read_text("utf-8").replace('id = "PJF2001"', 'id = "own_rules"'), encoding="utf-8")
    before, after = table(THEN), table(NOW)
    found = pm.typology.transitions(before, after, scheme=file, reference=["white"])
    ways = pm.typology.sequences({"1": before, "2": after}, scheme=file, reference="white")
    assert set(found["scheme"]) == {"own_rules"}
    file.unlink()
    for result in (found, ways):
        outcome = pm.verify(result.save(tmp_path / "pack.zip"))
        assert outcome.same, str(outcome)


def two_dates(rng):
    """Counts of three groups at two dates, of which some units are at one date only, in any order."""
    dates = []
    for _ in range(2):
        units = ["A", *rng.choice(list("BCDEFGHIJ"), rng.integers(0, 9), replace=False)]
        people = rng.integers(0, 40, (len(units), 3)) * rng.integers(0, 2, (len(units), 3))
        people[0] += 1
        with warnings.catch_warnings():
            # Of so few people one group may equal the others together.
            warnings.simplefilter("ignore", PossibleOverlap)
            dates.append(table(dict(zip(("white", "asian", "black"), people.T, strict=True)), units))
    return dates


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_nobody_is_lost_and_shares_sum_to_one(seed):
    rng = np.random.default_rng(seed)
    dates = two_dates(rng)
    before, after = dates
    options = {**RULES, "focal": "each", "unmatched": "count"}
    found = pd.DataFrame(pm.typology.transitions(before, after, **options))
    for group, rows in found.groupby("focal"):
        assert rows["people_before"].sum() == before.total.sum()
        assert rows["people_after"].sum() == after.total.sum()
        assert rows["focal_before"].sum() == before.values[:, before.position(group)].sum()
        assert rows["focal_after"].sum() == after.values[:, after.position(group)].sum()
        assert rows["units"].sum() == len(before.units.union(after.units))
        assert rows.loc[~rows["matched"], "units"].sum() == len(before.units.symmetric_difference(after.units))
        sums = rows.groupby("type_before", observed=True)[["share_units", "share_people", "share_focal"]].sum(
            min_count=1
        )
        assert np.allclose(sums.to_numpy()[sums.notna()], 1)
    shuffled = [counts.take(rng.permutation(len(counts))) for counts in dates]
    again = pd.DataFrame(pm.typology.transitions(*shuffled, **options))
    pd.testing.assert_frame_equal(found, again)
    one = pm.typology.mobility(before, after, **RULES, unmatched="count").iloc[0]
    typed = rows[rows["type_before"].notna() & rows["type_after"].notna()]
    assert one["units"] == typed["units"].sum()
    assert one["people_before"] + one["people_left_out_before"] == before.total.sum()
    if one["types"] > 1:
        assert 0 <= one["shorrocks"] <= one["types"] / (one["types"] - 1) + 1e-12


@pytest.mark.data
@pytest.mark.parametrize(("name", "code"), [("Greater Manchester", "E080000(0[1-9]|10)"), ("London", "E09")])
def test_the_page_says_what_the_censuses_do(name, code, data_root):
    folder = data_root / "data" / "england_wales"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    lookup = lookup[lookup["lad22cd"].str.match(code)]
    areas = pm.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    dates, whole = [], []
    groups = ["white", "mixed", "asian", "black", "other"]
    for file, unit in (("groups5_lsoa11_2011", "lsoa11cd"), ("groups5_lsoa21_2021", "lsoa21cd")):
        frame = pd.read_parquet(folder / f"{file}.parquet")
        frame = frame[frame[unit].isin(lookup[unit])]
        counts = pm.from_wide(frame, groups=groups, unit=unit, total="total", about={"vintage": unit})
        whole.append(frame)
        dates.append(counts.merge_units(areas[areas["vintage"] == unit].set_index("unit")["area"]))
    with pytest.raises(VintageMismatch, match="lsoa11cd"):
        pm.typology.transitions(*dates, **RULES)
    found = pm.typology.transitions(*dates, **RULES, vintages="allow", focal="each")
    for group, rows in found.groupby("focal"):
        assert rows["focal_before"].sum() == whole[0][group].sum()
        assert rows["focal_after"].sum() == whole[1][group].sum()
        assert rows["people_before"].sum() == whole[0]["total"].sum()
        assert rows["people_after"].sum() == whole[1]["total"].sum()
    first = pd.DataFrame(found[found["focal"] == "white"])
    # Counted otherwise: four fifths and a half, in whole numbers.
    whites = [pd.Series(counts.values[:, 0], index=counts.units) for counts in dates]
    totals = [counts.totals for counts in dates]
    kinds = [np.select([5 * x >= 4 * t, 2 * x >= t], ["I", "II"], "other") for x, t in zip(whites, totals, strict=True)]
    kinds = [pd.Series(kind, index=x.index) for kind, x in zip(kinds, whites, strict=True)]
    counted = pd.crosstab(kinds[0], kinds[1].reindex(kinds[0].index)).stack()  # noqa: PD013
    merged = first.assign(
        **{
            side: first[f"type_{side}"].astype(object).where(first[f"type_{side}"].isin(["I", "II"]), "other")
            for side in ("before", "after")
        }
    )
    ours = merged.groupby(["before", "after"])["units"].sum()
    assert ours.to_dict() == {**dict.fromkeys(ours.index, 0), **counted.to_dict()}
    # And the table of the page.
    page = PAGE.read_text("utf-8").partition(f"\n{name}, ")[2]
    assert page.startswith(f"{len(dates[0]):,} areas:")
    printed = re.findall(r"^\| (\w+): .*?( \| [\d, |]+) \|$", page, re.MULTILINE)[:5]
    for kind, cells in printed:
        rows = first[first["type_before"] == kind]
        numbers = [int(cell.replace(",", "")) for cell in cells.split(" | ")[1:]]
        assert numbers[:5] == rows["units"].to_list()
        assert numbers[5:] == rows[["people_before", "people_after"]].sum().to_list()
    assert [kind for kind, _ in printed] == ["I", "II", "III", "IV", "V"]


def test_places_that_only_the_totals_of_the_city_moved_are_counted() -> None:
    # The first place is the same at both dates; that the group leaves elsewhere brings it over 30 % of the city's.
    rows = [{"host": [10, 50], "x": [80, 250], "y": [10, 200]}, {"host": [10, 250], "x": [80, 50], "y": [10, 200]}]
    then, now = (
        pm.from_wide(pd.DataFrame(row).assign(unit=["a", "b"]), groups=["host", "x", "y"], unit="unit") for row in rows
    )
    found = pm.typology.transitions(then, now, scheme="PJF2001", reference="host")
    moved = found[(found["type_before"] == "V") & (found["type_after"] == "VI")]
    assert moved["units"].sum() == 1
    assert (
        "1 place went between the types V and VI, which only the totals of the city tell apart" in found["note"].iloc[0]
    )
    assert "1 of the changes is between types that only the totals" in pm.report.sections.type_changes.paragraph(found)
