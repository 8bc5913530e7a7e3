"""Every value that other packages computed is compared, or there is a rule that says why not."""

from __future__ import annotations

import fnmatch
import json
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import drawn
import faulty
import land
import near
import numpy as np
import peers
import pytest
import ranked
import walks

import placemix as pm

pytestmark = [pytest.mark.data, pytest.mark.slow]

RULES = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
COMPARED = {"exact", "rounded", "rounded_twice", "thousandths", "hundredths", "converged", "searched", "chance"}
COMPARED |= {"centres"}


def fits(rule, library, measure, dataset="", parameters=""):
    libraries = rule["library"] if isinstance(rule["library"], list) else [rule["library"]]
    return (
        library in libraries
        and any(fnmatch.fnmatchcase(measure, pattern) for pattern in rule["measure"])
        and rule.get("dataset", dataset) == dataset
        and rule.get("parameters", "") in parameters
    )


def rule_of(library, measure, dataset, parameters):
    return next((rule for rule in RULES["rule"] if fits(rule, library, measure, dataset, parameters)), None)


@cache
def cases():
    """Rows with the rule that decides about them, one case a library, data set, measure and parameters."""
    keys = ["library", "dataset", "measure", "parameters"]
    found = peers.reference().groupby(keys, sort=True)
    return [(key, rule_of(key[0], key[2], key[1], key[3]), rows) for key, rows in found]


def chosen(*classes):
    return [
        pytest.param(rule, rows, id="-".join([key[0], key[1], key[2], short(key[3])]))
        for key, rule, rows in cases()
        if rule is not None and rule["class"] in classes
    ]


def adapter(rule):
    """The function that computes placemix's value for rows of a rule."""
    rooms = (peers, near, walks, land, ranked, drawn)
    return next(getattr(module, rule["ours"]) for module in rooms if hasattr(module, rule["ours"]))


def short(parameters):
    options = json.loads(parameters) if parameters else {}
    return (
        ",".join(f"{name}={str(value).split(' (')[0]}" for name, value in options.items() if name != "note") or "plain"
    )


def exception(row, value, reason, note):
    """The exception that a row falls under, by both values."""
    for item in RULES["exception"]:
        theirs = np.isnan(row.value) if item["theirs"] == "nan" else item["theirs"] in {"any", row.value}
        ours = (
            reason == item["our_reason"] if "our_reason" in item else item["our_note"] in note and not np.isnan(value)
        )
        if fits(item, row.library, row.measure) and theirs and ours:
            return item
    return None


def tolerance(rule, rows, spread=None):
    size = RULES["tolerance"][rule["class"]]
    if rule["class"] == "searched":
        return size * rows["value"].abs().to_numpy()
    if spread is not None:
        return size * spread + RULES["tolerance"]["exact"]  # all draws may give the same
    if rule["class"] != "chance":
        return np.full(len(rows), size)
    # Standard error of the mean over the draws: their spread, over the root of their number.
    every = peers.reference()
    spread = [
        every.loc[
            (every.library == row.library)
            & (every.dataset == row.dataset)
            & (every.region == row.region)
            & (every.groups == row.groups)
            & (every.parameters == row.parameters)
            & (every.measure == row.measure.replace(":est", ":se")),
            "value",
        ].item()
        for row in rows.itertuples()
    ]
    draws = json.loads(rows.iloc[0].parameters)["n_bootstrap"]
    return size * np.array(spread) / np.sqrt(draws)


@pytest.mark.parametrize(("rule", "rows"), chosen(*COMPARED))
def test_values_agree(rule, rows):
    ours = adapter(rule)(rows)
    allowed = tolerance(rule, rows, ours.spread)
    bad = []
    for at, row in enumerate(rows.itertuples()):
        value, reason, note = float(ours.values[at]), ours.reasons[at], ours.notes[at]
        if abs(value - row.value) <= allowed[at]:
            continue
        if np.isnan(value) and np.isnan(row.value) and reason:
            continue
        if exception(row, value, reason, note):
            continue
        bad.append(f"{row.region} {row.groups}: {row.library} {row.value!r}, placemix {value!r} {reason}")
    assert not bad, f"{len(bad)} of {len(rows)} rows disagree:\n" + "\n".join(bad)


@pytest.mark.parametrize(("rule", "rows"), chosen("refused"))
def test_refused_rows_raise_the_named_error(rule, rows):
    for _, row in rows.iterrows():
        with pytest.raises(getattr(pm.errors, rule["error"])):
            adapter(rule)(row.to_frame().T)


@pytest.mark.parametrize(("rule", "rows"), chosen("unsound"))
def test_unsound_rows_differ_from_what_is_right(rule, rows):
    assert rule["reason"]
    assert rule["right"]
    ours = adapter(rule)(rows).values
    assert np.isfinite(ours).all()
    assert (np.abs(ours - rows["value"].to_numpy()) > 1e-4).any()


@pytest.mark.parametrize(("rule", "rows"), [case for case in chosen("unsound", "chance") if "theirs" in case.values[0]])
def test_what_went_wrong_gives_their_values(rule, rows):
    assert rule["reason"]
    assert rule["right"]
    size = RULES["tolerance"]["rounded" if (rows["library"] == "OasisR").all() else "exact"]
    again = getattr(faulty, rule["theirs"])(rows)
    assert np.abs(again - rows["value"].to_numpy()) == pytest.approx(0, abs=size)


def test_every_row_has_a_rule(oracle_root):
    assert (oracle_root / "reference_values.parquet").is_file()
    missing = [f"{len(rows)} rows of {key[:3]}" for key, rule, rows in cases() if rule is None]
    assert not missing, "\n".join(missing)
    print()
    for name, count in tally().most_common():
        print(f"{count:7,} rows {name}")


def tally():
    """Rows of each class."""
    count = Counter()
    for _, rule, rows in cases():
        if rule is not None:
            count[rule["class"]] += len(rows)
    return count


def test_every_rule_is_used(oracle_root):
    used = {id(rule) for _, rule, _ in cases()}
    assert oracle_root.is_dir()
    assert [rule["measure"] for rule in RULES["rule"] if id(rule) not in used] == []


def test_absent_measures_say_so():
    for rule in RULES["rule"]:
        if rule["class"] == "absent":
            assert rule["reason"].startswith("measure not in this version")


def test_all_districts_that_occur_are_measured(oracle_root):
    districts = set(peers.table("ew2011")["lad"])
    rows = peers.reference()
    named = set(rows.loc[rows.dataset == "ew2011_oa", "region"]) & districts
    assert len(districts) == 348
    place = peers.Place("ew2011", "oa", tuple(peers.ETHNIC.values()), None)
    assert named <= set(peers.measured(place, "information_theory", None, "rest").index.get_level_values("region"))
    print(f"\n{len(named)} of {len(districts)} districts occur in the reference values")
    assert oracle_root.is_dir()
