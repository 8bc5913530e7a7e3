"""One value a unit: where a group is above its overall share, and how mixed each place is."""

from __future__ import annotations

import placemix as pm

counties = pm.from_wide(
    pm.datasets.nc_births(),
    groups={"white": "white_1974", "nonwhite": "nonwhite_1974"},
    unit="county",
    about={"source": "libpysal example sids2, after Cressie (1993)", "universe": "live births 1974-78"},
)
quotients = pm.local(counties, "location_quotient", focal="nonwhite").sort_values("value", ascending=False)
# The limits are what chance alone would give a county of that size.
print(quotients[["unit", "value", "lower", "upper", "people"]].head().round(2).to_string(index=False))

mix = pm.local(counties, ["effective_groups", "local_information"])
wide = mix.astype({"measure": str}).pivot_table(index="unit", columns="measure", values="value")
print(wide.describe().loc[["min", "50%", "max"]].round(3))
