"""Classifications against a list of them that was written without seeing ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from placemix import errors, harmonise
from placemix.harmonise.groups.links import links_between

LISTED = json.loads(
    (Path(__file__).resolve().parents[1] / "readers" / "fixtures" / "scheme_labels" / "labels.json").read_text(
        encoding="utf-8"
    )
)
OURS = {
    "census_1991": "eth10_1991",
    "census_2001": "eth16_2001",
    "census_2011": "eth18_2011",
    "census_2021": "eth19_2021",
    "broad_2001": "eth5_2001",
    "broad_2011": "eth5_2011",
    "broad_2021": "eth5_2021",
    "comparable_1991_2001": "eth8_1991_2001",
    "dfe_codes": "dfe18",
    "dfe_spc_long": "dfe18",
    "nhs_2001": "nhs_a_z",
    "police_sde_16_1": "police_sde16",
    "police_sde_18_1": "police_sde18",
    "police_uk_self_defined": "police_sde18",
    "police_officer_ic": "police_officer",
    "police_uk_officer_defined": "police_officer5",
    "us_p2": "us_p2",
}
#: Lists of the same groups in another order than that of the publisher's main table.
OTHER_ORDER = {"dfe_codes", "police_uk_self_defined"}
#: The list has the codes of Nomis, we those of the census dictionary; both are right.
OTHER_CODES = {"census_2021"}
#: Categories that only one of several publications prints.
EXTRA = {"dfe_codes": {"unclassified"}, "dfe_spc_long": {"refused", "not_obtained"}, "nhs_2001": {"gypsy_traveller"}}


def test_every_scheme_of_the_list_is_ours():
    assert set(LISTED["schemes"]) == set(OURS)


@pytest.mark.parametrize("name", LISTED["schemes"])
def test_categories_labels_and_order_agree(name):
    listed, own = LISTED["schemes"][name]["categories"], harmonise.scheme(OURS[name])
    found = own.match([item["label"] for item in listed])
    assert set(own.ids) - set(found) == EXTRA.get(name, set())
    if name not in OTHER_ORDER:
        assert list(found) == sorted(found, key=own.ids.index)
    not_groups = set(LISTED["schemes"][name].get("not_groups", ()))
    unstated = {
        category
        for item, category in zip(listed, found, strict=True)
        if (item["code"] or item["label"]) in not_groups or item["label"] in not_groups
    }
    assert unstated == set(found) & set(own.unstated)


@pytest.mark.parametrize("name", [name for name in LISTED["schemes"] if name not in OTHER_CODES])
def test_codes_agree(name):
    own = harmonise.scheme(OURS[name])
    for item in LISTED["schemes"][name]["categories"]:
        if item["code"]:
            found = own.category(item["label"])
            assert found.code == item["code"]
            if not item["code"].isdigit():
                assert own.match([item["code"]]) == (found.id,)


def category(name, text):
    own = harmonise.scheme(OURS[name])
    coded = [item.id for item in own.categories if LISTED["key"][name] == "code" and item.code == text]
    return coded[0] if coded else own.match([text])[0]


@pytest.mark.parametrize("row", LISTED["correspondences"], ids=lambda row: f"{row['from']}-{row['to']}")
def test_correspondences_agree(row):
    """Where we want weights, the list's choice is one of ours; where we want none, it is ours."""
    source, target = OURS[row["from"]], OURS[row["to"]]
    if source == target:
        for old, new in row["map"].items():
            there = category(row["to"], new)
            assert category(row["from"], old) == there or there == "unclassified"
        return
    links = links_between(source, target)
    for old, new in row["map"].items():
        assert category(row["to"], new) in links.rows[category(row["from"], old)], old
    for old in row["no_counterpart_in_to"]:
        name = category(row["from"], old)
        stays = links.rows[name] == (name,) and name in harmonise.scheme(source).unstated
        # What the list has no counterpart for is divided, not known, or (broad groups) not one to one.
        assert stays or name in links.divided or name not in harmonise.finest_common(source, target).groups


@pytest.mark.parametrize("row", [row for row in LISTED["must_be_refused"] if row["from"] != row["to"]],
                         ids=lambda row: f"{row['from']}-{row['to']}")  # fmt: skip
def test_what_must_be_refused_is_refused(row):
    with pytest.raises((errors.DenominatorMismatch, errors.InvalidCrosswalk)):
        harmonise.group_crosswalk(OURS[row["from"]], OURS[row["to"]])
    with pytest.raises((errors.DenominatorMismatch, errors.InvalidCrosswalk)):
        harmonise.finest_common(OURS[row["from"]], OURS[row["to"]])


def test_the_joint_group_of_the_list_is_ours():
    (row,) = (row for row in LISTED["correspondences"] if row.get("joint_groups"))
    common = harmonise.finest_common(OURS[row["from"]], OURS[row["to"]])
    merged = common.merged.groupby(["group", "side"])["category"].agg(set)
    for joint in row["joint_groups"]:
        old = {category(row["from"], text) for text in joint["from"]}
        new = {category(row["to"], text) for text in joint["to"]}
        assert any(
            merged[group, OURS[row["from"]]] == old and merged[group, OURS[row["to"]]] == new
            for group in common.merged["group"]
        )
