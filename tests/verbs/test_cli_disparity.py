"""placemix disparity: groups of people compared, from files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from placemix.cli import terminal

STOPS = pd.DataFrame(
    {
        "force": ["A", "A", "B", "B"],
        "ethnicity": ["black [b]", "white", "black [b]", "white"],
        "stops": [6000, 3000, 50, 2475],
        "residents": [100_000, 100_000, 5_000, 495_000],
    }
)
COLUMNS = ["-u", "force", "--group", "ethnicity", "--numerator", "stops", "--denominator", "residents"]


@pytest.fixture
def stops(tmp_path: Path) -> Path:
    """The published example of two forces: 6.26 times together, twice within each."""
    path = tmp_path / "stops.csv"
    STOPS.to_csv(path, index=False)
    return path


@pytest.fixture
def passed(tmp_path: Path) -> Path:
    """Shares of 40, 30, 20 and 10 % by two groups and sexes."""
    path = tmp_path / "passed.csv"
    table = pd.DataFrame(
        {
            "ethnic": ["Asian, other", "Asian, other", "white", "white"],
            "sex": ["f", "m", "f", "m"],
            "numerator": [400, 300, 200, 100],
            "denominator": 1000,
        }
    )
    table.to_csv(path, index=False)
    return path


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_crude_and_standardised_stand_side_by_side(run, stops, tmp_path):
    code, out, err = run(
        "disparity", stops, *COLUMNS, "-f", "black [b]", "-a", "white", "--pooled", "--denominator-kind", "residents",
        "--denominator-period", "2021", "--pack", tmp_path / "stops.zip", "-o", tmp_path / "stops.parquet",
    )  # fmt: skip
    assert code == 0, err
    ratio = next(line for line in out.splitlines() if "ratio of rates" in line)
    assert [cell.strip() for cell in ratio.split("│")[2:-1]] == ["6.26", "2.00", "2.00", "2.00"]
    assert "black [b] against white" in out
    assert "6,050 events of 105,000 black [b], 5,475 of 595,000 white; denominators: residents, 2021" in out
    assert "Place by place" in out
    assert "6.26 times the rate" in out
    assert "Name the column of sums of squares with --squares" in err
    assert "squares=" not in err
    assert run("verify", tmp_path / "stops.zip")[0] == 0
    found = pd.read_parquet(tmp_path / "stops.parquet").set_index("measure")["value"]
    assert found["crude_ratio"] == pytest.approx((6050 / 105_000) / (5475 / 595_000))
    assert found["standardised_ratio"] == pytest.approx(2.0)


def test_places_without_a_group_and_events_without_one_are_said(run, tmp_path):
    path = tmp_path / "more.csv"
    more = pd.DataFrame(
        {
            "force": ["C", "C", "A", "B"],
            "ethnicity": ["black [b]", "white", "not stated", "not stated"],
            "stops": [0, 10, 90, 10],
            "residents": [0, 1000, None, None],
        }
    )
    pd.concat([STOPS, more]).to_csv(path, index=False)
    arguments = ["--pooled", "--denominator-kind", "residents", "--not-stated", "not stated"]
    code, out, err = run("disparity", path, *COLUMNS, "-f", "black [b]", "-a", "white", *arguments)
    assert code == 0, err
    assert "Dropped: 1 place in which a group has nobody" in out
    assert "Not stated: the group of 100 events" in out
    low, high = 6050 / 105_000 / ((5485 + 100) / 596_000), 6150 / 105_000 / (5485 / 596_000)
    assert f"{low:.2f} to {high:.2f}" in out
    assert "unstated events either way" in out


def test_an_intersection_of_a_name_with_a_comma(run, passed, tmp_path):
    who = ["-f", "ethnic=Asian, other,sex=f", "-a", "ethnic=white,sex=m"]
    code, out, err = run("disparity", passed, *who, "--pack", tmp_path / "p.zip")
    assert code == 0, err
    assert "+30.0 points" in out
    assert "interaction_additive" in out
    assert "400 of 1,000" in out
    assert "Numbers from 1 to 9 are hidden" in err
    assert run("verify", tmp_path / "p.zip")[0] == 0
    code, out, _ = run("disparity", passed, *who, "--json")
    rows = {row["measure"]: row for row in json.loads(out)}
    # Differences add up to nothing more, ratios do not: both scales are shown.
    assert rows["interaction_additive"]["value"] == pytest.approx(0)
    assert rows["interaction_multiplicative"]["value"] == pytest.approx(2 / 3)
    assert all(row["sentence"] for row in rows.values())


def test_several_groups_together_and_a_table_of_a_workbook(run, tmp_path):
    book = tmp_path / "stops.xlsx"
    third = STOPS.assign(ethnicity=STOPS["ethnicity"].replace({"white": "mixed"}))
    pd.concat([STOPS, third[third["ethnicity"] == "mixed"]]).to_excel(book, index=False)
    options = ["--counted", "events", "-m", "rate_ratio", "--json"]
    code, out, err = run("disparity", book, *COLUMNS, "-f", "white+mixed", "-a", "black [b]", *options)
    assert code == 0, err
    rows = json.loads(out)
    assert [row["numerator"] for row in rows] == [6000, 4950]
    assert [row["value"] for row in rows] == pytest.approx([0.5, 0.5])
    # The column is named in the file's own word as well.
    code, again, _ = run("disparity", book, *COLUMNS, "-f", "ethnicity=white+mixed", "-a", "black [b]", *options)
    assert code == 0
    assert again == out


def test_symbols(run, tmp_path):
    path = tmp_path / "hidden.csv"
    table = STOPS.astype({"stops": object})
    table.loc[0, "stops"] = "c"
    table.loc[3, "stops"] = "z"
    table.to_csv(path, index=False)
    arguments = ["disparity", path, *COLUMNS, "-f", "black [b]", "-a", "white", "-m", "risk_ratio"]
    code, _, err = run(*arguments)
    assert code == 1
    assert "'stops' holds 'c', 'z'" in err
    assert "--suppressed c=1:4" in err
    code, out, err = run(*arguments, "--suppressed", "c=1:4", "--suppressed", "z=not_applicable")
    assert code == 0, err
    assert "? of 100,000" in out
    assert "0.000333 to 0.00133 (bounds)" in out
    assert "1 row left out, whose number is marked as not applicable: B white." in err
    assert "2 rows have no value" in one_line(err) or "1 row has no value: a number behind it is hidden" in err
    code, out, _ = run(*arguments, "--suppressed", "c=unknown", "--suppressed", "z=unknown", "--json")
    assert code == 0
    assert [row["reason"] for row in json.loads(out)] == ["suppressed", "suppressed"]
    code, _, err = run(*arguments, "--suppressed", "c=unknown", "--suppressed", "z=unknown", "--suppressed", "q=1:2")
    assert code == 1
    assert "'q', which --suppressed names" in err


def test_an_open_interval_is_written(run, tmp_path):
    path = tmp_path / "none.csv"
    pd.DataFrame({"group": ["x", "y"], "numerator": [3, 0], "denominator": [50, 60]}).to_csv(path, index=False)
    code, out, _ = run("disparity", path, "-f", "x", "-a", "y", "-m", "risk_ratio", "--json")
    assert code == 0
    assert json.loads(out)[0]["upper"] == "inf"
    code, out, _ = run("disparity", path, "-f", "x", "-a", "y", "-m", "risk_ratio")
    assert code == 0
    assert "at least 0.21" in out


def test_a_design_effect_widens_the_interval(run, passed):
    arguments = ["disparity", passed, "-f", "ethnic=white,sex=f", "-a", "ethnic=white,sex=m", "-m", "risk_difference"]
    widths = []
    for more in ([], ["--deff", "2"], ["--deff", "2,1"]):
        code, out, err = run(*arguments, *more, "--json")
        assert code == 0, err
        row = json.loads(out)[0]
        widths.append(row["upper"] - row["lower"])
    assert widths[0] < widths[2] < widths[1]
    code, out, err = run(*arguments, "--weighted", "--json")
    assert code == 0
    assert json.loads(out)[0]["lower"] is None
    assert "Add --deff" in err


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["-f", "blak [b]", "-a", "white"], "Did you mean 'black [b]'"),
        (["-f", "ethnicty=white,sx=f", "-a", "white"], "no column 'ethnicty'"),
        (["-f", "ethnicity=white,ethnicity=x", "-a", "white"], "named twice"),
        (["-f", "white", "-a", "white"], "holds members of 'white'"),
        (["-f", "white", "-m", "risk_ration"], "Did you mean 'risk_ratio'"),
        (["-f", "white", "-m", "rate_ratio"], "--counted people or events"),
        (["-f", "white", "--deff", "many"], "--deff is one number"),
        (["-f", "white", "--interval", "wald_log"], "does not name a measure"),
        (["-f", "white", "--denominator-kind", "residents"], "nothing is pooled"),
        (["-f", "white", "-a", "x", "--pooled"], "whom the denominators count"),
        (["-f", "white", "--pooled", "--denominator-kind", "residents"], "compares two named groups"),
        (["-f", "white", "-a", "x", "--pooled", "--denominator-kind", "y", "--deff", "2"], "does not use --deff"),
        (["-f", "white", "--numerator", "stopps"], "Did you mean 'stops'"),
        (["-f", "white", "--numerator", "residents"], "stands for --numerator and --denominator"),
        (["-f", "white", "--level", "95"], "Write 95 % as 0.95"),
        (["-f", "force=A"], "'placemix gap'"),
        (["-f", "white", "-o", "out.doc"], "no ending that is known"),
    ],
)
def test_refused(run, stops, more, word):
    code, out, err = run("disparity", stops, *COLUMNS, *more)
    assert code == 1
    assert word in one_line(err)
    assert out == ""


def test_used_wrongly(run, stops):
    assert run("disparity", stops)[0] == 2
    assert run("disparity", stops, "-f", "white", "--nonsense")[0] == 2


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_no_number_is_cut_in_a_narrow_terminal(run, passed, monkeypatch, columns):
    monkeypatch.setattr(terminal.OUT, "_width", columns)
    code, out, _ = run("disparity", passed, "-f", "Asian, other", "-a", "white", "--group", "ethnic", "-u", "sex")
    table = out.split("\nf: ")[0]
    assert code == 0
    assert "…" not in table
    for text in ("risk_difference", "+20.0 points", "400 of 1,000"):
        assert text in table
    assert re.search(r"│ \+\d+\.\d to \+\d+\.\d points +│", table)


def test_texts_are_broken_between_words_where_the_table_then_fits(monkeypatch, capsys):
    monkeypatch.setattr(terminal.OUT, "_width", 40)
    terminal.show(pd.DataFrame({"unit": ["a long name"], "what": ["one two three four five"]}), title="")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) == 40
    assert "│ a long name │ one two three four     │" in "\n".join(lines)


def test_a_column_of_the_file_named_as_ours_gives_way_to_the_one_named(run, tmp_path):
    path = _written(tmp_path, STOPS.assign(unit="searches"))
    code, out, err = run("disparity", path, *COLUMNS, "-f", "black [b]", "-a", "white")
    assert code == 0
    assert "The file's own column 'unit' is not used: --unit names 'force'." in err
    assert "│ A " in out
    path = _written(tmp_path, STOPS.assign(numerator=1))
    code, _, err = run("disparity", path, *COLUMNS, "-f", "black [b]", "-a", "white")
    assert code != 0
    assert "a column 'numerator' besides 'stops'" in err


def test_rows_that_repeat_name_the_column_that_tells_them_apart(run, tmp_path):
    both = pd.concat([STOPS.assign(source_file="first"), STOPS.assign(source_file="second")])
    code, _, err = run("disparity", _written(tmp_path, both), *COLUMNS, "-f", "black [b]", "-a", "white")
    assert code != 0
    assert "They differ in 'source_file'." in err


def _written(folder: Path, table: pd.DataFrame) -> Path:
    table.to_csv(folder / "table.csv", index=False)
    return folder / "table.csv"


def test_the_page_lists_every_command():
    import typer

    from placemix.cli.program import app

    page = (Path(__file__).parents[2] / "docs" / "howto" / "command-line.md").read_text(encoding="utf-8")
    for name in typer.main.get_command(app).commands:
        assert f"`placemix {name}`" in page, name
