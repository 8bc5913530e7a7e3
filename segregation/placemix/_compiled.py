"""Guarded compilation: serial, without the interpreter's lock, cached where a folder is writable."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import Any


def jit(function: Callable[..., Any], *, relaxed: Collection[str] = ()) -> Callable[..., Any]:
    """Compile a function with numba when it is first called, and keep the machine code on disk.

    Importing numba takes longer than most calculations of a small city, hence the
    delay. Numba refuses a cached function where neither the package's folder nor the
    home cache can be written (containers, system installs); there it is compiled anew
    in each process. Compiled code is serial, because parallel numba aborts under forks
    and threads, and calls no compiled function of another file, whose changes numba's
    cache would not notice.

    Parameters
    ----------
    function
        What is compiled.
    relaxed
        Rules of floating point that the compiler need not keep, as LLVM calls them: ``"contract"``
        rounds a product and a sum once, ``"reassoc"`` adds in an order of its own, which is the
        same in every run. Default: all are kept.
    """

    @functools.lru_cache(maxsize=1)
    def compiled() -> Callable[..., Any]:
        import numba

        options: dict[str, Any] = {"nopython": True, "nogil": True, "error_model": "numpy"}
        if relaxed:
            options["fastmath"] = set(relaxed)
        try:
            return numba.jit(cache=True, **options)(function)
        except RuntimeError:  # "cannot cache function: no locator available"
            return numba.jit(**options)(function)

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:  # noqa: ANN401
        return compiled()(*arguments)

    return call
