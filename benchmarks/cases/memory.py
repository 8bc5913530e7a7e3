"""Peak memory on top of the input, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import calls
import tables
from timing import Line

NAME = "memory"
PROBE = Path(__file__).resolve().parents[1] / "memory_probe.py"


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Ask the probe for each call."""
    del full, peer
    lines = []
    for call in ("evenness_and_exposure", "gini"):
        environment = {**os.environ, "PYTHONPATH": str(tables.ROOT / "segregation")}
        command = [sys.executable, str(PROBE), call]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if found.returncode:
            raise SystemExit(found.stderr)
        probe = json.loads(found.stdout.splitlines()[-1])
        line = Line(
            NAME, f"{call.replace('_', ' ')}: peak on top of the counts", probe["peak"] / probe["counts"],
            unit="× the counts", note=f"{probe['peak'] / 1e6:.1f} MB over counts of {probe['counts'] / 1e6:.1f} MB, "
            f"of which {probe['kept'] / 1e6:.1f} MB are the frames returned; measured by {probe['how']}",
        )  # fmt: skip
        line.target, line.holds = "≤ 1.5 × the counts", line.ours <= 1.5
        lines.append(line)
    return lines
