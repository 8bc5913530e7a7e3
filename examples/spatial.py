"""How segregated is a town within walking distance, and does it depend on how far one walks?"""

from __future__ import annotations

import placemix as pm

homes = pm.datasets.town().residents("before")

# The same evenness and isolation with more and more people around each resident.
for radius in ("250 m", "500 m", "1 km", "2 km", "4 km"):
    near = pm.surroundings.kernel(homes, bandwidth=radius)
    table = pm.measure(homes, ["information_theory", "isolation"], focal="blue", around=near)
    h, isolation = table["value"].round(3)
    print(f"{radius:>6}: H {h:.3f}, isolation {isolation:.3f}, beyond the map {table['edge_share'].iloc[0]:.1%}")

# Equal numbers of people instead of equal distances; districts are closed regions of their own.
near = pm.surroundings.nearest_people(homes, people=2_000)
print(pm.measure(homes, "dissimilarity", focal="blue", by="district", around=near)[["district", "value", "around"]])

# Do members of a group live near each other? Proximity needs a length.
near = pm.surroundings.proximity(homes, decay_length="1 km", cutoff="10 km")
print(pm.estimate(homes, "spatial_proximity", focal="blue", around=near).explain())

# Whom do residents of each unit have around them?
near = pm.surroundings.kernel(homes, bandwidth="1 km")
local = pm.local(homes, "local_exposure", focal="blue", against="amber", around=near)
print(local.nlargest(3, "people")[["unit", "value", "people"]].round(3).to_string(index=False))
