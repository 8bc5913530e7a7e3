"""Time placemix against PySAL's segregation on the same data in one run.

    make bench                                     in an environment of its own, with the peer
    python benchmarks/run.py --only gini --full    one case; the peer's Gini loop in full
    python benchmarks/run.py --only space          everything with surroundings
    python benchmarks/run.py --only land           concentration and centralisation
    python benchmarks/run.py --only counts         every measure of counts alone, beside loops
    python benchmarks/run.py --only inference      draws by chance
    python benchmarks/run.py --only typology       types of places
    python benchmarks/run.py --only schools        places for pupils, neighbours, catchments, what a council plans by
    python benchmarks/run.py --only scenarios      what a plan changes, sites of services
    python benchmarks/run.py --only outcomes       places joined with outcomes, gaps, pay, printed tables
    python benchmarks/run.py --only ordered        ordered groups, and values of people

Prints a table and writes results/latest.json and RESULTS.md beside this file.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "segregation")]
#: Cases by what one asks for.
PARTS = {
    **{name: [name] for name in ("evenness", "gini", "memory", "cold", "single", "harmonise", "inference", "typology")},
    "counts": ["counts_only"],
    "schools": ["schools", "catchments", "school_plans"],
    "scenarios": ["scenarios", "siting", "choosing", "checking"],
    "outcomes": ["joining", "outcomes"],
    "ordered": ["ordered"],
    "space": ["space", "people", "profiles", "rasters"],
    "land": ["land"],
}


def main() -> None:
    """Run the cases and write what they found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="never estimate the peer from a sample")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="CASE", help=", ".join(PARTS))
    parser.add_argument("--no-peer", action="store_true", help="time placemix alone")
    chosen = parser.parse_args()
    import calls
    import tables

    peer = None
    if not chosen.no_peer:
        try:
            peer = calls.Peer()
        except ImportError as problem:
            print(f"PySAL's segregation is not installed ({problem}); timing placemix alone. `make bench` installs it.")
    lines = []
    for name in (part for asked in chosen.only for part in PARTS[asked]):
        print(f"{name} …", flush=True)
        for line in importlib.import_module(f"cases.{name}").case(full=chosen.full, peer=peer):
            lines.append(line)
            print("  " + " | ".join(cells(line)), flush=True)
    about = setting(tables.source(), peer=peer is not None)
    write(lines, about, whole=chosen.only == list(PARTS))


def setting(source: str, *, peer: bool) -> dict[str, str]:
    """The machine, in general terms, and the versions."""
    others = [name for name in ("equipop", "matching", "tobler") if importlib.util.find_spec(name)]
    names = ["placemix", "numpy", "numba", "pandas", *(["segregation", *others] if peer else [])]
    versions = {}
    for name in names:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = importlib.import_module(name).__version__
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors{load}",
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "data": source,
    }


def cells(line) -> list[str]:
    """A line as texts."""
    number = f"{line.ours:,.0f}" if line.unit == "packages" else f"{line.ours:.3g}"
    target = line.target and f"{line.target}: {'met' if line.holds else 'missed'}"
    theirs = "" if line.theirs is None else f"{line.theirs:.3g} s"
    ratio = "" if line.ratio is None else f"{line.ratio:.{0 if line.ratio >= 10 else 1}f} ×"
    return [line.case, line.what, f"{number} {line.unit}", theirs, ratio, target, line.note]


def write(lines, about: dict[str, str], *, whole: bool) -> None:
    """Store the results; a run of some cases replaces those alone."""
    path = HERE / "results" / "latest.json"
    path.parent.mkdir(exist_ok=True)
    new = [line.to_dict() for line in lines]
    kept = []
    if not whole and path.is_file():
        done = {line["case"] for line in new}
        kept = [line for line in json.loads(path.read_text("utf-8"))["lines"] if line["case"] not in done]
    stored = [{name: None if value != value else value for name, value in line.items()} for line in kept + new]  # noqa: PLR0124
    path.write_text(json.dumps({"about": about, "lines": stored}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    from timing import Line

    known = [Line(**{name: value for name, value in line.items() if name != "ratio"}) for line in stored]
    for line in known:
        line.ours = float("nan") if line.ours is None else line.ours
    head = ["case", "what", "placemix", "peer", "ratio", "target", "note"]
    rows = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *map(cells, known)]]
    text = [
        "# Benchmark results",
        "",
        "Written by `make bench`. The peer is PySAL's `segregation`, warmed, called as its README calls it, in a loop",
        "over districts and groups as its users write it, unless another is named. Seconds are medians of at least",
        "three runs, unless a line says how many.",
        "",
        *(f"- {name}: {value}" for name, value in about.items()),
        "",
        *rows,
        "",
    ]
    (HERE / "RESULTS.md").write_text("\n".join(text), "utf-8")
    print(f"\nwritten: {path.relative_to(HERE.parent)} and benchmarks/RESULTS.md")


if __name__ == "__main__":
    main()
