"""Several services in one building: who would use each, any and all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.results import Call, Result, first_reason, group_names, remember
from placemix.scenarios.siting.catching import Catchments, catchments, ruled
from placemix.scenarios.siting.sites import Given, calling, carried_table, outside_words, sites_of
from placemix.scenarios.siting.standing import mixed
from placemix.scenarios.siting.ways import refuse_strangers, times_to, ways_of

#: What may be said of each kind of service.
_SAID = ("by", "number", "within", "beta")
#: Names of the rows that are of no single kind.
ANY, SEVERAL, ALL = "any of them", "two or more", "all of them"
#: Services that can be shared.
_TWO = 2


def co_locate(
    people: Counts,
    candidates: Given,
    services: Mapping[str, Mapping[str, Any]],
    *,
    existing: pd.DataFrame | None = None,
    kind: str = "kind",
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    site: str = "site",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Say who would use several kinds of services under one roof at each candidate site, and how many would share it.

    Parameters
    ----------
    people, candidates, times, detour, site, unit, minutes
        As in `service_users`.
    services
        For each kind of service, at least two, who would use it: the `by`, `number`, `within` and `beta` of
        `service_users`, as in ``{"library": {"by": "radius", "within": "1 km"}, "clinic": {"by": "nearest service"}}``.
    existing
        Services that are open whatever happens, with a column `kind`; each competes with its own kind alone, and that
        by ``"nearest service"`` and ``"huff"``.
    kind
        Name of this column.

    Returns
    -------
    result
        For each candidate one row for each kind, and of ``"any of them"``, ``"two or more"`` and ``"all of them"``.
        Columns: `site`, `service`, `users`, `share_of_any` (of those who use any of them; of ``"two or more"``, how far
        the roof is shared), `mix`, `least_ratio`, `least_group` (as in `compare_sites`), `outside`, `reason`, `note`,
        `source`, `version`.

    Raises
    ------
    InvalidParameter
        Fewer than two kinds are given, or a rule is wrong.
    UnknownColumn, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable, NoPlace, CRSMismatch, GeographicCRS
        As in `service_users`.

    Notes
    -----
    Within a unit who uses one service is taken to be independent of who uses another. Where catchments are whole units
    it makes no difference; with Huff's rule it does, and visits that are joined in one trip would make it larger.
    People under one roof need not meet.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> points = gpd.points_from_xy([500, 1500, 3000, 6000], [0] * 4)
    >>> homes = pm.from_wide(gpd.GeoDataFrame(zones, geometry=points, crs=27700), groups=["x", "y"], unit="zone")
    >>> rules = {"gp": {"by": "nearest people", "number": 200}, "pool": {"by": "radius", "within": "3 km"}}
    >>> found = pm.scenarios.co_locate(homes, ["1"], rules)
    >>> found[["service", "users", "share_of_any", "mix"]].round(3)
           service  users  share_of_any    mix
    0           gp  200.0         0.667  0.500
    1         pool  300.0         1.000  0.444
    2  any of them  300.0         1.000  0.444
    3  two or more  200.0         0.667  0.500
    4  all of them  200.0         0.667  0.500
    """
    people = checked(people)
    rules = _rules(services, existing, kind)
    kinds = None if existing is None else existing[kind].map(id_text)
    every: set[str] = set()
    many = 0
    caught: dict[str, tuple[Catchments, str]] = {}
    for name, said in rules.items():
        open_now = None
        if existing is not None:
            open_now = existing[kinds == name]
            open_now = open_now if len(open_now) else None
        sites = sites_of(people, candidates, open_now, site=site, attraction=None, mapped=times is None)
        many = int((~sites.existing).sum())
        every |= set(sites.ids)
        ways = ways_of(people, sites, times_to(times, sites.ids, site), detour, (unit, site, minutes))
        rule = ruled(people, ways, attraction=None, **said)
        text = f"{name} (beside {int(sites.existing.sum()):,} existing): {rule.text}"
        caught[name] = catchments(people, sites, ways, rule, at_once=False), text
    refuse_strangers(times, every, site)
    names, groups = group_names(people), people.values.sum(axis=0)
    rows = []
    for place in range(many):
        parts = np.stack([one.of(place)[0] for one, _ in caught.values()])
        once, several = _once_and_more(parts)
        wholes = dict(zip(rules, parts, strict=True))
        wholes |= {ANY: once + several, SEVERAL: several, ALL: np.prod(parts, axis=0)}
        any_users = float(wholes[ANY] @ people.total)
        for name, part in wholes.items():
            mix = mixed(part @ people.values, groups, names)
            users = float(part @ people.total)
            share = users / any_users if any_users > 0 else np.nan
            head = {"site": sites.ids[place], "service": name, "users": users, "share_of_any": share}
            rows.append({**head, **mix._asdict(), "outside": pd.NA if sites.outside is None else sites.outside[place]})
    frame = pd.DataFrame(rows)
    frame["outside"] = pd.array(frame["outside"].tolist(), dtype="boolean")
    frame["reason"] = first_reason({"no_users": ~(frame["users"].to_numpy() > 0)})
    frame["note"] = " ".join(filter(None, [*(text for _, text in caught.values()), ways.words, outside_words(sites)]))
    frame["source"], frame["version"] = people.source, __version__
    inputs, plain = calling(
        people,
        candidates=carried_table(candidates, site),
        existing=None if existing is None else carried_table(existing, site, kind),
        times=times,
    )
    arguments = {
        "services": rules, "kind": kind, "detour": detour, "site": site, "unit": unit, "minutes": minutes, **plain,
    }  # fmt: skip
    return remember(frame, Call("scenarios.co_locate", inputs, arguments))


def _rules(services: Mapping[str, Any], existing: pd.DataFrame | None, kind: str) -> dict[str, dict[str, Any]]:
    faults: list[PlacemixError] = []
    if not isinstance(services, Mapping) or len(services) < _TWO:
        message = "services names two kinds of service or more, each with who would use it."
        raise InvalidParameter(message, remedy="For one kind use compare_sites.")
    for name, said in services.items():
        if not isinstance(said, Mapping):
            message = f"services[{name!r}] is not {said!r}, but says by what rule."
            faults.append(InvalidParameter(message, remedy="Write {'by': 'radius', 'within': '1 km'}, for example."))
            continue
        if name in (ANY, SEVERAL, ALL):
            faults.append(InvalidParameter(f"{name!r} is a name that results use for themselves."))
        if "by" not in said:
            faults.append(InvalidParameter(f"services[{name!r}] lacks 'by'."))
        for key in said:
            if key not in _SAID:
                message = f"services[{name!r}] has {key!r}, which is none of {', '.join(_SAID)}."
                faults.append(InvalidParameter(message, remedy=did_you_mean(key, _SAID)))
    faults += _unknown_kinds(list(services), existing, kind)
    if faults:
        raise together(faults)
    return {str(name): {key: said.get(key) for key in _SAID} for name, said in services.items()}


def _unknown_kinds(names: list[str], existing: object, kind: str) -> list[PlacemixError]:
    if existing is None:
        return []
    if not isinstance(existing, pd.DataFrame):
        message = f"Existing services are a table with a column {kind!r}, not a {type(existing).__name__}."
        return [InvalidTable(message, remedy="Give one row a service: its id, its kind, and geometry or x and y.")]
    if kind not in existing.columns:
        message = f"The existing services have no column {kind!r}."
        return [UnknownColumn(message, remedy=did_you_mean(kind, existing.columns))]
    unknown = sorted(set(existing[kind].dropna().map(id_text)) - set(map(str, names)))
    if not unknown and existing[kind].notna().all():
        return []
    message = f"Existing services are of kinds that are not asked about: {listed(unknown) or 'missing'}."
    return [InvalidParameter(message, remedy="Leave their rows out, or name the kind in services.")]


def _once_and_more(parts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shares of each unit that use one of the services alone, and two or more, shape (units,) each.

    Nothing is subtracted from a sum: where no two are used, the share is 0 and not the rounding of a difference.
    """
    none, once, several = np.ones(parts.shape[1]), np.zeros(parts.shape[1]), np.zeros(parts.shape[1])
    for part in parts:
        several = several + once * part
        once = once * (1 - part) + none * part
        none = none * (1 - part)
    return once, several
