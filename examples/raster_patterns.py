"""Diversity and segregation without areas: people in cells, one group a cell by chance, pairs of neighbours."""

from __future__ import annotations

import numpy as np

import placemix as pm

# Synthetic: a town whose residents are known by unit. Nobody is lost on the way into the cells.
town = pm.datasets.town().residents("before")
people = pm.patterns.population(town, cell="100 m")
print(people)

whole = pm.patterns.landscape(people, draws=30, seed=1)
print(whole[["measure", "value", "sd"]].round(4).to_string(index=False))

# What chance alone gives: everyone in the same places, with the town's shares in every cell.
share = np.nansum(people.values, axis=(1, 2)) / np.nansum(people.values)
mixed = share[:, np.newaxis, np.newaxis] * people.values.sum(axis=0)
chance = pm.patterns.landscape(mixed, draws=30, seed=1)
for name, found in (("town", whole), ("mixed by chance", chance)):
    print(f"{name}: mutual information {found['value'].iloc[3]:.4f} bits")

# Windows of 2 km, one kilometre apart; those with too few cells in the town have no value.
windows = pm.patterns.landscape(people, draws=30, seed=1, window=20, step=10)
entropy = windows[windows["measure"] == "entropy"]
print(entropy.groupby("reason", observed=True).size().to_dict(), "windows without a value")
print(entropy.dropna(subset="value").nlargest(3, "value")[["west", "north", "value", "sd"]].round(3).to_string())

# A raster of any categories, such as land use, as an array or a file of any size.
land = np.repeat([[1, 1, 1, 2, 2, 3]], 6, axis=0)
print(pm.patterns.cooccurrence(land, neighbourhood=8).astype(int))
