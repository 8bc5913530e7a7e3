"""Pupils of each school by year group."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from placemix.checks import Suppression
from placemix.counts import Counts
from placemix.errors import UnitsLeftOut, WrongFormat, listed
from placemix.readers.headers import normalise
from placemix.readers.schools.school_tables import left_out_note, meanings, schools, without_figures
from placemix.tables import from_wide

#: Year groups in the order of age, by the words of the file.
YEARS = {
    "early 1": "early 1", "early 2": "early 2", "nursery 1": "nursery 1", "nursery 2": "nursery 2",
    "reception": "reception",
    **{f"year group {year}": f"year {year}" for year in range(1, 15)},
    "year group not followed": "year not followed",
}  # fmt: skip
_COLUMN = re.compile(r"(full|part)[- ]time (girls|boys|female|male) (?P<year>.+)")


def spc_rolls(
    path: str | Path,
    *,
    phases: str | Sequence[str] | None = None,
    suppressed: Suppression | None = None,
    period: str | None = None,
    encoding: str | None = None,
) -> Counts:
    r"""Read the pupils of each school by year group from the same file as `spc`.

    The file has a column for each year group, sex and mode of attendance; the four of a year group
    are added up.

    Parameters
    ----------
    path, phases, suppressed, period, encoding
        As in `spc`.

    Returns
    -------
    counts
        One unit a school, by URN; groups ``"early 1"`` to ``"year 14"`` and
        ``"year not followed"``, as far as the file has them; `total` is the headcount. Schools that
        have pupils and print none in any year group, as independent schools do, are in `left_out`.

    Raises
    ------
    WrongFormat
        The file has no columns of year groups, or lacks one of the four of a year group.
    InvalidTable
        As in `spc`.

    Warns
    -----
    UnitsLeftOut
        Schools print no year groups.
    IncompletePartition
        Year groups sum to less than the headcount.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> years = [f"{mode} time {sex} Reception" for mode in ("Full", "Part") for sex in ("girls", "boys")]
    >>> years += [name.replace("Reception", "Year group 1") for name in years]
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "spc.csv"
    >>> header = ",".join(["time_period", "urn", *years, "headcount of pupils"])
    >>> _ = file.write_text(header + "\n202223,100001,14,15,1,0,13,17,0,0,60\n")
    >>> spc_rolls(file).to_frame()[["unit", "reception", "year 1", "total"]].values.tolist()
    [['100001', 30.0, 30.0, 60.0]]
    >>> folder.cleanup()
    """
    data = schools(path, {}, phases=phases, period=period, encoding=encoding, scheme="year_group")
    parts = _parts(data.raw.headers)
    cells = data.rows[[name for names in parts.values() for name in names]]
    headcount = data.cells(["headcount"])["headcount"]
    numbers = cells.apply(pd.to_numeric, errors="coerce")
    # A school with pupils and a 0 in every year group has not been asked for them.
    silent = ((numbers == 0).all(axis=1) & (pd.to_numeric(headcount, errors="coerce") > 0)).to_numpy()
    absent = without_figures(cells, suppressed) | silent
    notes = []
    if absent.any():
        notes.append(left_out_note(data, absent, "year groups"))
        warnings.warn(UnitsLeftOut(f"{notes[-1]} [{listed(list(data.ids[absent]))}]"), stacklevel=2)
    frame = pd.concat([cells, data.strata], axis=1)[~absent]
    counts = from_wide(
        frame.assign(urn=np.asarray(data.ids, dtype=object)[~absent], everyone=headcount[~absent]),
        groups=dict(parts.items()),
        unit="urn",
        total="everyone",
        strata=list(data.strata.columns),
        suppressed=meanings(suppressed),
        about=data.about.noting(*notes),
    )
    return replace(counts, left_out=(*data.ids[absent], *counts.left_out))


def _parts(headers: Sequence[str]) -> dict[str, list[str]]:
    """Find the columns of each year group."""
    found: dict[str, list[str]] = {}
    for header in headers:
        match = _COLUMN.fullmatch(normalise(header))
        if match and match["year"] in YEARS:
            found.setdefault(match["year"], []).append(header)
    if len(found) < 2:
        message = "The file has no columns of pupils by year group, such as 'Full time girls Year group 1'."
        raise WrongFormat(message, remedy="Files before about 2018 do not print them; read totals with spc.")
    torn = [year for year, names in found.items() if len(names) != 4]
    if torn:
        message = f"Of girls and boys, full and part time, some are missing or double in: {listed(torn, shown=20)}."
        raise WrongFormat(message, remedy="Use a copy of the file with all its columns.")
    return {YEARS[year]: found[year] for year in YEARS if year in found}
