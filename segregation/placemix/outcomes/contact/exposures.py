"""Whom people are among where they live and where they go, the same people at both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter, NotCounts, PlacemixError, UnknownGroup, UnmatchedUnit, plural, together
from placemix.flows import Flows
from placemix.indices._parts import ratio
from placemix.measuring.plan import REST, Which, focal_groups, rivals
from placemix.results import Call, Result, first_reason, remember

#: Shares closer than this are the same.
_SAME = 1e-12


def exposure_by_place(
    flows: Flows | Mapping[str, Flows],
    *,
    focal: Which = None,
    against: Which = "rest",
    residents: Counts | None = None,
) -> Result:
    """Compare whom people are among at home with whom they are among at school or at work.

    Parameters
    ----------
    flows
        People of each group from where they live to where they go; several by name, such as
        ``{"school": pupils, "work": commuters}``.
    focal, against
        Whose exposure, and to whom: groups, or ``"rest"`` for everybody who is not of the group. Default: every group
        to the rest.
    residents
        Everybody who lives in the areas of origin, of the same groups, for exposure at home to all residents beside
        that to those who go as well.

    Returns
    -------
    result
        One row for each of the flows and pair of groups. Columns: `place` (name of the flows), `focal`, `against`,
        `home` (mean over people of `focal` of the share of `against` among those of the flows who live in the same
        area), `there` (the same where they go), `difference` = there − home, `ratio` = there/home, `among_residents`
        (share of `against` among all residents of their area), `more_there`, `as_much`, `less_there` (shares of the
        people of `focal` who are among more, as many or fewer of `against` where they go than at home), `people` (of
        `focal`), `areas`, `places`, `reason`, `note`, `source`, `version`.

    Raises
    ------
    NotCounts
        Something else than flows was given.
    UnknownGroup, UnmatchedUnit
        Residents lack groups or areas of the flows.
    InvalidParameter
        No flows were given, or a group is compared with itself.

    Notes
    -----
    Exposure is of the average member and counts people themselves, as `placemix.measure` does: it says who is there,
    not who meets. Those who travel are often of other ages than those who live in an area. Areas and destinations of
    other sizes differ by that alone; `placemix.schools.ratio_same_children` has what chance gives.

    References
    ----------
    Bell 1954; Lieberson 1981.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> trips = pd.DataFrame({"home": list("aabb"), "school": list("stst"), "x": [30, 10, 10, 10],
    ...                       "y": [10, 30, 40, 20]})
    >>> flows = pm.Flows.from_table(trips, origin="home", destination="school", groups=["x", "y"])
    >>> found = pm.outcomes.exposure_by_place({"school": flows})
    >>> found[["place", "focal", "home", "there", "difference", "more_there"]].round(3)
        place focal   home  there  difference  more_there
    0  school     x  0.583  0.608       0.025       0.667
    1  school     y  0.350  0.365       0.015       0.600
    """
    named: Mapping[str, Any] = flows if isinstance(flows, Mapping) else {"destination": flows}
    faults: list[PlacemixError] = []
    for name, one in named.items():
        if not isinstance(one, Flows):
            message = f"Flows are needed for {name!r}, not a {type(one).__name__}."
            faults.append(NotCounts(message, remedy="Make them with placemix.Flows.from_table."))
    if not named:
        faults.append(InvalidParameter("No flows were given.", remedy="Name at least one, such as {'school': flows}."))
    if faults:
        raise together(faults)
    if residents is not None:
        residents = checked(residents)
    blocks = [_block(str(name), one, focal, against, residents) for name, one in named.items()]
    frame = pd.concat(blocks, ignore_index=True)
    frame["version"] = __version__
    inputs: dict[str, Any] = {f"flows_{place}": one for place, one in enumerate(named.values())}
    inputs |= {} if residents is None else {"residents": residents}
    arguments = {"names": list(map(str, named)), "focal": focal, "against": against}
    result = remember(frame, Call("outcomes.exposure_by_place", inputs, arguments))
    result.attrs["cites"] = ("bell_1954", "lieberson_1981")
    return result


def exposed_again(
    *,
    names: list[str],
    focal: Any,  # noqa: ANN401
    against: Any,  # noqa: ANN401
    residents: Counts | None = None,
    **flows: Flows,
) -> Result:
    """Call the verb as a pack holds it: the flows by place and their names beside."""
    named = {name: flows[f"flows_{place}"] for place, name in enumerate(names)}
    return exposure_by_place(named, focal=focal, against=against, residents=residents)


def _block(name: str, flows: Flows, focal: Which, against: Which, residents: Counts | None) -> pd.DataFrame:
    home, there = flows.at_origin(), flows.at_destination()
    firsts = range(len(home.groups)) if focal is None else focal_groups(home, focal)
    living = None if residents is None else _living(home, residents)
    shares = [ratio(side.values, side.total[:, np.newaxis]) for side in (home, there)]
    rows = []
    for first in firsts:
        people = flows.values[:, first]
        for other in rivals(home, against):
            if other == first:
                continue

            def share(table: FloatArray, first: int = first, other: int = other) -> FloatArray:
                return 1 - table[:, first] if other == REST else table[:, other]

            at_home, away = share(shares[0])[flows.origin], share(shares[1])[flows.destination]
            means = [_mean(people, part) for part in (at_home, away)]
            change = away - at_home
            rows.append(
                {
                    "focal": group_text(home.groups[first]),
                    "against": "rest" if other == REST else group_text(home.groups[other]),
                    "home": means[0],
                    "there": means[1],
                    "difference": means[1] - means[0],
                    "ratio": means[1] / means[0] if means[0] > 0 else np.nan,
                    "among_residents": np.nan if living is None else _mean(people, share(living)[flows.origin]),
                    "more_there": _mean(people, (change > _SAME).astype(np.float64)),
                    "as_much": _mean(people, (np.abs(change) <= _SAME).astype(np.float64)),
                    "less_there": _mean(people, (change < -_SAME).astype(np.float64)),
                    "people": people.sum(),
                }
            )
    if not rows:
        message = "A group is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    block = pd.DataFrame(rows)
    block.insert(0, "place", name)
    block["areas"], block["places"] = int((home.total > 0).sum()), int((there.total > 0).sum())
    block["reason"] = first_reason(
        {"group_absent": ~(block["people"] > 0).to_numpy(), "nobody_to_meet_at_home": block["ratio"].isna().to_numpy()}
    )
    block["note"] = " ".join(home.about.notes) or None
    block["source"] = home.source if residents is None else f"{home.source} {residents.source}"
    return block


def _mean(people: FloatArray, part: FloatArray) -> float:
    """Mean over people; where nobody of a pair is of the group, its share counts for nothing."""
    some = people > 0
    return float(people[some] @ part[some] / people[some].sum()) if some.any() else np.nan


def _living(home: Counts, residents: Counts) -> FloatArray:
    """Share of each group of the flows among all residents of each area of origin, shape (areas, groups)."""
    faults: list[PlacemixError] = []
    texts = [group_text(group) for group in residents.groups]
    names: list[GroupName] = list(home.groups)
    lacking = [group_text(group) for group in names if group_text(group) not in texts]
    if lacking:
        message = f"Residents lack {plural(len(lacking), 'group')} of the flows: {', '.join(lacking)}."
        faults.append(UnknownGroup(message, remedy="Bring both to one classification with merge_groups."))
    at = residents.units.get_indexer(home.units)
    lost = (at < 0) & (home.total > 0)
    if lost.any():
        message = f"{plural(int(lost.sum()), 'area', 'areas')} of the flows without residents."
        faults.append(UnmatchedUnit(message, units=home.units[lost], remedy="Check that both are of one vintage."))
    if faults:
        raise together(faults)
    columns = [texts.index(group_text(group)) for group in names]
    found = ratio(residents.values[:, columns], residents.total[:, np.newaxis])[np.maximum(at, 0)]
    found[at < 0] = np.nan
    return found
