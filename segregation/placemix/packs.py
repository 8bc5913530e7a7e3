"""Recompute a saved result and name the first value that differs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix import continuous, decompose, inference, outcomes, scales, scenarios, schools, typology
from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.carried import Input, fingerprint, restore
from placemix.counts import Counts
from placemix.curves import lorenz_dominance, segregation_curve, vertical_segregation
from placemix.decompose import compare_dates
from placemix.errors import InvalidPack, NoPlace, NotCounts, UnreadableFile
from placemix.flows import Flows
from placemix.gaps import place_gap
from placemix.measuring import inputs as surrounded
from placemix.measuring import measure, pairwise
from placemix.outcomes.contact.remaking import RECALLED as CONTACT
from placemix.outcomes.joining.recalling import RECALLED as JOINING
from placemix.results import PACK
from placemix.schools.allocation.recalling import remade
from placemix.surroundings import Surroundings
from placemix.surroundings.packing import fingerprint as fingerprint_around
from placemix.typology.clusters.recalling import RECALLED
from placemix.typology.dates.retracing import RETRACED
from placemix.typology.places.again import recalled
from placemix.units import concentration_profile, local

#: Largest relative difference of a recomputed value, for any number of threads.
TOLERANCE = 1e-9
#: Differences below this are rounding of a zero.
ROUNDING = 1e-15
#: A pack larger than this is refused before it is unpacked.
LARGEST = 2**31


def _two_tables(
    verb: Callable[..., pd.DataFrame],
    *,
    around_first: Surroundings | None = None,
    around_second: Surroundings | None = None,
    **given: Any,  # noqa: ANN401
) -> pd.DataFrame:
    around = None if around_first is None else (around_first, around_second)
    return verb(**given, around=around)


def _dates(verb: Callable[..., pd.DataFrame], **given: Any) -> pd.DataFrame:  # noqa: ANN401
    places = sorted((name for name in given if name.startswith("date_")), key=lambda name: int(name[5:]))
    return verb([given.pop(name) for name in places], **given)


_VERBS: Mapping[str, Callable[..., pd.DataFrame]] = {
    "decompose.change": partial(_dates, decompose.change),
    "decompose.change_by_unit": partial(_dates, decompose.change_by_unit),
    "decompose.compare_places": partial(_two_tables, decompose.compare_places),
    "decompose.compress": decompose.compress,
    "decompose.contributions": decompose.contributions,
    "decompose.expected_change": decompose.expected_change,
    "decompose.gradients": decompose.gradients,
    "decompose.impacts": decompose.impacts,
    "decompose.multilevel_dissimilarity": decompose.multilevel_dissimilarity,
    "decompose.nested": decompose.nested,
    "decompose.nested_groups": decompose.nested_groups,
    "inference.difference": partial(_two_tables, inference.difference),
    "inference.difference_of_groups": inference.difference_of_groups,
    "inference.hidden_bounds": inference.hidden_bounds,
    "inference.influence": inference.influence,
    "decompose.sorting_beyond_chance": decompose.sorting_beyond_chance,
    "inference.intervals": inference.intervals,
    "inference.jackknife": inference.jackknife,
    "inference.minimum_detectable_change": inference.minimum_detectable_change,
    "inference.modelled_segregation": inference.modelled_segregation,
    "inference.perturbation_sensitivity": inference.perturbation_sensitivity,
    "inference.ranking": inference.ranking,
    "inference.sorting": inference.sorting,
    "inference.table": inference.table,
    "compare_dates": compare_dates,
    **{f"continuous.{name}": getattr(continuous, name) for name in continuous.__all__},
    "concentration_profile": concentration_profile,
    "local": local,
    "lorenz_dominance": lorenz_dominance,
    "segregation_curve": segregation_curve,
    "vertical_segregation": vertical_segregation,
    "measure": measure,
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.bridging.__all__ if name != "Condition"},
    **CONTACT,
    **JOINING,
    "outcomes.recoverable": outcomes.recoverable,
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.work.__all__},
    "outcomes.framework": outcomes.framework,
    "outcomes.scorecard": outcomes.scorecard,
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.disparity.__all__},
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.gradients.__all__},
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.standards.__all__},
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.participation.__all__},
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.perception.__all__},
    **{f"outcomes.{name}": getattr(outcomes, name) for name in outcomes.seats.__all__ if name != "Base"},
    "pairwise": pairwise,
    "place_gap": place_gap,
    "profile": scales.profile,
    **remade({"schools.admit": schools.admit, "schools.lotteries": schools.lotteries}),
    "schools.access": schools.access,
    "scenarios.added_by_unit": scenarios.added_by_unit,
    "scenarios.calibrate": scenarios.calibrate,
    "scenarios.equality_annex": scenarios.equality_annex,
    "scenarios.expected_mix": scenarios.expected_mix,
    "scenarios.index_effects": scenarios.index_effects,
    **{f"scenarios.{name}": getattr(scenarios, name) for name in scenarios.choosing.__all__},
    **{f"scenarios.{name}": getattr(scenarios, name) for name in scenarios.access.__all__},
    **{f"scenarios.{name}": getattr(scenarios, name) for name in scenarios.siting.__all__},
    "scenarios.neighbourhood_effects": scenarios.neighbourhood_effects,
    "scenarios.pareto_table": scenarios.pareto_table,
    "scenarios.plan_effects": scenarios.plan_effects,
    "scenarios.people_by_tenure": scenarios.people_by_tenure,
    "scenarios.placed": scenarios.placed,
    "scenarios.scheme_people": scenarios.scheme_people,
    "scenarios.school_places": scenarios.school_places,
    "scenarios.tenure_profile": scenarios.tenure_profile,
    "scenarios.without": scenarios.without,
    "schools.between": schools.between,
    "schools.contributions": schools.contributions,
    **{f"schools.{name}": getattr(schools, name) for name in schools.catchments.__all__},
    "schools.compare_access": schools.compare_access,
    "schools.contrast": schools.contrast,
    "schools.federate": schools.federate,
    "schools.gap_nearest": schools.gap_nearest,
    "schools.place_mix": schools.place_mix,
    "schools.places": schools.places,
    "schools.ratio_local_children": schools.ratio_local_children,
    "schools.ratio_local_residents": schools.ratio_local_residents,
    "schools.ratio_same_children": schools.ratio_same_children,
    "schools.segregation": schools.segregation,
    "schools.shortfalls": schools.shortfalls,
    "schools.simulate_preferences": schools.simulate_preferences,
    "schools.travel_times": schools.travel_times,
    "schools.twin": schools.twin,
    "table": scales.table,
    "zoning": scales.zoning,
    **RECALLED,
    **RETRACED,
    "typology.characteristics": partial(recalled, typology.characteristics),
    "typology.classify": partial(recalled, typology.classify),
    "typology.compare_schemes": partial(recalled, typology.compare_schemes),
    "typology.disagreements": partial(recalled, typology.disagreements),
    "typology.objective": partial(recalled, typology.objective),
    "typology.uncertainty": partial(recalled, typology.uncertainty),
}

#: What an input of each kind is, in code and in words, and where it comes from.
_KINDS: Mapping[str, tuple[Any, str, str]] = {
    "counts": (Counts, "counts", "Make them with placemix.from_wide first."),
    "flows": (Flows, "flows", "Make them with placemix.Flows.from_table first."),
    "series": (pd.Series, "series", "Pass the series that the result was made from."),
    "frame": (pd.DataFrame, "table", "Pass the table that the result was made from."),
    surrounded.KIND: (Surroundings, "surroundings", "Make them with a function of placemix.surroundings first."),
}


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of recomputing a pack.

    Attributes
    ----------
    same
        Whether every value came out again.
    values
        Values compared.
    first
        The first value that differs, in words, or an empty text.
    largest
        Largest relative difference found.
    saved_with, checked_with
        Versions of placemix.
    """

    same: bool
    values: int
    first: str
    largest: float
    saved_with: str
    checked_with: str

    def __str__(self) -> str:
        versions = f"saved with placemix {self.saved_with}, checked with {self.checked_with}"
        if self.same:
            off = f"within {self.largest:.1e}" if self.largest else "to the last digit"
            return f"Verified: {self.values:,} values recomputed {off} ({versions})."
        return f"Differs: {self.first} ({versions})."


def verify(path: str | Path, **inputs: Input | Surroundings) -> Verification:
    """Recompute every value of a saved result.

    Nothing in the file is executed or unpickled: it names one of placemix's own verbs.

    Parameters
    ----------
    path
        Pack written by `Result.save`.
    **inputs
        Inputs by their name, such as ``counts=`` and ``around=``, for a pack that holds only their hash.

    Returns
    -------
    verification
        Whether all values came out again within 1e-9, and the first that did not.

    Raises
    ------
    InvalidPack
        The file is not a pack, was changed, or is not of these inputs.

    Examples
    --------
    >>> import tempfile, pathlib, pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pack = pm.measure(homes, "dissimilarity", focal="asian").save(pathlib.Path(folder) / "homes.zip")
    ...     pm.verify(pack).same
    True
    """
    manifest, saved, carried = _read(Path(path))
    given: dict[str, Any] = {}
    for name, about in manifest["inputs"].items():
        around = about["kind"] == surrounded.KIND
        if name in inputs:
            value = inputs[name]
            if not isinstance(value, _KINDS[about["kind"]][0]):
                _, wanted, remedy = _KINDS[about["kind"]]
                message = f"{name} must be {wanted}, not a {type(value).__name__}."
                raise NotCounts(message, remedy=remedy)
            given[name] = value
            found = fingerprint_around(value) if isinstance(value, Surroundings) else fingerprint(value)
            if found != about["hash"]:
                message = f"{name} is not the input the result came from: its hash differs."
                raise InvalidPack(message, remedy="Read the same file in the same way, or ask for a pack with inputs.")
        elif name in carried:
            given[name] = surrounded.restored(about, carried[name]) if around else restore(about, carried[name])
        else:
            message = f"The pack holds only the hash of {name}."
            remedy = f"Call verify(path, {name}=…) with the {_KINDS[about['kind']][1]} themselves."
            raise InvalidPack(message, remedy=remedy)
    try:
        recomputed = pd.DataFrame(_VERBS[manifest["verb"]](**given, **manifest["arguments"]))
    except NoPlace as fault:
        message = "A pack holds no map, and this result needs to know where its units are."
        names = ", ".join(f"{name}=…" for name in manifest["inputs"])
        raise InvalidPack(message, remedy=f"Call verify(path, {names}) with the counts and their places.") from fault
    return _compared(saved, recomputed, str(manifest["placemix"]))


def _read(path: Path) -> tuple[dict[str, Any], pd.DataFrame, dict[str, pd.DataFrame]]:
    if not path.is_file():
        message = f"There is no file {str(path)!r}."
        raise UnreadableFile(message)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST:
                message = "The pack is larger than 2 GiB."
                raise InvalidPack(message)
            manifest = json.loads(archive.read("manifest.json"))
            values = pd.read_parquet(io.BytesIO(archive.read("values.parquet")))
            names = [name for name in archive.namelist() if name.startswith("inputs/")]
            carried = {Path(name).stem: pd.read_parquet(io.BytesIO(archive.read(name))) for name in names}
        known = manifest["pack"] == PACK and manifest["verb"] in _VERBS and isinstance(manifest["arguments"], dict)
        complete = all("hash" in about and about["kind"] in _KINDS for about in manifest["inputs"].values())
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        message = f"{path.name!r} is not a pack of placemix."
        raise InvalidPack(message, remedy="Give the file that Result.save wrote.") from error
    if not (known and complete):
        message = f"{path.name!r} is of another format or a newer version."
        raise InvalidPack(message, remedy=f"This is placemix {__version__}.")
    return manifest, values, carried


def _compared(saved: pd.DataFrame, recomputed: pd.DataFrame, version: str) -> Verification:
    words = {"flag", "sentence", "note", "reason", "verdict", "sorting"}
    numeric = [name for name in saved.columns if pd.api.types.is_numeric_dtype(saved[name].dtype)]
    keys = [name for name in saved.columns if name == "threshold" or name not in {*numeric, *words, "version"}]
    numbers = [name for name in numeric if name not in keys]
    if not len(saved):
        message = "The pack holds no rows."
        raise InvalidPack(message, remedy="Save the result before every row is filtered out.")
    odd = [name for name in [*saved.columns, *recomputed.columns] if (name in saved) != (name in recomputed)]
    if odd:
        return Verification(False, 0, f"column {odd[0]!r} is in one of the two only", np.inf, version, __version__)  # noqa: FBT003
    ours, theirs = _labels(saved, keys), _labels(recomputed, keys)
    place = pd.Index(theirs).get_indexer_for(ours) if theirs.is_unique else np.arange(len(saved))
    if len(place) != len(saved) or (place < 0).any():
        row = ours[place < 0][0] if len(place) == len(saved) else ours[0]
        return Verification(False, 0, f"row {row!r} does not come out again", np.inf, version, __version__)  # noqa: FBT003
    worst, first = 0.0, (len(saved), "")
    for name in numbers:
        old, new = (
            frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for frame in (saved, recomputed.iloc[place])
        )
        off = _difference(old, new)
        worst = max(worst, float(off.max(initial=0.0)))
        bad = np.flatnonzero(off > TOLERANCE)
        if len(bad) and bad[0] < first[0]:
            row = int(bad[0])
            first = (row, f"{name} of {ours[row]!r} was {float(old[row])!r} and is {float(new[row])!r}")
    told = sorted(words & set(saved.columns))
    for name in told:
        old_texts, new_texts = (_texts(frame[name]) for frame in (saved, recomputed.iloc[place]))
        bad = np.flatnonzero(old_texts != new_texts)
        if len(bad) and bad[0] < first[0]:
            row = int(bad[0])
            first = (row, f"{name} of {ours[row]!r} was {old_texts[row]!r} and is {new_texts[row]!r}")
    count = len(saved) * (len(numbers) + len(told))
    return Verification(not first[1], count, first[1], worst, version, __version__)


def _texts(column: pd.Series) -> Any:  # noqa: ANN401
    """Texts of a column, missing ones as a dash."""
    return column.astype(object).where(column.notna(), "-").map(str).to_numpy(dtype=object)


def _labels(frame: pd.DataFrame, keys: list[str]) -> pd.Index:
    """One text a row that says which row it is."""
    texts = [_texts(frame[name]) for name in keys]
    return pd.Index([" | ".join(row) for row in zip(*texts, strict=True)])


def _difference(old: FloatArray, new: FloatArray) -> FloatArray:
    """Relative difference of two columns; a true zero may come out as rounding."""
    size = np.maximum(np.maximum(np.abs(old), np.abs(new)), 1e-300)
    with np.errstate(invalid="ignore"):
        off = np.where(np.abs(old - new) <= ROUNDING, 0.0, np.abs(old - new) / size)
    off = np.where((old == new) | (np.isnan(old) & np.isnan(new)), 0.0, off)
    return np.where(np.isnan(off), np.inf, off)
