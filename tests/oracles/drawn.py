"""How placemix computes what other packages computed from random draws, row by row.

Their draws are not ours, so that both numbers have an error: adapters give, as `spread`, the standard error of the
difference between them. Adapters as in `peers`.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import near
import numpy as np
import pandas as pd
import peers
import scipy.stats
from peers import Ours

import placemix as pm

#: Draws of ours, and those from which no more is taken than how far single draws lie apart.
DRAWS, FEW = 200, 60
#: How placemix names the corrections of D and Gini.
CORRECTED = {
    "DensityCorrectedDissim": ("dissimilarity", "density"), "BiasCorrectedDissim": ("dissimilarity", "bootstrap"),
    "ModifiedDissim": ("dissimilarity", "carrington_troske"), "ModifiedGini": ("gini", "carrington_troske"),
}  # fmt: skip
#: Our name of M and H.
INFORMATION = {"M": "mutual_information", "H": "information_theory"}


# --- values less chance --------------------------------------------------------------------------------------------


@functools.cache
def measured_people(spatial: bool, dataset: str, groups: str, distance: float | None, rule: str) -> Any:  # noqa: FBT001
    """Counts, and the focal group, that PySAL measures: residents, or people around each unit, rounded."""
    if not spatial:
        return peers.pair(dataset, groups)[:2]
    return near.rounded(dataset, groups, distance, rule, others=False), near.split(groups)[0]


def of_row(row: Any) -> tuple[pm.Counts, str]:
    options = json.loads(row.parameters)
    rule = str(options.get("w")).split("_")[0]
    return measured_people(row.measure.startswith("Spatial:"), row.dataset, row.groups, options.get("distance"), rule)


def moved(counts: pm.Counts, focal: str) -> float:
    """Standard deviation of D where members of both groups are drawn anew, to first order; even groups have less."""
    x = counts.values[:, counts.position(focal)]
    y = counts.total - x
    side = np.sign(x / x.sum() - y / y.sum())
    variance = sum((1 - (side @ of / of.sum()) ** 2) / of.sum() for of in (x, y))
    return float(np.sqrt(max(variance, 0.0)) / 2)


@functools.cache
def evenly_dealt(counts: pm.Counts, focal: str) -> pd.DataFrame:
    """D and Gini where everyone is of the group with one probability."""
    found = pm.inference.table(counts, ["dissimilarity", "gini"], focal=focal, cluster=1, draws=FEW)
    return found.astype({"measure": str}).set_index("measure")


def corrected(rows: pd.DataFrame) -> Ours:
    """D and Gini less chance, of residents or of PySAL's smoothed and rounded counts."""
    measure, method = CORRECTED[rows.iloc[0].measure.removeprefix("Spatial:")]
    theirs = json.loads(rows.iloc[0].parameters).get("iterations")
    values, spread = np.zeros(len(rows)), np.zeros(len(rows))
    for at, row in enumerate(rows.itertuples()):
        counts, focal = of_row(row)
        draws = DRAWS if method == "bootstrap" else FEW if measure == "gini" else 0  # D under chance is known
        found = pm.inference.corrected(counts, measure, focal=focal, method=method, cluster=1, draws=draws)
        values[at] = found.value
        if method == "bootstrap":
            spread[at] = moved(counts, focal) * np.sqrt(1 / theirs + 1 / DRAWS)
        elif method == "carrington_troske":
            few = evenly_dealt(counts, focal).loc[[measure]]
            plain, chance = few["value"].item(), found.expected
            slope = (1 - plain) / (1 - chance) ** 2 if plain >= chance else plain / chance**2
            # Theirs are all the same draw.
            spread[at] = slope * few["sd"].item() * np.sqrt(1 + (1 / draws if draws else 0))
    return Ours(values, [""] * len(rows), [""] * len(rows), None if method == "density" else spread)


# --- means and spreads under chance ----------------------------------------------------------------------------------


@functools.cache
def of_chance(people: pm.Counts, focal: str | None, null: Any, within: str | None) -> pd.DataFrame:
    measures = ["dissimilarity"] if focal else list(INFORMATION.values())
    call: dict[str, Any] = {"focal": focal, "by": within or (), "null": null, "cluster": 1}
    return pm.inference.table(people, measures, **call, draws=FEW if within else DRAWS)


def under_chance(rows: pd.DataFrame) -> Ours:
    """Mean and standard deviation of D, M and H where people are dealt, or their units and groups both drawn.

    Of M and H within districts R segregation gives the mean over those that chance can move, by their people, and the
    root of the mean variance.
    """
    values, spread = np.zeros(len(rows)), np.zeros(len(rows))
    for at, row in enumerate(rows.itertuples()):
        options = json.loads(row.parameters)
        null = "fixed_margins" if options["fixed_margins"] else "multinomial"
        people, measure, focal = peers.people_dealt(row)
        found = of_chance(people, focal, null, options.get("within"))
        found = found[(found["measure"] == measure) & found["expected"].notna()]
        weight, sd = (found["people"] / found["people"].sum()).to_numpy(), found["sd"].to_numpy()
        both = 1 / options["n_bootstrap"] + 1 / found["draws"].max()
        if row.measure.endswith("est"):
            values[at], spread[at] = weight @ found["expected"], np.sqrt((weight**2 * sd**2).sum() * both)
        else:
            values[at] = np.sqrt(weight @ sd**2)
            spread[at] = np.sqrt((weight**2 * 2 * sd**4).sum() * both) / (2 * values[at])
    return Ours(values, [""] * len(rows), [""] * len(rows), spread)


def by_formula(rows: pd.DataFrame) -> Ours:
    """Expected D of two groups over all output areas, in closed form."""
    people = peers.Place("ew2011", "oa", tuple(peers.ETHNIC.values()), None).counts()
    values = []
    for groups in rows.groups:
        focal, against = (peers.ETHNIC[name] for name in groups.split("|"))
        found = pm.measure(people, "dissimilarity", focal=focal, against=against, chance="binomial")
        values.append(found["expected"].item())
    return Ours(np.array(values), [""] * len(rows), [""] * len(rows))


# --- people drawn anew ---------------------------------------------------------------------------------------------


def errors(sd: float, theirs: int) -> dict[str, float]:
    """Standard errors of what draws tell, of so many of theirs and of ours."""
    mean = sd * np.sqrt(1 / theirs + 1 / DRAWS)
    tail = scipy.stats.norm.pdf(scipy.stats.norm.ppf(0.975))
    quantile = mean * np.sqrt(0.025 * 0.975) / tail
    return {"est": mean, "bias": mean, "se": mean / np.sqrt(2), "ci95lo": quantile, "ci95hi": quantile}


def told(value: float, bias: float, sd: float) -> dict[str, float]:
    """Name what R segregation tells of draws as it does: its estimate is the value less its bias."""
    return {"est": value - bias, "bias": bias, "se": sd}


def drawn_anew(rows: pd.DataFrame) -> Ours:
    """M and H of cells drawn anew: less bias, bias, standard error, and the ends of the basic interval."""
    values, spread = [], []
    for row in rows.itertuples():
        _, letter, kind = row.measure.split(":")
        found = anew(row.dataset, "school").loc[INFORMATION[letter]]
        known = told(found["value"], found["bias"], found["sd"])
        known |= {"ci95lo": found["lower"], "ci95hi": found["upper"]}
        values.append(known[kind])
        spread.append(errors(found["sd"], json.loads(row.parameters)["n_bootstrap"])[kind])
    return Ours(np.array(values), [""] * len(rows), [""] * len(rows), np.array(spread))


@functools.cache
def anew(dataset: str, unit: str) -> pd.DataFrame:
    """M and H of cells drawn anew."""
    people = peers.Place(dataset, unit, peers._races(dataset), None).counts()
    found = pm.inference.intervals(people, list(INFORMATION.values()), resample="cells", cluster=1, draws=DRAWS)
    return found.astype({"measure": str}).set_index("measure")


def change_anew(rows: pd.DataFrame) -> Ours:
    """The change of M between two years of cells drawn anew, and its parts."""
    values, spread = [], []
    for row in rows.itertuples():
        options = json.loads(row.parameters)
        part, kind = row.measure.split(":")[1:]
        value, bias, sd = parts_anew(row.dataset, options["unit"], options["method"])[part]
        values.append(told(value, bias, sd)[kind])
        spread.append(errors(sd, options["n_bootstrap"])[kind])
    return Ours(np.array(values), [""] * len(rows), [""] * len(rows), np.array(spread))


@functools.cache
def parts_anew(datasets: str, unit: str, method: str) -> dict[str, tuple[float, float, float]]:
    """Value, bias and standard error of each part.

    M and its change are drawn by placemix. It draws no parts: those are of tables drawn here, each taken apart by it.
    """
    first, second = datasets.split("->")
    people = [peers.Place(name, unit, peers._races(name), None).counts() for name in (first, second)]
    out = {}
    for name, dataset in (("M1", first), ("M2", second)):
        found = anew(dataset, unit).loc["mutual_information"]
        out[name] = (found["value"], found["bias"], found["sd"])
    moved = pm.inference.difference(*people, "mutual_information", resample="cells", cluster=1, draws=DRAWS).iloc[0]
    out["diff"] = (moved["difference"], moved["bias"], moved["sd"])
    rng, parts = np.random.default_rng(1), ["additions", "removals", "group_marginal", "unit_marginal", "structural"]
    whole = pm.decompose.change(people, method=method).iloc[0][parts].astype(float)
    draws = [
        pm.decompose.change([redrawn(counts, rng) for counts in people], method=method).iloc[0][parts].astype(float)
        for _ in range(DRAWS)
    ]
    drawn = pd.DataFrame(draws)
    out |= {name: (whole[name], drawn[name].mean() - whole[name], drawn[name].std()) for name in parts}
    return out


def redrawn(counts: pm.Counts, rng: np.random.Generator) -> pm.Counts:
    """Everyone drawn anew over units and groups together."""
    cells = counts.values.ravel() / counts.values.sum()
    drawn = rng.multinomial(int(counts.values.sum()), cells).reshape(counts.values.shape)
    frame = pd.DataFrame(drawn, columns=list(counts.groups)).assign(unit=counts.units)
    return pm.from_wide(frame[drawn.sum(axis=1) > 0], groups=list(counts.groups), unit="unit")
