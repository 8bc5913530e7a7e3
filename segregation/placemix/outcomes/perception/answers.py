"""Weighted shares of survey answers, each with the effect of the survey's design on how sure it is."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    NoDesignEffect,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.indices._parts import ratio
from placemix.indices.limits import wilson
from placemix.results import Call, Result, first_reason, remember

#: Effect of the design on the variance of a share: a published number, or Kish's from the weights alone.
Design: TypeAlias = float | Literal["kish"]
_OWN = ("share", "lower", "upper", "level", "answered", "missing", "weights", "deff", "effective", "reason", "note")


def survey_proportions(
    answers: pd.DataFrame,
    *,
    answer: str,
    counts_as: Sequence[object],
    by: str | Sequence[str] = (),
    weight: str | None = None,
    deff: Design | None = None,
    level: float = 0.95,
) -> Result:
    """Give the share of people who answered in a certain way, of everyone and of each group.

    For trust, memberships, meeting others and the other questions of social solidarity. Each question stays a number of
    its own: there is no index of them, because no weights of one against another are known.

    Parameters
    ----------
    answers
        One row for each person asked.
    answer
        Column of the answers. Missing ones are left out and counted.
    counts_as
        Answers that count, such as ``["can be trusted"]``. Each must occur.
    by
        Column or columns of the groups; several give their combinations.
    weight
        Column of the weights, above 0. Default: everybody counts alike.
    deff
        By how much the design multiplies the variance of a share drawn at random: the number that the survey publishes,
        or ``"kish"`` for n Σw² / (Σw)², which knows of weights and not of clusters.
    level
        Level of the intervals, above 0 and below 1.

    Returns
    -------
    result
        One row for each group in order of appearance, or one of everyone. Columns: those of `by`; `share`, `lower`,
        `upper` (Wilson, of the effective number), `level`; `answered` (people), `missing` (people without an answer),
        `weights` (their sum), `deff`, `effective` (answered / deff), `reason`, `note`, `interval_method`, `source`,
        `version`. Weighted shares without `deff` have no interval.

    Raises
    ------
    UnknownColumn, InvalidParameter, InvalidCounts, ReservedName
        Columns are missing, no answer counts, or weights are missing or not above 0; all faults are listed.

    Warns
    -----
    NoDesignEffect
        The shares are weighted and no design effect is given, so that they have no interval.

    References
    ----------
    Kish 1965; Wilson 1927.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> asked = pd.DataFrame({"trust": ["yes"] * 810 + ["no"] * 190})
    >>> found = pm.outcomes.survey_proportions(asked, answer="trust", counts_as=["yes"])
    >>> found[["share", "lower", "upper"]].round(4)
       share   lower   upper
    0   0.81  0.7845  0.8331
    >>> found = pm.outcomes.survey_proportions(asked, answer="trust", counts_as=["yes"], deff=1.5)
    >>> found[["share", "lower", "upper", "effective"]].round(4)
       share   lower   upper  effective
    0   0.81  0.7785  0.8380   666.6667
    """
    names = [by] if isinstance(by, str) else list(by)
    weights = _checked(answers, answer, counts_as, names, weight, deff, level)
    given = answers[answer].notna().to_numpy()
    yes = answers[answer].isin(list(counts_as)).to_numpy() & given
    keys = answers[names].astype(object).where(answers[names].notna(), None) if names else None
    code, labels = _groups(keys, len(answers))
    many = len(labels) if labels is not None else 1

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(code[given], values[given], many).astype(np.float64)

    number, sums = summed(np.ones(len(answers))), summed(weights)
    share = ratio(summed(weights * yes), sums)
    effect = _effect(deff, weight, number, sums, summed(weights**2))
    effective = ratio(number, effect)
    low, high = wilson(share * effective, effective, level=level)
    frame = pd.DataFrame({} if labels is None else {name: labels[name] for name in names})
    if labels is None:
        frame = pd.DataFrame(index=range(1))
    frame["share"], frame["lower"], frame["upper"], frame["level"] = share, low, high, level
    frame["answered"] = number.astype(np.int64)
    frame["missing"] = np.bincount(code[~given], minlength=many)
    frame["weights"], frame["deff"], frame["effective"] = sums, effect, effective
    frame["reason"] = first_reason({"nobody_answered": number == 0})
    frame["note"] = f"Of those who answered {answer!r}; counted: {listed([repr(one) for one in counts_as], shown=20)}."
    design = "none:no_design_effect" if weight is not None and deff is None else "sampling:wilson_1927"
    frame["interval_method"] = f"{design}_deff" if deff is not None else design
    used = list(dict.fromkeys([answer, *names, *([] if weight is None else [weight])]))
    kept = answers[used]
    frame["source"], frame["version"] = fingerprint(kept)[:12], __version__
    if weight is not None and deff is None:
        message = "The shares are weighted and no design effect is given: they have no interval."
        warnings.warn(NoDesignEffect(f"{message} Give deff= as the survey publishes it, or 'kish'."), stacklevel=2)
    arguments = {
        "answer": answer, "counts_as": list(counts_as), "by": names, "weight": weight, "deff": deff, "level": level,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.survey_proportions", {"answers": kept}, arguments))
    result.attrs["cites"] = ("kish_1965", "wilson_1927")
    return result


def _effect(
    deff: Design | None, weight: str | None, number: FloatArray, sums: FloatArray, squares: FloatArray
) -> FloatArray:
    if deff == "kish":
        return ratio(number * squares, sums**2)
    if deff is None:
        return np.full(number.shape, 1.0 if weight is None else np.nan)
    return np.full(number.shape, float(deff))


def _groups(keys: pd.DataFrame | None, rows: int) -> tuple[IntArray, pd.DataFrame | None]:
    """Code of each row's group, and the groups in order of appearance."""
    if keys is None:
        return np.zeros(rows, dtype=np.int64), None
    grouped = keys.groupby(list(keys.columns), sort=False, dropna=False)
    return grouped.ngroup().to_numpy().astype(np.int64), keys.drop_duplicates().reset_index(drop=True)


def _checked(
    answers: pd.DataFrame,
    answer: str,
    counts_as: Sequence[object],
    names: list[str],
    weight: str | None,
    deff: Design | None,
    level: float,
) -> FloatArray:
    """The weights of all rows; every fault listed."""
    faults: list[PlacemixError] = []
    for name in [answer, *names, *([] if weight is None else [weight])]:
        if name not in answers.columns:
            message = f"The answers have no column {name!r}."
            faults.append(UnknownColumn(message, remedy=did_you_mean(name, answers.columns)))
    taken = [name for name in names if name in _OWN]
    if taken:
        message = f"Groups stand in {listed([repr(name) for name in taken])}, names that the result uses."
        faults.append(ReservedName(message, remedy="Rename the columns."))
    faults += _counted(answers[answer] if answer in answers.columns else None, counts_as)
    if not 0 < level < 1:
        faults.append(InvalidParameter(f"level lies above 0 and below 1, not at {level!r}."))
    number = isinstance(deff, int | float) and not isinstance(deff, bool) and 0 < deff < math.inf
    if deff is not None and deff != "kish" and not number:
        message = f"deff is a number above 0 or 'kish', not {deff!r}."
        faults.append(InvalidParameter(message, remedy="Write 1.5 where the variance is half as large again."))
    weights = np.ones(len(answers))
    if weight in answers.columns:
        weights = pd.to_numeric(answers[weight], errors="coerce").to_numpy(dtype=np.float64)
        wrong = ~(np.isfinite(weights) & (weights > 0))
        if wrong.any():
            message = f"{wrong.sum():,} weights are missing or not above 0."
            faults.append(InvalidCounts(message, units=np.flatnonzero(wrong), remedy="Leave such rows out yourself."))
    if faults:
        raise together(faults)
    return weights


def _counted(column: pd.Series | None, counts_as: Sequence[object]) -> list[PlacemixError]:
    """Faults of the answers that count."""
    if isinstance(counts_as, str) or not list(counts_as):
        message = f"counts_as is a list of answers, not {counts_as!r}."
        return [InvalidParameter(message, remedy="Write counts_as=['yes'].")]
    known = [] if column is None else list(column.dropna().unique())
    odd = [one for one in counts_as if one not in known and column is not None]
    if not odd:
        return []
    remedy = did_you_mean(odd[0], known) or f"The answers are {listed([repr(one) for one in known], shown=20)}."
    return [InvalidParameter(f"Nobody answered {listed([repr(one) for one in odd])}.", remedy=remedy)]
