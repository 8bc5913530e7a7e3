"""The picture of the README: where births to non-white mothers were, and how far together."""

from __future__ import annotations

import sys

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import placemix as pm

counties = pm.datasets.nc_births()
births = pm.from_wide(counties, groups={"white": "white_1979", "non-white": "nonwhite_1979"}, unit="county")
shares = counties.assign(share=births.shares()["non-white"].to_numpy())

plt.rcParams.update({"font.size": 11, "svg.hashsalt": "placemix"})
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.4), width_ratios=[1.9, 1], layout="constrained")
shares.plot("share", cmap="cividis_r", edgecolor="white", linewidth=0.4, vmin=0, ax=left)
bar = figure.colorbar(left.collections[0], ax=left, orientation="horizontal", shrink=0.5, aspect=35, pad=0.02)
bar.ax.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
left.set_title("Share of births to non-white mothers, by county", loc="left")
left.set_axis_off()

for focal, colour, style in (("white", "#0072B2", "-"), ("non-white", "#D55E00", "--")):
    profile = pm.concentration_profile(births, focal=focal, thresholds=[step / 50 for step in range(51)])
    right.plot(profile["threshold"], profile["value"], style, color=colour, drawstyle="steps-pre", label=focal)
right.set(xlabel="… where their own group is at least", ylabel="Births of a group …", xlim=(0, 1), ylim=(0, 1.02))
right.set_title("Concentration profile", loc="left")
right.legend(frameon=False, loc="lower left")
for axis in (right.xaxis, right.yaxis):
    axis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
right.spines[["top", "right"]].set_visible(False)
source = "North Carolina, births 1979–84. Source: libpysal example sids2, after Cressie (1993)."
figure.supxlabel(source, size=9, x=0.36)
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "births.png", dpi=110)
print("picture drawn")
