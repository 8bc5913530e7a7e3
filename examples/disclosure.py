"""A table of schools made safe to print, attacked, and measured as far as what is printed allows (synthetic town)."""

from __future__ import annotations

import placemix as pm

rolls = pm.datasets.town().rolls_latest()
secondary = rolls.take((rolls.strata["phase"] == "secondary").to_numpy())
safe = pm.outcomes.suppress(secondary, "min10")
print(safe)
print(safe.to_frame().iloc[[0, 1, 2, -1]].to_string(index=False), "\n")

left = pm.outcomes.recoverable(safe)
print(f"{len(left)} hidden counts, {int(left['recovered'].sum())} recovered, narrowest range {left['width'].min():.0f}")

found = pm.inference.hidden_bounds(safe.counts, "dissimilarity", focal="blue")
print(f"D is between {found['lower'].item():.4f} and {found['upper'].item():.4f},", end=" ")
print(f"and was {pm.estimate(secondary, 'dissimilarity', focal='blue').value:.4f} before counts were hidden.")
