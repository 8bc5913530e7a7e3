"""A made-up district, Exampleton, in the formats and under the addresses of its publishers.

Constructed from the published headers; no number is real. Twelve units in 2011 and thirteen in
2021: eight stayed, two were split in two, two were merged. Beside it lies Exampleborough.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np

from fetching.publishers import arcgis
from fetching.server import Served, asked_for, whole
from placemix.fetching.loading import Recipe, known_recipes

RECIPES = {recipe.id: recipe for recipe in known_recipes()}
HOME, BESIDE = ("E08999001", "Exampleton"), ("E08999002", "Exampleborough")


def code(number: int) -> str:
    return f"E019900{number:02d}"


#: Change from 2011 to 2021: the two codes and the published letter.
LINKS = [
    *((number, number, "U") for number in (1, 2, 3, 4, 5, 6, 7, 12)),
    (8, 21, "S"), (8, 22, "S"), (9, 23, "S"), (9, 24, "S"),
    (10, 25, "M"), (11, 25, "M"),
    (13, 13, "U"), (14, 14, "U"),
]  # fmt: skip
OLD = sorted({old for old, _, _ in LINKS})
NEW = sorted({new for _, new, _ in LINKS})
NEIGHBOURS = {13, 14}


def district(number: int) -> tuple[str, str]:
    return BESIDE if number in NEIGHBOURS else HOME


def name(number: int) -> str:
    return f"{district(number)[1]} 0{number:02d}A"


LOOKUP = [
    {
        "LSOA11CD": code(old), "LSOA11NM": name(old), "LSOA21CD": code(new), "LSOA21NM": name(new), "CHGIND": letter,
        "LAD22CD": district(new)[0], "LAD22NM": district(new)[1],
    }
    for old, new, letter in LINKS
]  # fmt: skip


def square(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def ground(number: int, date: int) -> list[list[list[float]]]:
    """A square kilometre for each unit of 2011, in a row; those of 2021 are its halves or two of them."""
    if date == 2011 or number in OLD:
        return square(390_000 + 1000 * number, 410_000, 391_000 + 1000 * number, 411_000)
    if number == 25:
        return square(400_000, 410_000, 402_000, 411_000)
    whole_one, half = divmod(number - 21, 2)
    west = 398_000 + 1000 * whole_one
    return square(west, 410_000 + 500 * half, west + 1000, 410_500 + 500 * half)


def totals(leaves: Sequence[str], every: Sequence[str]) -> dict[str, list[str]]:
    """Which leaves each column sums: its own, those it is the beginning of, or all."""
    out = {}
    for column in every:
        parts = [leaf for leaf in leaves if leaf == column or leaf.startswith(f"{column}: ")]
        out[column] = parts or list(leaves)
    return out


def census(recipe: Recipe, units: Sequence[int], *, year: str, seed: int, suffix: str, size: int = 1500) -> bytes:
    """A census table under its published header, totals and sub-totals included."""
    columns = [column for column in recipe.header if column not in {"date", "geography", "geography code"}]
    leaves = [
        column
        for column in columns[1:]
        if not any(other.startswith(f"{column}: ") for other in columns) and column != "Religion: Has religion"
    ]
    parts = totals(leaves, columns)
    parts["Religion: Has religion"] = [leaf for leaf in leaves if leaf.split(": ")[1] not in
                                       {"No religion", "Religion not stated"}]  # fmt: skip
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(len(leaves), 0.7), size=len(units))
    rural = "Rural Urban" in recipe.may_have
    rows = []
    for place, unit in enumerate(units):
        people = dict(zip(leaves, rng.multinomial(size + 10 * unit, shares[place]), strict=True))
        sums = [int(sum(people[leaf] for leaf in parts[column])) for column in columns]
        rows.append([year, name(unit), code(unit), *(["Total"] if rural else []), *sums])
    first = ["date", "geography", "geography code", *(["Rural Urban"] if rural else [])]
    header = [*first, *(f"{column}{suffix}" for column in columns)]
    return text([header, *rows])


def text(rows: Sequence[Sequence[object]], *, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def zipped(member: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member.replace("-lsoa", "-msoa"), b"date,geography,geography code\n")
        archive.writestr(member, content)
    return out.getvalue()


def indices(recipe: Recipe, units: Sequence[int]) -> bytes:
    """Scores, ranks and deciles that agree with each other."""
    rows = []
    ranked = 33755 if recipe.id.endswith("2025") else 32844
    header = [
        *recipe.header[:5],
        "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
        "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
        "Income Score (rate)", "Income Rank (where 1 is most deprived)",
        "Income Decile (where 1 is most deprived 10% of LSOAs)",
        recipe.header[-1].rstrip("*"),
    ]  # fmt: skip
    for place, unit in enumerate(units):
        rank = 1 + 2000 * place
        decile = int(np.ceil(10 * rank / ranked))
        rows.append(
            [code(unit), name(unit), *district(unit), 60 - 3 * place, rank, decile, f"{0.4 - 0.02 * place:.3f}", rank,
             decile, 1500 + unit]
        )  # fmt: skip
    return text([header, *rows])


SCHOOLS = [(999101, "Mill Primary", *HOME, 1), (999102, "Hill Primary", *HOME, 5), (999103, "Valley Academy", *HOME, 9),
           (999104, "Closed Primary", *HOME, 12), (999201, "Other School", *BESIDE, 13)]  # fmt: skip
ORIGINS = [column for column in RECIPES["schools-pupils"].header if "ethnic origin" in column]


def pupils() -> bytes:
    from placemix.readers.schools.school_groups import ETHNIC

    groups = [f"number of pupils classified as {group} ethnic origin" for group in ETHNIC] + [
        "number of pupils unclassified"
    ]
    header = ["time_period", "urn", "la_name", "new_la_code", "school_name", "phase_type_grouping"]
    header += ["district_administrative_code", "district_administrative_name", "headcount of pupils", *groups]
    rng = np.random.default_rng(5)
    rows = []
    for urn, school, lad, place, _ in SCHOOLS:
        people = rng.multinomial(300, np.full(len(groups), 1 / len(groups)))
        phase = "State-funded secondary" if "Academy" in school else "State-funded primary"
        rows.append(["202223", urn, place, lad, school, phase, lad, place, people.sum(), *people])
    return text([header, *rows], encoding="utf-8-sig")


def register() -> bytes:
    header = ["URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "EstablishmentStatus (name)",
              "OpenDate", "CloseDate", "PhaseOfEducation (name)", "Postcode", "GSSLACode (name)", "Easting", "Northing",
              "LSOA (code)", "DistrictAdministrative (code)"]  # fmt: skip
    rows = []
    for urn, school, lad, place, unit in SCHOOLS:
        closed = school.startswith("Closed")
        status, end = ("Closed", "31-08-2024") if closed else ("Open", "")
        number, east = str(urn)[-4:], 390_500 + 1000 * unit
        rows.append([urn, "999", place, number, school, status, "", end, "Primary", "ZZ99 9ZZ", lad, east, 410_250,
                     code(unit), lad])  # fmt: skip
    return text([header, *rows], encoding="cp1252")


def files() -> dict[str, bytes]:
    """Every file that comes whole, by id of its recipe."""
    out = {}
    for table, seed in (("ethnicity", 1), ("tenure", 2), ("faith", 3)):
        size = 600 if table == "tenure" else 1500
        old, new = RECIPES[f"{table}-2011"], RECIPES[f"{table}-2021"]
        out[old.id] = census(old, OLD, year="2011", seed=seed, suffix="; measures: Value", size=size)
        member = new.sources[0].member
        out[new.id] = zipped(member, census(new, NEW, year="2021", seed=10 + seed, suffix="", size=size))
    for edition in ("2015", "2019", "2025"):
        recipe = RECIPES[f"deprivation-{edition}"]
        out[recipe.id] = indices(recipe, NEW if edition == "2025" else OLD)
    out["schools-pupils"] = pupils()
    out["schools-register"] = register()
    return out


def boundaries(date: int, units: Sequence[int]) -> bytes:
    """What the portal gives of a layer as GeoJSON in British National Grid."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    suffix = str(date)[2:]
    features = [
        {"type": "Feature", "properties": {f"LSOA{suffix}CD": code(unit), f"LSOA{suffix}NM": name(unit)},
         "geometry": {"type": "Polygon", "coordinates": ground(unit, date)}}
        for unit in units
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def layer_of(date: int, units: Sequence[int]) -> Callable[[BaseHTTPRequestHandler], None]:
    every = json.loads(boundaries(date, units))["features"]
    key = f"LSOA{str(date)[2:]}CD"

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = asked_for(handler)
        chosen = [feature for feature in every if f"'{feature['properties'][key]}'" in asked["where"]]
        if asked.get("returnCountOnly") == "true":
            whole(json.dumps({"count": len(chosen)}).encode())(handler)
            return
        start = int(asked["resultOffset"])
        page = chosen[start : start + 5]
        more = start + 5 < len(chosen)
        content = {"type": "FeatureCollection", "features": page, "properties": {"exceededTransferLimit": more}}
        whole(json.dumps(content).encode())(handler)

    return answer


def nesting(date: int) -> list[dict[str, str]]:
    """Two output areas in each unit, and four units in each middle layer area."""
    suffix = str(date)[2:]
    lad = "LAD11" if date == 2011 else "LAD22"
    return [
        {f"OA{suffix}CD": f"E00{unit:04d}9{half}", f"LSOA{suffix}CD": code(unit), f"LSOA{suffix}NM": name(unit),
         f"MSOA{suffix}CD": f"E0299{unit // 4:04d}", f"MSOA{suffix}NM": f"Middle {unit // 4}",
         f"{lad}CD": district(unit)[0], f"{lad}NM": district(unit)[1]}
        for unit in (OLD if date == 2011 else NEW)
        for half in (1, 2)
    ]  # fmt: skip


def cells_of(recipe: Recipe, *, most: int = 40) -> Callable[[BaseHTTPRequestHandler], None]:
    """The same census table as Nomis gives it cell by cell, a few at a time."""
    content = files()[recipe.id]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(recipe.sources[0].member)
    table = list(csv.DictReader(io.StringIO(content.decode())))
    labels = [column for column in table[0] if ": " in column]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = asked_for(handler)
        wanted = asked["geography"].split(",")
        cells = [
            {"DATE_NAME": row["date"], "GEOGRAPHY_NAME": row["geography"], "GEOGRAPHY_CODE": row["geography code"],
             "OBS_VALUE": row[label], "": label.split(": ", 1)[1].removesuffix("; measures: Value")}
            for row in table if row["geography code"] in wanted
            for label in labels
        ]  # fmt: skip
        start = int(asked["RecordOffset"])
        header = recipe.sources[1].header
        page = [
            [*(cell.get(name, cell[""]) for name in header), start + place, len(cells)]
            for place, cell in enumerate(cells[start : start + most])
        ]
        whole(text([[*header, "RECORD_OFFSET", "RECORD_COUNT"], *page]))(handler)

    return answer


def publish(server: Served) -> None:
    """Put everything where a mirror of the publishers would have it."""
    from urllib.parse import urlsplit

    def path(recipe: str, source: int = 0) -> str:
        parts = urlsplit(RECIPES[recipe].sources[source].url)
        return f"/{parts.netloc}{parts.path}"

    for recipe, content in files().items():
        if RECIPES[recipe].sources:
            server.put(path(recipe), whole(content, etag='"1"'))
    server.put(path("lookup-lsoa-2011-2021"), arcgis(LOOKUP, most=7))
    server.put(path("boundaries-2011"), layer_of(2011, OLD))
    server.put(path("boundaries-2021"), layer_of(2021, NEW))
    server.put(path("nesting-2011"), arcgis(nesting(2011)))
    server.put(path("nesting-2021"), arcgis(nesting(2021)))


def place_by_hand(downloads: Path) -> None:
    """Put every file into a folder as somebody would who downloaded it from the publishers' pages."""
    import geopandas as gpd

    downloads.mkdir(parents=True, exist_ok=True)
    names = {"schools-pupils": "spc_school_level_underlying_data_23112023.csv",
             "schools-register": "edubasealldata20240105.csv"}  # fmt: skip
    for recipe, content in files().items():
        (downloads / names.get(recipe, RECIPES[recipe].by_hand[0].replace("*", "_lsoa"))).write_bytes(content)
    columns = [*LOOKUP[0], "LAD22NMW", "ObjectId"]
    rows = [[*row.values(), "", number] for number, row in enumerate(LOOKUP, 1)]
    lookup = "LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Exact_Fit_Lookup_for_EW_(V3).csv"
    (downloads / lookup).write_bytes(text([columns, *rows], encoding="utf-8-sig"))
    for date, units in ((2011, OLD), (2021, NEW)):
        shapes = gpd.GeoDataFrame.from_features(json.loads(boundaries(date, units))["features"], crs="EPSG:27700")
        shapes.to_file(downloads / RECIPES[f"boundaries-{date}"].by_hand[0].replace("*", "_123"), driver="GPKG")
