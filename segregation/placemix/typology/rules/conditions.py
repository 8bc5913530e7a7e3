"""One condition of a scheme: a quantity, how it is compared, and with what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

Op: TypeAlias = Literal[">=", ">", "<=", "<"]

#: What can be compared, in people of a unit.
PEOPLE: Mapping[str, str] = {
    "everyone": "all people of the unit, those in none of the groups too unless the scheme leaves them out",
    "reference": "people of the reference group or groups",
    "minorities": "everyone outside the reference group",
    "largest minority": "people of the largest group outside the reference group",
    "second minority": "people of the next largest, those in none of the groups together being one",
    "other minorities": "minorities less the largest minority",
    "largest group": "people of the largest group, the reference groups being one",
    "second group": "people of the next largest",
}
#: What can be compared with a number alone.
NUMBERS: Mapping[str, str] = {
    "scaled entropy": "Shannon's entropy of the groups over its largest possible value, from 0 to 1",
    "present groups": "how many groups meet the conditions of [present]",
    "characteristics": "how many categories, of any dimension, meet the conditions of [characteristic]",
}
#: Of a city: members of the unit's largest minority who live where [concentrated] holds, and all its members.
CITY: Mapping[str, str] = {
    "concentrated members": "members of the unit's largest minority who live in units where [concentrated] holds",
    "city members": "members of the unit's largest minority in the city",
}
#: Of one group at a time, in the conditions of [concentrated], [present] and [characteristic].
EACH: Mapping[str, Mapping[str, str]] = {
    "concentrated": {
        "group": "people of the group",
        "largest other minority": "people of the largest minority beside it",
    },
    "present": {"group": "people of the group"},
    "characteristic": {
        "category": "people of the category",
        "location quotient": "share of the category in the unit over its share in the city",
    },
}

_CONDITION = re.compile(
    r"(?P<left>[a-z][a-z ]*?)\s*(?P<op>>=|<=|>|<)\s*"
    r"(?:\{(?P<parameter>[a-z_]+)\}|(?P<number>\d+(?:\.\d+)?(?:/\d+)?)\s*(?P<percent>%)?)"
    r"(?:\s*(?P<link>of|times)\s+(?P<base>[a-z][a-z ]*))?"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison such as ``reference >= 80% of everyone``.

    Attributes
    ----------
    text
        As it is written.
    left
        The quantity that is compared.
    op
        How.
    factor
        The threshold, exact, or None until the parameter is known.
    parameter
        Name of the parameter that gives the threshold, or empty.
    base
        Quantity that the threshold is a multiple of; empty where it is a number alone.
    """

    text: str
    left: str
    op: Op
    factor: Fraction | None
    parameter: str
    base: str

    def given(self, parameters: Mapping[str, Fraction]) -> Condition:
        """Return the condition with its parameter's value."""
        if not self.parameter:
            return self
        factor = parameters[self.parameter]
        said = self.text.replace("{" + self.parameter + "}", percent(factor) if self.base else f"{float(factor):g}")
        return replace(self, text=said, factor=factor)


def parsed(text: str) -> Condition | None:
    """Read a condition; None where the text is none.

    Examples
    --------
    >>> parsed("largest minority >= 2 times other minorities").factor
    Fraction(2, 1)
    >>> parsed("reference >= 80% of everyone").base
    'everyone'
    """
    found = _CONDITION.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    factor = None if found["parameter"] else number(found["number"])
    if factor is None and not found["parameter"]:
        return None
    if factor is not None and found["percent"]:
        factor /= 100
    if found["percent"] and found["link"] != "of":
        return None
    op: Op = found["op"]  # type: ignore[assignment]
    return Condition(text, found["left"], op, factor, found["parameter"] or "", found["base"] or "")


def number(value: object) -> Fraction | None:
    """A number as it is written: 0.1 is a tenth; None where it is none.

    Examples
    --------
    >>> number("1/3"), number(0.1), number("1/0")
    (Fraction(1, 3), Fraction(1, 10), None)
    """
    try:
        return None if value is None or isinstance(value, bool) else Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def percent(factor: Fraction) -> str:
    """Write a share in percent, with no more digits than it has.

    Examples
    --------
    >>> percent(Fraction(1, 2)), percent(Fraction("0.125"))
    ('50%', '12.5%')
    """
    return f"{float(factor * 100):.10g}%"


def implies(one: Condition, other: Condition) -> bool:
    """Whether whatever meets the first condition meets the second: the same comparison, as strict or stricter.

    Examples
    --------
    >>> strict, wide = parsed("reference >= 80% of everyone"), parsed("reference > 50% of everyone")
    >>> implies(strict, wide), implies(wide, strict)
    (True, False)
    """
    if (one.left, one.base) != (other.left, other.base):
        return False
    if one.factor is None or other.factor is None:
        return one.text == other.text
    if one.op[0] != other.op[0]:
        return False
    if one.factor == other.factor:
        return one.op == other.op or other.op.endswith("=")
    return one.factor > other.factor if one.op[0] == ">" else one.factor < other.factor


def excludes(one: Condition, other: Condition) -> bool:
    """Whether no unit can meet both conditions.

    Examples
    --------
    >>> excludes(parsed("reference >= 80% of everyone"), parsed("reference < 50% of everyone"))
    True
    """
    if (one.left, one.base) != (other.left, other.base) or one.factor is None or other.factor is None:
        return False
    if one.op[0] == other.op[0]:
        return False
    low, high = (one, other) if one.op[0] == ">" else (other, one)
    both_reach = low.op == ">=" and high.op == "<="
    return low.factor > high.factor or (low.factor == high.factor and not both_reach)  # type: ignore[operator]
