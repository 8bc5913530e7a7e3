"""Published files as they are: encodings, lines above and below, torn lines, archives, workbooks."""

from __future__ import annotations

import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placemix import errors
from placemix.readers.headers import matched, normalise
from placemix.readers.raw import raw_table, top


@pytest.fixture
def written(tmp_path):
    def write(content, name="table.csv"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("code,name\n1,Fâché\n".encode(), "utf-8-sig"),
        ("\ufeffcode,name\n1,Fâché\n".encode(), "utf-8-sig"),
        ("code,name\n1,Fâché\n".encode("cp1252"), "cp1252"),
        ("code,name\n1,Fâché\n".encode("utf-16"), "utf-16"),
        ("code,name\r\n1,Fâché\r\n".encode(), "utf-8-sig"),
        ("code,name\n\n1,Fâché\n,\n\n".encode(), "utf-8-sig"),
    ],
)
def test_one_table_in_any_encoding(written, content, encoding):
    raw = raw_table(written(content))
    assert raw.table.to_dict("list") == {"code": ["1"], "name": ["Fâché"]}
    assert raw.encoding == encoding
    assert bool(raw.notes) == (encoding == "cp1252")


def test_the_encoding_given_is_kept_to(written):
    with pytest.raises(errors.UnreadableFile, match="no text in utf-8"):
        raw_table(written("a,b\né,1\n".encode("cp1252")), encoding="utf-8")
    with pytest.raises(errors.UnreadableFile, match="no encoding 'utf-9'"):
        raw_table(written("a,b\n1,1\n"), encoding="utf-9")


def test_lines_above_and_below_are_told_apart(written):
    raw = raw_table(
        written('Table KS1\n"Notes, many"\n\ncode,people\nE1,5\nE2,6\n(c) Crown copyright 2022\n'),
        is_header=lambda row: "code" in row,
    )
    assert raw.table.values.tolist() == [["E1", "5"], ["E2", "6"]]
    assert raw.before == ("Table KS1", "Notes, many")
    assert raw.after == ("(c) Crown copyright 2022",)
    assert "Crown copyright" in raw.notes[0]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("a,b,c\n1,2,3\n4,5\n6,7,8\n", "fewer cells"),
        ("a,b,c\n1,2,3\n4,5\n", "fewer cells"),
        ("a,b,c\n1,2,3\n4\n", "fewer cells"),
        ("a,b\n1,2\n3,4,5\n", "more cells"),
        ("", "holds nothing"),
        ("\n\n", "holds nothing"),
        (b"a,b\n1,\x00\n", "no text"),
        (b"PK\x03\x04 \x00\x01", "no text"),
    ],
)
def test_torn_files_are_refused(written, content, word):
    with pytest.raises(errors.UnreadableFile, match=word):
        raw_table(written(content))


@pytest.mark.parametrize("content", ["a,b\n", "a,b\n,\n"])
def test_a_header_alone_is_no_table(written, content):
    with pytest.raises(errors.EmptyTable, match="no rows"):
        raw_table(written(content))


def test_names_given_twice_are_refused_or_numbered(written):
    file = written("a,a,b\n1,2,3\n")
    with pytest.raises(errors.RepeatedColumn, match="'a'"):
        raw_table(file)
    assert raw_table(file, repeated=True).headers == ["a", "a (2)", "b"]


def test_columns_without_name_and_value_are_no_columns(written):
    assert raw_table(written("a,b,,\n1,2,,\n")).headers == ["a", "b"]
    assert raw_table(written("a,b,\n1,2,3\n")).headers == ["a", "b", "column 3"]


def test_cells_stay_text(written):
    table = raw_table(written('code,n\n007,1e5\n" x ",NA\n')).table
    assert table.values.tolist() == [["007", "1e5"], ["x", "NA"]]


def test_a_line_break_inside_a_cell_is_no_new_line(written):
    assert raw_table(written('"a\nb",c\n"1\n2",3\n')).table.to_dict("list") == {"a b": ["1\n2"], "c": ["3"]}


def test_a_member_of_an_archive(tmp_path):
    file = tmp_path / "tables.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("one.csv", "a,b\n1,2\n")
        archive.writestr("notes.pdf", "no table")
    assert raw_table(file).file == "tables.zip/one.csv"
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("two.csv", "a,b\n3,4\n")
    with pytest.raises(errors.UnreadableFile, match=r"one\.csv.*two\.csv.*member="):
        raw_table(file)
    assert raw_table(file, member="two.csv").table.values.tolist() == [["3", "4"]]
    assert top(file)[0] == ["a", "b"]
    torn = tmp_path / "torn.zip"
    torn.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(errors.UnreadableFile, match="no whole zip"):
        raw_table(torn)


def test_a_workbook(tmp_path):
    file = tmp_path / "table.xlsx"
    frame = pd.DataFrame([["Title", None], ["code", "n"], ["007", 3]])
    frame.to_excel(file, header=False, index=False)
    raw = raw_table(file, is_header=lambda row: "code" in row)
    assert raw.table.values.tolist() == [["007", "3"]]
    assert raw.before == ("Title",)


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6).map(str.strip)


@given(st.lists(st.lists(CELL.filter(bool), min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("raw") / "table.csv"
    frame = pd.DataFrame(rows, columns=["a", "b", "c"])
    frame.to_csv(file, index=False)
    assert raw_table(file).table.values.tolist() == rows


# -- headers -----------------------------------------------------------------------------


@given(st.sampled_from(["Ethnic group: White", "headcount of pupils", "GSSLACode (name)"]), st.data())
def test_spacing_and_case_do_not_matter(name, data):
    spaces = data.draw(st.sampled_from([" ", "  ", "\n", "\r\n ", "\u00a0"]))
    other = spaces.join(name.split(" "))
    other = data.draw(st.sampled_from([str.upper, str.lower, str]))(other)
    assert normalise("\ufeff " + other + " ") == normalise(name)


def test_every_missing_name_is_listed_with_the_nearest():
    with pytest.raises(errors.WrongFormat) as caught:
        matched(["URM", "school name"], {"urn": "urn", "name": "school_name", "roll": "headcount"}, form="rolls")
    text = str(caught.value)
    assert "3 columns" in text
    assert "'URM' for 'urn'" in text
    assert "'school name' for 'school_name'" in text
    assert "'headcount'" in text


def test_names_cut_at_sixty_four_characters_are_found_unless_two_are_one():
    long = "number of pupils known to be eligible for free school meals (Performance Tables)"
    assert matched([long[:64]], {"fsm": long}, form="rolls") == {"fsm": long[:64]}
    with pytest.raises(errors.WrongFormat):
        matched([long[:60]], {"fsm": long}, form="rolls")


def test_the_first_spelling_counts_and_copies_are_refused():
    wanted = {"roll": ("headcount of pupils", "headcount of pupils (unrounded)")}
    headers = ["headcount of pupils (unrounded)", "headcount of pupils"]
    assert matched(headers, wanted, form="rolls") == {"roll": "headcount of pupils"}
    with pytest.raises(errors.RepeatedColumn):
        matched(["Headcount of pupils", "headcount  of pupils"], wanted, form="rolls")
