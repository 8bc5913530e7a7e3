"""Which tests are tests of meaning: claims, identities, examples of the size of a hand, second implementations.

A number with many digits that somebody's program printed says that nothing has changed, not that
it is right. Such tests are useful, and left out here by a rule: a test that holds a number of three
digits or more with a decimal point, in its own lines, its parameters or a constant of its file that
it names, is none of meaning. Tolerances have fewer digits, and arithmetic that is written out, such
as 14 / 30, holds none.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

import pytest

#: Digits of a number from which on it is taken for one that was printed.
DIGITS = 3

HAND = "core/test_hand_checked_values.py"
MEASURING = "core/test_measuring.py"
CLAIMS = "test_claims.py"
BORDERS = "surroundings/test_boundary_measures.py"
CURVES = "verbs/test_curves.py"
LAND = "verbs/test_land_and_centres.py"
OCCUPATIONS = "core/test_occupations.py"
RANGED = "core/test_order_of_units.py"
VALUES = "core/test_values_of_people.py"
LOCAL = "verbs/test_local_spatial.py"
ORDERED = "core/test_ordered_groups.py"
WALKS = "surroundings/test_trajectories.py"

#: Files of tests that say what a module of `indices/` or of a named room means, those that tell soonest first.
TESTS: dict[str, tuple[str, ...]] = {
    "_areas": (WALKS, CLAIMS),
    "_parts": (HAND, MEASURING, CLAIMS),
    "_ranked": (RANGED, LAND, CLAIMS),
    "_rings": (WALKS,),
    "_sums": (CLAIMS,),
    "_thresholds": (ORDERED, CLAIMS),
    "_walks": (WALKS, CLAIMS),
    "boundaries": (BORDERS, CLAIMS),
    "centralisations": (RANGED, LAND, CLAIMS),
    "chance": (HAND, "inference/test_nulls.py", "inference/test_corrections.py"),
    "clustering": ("surroundings/test_clustering.py", CLAIMS),
    "concentrations": (RANGED, LAND, CLAIMS),
    "continuous/centiles": (VALUES,),
    "continuous/means": (VALUES,),
    "continuous/persons": (VALUES,),
    "continuous/profiles": (VALUES,),
    "corrections": ("inference/test_corrections.py",),
    "curves/dominating": (CURVES,),
    "curves/pairs": (CURVES,),
    "curves/points": (CURVES,),
    "curves/statuses": (CURVES, "core/test_adversary_catalogue.py"),
    "diversity": (HAND, OCCUPATIONS, CLAIMS),
    "evenness": (HAND, CLAIMS),
    "exposures": (HAND, MEASURING, CLAIMS),
    "heights": (RANGED, CURVES, CLAIMS),
    "information": (HAND, CLAIMS),
    "limits": (HAND, "outcomes/test_representation.py", "outcomes/test_adversary_disparity.py"),
    "margins": ("verbs/test_dates.py", "decompose/test_changes.py"),
    "neighbours": (LOCAL, CLAIMS),
    "occupations": (OCCUPATIONS, CLAIMS),
    "ordinal": (ORDERED, CLAIMS),
    "overlaps": (OCCUPATIONS, CLAIMS),
    "places": (HAND, "verbs/test_units.py", LOCAL, CLAIMS),
    "profiles": (HAND, "verbs/test_units.py", CLAIMS),
    "rank_order": (ORDERED, CLAIMS),
    "surfaces": (BORDERS, "surroundings/test_densities.py", CLAIMS),
    "targets": (OCCUPATIONS, CLAIMS),
    "trajectories": (WALKS, CLAIMS),
}
#: Those of a module that came later, until it is named above.
OTHERS = (HAND, CLAIMS)
#: Rows whose claims speak for what all kernels share.
SHARED = ("dissimilarity", "information_theory", "isolation", "local_information")


def digits(number: float) -> int:
    """Significant digits of a number as it is written shortest."""
    mantissa = repr(abs(number)).partition("e")[0].replace(".", "").strip("0")
    return len(mantissa)


def printed(node: ast.AST) -> bool:
    """Whether a piece of a program holds a number that looks printed."""
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, float) and digits(part.value) >= DIGITS
        for part in ast.walk(node)
    )


@cache
def of_numbers(path: Path) -> frozenset[str]:
    """Tests of a file that hold stored numbers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and printed(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and (printed(node) or any(isinstance(part, ast.Name) and part.id in constants for part in ast.walk(node)))
    )


def of_meaning(item: pytest.Item) -> bool:
    """Whether a test that was collected is one of meaning."""
    return getattr(item, "originalname", item.name) not in of_numbers(item.path)


def asked(items: Iterable[pytest.Item], files: Iterable[Path], rows: Collection[str]) -> list[pytest.Item]:
    """Tests of some files, and of claims those about some rows of the catalogue, in the order they are tried."""
    order = {path: place for place, path in enumerate(files)}
    chosen = [item for item in items if item.path in order and _about(item, rows)]
    return sorted(chosen, key=lambda item: (order[item.path], *_patience(item)))


def _about(item: pytest.Item, rows: Collection[str]) -> bool:
    if item.path.name != CLAIMS or not hasattr(item, "callspec"):
        return True
    about = item.callspec.params.get("row") or item.callspec.params.get("name")
    return about is None or getattr(about, "name", about) in rows


def _patience(item: pytest.Item) -> tuple[bool, bool]:
    # What hypothesis draws takes longest, and comes last.
    claims = item.path.name == CLAIMS
    return claims and hasattr(item, "callspec"), claims and "upheld" in item.name
