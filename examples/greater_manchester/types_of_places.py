"""Greater Manchester, 2011 to 2021: types of places, how they changed, and what defines them; one page.

PLACEMIX_DATA=/folder python types_of_places.py

It reads the two censuses of `data/england_wales` in that folder as `changes.py` does, and of
`data/greater_manchester` the tables of faith and tenure of 2021 and the boundaries.
"""

import os
import sys
from pathlib import Path

import pandas as pd
from changes import DISTRICTS, GROUPS, censuses

import placemix as pm

DATES = ("2011", "2021")
PLACE = "Greater Manchester"
SOURCE = "Source: Office for National Statistics, censuses of 2011 (KS201EW) and 2021 (TS021)."
BORDERS = "Boundaries: Office for National Statistics; contains OS data © Crown copyright and database right 2022."
#: Each of the ten districts is a city for the type that looks at where a group's people live.
RULES = {"scheme": "PJF2001", "reference": "White", "city": "district"}
FAITHS = {
    "Christian": "rel_christian", "No religion": "rel_no_religion", "Muslim": "rel_muslim", "Jewish": "rel_jewish",
    "Not answered": "rel_not_answered", "Hindu": "rel_hindu", "Buddhist": "rel_buddhist", "Sikh": "rel_sikh",
    "Other religion": "rel_other_religion",
}  # fmt: skip
TENURES = {
    "Owned": ["ten_owned_owns_outright", "ten_owned_owns_with_a_mortgage_or_loan",
              "ten_shared_ownership_shared_ownership"],
    "Social rented": ["ten_social_rented_rents_from_council_or_local_authority",
                      "ten_social_rented_other_social_rented"],
    "Private rented": ["ten_private_rented_private_landlord_or_letting_agency",
                       "ten_private_rented_other_private_rented", "ten_lives_rent_free"],
}  # fmt: skip


def dimensions(data: Path) -> dict[str, pm.Counts]:
    """Ethnic group, faith and tenure of 2021, in the same LSOAs."""
    folder = data / "greater_manchester"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_changes.parquet")
    district = lookup.drop_duplicates("lsoa21cd").set_index("lsoa21cd")["lad22nm"]
    out = {}
    for name, file, groups, universe in (
        ("Ethnic group", "groups5_lsoa21_2021", GROUPS, "usual residents"),
        ("Faith", "religion_lsoa21_2021", FAITHS, "usual residents"),
        ("Tenure", "households_lsoa21_2021", TENURES, "households"),
    ):
        about = {"universe": universe, "geography": "LSOA", "vintage": "2021", "period": "2021"}
        counts = pm.from_wide(pd.read_parquet(folder / f"{file}.parquet"), groups=groups, unit="lsoa21cd", about=about)
        out[name] = counts.with_strata(district=district.loc[counts.units])
    return out


def shapes(data: Path, units: object) -> tuple[pm.report.Areas, pm.report.Areas]:
    """The LSOAs of 2021 and the areas that both censuses have in common, with the districts over them."""
    lookup = pd.read_parquet(data / "england_wales" / "lookup_lsoa11_lsoa21_lad22.parquet")
    areas = pm.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    joined = areas[areas["vintage"] == "lsoa21cd"].set_index("unit")["area"]
    lsoas = pm.read_areas(data / "greater_manchester" / "lsoa21.parquet")[["lsoa21cd", "geometry"]]
    common = lsoas.assign(area=lsoas["lsoa21cd"].map(joined)).dissolve("area").reset_index()
    districts = pm.read_areas(data / "greater_manchester" / "lad21.parquet").rename(columns={"lad21nm": "name"})
    kept = {"outlines": districts, "source": BORDERS}
    common = common[common["area"].isin(units)]
    return pm.report.Areas(shapes=lsoas, unit="lsoa21cd", **kept), pm.report.Areas(shapes=common, unit="area", **kept)


def main(out: str = "types_of_places.html") -> None:
    """Print the transition table and what it says, and write the page."""
    data = Path(os.environ.get("PLACEMIX_DATA", ".")) / "data"
    if not data.is_dir():
        print(f"There is no folder {data}: set PLACEMIX_DATA to the folder that holds it.")
        sys.exit(2)
    then, now = censuses(data / "england_wales", DISTRICTS)
    moves = pm.typology.transitions(then, now, by="district", **RULES)
    before, after = pm.typology.classify(then, **RULES), pm.typology.classify(now, **RULES)
    lsoas, common = shapes(data, now.units)
    sections = pm.report.sections
    words = {"place": PLACE, "member": "resident", "units": "areas"}
    note = (
        f"The LSOAs of both censuses were joined into {len(now):,} common areas: nobody is dropped, and nobody is "
        "estimated."
    )
    changed = sections.change_of_types(
        moves, before=before, after=after, areas=common, dates=DATES, source=SOURCE, note=note, **words
    )
    totals = pm.typology.transitions(then, now, **RULES)
    grid = totals.pivot_table(index="type_before", columns="type_after", values="units", observed=True)
    print(f"{len(now):,} areas, from their type of 2011 (rows) to that of 2021\n{grid.astype(int).to_string()}\n")
    print(changed.items[0], "\n")
    every = dimensions(data)
    objective = pm.typology.objective(every)
    print("\n".join(objective["sentence"]))
    strong = sections.strong_characteristics(
        pm.typology.objective(every, by="district"),
        pm.typology.characteristics(every),
        lsoas,
        sources=[pm.report.describe(counts, name=name, unit_words="neighbourhoods") for name, counts in every.items()],
        place=PLACE,
        source="Source: Office for National Statistics, census 2021 (TS021, TS030, TS054).",
    )
    scheme = pm.typology.load_scheme("PJF2001").title
    types = sections.types_of_places(after, title=scheme, period="2021", source=SOURCE, **words)
    described = [pm.report.describe(counts, name=f"Ethnic group, {date}")
                 for counts, date in zip((then, now), DATES, strict=True)]  # fmt: skip
    described += [pm.report.describe(counts, name=name) for name, counts in every.items()]
    page = pm.report.page(
        [changed, strong, types, sections.references([moves, objective]), sections.provenance(described)],
        title="What defines the places of Greater Manchester, and how did they change?",
        kicker="Greater Manchester · censuses of 2011 and 2021",
        out=out,
    )
    print(f"\n{page}")


if __name__ == "__main__":
    main(*sys.argv[1:])
