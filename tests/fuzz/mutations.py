"""Named ways of spoiling a good table, and what each must lead to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

#: "good": read rightly; "either": read rightly or refused; else the names of errors, all of them raised.
GOOD, EITHER = "good", "either"


@dataclass
class Case:
    """A table and the arguments it is read with."""

    frame: Any
    groups: Any
    unit: Any = "unit"
    options: dict[str, Any] = field(default_factory=dict)
    rng: np.random.Generator = field(default_factory=np.random.default_rng)
    carrier: str = "pandas"

    def cell(self) -> tuple[int, str]:
        return int(self.rng.integers(len(self.frame))), str(self.rng.choice(list(self.groups)))

    def put(self, value: object) -> None:
        """Put a value in a random cell of a group, the column made to hold anything."""
        row, name = self.cell()
        self.objects()
        column = self.frame[name].tolist()
        column[row] = value
        self.frame[name] = pd.Series(column, dtype=object, index=self.frame.index)

    def objects(self) -> None:
        self.frame = self.frame.astype(dict.fromkeys(self.groups, object))


def good(rng: np.random.Generator) -> Case:
    """Draw a good table: 2 to 30 units, 2 to 5 groups, some units empty."""
    units, groups = int(rng.integers(2, 31)), int(rng.integers(2, 6))
    names = [f"g{place}" for place in range(groups)]
    values = rng.integers(0, 200, size=(units, groups))
    values[rng.random(units) < 0.1] = 0
    values[0] += 1
    frame = pd.DataFrame(values, columns=names)
    frame["unit"] = [f"U{place:03d}" for place in rng.permutation(units)]
    frame["area"] = rng.choice(["north", "south"], size=units)
    # An accidental total is no fault of the mutation under test: make it impossible.
    frame[names[0]] += 1000 * (frame[names].sum(axis=1) > 0)
    frame.loc[0, names[1]] += 3000
    return Case(frame, names, rng=rng)


MUTATIONS: dict[str, tuple[Callable[[Case], None], str | tuple[str, ...]]] = {}


def mutation(*expected: str) -> Callable[[Callable[[Case], None]], Callable[[Case], None]]:
    def register(function: Callable[[Case], None]) -> Callable[[Case], None]:
        outcome = expected[0] if expected[0] in {GOOD, EITHER} else expected
        MUTATIONS[function.__name__] = (function, outcome)
        return function

    return register


# -- numbers ---------------------------------------------------------------------------------------


@mutation("InvalidCounts")
def negative(case: Case) -> None:
    row, name = case.cell()
    case.frame.loc[row, name] = -int(case.rng.integers(1, 99))


@mutation("InvalidCounts")
def infinite(case: Case) -> None:
    case.put(float(case.rng.choice([np.inf, -np.inf])))


@mutation("InvalidCounts")
def missing(case: Case) -> None:
    case.put([None, float("nan"), pd.NA, pd.NaT, Decimal("nan"), "", "nan"][case.rng.integers(7)])


@mutation("InvalidCounts")
def missing_in_a_nullable_column(case: Case) -> None:
    row, name = case.cell()
    case.frame[name] = case.frame[name].astype("Int64")
    case.frame.loc[row, name] = pd.NA


@mutation("NotNumbers")
def symbols(case: Case) -> None:
    case.put(str(case.rng.choice(["c", "x", "SUPP", "*", ":", "..", "-", "z", "n/a", "low", "<5", "1-4"])))


@mutation("NotNumbers")
def number_with_thousands_separator(case: Case) -> None:
    case.put(str(case.rng.choice(["1,234", "1 234", "1'234", "1_234", "£5", "12%", "0x1F", "１２", "1e", "True"])))


@mutation("InvalidCounts")
def infinity_as_text(case: Case) -> None:
    case.put(str(case.rng.choice(["inf", "-inf", "Infinity", "1e999"])))


@mutation(GOOD)
def numbers_as_text(case: Case) -> None:
    for name in case.groups:
        case.frame[name] = case.frame[name].map(lambda value: f" {value} ")


@mutation(GOOD)
def decimals(case: Case) -> None:
    for name in case.groups:
        case.frame[name] = case.frame[name].map(lambda value: Decimal(int(value)) + Decimal("0.25"))


@mutation(GOOD)
def mixed_numbers(case: Case) -> None:
    kinds = [int, float, str, Decimal, np.int16, np.float32, lambda value: f"{value}.50"]
    case.objects()
    for name in case.groups:
        values = [int(value) for value in case.frame[name]]
        drawn = [kinds[case.rng.integers(len(kinds))](value) for value in values]
        case.frame[name] = pd.Series(drawn, dtype=object, index=case.frame.index)


@mutation(EITHER)
def vulgar_fractions(case: Case) -> None:
    case.put(Fraction(7, 2))


@mutation(GOOD)
def fractions_of_people(case: Case) -> None:
    for name in case.groups:
        case.frame[name] = case.frame[name] * 1.37


@mutation(GOOD)
def negative_zero(case: Case) -> None:
    row, name = case.cell()
    case.frame = case.frame.astype(dict.fromkeys(case.groups, float))
    case.frame.loc[row, name] = -0.0


@mutation(GOOD)
def denormal(case: Case) -> None:
    row, name = case.cell()
    case.frame = case.frame.astype(dict.fromkeys(case.groups, float))
    case.frame.loc[row, name] = 5e-324


@mutation("InvalidCounts")
def sums_that_overflow(case: Case) -> None:
    case.frame = case.frame.astype(dict.fromkeys(case.groups, float))
    for name in case.groups:
        case.frame[name] = 1e308


@mutation("InvalidCounts")
def huge_integers(case: Case) -> None:
    case.put([10**17, 2**63 - 1, 10**30, 10**400, -(10**400)][case.rng.integers(5)])


@mutation("NotNumbers")
def booleans(case: Case) -> None:
    name = case.cell()[1]
    case.frame[name] = case.frame[name] > 50


@mutation("NotNumbers")
def one_boolean(case: Case) -> None:
    case.put(bool(case.rng.random() < 0.5))


@mutation("NotNumbers")
def dates(case: Case) -> None:
    name = case.cell()[1]
    day = pd.Series(pd.Timestamp("2021-03-21"), index=case.frame.index)
    case.frame[name] = [day, day - pd.Timestamp("2011-03-27"), day.dt.to_period("M"), day.dt.tz_localize("UTC")][
        case.rng.integers(4)
    ]


@mutation("NotNumbers")
def periods_in_pyarrow(case: Case) -> None:
    name = case.cell()[1]
    case.frame[name] = pd.PeriodIndex(["2021-03"] * len(case.frame), freq="M")
    case.carrier = "pyarrow"


@mutation("NotNumbers")
def one_date(case: Case) -> None:
    case.put([dt.date(2021, 3, 21), pd.Timestamp("2021-03-21"), dt.time(3)][case.rng.integers(3)])


@mutation("NotNumbers")
def complex_numbers(case: Case) -> None:
    name = case.cell()[1]
    case.frame[name] = case.frame[name] + 2j


@mutation("NotNumbers")
def one_complex_number(case: Case) -> None:
    case.put(complex(3, 4))


@mutation("NotNumbers")
def bytes_as_counts(case: Case) -> None:
    case.put(b"12")


@mutation("NotNumbers")
def nested_lists(case: Case) -> None:
    case.put([[1, 2], {"a": 1}, (3,), {4}, np.array([1, 2])][case.rng.integers(5)])


@mutation(GOOD)
def categories_of_numbers(case: Case) -> None:
    for name in case.groups:
        case.frame[name] = case.frame[name].astype("category")


@mutation("NotNumbers")
def categories_of_words(case: Case) -> None:
    name = case.cell()[1]
    case.frame[name] = pd.Categorical(case.rng.choice(["few", "many"], size=len(case.frame)))


@mutation(GOOD)
def narrow_types(case: Case) -> None:
    for name in case.groups:
        kind = str(case.rng.choice(["uint16", "int32", "float32", "UInt64", "Float64"]))
        case.frame[name] = case.frame[name].astype(kind)


@mutation(GOOD)
def arrow_types(case: Case) -> None:
    kind = str(case.rng.choice(["int64[pyarrow]", "double[pyarrow]", "string[pyarrow]"]))
    for name in case.groups:
        case.frame[name] = case.frame[name].astype(kind)


# -- shares in the place of counts --------------------------------------------------------------------


def _mix(case: Case, whole: float) -> None:
    values = case.frame[list(case.groups)].to_numpy(dtype=float) + 0.5
    case.frame[list(case.groups)] = whole * values / values.sum(axis=1, keepdims=True)


@mutation("CountRateMix")
def percentages(case: Case) -> None:
    _mix(case, 100)


@mutation("CountRateMix")
def proportions(case: Case) -> None:
    _mix(case, 1)


@mutation("CountRateMix")
def rates(case: Case) -> None:
    for name in case.groups:
        case.frame[name] = case.frame[name] / 5000


# -- groups ---------------------------------------------------------------------------------------------


@mutation("OverlappingGroups")
def total_among_its_parts(case: Case) -> None:
    case.frame = pd.concat([case.frame] * 10, ignore_index=True)
    case.frame["unit"] = [f"V{place}" for place in range(len(case.frame))]
    first = list(case.groups)
    case.frame[first[0]] += case.frame.index % 7
    if len(first) == 2:
        case.frame["more"] = 5 + case.frame.index % 3
        first.append("more")
    case.frame["sum"] = case.frame[first].sum(axis=1)
    case.groups = [*first, "sum"] if case.rng.random() < 0.5 else ["sum", *first]


@mutation("OverlappingGroups")
def sub_total_by_its_label(case: Case) -> None:
    names = list(case.groups)
    whole = str(case.rng.choice(["Asian", "Asian_total"]))
    case.frame = case.frame.rename(columns={names[0]: "Asian: Indian", names[1]: "Asian: Other"})
    case.frame[whole] = case.frame["Asian: Indian"] + case.frame["Asian: Other"]
    case.frame["beside"] = 17 + case.frame.index
    case.groups = ["Asian: Indian", "Asian: Other", *names[2:], whole, "beside"]


@mutation("OverlappingGroups")
def groups_above_the_total(case: Case) -> None:
    case.frame["all"] = case.frame[list(case.groups)].sum(axis=1) * 0.9
    case.options["total"] = "all"


@mutation(GOOD)
def residual(case: Case) -> None:
    case.frame["all"] = case.frame[list(case.groups)].sum(axis=1) + 10
    case.options["total"] = "all"


@mutation("ResidualExceedsLimit")
def residual_refused(case: Case) -> None:
    residual(case)
    case.options["strict"] = True


@mutation("RepeatedColumn")
def group_named_twice(case: Case) -> None:
    case.groups = [*case.groups, case.groups[0]]


@mutation("RepeatedColumn")
def columns_of_the_same_name(case: Case) -> None:
    case.frame = pd.concat([case.frame, case.frame[[case.groups[0]]]], axis=1)


@mutation("RepeatedColumn")
def unit_among_the_groups(case: Case) -> None:
    case.groups = [*case.groups, "unit"]


@mutation("UnknownColumn")
def unknown_group(case: Case) -> None:
    case.groups = [*case.groups, "g77"]


@mutation("UnknownColumn")
def unknown_unit(case: Case) -> None:
    case.unit = "units"


@mutation("TooFewGroups")
def one_group(case: Case) -> None:
    case.groups = case.groups[:1]


@mutation("TooFewGroups")
def no_group(case: Case) -> None:
    case.groups = []


@mutation(GOOD)
def summed_groups(case: Case) -> None:
    case.groups = {("first", "x"): [case.groups[0]], "others": list(case.groups[1:])}


@mutation(GOOD)
def unicode_names(case: Case) -> None:
    names = ["Weiße 🙂", "آسيوي", "中文", "a\nb", "ǆ'\"<b>"]
    case.frame = case.frame.rename(columns=dict(zip(case.groups, names, strict=False)))
    case.groups = names[: len(case.groups)]
    case.frame["unit"] = case.frame["unit"] + "é\u202e\x00"


@mutation(GOOD)
def columns_that_are_numbers(case: Case) -> None:
    case.frame = case.frame.rename(columns={name: place for place, name in enumerate(case.groups)})
    case.groups = list(range(len(case.groups)))


@mutation("RepeatedColumn")
def columns_that_are_the_same_as_text(case: Case) -> None:
    case.frame = case.frame.rename(columns={case.groups[0]: 1, case.groups[1]: "1"})
    case.groups = ["1", *case.groups[2:]]


@mutation(EITHER)
def columns_of_several_levels(case: Case) -> None:
    case.frame.columns = pd.MultiIndex.from_tuples([("top", str(name)) for name in case.frame.columns])


# -- units --------------------------------------------------------------------------------------------------


@mutation("DuplicateUnit")
def repeated_ids(case: Case) -> None:
    case.frame.loc[1, "unit"] = case.frame.loc[0, "unit"]


@mutation("DuplicateUnit")
def missing_ids(case: Case) -> None:
    case.frame.loc[int(case.rng.integers(len(case.frame))), "unit"] = [None, np.nan, pd.NA][case.rng.integers(3)]


@mutation("DuplicateUnit")
def blank_ids(case: Case) -> None:
    case.frame.loc[0, "unit"] = str(case.rng.choice(["", "   ", "\t"]))


@mutation(GOOD)
def ids_that_differ_by_a_space(case: Case) -> None:
    case.frame.loc[1, "unit"] = f"{case.frame.loc[0, 'unit']} "


@mutation(GOOD)
def ids_that_are_whole_floats(case: Case) -> None:
    case.frame["unit"] = 105142.0 + np.arange(len(case.frame))
    if case.rng.random() < 0.5:
        case.frame["unit"] = case.frame["unit"].astype(object)


@mutation("DuplicateUnit")
def float_ids_with_a_gap(case: Case) -> None:
    case.frame["unit"] = 105142.0 + np.arange(len(case.frame))
    case.frame.loc[0, "unit"] = np.nan


@mutation(GOOD)
def mixed_ids(case: Case) -> None:
    kinds = [int, str, float, lambda place: (place,), lambda place: f"x{place}", lambda place: 0.5 + place]
    case.frame["unit"] = pd.Series([kinds[place % 6](place) for place in range(len(case.frame))], dtype=object)


@mutation(GOOD)
def index_that_repeats(case: Case) -> None:
    case.frame.index = [7] * len(case.frame)


@mutation("EmptyTable")
def no_rows(case: Case) -> None:
    case.frame = case.frame.iloc[:0]


@mutation("EmptyTable")
def nobody(case: Case) -> None:
    case.frame[list(case.groups)] = 0


@mutation(GOOD)
def one_unit(case: Case) -> None:
    case.frame = case.frame.iloc[:1]


@mutation(GOOD)
def empty_units(case: Case) -> None:
    case.frame.loc[1:, list(case.groups)] = 0


@mutation(GOOD)
def absent_group(case: Case) -> None:
    case.frame[case.groups[0]] = 0


@mutation("InvalidTable")
def missing_stratum(case: Case) -> None:
    case.options["strata"] = "area"
    case.frame.loc[0, "area"] = None


@mutation(GOOD)
def strata_of_any_type(case: Case) -> None:
    case.options["strata"] = ["area", "code"]
    case.frame["code"] = np.arange(len(case.frame)) % 3 + 0.5


# -- suppressed cells -----------------------------------------------------------------------------------------


@mutation("InvalidTable")
def meaningless_symbols(case: Case) -> None:
    case.options["suppressed"] = {
        "c": [(4, 1), 3, "low", (1, 2, 3), (-1, 4), (1, 1e308), (np.nan, 1), None][case.rng.integers(8)]
    }


@mutation(GOOD)
def symbols_explained_but_absent(case: Case) -> None:
    case.options["suppressed"] = {"c": (1, 4), "z": "not_applicable"}
    case.objects()


# -- arguments and kinds of table -------------------------------------------------------------------------------


@mutation("PlacemixError")
def arguments_of_the_wrong_type(case: Case) -> None:
    wrong: list[tuple[str, object]] = [
        ("groups", None),
        ("groups", 5),
        ("groups", "g0"),
        ("groups", {"a": 5, "b": "g1"}),
        ("groups", {"a": None, "b": "g1"}),
        ("groups", [["g0"], "g1"]),
        ("groups", [None, "g1"]),
        ("unit", None),
        ("unit", 5),
        ("unit", ["unit"]),
        ("strata", 5),
        ("strata", [None]),
        ("total", 3.5),
        ("total", ["g0"]),
        ("area", 7),
        ("area", "area"),
        ("geometry", "unit"),
        ("geometry", "nowhere"),
        ("about", 5),
        ("about", "census"),
        ("about", {"year": 2021}),
        ("suppressed", ["c"]),
        ("suppressed", "c"),
        ("residual", "drop"),
        ("residual", None),
        ("axes", 5),
    ]
    name, value = wrong[case.rng.integers(len(wrong))]
    if name in {"groups", "unit"}:
        setattr(case, name, value)
    else:
        case.options[name] = value


@mutation("InvalidTable")
def not_a_table(case: Case) -> None:
    case.frame = [None, [1, 2], {"unit": [1]}, "homes.csv", 5, case.frame["unit"], np.zeros((2, 2)), pd.DataFrame][
        case.rng.integers(8)
    ]


@mutation(GOOD)
def polars_table(case: Case) -> None:
    case.carrier = "polars"


@mutation(GOOD)
def pyarrow_table(case: Case) -> None:
    case.carrier = "pyarrow"


@mutation("InvalidTable")
def lazy_table(case: Case) -> None:
    case.carrier = "lazy"


@mutation("RepeatedColumn")
def pyarrow_columns_of_the_same_name(case: Case) -> None:
    case.carrier = "pyarrow twice"
