"""How kernels are changed, which tests are asked, and what they noticed the last time."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from faults import meaning, mutants, results, runner

TESTS = Path(__file__).resolve().parents[1]
KERNELS = runner.ROOT / runner.KERNELS
FUNCTION = '''
def f(x, starts):
    """Nothing of 1 + 2 here."""
    if x is None:
        raise ValueError("1 + 2")
    most = np.where(x > 0, x, np.nan)
    return ratio(total(most, starts), x.sum(axis=-1)) + 0.5
'''


def test_changes_of_a_function():
    found = {(one.kind, one.before, one.after) for one in mutants.mutants("m", FUNCTION)}
    assert {
        ("comparison", "x > 0", "(x >= 0)"),
        ("guard", "np.where(x > 0, x, np.nan)", "x"),
        ("option", "total(most, starts)", "total(most, None)"),
        ("axis", "x.sum(axis=-1)", "x.sum(axis=-2)"),
        ("constant", "0.5", "1.0"),
        ("term", "ratio(total(most, starts), x.sum(axis=-1)) + 0.5", "(ratio(total(most, starts), x.sum(axis=-1)))"),
    } <= found
    assert not any("1 + 2" in before for kind, before, _ in found if kind != "statement")
    guard = next(one for one in mutants.mutants("m", FUNCTION) if one.kind == "statement")
    assert "    if False:\n        raise ValueError" in guard.of(FUNCTION)
    assert guard.of(FUNCTION).replace("if False", "if x is None").replace("'", '"') == FUNCTION


@pytest.mark.parametrize("path", sorted(KERNELS.glob("*.py")), ids=lambda path: path.stem)
def test_changes_of_kernels_are_programs(path):
    text = path.read_text(encoding="utf-8")
    every = mutants.mutants(path.stem, text)
    if path.stem == "__init__":
        assert not every
        return
    chosen = mutants.sample(every, 6, seed=1)
    assert len({one.name for one in chosen}) == len(chosen) == 6
    assert chosen == mutants.sample(every, 6, seed=1) == mutants.sample(every, 8, seed=1)[:6]
    for one in chosen:
        changed = one.of(text)
        ast.parse(changed)
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text)), one.name


def test_a_printed_number_is_no_meaning(tmp_path):
    assert [meaning.digits(number) for number in (0.25, 5.01e-8, 1e-12, 0.5952381, 1e7, 14 / 2)] == [2, 3, 1, 7, 1, 1]
    path = tmp_path / "test_some.py"
    path.write_text(
        "PRINTED = {'d': 0.5952381}\n"
        "def test_by_hand():\n    assert close(14 / 30, 1e-12)\n"
        "def test_literal():\n    assert close(0.5952381)\n"
        "def test_constant():\n    assert close(PRINTED['d'])\n"
        "@pytest.mark.parametrize('value', [0.595])\ndef test_parameter(value):\n    assert close(value)\n",
        encoding="utf-8",
    )
    assert meaning.of_numbers(path) == {"test_literal", "test_constant", "test_parameter"}


@pytest.mark.slow
def test_files_of_meaning_exist():
    for module, files in meaning.TESTS.items():
        assert (runner.ROOT / runner.path_of(module)).exists()
        for name in files:
            tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
            tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert {one for one in tests if one.startswith("test_")} - meaning.of_numbers(TESTS / name), name


def test_what_came_of_it_is_kept(tmp_path):
    path = tmp_path / "results.toml"
    first = results.Results().with_(
        [results.Tried("a.f: x → y", "term", 3, ""), results.Tried("a.f: u → v", "axis", 2, "tests/t.py::t")],
        {"seed": 1}, {"a": "0"},
    )  # fmt: skip
    results.write(first, path)
    assert results.read(path) == first
    path.write_text(path.read_text(encoding="utf-8") + 'reason = "the same"\n', encoding="utf-8")
    again = results.read(path).with_([results.Tried("a.f: x → y", "term", 4, "")], {"seed": 1}, {"a": "0"})
    assert [(one.line, one.reason) for one in again.tried] == [(2, ""), (4, "the same")]
    assert again.with_([], {}, {"a": "2"}).tried == ()
    noticed = again.with_([results.Tried("a.f: x → y", "term", 4, "tests/t.py::t")], {}, {})
    assert [one.reason for one in noticed.tried] == ["", ""]


def test_nearly_all_changes_were_noticed_and_the_others_have_a_reason():
    known = results.read()
    unnoticed = [one for one in known.tried if not one.noticed_by]
    assert len(known.tried) >= 100
    assert len(unnoticed) <= 0.05 * len(known.tried)
    assert [one.name for one in unnoticed if not one.reason] == []
    assert {one.module for one in known.tried} == set(known.fingerprints)


def test_kernels_are_those_that_were_changed():
    known = results.read()
    paths = {module: runner.ROOT / runner.path_of(module) for module in known.fingerprints}
    assert all(path.is_file() for path in paths.values()), "a kernel of the study is gone"
    later = [name for name, path in paths.items() if results.fingerprint(path) != known.fingerprints[name]]
    if later:
        pytest.skip(f"{', '.join(later)} changed since `make faults` was run")
