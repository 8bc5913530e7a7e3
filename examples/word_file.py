"""The same sections as an HTML page and as a Word file, for those who circulate and comment on paper."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import docx

import placemix as pm

town = pm.datasets.town()
homes = town.residents()
condition = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")["income_deprivation"]
result = pm.measure(homes, ["dissimilarity", "isolation"], focal="blue", against="amber", by="district")
gap = pm.place_gap(homes, condition, focal="blue", against="amber", by="district")
sections = [
    ("What was asked", ["How far apart do two groups of residents live, in each district?", result]),
    pm.report.sections.unequal(gap, condition="income deprivation", member="resident"),
]
words = {"title": "Two groups in a synthetic town", "kicker": "The synthetic town · 2021", "synthetic": True}

with tempfile.TemporaryDirectory() as folder:
    page = pm.report.page(sections, out=Path(folder) / "town.html", **words)
    file = pm.report.document(sections, out=Path(folder) / "town.docx", publisher="Town planning", **words)
    print(f"{page.name} and {file.name}, {file.stat().st_size // 1024} kB, say the same:")
    for line in docx.Document(io.BytesIO(file.read_bytes())).paragraphs:
        if line.style.name in {"Title", "Heading 1", "Caption", "Figure Caption"}:
            print(f"  {line.style.name}: {line.text[:90]}")
