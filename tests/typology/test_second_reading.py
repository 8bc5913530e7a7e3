"""Types of the published schemes against a second reading of their files, and by hand on every boundary."""

from __future__ import annotations

import itertools
import random
import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from second_reading import Reading, conditions, rules

import placemix as pm
from placemix import errors

SCHEMES = ["PJF2001", "PJF2007-reconstructed", "HWE2012", "Hall2015", "single_characteristic"]
WITH_REFERENCE = SCHEMES[:2]
ONE = "single_characteristic"
NAMES = ["white", "pakistani", "indian", "caribbean", "chinese", "arab", *"ghijkl"]
STEADY = settings(max_examples=20, deadline=None, derandomize=True)


def counts(table, in_none, cities):
    """Counts of the table; people in none of the groups are in the total only."""
    groups = NAMES[: len(table[0])]
    frame = pd.DataFrame([list(row) for row in table], columns=groups)
    frame["id"] = [f"u{unit:05}" for unit in range(len(table))]
    frame["all"] = [sum(row) + none for row, none in zip(table, in_none, strict=True)]
    frame["town"] = list(cities)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.IncompletePartition)
        return pm.from_wide(frame, groups=groups, unit="id", total="all", strata=["town"])


def classify(scheme, table, in_none, cities, *, whole=False, **options):
    """Result of placemix, its rows in the order of the table; `whole` makes the table one city."""
    city = None if whole else "town"
    result = pm.typology.classify(counts(table, in_none, cities), scheme=scheme, city=city, **options)
    assert list(result["unit"]) == [f"u{unit:05}" for unit in range(len(table))]
    return result


def types(result):
    return [None if pd.isna(kind) else kind for kind in result["type"]]


def options(scheme, groups, reference=("white",), **parameters):
    """Options that a scheme asks for."""
    given_ = {"reference": list(reference)} if scheme in WITH_REFERENCE else {}
    if scheme == ONE:
        given_["parameters"] = {"threshold": 0.5, "quotient": 0} | parameters
    return given_ | ({"recalibrate": True} if scheme == "HWE2012" and groups != 6 else {})


def agree(scheme, table, in_none, cities, *, whole=False, **asked):
    """Compare both readings; return the second and its types."""
    totals = [sum(row) + none for row, none in zip(table, in_none, strict=True)]
    groups = NAMES[: len(table[0])]
    second = Reading(scheme, table, totals, groups, cities=None if whole else cities, **asked)
    expected = second.types()
    found = types(classify(scheme, table, in_none, cities, whole=whole, **asked))
    pairs = zip(found, expected, table, in_none, cities, strict=True)
    assert not [pair for pair in pairs if pair[0] != pair[1]]
    return second, expected


# Random tables ------------------------------------------------------------------------------------


@st.composite
def divided(draw, parts):
    """People of a unit: tenths of 10, 20 or 100, often with one person moved, or any small numbers."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.lists(st.integers(0, 12), min_size=parts, max_size=parts))
    cuts = sorted(draw(st.lists(st.integers(0, 10), min_size=parts - 1, max_size=parts - 1)))
    times = draw(st.sampled_from([0, 1, 2, 10, 10]))
    row = [times * (high - low) for low, high in itertools.pairwise([0, *cuts, 10])]
    giver, taker = draw(st.integers(0, parts - 1)), draw(st.integers(0, parts - 1))
    if draw(st.booleans()) and row[giver]:
        row[giver] -= 1
        row[taker] += 1
    return row


@st.composite
def tables(draw, least=2, most=5):
    """Table, people in no group, and cities; a group may be absent, a unit empty, all groups whole."""
    groups = draw(st.integers(least, most))
    rows = draw(st.lists(divided(groups + 1), min_size=1, max_size=9))
    if draw(st.booleans()):
        rows = [[*row[:-1], 0] for row in rows]
    if draw(st.integers(0, 3)) == 0:
        absent = draw(st.integers(0, groups - 1))
        rows = [[0 if place == absent else x for place, x in enumerate(row)] for row in rows]
    rows.append([3] * groups + [0])  # somebody lives somewhere
    cities = draw(st.lists(st.sampled_from("xyz"), min_size=len(rows), max_size=len(rows)))
    return [row[:-1] for row in rows], [row[-1] for row in rows], cities


@pytest.mark.slow
@pytest.mark.parametrize("scheme", WITH_REFERENCE)
@given(found=tables(3), references=st.permutations(range(3)), merged=st.integers(1, 2), whole=st.booleans())
@STEADY
def test_schemes_with_a_reference_agree_with_the_second_reading(scheme, found, references, merged, whole):
    agree(scheme, *found, whole=whole, reference=[NAMES[place] for place in references[:merged]])


@pytest.mark.slow
@given(found=tables(6, 6), whole=st.booleans())
@STEADY
def test_holloway_wright_and_ellis_agree_with_the_second_reading(found, whole):
    agree("HWE2012", *found, whole=whole)


@pytest.mark.slow
@given(found=tables(2, 8))
@STEADY
def test_recalibrated_thresholds_keep_their_entropy_and_every_unit_has_a_type(found):
    _, expected = agree("HWE2012", *found, recalibrate=True)
    assert [kind is None for kind in expected] == [sum(row) == 0 for row in found[0]]


@pytest.mark.slow
@given(found=tables(), whole=st.booleans())
@STEADY
def test_hall_crowder_and_spring_agree_with_the_second_reading(found, whole):
    agree("Hall2015", *found, whole=whole)


@pytest.mark.slow
@given(
    found=tables(),
    whole=st.booleans(),
    threshold=st.sampled_from([0.1, 0.3, 0.5, 0.6, 0.7, 0.9, 1.0]) | st.integers(1, 100).map(lambda x: x / 100),
    quotient=st.sampled_from([0, 0.5, 1, 1.1, 1.2, 1.25, 2]),
)
@STEADY
def test_a_single_characteristic_agrees_with_the_second_reading(found, whole, threshold, quotient):
    agree(ONE, *found, whole=whole, parameters={"threshold": threshold, "quotient": quotient})


# All ways to divide a few people ------------------------------------------------------------------


def divisions(people, parts):
    """All ways to divide people into parts."""
    for bars in itertools.combinations(range(people + parts - 1), parts - 1):
        yield [high - low - 1 for low, high in itertools.pairwise([-1, *bars, people + parts - 1])]


def every(people, groups, *, none=True, seed=1):
    """Units of so many people, all there are or 2 000 of them, in cities of one to eight.

    With this seed some unit lies on every threshold.
    """
    rows = list(divisions(people, groups + none))
    shuffle = random.Random(seed)  # noqa: S311
    rows = shuffle.sample(rows, min(len(rows), 2000))
    cities = []
    while len(cities) < len(rows):
        cities += [f"c{len(cities)}"] * shuffle.randint(1, 8)
    return [row[:groups] for row in rows], [row[groups] if none else 0 for row in rows], cities[: len(rows)]


@pytest.mark.parametrize(
    ("scheme", "people", "groups", "parameters"),
    [
        ("PJF2001", 10, 4, {}),
        ("PJF2001", 20, 3, {}),
        ("PJF2007-reconstructed", 10, 4, {}),
        ("PJF2007-reconstructed", 20, 3, {}),
        ("HWE2012", 20, 6, {}),
        ("Hall2015", 20, 3, {}),
        (ONE, 10, 4, {"threshold": 0.3, "quotient": 1.5}),
    ],
)
def test_every_division_of_a_few_people_agrees_and_meets_all_boundaries_and_types(scheme, people, groups, parameters):
    second, expected = agree(scheme, *every(people, groups, none=groups != 6), **options(scheme, groups, **parameters))
    within_reach = {pair for pair in conditions(scheme) if "entropy" not in pair[1]}
    assert second.touched == within_reach
    seen = {kind.split(" ")[0] for kind in expected if kind}
    # With fewer than eleven groups, one of them always holds more than 9 %.
    assert seen == {kind["id"] for kind in rules(scheme)["type"]} - ({"none"} if scheme == "Hall2015" else set())


def test_each_largest_group_and_each_mix_is_a_type_of_its_own():
    _, expected = agree("Hall2015", *every(10, 4))
    mixes = ["; ".join(mix) for size in (2, 3, 4) for mix in itertools.combinations(NAMES[:4], size)]
    # Of ten people one is a tenth: a group that alone is present is all.
    assert set(expected) - {None} == {*(f"mix {mix}" for mix in mixes), *(f"all {group}" for group in NAMES[:4])}


# Total and exclusive ------------------------------------------------------------------------------


@pytest.mark.slow
@given(seed=st.integers(0, 2**32), groups=st.integers(2, 8), none=st.booleans())
@settings(STEADY, max_examples=10)
def test_every_inhabited_unit_has_exactly_one_type(seed, groups, none):
    shares = random.Random(seed)  # noqa: S311
    rows = [[shares.choice([0, 1, shares.random()]) for _ in range(groups + none)] for _ in range(15)]
    rows = [[round(10**6 * x / (sum(row) or 1)) for x in row] for row in rows]
    table, in_none = [row[:groups] for row in rows], [sum(row[groups:]) for row in rows]
    found = counts(table, in_none, "xyz" * 5)
    for scheme in SCHEMES:
        result = pm.typology.classify(found, scheme=scheme, city="town", **options(scheme, groups))
        categories = list(result["type"].cat.categories)
        assert len(set(categories)) == len(categories)
        leave_out = rules(scheme)["residual"] == "leave out"
        for row, outside, kind in zip(table, in_none, types(result), strict=True):
            inhabited = sum(row) + (0 if leave_out else outside) > 0
            assert sum(kind == category for category in categories) == inhabited
            assert (kind is not None) == inhabited


# Every boundary by hand ---------------------------------------------------------------------------

# Each case names a scheme, where its condition stands, and three cities: one person (or one group)
# below the boundary, on it, and above. The type is that of a city's first unit. A row has the
# people of each group (white, the reference, then Pakistani, Indian, Caribbean) and, last, those in
# none. REST has 400 Pakistanis in a unit that is 60 % white: no scheme has them concentrated, so that
# less than 30 % of the city's live in concentrated units until others hold 172 (172 / 572 = 30.07 %).
REST = [600, 400, 0, 0, 0]
SMALL = [2, 8, 0, 0, 0]  # 80 % Pakistani: V, and VI if 30 % of the city's are concentrated
MINORITIES, DOUBLE = "minorities >= 70% of everyone", "largest minority >= 2 times second minority"
SIXTY, TWICE = "largest minority >= 60% of everyone", "largest minority >= 2 times other minorities"
MEMBERS = "concentrated members >= 30% of city members"
OLD, NEW = WITH_REFERENCE


def alone(*rows):
    return [[list(row)] for row in rows]


def beside(other, *rows):
    return [[list(row), other] for row in rows]


BOUNDARIES = [
    # 79, 80, 81 % white.
    (
        OLD,
        "I",
        "reference >= 80% of everyone",
        alone((79, 21, 0, 0, 0), (80, 20, 0, 0, 0), (81, 19, 0, 0, 0)),
        "II I I",
    ),
    (
        NEW,
        "I",
        "reference >= 80% of everyone",
        alone((79, 21, 0, 0, 0), (80, 20, 0, 0, 0), (81, 19, 0, 0, 0)),
        "II I I",
    ),
    # 49 % white and 51 % Pakistani is III by the 30 and 20 % (2001), or as 51 % outside (2007).
    (
        OLD,
        "II",
        "reference >= 50% of everyone",
        alone((49, 51, 0, 0, 0), (50, 50, 0, 0, 0), (51, 49, 0, 0, 0)),
        "III II II",
    ),
    (
        NEW,
        "II",
        "reference >= 50% of everyone",
        alone((49, 51, 0, 0, 0), (50, 50, 0, 0, 0), (51, 49, 0, 0, 0)),
        "III II II",
    ),
    # The same by people in none of the groups, who are in the total: 51 % are no named minority.
    (
        OLD,
        "II",
        "reference >= 50% of everyone",
        alone((49, 0, 0, 0, 51), (50, 0, 0, 0, 50), (51, 0, 0, 0, 49)),
        "IV II II",
    ),
    # 29 % white, no other 60 %: IV.
    (
        OLD,
        "III",
        "reference >= 30% of everyone",
        alone((29, 25, 25, 21, 0), (30, 25, 25, 20, 0), (31, 25, 25, 19, 0)),
        "IV III III",
    ),
    # 29 % white, 71 % Pakistani, all of the city's: VI; with 30 % white III is tested first.
    (
        OLD,
        "III",
        "reference >= 30% of everyone",
        alone((29, 71, 0, 0, 0), (30, 70, 0, 0, 0), (31, 69, 0, 0, 0)),
        "VI III III",
    ),
    # The largest minority 19, 20, 21 %; people in none (38 %) are never the largest.
    (
        OLD,
        "III",
        "largest minority >= 20% of everyone",
        alone((43, 19, 0, 0, 38), (42, 20, 0, 0, 38), (41, 21, 0, 0, 38)),
        "IV III III",
    ),
    (
        OLD,
        "III",
        "largest minority >= 20% of everyone",
        alone((43, 19, 19, 19, 0), (42, 19, 20, 19, 0), (41, 19, 21, 19, 0)),
        "IV III III",
    ),
    # 59, 60, 61 % Pakistani, others 21, 20, 19: twice holds; all the city's Pakistanis live there.
    (OLD, "VI", SIXTY, alone((20, 59, 11, 10, 0), (20, 60, 10, 10, 0), (20, 61, 10, 9, 0)), "IV VI VI"),
    # As above with 400 more elsewhere: 60 / 460 = 13 %, 61 / 461 = 13 %.
    (OLD, "V", SIXTY, beside(REST, (20, 59, 11, 10, 0), (20, 60, 10, 10, 0), (20, 61, 10, 9, 0)), "IV V V"),
    # All others together 31 = 20 + 6 + 5 in none; twice that is 62.
    (OLD, "VI", TWICE, alone((8, 61, 20, 6, 5), (7, 62, 20, 6, 5), (6, 63, 20, 6, 5)), "IV VI VI"),
    (OLD, "V", TWICE, beside(REST, (8, 61, 20, 6, 5), (7, 62, 20, 6, 5), (6, 63, 20, 6, 5)), "IV V V"),
    # 60 here of 201, 200, 199 in the city, the others in a unit under 60 % Pakistani.
    (
        OLD,
        "VI",
        MEMBERS,
        [[[20, 60, 10, 10, 0], [160, other, 0, 0, 0]] for other in (141, 140, 139)],
        "V VI VI",
    ),
    # SMALL's 8 and 59, 60, 61 in a unit that is III by its 30 % white, and still concentrated from
    # 60 %: 8 / (8 + 59 + 120) = 4 %, 68 / 188 = 36 %, 69 / 189 = 37 %.
    (
        OLD,
        "concentrated",
        "group >= 60% of everyone",
        [[SMALL, [100 - here, here, 0, 0, 0], [280, 120, 0, 0, 0]] for here in (59, 60, 61)],
        "V VI VI",
    ),
    # 69, 70, 71 % outside, all Pakistani: below III; else VI alone, V beside 400 (70 / 470 = 15 %).
    (NEW, "VI", MINORITIES, alone((31, 69, 0, 0, 0), (30, 70, 0, 0, 0), (29, 71, 0, 0, 0)), "III VI VI"),
    (NEW, "V", MINORITIES, beside(REST, (31, 69, 0, 0, 0), (30, 70, 0, 0, 0), (29, 71, 0, 0, 0)), "III V V"),
    # No group twice any other (23 and 23; 24 and 23; 25 and 23): IV from 70 % outside.
    (NEW, "IV", MINORITIES, alone((31, 23, 23, 23, 0), (30, 24, 23, 23, 0), (29, 25, 23, 23, 0)), "III IV IV"),
    # People in none count as outside, are no group that dominates, and are one that is not dominated.
    (NEW, "IV", MINORITIES, alone((31, 9, 0, 0, 60), (30, 10, 0, 0, 60), (29, 11, 0, 0, 60)), "III IV IV"),
    # The second minority has 27: 53, 54, 55 Pakistanis.
    (NEW, "VI", DOUBLE, alone((20, 53, 27, 0, 0), (19, 54, 27, 0, 0), (18, 55, 27, 0, 0)), "IV VI VI"),
    (NEW, "V", DOUBLE, beside(REST, (20, 53, 27, 0, 0), (19, 54, 27, 0, 0), (18, 55, 27, 0, 0)), "IV V V"),
    # The second is 27 people in none; then 20 in none and 20 in each of two groups, each by itself.
    (NEW, "VI", DOUBLE, alone((20, 53, 0, 0, 27), (19, 54, 0, 0, 27), (18, 55, 0, 0, 27)), "IV VI VI"),
    (NEW, "V", DOUBLE, beside(REST, (1, 39, 20, 20, 20), (0, 40, 20, 20, 20), (0, 41, 20, 20, 19)), "IV V V"),
    # 60 here of 201, 200, 199 in the city, the others in a unit of which under half are outside.
    (
        NEW,
        "VI",
        MEMBERS,
        [[[20, 60, 20, 0, 0], [160, other, 0, 0, 0]] for other in (141, 140, 139)],
        "V VI VI",
    ),
    # SMALL's 8 and 69, 70, 71 in a unit with as large a share outside: 8 / 197, 78 / 198, 79 / 199.
    (
        NEW,
        "concentrated",
        MINORITIES,
        [[SMALL, [100 - here, here, 0, 0, 0], [280, 120, 0, 0, 0]] for here in (69, 70, 71)],
        "V VI VI",
    ),
    # SMALL's 8 and 53, 54, 55 beside 27 of the next: 8 / 181 = 4 %, 62 / 182 = 34 %, 63 / 183 = 34 %.
    (
        NEW,
        "concentrated",
        "group >= 2 times largest other minority",
        [[SMALL, [73 - here, here, 0, 27, 0], [280, 120, 0, 0, 0]] for here in (53, 54, 55)],
        "V VI VI",
    ),
    (
        NEW,
        "concentrated",
        "group >= 2 times largest other minority",
        [[SMALL, [73 - here, here, 0, 0, 27], [280, 120, 0, 0, 0]] for here in (53, 54, 55)],
        "V VI VI",
    ),
    # Six groups, the others nearly even: scaled entropy 0.47, 0.46, 0.44, all above 0.3707. Low
    # diversity begins above 80 %.
    (
        "HWE2012",
        "low",
        "largest group > 80% of everyone",
        alone((79, 5, 4, 4, 4, 4, 0), (80, 4, 4, 4, 4, 4, 0), (81, 4, 4, 4, 4, 3, 0)),
        "moderate white,moderate white,low white",
    ),
    # Scaled entropy 0.87 to 0.89: high up to 45 %. People in none are left out.
    (
        "HWE2012",
        "high",
        "largest group <= 45% of everyone",
        alone((12, 44, 11, 11, 11, 11, 90), (11, 45, 11, 11, 11, 11, 90), (10, 46, 11, 11, 11, 11, 90)),
        "high,high,moderate pakistani",
    ),
    # The next group is under 10 %; 900 people in none are left out.
    (
        "Hall2015",
        "all",
        "largest group >= 90% of everyone",
        alone((89, 9, 2, 0), (90, 8, 2, 900), (91, 7, 2, 0)),
        "one white,all white,all white",
    ),
    (
        "Hall2015",
        "present",
        "group >= 10% of everyone",
        alone((6, 9, 85, 0), (6, 10, 84, 7), (6, 11, 83, 0)),
        "one indian,mix pakistani; indian,mix pakistani; indian",
    ),
    # One, two, three groups of 10 % or more; in the order of the table, not of size.
    (
        "Hall2015",
        "mix",
        "present groups >= 2",
        alone((9, 6, 85, 0), (10, 6, 84, 0), (10, 10, 80, 0)),
        "one indian,mix white; indian,mix white; pakistani; indian",
    ),
    # No, one, two groups of 10 % or more among twelve.
    (
        "Hall2015",
        "one",
        "present groups >= 1",
        alone((*[9] * 11, 1, 0), (*[9] * 10, 10, 0, 0), (10, *[9] * 8, 8, 10, 0, 0)),
        "none,one k,mix white; k",
    ),
    # Threshold 0.5: 49, 50, 51 of 100, people in none among the hundred.
    (
        ONE,
        "characteristic",
        "category >= {threshold} of everyone",
        alone((49, 26, 0, 25), (50, 26, 0, 24), (51, 0, 0, 49)),
        "none one one",
    ),
    # None, one, two halves.
    (ONE, "one", "characteristics >= 1", alone((49, 26, 25, 0), (50, 49, 1, 0), (50, 50, 0, 0)), "none one several"),
    # Threshold 0.3 (the table of parameters below): one, two, three groups.
    (
        "0.3",
        "several",
        "characteristics >= 2",
        alone((71, 29, 0, 0), (45, 30, 25, 0), (40, 30, 30, 0)),
        "one several several",
    ),
    # Quotient 1.25: half of the unit, over 401, 400 or 399 of the city's 1 000. Half over 0.4 is 1.25.
    (
        "1.25",
        "characteristic",
        "location quotient >= {quotient}",
        [[[50, 25, 25, 0], [white, 300, 0, 600 - white]] for white in (351, 350, 349)],
        "none one one",
    ),
]
PARAMETERS = {"0.3": {"threshold": 0.3}, "1.25": {"quotient": 1.25}}


@pytest.mark.parametrize(("scheme", "place", "condition", "cities", "expected"), BOUNDARIES)
def test_the_type_below_on_and_above_a_boundary(scheme, place, condition, cities, expected):
    kinds = expected.split("," if "," in expected else " ")
    parameters = PARAMETERS.get(scheme, {})
    scheme = ONE if parameters else scheme
    rows = [row for city in cities for row in city]
    towns = [town for town, city in zip(("below", "on", "above"), cities, strict=True) for _ in city]
    table, in_none = [row[:-1] for row in rows], [row[-1] for row in rows]
    asked = options(scheme, len(table[0]), **parameters)
    _, found = agree(scheme, table, in_none, towns, **asked)
    assert [found[towns.index(town)] for town in ("below", "on", "above")] == kinds
    # The case is right about its boundary: the second city alone touches it.
    within = slice(towns.index("on"), towns.index("above"))
    totals = [sum(row) for row in rows[within]]
    second = Reading(scheme, table[within], totals, NAMES[: len(table[0])], **asked)
    second.types()
    assert (place, condition) in second.touched


def test_no_condition_is_without_a_boundary_by_hand():
    by_hand = {(ONE if scheme in PARAMETERS else scheme, place, text) for scheme, place, text, *_ in BOUNDARIES}
    all_there_are = {(scheme, *pair) for scheme in SCHEMES for pair in conditions(scheme)}
    assert all_there_are - by_hand == {
        ("HWE2012", "low", "scaled entropy <= 0.3707"),
        ("HWE2012", "high", "scaled entropy >= 0.7414"),
    }
    assert by_hand <= all_there_are


# No unit of under 5 000 people lies on a threshold of entropy: t^t / (product of x^x) = 6^(0.3707 t)
# needs a whole exponent, and so does 0.7414 t; 10 000 or 5 000 would have to divide t. The nearest:
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # Two groups: H(0.61) = 0.668748, / ln 6 = 0.37324; H(0.62) = 0.664064, / ln 6 = 0.37062.
        ((61, 39, 0, 0, 0, 0), "moderate white"),
        ((62, 38, 0, 0, 0, 0), "low white"),
        ((0, 0, 0, 38, 0, 62), "low arab"),
        # H(0.40, 0.20 × 3) = 0.366516 + 0.965663 = 1.332179, / ln 6 = 0.74350; with one person of a
        # fifth moved to the largest 1.324869, / ln 6 = 0.73942.
        ((41, 20, 20, 19, 0, 0), "moderate white"),
        ((40, 20, 20, 20, 0, 0), "high"),
        ((39, 21, 20, 20, 0, 0), "high"),
        # Low and high are apart from each other: one group only, and six that are equal.
        ((7, 0, 0, 0, 0, 0), "low white"),
        ((1, 1, 1, 1, 1, 1), "high"),
    ],
)
def test_thresholds_of_entropy_between_units_one_person_apart(row, expected):
    _, second = agree("HWE2012", [list(row)], [0], ["x"])
    assert second == [expected]


# Single places ------------------------------------------------------------------------------------

PEACH = [30, 40, 20, 10]


@pytest.mark.parametrize(
    ("elsewhere", "expected"),
    [
        # Three such units have 120 of the city's Pakistanis; the others live in a unit that is half
        # white: 120 / 400 is 30 %, 120 / 401 is less. 70 % are outside, and 40 is twice 20.
        (279, "VI"),
        (280, "VI"),
        (281, "V"),
    ],
)
def test_peachs_unit_is_assimilated_by_one_scheme_and_polarised_by_the_other(elsewhere, expected):
    table = [PEACH, PEACH, PEACH, [elsewhere, elsewhere, 0, 0], [9, 9, 9, 9]]
    cities = [*"xxxxy"]
    # 30 % white and a group of 20 % or more: III.
    assert types(classify("PJF2001", table, [0] * 5, cities, reference=["white"]))[:3] == ["III"] * 3
    assert types(classify(NEW, table, [0] * 5, cities, reference=["white"]))[:4] == [*[expected] * 3, "II"]
    for scheme in WITH_REFERENCE:
        agree(scheme, table, [0] * 5, cities, reference=["white"])


def test_all_is_tested_before_a_mix():
    # 90 % and 10 %: both groups are present; from 89 % on it is a mix.
    table = [[91, 9, 0], [90, 10, 0], [89, 11, 0]]
    assert types(classify("Hall2015", table, [0] * 3, [*"xxx"])) == ["all white", "all white", "mix white; pakistani"]


def test_equal_minorities_are_taken_in_the_order_of_the_table():
    # Two of 45 %: none is twice the other, and only the first is asked about.
    table = [[10, 45, 45, 0], [10, 45, 45, 0], [100, 0, 0, 0]]
    assert types(classify(NEW, table, [0, 0, 0], [*"xxx"], reference=["white"])) == ["IV", "IV", "I"]
    # White and Indian: 45 each; the largest group's name is the first of the table.
    tied = [[45, 5, 45, 5, 0, 0], [5, 45, 5, 45, 0, 0]]
    assert types(classify("HWE2012", tied, [0, 0], [*"xx"])) == ["moderate white", "moderate pakistani"]
    agree("HWE2012", tied, [0, 0], [*"xx"])


def test_units_without_people_have_no_type_and_those_of_people_in_none_have():
    table, in_none = [[0, 0, 0], [0, 0, 0], [60, 20, 20]], [0, 10, 0]
    kinds = {
        OLD: [None, "IV", "II"],
        NEW: [None, "IV", "II"],
        "HWE2012": [None, None, "moderate white"],
        "Hall2015": [None, None, "mix white; pakistani; indian"],
        ONE: [None, "none", "one"],
    }
    found = counts(table, in_none, [*"xxx"])
    for scheme, expected in kinds.items():
        assert types(pm.typology.classify(found, scheme=scheme, city="town", **options(scheme, 3))) == expected


def test_people_in_none_are_announced():
    frame = pd.DataFrame({"id": ["a"], "white": [50], "indian": [0], "all": [101]})
    with pytest.warns(errors.IncompletePartition):
        found = pm.from_wide(frame, groups=["white", "indian"], unit="id", total="all")
    # 50 of 101 is under a half.
    result = pm.typology.classify(found, scheme=ONE, parameters={"threshold": 0.5, "quotient": 0})
    assert types(result) == ["none"]


SCHOOLS = [[95, 5, 0], [10, 80, 10], [92, 4, 4], [40, 30, 30], [3, 91, 6]]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_schools_are_units_like_any_other(scheme):
    agree(scheme, SCHOOLS, [0] * 5, [*"xxxxx"], **options(scheme, 3))


def test_pupils_in_schools_that_one_characteristic_defines():
    # 95, 92 and 91 of 100: three of five schools, 300 of 500 pupils.
    result = classify(ONE, SCHOOLS, [0] * 5, [*"xxxxx"], parameters={"threshold": 0.9})
    assert types(result) == ["one", "none", "one", "none", "one"]
    row = pm.typology.objective(counts(SCHOOLS, [0] * 5, [*"xxxxx"]), thresholds=0.9).iloc[0]
    assert (row["people_defined"], row["people"]) == (300, 500)
    assert row["units_defined"] == 3
    assert row["share_people"] == pytest.approx(0.6)
