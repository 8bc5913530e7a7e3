"""As users feel it: a fresh process, imports and compilation included, no compiled code on disk."""

from __future__ import annotations

import importlib.metadata
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import calls
import tables
from timing import Line, at_most

NAME = "cold start"
REPEATS = 3
PLACEMIX = "import sys; from placemix.cli import main; sys.argv[0] = 'placemix'; main()"


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time commands in fresh processes, each with an empty folder for compiled code."""
    del full, peer
    lines = [fresh("import placemix", ["-c", "import placemix"])]
    readme = re.search(r"## Ten lines.*?```python\n(.*?)```", (tables.ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    if readme:
        lines.append(at_most(fresh("README example", ["-c", readme.group(1)]), 10))
    lines.append(
        fresh("first figure (examples/picture.py)", [str(tables.ROOT / "examples" / "picture.py"), "{out}.png"])
    )
    lines.append(fresh("placemix explain", ["-c", PLACEMIX, "explain", "dissimilarity"]))
    lines.append(fresh("placemix demo", ["-c", PLACEMIX, "demo", "--out", "{out}.html"]))
    config = tables.ROOT / "examples" / "greater_manchester" / "report.toml"
    if config.is_file() and (tables.DATA / "data" / "greater_manchester").is_dir():
        report = ["-c", PLACEMIX, "report", "--config", str(config), "--out", "{out}.html"]
        lines.append(at_most(fresh("Greater Manchester report", report), 20))
    lines.append(Line(NAME, "packages of a plain install", len(installed()), unit="packages", note="without extras"))
    return lines


def fresh(what: str, arguments: list[str]) -> Line:
    """Median seconds of a command in a fresh process."""
    taken, problem = [], ""
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            source = tables.ROOT / "segregation"
            environment = {
                **os.environ,
                "NUMBA_CACHE_DIR": folder,
                "MPLBACKEND": "Agg",
                "PLACEMIX_DATA": str(tables.DATA),
            }
            environment["PYTHONPATH"] = os.pathsep.join([str(source), os.environ.get("PYTHONPATH", "")])
            filled = [text.replace("{out}", str(Path(folder) / "out")) for text in arguments]
            start = time.perf_counter()
            found = subprocess.run(
                [sys.executable, *filled], env=environment, cwd=folder, capture_output=True, text=True, check=False
            )
            taken.append(time.perf_counter() - start)
            if found.returncode:
                problem = f"failed: {(found.stderr or found.stdout).strip().splitlines()[-1][:120]}"
    line = Line(NAME, what, statistics.median(taken), note=problem)
    if problem:
        line.ours = float("nan")
    return line


def installed() -> set[str]:
    """Packages that a plain install brings, followed through what the installed ones ask for."""
    from packaging.requirements import Requirement

    project = tomllib.loads((tables.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    found = {"placemix"}
    while waiting:
        asked = waiting.pop()
        name = re.sub(r"[-_.]+", "-", asked.name).lower()
        wanted = [{"extra": extra} for extra in (asked.extras or {""})]
        if asked.marker and not any(asked.marker.evaluate(extra) for extra in [{"extra": ""}]):
            continue
        if name in found and not asked.extras:
            continue
        found.add(name)
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for text in needs:
            need = Requirement(text)
            if need.marker is None or any(need.marker.evaluate(extra) for extra in wanted):
                need.marker = None
                waiting.append(need)
    return found
