"""The summary that employers publish of pay by sex, for any groups: gaps, bonuses, and who is in which quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix._version import __version__
from placemix.outcomes.work.pay_tables import REST, Paid, compared, people_of
from placemix.results import Call, Result, first_reason, remember

#: Quarters of everybody by pay, from the lowest.
BANDS = ("lower", "lower middle", "upper middle", "upper")


def pay_summary(
    table: pd.DataFrame, *, against: str, pay: str = "pay", group: str = "group", bonus: str | None = None
) -> Result:
    """Summarise pay by group as employers in Great Britain have to by sex: gaps, bonuses and quarters of pay.

    Parameters
    ----------
    table
        One row for each person who is employed.
    against
        Group that gaps are shares of the pay of, or ``"rest"``.
    pay, group
        Columns of pay by the hour, and of groups.
    bonus
        Column of bonus pay over the year; missing or 0 is none. Default: no rows on bonuses.

    Returns
    -------
    result
        One row for each number. Columns: `statistic` (``"mean_gap"``, ``"median_gap"``, ``"mean_bonus_gap"``,
        ``"median_bonus_gap"``: (A − B)/A with A of the group compared with, bonus gaps among those who had one;
        ``"bonus_share"``: share of the group who had one; ``"band_share"``: share of the group among those of a
        quarter), `band` (the quarter, from the lowest), `group`, `against` (of gaps), `value`, `numerator` and
        `denominator` (A − B and A, or people and people), `people` (of the group behind the number), `reason`, `note`,
        `source`, `version`.

    Raises
    ------
    UnknownColumn, NotNumbers, InvalidCounts, InvalidTable, TooFewGroups, UnknownGroup
        As in `pay_gap`.

    Notes
    -----
    Quarters are exact: a person on the line counts in both in part, and people of the same pay on a line are shared
    out so that every group has its share of them in each quarter, which the regulations ask for. They speak of the
    sexes; whatever is published by ethnic group has smaller numbers: look at `people`, and at
    `placemix.outcomes.suppress`. A group that is rare in the upper quarter is also one that few were hired of long ago.

    References
    ----------
    The Equality Act 2010 (Gender Pay Gap Information) Regulations 2017.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> staff = pd.DataFrame({"group": list("aaaabbbb"), "pay": [10, 12, 14, 24, 9, 12, 13, 15]})
    >>> found = pm.outcomes.pay_summary(staff, against="a")
    >>> found.loc[found["group"] == "b", ["statistic", "band", "value", "numerator", "denominator"]].round(3)
        statistic          band  value  numerator  denominator
    0    mean_gap           NaN  0.183       2.75         15.0
    1  median_gap           NaN  0.038       0.50         13.0
    3  band_share         lower  0.500       1.00          2.0
    5  band_share  lower middle  0.500       1.00          2.0
    7  band_share  upper middle  0.500       1.00          2.0
    9  band_share         upper  0.500       1.00          2.0
    """
    people = people_of(table, pay, group, empty=() if bonus is None else (bonus,))
    wanted = compared(people, None, against)
    rows = _gaps(people, people.pay, wanted, against, "")
    if bonus is not None:
        extra = np.nan_to_num(people.more[bonus])
        rows += _gaps(people, np.where(extra > 0, extra, np.nan), wanted, against, "bonus_")
        rows += [_share(name, people.where(name), extra > 0) for name in people.groups]
    cells = quarters(people.pay, people.group, len(people.groups))
    for place, band in enumerate(BANDS):
        for at, name in enumerate(people.groups):
            rows.append(
                {
                    "statistic": "band_share", "band": band, "group": name, "numerator": cells[place, at],
                    "denominator": cells[place].sum(), "people": int(people.where(name).sum()),
                }
            )  # fmt: skip
    frame = pd.DataFrame(rows).reindex(
        columns=["statistic", "band", "group", "against", "value", "numerator", "denominator", "people", "reason"]
    )
    known = frame["denominator"] > 0
    frame["value"] = (frame["numerator"] / frame["denominator"]).where(known)
    frame["reason"] = first_reason({"nobody_with_pay_to_compare": frame["value"].isna().to_numpy()})
    frame["note"] = "Quarters of everybody by pay; equal pay on a line is shared out alike."
    frame["source"], frame["version"] = people.source, __version__
    arguments = {"against": against, "pay": pay, "group": group, "bonus": bonus}
    result = remember(frame, Call("outcomes.pay_summary", {"table": people.table}, arguments))
    result.attrs["cites"] = ("pay_gap_regulations_2017",)
    return result


def _gaps(people: Paid, pay: FloatArray, wanted: list[str], against: str, word: str) -> list[dict[str, object]]:
    rows = []
    for name in wanted:
        own = pay[people.where(name)]
        other = pay[people.where(against, without=name if against == REST else None)]
        own, other = own[np.isfinite(own)], other[np.isfinite(other)]
        for statistic, of in (("mean", np.mean), ("median", np.median)):
            both = len(own) and len(other)
            rows.append(
                {
                    "statistic": f"{statistic}_{word}gap", "group": name, "against": against,
                    "numerator": float(of(other) - of(own)) if both else np.nan,
                    "denominator": float(of(other)) if both else np.nan, "people": len(own),
                }
            )  # fmt: skip
    return rows


def _share(name: str, own: BoolArray, had: BoolArray) -> dict[str, object]:
    return {
        "statistic": "bonus_share", "group": name, "numerator": float((own & had).sum()),
        "denominator": float(own.sum()), "people": int(own.sum()),
    }  # fmt: skip


def quarters(pay: FloatArray, group: IntArray, groups: int) -> FloatArray:
    """People of each group in each quarter by pay, shape (4, groups), those of equal pay shared out alike.

    Examples
    --------
    >>> quarters(np.array([1.0, 2.0, 2.0, 2.0]), np.array([0, 0, 0, 1]), 2).round(3).tolist()
    [[1.0, 0.0], [0.667, 0.333], [0.667, 0.333], [0.667, 0.333]]
    """
    _, at = np.unique(pay, return_inverse=True)
    many = np.zeros((int(at.max()) + 1, groups))
    np.add.at(many, (at, group), 1.0)
    size = many.sum(axis=1)
    ends = np.cumsum(size)
    lines = np.arange(5) * len(pay) / 4
    upper, lower = np.minimum(ends, lines[1:, np.newaxis]), np.maximum(ends - size, lines[:-1, np.newaxis])
    return np.maximum(upper - lower, 0.0) @ (many / size[:, np.newaxis])
