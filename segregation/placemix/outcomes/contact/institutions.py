"""How much separation lies between institutions and how much inside them, beside what small units give by chance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.columns import several_names
from placemix.counts import Counts, checked
from placemix.decompose import nested
from placemix.decompose.information import information, people_of, summed
from placemix.indices import chance
from placemix.indices._parts import ratio
from placemix.inference import drawing
from placemix.inference.chances import NOISE
from placemix.inference.nulls import Table, drawing_of, fixed_margins
from placemix.measuring.plan import Which
from placemix.results import Call, Result, first_reason, remember

#: Values that lie less than so many standard deviations above what is expected get the flag of chance.
_APART = 2.0


class Level(NamedTuple):
    """Children of each parent at one level, sorted by parent.

    Attributes
    ----------
    people
        People of each group in each child, shape (children, groups).
    parent
        Parent of each child, shape (children,).
    starts
        First child of each parent, shape (parents,).
    """

    people: FloatArray
    parent: IntArray
    starts: IntArray


def between_within(
    counts: Counts,
    levels: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    each: bool = False,
    draws: int = 199,
    seed: int = 0,
) -> Result:
    """Split the separation of groups into what lies between institutions and what lies inside them.

    Tables at lunch, sets and classes are small: dealt to them at random, people are apart as well. So every part
    stands beside what random dealing would give, exactly, with the sizes of units and the members of groups as they
    are: pupils of a school dealt to its classes, those of a class to its tables.

    Parameters
    ----------
    counts
        People of each group in each smallest unit, such as a class or a table, with a column of strata for each larger
        institution.
    levels
        Those columns from the largest to the smallest, each nested in the one before, such as ``["school", "class"]``.
    focal, against
        A group and what it is compared with, or every group if left out.
    each
        Whether there is a row for each institution whose parts are compared, rather than one for each level.
    draws, seed
        How often people are dealt for `sd` and `p_value`, and where the random numbers begin; 0 leaves both out.

    Returns
    -------
    result
        One row for each level, and one for the ``"total"`` of them, which is M over the smallest units. Columns: with
        `each` the levels; `between` (what is compared: a level, or ``"unit"``), `value` (mutual information M in nats,
        at least 0, each institution with its share of everybody), `expected` (by random dealing inside the institution
        that holds the parts), `excess` = value − expected, `share` (of all of M), `share_of_excess`, `sd`, `p_value`
        ((r + 1)/(n + 1) of draws as large), `flag` (``not_distinguishable_from_chance``), `people`, `institutions`
        (whose parts are compared), `parts`, `draws`, `seed`, `reason`, `note`, `source`, `version`. With `each`, values
        are those of the institution itself, and there is no total.

    Raises
    ------
    UnknownColumn, InvalidParameter
        As in `placemix.decompose.nested`.

    Notes
    -----
    Each level is dealt anew with the level above as it is, so that expected values add up like the values. People have
    to be whole; otherwise nothing is expected. A difference by chance is no sorting, and sorting by something else,
    such as the set for mathematics, is no sorting by group.

    References
    ----------
    Theil 1972; Mora and Ruiz-Castillo 2011; Miller 1955.

    Examples
    --------
    Two schools with two classes each; classes are as mixed as their school.

    >>> import pandas as pd, placemix as pm
    >>> rolls = pd.DataFrame({"class": list("abcd"), "school": list("sstt"), "x": [18, 18, 6, 6], "y": [6, 6, 18, 18]})
    >>> rolls = pm.from_wide(rolls, groups=["x", "y"], unit="class", strata=["school"])
    >>> found = pm.outcomes.between_within(rolls, "school")
    >>> found[["between", "value", "expected", "excess", "flag"]].round(4)
      between   value  expected  excess                             flag
    0  school  0.1308    0.0053  0.1255                              NaN
    1    unit  0.0000    0.0109 -0.0109  not_distinguishable_from_chance
    2   total  0.1308    0.0162  0.1146                              NaN
    """
    counts = checked(counts)
    drawing.checked(draws, seed)
    names = list(several_names("levels", levels))
    parts = pd.DataFrame(nested(counts, names, focal=focal, against=against))
    people, _ = people_of(counts, focal, against)
    lived_in = np.flatnonzero(people.sum(axis=1) > 0)
    whole = bool((people == np.rint(people)).all())
    stages = _stages(counts, names, lived_in, people[lived_in])
    # Levels are dealt apart from each other, so that each has random numbers of its own.
    blocks = [_stage(level, whole=whole, draws=draws, seed=seed + place * 2**32) for place, level in enumerate(stages)]
    frame = _each(parts, blocks) if each else _summed(parts, blocks, names)
    frame["flag"] = first_reason({NOISE: ((frame["sd"] > 0) & (frame["excess"] < _APART * frame["sd"])).to_numpy()})
    frame["draws"], frame["seed"] = draws if whole else 0, seed
    frame["reason"] = first_reason(
        {
            "one_group": frame["value"].isna().to_numpy(),
            "not_whole_people": np.full(len(frame), not whole),
        }
    )
    left = float(counts.total.sum() - people.sum())
    frame["note"] = f"{left:,.0f} people of other groups left out." if left > 0 else None
    frame["source"], frame["version"] = counts.source, __version__
    ordered = [
        *(names if each else []), "between", "value", "expected", "excess", "share", "share_of_excess", "sd", "p_value",
        "flag", "people", "institutions", "parts", "draws", "seed", "reason", "note", "source", "version",
    ]  # fmt: skip
    arguments: dict[str, Any] = {
        "levels": names, "focal": focal, "against": against, "each": each, "draws": draws, "seed": seed,
    }  # fmt: skip
    ordered = [name for name in ordered if name in frame.columns]
    result = remember(frame[ordered], Call("outcomes.between_within", {"counts": counts}, arguments))
    result.attrs["cites"] = ("theil_1972", "mora_2011", "miller_1955")
    return result


def _stages(counts: Counts, names: list[str], kept: IntArray, people: FloatArray) -> list[Level]:
    """Children and parents at each level, in the order in which `nested` lists parents."""
    strata = counts.strata.iloc[kept].reset_index(drop=True)
    codes: list[IntArray] = [np.zeros(len(kept), dtype=np.int64)]
    for depth in range(1, len(names) + 1):
        code = strata.groupby(names[:depth], sort=False, observed=True, dropna=False).ngroup()
        codes.append(code.to_numpy().astype(np.int64))
    codes.append(np.arange(len(kept)))
    stages = []
    for parent, child in pairwise(codes):
        many = int(child.max(initial=-1)) + 1
        belongs = np.zeros(many, dtype=np.int64)
        belongs[child] = parent
        order = np.argsort(belongs, kind="stable")
        inside = summed(people, child, many)[order]
        starts = np.flatnonzero(np.diff(belongs[order], prepend=-1))
        stages.append(Level(inside, belongs[order], starts))
    return stages


def _stage(level: Level, *, whole: bool, draws: int, seed: int) -> dict[str, FloatArray]:
    """What chance gives of each parent's M: its mean, shape (parents,), and draws, shape (draws, parents)."""
    parents = len(level.starts)
    size = summed(level.people.sum(axis=1), level.parent, parents)
    if not whole:
        nothing = np.full(parents, np.nan)
        return {"expected": nothing, "drawn": np.zeros((0, parents)), "size": size, "value": nothing}
    members = summed(level.people, level.parent, parents)
    mean = chance.dealt_mutual_information(level.people.sum(axis=1), members, starts=level.starts)
    # The terms of the sum are large, and what they leave of 0 is rounding.
    mean = np.where((members > 0).sum(axis=1) > 1, np.maximum(mean, 0.0), 0.0)
    bounds = np.append(level.starts, len(level.people))
    table = Table(level.people, np.arange(len(level.people)), bounds, 1.0)

    def value(versions: FloatArray) -> FloatArray:
        found = [information(version, level.parent, parents)[0] for version in versions]
        return np.maximum(np.nan_to_num(np.stack(found)), 0.0)

    drawn: FloatArray = np.zeros((0, parents))
    if draws:
        draw = drawing_of(fixed_margins, table)
        drawn = drawing.over(draw, value, draws=draws, seed=seed, cells=level.people.size, apart=True)
    return {"expected": mean, "drawn": drawn, "size": size, "value": value(level.people[np.newaxis])[0]}


def _beside(value: FloatArray, drawn: FloatArray) -> dict[str, FloatArray]:
    """Standard deviation of draws, and share of them as large as each value."""
    many = len(drawn)
    if many < 2:
        nothing = np.full(len(value), np.nan)
        return {"sd": nothing, "p_value": nothing}
    room = 1e-12 * np.maximum(1.0, np.nan_to_num(value))
    with np.errstate(invalid="ignore"):
        p_value = ((drawn >= value - room).sum(axis=0) + 1) / (many + 1)
    return {"sd": drawn.std(axis=0, ddof=1), "p_value": np.where(np.isfinite(value), p_value, np.nan)}


def _each(parts: pd.DataFrame, blocks: list[dict[str, FloatArray]]) -> pd.DataFrame:
    frame = parts.copy()
    frame["expected"] = np.concatenate([block["expected"] for block in blocks])
    frame["excess"] = frame["value"] - frame["expected"]
    found = [_beside(block["value"], block["drawn"]) for block in blocks]
    for name in ("sd", "p_value"):
        frame[name] = np.concatenate([one[name] for one in found])
    return frame


def _summed(parts: pd.DataFrame, blocks: list[dict[str, FloatArray]], names: list[str]) -> pd.DataFrame:
    rows, total = [], blocks[0]["size"].sum()
    draws = [block["drawn"] @ block["size"] / total for block in blocks]
    for place, name in enumerate([*names, "unit", "total"]):
        of = parts if name == "total" else parts[parts["between"] == name]
        which = range(len(blocks)) if name == "total" else [place]
        value = float(of["contribution"].sum())
        expected = float(sum((blocks[one]["expected"] * blocks[one]["size"]).sum() / total for one in which))
        drawn = np.sum([draws[one] for one in which], axis=0)[:, np.newaxis]
        beside = _beside(np.array([value]), drawn)
        rows.append(
            {
                "between": name,
                "value": value,
                "expected": expected,
                "excess": value - expected,
                "sd": beside["sd"][0],
                "p_value": beside["p_value"][0],
                "people": total,
                "institutions": 1 if name == "total" else len(of),
                "parts": int(of.loc[of["between"] == "unit" if name == "total" else of.index, "parts"].sum()),
            }
        )
    frame = pd.DataFrame(rows)
    for name, column in (("share", "value"), ("share_of_excess", "excess")):
        whole = frame[column].iloc[-1]
        frame[name] = ratio(frame[column].to_numpy(), np.full(len(frame), whole if whole > 0 else np.nan))
    return frame
