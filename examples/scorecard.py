"""What is known of a town, and what is not? A scorecard of the synthetic town, with its page."""

from __future__ import annotations

import tempfile
from pathlib import Path

import placemix as pm

town = pm.datasets.town()
outcomes = town.frames()["outcomes_by_group"]
results = outcomes[outcomes["indicator"] == "attainment"].groupby("group", as_index=False)[["numerator", "denominator"]]
about = {"area": "The town", "period": 2021, "published": "yes", "synthetic": True}
evidence = [
    {
        **about, "indicator": "education-indicator-2", "measure": "risk_ratio", "table": results.sum(),
        "universe": "pupils at 16", "source": "the town's results", "grouping": "colour",
    },
]  # fmt: skip
holdings = {
    "homes": {"indicators": ["housing-indicator-1"], "table": ["unit", "rate"], "area": "unit", "period": 2021},
    "party": {"indicators": ["politics-indicator-1"], "refused": "councillors are known by party alone"},
}
notes = [
    {
        "indicator": "politics-indicator-3", "text": "Two of the six boards have a green member",
        "source": "minutes of the boards", "date": "2021-11-01",
    },
]  # fmt: skip
card = pm.outcomes.scorecard("The town", 2021, {"green": "amber"}, evidence=evidence, holdings=holdings, notes=notes)
print(card["presence"].value_counts().to_string(), "\n")
print(card[card["domain"] == "Education"].explain(), "\n")
shown = ["indicator", "missing", "status", "reason"]
print(card.loc[card["indicator"].str.contains("politics|housing"), shown].to_string(index=False))
page = Path(tempfile.mkdtemp()) / "scorecard.html"
pm.report.of_scorecard(card, out=page, published_by="The town council")
print(page.name, page.stat().st_size > 100_000)
