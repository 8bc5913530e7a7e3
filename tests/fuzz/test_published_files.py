"""Damaged published files end in a typed error or in the right answer, never in anything else."""

from __future__ import annotations

import csv
import io
import json
import shutil
import warnings
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fuzz import published
from fuzz.answers import Answer, answer, malformed
from placemix.errors import PlacemixError, PlacemixWarning
from placemix.readers.inspection import reader

FIXTURES = Path(__file__).resolve().parents[1] / "readers" / "fixtures"
#: Formats whose rows are events or parts of a unit, so that equal rows may both be true.
EVENTS = {"stop_search", "gias_links"}
#: Formats whose units are numbered by their row, or named by the order of columns, or of which the first of
#: several rows of one area counts.
ORDERED = {"stop_search": "rows_reordered", "nomis": "columns_reordered", "fingertips": "rows_reordered"}
#: Share of people by which the parts of perturbed tables may miss their totals.
NOISE = 0.01
#: Readers named otherwise than the folder of their fixtures.
NAMES = {"ons_lookup": "ons_lookup", "deprivation": "indices_of_deprivation"}
#: How often a file meets each mutation: files of more columns take longer to read, and must be met once.
ROUNDS = {12: 4, 28: 2, np.inf: 1}
#: Folders of files that take long to read though they have few columns.
DEAR = {"brownfield", "data_zones", "fingertips", "us_acs"}


def _cases():
    for expected in sorted(FIXTURES.glob("*/expected.json")):
        for entry in json.loads(expected.read_text(encoding="utf-8")):
            sound = not any(key in entry for key in ("must_fail", "may_refuse", "must_fail_or_list", "or_listed"))
            file = expected.parent / entry["file"]
            if file.name.startswith("links_"):
                entry = entry | {"format": "gias_links"}  # noqa: PLW2901
            if sound and file.suffix.casefold() == ".csv" and file.is_file() and not entry.get("mapping"):
                yield pytest.param(file, entry, id=f"{expected.parent.name}/{file.name}")


CASES = list(_cases())


def rounds(path: Path) -> int:
    if path.parent.name in DEAR:
        return 1
    commas = path.read_bytes().partition(b"\n")[0].count(b",")
    return next(times for columns, times in ROUNDS.items() if commas < columns)


CASES_BY_NAME = {case.values[0]: number for number, case in enumerate(CASES)}


def read(entry, path):
    name = NAMES.get(entry["format"], entry["format"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", PlacemixWarning)
        return reader(name)(path)


@cache
def sound(path: Path, entry: str):
    """Read the undamaged file: its answer, and the file taken apart."""
    data = read(json.loads(entry), path)
    plain = answer(data)
    units = frozenset(map(str, json.loads(entry).get("units", ()))) or frozenset(plain.cells)
    content = path.read_bytes()
    return plain, published.taken_apart(content, units, _header(content, units))


def _header(content: bytes, units: frozenset[str]) -> int:
    """Row of the header: the last row of full width above the first row with a unit's id."""
    text = content.decode("utf-8-sig", errors="replace")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    # Ids may be built of parts or stand inside longer ones; then the commonest width tells.
    with_ids = [row for row in rows if set(row) & units] or rows
    width = Counter(map(len, with_ids)).most_common(1)[0][0]
    body = next((place for place, row in enumerate(rows) if set(row) & units), 1)
    wide = [place for place in range(body) if len(rows[place]) == width]
    return wide[0] if wide else max(body - 1, 0)


def judged(mutated: published.Mutated, data, before: Answer, entry) -> str | None:
    """Say what is wrong with an answer, or nothing."""
    after = answer(data)
    judges = {
        "same": lambda: next(before.differences(after), None),
        "same_or_error": lambda: next(before.differences(after), None),
        "error": lambda: "a damaged file was read without a word",
        "doubled": lambda: _doubled(before, after, entry),
        "subset": lambda: _subset(before, after),
        "touched": lambda: _touched(mutated, before, after),
        "cut": lambda: _touched(mutated, before, after),
        "any": lambda: None,
    }
    return "; ".join(malformed(data)) or judges[mutated.may]()


def _doubled(before: Answer, after: Answer, entry) -> str | None:
    fine = entry["format"] in EVENTS or after.people <= before.people * (1 + 1e-9)
    return None if fine else "a row counted twice"


def _subset(before: Answer, after: Answer) -> str | None:
    """A column is gone: what is left must be as it was, and nobody may be lost."""
    if before.kind == "counts":
        if after.people < before.people * (1 - 1e-9):
            return f"{before.people - after.people:,.0f} people vanished with a column"
        odd = {
            name
            for name, row in after.cells.items()
            for column, value in row.items()
            if column != "total" and before.cells.get(name, {}).get(column, value) != value
        }
        if odd and not np.isclose(after.people, before.people):
            return f"other values changed: {sorted(odd)[:3]}"
        # A sub-total that lost its name counts twice, within what perturbed tables miss their totals by.
        if after.people > before.people * (1 + NOISE):
            return f"{after.people - before.people:,.0f} people appeared with a column"
    return None


def _touched(mutated: published.Mutated, before: Answer, after: Answer) -> str | None:
    """One row is damaged: every other unit is as it was, and a symbol is never 0."""
    if before.kind != "counts":
        return None
    here = {name for name in before.cells if name in mutated.row or name == mutated.cell}
    if mutated.row and not here:
        # The id is built of parts, or stands inside a longer one.
        here = {name for name in before.cells if any(name in cell for cell in mutated.row)}
    if mutated.may == "cut":
        here = set(before.cells) - set(list(after.cells)[:-1])
        if not here and len(after.cells) < len(before.cells):
            return "rows vanished"
    for name in before.cells.keys() - here:
        if name not in after.cells and mutated.row:
            return f"unit {name!r} vanished"
        for column, value in after.cells.get(name, {}).items():
            if (
                name in after.cells
                and before.cells[name].get(column, value) != value
                and not column.startswith(("low", "high"))
            ):
                return f"{name!r} {column!r}: {value!r} was {before.cells[name][column]!r}"
    if mutated.may == "touched" and mutated.cell in published.SYMBOLS:
        return next(_zeros(here, before, after), None)
    return None


def _zeros(here, before, after):
    for name in here & after.cells.keys():
        row = after.cells[name]
        for column, value in row.items():
            was = before.cells[name].get(column)
            hidden = row.get(f"low {column}") != row.get(f"high {column}")
            if (
                isinstance(was, float)
                and was > 0
                and value == 0
                and not hidden
                and not column.startswith(("low", "high"))
            ):
                yield f"{name!r} {column!r} became 0"


def tried(path, entry, times, tmp_path, mutations=published.MUTATIONS):
    """Damage a file in every way and say what should not have come of it."""
    before, sheet = sound(path, json.dumps(entry, sort_keys=True))
    said, outcomes = [], Counter()
    file = tmp_path / path.name
    for beside in path.parent.glob(f"{path.stem[:5]}*META*"):
        shutil.copy(beside, tmp_path)
    for beside in path.parent.glob(f"{path.stem[:5]}*DESC*"):
        shutil.copy(beside, tmp_path)
    for number, mutation in enumerate(mutations):
        for turn in range(times):
            rng = np.random.default_rng([number, turn])
            mutated = mutation(sheet, rng)
            file.write_bytes(mutated.content)
            try:
                data = read(entry, file)
            except PlacemixError:
                outcomes[mutation.__name__, "refused"] += 1
                if mutated.may == "same":
                    said.append(f"{mutation.__name__} {turn}: refused, though nothing is wrong")
                continue
            except Exception as error:  # noqa: BLE001 (this is what the test looks for)
                said.append(f"{mutation.__name__} {turn}: {type(error).__name__}: {str(error)[:200]}")
                continue
            outcomes[mutation.__name__, "read"] += 1
            if ORDERED.get(entry["format"]) == mutation.__name__:
                mutated = mutated._replace(may="any")
            wrong = judged(mutated, data, before, entry)
            if wrong:
                said.append(f"{mutation.__name__} {turn}: {wrong}")
    return said, outcomes


@pytest.mark.parametrize(("path", "entry"), CASES)
def test_damaged_files(path, entry, tmp_path):
    """One way each, so that every file is damaged and every way is met; the slow test takes all ways on all files."""
    turn = CASES_BY_NAME[path] % len(published.MUTATIONS)
    said, _ = tried(path, entry, 1, tmp_path, published.MUTATIONS[turn : turn + 1])
    assert not said, "\n" + "\n".join(said)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "entry"), CASES)
def test_many_damaged_files(path, entry, tmp_path):
    """At least 5,000 in all: every mutation on every sound file, and again on those that are quickly read."""
    said, outcomes = tried(path, entry, rounds(path), tmp_path)
    assert not said, "\n" + "\n".join(said)
    assert sum(outcomes.values()) == rounds(path) * len(published.MUTATIONS)
    assert {name for name, _ in outcomes} == {mutation.__name__ for mutation in published.MUTATIONS}


def test_there_are_five_thousand():
    assert len(CASES) >= len(published.MUTATIONS)
    assert sum(rounds(case.values[0]) for case in CASES) * len(published.MUTATIONS) >= 5_000
