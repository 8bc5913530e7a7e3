"""T2: the schools that R segregation ships, to the digits of methods.md."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from published import misses, same

import placemix as pm
from placemix import indices

pytestmark = pytest.mark.data
RACES = ["asian", "black", "hisp", "white", "native"]


@pytest.fixture(scope="module")
def schools(oracle_root):
    frame = pd.read_parquet(oracle_root / "schools00.parquet")
    return pm.from_long(frame, unit="school", group="race", count="n", strata=["state", "district"])


def test_totals(schools):
    assert schools.total.sum() == 877_739
    assert len(schools) == 2_045
    assert len(schools.arranged("state")) == 3


def test_multigroup(schools):
    printed = {
        "dissimilarity": ".61969990",
        "gini": ".78615409",
        "information_theory": ".41880831",
        "relative_diversity": ".42161470",
        "squared_variation": ".24854092",
        "normalised_exposure": ".43315445",
        "mutual_information": ".42553898",
    }
    values = pm.measure(schools, list(printed)).set_index("measure")["value"]
    assert misses(values.to_dict(), printed) == []


@pytest.mark.parametrize(
    ("measure", "numbers"),
    [
        ("dissimilarity", ".44914493 .68762256 .61110131 .59621775 .60520491"),
        ("gorard", ".43901519 .55687119 .51839933 .22173805 .60066108"),
        ("isolation", ".05608862 .61195957 .44262034 .79430070 .08919446"),
        ("correlation_ratio", ".03430900 .52084906 .34294776 .44690785 .08230447"),
        # The text prints .21363775 for the first, one digit wrong: see the sum below.
        ("hutchens", ".21364773 .43505912 .32271410 .31183865 .39772524"),
    ],
)
def test_each_group_against_the_rest(schools, measure, numbers):
    values = pm.measure(schools, measure, focal="each").set_index("focal")["value"]
    assert misses(values.to_dict(), dict(zip(RACES, numbers.split(), strict=True))) == []


def test_hutchens_is_one_minus_the_overlap(schools):
    asian, rest = schools.values[:, RACES.index("asian")], schools.total - schools.values[:, RACES.index("asian")]
    overlap = np.sqrt(asian / asian.sum() * rest / rest.sum()).sum()
    value = pm.measure(schools, "hutchens", focal="asian")["value"].item()
    assert value == pytest.approx(1 - overlap, rel=1e-12)


def test_pairs(schools):
    assert same(pm.measure(schools, "dissimilarity", focal="black", against="white")["value"].item(), ".72838788")
    assert same(pm.measure(schools, "exposure", focal="black", against="white")["value"].item(), ".26563462")
    assert same(pm.measure(schools, "exposure", focal="white", against="black")["value"].item(), ".08041877")


def test_between_and_within_states(schools):
    whole = pm.measure(schools, "mutual_information")["value"].item()
    states = schools.merge_units(
        pd.Series(schools.strata["state"].astype(str).to_numpy(), index=schools.units), straddling="largest"
    )
    between = pm.measure(states, "mutual_information")["value"].item()
    parts = pm.measure(schools, "mutual_information", by="state")
    within = (parts["value"] * parts["people"]).sum() / parts["people"].sum()
    assert same(between, ".09924370")
    assert same(within, ".32629527")
    assert whole == pytest.approx(between + within, rel=1e-12)


def test_both_dates(schools, oracle_root):
    later = pd.read_parquet(oracle_root / "schools05.parquet")
    later = pm.from_long(later, unit="school", group="race", count="n")
    values = [pm.measure(counts, "mutual_information")["value"].item() for counts in (schools, later)]
    assert same(values[0], ".4255390")
    assert same(values[1], ".4133851")
    assert same(values[1] - values[0], "-.0121539")


def test_structure_rises_while_m_falls(oracle_root):
    """Marginal change first against structural, then groups against units; margins met to 1e-10."""
    tables = []
    for name in ("schools00", "schools05"):
        frame = pd.read_parquet(oracle_root / f"{name}.parquet")
        tables.append(frame.pivot_table(index="school", columns="race", values="n", aggfunc="sum", fill_value=0))
    common = tables[0].index.intersection(tables[1].index)
    share = [table.loc[common].to_numpy(dtype=float) for table in tables]
    share = [table / table.sum() for table in share]
    m = {}  # by the date of the odds ratios, of the sizes of units, and of those of groups
    for odds, units, groups in itertools.product((0, 1), repeat=3):
        fitted = indices.fit(share[odds], share[units].sum(axis=1), share[groups].sum(axis=0))
        assert fitted.converged.all()
        m[odds, units, groups] = indices.mutual_information(fitted.values).item()
    whole = [indices.mutual_information(table.to_numpy(dtype=float)).item() for table in tables]
    group = [(m[o, 0, 1] - m[o, 0, 0] + m[o, 1, 1] - m[o, 1, 0]) / 2 for o in (0, 1)]
    unit = [(m[o, 1, 0] - m[o, 0, 0] + m[o, 1, 1] - m[o, 0, 1]) / 2 for o in (0, 1)]
    parts = {
        "additions": whole[1] - m[1, 1, 1],
        "removals": m[0, 0, 0] - whole[0],
        "group_marginal": sum(group) / 2,
        "unit_marginal": sum(unit) / 2,
        "structural": (m[1, 0, 0] - m[0, 0, 0] + m[1, 1, 1] - m[0, 1, 1]) / 2,
    }
    printed = {
        "additions": "-.0034128",
        "removals": "-.0114051",
        "group_marginal": ".0162504",
        "unit_marginal": "-.0167400",
        "structural": ".0031535",
    }
    assert misses(parts, printed) == []
    assert sum(parts.values()) == pytest.approx(whole[1] - whole[0], abs=1e-12)
