"""Run the code that the pages show, and compare or rewrite the output they print.

A block fenced as ``python`` is run with the other such blocks of its page, in order, in one
fresh interpreter where warnings are errors; a block fenced as ``text`` right after it is its
output. In a block fenced as ``console`` each line that starts with ``$ placemix`` is run there
too, and the lines after it are what it prints. Blocks with another fence are left alone.

    python docs/blocks.py --write        put the real output into every page
    python docs/blocks.py                name the pages that differ
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(
    r"^```(?P<kind>python|console)\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)
ENVIRONMENT = {"PYTHONPATH": str(ROOT / "segregation"), "MPLBACKEND": "Agg", "COLUMNS": "110", "NO_COLOR": "1"}
RUNNER = """
import contextlib, io, json, shlex, sys
page = {"__name__": "__main__"}
outputs = []
for number, (kind, code) in enumerate(json.load(sys.stdin), 1):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        if kind == "python":
            exec(compile(code, f"block {number}", "exec"), page)
        else:
            from placemix.cli import main
            for line in (line for line in code.splitlines() if line.startswith("$ placemix")):
                print(line)
                sys.argv = shlex.split(line)[1:]
                with contextlib.redirect_stderr(text), contextlib.suppress(SystemExit):
                    main()
    outputs.append(text.getvalue())
json.dump(outputs, sys.stdout)
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
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", RUNNER],
            input=json.dumps([(block["kind"], block["code"]) for block in blocks]),
            cwd=folder,
            env=os.environ | ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    outputs: list[str] = json.loads(done.stdout)
    return outputs


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
