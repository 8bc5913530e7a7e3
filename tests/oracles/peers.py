"""How placemix computes the numbers that other packages computed, row by row.

Each adapter takes rows of one library, data set, measure and set of parameters and returns a
value for each, with the reason where it is NaN and the note beside it. Nothing here is expected
output: expectations are the rows themselves.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import placemix as pm
from placemix import indices
from placemix.decompose import _reml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("PLACEMIX_DATA") or ROOT.parent / "shared") / "oracle"

ETHNIC = {
    "WhiteBrit": "white_brit", "Irish": "irish", "OtherWhite": "other_white", "Mixed": "mixed", "Indian": "indian",
    "Pakistani": "pakistani", "Bangladeshi": "bangladeshi", "Chinese": "chinese", "OtherAsian": "other_asian",
    "BlkAfrican": "blk_african", "BlkCaribbean": "blk_caribbean", "OtherBlk": "other_blk", "Arab": "arab",
    "Other": "other",
}  # fmt: skip

#: Our name of a measure that compares two groups, by the name elsewhere.
TWO = {
    "Dissim": "dissimilarity", "ISDuncan": "dissimilarity", "DIDuncan": "dissimilarity", "dissim": "dissimilarity",
    "dissimilarity": "dissimilarity", "id_unrounded": "dissimilarity", "id": "dissimilarity",
    "id (rounded to 3)": "dissimilarity",
    "Gini": "gini", "Gini2": "gini", "Entropy": "information_theory", "HTheil": "information_theory",
    "Atkinson": "atkinson", "HutchensSqrt": "hutchens", "Gorard": "gorard",
    "CorrelationR": "correlation_ratio", "Eta2": "correlation_ratio",
    "Isolation": "isolation", "xPx": "isolation", "isolation": "isolation",
    "Interaction": "exposure", "xPy": "exposure", "exposure": "exposure",
    "ConProf": "profile", "conprof": "profile",
}  # fmt: skip

#: Our name of a measure of many groups, and what is done with its value.
MANY = {
    "MultiDissim": "dissimilarity", "DMulti": "dissimilarity", "MultiGini": "gini", "GiniMulti": "gini",
    "MultiInfoTheory": "information_theory", "HMulti": "information_theory",
    "MultiDivergence": "mutual_information", "MultiRelativeDiversity": "relative_diversity",
    "RelDivers": "relative_diversity", "MultiSquaredCoefVar": "squared_variation", "CMulti": "squared_variation",
    "MultiNormExposure": "normalised_exposure", "PMulti": "normalised_exposure",
    "MultiDiversity": "shannon", "HShannon": "shannon", "NShannon": "scaled_entropy",
    "ISimpson": "simpson", "SimpsonsInteraction": "simpson", "SimpsonsConcentration": "simpson",
}  # fmt: skip

LOCAL = {
    "local:LocationQuotient": "location_quotient", "local:MultiLocalDiversity": "shannon", "local:LShannon": "shannon",
    "local:MultiLocalEntropy": "scaled_entropy", "local:HLoc": "scaled_entropy", "local:LSimpson": "simpson",
    "local:MultiLocalSimpsonInteraction": "simpson", "local:MultiLocalSimpsonConcentration": "simpson",
}  # fmt: skip


class Ours(NamedTuple):
    """What placemix gives for some rows: values, reasons for NaN, notes, and how far draws may part the packages."""

    values: np.ndarray
    reasons: list[str]
    notes: list[str]
    spread: np.ndarray | None = None


def reference() -> pd.DataFrame:
    """Read the reference values; empty where they are absent."""
    path = FOLDER / "reference_values.parquet"
    if not path.is_file():
        return pd.DataFrame(
            columns=["dataset", "region", "measure", "groups", "parameters", "value", "library", "version"]
        )
    return pd.read_parquet(path)


# --- the inputs as counts ----------------------------------------------------------------------------


@functools.cache
def table(dataset: str) -> pd.DataFrame:
    """The published input, one row a unit."""
    frame = pd.read_parquet(FOLDER / f"{'ew2011_oa_ethnicity' if dataset.startswith('ew2011') else dataset}.parquet")
    if dataset.startswith("schools"):
        keys = ["state", "district", "school"]
        return frame.pivot_table(index=keys, columns="race", values="n", aggfunc="sum", fill_value=0).reset_index()
    return frame.drop(columns="geometry", errors="ignore")


@functools.cache
def counts(dataset: str, unit: str, groups: tuple[str, ...], total: str | None, strata: tuple[str, ...]) -> pm.Counts:
    """Counts of some groups of a data set by unit; `total` names the column of everyone."""
    if dataset == "school_ses":
        people = table(dataset).astype({groups[0]: str})
        return pm.from_long(people, unit="school_id", group=groups[0])
    frame = table(dataset)
    if dataset.startswith("ew2011") and unit != "oa":
        frame = frame.groupby([*strata, unit] if unit not in strata else [*strata], sort=False, as_index=False)[
            [*groups, *([total] if total else [])]
        ].sum()
    elif dataset.startswith("schools") and unit != "school":
        frame = frame.groupby([*(name for name in strata if name != unit), unit], as_index=False)[list(groups)].sum()
    if len(groups) == 1:  # one group and everyone: the others are the residual
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pm.errors.IncompletePartition)
            return pm.from_wide(frame, groups=list(groups), unit=unit, total=total, strata=strata, residual="group")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        return pm.from_wide(frame, groups=list(groups), unit=unit, total=total, strata=strata)


UNIT = {"segdata_grid": "sp_id", "grenoble_hh_size": "code", "georgia_counties": "area_key"}


class Place(NamedTuple):
    """Where rows come from: data set, unit, and the columns that name their regions."""

    dataset: str
    unit: str
    groups: tuple[str, ...]
    total: str | None

    def strata(self) -> tuple[str, ...]:
        if self.dataset.startswith("ew2011"):
            return ("rgn", "lad") if self.unit in {"oa", "lsoa", "msoa", "lad"} else ("rgn",)
        return ("state", "district") if self.dataset.startswith("schools") and self.unit == "school" else ()

    def counts(self) -> pm.Counts:
        return counts(self.dataset, self.unit, self.groups, self.total, self.strata())

    def by(self) -> tuple[str, ...]:
        """Strata to measure apart: none, and each column of regions."""
        return self.strata()


@functools.cache
def measured(place: Place, measure: str, focal: str | None, against: str, pair: tuple[str, ...] = ()) -> pd.DataFrame:
    """Every region's value by one call to `measure` for each column of regions."""
    people = place.counts().select(pair) if pair else place.counts()
    parts = []
    for by in ((), *((name,) for name in place.by())):
        result = pm.measure(people, measure, focal=focal, against=against, by=by)
        region = result[by[0]].astype(str) if by else "all"
        columns = ["focal", "against", "value", "denominator", "people", "groups", "reason", "note"]
        parts.append(pd.DataFrame(result[columns]).assign(region=region))
    frame = pd.concat(parts, ignore_index=True)
    for name in ("focal", "against", "reason", "note"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), "")
    return frame.set_index(["region", "focal", "against"])


def looked_up(place: Place, measure: str, rows: pd.DataFrame, focal: list[str], against: list[str]) -> Ours:
    """Values of the rows, whose focal and compared groups are given."""
    each = None if not any(focal) else "each"
    shown = ["" if each is None else name for name in against]
    frames = [measured(place, measure, each, name or "rest") for name in dict.fromkeys(against)]
    found = pd.concat(frames).reindex(pd.MultiIndex.from_arrays([rows.region.astype(str), focal, shown]))
    missing = found["denominator"].isna().to_numpy()
    assert not missing.any(), f"rows without a counterpart: {rows[missing].head().to_dict('records')}"
    return Ours(found["value"].to_numpy(), list(found["reason"]), list(found["note"]))


# --- adapters ----------------------------------------------------------------------------------------


def two_groups(rows: pd.DataFrame) -> Ours:
    """One group against the rest, or two groups, as the row's groups and parameters say."""
    first, options = rows.iloc[0], json.loads(rows.iloc[0].parameters)
    library, dataset = first.library, first.dataset
    measure = TWO[first.measure]
    exact = bool(options.get("exact"))
    if measure == "atkinson":
        measure = f"atkinson(b={options.get('b', options.get('delta', 0.5))})"
    if exact:
        measure += "(exclude_self=True)"
    if library.startswith(("OasisR", "R-seg")) and library != "R-segregation":
        return small(rows, measure)
    if library == "pysal-segregation" and dataset in UNIT:
        return small(rows, measure)
    if library == "pysal-segregation":
        return _pysal(rows, measure, options)
    return _elbers(rows, measure, options)


def _pysal(rows: pd.DataFrame, measure: str, options: dict) -> Ours:
    """Rows of districts, regions and schools, `group|total` or `group|other`."""
    dataset = rows.iloc[0].dataset
    parts = rows.groups.str.split("|", expand=True)
    focal = list(parts[0])
    if dataset.startswith("schools"):
        place = Place(dataset, "school", _races(dataset), None)
        if measure == "profile":
            return _profiles(place.counts(), focal)
        return looked_up(place, measure, rows, focal, ["rest"] * len(rows))
    place = Place("ew2011", options["unit"], tuple(ETHNIC.values()), "persons")
    if not str(options.get("total", "persons")).startswith("group + "):
        return looked_up(place, measure, rows, focal, ["rest"] * len(rows))
    if measure != "exposure":  # evenness against a group sees those two alone
        return looked_up(place, measure, rows, focal, list(parts[1]))
    out = np.full(len(rows), np.nan)  # exposure among the two groups alone
    reasons = [""] * len(rows)
    for group, members in parts.groupby(0):
        where = rows.index.get_indexer(members.index)
        other = members[1].iloc[0]
        frame = measured(place, measure, str(group), other, (str(group), other))
        found = frame.reindex(pd.MultiIndex.from_product([rows.region.iloc[where], [group], [other]]))
        out[where] = found["value"].to_numpy()
        for at, reason in zip(where, found["reason"], strict=True):
            reasons[at] = reason
    return Ours(out, reasons, [""] * len(rows))


def _elbers(rows: pd.DataFrame, measure: str, options: dict) -> Ours:
    """Rows of R segregation and MLID: shares of the groups alone, no residual."""
    dataset = rows.iloc[0].dataset
    arrow = rows.groups.str.contains("->").any()
    parts = rows.groups.str.split("->" if arrow else "|", expand=True, regex=False)
    if dataset.startswith("ew2011"):
        unit = str(options.get("unit", options.get("base"))).lower()
        place = Place("ew2011", {"rgn": "rgn", "lad": "lad"}.get(unit, unit), tuple(ETHNIC.values()), None)
        parts = parts.replace(ETHNIC)
    elif dataset == "school_ses":
        scheme = "ethnic_group" if set(parts[0]) <= {"A", "B", "C"} else "ses_quintile"
        if not (parts[0].str.isdigit().all() or scheme == "ethnic_group"):
            return _both_schemes(rows, measure)
        place = Place(dataset, "school_id", (scheme,), None)
    else:
        place = Place(dataset, str(options["unit"]), _races(dataset), None)
    focal, against = list(parts[0]), list(parts[1]) if parts.shape[1] > 1 else ["rest"] * len(rows)
    if dataset.startswith("schools"):
        against = ["rest" if name == "other" else name for name in against]
    own = [a == b for a, b in zip(focal, against, strict=True)]
    if not any(own):
        return looked_up(place, measure, rows, focal, against)
    values = np.full(len(rows), np.nan)
    reasons, notes = [""] * len(rows), [""] * len(rows)
    for same in (True, False):  # exposure of a group to itself is its isolation
        at = np.flatnonzero(np.array(own) == same)
        there = ["rest"] * len(at) if same else [against[place_] for place_ in at]
        got = looked_up(place, "isolation" if same else measure, rows.iloc[at], [focal[p] for p in at], there)
        values[at] = got.values
    return Ours(values, reasons, notes)


def _both_schemes(rows: pd.DataFrame, measure: str) -> Ours:
    numbers = rows.groups.str[0].str.isdigit()
    values = np.full(len(rows), np.nan)
    for which in (True, False):
        part = rows[numbers == which]
        values[(numbers == which).to_numpy()] = _elbers(part, measure, json.loads(part.iloc[0].parameters)).values
    return Ours(values, [""] * len(rows), [""] * len(rows))


def _races(dataset: str) -> tuple[str, ...]:
    return tuple(name for name in table(dataset).columns if name not in {"state", "district", "school"})


def pair(dataset: str, groups: str) -> tuple[pm.Counts, str, str]:
    """Two groups of a small data set, from texts such as `a1`, `a1|a2`, `small|total`, `not_big`."""
    frame = table(dataset)
    first, _, second = groups.partition("|")
    if dataset == "georgia_counties":
        people = counts(dataset, "area_key", ("black90",), "tot_pop90", ())
        return people, "black90", "rest"
    everyone = (
        ["small", "medium", "big"]
        if dataset == "grenoble_hh_size"
        else [f"{first.removeprefix('not_')[0]}{n}" for n in (1, 2)]
    )
    people = pm.from_wide(frame, groups=everyone, unit=UNIT[dataset])
    if first.startswith("not_"):
        people = people.merge_groups({first: [name for name in everyone if name != first.removeprefix("not_")]})
    against = "rest" if second in {"", "total"} or second.endswith("_t") or second.startswith("not_") else second
    return people, first, against


def small(rows: pd.DataFrame, measure: str) -> Ours:
    """Rows of the grid, Grenoble and Georgia: one call a row."""
    values, reasons = np.full(len(rows), np.nan), [""] * len(rows)
    m = int(json.loads(rows.iloc[0].parameters).get("m", json.loads(rows.iloc[0].parameters).get("n", 1000)))
    for at, (dataset, groups) in enumerate(zip(rows.dataset, rows.groups, strict=True)):
        people, focal, against = pair(dataset, groups)
        name = measure
        if measure == "profile":
            values[at] = profile(people, focal, m)
            continue
        if focal == against:
            if measure in {"dissimilarity", "gini"}:
                try:  # nobody has to move to be spread as oneself; placemix refuses the question
                    pm.measure(people, measure, focal=focal, against=focal)
                except pm.errors.InvalidParameter:
                    values[at] = 0.0
                continue
            name, against = measure.replace("exposure", "isolation"), "rest"
        row = pm.measure(people, name, focal=focal, against=against).iloc[0]
        values[at] = row["value"]
        reasons[at] = "" if pd.isna(row["reason"]) else str(row["reason"])
    return Ours(values, reasons, [""] * len(rows))


def without_self(rows: pd.DataFrame) -> Ours:
    """Exact exposure of fractional households; raises."""
    return small(rows, f"{TWO[rows.iloc[0].measure]}(exclude_self=True)")


def profile(people: pm.Counts, focal: str, m: int) -> float:
    """Hong and Sadahiro's summary of the concentration profile at m thresholds, from our profile v."""
    members, everyone = people.values[:, people.position(focal)], people.total
    thresholds = np.linspace(0, 1, m)
    curve = np.array([indices.concentration(members, members, everyone, threshold=t).item() for t in thresholds])
    share = members.sum() / everyone.sum()
    below = thresholds < share
    return (share - (curve[below].sum() - curve[~below].sum()) / m) / (1 - share)


def _profiles(people: pm.Counts, focal: list[str]) -> Ours:
    values = np.array([profile(people, name, 1000) for name in focal])
    return Ours(values, [""] * len(focal), [""] * len(focal))


def expected(rows: pd.DataFrame) -> Ours:
    """Expected D where each person is of the group with the same probability, in closed form."""
    values = np.full(len(rows), np.nan)
    for at, (dataset, groups) in enumerate(zip(rows.dataset, rows.groups, strict=True)):
        focal, against = groups.split("|")
        people = Place(dataset, "school", _races(dataset), None).counts()
        values[at] = pm.measure(people, "dissimilarity", focal=focal, against=against, chance="binomial")[
            "expected"
        ].item()
    return Ours(values, [""] * len(rows), [""] * len(rows))


def dealt(rows: pd.DataFrame) -> Ours:
    """Expected D, M and H where people are dealt with both margins fixed, exactly."""
    values = np.full(len(rows), np.nan)
    for at, row in enumerate(rows.itertuples()):
        people, measure, focal = people_dealt(row)
        found = pm.inference.table(people, measure, focal=focal, null="fixed_margins", cluster=1, draws=0)
        assert found["expected_by"].item() == "exact"
        values[at] = found["expected"].item()
    return Ours(values, [""] * len(rows), [""] * len(rows))


def people_dealt(row: Any) -> tuple[pm.Counts, str, str | None]:
    """Counts, our name of the measure and the focal group of a row about what chance would give."""
    dataset, unit = row.dataset, str(json.loads(row.parameters)["unit"])
    groups = row.groups.split("|")
    if dataset.startswith("ew2011"):
        place, groups = Place("ew2011", "oa", tuple(ETHNIC.values()), None), [ETHNIC[name] for name in groups]
    elif dataset == "school_ses":
        place = Place(dataset, unit, (row.groups,), None)
    else:
        place = Place(dataset, unit, _races(dataset), None)
    people = place.counts()
    if row.region != "all":
        people = people.take(np.flatnonzero((people.strata["lad"].astype(str) == row.region).to_numpy()))
    if row.measure.startswith("dissimilarity"):
        return people.select(groups), "dissimilarity", groups[0]
    return people, {"M": "mutual_information", "H": "information_theory"}[row.measure[22]], None


#: Our name of a way to take a change apart, by the name elsewhere.
SPLITS = {"shapley": "shapley", "km": "karmel_maclachlan", "mrc": "mrc"}


@functools.cache
def split_change(datasets: str, unit: str, method: str) -> tuple[pd.Series, pd.DataFrame]:
    """Parts of the change of M between two years, of the whole and of each unit."""
    dates = []
    for dataset in datasets.split("->"):
        races = list(_races(dataset))
        summed = table(dataset).groupby(unit, observed=True)[races].sum().reset_index()
        dates.append(pm.from_wide(summed, groups=races, unit=unit))
    whole = pm.decompose.change(dates, method=method).iloc[0]
    units = pd.DataFrame(pm.decompose.change_by_unit(dates, method=method)).set_index("unit")
    units["ls_diff_mean"] = (units["sorting_before"] + units["sorting_after"]) / 2
    names = {"share_before": "p1", "share_after": "p2", "sorting_before": "ls_diff1", "sorting_after": "ls_diff2"}
    whole = whole.rename({"value_before": "M1", "value_after": "M2", "change": "diff"})
    return whole, units.rename(columns=names | {"structural": "total"})


def changed(rows: pd.DataFrame) -> Ours:
    """Parts of the change of M between the two years, of the whole and of single units."""
    first, options = rows.iloc[0], json.loads(rows.iloc[0].parameters)
    method = SPLITS[options["method"].partition("_")[0]]
    whole, units = split_change(first.dataset, options["unit"], method)
    name = first.measure.partition(":")[2]
    found = [whole[name] if row.region == "all" else units.loc[row.region, name] for row in rows.itertuples()]
    return Ours(np.array(found, dtype=float), [""] * len(rows), [""] * len(rows))


def merged(rows: pd.DataFrame) -> Ours:
    """M of schools of one state that were merged to so many, any two or those of like local segregation."""
    state = rows.iloc[0].region.split(":")[0]
    schools = table("schools00")
    schools = schools[schools["state"] == state]
    people = pm.from_wide(schools, groups=list(_races("schools00")), unit="school")
    options, close = json.loads(rows.iloc[0].parameters), None
    if options["neighbors"] == "local":
        rank = pm.local(people, "local_information")["value"].rank(method="first").to_numpy()
        apart = np.abs(rank[:, np.newaxis] - rank)
        close = pm.surroundings.from_matrix(people, (apart <= options["n_neighbors"]).astype(float))
    left = pm.decompose.compress(people, neighbours=close).set_index("units")["value"]
    values = left.loc[[int(region.split("=")[1]) for region in rows.region]].to_numpy()
    return Ours(values, [""] * len(rows), [""] * len(rows))


@functools.cache
def levels_of(base: str, levels: str, groups: str) -> tuple[dict[str, float], bool]:
    """MLID's numbers for two groups, and whether placemix's variances fit better than its own."""
    names = [name.lower() for name in reversed(levels.split("+"))]
    unit = base.lower()
    frame = table("ew2011")
    if unit != "oa":
        frame = frame.groupby([*names, unit], sort=False, as_index=False)[list(ETHNIC.values())].sum()
    people = pm.from_wide(frame, groups=list(ETHNIC.values()), unit=unit, strata=names)
    focal, against = (ETHNIC[name] for name in groups.split("|"))
    found = pm.decompose.multilevel_dissimilarity(people, names, focal=focal, against=against).set_index("level")
    ours = {"REML_criterion": float(found["criterion"].iloc[0])}
    for level, row in found.iterrows():
        name = "Base" if level == "unit" else str(level).upper()
        ours[f"variance_component:{name}"] = row["variance"]
        for digits in ("", "_unrounded"):
            ours[f"variance_pct{digits}:{name}"] = 100 * row["share"]
            ours[f"holdback_pct{digits}:{name}"] = 100 * row["holdback"]
    theirs = reference().query("library == 'MLID' and groups == @groups")
    theirs = theirs[theirs["parameters"] == json.dumps({"base": base, "levels": levels}, separators=(",", ":"))]
    published = theirs.set_index("measure")["value"]
    gap = people.values[:, people.position(focal)], people.values[:, people.position(against)]
    gap = (gap[0] / gap[0].sum() - gap[1] / gap[1].sum()) * 1e4
    codes = [pd.factorize(frame[name])[0] for name in reversed(names)]
    parents = [codes[0]]
    for lower, upper in itertools.pairwise(codes):
        parents.append(pd.Series(upper).groupby(lower).first().to_numpy())
    sums = _reml.summed(gap, codes[0], np.ones(len(gap)))
    levels_up = [name.upper() for name in reversed(names)]
    at = [
        _reml.likelihood(np.array([of[f"variance_component:{name}"] for name in levels_up]) / base_, parents, sums)
        for of, base_ in ((published, published["variance_component:Base"]), (ours, ours["variance_component:Base"]))
    ]
    return ours, at[0].value - at[1].value > 5e-8


def multilevel(rows: pd.DataFrame) -> Ours:
    """Variance and holdback of each level, and the criterion of the fit."""
    options = json.loads(rows.iloc[0].parameters)
    found = [levels_of(options["base"], options["levels"], groups) for groups in rows.groups]
    values = np.array([ours[measure] for (ours, _), measure in zip(found, rows.measure, strict=True)])
    return Ours(values, [""] * len(rows), ["fits better" if better else "" for _, better in found])


def many_groups(rows: pd.DataFrame) -> Ours:
    """All groups of a place at once."""
    first, options = rows.iloc[0], json.loads(rows.iloc[0].parameters)
    name = MANY[first.measure]
    if options.get("normalized"):
        name = "scaled_entropy"
    if first.dataset in UNIT:
        out = [pm.measure(pair(first.dataset, groups.split("|")[0])[0], name).iloc[0] for groups in rows.groups]
        ours = Ours(np.array([row["value"] for row in out]), [""] * len(rows), [""] * len(rows))
    else:
        schools = first.dataset.startswith("schools")
        place = (
            Place(first.dataset, "school", _races(first.dataset), None)
            if schools
            else Place("ew2011", options["unit"], tuple(ETHNIC.values()), "persons")
        )
        ours = looked_up(place, name, rows, [""] * len(rows), [""] * len(rows))
    return ours._replace(values=1 - ours.values) if first.measure == "SimpsonsConcentration" else ours


def information(rows: pd.DataFrame) -> Ours:
    """M and H: of a place, within its parts, between nested units; and entropies."""
    first, options = rows.iloc[0], json.loads(rows.iloc[0].parameters)
    kind, _, letter = first.measure.partition(":")
    if kind == "mutual_total_nested":
        values = [_nested(row.dataset, json.loads(row.parameters), letter) for row in rows.itertuples()]
    elif kind == "mutual_within":
        return _within(rows, options, letter)
    elif kind == "entropy":
        values = [_entropy(row.dataset, json.loads(row.parameters)) for row in rows.itertuples()]
    elif "swapped" in str(options.get("note")):
        table_ = _information_place(first.dataset, {"unit": "school"}, "race").counts().values
        both = {"M": indices.mutual_information(table_.T), "H": indices.information_theory(table_.T)}
        values = [both[letter].item()]
    elif "within" in options:
        whole = _information_place(first.dataset, options, "race")
        values = [
            _value(whole, "mutual_information")
            - _value(_between(first.dataset, options["within"]), "mutual_information")
        ]
        values = [values[0] / _shannon(whole)] if letter == "H" else values
    else:
        name = {"M": "mutual_information", "H": "information_theory"}[letter]
        values = []
        for row in rows.itertuples():
            place = _information_place(row.dataset, options, row.groups)
            if "|" in row.groups:
                focal, against = row.groups.split("|")
                values.append(measured(place, name, focal, against).loc[(row.region, focal, against), "value"])
            else:
                values.append(measured(place, name, None, "rest").loc[(row.region, "", ""), "value"])
        scale = np.log(2) if options.get("base") == 2 and letter == "M" else 1
        values = [value / scale for value in values]
    return Ours(np.array(values, dtype=float), [""] * len(rows), [""] * len(rows))


def _information_place(dataset: str, options: dict, groups: str) -> Place:
    unit = str(options.get("unit", "school")).split("+")[-1].lower()
    if dataset.startswith("ew2011"):
        return Place("ew2011", unit, tuple(ETHNIC.values()), None)
    if dataset == "school_ses":
        return Place(dataset, "school_id", (groups,), None)
    return Place(dataset, unit, _races(dataset), None)


def _between(dataset: str, unit: str) -> Place:
    return _information_place(dataset, {"unit": unit}, "race")


def _value(place: Place, name: str) -> float:
    return float(measured(place, name, None, "rest").loc[("all", "", ""), "value"])


def _shannon(place: Place) -> float:
    return _value(place, "shannon")


def _nested(dataset: str, options: dict, letter: str) -> float:
    inner, outer = options["between"], [name for name in options["within"].split(", ") if name]
    between = _value(_between(dataset, inner), "mutual_information")
    if outer:
        between -= _value(_between(dataset, outer[-1]), "mutual_information")
    return between / _shannon(_between(dataset, inner)) if letter == "H" else between


def _within(rows: pd.DataFrame, options: dict, letter: str) -> Ours:
    dataset = rows.iloc[0].dataset
    place = _information_place(dataset, options, "race")
    index = pd.MultiIndex.from_arrays([rows.region, [""] * len(rows), [""] * len(rows)])
    m = measured(place, "mutual_information", None, "rest").loc[index]
    if letter == "p":
        whole = measured(place, "mutual_information", None, "rest").loc[("all", "", ""), "people"]
        values = m["people"] / whole
    elif letter == "ent_ratio":
        values = measured(place, "shannon", None, "rest").loc[index, "value"] / _shannon(place)
    else:
        name = {"M": "mutual_information", "H": "information_theory"}[letter]
        values = measured(place, name, None, "rest").loc[index, "value"]
    return Ours(values.to_numpy(), list(m["reason"]), [""] * len(rows))


def _entropy(dataset: str, options: dict) -> float:
    place = Place(dataset, "school", _races(dataset), None)
    within = _value(place, "mutual_information") if "within" in options else 0.0
    return _shannon(place) - within


def local_values(rows: pd.DataFrame) -> Ours:
    """Diversity and location quotients of single units."""
    first = rows.iloc[0]
    name = LOCAL[first.measure]
    values = np.full(len(rows), np.nan)
    for groups, part in rows.groupby("groups"):
        people, focal, _ = pair(first.dataset, str(groups) if "|" not in str(groups) else str(groups).split("|")[0])
        result = pm.local(people, name, focal=focal if name == "location_quotient" else None)
        ordered = pd.Series(result["value"].to_numpy(), index=result["unit"].astype(str))
        if "0-based" in first.parameters:
            ordered.index = [str(number) for number in range(len(ordered))]
        values[rows.index.get_indexer(part.index)] = ordered.loc[part.region.astype(str)].to_numpy()
    return Ours(1 - values if "Concentration" in first.measure else values, [""] * len(rows), [""] * len(rows))


def local_information(rows: pd.DataFrame) -> Ours:
    """Local segregation `ls` and shares `p`, of schools or of groups."""
    first, options = rows.iloc[0], json.loads(rows.iloc[0].parameters)
    of_groups = "note" in options
    if first.dataset.startswith("ew2011"):
        people = Place("ew2011", "oa", tuple(ETHNIC.values()), None).counts()
        names = list(ETHNIC)
    else:
        people = Place(first.dataset, "school", _races(first.dataset), None).counts()
        names = list(people.groups)
    if of_groups:
        values, share = indices.local_information(people.values.T), people.values.sum(axis=0) / people.total.sum()
        index = pd.Index(names)
    else:
        result = pm.local(people, "local_information")
        values, share = result["value"].to_numpy(), people.total / people.total.sum()
        index = pd.Index(result["unit"].astype(str))
    out = pd.Series(values if first.measure.endswith("ls") else share, index=index)
    return Ours(out.loc[rows.region.astype(str)].to_numpy(), [""] * len(rows), [""] * len(rows))


def margins(rows: pd.DataFrame) -> Ours:
    """Schools of 2000 with the sizes and groups of 2005, cell by cell."""
    before, after = (table(name).set_index("school")[list(_races("schools00"))] for name in ("schools00", "schools05"))
    common = before.index.intersection(after.index)
    seed, goal = before.loc[common].to_numpy(dtype=float), after.loc[common].to_numpy(dtype=float)
    fitted = indices.fit(seed, goal.sum(axis=1), goal.sum(axis=0)).values
    fitted *= seed.sum() / fitted.sum()  # the other package keeps the people of the first table
    cells = pd.DataFrame(fitted, index=common, columns=before.columns)
    values = np.array([cells.loc[*text.rsplit(":", 1)] for text in rows.region])
    return Ours(values, [""] * len(rows), [""] * len(rows))


#: Our name of a measure of a raster.
PATTERN = {
    "ent": "entropy", "joinent": "joint_entropy", "condent": "conditional_entropy", "mutinf": "mutual_information",
}  # fmt: skip


@functools.cache
def landscape(number: int) -> tuple[np.ndarray, np.ndarray]:
    """A draw that raceland made, and the local densities that placemix finds for it."""
    races = ["asian", "black", "hispanic", "other", "white"]
    people = pd.read_parquet(FOLDER / "cook_race_raster_extdata.parquet")
    people = people.sort_values(["row", "col"])[races].to_numpy(dtype=float).T.reshape(len(races), 60, 60)
    draws = pd.read_parquet(FOLDER / "cook_race_realizations_seed20240101.parquet").sort_values(["row", "col"])
    drawn = draws[f"real{number}"].to_numpy().reshape(60, 60)
    places = np.where(np.isnan(drawn), -1, drawn - 1).astype(int)
    return drawn, pm.patterns.densities(places, people, window=10)


@functools.cache
def pattern(number: int, fun: str, neighbourhood: int, window: int | None, most_missing: float) -> pd.DataFrame:
    """All measures of one draw, by window."""
    drawn, weights = landscape(number)
    found = pm.patterns.measures(
        drawn, weights=weights, fun=fun, neighbourhood=neighbourhood, window=window, most_missing=most_missing
    )
    return found.astype({"measure": str}).set_index(["row", "column", "measure"])


def raster_patterns(rows: pd.DataFrame) -> Ours:
    """Entropies of rasters by window."""
    found = []
    for row in rows.itertuples():
        options = json.loads(row.parameters)
        number, *window = (int(part) for part in row.region.split() if part.isdigit())
        size = None if options["size"] == "NULL" else options["size"]
        at = (window[0] - 1, window[1] - 1) if window else (0, 0)
        table_ = pattern(number, options["fun"], options["neighbourhood"], size, options["threshold"])
        found.append(table_.loc[(*at, PATTERN[row.measure])])
    reasons = ["" if pd.isna(row["reason"]) else row["reason"] for row in found]
    return Ours(np.array([row["value"] for row in found]), reasons, [""] * len(rows))


def neighbouring_cells(rows: pd.DataFrame) -> Ours:
    """Pairs of neighbouring cells by their categories."""
    options = json.loads(rows.iloc[0].parameters)
    drawn, weights = landscape(1)
    weighted = {"weights": weights, "fun": options["fun"]} if "fun" in options else {}
    table_ = pm.patterns.cooccurrence(drawn, neighbourhood=options["neighbourhood"], **weighted)
    values = [table_.loc[tuple(int(part) for part in groups.split("|"))] for groups in rows.groups]
    return Ours(np.array(values), [""] * len(rows), [""] * len(rows))
