"""Recipes: each sound, none with an address that was made up, all faults of a wrong one together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from placemix.errors import InvalidConfig, InvalidParameter
from placemix.fetching.loading import FOLDER, READERS, known_recipes, load
from placemix.fetching.plans import offered, planned

SOUND = (FOLDER / "ethnicity-2021.toml").read_text(encoding="utf-8")
#: Hosts whose addresses were seen in public programs.
HOSTS = {
    "www.nomisweb.co.uk",
    "assets.publishing.service.gov.uk",
    "services1.arcgis.com",
    "ea-edubase-api-prod.azurewebsites.net",
}


def test_every_recipe_says_where_its_addresses_were_seen_and_that_none_was_tried() -> None:
    for recipe in known_recipes():
        assert recipe.sources or recipe.hint, recipe.id
        for source in recipe.sources:
            assert source.seen_in
            # No address could be tried where placemix was made; whoever tries one notes the day.
            assert source.tried is bool(source.tried_on)
            host = source.address.split("/")[2]
            assert host in HOSTS
            assert source.address.startswith("https://")


def test_every_table_of_the_issue_has_its_recipes() -> None:
    ids = {recipe.id for recipe in known_recipes()}
    assert ids == {
        "ethnicity-2011", "ethnicity-2021", "tenure-2011", "tenure-2021", "faith-2011", "faith-2021",
        "deprivation-2015", "deprivation-2019", "deprivation-2025", "schools-pupils", "schools-register",
        "boundaries-2011", "boundaries-2021", "lookup-lsoa-2011-2021", "nesting-2011", "nesting-2021",
    }  # fmt: skip
    assert {recipe.published_as for recipe in known_recipes()} >= {
        "KS201EW", "TS021", "KS402EW", "TS054", "KS209EW", "TS030",
    }  # fmt: skip
    assert {recipe.reader for recipe in known_recipes()} == set(READERS)


def test_no_two_recipes_keep_their_files_under_one_name() -> None:
    names = [name for recipe in known_recipes() for name in recipe.names("E08000004")]
    assert len(names) == len(set(names))


def test_no_name_of_one_recipe_is_found_by_the_pattern_of_another() -> None:
    for recipe in known_recipes():
        for other in known_recipes():
            if other is not recipe:
                fixed = [name for name in other.names("E08000004") if "*" not in name and "?" not in name]
                assert not [name for name in fixed if recipe.known_as(name, "E08000004")], (recipe.id, other.id)


def faults_of(tmp_path: Path, text: str, name: str = "ethnicity-2021") -> list[str]:
    file = tmp_path / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidConfig) as caught:
        load([file])
    return [str(fault) for fault in caught.value.faults]


def test_a_sound_recipe_is_read(tmp_path: Path) -> None:
    file = tmp_path / "ethnicity-2021.toml"
    file.write_text(SOUND, encoding="utf-8")
    assert load([file])[0] == next(recipe for recipe in known_recipes() if recipe.id == "ethnicity-2021")


def test_all_faults_of_a_recipe_come_together_with_their_lines(tmp_path: Path) -> None:
    text = SOUND.replace('title = "', 'titel = "').replace("megabytes = 6", "megabytes = 0")
    text = text.replace('reader = "nomis"', 'reader = "nomi"').replace(
        "https://www.nomisweb.co.uk/output", "file:///tmp"
    )
    told = faults_of(tmp_path, text)
    line = 1 + text.splitlines().index(next(row for row in text.splitlines() if row.startswith("titel")))
    assert any(f"Line {line}: there is no key 'titel'" in fault and "'title'" in fault for fault in told)
    assert any("lacks 'title'" in fault for fault in told)
    assert any("'megabytes' must be a number above 0" in fault for fault in told)
    assert any("no reader 'nomi'" in fault and "'nomis'" in fault for fault in told)
    assert any("'address' must be an http or https address" in fault for fault in told)
    assert len(told) == 5


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "ethnicity-2021"', 'id = "other"', "not the name of the file"),
        ('how = "zip member"', 'how = "torrent"', "must be one of"),
        ('member = "census2021-ts021-lsoa.csv"\n', "", "lacks 'member'"),
        ('member = "census2021-ts021-lsoa.csv"', 'member = "../a.csv"', "without a folder"),
        ('save_as = "census2021-ts021.zip"', 'save_as = "/etc/passwd"', "without a folder"),
        ('save_as = "census2021-ts021.zip"', 'save_as = "{home}.zip"', "leaves {home} open"),
        ("tried = false", "tried = true", "does not say when"),
        ("answers = [2021]", 'answers = ["2021"]', "list of years"),
        ("closed = true", 'closed = "yes"', "true or false"),
        ("closed = true", 'closed = true\nsha256 = "abc"', "64 hexadecimal digits"),
        ('by_hand = ["census2021-ts021.zip"', 'by_hand = ["a/b.zip"', "names of files"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SOUND
    assert any(words in fault for fault in faults_of(tmp_path, SOUND.replace(old, new, 1)))


def test_a_layer_must_fetch_what_its_header_asks(tmp_path: Path) -> None:
    text = (FOLDER / "lookup-lsoa-2011-2021.toml").read_text(encoding="utf-8")
    text = re.sub(r'fields = \["LSOA11CD", ', 'fields = ["F_LSOA11CD", ', text)
    assert any("does not fetch 'LSOA11CD'" in fault for fault in faults_of(tmp_path, text, "lookup-lsoa-2011-2021"))


def test_no_toml_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("id = a", encoding="utf-8")
    with pytest.raises(InvalidConfig, match="no TOML"):
        load([file])


def test_a_plan_holds_what_is_needed_and_says_what_is_not_there() -> None:
    plan = planned(["ethnicity", "deprivation", "schools"], [2011, 2021])
    assert plan.recipes[0].table == "lookup"
    assert {recipe.id for recipe in plan.recipes} == {
        "lookup-lsoa-2011-2021", "boundaries-2011", "boundaries-2021", "ethnicity-2011", "ethnicity-2021",
        "deprivation-2015", "deprivation-2019", "deprivation-2025", "schools-pupils", "schools-register",
    }  # fmt: skip
    assert plan.left_out == ("schools: no recipe for 2011; there is one for 2021.",)
    assert planned(["tenure"], ["2021"]).dates == (2021,)


def test_all_faults_of_a_request_come_together() -> None:
    with pytest.raises(InvalidParameter) as caught:
        planned(["ethnicty", "tenure", "tenure"], [2011, 2012, 2011])
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 4
    assert any("'ethnicity'" in fault for fault in told)
    assert any("2012" in fault for fault in told)
    with pytest.raises(InvalidParameter, match="nothing for schools"):
        planned(["schools"], [2011])
    with pytest.raises(InvalidParameter, match="No table"):
        planned([], [2011])


def test_what_is_offered() -> None:
    assert set(offered()) == {"ethnicity", "tenure", "faith", "deprivation", "schools", "nesting"}
