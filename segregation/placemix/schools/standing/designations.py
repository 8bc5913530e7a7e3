"""How much of separation lies between kinds of school: sectors, phases, faiths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.decompose.information import information, known, people_of, summed
from placemix.errors import InvalidParameter
from placemix.inference.drawing import checked as draws_checked
from placemix.inference.drawing import known_level, stream
from placemix.measuring.plan import Which
from placemix.registry import asked
from placemix.results import Call, Result, first_reason, remember


def between(
    rolls: Counts,
    designations: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    phase: str | None = None,
    by: str | None = None,
    measure: str = "information_theory",
    draws: int = 199,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """Say how much of the separation of schools lies between kinds of school, and how much any such kinds would show.

    The measure falls exactly into what lies between the kinds (such as faith schools and others) and what lies
    between the schools of each. Kinds given to schools at random hold some of it as well, the more the fewer schools
    there are: that is what `expected` says.

    Parameters
    ----------
    rolls
        Pupils of each group in each school.
    designations
        Strata columns of kinds of school, such as ``["sector", "faith"]``; each is looked at apart from the others.
        A school without one is of the kind ``"not stated"``.
    focal, against
        A group and what it is compared with, or every group if left out.
    phase, by
        Strata columns inside which it is asked, as in `segregation`; the whole of each phase comes first.
    measure
        ``"information_theory"`` or ``"mutual_information"``.
    draws, seed
        How often the kinds are dealt anew among the schools of a stratum, and the seed.
    level
        Share of the draws between `lower` and `upper`.

    Returns
    -------
    result
        One row for each stratum and designation. Columns: the strata, `designation`, `measure`, `focal`, `against`,
        `value` (over all schools), `between`, `within` (they sum to `value`), `share` (of the value that lies
        between), `expected`, `lower`, `upper`, `level` (of `between`, with kinds dealt at random), `p_value`,
        `kinds`, `schools`, `people`, `residual` (pupils left out), `units_dropped`, `reason`, `draws`, `seed`,
        `method`, `source`, `version`.

    Raises
    ------
    UnknownColumn
        The counts carry no such strata.
    InvalidParameter
        The measure does not fall into parts.

    Notes
    -----
    Kinds of school differ in where they stand: what lies between faith schools and others may be between their
    neighbourhoods. It is no effect of the kind of school.

    References
    ----------
    Theil 1972; Mora and Ruiz-Castillo 2011.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> rolls = pm.from_wide(town.schools.merge(town.rolls_latest().to_frame(), left_on="school", right_on="unit",
    ...                      suffixes=("", "_")), groups=list(town.groups), unit="school",
    ...                      strata=["phase", "faith"])
    >>> found = pm.schools.between(rolls, "faith", focal="blue", phase="phase", draws=99)
    >>> found[["phase", "value", "between", "share", "expected", "p_value"]].round(3)
           phase  value  between  share  expected  p_value
    0    primary  0.260    0.019  0.074     0.009     0.15
    1  secondary  0.135    0.012  0.091     0.011     0.35
    """
    rolls = checked(rolls)
    known(measure)
    draws_checked(draws, seed, least=1)
    known_level(level)
    names = [designations] if isinstance(designations, str) else list(designations)
    if not names:
        message = "No kinds of school were named."
        raise InvalidParameter(message, remedy="Pass the strata columns that hold them.")
    people, compared = people_of(rolls, focal, against)
    question = _Asked(measure, draws, level, seed)
    rows = []
    for strata, here in _strata(rolls, phase, by):
        for name in names:
            rolls.arranged(name)
            kinds = rolls.strata[name].astype(object).where(rolls.strata[name].notna(), "not stated").astype(str)
            lived = here[people[here].sum(axis=1) > 0]
            found = _between(people[lived], pd.factorize(kinds.to_numpy(dtype=object)[lived])[0], question)
            rows.append(
                {
                    **strata,
                    "designation": name,
                    "measure": measure,
                    "focal": None if focal is None else group_text(compared[0]),
                    "against": None if focal is None else group_text(compared[1]),
                    **found,
                    "people": float(people[lived].sum()),
                    "residual": float(rolls.total[here].sum() - people[here].sum()),
                    "units_dropped": len(here) - len(lived),
                }
            )
    frame = pd.DataFrame(rows)
    frame["draws"], frame["seed"] = draws, seed
    frame["method"], frame["source"], frame["version"] = asked(measure).row.method, rolls.source, __version__
    arguments = {
        "designations": names, "focal": focal, "against": against, "phase": phase, "by": by, "measure": measure,
        "draws": draws, "level": level, "seed": seed,
    }  # fmt: skip
    result = remember(frame, Call("schools.between", {"rolls": rolls}, arguments))
    result.attrs["cites"] = ("theil_1972", "mora_2011")
    return result


class _Asked(NamedTuple):
    measure: str
    draws: int
    level: float
    seed: int


def _strata(rolls: Counts, phase: str | None, by: str | None) -> Iterator[tuple[dict[str, str | None], IntArray]]:
    phases = () if phase is None else (phase,)
    for level in [phases] if by is None else [phases, (*phases, by)]:
        strata = rolls.arranged(level)
        for number in range(len(strata)):
            labels: dict[str, str | None] = {name: str(strata.labels[name].iloc[number]) for name in level}
            if by is not None and by not in labels:
                labels[by] = None
            yield labels, strata.order[strata.bounds[number] : strata.bounds[number + 1]]


def _between(people: FloatArray, kind: IntArray, asked_: _Asked) -> dict[str, object]:
    """What lies between kinds, and what lies between kinds that are dealt at random."""
    many = int(kind.max(initial=-1)) + 1
    one = np.zeros(len(people), dtype=np.int64)
    m, entropy, _ = (float(part[0]) for part in information(people, one, 1)) if len(people) else (np.nan,) * 3
    over = entropy if asked_.measure == "information_theory" else 1.0
    # One school is compared with nothing, as in placemix.measure.
    undefined = not (entropy > 0 and over > 0) or len(people) < 2

    def of(code: IntArray) -> float:
        grouped = summed(people, code, many)
        return float(information(grouped, np.zeros(many, dtype=np.int64), 1)[0][0]) / over

    reason = first_reason(
        {"no_people": not len(people), "one_unit": len(people) < 2, "one_group": undefined, "one_kind": many < 2}
    ).item()
    value = np.nan if undefined else m / over
    apart = np.nan if undefined else of(kind)
    drawn = np.array([np.nan])
    if reason is None:
        drawn = np.array([of(stream(asked_.seed, draw).permutation(kind)) for draw in range(asked_.draws)])
    tail = (1 - asked_.level) / 2
    # Rounding of a sum is no draw below the value.
    extreme = (drawn >= apart * (1 - 1e-12)).sum()
    return {
        "value": value,
        "between": apart,
        "within": value - apart,
        "share": apart / value if value > 0 else np.nan,
        "expected": drawn.mean(),
        "lower": np.quantile(drawn, tail) if reason is None else np.nan,
        "upper": np.quantile(drawn, 1 - tail) if reason is None else np.nan,
        "level": asked_.level,
        "p_value": (extreme + 1) / (asked_.draws + 1) if reason is None else np.nan,
        "kinds": many,
        "schools": len(people),
        "reason": reason,
    }
