"""A Word file says what the page says, and is built as Word and screen readers expect."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from typing import NamedTuple

import docx
import lxml.html
import pytest
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

import placemix as pm
from placemix.report import Figure, Heading, Points, Terms, charts, standard
from placemix.report import Table as Texts

NUMBER = re.compile(r"^(Table|Figure|List) A?\d+\. ")
#: What a Word file says besides: where to look.
POINTERS = re.compile(r"(^|: |See | The numbers are in )(Table|List) A\d+\.$")

#: Orders that the schema of ECMA-376, part 1, annex A, asks for, as far as they are used here.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind jc outlineLvl",
    "rPr": "rStyle rFonts b bCs caps color spacing sz szCs bdr shd lang",
    "tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "style": "name basedOn next uiPriority qFormat pPr rPr tblPr tblStylePr",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
    "tc": "tcPr p",
    "sectPr": "footerReference pgSz pgMar",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol listSeparator",
}


class Written(NamedTuple):
    """The same sections as a page and as a Word file."""

    html: lxml.html.HtmlElement
    file: docx.document.Document
    content: bytes


def both(sections, **words) -> Written:
    sections = list(sections)
    page = pm.report.page(sections, **words)
    content = pm.report.document(sections, **words)
    return Written(lxml.html.fromstring(page), docx.Document(io.BytesIO(content)), content)


def of_kinds():
    """Give every kind of item, and each kind of figure."""
    numbers = Texts(
        caption="Numbers of the picture", columns=("Ward", "2011"), rows=(("North", "0.1"), ("South", "0.2")),
        numeric=frozenset({1}), strong=frozenset({(1, 1)}), note="Of 12 % of people.",
    )  # fmt: skip
    dots = [charts.dots(["North", "South"], {"2011": [0.1, 0.1 * n]}, label="share") for n in (2, 3, 4)]
    figure = Figure(
        image=dots[0], kind="image/svg+xml", alt="Two dots, 10 % apart.", caption="Two wards, 5 % of all.",
        table=numbers, legend=(("#f7f7f4", "under 2 %"), ("teal", "2 % or more"), ("hatched", "nobody")),
        beside=((dots[1], "The same, later."), (dots[2], "The same, at last.")), titles=("2011", "2021", "2031"),
    )  # fmt: skip
    long = Figure(
        image=dots[0], kind="image/svg+xml", alt="One.", caption="Long titles.", table=numbers, wide=True,
        beside=((dots[1], "The other."),), titles=("Everyone in the homes that there are today", "Everyone"),
    )  # fmt: skip
    return [
        ("Words", ["A sentence: 12 %.", Heading("Below"), Points(("One point.", "Another: 3 %.")), "After."]),
        ("Terms", [Terms((("Source", "A census of 100 %"), ("Licence", "Open")))]),
        ("Pictures", [figure, long]),
        ("Folded", [Texts(caption="Apart", columns=("a",), rows=(("b",),), folded=True),
                    Points(("Behind.",), label="More", folded=True), Points(("Nameless.",), folded=True)]),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def kinds() -> Written:
    words = {"kicker": "Here · 2021", "publisher": "A council", "opening": ["First: 7 %."], "synthetic": True}
    return both(of_kinds(), title="Every kind", **words)


@pytest.fixture(scope="module")
def whole(homes, earlier, tenure, condition, areas) -> Written:
    """Give the standard report with everything in it, and a frame and estimates besides."""
    kept = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standard, "page", lambda body, **words: kept.update(body=body, words=words) or "")
        pm.report.of_counts(
            {"Ethnic group": homes, "Tenure": tenure}, title="Six areas", place="Sixtown", focal="asian",
            against="white", by="district", condition=condition, before=earlier,
            areas=pm.report.Areas(shapes=areas, unit="id", source="Drawn for a test."),
        )  # fmt: skip
    result = pm.measure(homes, ["dissimilarity", "isolation"], focal="asian", by="district")
    kept["words"].pop("out")
    return both([*kept["body"], ("Results", [result, result.estimates()])], **kept["words"])


@pytest.fixture(scope="module", params=["kinds", "whole"])
def written(request) -> Written:
    return request.getfixturevalue(request.param)


def plain(text) -> str:
    return " ".join(text.split())


def said(element) -> str:
    return plain(element.text_content())


def blocks(file):
    body = file.element.body
    return [
        Table(element, file) if element.tag == qn("w:tbl") else Paragraph(element, file)
        for element in body
        if element.tag in {qn("w:tbl"), qn("w:p")}
    ]


def test_every_sentence_of_the_page_stands_in_its_order(written):
    main = written.html.find(".//main")
    expected = []
    for element in main.iter("h2", "h3", "p", "li", "dt", "dd", "figcaption", "caption"):
        inside = {one.tag for one in element.iterancestors()} - {"html"}
        legend = element.getparent().get("class") == "legend"
        if not inside & {"details", "nav"} and element.get("class") != "date" and not legend and said(element):
            expected.append(said(element))
    front = []
    for block in blocks(written.file):
        if not isinstance(block, Paragraph):
            continue
        style, text = block.style.name, plain(block.text)
        if style == "Heading 1" and block.paragraph_format.page_break_before:
            break
        if style in {"Kicker", "Title", "Notice", "TOC Heading", "toc 1", "Legend", "Picture Title", "Figure"}:
            continue
        text = POINTERS.sub("", NUMBER.sub("", text))
        if style == "Note" and POINTERS.search(plain(block.text)):
            continue
        front += [plain(part) for part in block.text.split("\t")] if style == "Terms" else [text]
    assert front == expected


def test_what_the_page_keeps_folded_stands_in_the_annex(written):
    texts = Counter(plain(block.text) for block in blocks(written.file) if isinstance(block, Paragraph))
    named = {NUMBER.sub("", text) for text in texts}
    for details in written.html.iter("details"):
        summary = said(details.find("summary"))
        assert not summary or summary in named
        for element in details.iter("li", "p"):
            assert texts[said(element)]
    assert bool(list(written.html.iter("details"))) == any(text.startswith("Tables") for text in texts)


def test_every_table_has_the_same_caption_headings_and_rows(written):
    on_page = Counter()
    for table in written.html.iter("table"):
        rows = tuple(tuple(said(cell) for cell in row.iter("th", "td")) for row in table.iter("tr"))
        on_page[said(table.find("caption")), rows] += 1
    in_file, before = Counter(), None
    for block in blocks(written.file):
        if isinstance(block, Table):
            rows = tuple(tuple(plain(cell.text) for cell in row.cells) for row in block.rows)
            in_file[NUMBER.sub("", plain(before.text)), rows] += 1
        before = block
    assert in_file == on_page
    assert in_file


def test_strong_cells_are_bold(written):
    strong = Counter(said(cell) for cell in written.html.iterfind(".//td/strong"))
    runs = [run for table in written.file.tables for run in table._tbl.iter(qn("w:r"))]
    bold = [run for run in runs if run.find(f".//{qn('w:rStyle')}") is not None]
    assert Counter(plain("".join(one.text for one in run.iter(qn("w:t")))) for run in bold) == strong


def test_title_kicker_synthetic_and_opening(kinds):
    texts = [(block.style.name, plain(block.text)) for block in kinds.file.paragraphs[:4]]
    assert texts == [
        ("Kicker", "Here · 2021"),
        ("Title", "Every kind"),
        ("Notice", "Synthetic data: these people and places are invented."),
        ("Opening", "First: 7 %."),
    ]


def test_every_picture_has_its_words(written):
    words = [image.get("alt") for image in written.html.iter("img")]
    assert [picture.docPr.get("descr") for picture in written.file.element.iter(qn("wp:inline"))] == words
    assert words
    assert all(words)
    assert len({one.get("id") for one in written.file.element.iter(qn("wp:docPr"))}) == len(words)
    with zipfile.ZipFile(io.BytesIO(written.content)) as parts:
        media = [name for name in parts.namelist() if name.startswith("word/media/")]
        assert media
        assert all(parts.read(name).startswith(b"\x89PNG") for name in media)


def test_pictures_fit_between_the_margins(written):
    section = written.file.sections[0]
    wide = section.page_width - section.left_margin - section.right_margin
    assert [round(length / 36_000) for length in (section.page_width, section.page_height, wide)] == [210, 297, 172]
    for line in written.file.element.iter(qn("w:p")):
        assert sum(picture.extent.cx for picture in line.iter(qn("wp:inline"))) <= wide
    assert all(picture.extent.cy < section.page_height * 0.7 for picture in written.file.element.iter(qn("wp:inline")))


def test_titles_stand_over_their_pictures(kinds):
    titles = [block.text for block in kinds.file.paragraphs if block.style.name == "Picture Title"]
    assert titles[:2] == ["2011\t2021", "2031"]
    assert titles[2:] == ["Everyone in the homes that there are today", "Everyone"]


def test_the_legend_has_every_colour_and_label(kinds):
    (legend,) = [block for block in kinds.file.paragraphs if block.style.name == "Legend"]
    fills = [shade.get(qn("w:fill")) for shade in legend._p.iter(qn("w:shd"))]
    assert fills == ["F7F7F4", "008080"]
    assert plain(legend.text.replace("\u2007", "")) == "under 2 % 2 % or more ▨▨ nobody"


def test_header_rows_repeat_and_rows_stay_whole(written):
    for table in written.file.tables:
        head, *rows = table._tbl.tr_lst
        assert head.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:tblHeader")) is None for row in rows)
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in (head, *rows))
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
    names = [table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) for table in written.file.tables]
    assert all(names)
    assert len(set(names)) == len(names)


def test_language_title_publisher_and_no_date(kinds):
    about = kinds.file.core_properties
    assert (about.title, about.language, about.author) == ("Every kind", "en-GB", "A council")
    assert about.created is None
    assert about.modified is None
    languages = {one.get(qn("w:val")) for one in kinds.file.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_every_page_has_its_number_and_the_version(kinds):
    (line,) = kinds.file.sections[0].footer.paragraphs
    assert line.text.startswith(f"Page 1 of 1 · Published by A council. placemix {pm.__version__}. Numbers are rounded")
    fields = [plain(one.text) for one in line._p.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_headings_lists_and_captions_are_word_s_own(kinds):
    styles = Counter(block.style.name for block in kinds.file.paragraphs)
    assert styles["Heading 1"] == 5
    assert styles["Heading 2"] == 1
    assert styles["List Bullet"] == 4
    assert styles["Caption"] == 5
    bullet = kinds.file.styles["List Bullet"].element
    number = bullet.find(f".//{qn('w:numId')}").get(qn("w:val"))
    numbering = kinds.file.part.numbering_part.element
    assert [one.numId for one in numbering.num_lst] == [int(number)]
    assert "\u2022" in {one.get(qn("w:val")) for one in numbering.iter(qn("w:lvlText"))}


def test_no_paragraph_is_empty(written):
    for line in written.file.element.body.iterchildren(qn("w:p")):
        assert plain("".join(line.itertext())) or line.find(f".//{qn('w:drawing')}") is not None


def test_links_and_references_lead_somewhere(written):
    root = written.file.element
    marks = [one.get(qn("w:name")) for one in root.iter(qn("w:bookmarkStart"))]
    ids = Counter(one.get(qn("w:id")) for one in root.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd")))
    asked = [one.get(qn("w:anchor")) for one in root.iter(qn("w:hyperlink"))]
    asked += re.findall(r"REF (\w+) ", "".join(one.text for one in root.iter(qn("w:instrText"))))
    assert len(set(marks)) == len(marks)
    assert set(ids.values()) == {2}
    assert asked
    assert set(asked) <= set(marks)
    kinds = Counter(one.get(qn("w:fldCharType")) for one in root.iter(qn("w:fldChar")))
    assert len(set(kinds.values())) == 1


def test_references_show_what_they_lead_to(written):
    """A mark's text and what a reference shows are the same, before Word computes either again."""
    root = written.file.element
    for told in root.iter(qn("w:instrText")):
        if not (found := re.match(r" REF (\w+) ", told.text)):
            continue
        start = next(one for one in root.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == found[1])
        held = []
        for element in start.itersiblings():
            if element.tag == qn("w:bookmarkEnd"):
                break
            held += [one.text for one in element.iter(qn("w:t"))]
        shown = told.getparent().getnext().getnext()
        assert "".join(held) == "".join(one.text for one in shown.iter(qn("w:t")))


@pytest.mark.parametrize("tag", ORDERS)
def test_properties_stand_in_the_order_of_the_standard(written, tag):
    for root in (written.file.element, written.file.styles.element, written.file.settings.element):
        for element in root.iter(qn(f"w:{tag}")):
            names = [child.tag.rpartition("}")[2] for child in element.iterchildren("*")]
            assert names == sorted(names, key=ORDERS[tag].split().index)


def test_every_style_used_is_defined(written):
    defined = {one.get(qn("w:styleId")) for one in written.file.styles.element.iter(qn("w:style"))}
    roots = (written.file.element, written.file.styles.element, written.file.sections[0].footer.part.element)
    kinds = [qn(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle", "basedOn", "next")]
    assert {one.get(qn("w:val")) for root in roots for one in root.iter(*kinds)} <= defined


def test_letters_stand_out_from_the_paper(written):
    def light(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    colours = {one.get(qn("w:val")) for one in written.file.styles.element.iter(qn("w:color"))}
    assert colours
    assert min(1.05 / (light(colour) + 0.05) for colour in colours) > 4.5
