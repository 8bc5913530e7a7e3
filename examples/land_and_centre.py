"""On how much land a group lives, and how near the centre: areas from the map, the centre from you."""

from __future__ import annotations

import placemix as pm

homes = pm.datasets.town().residents("after")
homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape

# Areas are those of the shapes; a column of land would come before them: from_wide(…, area="land").
land = pm.measure(homes, ["delta", "absolute_concentration", "relative_concentration"], focal="blue")
print(land[["measure", "value", "around"]].round(3).to_string(index=False))

# The centre is a choice, and stands in every row. Here: the middle of the map.
west, south, east, north = homes.geometry.total_bounds
centre = ((west + east) / 2, (south + north) / 2)
names = ["relative_centralisation", "absolute_centralisation", "proportion_central(radius=2000)"]
central = pm.measure(homes, names, focal=["blue", "amber"], centre=centre)
print(central[["measure", "focal", "value"]].round(3).to_string(index=False))

# How much of it would chance alone give, with people dealt to places at random?
beside = pm.inference.table(homes, "relative_centralisation", focal="blue", centre=centre, draws=99)
print(beside[["value", "expected", "p_value"]].round(3).to_string(index=False))

# Around which units does the group live nearer than everyone else?
local = pm.local(homes, "local_relative_centralisation(neighbours=8)", focal="blue")
print(local.nlargest(3, "value")[["unit", "value", "people"]].round(3).to_string(index=False))
