"""Two dates on one geography: summed onto common areas, or estimated on the later units, and what that smooths."""

from __future__ import annotations

import warnings

import placemix as pm

# Synthetic: a town whose units were split, merged and drawn anew between its two dates.
town = pm.datasets.town()
then, now = town.residents("before"), town.residents("after")

common = pm.harmonise.align(then, now, lookup=town.lookup)
print(common, end="\n\n")

with warnings.catch_warnings():
    # Expected: some of the earlier people are shared out, which the experiment below is about.
    warnings.simplefilter("ignore", pm.errors.SmoothedByInterpolation)
    moved = pm.harmonise.align(then, now, lookup=town.lookup, method="weights", irregular="people")
    print(moved, end="\n\n")
    # By ground, with units that the map leaves without a shape taken out at both dates.
    shapeless = now.units[now.geometry.isna().to_numpy()]
    by_area = pm.harmonise.align(
        then.take(~then.units.isin(shapeless)), now.take(~now.units.isin(shapeless)), method="areal"
    )
print(f"By ground: {by_area.interpolated:.1%} of people divided, {len(by_area.after):,} units")

bias = pm.inference.smoothing_bias(moved, ["dissimilarity", "isolation"], focal="blue", by="district")
print(bias[["district", "measure", "value_true", "bias", "interpolated"]].round(4).to_string(index=False))
