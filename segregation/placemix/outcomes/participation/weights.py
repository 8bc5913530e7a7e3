"""What a vote's district is drawn on: each group's weight where seats count electors and not adults."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked
from placemix.errors import InvalidCounts, InvalidParameter, PlacemixError, UnmatchedUnit, listed, plural, together
from placemix.indices._parts import ratio
from placemix.results import Call, Result, first_reason, group_names, remember

#: Group of the row of all people counted.
EVERYONE = "everyone"


def electoral_weight(
    electorate: pd.Series,
    adults: Counts,
    boundaries: pd.Series | pd.DataFrame,
    *,
    members: pd.Series | Mapping[str, float] | None = None,
) -> Result:
    """Say how much of a member each group's adults have, and how much of that is due to drawing seats on electors.

    Seats of equal electorates hold more adults where fewer are registered, and each of those has less of a member. A
    group's weight is the mean over its adults of members for each adult in their seat, over the same for everyone.

    Parameters
    ----------
    electorate
        Electors of each unit, by unit id.
    adults
        Adults of each group in each unit; or residents, where seats are compared with those.
    boundaries
        Seat of each unit, by unit id; or a table with a column for each of several plans.
    members
        Members of each seat, by its name. Default: one each.

    Returns
    -------
    result
        One row for each plan and group, with ``"everyone"``. Columns: `plan`, `group`, `adults`; `weight` (1 is that of
        everyone); `on_electors` (the weight if each seat had members in proportion to its electors; in proportion to
        its adults it would be 1 for every group); the parts of the weight, `from_electors` and `from_lines` (weight = 1
        + both): what is due to electors being counted, and what to seats of unequal electorates; `members_share`
        (members that the group's adults make up, Σ of members × share of the seat's adults), `members_by_adults` (its
        share of all adults × all members), `seats`, `reason` (why there is no weight), `note`, `source`, `version`.

    Raises
    ------
    UnmatchedUnit
        Units have no electorate or no seat, or seats no number of members.
    InvalidCounts
        Electors or members are missing or not above 0 in a seat, or a seat has no adults.
    InvalidParameter
        There is no plan. All faults are listed.

    Notes
    -----
    With A_s adults, E_s electors and m_s members of seat s, members for each adult relative to everyone are w_s = r_s
    d_s: r_s = (E_s/A_s)/(E/A) is the seat's registration, d_s = (m_s/E_s)/(M/E) its members for each elector. The parts
    are the means over the group's adults of (r_s − 1)(1 + d_s)/2 and (d_s − 1)(1 + r_s)/2; weights have the mean 1 over
    all adults, and where seats are drawn on adults all weights are 1. A weight is no vote: how people vote, and whom
    members heed, is not in it, and adults who may not register are adults here.

    Examples
    --------
    Two seats of 60 electors each, of 100 and of 80 adults. An adult of the first has 1/100 of a member, of the second
    1/80, and on average 2/180: 0.9 and 1.125.

    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"area": ["a", "b"], "x": [60, 10], "y": [40, 70]})
    >>> adults = pm.from_wide(table, groups=["x", "y"], unit="area")
    >>> electors, seats = pd.Series({"a": 60, "b": 60}), pd.Series({"a": "North", "b": "South"})
    >>> found = pm.outcomes.electoral_weight(electors, adults, seats)
    >>> found[["group", "adults", "weight", "from_electors", "from_lines"]].round(4)
          group  adults  weight  from_electors  from_lines
    0         x    70.0  0.9321        -0.0679         0.0
    1         y   110.0  1.0432         0.0432         0.0
    2  everyone   180.0  1.0000         0.0000         0.0
    """
    adults = checked(adults)
    plans = boundaries.to_frame("boundaries") if isinstance(boundaries, pd.Series) else pd.DataFrame(boundaries)
    plans = _by_unit(plans)
    faults: list[PlacemixError] = []
    electors = _electors(electorate, adults, faults)
    if not len(plans.columns):
        faults.append(InvalidParameter("boundaries has no plan.", remedy="Give the seat of each unit."))
    made = {str(name): _seats(plans[name], str(name), adults, members, faults) for name in plans.columns}
    if faults:
        raise together(faults)
    folk = np.column_stack([adults.values, adults.total])
    tables = []
    for name, (code, seats, held) in made.items():
        faults += _empty(name, code, seats, electors, adults)
        if not faults:
            tables.append(_plan(name, code, held, electors, folk, [*group_names(adults), EVERYONE]))
    if faults:
        raise together(faults)
    frame = pd.concat(tables, ignore_index=True)
    frame["reason"] = first_reason({"group_absent": ~(frame["adults"] > 0)})
    over = int((electors > adults.total).sum())
    said = [f"People counted: {adults.about.universe}."] if adults.about.universe else []
    said += [f"{plural(over, 'unit has', 'units have')} more electors than people counted."] if over else []
    left = float(adults.residual.sum())
    said += [f"{left:,.0f} people in none of the groups count in every seat."] if left else []
    frame["note"] = " ".join(said) or None
    frame["source"], frame["version"] = adults.source, __version__
    kept = pd.Series(electors, index=adults.units, name="electorate")
    flat = plans.reset_index(names="unit")
    inputs = {"electorate": kept, "adults": adults, "boundaries": flat}
    if members is not None:
        inputs["members"] = pd.Series(members, dtype=np.float64, name="members")
    return remember(frame, Call("outcomes.electoral_weight", inputs, {}))


def _by_unit(plans: pd.DataFrame) -> pd.DataFrame:
    """Plans by unit id, which may also stand in a column `unit`."""
    plans = plans.set_index("unit") if "unit" in plans.columns else plans
    return plans.set_axis([id_text(item) for item in plans.index], axis=0)


def _electors(electorate: pd.Series, adults: Counts, faults: list[PlacemixError]) -> FloatArray:
    by_unit = electorate.set_axis([id_text(item) for item in electorate.index])
    if by_unit.index.has_duplicates:
        twice = by_unit.index[by_unit.index.duplicated()].unique()
        faults.append(UnmatchedUnit("Units have two electorates.", units=twice, remedy="Give each one."))
        by_unit = by_unit[~by_unit.index.duplicated()]
    found = pd.to_numeric(by_unit, errors="coerce").reindex(adults.units).to_numpy(dtype=np.float64)
    wrong = ~(np.isfinite(found) & (found >= 0))
    if wrong.any():
        message = f"{plural(int(wrong.sum()), 'unit has', 'units have')} no number of electors."
        faults.append(
            UnmatchedUnit(message, units=adults.units[wrong], remedy="Missing is not 0: leave such units out.")
        )
    spare = by_unit.index.difference(adults.units)
    if len(spare):
        message = f"{plural(len(spare), 'unit has', 'units have')} electors and no adults."
        faults.append(UnmatchedUnit(message, units=spare, remedy="Give the adults of every unit of the seats."))
    return found


def _seats(
    seats: pd.Series,
    plan: str,
    adults: Counts,
    members: pd.Series | Mapping[str, float] | None,
    faults: list[PlacemixError],
) -> tuple[IntArray, pd.Index, FloatArray]:
    """Code of each unit's seat, the seats, and the members of each."""
    once = seats[~seats.index.duplicated()]
    if len(once) < len(seats):
        twice = seats.index[seats.index.duplicated()].unique()
        faults.append(UnmatchedUnit(f"{plan}: units are in two seats.", units=twice, remedy="Give each one seat."))
    found = once.reindex(adults.units)
    lost = found.isna().to_numpy()
    if lost.any():
        message = f"{plan}: {plural(int(lost.sum()), 'unit is', 'units are')} in no seat."
        faults.append(UnmatchedUnit(message, units=adults.units[lost], remedy="Name the seat of every unit."))
    code, names = pd.factorize(found.map(id_text, na_action="ignore"))
    if members is None:
        return code.astype(np.int64), names, np.ones(len(names))
    given = pd.Series(members)
    given = pd.to_numeric(given.set_axis([id_text(item) for item in given.index]), errors="coerce")
    held = given[~given.index.duplicated()].reindex(names).to_numpy(dtype=np.float64)
    wrong = ~(np.isfinite(held) & (held > 0))
    if wrong.any():
        message = f"{plan}: seats have no number of members above 0."
        faults.append(UnmatchedUnit(message, units=names[wrong], remedy="Name the members of every seat."))
    return code.astype(np.int64), names, held


def _empty(plan: str, code: IntArray, seats: pd.Index, electors: FloatArray, adults: Counts) -> list[PlacemixError]:
    """Seats that nobody lives in, or in which nobody may vote."""
    faults: list[PlacemixError] = []
    for what, people in (("electors", electors), ("adults", adults.total)):
        none = ~(np.bincount(code, people, len(seats)) > 0)
        if none.any():
            message = f"{plan}: {listed([str(name) for name in seats[none]])} has no {what}."
            faults.append(
                InvalidCounts(message, units=seats[none], remedy="Join the seat to another, or leave it out.")
            )
    return faults


def _plan(
    plan: str, code: IntArray, held: FloatArray, electors: FloatArray, folk: FloatArray, names: list[str]
) -> pd.DataFrame:
    many = len(held)
    voters = np.bincount(code, electors, many)
    there = np.column_stack([np.bincount(code, column, many) for column in folk.T])
    people, sums = there[:, -1], there.sum(axis=0)
    registered = voters / people / (voters.sum() / people.sum())
    drawn = held / voters / (held.sum() / voters.sum())
    parts = [registered * drawn, registered, (registered - 1) * (1 + drawn) / 2, (drawn - 1) * (1 + registered) / 2]
    weight, alike, rule, lines = (ratio(there.T @ column, sums) for column in parts)
    return pd.DataFrame(
        {
            "plan": plan,
            "group": np.array(names, dtype=object),
            "adults": sums,
            "weight": weight,
            "on_electors": alike,
            "from_electors": rule,
            "from_lines": lines,
            "members_share": (held / people) @ there,
            "members_by_adults": sums / sums[-1] * held.sum(),
            "seats": many,
        }
    )
