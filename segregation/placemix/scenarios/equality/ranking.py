"""What may never order sites, mixes or plans: the composition of the people who would live there."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from placemix.errors import InvalidParameter, PlacemixError, listed

#: Columns of the annex by group: no objective, whatever table they stand in.
NEVER_RANKED: tuple[str, ...] = (
    "group_share_now", "group_share_central", "group_share_lower", "group_share_upper", "group_people_central",
    "group_people_lower", "group_people_upper", "group_noise_sd", "central_inside",
)  # fmt: skip
_VERB = "scenarios.equality_annex"
_MARK = "what_this_is_not"


def never_ranked(table: pd.DataFrame, columns: Iterable[str]) -> list[PlacemixError]:
    """List why columns of a table may not order its rows: it is an equality annex, or they are from one.

    Parameters
    ----------
    table
        The alternatives.
    columns
        Those by which they would be compared.

    Returns
    -------
    faults
        Nothing where the columns may.

    Examples
    --------
    >>> import pandas as pd
    >>> never_ranked(pd.DataFrame({"site": ["A"], "places": [4]}), ["places"])
    []
    >>> [fault] = never_ranked(pd.DataFrame({"site": ["A"], "group_share_upper": [0.4]}), ["group_share_upper"])
    >>> print(fault)
    Sites are not compared by who would live there: 'group_share_upper' is from an equality annex. Remedy: Compare ...
    """
    remedy = "Compare them by what they give: places, access, homes by tenure."
    call = getattr(table, "call", None)
    if _MARK in table.columns or (call is not None and call.verb == _VERB):
        message = "Sites are not compared by who would live there: this table is an equality annex."
        return [InvalidParameter(message, remedy=remedy)]
    found = [name for name in dict.fromkeys(map(str, columns)) if name in NEVER_RANKED]
    if not found:
        return []
    is_ = "is" if len(found) == 1 else "are"
    message = (
        f"Sites are not compared by who would live there: {listed([*map(repr, found)])} {is_} from an equality annex."
    )
    return [InvalidParameter(message, remedy=remedy)]
