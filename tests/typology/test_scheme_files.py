"""Schemes are data: what may stand in a file, and every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidScheme, UnknownScheme, UnreadableFile
from placemix.typology.rules.reading import from_text

GOOD = """\
id = "mine"
title = "A scheme of my own"
reference = true
[[type]]
id = "most"
label = "75 % or more {reference}"
when = ["reference >= 75% of everyone"]
[[type]]
id = "half"
label = "50 to under 75 % {reference}"
when = ["reference >= 1/2 of everyone"]
[[type]]
id = "rest"
label = "under 50 % {reference}"
"""


def _counts(*rows: tuple[int, int], groups: tuple[str, str] = ("host", "other")) -> pm.Counts:
    table = pd.DataFrame(rows, columns=list(groups))
    table["id"] = [f"u{place}" for place in range(len(rows))]
    return pm.from_wide(table, groups=list(groups), unit="id")


def test_a_file_of_the_callers_is_read_and_used(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, encoding="utf-8")
    found = pm.typology.classify(_counts((3, 1), (1, 1), (0, 1)), scheme=file, reference="host")
    assert found["type"].tolist() == ["most", "half", "rest"]
    assert found["label"].tolist()[0] == "75 % or more host"
    assert found["status"].unique().tolist() == ["own"]
    # A path as text, and the scheme itself, are the same.
    again = pm.typology.classify(_counts((3, 1)), scheme=str(file), reference="host")
    assert again["type"].tolist() == ["most"]
    scheme = pm.typology.load_scheme(file)
    assert scheme.order == ("most", "half", "rest")
    assert pm.typology.classify(_counts((3, 1)), scheme=scheme, reference="host")["type"].tolist() == ["most"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (GOOD.replace("title =", "titel ="), 2, "no key 'titel'"),
        (GOOD.replace("reference = true", "reference = 'yes'"), 3, "'reference' must be true or false"),
        (GOOD.replace("reference >= 75% of", "refrence >= 75% of"), 7, "no quantity 'refrence'"),
        (GOOD.replace('"reference >= 75% of everyone"', '"mostly reference"'), 7, "is no condition"),
        (GOOD.replace("75% of everyone", "75%"), 7, "is no condition"),
        (GOOD.replace(">= 75% of everyone", ">= 0.75"), 7, "does not say of whom"),
        (GOOD.replace("75% of everyone", "175% of everyone"), 7, "no share is above 100 %"),
        (GOOD.replace("75% of everyone", "{least} of everyone"), 7, "no parameter 'least'"),
        (GOOD.replace("reference >= 75% of everyone", "scaled entropy >= 2 times everyone"), 7, "a number alone"),
        (GOOD.replace("reference >= 75% of everyone", "present groups >= 2"), 7, "needs a section [present]"),
        (GOOD.replace("reference >= 75%", "reference >= 25%"), 8, "thresholds are out of order"),
        (GOOD.replace("75% of everyone", '75% of everyone", "reference < 50% of everyone'), 7, "excludes"),
        (GOOD.replace('id = "half"', 'id = "most"'), 9, "stands there twice"),
        (GOOD.replace('when = ["reference >= 1/2 of everyone"]\n', ""), 8, "has no conditions"),
        (GOOD + 'when = ["reference > 1% of everyone"]\n', 12, "the last type takes every place"),
        (GOOD.replace("reference = true", 'reference = true\nresidual = "ignore"'), 4, "residual is one of"),
        (GOOD.replace("reference = true", 'reference = true\norder = ["most", "half"]'), 4, "order must list"),
        (GOOD.replace("reference = true", 'reference = true\ncites = ["nobody_1999"]'), 4, "no citation 'nobody_1999'"),
        (GOOD.replace("reference = true\n", ""), 6, "speaks of a reference group"),
        (GOOD.replace('label = "under', 'each = true\nlabel = "under'), 14, "each = true needs names"),
        (GOOD.replace('label = "under', 'names = "biggest group"\nlabel = "under'), 14, "cannot be named by"),
        (GOOD.replace("reference = true", "reference = true\nparameters.x.says = 'a'"), 4, "no condition uses"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(InvalidScheme, match=r"mine\.toml") as raised:
        from_text(text, file="mine.toml")
    message = str(raised.value)
    assert says in message, message
    assert f"ine {line}: " in message, message


def test_all_faults_are_listed_together() -> None:
    text = GOOD.replace("75% of", "175% of").replace("reference >= 1/2", "minorites >= 1/2").replace('"rest"', '"most"')
    with pytest.raises(InvalidScheme) as raised:
        from_text(text, file="mine.toml")
    assert len(raised.value.faults) == 3
    assert "Did you mean 'minorities'" in str(raised.value)


def test_what_is_no_file_or_no_scheme(tmp_path: Path) -> None:
    with pytest.raises(UnknownScheme, match="Did you mean 'PJF2001'"):
        pm.typology.load_scheme("PJF2002")
    (tmp_path / "types.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableFile, match="no UTF-8"):
        pm.typology.load_scheme(tmp_path / "types.toml")
    with pytest.raises(UnreadableFile, match=r"Did you mean 'types\.toml'"):
        pm.typology.load_scheme(tmp_path / "type.toml")
    with pytest.raises(InvalidScheme, match="is no TOML"):
        from_text("id = ", file="mine.toml")


def test_the_schemes_of_the_package_say_how_far_they_were_checked() -> None:
    listed = pm.typology.schemes().set_index("scheme")
    assert listed.loc["PJF2007-reconstructed", "status"] == "reconstructed"
    for name in ("PJF2001", "PJF2007-reconstructed", "HWE2012", "Hall2015"):
        assert listed.loc[name, "unverified"], name
    assert listed.loc["HWE2012", "groups"] == 6
    found = pm.typology.classify(_counts((3, 1)), scheme="PJF2001", reference="host")
    assert "UNVERIFIED" in found["note"].iloc[0]
    for name in listed.index:
        words = " ".join(f"{one.label} {one.original}" for one in pm.typology.load_scheme(name).types)
        assert "ghetto" not in words.casefold()
