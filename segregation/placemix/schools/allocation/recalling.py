"""How saved allocations are made again: a pack holds a market as three plain tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from placemix.results import Call
from placemix.schools.allocation.markets import Market


def call_of(verb: str, market: Market, arguments: Mapping[str, Any]) -> Call:
    """Return the call of a verb on a market, as a pack holds it."""
    pupils = pd.DataFrame({"pupil": np.asarray(market.pupils, dtype=object), "group": market.group})
    schools = pd.DataFrame(
        {
            "school": np.asarray(market.schools, dtype=object),
            "places": market.places,
            "policy": np.asarray(market.policy, dtype=object),
            "banded": market.banded,
        }
    )
    if market.band is not None:
        pupils["band"] = market.band
    for frame, xy in ((pupils, market.pupil_xy), (schools, market.school_xy)):
        if xy is not None:
            frame["x"], frame["y"] = xy[:, 0], xy[:, 1]
    forms = pd.DataFrame(
        {
            "pupil": np.repeat(np.arange(len(market.pupils)), np.diff(market.start)),
            "school": market.school,
            "rank": market.rank,
            "standing": market.standing,
        }
    )
    if market.distance is not None:
        forms["distance"] = market.distance
    about = {
        "groups": list(market.groups),
        "criteria": [list(names) for names in market.criteria],
        "bands": market.bands,
        "notes": list(market.notes),
    }
    inputs = {"pupils": pupils, "schools": schools, "preferences": forms}
    return Call(verb, inputs, {"market": about, **arguments})


def _again(
    verb: Callable[..., pd.DataFrame],
    *,
    pupils: pd.DataFrame,
    schools: pd.DataFrame,
    preferences: pd.DataFrame,
    market: Mapping[str, Any],
    **given: Any,  # noqa: ANN401
) -> pd.DataFrame:
    # Rows may have been put in another order by whoever gives them; a market is sorted by id.
    pupils = pupils.sort_values("pupil", kind="stable", ignore_index=True)
    schools = schools.sort_values("school", kind="stable", ignore_index=True)
    forms = preferences.sort_values(["pupil", "rank"], kind="stable", ignore_index=True)
    many = np.bincount(forms["pupil"], minlength=len(pupils))
    rebuilt = Market(
        pupils=pd.Index(pupils["pupil"], name="pupil"),
        schools=pd.Index(schools["school"], name="school"),
        groups=tuple(market["groups"]),
        group=pupils["group"].to_numpy(dtype=np.int64),
        places=schools["places"].to_numpy(dtype=np.int64),
        start=np.append(0, np.cumsum(many)).astype(np.int64),
        school=forms["school"].to_numpy(dtype=np.int64),
        rank=forms["rank"].to_numpy(dtype=np.int64),
        standing=forms["standing"].to_numpy(),
        criteria=tuple(tuple(names) for names in market["criteria"]),
        policy=schools["policy"].to_numpy(dtype=object),
        distance=forms["distance"].to_numpy(dtype=np.float64) if "distance" in forms else None,
        band=pupils["band"].to_numpy(dtype=np.int64) if "band" in pupils else None,
        bands=int(market["bands"]),
        banded=schools["banded"].to_numpy(dtype=bool),
        pupil_xy=pupils[["x", "y"]].to_numpy(dtype=np.float64) if "x" in pupils else None,
        school_xy=schools[["x", "y"]].to_numpy(dtype=np.float64) if "x" in schools else None,
        notes=tuple(market["notes"]),
    )
    return verb(rebuilt, **given)


def remade(verbs: Mapping[str, Callable[..., pd.DataFrame]]) -> dict[str, Callable[..., pd.DataFrame]]:
    """Return the verbs of markets as `placemix.packs` calls them."""
    return {name: partial(_again, verb) for name, verb in verbs.items()}
