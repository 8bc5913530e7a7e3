"""Types and Gi* together: clusters of a type, their edges, and units that stand alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, GroupName, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import FocalNeeded, InvalidParameter, SurroundingsNeeded, did_you_mean, listed
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.places.asking import asked
from placemix.typology.places.looking_up import Reference
from placemix.typology.places.sorting import Sorting
from placemix.typology.rules.kinds import Scheme
from placemix.units import local

#: What is said of a unit, in the order shown.
SITUATIONS = (
    "cluster",
    "edge of a cluster",
    "adjoining units",
    "isolated unit",
    "beside a cluster",
    "not of the type",
)
_HIGH = "cluster of high share"


def type_clusters(
    counts: Counts,
    *,
    scheme: str | Path | Scheme,
    types: str | Sequence[str] | None = None,
    focal: GroupName | Sequence[GroupName] | None = None,
    around: Surroundings | None = None,
    reference: Reference = None,
    city: str | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
    level: float = 0.95,
    permutations: int = 999,
    seed: int = 0,
) -> Result:
    """Say of each unit whether it is in a cluster of a type, on its edge, alone, or beside one.

    A type says who lives in a unit, whatever is next to it. Gi* says whether a group's share is high in a
    unit and its neighbours together, whatever the unit's type. Together they tell a lone unit from a quarter.

    Parameters
    ----------
    counts
        People of each group in each unit.
    scheme, reference, city, parameters, recalibrate, host
        As in `classify`. Types are of the units themselves.
    types
        Id of the type concerned, or of several that count as one.
    focal
        Group whose share Gi* tests, or a list of groups taken together: the one the types are about.
    around
        Neighbours, such as `placemix.surroundings.contiguity`, for Gi* and for the neighbours counted.
    level, permutations, seed
        Of Gi*, as in `placemix.local`: its flag holds after adjustment for the number of units.

    Returns
    -------
    result
        One row a unit: `unit`, `situation`, `type`, `label`, `of_type`, `neighbours` (with people),
        `neighbours_of_type`, `value` (Gi*), `p_value`, `p_adjusted`, `flag` (of Gi*), `share` (of the focal group
        in the unit), `people`, `focal`, `types`, `scheme`, `reference`, `level`, `reason` (``no_people``; or why
        Gi* is undefined), `note`, `around`, `method`, `interval_method`, `source`, `version`.

        Each unit with people is in exactly one situation. "High" means flagged as a cluster of high share:

        - ``cluster``: of the type, high, and at least half of its neighbours are of the type, one at least.
        - ``edge of a cluster``: of the type, with a neighbour of the type, no cluster itself, but high or next
          to a unit that is a cluster.
        - ``adjoining units``: of the type, with a neighbour of the type, neither high nor next to a cluster.
        - ``isolated unit``: of the type, and no neighbour is.
        - ``beside a cluster``: of another type, and high.
        - ``not of the type``: everything else.

    Raises
    ------
    FocalNeeded, SurroundingsNeeded
        `focal` or `around` was not given.
    UnknownGroup
        There is no such group.
    InvalidParameter
        No type, or one that the scheme does not have, was named; or `focal` is everybody.
    ReferenceNeeded, SchemeMismatch, InvalidScheme, UnknownScheme
        As in `classify`.
    MissingExtra
        `esda` is not installed.

    Notes
    -----
    That a typology and Gi* say more together is the proposal of Poulsen, Johnston and Forrest (2011). The six
    situations and their rules are ours.

    References
    ----------
    Poulsen, Johnston and Forrest 2011; Ord and Getis 1995; Benjamini and Hochberg 1995.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.contiguity(homes)
    >>> found = pm.typology.type_clusters(homes, scheme="PJF2001", reference="amber", types=["III", "IV", "V", "VI"],
    ...                                   focal="blue", around=near)
    >>> print(found["situation"].value_counts(sort=False).to_string())
    situation
    cluster               119
    edge of a cluster      36
    adjoining units       260
    isolated unit          23
    beside a cluster       15
    not of the type      1944
    """
    counts = checked(counts)
    question = asked(
        counts, scheme=scheme, reference=reference, city=city, parameters=parameters, recalibrate=recalibrate,
        host=host,
    )  # fmt: skip
    ids, labels, codes, notes = Sorting(question).types("descriptive")
    wanted = chosen(types, ids)
    if not isinstance(around, Surroundings):
        message = "Clusters of a type are about who is next to whom, and need neighbours."
        raise SurroundingsNeeded(message, remedy="Pass around=surroundings.contiguity(counts).")
    together, name = _focal(counts, focal)
    hot = local(
        together, "getis_ord", focal=name, around=around, level=level, permutations=permutations, seed=seed
    )  # fmt: skip
    of_type, lived_in = np.isin(codes, [ids.index(one) for one in wanted]), codes >= 0
    near = around.on(counts)
    neighbours, alike = _beside(near, lived_in), _beside(near, of_type & lived_in)
    high = (hot["flag"].astype(object) == _HIGH).to_numpy()
    core = of_type & high & (alike > 0) & (2 * alike >= neighbours)
    edge = of_type & (high | (_beside(near, core) > 0))
    # The first that holds, as numbers of SITUATIONS.
    situation = np.select(
        [~lived_in, core, of_type & (alike == 0), edge, of_type, high], [-1, 0, 3, 1, 2, 4], default=5
    )
    people = counts.total
    share = np.divide(
        together.values[:, together.position(name)], people, out=np.full(len(counts), np.nan), where=people > 0
    )
    frame = pd.DataFrame({
        "unit": np.asarray(counts.units, dtype=object),
        "situation": _ordered(situation, SITUATIONS),
        "type": _ordered(codes, ids),
        "label": np.array([*labels, None], dtype=object)[codes],
        "of_type": pd.array(of_type & lived_in, dtype="boolean"),
        "neighbours": pd.array(neighbours, dtype="Int64"),
        "neighbours_of_type": pd.array(alike, dtype="Int64"),
        **{key: hot[key].to_numpy() for key in ("value", "p_value", "p_adjusted")},
        "flag": hot["flag"].astype(object).to_numpy(),
        "share": share,
        "people": people,
        "focal": group_text(name),
        "types": ", ".join(wanted),
        "scheme": question.scheme.id,
        "reference": " + ".join(question.reference) or None,
        "level": level,
        "reason": np.where(lived_in, hot["reason"].astype(object), np.array("no_people", dtype=object)),
        "note": _joined(hot["note"], " ".join(notes)),
        "around": hot["around"].astype(object).to_numpy(),
        "method": "TYPE_AND_GETIS_ORD",
        "interval_method": hot["interval_method"].astype(object).to_numpy(),
        "source": question.source,
        "version": __version__,
    })  # fmt: skip
    frame.loc[~lived_in, ["of_type", "neighbours", "neighbours_of_type"]] = pd.NA
    inputs, arguments = question.call()
    groups = [focal] if isinstance(focal, str | tuple) else list(focal or ())
    arguments |= {
        "types": list(wanted), "focal": [list(one) if isinstance(one, tuple) else one for one in groups],
        "level": level, "permutations": permutations, "seed": seed,
    }  # fmt: skip
    result = remember(frame, Call("typology.type_clusters", {**inputs, "around": around}, arguments, described))
    result.attrs["cites"] = (*question.scheme.cites, "poulsen_2011", "ord_1995", "benjamini_1995")
    return result


def chosen(types: str | Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """Return the types named, in the order of the scheme.

    Raises
    ------
    InvalidParameter
        None was named, or one that the scheme does not have.
    """
    wanted = [types] if isinstance(types, str) else list(types or ())
    if not wanted:
        message = "No type was named."
        raise InvalidParameter(message, remedy=f"Pass types= one or several of {', '.join(map(repr, known))}.")
    odd = [one for one in wanted if one not in known]
    if odd:
        message = f"The scheme has no type {listed([repr(one) for one in odd])}; it has {', '.join(map(repr, known))}."
        raise InvalidParameter(message, remedy=did_you_mean(odd[0], known))
    return tuple(one for one in known if one in wanted)


def _focal(counts: Counts, focal: GroupName | Sequence[GroupName] | None) -> tuple[Counts, GroupName]:
    """Counts in which the focal groups are one, and its name."""
    groups = [focal] if isinstance(focal, str | tuple) else list(focal or ())
    if not groups:
        names = ", ".join(map(group_text, counts.groups))
        message = "Gi* is of one group's share, and none was named."
        raise FocalNeeded(message, remedy=f"Pass focal= one or several of {names}.")
    columns = list(dict.fromkeys(counts.position(group) for group in groups))
    if len(columns) == 1:
        return counts, counts.groups[columns[0]]
    if counts.values[:, columns].sum() >= counts.total.sum():
        message = "The focal groups are everybody, so that their share is the same everywhere."
        raise InvalidParameter(message, remedy="Leave one or more out.")
    name = " + ".join(group_text(counts.groups[column]) for column in columns)
    values = np.column_stack([counts.values[:, columns].sum(axis=1)])
    return replace(counts, values=values, groups=(name,), axes=(), low=None, high=None, error=None), name


def _beside(around: Surroundings, which: BoolArray) -> IntArray:
    """Count the neighbours of each unit that are among these."""
    found = np.zeros(len(which), dtype=np.int64)
    for i, j, weight in around.pairs():
        found += np.bincount(i[(weight > 0) & which[j]], minlength=len(which))
    return found


def _ordered(codes: IntArray, names: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(names), dtype=object), ordered=True)


def _joined(notes: pd.Series, text: str) -> Any:  # noqa: ANN401
    own = notes.astype(object).where(notes.notna(), "").to_numpy()
    return np.array(["; ".join(filter(None, (str(note), text))) or None for note in own], dtype=object)
