"""Tables of data zones and other small areas in Scotland and Northern Ireland."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from placemix._typing import GroupName, Residual
from placemix.about import About
from placemix.checks import Suppression
from placemix.counts import Counts
from placemix.errors import InvalidParameter, InvalidTable, PlacemixError, listed, together
from placemix.frames import Frame
from placemix.readers.census.area_levels import districts, kind_named, one_kind
from placemix.readers.census.census_schemes import universe_in
from placemix.readers.census.grids import Grid, numbers
from placemix.readers.census.partitions import Level, counted
from placemix.readers.census.small_area_layouts import Small, edition, plain, small_areas
from placemix.readers.codes import KINDS
from placemix.readers.formats import provenance
from placemix.readers.headers import normalise
from placemix.readers.schemas import faults, pattern
from placemix.tables import from_wide

NATIONS = {"S": "Scotland", "N": "Northern Ireland"}
PUBLISHERS = {
    "S": "National Records of Scotland, Scotland's Census",
    "N": "Northern Ireland Statistics and Research Agency, Census",
    "SIMD": "Scottish Government, Scottish Index of Multiple Deprivation",
}
#: How each census protects privacy.
SUPPRESSION = {
    "2011": "Records swapped between areas; cells neither rounded nor hidden.",
    "2021": "Records swapped between areas and cells perturbed; none hidden. The same total differs between tables.",
}
_YEAR = re.compile(r"(?<!\d)(?:Census|SIMD|census)\D{0,3}(20\d\d)")
_PERCENT = re.compile(r"\d+(\.\d+)?%")
#: What the index of deprivation prints where a value is hidden or unknown.
HIDDEN = "*"


def data_zones(
    path: str | Path,
    *,
    groups: Sequence[str] | Mapping[GroupName, str | Sequence[str]] | None = None,
    total: str | None = None,
    residual: Residual = "keep",
    geography: str | None = None,
    level: Level = "leaves",
    axis: str | None = None,
    lookup: Mapping[str, str] | pd.Series | None = None,
    period: str | None = None,
    universe: str | None = None,
    sheet: str | int | None = None,
    meta: str | Path | None = None,
    suppressed: Suppression | None = None,
    encoding: str | None = None,
) -> Counts | Frame:
    r"""Read a table of small areas in Scotland or Northern Ireland.

    Scotland's census of 2011 (bulk files) and of 2022 (bulk files and table builder), the census of
    Northern Ireland of 2021 (workbooks and table builder) and of 2011 (bulk files), and lists of
    indicators of data zones such as the Scottish Index of Multiple Deprivation.

    Parameters
    ----------
    path
        CSV file or workbook.
    groups, total, residual
        Columns of groups and of everyone, as in `placemix.from_wide`, to count people of a list
        of indicators, or of other columns than the leaf rule takes.
    geography
        Kind of area to take where the file has several.
    level
        ``"leaves"``: the finest categories. ``"broad"``: those of the first level.
    axis
        Variable of a cross-table to take alone.
    lookup
        District of each area, which becomes a stratum.
    period
        Year of the census, where neither the file nor its name says.
    universe
        Whom the table counts, where the file does not say.
    sheet
        Sheet of a workbook with several tables.
    meta
        File that names coded columns. Default: found beside the file.
    suppressed
        What symbols mean. Default: none; in lists of indicators ``*`` is missing.
    encoding
        Encoding of the file.

    Returns
    -------
    counts
        Of a census table, or with `groups`. One unit an area; a row for the whole nation is listed in
        `left_out`. ``-`` in Scotland's census is 0, the publisher's sign for nothing: with it the parts
        add up to the printed totals, which is checked in every file. Totals of the perturbed tables of
        2021 and 2022 may differ from the sums of their parts by up to 3 √(parts + 1) people.
    areas
        A `Frame` of a list of indicators, all columns kept: numbers, percentages as the number before
        the sign, ``*`` as missing; the notes say which.

    Raises
    ------
    WrongFormat
        No column holds codes.
    VintageMismatch
        Codes of two editions of the areas stand in one file.
    InvalidTable
        Several kinds of areas, areas that repeat, cells that are missing, or totals that are not the
        sums of their parts. The error lists every fault.
    UnreadableFile
        A workbook has several tables and none was named.

    Notes
    -----
    Headers of Scotland's tables KS201SC and UV201 and of the table builders of both nations were seen
    in public copies. That ``-`` is 0 was seen in public code that reads the files, not in the
    publisher's own words. Scottish data zones of 2011 (S01006506 to S01013481) and of 2022 (from
    S01013482) share no code.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "KS201SC.csv"
    ...     _ = file.write_text(",All people,White,White: Scottish,White: Polish,African\n"
    ...                         'S92000003,"1,300","1,290","1,270",20,10\nS01006506,"1,100","1,090","1,070",20,10\n'
    ...                         "S01006507,200,200,200,-,-\n")
    ...     homes = data_zones(file)
    >>> homes.to_frame()
            unit  White: Scottish  White: Polish  African   total
    0  S01006506           1070.0           20.0     10.0  1100.0
    1  S01006507            200.0            0.0      0.0   200.0
    >>> homes.about.vintage, homes.left_out
    ('2011', ('S92000003',))
    """
    wanted = None if geography is None else kind_named(geography)
    small = small_areas(path, sheet=sheet, encoding=encoding, meta=meta)
    if small.grid is None or groups is not None:
        return _listed(small, groups, total, residual, suppressed, period, universe)
    grid, nations = _parts_of_nations(small.grid)
    grid, kind, faults = one_kind(grid, wanted)
    vintage, wrong = edition(grid.codes)
    about = _about(small, grid.codes, kind, vintage, period, universe)
    strata, missing = districts(lookup, grid.codes)
    counts = counted(
        grid if axis is None else grid.along(axis),
        about=about,
        level=level,
        strata=strata,
        suppressed=suppressed,
        faults=[*faults, *wrong, *missing],
    )
    return replace(counts, left_out=(*counts.left_out, *nations))


def _listed(
    small: Small,
    groups: Sequence[str] | Mapping[GroupName, str | Sequence[str]] | None,
    total: str | None,
    residual: Residual,
    suppressed: Suppression | None,
    period: str | None,
    universe: str | None,
) -> Counts | Frame:
    """Units of a list of indicators, or counts of some of its columns."""
    whole = small.raw.table[small.code].map(_is_nation).to_numpy(dtype=bool)
    whole = whole if not whole.all() else np.zeros_like(whole)
    rows = small.raw.table[~whole].reset_index(drop=True)
    nations = tuple(small.raw.table[small.code][whole])
    codes = rows[small.code]
    vintage, wrong = edition(pd.Index(codes))
    faults = [*_list_faults(codes), *wrong]
    kinds = list(dict.fromkeys(KINDS.get(code[:3]) for code in codes))
    if len(kinds) > 1:
        message = f"The file holds areas of several kinds: {listed(kinds)}."
        faults.append(InvalidTable(message, remedy="Keep the rows of one kind."))
    if faults:
        raise together(faults)
    kind = kinds[0] if kinds else None
    about = _about(small, pd.Index(codes), kind, vintage, period, universe or "residents")
    if groups is not None:
        counts = from_wide(
            rows.map(plain),
            groups=groups,
            unit=small.code,
            total=total,
            residual=residual,
            about=about,
            suppressed=suppressed,
        )
        return replace(counts, left_out=(*counts.left_out, *nations))
    if total is not None:
        raise InvalidParameter("total= was given without groups=.", remedy="Name the columns of the groups too.")
    table, notes = _typed(rows.drop(columns=small.code))
    left_out = pd.Series("row of a whole nation", index=pd.Index(nations, dtype=str)) if nations else None
    return Frame(units=pd.Index(codes, dtype=str), table=table, about=about.noting(*notes), left_out=left_out)


def _list_faults(codes: pd.Series) -> list[PlacemixError]:
    import pandera.pandas as pa

    check = pattern(r"[SN]\d{8}", "that are no codes of S or N and eight digits")
    schema = pa.DataFrameSchema({"code": pa.Column(checks=check, unique=True)})
    return faults(codes.rename("code").to_frame(), schema, list(codes))


def _typed(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Numbers of a list of indicators; hidden and blank cells are missing."""
    out, shares, hidden = {}, [], {}
    for name in table.columns:
        text = table[name].map(plain)
        marked = text == HIDDEN
        known = text[~marked & (text != "")]
        if marked.any():
            hidden[name] = int(marked.sum())
        percent = known.map(lambda item: bool(_PERCENT.fullmatch(item)))
        if len(known) and percent.all():
            shares.append(name)
            text = text.str.removesuffix("%")
        values = numbers(text.where(~marked, ""))
        plainly = len(known) and not np.isnan(values[(~marked & (text != "")).to_numpy()]).any()
        out[name] = pd.Series(values) if plainly else text.where(~marked & (text != ""))
    notes = []
    if hidden:
        cells = listed([f"{name} ({count})" for name, count in hidden.items()], shown=40)
        notes.append(f"'{HIDDEN}' is hidden or unknown, never 0; missing here: {cells}.")
    if shares:
        notes.append(f"In percent: {listed(shares, shown=40)}.")
    if any("rank" in name.casefold() for name in table.columns):
        notes.append("Rank 1 is the most deprived of the nation; ranks and deciles of two nations cannot be compared.")
    return pd.DataFrame(out), notes


def _is_nation(code: str) -> bool:
    return KINDS.get(code[:3]) == "nation"


def _parts_of_nations(grid: Grid) -> tuple[Grid, tuple[str, ...]]:
    """Take out rows for a whole nation that stand above its areas."""
    whole = np.array([_is_nation(code) for code in grid.codes], dtype=bool)
    if not whole.any() or whole.all():
        return grid, ()
    nations = tuple(grid.codes[whole])
    return grid.take(~whole).noting(f"Rows of whole nations left out: {', '.join(nations)}."), nations


def _about(
    small: Small, codes: pd.Index, kind: str | None, vintage: str | None, period: str | None, universe: str | None
) -> About:
    lines = (*small.said, *small.raw.headers, small.raw.file)
    nation = codes[0][:1] if len(codes) else ""
    index = any("simd" in name.casefold() for name in small.raw.headers)
    year = str(period) if period is not None else _period(small, lines, nation)
    said = " ".join(lines).casefold()
    perturbed = small.grid is not None and (year in ("2021", "2022") or "perturbed" in said or "adjusted to" in said)
    notes = []
    if small.grid is not None and universe is None:
        universe, stated = _universe(small)
        if not stated:
            notes.append(f"The file does not say whom it counts; taken for {universe}. Say otherwise with universe=.")
    if year is None:
        notes.append("Neither the file nor its name says of which year it is; say so with period=.")
    about = provenance(
        small.raw,
        "data_zones",
        geography=f"{kind} ({NATIONS[nation]})" if kind and nation in NATIONS else kind,
        vintage=vintage or year,
        universe=universe,
        period=year,
        table=small.table,
        scheme=small.table,
        suppression=SUPPRESSION["2021" if perturbed else "2011"] if small.grid is not None else None,
        perturbed=perturbed,
        source=PUBLISHERS["SIMD"] if index else PUBLISHERS.get(nation),
    )
    return about.noting(*notes)


def _universe(small: Small) -> tuple[str, bool]:
    """Whom a census table counts, and whether the file says so."""
    grid = small.grid
    totals = [label.path[-1] for labels in grid.labels for label in labels if label.everyone] if grid else []
    lines = [line.rpartition(":")[2].strip() for line in small.said]
    found = next((one for text in (*totals, *lines) if (one := universe_in(text))), None)
    if found is not None:
        return found, True
    homes = "household" in normalise(" ".join(grid.axes)) if grid else False
    return "households" if homes else "residents", False


def _period(small: Small, lines: Sequence[str], nation: str) -> str | None:
    stated = next((found[1] for line in lines if (found := _YEAR.search(line))), None)
    if stated is not None or small.table is None:
        return stated
    if small.table.upper().startswith("UV") and nation == "S":
        return "2022"
    return "2021" if small.table.startswith("MS-") else "2011"
