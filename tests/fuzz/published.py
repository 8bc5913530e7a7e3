"""Ways in which a published file arrives damaged, and what a reader may make of each.

A mutation says what is allowed: the *same* answer as from the sound file, a typed error, an answer
in which only the touched row differs, or merely any answer that is well formed.
"""

# ruff: noqa: ARG001 (every mutation takes the same two arguments)
from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

SYMBOLS = ("c", "x", "*", "-", "..", "", "n/a", "#REF!", "--", "–", "low", "SUPP", "(X)", "N", "null", "true")
WRONG_NUMBERS = ("-5", "3.7.1", "1e400", "inf", "-inf", "nan", "9" * 25, "1,234", "１２", "0x1F", "1_000", "٣")


@dataclass(frozen=True)
class Sheet:
    """A sound file taken apart."""

    content: bytes
    rows: list[list[str]]
    header: int
    units: frozenset[str]

    @property
    def names(self) -> list[str]:
        return self.rows[self.header]

    @cached_property
    def first(self) -> int:
        """First row whose cells are data: labels may stand below the header."""
        ids = self.id_column
        for place in range(self.header + 1, len(self.rows)):
            if ids is None or self.rows[place][ids] in self.units:
                return place
        return self.header + 1

    @cached_property
    def id_column(self) -> int | None:
        width = len(self.names)
        body = [row for row in self.rows[self.header + 1 :] if len(row) == width]
        scores = [len({row[place] for row in body} & self.units) for place in range(width)]
        return int(np.argmax(scores)) if scores and max(scores) else None

    @cached_property
    def numeric(self) -> list[int]:
        body = [row for row in self.rows[self.first :] if len(row) == len(self.names)]
        return [
            place
            for place in range(len(self.names))
            if body and sum(_number(row[place]) for row in body) >= 0.8 * len(body)
        ]

    def last(self) -> int:
        """One past the last row of full width."""
        return max(place for place, row in enumerate(self.rows) if len(row) == len(self.names)) + 1


class Mutated(NamedTuple):
    """A damaged file and what may come of it.

    `may` is one of same, error, same_or_error, touched, subset, any. `row` holds the cells of the
    touched row, `cell` the text put into it.
    """

    content: bytes
    may: str
    row: tuple[str, ...] = ()
    cell: str | None = None


def _number(text: str) -> bool:
    try:
        return np.isfinite(float(text))
    except ValueError:
        return False


def taken_apart(content: bytes, units: frozenset[str], header: int) -> Sheet:
    """Read a sound CSV file, plainly."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    return Sheet(content, list(csv.reader(io.StringIO(text, newline=""))), header, units)


def put_together(rows: list[list[str]], *, end: str = "\n") -> bytes:
    """Write rows as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end).writerows(rows)
    return stream.getvalue().encode()


def _copy(sheet: Sheet) -> list[list[str]]:
    return [list(row) for row in sheet.rows]


def _line(sheet: Sheet, rng: np.random.Generator) -> int:
    wide = [place for place in range(sheet.first, len(sheet.rows)) if len(sheet.rows[place]) == len(sheet.names)]
    return int(rng.choice(wide))


def _touched(sheet: Sheet, rng: np.random.Generator, texts: tuple[str, ...], columns: list[int]) -> Mutated:
    rows, place = _copy(sheet), _line(sheet, rng)
    column, text = int(rng.choice(columns or range(len(sheet.names)))), str(rng.choice(texts))
    before = tuple(rows[place])
    rows[place][column] = text
    return Mutated(put_together(rows), "touched", before, text)


# -- what must change nothing ------------------------------------------------------------


def byte_order_mark(sheet, rng):
    return Mutated(b"\xef\xbb\xbf" + put_together(sheet.rows), "same")


def other_line_ends(sheet, rng):
    return Mutated(put_together(sheet.rows, end="\r\n"), "same")


def utf16(sheet, rng):
    return Mutated(put_together(sheet.rows).decode().encode("utf-16"), "same_or_error")


def header_case(sheet, rng):
    rows = _copy(sheet)
    rows[sheet.header] = [rng.choice([str.upper, str.lower])(name) for name in sheet.names]
    return Mutated(put_together(rows), "same_or_error")


def header_spaces(sheet, rng):
    rows = _copy(sheet)
    rows[sheet.header] = [f"  {name}".replace(" ", str(rng.choice([" ", "  ", "\n"]))) + " " for name in sheet.names]
    return Mutated(put_together(rows), "same")


def columns_reordered(sheet, rng):
    order = rng.permutation(len(sheet.names))
    rows = [[row[place] for place in order] if len(row) == len(order) else row for row in sheet.rows]
    return Mutated(put_together(rows), "same_or_error")


def rows_reordered(sheet, rng):
    rows = _copy(sheet)
    body = rows[sheet.first : sheet.last()]
    rows[sheet.first : sheet.last()] = [body[place] for place in rng.permutation(len(body))]
    return Mutated(put_together(rows), "same_or_error")


def spaces_around_cells(sheet, rng):
    return Mutated(
        put_together(
            [*sheet.rows[: sheet.first], *([f" {cell}  " for cell in row] for row in sheet.rows[sheet.first :])]
        ),
        "same",
    )


def everything_quoted(sheet, rng):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(sheet.rows)
    return Mutated(stream.getvalue().encode(), "same")


def column_added(sheet, rng):
    rows = [[*row, "remark" if place == sheet.header else "text"] for place, row in enumerate(sheet.rows)]
    return Mutated(put_together(rows), "same_or_error")


def lines_above(sheet, rng):
    return Mutated(put_together([["Downloaded on a Monday"], [], *sheet.rows]), "same_or_error")


def empty_lines_below(sheet, rng):
    return Mutated(put_together(sheet.rows) + b"\n\n,,\n", "same_or_error")


# -- columns ------------------------------------------------------------------------------


def column_dropped(sheet, rng):
    place = int(rng.integers(len(sheet.names)))
    return Mutated(put_together([row[:place] + row[place + 1 :] for row in sheet.rows]), "subset")


def header_renamed(sheet, rng):
    rows, place = _copy(sheet), int(rng.integers(len(sheet.names)))
    rows[sheet.header][place] = f"renamed {rng.integers(1000)}"
    return Mutated(put_together(rows), "subset")


def header_misspelt(sheet, rng):
    rows, place = _copy(sheet), int(rng.integers(len(sheet.names)))
    name = rows[sheet.header][place]
    if len(name) < 4:
        return header_renamed(sheet, rng)
    spot = int(rng.integers(1, len(name) - 1))
    rows[sheet.header][place] = name[:spot] + name[spot + 1 :]
    return Mutated(put_together(rows), "subset")


def header_swapped(sheet, rng):
    rows = _copy(sheet)
    one, two = rng.choice(len(sheet.names), 2, replace=False)
    head = rows[sheet.header]
    head[one], head[two] = head[two], head[one]
    return Mutated(put_together(rows), "any")


def column_doubled(sheet, rng):
    place = int(rng.integers(len(sheet.names)))
    return Mutated(
        put_together([[*row, row[place]] if place < len(row) else row for row in sheet.rows]), "same_or_error"
    )


def header_lost(sheet, rng):
    return Mutated(put_together(sheet.rows[: sheet.header] + sheet.rows[sheet.header + 1 :]), "error")


# -- cells --------------------------------------------------------------------------------


def symbol_in_a_cell(sheet, rng):
    return _touched(sheet, rng, SYMBOLS, sheet.numeric)


def wrong_number_in_a_cell(sheet, rng):
    return _touched(sheet, rng, WRONG_NUMBERS, sheet.numeric)


def number_changed(sheet, rng):
    return _touched(sheet, rng, ("7", "0", "999999", "2.5"), sheet.numeric)


def id_blank(sheet, rng):
    return _touched(sheet, rng, ("",), [sheet.id_column or 0])


def id_in_scientific_notation(sheet, rng):
    return _touched(sheet, rng, ("1e+05", "1.0", "#N/A"), [sheet.id_column or 0])


def id_of_another_row(sheet, rng):
    rows = _copy(sheet)
    column = sheet.id_column or 0
    one, two = _line(sheet, rng), _line(sheet, rng)
    before = tuple(rows[one])
    rows[one][column] = rows[two][column]
    return Mutated(put_together(rows), "same" if rows[one] == list(before) else "touched", before, rows[one][column])


def any_cell_is_text(sheet, rng):
    return _touched(
        sheet, rng, ("some words", "<script>alert(1)</script>", "=1+1", "é" * 40), list(range(len(sheet.names)))
    )


def thousands_separated(sheet, rng):
    return _touched(sheet, rng, ("1,234", "12 345", "1.234.567"), sheet.numeric)


def footnote_mark(sheet, rng):
    rows, place, column = _copy(sheet), _line(sheet, rng), int(rng.choice(sheet.numeric or [0]))
    before = tuple(rows[place])
    rows[place][column] = f"{rows[place][column]}[{rng.integers(1, 9)}]"
    return Mutated(put_together(rows), "touched", before, rows[place][column])


def joined_downloads(sheet, rng):
    """The same file twice, header and all, one below the other."""
    return Mutated(put_together([*sheet.rows, *sheet.rows[sheet.header :]]), "doubled")


# -- rows ---------------------------------------------------------------------------------


def row_doubled(sheet, rng):
    rows, place = _copy(sheet), _line(sheet, rng)
    rows.insert(place, list(rows[place]))
    return Mutated(put_together(rows), "doubled", tuple(rows[place]))


def row_dropped(sheet, rng):
    rows, place = _copy(sheet), _line(sheet, rng)
    return Mutated(put_together(rows[:place] + rows[place + 1 :]), "touched", tuple(rows[place]), None)


def row_cut_short(sheet, rng):
    rows, place = _copy(sheet), _line(sheet, rng)
    rows[place] = rows[place][: int(rng.integers(1, len(rows[place])))]
    return Mutated(put_together(rows), "error")


def row_too_long(sheet, rng):
    rows, place = _copy(sheet), _line(sheet, rng)
    rows[place] = [*rows[place], "1"]
    return Mutated(put_together(rows), "error")


def only_the_header(sheet, rng):
    return Mutated(put_together(sheet.rows[: sheet.header + 1]), "error")


# -- bytes --------------------------------------------------------------------------------


def cut_off(sheet, rng):
    content = put_together(sheet.rows)
    return Mutated(content[: int(rng.integers(1, len(content)))], "cut")


def bytes_flipped(sheet, rng):
    content = bytearray(sheet.content)
    for place in rng.integers(0, len(content), int(rng.integers(1, 6))):
        content[place] ^= 1 << int(rng.integers(8))
    return Mutated(bytes(content), "any")


def bytes_lost(sheet, rng):
    content = sheet.content
    start = int(rng.integers(len(content)))
    return Mutated(content[:start] + content[start + int(rng.integers(1, 40)) :], "any")


def bytes_put_in(sheet, rng):
    content = sheet.content
    start = int(rng.integers(len(content)))
    return Mutated(
        content[:start] + bytes(rng.integers(0, 256, int(rng.integers(1, 8)), dtype=np.uint8)) + content[start:], "any"
    )


def nul_put_in(sheet, rng):
    content = put_together(sheet.rows)
    start = int(rng.integers(len(content)))
    return Mutated(content[:start] + b"\x00" + content[start:], "error")


def quote_put_in(sheet, rng):
    content = put_together(sheet.rows)
    start = int(rng.integers(len(content)))
    return Mutated(content[:start] + b'"' + content[start:], "any")


def semicolons(sheet, rng):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n", delimiter=";").writerows(sheet.rows)
    return Mutated(stream.getvalue().encode(), "error")


def nothing(sheet, rng):
    return Mutated(rng.choice([b"", b"\n", b"\xef\xbb\xbf", b"   "]), "error")


def a_web_page(sheet, rng):
    return Mutated(
        b"<!DOCTYPE html>\n<html><head><title>503, Service</title></head><body>Sorry, later</body></html>\n", "error"
    )


def random_bytes(sheet, rng):
    return Mutated(bytes(rng.integers(0, 256, 400, dtype=np.uint8)), "error")


MUTATIONS: tuple[Callable[[Sheet, np.random.Generator], Mutated], ...] = (
    byte_order_mark, other_line_ends, utf16, header_case, header_spaces, columns_reordered, rows_reordered,
    spaces_around_cells, everything_quoted, column_added, lines_above, empty_lines_below, column_dropped,
    header_renamed, header_misspelt, header_swapped, column_doubled, header_lost, symbol_in_a_cell,
    wrong_number_in_a_cell, number_changed, id_blank, id_in_scientific_notation, id_of_another_row, any_cell_is_text,
    thousands_separated, footnote_mark, joined_downloads,
    row_doubled, row_dropped, row_cut_short, row_too_long, only_the_header, cut_off, bytes_flipped, bytes_lost,
    bytes_put_in, nul_put_in, quote_put_in, semicolons, nothing, a_web_page, random_bytes,
)  # fmt: skip
