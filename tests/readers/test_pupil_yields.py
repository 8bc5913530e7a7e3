"""Published pupil yields. The files here are made up: only the names of their columns were seen."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidCounts, NotNumbers, WrongFormat

HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
    "new_la_code,la_name,lad_code,lad_name,tenure,housing,number_of_bedrooms,education_phase,education_type,"
    "number_of_pupils,completed_properties_in_ay,pupil_yield"
)
AREA = "202122,Academic year,Local authority,E92000001,England,E12000002,North,999,E10000099,Exampleshire,,"


def written(folder, *rows, header=HEADER):
    file = folder / "200708_to_202122_pupil_yield_from_housing_developments.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def rows():
    out = []
    for tenure in ("All", "Market", "Affordable"):
        for rooms, share in (("All", 0.25), ("1", 0.02), ("2", 0.2), ("3", 0.4)):
            out += [
                f'{AREA},{tenure},All,{rooms},Primary,Mainstream,{round(1000 * share)},"1,000",{share}',
                f"{AREA},{tenure},All,{rooms},Secondary,Mainstream,c,1000,c",
            ]
    return out


def test_a_made_up_file(tmp_path):
    found = pm.readers.pupil_yield(written(tmp_path, *rows()))
    assert len(found) == 24
    assert set(found["authority"]) == {"Exampleshire"}
    assert set(found["homes"]) == {1000}
    primary = found[found["phase"] == "Primary"]
    assert (primary["pupils"] / primary["homes"]).tolist() == pytest.approx(primary["pupils_per_home"].tolist())
    hidden = found[found["phase"] == "Secondary"]
    assert hidden[["pupils", "pupils_per_home"]].isna().all(axis=None)
    assert set(hidden["symbol"]) == {"c"}
    assert set(primary["symbol"]) == {""}
    assert found["source"].iloc[0].startswith("Department for Education, Pupil yield from housing developments; 2007")


def test_what_a_planner_makes_of_it(tmp_path):
    found = pm.readers.pupil_yield(written(tmp_path, *rows()))
    chosen = found[(found["phase"] == "Primary") & (found["bedrooms"] != "All") & (found["tenure"] != "All")]
    names = {"Market": "owner_occupied", "Affordable": "social_rent"}
    chosen = chosen.assign(tenure=chosen["tenure"].map(names))[["phase", "tenure", "bedrooms", "pupils_per_home"]]
    homes = [
        {"tenure": "social_rent", "bedrooms": 2, "count": 50},
        {"tenure": "owner_occupied", "bedrooms": 3, "count": 20},
    ]
    people = pm.scenarios.scheme_people(
        pm.scenarios.scheme("a", homes=homes),
        pm.datasets.town().occupancy,
        yields=chosen.reset_index(drop=True),
        yield_source=found["source"].iloc[0],
    )
    assert people["pupils_Primary"].tolist() == pytest.approx([50 * 0.2 + 20 * 0.4])


def test_years_after_completion(tmp_path):
    file = written(
        tmp_path, f"{AREA},All,All,All,Primary,Mainstream,20,100,0.2,S1|S2,5",
        header=f"{HEADER},scheme_ids,years_after_completion",
    )  # fmt: skip
    found = pm.readers.pupil_yield(file)
    assert found["years_after_completion"].tolist() == [5]
    assert found["schemes"].tolist() == ["S1|S2"]
    assert pm.readers.inspect(file).format == "pupil_yield"
    assert isinstance(pm.readers.read(file), pd.DataFrame)


def test_refusals(tmp_path):
    with pytest.raises(WrongFormat, match="pupil_yield"):
        pm.readers.pupil_yield(written(tmp_path, "a,b", header="tenure,housing"))
    with pytest.raises(NotNumbers, match="'n/k'") as caught:
        pm.readers.pupil_yield(
            written(
                tmp_path,
                f"{AREA},All,All,All,Primary,Mainstream,n/k,100,0.2",
                f"{AREA},All,All,All,Primary,Mainstream,3,-100,0.2",
            )
        )
    assert isinstance(caught.value, InvalidCounts)
