"""The English Indices of Deprivation, 2015, 2019 and 2025."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import EmptyTable, PlacemixError, UnreadableFile, VintageMismatch, together
from placemix.rates import Rates
from placemix.readers import formats
from placemix.readers.cells import only_numbers
from placemix.readers.files import existing, sheet_names
from placemix.readers.geography.lsoa_vintages import settle
from placemix.readers.outcomes.deprivation_headers import (
    DOMAINS,
    RANKED,
    SHARE_OF,
    Columns,
    columns_of,
    is_header,
    refuse_other_countries,
)
from placemix.readers.outcomes.deprivation_rules import agreeing, ordered, rules
from placemix.readers.raw import WORKBOOKS, Raw, raw_table
from placemix.readers.schemas import faults

NAME = "indices_of_deprivation"
_BREAK = (
    "Not comparable with 2019 or 2015 value by value: income is counted after housing costs, 20 of the indicators are "
    "new and 14 were changed, and the areas are the LSOAs of 2021."
)


def indices_of_deprivation(
    path: str | Path, *, edition: str | None = None, sheet: str | int | None = None, encoding: str | None = None
) -> Rates:
    r"""Read the English Indices of Deprivation of 2015, 2019 or 2025 for LSOAs.

    Parameters
    ----------
    path
        File 7 (all scores, ranks, deciles and populations) as CSV or workbook, or another file of
        the release with LSOA codes.
    edition
        ``"2015"``, ``"2019"`` or ``"2025"``, where the headers do not tell it.
    sheet
        Sheet of a workbook. Default: the first with LSOA codes in its header.
    encoding
        As in `placemix.read_table`.

    Returns
    -------
    rates
        One row for each LSOA and index: ``imd``, the domains ``income``, ``employment``,
        ``education``, ``health``, ``crime``, ``housing``, ``environment``, the supplementary
        ``idaci`` and ``idaopi``, and the sub-domains. `rate` is the score; `measured_in` is
        ``"share"`` where the publisher calls it a rate, with the population it is a share of in
        `denominator` and rate × population in `numerator`, else ``"score"``. Columns beside the
        usual: `rank` (1 is most deprived), `decile`, `residents`, `name`, `district`,
        `district_name`, as far as the file has them. Ranks and deciles are columns, not rates:
        asking for one as a condition raises `RankOrDecileArithmetic`.

    Raises
    ------
    WrongFormat
        Columns are missing, or the file is of Wales, Scotland or Northern Ireland, whose indices
        are others and not comparable.
    VintageMismatch
        LSOA codes are not of the census that the header names.
    InvalidTable
        Codes, scores, ranks or deciles break the publisher's rules; the error lists every fault.

    Notes
    -----
    Headers: those of 2015, 2019 and 2025 were seen in public copies. The publisher cuts some names
    of 2025, so columns are known by their beginning. Scores of two editions are not on one scale.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> text = (
    ...     "LSOA code (2021),Local Authority District code (2024),Income Score (rate),"
    ...     "Income Rank (where 1 is most deprived),Income Decile (where 1 is most deprived 10% of LSO,"
    ...     "Total population: mid 2022\n"
    ...     "E01000001,E09000001,0.013,33730,10,1600\n"
    ...     "E01000002,E09000001,0.500,2000,1,1800\n"
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "iod2025.csv"
    ...     _ = file.write_text(text)
    ...     indices = indices_of_deprivation(file)
    >>> indices.condition("income").to_dict()
    {'E01000001': 0.013, 'E01000002': 0.5}
    >>> indices.about.vintage, indices.table["numerator"].round(1).tolist()
    ('2021', [20.8, 900.0])
    >>> indices.condition("income decile")
    Traceback (most recent call last):
        ...
    placemix.errors.RankOrDecileArithmetic: 'income decile' is a rank or a class of ranks, and a mean...
    """
    raw = _sheet(path, sheet, encoding)
    refuse_other_countries(raw)
    found = columns_of(raw, NAME, edition)
    table = raw.table
    codes = table[found.code]
    ids = pd.Index(codes, dtype=str)
    numbers: dict[str, FloatArray] = {}
    wrong: list[PlacemixError] = []
    for column in dict.fromkeys([*found.measures.values(), *found.people.values()]):
        numbers[column], bad = only_numbers(table[column], column, ids)
        wrong += bad
    wrong += _vintage(codes, found)
    wrong += faults(
        table.assign(**numbers), rules(found.code, found.measures, found.people, RANKED[found.edition]), ids
    )
    for domain in DOMAINS:
        rank, decile = found.measures.get((domain, "rank")), found.measures.get((domain, "decile"))
        if rank and decile:
            wrong += agreeing(numbers[rank], numbers[decile], rank, decile, ids, RANKED[found.edition])
        score = found.measures.get((domain, "score"))
        if rank and score:
            wrong += ordered(numbers[rank], numbers[score], rank, score, ids)
    if wrong:
        raise together(wrong)
    notes = [
        "Scores of two editions are not on one scale; ranks and deciles are within England, and are never averaged."
    ]
    if found.edition == "2025":
        notes.append(_BREAK)
    if any(domain in SHARE_OF and population in found.people for domain, population in _shares(found)):
        notes.append("Numerators are rate × population, of rates printed with three decimals.")
    about = formats.provenance(
        raw, NAME, geography="LSOA", vintage=found.vintage, period=found.edition, universe="residents",
        table=f"English Indices of Deprivation {found.edition}",
    )  # fmt: skip
    return Rates(_rows(table, found, numbers, about.source, about.licence), about=about.noting(*notes))


def _shares(found: Columns) -> list[tuple[str, str]]:
    return [(domain, SHARE_OF[domain]) for domain in SHARE_OF if (domain, "score") in found.measures]


def _rows(
    table: pd.DataFrame,
    found: Columns,
    numbers: Mapping[str, FloatArray],
    source: str | None,
    licence: str | None,
) -> pd.DataFrame:
    """One block of rows for each index."""
    nothing = np.full(len(table), np.nan)
    residents = numbers[found.people["Total population"]] if "Total population" in found.people else nothing

    def measure(domain: str, kind: str) -> FloatArray:
        column = found.measures.get((domain, kind))
        return nothing if column is None else numbers[column]

    blocks = []
    for domain in DOMAINS:
        if not any(key[0] == domain for key in found.measures):
            continue
        rate, is_share = measure(domain, "score"), domain in SHARE_OF and (domain, "score") in found.measures
        people = found.people.get(SHARE_OF.get(domain, "")) if is_share else None
        block = {
            "domain": "deprivation", "indicator": domain, "unit": table[found.code], "period": found.edition,
            "numerator": rate * numbers[people] if people else nothing,
            "denominator": numbers[people] if people else nothing,
            "rate": rate, "measured_in": _unit(domain, found), "source": source, "licence": licence,
            "rank": measure(domain, "rank"), "decile": measure(domain, "decile"), "residents": residents,
        }  # fmt: skip
        block |= {name: table[column] for name, column in found.others.items()}
        blocks.append(pd.DataFrame(block))
    return pd.concat(blocks, ignore_index=True)


def _unit(domain: str, found: Columns) -> str:
    if (domain, "score") not in found.measures:
        return "rank"
    return "share" if domain in SHARE_OF else "score"


def _sheet(path: str | Path, sheet: str | int | None, encoding: str | None) -> Raw:
    """Read the file, or the first sheet of a workbook whose header names LSOAs."""
    file = existing(path)
    if file.suffix.casefold() not in WORKBOOKS:
        return raw_table(file, encoding=encoding)
    names = [sheet] if sheet is not None else sheet_names(file)
    tries: list[Raw] = []
    for name in names:
        try:
            tries.append(raw_table(file, sheet=name, is_header=is_header, repeated=True))
        except (UnreadableFile, EmptyTable):  # an empty sheet, or a title alone
            if name == names[-1] and not tries:
                raise
    return next((raw for raw in tries if is_header(raw.headers)), tries[0])


def _vintage(codes: pd.Series, found: Columns) -> list[PlacemixError]:
    settled = settle(codes, stated=found.vintage, column=found.code)
    if not settled.foreign.any():
        return settled.faults
    message = f"{found.code!r} holds codes that are not of {found.vintage}."
    remedy = (
        "Fetch the file again: codes of two censuses were mixed, and a join by code would lose the areas that changed."
    )
    return [*settled.faults, VintageMismatch(message, units=codes[settled.foreign], remedy=remedy)]
