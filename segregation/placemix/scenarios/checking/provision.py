"""What schemes need and bring: school places, ways to services, places where people meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from placemix.counts import Counts
from placemix.errors import listed
from placemix.results import group_names
from placemix.scenarios import access
from placemix.scenarios.checking import arriving, peopling
from placemix.scenarios.checking.coming import Coming
from placemix.scenarios.checking.facts import TENURE, Evidence
from placemix.scenarios.pupils import school_places
from placemix.scenarios.schemes.proposals import Scheme

#: Why a scheme has no pupils or no services beside it.
NO_YIELDS = "no pupil yields are given, and none is right everywhere."
NO_SCHOOLS = "no schools and no forecast of school places are given."
NO_SERVICES = "no services are given."
NONE_BROUGHT = "no service is part of what is proposed."


def schools(
    schemes: Sequence[Scheme],
    where: pd.DataFrame,
    people: pd.DataFrame,
    coming: Coming,
    evidence: Evidence,
    *,
    years: Sequence[int],
) -> dict[str, pd.DataFrame | str]:
    """Set school places with the schemes beside those without them.

    Parameters
    ----------
    schemes
        The schemes.
    where
        What `placed` gave of them.
    people
        What `scheme_people` gave of them, for every year.
    coming
        What comes anyway.
    evidence
        The evidence.
    years
        Years of the rows.
    """
    if evidence.yields is None:
        return {"schools": NO_YIELDS}
    if not evidence.pupils:
        return {"schools": NO_SCHOOLS}
    given = asked_of_schools(schemes, evidence, coming, years)
    return {"schools": school_places(people, sites_of(schemes, where, coming, evidence), **given)}


def sites_of(
    schemes: Sequence[Scheme], where: pd.DataFrame, coming: Coming, evidence: Evidence
) -> list[Scheme] | pd.DataFrame:
    """Return where all schemes are, as `school_places` asks for it: themselves, or their units beside a lookup."""
    every = [*schemes, *coming.schemes]
    laid = pd.concat([pd.DataFrame(part) for part in (where, coming.where) if part is not None], ignore_index=True)
    if "lookup" in evidence.pupils:
        return laid
    # What lies outside the map is in no table of places; the school that is nearest to it is not its own.
    lost = laid[laid["unit"].isna()].set_index("reference")["reason"]
    return [
        replace(one, site=None, notes=(lost[one.reference],)) if one.site is not None and one.reference in lost else one
        for one in every
    ]


def asked_of_schools(
    schemes: Sequence[Scheme], evidence: Evidence, coming: Coming, years: Sequence[int]
) -> dict[str, Any]:
    """Return what `school_places` is to be asked with: what comes anyway is on both sides.

    Parameters
    ----------
    schemes
        The schemes, some of which may bring schools.
    evidence
        The evidence; with a forecast it says whether that holds what comes anyway (``committed_in_forecast``).
    coming
        What comes anyway.
    years
        Years of the rows.
    """
    given = dict(evidence.pupils)
    if coming.schemes:
        # Of what comes anyway the most is taken, as in every other part.
        committed = peopling.people_of(coming.schemes, evidence, years=list(years), not_phased=years[-1])
        given["committed"] = committed[committed["case"] != "low"].assign(case="stated")
    else:
        # Nothing comes anyway that a forecast could hold.
        given.pop("committed_in_forecast", None)
    if added := _added_places(schemes, evidence, years[-1]):
        given["added_places"] = pd.DataFrame(added)
    return given


def _added_places(schemes: Sequence[Scheme], evidence: Evidence, year: int) -> list[dict[str, Any]]:
    """School places that schemes bring themselves: services whose kind names a phase, such as "primary school"."""
    rows = []
    for one in schemes:
        for service in one.services.itertuples():
            phase = _phase_of(str(service.kind), evidence)
            if phase is not None and pd.notna(service.places):
                opens = int(service.year) if pd.notna(service.year) else max([*map(int, one.phasing.index)] or [year])
                rows.append(
                    {"phase": phase, "reference": one.reference, "year": opens, "places": float(service.places)}
                )
    return rows


def _phase_of(kind: str, evidence: Evidence) -> str | None:
    """Phase of a school, which its kind begins with."""
    given = evidence.yields
    phases = given["phase"].unique() if isinstance(given, pd.DataFrame) else given or ()
    return next((str(name) for name in phases if kind.casefold().startswith(str(name).casefold())), None)


def _existing(evidence: Evidence, brought: Sequence[str]) -> dict[str, Any]:
    """Services that are there by kind; of a kind of school that schemes bring, the schools of its phase."""
    import geopandas as gpd

    known: dict[str, Any] = {}
    if evidence.services is not None:
        known = {str(kind): rows for kind, rows in evidence.services.groupby("kind", sort=False)}
    schools, names = evidence.pupils.get("schools"), evidence.pupils.get("columns") or {}
    for kind in brought:
        phase = _phase_of(kind, evidence)
        if kind in known or phase is None or not isinstance(schools, gpd.GeoDataFrame):
            continue
        rows = schools[schools[names.get("phase", "phase")].astype(str) == phase]
        rows = rows[rows.geometry.notna() & ~rows.geometry.is_empty]
        if len(rows):
            ids = rows[names.get("school", "school")].astype(str).to_numpy()
            known[kind] = gpd.GeoDataFrame({"kind": kind, "service": ids}, geometry=rows.geometry.array)
    return known


def services(
    schemes: Sequence[Scheme],
    homes: pd.DataFrame,
    people: pd.DataFrame,
    coming: Coming,
    evidence: Evidence,
    *,
    year: int,
    reach: str,
    threshold: float,
) -> dict[str, pd.DataFrame | str]:
    """Say how far services are from the sites, who gains access by them, and who would share places where people meet.

    Parameters
    ----------
    schemes
        The schemes.
    homes, people
        What they add, by unit and in all.
    coming
        What comes anyway.
    evidence
        The evidence.
    year
        Year of the comparison.
    reach
        How far a service may be.
    threshold
        Share from which one category defines the users of a place.
    """
    parts: dict[str, pd.DataFrame | str] = {}
    counts, name = whose_ways(coming, evidence)
    brought = list(dict.fromkeys(str(kind) for one in schemes for kind in one.services["kind"]))
    if evidence.services is None and not brought:
        return dict.fromkeys(("access", "meeting"), NO_SERVICES) | {"gained": NONE_BROUGHT}
    known = _existing(evidence, brought)
    given = list(schemes)
    came, _ = arriving.newcomers(counts, evidence, homes, people, of_the_homes=name == TENURE)
    came = came[came["case"] != "low"]
    comers = None if came.empty else came[["reference", *group_names(counts)]]
    if comers is not None:
        # Households that leave, where more homes are pulled down than built, live at no service's door.
        leaving = comers.loc[(comers[group_names(counts)] < 0).any(axis=1), "reference"]
        comers = comers[~comers["reference"].isin(leaving)]
        comers = None if comers.empty else comers
    if known:
        parts["access"] = access.access_of(given, known, counts, reach=reach, district=evidence.district)
    else:
        parts["access"] = NO_SERVICES
    # Of a kind of which none is given, nobody can say who had none before.
    if kinds := [kind for kind in brought if kind in known]:
        gained = access.access_gained(
            given, known, counts, reach=reach, kinds=kinds, newcomers=comers, year=year, district=evidence.district,
        )  # fmt: skip
        new = [kind for kind in brought if kind not in known]
        if new:
            said = not_given(new)
            gained = gained.assign(note=[f"{note} {said[:1].upper()}{said[1:]}" for note in gained["note"]])
        parts["gained"] = gained
    else:
        parts["gained"] = not_given(brought) if brought else NONE_BROUGHT
    places = {kind: known[kind] for kind in evidence.meeting if kind in known}
    if places:
        parts["meeting"] = access.meeting_places(
            given, places, counts, by="nearest service", reach=reach, newcomers=comers, district=evidence.district,
            threshold=threshold, year=year,
        )  # fmt: skip
    elif evidence.meeting:
        parts["meeting"] = f"no service is given of the kinds where people meet: {listed(list(evidence.meeting))}."
    else:
        parts["meeting"] = "no kind of service is said to be a place where people meet."
    return parts


def not_given(kinds: Sequence[str]) -> str:
    """Say of which kinds of service that schemes bring none is given that exists."""
    return f"no existing service is given of the kind {listed(kinds)}, so that who gains by a new one is not known."


def whose_ways(coming: Coming, evidence: Evidence) -> tuple[Counts, str]:
    """Say whose ways are measured: those of people by age where they are known, else of households by tenure.

    Parameters
    ----------
    coming
        What comes anyway.
    evidence
        The evidence.
    """
    ages = peopling.ages_of(evidence)
    if ages is not None:
        name = next(name for name, one in evidence.dimensions.items() if one is ages)
        return arriving.mapped(coming.tables[name], evidence), name
    return coming.tables[TENURE], TENURE
