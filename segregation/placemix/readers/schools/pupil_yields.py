"""Pupils of new homes in England, as the Department for Education publishes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from placemix.errors import InvalidCounts, NotNumbers, PlacemixError, listed, plural, together
from placemix.readers.cells import blank, numeric
from placemix.readers.formats import columns, form
from placemix.readers.raw import raw_table

#: Columns of the tidy table, and how the publisher names them.
NEEDED = {
    "period": "time_period",
    "level": "geographic_level",
    "phase": "education_phase",
    "education": "education_type",
    "kind": "housing",
    "bedrooms": "number_of_bedrooms",
    "tenure": "tenure",
    "homes": "completed_properties_in_ay",
    "pupils": "number_of_pupils",
    "pupils_per_home": "pupil_yield",
}
OPTIONAL = {
    "country": "country_name",
    "authority_code": "new_la_code",
    "authority": "la_name",
    "district_code": "lad_code",
    "district": "lad_name",
    "schemes": "scheme_ids",
    "years_after_completion": "years_after_completion",
}
_NUMBERS = ("homes", "pupils", "pupils_per_home")
#: What the publisher writes for a cell that is hidden, does not apply, or is not there.
SYMBOLS = ("c", "k", "u", "x", "z", ":", "low")


def pupil_yield(path: str | Path, *, encoding: str | None = None) -> pd.DataFrame:
    r"""Read pupils of new homes, `200708_to_202122_pupil_yield_from_housing_developments.csv` and its like.

    Parameters
    ----------
    path
        The CSV, or the file of years after completion.
    encoding
        Encoding of the file. Default: UTF-8, else Windows-1252.

    Returns
    -------
    table
        One row a row of the file, totals included: `period`, `level`, as far as the file has them `country`,
        `authority_code`, `authority`, `district_code` and `district`; `phase`, `education` (mainstream, special),
        `kind` (housing), `bedrooms`, `tenure`, in the publisher's words; `homes`, `pupils`, `pupils_per_home` (missing
        where a symbol stands), `schemes`, `years_after_completion`; `symbol` (of hidden cells, or nothing) and `source`
        (publisher, file and its fingerprint).

    Raises
    ------
    WrongFormat
        Columns are missing.
    NotNumbers, InvalidCounts
        Numbers are texts other than the publisher's symbols, or negative.

    Notes
    -----
    No row is chosen for you. For `placemix.scenarios.scheme_people` take those of one area, period and type of
    education, without the totals of what you tell apart, name tenures as your schemes do, and pass `source`.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "yields.csv"
    >>> _ = file.write_text(
    ...     "time_period,geographic_level,la_name,education_phase,education_type,housing,number_of_bedrooms,tenure,"
    ...     "completed_properties_in_ay,number_of_pupils,pupil_yield\n"
    ...     "202122,Local authority,Exampleshire,Primary,Mainstream,All,3,All,400,120,0.3\n"
    ...     "202122,Local authority,Exampleshire,Primary,Mainstream,All,1,All,40,c,c\n"
    ... )
    >>> pupil_yield(file)[["authority", "phase", "bedrooms", "homes", "pupils_per_home", "symbol"]]
          authority    phase bedrooms  homes  pupils_per_home symbol
    0  Exampleshire  Primary        3  400.0              0.3
    1  Exampleshire  Primary        1   40.0              NaN      c
    >>> folder.cleanup()
    """
    raw = raw_table(path, encoding=encoding)
    names = columns(raw, "pupil_yield", NEEDED | OPTIONAL, optional=OPTIONAL)
    order = ("period", "level", *OPTIONAL)
    first = [key for key in order if key in names and key not in {"schemes", "years_after_completion"}]
    rest = [key for key in (*NEEDED, "schemes", "years_after_completion") if key in names and key not in first]
    table = pd.DataFrame({key: raw.table[names[key]].str.strip() for key in (*first, *rest)})
    rows = np.array([f"row {number}" for number in range(1, len(table) + 1)], dtype=object)
    faults: list[PlacemixError] = []
    symbol = np.full(len(table), "", dtype=object)
    for key in (*_NUMBERS, *(["years_after_completion"] if "years_after_completion" in names else [])):
        values, hidden = numeric(table[key]), table[key].str.casefold().isin(SYMBOLS).to_numpy(dtype=bool)
        odd = np.isnan(values) & ~hidden & ~blank(table[key])
        if odd.any():
            texts = listed([*map(repr, pd.unique(table[key][odd]))])
            message = f"{plural(int(odd.sum()), 'cell')} of {names[key]!r} are no numbers: {texts}."
            remedy = f"Known symbols are {', '.join(SYMBOLS)}."
            faults.append(NotNumbers(message, units=rows[odd], remedy=remedy))
        with np.errstate(invalid="ignore"):
            negative = values < 0
        if negative.any():
            faults.append(InvalidCounts(f"Cells of {names[key]!r} are negative.", units=rows[negative]))
        symbol = np.where(hidden & (symbol == ""), table[key].to_numpy(dtype=object), symbol)
        table[key] = values
    if faults:
        raise together(faults)
    table["symbol"] = pd.Series(symbol, dtype=object)
    table["source"] = f"{form('pupil_yield').publisher}; {raw.file}, SHA-256 {raw.sha256[:12]}"
    return table
