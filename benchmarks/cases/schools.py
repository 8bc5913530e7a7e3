"""Places for pupils by deferred acceptance, against `matching`; the nearest place; twins and neighbours."""

from __future__ import annotations

import warnings

import calls
import geopandas as gpd
import numpy as np
import pandas as pd
from peaks import measured
from timing import Line, at_least, at_most, seconds

import placemix as pm

NAME = "schools"
PUPILS, SCHOOLS, CHOICES, LOTTERIES = 30_000, 300, 6, 1_000


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time a thousand lotteries, one run beside the peer's, and pairs and neighbours of made-up schools."""
    homes = made_up(PUPILS, SCHOOLS)
    rules = {"ballot": "single lottery"}

    def many():
        return pm.schools.lotteries(homes, tie_breaks=rules, measures="dissimilarity", focal="x", draws=LOTTERIES)

    pm.schools.lotteries(homes, tie_breaks=rules, measures="dissimilarity", focal="x", draws=2)
    found = measured(many)
    what = f"{LOTTERIES:,} lotteries, {PUPILS:,} pupils, {SCHOOLS} schools, {CHOICES} preferences, with D and travel"
    note = f"peak {found['on_top'] / 1e6:.0f} MB on top of the market"
    lines = [at_most(Line(NAME, what, found["seconds"], note=note), 30.0)]
    lines.append(peers(30_000 if full else 3_000) if peer is not None else None)
    small = nearest(300, 30), nearest(PUPILS, SCHOOLS)
    ask = {"focal": "x", "measures": "dissimilarity"}
    pm.schools.gap_nearest(*small[0], **ask)
    found = measured(lambda: pm.schools.gap_nearest(*small[1], **ask))
    what = f"every one of {PUPILS:,} children to the nearest of {SCHOOLS} schools with a place, with D beside chance"
    note = f"peak {found['on_top'] / 1e6:.0f} MB on top; all {PUPILS * SCHOOLS / 1e6:.0f} M pairs, exact"
    lines.append(at_most(Line(NAME, what, found["seconds"], note=note), 10.0))
    rolls = schools(1_258)
    twins = seconds(lambda: pm.schools.twin(rolls, focal="x", contact=0.1, within="3 km"))
    lines.append(at_most(Line(NAME, "best pairs within 3 km among 1,258 schools", twins), 5.0))
    near = seconds(lambda: pm.schools.contrast(rolls, focal="x"))
    lines.append(at_most(Line(NAME, "contrast of 1,258 schools with the 10 nearest", near), 5.0))
    return [line for line in lines if line is not None]


def peers(pupils: int) -> Line | None:
    """One allocation of so many pupils, by both, with the same outcome."""
    try:
        from matching.games import HospitalResident
    except ImportError:
        return None
    homes = made_up(pupils, pupils // 100)
    ours = seconds(lambda: pm.schools.admit(homes, tie_break="distance"))
    mine = pm.schools.admit(homes, tie_break="distance")
    key = homes.standing + homes.distance / (homes.distance.max() + 1.0)
    forms = {pupil: homes.school[low:high].tolist() for pupil, (low, high) in enumerate(_spans(homes.start))}
    pupil = np.repeat(np.arange(pupils), np.diff(homes.start))
    order = np.lexsort((key, homes.school))
    lists = {school: [] for school in range(len(homes.schools))}
    for entry in order:
        lists[int(homes.school[entry])].append(int(pupil[entry]))
    forms = {f"p{one}": [f"s{school}" for school in form] for one, form in forms.items()}
    lists = {f"s{school}": [f"p{one}" for one in who] for school, who in lists.items()}
    places = {f"s{school}": int(count) for school, count in enumerate(homes.places)}
    game = HospitalResident.create_from_dictionaries(forms, lists, places)
    outcome = {}

    def solved():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome["found"] = game.solve(optimal="resident")

    theirs = seconds(solved, repeats=1, warm=False)
    got = {str(one): str(school) for school, who in outcome["found"].items() for one in who}
    schools_of = [got.get(f"p{place}") for place in range(pupils)]
    ids = {name: f"s{place}" for place, name in enumerate(homes.schools)}
    same = [ids.get(school) for school in mine["school"].where(mine["school"].notna(), None)] == schools_of
    if not same:
        message = "the two allocations differ"
        raise SystemExit(message)
    what = f"one allocation of {pupils:,} pupils to {pupils // 100} schools, as a table"
    note = "the peer is matching's HospitalResident, solve() alone, its game made beforehand; same places"
    return at_least(Line(NAME, what, ours, theirs, note=note), 100)


def made_up(pupils: int, schools: int) -> pm.schools.Market:
    """A market with places for one in twenty more than apply."""
    rng = np.random.default_rng(30)
    fame = rng.gamma(1.0, 1.0, schools)
    named = np.argsort(-(np.log(fame) + rng.gumbel(size=(pupils, schools))), axis=1)[:, :CHOICES]
    count = named.shape[1]
    people = pd.DataFrame(
        {
            "pupil": [f"p{place:05d}" for place in range(pupils)],
            "group": rng.choice(["x", "y", "z"], pupils, p=[0.2, 0.3, 0.5]),
        }
    )
    offered = pd.DataFrame(
        {"school": [f"s{place:03d}" for place in range(schools)], "places": int(pupils * 1.05 / schools)}
    )
    forms = pd.DataFrame(
        {
            "pupil": np.repeat(people["pupil"], count),
            "rank": np.tile(np.arange(1, count + 1), pupils),
            "school": offered["school"].to_numpy()[named.ravel()],
            "distance": rng.random(pupils * count) * 5_000,
            "sibling": rng.random(pupils * count) < 0.1,
        }
    )
    return pm.schools.market(people, offered, forms, group="group", criteria=["sibling"], distance="distance")


def schools(count: int) -> pm.Counts:
    """Made-up schools over an area like Greater Manchester."""
    rng = np.random.default_rng(12)
    share = rng.beta(0.5, 1.5, count)
    pupils = rng.integers(60, 1_200, count)
    x = rng.binomial(pupils, share)
    table = pd.DataFrame({"school": [f"s{place:04d}" for place in range(count)], "x": x, "y": pupils - x})
    points = gpd.points_from_xy(rng.random(count) * 40_000, rng.random(count) * 30_000)
    return pm.from_wide(gpd.GeoDataFrame(table, geometry=points, crs=27700), groups=["x", "y"], unit="school")


def nearest(children: int, count: int) -> tuple[pm.Counts, pm.Counts]:
    """Schools with as many places as there are children, and each child at a point of its own."""
    rng = np.random.default_rng(5)
    group = rng.random(children) < 0.3
    ids = [f"c{place:05d}" for place in range(children)]
    homes = pd.DataFrame({"id": ids, "x": group * 1, "y": 1 - group * 1})
    rolls = pd.DataFrame({"id": [f"s{place:03d}" for place in range(count)]})
    rolls["x"] = rng.binomial(children // count, 0.3, count)
    rolls["y"] = children // count - rolls["x"]

    def placed(table):
        points = gpd.points_from_xy(rng.random(len(table)) * 30_000, rng.random(len(table)) * 30_000)
        return pm.from_wide(gpd.GeoDataFrame(table, geometry=points, crs=27700), groups=["x", "y"], unit="id")

    return placed(rolls), placed(homes)


def _spans(start):
    return zip(start[:-1].tolist(), start[1:].tolist(), strict=True)
