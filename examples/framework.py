"""Which of the framework's indicators can be told from what one has? Tables of a synthetic town."""

from __future__ import annotations

import placemix as pm

rows = pm.outcomes.framework()
print(rows.groupby(["domain", "role"], sort=False).size().to_string(), "\n")
print(rows.loc[rows["id"] == "education-indicator-3", ["wording", "measure", "needs", "proxy"]].T.to_string(), "\n")

town = pm.datasets.town()
outcomes = town.frames()["outcomes_by_group"]
results, stops = (outcomes[outcomes["indicator"] == name] for name in ("attainment", "stops"))
counted = {"area": "district", "groups": "colour; sex", "period": 2021, "published": "yes"}
holdings = {
    "results": {"indicators": ["education-indicator-2"], "table": results, **counted},
    "stops": {
        "indicators": ["justice-indicator-2"],
        "table": stops,
        "columns": {"unit": "district", "events": "numerator", "people": "denominator", "denominator_kind": "of"},
        **counted,
    },
    "homes": {**counted, "indicators": ["housing-indicator-3"], "table": town.residents(), "area": "unit"},
    "rolls": {"indicators": ["education-indicator-3"], "proxy": "the mix of schools", "period": "2020/21"},
}
known = pm.outcomes.framework(status=True, holdings=holdings)
shown = ["id", "status", "area", "last_year", "published", "estimate"]
print(known.loc[known["holdings"].notna(), shown].to_string(index=False))
print(known.explain(), "\n")

by_colour = results.groupby("group", as_index=False)[["numerator", "denominator"]].sum()
print(pm.outcomes.estimate_indicator("education-aim-2", by_colour, focal="green").explain())
