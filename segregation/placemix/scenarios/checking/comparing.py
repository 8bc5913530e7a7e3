"""What each scheme by itself does to the mix of homes around it, to indices of its district and to the place gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.checks import id_text
from placemix.counts import Counts
from placemix.gaps import place_gap
from placemix.measuring import measure
from placemix.results import group_names
from placemix.scenarios.checking import arriving
from placemix.scenarios.checking.facts import Evidence
from placemix.scenarios.choosing import objectives_of
from placemix.scenarios.choosing.chance import indices_in, margins
from placemix.scenarios.choosing.scales import apart, diversity, shares
from placemix.scenarios.neighbourhood import neighbourhood_effects

#: Scale of the district in `neighbourhood_effects`.
_DISTRICT = "district"


def mixes_of(
    counts: Counts,
    homes: pd.DataFrame,
    evidence: Evidence,
    objectives: Mapping[str, object],
    *,
    radii: Sequence[str],
    threshold: float,
    below_chance: bool,
    chance: Mapping[str, Any],
) -> tuple[pd.DataFrame | None, dict[str, float]]:
    """Say what each scheme does to the mix of homes, and how far chance moves the indices that are asked for.

    Parameters
    ----------
    counts
        Homes by tenure, as they would be without the schemes.
    homes
        What `arriving.households` gave, one end of each range.
    evidence
        The evidence.
    objectives
        What is compared; indices among them are computed.
    radii, threshold
        As for `neighbourhood_effects`.
    below_chance, chance
        As for `margins`.

    Returns
    -------
    table
        One row for each scheme whose mix and place are known, by `reference`: `unit` (where most of it is), and the
        columns of `objectives_of`. A scheme in several units is in each of them, and the unit and distances are those
        of the one where most of it is. None where nothing is known of any.
    margins
        As `placemix.scenarios.choosing.chance.margins` gives them.
    """
    tenures = group_names(counts)
    here = homes[homes[tenures].notna().all(axis=1)]
    if here.empty:
        return None, {}
    sums = here.groupby("reference", sort=False)[tenures].sum()
    main = here.sort_values("share", ascending=False, kind="stable").drop_duplicates("reference").set_index("reference")
    main = main.reindex(sums.index)
    near = _around(counts, here, main["unit"], evidence, radii, threshold)
    inside = _districts(counts, here, evidence)
    figures, margin = _figures(inside, here, main, sums, evidence, objectives, below_chance, chance)
    added = sums.add_prefix("added_")
    table = pd.concat([main["unit"], added, near, figures], axis=1).rename_axis("reference").reset_index()
    return table, margin


def _around(
    counts: Counts, here: pd.DataFrame, main: pd.Series, evidence: Evidence, radii: Sequence[str], threshold: float
) -> pd.DataFrame:
    """The mix at the unit and the radii beside the district, by reference."""
    tenures = group_names(counts)
    parts = here[["reference", "unit", *tenures]]
    found = pd.DataFrame(
        neighbourhood_effects(
            counts, parts, radii=radii, district=evidence.district, threshold=threshold, together="reference"
        )
    )
    found = found[found["unit"].to_numpy() == found["reference"].map(main).to_numpy()]
    by_scale = {str(scale): rows for scale, rows in found.groupby("scale", sort=False)}
    whole = _shares(by_scale.pop(_DISTRICT), main.index)
    columns: dict[str, Any] = {}
    words = ("defined", "becomes_defined", "ceases_defined")
    defined = {name: np.zeros(len(main), dtype=np.int64) for name in words}
    for scale, rows in by_scale.items():
        mixes = _shares(rows, main.index)
        far = [apart(mix, district) for mix, district in zip(mixes, whole, strict=True)]
        mixed = [diversity(mix) for mix in mixes]
        columns |= {f"from_district_{scale}": far[1], f"from_district_{scale}_change": far[1] - far[0]}
        columns |= {f"diversity_{scale}": mixed[1], f"diversity_{scale}_change": mixed[1] - mixed[0]}
        told = rows.groupby("reference")["defined"].agg(" ".join).reindex(main.index)
        for name, looked in zip(words, ("stays|becomes", "becomes", "ceases"), strict=True):
            defined[name] += told.str.contains(looked).to_numpy(dtype=np.int64)
    return pd.DataFrame({**columns, **defined}, index=main.index)


def _shares(rows: pd.DataFrame, references: pd.Index) -> list[Any]:
    """Shares of the kinds of homes before and after, shape (schemes, kinds)."""
    sides = (
        rows.pivot_table(index="reference", columns="group", values=f"people_{end}", sort=False)
        for end in ("before", "after")
    )
    return [shares(side.reindex(references).to_numpy(dtype=np.float64)) for side in sides]


def _districts(counts: Counts, here: pd.DataFrame, evidence: Evidence) -> Counts:
    """Homes of the districts that schemes lie in: figures are theirs, and not of what is around them."""
    if evidence.district is None:
        return counts
    labels = counts.strata[evidence.district].astype(str).to_numpy()
    return counts.take(np.isin(labels, labels[counts.units.get_indexer(here["unit"])]))


def _figures(
    counts: Counts,
    here: pd.DataFrame,
    main: pd.DataFrame,
    sums: pd.DataFrame,
    evidence: Evidence,
    objectives: Mapping[str, object],
    below_chance: bool,  # noqa: FBT001
    chance: Mapping[str, Any],
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Indices and place gap with each scheme, and what difference is more than chance."""
    tenures, names = group_names(counts), list(indices_in(objectives))
    condition, focal = evidence.condition, evidence.focal
    known = pd.Index([] if condition is None else [id_text(unit) for unit in condition.dropna().index])
    if focal is None or not counts.units.isin(known).any():
        condition = None
    if not names and condition is None:
        return pd.DataFrame(index=sums.index), {}
    # The whole scheme in its main unit, unless that would pull down more there than there is.
    own = counts.values[counts.units.get_indexer(main["unit"])]
    fits = (own + sums.to_numpy() >= 0).all(axis=1)
    comers = sums.copy()
    comers.loc[~fits] = main.loc[~fits, tenures]
    comers = comers.assign(unit=main["unit"]).reset_index()
    found = objectives_of(counts, comers, radii=[], measures=names, focal=focal, condition=condition, name="reference")
    margin = margins(
        counts, comers, found, objectives, focal=focal, condition=condition, below_chance=below_chance, **chance
    )
    wanted = [name for one in names for name in (one, f"{one}_change")]
    wanted += [] if condition is None else ["place_gap", "place_gap_change", "place_gap_size"]
    table = pd.DataFrame(found).set_index("alternative")[wanted].reindex(sums.index)
    before = _measured(counts, names, focal, condition)
    for reference, rows in here[here["reference"].duplicated(keep=False)].groupby("reference", sort=False):
        after = _measured(arriving.changed(counts, rows), names, focal, condition)
        if condition is not None and not rows["unit"].isin(known).all():
            # Homes in a place whose condition is not known would change the gap by nobody knows how much.
            after["place_gap"] = np.nan
        for name, value in after.items():
            table.loc[reference, [name, f"{name}_change"]] = [value, value - before[name]]
        if condition is not None:
            table.loc[reference, "place_gap_size"] = abs(after["place_gap"])
    return table, margin


def _measured(counts: Counts, names: list[str], focal: str | None, condition: pd.Series | None) -> dict[str, float]:
    found = {}
    if names:
        rows = measure(counts, names, focal=focal)
        found = dict(zip(rows["measure"].astype(str), rows["value"].astype(float), strict=True))
    if condition is not None:
        found["place_gap"] = float(place_gap(counts, condition, focal=focal)["gap"].iloc[0])
    return found
