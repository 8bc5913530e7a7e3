"""The synthetic town's people: conserved across tables, different across the map."""

import numpy as np
import pytest

from placemix import tables


def dissimilarity(counts):
    x, rest = counts, counts.sum(axis=1, keepdims=True) - counts
    return 0.5 * np.abs(x / x.sum(0) - rest / rest.sum(0)).sum(0)


def by_unit(frame, place):
    return frame.groupby("unit")[list(place.groups)].sum()


@pytest.fixture
def residents(place):
    return place.units_after.set_index("unit")[list(place.groups)].sort_index()


@pytest.mark.parametrize("which", ["place", "other"])
@pytest.mark.parametrize("date", ["before", "after"])
def test_the_maps_of_the_groups_differ(which, date, request):
    each = request.getfixturevalue(which)
    found = dissimilarity(each.units(date)[list(each.groups)].to_numpy())
    values = dict(zip(each.groups, found, strict=True))
    assert 0.55 < values["blue"] < 0.75
    assert 0.4 < values["green"] < 0.65
    assert 0.3 < values["red"] < 0.48
    assert 0.3 < values["amber"] < 0.5
    assert 0.15 < values["violet"] < 0.25


def test_groups_lie_where_the_docs_say(place):
    units = place.units_before
    middle = units.centroid
    away = np.hypot(middle.x - 500_000, middle.y - 20_000)
    mean = {group: np.average(away, weights=units[group]) for group in place.groups}
    assert mean["green"] < mean["blue"] < mean["violet"] < mean["amber"]
    # Neighbours are alike in blue and green, not in red: variance between neighbourhoods.
    people = units[units["residents"] > 0]
    share = people[list(place.groups)].div(people["residents"], axis=0)
    within = share.groupby(people["neighbourhood"]).var().mean()
    between = share.groupby(people["neighbourhood"]).mean().var()
    ratio = between / within
    assert ratio["blue"] > 2
    assert ratio["green"] > 1.5
    assert ratio["red"] < 0.6
    assert ratio["violet"] < 0.6


def test_groups_change_between_the_dates(place):
    before, after = (place.units(date)[list(place.groups)].sum() for date in ("before", "after"))
    assert after.sum() > before.sum()
    assert (after / after.sum())["amber"] < (before / before.sum())["amber"] - 0.02


def test_some_units_grew_by_a_third(place):
    before = place.units_before.set_index("unit")["residents"]
    after = place.units_after.set_index("unit")["residents"]
    common = before.index.intersection(after.index)
    growth = (after[common] / before[common].where(before[common] > 0)).dropna()
    assert 40 < (growth > 1.3).sum() < 300


def test_ages_sum_to_residents(place, residents):
    assert (by_unit(place.ages, place) == residents).all(axis=None)
    assert place.ages["age"].cat.categories.tolist() == ["0-3", "4-10", "11-15", "16+"]
    assert (place.ages[list(place.groups)] >= 0).all(axis=None)


def test_children_are_fewer_and_otherwise_spread_over_groups(place):
    children, everyone = place.children(), place.residents()
    assert list(children.units) == list(everyone.units)
    assert (children.values <= everyone.values).all()
    share = children.values.sum(0) / everyone.values.sum(0)
    assert share.max() > 1.6 * share.min()
    assert 0.12 < children.values.sum() / everyone.values.sum() < 0.22


def test_households_fit_their_adults(place):
    adults = by_unit(place.ages[place.ages["age"] == "16+"], place)
    homes = by_unit(place.households, place)
    assert (homes <= adults).all(axis=None)
    assert 0.4 < homes.to_numpy().sum() / adults.to_numpy().sum() < 0.7


def test_tenures_sum_to_households(place):
    tenure = place.tenure()
    assert tenure.groups == place.tenures
    assert tenure.values.sum() == place.households[list(place.groups)].to_numpy().sum()
    both = place.tenure(by_group=True)
    assert both.axes == ("tenure", "group")
    assert len(both.groups) == 20
    for column, name in enumerate(place.tenures):
        parts = [both.position((name, group)) for group in place.groups]
        assert (both.values[:, parts].sum(1) == tenure.values[:, column]).all()
    one = place.households.query("unit == 'Z00010' and tenure == 'social_rent'")["blue"].item()
    assert both.values[both.units.get_loc("Z00010"), both.position(("social_rent", "blue"))] == one


def test_groups_differ_in_tenure_but_every_group_has_every_tenure(place):
    table = place.households.groupby("tenure", observed=True)[list(place.groups)].sum()
    share = table / table.sum()
    assert (table > 0).all(axis=None)
    assert share.loc["owner_occupied", "amber"] > share.loc["owner_occupied", "green"] + 0.2


def test_occupancy_sums_to_the_town(place):
    table = place.occupancy
    assert table["households"].sum() == place.households[list(place.groups)].to_numpy().sum()
    ages = place.ages.groupby("age", observed=True)[list(place.groups)].sum().sum(axis=1)
    for age, people in ages.items():
        assert table[age].sum() == people
    pupils = (table["4-10"] / table["households"]).to_numpy().reshape(4, 4)
    assert (np.diff(pupils, axis=1) > 0).all()  # larger homes, more pupils


def test_one_cell_of_a_hundred_is_suppressed(place, residents):
    cells = place.published.set_index("unit")[list(place.groups)].sort_index()
    text, true = cells.to_numpy(), residents.to_numpy()
    hidden = text == "c"
    assert hidden.mean() == pytest.approx(0.01, abs=0.0005)
    assert true[hidden].min() >= 1
    assert true[hidden].max() <= 4
    assert (text[~hidden].astype(int) == true[~hidden]).all()
    assert (place.published.set_index("unit")["residents"].sort_index() == residents.sum(axis=1)).all()


def test_the_published_table_reads_as_intervals_around_the_truth(place):
    read = tables.from_wide(place.published, groups=list(place.groups), unit="unit", suppressed={"c": (1, 4)})
    truth = place.residents()
    assert list(read.units) == list(truth.units)
    assert (read.low <= truth.values).all()
    assert (truth.values <= read.high).all()


def test_everything_counted_is_a_whole_number(place):
    for name in ("units_before", "units_after", "ages", "households", "rolls"):
        assert (place.frames()[name][list(place.groups)].dtypes == "int64").all()
