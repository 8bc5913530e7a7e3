"""Candidate sites side by side: mix of users, equality, total access, coverage and the worst-off, before and with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import EmptyTable, InvalidParameter, did_you_mean, plural
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.fronts import dominated
from placemix.scenarios.siting.catching import By, Catchments, catchments, ruled
from placemix.scenarios.siting.sites import Given, calling, carried_table, outside_words, sites_of
from placemix.scenarios.siting.standing import Mix, Standing, compared, mixed, standing
from placemix.scenarios.siting.ways import Ways, ways_of


class Objective(NamedTuple):
    """What may be wanted of a site.

    Attributes
    ----------
    column
        Column of the result.
    sign
        1 where more is better, -1 where less is.
    limited
        Whether it needs `within`.
    """

    column: str
    sign: int
    limited: bool = False


#: What may be wanted of a site, by name.
OBJECTIVES = {
    "mix": Objective("mix", 1),
    "balance": Objective("least_ratio", 1),
    "users": Objective("users", 1),
    "gap": Objective("gap_with", -1),
    "gap within": Objective("gap_within_with", -1, limited=True),
    "mean": Objective("mean_with", -1),
    "covered": Objective("covered_with", 1, limited=True),
    "worst": Objective("worst_with", -1),
    "unreachable": Objective("unreachable_with", -1),
}
#: Values are equal that differ by less, as a share of the largest: rounding decides nothing.
_EQUAL = 1e-9
_USUAL = ("mix", "gap", "mean", "covered", "worst")
_PARTS = ("gap", "gap_within", "mean", "covered", "worst", "unreachable")


def compare_sites(
    people: Counts,
    candidates: Given,
    *,
    by: By,
    number: float | None = None,
    within: float | str | None = None,
    beta: float | None = None,
    attraction: str | None = None,
    existing: Given | None = None,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    objectives: Sequence[str] | None = None,
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    site: str = "site",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Compare candidate sites of one service, each alone beside those that exist, over declared objectives.

    There is no score. `front` marks the candidates that no other one matches in every objective and beats in one.

    Parameters
    ----------
    people, candidates, by, number, beta, attraction, existing, times, detour, site, unit, minutes
        As in `service_users`.
    within
        What is within reach, for coverage and, but for ``"nearest people"``, for users: metres or text such as
        ``"2 km"``; with `times`, minutes.
    focal, against
        Compare the ways of these two, ``"rest"`` being everyone else; `against` goes with `focal` alone. Default: all
        groups, farthest and nearest.
    objectives
        Any of ``"mix"`` (of users, more is better), ``"balance"`` (smallest share of a group among users beside its
        share of all, more), ``"users"`` (more), ``"gap"`` (between groups in the mean way, less), ``"gap within"``
        (in the share within reach, less), ``"mean"`` (way, less), ``"covered"`` (share within reach, more), ``"worst"``
        (greatest way, less), ``"unreachable"`` (less). Default: mix, gap, mean, covered (with `within`), worst. Where
        some reach no service, ``"unreachable"`` is added, because means leave them out.

    Returns
    -------
    result
        One row for each candidate. Columns: `site`, `users`, `mix` (chance that two users are of different groups,
        Σ p (1 − p)), `mix_of_all` (the same of all people), `least_ratio`, `least_group`; then each of `gap`,
        `gap_within`, `mean`, `covered`, `worst` and `unreachable` with the existing services alone (``_before``) and
        with the candidate (``_with``); `farthest_group` (with it); `front` (no other is better; missing where an
        objective is), `better` (how many are: at least as good in every objective and better in one), `tied` (others
        equal in all), `objectives` (with their directions), `measured_in`, `outside`, `reason`, `note`, `source`,
        `version`. Ways are to the nearest open service.

    Raises
    ------
    InvalidParameter
        An objective is unknown, or needs `within`; a group is compared with itself, or `against` is given without
        `focal`; otherwise as in `service_users`.
    UnknownGroup
        There is no such group.
    UnknownColumn, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable, NoPlace, CRSMismatch, GeographicCRS
        As in `service_users`.

    Notes
    -----
    All of it is expected from where people live; an area's association with a group is no effect of it. The comparison
    is of places for a service, and says nothing about whom it should serve.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> homes, gps = town.residents(), town.services[town.services["kind"] == "gp"]
    >>> homes = homes.take(homes.geometry.notna().to_numpy())
    >>> gps = gps.rename(columns={"service": "site"})
    >>> found = pm.scenarios.compare_sites(
    ...     homes, town.sites.head(5), by="nearest people", number=5000, existing=gps, within="1 km"
    ... )
    >>> found[["site", "mix", "mean_before", "mean_with", "front"]].round(3)
       site    mix  mean_before  mean_with  front
    0  R001  0.431     1022.042    997.594   True
    1  R002  0.225     1022.042   1020.319  False
    2  R003  0.642     1022.042   1017.316   True
    3  R004  0.308     1022.042    945.940   True
    4  R005  0.258     1022.042    993.117  False
    """
    people = checked(people)
    sites = sites_of(people, candidates, existing, site=site, attraction=attraction, mapped=times is None)
    ways = ways_of(people, sites, times, detour, (unit, site, minutes))
    spare = frozenset({"within"})
    rule = ruled(people, ways, by=by, number=number, within=within, beta=beta, attraction=attraction, spare=spare)
    wanted = _wanted(objectives, limited=within is not None)
    if not people.total.sum() > 0:
        message = "Nobody lives there."
        raise EmptyTable(message)
    groups, names = compared(people, focal, against)
    reach = None if within is None else ways.reach(within, people)
    near = ways.nearest(sites.existing)
    before = standing(near, people.total, groups, names, reach)
    caught = catchments(people, sites, ways, rule, at_once=False)
    rows = [
        _row(caught, int(place), standing(np.minimum(near, ways.to(int(place))), people.total, groups, names, reach))
        for place in np.flatnonzero(~sites.existing)
    ]
    frame = pd.DataFrame(rows)
    frame.insert(0, "site", sites.ids.to_numpy(dtype=object)[~sites.existing])
    overall = mixed(people.values.sum(axis=0), people.values.sum(axis=0), group_names(people))
    frame.insert(3, "mix_of_all", overall.mix)
    for name in _PARTS:
        value = getattr(before, name) if sites.existing.any() else np.nan
        frame.insert(list(frame.columns).index(f"{name}_with"), f"{name}_before", value)
    if (frame["unreachable_with"] > 0).any() and "unreachable" not in wanted:
        wanted = [*wanted, "unreachable"]
    _set_apart(frame, wanted)
    frame["measured_in"] = ways.measured_in
    outside = [pd.NA] * len(frame) if sites.outside is None else sites.outside[~sites.existing]
    frame["outside"] = pd.array(outside, dtype="boolean")
    frame["reason"] = _reasons(frame, existing=bool(sites.existing.any()), limited=reach is not None)
    fewer = (frame["users"] < rule.number * (1 - 1e-9)).any()  # never, where the rule has no number
    short = "Fewer people than asked for can reach some sites, and all of them are counted." if fewer else ""
    told = [*_notes(sites.existing, rule.text, ways, reach), short, outside_words(sites)]
    frame["note"] = " ".join(filter(None, told))
    frame["source"], frame["version"] = people.source, __version__
    columns = (site, attraction)
    inputs, plain = calling(
        people,
        candidates=carried_table(candidates, *columns),
        existing=None if existing is None else carried_table(existing, *columns),
        times=times,
    )
    named = [objectives] if isinstance(objectives, str) else None if objectives is None else list(objectives)
    arguments = {
        "by": by, "number": number, "within": within, "beta": beta, "attraction": attraction, "focal": focal,
        "against": against, "objectives": named, "detour": detour,
        "site": site, "unit": unit, "minutes": minutes, **plain,
    }  # fmt: skip
    return remember(frame, Call("scenarios.compare_sites", inputs, arguments))


def _wanted(objectives: Sequence[str] | None, *, limited: bool) -> list[str]:
    if objectives is None:
        return [name for name in _USUAL if limited or not OBJECTIVES[name].limited]
    names = [objectives] if isinstance(objectives, str) else list(dict.fromkeys(objectives))
    unknown = [name for name in names if name not in OBJECTIVES]
    if unknown or not names:
        message = f"Objectives are {', '.join(map(repr, OBJECTIVES))}, not {unknown or objectives!r}."
        raise InvalidParameter(message, remedy=did_you_mean(unknown[0], OBJECTIVES) if unknown else "Name one or more.")
    lost = [name for name in names if OBJECTIVES[name].limited and not limited]
    if lost:
        message = f"{' and '.join(map(repr, lost))} needs within=."
        raise InvalidParameter(message, remedy="Say what is within reach, such as '1 km'.")
    return names


def _row(caught: Catchments, place: int, after: Standing) -> dict[str, Any]:
    part, _ = caught.of(place)
    people = caught.people
    mix: Mix = mixed(part @ people.values, people.values.sum(axis=0), group_names(people))
    return {
        "users": float(part @ people.total),
        "mix": mix.mix,
        "least_ratio": mix.least_ratio,
        "least_group": mix.least_group,
        **{f"{name}_with": getattr(after, name) for name in _PARTS},
        "farthest_group": after.farthest,
    }


def _set_apart(frame: pd.DataFrame, wanted: list[str]) -> None:
    """Add the columns of the Pareto set to a frame of our own."""
    asked = [OBJECTIVES[name] for name in wanted]
    values: FloatArray = np.column_stack([frame[one.column].to_numpy(dtype=np.float64) * one.sign for one in asked])
    known = np.asarray(~np.isnan(values).any(axis=1))
    margin = np.nan_to_num(np.abs(np.where(known[:, np.newaxis], values, 0.0))).max(axis=0) * _EQUAL
    better = dominated(values, margin).sum(axis=1)
    tied = [int((np.abs(values - row) <= margin).all(axis=1).sum()) - 1 for row in values]
    for name, found, kind in (("front", better == 0, "boolean"), ("better", better, "Int64"), ("tied", tied, "Int64")):
        frame[name] = pd.array(found, dtype=kind)
        frame.loc[~known, name] = pd.NA
    frame["objectives"] = "; ".join(
        f"{'more' if one.sign > 0 else 'less'} {name}" for name, one in zip(wanted, asked, strict=True)
    )


def _reasons(frame: pd.DataFrame, *, existing: bool, limited: bool) -> list[str | None]:
    """Say why values are missing, for each row."""
    told = []
    for row in frame.to_dict("records"):
        why = [
            ("no_existing_services", not existing),
            ("no_within", not limited),
            ("no_users", not row["users"] > 0),
            ("no_users_of_the_groups", row["users"] > 0 and pd.isna(row["mix"])),
            ("nobody_reaches_an_existing_service", existing and pd.isna(row["mean_before"])),
            ("nobody_reaches_a_service", pd.isna(row["mean_with"])),
            ("fewer_than_two_groups", pd.isna(row["gap_with"]) and not pd.isna(row["mean_with"])),
            ("undefined_objective", row["front"] is pd.NA),
        ]
        told.append("; ".join(name for name, holds in why if holds) or None)
    return told


def _notes(existing: Any, rule: str, ways: Ways, reach: float | None) -> list[str]:  # noqa: ANN401
    limit = "" if reach is None else f"Within reach: {ways.said(reach)}."
    return [
        rule,
        f"Each candidate is alone beside {plural(int(existing.sum()), 'existing service')}.",
        limit,
        ways.words,
    ]
