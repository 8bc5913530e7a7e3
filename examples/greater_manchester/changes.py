"""Greater Manchester, 2011 to 2021: in which districts did sorting change by more than chance, and why.

PLACEMIX_DATA=/folder python changes.py

It reads three files of `data/england_wales` in that folder: the five broad ethnic groups of the censuses of 2011 (on
LSOAs of 2011) and 2021 (on LSOAs of 2021), and the ONS lookup from one to the other.
"""

import os
import sys
from pathlib import Path

import pandas as pd

import placemix as pm

GROUPS = {"White": "white", "Mixed": "mixed", "Asian": "asian", "Black": "black", "Other": "other"}
DISTRICTS = [
    "Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside", "Trafford", "Wigan",
]  # fmt: skip


def censuses(folder: Path, districts: list[str], *, unchanged: bool = False) -> list[pm.Counts]:
    """Both censuses on the areas they have in common, or only on those that did not change."""
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    areas = pm.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    district = lookup.drop_duplicates("lsoa21cd").set_index("lsoa21cd")["lad22nm"]
    same = lookup.groupby("lsoa21cd")["change_code"].agg(lambda codes: set(codes) == {"U"})
    tables = []
    for name, unit in (("groups5_lsoa11_2011", "lsoa11cd"), ("groups5_lsoa21_2021", "lsoa21cd")):
        counts = pm.from_wide(
            pd.read_parquet(folder / f"{name}.parquet"),
            groups=GROUPS,
            unit=unit,
            total="total",
            about={"universe": "usual residents"},
        )
        counts = counts.merge_units(areas[areas.vintage == unit].set_index("unit")["area"])
        # An area bears the id of the least of its later units.
        counts = counts.with_strata(district=district.loc[counts.units])
        kept = counts.strata["district"].isin(districts).to_numpy()
        tables.append(counts.take(kept & same.loc[counts.units].to_numpy() if unchanged else kept))
    return tables


def main() -> None:
    """Print tables of all groups and of one, and what leaving out changed areas would have said."""
    folder = Path(os.environ.get("PLACEMIX_DATA", ".")) / "data" / "england_wales"
    if not folder.is_dir():
        print(f"There is no folder {folder}: set PLACEMIX_DATA to the folder that holds data/england_wales.")
        sys.exit(2)
    dates = censuses(folder, DISTRICTS)
    frame = pd.DataFrame(pm.decompose.sorting_beyond_chance(*dates, focal="each", by="district", draws=999))
    print("Change of isolation that goes with sorting, in points; * beyond chance, ? not determined")
    print(shown(frame).to_string())
    made = f"{frame['interval_method'].iloc[0]}; {frame['cluster_after'].iloc[0]}"
    print(f"\n{made}\n{frame['sorting'].value_counts().to_string()}\n")
    rises = frame.groupby("focal", observed=True)["isolation_change"].agg(lambda change: int((change > 0).sum()))
    larger = int((frame["composition"].abs() > frame["structure"].abs()).sum())
    print(f"Isolation rose in {rises.to_dict()}; composition is the larger part in {larger} of {len(frame)} rows\n")
    asian = frame[frame["focal"] == "Asian"].set_index("district")
    table = pd.DataFrame(
        {
            "2011": asian["isolation_before"],
            "2021": asian["isolation_after"],
            "change": asian["isolation_change"],
            "sizes": asian["composition"],
            "sorting": asian["structure"],
            "from": asian["structure_lower"],
            "to": asian["structure_upper"],
        }
    )
    print((100 * table).round(1).to_string(), "\n")
    print(asian.loc["Oldham", "sentence"], "\n")
    larger_homes = pm.decompose.sorting_beyond_chance(*dates, focal="Asian", by="district", cluster=3.5, draws=999)
    beyond = larger_homes.loc[larger_homes["sorting"] == "less sorted", "district"]
    print(f"In households of 3.5 still beyond chance: {', '.join(beyond)}\n")
    print("Tower Hamlets, D of Asian and White residents:")
    for words, unchanged in (("common areas", False), ("unchanged areas only", True)):
        row = pm.compare_dates(
            *censuses(folder, ["Tower Hamlets"], unchanged=unchanged), focal="Asian", against="White"
        ).iloc[0]
        people = f"{row['people_after']:,.0f} Asian and White people in 2021"
        print(f"{words:21}{row['dissimilarity_change']:+.4f}  ({row['units']} areas, {people})")


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a district, one column a group: points of isolation that go with sorting, and whether beyond chance."""
    mark = {"more sorted": "*", "less sorted": "*", "not determined": "?"}
    texts = [
        f"{100 * part:+.1f}".replace("-0.0", "0.0").replace("+0.0", "0.0") + mark.get(sorting, "")
        for part, sorting in zip(frame["structure"], frame["sorting"], strict=True)
    ]
    frame = frame.assign(text=texts)
    return pd.DataFrame(
        {group: part.set_index("district")["text"] for group, part in frame.groupby("focal", observed=True)}
    )[list(GROUPS)]


if __name__ == "__main__":
    main()
