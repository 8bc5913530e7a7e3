"""Peak memory: of a call on top of what was there, and of a whole process."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

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


def measured(call: Callable[[], object], warm: Callable[[], object] | None = None) -> dict[str, float | str]:
    """Seconds and peak of one call, on top of what was there and of the whole process, in bytes."""
    if warm is not None:
        warm()
    release()
    before = psutil.Process().memory_info().rss
    start = time.perf_counter()
    with Peak() as peak:
        kept = call()
    taken = time.perf_counter() - start
    del kept
    return {"seconds": taken, "on_top": peak.highest - before, "whole": peak.highest, "how": peak.how}


def elsewhere(script: str, *arguments: str, seconds: float = 600) -> dict[str, float | str]:
    """Run a script in a process of its own, and read the JSON in the last line that it prints."""
    paths = [str(Path(tables.__file__).parent), str(tables.ROOT / "segregation"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, script, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=seconds)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])
