"""Changes kernels one by one, in a copy of the repository, and asks tests of meaning whether they notice.

    make faults                            the seeded sample, into results.toml
    make faults FAULTS="--only limits"     one module; those of other rooms as curves/points
    make faults FAULTS="--survivors"       only the changes that nobody noticed the last time

Why not a tool that exists: mutmut 3 leaves functions with decorators alone, so that nothing compiled
would be changed; cosmic-ray changes no axis, term or guard, starts an interpreter for every change,
and runs one command for all of them. Here each change is made in a fork of an interpreter that has
loaded everything and collected all tests, and only those that touch its module run.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import types
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from faults import results
from faults.meaning import OTHERS, SHARED, TESTS, asked, of_meaning
from faults.mutants import Mutant, mutants, sample

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("segregation") / "placemix"
#: Where kernels are, and rooms whose verbs compute by themselves.
KERNELS, ROOMS = PACKAGE / "indices", ("continuous", "curves")
#: Seconds of a processor after which a change that loops is given up; no right selection of tests takes a third.
PATIENCE = 120
#: Compiled loops, whose changes take long to try.
COMPILED = frozenset({"_areas", "_rings", "_sums", "_walks"})
#: Kernels that call what a module holds, where it holds no row itself.
HOMES = {
    "_areas": ("trajectories",), "_ranked": ("centralisations", "concentrations"),
    "_thresholds": ("ordinal", "rank_order"), "_walks": ("trajectories",),
}  # fmt: skip
#: What is loaded once, before the first fork.
LOADED = (
    "numpy", "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse.csgraph", "geopandas", "shapely", "numba", "esda",
    "libpysal.graph", "hypothesis.strategies", "placemix.cli", "placemix.indices", "placemix.registry",
    "placemix.inference", "placemix.decompose", "placemix.surroundings", "placemix.datasets", "placemix.continuous",
    "placemix.curves",
)  # fmt: skip


def path_of(module: str) -> Path:
    """Where a module is: of `indices/`, or of the room before its name."""
    return (PACKAGE if "/" in module else KERNELS) / f"{module}.py"


def copied(folder: Path, commit: str) -> Path:
    """A copy of what tests need, as it stands or as it was at a commit."""
    names = ["segregation", "tests", "pyproject.toml"]
    if commit:
        kept = folder / "commit.tar"
        subprocess.run(["git", "archive", "-o", str(kept), commit, *names], cwd=ROOT, check=True)
        with tarfile.open(kept) as archive:
            archive.extractall(folder, filter="data")
        for path in sorted((folder / names[0]).rglob("*.py")):
            here = ROOT / path.relative_to(folder)
            # Code that was compiled before need not be compiled again.
            if here.exists() and here.read_bytes() == path.read_bytes():
                shutil.copystat(here, path)
                for kept in here.parent.glob(f"__pycache__/{path.stem}.*"):
                    (path.parent / "__pycache__").mkdir(exist_ok=True)
                    shutil.copy2(kept, path.parent / "__pycache__")
        return folder
    for name in names[:2]:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".hypothesis", ".pytest_cache"))
    shutil.copy2(ROOT / names[2], folder)
    return folder


def loaded(folder: Path) -> None:
    """Load everything from the copy, once for all forks."""
    # The same tables each time, and none made smaller: that a test fails is enough.
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("faults", max_examples=15, deadline=None, derandomize=True, phases=phases)
    os.environ["HYPOTHESIS_PROFILE"] = "faults"
    os.environ.setdefault("MPLBACKEND", "Agg")
    sys.path[:0] = [str(folder / "segregation"), str(folder / "tests")]
    for name in LOADED:
        importlib.import_module(name)
    if not Path(importlib.import_module("placemix").__file__ or "").is_relative_to(folder):
        message = "The tests would look at another placemix than the copy."
        raise RuntimeError(message)


def rows_of(mutant: Mutant) -> list[str]:
    """Rows of the catalogue whose claims speak of the changed function."""
    from placemix.registry import MEASURES

    if mutant.module == "_parts":
        return list(SHARED)
    homes = HOMES.get(mutant.module, (mutant.module,))
    here = [row for row in MEASURES.values() if row.function.__module__.rpartition(".")[2] in homes]
    own = [row.name for row in here if row.function.__name__ == mutant.function.partition(".")[0]]
    return own or [row.name for row in here]


def changed(module: str) -> None:
    """Load a module of kernels anew, also for whoever holds its functions already."""
    loaded = importlib.import_module(".".join(path_of(module).with_suffix("").parts[1:]))
    held = {name: value for name, value in vars(loaded).items() if isinstance(value, types.FunctionType)}
    importlib.reload(loaded)
    for name, function in held.items():
        fresh = vars(loaded).get(name)
        if isinstance(fresh, types.FunctionType) and not function.__closure__ and not fresh.__closure__:
            function.__code__ = fresh.__code__
            function.__defaults__, function.__kwdefaults__ = fresh.__defaults__, fresh.__kwdefaults__


class Trials:
    """Part of pytest that runs tests once for every change, each time in a fork of what was collected once."""

    def __init__(self, folder: Path, todo: list[Mutant], done: Callable[[Mutant, str, float], None]) -> None:
        self.folder, self.todo, self.done = folder, todo, done
        self.noticed: list[str] = []
        self.broken = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if of_meaning(item)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.noticed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        now, noticing = int(time.time()), set()
        for number, mutant in enumerate(self.todo):
            path = self.folder / path_of(mutant.module)
            text, before = path.read_text(encoding="utf-8"), path.stat()
            path.write_text(mutant.of(text), encoding="utf-8")
            # Caches of compiled code go by size and second.
            os.utime(path, (now + number, now + number))
            files = [self.folder / "tests" / name for name in TESTS.get(mutant.module, OTHERS)]
            try:
                by, seconds = self.forked(asked(session.items, files, rows_of(mutant)), mutant.module)
            finally:
                path.write_text(text, encoding="utf-8")
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            noticing.add(by)
            self.done(mutant, by, seconds)
        self.broken, _ = self.forked([item for item in session.items if item.nodeid in noticing], "")
        return True

    def forked(self, items: list[pytest.Item], module: str) -> tuple[str, float]:
        """Name of the first test that fails, or nothing, and the seconds taken."""
        said = self.folder / "said.txt"
        said.unlink(missing_ok=True)
        process = multiprocessing.get_context("fork").Process(target=self.run, args=(items, module, said))
        begun = time.monotonic()
        process.start()
        process.join()
        if process.exitcode == -signal.SIGXCPU:
            return "timeout", time.monotonic() - begun
        words = said.read_text(encoding="utf-8") if said.exists() else f"the interpreter ended with {process.exitcode}"
        return words, time.monotonic() - begun

    def run(self, items: list[pytest.Item], module: str, said: Path) -> None:
        """Run tests in this process until one fails."""
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE + 5))
        output = os.open(said.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        try:
            if module:
                changed(module)
        except Exception as error:  # noqa: BLE001 - a module that cannot be loaded has been noticed
            said.write_text(f"import: {error!r}", encoding="utf-8")
            return
        for item, after in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.noticed:
                break
        said.write_text(self.noticed[0] if self.noticed else "", encoding="utf-8")


def chosen(folder: Path, each: int, seed: int, only: list[str]) -> list[Mutant]:
    """The sample: so many changes of every module, and half as many where each has to be compiled."""
    names = [path.stem for path in (folder / KERNELS).glob("*.py")]
    names += [f"{room}/{path.stem}" for room in ROOMS for path in (folder / PACKAGE / room).glob("*.py")]
    out = []
    for name in sorted(names, key=lambda name: (name in COMPILED, name)):
        every = mutants(name, (folder / path_of(name)).read_text(encoding="utf-8"))
        if every and (not only or name in only):
            out += sample(every, each // 2 if name in COMPILED else each, seed)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=8, help="changes of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], metavar="MODULE")
    parser.add_argument("--again", action="store_true", help="also those that were tried on the same text before")
    parser.add_argument("--survivors", action="store_true", help="only those that nobody noticed the last time")
    parser.add_argument("--commit", default="", help="change the kernels of a commit, not those that lie there")
    options = parser.parse_args()
    known = results.read()
    with tempfile.TemporaryDirectory(prefix="placemix-faults-") as name:
        folder = copied(Path(name), options.commit)
        loaded(folder)
        todo = chosen(folder, options.each, options.seed, options.only)
        texts = {one.module: results.fingerprint(folder / path_of(one.module)) for one in todo}
        same = {name for name, text in texts.items() if known.fingerprints.get(name) == text}
        if not (options.again or options.survivors):
            done = {one.name for one in known.tried if one.module in same}
            todo = [mutant for mutant in todo if mutant.name not in done]
        if options.survivors:
            unnoticed = {one.name for one in known.tried if not one.noticed_by}
            todo = [mutant for mutant in todo if mutant.name in unnoticed]
        packages = {name: version(name) for name in ("numpy", "scipy", "numba", "hypothesis", "pytest")}
        made = {"seed": options.seed, "each": options.each, "python": platform.python_version(), **packages}
        found: list[results.Tried] = []

        def done(mutant: Mutant, by: str, seconds: float) -> None:
            found.append(results.Tried(mutant.name, mutant.kind, mutant.line, by))
            results.write(known.with_(found, made, texts))
            print(f"{len(found)}/{len(todo)} {seconds:4.0f} s  {mutant.name}\n      {by or 'NOBODY'}", flush=True)

        trials = Trials(folder, todo, done)
        os.chdir(folder)
        files = sorted({name for one in todo for name in TESTS.get(one.module, OTHERS)})
        # Assertions of plugins that are loaded already are not those that count.
        words = ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-m", "not slow and not data and not browser"]
        status = pytest.main(
            ["-q", "-s", "-p", "no:cacheprovider", *words, *(f"tests/{name}" for name in files)], [trials]
        )
        os.chdir(ROOT)
    if len(found) < len(todo):
        message = f"pytest ended with {int(status)} after {len(found)} of {len(todo)} changes."
        raise SystemExit(message)
    if trials.broken:
        message = f"{trials.broken} fails without any change, so that it notices nothing."
        raise SystemExit(message)


if __name__ == "__main__":
    main()
