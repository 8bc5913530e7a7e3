"""Rows of places near schemes: shares of users beside those of the district, and what defines a place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.indices._parts import ratio
from placemix.results import first_reason
from placemix.scenarios.access.drawing import Drawn, Hoods, apart
from placemix.scenarios.access.sharing_places import Shared
from placemix.scenarios.access.spots import Districts, Spots
from placemix.scenarios.neighbourhood.mixing import DEFINED
from placemix.scenarios.siting.standing import mixed

#: A place that a scheme brings is not there before.
_NEW = {False: "not defined by it", True: "is defined by it"}


def overall(folk: FloatArray, districts: Districts, come: FloatArray) -> tuple[FloatArray, FloatArray]:
    """People of each group and everyone in the district of each scheme, without and with its newcomers.

    Shape (schemes, groups + 1) each; NaN where a scheme lies in no district.
    """
    sums = np.zeros((len(districts.names), folk.shape[1]))
    np.add.at(sums, districts.codes, folk)
    here = np.where((districts.of_spot >= 0)[:, np.newaxis], sums[np.maximum(districts.of_spot, 0)], np.nan)
    return here, here + come


def rows_of(
    found: list[Shared],
    district: tuple[FloatArray, FloatArray],
    spots: Spots,
    districts: Districts,
    hoods: Hoods,
    groups: list[str],
    threshold: float,
) -> pd.DataFrame:
    """Rows of places and groups.

    Parameters
    ----------
    found
        Places near schemes.
    district
        People of each scheme's district, without and with its newcomers.
    spots, districts, hoods
        Schemes, their districts, and neighbourhoods.
    groups
        Names of the groups, and of everyone.
    threshold
        Share from which one category defines a place.
    """
    many = len(groups)
    scheme = np.array([one.scheme for one in found], dtype=np.int64)
    nobody = np.full(many, np.nan)
    users = [
        np.array([nobody if one.before is None else one.before.users for one in found]).reshape(-1, many),
        np.array([one.after.users for one in found]).reshape(-1, many),
    ]
    around = [side[scheme] for side in district]
    share, theirs = [ratio(side, side[:, -1:]) for side in users], [ratio(side, side[:, -1:]) for side in around]
    frame = _heads(found, spots, districts, scheme).loc[lambda table: table.index.repeat(many)].reset_index(drop=True)
    frame.insert(5, "group", np.tile(np.array(groups, dtype=object), len(found)))
    columns = {
        "users_before": users[0],
        "users_after": users[1],
        "of_the_scheme": np.array([one.of_the_scheme for one in found]).reshape(-1, many),
        "share_before": share[0],
        "share_after": share[1],
        "change": share[1] - share[0],
        "share_district_before": theirs[0],
        "share_district_after": theirs[1],
        "from_district_before": share[0] - theirs[0],
        "from_district_after": share[1] - theirs[1],
    }
    for name, values in columns.items():
        frame[name] = values.ravel()
    frame["defined"] = _defined(found, users, threshold).ravel()
    for name, value in _wholes(found, users, around, hoods).items():
        frame[name] = pd.Series(value).repeat(many).to_numpy()
    own = np.repeat([one.before is None for one in found], many)
    empty = [~(side[:, -1:] > 0).repeat(many, axis=1).ravel() for side in users]
    frame["reason"] = first_reason(
        {
            "not_there_without_the_scheme": own,
            "no_users": empty[0] | empty[1],
            "outside_every_district": np.repeat(districts.of_spot[scheme] < 0, many),
            "no_users_of_the_group": ~(frame["users_after"].to_numpy() > 0),
        }
    )
    frame["scheme"] = scheme.repeat(many)
    return frame


def _heads(found: list[Shared], spots: Spots, districts: Districts, scheme: IntArray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "reference": spots.ids.to_numpy(dtype=object)[scheme],
            "name": pd.Series([spots.names[place] for place in scheme], dtype=object),
            "place": pd.Series([one.place for one in found], dtype=object),
            "status": pd.Series([one.status for one in found], dtype=object),
            "way": np.array([one.way for one in found], dtype=np.float64),
            "district": pd.Series([districts.of_spots[place] for place in scheme], dtype=object),
        }
    )


def _defined(found: list[Shared], users: list[FloatArray], threshold: float) -> Any:  # noqa: ANN401
    """How each category stands to the threshold; nothing is said of everyone, or where nobody is."""
    # Compared on people: a share that is exactly the threshold reaches it.
    reached: list[BoolArray] = [side >= threshold * side[:, -1:] for side in users]
    words = np.full(users[1].shape, None, dtype=object)
    for row, one in enumerate(found):
        for group in range(users[1].shape[1] - 1):
            then = bool(reached[1][row, group])
            if not users[1][row, -1] > 0:
                continue
            if one.before is None:
                words[row, group] = _NEW[then]
            elif users[0][row, -1] > 0:
                words[row, group] = DEFINED[bool(reached[0][row, group]), then]
    return words


def _wholes(
    found: list[Shared], users: list[FloatArray], around: list[FloatArray], hoods: Hoods
) -> dict[str, list[object]]:
    """What is of a whole place: its mix, how far that is from the district's, and where its users live."""
    out: dict[str, list[object]] = {}
    drawn: dict[str, list[Drawn | None]] = {
        "before": [one.before for one in found],
        "after": [one.after for one in found],
    }
    for place, when in enumerate(drawn):
        groups = users[place][:, :-1]
        out[f"mix_{when}"] = [mixed(row, row, [""] * len(row)).mix if row.sum() > 0 else np.nan for row in groups]
        out[f"apart_{when}"] = [apart(row, all_[:-1]) for row, all_ in zip(groups, around[place], strict=True)]
    for when, side in drawn.items():
        for rank, word in enumerate(("first", "second")):
            out[f"{word}_{when}"] = [
                None if one is None or one.hoods[rank] < 0 else hoods.names[one.hoods[rank]] for one in side
            ]
            out[f"{word}_share_{when}"] = [np.nan if one is None else one.shares[rank] for one in side]
        out[f"between_{when}"] = [np.nan if one is None else one.between for one in side]
    return out


def nothing_near(
    found: list[Shared], spots: Spots, row: IntArray, districts: Districts, located: BoolArray, *, has: bool
) -> pd.DataFrame:
    """Rows of the schemes that have no place near, each with the reason.

    Parameters
    ----------
    found
        Places near schemes.
    spots, row, districts
        Schemes, where they stand among the homes (-1: nowhere), and their districts.
    located
        Which schemes say where they are.
    has
        Whether there is any place of this kind.
    """
    idle = np.setdiff1d(np.arange(len(spots.ids)), [one.scheme for one in found])
    reasons = first_reason(
        {
            "no_site": (row < 0) & ~located,
            "no_times": row < 0,
            "no_service_of_this_kind": np.full(len(row), not has),
            "no_place_within_reach": np.ones(len(row), dtype=bool),
        }
    )
    return pd.DataFrame(
        {
            "reference": spots.ids.to_numpy(dtype=object)[idle],
            "name": pd.Series([spots.names[place] for place in idle], dtype=object),
            "district": pd.Series([districts.of_spots[place] for place in idle], dtype=object),
            "reason": reasons[idle],
            "scheme": idle,
        }
    )
