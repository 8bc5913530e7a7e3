"""Print the peak memory of one call on top of its input, after a warm-up on a small table."""

from __future__ import annotations

import json
import sys

import calls
import numpy as np
import psutil
import tables
from peaks import Peak, release


def main() -> None:
    call = getattr(calls, sys.argv[1])
    counts = tables.counts()
    # Load and compile everything on a few districts, large enough for the compiled way.
    codes = counts.strata["lad"].cat.codes.to_numpy()
    few = counts.take(np.flatnonzero(codes < 40))
    tables.counts = lambda: few
    call()
    tables.counts = lambda: counts
    tables.areas.cache_clear()
    counts.hash  # noqa: B018 (kept with the counts)
    release()
    before = psutil.Process().memory_info().rss
    with Peak() as peak:
        result = call()
    kept = sum(frame.memory_usage(deep=False).sum() for frame in result)
    size = counts.values.nbytes + counts.total.nbytes
    if peak.highest - before < kept:
        raise SystemExit("the peak is below what was returned: freed memory was filled, and the figure says nothing")
    print(json.dumps({"peak": peak.highest - before, "counts": size, "kept": int(kept), "how": peak.how}))


main()
