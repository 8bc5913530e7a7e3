"""The one number of each indicator, computed by the verb that its row names, from a table with its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from placemix.carried import fingerprint
from placemix.errors import InvalidTable
from placemix.estimating import Estimate, Uncertainty
from placemix.measuring import estimate
from placemix.outcomes.contact import Ties, alter_diversity, homophily
from placemix.outcomes.disparity import disproportionality, proportion, rate_ratio, risk_difference, risk_ratio
from placemix.outcomes.participation import turnout_gaps
from placemix.outcomes.seats import grade_profile, representation
from placemix.outcomes.standards import compare_standardised, standardise
from placemix.outcomes.work import pay_gap
from placemix.tables import from_long

REST = "rest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one number is asked of.

    Attributes
    ----------
    table
        The columns that the measure takes, under the framework's names.
    measure
        Name of the measure.
    focal, against
        Group, and group compared with or ``"rest"``.
    level
        Level of the interval.
    """

    table: pd.DataFrame
    measure: str
    focal: str
    against: str
    level: float

    def sides(self, *keys: str) -> dict[str, pd.DataFrame]:
        """Rows of the group and of those compared with, whose numbers are summed by `keys` where they are several."""
        mine = self.table["group"] == self.focal
        theirs = ~mine if self.against == REST else self.table["group"] == self.against
        out = {}
        for name, rows in ((self.focal, self.table[mine]), (self.against, self.table[theirs])):
            columns = [column for column in self.table.columns if column not in {"group", *keys}]
            numbers = [column for column in columns if pd.api.types.is_numeric_dtype(rows[column])]
            sums = rows.groupby(list(keys), sort=False, as_index=False)[numbers].sum() if keys else rows[numbers].sum()
            out[name] = sums if keys else sums.to_frame().T
        return out

    def one(self, column: str) -> str:
        """The one text of a column."""
        found = [str(item) for item in self.table[column].dropna().unique()]
        if len(found) != 1:
            message = f"The column {column!r} holds {len(found)} texts, and one number is of one."
            raise InvalidTable(message, remedy="Take the rows that belong together.")
        return found[0]

    def compared(self) -> pd.DataFrame:
        """The table of the group and those compared with alone."""
        keep = {self.focal, self.against}
        return self.table if self.against == REST else self.table[self.table["group"].isin(keep)]


def number_of(asked: Asked) -> Estimate:
    """Compute the number of an indicator."""
    return _COMPUTED[asked.measure](asked)


def _estimate(asked: Asked, row: Mapping[str, Any], **given: Any) -> Estimate:  # noqa: ANN401
    """An estimate of a row of a result, with what the row calls otherwise."""
    values = {**row, **given}
    method = str(values.get("interval_method", "none:no_interval"))
    reason = values.get("reason")
    return Estimate(
        value=float(values["value"]),
        measure=asked.measure,
        denominator=float(values["denominator"]),
        numerator=float(values.get("numerator", float("nan"))),
        comparator=str(values["comparator"]),
        unit=str(values["measured_in"]),
        method=str(values.get("method", f"{asked.measure}/1")),
        uncertainty=Uncertainty.read(
            method, *(float(values.get(name, float("nan"))) for name in ("lower", "upper", "level"))
        ),
        focal=asked.focal,
        against=asked.against,
        expected=float(values.get("expected", float("nan"))),
        people=float(values.get("people", float("nan"))),
        groups=int(asked.table["group"].nunique()),
        reason=str(reason) if isinstance(reason, str) and pd.isna(values["value"]) else None,
        note=values["note"] if isinstance(values.get("note"), str) else None,
        source=str(values.get("source") or fingerprint(asked.table)[:12]),
    )


def _shares(verb: Callable[..., pd.DataFrame]) -> Callable[[Asked], Estimate]:
    def computed(asked: Asked) -> Estimate:
        sides = asked.sides()
        mine, theirs = (side.iloc[0] for side in sides.values())
        options: dict[str, Any] = {"focal": asked.focal, "level": asked.level}
        numbers = [float(mine["numerator"]), float(mine["denominator"])]
        if verb is not proportion:
            options["against"] = asked.against
            numbers += [float(theirs["numerator"]), float(theirs["denominator"])]
        if "deff" in asked.table.columns:
            options["deff"] = _effects(asked, single=verb is proportion)
        return _estimate(asked, verb(*numbers, **options).iloc[0])

    return computed


def _effects(asked: Asked, *, single: bool) -> float | tuple[float, float]:
    """Effect of the design on each side; several groups together have no one effect unless it is the same."""
    rows = asked.compared()
    mine = rows["group"] == asked.focal
    both = []
    for name, side in ((asked.focal, rows[mine]), (asked.against, rows[~mine])):
        found = side["deff"].unique()
        if len(found) > 1:
            message = f"The groups of {name!r} have several design effects: {', '.join(map(str, found))}."
            raise InvalidTable(message, remedy="Compare with one group, against='…', or give one effect for all.")
        both.append(float(found[0]) if len(found) else 1.0)
    return both[0] if single else (both[0], both[1])


def _standardised(asked: Asked) -> Estimate:
    sides = asked.sides("age")
    table = pd.concat([side.assign(group=name) for name, side in sides.items()], ignore_index=True)
    rates = standardise(table, level=asked.level, counted="people")
    row = compare_standardised(rates, focal=asked.focal, against=asked.against).iloc[0]
    mine = sides[asked.focal]
    sums = {name: float(mine[name].sum()) for name in ("numerator", "denominator")}
    return _estimate(asked, row, **sums)


def _disproportionality(asked: Asked) -> Estimate:
    others = "everyone else" if asked.against == REST else asked.against
    sides = zip((asked.focal, others), asked.sides("unit").values(), strict=True)
    table = pd.concat([side.assign(group=name) for name, side in sides], ignore_index=True)
    table = table.rename(columns={"events": "numerator", "people": "denominator"})
    kind = asked.one("denominator_kind")
    found = disproportionality(table, focal=asked.focal, against=others, denominator_kind=kind, level=asked.level)
    return _estimate(asked, found[found["measure"] == "standardised_ratio"].iloc[0])


def _representation(asked: Asked) -> Estimate:
    table = asked.table
    mine = table[table["group"] == asked.focal].groupby("unit", sort=False)[["members", "base_people"]].sum()
    whole = table.groupby("unit", sort=False)[["members", "base_people"]].sum()
    mine = mine.reindex(whole.index, fill_value=0)
    words = ("population", "ages", "pool", "year", "source")
    bases = {}
    for unit, rows in table.groupby("unit", sort=False):
        part = Asked(rows, asked.measure, asked.focal, asked.against, asked.level)
        share = mine.loc[unit, "base_people"] / whole.loc[unit, "base_people"]
        bases[str(unit)] = {"share": float(share)} | {name: part.one(f"base_{name}") for name in words}
    found = representation(mine["members"], whole["members"], base=bases, level=asked.level)
    row = found.iloc[-1]
    given = {
        "value": row["ratio"], "lower": row["ratio_lower"], "upper": row["ratio_upper"], "numerator": row["members"],
        "denominator": row["places"], "comparator": row["base_population"], "measured_in": "ratio of shares",
        "expected": float("nan"),
    }  # fmt: skip
    return _estimate(asked, row, **given)


def _grades(asked: Asked) -> Estimate:
    table = asked.compared()
    steps = table.groupby("unit", sort=False)["step"].first().sort_values()
    staff = from_long(table, unit="unit", group="group", count="people")
    found = grade_profile(staff, [str(name) for name in steps.index], focal=asked.focal, level=asked.level)
    row = found.iloc[-1]
    given = {
        "value": row["ratio_others"], "lower": float("nan"), "upper": float("nan"), "numerator": row["members"],
        "denominator": row["people"], "comparator": "all other grades", "measured_in": "ratio of shares",
        "interval_method": "none:no_interval_of_a_ratio",
        "reason": row["reason"] if isinstance(row["reason"], str) else "nobody_at_other_grades",
    }  # fmt: skip
    return _estimate(asked, row, **given)


def _turnout(asked: Asked) -> Estimate:
    said = asked.one("self_report").casefold() in {"true", "yes", "1"}
    row = turnout_gaps(asked.compared(), self_report=said, focal=asked.focal).iloc[0]
    given = {
        "value": row["gap"], "numerator": row["voted"], "denominator": row["adults"], "comparator": asked.against,
        "measured_in": "difference of shares", "reason": "no_people",
    }  # fmt: skip
    return _estimate(asked, row, **given)


def _pay(asked: Asked) -> Estimate:
    found = pay_gap(asked.table, focal=asked.focal, against=asked.against, level=asked.level)
    row = found[found["statistic"] == "median"].iloc[0]
    given = {
        "value": row["gap"], "denominator": row["people_focal"], "comparator": asked.against,
        "measured_in": "share of the median of those compared with",
    }  # fmt: skip
    return _estimate(asked, row, **given)


def _homophily(asked: Asked) -> Estimate:
    table = asked.table
    matrix = table.pivot_table(index="group", columns="other_group", values="ties", aggfunc="sum", fill_value=0)
    sizes = table.groupby("group")["people"].first()
    names = sorted({*matrix.index, *matrix.columns})
    square = matrix.reindex(index=names, columns=names, fill_value=0).rename_axis(index=None, columns=None)
    found = homophily(Ties.from_matrix(square, sizes))
    row = found[found["group"] == asked.focal].iloc[0]
    given = {
        "value": row["e_i"], "numerator": row["outside"] - row["inside"], "denominator": row["ties"],
        "comparator": "ties to anybody with the same chance", "measured_in": "index from -1 to 1",
        "expected": row["expected_e_i"],
    }  # fmt: skip
    return _estimate(asked, row, **given)


def _alters(asked: Asked) -> Estimate:
    named = asked.table.rename(columns={"person": "ego", "other_group": "alter_group"})
    found = alter_diversity(Ties.from_alters(named))
    row = found[found["group"] == asked.focal].iloc[0]
    given = {
        "value": row["diversity"], "denominator": row["egos"], "comparator": "none: the mix of those named",
        "measured_in": "probability",
    }  # fmt: skip
    return _estimate(asked, row, **given)


def _mix(asked: Asked) -> Estimate:
    counts = from_long(asked.table, unit="unit", group="group", count="people")
    whole = asked.measure == "relative_diversity"
    options: dict[str, Any] = {} if whole else {"focal": asked.focal, "against": asked.against}
    return estimate(counts, asked.measure, **options)


_COMPUTED: Mapping[str, Callable[[Asked], Estimate]] = {
    "risk_ratio": _shares(risk_ratio),
    "risk_difference": _shares(risk_difference),
    "proportion": _shares(proportion),
    "rate_ratio": _shares(rate_ratio),
    "standardised_rate_ratio": _standardised,
    "disproportionality": _disproportionality,
    "representation": _representation,
    "grade_profile": _grades,
    "turnout_gaps": _turnout,
    "pay_gap": _pay,
    "homophily": _homophily,
    "alter_diversity": _alters,
    "dissimilarity": _mix,
    "exposure": _mix,
    "relative_diversity": _mix,
}

#: Measures of the whole mix, in which no group stands out.
OF_ALL: Sequence[str] = ("relative_diversity",)
#: Measures whose tables have one row for each person or tie.
OF_PEOPLE: Sequence[str] = ("pay_gap", "alter_diversity")
