"""Hidden values: the interval of a result holds every result that the operands allow, to the last digit."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import InvalidParameter, SuppressedValue

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False)
OPERATIONS = (operator.add, operator.sub, operator.mul, operator.truediv)


@st.composite
def hidden(draw, numbers=NUMBERS):
    """An interval, and a value inside it."""
    # Adding 0 leaves one zero only: between 0.0 and -0.0 there is no number.
    low, high = sorted((draw(numbers) + 0.0, draw(numbers) + 0.0))
    value = draw(st.one_of(st.just(low), st.just(high), st.floats(low, high)))
    return pm.Suppressed(low, high), value


def _result(operation, one, other, divisor):
    if operation is operator.truediv:
        low, high = (divisor.low, divisor.high) if isinstance(divisor, pm.Suppressed) else (divisor, divisor)
        assume(not low <= 0 <= high)
        # Quotients beyond the largest number are no results.
        assume(min(abs(low), abs(high)) > 1e-290)
    return operation(one, other)


@pytest.mark.parametrize("operation", OPERATIONS)
@given(hidden(), hidden())
def test_the_interval_holds_every_result_of_two_hidden_values(operation, one, other):
    (left, x), (right, y) = one, other
    out = _result(operation, left, right, right)
    assert out.low <= operation(x, y) <= out.high


@pytest.mark.parametrize("operation", OPERATIONS)
@given(hidden(), NUMBERS)
def test_the_interval_holds_every_result_with_a_known_value(operation, one, y):
    left, x = one
    out = _result(operation, left, y, y)
    assert out.low <= operation(x, y) <= out.high
    turned = _result(operation, y, left, left)
    assert turned.low <= operation(y, x) <= turned.high


@given(st.lists(hidden(st.floats(0, 1e6)), min_size=1, max_size=6))
def test_a_sum_holds_the_sum_of_the_values(cells):
    out = sum(cell for cell, _ in cells)
    assert out.low <= sum(value for _, value in cells) <= out.high


@given(hidden(), hidden(), hidden())
def test_results_of_results_hold_too(one, two, three):
    (a, x), (b, y), (c, z) = one, two, three
    out = (a + b) * c - a
    assert out.low <= (x + y) * z - x <= out.high


@given(hidden(), hidden())
def test_a_comparison_that_is_answered_is_true_of_every_value(one, other):
    (left, x), (right, y) = one, other
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        try:
            answer = compare(left, right)
        except SuppressedValue:
            continue
        assert answer == compare(x, y)


@given(NUMBERS, NUMBERS)
def test_an_interval_of_one_point_is_that_number(x, y):
    point = pm.Suppressed(x, x)
    assert float(point) == x
    assert point == x
    assert (point < y) == (x < y)
    assert float(point * y) == pytest.approx(x * y, abs=0)


def test_the_ends_are_reached():
    out = pm.Suppressed(1, 4) * pm.Suppressed(-2, 3)
    assert (out.low, out.high) == (-8, 12)
    out = 12 / pm.Suppressed(2, 4)
    assert (out.low, out.high) == (3, 6)


def test_an_open_end_stays_open():
    unknown = pm.Suppressed(0, math.inf)
    assert (unknown * 0).high == 0
    assert (unknown + 1).low == 1
    assert (unknown - unknown).low == -math.inf
    assert ((unknown + 1) / (unknown + 1)).high == math.inf


@pytest.mark.parametrize("number", [np.float64(3), np.int64(3), 3, 3.0])
def test_numpy_numbers_are_numbers(number):
    cell = pm.Suppressed(1, 4)
    for out in (number * cell, cell * number):
        assert isinstance(out, pm.Suppressed)
        assert (out.low, out.high) == (3, 12)
    assert (number - cell).low == -1
    assert (number / cell).high == 3
    assert number < cell + 3


@pytest.mark.parametrize(
    "question",
    [
        lambda cell: cell < 3,
        lambda cell: cell >= 3,
        lambda cell: cell == 3,
        lambda cell: cell == pm.Suppressed(1, 4),
        float,
        lambda cell: bool(cell - 2),
        lambda cell: 1 / (cell - 2),
        lambda cell: cell / 0,
    ],
)
def test_what_the_interval_leaves_open_is_refused_with_a_remedy(question):
    with pytest.raises(SuppressedValue, match=r"Remedy: .*fill"):
        question(pm.Suppressed(1, 4, symbol="c"))


def test_what_it_settles_is_answered():
    cell = pm.Suppressed(1, 4)
    assert cell
    assert cell != 0
    assert cell == cell  # noqa: PLR0124
    assert cell != "c"
    assert cell < 5
    assert hash(cell) == hash(cell)


@pytest.mark.parametrize(("how", "value"), [("low", 1), ("high", 4), ("middle", 2.5)])
def test_filling_is_a_choice(how, value):
    assert pm.Suppressed(1, 4).fill(how) == value
    with pytest.raises(InvalidParameter, match="'low', 'high' or 'middle'"):
        pm.Suppressed(1, 4).fill("zero")


@pytest.mark.parametrize("ends", [(4, 1), (math.nan, 1), (0, math.nan)])
def test_an_interval_goes_up(ends):
    with pytest.raises(InvalidParameter, match="low to its high end"):
        pm.Suppressed(*ends)
