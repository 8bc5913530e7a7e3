"""The pamphlet's numbers from published data: as worked out apart from this package, or again here in plain pandas."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import numpy as np
import pamphlet
import pandas as pd
import pytest
from published import classified, pupils, same
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

pytestmark = pytest.mark.data

NUMBERS = [number for number in pamphlet.numbers() if any(call.tables for call in number.calls)]
CASES = pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"{number.item:02d}")


@pytest.fixture(scope="module")
def folder(data_root):
    return data_root / "data" / "england_wales"


@functools.cache
def given_by(item: int, root: Path) -> dict[pamphlet.Value, float | str]:
    """What the data give of one number, computed once for all who look at it."""
    return pamphlet.from_data(next(number for number in NUMBERS if number.item == item), root)


def found(item: int, root: Path) -> dict[str, float]:
    """Values of one number, by what they are; of two alike the last."""
    return {value.what: value_ for value, value_ in given_by(item, root).items()}


@CASES
def test_it_is_what_another_source_prints(number, data_root):
    values = given_by(number.item, data_root)
    wrong = [
        f"{value.what}: {given}, printed {value.expected}"
        for value, given in values.items()
        if value.expected is not None and not same(given, value.expected)
    ]
    assert not wrong
    alone = {(number.item, value.what) for value in values if value.expected is None}
    assert alone <= AGAIN, "a value that nothing else holds needs a second computation below"


@CASES
def test_the_page_shows_what_the_data_give(number, data_root):
    with (Path(__file__).parent / "last_run.toml").open("rb") as file:
        kept = tomllib.load(file)["value"]
    stored = {(row["item"], row["call"], row["place"]): (row["what"], row["value"]) for row in kept}
    for value, given in given_by(number.item, data_root).items():
        what, last = stored[value.key]
        assert what == value.what
        assert given == pytest.approx(last, rel=1e-12), "run `python docs/thirty_numbers.py --data` and read it"


# -- second computations, in plain pandas ------------------------------------------------------------------------------

#: Values that no other source prints, by number and name.
AGAIN: set[tuple[int, str]] = set()


def again(item, *names):
    """Mark a test as the second computation of these values; it returns them in that order."""
    AGAIN.update((item, name) for name in names)

    def wrap(compute):
        @functools.wraps(compute)
        def test(data_root, folder):
            computed = compute(data_root=data_root, folder=folder)
            assert [found(item, data_root)[name] for name in names] == pytest.approx(
                list(computed), rel=1e-9, abs=1e-12
            )

        del test.__wrapped__  # pytest would read the arguments of the inner function
        return test

    return wrap


def _d(x, y):
    return 0.5 * np.abs(x / x.sum() - y / y.sum()).sum()


@again(1, "D of the middle authority, primary")
def test_middle_authority(folder, **_):
    frame = pupils(folder, "primary")
    frame = frame.assign(all=frame[classified(frame)].sum(axis=1), white=frame["eth_white_british"])
    frame = frame[frame["all"] > 0]
    each = [
        _d(part["all"] - part["white"], part["white"]) for _, part in frame.groupby("la_name") if part["all"].size > 1
    ]
    assert len(each) == 150
    return [float(np.median(each))]


@again(
    3,
    "schools over 90 %",
    "schools not over 10 %",
    "all schools",
    "share of Bangladeshi pupils in schools over 90 %",
    "D, Bangladeshi pupils and all others",
)
def test_tower_hamlets(folder, **_):
    frame = pupils(folder, "primary", "Tower Hamlets")
    members, everyone = frame["eth_bangladeshi"], frame[classified(frame)].sum(axis=1)
    over = members / everyone > 0.9
    return (
        over.sum(),
        (members / everyone <= 0.1).sum(),
        len(frame),
        members[over].sum() / members.sum(),
        _d(members, everyone - members),
    )


@again(8, "most residents of a ward who are not White, 2021")
def test_wards_of_england(folder, **_):
    frame = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet")
    frame = frame.merge(pd.read_parquet(folder / "lookup_lsoa21_ward24_lad24.parquet"), on="lsoa21cd")
    frame = frame[frame["lsoa21cd"].str.startswith("E")]
    by_ward = frame.groupby("wd24cd")[["total", "white"]].sum()
    assert by_ward["total"].max() == 32_561
    assert (
        frame.groupby("lad24nm")["total"].sum()["Birmingham"]
        == 1_144_941
        == frame.groupby("lad24nm")["total"].sum().max()
    )
    return [(by_ward["total"] - by_ward["white"]).max()]


PLACES = ("Manchester", "Birmingham", "London")


@again(9, *(f"{place}, {who}" for place in PLACES for who in ("White", "all others", "everyone")))
def test_changes_of_residents(folder, **_):
    """From the tables of each census as they stand: no district's border moved, and areas are not needed."""
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet").drop_duplicates("lsoa21cd")
    now = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet").merge(lookup, on="lsoa21cd")
    then = pd.read_parquet(folder / "groups5_lsoa11_2011.parquet")
    boroughs = set(lookup.loc[lookup["lad22cd"].str.startswith("E09"), "lad22nm"])
    assert len(boroughs) == 33
    out = []
    for place in PLACES:
        names = boroughs if place == "London" else {place}
        before = then[then["lad11nm"].isin(names)][["white", "total"]].sum()
        after = now[now["lad22nm"].isin(names)][["white", "total"]].sum()
        change = after - before
        out += [change["white"], change["total"] - change["white"], change["total"]]
    return out


@again(
    10,
    *(
        f"{what}, {year}"
        for year in (2011, 2021)
        for what in ("wards over 70 %", "share of London who are not White", "of these in such wards")
    ),
)
def test_wards_of_london(folder, **_):
    """Areas of both censuses found as the connected parts of the lookup, without this package."""
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    old, older = pd.factorize(lookup["lsoa11cd"])
    new, newer = pd.factorize(lookup["lsoa21cd"])
    size = len(older) + len(newer)
    links = coo_array((np.ones(len(lookup)), (old, len(older) + new)), shape=(size, size))
    part = connected_components(links, directed=False)[1]
    parts = {2011: pd.Series(part[: len(older)], older), 2021: pd.Series(part[len(older) :], newer)}
    first = pd.Series(newer, index=parts[2021].to_numpy()).groupby(level=0).min()
    place = pd.read_parquet(folder / "lookup_lsoa21_ward24_lad24.parquet").set_index("lsoa21cd").loc[first]
    ward = pd.Series(place["wd24cd"].to_numpy(), first.index)
    london = set(first.index[place["lad24cd"].str.startswith("E09").to_numpy()])
    out = []
    for year, code in ((2011, "lsoa11cd"), (2021, "lsoa21cd")):
        frame = pd.read_parquet(folder / f"groups5_{code.removesuffix('cd')}_{year}.parquet")
        area = frame[code].map(parts[year])
        frame = frame.assign(ward=area.map(ward))[area.isin(london)]
        sums = frame.groupby("ward")[["white", "total"]].sum()
        others = sums["total"] - sums["white"]
        over = others / sums["total"] > 0.7
        out += [over.sum(), others.sum() / sums["total"].sum(), others[over].sum() / others.sum()]
    return out


def _series(data_root):
    return pd.read_parquet(data_root / "data" / "by_group" / "ons_sdg_outcomes_by_group.parquet")


@again(
    24,
    "ratio, 2008",
    "ratio, 2012",
    "ratio, 2021",
    "minority households, 2008",
    "White households, 2008",
    "highest of fourteen years",
    "difference, 2008",
)
def test_homes_below_the_standard(data_root, **_):
    frame = _series(data_root).query("sdg_indicator == '11-1-1' and series == 'Households (%)' and detail == ''")
    wide = frame[frame["group"].isin(["White", "All minority"])].pivot_table(
        index="period", columns="group", values="value", aggfunc="first"
    )
    assert list(wide.index) == [str(year) for year in range(2008, 2022)]
    ratio = wide["All minority"] / wide["White"]
    first = wide.loc["2008"]
    return (
        ratio["2008"],
        ratio["2012"],
        ratio["2021"],
        first["All minority"] / 100,
        first["White"] / 100,
        ratio.max(),
        first["All minority"] - first["White"],
    )


@again(29, "seats held by women, as published", "women Members", "share over a half")
def test_women_in_the_commons(data_root, **_):
    frame = _series(data_root)
    published = frame[(frame["series"] == "House of Commons") & (frame["period"] == "2010")]["value"].item()
    members = [number for number in range(651) if f"{100 * number / 650:.1f}" == f"{published:.1f}"]
    assert members == [143], "only one number of women rounds to the share that is published"
    return published, members[0], members[0] / 325


@again(
    30,
    "Black Caribbean pupils, the two schools with most",
    "all schools that select",
    "all pupils, the two schools",
    "all pupils, schools that select",
    "share over that of England, the two schools",
    "share over that of England, schools that select",
)
def test_two_schools_and_all_that_select(folder, **_):
    frame = pupils(folder, "secondary")
    members, everyone = frame["eth_black_caribbean"], frame[classified(frame)].sum(axis=1)
    ranked = members.sort_values(ascending=False)
    assert ranked.iloc[1] > ranked.iloc[2], "which two schools have most is no tie"
    two = members.index.isin(ranked.index[:2])
    selects = (frame["admissions_policy"] == "Selective").to_numpy()
    assert selects.sum() == 163
    assert not (two & selects).any()
    assert set(frame.loc[two, "la_name"]) == {"Croydon"}
    overall = members.sum() / everyone.sum()
    return (
        members[two].sum(),
        members[selects].sum(),
        everyone[two].sum(),
        everyone[selects].sum(),
        members[two].sum() / everyone[two].sum() / overall,
        members[selects].sum() / everyone[selects].sum() / overall,
    )
