"""Pupils of schemes by planning area set against places, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix.errors import listed
from placemix.scenarios.pupils.demands import Demand
from placemix.scenarios.pupils.sentences import ROUNDING, sentence

#: Key of the rows when all schemes are built, which no reference can be.
TOGETHER = ""
#: Area of what belongs to none, while keys are compared.
_NOWHERE = "(no planning area)"
_AREA = ["phase", "planning_area"]
_KEYS = ["scheme", *_AREA, "case", "slot"]
_ENDS = ("lower", "upper")


class Parts(NamedTuple):
    """What rows are made of.

    Attributes
    ----------
    demand
        Pupils of schemes.
    belonging
        Planning areas of schemes.
    opened
        Places that schemes add.
    supply
        Pupils and places of each area, by year where there is a column `slot`.
    basis
        ``"forecast"`` or ``"rolls"``.
    in_forecast
        Whether the committed schemes are in the forecast, and are not counted again.
    alone
        Whether each scheme stands by itself.
    """

    demand: Demand
    belonging: pd.DataFrame
    opened: pd.DataFrame
    supply: pd.DataFrame
    basis: str
    in_forecast: bool
    alone: bool


def areas_of(belonging: pd.DataFrame, opened: pd.DataFrame, references: Sequence[str]) -> pd.DataFrame:
    """Return the areas in which proposed schemes have pupils or add places: `phase`, `planning_area`."""
    mine = belonging.loc[belonging["reference"].isin(references), _AREA]
    every = pd.concat([mine, opened[_AREA]]) if len(opened) else mine
    return every[every["planning_area"].notna()].drop_duplicates().sort_values(_AREA).reset_index(drop=True)


def assembled(parts: Parts) -> pd.DataFrame:
    """Return one row for each scheme or all of them, phase, planning area, year and case."""
    demand = parts.demand
    sent = _by_area(demand.proposed, parts, key=parts.alone)
    opened = _nowhere(parts.opened)
    opened["scheme"] = opened["reference"] if parts.alone else TOGETHER
    keys = ["scheme", *_AREA]
    grid = pd.concat([sent[keys], opened[keys]]) if len(opened) else sent[keys]
    grid = grid.drop_duplicates().merge(pd.DataFrame({"case": demand.cases}), how="cross")
    grid = grid.merge(pd.DataFrame({"slot": range(len(demand.years))}), how="cross")
    frame = grid.merge(sent, on=_KEYS, how="left")
    frame["pupils"] = frame["pupils"].where(frame["unclear"].notna(), 0.0)
    frame = frame.rename(columns={"pupils": "pupils_scheme", "unclear": "unclear_scheme"})
    frame = frame.merge(
        opened.groupby([*keys, "slot"])["places_scheme"].sum().reset_index(), on=[*keys, "slot"], how="left"
    )
    frame["places_scheme"] = frame["places_scheme"].astype(np.float64).fillna(0.0)
    frame = _with_committed(frame, parts)
    frame["schemes"] = _schemes(frame, parts)
    on = [*_AREA, "slot"] if "slot" in parts.supply.columns else _AREA
    frame = frame.merge(parts.supply, on=on, how="left")
    frame["year"] = pd.array([demand.years[slot] for slot in frame["slot"]], dtype="Int64")
    names = [None if area == _NOWHERE else area for area in frame["planning_area"]]
    frame["planning_area"] = pd.Series(names, dtype=object)
    order = {phase: place for place, phase in enumerate(demand.phases)}
    frame["_phase"] = frame["phase"].map(order)
    by = ["scheme", "_phase", "planning_area", "slot", "case"]
    frame = frame.sort_values(by, na_position="last", kind="stable", key=_ranked).reset_index(drop=True)
    return _balanced(frame, parts)


def _ranked(column: pd.Series) -> pd.Series:
    """The low case stands before the high one."""
    return column.map({"stated": 0, "low": 0, "high": 1}) if column.name == "case" else column


def _nowhere(table: pd.DataFrame) -> pd.DataFrame:
    """Give rows without an area one, so that keys are equal."""
    return table.assign(planning_area=table["planning_area"].where(table["planning_area"].notna(), _NOWHERE))


def _by_area(pupils: pd.DataFrame, parts: Parts, *, key: bool) -> pd.DataFrame:
    """Sum pupils by area; a sum with a scheme whose pupils are not known is not known, and it is named."""
    joined = pupils.merge(_nowhere(parts.belonging), on=["reference", "phase"], how="inner")
    joined["scheme"] = joined["reference"] if key else TOGETHER
    joined["unclear"] = joined["reference"].where(joined["pupils"].isna(), "")
    joined["pupils"] = joined["pupils"] * joined["share"]
    made = joined.groupby(_KEYS, sort=False).agg(
        pupils=("pupils", lambda part: part.sum(skipna=False)),
        unclear=("unclear", lambda part: listed(sorted({name for name in part if name}))),
    )
    return made.reset_index()


def _with_committed(frame: pd.DataFrame, parts: Parts) -> pd.DataFrame:
    """Add pupils of committed schemes, unless the forecast holds them."""
    if not len(parts.demand.committed) or parts.in_forecast:
        return frame.assign(pupils_committed=0.0, unclear_committed="")
    coming = _by_area(parts.demand.committed, parts, key=False).drop(columns="scheme")
    coming = coming.rename(columns={"pupils": "pupils_committed", "unclear": "unclear_committed"})
    frame = frame.merge(coming, on=[*_AREA, "case", "slot"], how="left")
    absent = frame["unclear_committed"].isna()
    frame["pupils_committed"] = frame["pupils_committed"].mask(absent, 0.0)
    frame["unclear_committed"] = frame["unclear_committed"].mask(absent, "")
    return frame


def _schemes(frame: pd.DataFrame, parts: Parts) -> list[tuple[str, ...]]:
    """References of the schemes of each row's area, in the order of the people."""
    if parts.alone:
        return [(name,) for name in frame["scheme"]]
    rank = {name: place for place, name in enumerate(parts.demand.proposed["reference"].unique())}
    here = _nowhere(parts.belonging)
    here = here[here["reference"].isin(list(rank))]
    opened = _nowhere(parts.opened)
    opened = opened[opened["reference"].notna()]
    both = pd.concat([part[["reference", *_AREA]] for part in (here, opened) if len(part)])
    here_are = {key: tuple(sorted(set(part), key=rank.__getitem__)) for key, part in both.groupby(_AREA)["reference"]}
    return [here_are.get(key, ()) for key in zip(frame["phase"], frame["planning_area"], strict=True)]


def _balanced(frame: pd.DataFrame, parts: Parts) -> pd.DataFrame:
    """Add what is left without the schemes and with them, and why it is not known."""
    frame["schools_counted"] = frame["schools_counted"].astype("Int64")
    for name in ("schools_unknown", "schools_over"):
        # Rows of no planning area have no supply at all.
        frame[name] = [names if isinstance(names, tuple) else () for names in frame[name]]
    frame["basis"] = parts.basis
    held = frame["in_forecast"].astype(np.float64)
    if parts.basis == "forecast":
        frame["pupils_committed"] += held.where(frame["planning_area"].notna(), 0.0)
    without = frame["places"] - frame["pupils"] - frame["pupils_committed"]
    frame["change"] = frame["places_scheme"] - frame["pupils_scheme"]
    frame["left_without"], frame["left_with"] = without, without + frame["change"]
    # More pupils leave fewer places, so that the ends change sides.
    for end, other in zip(_ENDS, reversed(_ENDS), strict=True):
        bound = frame["places"] - frame[f"pupils_{other}"] - frame["pupils_committed"]
        frame[f"left_without_{end}"], frame[f"left_with_{end}"] = bound, bound + frame["change"]
    known = frame["left_without"].notna() & frame["left_with"].notna()
    short = (frame["left_without"] >= -ROUNDING) & (frame["left_with"] < -ROUNDING)
    frame["short"] = short.astype("boolean").mask(~known, pd.NA)
    frame["reason"] = pd.Series(_reasons(frame, parts), dtype=object)
    frame["sentence"] = [sentence(row) for row in frame.to_dict("records")]
    return frame


def _reasons(frame: pd.DataFrame, parts: Parts) -> list[str | None]:
    why: dict[tuple[str, str], str] = {}
    nowhere = parts.belonging[parts.belonging["planning_area"].isna()]
    for row in nowhere.itertuples(index=False):
        why.setdefault((row.reference, row.phase), f"{row.reference}: {str(row.reason).rstrip('.')}")
    said = []
    for row in frame.to_dict("records"):
        parts_of: list[str] = []
        if row["planning_area"] is None:
            told = [why.get((name, row["phase"]), name) for name in row["schemes"]]
            parts_of.append(f"no planning area ({listed(told)})")
        elif isinstance(row["lacking"], str):
            parts_of.append(row["lacking"])
        for name, whose in (("scheme", "schemes"), ("committed", "committed schemes")):
            if isinstance(row[f"unclear_{name}"], str) and row[f"unclear_{name}"]:
                parts_of.append(f"pupils of {whose} are not known ({row[f'unclear_{name}']})")
        if not parts_of and isinstance(row.get("range_lacking"), str):
            parts_of.append(row["range_lacking"])
        said.append("; ".join(parts_of) or None)
    return said
