"""A Word file holds any text, refuses what it cannot show, and is the same for the same sections."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import io
import pickle
import subprocess
import sys
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import InvalidParameter, MissingExtra
from placemix.report import Figure, Points, Table, Terms, charts
from placemix.report.theme import Drawn
from placemix.report.word.letters import writable
from placemix.report.word.widths import ems, widths

NUMBERS = Table(caption="Numbers", columns=("Ward", "Share"), rows=(("North", "0.1"),), numeric=frozenset({1}))
PNG = charts.dots(["North"], {"2021": [0.1]}, label="share").png()
#: Every character there is, halves of surrogate pairs and control characters among them.
ANY = st.text(st.characters(exclude_categories=()), max_size=40)
HOSTILE = (
    "<script>alert('x')</script>", "&amp; ]]> <![CDATA[", "Ward\x07 1\x00\x1b", "half \ud800 a pair",
    "no \ufffe\uffff char", "الرياض وسط المدينة 12", "עיר \u202eabc\u202c", "東京都 \U0001f600 e\u0301 \u200d",
    "Llanfair" * 60, "a\u0000", "\u00a0 thin\u202fblank", "line\nend\ttab\r\n", "{{ title }}", "=1+1",
    'MERGEFORMAT \\* "x"',
)  # fmt: skip


def figure(**changes) -> Figure:
    words = {"image": PNG, "kind": "image/png", "alt": "A dot.", "caption": "One ward.", "table": NUMBERS}
    return Figure(**words | changes)


def read(content: bytes):
    return docx.Document(io.BytesIO(content))


def words(file) -> list[str]:
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return [*(line.text for line in file.paragraphs), *cells]


# --- texts -------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(ANY)
def test_nothing_of_a_text_vanishes(text):
    held = writable(text)
    assert writable(held) == held
    blanks = " \t\n\f\r"
    kept = [letter for letter in text if letter not in blanks]
    shown = [letter for letter in held if letter != " "]
    assert len(shown) == len(kept)
    for before, after in zip(kept, shown, strict=True):
        assert after in {before, "\ufffd"} or ord(after) == 0x2400 + ord(before)
    assert held.split(" ") == [writable(part) for part in held.split(" ")]


@settings(max_examples=6)
@given(ANY, ANY, ANY)
def test_any_text_is_read_back(first, second, third):
    table = Table(caption=first, columns=(second, "n"), rows=((third, first),), note=second, numeric=frozenset({1}))
    items = [third, Points((first,), label=third, folded=True), Terms(((first, second),)), table]
    picture = figure(alt=first, caption=second, legend=((("#fff"), third),))
    file = read(pm.report.document([(first, [*items, picture])], title=second, kicker=third, publisher=first))
    said = "\n".join(words(file)).replace("\u00a0", " ")
    for text in (first, second, third):
        assert writable(text).replace("\u00a0", " ").strip(" ") in said
    assert [cell.text for cell in file.tables[0].rows[1].cells] == [held(third), held(first)]
    assert next(file.element.iter(qn("wp:docPr"))).get("descr") == writable(first)


def held(text: str) -> str:
    return writable(pm.report.parts.tidy(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_text(text):
    table = Table(caption=text, columns=(text, text), rows=((text, text),), note=text)
    parts = [text, Points((text,)), Points((text,), label=text, folded=True), Terms(((text, text),)), table]
    sections = [(text, [*parts, figure(alt=text, caption=text, table=table, legend=(("red", text),))])] * 4
    content = pm.report.document(sections, title=text, kicker=text, opening=[text], publisher=text, about=text)
    file = read(content)
    wanted = writable(text).strip(" ").replace("\u00a0", " ")
    assert [line.text.replace("\u00a0", " ").strip() for line in file.paragraphs].count(wanted.strip()) >= 15
    assert all(cell.text.replace("\u00a0", " ").strip() == wanted.strip() for cell in file.tables[0].rows[1].cells)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        body = parts.read("word/document.xml").decode()
    assert "<script" not in body
    fields = {"".join(one.itertext()).split()[0] for one in file.element.iter(qn("w:instrText"))}
    assert fields == {"TOC", "SEQ", "REF"}


def test_a_control_character_is_shown_by_its_picture():
    file = read(pm.report.document([("A", ["Ward\x07 \x1b1 \ud800"])], title="A"))
    assert file.paragraphs[-1].text == "Ward␇ ␛1 �"


# --- widths ------------------------------------------------------------------------------------------


@given(st.lists(st.lists(ANY, min_size=4, max_size=4), max_size=4), st.sets(st.integers(1, 3)))
def test_columns_fit_the_page(rows, numeric):
    table = Table(
        caption="", columns=("a", "b", "c", "d"), rows=tuple(map(tuple, rows)), numeric=frozenset(numeric)
    )  # fmt: skip
    shares = widths(table, whole=9752, size=8.5, beside=160)
    assert sum(shares) <= 9752
    assert min(shares) >= 160


def test_a_long_word_does_not_take_the_room_of_numbers():
    table = Table(caption="", columns=("Id", "People"), rows=(("x" * 500, "1,234,567"),), numeric=frozenset({1}))
    first, second = widths(table, whole=9752, size=8.5, beside=160)
    assert second - 160 > ems("1,234,567") * 8.5 * 20
    assert first + second == 9752


# --- refusals ----------------------------------------------------------------------------------------


def test_all_figures_and_tables_at_fault_are_named():
    svg = {"image": b"<svg/>", "kind": "image/svg+xml"}
    ragged = Table(caption="Ragged", columns=("a", "b"), rows=(("1", "2"), ("3",)))
    broken = [figure(caption="First", **svg), figure(caption="Second", image=b"no picture"), ragged]
    coloured = figure(caption="Third", legend=(("url(x)", "odd"), ("hatched", "even")))
    with pytest.raises(InvalidParameter) as caught:
        pm.report.document([("A", broken), ("B", [figure(), coloured, figure(table=ragged)])], title="A")
    told = str(caught.value)
    for word in ("'First'", "png=(…,)", "'Second'", "'Third'", "url(x)", "'Ragged'"):
        assert word in told
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize("across", [0, 64])
def test_a_table_that_word_cannot_open_is_refused(across):
    names = tuple(map(str, range(across)))
    with pytest.raises(InvalidParameter, match="1 to 63"):
        pm.report.document([("A", [Table(caption="Wide", columns=names, rows=(names,))])], title="A")


def test_the_widest_table_is_written():
    names = tuple(map(str, range(63)))
    file = read(pm.report.document([("A", [Table(caption="Wide", columns=names, rows=(names,))])], title="A"))
    assert len(file.tables[0].columns) == 63


def test_a_drawing_of_one_s_own_comes_with_its_png():
    svg = {"image": b"<svg/>", "kind": "image/svg+xml", "beside": ((b"<svg/>", "Another dot."),)}
    with pytest.raises(InvalidParameter, match="no PNG for each"):
        pm.report.document([("A", [figure(**svg, png=(PNG,))])], title="A")
    file = read(pm.report.document([("A", [figure(**svg, png=(PNG, PNG))])], title="A"))
    assert len(file.inline_shapes) == 2


def test_what_no_report_shows_is_refused():
    with pytest.raises(InvalidParameter, match="shows no set"):
        pm.report.document([("Odd", [{1, 2}])], title="A")


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(InvalidParameter, match=r"\.docx"):
        pm.report.document([("A", ["B"])], title="A", out=tmp_path / "a.html")


def test_without_python_docx_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtra, match=r"placemix\[word\]"):
        pm.report.document([("A", ["B"])], title="A")


# --- bytes -------------------------------------------------------------------------------------------


def test_the_file_is_written_whole(tmp_path):
    path = pm.report.document([("A", ["B"])], title="A", out=tmp_path / "deep" / "a.docx")
    assert [item.name for item in path.parent.iterdir()] == ["a.docx"]
    assert path.read_bytes() == pm.report.document([("A", ["B"])], title="A")


CODE = """
import sys, placemix as pm
from placemix.report import charts, Figure, Table
numbers = Table(caption="Numbers", columns=("a", "b"), rows=(("c", "d"),))
dots = charts.dots(["North"], {"2021": [0.1]}, label="share")
drawn = Figure(image=dots, kind="image/svg+xml", alt="A", caption="B", table=numbers)
content = pm.report.document([("A", ["B", numbers, drawn])] * 4, title="A")
"""


@pytest.mark.slow
def test_the_same_sections_give_the_same_bytes_in_any_process(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    here = {}
    exec(CODE, here)  # noqa: S102 (our own text, run here and elsewhere)
    code = f"{CODE}sys.stdout.buffer.write(content)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
    assert done.stdout == here["content"]


def test_no_part_has_a_date_or_the_name_of_another_program():
    with zipfile.ZipFile(io.BytesIO(pm.report.document([("A", [figure()])], title="A"))) as parts:
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        text = b"".join(parts.read(name) for name in parts.namelist() if name.endswith((".xml", ".rels")))
    assert b"python-docx" not in text
    assert b"2013" not in text


def test_a_date_stands_where_one_is_given():
    about = read(pm.report.document([("A", ["B"])], title="A", dated=dt.date(2026, 5, 1), about="x" * 400))
    assert about.core_properties.created == about.core_properties.modified
    assert about.core_properties.created.date() == dt.date(2026, 5, 1)
    assert about.core_properties.subject == "x" * 254 + "…"


def test_brief_files_are_smaller_and_have_no_list_of_sections():
    sections = [(name, ["B", NUMBERS, figure()]) for name in "ABCD"]
    easy, brief = (read(pm.report.document(sections, title="A", brief=brief)) for brief in (False, True))
    assert sum(line.style.name.lower() == "toc 1" for line in easy.paragraphs) == 5
    assert not [line for line in brief.paragraphs if line.style.name.lower().startswith("toc")]
    assert brief.inline_shapes[0].width < easy.inline_shapes[0].width
    listed = ["In this document", "A", "B", "C", "D", "Tables behind the figures"]
    assert words(easy) == ["A", *listed, *words(brief)[1:]]


# --- drawings ----------------------------------------------------------------------------------------


def test_a_drawing_is_svg_on_the_page_and_png_in_the_file():
    drawn = charts.dots(["North"], {"2021": [0.1]}, label="share")
    assert drawn.startswith(b"<?xml")
    assert drawn.png().startswith(b"\x89PNG")
    assert drawn.png() is drawn.png()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])  # noqa: S301
def test_a_copied_figure_can_still_be_printed(again):
    one = figure(image=charts.dots(["North"], {"2021": [0.1]}, label="share"), kind="image/svg+xml")
    other = again(one)
    assert other == one
    assert isinstance(other.image, Drawn)
    assert other.image.png() == one.image.png()
    assert dataclasses.replace(one, caption="Else.").image.png() == PNG
