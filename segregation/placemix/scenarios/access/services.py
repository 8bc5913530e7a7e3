"""Services of several kinds: one table, or one for each kind, read as the sites of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix.checks import id_text, id_texts
from placemix.counts import Counts
from placemix.errors import (
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    plural,
    together,
)
from placemix.scenarios.siting.sites import Given, Sites, carried_table, sites_of
from placemix.surroundings.points import locate

#: What may say which services there are.
Kinds: TypeAlias = pd.DataFrame | Mapping[str, Given]


class Services(NamedTuple):
    """Services by kind.

    Attributes
    ----------
    kinds
        Kinds that are asked about, in order.
    sites
        Services of each of them; kinds without any are left out.
    ids
        Ids of the services of every kind, also of those that are not asked about.
    known
        Names of the kinds that have services.
    carried
        What a pack holds of them: one table.
    """

    kinds: list[str]
    sites: dict[str, Sites]
    ids: set[str]
    known: list[str]
    carried: pd.DataFrame


def services_of(
    services: Kinds,
    people: Counts,
    kinds: Sequence[str] | str | None,
    *,
    kind: str,
    service: str,
    mapped: bool,
    attraction: str | None = None,
) -> Services:
    """Read services.

    Parameters
    ----------
    services
        One table with columns of kinds, ids and places; or by kind a table, counts with places, or ids of units.
    people
        On whose map they are.
    kinds
        Kinds that are asked about. Default: all of them.
    kind, service, attraction
        Columns of kinds, ids and attraction.
    mapped
        Whether places are needed.

    Raises
    ------
    InvalidTable, UnknownColumn, EmptyTable, DuplicateUnit, UnmatchedUnit, NoPlace, CRSMismatch, GeographicCRS
        Columns, kinds, ids or places are missing, repeat, or lie on another map. All faults come in one error.
    InvalidParameter
        `kinds` are no names.
    """
    if isinstance(services, Mapping):
        tables: dict[str, Any] = {id_text(name): given for name, given in services.items()}
        wanted = list(tables)
    elif isinstance(services, pd.DataFrame):
        of = _kinds_of(services, kind, service)
        wanted = list(dict.fromkeys(of))
        tables = {name: services[(of == name).to_numpy()] for name in wanted}
    else:
        message = f"Services are one table with a column {kind!r}, or a table for each kind, not a {_type(services)}."
        raise InvalidTable(message, remedy="Pass {'library': libraries}, for example.")
    asked = wanted if kinds is None else _asked(kinds)
    if not asked:
        message = "There are no services."
        raise EmptyTable(message, remedy="Give them, or name the kinds that have none in kinds=.")
    sites: dict[str, Sites] = {}
    faults: list[PlacemixError] = []
    for name, given in tables.items():
        if isinstance(given, Counts | pd.DataFrame | list | tuple | pd.Index) and not len(given):
            continue
        try:
            sites[name] = sites_of(
                people, given, None, site=service, attraction=attraction, mapped=mapped, words="services"
            )
        except PlacemixError as error:
            faults.extend(error.faults)
    if faults:
        # One map or column that is wrong is wrong for every kind, and told once.
        raise together(list({(type(one), one.message, tuple(one.units)): one for one in faults}.values()))
    every = {item for one in sites.values() for item in one.ids}
    if isinstance(services, pd.DataFrame):
        carried = carried_table(services, service, kind, attraction)
    else:
        carried = _joined(sites, people, (kind, service, attraction), mapped=mapped)
    return Services(asked, {name: sites[name] for name in asked if name in sites}, every, list(sites), carried)


def _type(services: object) -> str:
    return type(services).__name__


def _asked(kinds: Sequence[str] | str) -> list[str]:
    named = [kinds] if isinstance(kinds, str) else list(kinds)
    if not named or len(set(named)) < len(named) or not all(isinstance(name, str) for name in named):
        message = f"kinds are names of kinds of services, each once, not {kinds!r}."
        raise InvalidParameter(message)
    return named


def _kinds_of(table: pd.DataFrame, kind: str, service: str) -> pd.Series:
    faults: list[PlacemixError] = [
        UnknownColumn(
            f"The services have no column {name!r}.",
            remedy=did_you_mean(name, table.columns) or f"Pass {word}= the column of {what}.",
        )
        for name, word, what in ((kind, "kind", "kinds"), (service, "service", "ids"))
        if name not in table.columns
    ]
    if faults:
        raise together(faults)
    lost = table[kind].isna().to_numpy()
    if lost.any():
        message = f"{plural(int(lost.sum()), 'service has', 'services have')} no kind."
        units = [id_text(item) for item in table.loc[lost, service]]
        raise InvalidTable(message, units=units, remedy="Name it, or leave their rows out.")
    return id_texts(table[kind])


def _joined(
    sites: Mapping[str, Sites], people: Counts, columns: tuple[str, str, str | None], *, mapped: bool
) -> pd.DataFrame:
    """Bring the services of all kinds into one table, for a pack."""
    kind, service, attraction = columns
    parts = [
        pd.DataFrame(
            {kind: name, service: one.ids.to_numpy(dtype=object)}
            | ({} if attraction is None else {attraction: one.pull})
        )
        for name, one in sites.items()
    ]
    if not parts:
        return pd.DataFrame({kind: np.empty(0, dtype=object), service: np.empty(0, dtype=object)})
    table = pd.concat(parts, ignore_index=True)
    if not mapped:
        return table
    import geopandas as gpd

    xy = np.concatenate([one.xy for one in sites.values() if one.xy is not None]) / locate(people).factor
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=people.geometry.crs)
