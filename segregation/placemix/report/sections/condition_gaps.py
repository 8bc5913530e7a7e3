"""Gaps in many conditions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import InvalidParameter, listed
from placemix.report import rounding
from placemix.report.items import Section
from placemix.report.sections.bridging import signed
from placemix.report.sections.lookups import both, people, strata_of
from placemix.report.tabling import table


def gaps_by_condition(found: pd.DataFrame, *, member: str = "resident", place: str = "the whole table") -> Section:
    """Show gaps in many conditions side by side.

    Parameters
    ----------
    found
        Rows of what `placemix.outcomes.bridge` gave, of one pair of groups and one stratum.
    member
        What one of the people is called.
    place
        Name of the stratum.

    Raises
    ------
    InvalidParameter
        The rows are of several strata or pairs of groups.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> now = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")
    >>> facts = {"no2": {"domain": "environment", "higher_is": "worse", "describes": "places"},
    ...          "gp_minutes": {"domain": "health", "higher_is": "worse", "describes": "places"}}
    >>> found = pm.outcomes.bridge(town.residents(), now, facts=facts, focal="blue", against="amber")
    >>> pm.report.sections.gaps_by_condition(found).items[1].rows[0][:3]
    ('no2', '20.7', '15.6')
    """
    rows = pd.DataFrame(found)
    names = [*strata_of(rows, "focal"), "focal", "against"]
    several = [name for name in names if len(rows[name].astype(str).unique()) != 1]
    if several:
        message = f"The rows are of several {listed(several)}; a table of conditions is of one."
        raise InvalidParameter(message, remedy="Pass found[found['focal'] == …], and one stratum.")
    focal, against = (str(rows[name].iloc[0]) for name in ("focal", "against"))
    share = (rows["measured_in"].astype(str) == "share").to_numpy()
    write = [rounding.share if one else rounding.quantity for one in share]
    apart = [_points if one else signed for one in share]
    columns = {
        "Condition": [_named(row) for row in rows.to_dict("records")],
        f"Where the average {focal} {member} lives": [w(v) for w, v in zip(write, rows["focal_mean"], strict=True)],
        f"Where {_average(against, member)} lives": [w(v) for w, v in zip(write, rows["against_mean"], strict=True)],
        "How separate (D)": [rounding.index(value) for value in rows["separation"]],
        "× how different the places": [w(v) for w, v in zip(apart, rows["contrast"], strict=True)],
        "= how unequal (gap)": [
            f"{w(row.gap)}{'' if np.isnan(row.lower) else f' ({w(row.lower)} to {w(row.upper)})'}"
            for w, row in zip(apart, rows.itertuples(), strict=True)
        ],
        "Higher is": rows["higher_is"].astype(str).tolist(),
    }
    if rows["worst_focal"].notna().any():
        mine = f"{people(focal, member)} in the worst places"
        columns[mine] = [rounding.share(value) for value in rows["worst_focal"]]
        columns[f"{people(against, member)} in them"] = [rounding.share(value) for value in rows["worst_against"]]
    notes = _once(part for note in rows["note"].dropna().astype(str) for part in note.split("; "))
    rules = _once(rule.partition(" (")[0] for rule in rows["worst_rule"].dropna().astype(str))
    note = " ".join(
        [
            "Conditions are those of places where the average member lives, and no rates of the groups.",
            f"Worst places: {'; '.join(rules)}." if rules else "",
            f"To know: {'; '.join(notes)}." if notes else "",
        ]
    ).strip()
    told = (
        f"In {place}, how separate {both(focal, against, member)} live is multiplied by how different the places are: "
        "the product is how unequal the places are where the average member of each lives."
    )
    grid = table(f"Gaps in conditions: {focal} and {people(against, member)}, {place}", columns, text=["Higher is"],
                 note=note)  # fmt: skip
    return Section("Separate × different = unequal, condition by condition", [told, grid])


def _named(row: Mapping[Any, Any]) -> str:
    unit = str(row["measured_in"])
    return str(row["condition"]) if unit in {"share", "value"} else f"{row['condition']} ({unit})"


def _points(value: float) -> str:
    return f"{rounding.points(value)} points" if np.isfinite(value) else rounding.ABSENT


def _average(against: str, member: str) -> str:
    return "the average one of everyone else" if against == "rest" else f"the average {against} {member}"


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
