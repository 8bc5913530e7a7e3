"""Pupils of each school by ethnic group, free school meals or first language."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.checks import Suppression
from placemix.counts import Counts
from placemix.errors import InvalidParameter, UnitsLeftOut, did_you_mean, listed, plural
from placemix.readers.schools.school_tables import Schools, left_out_note, meanings, schools, without_figures
from placemix.tables import from_wide

Grouping: TypeAlias = Literal["ethnicity", "fsm", "fsm_performance_tables", "language"]
#: Ethnic groups as the file names them, in its order.
ETHNIC = (
    "white British", "Irish", "traveller of Irish heritage", "any other white background", "Gypsy/Roma",
    "white and black Caribbean", "white and black African", "white and Asian", "any other mixed background",
    "Indian", "Pakistani", "Bangladeshi", "any other Asian background", "Caribbean", "African",
    "any other black background", "Chinese", "any other ethnic group",
)  # fmt: skip
UNCLASSIFIED = "unclassified"
MEALS = ("known to be eligible for free school meals", "not known to be eligible for free school meals")
#: Which column each group is, by its published names.
COLUMNS: dict[str, Mapping[str, str | tuple[str, ...]]] = {
    "ethnicity": {name: f"number of pupils classified as {name} ethnic origin" for name in ETHNIC}
    | {UNCLASSIFIED: "number of pupils unclassified"},
    "language": {
        "English": "number of pupils whose first language is known or believed to be English",
        "other than English": "number of pupils whose first language is known or believed to be other than English",
        UNCLASSIFIED: "number of pupils whose first language is unclassified",
    },
    "fsm": {
        MEALS[0]: (
            "number of pupils known to be eligible for free school meals",
            "number of pupils known to be eligible for and claiming free school meals",
        )
    },
    "fsm_performance_tables": {
        MEALS[0]: "number of pupils known to be eligible for free school meals (Performance Tables)",
        "base": "Number of pupils (used for FSM calculation in Performance Tables)",
    },
}
SCHEMES = {
    "ethnicity": "dfe18",
    "language": "dfe_first_language",
    "fsm": "dfe_free_meals",
    "fsm_performance_tables": "dfe_free_meals",
}
WORDS = {
    "ethnicity": "ethnic group",
    "language": "first language",
    "fsm": "free school meals",
    "fsm_performance_tables": "free school meals",
}
BASES = {
    "fsm": "Free school meals: pupils known to be eligible at the school census, of the headcount of pupils.",
    "fsm_performance_tables": (
        "Free school meals: pupils known to be eligible as the Performance Tables count them, "
        "of the pupils used for that calculation; not of the headcount."
    ),
}


def spc(
    path: str | Path,
    *,
    groups: Grouping = "ethnicity",
    phases: str | Sequence[str] | None = None,
    unclassified: Literal["group", "residual"] = "group",
    suppressed: Suppression | None = None,
    period: str | None = None,
    encoding: str | None = None,
) -> Counts:
    r"""Read the school-level file of the school census in England, `spc_school_level_underlying_data`.

    Parameters
    ----------
    path
        The CSV, or a zip archive with it, in UTF-8 or Windows-1252. Headers cut at 64 characters
        are found; one that then stands for two columns is refused.
    groups
        ``"ethnicity"``: 18 groups and `unclassified`, which together are the headcount.
        ``"fsm"``: known to be eligible for free school meals or not, of the headcount;
        ``"fsm_performance_tables"``: the same as the Performance Tables count it, of their own
        base. ``"language"``: first language English, other, or unclassified.
    phases
        Phases wanted as the file writes them, such as ``"State-funded primary"``. Default: all.
    unclassified
        ``"group"`` shows the pupils of no stated group as one, ``"residual"`` keeps them in every
        total and in no group. They are never dropped.
    suppressed
        What symbols mean, before the default: every symbol of the Department's releases stands
        for anything between 0 (``low``: 1) and what the headcount leaves.
    period
        Academic year, such as ``"2022/23"``, where the file has none or several.
    encoding
        Encoding of the file. Default: UTF-8, else Windows-1252.

    Returns
    -------
    counts
        One unit a school, by URN, in the order of the file. `total` is the unrounded headcount (or
        the base of the Performance Tables). Strata as far as the file has them: `name`, `phase`,
        `sector`, `type`, `denomination`, `admissions`, `sex`, `la_code`, `la`, `district_code`,
        `district`, `region`, `ward_code`, `urban_rural`, `postcode`, `laestab`. There are no
        coordinates: join them from `gias` by URN. Schools with no such figures (independent ones
        print ``z``) are in `left_out`, and counted by phase in a note.

    Raises
    ------
    WrongFormat
        Columns are missing; the message lists all of them.
    RepeatedColumn
        A header wanted was cut so short that two columns bear it.
    InvalidTable
        URNs are not of five or six digits or repeat, cells hold unknown texts, groups exceed the
        headcount, or the file holds several years; the error lists every fault.

    Warns
    -----
    UnitsLeftOut
        Schools have no such figures.
    IncompletePartition
        Groups sum to less than the headcount: older files count ethnicity among pupils of
        compulsory school age only, and hidden cells are not filled by subtraction.

    Notes
    -----
    Cells of one to four pupils are printed in the file of 2022/23: what you publish from it must
    be checked for small numbers. The header is that of the file of 23 November 2023.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> start = "time_period,urn,phase_type_grouping,headcount of pupils"
    >>> meals = "number of pupils known to be eligible for free school meals"
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "spc.csv"
    >>> _ = file.write_text(
    ...     f"{start},{meals}\n202223,100001,State-funded primary,200,50\n202223,100002,State-funded secondary,900,90\n"
    ... )
    >>> spc(file, groups="fsm").shares().iloc[:, 0].to_dict()
    {'100001': 0.25, '100002': 0.1}
    >>> folder.cleanup()
    """
    if groups not in COLUMNS:
        message = f"groups is one of {', '.join(map(repr, COLUMNS))}, not {groups!r}."
        raise InvalidParameter(message, remedy=did_you_mean(groups, COLUMNS))
    if unclassified not in ("group", "residual"):
        message = f"unclassified is 'group' or 'residual', not {unclassified!r}: nobody is dropped."
        raise InvalidParameter(message)
    wanted = COLUMNS[groups]
    data = schools(path, wanted, phases=phases, period=period, encoding=encoding, scheme=SCHEMES[groups])
    names = [name for name in wanted if name != "base" and not (name == UNCLASSIFIED and unclassified == "residual")]
    return _counted(data, groups, names, suppressed)


def _counted(data: Schools, groups: Grouping, names: list[str], suppressed: Suppression | None) -> Counts:
    cells = data.cells(list(COLUMNS[groups]))
    absent = without_figures(cells, suppressed)
    kept = ~absent
    notes = [BASES[groups]] if groups in BASES else []
    if absent.any():
        notes.append(left_out_note(data, absent, WORDS[groups]))
        warnings.warn(UnitsLeftOut(f"{notes[-1]} [{listed(list(data.ids[absent]))}]"), stacklevel=3)
    numbers = cells[kept].apply(pd.to_numeric, errors="coerce")
    notes += _notes(data, cells[kept], numbers, groups)
    base = cells.get("base", data.cells(["headcount"])["headcount"])
    frame = pd.concat([cells.drop(columns="base", errors="ignore"), data.strata], axis=1)[kept]
    counts = from_wide(
        frame.assign(urn=np.asarray(data.ids, dtype=object)[kept], everyone=base[kept]),
        groups=names,
        unit="urn",
        total="everyone",
        strata=list(data.strata.columns),
        suppressed=meanings(suppressed),
        about=data.about.noting(*notes, suppression=_privacy(numbers)),
        residual="group" if groups in BASES else "keep",
    )
    if counts.low is not None and "low" not in (suppressed or {}):
        marked = (cells[names] == "low").to_numpy()[data.ids.get_indexer(counts.units)]
        counts = _above_nothing(counts, marked)
    if groups in BASES:
        counts = _with_the_rest(counts)
    return replace(counts, left_out=(*data.ids[absent], *counts.left_out))


def _notes(data: Schools, cells: pd.DataFrame, numbers: pd.DataFrame, groups: Grouping) -> list[str]:
    """Say which symbols stand in the cells, and whether the groups are all pupils."""
    symbols = numbers.isna().to_numpy() & (cells != "").to_numpy()
    notes = []
    if symbols.any():
        marks = listed(sorted(set(cells.to_numpy()[symbols])))
        notes.append(
            f"Symbols stand in {plural(int(symbols.sum()), 'cell')} ({marks}): each is known only to lie between 0 "
            "and what the total leaves, unless suppressed= says more."
        )
    if groups in BASES:
        return notes
    everyone = pd.to_numeric(data.cells(["headcount"])["headcount"].loc[cells.index], errors="coerce")
    apart = int(((numbers.sum(axis=1) < everyone) & ~symbols.any(axis=1)).sum())
    if apart:
        notes.append(
            f"In {plural(apart, 'school')} the {WORDS[groups]} is counted among fewer pupils than the headcount, "
            "as in years that count pupils of compulsory school age alone; the headcount stays the total."
        )
    elif not symbols.any():
        notes.append(f"Groups and unclassified sum to the headcount in all {plural(len(cells), 'school')}.")
    return notes


def _privacy(numbers: pd.DataFrame) -> str:
    small = int(((numbers > 0) & (numbers < 5)).sum().sum())
    return f"{plural(small, 'cell')} of 1 to 4 pupils printed as they are" if small else "no cell of 1 to 4 pupils"


def _above_nothing(counts: Counts, marked: BoolArray) -> Counts:
    """Raise the low end where the symbol ``low`` says that the number rounds to 0 and is not 0."""
    low, high, width = np.array(counts.low), np.asarray(counts.high), marked.shape[1]
    low[:, :width] = np.where(marked, np.minimum(1.0, high[:, :width]), low[:, :width])
    return replace(counts, low=low, values=np.maximum(counts.values, low))


def _with_the_rest(counts: Counts) -> Counts:
    """Name those not eligible, and give them the interval that the eligible leave."""
    low, high = counts.low, counts.high
    if low is not None and high is not None:
        low, high = (
            np.column_stack([low[:, 0], counts.total - high[:, 0]]),
            np.column_stack([high[:, 0], counts.total - low[:, 0]]),
        )
    return replace(counts, groups=MEALS, low=low, high=high)
