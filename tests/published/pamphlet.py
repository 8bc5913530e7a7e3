"""The thirty numbers of the pamphlet: what is printed, the calls, and what comes out of them."""

from __future__ import annotations

import math
import sys
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import placemix as pm

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from pamphlet_tables import table  # noqa: E402

#: What a number is, in the order in which the page counts them.
KINDS = {
    "recomputed": "from published data, whose year is stated",
    "arithmetic": "the printed figure, put through the verb",
    "circular": "what is assumed holds what comes out",
    "refused": "placemix does not compute it as printed, and says why",
}


def printed(*, per: str | None = None, period: str | None = None, **rates: float) -> pd.DataFrame:
    """Put printed percentages, or rates per so many, in a table."""
    measured_in = "%" if per is None else f"per {per}"
    table = pd.DataFrame({"group": list(rates), "rate": list(rates.values()), "measured_in": measured_in})
    return table if period is None else table.assign(period=period)


@dataclass(frozen=True)
class Value:
    """One number or text that is taken of a call's result."""

    item: int
    call: int
    place: int
    what: str
    take: str = ""
    row: int = 0
    form: str = ""
    unit: str = ""
    expected: str | None = None
    by: str = ""

    @property
    def key(self) -> tuple[int, int, int]:
        """Where it stands."""
        return self.item, self.call, self.place

    def of(self, result: Any) -> float | str:
        """Take it out of a result."""
        if not isinstance(result, pd.DataFrame):
            return float(result)
        found = pd.DataFrame(result).eval(self.take).iloc[self.row]
        return float(found) if self.form else str(found)

    def shown(self, found: float | str) -> str:
        """Write it as the page does."""
        if isinstance(found, str):
            return f"`{found}`"
        if math.isinf(found):
            return "never (∞)"
        text = format(found, self.form).replace("-", "−").replace("%", " %")
        return f"{text} {self.unit}".rstrip()


@dataclass(frozen=True)
class Call:
    """What a user would type, and what is taken of its result."""

    code: str
    values: tuple[Value, ...]
    name: str | None
    tables: tuple[str, ...]
    warns: tuple[str, ...]
    raises: str | None
    says: str


@dataclass(frozen=True)
class Number:
    """One of the thirty."""

    item: int
    title: str
    domain: str
    kind: str
    printed: str
    claim: str
    gives: str
    differs: str
    calls: tuple[Call, ...]
    year: str = ""
    data: str = ""
    only_back: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a call: values, or the error that refused it, and the warnings."""

    values: Mapping[Value, float | str]
    error: pm.errors.PlacemixError | None
    warned: tuple[str, ...]


def numbers() -> list[Number]:
    """Read the table."""
    with (HERE / "thirty_numbers.toml").open("rb") as file:
        return [_number(row) for row in tomllib.load(file)["number"]]


def _number(row: dict[str, Any]) -> Number:
    calls = tuple(_call(row["item"], place, given) for place, given in enumerate(row.pop("call")))
    return Number(calls=calls, **row)


def _call(item: int, place: int, row: dict[str, Any]) -> Call:
    given = [*row.get("values", ()), *row.get("texts", ())]
    values = tuple(Value(item, place, number, **value) for number, value in enumerate(given))
    return Call(
        code=row["code"].strip(),
        values=values,
        name=row.get("name"),
        tables=tuple(row.get("tables", ())),
        warns=tuple(row.get("warns", ())),
        raises=row.get("raises"),
        says=row.get("says", ""),
    )


def run(number: Number, root: Path | None) -> Iterator[tuple[Call, Outcome]]:
    """Run the calls of a number one after the other; without a folder of data, only those that need none."""
    names: dict[str, Any] = {"pm": pm, "pd": pd, "math": math, "printed": printed}
    for call in number.calls:
        if call.tables and root is None:
            continue
        tables = {} if root is None else {name: table(name, root) for name in call.tables}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                # The code stands in a file of this folder, so that page and test run the same text.
                result = eval(call.code, {**names, **tables})  # noqa: S307
            except pm.errors.PlacemixError as error:
                yield call, Outcome({}, error, ())
                continue
        if call.name:
            names[call.name] = result
        warned = tuple(dict.fromkeys(one.category.__name__ for one in caught))
        yield call, Outcome({value: value.of(result) for value in call.values}, None, warned)


def from_data(number: Number, root: Path) -> dict[Value, float | str]:
    """Compute the values of a number that need published data."""
    found: dict[Value, float | str] = {}
    for call, outcome in run(number, root):
        if call.tables:
            found |= outcome.values
    return found
