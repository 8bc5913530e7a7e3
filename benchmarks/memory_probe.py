"""Print the peak memory of one call on top of its input, after a warm-up on a small table."""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from pathlib import Path

import calls
import numpy as np
import psutil
import tables


class Peak:
    """Highest resident memory of this process since entering: the kernel's figure, else by sampling."""

    def __enter__(self):
        self.process = psutil.Process()
        self.how, self.highest, self.running = "sampling each millisecond", 0, True
        try:
            Path("/proc/self/clear_refs").write_text("5")
            self.how = "the kernel"
        except OSError:
            self.thread = threading.Thread(target=self.sample, daemon=True)
            self.thread.start()
        return self

    def sample(self) -> None:
        while self.running:
            self.highest = max(self.highest, self.process.memory_info().rss)
            time.sleep(0.001)

    def __exit__(self, *problem: object) -> None:
        self.running = False
        if self.how == "the kernel":
            status = Path("/proc/self/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
            self.highest = int(line.split()[1]) * 1024


def release() -> None:
    """Give freed memory back to the system, or what follows would fill it unseen."""
    import ctypes
    import ctypes.util

    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    library = ctypes.CDLL(ctypes.util.find_library("c"))
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


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
