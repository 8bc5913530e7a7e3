"""Where two schemes disagree, and for how many people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.counts import Counts
from placemix.errors import InvalidParameter, plural
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.places import edges
from placemix.typology.places.asking import Asked, asked
from placemix.typology.places.looking_up import Reference, listed_reference, plain, reserved
from placemix.typology.places.sorting import Sorting
from placemix.typology.rules.files import load_scheme
from placemix.typology.rules.kinds import Scheme

AnyScheme: TypeAlias = str | Path | Scheme
COLUMNS = (
    "type_first", "type_second", "label_first", "label_second", "units", "share_units", "people", "share_people",
    "reference_people", "agree", "scheme_first", "scheme_second", "note", "source", "version",
)  # fmt: skip


def compare_schemes(
    counts: Counts,
    *,
    schemes: Sequence[AnyScheme],
    reference: Reference = None,
    by: str | Sequence[str] = (),
    city: str | None = None,
    around: Surroundings | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
) -> Result:
    """Cross the types of two schemes: where they disagree, and for how many people.

    Parameters
    ----------
    counts
        People of each group in each unit.
    schemes
        Two schemes, as in `classify`.
    reference, city, around, parameters, recalibrate, host
        As in `classify`; each goes to the scheme that takes it.
    by
        Strata to count apart.

    Returns
    -------
    result
        One row for each stratum and pair of types that occurs. Columns: the strata, `type_first`, `type_second`,
        `label_first`, `label_second` (missing where a scheme leaves all of a unit's people out), `units`,
        `share_units`, `people`, `share_people`, `reference_people` (of the reference group; missing without one),
        `agree` (whether both give the same type; missing where the schemes have no type in common), `scheme_first`,
        `scheme_second`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        There are not two schemes.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> wards = pd.DataFrame({"ward": ["Peach", "B"], "white": [30, 90], "pakistani": [40, 5], "indian": [20, 5],
    ...                       "caribbean": [10, 0]})
    >>> wards = pm.from_wide(wards, groups=["white", "pakistani", "indian", "caribbean"], unit="ward")
    >>> both = ["PJF2001", "PJF2007-reconstructed"]
    >>> found = pm.typology.compare_schemes(wards, schemes=both, reference="white")
    >>> found[["type_first", "type_second", "units", "people", "agree"]]
      type_first type_second  units  people  agree
    0          I           I      1   100.0   True
    1        III          VI      1   100.0  False
    """
    given: dict[str, Any] = {
        "reference": reference, "city": city, "around": around, "parameters": parameters,
        "recalibrate": recalibrate, "host": host,
    }  # fmt: skip
    questions = _two(counts, schemes, given)
    first, second = (_sides(question) for question in questions)
    names = (by,) if isinstance(by, str) else tuple(by or ())
    reserved(names, COLUMNS)
    asked_of = questions[0].first
    strata = asked_of.arranged(names)
    stratum = np.empty(len(asked_of), dtype=np.int64)
    stratum[strata.order] = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))
    members = _members(asked_of, listed_reference(reference, host))
    # One scheme may leave people out whom the other types.
    known = (first[2] >= 0) | (second[2] >= 0)
    table = pd.DataFrame({
        "stratum": stratum, "first": first[2], "second": second[2], "units": 1, "people": asked_of.total,
        "reference_people": members,
    })[known]  # fmt: skip
    table = table.groupby(["stratum", "first", "second"], as_index=False, sort=True).sum(min_count=1)
    whole = table.groupby("stratum")[["units", "people"]].transform("sum")
    same = _same(questions, first[0], second[0], table)
    frame = pd.DataFrame({name: strata.labels[name].array.take(table["stratum"]) for name in names})
    for place, (types, labels, _, _) in (("first", first), ("second", second)):
        frame[f"type_{place}"] = pd.Categorical.from_codes(table[place], categories=list(types), ordered=True)
        frame[f"label_{place}"] = np.array([*labels, None], dtype=object)[table[place]]
    frame["units"], frame["share_units"] = table["units"], table["units"] / whole["units"]
    frame["people"], frame["share_people"] = table["people"], table["people"] / whole["people"]
    frame["reference_people"] = table["reference_people"]
    frame["agree"] = same
    frame["scheme_first"], frame["scheme_second"] = (question.scheme.id for question in questions)
    empty = [f"{plural(int((~known).sum()), 'unit')} without people left out."] if not known.all() else []
    frame["note"] = " ".join(dict.fromkeys([*first[3], *second[3], *empty])) or None
    frame["source"], frame["version"] = asked_of.source, __version__
    return _remembered(frame[[*names, *COLUMNS]], "compare_schemes", questions, given, {"by": list(names)})


def disagreements(
    counts: Counts,
    *,
    schemes: Sequence[AnyScheme],
    reference: Reference = None,
    city: str | None = None,
    around: Surroundings | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
) -> Result:
    """List the units to which two schemes give different types, with the edge nearest to each.

    Parameters
    ----------
    counts, schemes, reference, city, around, parameters, recalibrate, host
        As in `compare_schemes`.

    Returns
    -------
    result
        One row for each unit whose types differ, those with most people first. Columns: `unit`, `type_first`,
        `type_second`, `nearest_first`, `margin_first`, `nearest_second`, `margin_second` (as in `classify`), `people`,
        `scheme_first`, `scheme_second`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        There are not two schemes, or they have no type in common, so that none can agree.
    """
    given: dict[str, Any] = {
        "reference": reference, "city": city, "around": around, "parameters": parameters,
        "recalibrate": recalibrate, "host": host,
    }  # fmt: skip
    questions = _two(counts, schemes, given)
    found = [Sorting(question) for question in questions]
    sides = [_sides(question) for question in questions]
    if not _share_types(questions):
        message = f"{questions[0].scheme.id} and {questions[1].scheme.id} have no type in common."
        raise InvalidParameter(message, remedy="compare_schemes crosses their types.")
    names = [np.array([*types, None], dtype=object)[codes] for types, _, codes, _ in sides]
    which = np.flatnonzero(names[0] != names[1])
    asked_of = questions[0].first
    which = which[np.argsort(-asked_of.total[which], kind="stable")]
    frame = pd.DataFrame({"unit": np.asarray(asked_of.units, dtype=object)[which]})
    for place, (types, _, codes, _) in zip(("first", "second"), sides, strict=True):
        frame[f"type_{place}"] = pd.Categorical.from_codes(codes[which], categories=list(types), ordered=True)
    for place, one in zip(("first", "second"), found, strict=True):
        nearest, margin = edges.nearest(one)
        frame[f"nearest_{place}"], frame[f"margin_{place}"] = nearest[which], margin[which]
    frame["people"] = asked_of.total[which]
    frame["scheme_first"], frame["scheme_second"] = (question.scheme.id for question in questions)
    frame["source"], frame["version"] = asked_of.source, __version__
    return _remembered(frame, "disagreements", questions, given, {})


_Sides: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], Any, tuple[str, ...]]


def _sides(question: Asked) -> _Sides:
    return Sorting(question).types("descriptive")


def _two(counts: Counts, schemes: Sequence[AnyScheme], given: Mapping[str, Any]) -> tuple[Asked, Asked]:
    if isinstance(schemes, str | Path | Scheme) or len(schemes) != 2:
        message = "schemes takes two schemes."
        raise InvalidParameter(
            message, remedy="Write schemes=['PJF2001', 'PJF2007-reconstructed']; more of them in pairs."
        )
    rules = [load_scheme(one) for one in schemes]
    unused = [
        word
        for word, wanted in (
            (
                "reference",
                any(one.reference for one in rules) or not listed_reference(given["reference"], given["host"]),
            ),
            ("parameters", any(one.parameters for one in rules) or not given["parameters"]),
        )
        if not wanted
    ]
    if unused:
        message = f"Neither scheme takes {' or '.join(unused)}."
        raise InvalidParameter(message, remedy="Leave it out.")
    first, second = (asked(counts, scheme=one, **_taken(one, given)) for one in rules)
    return first, second


def _taken(rules: Scheme, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a scheme takes of the arguments of both."""
    left = {word for word in ("reference", "host") if not rules.reference}
    taken = {word: None if word in left else value for word, value in given.items()}
    if not rules.parameters:
        taken["parameters"] = None
    return taken


def _share_types(questions: tuple[Asked, Asked]) -> bool:
    first, second = (set(question.scheme.order) for question in questions)
    return first == second


def _same(questions: tuple[Asked, Asked], first: Sequence[str], second: Sequence[str], table: pd.DataFrame) -> Any:  # noqa: ANN401
    if not _share_types(questions):
        return pd.array([pd.NA] * len(table), dtype="boolean")
    ours, theirs = (
        np.array([*types, None], dtype=object)[table[place]] for types, place in ((first, "first"), (second, "second"))
    )
    return pd.array(ours == theirs, dtype="boolean")


def _members(counts: Counts, reference: Sequence[Any]) -> Any:  # noqa: ANN401
    if not reference:
        return np.full(len(counts), np.nan)
    return counts.values[:, [counts.position(name) for name in reference]].sum(axis=1)


def _remembered(
    frame: pd.DataFrame, verb: str, questions: tuple[Asked, Asked], given: Mapping[str, Any], more: Mapping[str, Any]
) -> Result:
    inputs, arguments = questions[0].call()
    schemes = [question.given["scheme"] for question in questions]
    wanted = listed_reference(given["reference"], given["host"])
    arguments |= {
        "scheme": None, "schemes": schemes, "reference": wanted or None,
        "parameters": plain(given["parameters"]), **more,
    }  # fmt: skip
    del arguments["scheme"]
    result = remember(frame, Call(f"typology.{verb}", inputs, arguments, described))
    result.attrs["cites"] = tuple(dict.fromkeys(key for question in questions for key in question.scheme.cites))
    return result
