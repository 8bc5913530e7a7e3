"""The numbers of one piece of evidence: of a table, of estimates, or of a result."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from placemix.carried import fingerprint
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.estimating import Estimate
from placemix.outcomes.indicators import Evidence, estimate_indicator
from placemix.outcomes.indicators.computing import OF_ALL, OF_PEOPLE, REST
from placemix.outcomes.indicators.forms import FORMS
from placemix.outcomes.indicators.rows import Row
from placemix.outcomes.scoring.pieces import Piece, is_national, is_synthetic, refuse_none, renamed
from placemix.outcomes.scoring.published import is_rated, of_rates, spread_of
from placemix.outcomes.scoring.terms import EVERYONE

#: Columns that a result must have to be read.
_RESULT = ("measure", "focal", "against", "value", "lower", "upper", "level", "interval_method", "denominator")
_ELSE = {"everyone else": REST}
#: Columns that are summed where rows come together.
_SUMMED = (
    "people", "events", "members", "numerator", "denominator", "ties", "adults", "registered", "voted", "base_people",
)  # fmt: skip


def numbers_of(name: str, one: Piece, row: Row, groups: Mapping[str, str], own: Sequence[str]) -> list[dict[str, Any]]:
    """Read the numbers of one piece for the groups of a scorecard.

    Raises
    ------
    UnknownGroup
        It holds none of the groups.
    PlacemixError
        Its table has faults.
    """
    if "table" in one:
        found = _of_table(name, one, row, groups, own)
    elif "estimate" in one:
        given = one["estimate"]
        found = list(_of_estimates(name, [given] if isinstance(given, Estimate) else list(given), row, groups))
    else:
        found = _of_result(name, one, row, groups)
    about = _about(one)
    return [
        _doubted({**number, **{key: value for key, value in about.items() if value is not None}}, one)
        for number in found
    ]


def _about(one: Piece) -> dict[str, Any]:
    return {
        "indicator": str(one["indicator"]),
        "area": str(one["area"]),
        "period": str(one["period"]),
        "universe": str(one["universe"]),
        "published_in": str(one["source"]),
        "published": str(one.get("published", "unknown")),
        "proxy": one.get("proxy"),
        "grouping": one.get("grouping"),
        "what": one.get("what"),
        "national": is_national(one),
        "synthetic": is_synthetic(one),
        **spread_of(one),
    }


def _doubted(number: dict[str, Any], one: Piece) -> dict[str, Any]:
    """Add what the piece says of all its numbers: its note, and that cells were changed to protect people."""
    said = [text for text in (number.get("note"), one.get("note")) if isinstance(text, str) and text]
    perturbed = one.get("perturbed", False)
    if perturbed is not False:
        if str(number["interval_method"]).startswith("none"):
            ends = (math.nan, math.nan) if perturbed is True else tuple(map(float, perturbed))
            number |= {"interval_method": "perturbation:cells_changed", "lower": ends[0], "upper": ends[1]}
        said.append("Cells of the table were changed a little to protect people.")
    return number | {"note": " ".join(dict.fromkeys(said)) or None}


def _number(estimate: Estimate, group: str, against: str, says: str) -> dict[str, Any]:
    doubt = estimate.uncertainty
    first = {"chance model": "null", "disclosure": "bounds"}.get(doubt.kind, doubt.kind)
    return {
        "group": group, "comparator": against, "value": estimate.value, "lower": doubt.lower, "upper": doubt.upper,
        "level": doubt.level, "interval_method": f"{first}:{doubt.method}", "numerator": estimate.numerator,
        "denominator": estimate.denominator, "measure": estimate.measure, "measured_in": estimate.unit,
        "beside": estimate.comparator, "method": estimate.method, "reason": estimate.reason, "note": estimate.note,
        "says": says, "data": estimate.source,
    }  # fmt: skip


def _of_table(
    name: str, one: Piece, row: Row, groups: Mapping[str, str], own: Sequence[str]
) -> list[dict[str, Any]]:  # fmt: skip
    measure = one.get("measure", row.measure)
    if measure not in FORMS:
        message = f"{name}: {measure!r} is not computed from a table here."
        raise InvalidParameter(message, remedy="Compute it by its own verb, and give what came out as 'result'.")
    table = one["table"]
    if not isinstance(table, pd.DataFrame):
        raise InvalidTable(f"{name}: a table is needed, not a {type(table).__name__}.")
    if is_rated(one, measure):
        return of_rates(name, one, groups, measure)
    # An indicator of its own that is computed in another way is asked as a row that is computed in that way.
    asked = row.id if measure == row.measure else _BY_MEASURE[measure]
    columns = {str(wanted): str(column) for wanted, column in one.get("columns", {}).items()}
    level = float(one.get("level", 0.95))
    regrouped = _regrouped(name, table, one, columns, measure)
    if measure in OF_ALL:
        pairs = [(EVERYONE, "")]
    else:
        column = columns.get("group", "group")
        if column not in regrouped.columns:
            message = f"{name} has no column {column!r}."
            raise UnknownColumn(message, remedy=did_you_mean(column, regrouped.columns) or "Name it under columns.")
        there = set(regrouped[column].astype(str))
        pairs = [(who, whom) for who, whom in groups.items() if who in there and (whom == REST or whom in there)]
        refuse_none(name, pairs, there, groups)
    out, faults = [], []
    for who, whom in pairs:
        whole = who == EVERYONE and not whom
        try:
            found = estimate_indicator(
                asked, regrouped, focal=None if whole else who, against=REST if whole else whom, columns=columns,
                level=level, own=own,
            )  # fmt: skip
        except PlacemixError as error:
            faults += [
                type(part)(f"{name}: {part.message.replace(asked, row.id)}", remedy=part.remedy)
                for part in error.faults
            ]
            continue
        out.append(_number(replace(found, indicator=row.id), who, whom, FORMS[measure].value))
    if faults:
        raise together(list({str(fault): fault for fault in faults}.values()))
    return out


#: A row of the framework for each measure that computes one.
_BY_MEASURE: Mapping[str, str] = {
    "risk_difference": "education-aim-2",
    "risk_ratio": "education-aim-1",
    "dissimilarity": "education-aim-3",
    "exposure": "housing-indicator-3",
    "relative_diversity": "health-indicator-3",
    "rate_ratio": "health-aim-2",
    "standardised_rate_ratio": "health-aim-1",
    "homophily": "education-indicator-3",
    "alter_diversity": "solidarity-capital-3",
    "representation": "politics-aim-1",
    "grade_profile": "work-aim-3",
    "proportion": "solidarity-capital-1",
    "disproportionality": "justice-aim-2",
    "turnout_gaps": "politics-aim-2",
    "pay_gap": "work-indicator-2",
}


def _regrouped(name: str, table: pd.DataFrame, one: Piece, columns: Mapping[str, str], measure: str) -> pd.DataFrame:
    """Give groups their names on the card, and sum rows that come together; groups that are not named are left out."""
    groups, over, column = one.get("groups"), list(one.get("over", ())), columns.get("group", "group")
    absent = [other for other in ([] if groups is None else [column]) + over if other not in table.columns]
    if absent:
        raise UnknownColumn(f"{name} has no column {absent[0]!r}.", remedy=did_you_mean(absent[0], table.columns))
    part = table if groups is None else renamed(name, table, groups, column)
    if measure in OF_PEOPLE or (groups is None and not over):
        return part
    form = FORMS[measure]
    used = [columns.get(other, other) for other in (*form.needs, *form.may)]
    sums = [columns.get(other, other) for other in _SUMMED if other in form.needs]
    sums = [other for other in sums if other in part.columns]
    # Rates and shares of single rows are no longer those of sums; other columns still tell rows apart.
    rates = [other for other in part.columns if other not in used and pd.api.types.is_float_dtype(part[other])]
    keys = [other for other in part.columns if other not in (*sums, *over, *rates, "geometry")]
    return part.groupby(keys, sort=False, dropna=False, as_index=False)[sums].sum(min_count=1)


def _of_estimates(
    name: str, given: Sequence[object], row: Row, groups: Mapping[str, str]
) -> Iterator[dict[str, Any]]:  # fmt: skip
    pairs = []
    for one in given:
        if not isinstance(one, Estimate):
            raise InvalidParameter(f"{name}: an estimate is needed, not a {type(one).__name__}.")
        if isinstance(one, Evidence) and one.indicator and one.indicator != row.id:
            message = f"{name} is said to be of {row.id}, and its estimate is of {one.indicator}."
            raise InvalidParameter(message, remedy="Name the indicator that it was computed for.")
        who = one.focal or EVERYONE
        whom = "" if one.focal is None else str(_ELSE.get(str(one.against), one.against))
        if who != EVERYONE and groups.get(who) != whom:
            continue
        pairs.append((who, whom))
        says = one.says if isinstance(one, Evidence) else one.measure
        yield _number(one, who, whom, says)
    refuse_none(name, pairs, {str(one.focal) for one in given if isinstance(one, Estimate)}, groups)


def _of_result(name: str, one: Piece, row: Row, groups: Mapping[str, str]) -> list[dict[str, Any]]:
    table = one["result"]
    if not isinstance(table, pd.DataFrame):
        raise InvalidTable(f"{name}: a result is a table, not a {type(table).__name__}.")
    lacking = [column for column in _RESULT if column not in table.columns]
    if lacking:
        message = f"The result of {name} lacks {listed(lacking)}."
        raise UnknownColumn(message, remedy="Give rows as compare_groups gives them, or an Estimate.")
    wanted = {str(one["measure"])} if "measure" in one else {row.measure, *row.also}
    rows = table if one.get("proxy") and "measure" not in one else table[table["measure"].isin(wanted)]
    if rows.empty:
        found = listed(sorted(set(table["measure"].astype(str))))
        message = f"{name} has rows of {found}, and {row.id} is measured by {listed(sorted(wanted))}."
        raise InvalidParameter(message, remedy="Say proxy='…' if it stands in for it.")
    out, pairs = [], []
    data = fingerprint(pd.DataFrame(table[list(_RESULT)]))[:12]
    for line in pd.DataFrame(rows).to_dict("records"):
        who, whom = str(line["focal"]), str(_ELSE.get(str(line["against"]), line["against"]))
        if groups.get(who) != whom:
            continue
        pairs.append((who, whom))
        measure = str(line["measure"])
        texts = {
            key: line[key] if isinstance(line.get(key), str) else None
            for key in ("measured_in", "method", "reason", "note")
        }
        out.append(
            {key: line[key] for key in ("value", "lower", "upper", "level", "denominator", "interval_method")}
            | texts
            | {
                "group": who, "comparator": whom, "measure": measure, "numerator": line.get("numerator", math.nan),
                "beside": str(line.get("comparator", whom)), "data": data,
                "says": FORMS[measure].value if measure in FORMS else measure.replace("_", " "),
            }
        )  # fmt: skip
    refuse_none(name, pairs, set(rows["focal"].astype(str)), groups)
    return out
