"""Groups: what is said of classifications holds, nobody is lost, and nothing is guessed."""

from __future__ import annotations

import itertools
import warnings
from contextlib import nullcontext
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors, harmonise
from placemix.harmonise.groups.categories import schemes_by_id
from placemix.harmonise.groups.links import links_between, steps

EVERY = sorted(schemes_by_id())


def counts_of(scheme, units=3, seed=0, names=None, **about):
    """People of every group of a scheme that a table can have at once."""
    own = harmonise.scheme(scheme)
    parts = {part for item in own.categories for part in item.parts}
    names = tuple(names or [name for name in own.ids if name not in parts])
    people = np.random.default_rng(seed).integers(1, 400, (units, len(names))).astype(float)
    return pm.Counts(
        values=people,
        groups=names,
        units=pd.Index([f"u{place}" for place in range(units)], dtype=str, name="unit"),
        total=people.sum(axis=1),
        strata=pd.DataFrame(index=range(units)),
        about=pm.About(scheme=scheme, **about),
    )


def function(source, target):
    """Whether nobody has to be divided on the way."""
    try:
        return not links_between(source, target).divided
    except ValueError:
        return False


PAIRS = [pair for pair in itertools.product(EVERY, EVERY) if function(*pair)]
SOURCES = sorted({source for source, _ in PAIRS})


#: The common groups of two classifications by name, found once for all tests of the pair.
common_of = cache(harmonise.finest_common)


def same_people(one, other):
    """Whether groups of the first hold the same people in the second."""
    places = [other.groups.index(name) for name in one.groups]
    np.testing.assert_array_equal(one.values, other.values[:, places])
    np.testing.assert_array_equal(one.total, other.total)
    assert one.units.equals(other.units)


def targets(source):
    """Classifications that a table of this one can be brought to."""
    return [target for other, target in PAIRS if other == source]


@pytest.fixture
def ignoring():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.BreakInSeries)
        yield


# -- the files ------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_a_scheme_says_where_it_comes_from_and_finds_its_own_labels(name):
    own = harmonise.scheme(name)
    assert own.label
    assert own.source
    assert own.publisher
    assert own.variable
    assert len(set(own.ids)) == len(own.ids)
    for item in own.categories:
        texts = [item.id, item.label, *item.aliases, item.label.upper().replace(" ", "  ")]
        texts += [f"{prefix}: {item.label}" for prefix in own.prefixes]
        texts += [f"{item.label}; {suffix}" for suffix in own.suffixes]
        assert {own.find(text) for text in texts} == {item.id}, item.id
    broad = harmonise.scheme(own.broad).ids if own.broad else ()
    assert all(item.broad in broad for item in own.categories if item.broad)


def test_what_is_unverified_is_shown():
    table = harmonise.schemes().set_index("id")
    assert table.loc["eth8_1991_2001", "unverified"]
    assert "UNVERIFIED" in str(harmonise.scheme("eth8_1991_2001"))
    walk = harmonise.group_crosswalk("eth16_2001", "eth8_1991_2001")
    assert "UNVERIFIED" in walk.version
    with pytest.warns(errors.BreakInSeries, match="no Mixed category in 1991"):
        moved = harmonise.regroup(counts_of("eth16_2001"), "eth8_1991_2001")
    assert any("UNVERIFIED" in note for note in moved.about.notes)
    assert "UNVERIFIED" in str(harmonise.finest_common("eth10_1991", "eth16_2001"))


@pytest.mark.parametrize(("source", "target"), steps())
def test_every_shipped_correspondence_names_categories_that_exist(source, target):
    links = steps()[source, target]
    own, other = harmonise.scheme(source), harmonise.scheme(target)
    assert set(links.rows) <= set(own.ids) | set(other.unstated)
    assert set(own.ids) - set(own.unstated) <= set(links.rows)
    for name, ends in links.rows.items():
        assert ends
        assert set(ends) <= set(other.ids) | {name}
    assert set(links.lossy) <= set(own.ids)


@pytest.mark.parametrize("source", SOURCES)
def test_rows_of_every_crosswalk_sum_to_one(source):
    for target in targets(source):
        walk = harmonise.group_crosswalk(source, target)
        assert walk.kind == "groups"
        np.testing.assert_array_equal(walk.weights.sum(axis=1), 1)
        assert walk.is_exact
        assert (walk.sources.name, walk.targets.name) == (source, target)


# -- finding labels ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "label", "found"),
    [
        ("eth19_2021", "Ethnic group: White: English, Welsh, Scottish, Northern Irish or British", "white_british"),
        ("eth19_2021", "Ethnic group: White:\n English, Welsh,  Scottish, Northern Irish or British", "white_british"),
        ("eth19_2021", "Ethnic group: Other ethnic group: Arab; measures: Value", "arab"),
        ("eth18_2011", "Ethnic Group: Asian/Asian British: Pakistani; measures: Value", "pakistani"),
        ("eth18_2011", "Ethnic Group: Mixed/multiple ethnic group: Other Mixed", "mixed_other"),
        ("dfe18", "number of pupils classified as Pakistani ethnic origin", "pakistani"),
        (
            "dfe18",
            "number of pupils classified as white and black Caribbean ethnic origin",
            "mixed_white_black_caribbean",
        ),
        ("dfe18", "number of pupils unclassified", "unclassified"),
        ("dfe18", "eth_gypsy_roma", "gypsy_roma"),
        ("dfe18", "wrom", "gypsy_roma"),
        ("police_sde18", "White - English/Welsh/Scottish/Northern Irish/British", "white_british"),
        ("police_sde18", "Other ethnic group - Not stated", "not_stated"),
        ("police_officer", "IC3", "ic3"),
        ("nhs_a_z", "H", "indian"),
        ("us_p2", "P2_007N", "aian"),
        ("us_p2", "B03002_012E", "hispanic"),
    ],
)
def test_labels_as_printed_are_found(scheme, label, found):
    assert harmonise.scheme(scheme).match([label]) == (found,)


def test_nothing_is_guessed_and_the_nearest_is_proposed():
    own = harmonise.scheme("eth19_2021")
    with pytest.raises(errors.UnknownGroup, match=r"(?s)'Pakstani'.*Did you mean 'pakistani'"):
        own.match(["Pakstani", "White: Roma"])
    assert own.find("1") is None, "a bare number may be another publisher's code"
    with pytest.raises(errors.UnknownGroup, match="'White and'"):
        own.match(["White and"])
    with pytest.raises(errors.InvalidParameter, match="Did you mean 'eth19_2021'"):
        harmonise.scheme("eth19_2022")


def test_all_faults_of_the_labels_come_together():
    with pytest.raises(errors.PlacemixError) as caught:
        harmonise.scheme("eth19_2021").match(["Ethnic group: White", "Pakstani", "arab", "Other ethnic group: Arab"])
    assert isinstance(caught.value, errors.UnknownGroup)
    assert isinstance(caught.value, errors.OverlappingGroups)
    assert "Totals stand among the groups: 'Ethnic group: White'" in str(caught.value)
    assert "Several columns are one category" in str(caught.value)


def test_a_sum_and_its_parts_are_refused():
    with pytest.raises(errors.OverlappingGroups, match=r"adds up refused.*Leave one of the two out"):
        harmonise.scheme("dfe18").match(["WBRI", "REFU", "unclassified"])


def test_a_table_is_identified_only_where_one_scheme_fits():
    assert harmonise.identify(["White: Roma", "White: Irish"]).id == "eth19_2021"
    assert harmonise.identify(["white_british", "mixed", "gypsy_irish_traveller_residual"]).id == "eth14_2011"
    with pytest.raises(errors.InvalidParameter, match=r"could be those of .*eth5_2011.*source="):
        harmonise.identify(["white", "mixed", "asian", "black", "other"])
    with pytest.raises(errors.UnknownGroup, match=r"No classification is known that has 'blue', 'amber'.*schemes()"):
        harmonise.identify(["blue", "amber"])
    with pytest.raises(errors.OverlappingGroups, match="eth19_2021 has the parts they add up"):
        harmonise.identify(["Ethnic group: White", "White: Roma", "Ethnic group: Total: All usual residents"])


def test_the_residual_as_a_group_stays_one():
    frame = pd.DataFrame({"id": ["a"], "Indian": [4], "Arab": [2], "all": [9]})
    counts = pm.from_wide(frame, groups=["Indian", "Arab"], unit="id", total="all", residual="group")
    moved = harmonise.regroup(counts, "eth5_2021", source="eth19_2021")
    assert dict(zip(moved.groups, moved.values[0], strict=True)) == {"asian": 4, "other": 2, "residual": 3}


# -- R1: groups that count people twice ---------------------------------------------------


def test_race_beside_hispanic_origin_is_refused():
    mixture = ["White alone", "Black or African American alone", "Asian alone", "Hispanic or Latino"]
    with pytest.raises(
        errors.OverlappingGroups, match=r"'Hispanic or Latino' stands beside race.*Use PL 94-171 table P2"
    ):
        harmonise.identify(mixture)
    frame = pd.DataFrame({"id": ["a"], **{name: [5] for name in mixture}})
    counts = pm.from_wide(frame, groups=mixture, unit="id")
    with pytest.raises(errors.OverlappingGroups, match="which holds everybody once"):
        harmonise.regroup(counts, "us_p2")
    with pytest.raises(errors.OverlappingGroups, match=r"Hispanic or Latino is counted again in White alone.*add up"):
        harmonise.guard(counts, counts)


def test_codes_of_two_american_tables_are_refused_and_p2_is_not():
    p2 = [item.code for item in harmonise.scheme("us_p2").categories]
    assert harmonise.identify(p2).id == "us_p2"
    with pytest.raises(errors.OverlappingGroups):
        harmonise.identify(["B02001_002E", "B02001_003E", "B03002_012E"])


# -- regroup -----------------------------------------------------------------------------


def conserves(counts, target):
    before = counts.values.copy()
    with warnings.catch_warnings():
        # Moves that change meaning warn; here only the numbers matter.
        warnings.simplefilter("ignore", errors.BreakInSeries)
        moved = harmonise.regroup(counts, target)
    np.testing.assert_allclose(moved.values.sum(axis=1), counts.values.sum(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(moved.total, counts.total)
    np.testing.assert_array_equal(counts.values, before)
    assert moved.about.scheme == target
    assert not moved.about.estimated


@pytest.mark.parametrize("source", SOURCES)
def test_regrouping_conserves_everybody(source):
    counts = counts_of(source)
    for target in targets(source):
        conserves(counts, target)


@given(pair=st.sampled_from(PAIRS), data=st.data())
def test_regrouping_conserves_everybody_of_any_table(pair, data):
    counts = counts_of(pair[0])
    cell = st.one_of(st.just(0.0), st.integers(0, 40).map(float), st.floats(0, 1e9, allow_subnormal=False))
    cells = data.draw(st.lists(cell, min_size=counts.values.size, max_size=counts.values.size))
    people = np.reshape(cells, counts.values.shape)
    more = data.draw(st.integers(0, 3))
    conserves(replace(counts, values=people, total=people.sum(axis=1) + more), pair[1])


THROUGH = [
    (first, last)
    for first, last in PAIRS
    if any(len({first, middle, last}) == 3 and (middle, last) in PAIRS for middle in targets(first))
]


@pytest.mark.parametrize(("first", "last"), THROUGH)
@pytest.mark.usefixtures("ignoring")
def test_directly_is_the_same_as_through_another(first, last):
    counts = counts_of(first, seed=7)
    direct = harmonise.regroup(counts, last)
    for middle in targets(first):
        if len({first, middle, last}) == 3 and (middle, last) in PAIRS:
            same_people(direct, harmonise.regroup(harmonise.regroup(counts, middle), last))


def test_everything_else_stays():
    frame = pd.DataFrame(
        {"id": ["a", "b"], "district": ["N", "S"], "Indian": ["5", "c"], "Chinese": ["c", "3"], "all": [20, 30]}
    )
    with pytest.warns(errors.IncompletePartition):
        counts = pm.from_wide(
            frame, groups=["Indian", "Chinese"], unit="id", strata="district", total="all", suppressed={"c": (1, 4)}
        )
    moved = harmonise.regroup(counts, "eth5_2021", source="eth19_2021")
    assert moved.groups == ("asian",)
    np.testing.assert_array_equal(moved.low[:, 0], [6, 4])
    np.testing.assert_array_equal(moved.high[:, 0], [9, 7])
    np.testing.assert_array_equal(moved.total, [20, 30])
    assert moved.strata["district"].tolist() == ["N", "S"]
    assert any("asian is without bangladeshi, pakistani, asian_other" in note for note in moved.about.notes)


def test_errors_of_independent_cells_add_in_squares():
    counts = counts_of("eth18_2011", names=["indian", "pakistani", "arab"])
    counts = replace(counts, error=np.tile([3.0, 4.0, 5.0], (3, 1)))
    moved = harmonise.regroup(counts, "eth5_2011")
    np.testing.assert_allclose(moved.error, np.tile([5.0, 5.0], (3, 1)))


def test_names_can_be_short_published_or_codes():
    counts = counts_of("eth19_2021")
    assert harmonise.regroup(counts, "eth5_2021").groups == ("asian", "black", "mixed", "white", "other")
    labels = harmonise.regroup(counts, "eth5_2021", names="label").groups
    assert labels[0] == "Asian, Asian British or Asian Welsh"
    assert harmonise.regroup(counts, "eth5_2021", names="code").groups == ("1001", "1002", "1003", "1004", "1005")
    with pytest.raises(errors.InvalidParameter, match="names is 'id', 'label' or 'code'"):
        harmonise.regroup(counts, "eth5_2021", names="short")


def test_a_move_that_changes_what_is_counted_warns_and_is_noted():
    counts = counts_of("eth19_2021")
    with pytest.warns(errors.BreakInSeries, match="Roma had no box of their own in 2011"):
        moved = harmonise.regroup(counts, "eth18_2011")
    assert any("white_roma: Roma had no box" in note for note in moved.about.notes)
    assert list(harmonise.group_crosswalk("eth19_2021", "eth18_2011").lossy) == [
        "Roma had no box of their own in 2011, and are put with Other White."
    ]
    nobody = replace(counts, values=counts.values * (np.asarray(counts.groups) != "white_roma"))
    harmonise.regroup(nobody, "eth18_2011")  # nobody is moved, so nothing changes


def test_people_whose_group_is_not_known_are_kept():
    pupils = counts_of("dfe18", names=["white_british", "pakistani", "refused", "not_obtained"])
    moved = harmonise.regroup(pupils, "eth5_2021")
    assert moved.groups == ("asian", "white", "refused", "not_obtained")
    assert not moved.residual.any()
    apart = harmonise.regroup(pupils, "eth5_2021", unstated="residual")
    assert apart.groups == ("asian", "white")
    np.testing.assert_array_equal(apart.total, pupils.total)
    np.testing.assert_array_equal(apart.residual, pupils.values[:, 2:].sum(axis=1))
    assert any("whose group is not known" in note for note in apart.about.notes)
    again = harmonise.regroup(moved, "eth5_2011")
    assert again.groups == ("white", "asian", "refused", "not_obtained")
    assert harmonise.regroup(moved, "eth5_2011", unstated="residual").groups == ("white", "asian")


# -- dividing ------------------------------------------------------------------------------


def test_dividing_needs_weights_and_names_the_categories():
    pupils = counts_of("dfe18")
    with pytest.raises(errors.InvalidCrosswalk) as caught:
        harmonise.regroup(pupils, "eth19_2021")
    assert caught.value.units == ("gypsy_roma", "other")
    assert "gypsy_roma → white_gypsy_traveller or white_roma; other → arab or other" in str(caught.value)
    assert "Give weights={'gypsy_roma': {…}}" in str(caught.value)
    assert "finest_common" in str(caught.value)


def test_weights_divide_and_mark_the_result_as_estimated():
    pupils = counts_of("dfe18")
    weights = {"Gypsy/Roma": {"white_roma": 0.75, "White: Gypsy or Irish Traveller": 0.25}, "OOTH": "other"}
    moved = harmonise.regroup(pupils, "eth19_2021", weights=weights)
    gypsy, irish = (pupils.values[:, pupils.position(name)] for name in ("gypsy_roma", "traveller_irish_heritage"))
    np.testing.assert_allclose(moved.values[:, moved.position("white_roma")], 0.75 * gypsy)
    np.testing.assert_allclose(moved.values[:, moved.position("white_gypsy_traveller")], irish + 0.25 * gypsy)
    assert "arab" not in moved.groups
    np.testing.assert_allclose(moved.values.sum(), pupils.values.sum())
    assert moved.about.estimated
    assert repr(moved).startswith("<Counts (estimated)")
    walk = harmonise.group_crosswalk("dfe18", "eth19_2021", weights=weights)
    np.testing.assert_allclose(walk.weights.sum(axis=1), 1)


def test_weights_may_be_amounts_of_every_target():
    census = pd.Series({"arab": 30.0, "other": 90.0, "white_gypsy_traveller": 6.0, "white_roma": 10.0})
    walk = harmonise.group_crosswalk("dfe18", "eth19_2021", weights=census).to_frame().set_index(["source", "target"])
    assert walk.loc[("other", "arab"), "weight"] == 0.25
    assert walk.loc[("gypsy_roma", "white_roma"), "weight"] == 0.625
    with pytest.raises(errors.InvalidCrosswalk, match="gypsy_roma"):
        harmonise.group_crosswalk("dfe18", "eth19_2021", weights=census[["arab", "other"]])


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"gypsy_roma": {"white_roma": 0.5}, "other": "arab"}, "must be 0 or more and sum to 1"),
        ({"gypsy_roma": {"white_roma": 1.5, "white_gypsy_traveller": -0.5}, "other": "arab"}, "must be 0 or more"),
        ({"gypsy_roma": {"arab": 1}, "other": "arab"}, "has no members in arab"),
        ({"gypsy_roma": "white_roma"}, "other → arab or other"),
    ],
)
def test_wrong_weights_are_refused(weights, told):
    with pytest.raises(errors.InvalidCrosswalk, match=told):
        harmonise.group_crosswalk("dfe18", "eth19_2021", weights=weights)


def test_a_crosswalk_of_ones_own_is_taken():
    own = pm.Crosswalk.from_table(
        pd.DataFrame({"old": ["blue", "green", "amber"], "new": ["cold", "cold", "warm"]}), source="old", target="new"
    )
    counts = pm.from_wide(
        pd.DataFrame({"id": ["a"], "Blue": [1], "amber": [2], "green": [4]}),
        groups=["Blue", "amber", "green"],
        unit="id",
    )
    moved = harmonise.regroup(counts, own)
    assert dict(zip(moved.groups, moved.values[0], strict=True)) == {"cold": 5, "warm": 2}
    with pytest.raises(errors.UnknownGroup, match="1 group is not in the crosswalk: grey"):
        harmonise.regroup(
            pm.from_wide(pd.DataFrame({"id": ["a"], "grey": [1], "blue": [1]}), groups=["grey", "blue"], unit="id"), own
        )
    with pytest.raises(errors.InvalidParameter, match="has its weights already"):
        harmonise.regroup(counts, own, weights={"blue": "warm"})


def test_one_axis_of_several_is_regrouped():
    frame = pd.DataFrame({"id": ["a"], "p": [1], "q": [2], "r": [4], "s": [8]})
    columns = {("indian", "rents"): "p", ("chinese", "rents"): "q", ("indian", "owns"): "r", ("arab", "owns"): "s"}
    about = {"scheme": "eth19_2021 × tenure"}
    counts = pm.from_wide(frame, groups=columns, unit="id", axes=("ethnicity", "tenure"), about=about)
    moved = harmonise.regroup(counts, "eth5_2021", axis="ethnicity")
    assert dict(zip(moved.groups, moved.values[0], strict=True)) == {
        ("asian", "rents"): 3,
        ("asian", "owns"): 4,
        ("other", "owns"): 8,
    }
    assert moved.about.scheme == "eth5_2021 × tenure"
    with pytest.raises(errors.InvalidParameter, match="Name the one to regroup"):
        harmonise.regroup(counts, "eth5_2021")


# -- the finest common groups ----------------------------------------------------------------


def reference(first, second):
    """Join what shares members until nothing changes; written without the library's graph."""
    links = links_between(*sorted((first, second)))
    swap = links.source != first
    left = {name: {("s", name)} for name in links.rows}
    for name, ends in links.rows.items():
        left[name] |= {("t", end) for end in ends}
    sets = list(left.values())
    for _ in range(len(sets) ** 2):
        for one, two in itertools.combinations(range(len(sets)), 2):
            if sets[one] & sets[two]:
                sets[one] |= sets.pop(two)
                break
        else:
            break
    return {frozenset((("t" if side == "s" else "s") if swap else side, name) for side, name in part) for part in sets}


JOINED = [
    pair
    for pair in itertools.product(EVERY, EVERY)
    if pair[0] != pair[1]
    and pair[0] < pair[1]
    and any(
        harmonise.scheme(pair[0]).variable == harmonise.scheme(pair[1]).variable == variable
        for variable in ("self-defined ethnic group", "race and Hispanic origin")
    )
]


@pytest.mark.parametrize(("first", "second"), JOINED)
def test_common_groups_are_symmetric_and_the_finest(first, second):
    one, two = common_of(first, second), common_of(second, first)
    assert set(one.groups) == set(two.groups)
    assert one.scheme == two.scheme
    for mine, theirs in ((one.first, two.second), (one.second, two.first)):
        pd.testing.assert_frame_equal(
            mine.to_frame().sort_values("source", ignore_index=True),
            theirs.to_frame().sort_values("source", ignore_index=True),
        )
        assert mine.is_exact
    found = {}
    for side, walk in (("s", one.first), ("t", one.second)):
        for row in walk.to_frame().itertuples():
            found.setdefault(row.target, set()).add((side, row.source))
    unstated = {name for scheme in (first, second) for name in harmonise.scheme(scheme).unstated}
    mine = {frozenset(part) for part in found.values()} - {frozenset()}
    theirs = reference(first, second)

    def stated(groups):
        return {frozenset(item for item in group if item[1] not in unstated) for group in groups} - {frozenset()}

    assert stated(mine) == stated(theirs)


@pytest.mark.parametrize(("first", "second"), JOINED)
@pytest.mark.usefixtures("ignoring")
def test_common_groups_of_regrouped_counts_are_their_own(first, second):
    common = common_of(first, second)
    before, after = counts_of(first, seed=1), counts_of(second, seed=2)
    before, after = harmonise.regroup(before, common.first), harmonise.regroup(after, common.second)
    assert set(common.groups) <= set(before.groups) & set(after.groups)
    assert before.about.scheme == after.about.scheme == common.scheme
    again = harmonise.finest_common(before, after)
    assert set(again.groups) == set(common.groups)
    for counts, walk in ((before, again.first), (after, again.second)):
        same_people(counts, harmonise.regroup(counts, walk))


def test_common_groups_with_itself_change_nothing():
    for name in EVERY:
        common = harmonise.finest_common(name, name)
        assert common.first.is_exact
        assert common.merged.empty
        assert common.scheme == name
        assert set(common.groups) == set(common.first.sources)


def test_the_eight_of_1991_and_2001():
    common = harmonise.finest_common("eth10_1991", "eth16_2001")
    assert common.scheme == "eth8_1991_2001"
    merged = common.merged.groupby(["group", "side"])["category"].agg(set)
    assert merged["white", "eth16_2001"] == {"white_british", "white_irish", "white_other"}
    assert merged["other", "eth10_1991"] == {"black_other", "asian_other", "other"}
    assert len(merged["other", "eth16_2001"]) == 7
    assert "Merged into other: eth10_1991 black_other + asian_other + other" in str(common)


def test_schools_and_neighbourhoods_on_what_they_share():
    common = harmonise.finest_common("dfe18", "eth19_2021")
    merged = common.merged.groupby(["group", "side"])["category"].agg(set).to_dict()
    gypsies = next(group for group in common.groups if "roma" in group)
    assert merged[gypsies, "dfe18"] == {"traveller_irish_heritage", "gypsy_roma"}
    assert merged[gypsies, "eth19_2021"] == {"white_gypsy_traveller", "white_roma"}
    assert common.apart == {"dfe18": ("unclassified",)}
    assert "Without a counterpart, from dfe18: unclassified" in str(common)
    first, second = common
    assert first is common.first
    assert second is common.second


def test_a_group_that_lacks_a_part_does_not_bear_the_name_of_the_whole():
    schools = counts_of("dfe18", names=["white_british", "gypsy_roma"])
    homes = counts_of("eth19_2021", names=["white_british", "white_gypsy_traveller", "white_roma"])
    common = harmonise.finest_common(schools, homes)
    assert common.groups == ("white_british", "gypsy_roma")
    assert common.scheme == "common to dfe18 and eth19_2021"


def test_counts_share_only_what_they_have():
    schools = counts_of("dfe18", names=["white_british", "pakistani", "other", "unclassified"])
    homes = counts_of("eth19_2021", names=["white_british", "pakistani", "other"])
    common = harmonise.finest_common(schools, homes)
    assert set(common.groups) == {"white_british", "pakistani", "other"}
    assert common.merged.empty
    assert harmonise.regroup(schools, common.first).groups == (*common.groups, "unclassified")


# -- different variables -----------------------------------------------------------------------


@pytest.mark.parametrize("officer", ["police_officer", "police_officer5"])
@pytest.mark.parametrize("self_defined", ["police_sde16", "police_sde18", "eth18_2011", "eth19_2021", "eth5_2021"])
def test_what_officers_see_is_not_what_people_say(officer, self_defined):
    for call in (harmonise.group_crosswalk, harmonise.finest_common):
        for pair in ((officer, self_defined), (self_defined, officer)):
            with pytest.raises(errors.DenominatorMismatch, match=r"different variables.*say which it is"):
                call(*pair)
    searches = counts_of(officer, universe="searches")
    people = counts_of(self_defined, universe="usual residents")
    with pytest.raises(errors.DenominatorMismatch, match=r"officer-defined appearance.*without a denominator"):
        harmonise.guard(searches, people)


def test_lists_that_nothing_joins_are_refused():
    with pytest.raises(errors.DenominatorMismatch):
        harmonise.group_crosswalk("us_p2", "eth19_2021")
    assert links_between("police_officer", "police_officer").rows["ic1"] == ("ic1",)


# -- universes and the guard -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "refused"),
    [
        ("pupils", "usual residents", True),
        ("households", "All usual residents", True),
        ("HRPs", "households", False),
        ("adults", "residents", True),
        ("persons", "Usual residents", False),
        ("people", "residents", False),
        ("searches", "usual residents", False),
        ("patients", "usual residents", True),
        ("pupils", "pupils", False),
        (None, "pupils", False),
    ],
)
def test_people_are_divided_by_people(one, two, refused):
    numerator, denominator = counts_of("eth5_2021", universe=one), counts_of("eth5_2021", universe=two)
    context = (
        pytest.raises(errors.DenominatorMismatch, match="shares of both can be compared") if refused else nullcontext()
    )
    with context:
        notes = harmonise.guard(numerator, denominator)
        assert (one == "searches") == any("Events are counted" in note for note in notes)


def test_the_guard_lists_every_difference():
    pupils = counts_of("dfe18", universe="pupils", vintage="2021", period="2022/23")
    people = counts_of("eth18_2011", universe="usual residents", vintage="2011", period="census day 2011")
    with pytest.raises(errors.DenominatorMismatch) as caught:
        harmonise.guard(pupils, people)
    text = str(caught.value)
    for told in (
        "counts pupils",
        "dfe18, those of the denominator eth18_2011",
        "boundaries of 2021",
        "11.4 years apart",
    ):
        assert told in text
    for remedy in ("finest_common", "harmonise.align", "interpolate_between"):
        assert remedy in text


def test_groups_of_one_side_only_are_named():
    events, people = counts_of("eth18_2011"), counts_of("eth18_2011", names=["indian", "chinese"])
    with pytest.raises(errors.DenominatorMismatch, match=r"has no group 'white_british'.*harmonise.regroup"):
        harmonise.guard(events, people)


def test_a_denominator_of_another_year_is_noted():
    events = counts_of("eth5_2021", universe="searches", period="2021/22")
    people = counts_of("eth5_2021", universe="usual residents", period="census day 2021")
    notes = harmonise.guard(events, people)
    assert any("0.4 years apart" in note for note in notes)
    with pytest.raises(errors.DenominatorMismatch, match=r"0\.1 may be"):
        harmonise.guard(events, people, tolerance=0.1)


# -- rates -------------------------------------------------------------------------------------------


def rates(**columns):
    frame = pd.DataFrame({"indicator": "searches", "unit": "f", "measured_in": "per 1,000", **columns})
    return pm.Rates(frame, about=pm.About(scheme="eth18_2011"))


def test_rates_are_made_anew_from_what_they_are_rates_of():
    given_ = rates(
        group=["Indian", "all", "Pakistani", "Arab"],
        numerator=[1.0, 20, 3, 2],
        denominator=[100.0, 1000, 100, 50],
        rate=[10.0, 20, 30, 40],
        lower=[1.0, 2, 3, 4],
        upper=[50.0, 60, 70, 80],
    )
    table = harmonise.regroup(given_, "eth5_2011").table.set_index("group")
    assert table.index.tolist() == ["asian", "all", "other"]
    assert table.loc["asian", ["numerator", "denominator", "rate"]].tolist() == [4, 200, 20]
    assert np.isnan(table.loc["asian", "lower"])
    assert table.loc["other", ["rate", "lower", "upper"]].tolist() == [40, 4, 80]
    assert table.loc["all", "rate"] == 20


def test_hidden_numerators_stay_intervals():
    given_ = rates(
        group=["Indian", "Pakistani"],
        numerator=[np.nan, 3],
        numerator_low=[1.0, 3],
        numerator_high=[4.0, 3],
        denominator=[100.0, 100],
        rate=[np.nan, 30.0],
    )
    row = harmonise.regroup(given_, "eth5_2011").table.iloc[0]
    assert (row["numerator_low"], row["numerator_high"]) == (4, 7)
    assert np.isnan(row["numerator"])
    assert np.isnan(row["rate"])


def test_a_rate_alone_cannot_be_merged():
    given_ = rates(group=["Indian", "Pakistani"], numerator=np.nan, denominator=np.nan, rate=[10.0, 30.0])
    with pytest.raises(errors.DenominatorMismatch, match="no mean of theirs"):
        harmonise.regroup(given_, "eth5_2011")
    with pytest.raises(errors.InvalidCrosswalk):
        harmonise.regroup(rates(group=["white_other"], numerator=[1.0], denominator=[9.0]), "eth19_2021")


def test_what_is_neither_counts_nor_rates_is_refused():
    with pytest.raises(errors.NotCounts, match="from_wide"):
        harmonise.regroup(pd.DataFrame(), "eth5_2011")
