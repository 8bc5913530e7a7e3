"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from placemix._files import write_whole


def test_a_file_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "new" / "page.html"
    for content in (b"first", b"second"):
        assert write_whole(target, content) == target
        assert target.read_bytes() == content
    assert [file.name for file in target.parent.iterdir()] == ["page.html"]


def test_a_failure_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "page.html"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
