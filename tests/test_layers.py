"""Data flow one way: a module imports only from the layers above it.

The source is read, not run, so that a broken module cannot hide from the rule.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "segregation" / "placemix"

# In the order data flow; a module may import from those before it, or from its own folder.
LAYERS = (
    "errors",
    "_version",
    "_typing",
    "_compiled",
    "_files",
    "_toml",
    "_keys",
    "lengths",
    "indices",
    "registry",
    "estimating",
    "suppression",
    "about",
    "strata",
    "counts",
    "checks",
    "columns",
    "tables",
    "frames",
    "events",
    "rates",
    "crosswalks",
    "flows",
    "wording",
    "carried",
    "results",
    "datasets",
    "readers",
    "harmonise",
    "fetching",
    "described",
    "surroundings",
    "measuring",
    "units",
    "scales",
    "continuous",
    "patterns",
    "gaps",
    "curves",
    "inference",
    "decompose",
    "typology",
    "schools",
    "scenarios",
    "outcomes",
    "partitions",
    "packs",
    "report",
    "cli",
    "__main__",
)


class Import(NamedTuple):
    """One imported module and where the statement stands."""

    line: int
    level: int
    module: str
    names: tuple[str, ...]
    plain: bool
    in_function: bool
    only_typing: bool


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def imports(source: str) -> list[Import]:
    """List every import of a module, at the top, in functions and for type checkers."""
    found: list[Import] = []

    def visit(node: ast.AST, *, in_function: bool, only_typing: bool) -> None:
        where = {"in_function": in_function, "only_typing": only_typing}
        if isinstance(node, ast.Import):
            found.extend(Import(node.lineno, 0, name.name, (), plain=True, **where) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(name.name for name in node.names)
            found.append(Import(node.lineno, node.level, node.module or "", names, plain=False, **where))
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            for child in node.body:
                visit(child, in_function=in_function, only_typing=True)
            for child in node.orelse:
                visit(child, **where)
        else:
            inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            # Imports are statements, and no expression holds one.
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    continue
                visit(child, in_function=inside, only_typing=only_typing)

    visit(ast.parse(source), in_function=False, only_typing=False)
    return found


def heavy_packages(source: str) -> tuple[str, ...]:
    """Read the tuple HEAVY of `_typing.py` without running it."""
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "HEAVY" for target in targets):
            return tuple(ast.literal_eval(node.value))  # type: ignore[attr-defined]
    pytest.fail("placemix._typing has no tuple HEAVY")


def faults(path: str, source: str, heavy: tuple[str, ...]) -> list[str]:
    """Say what breaks the rules in one file; `path` is relative to the package's folder."""
    own = path.partition("/")[0].removesuffix(".py")
    is_root = path == "__init__.py"
    if not is_root and own not in LAYERS:
        return [f"{path}: {own} is no layer; name it in LAYERS where its data come from"]
    said: list[str] = []
    for found in imports(source):
        at = f"{path}:{found.line}"
        top = found.module.split(".")[0]
        if found.level:
            said.append(f"{at}: write the import absolutely, from placemix.…")
        elif top == "placemix":
            said.extend(_faults_inside(at, found, own, is_root=is_root))
        elif found.in_function and top not in heavy:
            said.append(f"{at}: {top} is not HEAVY: import it at the top")
        elif not found.in_function and not found.only_typing and top in heavy:
            said.append(f"{at}: {top} is HEAVY: import it in the function that needs it")
    return said


def _faults_inside(at: str, found: Import, own: str, *, is_root: bool) -> list[str]:
    """Check an import from placemix itself."""
    if is_root:
        fine = found.in_function or found.only_typing or found.module == "placemix._version"
        return [] if fine else [f"{at}: the package re-exports lazily, inside __getattr__"]
    said: list[str] = []
    if found.plain:
        said.append(f"{at}: write `from {found.module} import …`")
    if found.in_function:
        said.append(f"{at}: import placemix's own modules at the top")
    below = found.module.removeprefix("placemix").lstrip(".").partition(".")[0]
    # `from placemix import counts` imports the layers it names.
    for layer in [below] if below else found.names:
        if layer not in LAYERS:
            said.append(f"{at}: placemix.{layer} is no layer; import from the module that defines it")
        elif layer != own and LAYERS.index(layer) > LAYERS.index(own):
            said.append(f"{at}: {own} may not import from {layer}, which comes after it")
    return said


def test_every_module_imports_only_from_above():
    heavy = heavy_packages((SOURCE / "_typing.py").read_text(encoding="utf-8"))
    files = sorted(SOURCE.rglob("*.py"))
    assert files
    said = [
        fault
        for file in files
        for fault in faults(file.relative_to(SOURCE).as_posix(), file.read_text(encoding="utf-8"), heavy)
    ]
    assert not said, "\n" + "\n".join(said)


def test_layers_are_named_once():
    assert len(set(LAYERS)) == len(LAYERS)


HEAVY = ("numba", "scipy")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("counts.py", "from placemix.errors import InvalidCounts"),
        ("indices/evenness.py", "from placemix.indices._parts import total\nimport numpy as np"),
        ("_compiled.py", "def jit():\n    import numba"),
        ("indices/chance.py", "def expected():\n    from scipy.special import gammaln"),
        ("counts.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from scipy import sparse"),
        ("__init__.py", "def __getattr__(name):\n    from placemix.counts import Counts"),
        ("__init__.py", "from placemix._version import __version__"),
    ],
)
def test_what_is_allowed(path, source):
    assert faults(path, source, HEAVY) == []


@pytest.mark.parametrize(
    ("path", "source", "word"),
    [
        ("helpers.py", "", "no layer"),
        ("errors.py", "from placemix.counts import Counts", "comes after"),
        ("errors.py", "from placemix import counts", "comes after"),
        ("counts.py", "from placemix import Counts", "no layer"),
        ("counts.py", "import placemix.errors", "from placemix.errors import"),
        ("counts.py", "from .errors import InvalidCounts", "absolutely"),
        ("measuring.py", "def measure():\n    from placemix.counts import Counts", "at the top"),
        ("measuring.py", "def measure():\n    import json", "not HEAVY"),
        ("measuring.py", "class A:\n    import numba", "is HEAVY"),
        ("measuring.py", "try:\n    import numba\nexcept ImportError:\n    pass", "is HEAVY"),
        ("counts.py", "if TYPE_CHECKING:\n    from placemix.measuring import measure", "comes after"),
        ("__init__.py", "from placemix.counts import Counts", "lazily"),
    ],
)
def test_what_is_a_fault(path, source, word):
    said = faults(path, source, HEAVY)
    assert len(said) == 1
    assert word in said[0]
