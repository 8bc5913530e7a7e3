"""How separate schools are, beside chance, and what they are held against. The town is synthetic: it does not exist."""

import placemix as pm

town = pm.datasets.town()
rolls = town.rolls_latest()

# The indices of schools by phase, each beside what the same schools would show if they took pupils regardless of group.
found = pm.schools.segregation(rolls, focal="blue", phase="phase", draws=49)
print(found[["phase", "measure", "value", "expected", "corrected"]].round(3).to_string(index=False))

# Schools beside residents around them, pooled to the nearest school.
secondary = rolls.take((rolls.strata["phase"] == "secondary").to_numpy())
residents = town.residents()
residents = residents.take(residents.geometry.notna().to_numpy())
near = pm.schools.ratio_local_residents(secondary, residents, focal="blue", measures="dissimilarity", draws=49)
print(near[["definition", "school", "home", "ratio", "corrected_ratio"]].round(3).to_string(index=False))

# How much lies between planning areas, and how much would lie between any such areas.
between = pm.schools.between(rolls, "planning_area", focal="blue", phase="phase", draws=99)
print(between[["phase", "value", "between", "share", "expected", "p_value"]].round(3).to_string(index=False))

# The schools that the separation of each phase rests on most.
parts = pm.schools.contributions(rolls, focal="blue", phase="phase").sort_values("share", ascending=False)
print(parts[["phase", "unit", "share_focal", "share"]].head(4).round(3).to_string(index=False))
