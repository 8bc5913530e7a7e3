"""Checks of what chance gives: each passes where the program is right."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

import placemix as pm
from faults.towns import COLUMN, GRID, TOYVILLE, counts_of, on_a_grid
from placemix import errors, surroundings
from placemix.inference import nulls

TWELVE = np.array(
    [[9, 11], [3, 17], [0, 25], [6, 14], [8, 7], [2, 20], [5, 5], [1, 30], [12, 8], [4, 4], [3, 9], [7, 6]]
)


def more_draws_make_no_smaller_error() -> None:
    """The standard error is that of the value, not that of a mean of draws."""
    options = {"focal": "x", "resample": "people", "cluster": 1}
    few, many = (
        pm.inference.intervals(counts_of(TWELVE), "isolation", **options, draws=draws)["sd"].item()
        for draws in (60, 960)
    )
    assert many > few / 2  # divided by the root of the draws it would be a quarter


def draws_differ() -> None:
    found = pm.inference.table(counts_of(TWELVE), "dissimilarity", focal="x", cluster=1, draws=30)
    assert found["sd"].item() > 1e-6  # more than rounding


def a_value_is_one_of_its_draws() -> None:
    """p = (r + 1) / (n + 1): two groups wholly apart are beyond all 99 draws, and p is one in a hundred."""
    apart = counts_of(np.array([[90, 0], [0, 80], [0, 70]]))
    found = pm.inference.table(apart, "dissimilarity", focal="x", draws=99, cluster=1, tail="above")
    assert found["p_value"].item() == pytest.approx(1 / 100)


def a_null_of_surroundings_has_surroundings() -> None:
    """Moving units about changes a measure of surroundings: halves of a town are beyond every draw."""
    town = counts_of(on_a_grid(np.where(COLUMN < 3, 90, 10)), shapes=shapely.points(1000 * GRID))
    near = surroundings.within(town, radius="1500 m")
    options = {"focal": "x", "around": near, "null": "permuted_units", "draws": 39, "tail": "above"}
    found = pm.inference.table(town, "information_theory", **options)
    assert found["sd"].item() > 1e-6
    assert found["expected"].item() < found["value"].item() / 2
    assert found["p_value"].item() == pytest.approx(1 / 40)


def a_null_needs_no_map() -> None:
    for null in ("evenness", "systematic"):
        found = pm.inference.table(counts_of(TWELVE), "dissimilarity", focal="x", null=null, cluster=1, draws=9)
        assert found["p_value"].notna().all()


def large_units_get_more_people() -> None:
    """People dealt to units at random fill them in proportion to their sizes."""
    town = np.array([[500.0, 500.0], [10.0, 10.0], [5.0, 15.0], [20.0, 5.0]])
    dealt = nulls.systematic(town, 1.0)(np.random.default_rng(1))
    assert dealt.sum(axis=0).tolist() == town.sum(axis=0).tolist()
    assert dealt[0].sum() > 5 * dealt[1:].sum()


def each_unit_is_left_out_once() -> None:
    """Isolation of Toyville without A, B, C and D is .2, .68, .6 and .68."""
    found = pm.inference.influence(counts_of(TOYVILLE), "isolation", focal="x").set_index("unit")["without"]
    np.testing.assert_allclose(found.sort_index(), [0.2, 0.68, 0.6, 0.68])


def units_of_a_map_are_not_drawn_apart_from_it() -> None:
    town = counts_of(TOYVILLE, shapes=shapely.points([[0, 0], [0, 900], [900, 0], [900, 900]]))
    near = surroundings.within(town, radius="1 km")
    with pytest.raises(errors.InvalidParameter):
        pm.inference.intervals(town, "isolation", focal="x", around=near, resample="units", draws=20)
