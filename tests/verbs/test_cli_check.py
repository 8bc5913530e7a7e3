"""placemix check and placemix rank from files to the page, the Word file, the record and what came of it."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import pandas as pd
import pytest
from row_evidence import EVERYTHING, LEAST, POOR, REGISTER, write

import placemix as pm
from placemix.scenarios.records.keeping import NOT

MILL = """
reference = "26/1"
name = "Mill <Lane> [bold]"
status = "proposed"
as_of = 2026-04-01
site = { x = 401500, y = 400500, crs = "EPSG:27700" }
phasing = { 2027 = 20, 2028 = 40 }
homes = [ { tenure = "own", bedrooms = 3, count = 40 }, { tenure = "social", bedrooms = 2, count = 20 } ]
[[services]]
kind = "library"
"""
YARD = """
reference = "26/2"
status = "proposed"
as_of = 2026-04-01
site = { x = 403500, y = 400500, crs = "EPSG:27700" }
year = 2029
dwellings = { min = 10, max = 30 }
"""


def part(start, end):
    return EVERYTHING[EVERYTHING.index(start) : EVERYTHING.index(end)]


#: What a check of homes, services and other schemes needs: no pupils, no other dimensions, nothing learnt.
SMALL = (
    EVERYTHING[: EVERYTHING.index("[[dimensions]]")]
    + part("[occupancy]", "[yields]")
    + part("[[services]]", "[condition]")
    + part("[[others]]", "[annex]")
)


@pytest.fixture
def files(tmp_path):
    evidence = write(tmp_path / "row")
    for name, text in (("mill.toml", MILL), ("yard.toml", YARD)):
        (tmp_path / name).write_text(text)
    return tmp_path, evidence


@pytest.fixture
def small(files):
    folder, evidence = files
    evidence.write_text(SMALL)
    return folder, evidence


def words(text):
    """What was printed, with every space alike."""
    return re.sub(r"\s+", " ", text)


def known(evidence, *more):
    return ["-e", evidence, "--unknown", "exclude", *more]


def found(folder, evidence, **more):
    scheme = pm.scenarios.read_scheme(folder / "mill.toml")
    return pm.scenarios.check(scheme, pm.scenarios.read_evidence(evidence), unknown="exclude", **more)


# -- check ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_scheme_from_files_to_the_page(run, files):
    folder, evidence = files
    page, word = folder / "mill.html", folder / "mill.docx"
    code, out, err = run("check", folder / "mill.toml", *known(evidence, "--page", page, "--word", word))
    assert code == 0, err
    checked = found(folder, evidence)
    people = checked["people"].query("year == 2028").iloc[0]
    # Names of data are printed as they stand, and nothing of them is markup.
    assert (
        f"Mill <Lane> [bold] would bring a library, and 60 net homes by 2028, with about {people['people']:.0f}"
        in words(out)
    )
    mix = checked["mix"].query("dimension == 'Tenure' and scale == '1 km' and group == 'own'").iloc[0]
    assert f"{mix['share_before']:.1%} to {mix['share_after']:.1%}" in out
    left = checked["schools"].query("year == 2028 and phase == 'secondary'").iloc[0]
    assert f"{left['left_with']:.0f}" in out
    for text in checked.assumptions:
        assert text in words(err)
    assert NOT in words(err)
    assert "How well such forecasts held" in words(err)
    assert page.read_text() == pm.report.of_check(checked)
    assert word.stat().st_size > 10_000
    assert str(folder.resolve()) not in page.read_text()


@pytest.mark.slow
def test_the_policy_on_what_nobody_knows_is_never_silent(run, files):
    folder, evidence = files
    lost = SMALL.replace('statuses = { "on hold" = "allocated" }\n', "")
    evidence.write_text(lost)
    code, out, err = run("check", folder / "mill.toml", "-e", evidence)
    assert code == 1
    assert out == ""
    assert "s3" in err
    assert "add --unknown exclude or --unknown include and see what hangs on it" in words(err)
    assert run("check", folder / "mill.toml", *known(evidence))[0] == 0
    code, _, err = run("check", folder / "mill.toml", "-e", evidence, "--unknown", "include")
    assert code == 0, err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--unknown", "exclud"],
            "--unknown is exclude or include or refuse, not 'exclud'. Remedy: Did you mean 'exclude'",
        ),
        (["--allocated", "no"], "--allocated is exclude or include or refuse, not 'no'"),
        (["--annex", "equalty"], "--annex is equality, not 'equalty'. Remedy: Did you mean 'equality'"),
        (["--page", "x.pdf"], "is an HTML page, not '.pdf'. Remedy: Name a .html file; a browser prints it to PDF"),
        (["--word", "x.doc"], "A Word file ends in .docx, not '.doc'"),
        (["--record", "r.json"], "Pass both --record and --as-of"),
        (["--as-of", "2026-11-28"], "Pass both --record and --as-of"),
        (["--record", "r.json", "--as-of", "28/11/2026"], "--as-of is a day such as 2026-11-28, not '28/11/2026'"),
        (["--record", "r.txt", "--as-of", "2026-11-28"], "A record is a .json file, not '.txt'"),
        (["--record", "r.json", "--as-of", "2026-11-28", "--stage", "desing"], "Did you mean 'design'"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_read(run, tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("check", "no.toml", "-e", "no.toml", *options)
    assert code == 1
    assert said in words(err)
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_files_that_are_not_there_and_faults_of_them(run, files):
    folder, evidence = files
    code, _, err = run("check", folder / "no.toml", folder / "gone.toml", *known(evidence))
    assert code == 1
    assert "There is no file 'no.toml', 'gone.toml'" in err
    assert "'all' for the schemes that the evidence lists" in words(err)
    (folder / "row" / "homes.gpkg").unlink()
    code, _, err = run("check", folder / "mill.toml", *known(evidence))
    assert code == 1
    assert "https://example.org/areas" in err
    evidence.write_text(EVERYTHING.replace("census =", "cenus ="))
    code, _, err = run("check", folder / "mill.toml", *known(evidence))
    assert code == 1
    assert "Did you mean 'census'" in err
    write(folder / "row")
    (folder / "mill.toml").write_text(MILL.replace('tenure = "own"', 'tenure = "owned"'))
    code, _, err = run("check", folder / "mill.toml", *known(evidence))
    assert code == 1
    assert "Did you mean 'own'" in err
    assert run("check", folder / "mill.toml")[0] == 2  # --evidence is needed


@pytest.mark.slow
def test_the_fewest_homes_that_an_annex_tells_of(run, files):
    folder, evidence = files
    page = folder / "page.html"
    code, _, err = run(
        "check", folder / "mill.toml", *known(evidence, "--annex", "equality", "--least-homes", "100", "--page", page)
    )
    assert code == 0, err
    assert "100" in words(pm_text(page))


@pytest.mark.slow
def test_everything_the_evidence_lists_or_several_files_as_one_plan(run, small):
    folder, evidence = small
    code, out, err = run("check", "all", *known(evidence, "--year", "2031", "--allocated", "include"))
    assert code == 0, err
    assert "The 5 schemes would bring 102 to 117 net homes by 2031" in words(out)
    assert "Figures of The row, last" in out
    assert "information_theory" in out
    done = SMALL.replace('"on hold" = "allocated"', '"on hold" = "completed"')
    evidence.write_text(done)
    code, out, err = run("check", "all", *known(evidence, "--year", "2031"))
    assert code == 0, err
    assert "The 4 schemes would bring 72 to 87" in words(out)
    assert "Completed, and so no part of the plan: 1 scheme, s3." in words(err)
    code, out, err = run("check", folder / "mill.toml", folder / "yard.toml", *known(evidence))
    assert code == 0, err
    assert "The 2 schemes would bring a library, and 70 to 90 net homes by 2029" in words(out)
    evidence.write_text(LEAST + '[occupancy]\nfile = "occupancy.csv"\nsource = "made up"\n')
    code, _, err = run("check", "all", *known(evidence))
    assert code == 1
    assert "The evidence lists no schemes" in err
    assert "[[others]]" in err


@pytest.mark.slow
def test_the_annex_is_refused_by_the_name_of_the_table_without_one(run, files):
    folder, evidence = files
    page = folder / "page.html"
    evidence.write_text(SMALL + part("[residents]", "[occupancy]") + EVERYTHING[EVERYTHING.index("[annex]") :])
    code, out, err = run("check", folder / "mill.toml", *known(evidence, "--annex", "equality", "--page", page))
    assert code == 0, err
    assert "Equality annex" in page.read_text()
    assert "not predictable from these data" in page.read_text()  # nothing was learnt of these groups
    evidence.write_text(SMALL + part("[residents]", "[occupancy]"))
    code, out, err = run("check", folder / "mill.toml", *known(evidence, "--annex", "equality"))
    assert code == 1
    assert out == ""
    assert "RM134" in err


def pm_text(page):
    return re.sub(r"<[^>]+>", " ", page.read_text().partition("Equality annex</h2>")[2].partition("</section>")[0])


@pytest.mark.slow
def test_options_reach_the_check(run, files):
    folder, evidence = files
    code, out, err = run(
        "check", folder / "mill.toml",
        *known(evidence, "--year", "2027", "--radius", "1 km,3 km", "--reach", "2 km", "--json"),
    )  # fmt: skip
    assert code == 0, err
    rows = pd.DataFrame(json.loads(out))
    expected = found(folder, evidence, year=2027, radii=["1 km", "3 km"], reach="2 km")
    assert list(dict.fromkeys(rows["part"])) == list(expected.tables)
    assert rows["part"].value_counts().to_dict() == {name: len(one) for name, one in expected.tables.items()}
    mix = rows[rows["part"] == "mix"]
    assert list(dict.fromkeys(mix["scale"])) == ["unit", "1 km", "3 km", "district"]
    assert mix["share_after"].tolist() == pytest.approx(expected["mix"]["share_after"].tolist())
    assert rows.loc[rows["part"] == "people", "homes"].tolist() == [20]
    page = folder / "page.html"
    evidence.write_text(SMALL)
    more = known(evidence, "--page", page, "--title", "A <title>", "--published-by", "A council")
    assert run("check", folder / "mill.toml", *more)[0] == 0
    assert "A &lt;title&gt;" in page.read_text()
    assert "Published by A council." in page.read_text()


@pytest.mark.slow
def test_the_record_is_held_against_what_came(run, files):
    folder, evidence = files
    record = folder / "mill.json"
    more = known(evidence, "--record", record, "--as-of", "2026-11-28", "--stage", "design")
    code, _, err = run("check", folder / "mill.toml", *more)
    assert code == 0, err
    kept = json.loads(record.read_text())
    assert (kept["reference"], kept["as_of"], kept["stage"]) == ("26/1", "2026-11-28", "design")
    assert kept["what_this_is_not"] == NOT
    assert any("Mill" in str(one) for one in kept["scheme"].values())
    came = folder / "later.csv"
    later = POOR.assign(**{"Poor": POOR["poor"], "Not poor": 100 - POOR["poor"]})
    later.loc[1, ["Poor", "Not poor"]] = [70, 90]
    later.to_csv(came, index=False)
    code, out, err = run("evaluate", record, came, "-u", "code", "-g", "Poor,Not poor")
    assert code == 0, err
    expected = pm.scenarios.evaluate(
        pm.scenarios.read_record(record), pm.from_wide(later, groups=["Poor", "Not poor"], unit="code")
    )
    row = expected[(expected["unit"] == "u1") & (expected["group"] == "Poor")].iloc[0]
    assert row["share_observed"] == pytest.approx(70 / 160)
    assert f"{70 / 160:.1%}" in out
    assert f"{row['share_central']:.1%}" in out


def test_help_has_examples(run):
    for command, example in (
        ("check", "placemix check mill-lane.toml --evidence rochdale.toml --unknown exclude --page mill-lane.html"),
        ("rank", "placemix rank register.csv --evidence rochdale.toml --unknown exclude --year 2031"),
    ):
        code, out, _ = run(command, "--help")
        assert code == 0
        assert example in words(out)
        assert "TOML" in out


# -- rank -----------------------------------------------------------------------------------------


def ranking(evidence, *more):
    return ["rank", "all", *known(evidence, "--year", "2031", *more)]


@pytest.mark.slow
def test_schemes_are_put_beside_each_other(run, files):
    folder, evidence = files
    out_file, pack = folder / "table.csv", folder / "table.zip"
    wanted = ["--objective", "left_primary=more,way_GP=less", "--objective", "from_district_1 km=less"]
    code, out, err = run(*ranking(evidence, *wanted, "-o", out_file, "--pack", pack))
    assert code == 0, err
    known_ = pm.scenarios.read_evidence(evidence)
    expected = pm.scenarios.rank(
        list(known_.others), known_,
        {"left_primary": "more", "way_GP": "less", "from_district_1 km": "less"}, unknown="exclude", year=2031,
    )  # fmt: skip
    table = pd.read_csv(out_file)
    assert table["reference"].tolist() == expected["reference"].tolist()
    assert table["way_GP"].tolist() == pytest.approx(expected["way_GP"].tolist())
    assert table["front"].tolist() == expected["front"].tolist()
    assert "There is no score." in out
    assert f"{int(expected['front'].sum())} of 5 schemes that none other is better than come first" in words(out)
    assert pm.verify(pack).same
    code, out, _ = run(*ranking(evidence, *wanted, "--json"))
    assert [row["reference"] for row in json.loads(out)] == expected["reference"].tolist()


@pytest.mark.slow
def test_a_register_of_its_own(run, small):
    folder, evidence = small
    register = folder / "register.csv"
    register.write_text(REGISTER, encoding="cp1252")
    options = known(evidence, "--year", "2031", "--objective", "way_GP=less", "--encoding", "cp1252")
    code, out, err = run("rank", register, *options)
    assert code == 0, err
    assert "B/1" in out
    assert "Café Yard" in out
    assert "s1" not in out  # what else is coming is there anyway
    code, _, err = run("rank", folder / "gone.csv", *options)
    assert code == 1
    assert "gone.csv" in err


@pytest.mark.slow
def test_the_least_difference_that_counts(run, small):
    _, evidence = small
    # B/1 and s2 are 1,100 m from each other and from schools and surgeries; nobody is better by 10 km.
    code, out, err = run(*ranking(evidence, "--objective", "way_GP=less", "--least", "way_GP=10000", "--json"))
    assert code == 0, err
    assert {row["front"] for row in json.loads(out)} == {True}
    code, out, _ = run(*ranking(evidence, "--objective", "way_GP=less", "--json"))
    assert sum(row["front"] for row in json.loads(out)) < 5


@pytest.mark.slow
def test_an_index_that_no_scheme_moves_beyond_chance_orders_nothing(run, files):
    _, evidence = files
    wanted = ["--objective", "information_theory_change=less"]
    few = SMALL.replace('min_dwellings = "low", max_dwellings = "high"', 'min_dwellings = "few"')
    sites = evidence.parent / "sites.gpkg"
    few = few[: few.index("[[others]]\nbrownfield")]
    gpd.read_file(sites).assign(few=1).to_file(sites)
    evidence.write_text(few)
    code, _, err = run(*ranking(evidence, *wanted))
    assert code == 1
    assert "chance" in err
    assert "--below-chance" in err
    code, out, err = run(*ranking(evidence, *wanted, "--below-chance"))
    assert code == 0, err
    assert "more than chance" not in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--objective", "way_GP=smaller"], "--objective is a column with more or less, not 'way_GP=smaller'"),
        (["--objective", "way_GP"], "Write --objective left_primary=more"),
        (["--objective", "way_GP=less", "--least", "way_GP=near"], "--least is a column with a number"),
        (["--objective", "way_GP=less", "--unknown", "include?"], "--unknown is exclude or include or refuse"),
        (["--objective", "way_GP=less", "-o", "table.doc"], "table.doc"),
    ],
)
def test_wrong_options_of_rank_are_refused_before_anything_is_read(run, options, said):
    code, out, err = run("rank", "all", "-e", "no.toml", *options)
    assert code == 1
    assert said in words(err)
    assert out == ""


@pytest.mark.slow
def test_an_objective_that_is_none_is_named_with_what_there_is(run, small):
    _, evidence = small
    code, _, err = run(*ranking(evidence, "--objective", "way_gp=less"))
    assert code == 1
    assert "No column 'way_gp'" in err
    assert "Did you mean 'way_GP'" in err
    code, _, err = run(*ranking(evidence, "--objective", "group_share_lower=more"))
    assert code == 1
    assert "group_share_lower" in err
    assert run("rank", "all", *known(evidence))[0] == 2  # an objective is needed
    evidence.write_text(LEAST + '[occupancy]\nfile = "occupancy.csv"\nsource = "made up"\n')
    code, _, err = run(*ranking(evidence, "--objective", "homes=more"))
    assert code == 1
    assert "or give a register" in err
