"""What all tests share: how hard hypothesis tries, and where the published data lie."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

import placemix as pm
from placemix.cli import main, terminal

os.environ.setdefault("MPLBACKEND", "Agg")

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

settings.register_profile("quick", max_examples=15, deadline=None)
settings.register_profile("few", max_examples=8, deadline=None)
settings.register_profile("ci", max_examples=15, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "quick"))


def _folder(path: Path) -> Path:
    """Return the folder; where it is absent, fail in CI and skip elsewhere."""
    if path.is_dir():
        return path
    reason = f"PLACEMIX_DATA: there is no folder {path.name!r} of published data"
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder of published data: PLACEMIX_DATA, else `shared` beside the repository."""
    return _folder(Path(os.environ.get("PLACEMIX_DATA") or ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def oracle_root(data_root: Path) -> Path:
    """Values that other packages computed."""
    return _folder(data_root / "oracle")


@pytest.fixture(scope="session")
def gm(data_root: Path) -> Path:
    """Greater Manchester: census tables, schools, journeys."""
    return _folder(data_root / "data" / "greater_manchester")


@pytest.fixture(scope="session")
def gm_page(gm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Report on Greater Manchester, made once for all who look at it."""
    example = ROOT / "examples" / "greater_manchester" / "report.toml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLACEMIX_DATA", str(gm.parents[1]))
        return pm.report.from_config(example, out=tmp_path_factory.mktemp("gm") / "report.html")


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    # Workers of a parallel run have made the console before, for a terminal of 80.
    for console in (terminal.OUT, terminal.ERR):
        monkeypatch.setattr(console, "_width", 200)

    def _run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["placemix", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return _run
