"""The indices that are used of schools, each beside what chance would give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter
from placemix.inference import table
from placemix.inference.drawing import Progress
from placemix.inference.households import Cluster
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember
from placemix.schools.nearby.comparing import corrected

#: D, GS, Hutchens' S, H, xPx and V.
INDICES: tuple[str, ...] = (
    "dissimilarity", "gorard", "hutchens", "information_theory", "isolation", "correlation_ratio",
)  # fmt: skip


def segregation(
    rolls: Counts,
    *,
    focal: Which,
    against: Which = "rest",
    phase: str | None = None,
    by: str | None = None,
    measures: str | Sequence[str] | None = None,
    cluster: Cluster | None = 1,
    draws: int = 199,
    seed: int = 0,
    progress: Progress = None,
) -> Result:
    """Measure how separate pupils are across schools, by phase and by authority, each value beside chance.

    Year groups and small schools look separate by chance alone, the more so the smaller they are. So every value
    stands beside what it would be if the same schools took pupils regardless of group, and `corrected` takes that
    off.

    Parameters
    ----------
    rolls
        Pupils of each group in each school.
    focal, against
        As in `placemix.measure`.
    phase
        Strata column of the phases; each is measured apart, because a primary and a secondary school do not compete for
        the same pupils. Default: all are of one phase.
    by
        Strata column, such as the authority: beside the whole of each phase, each of these.
    measures
        As in `placemix.measure`. Default: dissimilarity (D), Gorard's index (GS), Hutchens' square root (S), the
        information theory index (H), isolation (xPx) and the correlation ratio (V), which compares with everyone else
        and is left out against a named group.
    cluster
        How many pupils are dealt together; 1 deals them one by one.
    draws, seed, progress
        As in `placemix.inference.table`.

    Returns
    -------
    result
        As from `placemix.inference.table`, with the columns `corrected` after `expected` ((v - e)/(1 - e), or (v - e)/e
        below e; of Gorard's index, which cannot exceed 1 - P, (v - e)/(1 - P - e)), and `mean_roll` (everyone on
        the roll of a school, which the expected value depends on). Rows of the whole of a phase come first and have no
        value of `by`.

    Raises
    ------
    UnknownGroup, UnknownColumn, FocalNeeded
        A group or a column is not there, or no group was named.
    InvalidParameter
        One column is named as `phase` and as `by`.

    Notes
    -----
    D and GS both have been called invariant to composition, and each is right about another operation. If the
    number of disadvantaged pupils halves in every school and that of the others stays, D does not change. If
    it halves and others take their places, so that schools stay as large, GS does not change. GS has no
    fixed maximum: it is D × (1 - P), with P the share of the group.

    References
    ----------
    Gorard and Taylor 2002; Allen and Vignoles 2007; Hutchens 2004; Carrington and Troske 1997.

    Examples
    --------
    Four schools of 100 pupils, of whom 80, 20, none and 20 are disadvantaged, and the two kinds of halving:

    >>> import pandas as pd, placemix as pm
    >>> def schools(x, y):
    ...     table = pd.DataFrame({"school": list("ABCD"), "x": x, "y": y})
    ...     return pm.from_wide(table, groups=["x", "y"], unit="school")
    >>> x, y = pd.Series([80, 20, 0, 20]), pd.Series([20, 80, 100, 80])
    >>> for rolls in schools(x, y), schools(x / 2, y), schools(x / 2, y + x / 2):
    ...     found = pm.measure(rolls, ["dissimilarity", "gorard"], focal="x")
    ...     print(found["value"].round(4).tolist())
    [0.5952, 0.4167]
    [0.5952, 0.4902]
    [0.4902, 0.4167]

    The report of a town:

    >>> rolls = pm.datasets.town().rolls_latest()
    >>> found = pm.schools.segregation(rolls, focal="blue", phase="phase", measures=["dissimilarity", "gorard"],
    ...                                draws=19)
    >>> found[["phase", "measure", "value", "expected", "corrected", "units"]].round(2)
           phase        measure  value  expected  corrected  units
    0    primary  dissimilarity   0.54      0.05       0.52     42
    1    primary         gorard   0.49      0.04       0.52     42
    2  secondary  dissimilarity   0.44      0.04       0.42     18
    3  secondary         gorard   0.40      0.03       0.42     18
    """
    rolls = checked(rolls)
    if measures is None:
        measures = [name for name in INDICES if against == "rest" or name != "correlation_ratio"]
    if by is not None and by == phase:
        message = f"{by!r} is named as phase and as by."
        raise InvalidParameter(message, remedy="Leave one of them out.")
    phases = () if phase is None else (phase,)
    levels = [phases] if by is None else [phases, (*phases, by)]
    parts = [
        pd.DataFrame(
            table(
                rolls, measures, focal=focal, against=against, by=level, cluster=cluster, draws=draws, seed=seed,
                progress=progress,
            )
        )
        for level in levels
    ]  # fmt: skip
    if by is not None:
        parts[0].insert(len(phases), by, None)
    frame = pd.concat([part.astype(dict.fromkeys((*phases, *filter(None, [by])), object)) for part in parts])
    frame = frame.reset_index(drop=True)
    value, expected = (frame[name].to_numpy(dtype=np.float64) for name in ("value", "expected"))
    frame.insert(list(frame.columns).index("expected") + 1, "corrected", corrected(value, expected, _highest(frame)))
    frame.insert(list(frame.columns).index("units"), "mean_roll", _mean(rolls, frame, phases, by))
    arguments = {
        "focal": focal, "against": against, "phase": phase, "by": by, "cluster": cluster, "draws": draws, "seed": seed,
        "measures": [measures] if isinstance(measures, str) else list(measures),
    }  # fmt: skip
    result = remember(frame, Call("schools.segregation", {"rolls": rolls}, arguments))
    result.attrs["cites"] = ("allen_vignoles_2007", "carrington_1997", "gorard_2002")
    return result


def _highest(frame: pd.DataFrame) -> FloatArray:
    """The greatest value there could be: 1, and of Gorard's index the share of those not of the group."""
    people, members = (frame[name].to_numpy(dtype=np.float64) for name in ("people", "denominator"))
    others = 1 - np.divide(members, people, out=np.full(len(frame), np.nan), where=people > 0)
    return np.where(frame["measure"].astype(str) == "gorard", others, 1.0)


def _mean(rolls: Counts, frame: pd.DataFrame, phases: tuple[str, ...], by: str | None) -> FloatArray:
    """Everyone on the roll over the schools that have any, whoever is compared."""
    names = [*phases, *([] if by is None else [by])]
    strata = pd.DataFrame({name: rolls.strata[name].astype(str) for name in names}, index=range(len(rolls)))
    out = np.full(len(frame), np.nan)
    for place, row in enumerate(frame[names].to_dict("records")):
        here = np.ones(len(rolls), dtype=bool)
        for name, value in row.items():
            if not pd.isna(value):
                here &= (strata[str(name)] == str(value)).to_numpy()
        pupils = rolls.total[here]
        out[place] = pupils.sum() / (pupils > 0).sum() if (pupils > 0).any() else np.nan
    return out
