"""School places of schemes: by hand, against a plain recount, and nothing lost, clipped or counted twice."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    GeographicCRS,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    NotNumbers,
    UnknownColumn,
    UnmatchedUnit,
)

PLACES = pm.scenarios.school_places
TOWN = pm.datasets.town()
OCCUPANCY = TOWN.occupancy
YEARS = {"rolls_year": "2025/26", "places_year": 2024}
YIELDS = {"yields": {"primary": 0.2, "secondary": 0.1}, "yield_source": "made up for this test"}
#: Columns that a pack holds and that must not change with the way that areas are found.
NUMBERS = ["pupils_scheme", "pupils_committed", "pupils", "places", "left_without", "left_with"]


def scheme(name, homes=100, *, at=None, crs=27700, year=2030, **more):
    site = None if at is None else shapely.Point(*at) if isinstance(at, tuple) else at
    system = None if site is None or crs is None else f"EPSG:{crs}"
    return pm.scenarios.scheme(name, dwellings=homes, year=year, site=site, crs=system, **more)


def sent(schemes, **more):
    return pm.scenarios.scheme_people(schemes, OCCUPANCY, **YIELDS | more)


def schools_at(rows, crs=27700):
    """Schools of (id, phase, area, pupils, places, x, y)."""
    table = pd.DataFrame(rows, columns=["school", "phase", "planning_area", "pupils", "places", "x", "y"])
    return gpd.GeoDataFrame(
        table.drop(columns=["x", "y"]), geometry=gpd.points_from_xy(table["x"], table["y"]), crs=crs
    )


X, Y = 400_000, 400_000
SCHOOLS = schools_at(
    [
        ("A", "primary", "North", 180, 220, X, Y),
        ("B", "primary", "North", 216, 210, X + 500, Y),
        ("C", "primary", "South", 100, 110, X, Y - 3000),
        ("D", "primary", "South", 90, np.nan, X, Y - 3500),
        ("E", "secondary", "Town", 900, 1000, X, Y),
    ]
)
ONE = scheme("24/1", 110, at=(X, Y + 100))


def row(found, phase, area, **keys):
    mine = found[(found["phase"] == phase) & (found["planning_area"] == area)]
    for name, value in keys.items():
        mine = mine[mine[name] == value]
    assert len(mine) == 1
    return mine.iloc[0]


# --- by hand ---------------------------------------------------------------------------------------


def test_by_hand_today():
    """North: 430 places, 396 pupils, 34 left; 110 homes × 0.2 = 22 pupils leave 12."""
    found = PLACES(sent(ONE), ONE, schools=SCHOOLS, **YEARS)
    assert len(found) == 2
    north = row(found, "primary", "North")
    assert (north["places"], north["pupils"], north["pupils_committed"]) == (430, 396, 0)
    assert (north["left_without"], north["pupils_scheme"], north["left_with"]) == (34, 22, 12)
    assert (north["short"], north["change"], north["year"]) == (False, -22, 2030)
    # B has six pupils more than places, and takes them from A's forty.
    assert (north["schools_counted"], north["schools_over"], north["schools_unknown"]) == (2, "B", None)
    assert (north["rolls_year"], north["places_year"], north["basis"]) == ("2025/26", "2024", "rolls")
    assert north["sentence"] == (
        "By the rolls of 2025/26 and the places of 2024 there would be 34 places left in North's primary schools "
        "without the scheme and 12 with its homes of 2030."
    )
    assert found.explain().splitlines()[0] == north["sentence"]
    assert "Places are of another year than rolls" in north["note"]
    assert "1 school has more pupils than places, which takes from their area: B." in north["note"]
    assert "no forecast" in north["note"]
    assert "Yields: made up for this test." in north["note"]


@pytest.mark.slow
def test_a_surplus_that_becomes_a_deficit_is_told():
    big = scheme("24/2", 200, at=(X, Y))
    north = row(PLACES(sent(big), big, schools=SCHOOLS, **YEARS), "primary", "North")
    assert (north["left_with"], north["short"]) == (-6, True)
    assert north["sentence"].endswith("without the scheme; with its homes of 2030 they would be 6 short.")
    exact = scheme("24/3", 170, at=(X, Y))
    north = row(PLACES(sent(exact), exact, schools=SCHOOLS, **YEARS), "primary", "North")
    assert (north["left_with"], north["short"]) == (pytest.approx(0), False)
    full = SCHOOLS.assign(pupils=SCHOOLS["pupils"] + 20)
    north = row(PLACES(sent(ONE), ONE, schools=full, **YEARS), "primary", "North")
    assert (north["left_without"], north["left_with"], north["short"]) == (-6, -28, False)
    assert "North's primary schools would be 6 places short without the scheme and 28 with" in north["sentence"]


def forecast_of(areas, years=3, base=2025, **columns):
    """A forecast as `schools.places` gives it: (phase, area, rolls, places, low, high, committed) of each area."""
    rows = [
        {
            "planning_area": area, "phase": phase, "year": base + ahead, "year_group": "all", "ahead": ahead,
            "forecast": rolls + committed, "lower": low + committed, "upper": high + committed, "level": 0.8,
            "from_rolls": rolls, "from_committed": committed, "places": places, "reason": None,
        }
        for phase, area, rolls, places, low, high, committed in areas
        for ahead in range(1, years + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


LOOKUP = pd.DataFrame({"unit": ["u", "v", "w"], "primary_area": ["North", "North", "South"], "secondary_area": "Town"})
AREAS = [("primary", "North", 380, 430, 360, 410, 0), ("secondary", "Town", 900, 1000, 880, 950, 0)]


def laid(**shares):
    rows = [(name.replace("_", "/"), unit, share) for name, parts in shares.items() for unit, share in parts.items()]
    return pd.DataFrame(rows, columns=["reference", "unit", "share"])


@pytest.mark.slow
def test_by_hand_with_a_forecast_and_its_range():
    people = sent(scheme("a", 100, year=None, phasing={2026: 50, 2027: 50}), years=[2026, 2027, 2028, 2029])
    found = PLACES(people, laid(a={"u": 1.0}), lookup=LOOKUP, forecast=forecast_of(AREAS), places_year=2025)
    north = found[found["planning_area"] == "North"]
    assert north["year"].tolist() == [2026, 2027, 2028, 2029]
    assert north["pupils_scheme"].tolist() == [10, 20, 20, 20]
    assert north["left_without"].tolist()[:3] == [50] * 3
    assert north["left_with"].tolist()[:3] == [40, 30, 30]
    # More pupils leave fewer places: the upper end of the forecast is the lower end of places left.
    assert north["left_without_lower"].tolist()[:3] == [20] * 3
    assert north["left_without_upper"].tolist()[:3] == [70] * 3
    assert north["left_with_lower"].tolist()[:3] == [10, 0, 0]
    assert north["left_with_upper"].tolist()[:3] == [60, 50, 50]
    assert north[["places", "pupils", "left_without", "left_with", "left_with_lower"]].iloc[3].isna().all()
    assert north["reason"].tolist() == [None, None, None, "the forecast ends in 2028"]
    assert north["short"].tolist() == [False, False, False, pd.NA]
    assert set(north["rolls_year"]) == {"2025"}
    assert set(north["places_year"]) == {"2025"}
    assert north["sentence"].iloc[0] == (
        "In 2026 there would be 50 places left in North's primary schools without the scheme and 40 with it. "
        "Range (80% of past errors): without it 20 to 70 left, with it 10 to 60 left."
    )
    assert (
        "is not known: the forecast ends in 2028. The scheme would send 20 pupils there." in north["sentence"].iloc[3]
    )
    early = PLACES(sent(scheme("a", year=2025)), laid(a={"u": 1.0}), lookup=LOOKUP, forecast=forecast_of(AREAS))
    assert set(early["reason"]) == {"the forecast begins in 2026"}
    assert "1 scheme has homes complete in 2025, whose pupils may be on the rolls: a." in early["note"].iloc[0]


@pytest.mark.slow
def test_a_forecast_without_a_number_or_a_range_says_why():
    unknown = forecast_of(AREAS, forecast=np.nan, lower=np.nan, upper=np.nan, reason="intake not given")
    found = PLACES(sent(scheme("a", year=2026)), laid(a={"u": 1.0}), lookup=LOOKUP, forecast=unknown)
    assert set(found["reason"]) == {"the forecast has no number (intake not given)"}
    ranged = forecast_of(AREAS, lower=np.nan, upper=np.nan, reason="too few back-cast errors for a range")
    found = PLACES(sent(scheme("a", year=2026)), laid(a={"u": 1.0}), lookup=LOOKUP, forecast=ranged)
    assert found["left_with"].notna().all()
    assert found["left_with_lower"].isna().all()
    assert set(found["reason"]) == {"too few back-cast errors for a range"}
    assert "Range" not in found["sentence"].iloc[0]
    undated = PLACES(sent(scheme("a", year=None)), laid(a={"u": 1.0}), lookup=LOOKUP, forecast=forecast_of(AREAS))
    assert set(undated["reason"]) == {"no scheme states a year, and a forecast is of one"}
    assert undated["year"].isna().all()


def test_the_surplus_is_that_of_the_forecast():
    """Identity: without committed schemes of one's own, what is left without is the surplus of `schools.places`."""
    town = TOWN
    homes = pd.DataFrame(
        {"primary_area": ["D3B"], "secondary_area": ["S3"], "year": [2023], "dwellings": [400], "status": "committed"}
    )
    forecast = pm.schools.places(
        town.rolls, town.schools, town.births, homes, years=4, capacity_year=2021, too_few="phases",
        yields={"primary": 0.3, "secondary": 0.2}, yield_source="made up",
    )  # fmt: skip
    one = scheme("a", 120, at=(499_600, 17_300), crs=32631)
    found = PLACES(sent(one, years=[2022, 2023, 2024, 2025]), one, forecast=forecast, schools=town.schools)
    both = found.merge(
        forecast[forecast["year_group"] == "all"], on=["phase", "planning_area", "year"], suffixes=("", "_f")
    )
    assert len(both) == 8
    for name, theirs in (("left_without", "surplus"), ("left_without_lower", "surplus_lower"),
                         ("left_without_upper", "surplus_upper"), ("pupils", "from_rolls"),
                         ("pupils_committed", "from_committed")):  # fmt: skip
        assert both[name].to_numpy() == pytest.approx(both[theirs].to_numpy(), rel=1e-9, nan_ok=True)
    assert both["pupils_committed"].max() > 0
    assert set(found["places_year"]) == {"2021"}  # what the forecast was told
    assert "Committed homes are those of the forecast." in found["note"].iloc[0]
    nearest = {}
    for phase in ("primary", "secondary"):
        mine = town.schools[town.schools["phase"] == phase]
        nearest[phase] = mine["planning_area"].iloc[mine.distance(one.site).argmin()]
    assert found.groupby("phase")["planning_area"].first().to_dict() == nearest


# --- committed homes, once -------------------------------------------------------------------------


@pytest.mark.slow
def test_committed_homes_stand_on_both_sides():
    other = scheme("b", 50, at=(X, Y), status="permissioned")
    alone = PLACES(sent(ONE), [ONE], schools=SCHOOLS, **YEARS)
    found = PLACES(sent(ONE), [ONE, other], schools=SCHOOLS, committed=sent(other), **YEARS)
    north = row(found, "primary", "North")
    assert (north["pupils_committed"], north["left_without"], north["left_with"]) == (10, 24, 2)
    assert found["change"].tolist() == alone["change"].tolist()
    assert "with 10 pupils of committed homes, there would be 24 places left" in north["sentence"]
    away = scheme("b", 50, at=(X, Y - 3000))
    found = PLACES(sent(ONE), [ONE, away], schools=SCHOOLS, committed=sent(away), unknown="leave out", **YEARS)
    assert set(found["planning_area"]) == {"North", "Town"}
    assert row(found, "primary", "North")["left_without"] == 34
    assert row(found, "secondary", "Town")["pupils_committed"] == 5


@pytest.mark.slow
def test_committed_homes_in_the_forecast_are_not_counted_again():
    coming = sent(scheme("b", 50, year=2026))
    people, where = sent(scheme("a", year=2026)), laid(a={"u": 1.0}, b={"v": 1.0})
    holds = forecast_of([(*AREAS[0][:6], 8), (*AREAS[1][:6], 4)])
    given_ = {"lookup": LOOKUP, "committed": coming}
    with pytest.raises(InvalidParameter, match="whether the forecast already holds the committed"):
        PLACES(people, where, forecast=holds, **given_)
    inside = PLACES(people, where, forecast=holds, committed_in_forecast=True, **given_)
    plain = PLACES(people, where, forecast=holds, lookup=LOOKUP)
    for name in NUMBERS:
        assert inside[name].tolist() == plain[name].tolist()
    assert inside["pupils_committed"].tolist() == [8, 4]
    assert "are in the forecast, and not counted again" in inside["note"].iloc[0]
    on_top = PLACES(people, where, forecast=holds, committed_in_forecast=False, **given_)
    assert on_top["pupils_committed"].tolist() == [18, 9]
    assert "on top of the forecast and of the committed homes that it holds" in on_top["note"].iloc[0]
    with pytest.raises(InvalidParameter, match="holds no pupils of committed homes"):
        PLACES(people, where, forecast=forecast_of(AREAS), committed_in_forecast=True, **given_)
    with pytest.raises(InvalidParameter, match="without both"):
        PLACES(people, where, forecast=holds, lookup=LOOKUP, committed_in_forecast=True)
    sure = sent(scheme("a", year=2026, status="permissioned"))
    assert (
        "must not be among the forecast's committed homes: a."
        in (PLACES(sure, where, forecast=holds, lookup=LOOKUP)["note"].iloc[0])
    )


@pytest.mark.slow
def test_committed_homes_on_the_rolls_are_not_counted_again():
    """Of 60 homes 20 were complete when the children of 2025/26 were counted; 40 × 0.2 = 8 pupils are still to come."""
    partly = scheme("b", 60, at=(X, Y), year=None, phasing={2024: 10, 2025: 10, 2028: 40})
    people = sent(ONE, years=[2025, 2026, 2030])
    coming = sent(partly, years=[2024, 2025, 2026, 2028, 2030])
    found = PLACES(people, [ONE, partly], schools=SCHOOLS, committed=coming, phases=["primary"], **YEARS)
    assert found["pupils_committed"].tolist() == [0, 0, pytest.approx(8)]
    assert "complete in 2025 are on the rolls, and not counted again" in found["note"].iloc[0]
    # Rolls of two years, of which the first decides.
    older = SCHOOLS.assign(rolls_year=["2023/24", *["2025/26"] * 4])
    found = PLACES(people, [ONE, partly], schools=older, committed=coming, phases="primary", places_year=2024)
    assert found["pupils_committed"].tolist() == [4, 4, pytest.approx(12)]
    assert found["rolls_year"].unique().tolist() == ["2023/24 to 2025/26"]
    # The phasing of the scheme says it, or the rows do: the same.
    where, late = laid(**{"24_1": {"u": 1.0}, "b": {"v": 1.0}}), sent(partly, years=[2026, 2030])
    for places, rows, more in ((where, coming, {"lookup": LOOKUP}), ([ONE, partly], late, {})):
        found = PLACES(
            sent(ONE, years=[2026, 2030]), places, schools=SCHOOLS, committed=rows, phases="primary", **more, **YEARS
        )
        assert found["pupils_committed"].tolist() == [0, pytest.approx(8)]
    done = scheme("b", 30, at=(X, Y), year=2020)
    coming = sent(done, years=[2020, 2025, 2026, 2030])
    found = PLACES(people, [ONE, done], schools=SCHOOLS, committed=coming, **YEARS)
    assert found["pupils_committed"].tolist() == [0] * 6


def test_a_scheme_is_not_both():
    with pytest.raises(DuplicateUnit, match="would be counted twice") as error:
        PLACES(sent(ONE), ONE, schools=SCHOOLS, committed=sent(ONE), **YEARS)
    assert error.value.units == ("24/1",)


# --- nothing lost ----------------------------------------------------------------------------------


def plain_recount(schemes, committed, schools, yields, year):
    """One scheme after the other: its nearest school's area, and the sums of that area."""
    found = {}
    for role, given_ in (("scheme", schemes), ("committed", committed)):
        for one in given_:
            for phase, rate in yields.items():
                mine = schools[schools["phase"] == phase]
                away = np.hypot(mine.geometry.x - one.site.x, mine.geometry.y - one.site.y)
                areas = sorted(set(mine["planning_area"][away <= away.min() + 1e-6]))
                for area in areas:
                    cell = found.setdefault((phase, area), {"scheme": 0.0, "committed": 0.0})
                    cell[role] += one.net[0] * rate / len(areas) * (year >= one.phasing.index.max())
    for (phase, area), cell in found.items():
        mine = schools[(schools["phase"] == phase) & (schools["planning_area"] == area)]
        known = mine.dropna()
        cell["left"] = sum(known["places"]) - sum(known["pupils"]) - cell["committed"]
    return found


@pytest.mark.slow
@given(st.integers(0, 10_000))
@settings(max_examples=5)
def test_agrees_with_a_plain_recount_and_loses_no_pupil(seed):
    rng = np.random.default_rng(seed)
    at = lambda: tuple(map(float, rng.integers(0, 6, 2) * 1000 + X))  # noqa: E731 (a grid, so that ties happen)
    rows = [
        (f"s{number}", phase, f"P{rng.integers(4)}", int(rng.integers(50, 400)),
         np.nan if rng.random() < 0.2 else int(rng.integers(50, 400)), *at())
        for phase in ("primary", "secondary") for number in range(8)
    ]  # fmt: skip
    schools = schools_at(rows)
    schemes = [scheme(f"a{number}", int(rng.integers(1, 300)), at=at(), year=2030) for number in range(5)]
    others = [
        scheme(f"b{number}", int(rng.integers(1, 300)), at=at(), year=int(rng.integers(2027, 2034)))
        for number in range(4)
    ]
    people, coming = sent(schemes), sent(others, years=[2030])
    found = PLACES(people, [*schemes, *others], schools=schools, committed=coming, unknown="leave out", **YEARS)
    plain = plain_recount(schemes, others, schools, YIELDS["yields"], 2030)
    touched = {key for key, cell in plain.items() if cell["scheme"]}
    assert {(one.phase, one.planning_area) for one in found.itertuples()} == touched
    for one in found.itertuples():
        cell = plain[one.phase, one.planning_area]
        assert one.pupils_scheme == pytest.approx(cell["scheme"], rel=1e-9)
        assert one.pupils_committed == pytest.approx(cell["committed"], rel=1e-9)
        if one.schools_counted:
            assert one.left_without == pytest.approx(cell["left"], rel=1e-9, abs=1e-9)
            assert one.left_with == pytest.approx(cell["left"] - cell["scheme"], rel=1e-9, abs=1e-9)
        else:
            assert np.isnan(one.left_with)
    sums = found.groupby("phase")["pupils_scheme"].sum()
    for phase in ("primary", "secondary"):
        assert sums[phase] == pytest.approx(people[f"pupils_{phase}"].sum(), abs=1e-9)
    # Each scheme alone: the same pupils, and what comes anyway beside each.
    alone = PLACES(
        people, [*schemes, *others], schools=schools, committed=coming, unknown="leave out", alone=True, **YEARS
    )
    for phase in ("primary", "secondary"):
        mine = alone[alone["phase"] == phase].groupby("schemes")["pupils_scheme"].sum()
        wanted = people.set_index("reference")[f"pupils_{phase}"]
        assert mine.reindex(wanted.index).to_numpy() == pytest.approx(wanted.to_numpy(), abs=1e-9)
    changes = alone.groupby(["phase", "planning_area"])["change"].sum()
    together = found.set_index(["phase", "planning_area"])["change"]
    assert changes.reindex(together.index).to_numpy() == pytest.approx(together.to_numpy(), abs=1e-9)
    left = alone.groupby(["phase", "planning_area"])["left_without"].nunique(dropna=False)
    assert (left == 1).all()


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 400), st.floats(0, 1), st.booleans()), min_size=1, max_size=6))
@settings(max_examples=5)
def test_shares_split_pupils_and_lose_none(sizes):
    schemes = [scheme(f"a{number}", homes) for number, (homes, _, _) in enumerate(sizes)]
    rows = []
    for number, (_, part, inside) in enumerate(sizes):
        if inside:
            rows += [(f"a{number}", "u", part), (f"a{number}", "w", 1 - part)]
        else:
            rows.append((f"a{number}", None, np.nan))
    where = pd.DataFrame(rows, columns=["reference", "unit", "share"])
    people = sent(schemes)
    found = PLACES(people, where, lookup=LOOKUP, schools=SCHOOLS, unknown="missing", **YEARS)
    for phase in ("primary", "secondary"):
        mine = found[found["phase"] == phase]
        assert mine["pupils_scheme"].sum() == pytest.approx(people[f"pupils_{phase}"].sum(), abs=1e-9)
    out = [f"a{number}" for number, (_, _, inside) in enumerate(sizes) if not inside]
    nowhere = found[found["planning_area"].isna()]
    assert len(nowhere) == (2 if out else 0)
    if out:
        assert nowhere["schemes"].unique().tolist() == ["; ".join(out)]
        assert nowhere["left_with"].isna().all()
        assert nowhere["reason"].str.startswith("no planning area (a").all()
    south = found[(found["planning_area"] == "South")]
    if len(south):
        wanted = sum(0.2 * homes * (1 - part) for homes, part, inside in sizes if inside)
        assert south["pupils_scheme"].item() == pytest.approx(wanted, abs=1e-9)
        assert np.isnan(south["left_with"].item())  # D's places are not known


@pytest.mark.slow
def test_schemes_without_a_place_have_a_row_and_a_reason():
    lost = scheme("24/9", 10)
    found = PLACES(sent([ONE, lost]), [ONE, lost], schools=SCHOOLS, **YEARS)
    nowhere = found[found["planning_area"].isna()]
    assert nowhere["pupils_scheme"].tolist() == [2, 1]
    assert nowhere["reason"].iloc[0] == "no planning area (24/9: it has no site)"
    assert nowhere["sentence"].iloc[0] == (
        "2 primary pupils of the scheme in 2030 are set against no places: no planning area (24/9: it has no site)."
    )
    assert "1 scheme belongs to no planning area, in rows apart: 24/9." in found["note"].iloc[0]
    found = PLACES(sent(ONE), [ONE, lost], schools=SCHOOLS, committed=sent(lost), **YEARS)
    assert found["planning_area"].notna().all()
    assert "1 committed scheme belongs to no planning area, and to no row: 24/9." in found["note"].iloc[0]


def test_pupils_that_nobody_knows_are_missing_in_their_area_alone():
    unclear = scheme("24/8", 40, at=(X, Y - 3000))
    people = sent([ONE, unclear])
    people.loc[people["reference"] == "24/8", ["pupils_primary", "pupils_secondary"]] = np.nan
    found = PLACES(people, [ONE, unclear], schools=SCHOOLS, unknown="leave out", **YEARS)
    south, north, town = (
        row(found, "primary", "South"), row(found, "primary", "North"), row(found, "secondary", "Town"),
    )  # fmt: skip
    assert north["left_with"] == 12
    assert (south["left_without"], np.isnan(south["left_with"])) == (10, True)
    assert south["reason"] == town["reason"] == "pupils of schemes are not known (24/8)"
    assert south["short"] is pd.NA
    assert "Without it there would be 10 left." in south["sentence"]


# --- which planning area ---------------------------------------------------------------------------


@pytest.mark.slow
def test_all_ways_give_the_same_where_they_agree():
    cells = [shapely.box(X - 2000, Y - 1000, X + 2000, Y + 2000), shapely.box(X - 2000, Y - 5000, X + 2000, Y - 1000)]
    shapes = gpd.GeoDataFrame(
        {"planning_area": ["North", "South", "Town"], "phase": ["primary", "primary", "secondary"]},
        geometry=[*cells, shapely.union_all(cells)], crs=27700,
    )  # fmt: skip
    units = gpd.GeoDataFrame({"unit": ["u", "w"]}, geometry=cells, crs=27700)
    plan = [ONE, scheme("24/2", 30, at=(X + 10, Y - 3000))]
    where = pm.scenarios.placed(plan, units)
    long = LOOKUP.melt("unit", var_name="phase", value_name="planning_area")
    long["phase"] = long["phase"].str.removesuffix("_area")
    asked = {"schools": SCHOOLS, "unknown": "leave out", **YEARS}
    ways = [
        PLACES(sent(plan), plan, **asked), PLACES(sent(plan), plan, areas=shapes, **asked),
        PLACES(sent(plan), where, lookup=LOOKUP, **asked), PLACES(sent(plan), where, lookup=long, **asked),
    ]  # fmt: skip
    for found in ways:
        assert found["planning_area"].tolist() == ["North", "South", "Town"]
        assert found[NUMBERS].to_numpy() == pytest.approx(ways[0][NUMBERS].to_numpy())
        assert found["schemes"].tolist() == ["24/1", "24/2", "24/1; 24/2"]
    assert [found["note"].iloc[0][:60] for found in ways[:3]] == [
        "Schemes belong to the planning area of the nearest school of",
        "Schemes belong to the planning area that their site lies in;",
        "Schemes belong to the planning area of the unit they lie in,",
    ]
    # Areas without a column of phases are those of every phase.
    one = PLACES(sent(plan), plan, areas=shapes.drop(columns="phase").head(2), phases=["primary"], **asked)
    assert one[NUMBERS].to_numpy() == pytest.approx(ways[0][NUMBERS].head(2).to_numpy())


def test_ground_in_two_areas_is_shared_and_ground_outside_is_listed():
    cells = [shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 100, Y, X + 200, Y + 100)]
    shapes = gpd.GeoDataFrame({"planning_area": ["North", "South"]}, geometry=cells, crs=27700)
    ground = scheme("g", 100, at=shapely.box(X + 75, Y, X + 175, Y + 100))
    far = scheme("f", 10, at=(X + 5000, Y))
    found = PLACES(
        sent([ground, far]), [ground, far], areas=shapes, schools=SCHOOLS, phases=["primary"], unknown="leave out",
        **YEARS,
    )  # fmt: skip
    assert found["pupils_scheme"].tolist() == pytest.approx([5, 15, 2])
    assert "lies outside the units, 4.8 km from the nearest" in found["reason"].iloc[2]


def test_schools_equally_near_share_pupils_between_their_areas():
    between = scheme("m", 100, at=(X, Y - 1500))
    found = PLACES(sent(between), between, schools=SCHOOLS, unknown="leave out", phases=["primary"], **YEARS)
    assert found["planning_area"].tolist() == ["North", "South"]
    assert found["pupils_scheme"].tolist() == [10, 10]
    assert "(primary 1.5 km away)" in found["note"].iloc[0]


def test_sites_in_degrees_are_brought_to_the_map_of_the_schools():
    point = gpd.GeoSeries([ONE.site], crs=27700).to_crs(4326).iloc[0]
    found = PLACES(sent(ONE), scheme("24/1", 110, at=point, crs=4326), schools=SCHOOLS, **YEARS)
    assert row(found, "primary", "North")["left_with"] == 12


@pytest.mark.slow
def test_areas_of_their_own_hold_the_schools_within_reach():
    """Two miles are 3,218.688 m: of the primary schools A, B and C, and not D."""
    no_areas = SCHOOLS.drop(columns="planning_area")
    found = PLACES(
        sent(scheme("24/1", 110, at=(X, Y))), scheme("24/1", 110, at=(X, Y)), schools=no_areas,
        within={"primary": "2 miles", "secondary": 5000}, **YEARS,
    )  # fmt: skip
    assert found["planning_area"].tolist() == ["within 2 miles of 24/1", "within 5 km of 24/1"]
    first = found.iloc[0]
    assert (first["places"], first["pupils"], first["left_with"]) == (540, 496, 22)
    assert first["schools_counted"] == 3
    assert "left in the primary schools within 2 miles of 24/1 without the scheme" in first["sentence"]
    # A school at exactly this distance is within it.
    found = PLACES(sent(ONE), scheme("24/1", 110, at=(X, Y)), schools=no_areas, within=3000, phases="primary", **YEARS)
    assert found["schools_counted"].item() == 3
    none = PLACES(sent(ONE), scheme("24/1", at=(X, Y + 9000)), schools=no_areas, within=3000, **YEARS)
    assert none["reason"].tolist() == ["no primary school is so near", "no secondary school is so near"]
    assert none["schools_counted"].tolist() == [0, 0]
    assert none["pupils_scheme"].tolist() == [22, 11]


def test_own_areas_overlap_and_each_scheme_counts_in_its_own():
    near = scheme("24/2", 50, at=(X, Y - 400))
    coming, far = scheme("b", 10, at=(X, Y - 900)), scheme("c", 10, at=(X, Y + 3500))
    plan = [ONE, near, coming, far]
    found = PLACES(
        sent([ONE, near]),
        plan,
        schools=SCHOOLS,
        within=1000,
        phases=["primary"],
        committed=sent([coming, far]),
        **YEARS,
    )
    assert found["schemes"].tolist() == ["24/1", "24/2"]
    assert found["pupils_scheme"].tolist() == [22, 10]
    assert found["pupils"].tolist() == [396, 396]
    # b is 1,000 m from the first, and 500 m from the second; c is near neither.
    assert found["pupils_committed"].tolist() == [2, 2]
    assert "do not add up" in found["note"].iloc[0]


def test_schools_without_a_place_are_counted_in_their_area_and_never_the_nearest():
    lost = SCHOOLS.copy()
    lost.loc[[0, 4], "geometry"] = [None, shapely.Point()]
    found = PLACES(sent(ONE), ONE, schools=lost, **YEARS)
    assert row(found, "primary", "North")["left_with"] == 12
    assert "2 schools without a place on the map cannot be the nearest." in found["note"].iloc[0]
    secondary = found[found["phase"] == "secondary"]
    assert secondary["reason"].item() == "no planning area (24/1: no secondary school has a place on the map)"
    own = PLACES(sent(ONE), ONE, schools=lost, within=2000, **YEARS)
    assert own["schools_counted"].tolist() == [1, 0]
    assert "2 schools are in no area for lack of a place on the map." in own["note"].iloc[0]


# --- what is not known -----------------------------------------------------------------------------

SOUTH = scheme("24/5", 20, at=(X, Y - 3000))


def test_unknown_capacity_needs_a_policy():
    with pytest.raises(InvalidParameter, match="1 school that would be counted are not known") as error:
        PLACES(sent(SOUTH), SOUTH, schools=SCHOOLS, **YEARS)
    assert error.value.units == ("D",)
    assert "'missing'" in str(error.value)
    with pytest.raises(InvalidCounts, match="not known") as error:
        PLACES(sent(SOUTH), SOUTH, schools=SCHOOLS, unknown="refuse", **YEARS)
    assert error.value.units == ("D",)
    # Where no such school is counted, no policy is needed.
    assert len(PLACES(sent(ONE), ONE, schools=SCHOOLS, **YEARS)) == 2


def test_missing_and_left_out():
    missing = row(PLACES(sent(SOUTH), SOUTH, schools=SCHOOLS, unknown="missing", **YEARS), "primary", "South")
    assert np.isnan(missing["places"])
    assert np.isnan(missing["left_with"])
    assert missing["pupils"] == 190
    assert (missing["schools_counted"], missing["schools_unknown"]) == (2, "D")
    assert missing["reason"] == "places of 1 school are not known (D)"
    assert (missing["pupils_scheme"], missing["change"]) == (4, -4)
    assert "leave their areas' places unknown: D" in missing["note"]
    left = row(PLACES(sent(SOUTH), SOUTH, schools=SCHOOLS, unknown="leave out", **YEARS), "primary", "South")
    assert (left["places"], left["pupils"], left["left_without"], left["left_with"]) == (110, 100, 10, 6)
    assert (left["schools_counted"], left["schools_unknown"], left["reason"]) == (1, "D", None)
    assert left["sentence"].endswith("1 school there is left out, of which pupils or places are not known.")


@pytest.mark.parametrize("policy", ["missing", "leave out"])
def test_places_of_no_school_are_never_none(policy):
    blind = SCHOOLS.assign(places=SCHOOLS["places"].where(SCHOOLS["phase"] == "primary"))
    found = PLACES(sent(ONE), ONE, schools=blind, unknown=policy, **YEARS)
    town = row(found, "secondary", "Town")
    assert np.isnan(town["places"])
    assert np.isnan(town["left_with"])
    assert "(E)" in town["reason"]
    assert town["schools_unknown"] == "E"
    assert town["short"] is pd.NA
    assert "is not known: places" in town["sentence"]
    assert row(found, "primary", "North")["left_with"] == 12
    unknown_rolls = SCHOOLS.assign(pupils=SCHOOLS["pupils"].astype(float).where(SCHOOLS["school"] != "A"))
    north = row(PLACES(sent(ONE), ONE, schools=unknown_rolls, unknown=policy, **YEARS), "primary", "North")
    if policy == "missing":
        assert np.isnan(north["pupils"])
        assert north["reason"] == "pupils of 1 school are not known (A)"
    else:
        assert (north["pupils"], north["places"], north["left_without"]) == (216, 210, -6)


# --- cases and years -------------------------------------------------------------------------------


@pytest.mark.slow
def test_both_ends_of_a_range_of_homes():
    wide = scheme("r", (50, 100), at=(X, Y))
    found = PLACES(sent([ONE, wide]), [ONE, wide], schools=SCHOOLS, phases=["primary"], **YEARS)
    assert found["case"].tolist() == ["low", "high"]
    assert found["pupils_scheme"].tolist() == [32, 42]
    assert found["left_with"].tolist() == [2, -8]
    assert found["short"].tolist() == [False, True]
    assert "places of 2024, at the low end of the homes, there would be 34 places" in found["sentence"].iloc[0]
    assert "with their homes of 2030" in found["sentence"].iloc[0]
    # Also where only what comes anyway has a range; every case then has its own without.
    found = PLACES(sent(ONE), [ONE, wide], schools=SCHOOLS, phases=["primary"], committed=sent(wide), **YEARS)
    assert found["pupils_scheme"].tolist() == [22, 22]
    assert found["left_without"].tolist() == [24, 14]
    assert found["short"].tolist() == [False, True]
    high = sent([ONE, wide])
    found = PLACES(high[high["case"] != "low"], [ONE, wide], schools=SCHOOLS, phases=["primary"], **YEARS)
    assert found["case"].tolist() == ["high"]


@pytest.mark.slow
def test_schemes_without_a_year_are_complete_in_each_and_said():
    undated = scheme("n", 50, at=(X, Y), year=None)
    dated = scheme("d", 50, at=(X, Y), year=None, phasing={2028: 25, 2030: 25})
    people = sent([undated, dated], years=[2028, 2030])
    found = PLACES(people, [undated, dated], schools=SCHOOLS, phases=["primary"], **YEARS)
    assert found["pupils_scheme"].tolist() == [15, 20]
    assert "1 scheme without a year is taken to be complete in each: n." in found["note"].iloc[0]
    alone = PLACES(sent(undated), undated, schools=SCHOOLS, phases=["primary"], **YEARS)
    assert alone["year"].isna().all()
    assert alone["left_with"].item() == 24
    assert "and 24 with it." in alone["sentence"].item()
    both = PLACES(sent(undated), [undated, dated], schools=SCHOOLS, phases=["primary"], committed=sent(dated), **YEARS)
    assert both["pupils_committed"].item() == 10  # complete as well


def test_years_must_be_there():
    coming = scheme("b", 10, at=(X, Y), year=2027)
    with pytest.raises(InvalidTable, match="committed schemes lack rows of some years") as error:
        PLACES(sent(ONE, years=[2027, 2035]), [ONE, coming], schools=SCHOOLS, committed=sent(coming), **YEARS)
    assert error.value.units == ("b",)
    assert "years=[2027, 2035]" in str(error.value)


# --- places that schemes add -----------------------------------------------------------------------


@pytest.mark.slow
def test_a_school_beside_the_homes():
    people = sent(ONE, years=[2030, 2032])
    opened = pd.DataFrame({"reference": ["24/1"], "phase": ["primary"], "year": [2031], "places": [210]})
    found = PLACES(people, ONE, schools=SCHOOLS, added_places=opened, **YEARS)
    north = found[found["phase"] == "primary"]
    assert north["places_scheme"].tolist() == [0, 210]
    assert north["left_with"].tolist() == [12, 222]
    assert north["change"].tolist() == [-22, 188]
    assert north["left_without"].tolist() == [34, 34]
    assert north["sentence"].iloc[1].endswith("That counts 210 places that would open with it.")
    assert found.loc[found["phase"] == "secondary", "places_scheme"].tolist() == [0, 0]
    # A school in another area, of no named scheme: that area has rows of its own.
    other = pd.DataFrame({"planning_area": ["South"], "phase": ["primary"], "year": [2030], "places": [30]})
    found = PLACES(people, ONE, schools=SCHOOLS, added_places=other, unknown="leave out", **YEARS)
    south = found[found["planning_area"] == "South"]
    assert south["pupils_scheme"].tolist() == [0, 0]
    assert south["left_with"].tolist() == [40, 40]
    assert south["schemes"].tolist() == [None, None]
    own = PLACES(people, ONE, schools=SCHOOLS, added_places=opened, within=1000, phases=["primary"], **YEARS)
    assert own["left_with"].tolist() == [12, 222]
    full = SCHOOLS.assign(pupils=SCHOOLS["pupils"] + 50)
    found = PLACES(people, ONE, schools=full, added_places=opened, phases=["primary"], **YEARS)
    assert (
        "66 places short without the scheme; with its homes of 2032 there would be 122 left"
        in (found["sentence"].iloc[1])
    )


@pytest.mark.slow
def test_added_places_that_cannot_be_placed_are_refused():
    opened = pd.DataFrame({"reference": ["24/1"], "phase": ["primary"], "year": [2031], "places": [210]})

    def wrong(error, words, **changes):
        with pytest.raises(error, match=words):
            PLACES(sent(ONE), ONE, schools=SCHOOLS, added_places=opened.assign(**changes), **YEARS)

    wrong(UnmatchedUnit, "not among the people.*belong into the table of schools", reference="x")
    wrong(UnmatchedUnit, "phases that are not asked for", phase="middle")
    wrong(NotNumbers, "'year' of added_places are missing", year=None)
    wrong(InvalidCounts, "'places' of added_places are negative", places=-1)
    wrong(InvalidTable, "of neither a scheme nor a planning area", reference=None, planning_area=None)
    wrong(UnmatchedUnit, "Did you mean 'North'", planning_area="Norht")
    with pytest.raises(UnknownColumn, match="no column 'reference'"):
        PLACES(sent(ONE), ONE, schools=SCHOOLS, added_places=opened.drop(columns="reference"), **YEARS)
    by_area = opened.drop(columns="reference").assign(planning_area="North")
    with pytest.raises(UnknownColumn, match="no column 'reference'"):
        PLACES(sent(ONE), ONE, schools=SCHOOLS, added_places=by_area, alone=True, **YEARS)
    with pytest.raises(InvalidTable, match="must be a table"):
        PLACES(sent(ONE), ONE, schools=SCHOOLS, added_places=[210], **YEARS)
    between = scheme("24/1", 100, at=(X, Y - 1500))
    with pytest.raises(InvalidParameter, match="several planning areas"):
        PLACES(sent(between), between, schools=SCHOOLS, added_places=opened, unknown="leave out", **YEARS)


# --- refusals --------------------------------------------------------------------------------------


def test_arguments_that_do_not_go_together_come_in_one_error():
    where, forecast = laid(a={"u": 1.0}), forecast_of(AREAS)
    people = sent(scheme("a", year=2026))
    with pytest.raises(InvalidParameter) as error:
        PLACES(
            people, where, forecast=forecast, schools=SCHOOLS, lookup=LOOKUP, within=10, unknown="mising", rolls_year=1
        )
    said = str(error.value)
    told = ("several ways: lookup, within", "given beside a forecast and lookup", "rolls_year, unknown is said of")
    for words in (*told, "Did you mean 'missing'?"):
        assert words in said
    cases = [
        ({}, "how many places there are"),
        ({"forecast": forecast}, "Nothing says which planning area"),
        ({"within": 500}, "how many places there are"),
        ({"forecast": forecast, "schools": SCHOOLS, "within": 500}, "within= makes others"),
    ]
    for given_, words in cases:
        with pytest.raises(InvalidParameter, match=words):
            PLACES(people, scheme("a", at=(X, Y)), **given_)
    with pytest.raises(InvalidParameter, match="table of units, and nothing says"):
        PLACES(people, where, schools=SCHOOLS, **YEARS)
    with pytest.raises(InvalidParameter, match="does not say in which units"):
        PLACES(people, scheme("a"), lookup=LOOKUP, forecast=forecast)
    with pytest.raises(InvalidParameter, match=r"of which year the rolls are.*\n.*of which year the places are"):
        PLACES(people, scheme("a", at=(X, Y)), schools=SCHOOLS)
    with pytest.raises(InvalidParameter, match=r"no distance for 'secondary'.*none is assumed"):
        PLACES(people, scheme("a", at=(X, Y)), schools=SCHOOLS, within={"primary": 3000}, **YEARS)
    with pytest.raises(InvalidParameter, match="within of 'primary' is a length"):
        PLACES(people, scheme("a", at=(X, Y)), schools=SCHOOLS, within="far", **YEARS)
    with pytest.raises(InvalidParameter, match="Did you mean 'pupils'"):
        PLACES(people, scheme("a", at=(X, Y)), schools=SCHOOLS, columns={"pupil": "roll"}, **YEARS)


def test_people_must_be_what_scheme_people_gave():
    people = sent(ONE)

    def wrong(error, words, table, where=ONE, **more):
        with pytest.raises(error, match=words):
            PLACES(table, where, **{"schools": SCHOOLS, **YEARS, **more})

    wrong(InvalidTable, "must be a table", [1])
    wrong(UnknownColumn, "no column 'case'", people.drop(columns="case"))
    wrong(UnknownColumn, "no column of pupils.*yields=", people.drop(columns=["pupils_primary", "pupils_secondary"]))
    wrong(EmptyTable, "no rows", people.head(0))
    wrong(DuplicateUnit, "twice in a year", pd.concat([people, people]))
    wrong(InvalidTable, "none of 'stated'", people.assign(case="middle"))
    wrong(InvalidTable, "no whole years", people.assign(year=2030.5))
    wrong(InvalidTable, "with a year and one without", pd.concat([people, people.assign(year=pd.NA)]))
    wrong(UnmatchedUnit, "1 scheme is not in where", people, scheme("24/7", at=(X, Y)))
    wrong(UnmatchedUnit, "Did you mean 'primary'", people, phases=["primry"])
    wrong(InvalidParameter, "names no phase", people, phases=[])
    coming = sent(scheme("b", at=(X, Y)), yields={"primary": 0.2})
    wrong(UnknownColumn, "committed schemes have no pupils of the phase 'secondary'", people, committed=coming)
    wrong(InvalidTable, "Schemes are needed", people, [1])


def test_schools_must_be_sound():
    def wrong(error, words, table, **more):
        with pytest.raises(error, match=words):
            PLACES(sent(ONE), ONE, schools=table, **{**YEARS, **more})

    wrong(UnknownColumn, "no column 'pupils'", SCHOOLS.rename(columns={"pupils": "pupil"}))
    wrong(UnknownColumn, "no column 'planning_area'", SCHOOLS.drop(columns="planning_area"))
    wrong(DuplicateUnit, "twice in one phase", pd.concat([SCHOOLS, SCHOOLS.head(1)]))
    wrong(DuplicateUnit, "have no id", SCHOOLS.assign(school=["A", None, "C", "D", "E"]))
    wrong(InvalidTable, "no planning area.*within=", SCHOOLS.assign(planning_area=[None, *"abcd"]))
    wrong(InvalidCounts, "places of schools are negative", SCHOOLS.assign(places=-5))
    wrong(NotNumbers, "pupils of schools are no numbers", SCHOOLS.assign(pupils=["c", 1, 2, 3, 4]))
    wrong(InvalidTable, "no year of their places", SCHOOLS.assign(places_year=[2015, None, 1, 1, 1]), places_year=None)
    wrong(UnmatchedUnit, "no school of the phase 'secondary'.*phases=", SCHOOLS.head(4))
    wrong(NoPlace, "no places on a map", pd.DataFrame(SCHOOLS.drop(columns="geometry")))
    wrong(CRSMismatch, "only the ones have", SCHOOLS.set_crs(None, allow_override=True))
    wrong(GeographicCRS, "degrees", SCHOOLS.to_crs(4326))
    with pytest.raises(InvalidTable) as error:
        PLACES(sent(ONE), ONE, schools=SCHOOLS.assign(places=-5, pupils="c"), **YEARS)
    assert isinstance(error.value, NotNumbers)
    assert isinstance(error.value, InvalidCounts)


@pytest.mark.slow
def test_lookups_and_areas_must_fit():
    where, people = laid(**{"24_1": {"u": 1.0}}), sent(ONE)

    def wrong(error, words, where=where, lookup=LOOKUP, **more):
        with pytest.raises(error, match=words):
            PLACES(people, where, lookup=lookup, **{"schools": SCHOOLS, **YEARS, **more})

    wrong(UnmatchedUnit, "No unit of the schemes has a primary", laid(**{"24_1": {"x": 1.0}}))
    wrong(InvalidTable, "do not sum to 1", laid(**{"24_1": {"u": 0.5}}))
    wrong(DuplicateUnit, "in a unit twice", pd.concat([where, where]).assign(share=0.5))
    wrong(DuplicateUnit, "twice in the lookup", lookup=pd.concat([LOOKUP, LOOKUP]))
    wrong(UnknownColumn, "lookup has no column 'primary_area'", lookup=LOOKUP.drop(columns="primary_area"))
    wrong(InvalidTable, "must be a table", lookup={"u": "North"})
    wrong(UnknownColumn, "no column 'share'", where.drop(columns="share"))
    wrong(UnmatchedUnit, "that the schools do not have.*Did you mean 'North'", lookup=LOOKUP.replace("North", "Norht"))
    wrong(
        UnmatchedUnit, "that the forecast does not have", lookup=LOOKUP.replace("North", "East"), schools=None,
        forecast=forecast_of(AREAS), rolls_year=None,
    )  # fmt: skip
    part = laid(**{"24_1": {"u": 0.75, "x": 0.25}})
    found = PLACES(people, part, lookup=LOOKUP, schools=SCHOOLS, phases=["primary"], **YEARS)
    assert found["pupils_scheme"].tolist() == pytest.approx([16.5, 5.5])
    assert found["reason"].iloc[1] == "no planning area (24/1: the unit x has no primary planning area in the lookup)"
    for areas, error, words in (
        (LOOKUP, InvalidTable, "GeoDataFrame with the shapes"),
        (SCHOOLS.drop(columns="planning_area"), UnknownColumn, "areas have no column 'planning_area'"),
        (SCHOOLS.iloc[[0, 2, 4]], InvalidTable, "no areas but points"),
        (SCHOOLS.iloc[[0, 2, 4]].assign(phase="middle"), UnmatchedUnit, "no planning area of the phase 'primary'"),
    ):
        with pytest.raises(error, match=words):
            PLACES(people, ONE, areas=areas, schools=SCHOOLS, **YEARS)


def test_a_forecast_must_be_one():
    where, people = laid(a={"u": 1.0}), sent(scheme("a", year=2026))

    def wrong(error, words, table):
        with pytest.raises(error, match=words):
            PLACES(people, where, lookup=LOOKUP, forecast=table)

    forecast = forecast_of(AREAS)
    wrong(
        InvalidTable, "no forecast of school places: it lacks from_committed", forecast.drop(columns="from_committed")
    )
    wrong(InvalidTable, "no forecast of school places", [1])
    wrong(DuplicateUnit, "twice in the forecast", pd.concat([forecast, forecast]))
    wrong(UnmatchedUnit, "no forecast of the phase 'secondary'", forecast[forecast["phase"] == "primary"])
    wrong(UnmatchedUnit, "no rows of year_group 'all'", forecast.assign(year_group="0"))
    wrong(
        InvalidTable,
        "rolls of several years: 2024, 2025",
        pd.concat([forecast.head(3), forecast_of(AREAS[1:], base=2024)]),
    )


# --- inputs and packs ------------------------------------------------------------------------------


def test_inputs_are_left_as_they_are_and_any_table_of_schools_will_do():
    people, where = sent(ONE), laid(**{"24_1": {"u": 1.0}})
    plain = pd.DataFrame(SCHOOLS.drop(columns="geometry")).rename(columns={"pupils": "roll", "places": "capacity"})
    before = [table.copy() for table in (people, where, plain, LOOKUP)]
    asked = {"lookup": LOOKUP, "columns": {"pupils": "roll", "places": "capacity"}, **YEARS}
    found = PLACES(people, where, schools=plain, **asked)
    for table, was in zip((people, where, plain, LOOKUP), before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(was))
    polars = PLACES(people, where, schools=pl.from_pandas(plain), **asked)
    assert polars[NUMBERS].to_numpy().tolist() == found[NUMBERS].to_numpy().tolist()
    assert row(found, "primary", "North")["left_with"] == 12


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    other = scheme("b", (5, 50), at=(X, Y), status="permissioned")
    plan, cells = [ONE, other, SOUTH], [shapely.box(X - 9000, Y - 9000, X + 9000, Y + 9000)]
    units = gpd.GeoDataFrame({"unit": ["u"]}, geometry=cells, crs=27700)
    where = pm.scenarios.placed(plan, units)
    people = sent([ONE, SOUTH, scheme("lost", year=2030)])
    opened = pd.DataFrame({"reference": ["24/1"], "phase": ["primary"], "year": [2031], "places": [210]})
    asked = {"schools": SCHOOLS.assign(note=[object()] * 5), "committed": sent(other), "unknown": "leave out"}
    all_ = [*plan, scheme("lost", year=2030)]
    forecast = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=2, capacity_year=2021)
    town = scheme("t", 50, at=(499_600, 17_300), crs=32631, year=2023)
    shapes = gpd.GeoDataFrame({"planning_area": ["North"]}, geometry=cells, crs=27700)
    results = [
        PLACES(people, all_, added_places=opened, **asked, **YEARS),
        PLACES(people, all_, within={"primary": "2 miles", "secondary": 900.0}, **asked, **YEARS),
        PLACES(people.head(1), where, lookup=LOOKUP, schools=SCHOOLS, phases=["primary"], alone=True, **YEARS),
        PLACES(
            sent(ONE), ONE, areas=shapes, schools=SCHOOLS.assign(rolls_year=2024), places_year=2020, phases="primary"
        ),
        PLACES(sent(town), town, forecast=forecast, schools=TOWN.schools),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, outcome
        assert {"reason", "note", "source", "version"} <= set(result.columns)
    assert results[0]["planning_area"].isna().any()
    assert set(results[4]["places_year"]) == {"2021"}
