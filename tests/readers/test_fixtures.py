"""Every reader against fixtures whose expectations were written without seeing it.

Each folder of `fixtures` has files as a publisher writes them and `expected.json`: what a right
reader gives. A format is compared as soon as it has a row in CALLS.
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.counts import group_text
from placemix.errors import PlacemixError, PlacemixWarning
from placemix.readers.outcomes.deprivation_headers import DOMAINS
from placemix.readers.united_states.community_survey import LINES as ACS_LINES
from placemix.readers.united_states.redistricting import LINES as P2_LINES

FOLDER = Path(__file__).parent / "fixtures"


def _entries():
    for file in sorted(FOLDER.glob("*/expected.json")):
        for row in json.loads(file.read_text(encoding="utf-8")):
            if "format" in row:
                yield file.parent.name, row


ENTRIES = list(_entries())


def _ids(entry):
    return f"{entry[0]}/{entry[1]['file']}"


# How each format's reader is called: the file's path and the expectation, which may hold arguments.
CALLS = {
    "acs": lambda path, row: pm.readers.acs(path, period=row.get("period")),
    "deprivation": lambda path, _: pm.readers.indices_of_deprivation(path),
    "fingertips": lambda path, row: pm.readers.fingertips(path, category_type=row.get("category_type")),
    "nces": lambda path, _: pm.readers.nces(path),
    "pl94": lambda path, _: pm.readers.pl94(path),
    "rates": lambda path, row: pm.readers.rates(path, mapping=row.get("mapping")),
}
# Compared in test_area_fixtures.py, and in the tests of their own readers.
ELSEWHERE = {"data_zones", "nomis", "ons_boundaries", "ons_lookup"}
ELSEWHERE |= {"brownfield", "gias", "gp_patients", "spc", "stop_search"}
# What a group of the fixture is called by the reader, where the names differ.
LABELS = {
    "acs": {f"B03002_{line:03}": group for line, group in ACS_LINES.items()},
    "pl94": {f"P2_{line:03}N": group for line, group in P2_LINES.items()},
}


def read(folder, row, **more):
    """Read a fixture; warnings of placemix are expected, any other is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacemixWarning)
        return CALLS[row["format"]](FOLDER / folder / row["file"], row | more)


def comparable(*, fails):
    return [
        pytest.param(*entry, id=_ids(entry))
        for entry in ENTRIES
        if entry[1]["format"] in CALLS and ("must_fail" in entry[1]) == fails
    ]


def test_every_format_with_a_reader_is_compared():
    formats = {row["format"] for _, row in ENTRIES}
    assert {name for name in formats if hasattr(pm.readers, name)} <= set(CALLS) | ELSEWHERE
    assert set(CALLS) <= formats


@pytest.mark.parametrize(("folder", "row"), comparable(fails=True))
def test_what_must_be_refused_is_refused_by_name(folder, row):
    with pytest.raises(PlacemixError) as caught:
        read(folder, row)
    message = str(caught.value)
    for name in row["must_fail"].get("missing", ()):
        assert repr(name) in message
    assert "Remedy:" in message
    for value in row["must_fail"].get("values", ()):
        for part in value if isinstance(value, list) else [value]:
            assert any(str(part) in unit for unit in caught.value.units) or str(part) in message


@pytest.mark.parametrize(("folder", "row"), comparable(fails=False))
def test_what_the_file_holds(folder, row):
    found = read(folder, row)
    about = found.about
    for key in ("geography", "vintage", "universe", "period"):
        if row.get(key) is not None:
            assert getattr(about, key) == row[key], key
    assert about.file
    assert len(about.sha256) == 64
    assert about.source
    assert about.licence
    if isinstance(found, pm.Counts):
        _counts(found, row)
    elif row["format"] == "deprivation":
        _deprivation(found, row)
    elif row["format"] == "fingertips":
        _fingertips(found, folder, row)
    else:
        _rates(found, row)


def _counts(counts, row):
    names = LABELS.get(row["format"], {})
    assert counts.units.tolist() == row["units"]
    groups = [names.get(name, name) for name in row["groups"]]
    assert [group_text(group) for group in counts.groups] == groups
    totals = row.get("totals", {})
    assert counts.totals[list(totals)].to_dict() == totals
    low, high = ((counts.values if ends is None else ends) for ends in (counts.low, counts.high))
    for unit, cells in row.get("values", {}).items():
        place = counts.units.get_loc(unit)
        for group, value in cells.items():
            column = counts.position(names.get(group, group))
            assert low[place, column] == high[place, column] == counts.values[place, column] == value, (unit, group)
    hidden = {
        (unit, names.get(group, group)): cell
        for unit, row_ in row.get("suppressed", {}).items()
        for group, cell in row_.items()
    }
    here = {(counts.units[i], group_text(counts.groups[j])) for i, j in zip(*np.nonzero(low != high), strict=True)}
    assert here <= set(hidden)
    for (unit, group), cell in hidden.items():
        place, column = counts.units.get_loc(unit), counts.position(group)
        left = counts.total[place] - np.delete(low[place], column).sum()
        # Where the total leaves nobody, the cell is known after all.
        assert ((unit, group) in here) == (left > 0)
        assert (low[place, column], high[place, column]) == (
            cell["low"],
            left if cell["high"] is None else cell["high"],
        )
    assert sorted(counts.left_out) == sorted(row.get("left_out", []))
    for unit, cells in row.get("moe", {}).items():
        errors = counts.error[counts.units.get_loc(unit)]
        for group, margin in cells.items():
            assert errors[counts.position(names.get(group, group))] == pytest.approx(margin / 1.645, rel=1e-12)
    for unit, cells in row.get("moe_missing", {}).items():
        for group in cells:
            assert math.isnan(counts.error[counts.units.get_loc(unit), counts.position(names.get(group, group))])


def _deprivation(rates, row):
    """Scores are rates, ranks and deciles columns, populations those that rates are shares of."""
    assert list(rates.table["unit"].unique()) == row["units"]
    begins = {start: name for name, starts in DOMAINS.items() for start in starts}
    for unit, cells in row["values"].items():
        for header, value in cells.items():
            lines = rates.table[rates.table["unit"] == unit].set_index("indicator")
            if header.startswith("Total population"):
                assert (lines["residents"] == value).all()
                continue
            kind = next(word for word in ("Score", "Rank", "Decile") if f" {word}" in header)
            name = begins[header.partition(f" {kind}")[0]]
            assert lines.loc[name, {"Score": "rate"}.get(kind, kind.lower())] == value
            if "(rate)" in header:
                line = lines.loc[name]
                assert line["measured_in"] == "share"
                assert line["numerator"] == pytest.approx(line["rate"] * line["denominator"], rel=1e-15)
    for word in ("rank", "decile"):
        with pytest.raises(pm.errors.RankOrDecileArithmetic, match="score or rate"):
            rates.condition(f"imd {word}")


def _line(table, **wanted):
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def _fingertips(rates, folder, row):
    table = rates.table
    assert set(table["indicator_id"]) == {row["indicator"]}
    assert (table["group"] == "all").all()
    for item in [*row.get("unit_rows", ()), *row.get("sex_rows", ())]:
        line = _line(table, unit=item["area"], period=item["period"], sex=item["sex"])
        names = {
            "value": "rate",
            "lower": "lower",
            "upper": "upper",
            "count": "numerator",
            "denominator": "denominator",
        }
        assert [line[name] for name in names.values()] == [item[key] for key in names]
    for category, groups in row.get("category_rows", {}).items():
        broken = read(folder, row, category_type=category).table
        assert set(broken["group"]) == {"all", *groups}
        for group, item in groups.items():
            line = _line(broken, unit=item["area"], period=item["period"], group=group)
            assert (line["rate"], line["numerator"], line["denominator"]) == (
                item["value"], item["count"], item["denominator"],
            )  # fmt: skip
    for area, periods in row.get("suppressed", {}).items():
        for period, note in periods.items():
            line = _line(table, unit=area, period=period)
            assert line["symbol"] == note
            assert line[["rate", "numerator", "numerator_low", "denominator"]].isna().all()
    for area, period, note in row.get("value_notes", ()):
        assert _line(table, unit=area, period=period)["note"] == note
    for area, period, _ in row.get("repeated", ()):
        _line(table, unit=area, period=period)


def _rates(rates, row):
    table = rates.table
    for indicator, item in row["indicators"].items():
        here = table[table["indicator"] == indicator]
        assert list(here["unit"].unique()) == item["areas"]
        assert list(here["group"].unique()) == item["groups"]
        for name, key in (("domain", "domain"), ("measured_in", "unit"), ("period", "period")):
            assert set(here[name]) == {item[key]}
    assert len(table) == len(row["values"])
    for item in row["values"]:
        line = _line(table, indicator=item["indicator"], unit=item["area"], period=item["period"], group=item["group"])
        for name in ("numerator", "denominator", "rate", "lower", "upper"):
            wanted = item.get(name)
            assert math.isnan(line[name]) if wanted is None else line[name] == wanted, (item, name)
        assert (None if pd.isna(line["symbol"]) else line["symbol"]) == item.get("suppressed")
