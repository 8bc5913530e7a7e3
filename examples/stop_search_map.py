"""Map where searches were recorded, which is no rate: real data where PLACEMIX_DATA has them, else a made-up file."""

import os
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

import placemix as pm

data = Path(os.environ.get("PLACEMIX_DATA", "")) / "data" / "greater_manchester"
names = ["month", "Date", "Type", "Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity"]
names += ["Legislation", "Object of search", "Outcome"]
if real := (data / "stop_search_gmp_2018-12_2019-06.parquet").exists():
    known = gpd.read_parquet(data / "stop_search_gmp_2018-12_2019-06.parquet")
    table = known.drop(columns="geometry").set_axis(names, axis=1)
    table[["Longitude", "Latitude"]] = known.geometry.to_crs(4326).get_coordinates()
else:  # sixty searches at seven map points
    table = pd.DataFrame({"n": [step % 11 % 7 for step in range(60)]}).reindex(columns=["n", *names], fill_value="")
    table[["month", "Date", "Type"]] = "2019-06", "2019-06-05T12:00:00+00:00", "Person search"
    table = table.assign(Latitude=53.46 + table["n"] * 5 % 7 / 180, Longitude=-2.19 + table["n"] / 62)
with tempfile.TemporaryDirectory() as folder:
    for month, rows in table.groupby("month"):
        rows.to_csv(Path(folder) / f"{month}-greater-manchester-stop-and-search.csv", index=False)
    points = pm.readers.stop_search(folder).geometry
land = (pm.read_areas(data / "lad21.parquet") if real else points.dropna().buffer(900)).geometry
points = points[points.within(land.union_all())]
spots = gpd.GeoDataFrame(points.groupby(points.to_wkb()).agg(["first", "size"]), geometry="first", crs=points.crs)
axis = land.plot(color="#f4f4f1", edgecolor="#9aa3aa" if real else "none", linewidth=0.7, figsize=(8, 6))
spots.plot(ax=axis, markersize=8 * spots["size"], color="#0b5f8a", alpha=0.5, linewidth=0).set_axis_off()
axis.set_title("Where searches were recorded: not a rate", loc="left", fontsize=13)
text = f"{len(points):,} of {len(table):,} searches; the others have no map point, or one outside. Circles by number,\n"
text += f"the largest {spots['size'].max():,}. Points are moved to be anonymous; those searched need not live there.\n"
text += "Greater Manchester Police, December 2018 and June 2019; data.police.uk, OGL v3.0" if real else "MADE-UP FILE"
axis.text(0, -0.02, text, transform=axis.transAxes, fontsize=8, va="top")
axis.figure.savefig("where_searches_were_recorded.png", dpi=130, bbox_inches="tight")
print(text)
