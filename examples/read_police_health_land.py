"""Read searches, patients and sites. The files are made up here, and tiny."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import placemix as pm

with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
    warnings.simplefilter("ignore", pm.errors.EventsNotPeople)  # said in the notes too
    file = Path(folder) / "2019-06-exampleshire-stop-and-search.csv"
    file.write_text(
        "Type,Date,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,Officer-defined ethnicity,Legislation,"
        "Object of search,Outcome\n"
        "Person search,2019-06-02T10:00:00+00:00,52.48,-1.9,Male,18-24,White - Irish,White,,Stolen goods,Arrest\n"
        "Vehicle search,2019-06-04T10:00:00+00:00,,,,,,,,,\n"
    )
    searches = pm.readers.searches(pm.readers.stop_search(file))
    print(searches.to_frame(), searches.left_out)

    file = Path(folder) / "gp-reg-pat-prac-lsoa-all.csv"
    file.write_text(
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
        "GP_PRAC_PAT_LIST,01APR2024,Y99901,MILL SURGERY,E01034232,ALL,300\n"
        "GP_PRAC_PAT_LIST,01APR2024,Y99901,MILL SURGERY,NO2011,ALL,4\n"
    )
    print(pm.readers.gp_patients(file).about.notes)

    file = Path(folder) / "register.csv"
    file.write_text(
        "SiteReference,SiteNameAddress,CoordinateReferenceSystem,GeoX,GeoY,Hectares,PlanningStatus,MinNetDwellings\n"
        "EX/1,Mill Lane,OSGB36,390000,412000,1.25,permissioned,30\nEX/2,Hill Road,WGS84,53.6,-2.2,0.4,permissioned,9\n"
    )
    print(pm.readers.brownfield(file).column("problems"))
