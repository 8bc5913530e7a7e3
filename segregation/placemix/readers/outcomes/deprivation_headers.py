"""Headers of the English Indices of Deprivation: which edition, which index, score, rank or decile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from placemix.errors import InvalidParameter, RepeatedColumn, WrongFormat
from placemix.readers import formats
from placemix.readers.headers import normalise
from placemix.readers.raw import Raw

#: Our name for each index, domain and sub-domain, and how its columns begin.
DOMAINS = {
    "imd": ("Index of Multiple Deprivation (IMD)",),
    "income": ("Income",),
    "employment": ("Employment",),
    "education": ("Education, Skills and Training",),
    "health": ("Health Deprivation and Disability",),
    "crime": ("Crime",),
    "housing": ("Barriers to Housing and Services",),
    "environment": ("Living Environment",),
    "idaci": ("Income Deprivation Affecting Children Index (IDACI)",),
    "idaopi": (
        "Income Deprivation Affecting Older People (IDAOPI)",
        "Income Deprivation Affecting Older People Index (IDAOPI)",
    ),
    "children and young people": ("Children and Young People Sub-domain",),
    "adult skills": ("Adult Skills Sub-domain",),
    "geographical barriers": ("Geographical Barriers Sub-domain",),
    "wider barriers": ("Wider Barriers Sub-domain",),
    "indoors": ("Indoors Sub-domain",),
    "outdoors": ("Outdoors Sub-domain",),
}
#: Indices that the publisher calls rates, and how the column of those they are a share of begins.
SHARE_OF = {
    "income": "Total population",
    "employment": "Working age population",
    "idaci": "Dependent Children",
    "idaopi": "Older population",
}
#: Year of the districts, and of the populations, in each edition's headers.
EDITIONS = {"2013": "2015", "2012": "2015", "2019": "2019", "2015": "2019", "2024": "2025", "2022": "2025"}
#: Number of LSOAs that each edition ranks.
RANKED = {"2015": 32844, "2019": 32844, "2025": 33755}
_OTHERS = {
    "Welsh": ("wimd", "welsh index"), "Scottish": ("simd", "data_zone", "data zone", "datazone", "intermediate_zone"),
    "Northern Irish": ("nimdm", "soa2001", "sa2011", "mdm rank"),
}  # fmt: skip
_FOREIGN = {"W01": "Welsh", "S01": "Scottish", "N00": "Northern Irish", "N20": "Northern Irish", "95": "Northern Irish"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The file's own columns: by domain and kind, and by population."""

    code: str
    measures: Mapping[tuple[str, str], str]
    people: Mapping[str, str]
    others: Mapping[str, str]
    vintage: str
    edition: str


def is_header(row: Iterable[str]) -> bool:
    """Whether a line names LSOAs, or the small areas of another nation."""
    return any(re.match(r"lsoa code|data_?zone|lsoa name", normalise(cell)) for cell in row)


def refuse_other_countries(raw: Raw) -> None:
    """Refuse the indices of Wales, Scotland and Northern Ireland.

    Raises
    ------
    WrongFormat
        The file is one of them.
    """
    headers = " ".join(normalise(header) for header in raw.headers)
    country = next((name for name, marks in _OTHERS.items() if any(mark in headers for mark in marks)), None)
    if country is None and len(raw.table):
        first = raw.table.iloc[:, 0].astype(str)
        found = {name for start, name in _FOREIGN.items() if first.str.match(start).any()}
        country = min(found, default=None)
    if country is not None:
        message = f"This is the {country} index: other indicators, other ranks and another scale than the English."
        remedy = (
            "Read it with read_table and give one of its own scores as a condition; never put two nations' together."
        )
        raise WrongFormat(message, remedy=remedy)


def columns_of(raw: Raw, name: str, edition: str | None) -> Columns:
    """Find the columns of a file, and which edition and vintage they tell.

    Raises
    ------
    WrongFormat
        There are no LSOA codes, or no scores and ranks, or the edition is not told.
    RepeatedColumn
        Two columns are the same score, rank or decile.
    """
    named = {
        "code": ("LSOA code (2021)", "LSOA code (2011)"),
        "name": ("LSOA name (2021)", "LSOA name (2011)"),
        "district": [f"Local Authority District code ({year})" for year in (2024, 2019, 2013)],
        "district_name": [f"Local Authority District name ({year})" for year in (2024, 2019, 2013)],
    }
    older = any("(2011)" in header for header in raw.headers)
    if older:
        named["code"] = ("LSOA code (2011)", "LSOA code (2021)")
    own = formats.columns(raw, name, named, optional=("name", "district", "district_name"))
    measures = dict(_measures(raw))
    if not measures:
        message = "The file has LSOA codes, and neither a score nor a rank of an index."
        raise WrongFormat(message, remedy="File 7 of a release has all of them.")
    people = {
        begins: header
        for begins in SHARE_OF.values()
        for header in raw.headers
        if normalise(header).startswith(normalise(begins))
    }
    vintage = "2021" if "(2021)" in own["code"] else "2011"
    others = {key: header for key, header in own.items() if key != "code"}
    return Columns(own["code"], measures, people, others, vintage, _edition(raw, vintage, edition))


def _measures(raw: Raw) -> Iterator[tuple[tuple[str, str], str]]:
    """Find scores, ranks and deciles by the beginning of their names, as publishers cut the ends."""

    def plain(text: str) -> str:
        return normalise(text).replace(",", "")

    places = [(plain(header), header) for header in raw.headers]
    for domain, begins in DOMAINS.items():
        for kind in ("score", "rank", "decile"):
            starts = tuple(f"{plain(begin)} {kind}" for begin in begins)
            here = [header for text, header in places if text.startswith(starts)]
            if len(here) > 1:
                message = f"Several columns are the {kind} of {begins[0]!r}: {', '.join(map(repr, here))}."
                raise RepeatedColumn(message, remedy="Remove the copies.")
            if here:
                yield (domain, kind), here[0]


def _edition(raw: Raw, vintage: str, edition: str | None) -> str:
    years: set[str] = set()
    for header in map(normalise, raw.headers):
        found = re.search(r"local authority district (?:code|name) \((\d{4})\)|: mid (\d{4})", header)
        years |= {year for year in found.groups() if year} if found else set()
    told = {EDITIONS[year] for year in years if year in EDITIONS}
    if edition is not None and edition not in RANKED:
        message = f"The editions are {', '.join(map(repr, RANKED))}, not {edition!r}."
        raise InvalidParameter(message)
    if not told and vintage == "2021":
        told = {"2025"}
    if len(told) == 1 and edition in {None, *told}:
        return told.pop()
    if not told and edition is not None:
        return edition
    message = f"The headers tell {' and '.join(sorted(told)) if told else 'no edition'}."
    raise WrongFormat(message, remedy="Say which is meant, edition='2015' or edition='2019', or fetch the file again.")
