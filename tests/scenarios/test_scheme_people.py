"""People, children and pupils of schemes: conserved to the unit, and never without what they rest on."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    NotNumbers,
    OverlappingGroups,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    UnmatchedUnit,
)

AGES = ["0-3", "4-10", "11-15", "16+"]
TENURES = ["owned", "social_rent", "private_rent"]
RNG = np.random.default_rng(8)
OCCUPANCY = pd.DataFrame(
    [(tenure, rooms, *RNG.integers(100, 900, 5)) for tenure in TENURES for rooms in (1, 2, 3, 4)],
    columns=["tenure", "bedrooms", "households", *AGES],
)
MIX = pd.DataFrame({"tenure": ["owned", "social_rent"], "bedrooms": [3, 2], "share": [0.75, 0.25]})
SAID = {"yield_source": "made up for this test"}


def row(tenure, rooms, count, **more):
    return {"tenure": tenure, "bedrooms": rooms, "count": count, **more}


def per_home(tenure, rooms):
    cell = OCCUPANCY[(OCCUPANCY["tenure"] == tenure) & (OCCUPANCY["bedrooms"] == rooms)].iloc[0]
    return (cell[AGES] / cell["households"]).to_numpy(dtype=float)


def test_by_hand():
    plan = pm.scenarios.scheme(
        "a",
        homes=[row("owned", 3, 40), row("social_rent", 2, 20)],
        demolished=[row("social_rent", 1, 10)],
        phasing={2027: 20, 2029: 30},
        vacancy=0.04,
        internal=0.3,
    )
    found = pm.scenarios.scheme_people(plan, OCCUPANCY, years=[2026, 2027, 2028, 2029, 2035])
    new = 0.96 * (40 * per_home("owned", 3) + 20 * per_home("social_rent", 2))
    old = 0.96 * 10 * per_home("social_rent", 1)
    done = np.array([0, 0.4, 0.4, 1, 1])
    assert found["year"].tolist() == [2026, 2027, 2028, 2029, 2035]
    assert found["homes"].to_numpy() == pytest.approx(50 * done)
    assert found[AGES].to_numpy() == pytest.approx(np.outer(done, new - old))
    assert found["people"].to_numpy() == pytest.approx(done * (new - old).sum())
    assert found["children"].to_numpy() == pytest.approx(done * (new - old)[:3].sum())
    assert found["displaced"].to_numpy() == pytest.approx(done * old.sum())
    assert found["from_internal"].to_numpy() == pytest.approx(done * 0.3 * new.sum())
    assert (found["from_internal"] + found["new_to_district"] - found["displaced"]).to_numpy() == pytest.approx(
        found["people"].to_numpy()
    )
    assert found["assumptions"].unique().tolist() == ["4 % of homes empty; 30 % of new residents from within"]
    assert found["homes"].iloc[-1] == 50  # to the unit, whatever shares sum to


SIZES = st.lists(
    st.tuples(st.sampled_from(TENURES), st.integers(1, 4), st.integers(0, 400), st.integers(0, 80)),
    min_size=1, max_size=6,
)  # fmt: skip


def made(name, sizes, **more):
    return pm.scenarios.scheme(
        name,
        homes=[row(tenure, rooms, built) for tenure, rooms, built, _ in sizes],
        demolished=[row(tenure, rooms, gone) for tenure, rooms, _, gone in sizes],
        **more,
    )


NUMBERS = ["homes", "people", *AGES, "children", "people_new", "displaced", "from_internal", "new_to_district"]


@pytest.mark.slow
@given(SIZES, SIZES, st.floats(0, 0.3), st.floats(0, 1))
@settings(max_examples=12)
def test_two_schemes_hold_what_one_of_both_would(one, other, vacancy, internal):
    assumed = {"vacancy": vacancy, "internal": internal, "year": 2030}
    schemes = [made("a", one, **assumed), made("b", other, **assumed), made("both", one + other, **assumed)]
    rates = pd.DataFrame(
        [
            (phase, rooms, rooms * size)
            for phase, size in (("primary", 0.1), ("secondary", 0.07))
            for rooms in range(1, 5)
        ],
        columns=["phase", "bedrooms", "pupils_per_home"],
    )
    found = pm.scenarios.scheme_people(schemes, OCCUPANCY, yields=rates, **SAID)
    columns = [*NUMBERS, "pupils_primary", "pupils_secondary"]
    apart, both = found.iloc[:2][columns].sum(), found.iloc[2][columns]
    assert both.to_numpy(dtype=float) == pytest.approx(apart.to_numpy(dtype=float), abs=1e-8)
    assert found[AGES].sum(axis=1).to_numpy() == pytest.approx(found["people"].to_numpy(), abs=1e-9)
    homes = sum(built - gone for _, _, built, gone in one)
    pupils = sum(0.1 * rooms * (built - gone) for _, rooms, built, gone in one)
    assert found["homes"].iloc[0] == homes
    assert found["pupils_primary"].iloc[0] == pytest.approx(pupils)


@pytest.mark.slow
@given(SIZES)
@settings(max_examples=15)
def test_what_is_pulled_down_subtracts(sizes):
    turned = [(tenure, rooms, gone, built) for tenure, rooms, built, gone in sizes]
    found = pm.scenarios.scheme_people([made("a", sizes), made("b", turned)], OCCUPANCY)
    for name in ("homes", "people", *AGES):
        assert found[name].iloc[0] == pytest.approx(-found[name].iloc[1])
    assert found["year"].isna().all()


@given(st.dictionaries(st.integers(2024, 2040), st.integers(0, 90), min_size=1))
@settings(max_examples=12)
def test_years_add_up_to_the_whole(phasing):
    total = sum(phasing.values())
    if not total:
        return
    one = pm.scenarios.scheme("a", homes=[row("owned", 2, total)], phasing=phasing)
    found = pm.scenarios.scheme_people(one, OCCUPANCY, yields={"primary": 0.3}, **SAID)
    assert found["year"].tolist() == list(range(min(phasing), max(phasing) + 1))
    until = [sum(number for when, number in phasing.items() if when <= year) for year in found["year"]]
    assert found["homes"].to_numpy() == pytest.approx(until, abs=1e-9)
    assert found["people"].to_numpy() == pytest.approx(np.array(until) * per_home("owned", 2).sum())
    assert found["pupils_primary"].to_numpy() == pytest.approx(0.3 * np.array(until))
    assert found["homes"].iloc[-1] == total


# -- yields ---------------------------------------------------------------------------------------

# As the authorities print them: pupils a hundred homes.
DERBYSHIRE = {"primary": 0.20, "secondary": 0.15, "post16": 0.06}


def test_published_yields():
    plan = pm.scenarios.scheme("a", dwellings=250)
    found = pm.scenarios.scheme_people(plan, OCCUPANCY, yields=DERBYSHIRE, yield_source="Derbyshire")
    assert found[["pupils_primary", "pupils_secondary", "pupils_post16"]].iloc[0].tolist() == [50, 37.5, 15]
    assert found["yield_source"].tolist() == ["Derbyshire"]
    # Without a mix nobody knows the people, and that is no 0.
    assert found["people"].isna().all()
    assert found["reason"].tolist() == ["no mix of tenures and bedrooms is stated or assumed"]
    ends = [
        pm.scenarios.scheme_people(plan, OCCUPANCY, yields=rates, yield_source="Cambridgeshire, 2015").iloc[0]
        for rates in ({"primary": 0.25, "secondary": 0.18}, {"primary": 0.35, "secondary": 0.25})
    ]
    assert [end["pupils_primary"] for end in ends] == [62.5, 87.5]
    assert [end["pupils_secondary"] for end in ends] == [45, 62.5]
    kent = pd.DataFrame(
        {"phase": "primary", "bedrooms": [1, 2, 3], "kind": "house", "pupils_per_home": [0, 0.28, 0.28]}
    )
    houses = pm.scenarios.scheme("k", homes=[row("owned", 2, 100, kind="house"), row("owned", 3, 150, kind="house")])
    found = pm.scenarios.scheme_people(houses, OCCUPANCY, yields=kent, yield_source="Kent")
    assert found["pupils_primary"].tolist() == pytest.approx([70])


def test_one_bedroom_and_age_restricted_homes_count_unless_the_table_says_so():
    plan = pm.scenarios.scheme(
        "a", homes=[row("owned", 1, 30, kind="flat"), row("owned", 2, 10, kind="age-restricted")]
    )
    every = pm.scenarios.scheme_people(plan, OCCUPANCY, yields={"primary": 0.2}, **SAID)
    assert every["pupils_primary"].tolist() == pytest.approx([8])
    table = pd.DataFrame({"phase": "primary", "kind": ["flat", "age-restricted"], "pupils_per_home": [0.1, 0]})
    assert pm.scenarios.scheme_people(plan, OCCUPANCY, yields=table, **SAID)[
        "pupils_primary"
    ].tolist() == pytest.approx([3])
    with pytest.raises(UnmatchedUnit, match=r"age-restricted.*have a yield of 0"):
        pm.scenarios.scheme_people(plan, OCCUPANCY, yields=table.iloc[:1], **SAID)


def test_vacancy_takes_people_and_no_pupils():
    homes = {"homes": [row("owned", 2, 100)]}
    full, half = pm.scenarios.scheme("a", **homes), pm.scenarios.scheme("b", **homes, vacancy=0.5)
    found = pm.scenarios.scheme_people([full, half], OCCUPANCY, yields={"primary": 0.2}, **SAID)
    assert found["people"].iloc[1] == pytest.approx(found["people"].iloc[0] / 2)
    assert found["pupils_primary"].tolist() == [20, 20]


# -- ranges and mixes -----------------------------------------------------------------------------


def test_a_range_of_homes_has_two_rows():
    plan = [
        pm.scenarios.scheme("range", dwellings=(40, 60), year=2030, name="Mill Lane"),
        pm.scenarios.scheme("known", homes=[row("owned", 3, 12)], year=2030),
        pm.scenarios.scheme("one", dwellings=(20, 20), year=2031),
    ]
    found = pm.scenarios.scheme_people(plan, OCCUPANCY, mix=MIX, yields={"primary": 0.5}, **SAID, years=[2031])
    assert found[["reference", "case"]].to_numpy().tolist() == [
        ["range", "low"], ["range", "high"], ["known", "stated"], ["one", "stated"],
    ]  # fmt: skip
    assert found["homes"].tolist() == [40, 60, 12, 20]
    assert found[["homes_low", "homes_high"]].to_numpy().tolist() == [[40, 60], [40, 60], [12, 12], [20, 20]]
    each = 0.75 * per_home("owned", 3).sum() + 0.25 * per_home("social_rent", 2).sum()
    assert found["people"].tolist() == pytest.approx([40 * each, 60 * each, 12 * per_home("owned", 3).sum(), 20 * each])
    assert found["pupils_primary"].tolist() == [20, 30, 6, 10]
    assert "mix assumed: owned, 3 bedrooms 75 %; social_rent, 2 bedrooms 25 %" in found["assumptions"].iloc[0]
    assert "mix assumed" not in found["assumptions"].iloc[2]


def test_a_known_mix_goes_before_a_range():
    plan = pm.scenarios.scheme("a", homes=[row("owned", 3, 50)], dwellings=(40, 60), year=2030, status="permissioned")
    found = pm.scenarios.scheme_people(plan, OCCUPANCY)
    assert found[["homes_low", "homes", "homes_high"]].to_numpy().tolist() == [[50, 50, 50]]
    anyway = pm.scenarios.without(plan, census=2021, year=2030, unknown="refuse")
    assert anyway[["homes_low", "homes_high"]].to_numpy().tolist() == [[50, 50]]


def test_schemes_without_homes_or_years():
    table = gpd.GeoDataFrame(
        {"unit": ["a", "b"], "min_dwellings": [np.nan, 8], "max_dwellings": [np.nan, 8]},
        geometry=gpd.points_from_xy([4e5, 4e5], [3e5, 3e5]), crs=27700,
    )  # fmt: skip
    plan = pm.scenarios.schemes_from_register(table)
    found = pm.scenarios.scheme_people(plan, OCCUPANCY, mix=MIX, yields={"primary": 0.5}, **SAID)
    assert found["reason"].tolist() == ["no number of homes is stated", None]
    assert found.loc[0, ["homes", "people", "children", "pupils_primary"]].isna().all()
    assert found["year"].isna().all()
    dated = pm.scenarios.scheme_people(plan, OCCUPANCY, mix=MIX, not_phased=2030, years=[2029, 2030])
    assert dated["year"].tolist() == [2029, 2030] * 2
    assert dated["homes"].tolist()[2:] == [0, 8]
    assert dated["note"].unique().tolist() == ["Schemes without a year are taken to be complete in 2030."]


# -- what lacks -----------------------------------------------------------------------------------


def test_a_kind_of_home_that_nobody_lives_in_is_refused_or_filled():
    short = OCCUPANCY[~((OCCUPANCY["tenure"] == "owned") & (OCCUPANCY["bedrooms"] == 3))].reset_index(drop=True)
    short.loc[short["tenure"] == "private_rent", "households"] = [0, 50, 50, 50]
    plan = pm.scenarios.scheme("a", homes=[row("owned", 3, 10), row("private_rent", 1, 4), row("owned", 5, 2)])
    with pytest.raises(UnmatchedUnit) as caught:
        pm.scenarios.scheme_people(plan, short)
    for words in ("owned, 3 bedrooms", "private_rent, 1 bedroom", "owned, 5 bedrooms", "fill='tenure'", "or_more=4"):
        assert words in str(caught.value)
    found = pm.scenarios.scheme_people(plan, short, fill="tenure", or_more=4)
    means = {}
    for tenure in ("owned", "private_rent"):
        own = short[short["tenure"] == tenure]
        means[tenure] = own[AGES].sum().sum() / own["households"].sum()
    top = short[(short["tenure"] == "owned") & (short["bedrooms"] == 4)].iloc[0]
    expected = 10 * means["owned"] + 4 * means["private_rent"] + 2 * top[AGES].sum() / top["households"]
    assert found["people"].iloc[0] == pytest.approx(expected)
    note = found["note"].iloc[0]
    for words in ("owned, 3 bedrooms; private_rent, 1 bedroom", "4 bedrooms mean 4 or more"):
        assert words in note
    stranger = pm.scenarios.scheme("a", homes=[row("social rent", 2, 3)])
    with pytest.raises(UnmatchedUnit, match="Did you mean 'social_rent'"):
        pm.scenarios.scheme_people(stranger, short, fill="tenure")


def test_every_fault_of_every_table_comes_together():
    plan = pm.scenarios.scheme("a", dwellings=5)
    wrong = OCCUPANCY.astype(object)
    wrong.loc[0, "0-3"], wrong.loc[1, "4-10"], wrong.loc[2, "16+"] = "x", None, -3
    wrong = pd.concat([wrong, wrong.iloc[[5]]])
    with pytest.raises(PlacemixError) as caught:
        pm.scenarios.scheme_people(
            plan,
            wrong,
            mix=MIX.assign(share=[0.5, 0.4]),
            yields=pd.DataFrame({"phase": ["primary"], "pupils_per_hom": [0.2]}),
            years=[2030, 2029],
            fill="tenur",
            or_more=-1,
            not_phased=2030.5,
            children=["0-4"],
        )
    for kind in (NotNumbers, InvalidCounts, DuplicateUnit, InvalidParameter, UnknownColumn):
        assert isinstance(caught.value, kind)
    for words in (
        "'0-3' of the occupancy are no numbers", "'4-10' of the occupancy are missing",
        "'16+' of the occupancy are negative", "several rows of the same kind of home",
        "The shares of the mix sum to 0.9, not 1", "no column 'pupils_per_home'",
        "Nothing says where the pupil yields come from", "years are whole years that rise", "Did you mean 'tenure'",
        "or_more is a number of bedrooms", "not_phased is a year", "no age band: '0-4'",
    ):  # fmt: skip
        assert words in str(caught.value)


def test_children_are_told_by_their_names_or_named():
    plan = pm.scenarios.scheme("a", homes=[row("owned", 2, 10)])
    renamed = OCCUPANCY.rename(columns={"11-15": "11-17", "16+": "18+"})
    with pytest.raises(InvalidParameter, match=r"'11-17'.*children="):
        pm.scenarios.scheme_people(plan, renamed)
    found = pm.scenarios.scheme_people(plan, renamed, children=["4-10"])
    assert found["children"].tolist() == found["4-10"].tolist()
    alone = pm.scenarios.scheme_people(plan, OCCUPANCY, ages=["16+"])
    assert alone["children"].isna().all()  # nobody counted them
    with pytest.raises(UnknownColumn, match="no column of people"):
        pm.scenarios.scheme_people(plan, OCCUPANCY[["tenure", "bedrooms", "households"]])


def test_totals_and_taken_names_are_no_age_bands():
    plan = pm.scenarios.scheme("a", homes=[row("owned", 2, 10)])
    total = OCCUPANCY.assign(everyone=OCCUPANCY[AGES].sum(axis=1))
    with pytest.raises(OverlappingGroups, match="'everyone' of the occupancy is the sum"):
        pm.scenarios.scheme_people(plan, total, children=["0-3"])
    with pytest.raises(ReservedName, match="'people'"):
        pm.scenarios.scheme_people(plan, OCCUPANCY.rename(columns={"16+": "people"}), children=["0-3"])
    subtotal = OCCUPANCY.assign(**{"0-15": OCCUPANCY[AGES[:3]].sum(axis=1)})
    with pytest.raises(OverlappingGroups, match="overlap: '0-3' and '0-15'"):
        pm.scenarios.scheme_people(plan, subtotal)
    with pytest.raises(OverlappingGroups, match="names columns twice: '0-3'"):
        pm.scenarios.scheme_people(plan, OCCUPANCY, ages=["0-3", "0-3", "16+"])
    open_ended = OCCUPANCY.rename(columns={"4-10": "3-10"})
    assert pm.scenarios.scheme_people(plan, open_ended)["children"].notna().all()
    years = OCCUPANCY.set_axis(["tenure", "bedrooms", "households", 3, 10, 15, 40], axis=1)
    found = pm.scenarios.scheme_people(plan, years)
    assert found["children"].iloc[0] == pytest.approx(found[["3", "10", "15"]].iloc[0].sum())


def test_no_row_or_argument_is_passed_over():
    plan = pm.scenarios.scheme("a", homes=[row("owned", 4, 10)])
    rates = pd.DataFrame({"phase": "primary", "bedrooms": ["1", "2", "3"], "pupils_per_home": 0.1})
    with pytest.raises(InvalidParameter) as caught:
        pm.scenarios.scheme_people(plan, OCCUPANCY, or_more=2, yields=rates, **SAID)
    for words in ("The occupancy has homes of more than 2 bedrooms", "owned, 4 bedrooms", "The yields has homes"):
        assert words in str(caught.value)
    with pytest.raises(InvalidParameter, match="yield_source is given without yields"):
        pm.scenarios.scheme_people(plan, OCCUPANCY, **SAID)
    for years in (2030, "2030", []):
        with pytest.raises(InvalidParameter, match="years are whole years that rise"):
            pm.scenarios.scheme_people(plan, OCCUPANCY, years=years)


def test_the_same_with_a_column_of_kinds():
    both = pd.concat(
        [OCCUPANCY.assign(kind="house"), OCCUPANCY.assign(kind="flat", households=OCCUPANCY["households"] * 2)]
    )
    plan = [pm.scenarios.scheme(kind, homes=[row("owned", 2, 10, kind=kind)]) for kind in ("house", "flat")]
    found = pm.scenarios.scheme_people(plan, both)
    assert found["people"].iloc[0] == pytest.approx(2 * found["people"].iloc[1])
    with pytest.raises(UnmatchedUnit, match="owned, 2 bedrooms"):
        pm.scenarios.scheme_people(pm.scenarios.scheme("a", homes=[row("owned", 2, 1)]), both)


# -- by unit --------------------------------------------------------------------------------------


def grid():
    cells = [shapely.box(4e5 + 100 * i, 3e5, 4e5 + 100 * (i + 1), 3e5 + 100) for i in range(4)]
    return gpd.GeoDataFrame({"unit": list("ABCD")}, geometry=cells, crs=27700)


def plan_of(internal=0.25):
    site = {"crs": "EPSG:27700", "internal": internal}
    return [
        pm.scenarios.scheme(
            "a", homes=[row("owned", 3, 40)], site=shapely.box(400_050, 300_000, 400_150, 300_050), **site
        ),
        pm.scenarios.scheme("b", dwellings=(10, 20), site=shapely.Point(400_150, 300_050), **site),
    ]


def test_people_reach_units_and_leave_others():
    people = pm.scenarios.scheme_people(plan_of(), OCCUPANCY, mix=MIX)
    where = pm.scenarios.placed(plan_of(), grid())
    origins = pd.Series({"A": 100.0, "B": 300.0, "D": 600.0})
    for case in ("low", "high"):
        found = pm.scenarios.added_by_unit(people, where, case=case, origins=origins).set_index("unit")
        mine = people[people["case"].isin(["stated", case])]
        assert found.index.tolist() == ["A", "B", "D"]
        assert found["arriving"].sum() == pytest.approx(mine["people"].sum())
        assert found["homes"].sum() == pytest.approx(mine["homes"].sum())
        assert found["leaving"].to_numpy() == pytest.approx(mine["from_internal"].sum() * np.array([0.1, 0.3, 0.6]))
        assert found["added"].sum() == pytest.approx(mine["people"].sum() - mine["from_internal"].sum())
        assert found.loc["A", "arriving"] == pytest.approx(mine["people"].iloc[0] / 2)
        assert found.loc["B", "schemes"] == "a; b"
        assert found.loc["D", "schemes"] == ""
    # A table of the synthetic kind takes what comes of it.
    town = pm.from_wide(
        pd.DataFrame({"id": list("ABCD"), "x": 900, "y": 100, "d": "d"}), groups=["x", "y"], unit="id", strata=["d"]
    )
    mixed = pm.scenarios.expected_mix(town, found["added"], district="d")
    assert mixed["people_central"].sum() == pytest.approx(3_000 + found["added"].sum())


def test_by_unit_refuses_to_guess():
    people = pm.scenarios.scheme_people(plan_of(), OCCUPANCY, mix=MIX, not_phased=2030, years=[2029, 2030])
    where = pm.scenarios.placed(plan_of(), grid())
    added = pm.scenarios.added_by_unit
    with pytest.raises(InvalidParameter) as caught:
        added(people, where)
    assert "year=2030" in str(caught.value)
    assert "case='low' or 'high'" in str(caught.value)
    with pytest.raises(InvalidParameter, match="no people of the year 2031"):
        added(people, where, year=2031, case="low")
    with pytest.raises(InvalidParameter, match="origins="):
        added(people, where, year=2030, case="low")
    with pytest.raises(InvalidCounts, match="would leave origins of 3"):
        added(people, where, year=2030, case="low", origins=pd.Series({"A": 3}))
    with pytest.raises(InvalidCounts, match="missing or negative"):
        added(people, where, year=2030, case="low", origins=pd.Series({"A": -3, "B": 900}))
    with pytest.raises(UnmatchedUnit, match="not among the places"):
        added(people, where[where["reference"] == "a"], year=2030, case="low", origins=pd.Series({"A": 900}))
    with pytest.raises(UnknownColumn):
        added(people.drop(columns="homes"), where)
    unknown = pm.scenarios.scheme_people(plan_of(), OCCUPANCY)
    with pytest.raises(InvalidCounts, match="not known"):
        added(unknown, where, case="low", origins=pd.Series({"A": 900}))


def test_by_unit_nobody_is_counted_twice_or_in_part():
    plan = [*plan_of()[:1], pm.scenarios.scheme("c", homes=[row("owned", 1, 9)], year=2030, internal=0.5)]
    people = pm.scenarios.scheme_people(plan, OCCUPANCY)
    where = pd.DataFrame({"reference": ["a", "a", "c"], "unit": ["A", "B", "B"], "share": [0.5, 0.5, 1.0]})
    origins = pd.Series([300.0, 700.0], index=["A", "B"])
    added = pm.scenarios.added_by_unit
    found = added(people, where, origins=origins)
    assert found["note"].unique().tolist() == ["1 scheme without a year taken to be complete: a."]
    assert found["arriving"].sum() == pytest.approx(people["people"].sum())
    with pytest.raises(DuplicateUnit, match=r"people has schemes twice.*\[a, c\]"):
        added(pd.concat([people, people]), where, origins=origins)
    with pytest.raises(InvalidTable, match=r"do not sum to 1.*\[a\]"):
        added(people, where.iloc[1:], origins=origins)
    with pytest.raises(DuplicateUnit, match=r"several rows.*\[1\]"):
        added(people, where, origins=pd.Series([300.0, 700.0], index=[1, "1"]))
    with pytest.raises(InvalidTable, match="not a dict"):
        added(people, where, origins={"A": 1000})
    with pytest.raises(InvalidTable, match="must be a table, not a list"):
        added([people], where, origins=origins)
    with pytest.raises(NoPlace, match="No scheme has a place"):
        added(people, where.iloc[1:].assign(unit=None, share=np.nan), origins=origins)


def test_people_without_a_place_are_named():
    plan = [*plan_of(0), pm.scenarios.scheme("far", homes=[row("owned", 1, 9)])]
    people = pm.scenarios.scheme_people(plan, OCCUPANCY, mix=MIX)
    where = pm.scenarios.placed(plan, grid(), outside="leave out")
    found = pm.scenarios.added_by_unit(people, where, case="high")
    assert found["note"].iloc[0].startswith("1 scheme of ")
    assert found["note"].iloc[0].endswith("far.")
    assert found["added"].sum() == pytest.approx(
        people.loc[people["case"].isin(["stated", "high"]), "people"][:-1].sum()
    )


def test_saved_and_verified(tmp_path):
    yields = pd.DataFrame({"phase": ["primary"] * 4, "bedrooms": [1, 2, 3, 4], "pupils_per_home": [0, 0.1, 0.3, 0.4]})
    occupancy = OCCUPANCY.assign(tenure=pd.Categorical(OCCUPANCY["tenure"]))
    plan = [pm.scenarios.scheme("a", homes=[row("private_rent", 6, 40)], year=2031), *plan_of()[1:]]
    people = pm.scenarios.scheme_people(plan, occupancy, mix=MIX, yields=yields, **SAID, or_more=4)
    outcome = pm.verify(people.save(tmp_path / "people.zip"))
    assert outcome.same, str(outcome)
    where = pm.scenarios.placed(plan[1:], grid())
    found = pm.scenarios.added_by_unit(people.iloc[1:], where, case="low", origins=pd.Series({"A": 900}))
    outcome = pm.verify(found.save(tmp_path / "found.zip"))
    assert outcome.same, str(outcome)
