"""The same place in the same year without the schemes: what comes anyway, added to every table of the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix.counts import Counts
from placemix.errors import listed, plural
from placemix.scenarios.checking import arriving, peopling
from placemix.scenarios.checking.facts import TENURE, Evidence, of_households
from placemix.scenarios.schemes.laying import placed
from placemix.scenarios.schemes.proposals import Scheme


class Coming(NamedTuple):
    """What comes anyway.

    Attributes
    ----------
    schemes
        Those that are counted.
    where
        Where `placed` found them, or None where there are none.
    added
        References of those whose homes are in the tables: they have a place and a number of homes.
    tables
        Tables of the evidence with them, by name.
    residents
        Residents of the evidence with them, or None.
    notes
        What could not be added, in sentences.
    """

    schemes: tuple[Scheme, ...]
    where: pd.DataFrame | None
    added: tuple[str, ...]
    tables: dict[str, Counts]
    residents: Counts | None
    notes: tuple[str, ...]


def coming(others: Sequence[Scheme], anyway: pd.DataFrame, evidence: Evidence, *, year: int) -> Coming:
    """Add to the evidence what comes without the schemes.

    Parameters
    ----------
    others
        What is known to come, the schemes themselves left out.
    anyway
        What `without` said of each.
    evidence
        The evidence.
    year
        Year of the comparison.

    Notes
    -----
    Of a number of homes that is a range the most is taken: what comes anyway is then not too little. Movers from within
    the district leave for these schemes as they do for those that are checked.
    """
    counted = anyway.loc[anyway["counted"].astype(bool) & (anyway["share"] > 0)].set_index("reference")["share"]
    here = tuple(one for one in others if one.reference in counted.index)
    tables = dict(evidence.tables)
    if not here:
        return Coming((), None, (), tables, evidence.residents, ())
    where = placed(list(here), evidence.homes, outside="leave out")
    last = max([year, *(int(when) for one in here for when in one.phasing.index)])
    homes = arriving.most(arriving.households(here, where, evidence, year=last))
    people = arriving.most(peopling.people_of(here, evidence, years=[last], not_phased=last))
    homes, people = _since(homes, counted), _since(people, counted)
    for name, counts in tables.items():
        tables[name] = _with(counts, evidence, homes, people, of_the_homes=name == TENURE)
    residents = evidence.residents
    if residents is not None:
        residents = _with(residents, evidence, homes, people, of_the_homes=False)
    added = tuple(dict.fromkeys(homes.loc[homes["homes"].notna(), "reference"]))
    return Coming(here, where, added, tables, residents, tuple(_notes(here, where, homes, people)))


def _since(frame: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """Homes or people of what comes between the census and the year alone."""
    numbers = [
        name for name in frame.columns if name not in {"share", "year"} and pd.api.types.is_float_dtype(frame[name])
    ]
    part = frame["reference"].map(share).to_numpy(dtype=np.float64)
    return frame.assign(**{name: frame[name] * part for name in numbers})


def _with(
    counts: Counts, evidence: Evidence, homes: pd.DataFrame, people: pd.DataFrame, *, of_the_homes: bool
) -> Counts:
    """Return a table with those who come, and without those who leave for them."""
    came, _ = arriving.newcomers(counts, evidence, homes, people, of_the_homes=of_the_homes)
    after = arriving.changed(counts, came)
    return after if of_households(counts) else arriving.changed(
        after, arriving.leaving(counts, evidence, homes, people)
    )  # fmt: skip


def _notes(here: Sequence[Scheme], where: pd.DataFrame, homes: pd.DataFrame, people: pd.DataFrame) -> list[str]:
    notes = []
    lost = where.loc[where["unit"].isna(), "reference"].unique()
    if len(lost):
        notes.append(f"Without a place on the map, of those that come anyway: {listed(list(lost))}.")
    ranged = [one.reference for one in here if not np.isnan(one.net[0]) and one.net[0] != one.net[1]]
    if ranged:
        notes.append(
            f"Of {plural(len(ranged), 'scheme')} that come anyway the most homes are counted: {listed(ranged)}."
        )
    part = where.loc[where["unit"].notna() & where["reason"].notna(), "reference"].unique()
    if len(part):
        notes.append(f"Partly outside the map, with all of their homes counted inside: {listed(list(part))}.")
    numberless = homes.loc[homes["homes"].isna(), "reference"].unique()
    if len(numberless):
        notes.append(f"Without a number of homes, of those that come anyway: {listed(list(numberless))}.")
    tenures = homes.columns[homes.columns.get_loc("occupied") + 1 :]
    open_ = homes["homes"].notna() & homes[list(tenures)].isna().any(axis=1)
    if open_.any():
        notes.append(
            f"{homes.loc[open_, 'homes'].sum():,.0f} homes that come anyway are of no known tenure, and in no table "
            f"of tenure: {listed(list(homes.loc[open_, 'reference'].unique()))}."
        )
    serving = [one.reference for one in here if len(one.services)]
    if serving:
        notes.append(
            f"Services and school places of those that come anyway are on neither side, unless the tables of services "
            f"and schools hold them: {listed(serving)}."
        )
    unknown = people.loc[people["people"].isna(), "reference"].unique()
    if len(unknown):
        notes.append(
            f"People of {plural(len(unknown), 'scheme')} that come anyway are not known: {listed(list(unknown))}."
        )
    return notes
