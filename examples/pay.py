"""Pay gaps, what goes with them and mobility between classes: made-up staff, and the table of Glass (1954)."""

from __future__ import annotations

import numpy as np
import pandas as pd

import placemix as pm

rng = np.random.default_rng(2)
staff = pd.DataFrame({"group": rng.choice(["amber", "blue"], 800, p=[0.7, 0.3])})
blue = staff["group"] == "blue"
staff["grade"] = np.where(rng.random(800) < np.where(blue, 0.15, 0.3), "senior", "junior")
staff["years"] = rng.integers(0, 25, 800)
staff["pay"] = 12 + 9 * (staff["grade"] == "senior") + 0.2 * staff["years"] - blue + rng.gamma(2, 1.5, 800)

gaps = pm.outcomes.pay_gap(staff, against="amber")
print(gaps[["statistic", "pay_focal", "pay_against", "gap", "lower", "upper"]].round(3).to_string(index=False), "\n")
for reference in ("against", "focal", "pooled"):
    found = pm.outcomes.oaxaca_blinder(
        staff, focal="blue", against="amber", characteristics=["grade", "years"], reference=reference, draws=199
    )
    parts = found[found["characteristic"].isna() & found["value"].notna()].set_index("part")["value"].round(2)
    print(f"{reference:8}", parts[["difference", "explained", "unexplained"]].to_dict())

classes = ["unskilled", "skilled", "supervisory", "managerial", "professional"]
sons = [411, 320, 72, 42, 0, 447, 714, 185, 150, 14, 96, 223, 110, 78, 11, 55, 154, 84, 174, 28, 8, 18, 8, 45, 50]
table = pd.DataFrame({"origin": np.repeat(classes, 5), "destination": classes * 5, "people": sons})
print()
found = pm.outcomes.mobility(table, classes=classes, count="people")
print(found[["statistic", "value", "expected", "lower", "upper"]].round(3).to_string(index=False))
