"""Which places are alike? Types found in the data, what they are, and the same types at a second date."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
homes = town.residents("before")

numbers = pm.typology.choose_classes(homes, classes=range(2, 6), draws=10)
print(numbers[["classes", "silhouette", "stability", "least_units"]].round(2).to_string(index=False), "\n")

types = pm.typology.geodemographics(homes, classes=3, draws=20)
print(types.groupby(["class", "name"])[["silhouette", "stability"]].mean().round(2).to_string(), "\n")

portraits = pm.typology.portraits(types)
named = portraits[portraits["named"]]
print(named[["class", "category", "share", "overall", "quotient"]].round(2).to_string(index=False), "\n")

later = pm.typology.assign(types, town.residents("after"))
people = types.groupby("name")["people"].sum().to_frame("before")
people["after"] = later.groupby("name")["people"].sum()
print(people.to_string())
