"""Run the code that the pages show, and compare or rewrite the output they print.

A block fenced as ``python`` is run with the other such blocks of its page, in order, in one
fresh interpreter where warnings are errors; a block fenced as ``text`` right after it is its
output. In a block fenced as ``console`` each line that starts with ``$ placemix`` is run there
too, and the lines after it are what it prints. Blocks with another fence are left alone.

    python docs/blocks.py --write        put the real output into every page
    python docs/blocks.py                name the pages that differ
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(
    r"^```(?P<kind>python|console)\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)
ENVIRONMENT = {"PYTHONPATH": str(ROOT / "segregation"), "MPLBACKEND": "Agg", "COLUMNS": "110", "NO_COLOR": "1"}
#: Loaded before the first page, besides placemix: a page may need any, and each takes long to import.
HEAVY = (
    "placemix.cli",
    "pandas",
    "geopandas",
    "pyogrio",
    "scipy.sparse",
    "scipy.spatial",
    "numba",
    "matplotlib.pyplot",
)
#: An interpreter that has imported these and runs each script in a fork of itself: as fresh as a new one,
#: without its imports. Thread pools do not survive a fork, so none may be started before it.
STARTER = """
import contextlib, functools, importlib, io, json, os, runpy, shlex, signal, sys, traceback, warnings

def page(blocks):
    names, outputs = {"__name__": "__main__"}, []
    for number, (kind, code) in enumerate(blocks, 1):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            if kind == "python":
                exec(compile(code, f"block {number}", "exec"), names)
            else:
                from placemix.cli import main
                for line in (line for line in code.splitlines() if line.startswith("$ placemix")):
                    print(line)
                    sys.argv = shlex.split(line)[1:]
                    with contextlib.redirect_stderr(text), contextlib.suppress(SystemExit):
                        main()
        outputs.append(text.getvalue())
    return outputs

def run(order):
    os.chdir(order["folder"])
    said, printed, outputs, done = io.StringIO(), io.StringIO(), [], False
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(printed):
        try:
            if "script" in order:
                sys.argv = [order["script"]]
                sys.path.insert(0, os.path.dirname(order["script"]))
                runpy.run_path(order["script"], run_name="__main__")
            else:
                outputs = page(order["blocks"])
            done = True
        except BaseException:
            traceback.print_exc()
    return {"done": done, "outputs": outputs, "printed": printed.getvalue(), "said": said.getvalue()}

import placemix
for name in placemix.__all__:
    getattr(placemix, name)
for name in json.loads(sys.argv[1]):
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
# Most pages begin with the town, and every fork has a copy of its own.
placemix.datasets.town = functools.cache(placemix.datasets.town)
homes = placemix.datasets.town().residents("before")
near = placemix.surroundings.within(homes, radius=300)
placemix.measure(homes, "information_theory", around=near)  # reads the compiled code
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
for line in sys.stdin:
    order = json.loads(line)
    ends = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # numpy's idle threads, from Python 3.12 on
        child = os.fork()
    if not child:
        signal.alarm(300)
        with os.fdopen(ends[1], "w", encoding="utf-8") as answer:
            json.dump(run(order), answer)
        os._exit(0)
    os.close(ends[1])
    with os.fdopen(ends[0], encoding="utf-8") as answer:
        text = answer.read()
    os.waitpid(child, 0)
    ended = {"done": False, "outputs": [], "printed": "", "said": "it was stopped, or took over five minutes"}
    print(text or json.dumps(ended), file=answers, flush=True)
answers.close()
"""


def pages() -> list[Path]:
    """Return the pages whose code is run: the README and every page written by hand."""
    others = {"datasets.md", "report.md", "status.md"}
    return [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.name not in others)]


def filled(text: str) -> str:
    """Return a page with the real output of its blocks."""
    blocks = list(FENCE.finditer(text))
    parts, end = [], 0
    for block, output in zip(blocks, _outputs(blocks), strict=True):
        parts.append(text[end : block.start()])
        end = block.end()
        lines = "\n".join(line.rstrip() for line in output.rstrip().splitlines())
        if block["kind"] == "console":
            parts.append(f"```console\n{lines}\n```\n")
        else:
            shown = f"\n```text\n{lines}\n```\n" if lines else ""
            parts.append(f"```python\n{block['code']}```\n{shown}")
    return "".join([*parts, text[end:]])


def _outputs(blocks: list[re.Match[str]]) -> list[str]:
    if not blocks:
        return []
    with tempfile.TemporaryDirectory() as folder:
        answer = run(folder=folder, blocks=[(block["kind"], block["code"]) for block in blocks])
    if not answer["done"]:
        raise RuntimeError(answer["said"])
    outputs: list[str] = answer["outputs"]
    return outputs


@functools.cache
def _starter() -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", STARTER, json.dumps(HEAVY)],
        env=os.environ | ENVIRONMENT | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(_ended, started)
    return started


def _ended(started: subprocess.Popen[str]) -> None:
    started.communicate()


def run(**order: object) -> dict[str, Any]:
    """Run a script or the blocks of a page in an interpreter of its own, in a folder, and give what it said."""
    started = _starter()
    assert started.stdin is not None
    assert started.stdout is not None
    print(json.dumps(order), file=started.stdin, flush=True)
    answer: dict[str, Any] = json.loads(started.stdout.readline())
    return answer


def main() -> int:
    """Compare every page with its real output, or rewrite it."""
    write = "--write" in sys.argv
    wanted = [Path(name).resolve() for name in sys.argv[1:] if not name.startswith("-")] or pages()
    differ = []
    for page in wanted:
        text = page.read_text(encoding="utf-8")
        real = filled(text)
        if real != text:
            differ.append(page)
            if write:
                page.write_text(real, encoding="utf-8")
    for page in differ:
        print(f"{'rewritten' if write else 'differs'}: {page.relative_to(ROOT)}")
    return 0 if write else len(differ)


if __name__ == "__main__":
    sys.exit(main())
