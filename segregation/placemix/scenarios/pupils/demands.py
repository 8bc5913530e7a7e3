"""Pupils of schemes by case, year and phase, as `scheme_people` gave them, and what is wrong with the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
)

#: How columns of pupils begin.
PUPILS = "pupils_"
_KEYS = ["reference", "case", "year"]
_ENDS = ("low", "high")
#: Pupils that are rounding of sums and none.
_ROUNDING = 1e-9


class Demand(NamedTuple):
    """Pupils of all schemes, one row for each scheme, case, year and phase.

    Attributes
    ----------
    phases, cases, years
        What rows are of; a year is None where no scheme states one.
    proposed, committed
        Columns `reference`, `case`, `slot` (position of the year), `phase`, `pupils`; `committed` may be empty, is
        without homes that were complete in the year of the rolls, and has the pupils of these in `on_rolls`.
    built
        Schemes of `proposed` with such homes.
    undated
        Schemes of either without a year.
    """

    phases: list[str]
    cases: list[str]
    years: list[int | None]
    proposed: pd.DataFrame
    committed: pd.DataFrame
    built: list[str]
    undated: list[str]


def read_pupils(table: Any, name: str, faults: list[PlacemixError]) -> pd.DataFrame | None:  # noqa: ANN401
    """Return the keys and pupils of a table, or None where it has faults."""
    if not isinstance(table, pd.DataFrame):
        message = f"The {name} must be a table, not a {type(table).__name__}."
        faults.append(InvalidTable(message, remedy="Pass what scheme_people gave."))
        return None
    sent = [column for column in table.columns if str(column).startswith(PUPILS)]
    lost = [column for column in _KEYS if column not in table.columns]
    if lost or not sent:
        what = listed([*map(repr, lost)]) or "of pupils"
        remedy = "Pass what scheme_people gave." if lost else "Pass yields= and yield_source= to scheme_people."
        faults.append(UnknownColumn(f"The {name} have no column {what}.", remedy=remedy))
        return None
    if not len(table):
        faults.append(EmptyTable(f"The {name} have no rows.", remedy="Pass what scheme_people gave."))
        return None
    frame = pd.DataFrame(table)[[*_KEYS, *sent]].reset_index(drop=True)
    frame["reference"] = id_texts(frame["reference"]).astype(object)
    frame["case"] = frame["case"].astype(object)
    before = len(faults)
    odd = ~frame["case"].isin(["stated", *_ENDS])
    if odd.any():
        message = f"Cases of the {name} are none of 'stated', 'low' and 'high'."
        faults.append(InvalidTable(message, units=frame.loc[odd, "reference"].unique()))
    years = pd.to_numeric(frame["year"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isfinite(years) & frame["year"].notna().to_numpy() | (np.isfinite(years) & (years != np.round(years)))
    if wrong.any():
        message = f"Years of the {name} are no whole years."
        faults.append(InvalidTable(message, units=frame.loc[wrong, "reference"].unique(), remedy="Write 2030."))
        return None
    frame["year"] = pd.array(years, dtype="Float64").astype("Int64")
    twice = frame.duplicated(_KEYS)
    if twice.any():
        message = f"The {name} have schemes twice in a year."
        faults.append(DuplicateUnit(message, units=frame.loc[twice, "reference"].unique(), remedy="Keep one row each."))
    both = frame.groupby("reference")["year"].agg(lambda year: year.isna().any() and year.notna().any())
    if both.any():
        message = f"Schemes of the {name} have rows with a year and one without."
        faults.append(InvalidTable(message, units=both.index[both], remedy="Keep the ones or the other."))
    return frame if len(faults) == before else None


class Tables(NamedTuple):
    """What `scheme_people` gave of proposed and of committed schemes, sound, and the phases asked for."""

    proposed: pd.DataFrame
    committed: pd.DataFrame | None
    phases: list[str]


def read_tables(
    people: Any, committed: Any, phases: Sequence[str] | None, faults: list[PlacemixError]  # noqa: ANN401
) -> Tables | None:  # fmt: skip
    """Read both tables, and list schemes that are in both.

    Parameters
    ----------
    people, committed
        What `scheme_people` gave; the second may be None.
    phases
        Phases asked for, or None for all.
    faults
        List that faults are added to.
    """
    proposed = read_pupils(people, "people", faults)
    coming = None if committed is None else read_pupils(committed, "committed schemes", faults)
    if proposed is None or (committed is not None and coming is None):
        return None
    wanted = _phases(phases, proposed, faults)
    if coming is not None:
        both = sorted(set(proposed["reference"]) & set(coming["reference"]))
        if both:
            message = "Schemes are among the people and among the committed ones, and would be counted twice."
            faults.append(DuplicateUnit(message, units=both, remedy="Leave them out of one of the two."))
        lost = [phase for phase in wanted if PUPILS + phase not in coming.columns]
        if lost:
            message = f"The committed schemes have no pupils of the phase {listed([*map(repr, lost)])}."
            faults.append(UnknownColumn(message, remedy="Pass the same yields to scheme_people for both."))
            return None
    return Tables(proposed, coming, wanted)


def demand_of(
    tables: Tables, base: int | None, phasing: Mapping[str, pd.Series], faults: list[PlacemixError]
) -> Demand:
    """Give every scheme every case and year.

    Parameters
    ----------
    tables
        Both tables.
    base
        Year of the rolls, which hold the pupils of homes complete then; None where it is not known.
    phasing
        Share of homes completed in each year, by scheme, where schemes say it; rows until `base` say it otherwise.
    faults
        List that faults are added to.
    """
    proposed, coming, wanted = tables
    both = [table for table in (proposed, coming) if table is not None]
    cases = [end for end in _ENDS if any((table["case"] == end).any() for table in both)] or ["stated"]
    years: list[int | None] = [*sorted({int(year) for year in proposed["year"].dropna()})]
    years = years or [None]
    now = _spread(proposed, "people", wanted, cases, years, faults)
    then = _nobody() if coming is None else _spread(coming, "committed schemes", wanted, cases, years, faults)
    built: list[str] = []
    before = _nobody()
    if base is not None and not faults:
        early = _on_rolls(proposed, now, (cases, wanted, years), base, phasing)
        built = sorted(early.loc[early["pupils"].abs() > _ROUNDING, "reference"].unique())
        if coming is not None:
            before = _on_rolls(coming, then, (cases, wanted, years), base, phasing)
    undated = [one for table in both for one in table.loc[table["year"].isna(), "reference"].unique()]
    return Demand(wanted, cases, years, now, _since(then, before, years, base), built, undated)


def _on_rolls(
    table: pd.DataFrame, spread: pd.DataFrame, asked: tuple[list[str], list[str], list[int | None]], base: int,
    phasing: Mapping[str, pd.Series],
) -> pd.DataFrame:  # fmt: skip
    """Pupils of homes that were complete in the year of the rolls: `reference`, `case`, `phase`, `pupils`."""
    cases, phases, years = asked
    last = spread[spread["slot"] == len(years) - 1].drop(columns="slot")
    known = {name: steps for name, steps in phasing.items() if len(steps)}
    stepped = last[last["reference"].isin(known)]
    part = {name: _done(known[name], base) for name in stepped["reference"].unique()}
    # Pupils of a scheme are in proportion to the homes that are complete.
    whole = {name: 1.0 if years[-1] is None else _done(known[name], years[-1]) for name in part}
    share = stepped["reference"].map({name: part[name] / whole[name] if whole[name] else 0.0 for name in part})
    stepped = stepped.assign(pupils=stepped["pupils"] * share.astype(np.float64))
    early: BoolArray = (table["year"] <= base).fillna(value=False).to_numpy(dtype=bool)
    rows = table[early & ~table["reference"].isin(known).to_numpy()]
    rows = rows.sort_values("year", kind="stable").groupby(["reference", "case"], sort=False).tail(1)
    return pd.concat([stepped, _cased(rows.drop(columns="year"), cases, phases)]) if len(rows) else stepped


def _done(steps: pd.Series, year: int) -> float:
    """Share of a scheme's homes that are complete by the end of a year."""
    return 1.0 if year >= steps.index.max() else float(steps[steps.index <= year].sum())


def _since(then: pd.DataFrame, before: pd.DataFrame, years: list[int | None], base: int | None) -> pd.DataFrame:
    """Take pupils of committed homes off that were complete in the year of the rolls, and are on them."""
    frame = then.assign(on_rolls=0.0)
    if base is None or not len(before):
        return frame
    keys = ["reference", "case", "phase"]
    frame = then.merge(before.rename(columns={"pupils": "on_rolls"})[[*keys, "on_rolls"]], on=keys, how="left")
    frame["on_rolls"] = frame["on_rolls"].fillna(0.0)
    past = np.array([year is not None and year <= base for year in years])[frame["slot"].to_numpy()]
    frame["pupils"] = np.where(past, 0.0, frame["pupils"] - frame["on_rolls"])
    return frame


def _phases(asked: Any, table: pd.DataFrame, faults: list[PlacemixError]) -> list[str]:  # noqa: ANN401
    known = [str(column).removeprefix(PUPILS) for column in table.columns if str(column).startswith(PUPILS)]
    if asked is None:
        return known
    given = [asked] if isinstance(asked, str) else [str(phase) for phase in asked]
    odd = [phase for phase in given if phase not in known]
    if odd:
        message = f"The people have no pupils of the phase {listed([*map(repr, odd)])}."
        hints = " ".join(filter(None, (did_you_mean(phase, known) for phase in odd)))
        faults.append(UnmatchedUnit(message, remedy=f"{hints} They have: {', '.join(known)}.".strip()))
    if not given:
        faults.append(InvalidParameter("phases names no phase.", remedy=f"There are: {', '.join(known)}."))
    return [phase for phase in dict.fromkeys(given) if phase in known]


def _columns(phases: Sequence[str]) -> list[str]:
    return [PUPILS + phase for phase in phases]


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(
        {"reference": pd.Series(dtype=object), "case": pd.Series(dtype=object), "slot": pd.Series(dtype=np.int64),
         "phase": pd.Series(dtype=object), "pupils": pd.Series(dtype=np.float64)}
    )  # fmt: skip


def _spread(
    table: pd.DataFrame, name: str, phases: list[str], cases: list[str], years: list[int | None],
    faults: list[PlacemixError],
) -> pd.DataFrame:  # fmt: skip
    """Give every scheme a row of every case and year; schemes without a year are complete in each."""
    dated, undated = table[table["year"].notna()], table[table["year"].isna()]
    if years == [None]:
        # Without years only the whole of each can be compared.
        last = dated.sort_values("year", kind="stable").groupby(["reference", "case"], sort=False).tail(1)
        rows = pd.concat([undated, last]).assign(slot=0)
    else:
        slots = pd.DataFrame({"slot": range(len(years)), "year": pd.array(years, dtype="Int64")})
        parts = [dated.merge(slots, on="year"), undated.merge(slots[["slot"]], how="cross")]
        rows = pd.concat([part for part in parts if len(part)] or parts[:1])
    made = _cased(rows.drop(columns="year"), cases, phases)
    many = made.groupby("reference").size().reindex(table["reference"].unique(), fill_value=0)
    lacking = many.index[many != len(cases) * len(years) * len(phases)]
    if len(lacking):
        shown = listed([year for year in years if year is not None], shown=30)
        message = f"The {name} lack rows of some years or cases."
        remedy = f"Ask scheme_people for years=[{shown}], and keep all of its cases."
        faults.append(InvalidTable(message, units=lacking, remedy=remedy))
    return made


def _cased(rows: pd.DataFrame, cases: list[str], phases: list[str]) -> pd.DataFrame:
    """Count schemes of one number of homes in each case, and give each phase a row."""
    if cases != ["stated"]:
        stated = rows["case"] == "stated"
        every = pd.DataFrame({"case": pd.Series(cases, dtype=object)})
        each = rows[stated].drop(columns="case").merge(every, how="cross")
        parts = [part for part in (rows[~stated], each) if len(part)]
        rows = pd.concat(parts) if parts else rows
    keys = [key for key in ("reference", "case", "slot") if key in rows.columns]
    long = rows[[*keys, *_columns(phases)]].melt(id_vars=keys, var_name="phase", value_name="pupils")
    long["phase"] = long["phase"].astype(object).str.removeprefix(PUPILS).astype(object)
    long["pupils"] = pd.to_numeric(long["pupils"], errors="coerce").astype(np.float64)
    return long
