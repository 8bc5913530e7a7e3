"""Kernels that put units in order, by distance, area or height: units of length, ties, strata, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from placemix import errors, indices

TOWN = np.array([[80, 20], [20, 80], [0, 100], [20, 80]])
FAR, LAND = np.array([0.5, 1.5, 3, 6]), np.array([1.0, 1, 2, 4])


@pytest.mark.parametrize("unit", [1e-15, 1e15])
def test_no_value_depends_on_the_unit_of_length(unit):
    for far in (FAR, FAR[::-1], [3, 0, 3, 1]):
        value = indices.relative_centralisation(TOWN, distance=far)
        assert value == pytest.approx(indices.relative_centralisation(TOWN, distance=unit * np.array(far)), abs=1e-12)
    # Two of these units are at one place.
    around = [
        indices.local_relative_centralisation(TOWN, places=(scale * np.array([[0, 0], [0, 0], [3, 0], [0, 4]]), []),
                                              neighbours=2)
        for scale in (1, unit)
    ]  # fmt: skip
    np.testing.assert_allclose(*around, atol=1e-12)
    for kernel in (indices.delta, indices.absolute_concentration, indices.relative_concentration):
        assert kernel(TOWN, area=unit * LAND) == pytest.approx(kernel(TOWN, area=LAND), abs=1e-12)


def test_where_all_are_in_the_centre_nobody_is_more_central():
    assert indices.relative_centralisation(TOWN, distance=np.zeros(4)).item() == pytest.approx(0, abs=1e-12)


def test_a_unit_at_the_radius_is_in_the_centre():
    # 3 times 0.1 is 0.30000000000000004: what rounding adds keeps nobody out.
    found = indices.proportion_central(TOWN, distance=0.1 * np.array([1, 3, 4, 2]), radius=0.3)
    assert found == pytest.approx(1)


def test_people_that_are_as_many_but_for_rounding_fill_no_further_unit():
    # Six members, and six people in the smallest unit: least 1, most 4, own (3 + 2 + 8) / 6. In twentieths the
    # members sum to 0.30000000000000004 and the people to 0.3.
    people = np.array([[3, 3], [1, 6], [2, 4]])
    for size in (1, 20):
        value = indices.absolute_concentration(people / size, area=[1, 2, 4])
        assert value == pytest.approx(1 - (13 / 6 - 1) / 3)


def test_heights_of_strata_are_compared_as_if_alone():
    people = np.array([[1, 9], [4, 4], [9, 1], [3, 0], [5, 5], [2, 7], [6, 6], [0, 3]])
    heights, starts = np.array([2, 1, 2, 3, 3, 3, 1, 2]), np.array([0, 2, 3, 5])
    together = indices.somers(people, heights, starts=starts)
    blocks = zip(np.split(people, starts[1:]), np.split(heights, starts[1:]), strict=True)
    np.testing.assert_allclose(together, [indices.somers(*block).item() for block in blocks], atol=1e-12)
    assert together[0] == pytest.approx((1 * 4 - 4 * 9) / (5 * 13))
    assert np.isnan(together[1])  # one unit
    assert np.isnan(indices.somers(np.empty((0, 2)), [])).all()


@pytest.mark.parametrize("wrong", [[1, 2, 3], [[1, 2, 3, 4]], [1, 2, 3, -1], [1, 2, 3, np.nan], [1, 2, 3, np.inf]])
def test_what_puts_nothing_in_order_is_refused(wrong):
    with pytest.raises(errors.InvalidParameter, match="finite number of at least 0 for each of 4 units"):
        indices.relative_centralisation(TOWN, distance=wrong)
    with pytest.raises(errors.InvalidArea, match="finite number above 0 for each of 4 units"):
        indices.delta(TOWN, area=wrong)
    with pytest.raises(errors.InvalidArea, match="finite number above 0"):
        indices.absolute_concentration(TOWN, area=[1, 2, 3, 0])
    if wrong != [1, 2, 3, -1]:
        with pytest.raises(errors.InvalidParameter, match="one finite height"):
            indices.somers(TOWN, wrong)


@pytest.mark.parametrize("neighbours", [0, -1, 1.5, np.inf])
def test_neighbours_are_whole(neighbours):
    with pytest.raises(errors.InvalidParameter, match="whole number of at least 1"):
        indices.local_relative_centralisation(
            TOWN, places=(np.column_stack([FAR, 0 * FAR]), np.arange(4)), neighbours=neighbours
        )
