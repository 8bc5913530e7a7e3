"""Census tables, boundaries and lookups against files whose right reading was written down without seeing the readers.

What an entry of `expected.json` states is compared; what a reader gives beyond it is not.
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from placemix import readers
from placemix.counts import Counts, group_text
from placemix.errors import PlacemixError, PlacemixWarning
from placemix.frames import Frame
from placemix.readers.headers import normalise

FIXTURES = Path(__file__).parent / "fixtures"
FORMATS = ("nomis", "data_zones", "ons_boundaries", "ons_lookup")
#: What an entry itself says that a caller must give.
GIVEN = ("sheet",)
TYPES = {"counts": Counts, "frame": Frame, "lookup": pd.DataFrame, "table": (Counts, Frame)}
#: Other words for the same kind of area.
SYNONYMS = {"ltla": "district", "lad": "district"}


def entries():
    for file in sorted(FIXTURES.glob("*/expected.json")):
        for entry in json.loads(file.read_text(encoding="utf-8")):
            if entry.get("format") in FORMATS:
                name = "-".join([file.parent.name, entry["file"], *(str(entry[key]) for key in GIVEN if key in entry)])
                yield pytest.param(file.parent / entry["file"], entry, id=name)


ENTRIES = list(entries())


def test_all_formats_have_fixtures():
    assert {param.values[1]["format"] for param in ENTRIES} == set(FORMATS)


@pytest.mark.parametrize(("path", "entry"), ENTRIES)
def test_a_file_is_read_as_written_down(path, entry):
    options = {key: entry[key] for key in GIVEN if key in entry}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("error")
        warnings.simplefilter("always", PlacemixWarning)
        try:
            found = getattr(readers, entry["format"])(path, **options)
        except PlacemixError as error:
            found = error
    if "must_fail" in entry:
        refused(found, entry)
        return
    if isinstance(found, PlacemixError):
        assert entry.get("may_refuse"), found
        return
    assert said or not entry.get("incomplete"), "a file that is one page of several is read with a warning"
    assert isinstance(found, TYPES[entry["kind"]])
    if isinstance(found, pd.DataFrame):
        lookup(found, entry)
        return
    stated(found.about, entry)
    if isinstance(found, Counts):
        counts(found, entry)
    else:
        frame(found, entry)


def refused(found, entry):
    """The right error, naming what is missing or at fault."""
    assert isinstance(found, PlacemixError), f"read, though it must be refused: {entry['must_fail']['why']}"
    assert any(fault.remedy for fault in found.faults)
    text = normalise(f"{found} {' '.join(found.units)}")
    for name in entry["must_fail"].get("missing", []):
        assert normalise(name) in text, f"{name!r} is missing and not named: {found}"


def stated(about, entry):
    for name in ("vintage", "universe", "period"):
        if name in entry:
            assert getattr(about, name) == entry[name], name
    assert plainly(about.geography) == plainly(entry["geography"])
    assert about.perturbed or not entry.get("perturbed")
    assert about.source
    assert about.licence
    assert len(about.sha256) == 64


def plainly(geography):
    text = str(geography).casefold()
    return SYNONYMS.get(text, text)


def same(group, wanted):
    """Whether a group is the one meant; entries may leave out what a category is a part of."""
    mine, theirs = normalise(group_text(group)), normalise(wanted)
    return mine == theirs or mine.endswith(f": {theirs}")


def column(groups, wanted):
    places = [place for place, group in enumerate(groups) if same(group, wanted)]
    exact = [place for place in places if normalise(group_text(groups[place])) == normalise(wanted)]
    assert len(exact or places) == 1, f"{wanted!r} is not one of {groups}"
    return (exact or places)[0]


def counts(found, entry):
    assert list(found.units) == entry["units"]
    assert set(entry.get("left_out", [])) == set(found.left_out)
    place = {unit: number for number, unit in enumerate(found.units)}
    for unit, total in entry.get("totals", {}).items():
        # Where perturbed parts add up to more than their total, their sum takes its place, with a warning.
        least = found.values[place[unit]].sum() if entry.get("total_minus_leaves", {}).get(unit, 0) < 0 else 0
        assert found.total[place[unit]] == max(total, least), unit
    if "cells" in entry:
        cells(found, entry, place)
        return
    assert [column(found.groups, name) for name in entry["groups"]] == list(range(len(found.groups)))
    for unit, row in entry["values"].items():
        for name, value in row.items():
            assert found.values[place[unit], column(found.groups, name)] == value, (unit, name)


def cells(found, entry, place):
    """A cross-table: each cell, and the margin of the one axis that the entry gives."""
    axes = [len(labels) for labels in entry["dimensions"].values()]
    assert len(found.groups) == math.prod(axes)
    seen = 0
    for unit, nested in entry["cells"].items():
        for path, value in leaves(nested):
            which = [
                number
                for number, group in enumerate(found.groups)
                if all(same(mine, theirs) for mine, theirs in zip(group, path, strict=True))
            ]
            assert len(which) == 1, path
            assert found.values[place[unit], which[0]] == value, (unit, path)
            seen += 1
    assert seen == len(found) * len(found.groups)
    for unit, row in entry["values"].items():
        for name, value in row.items():
            part = [any(same(mine, name) for mine in group) for group in found.groups]
            assert found.values[place[unit], part].sum() == value, (unit, name)


def leaves(nested, path=()):
    for name, value in nested.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def frame(found, entry):
    assert list(found.units) == entry["units"]
    place = {unit: number for number, unit in enumerate(found.units)}
    compared = 0
    for unit, row in entry["values"].items():
        for name in found.table.columns.intersection(list(row)):
            own, value = found.table[name].iloc[place[unit]], row[name]
            assert own == (pytest.approx(value) if isinstance(value, float) else value), (unit, name)
            compared += 1
    assert compared
    for unit, row in entry.get("suppressed", {}).items():
        for name in row:
            assert pd.isna(found.table[name].iloc[place[unit]]), (unit, name)
    if found.geometry is not None:
        shapes(found, entry, place)


def shapes(found, entry, place):
    assert found.geometry.crs.to_string() == entry["crs"]
    for unit, row in entry["values"].items():
        assert found.area_km2[place[unit]] * 1e6 == pytest.approx(row["area_m2"], rel=1e-3)
        assert found.geometry.iloc[place[unit]].geom_type == entry["geometry_types"][unit]
    if "area_total_m2" in entry:
        assert np.sum(found.area_km2) * 1e6 == pytest.approx(entry["area_total_m2"], rel=1e-3)


def lookup(found, entry):
    """A table of pairs of areas, and what it says of itself."""
    attrs = found.attrs
    source = entry.get("from", attrs["source"])
    assert attrs["source"] == source
    assert attrs["vintages"][source] == entry["vintage"]
    assert plainly(attrs["geographies"][source]) == plainly(entry["geography"])
    assert list(dict.fromkeys(found[source])) == entry["units"]
    for name, vintage in entry.get("targets", {}).items():
        assert attrs["vintages"][name] == vintage
    assert found[source].is_unique or not entry.get("one_to_one")
    for unit, row in entry.get("values", {}).items():
        for name, value in row.items():
            assert set(found.loc[found[source] == unit, name]) == {value}
    if "exact" in entry:
        assert (attrs["kind"] == "changes") == entry["exact"]
        assert attrs["vintages"][entry["to"]] == entry["to_vintage"]
    if "pairs" in entry:
        assert found[[source, entry["to"], attrs["change"]]].to_numpy().tolist() == entry["pairs"]
        assert found[attrs["change"]].value_counts().to_dict() == entry["change_counts"]
        assert set(found[entry["to"]]) == set(entry["targets_all"])
    for code in entry.get("never_a_target", []):
        assert code not in set(found[entry["to"]])
        assert any("best fit" in note for note in attrs["notes"])
