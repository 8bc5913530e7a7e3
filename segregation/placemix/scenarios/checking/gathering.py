"""What is known of a district, gathered once and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.checks import id_text
from placemix.counts import Counts, checked, group_text
from placemix.errors import together
from placemix.scenarios.checking.facts import Evidence
from placemix.scenarios.checking.proving import faults_of
from placemix.scenarios.people.occupancy import Fill
from placemix.scenarios.schemes.proposals import Scheme, Schemes


def evidence(
    name: str,
    homes: Counts,
    *,
    census: int | str,
    district: str | None = None,
    dimensions: Mapping[str, Counts] | None = None,
    residents: Counts | None = None,
    occupancy: pd.DataFrame | None = None,
    occupancy_source: str | None = None,
    or_more: int | None = None,
    fill: Fill = "refuse",
    mix: pd.DataFrame | None = None,
    mix_source: str | None = None,
    yields: pd.DataFrame | Mapping[str, float] | None = None,
    yield_source: str | None = None,
    calibrations: Mapping[str, pd.DataFrame] | None = None,
    pupils: Mapping[str, Any] | None = None,
    services: Any = None,  # noqa: ANN401
    meeting: Sequence[str] = (),
    condition: pd.Series | None = None,
    condition_words: str | None = None,
    focal: str | None = None,
    others: Schemes | Sequence[Scheme] = (),
    annex: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    sources: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Evidence:
    """Gather what is known of a district, once, for every scheme that is checked there.

    Parameters
    ----------
    name
        Name of the district.
    homes
        Households by tenure in each unit, on a projected map. Its groups are the tenures that schemes may name. Units
        beyond the district count as neighbourhood.
    census
        Date of the counts, such as ``"2021-03-21"``, or their year.
    district
        Strata column of the districts. Default: the units are one district.
    dimensions
        Further counts on the same units by name, such as ``{"Household deprivation": …, "Age": …}``; each says in
        `about` whether it counts households or residents (`universe`). No ethnic group or faith: those are `residents`.
    residents
        Residents by ethnic group or faith, for the equality annex, and for nothing else.
    occupancy, occupancy_source, or_more, fill
        As for `scheme_people`. Without a table people are homes × the people for each household of all units of the
        evidence, which is said wherever it matters.
    mix, mix_source
        Homes assumed of schemes that state only how many, as for `scheme_people`, and where the assumption comes from.
    yields, yield_source
        Pupils for each home, as for `scheme_people`.
    calibrations
        What `calibrate` learnt for a dimension (or ``"residents"``), by its name. Without one a composition is "not
        predictable from these data".
    pupils
        Keywords of `school_places`: ``schools`` or ``forecast``, ``unknown``, and others, but for those that a check
        says itself: what comes, and the places that schemes bring.
    services
        Points with a column `kind`, such as GP, library, park, as for `access_of`.
    meeting
        Kinds of service that are places where people meet.
    condition, condition_words
        A condition of each unit, by unit id, for the place gap of a plan, and its name.
    focal
        Tenure whose indices and place gap are followed for plans. Default: the smaller of the two largest.
    others
        What else is coming, such as `schemes_from_register`: completions, permissions, allocations.
    annex
        Keywords of `equality_annex`: ``tenure_groups``, ``tenure_groups_source`` and others.
    names
        Names of the units by id, for the page.
    sources
        Who published what, in sentences, for the page.
    notes
        What of it could not be used, in sentences, said beside what is assumed.

    Returns
    -------
    evidence
        Frozen.

    Raises
    ------
    NoPlace
        The homes have no map.
    UnknownColumn, UnmatchedUnit, UnknownGroup
        A table lacks the districts, is of other units, or the tenure followed is not there.
    InvalidParameter
        A table does not say what it counts, a dimension is one of ethnic groups or faith, or a name or source is
        missing. All faults come in one error.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> homes = town.tenure()
    >>> homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
    >>> pm.scenarios.evidence("The town", homes, census=2021, district="district")
    <Evidence on The town: 2,424 units, 187,330 households>
    """
    homes = checked(homes)
    tables = {str(key): checked(one) for key, one in (dimensions or {}).items()}
    made = Evidence(
        name=str(name), homes=homes, census=census, district=district, dimensions=tables,
        residents=None if residents is None else checked(residents), occupancy=occupancy,
        occupancy_source=occupancy_source, or_more=or_more, fill=fill, mix=mix, mix_source=mix_source, yields=yields,
        yield_source=yield_source, calibrations=dict(calibrations or {}), pupils=dict(pupils or {}),
        services=services, meeting=(meeting,) if isinstance(meeting, str) else tuple(meeting), condition=condition,
        condition_words=condition_words,
        focal=_followed(homes) if focal is None else focal, others=tuple(others), annex=dict(annex or {}),
        names={id_text(unit): str(name) for unit, name in (names or {}).items()}, sources=tuple(sources),
        notes=tuple(notes),
    )  # fmt: skip
    faults = list(faults_of(made))
    if faults:
        raise together(faults)
    return made


def _followed(homes: Counts) -> str | None:
    """Name the smaller of the two largest tenures: that of which segregation is mostly spoken."""
    sizes = homes.values.sum(axis=0)
    return None if len(sizes) < 2 else group_text(homes.groups[int(np.argsort(sizes, kind="stable")[-2])])
