"""Greater Manchester and London, 2011 and 2021: what the examples say is what the censuses hold."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm

pytestmark = pytest.mark.data

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def example(city: str, monkeypatch: pytest.MonkeyPatch):
    folder = EXAMPLES / city
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "changes", raising=False)
    spec = importlib.util.spec_from_file_location(f"types_of_{city}", folder / "types_of_places.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_hand(counts: pm.Counts, cities: pd.Series) -> list[str]:
    """Type of each area, by rules written out again; White is the first group."""
    everyone, white, others = counts.total, counts.values[:, 0], counts.values[:, 1:]
    city = pd.Series(cities.astype(str).to_numpy())
    strong = 100 * others >= 60 * everyone[:, None]
    inside = pd.DataFrame(np.where(strong, others, 0)).groupby(city).sum()
    all_of = pd.DataFrame(others).groupby(city).sum()
    out = []
    for place in range(len(counts)):
        n, w, m, which = everyone[place], white[place], others[place].max(), int(others[place].argmax())
        if 100 * w >= 80 * n:
            out.append("I")
        elif 100 * w >= 50 * n:
            out.append("II")
        elif 100 * w >= 30 * n and 100 * m >= 20 * n:
            out.append("III")
        elif 100 * m >= 60 * n and m >= 2 * (n - w - m):
            held = 100 * inside.loc[city[place], which] >= 30 * all_of.loc[city[place], which]
            out.append("VI" if held else "V")
        else:
            out.append("IV")
    return out


@pytest.mark.slow
@pytest.mark.parametrize("city", ["greater_manchester", "london"])
def test_the_examples_say_what_the_censuses_hold(city, data_root, monkeypatch):
    module = example(city, monkeypatch)
    if city == "london":
        (then, now), _ = module.censuses(data_root / "data")
    else:
        then, now = module.censuses(data_root / "data" / "england_wales", module.DISTRICTS)
    moves = pm.typology.transitions(then, now, **module.RULES)
    types = []
    for counts in (then, now):
        assert counts.groups[0] == "White"
        one = pd.Series("all", index=range(len(counts)))
        types.append(by_hand(counts, counts.strata["district"] if city == "greater_manchester" else one))
    found = moves[moves["units"] > 0].set_index(["type_before", "type_after"])
    order = now.units.get_indexer(then.units)
    pairs = pd.DataFrame({"before": types[0], "after": np.array(types[1])[order], "people": then.total})
    wanted = pairs.groupby(["before", "after"])["people"].agg(["size", "sum"])
    assert {key: int(many) for key, many in wanted["size"].items()} == found["units"].to_dict()
    assert wanted["sum"].to_dict() == pytest.approx(found["people_before"].to_dict())
    place = "London" if city == "london" else "Greater Manchester"
    text = pm.report.sections.type_changes.paragraph(
        moves, dates=module.DATES, place=place, member="resident", units="areas"
    )
    assert f"> {text}\n" in (EXAMPLES / city / "README.md").read_text("utf-8")


@pytest.mark.slow
def test_one_strong_characteristic_in_greater_manchester(data_root, monkeypatch):
    """What the example's page and its README say, from the tables themselves."""
    module = example("greater_manchester", monkeypatch)
    every = module.dimensions(data_root / "data")
    found = pm.typology.objective(every).set_index(["dimension", "threshold"])
    shares = {name: counts.values / counts.total[:, None] for name, counts in every.items()}
    free = []
    for level in (0.5, 0.7, 0.9):
        strong = {name: (share >= level).any(axis=1) for name, share in shares.items()}
        assert {name: int(here.sum()) for name, here in strong.items()} == {
            name: found.loc[(name, level), "units_defined"] for name in strong
        }
        free.append(int((~np.logical_or.reduce(list(strong.values()))).sum()))
    readme = " ".join((EXAMPLES / "greater_manchester" / "README.md").read_text("utf-8").split())
    assert f"70 % or more in {free[1]} of the 1,702 LSOAs" in readme
    assert f"at 50 % in {free[0]}, at 90 % in {free[2]}." in readme
    held = {(name, group): int((shares[name][:, place] >= 0.7).sum())
            for name, counts in every.items() for place, group in enumerate(counts.groups)}  # fmt: skip
    assert f"70 % or more in {held['Ethnic group', 'White']:,} LSOAs" in readme
    assert f"Muslims in {held['Faith', 'Muslim']} (" in readme
    assert f"Asian residents in {held['Ethnic group', 'Asian']} (" in readme
