"""Values of a call over many draws: streams of their own, bounded memory, digits that depend on nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter

#: Numbers (draws x units x columns) that are held at once, about 200 MB with what the kernels make of them.
CHUNK = 4_000_000

#: Numbers that one thread holds at once where draws are evaluated apart: they fit into a processor's cache.
_FEW = 250_000

#: Told how many draws are done, and of how many.
Progress: TypeAlias = Callable[[int, int], None] | None


def stream(seed: int, draw: int) -> np.random.Generator:
    """Return the random numbers of one draw, which no other draw shares.

    Examples
    --------
    >>> stream(1, 0).integers(100) == stream(1, 0).integers(100)
    np.True_
    """
    return np.random.Generator(np.random.Philox(key=seed, counter=draw << 64))


def checked(draws: int, seed: int, *, least: int = 0) -> None:
    """Refuse a number of draws or a seed that is none.

    Raises
    ------
    InvalidParameter
        One of them is no whole number, negative, or too small.
    """
    for name, value, low in (("draws", draws, least), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
            message = f"{name} is a whole number of at least {low}, not {value!r}."
            raise InvalidParameter(message, remedy="999 draws are usual; any seed will do, and is printed.")


def known_level(level: float) -> None:
    """Refuse a level that is none.

    Raises
    ------
    InvalidParameter
        It does not lie between 0 and 1.
    """
    if isinstance(level, bool) or not isinstance(level, int | float | np.floating) or not 0 < level < 1:
        message = f"level is between 0 and 1, not {level!r}."
        raise InvalidParameter(message, remedy="0.95 is usual.")


def over(
    draw: Callable[[np.random.Generator], FloatArray],
    value: Callable[[FloatArray], FloatArray],
    *,
    draws: int,
    seed: int,
    cells: int,
    apart: bool = False,
    progress: Progress = None,
) -> FloatArray:
    """Draw and evaluate, some draws at a time.

    Parameters
    ----------
    draw
        Makes one version of a table from random numbers.
    value
        Takes versions, shape (some draws, …), and gives their values, shape (some draws, …).
    draws, seed
        How many, and where their random numbers begin.
    cells
        Numbers in a version.
    apart
        Whether each thread evaluates the draws it makes, a few at a time. Otherwise as many as memory holds are
        evaluated at once, which suits values that cost less together and use threads themselves.
    progress
        Called with the draws done and all of them.

    Returns
    -------
    values
        Shape (draws, …). Draw d depends on the seed and on d alone.
    """
    many = max(1, min(draws, (min(_FEW, CHUNK) if apart else CHUNK) // max(cells, 1)))
    found: list[FloatArray] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:

        def one(number: int) -> FloatArray:
            return draw(stream(seed, number))

        def evaluated(numbers: range) -> FloatArray:
            return value(np.stack([one(number) for number in numbers] if apart else list(pool.map(one, numbers))))

        runs = list(_runs(draws, many))
        try:
            for numbers, values in zip(runs, (pool.map if apart else map)(evaluated, runs), strict=True):
                found.append(values)
                if progress is not None:
                    progress(numbers.stop, draws)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return np.concatenate(found)


def _runs(draws: int, many: int) -> Iterator[range]:
    for first in range(0, draws, many):
        yield range(first, min(first + many, draws))
