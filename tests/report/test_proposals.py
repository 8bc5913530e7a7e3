"""The page of a check on the town: what stands on it, in which order, and that its numbers are the tables'."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import checked_town
import docx
import numpy as np
import pandas as pd
import pytest
import row_evidence
import row_of_squares
from checked_town import ORDER, both, grid, grids, headings, num, pct, read, said, section, way

import placemix as pm
from placemix.errors import InvalidParameter
from placemix.scenarios.records.keeping import NOT


@pytest.fixture(scope="module")
def folder():
    return checked_town.folder()


@pytest.fixture(scope="module")
def town():
    return checked_town.town()


@pytest.fixture(scope="module")
def single():
    return checked_town.single()


@pytest.fixture(scope="module")
def plan():
    return checked_town.plan()


@pytest.fixture(scope="module")
def page():
    return read(checked_town.html_of("single"))


@pytest.fixture(scope="module")
def plan_page():
    return read(checked_town.html_of("plan"))


def test_the_order_is_that_of_the_issue(page, plan_page):
    assert headings(page) == [one for one in ORDER if one != "Figures of the whole district"]
    assert headings(plan_page) == [one for one in ORDER if one != "Equality annex"]
    assert said(page.find(".//h1")) == "Mill Lane in D1: what would change"
    assert said(plan_page.find(".//h1")) == "The 64 schemes in The town: what would change"
    assert "Synthetic data" in said(page.find(".//header"))


def test_homes_people_and_pupils_by_year(page, plan_page, single, plan):
    for html, found in ((page, single), (plan_page, plan)):
        rows = grid(html, "Homes, people and children in all")
        people = found["people"]
        ends = people[people["case"] != "low"].groupby("year").sum(numeric_only=True)
        lows = people[people["case"] != "high"].groupby("year").sum(numeric_only=True)
        names = {
            "Homes": "homes", "People": "people", "Children": "children", "Primary pupils": "pupils_primary",
            "Secondary pupils": "pupils_secondary",
        }  # fmt: skip
        for heading, name in names.items():
            for year, text in zip(rows["By the end of"], rows[heading], strict=True):
                assert text == both(lows.loc[int(year), name], ends.loc[int(year), name])
        # A year that is left out is like the one before it.
        shown = [int(year) for year in rows["By the end of"]]
        assert int(rows["By the end of"].iloc[-1]) == found.year
        for year in ends.index.difference(shown):
            before = max(one for one in shown if one < year)
            assert ends.loc[year, "homes"] == pytest.approx(ends.loc[before, "homes"])
    told = single["people"].query("year == 2028").iloc[0]
    assert f"Of {num(told['people_new'])} people in the new homes {num(told['from_internal'])} are taken" in said(page)
    assert len(grid(plan_page, "Each of the 64 schemes")) == 64


def test_school_places(page, plan_page, single, plan):
    rows, shown = single["schools"], grid(page, "School places by planning area and year")
    assert len(shown) == len(rows) == 4  # two years and two phases, and one number of homes
    for text, row in zip(shown.to_numpy().tolist(), rows.itertuples(), strict=True):
        assert text == [
            f"{row.planning_area}, {row.phase}", str(row.year), num(row.places), num(row.pupils + row.pupils_committed),
            num(row.pupils_scheme), num(row.left_without), num(row.left_with),
        ]  # fmt: skip
    for sentence in rows.loc[rows["year"] == single.year, "sentence"]:
        assert sentence in said(section(page, "School places"))
    rows, shown = plan["schools"], grid(plan_page, "School places in 2031")
    rows = rows[rows["year"] == 2031]
    least = rows[rows["case"] == "high"].sort_values("left_with").head(len(shown))
    assert shown["Planning area"].tolist() == [f"{row.planning_area}, {row.phase}" for row in least.itertuples()]
    for area, part in rows.groupby(rows["planning_area"] + ", " + rows["phase"]):
        if area in set(shown["Planning area"]):
            text = shown.loc[shown["Planning area"] == area, "Left with"].iloc[0]
            assert text == both(part["left_with"].min(), part["left_with"].max())
    short = {one.text_content() for one in section(plan_page, "School places").iter("strong")}
    assert {text for text in shown["Left with"] if text.startswith("−")} <= short


@pytest.mark.parametrize(
    ("dimension", "noun"), [("Tenure", "homes"), ("Age", "people"), ("Overcrowding", "households")]
)
def test_the_mix_at_every_scale_beside_the_district(page, single, dimension, noun):
    rows = single["mix"]
    rows = rows[rows["dimension"] == dimension]
    shown = grid(page, f"{dimension}: shares without and with the scheme").set_index("Category")
    scales = {
        "unit": "Own area", "500 m": "Within 500 m", "1 km": "Within 1 km", "2 km": "Within 2 km", "district": "D1",
    }  # fmt: skip
    assert [name for name in shown.columns if "range" not in name] == list(scales.values())
    for row in rows.itertuples():
        text = shown.loc[str(row.group).replace("_", " "), scales[row.scale]]
        assert text == f"{pct(row.share_before).removesuffix(' %')} → {pct(row.share_after)}"
        # The denominator of every share stands in the last row.
        assert shown.loc[f"All {noun}", scales[row.scale]] == f"{num(row.everyone_before)} → {num(row.everyone_after)}"
    most = rows[rows["scale"] == "unit"].set_index("group")["change"].abs().idxmax()
    row = rows[(rows["scale"] == "unit") & (rows["group"] == most)].iloc[0]
    ends = f"from {pct(row['share_before'])} to {pct(row['share_after'])} of {noun}"
    sentence = f"In Unit 0376, where the site is, the share of {str(most).replace('_', ' ')} would go {ends}"
    assert sentence in said(section(page, "The mix of the neighbourhood"))


def test_ranges_coverage_and_errors_are_printed_where_something_was_learnt(page, single, plan_page, plan):
    ranges = single["ranges"].set_index("group")
    assert ranges["lower"].notna().all()
    shown = grid(page, "Overcrowding: shares").set_index("Category")
    for group, row in ranges.iterrows():
        text = f"{pct(row['lower']).removesuffix(' %')} to {pct(row['upper'])}"
        assert shown.loc[group, f"Own area, {row['level']:.0%} range"] == text
    told = said(section(page, ORDER[-1]))
    width = 100 * (ranges["upper"] - ranges["lower"]).mean()
    assert f"ranges of 80% are {width:.1f} points wide on average" in told
    assert f"held in {pct(ranges['coverage'].mean())} of places of districts that they were not learnt from" in told
    assert f"the middle was off by {100 * ranges['mean_error'].mean():.1f} points" in told
    assert f"to say that nothing changes by {100 * ranges['mean_error_no_change'].mean():.1f}" in told
    # Of a plan the areas that grow by more than any that was learnt from are counted, and have no range.
    rows = plan["ranges"].query("case == 'high'")
    lost = rows[rows["lower"].isna()]
    assert 0 < lost["unit"].nunique() < rows["unit"].nunique()
    told = said(section(plan_page, "The mix of the neighbourhood"))
    assert (
        f"Who would come to {lost['unit'].nunique()} of {rows['unit'].nunique()} areas: {lost['reason'].iloc[0]}"
        in told
    )
    every = grid(plan_page, "Overcrowding: every range")
    assert len(every) == rows["lower"].notna().sum()


def test_a_plan_shows_the_areas_that_change_most(plan_page, plan):
    rows = plan["mix"].query("case == 'high' and scale == 'unit' and dimension == 'Tenure'").dropna(subset="change")
    shown = grid(plan_page, "Tenure: areas whose mix would change most")
    each = rows.loc[rows.groupby("unit")["change"].apply(lambda one: one.abs().idxmax())]
    most = each.sort_values("change", key=abs, ascending=False).head(len(shown))
    assert shown["Area"].tolist() == [plan.named(unit) for unit in most["unit"]]
    assert shown["Share of homes, without"].tolist() == [pct(value) for value in most["share_before"]]
    assert shown["With"].tolist() == [pct(value) for value in most["share_after"]]
    assert shown["Its district"].tolist() == [pct(value) for value in most["share_district"]]
    turned = plan["mix"].query("case == 'high' and dimension == 'Tenure' and scale != 'district'")
    turned = turned[turned["defined"].str.startswith(("becomes", "ceases"))]
    told = said(section(plan_page, "The mix of the neighbourhood"))
    first = turned.iloc[0]
    assert (
        f"{plan.named(first['unit'])} {first['defined'].removesuffix('it')}{first['group'].replace('_', ' ')}" in told
    )
    assert f"{len(turned) - 3} other places become or cease to be so" in told
    assert "No place becomes or ceases to be defined by one category (70% or more) of age and overcrowding" in told


def test_who_gains_access(page, single):
    rows = single["gained"].query("population == 'residents'")
    told = said(section(page, "Who gains access to what"))
    for sentence in rows.loc[rows["group"] == "everyone", "sentence"]:
        assert sentence in told
    # The schools that are there are those of the evidence: nobody is said to reach none without the new one.
    school = rows[(rows["kind"] == "primary school") & (rows["group"] == "everyone")].iloc[0]
    assert 0 < school["within_before"] < school["within_after"]
    shown = grid(page, "Residents with one within 1 km").set_index("What opens")
    for row in rows.itertuples():
        column = f"{row.group[:1].upper()}{row.group[1:]} of {num(row.people)}"
        assert shown.loc[row.kind, column] == f"{num(row.within_before)} → {num(row.within_after)}"
    shown = grid(page, "Ways to services that are there").set_index("Nearest")
    for row in single["access"].query("group == 'everyone'").itertuples():
        assert shown.loc[row.kind].tolist() == [
            way(row.way), way(row.mean_way), num(row.number), pct(row.share_within),
        ]  # fmt: skip


def test_ways_of_a_plan_count_sites_and_weigh_districts_by_people(plan_page, plan):
    rows = plan["access"].query("group == 'everyone' and kind == 'GP'")
    shown = grid(plan_page, "Ways to services that are there").set_index("Nearest").loc["GP"]
    sited = rows.dropna(subset="way")
    assert shown["Sites that have one"] == f"{(sited['number'] > 0).sum()} of {len(sited)}"
    assert shown["Median way from sites"] == way(sited["way"].median())
    each = sited.drop_duplicates("district")
    assert shown["Mean way of residents"] == way(np.average(each["mean_way"], weights=each["people"]))
    assert shown["Residents who have one"] == pct(np.average(each["share_within"], weights=each["people"]))
    assert f"Without a site on the map: {64 - len(sited)} schemes" in said(plan_page)


def test_places_where_people_meet(page, single):
    rows = single["meeting"].query("group == 'everyone'").sort_values("way")
    shown = grid(page, "Expected users of places within 1 km of the site, and how their mix by age differs")
    assert shown["Place"].tolist() == [
        "Mill Library (library)",
        *(f"{one} (library)" for one in rows["place"].iloc[1:]),
    ]
    for heading, name, write in (
        ("Way", "way", way), ("Users without", "users_before", num), ("Users with", "users_after", num),
        ("Difference without", "apart_before", pct), ("Difference with", "apart_after", pct),
    ):  # fmt: skip
        assert shown[heading].tolist() == [write(value) for value in rows[name]]
    assert "an opportunity to meet, and no meeting" in said(page)


def test_figures_of_the_district_stand_last_and_beside_chance(plan_page, plan):
    rows = plan["indices"]
    part = section(plan_page, "Figures of the whole district")
    shown = grid(part, "Figures of The town in 2031").set_index("Figure")

    def fine(value):
        return f"{value:+.4f}".replace("-", "−") if value < 0 else f"{value:.4f}"

    names = {
        "information_theory": "H,", "correlation_ratio": "V,", "isolation": "Isolation,", "place_gap": "Place gap",
    }  # fmt: skip
    assert len(shown) == len(names)
    for measure, start in names.items():
        here = rows[rows["measure"] == measure]
        line = shown[shown.index.str.startswith(start)].iloc[0]
        assert line["Without"] == both(here["before"].min(), here["before"].max(), fine)
        assert line["With"] == both(here["after"].min(), here["after"].max(), fine)
        assert line["Change"] == both(here["change"].min(), here["change"].max(), fine)
        half = (here["upper"] - here["lower"]) / 2
        assert line["By chance alone"] == f"±{both(half.min(), half.max(), fine)}"
        assert (line["Verdict"] == "more than chance") == bool(here["beyond_chance"].all())
    assert "D is not given" in said(part)
    assert "the share of people on a low income" in said(part)


def test_a_change_that_chance_alone_would_give_is_called_too_small():
    homes = [{"tenure": "social", "bedrooms": 2, "count": 1}]
    few = [row_of_squares.scheme(name, x, homes=homes) for name, x in (("a", 500), ("b", 1500))]
    row = row_of_squares.known(condition=pd.Series({"u0": 1.0, "u1": 5, "u2": 3, "u3": 4}))
    found = pm.scenarios.check(few, row, unknown="refuse", draws=19)
    shown = grid(read(pm.report.of_check(found)), "Figures of")
    assert len(shown) == 4
    assert set(shown["Verdict"]) == {"too small to change the district's figure"}


def test_what_comes_anyway_is_listed_with_its_reasons(page, single):
    rows = single["without"].query("role != 'proposal'")
    part = section(page, "What comes anyway")
    counted = rows[rows["counted"].astype(bool)]
    for role, words in (("committed", "committed"), ("completed since", "completed since the census")):
        here = counted[counted["role"] == role]
        homes = both(here["homes_low"].sum(), here["homes_high"].sum())
        assert f"{len(here)} {words} ({homes} homes)" in said(part)
    shown = grid(part, "Each of the 64 other schemes")
    assert shown["Why"].tolist() == list(rows["reason"])
    assert shown["Counted"].tolist() == ["yes" if one else "no" for one in rows["counted"]]


def test_the_annex_has_its_own_sentences_alone(page, plan_page, single, town):
    rows = single["equality"]
    part = section(page, "Equality annex")
    printed = [said(item) for item in part.find("ul").iter("li")]
    expected = rows["printed"].dropna().str.replace("Z00376,", "Unit 0376,").str.replace("\u00a0", " ").unique()
    assert printed == [re.sub(r"\s+", " ", text) for text in expected]
    assert rows["what_this_is_not"].iloc[0] in said(part)
    assert part.find(".//table") is None
    # Nothing of a group stands anywhere else, and nothing at all where the annex is not asked for.
    assert "Equality annex" not in headings(plan_page)
    for group in town.residents.groups:
        assert not re.search(rf"\b{group}\b", said(plan_page))
        assert not re.search(rf"\b{group}\b", said(page).replace(said(part), ""))


def test_what_it_is_not_is_always_printed(page, plan_page):
    assert NOT in said(page)
    assert NOT in said(plan_page)


def test_the_opening_says_the_most_important(page, plan_page, single, plan):
    told = [said(one) for one in page.find(".//div[@class='opening']").iter("p")]
    assert len(told) <= 4
    people = single["people"].query("year == 2028").iloc[0]
    assert told[0] == (
        f"Mill Lane would bring a library and a primary school, and 100 net homes by 2028, with about "
        f"{num(people['people'])} people, {num(people['children'])} of them children."
    )
    assert told[1] == "There would be enough school places in every planning area where they are known."
    assert "social rent would stay at 37.9 % of homes; D1 has 38.0 %" in told[2]
    assert told[3].startswith("Nobody knows who will come")
    told = [said(one) for one in plan_page.find(".//div[@class='opening']").iter("p")]
    rows = plan["schools"].query("year == 2031 and case == 'high' and left_with < 0")
    for row in rows.itertuples():
        assert f"{row.planning_area} ({row.phase})" in told[1]


def test_nothing_of_the_machine_stands_in_it(folder):
    for which in ("single", "plan"):
        text = checked_town.html_of(which)
        for path in (str(folder), str(Path.home()), str(Path(pm.__file__).parent), "/tmp", "file:"):  # noqa: S108
            assert path not in text


@pytest.mark.slow
def test_the_word_file_has_the_same_sentences_and_tables(page, plan_page, single, plan, tmp_path):
    for found, whole in ((single, page), (plan, plan_page)):
        path = pm.report.of_check(found, out=tmp_path / "page.docx", published_by="A council")
        file = docx.Document(io.BytesIO(path.read_bytes()))
        lines = {re.sub(r"\s+", " ", line.text).strip() for line in file.paragraphs}
        for element in whole.find(".//main").iter("p", "li", "h2", "h3"):
            if element.get("class") != "legend" and element.getparent().get("class") != "legend":
                assert said(element) in lines
        cells = {
            tuple(re.sub(r"\s+", " ", cell.text).strip() for cell in row.cells)
            for one in file.tables
            for row in one.rows
        }
        for rows in grids(whole).values():
            assert {tuple(row) for row in rows.to_numpy().tolist()} <= cells
        assert file.core_properties.author == "A council"


@pytest.mark.slow
def test_what_is_written_where(tmp_path):
    single = pm.scenarios.check(row_of_squares.scheme(), row_of_squares.known(), unknown="refuse", radii=[])
    out = pm.report.of_check(single, out=tmp_path / "page.html", title="Mill & Co", published_by="The Council")
    assert out == tmp_path / "page.html"
    page = read(out.read_text(encoding="utf-8"))
    assert said(page.find(".//h1")) == "Mill & Co"
    assert "Published by The Council." in said(page.find(".//footer"))
    assert page.get("lang") == "en-GB"
    with pytest.raises(InvalidParameter, match=r"\.html or \.docx, not '\.pdf'.*a browser prints to PDF"):
        pm.report.of_check(single, out=tmp_path / "page.pdf")
    assert not (tmp_path / "page.pdf").exists()


@pytest.mark.slow
def test_without_names_the_ids_stand(single, tmp_path):
    assert pm.scenarios.read_evidence(row_evidence.write(tmp_path / "row", row_evidence.LEAST)).names == {}
    # Nothing but names is read from that column.
    nameless = replace(single, evidence=replace(single.evidence, names={}))
    assert "In Z00376, where the site is," in said(read(pm.report.of_check(nameless)))


def test_years_of_rolls_schools_left_out_and_sources_stand_on_paper(page, plan_page, plan, single):
    for checked, html in ((plan, plan_page), (single, page)):
        rows = checked["schools"]
        told = said(section(html, "School places"))
        rolls, places = rows["rolls_year"].iloc[0], rows["places_year"].iloc[0]
        # Of a plan the sentences are folded, which paper does not show.
        words = (
            f"Rolls of {rolls}, places of {places}."
            if checked is plan
            else f"rolls of {rolls} and the places of {places}"
        )
        assert words in told
        end = section(html, "What this rests on, and what it is not")
        open_ = [text for text in end.xpath(".//p") if said(text).startswith("Sources and licences.")]
        assert len(open_) == 1
        assert not open_[0].xpath("ancestor::details")
        for counts in checked.evidence.tables.values():
            assert counts.about.source in said(open_[0])
