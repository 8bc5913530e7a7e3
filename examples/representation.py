"""Who holds seats and posts, how long until parity, and what a vote weighs? All numbers are made up."""

from __future__ import annotations

import pandas as pd

import placemix as pm

base = pm.outcomes.Base(
    share=0.12, population="residents of the city", ages="18 and over", pool="citizens", year=2021, source="census"
)
places = {"council": 60, "police panel": 12, "health board": 8}
held = pm.outcomes.representation({"council": 5, "police panel": 0, "health board": 0}, places, base=base)
print(held[["body", "members", "places", "expected", "posts", "ratio", "p_at_most"]].round(3).to_string(index=False))
print(held["note"].iloc[0], "\n")

boards = pm.outcomes.boards_without_member(places, base=base, without=2)
print(
    boards.loc[boards["observed"], ["without", "probability", "at_least", "expected"]].round(3).to_string(index=False)
)

years = pm.outcomes.time_to_parity(held["share"].iloc[-1], base.share, 0.08, 0.2)
print(years[["case", "turnover", "years", "limit"]].round(3).to_string(index=False), "\n")

areas = pd.DataFrame({"area": list("abc"), "x": [60, 10, 30], "y": [40, 70, 60]})
adults = pm.from_wide(areas, groups=["x", "y"], unit="area", about={"universe": "adults"})
plans = pd.DataFrame({"now": ["N", "S", "S"], "next": ["N", "N", "S"]}, index=list("abc"))
weights = pm.outcomes.electoral_weight(pd.Series({"a": 60, "b": 60, "c": 75}), adults, plans)
print(weights[["plan", "group", "weight", "on_electors", "members_share"]].round(3).to_string(index=False))
