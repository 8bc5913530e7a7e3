"""The folder is only a source root: it neither shadows PySAL's package nor ships anything else."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "segregation"
NEEDED_TO_BUILD = ("pyproject.toml", "README.md", "LICENSE")


def test_the_source_root_is_no_package():
    assert not (SOURCE / "__init__.py").exists()
    assert sorted(path.name for path in SOURCE.iterdir() if path.name != "__pycache__") == ["placemix"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Names in a wheel built from a copy, so that nothing is left in the repository."""
    pytest.importorskip("hatchling")
    copy = tmp_path_factory.mktemp("source")
    for name in NEEDED_TO_BUILD:
        shutil.copy(ROOT / name, copy)
    shutil.copytree(SOURCE, copy / "segregation", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    (built,) = (copy / "dist").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_holds_only_placemix(wheel):
    import placemix

    folders = {name.split("/")[0] for name in wheel}
    assert folders == {"placemix", f"placemix-{placemix.__version__}.dist-info"}


def test_the_wheel_holds_every_file_of_the_package(wheel):
    files = {
        path.relative_to(SOURCE).as_posix()
        for path in (SOURCE / "placemix").rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".nbi", ".nbc"}
    }
    assert "placemix/py.typed" in files
    assert files == {name for name in wheel if name.startswith("placemix/")}


def _has_pysal() -> bool:
    try:
        return importlib.util.find_spec("segregation.singlegroup") is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not _has_pysal(), reason="PySAL's segregation is not installed (make peer)")
def test_pysal_keeps_its_name_in_scripts_run_from_the_repository():
    code = (
        "import sys; sys.path.insert(0, ''); import segregation, segregation.singlegroup; "
        "print(segregation.__file__); print(segregation.singlegroup.Dissim)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    file = Path(done.stdout.splitlines()[0])
    assert file.name == "__init__.py"
    assert SOURCE not in file.parents
    assert "Dissim" in done.stdout.splitlines()[1]


NAME_CLASHES = """
import importlib, pkgutil, types

def clashes(package):
    found = list(pkgutil.iter_modules(package.__path__))
    for module in found:
        public = getattr(package, module.name, None)
        if public is not None and not isinstance(public, types.ModuleType):
            print(f"{package.__name__}.{module.name}")
    for module in found:
        if module.ispkg:
            clashes(importlib.import_module(f"{package.__name__}.{module.name}"))

clashes(importlib.import_module(NAME))
"""


def _name_clashes(name, folder):
    """Modules whose name is also that of something else in their package, seen in a fresh interpreter.

    In a used one the module may already have replaced the function.
    """
    done = subprocess.run(
        [sys.executable, "-c", NAME_CLASHES.replace("NAME", repr(name))],
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_no_module_bears_the_name_of_a_public_function():
    assert _name_clashes("placemix", SOURCE) == []


def test_a_clash_of_names_is_found(tmp_path):
    for folder in ("eager", "eager/part"):
        (tmp_path / folder).mkdir()
    (tmp_path / "eager/part/__init__.py").write_text("from eager.part.contrast import contrast")
    (tmp_path / "eager/part/contrast.py").write_text("def contrast(): ...")
    (tmp_path / "eager/__init__.py").write_text(
        "import importlib\n"
        "def __getattr__(name):\n"
        "    if name == 'measure':\n"
        "        return importlib.import_module('eager.measure').measure\n"
        "    raise AttributeError(name)\n"
    )
    (tmp_path / "eager/measure.py").write_text("def measure(): ...")
    assert _name_clashes("eager", tmp_path) == ["eager.measure", "eager.part.contrast"]


def test_the_citation_file_has_the_version():
    import placemix

    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {placemix.__version__}" in lines
