"""How many people are where a share passes a threshold: whose share is yours to say."""

from __future__ import annotations

import placemix as pm

schools = pm.datasets.town().rolls_latest()

# "Over 90 %" is strict: a school at exactly 90 % is not counted.
single = pm.concentration_profile(schools, share="largest", thresholds=[0.5, 0.75, 0.9], op=">", by="phase")
print(single[["phase", "threshold", "value", "people_above", "people", "units_above", "units"]].round(3).to_string())

# Pupils of one group in schools where that group has at least a given share.
own = pm.concentration_profile(schools, focal="blue", thresholds=[0.1, 0.3, 0.5, 0.7])
print(own[["focal", "share", "threshold", "value", "members_above"]].round(3).to_string(index=False))

# Pupils of one group where most others are not of another.
beside = pm.concentration_profile(schools, focal="blue", share="not amber", thresholds=[0.5])
print(beside[["focal", "share", "threshold", "value"]].round(3).to_string(index=False))
