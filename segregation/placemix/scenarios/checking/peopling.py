"""People of schemes by year, by kind of home where the evidence tells, else as in the mean household."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.results import group_names
from placemix.scenarios.checking.facts import Evidence, of_households
from placemix.scenarios.people import scheme_people
from placemix.scenarios.people.cells import KEYS as CELLS
from placemix.scenarios.people.occupancy import is_band, is_child
from placemix.scenarios.schemes.proposals import Scheme

#: Kind of home where nobody says which, with the district's mean of people.
UNSTATED = "tenure not stated"


def people_of(
    schemes: Sequence[Scheme], evidence: Evidence, *, years: Sequence[int] | None, not_phased: int
) -> pd.DataFrame:
    """People of schemes by year: by kind of home where the evidence tells, else by the district's mean.

    Parameters
    ----------
    schemes
        The schemes.
    evidence
        The evidence.
    years
        Years of the rows, as in `scheme_people`.
    not_phased
        Year in which schemes without one are complete.
    """
    table, source, mix, fill = evidence.occupancy, evidence.occupancy_source, evidence.mix, evidence.fill
    if table is None:
        table, source = district_occupancy(evidence, schemes)
        # All homes are alike, so that any mix gives the same people.
        mix = pd.DataFrame({"tenure": [UNSTATED], "bedrooms": [0], "share": [1.0]}) if mix is None else mix
    # Where nobody knows how many are children, that is not none.
    ageless = not tells_children(evidence)
    found = scheme_people(
        list(schemes), table, occupancy_source=source, children=[] if ageless else None, mix=mix,
        yields=evidence.yields, yield_source=evidence.yield_source, years=years, not_phased=not_phased, fill=fill,
        or_more=evidence.or_more if evidence.occupancy is not None else None,
    )  # fmt: skip
    return pd.DataFrame(found).assign(children=np.nan) if ageless else found


def told_ages(evidence: Evidence) -> list[str]:
    """Return the bands of age that are known of people in homes."""
    if evidence.occupancy is not None:
        return [str(name) for name in evidence.occupancy.columns if name not in {*CELLS, "households"}]
    bands = ages_of(evidence)
    return [] if bands is None else group_names(bands)


def tells_children(evidence: Evidence) -> bool:
    """Whether ages are told apart at 16: not of people of any age, nor with a band such as 15 to 19."""
    names = told_ages(evidence)
    return bool(names) and all(is_child(name) is not None for name in names)


def district_occupancy(evidence: Evidence, schemes: Sequence[Scheme]) -> tuple[pd.DataFrame, str]:
    """Occupancy where no table by kind of home is known: every home has the people of the district's mean household.

    Parameters
    ----------
    evidence
        The evidence; its people are divided by its households.
    schemes
        Schemes whose kinds of home the table must have.

    Raises
    ------
    InvalidParameter
        The evidence has no counts of people.
    """
    people = evidence.people
    if people is None:
        message = "Nothing says how many people live in a home."
        remedy = "Pass occupancy=, or residents by age among the dimensions."
        raise InvalidParameter(message, remedy=remedy)
    bands = ages_of(evidence)
    names = group_names(bands) if bands is not None else ["people of any age"]
    sums = bands.values.sum(axis=0) if bands is not None else np.array([people.total.sum()])
    kinds = {(UNSTATED, 0)}
    if evidence.mix is not None:
        kinds |= set(zip(evidence.mix["tenure"].astype(str), evidence.mix["bedrooms"].astype(int), strict=True))
    for one in schemes:
        kinds |= set(zip(one.homes["tenure"].astype(str), one.homes["bedrooms"].astype(int), strict=True))
    rows = sorted(kinds)
    table = pd.DataFrame(rows, columns=["tenure", "bedrooms"])
    table["households"] = float(evidence.homes.total.sum())
    for name, number in zip(names, sums, strict=True):
        table[name] = float(number)
    each = float(sums.sum()) / float(evidence.homes.total.sum())
    words = f"the mean of all households of the evidence, {each:.2f} people for each, whatever the home"
    return table, words


def ages_of(evidence: Evidence) -> Counts | None:
    """Return the dimension of age bands, if there is one: every group is a band whose youngest and oldest it names."""
    for one in evidence.dimensions.values():
        if not of_households(one) and all(is_band(name) for name in group_names(one)):
            return one
    return None
