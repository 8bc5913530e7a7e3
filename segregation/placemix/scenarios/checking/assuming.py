"""What a check assumes, in sentences that stand on its page and in its record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix.errors import listed, plural
from placemix.scenarios.checking import arriving, peopling
from placemix.scenarios.checking.coming import Coming
from placemix.scenarios.checking.facts import Evidence, of_households
from placemix.scenarios.schemes.proposals import Scheme


def assumptions(
    schemes: Sequence[Scheme], where: pd.DataFrame, coming: Coming, evidence: Evidence, year: int
) -> tuple[str, ...]:
    """Say what is assumed of schemes, of their people, and of the place without them.

    Parameters
    ----------
    schemes
        What is checked.
    where
        What `placed` gave of it.
    coming
        What comes anyway.
    evidence
        The evidence.
    year
        Year of the comparison.
    """
    what = "schemes" if len(schemes) > 1 else "scheme"
    said = [f"Everything is the place in {year} with the {what}, beside the same place in {year} without."]
    said += [*_homes(schemes, evidence, year), *_apart(schemes, where, evidence, year)]
    if evidence.occupancy is None:
        said.append(f"People of a home: {peopling.district_occupancy(evidence, schemes)[1]}.")
    else:
        told = evidence.occupancy_source or "a table whose source is not stated"
        said.append(f"People of a home by tenure and bedrooms are those who live in such homes today: {told}.")
    if not peopling.tells_children(evidence):
        said.append("How many of the people would be children is not known: ages are not told apart at 16.")
    if evidence.yields is not None:
        said.append(f"Pupils of a home: {evidence.yield_source}.")
    moved = {one.internal for one in schemes}
    if any(moved):
        parts = listed([f"{100 * share:g} %" for share in sorted(moved)])
        said.append(
            f"Of the new residents {parts} come from within the district. "
            + (
                "They leave units in proportion to the people there; the homes that they leave are taken to be lived "
                "in again by households of the same kind."
                if any(not of_households(one) for one in evidence.dimensions.values())
                else "No table of people is given that they could be taken from."
            )
        )
    mixed = [name for name, one in evidence.dimensions.items() if arriving.has_district_mix(one, evidence)]
    if mixed:
        said.append(
            f"Newcomers are taken to have the district's mix of today in {listed(mixed)}: a convention, and no "
            "knowledge of who comes."
        )
        if any(one.net[0] < 0 or (len(one.homes) and one.homes["demolished"].sum() > 0) for one in schemes):
            said.append(
                f"Where homes are lost on balance, households leave with the mix of their unit in {listed(mixed)}."
            )
    said.append(
        f"On both sides, as coming anyway by {year}: {plural(len(coming.added), 'other scheme')}."
        if coming.added
        else "No other scheme is taken to come anyway."
    )
    return (*said, *coming.notes, *evidence.notes)


def _homes(schemes: Sequence[Scheme], evidence: Evidence, year: int) -> list[str]:
    said = []
    mixless = [one.reference for one in schemes if not len(one.homes) and not np.isnan(one.net[0]) and one.net[1]]
    if mixless and evidence.mix is not None:
        said.append(
            f"The homes of {plural(len(mixless), 'scheme')} without a stated mix are taken to be as follows "
            f"({evidence.mix_source}): {mix_in_words(evidence)}."
        )
    elif mixless:
        said.append(f"The tenures of {plural(len(mixless), 'scheme')} are not stated, and none are assumed.")
    undated = [one.reference for one in schemes if not len(one.phasing)]
    if undated:
        said.append(f"Taken to be complete by {year}, as no year is stated: {plural(len(undated), 'scheme')}.")
    empty = {one.vacancy for one in schemes}
    if any(empty):
        parts = listed([f"{100 * share:g} %" for share in sorted(empty)])
        said.append(f"Of the new homes {parts} are taken to stand empty.")
    return said


def _apart(schemes: Sequence[Scheme], where: pd.DataFrame, evidence: Evidence, year: int) -> list[str]:
    """Say which homes are in none of it, and which may be counted twice."""
    said = []
    lost = list(where.loc[where["unit"].isna(), "reference"].unique())
    if lost:
        said.append(f"Without a place on the map, and in no neighbourhood or figure of the district: {listed(lost)}.")
    part = list(where.loc[where["unit"].notna() & where["reason"].notna(), "reference"].unique())
    if part:
        said.append(f"Partly outside the map, with all of their homes counted inside: {listed(part)}.")
    late = [one.reference for one in schemes if len(one.phasing) and one.phasing.index.max() > year]
    if late:
        said.append(f"Homes that are completed after {year} are in none of this; some are of {listed(late)}.")
    counted = str(evidence.census) if "-" in str(evidence.census) else f"{evidence.counted_in}-12-31"
    stale = [one.reference for one in schemes if one.as_of is not None and one.as_of < counted]
    done = [one.reference for one in schemes if one.status == "completed" and not len(one.phasing)]
    for why, names in (("As they stood before the census", stale), ("Completed in a year that is not known", done)):
        if names:
            said.append(
                f"{why}: {plural(len(names), 'scheme')}. Homes that were built before the census are in its counts, "
                "and would be counted twice."
            )
    return said


def mix_in_words(evidence: Evidence) -> str:
    """Say which mix of homes is assumed."""
    if evidence.mix is None:
        return "none"
    rows = evidence.mix.itertuples()
    return "; ".join(
        f"{str(row.tenure).replace('_', ' ')}, {plural(int(row.bedrooms), 'bedroom')} {100 * row.share:.4g} %"
        for row in rows
    )
