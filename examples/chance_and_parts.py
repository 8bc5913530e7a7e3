"""Is a value more than chance, how sure is it, and where does it lie?"""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
homes = town.residents("before")

chance = pm.inference.table(homes, ["dissimilarity", "isolation"], focal="blue", draws=99)
print(chance[["measure", "value", "expected", "sd", "p_value"]].round(3).to_string(index=False))
print(f"People were dealt {chance['cluster'].iloc[0]}.\n")

interval = pm.inference.interval(homes, "dissimilarity", focal="blue", resample="people", draws=99)
print(interval.explain(), "\n")

change = pm.inference.difference(homes, town.residents("after"), "dissimilarity", focal="blue", draws=99)
print(change[["difference", "lower", "upper", "p_value"]].round(3).to_string(index=False), "\n")

parts = pm.decompose.nested(homes, ["district", "ward"])
print(parts.groupby("between", sort=False)["share"].sum().map("{:.0%}".format).to_string())
