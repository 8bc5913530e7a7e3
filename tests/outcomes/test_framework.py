"""The framework: 46 rows with frozen ids, each computed from exactly the columns it needs, and what is known of 25."""

from __future__ import annotations

import math
import tomllib
import warnings
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.outcomes.indicators.forms import FORMS
from placemix.outcomes.indicators.reading import founding, incomplete, known_sources, rows_of, sources_of
from placemix.outcomes.indicators.rows import COLUMNS, DOMAINS, EHRC, IOI, KINDS, TENETS
from placemix.registry import MEASURES

ROWS = pm.outcomes.framework()

#: The founding text's numbering: domain, aims, indicators, indicators of social capital.
FROZEN = {
    "education": (3, 3, 0),
    "work": (4, 4, 0),
    "health": (3, 3, 0),
    "housing": (3, 3, 0),
    "justice": (4, 4, 0),
    "politics": (4, 4, 0),
    "solidarity": (0, 0, 4),
}


# -- the rows --------------------------------------------------------------------------


def test_every_id_is_there_once_and_in_order():
    wanted = [
        f"{domain}-{role}-{number + 1}"
        for domain, counts in FROZEN.items()
        for role, count in zip(("aim", "indicator", "capital"), counts, strict=True)
        for number in range(count)
    ]
    assert ROWS["id"].tolist() == wanted
    assert len(wanted) == 46
    assert ROWS["role"].value_counts().to_dict() == {"aim": 21, "indicator": 21, "social capital": 4}


def test_tenets_are_those_of_the_founding_table():
    """E, I, P and S of the table, in its order; a row may have two."""
    letters = {"E": "equality", "I": "interaction", "P": "participation", "S": "safety"}
    table = {
        "education": "E E I E E I",
        "work": "E EI EP I E E P I",
        "health": "E E I E E I",
        "housing": "E E I E E I",
        "justice": "ES E S P ES E S P",
        "politics": "P P P S P P P S",
    }
    for domain, words in table.items():
        found = ROWS.loc[ROWS["id"].str.startswith(domain), "tenet"].tolist()
        assert found == [", ".join(letters[letter] for letter in word) for word in words.split()]


def test_rows_use_the_words_of_the_framework_alone():
    for row in founding():
        assert row.kind in KINDS
        assert set(row.tenets) <= set(TENETS)
        assert set(row.needs) <= set(COLUMNS)
        assert set(row.ehrc) <= set(EHRC)
        assert set(row.ioi) <= set(IOI)
        assert row.wording
        assert row.counts
        assert len(row.wording.split()) < 20, "short wording, no long quotation"
        assert all(source.checked in {"carried", "seen", "memory"} for source in row.now)
    assert len(EHRC) == 6
    assert len(IOI) == 14


def test_what_is_from_memory_is_marked():
    table = ROWS.set_index("id")
    assert "Labour Force Survey" in table.loc["work-indicator-1", "from_memory"]
    assert "Census 2021" not in table.loc["work-indicator-1", "from_memory"]
    assert table.loc["politics-indicator-3", "sources_now"] == "none known"
    sources = known_sources()
    used = {source.key for row in founding() for source in row.now}
    assert used == set(sources), "every source is used, and every one used is described"
    assert sources["directors"].checked == "memory"
    assert sources["fingertips"].checked == "memory"


@pytest.mark.parametrize("row", founding(), ids=lambda row: row.id)
def test_every_measure_named_exists(row):
    rooms = (pm.outcomes, pm.schools, pm.typology, pm.scenarios, pm.decompose)
    for name in (row.measure, *row.also):
        known = name in MEASURES or any(hasattr(room, name) for room in rooms)
        # The ratio of two standardised rates is a row of what this verb gives.
        known |= name == "standardised_rate_ratio" and hasattr(pm.outcomes, "compare_standardised")
        assert known, f"{row.id} names {name}"


# -- each computed from exactly what it needs -------------------------------------------


def _shares():
    table = pd.DataFrame({"group": ["x", "y", "z"], "numerator": [20, 60, 30], "denominator": [100, 150, 50]})
    return table, 0.2, 90 / 200


def shares_of(measure):
    table, ours, theirs = _shares()
    value = {"risk_ratio": ours / theirs, "risk_difference": ours - theirs, "proportion": ours}.get(
        measure, ours / theirs
    )
    return table, value


def standardised():
    """Two bands of the European standard of 2013 that hold 80,500 and 19,500 of its 100,000."""
    bands = {"0-64": 80_500, "65+": 19_500}
    table = pd.DataFrame(
        {
            "group": ["x", "x", "y", "y"],
            "age": [*bands, *bands],
            "numerator": [30, 40, 60, 10],
            "denominator": [3000, 400, 2000, 100],
        }
    )
    rate = {
        group: sum(
            bands[row.age] * row.numerator / row.denominator for row in table[table["group"] == group].itertuples()
        )
        for group in "xy"
    }
    return table, rate["x"] / rate["y"]


def forces():
    """Two forces with ratios of 2 each: whatever the weights, 2."""
    table = pd.DataFrame(
        {
            "unit": ["A", "A", "B", "B"],
            "group": ["x", "y"] * 2,
            "events": [6000, 3000, 50, 2475],
            "people": [100_000, 100_000, 5_000, 495_000],
            "denominator_kind": "residents",
        }
    )
    return table, 2.0


def seats():
    table = pd.DataFrame(
        {
            "unit": ["council", "council", "board", "board"],
            "group": ["x", "y"] * 2,
            "members": [4, 56, 0, 8],
            "base_people": [1200, 8800] * 2,
            "base_population": "residents of the city",
            "base_ages": "18 and over",
            "base_pool": "citizens",
            "base_year": 2021,
            "base_source": "census",
        }
    )
    return table, 4 / 68 / 0.12


def grades():
    table = pd.DataFrame(
        {
            "unit": ["top", "top", "low", "low", "middle", "middle"],
            "step": [3, 3, 1, 1, 2, 2],
            "group": ["x", "y"] * 3,
            "people": [1, 19, 40, 60, 10, 40],
        }
    )
    return table, (1 / 20) / (50 / 150)


def turnout():
    table = pd.DataFrame(
        {
            "group": ["x", "y", "z"],
            "adults": [100, 500, 400],
            "registered": [50, 400, 320],
            "voted": [30, 300, 240],
            "self_report": False,
        }
    )
    return table, 0.3 - 0.6


def pay():
    table = pd.DataFrame({"group": list("xxxyyyz"), "pay": [9, 10, 14, 12, 16, 20, 18]})
    return table, (17 - 10) / 17


def ties():
    table = pd.DataFrame(
        {
            "group": ["x", "x", "y", "y"],
            "other_group": ["x", "y"] * 2,
            "ties": [30, 10, 20, 40],
            "people": [20, 20, 30, 30],
        }
    )
    return table, -0.5


def alters():
    """One person with x, x, y (two of three pairs apart) and one with x, y (one of one): 5/6 on average."""
    table = pd.DataFrame({"person": [1, 1, 1, 2, 2, 3, 3], "group": list("xxxxxyy"), "other_group": list("xxyxyyy")})
    return table, (2 / 3 + 1) / 2


def mix_of(measure):
    table = pd.DataFrame({"unit": ["A", "A", "B", "B"], "group": ["x", "y"] * 2, "people": [80, 20, 20, 80]})
    # Half of 0.8 − 0.2 twice; 0.8 × 0.2 + 0.2 × 0.8; and 1 − 0.32/0.5 by Simpson.
    return table, {"dissimilarity": 0.6, "exposure": 0.32, "relative_diversity": 0.36}[measure]


def example(measure):
    """A table with the columns of a measure, and its number by hand for group x against the rest."""
    if measure in {"risk_ratio", "risk_difference", "proportion", "rate_ratio"}:
        return shares_of(measure)
    if measure in {"dissimilarity", "exposure", "relative_diversity"}:
        return mix_of(measure)
    made = {
        "standardised_rate_ratio": standardised,
        "disproportionality": forces,
        "representation": seats,
        "grade_profile": grades,
        "turnout_gaps": turnout,
        "pay_gap": pay,
        "homophily": ties,
        "alter_diversity": alters,
    }
    return made[measure]()


def table_for(row):
    """Exactly the columns that the row needs, in another order and beside nothing else."""
    table, value = example(row.measure)
    if "deff" in row.needs:
        table = table.assign(deff=1.5)
    return table[list(reversed(row.needs))], value


@pytest.mark.parametrize("row", founding(), ids=lambda row: row.id)
def test_each_row_gives_an_estimate_of_exactly_the_columns_it_needs(row):
    table, value = table_for(row)
    assert set(table.columns) == set(row.needs)
    before = table.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EventsNotPeople)
        found = pm.outcomes.estimate_indicator(row.id, table, focal="x")
    assert isinstance(found, pm.Estimate)
    assert found.value == pytest.approx(value, rel=1e-9)
    assert found.denominator > 0
    assert found.comparator
    assert (found.indicator, found.domain, found.kind) == (row.id, row.label, row.kind)
    assert found.tenet == ", ".join(row.tenets)
    assert row.wording in found.explain()
    assert "Johnson" in found.cite()
    assert type(found).from_dict(found.to_dict()) == found
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("row", founding(), ids=lambda row: row.id)
def test_no_column_that_a_row_needs_is_spare(row):
    table, _ = table_for(row)
    for name in row.needs:
        with pytest.raises(errors.UnknownColumn, match=name):
            pm.outcomes.estimate_indicator(row.id, table.drop(columns=name), focal="x")


@pytest.mark.parametrize("measure", list(FORMS))
def test_columns_of_other_names(measure):
    row = next(row for row in founding() if row.measure == measure)
    table, value = table_for(row)
    columns = {name: f"the {name}" for name in row.needs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EventsNotPeople)
        found = pm.outcomes.estimate_indicator(row.id, table.rename(columns=columns), focal="x", columns=columns)
    assert found.value == pytest.approx(value, rel=1e-9)


def test_against_one_group():
    table, ours, _ = _shares()
    found = pm.outcomes.estimate_indicator("work-aim-1", table, focal="x", against="z")
    assert found.value == pytest.approx(ours - 30 / 50)
    assert found.against == "z"


def test_interval_with_a_design_effect_is_wider():
    table = _shares()[0].assign(deff=1.0)
    narrow, wide = (
        pm.outcomes.estimate_indicator("politics-indicator-4", table.assign(deff=deff), focal="x").uncertainty
        for deff in (1.0, 2.0)
    )
    assert wide.lower < narrow.lower
    assert wide.upper > narrow.upper
    mixed = table.assign(deff=[1.0, 1.0, 2.0])
    with pytest.raises(errors.InvalidTable, match="several design effects"):
        pm.outcomes.estimate_indicator("politics-indicator-4", mixed, focal="x")
    assert pm.outcomes.estimate_indicator("politics-indicator-4", mixed, focal="x", against="z").value < 0


def test_a_board_without_the_group_counts():
    table, value = seats()
    gone = table[~((table["unit"] == "board") & (table["group"] == "x"))]
    with pytest.raises(errors.InvalidParameter, match="above 0"):
        pm.outcomes.estimate_indicator("politics-aim-1", gone, focal="x")
    assert pm.outcomes.estimate_indicator("politics-aim-1", table, focal="x").value == pytest.approx(value)


# -- refusals --------------------------------------------------------------------------


def test_estimates_refuse():
    table, *_ = _shares()
    with pytest.raises(errors.InvalidParameter, match="Did you mean 'work-aim-4'"):
        pm.outcomes.estimate_indicator("work-aim-9", table, focal="x")
    with pytest.raises(errors.InvalidParameter, match="none is named"):
        pm.outcomes.estimate_indicator("work-aim-1", table)
    with pytest.raises(errors.UnknownGroup, match="no group 'w'"):
        pm.outcomes.estimate_indicator("work-aim-1", table, focal="w")
    with pytest.raises(errors.InvalidParameter, match="with itself"):
        pm.outcomes.estimate_indicator("work-aim-1", table, focal="x", against="x")
    with pytest.raises(errors.InvalidTable, match="nobody to compare"):
        pm.outcomes.estimate_indicator("work-aim-1", table.head(1), focal="x")
    with pytest.raises(errors.InvalidTable, match="from a table"):
        pm.outcomes.estimate_indicator("work-aim-1", [1], focal="x")
    with pytest.raises(errors.InvalidParameter, match="does not use 'age'"):
        pm.outcomes.estimate_indicator("work-aim-1", table, focal="x", columns={"age": "group"})
    with pytest.raises(errors.UnknownColumn, match="Did you mean 'numerators'"):
        pm.outcomes.estimate_indicator("work-aim-1", table.rename(columns={"numerator": "numerators"}), focal="x")
    bad = pd.concat([table, pd.DataFrame({"group": ["All"], "numerator": ["c"], "denominator": [300]})])
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.estimate_indicator("work-aim-1", bad, focal="x")
    assert isinstance(caught.value, errors.OverlappingGroups)
    assert isinstance(caught.value, errors.NotNumbers)


def test_rows_of_several_places_or_questions_are_not_added_up():
    table, *_ = _shares()
    with pytest.raises(errors.DuplicateUnit, match="one place, period, indicator"):
        pm.outcomes.estimate_indicator("work-aim-1", pd.concat([table, table]), focal="x")
    table, _ = standardised()
    with pytest.raises(errors.DuplicateUnit, match="group and age"):
        pm.outcomes.estimate_indicator("health-aim-1", pd.concat([table, table.head(1)]), focal="x")


# -- files -----------------------------------------------------------------------------


def text_of(name):
    return (files("placemix.outcomes.indicators") / "domains" / f"{name}.toml").read_text(encoding="utf-8")


def test_the_files_hold_nothing_that_is_not_read():
    for domain in DOMAINS:
        given = tomllib.loads(text_of(domain))
        assert given["domain"] == domain
        assert len(given["row"]) == sum(FROZEN[domain])


MUTATIONS = [
    ('tenets = ["equality"]', 'tenets = ["equalty"]', "Did you mean 'equality'"),
    ('kind = "input"', 'kind = "process"', "kind is one of"),
    ('measure = "risk_ratio"', 'measure = "risk_ration"', "Did you mean 'risk_ratio'"),
    ('needs = ["group", "numerator", "denominator"]', 'needs = ["group", "numerator"]', "also needs denominator"),
    (
        'needs = ["group", "numerator", "denominator"]',
        'needs = ["group", "numerator", "denominator", "age"]',
        "does not use age",
    ),
    ('now = ["early_years"]', 'now = ["early_year"]', "Did you mean 'early_years'"),
    ('ioi = ["Education"]', 'ioi = ["Schools"]', "ioi has no 'Schools'"),
    ('ehrc = ["education"]', 'ehrc = ["school"]', "ehrc has no 'school'"),
    ('id = "education-aim-2"', 'id = "education-aim-1"', "stands there twice"),
    ('id = "education-aim-2"', 'id = "schools-aim-2"', "is none of education-aim-1"),
    ('wording = "adequate', 'wordng = "adequate', "Did you mean 'wording'"),
    ('counts = "children who', 'counts = 3 # "', "must be a text"),
    ('also = ["representation"]', 'also = "representation"', "must be a list"),
    ('domain = "education"', "", "'domain' is missing"),
]


@pytest.mark.parametrize(("old", "new", "words"), MUTATIONS, ids=[words for *_, words in MUTATIONS])
def test_every_fault_of_a_file_is_named_with_its_line(old, new, words):
    text = text_of("education")
    assert old in text
    with pytest.raises(errors.InvalidConfig, match=r"education\.toml") as caught:
        rows_of(text.replace(old, new, 1), "education.toml", known_sources())
    assert words in str(caught.value)
    if "missing" not in words:
        assert "line " in str(caught.value)


def test_all_faults_at_once():
    text = text_of("education").replace('kind = "input"', 'kind = "x"').replace('ioi = ["Education"]', 'ioi = ["y"]')
    with pytest.raises(errors.InvalidConfig) as caught:
        rows_of(text, "education.toml", known_sources())
    assert len(caught.value.faults) == 5


def test_odd_files():
    with pytest.raises(errors.InvalidConfig, match="no TOML"):
        rows_of("domain = ", "x.toml", {})
    with pytest.raises(errors.InvalidConfig, match=r"written as \[\[row\]\]"):
        rows_of('domain = "x"\nlabel = "X"\nrow = ["a"]', "x.toml", {})
    with pytest.raises(errors.InvalidConfig, match="checked is one of"):
        sources_of('[a]\nname = "A"\npublisher = "B"\nchecked = "yes"', "s.toml")
    with pytest.raises(errors.InvalidConfig, match="a table of keys"):
        sources_of("a = 1", "s.toml")
    said = [str(fault) for fault in incomplete(founding()[1:])]
    assert said == ["The framework lacks education-aim-1."]


OWN = """
domain = "sport"
label = "Sport"

[[row]]
id = "sport-indicator-1"
wording = "everybody finds a club"
tenets = ["participation"]
kind = "outcome"
measure = "risk_ratio"
needs = ["group", "numerator", "denominator"]
counts = "members of clubs, of residents"
ioi = ["Leisure"]
"""


def test_domains_of_ones_own(tmp_path):
    file = tmp_path / "sport.toml"
    file.write_text(OWN, encoding="utf-8")
    rows = pm.outcomes.framework(own=[file])
    assert len(rows) == 47
    assert rows["id"].iloc[-1] == "sport-indicator-1"
    table, ours, theirs = _shares()
    found = pm.outcomes.estimate_indicator("sport-indicator-1", table, focal="x", own=[file])
    assert found.value == pytest.approx(ours / theirs)
    known = pm.outcomes.framework(status=True, holdings={}, own=[file])
    assert len(known) == 26
    for taken in ("work", "education"):
        file.write_text(OWN.replace("sport", taken), encoding="utf-8")
        with pytest.raises(errors.InvalidConfig, match="frozen"):
            pm.outcomes.framework(own=[file])
    with pytest.raises(errors.UnreadableFile):
        pm.outcomes.framework(own=[tmp_path / "none.toml"])


# -- status ----------------------------------------------------------------------------


def holding(indicator, has, **options):
    return {"indicators": [indicator], "table": list(has), **options}


def status(**holdings):
    return pm.outcomes.framework(status=True, holdings=holdings).set_index("id")


INDICATORS = [row for row in founding() if row.role != "aim"]


@pytest.mark.parametrize("row", INDICATORS, ids=lambda row: row.id)
def test_a_table_with_all_columns_is_by_group_and_can_be_computed(row):
    found = status(t=holding(row.id, row.needs, area="district", period="2020/21", published="yes")).loc[row.id]
    assert (found["status"], found["estimate"], found["last_year"]) == ("by group", True, 2021)
    assert found["lacking"] is None or pd.isna(found["lacking"])
    others = status(t=holding(row.id, row.needs)).drop(index=row.id)
    assert set(others["status"]) == {"no source"}
    assert set(others["reason"]) == {"nothing is held"}


@pytest.mark.parametrize("row", INDICATORS, ids=lambda row: row.id)
def test_without_the_group_it_is_by_area_at_most(row):
    columns = [name for name in (*row.needs, "unit", "rate") if name != "group"]
    found = status(t=holding(row.id, columns, area="ward")).loc[row.id]
    forms = [FORMS[name] for name in (row.measure, *row.also) if name in FORMS]
    expected = "by area only" if any(form.by_area for form in forms) else "no source"
    assert found["status"] == expected
    assert not found["estimate"]
    nation = status(t=holding(row.id, columns, area="England")).loc[row.id]
    assert nation["status"] == "no source"


def test_the_best_evidence_counts_and_the_latest_of_it():
    id_ = "work-indicator-1"
    found = status(
        old=holding(id_, ["group", "rate"], area="national", period="2011", published="no", groups="sex"),
        new=holding(id_, ["group", "rate"], area="national", period="2019", published="unknown", groups="ethnicity"),
        near=holding(id_, ["unit", "rate"], area="district", period="2024", published="yes"),
        beside={"indicators": [id_], "proxy": "claimants of benefits", "period": "2025"},
    ).loc[id_]
    assert found["status"] == "by group"
    assert found["last_year"] == 2019
    assert found["published"] == "unknown"
    assert found["groups"] == "sex; ethnicity"
    assert found["holdings"] == "old; new"
    assert found["national"]
    assert not found["estimate"]
    assert found["lacking"] == "numerator, denominator"
    assert "National figures only" in found["note"]


def test_proxies_and_what_is_refused():
    id_ = "education-indicator-3"
    found = status(mix={"indicators": [id_], "proxy": "who goes to the same school", "period": 2023}).loc[id_]
    assert (found["status"], found["last_year"]) == ("proxy", 2023)
    assert "mix stands in: who goes to the same school." in found["note"]
    found = status(searches=holding("justice-indicator-2", ["group", "events", "people"], refused="two months")).loc[
        "justice-indicator-2"
    ]
    assert (found["status"], found["reason"]) == ("no source", "searches: two months")
    assert not found["estimate"]


def test_party_is_no_group_of_people():
    found = status(councillors=holding("politics-indicator-1", ["ward", "party"], columns={"unit": "ward"})).loc[
        "politics-indicator-1"
    ]
    assert found["status"] == "no source"
    assert "no table has what representation takes" in found["reason"]
    assert "party of a councillor is not a group" in found["note"]


def test_tables_counts_and_rates_are_looked_through():
    counts = pm.datasets.town().residents()
    rates = pm.Rates(pd.DataFrame({"indicator": "i", "unit": ["a", "b"], "group": "x", "rate": [1.0, 2.0]}))
    frame = pd.DataFrame({"sex": ["f"], "value": [3.0]})
    found = status(
        homes={"indicators": ["housing-indicator-3"], "table": counts, "area": "ward"},
        crime={"indicators": ["justice-indicator-1"], "table": rates, "area": "district"},
        pay={"indicators": ["work-indicator-2"], "table": frame, "columns": {"group": "sex", "rate": "value"}},
    )
    assert found.loc["housing-indicator-3", "estimate"]
    assert (
        found.loc[["housing-indicator-3", "justice-indicator-1", "work-indicator-2"], "status"].tolist()
        == ["by group"] * 3
    )
    assert found.loc["work-indicator-2", "national"]


def test_a_column_given_another_meaning_has_no_longer_its_own():
    found = status(t=holding("work-indicator-1", ["group", "rate"], columns={"unit": "group"}, area="ward"))
    assert found.loc["work-indicator-1", "status"] == "by area only"


def test_summary_counts_every_indicator():
    result = pm.outcomes.framework(status=True, holdings={})
    assert len(result) == 25
    assert result.explain() == (
        "Of 25 indicators 0 are known by group, 0 by area only, 0 by a proxy; for 25 there is no source."
    )


def test_holdings_refuse_every_fault_at_once():
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.framework(
            status=True,
            holdings={
                "a": {"indicators": ["work-aim-1", "work-indicator-9"], "table": ["group"], "areas": "x"},
                "b": {"indicators": "work-indicator-1"},
                "c": holding("work-indicator-1", ["group"], columns={"numerators": "group", "rate": "rat"}),
                "d": holding("work-indicator-1", ["group"], published=True, period="lately"),
                "e": {"indicators": ["work-indicator-1"], "table": 7},
                "f": 9,
            },
        )
    text = str(caught.value)
    for words in (
        "is an aim", "no indicator 'work-indicator-9'", "Did you mean 'area'", "which indicators it is evidence",
        "'b' has no table", "Did you mean 'numerator'", "no column 'rat'", "published of 'd'", "names no year",
        "table of 'e' is a int", "'f' is a int",
    ):  # fmt: skip
        assert words in text, words
    with pytest.raises(errors.InvalidParameter, match="without holdings"):
        pm.outcomes.framework(status=True)
    with pytest.raises(errors.InvalidParameter, match="no status is asked"):
        pm.outcomes.framework(holdings={})
    with pytest.raises(errors.InvalidParameter, match="mapping from names"):
        pm.outcomes.framework(status=True, holdings=[1])
    with pytest.raises(errors.UnknownColumn):
        pm.outcomes.framework(status=True, holdings=pd.DataFrame({"name": ["a"]}))


def test_saved_and_verified(tmp_path):
    results = [
        pm.outcomes.framework(status=True, holdings={}),
        pm.outcomes.framework(
            status=True,
            holdings={
                "a": holding("work-indicator-1", ["group", "rate"], period=2019, groups="sex", published="no"),
                "b": {"indicators": ["education-indicator-3", "work-indicator-4"], "proxy": "mix"},
            },
        ),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, f"{number}: {outcome}"
        assert "Johnson" in result.cite()


def test_nothing_undefined_is_given_a_number():
    table = pd.DataFrame({"group": ["x", "y"], "numerator": [0, 0], "denominator": [10, 20]})
    found = pm.outcomes.estimate_indicator("work-indicator-1", table, focal="x")
    assert math.isnan(found.value)
    assert found.reason
    assert "undefined" in found.explain()
    assert np.isnan(found.uncertainty.lower)


# -- published tables ------------------------------------------------------------------


def national(table, key):
    """A national series by group: rates without the numbers behind them."""
    rows = table[(table["sdg_indicator"] == key) & (table["area_level"] != "local authority")]
    last = max(rows.loc[rows["group_dimension"] != "all", "period"], default=rows["period"].max())
    return {"table": rows, "columns": {"rate": "value"}, "area": "national", "period": last}


@pytest.mark.data
def test_what_the_folder_of_greater_manchester_holds(data_root):
    """The counts that the page on the framework prints."""
    folder = data_root / "data"
    read = pd.read_parquet
    ons = read(folder / "by_group" / "ons_sdg_outcomes_by_group.parquet")
    series = {
        "early years": ("4-2-1", "education-indicator-1"),
        "earnings": ("8-5-1", "work-indicator-2"),
        "managers": ("5-5-2", "work-indicator-3"),
        "decent homes": ("11-1-1", "housing-indicator-1"),
        "violence": ("16-1-3", "justice-indicator-1"),
        "seats": ("5-5-1", "politics-indicator-1"),
    }
    stand_ins = {
        "schools": ("education-indicator-3", "the mix of schools"),
        "unemployment": ("work-indicator-1", "unemployment, not employment"),
        "practices": ("health-indicator-2", "the way to the nearest practice"),
        "patients": ("health-indicator-3", "patients by area of residence"),
        "use of force": ("justice-indicator-2", "reports of force by the police"),
        "satisfaction": ("politics-indicator-4", "satisfaction with services, not trust"),
    }
    holdings = {name: {**national(ons, key), "indicators": [id_]} for name, (key, id_) in series.items()}
    holdings |= {name: {"indicators": [id_], "proxy": why} for name, (id_, why) in stand_ins.items()}
    homes = read(folder / "greater_manchester" / "groups5_lsoa21_2021.parquet")
    holdings |= {
        "key stage 2": {
            "indicators": ["education-indicator-2"],
            "table": read(folder / "by_group" / "dfe_ks2_2016_la_by_group.parquet"),
            "area": "district",
        },
        "health": {
            "indicators": ["health-indicator-1"],
            "table": read(folder / "by_group" / "census2021_health_by_disability_age_la.parquet"),
            "area": "district",
        },
        "tenure": {
            "indicators": ["housing-indicator-2"],
            "table": read(folder / "by_group" / "rdu_alpha_tenure_by_ethnicity_national.parquet"),
            "columns": {"rate": "value"},
            "area": "national",
        },
        "residents": {
            "indicators": ["housing-indicator-3"],
            "table": pm.from_wide(homes, groups=["white", "asian", "black", "mixed", "other"], unit="lsoa21cd"),
            "area": "LSOA",
        },
        "stop and search": {
            "indicators": ["justice-indicator-2"],
            "table": read(folder / "greater_manchester" / "stop_search_gmp_2018-12_2019-06.parquet"),
            "refused": "two months, ethnicity often blank",
        },
        "councillors": {
            "indicators": ["politics-indicator-1"],
            "table": read(folder / "greater_manchester" / "councillors_ward18.parquet"),
            "columns": {"unit": "wd18cd"},
            "area": "ward",
        },
        "elections": {
            "indicators": ["politics-indicator-2"],
            "table": read(folder / "trafford" / "election_results_2016_2026.parquet"),
            "columns": {"unit": "wardcd", "registered": "electorate", "voted": "votes_cast"},
            "area": "ward",
        },
    }
    found = pm.outcomes.framework(status=True, holdings=holdings)
    assert found.explain() == (
        "Of 25 indicators 10 are known by group (7 for a whole nation only), 1 by area only, 6 by a proxy; for 8 there "
        "is no source."
    )
    table = found.set_index("id")
    assert table.index[table["estimate"]].tolist() == ["health-indicator-1", "housing-indicator-3"]
    assert table.loc["politics-indicator-1", "beside"] == "councillors (no source)"
    assert table.loc["politics-indicator-2", "lacking"] == "group, adults, self_report"
    silent = table.index[table["status"] == "no source"].tolist()
    assert [name.split("-")[0] for name in silent].count("solidarity") == 4


@pytest.mark.data
def test_health_of_disabled_people_standardised_by_hand(data_root):
    """Oldham: rates of not good health, weighted by the European standard's bands summed to those of the table."""
    weights = dict(zip(
        ["0-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"],
        [16_000, 11_500, 12_500, 14_000, 14_000, 12_500, 10_500, 9_000],
        strict=True,
    ))  # fmt: skip
    table = pd.read_parquet(data_root / "data" / "by_group" / "census2021_health_by_disability_age_la.parquet")
    table = table[(table["area_name"] == "Oldham") & table["indicator"].str.contains("Not good")]
    ages = dict(zip(sorted(table["age"].unique()), weights, strict=True))
    table = table.assign(
        age=table["age"].map(ages),
        group=table["group"].str.startswith("Not").map({True: "others", False: "disabled"}),
    )
    table = table.groupby(["group", "age"], as_index=False)[["numerator", "denominator"]].sum()
    rate = {
        group: sum(weights[row.age] * row.numerator / row.denominator for row in rows.itertuples())
        for group, rows in table.groupby("group")
    }
    found = pm.outcomes.estimate_indicator("health-indicator-1", table, focal="disabled")
    assert found.value == pytest.approx(rate["disabled"] / rate["others"], rel=1e-9)
    assert found.denominator == table.loc[table["group"] == "disabled", "denominator"].sum()
