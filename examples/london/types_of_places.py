"""London, 2011 to 2021: types of places by a named scheme, and how they changed; one page.

PLACEMIX_DATA=/folder python types_of_places.py

It reads the two censuses of `data/england_wales` in that folder, in five broad ethnic groups, with the ONS lookup of
their LSOAs, and the boundaries of `data/london`.
"""

import os
import sys
from pathlib import Path

import pandas as pd

import placemix as pm

DATES = ("2011", "2021")
GROUPS = {"White": "white", "Mixed": "mixed", "Asian": "asian", "Black": "black", "Other": "other"}
SOURCE = "Source: Office for National Statistics, censuses of 2011 (KS201EW) and 2021 (TS021)."
BORDERS = "Boundaries: Office for National Statistics; contains OS data © Crown copyright and database right 2022."
#: London is one city for the type that looks at where a group's people live.
RULES = {"scheme": "PJF2001", "reference": "White"}


def censuses(data: Path) -> tuple[list[pm.Counts], pm.report.Areas]:
    """Both censuses on the areas they have in common, and the shapes of these."""
    folder = data / "england_wales"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    areas = pm.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    borough = lookup.drop_duplicates("lsoa21cd").set_index("lsoa21cd")["lad22nm"]
    lsoas = pm.read_areas(data / "london" / "lsoa21.parquet")[["lsoa21cd", "geometry"]]
    joined = {end: areas[areas["vintage"] == end].set_index("unit")["area"] for end in ("lsoa11cd", "lsoa21cd")}
    common = lsoas.assign(area=lsoas["lsoa21cd"].map(joined["lsoa21cd"])).dissolve("area").reset_index()
    tables = []
    for name, unit in (("groups5_lsoa11_2011", "lsoa11cd"), ("groups5_lsoa21_2021", "lsoa21cd")):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        about = {"universe": "usual residents"}
        counts = pm.from_wide(frame, groups=GROUPS, unit=unit, total="total", about=about).merge_units(joined[unit])
        counts = counts.take(counts.units.isin(common["area"]))
        # An area bears the id of the least of its later units.
        tables.append(counts.with_strata(borough=borough.loc[counts.units]))
    boroughs = pm.read_areas(data / "london" / "lad22.parquet").rename(columns={"lad22nm": "name"})
    return tables, pm.report.Areas(shapes=common, unit="area", outlines=boroughs, source=BORDERS)


def main(out: str = "types_of_places.html") -> None:
    """Print the transition table and what it says, and write the page."""
    data = Path(os.environ.get("PLACEMIX_DATA", ".")) / "data"
    if not data.is_dir():
        print(f"There is no folder {data}: set PLACEMIX_DATA to the folder that holds it.")
        sys.exit(2)
    (then, now), areas = censuses(data)
    moves = pm.typology.transitions(then, now, by="borough", **RULES)
    before, after = pm.typology.classify(then, **RULES), pm.typology.classify(now, **RULES)
    sections = pm.report.sections
    words = {"place": "London", "member": "resident", "units": "areas"}
    note = (
        f"The LSOAs of both censuses were joined into {len(now):,} common areas: nobody is dropped, and nobody is "
        "estimated."
    )
    changed = sections.change_of_types(
        moves, before=before, after=after, areas=areas, dates=DATES, source=SOURCE, note=note, **words
    )
    totals = pm.typology.transitions(then, now, **RULES)
    grid = totals.pivot_table(index="type_before", columns="type_after", values="units", observed=True)
    print(f"{len(now):,} areas, from their type of 2011 (rows) to that of 2021\n{grid.astype(int).to_string()}\n")
    print(changed.items[0])
    scheme = pm.typology.load_scheme("PJF2001").title
    types = sections.types_of_places(after, title=scheme, period="2021", source=SOURCE, **words)
    described = [pm.report.describe(counts, name=f"Ethnic group, {date}")
                 for counts, date in zip((then, now), DATES, strict=True)]  # fmt: skip
    page = pm.report.page(
        [changed, types, sections.references([moves]), sections.provenance(described)],
        title="How did the places of London change?",
        kicker="London · censuses of 2011 and 2021",
        out=out,
    )
    print(f"\n{page}")


if __name__ == "__main__":
    main(*sys.argv[1:])
