"""Types of places read a second time from the published files, in whole numbers and fractions.

This shares no line with `placemix.typology`: it was written from the text of the five TOML files
alone, to be compared with it. It is slow and short on purpose.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from pathlib import Path

PUBLISHED = Path(__file__).resolve().parents[2] / "segregation" / "placemix" / "typology" / "rules" / "published"
CONDITION = re.compile(
    r"(?P<left>.+?) (?P<sign><=|>=|<|>) (?P<amount>[\d.]+)(?P<percent>%?)(?: (?:of|times) (?P<right>.+))?"
)
DIGITS = 60


@cache
def rules(name: str) -> dict:
    """What the file of a scheme says."""
    return tomllib.loads((PUBLISHED / f"{name}.toml").read_text(encoding="utf-8"))


def conditions(name: str) -> set[tuple[str, str]]:
    """All conditions of a scheme, each with the type or the section in which it stands."""
    file = rules(name)
    places = [(kind["id"], kind.get(key, [])) for kind in file["type"] for key in ("when", "either")]
    places += [(key, file[key]["when"]) for key in ("concentrated", "present", "characteristic") if key in file]
    return {(place, text) for place, texts in places for text in texts}


@cache
def parsed(text: str) -> tuple[str, str, Fraction, str | None]:
    """A condition's quantity, its sign, and the number (of a second quantity) on the right."""
    parts = CONDITION.fullmatch(text)
    assert parts, text
    amount = Fraction(parts["amount"]) / (100 if parts["percent"] else 1)
    return parts["left"], parts["sign"], amount, parts["right"]


@cache
def logarithm(value: int) -> Decimal:
    """Natural logarithm to sixty digits."""
    with localcontext(prec=DIGITS):
        return Decimal(value).ln()


def entropy(row: Sequence[int], base: int) -> Fraction:
    """Shannon entropy of the shares over ln `base`: rational only in its sixty digits."""
    people = sum(row)
    with localcontext(prec=DIGITS):
        surprise = people * logarithm(people) - sum(x * logarithm(x) for x in row if x)
        return Fraction(surprise / (people * logarithm(base)))


class Reading:
    """Types of the units of one table.

    Parameters
    ----------
    name
        Scheme, as its file is called.
    table, totals
        People of each unit by group, and in all.
    groups, reference
        Names of the groups, and those of them that are merged to the reference.
    cities
        City of each unit.
    parameters
        Numbers that the scheme leaves to the caller.
    recalibrate
        Whether thresholds of entropy keep the entropy they mean with the scheme's number of groups.

    Attributes
    ----------
    touched
        Conditions, each with the place where it stands, on which some unit lay exactly when tested.
    """

    def __init__(
        self,
        name: str,
        table: Sequence[Sequence[int]],
        totals: Sequence[int],
        groups: Sequence[str],
        reference: Sequence[str] = (),
        cities: Sequence[object] | None = None,
        parameters: Mapping[str, float] | None = None,
        *,
        recalibrate: bool = False,
    ) -> None:
        self.rules = rules(name)
        self.table, self.groups = table, list(groups)
        leave_out = self.rules["residual"] == "leave out"
        self.everyone = [sum(row) if leave_out else total for row, total in zip(table, totals, strict=True)]
        self.outside = [place for place, group in enumerate(groups) if group not in reference]
        self.cities = list(cities) if cities is not None else [None] * len(table)
        self.members: dict[object, list[int]] = {}
        for unit, city in enumerate(self.cities):
            self.members.setdefault(city, []).append(unit)
        stated = {key: entry.get("default") for key, entry in self.rules.get("parameters", {}).items()}
        self.parameters = {key: str(value) for key, value in (stated | dict(parameters or {})).items()}
        self.base = self.rules["groups"] if recalibrate else len(self.groups)
        self.touched: set[tuple[str, str]] = set()
        self.chosen = [self._largest(unit, self.outside) for unit in range(len(table))]

    def types(self) -> list[str | None]:
        """Type of each unit; None where nobody lives."""
        return [self._type(unit) if people else None for unit, people in enumerate(self.everyone)]

    def _type(self, unit: int) -> str:
        for kind in self.rules["type"]:
            when = all(self._holds(unit, text, kind["id"]) for text in kind.get("when", []))
            either = kind.get("either", [])
            if when and (not either or any(self._holds(unit, text, kind["id"]) for text in either)):
                return f"{kind['id']} {self._names(unit, kind['names'])}" if kind.get("each") else kind["id"]
        raise AssertionError(unit)

    def _names(self, unit: int, what: str) -> str:
        if what == "largest group":
            return self.groups[self._largest(unit, range(len(self.groups)))]
        assert what == "present groups"
        return "; ".join(self.groups[place] for place in self._meeting(unit, "present"))

    def _largest(self, unit: int, among: Sequence[int]) -> int:
        return max(among, key=lambda place: self.table[unit][place])  # of equals, max takes the first

    def _beside(self, unit: int, group: int) -> int:
        """People of the largest minority beside a group, those in no group being one candidate."""
        row = self.table[unit]
        return max([self.everyone[unit] - sum(row), *(row[place] for place in self.outside if place != group)])

    def _meets(self, unit: int, section: str, group: int) -> bool:
        return all(self._holds(unit, text, section, group) for text in self.rules[section]["when"])

    def _meeting(self, unit: int, section: str) -> list[int]:
        return [place for place in range(len(self.groups)) if self._meets(unit, section, place)]

    def _holds(self, unit: int, text: str, place: str, group: int | None = None) -> bool:
        words, sign, amount, of = parsed(text.format(**self.parameters))
        left = self._quantity(unit, words, group)
        right = amount * self._quantity(unit, of, group) if of else amount
        if left == right:
            self.touched.add((place, text))
            return "=" in sign
        return (left > right) == (">" in sign)

    def _quantity(self, unit: int, words: str, group: int | None) -> Fraction | int:
        row, everyone, chosen = self.table[unit], self.everyone[unit], self.chosen[unit]
        minorities = everyone - sum(row) + sum(row[place] for place in self.outside)
        city = self.members[self.cities[unit]]
        quantities = {
            "everyone": lambda: everyone,
            "reference": lambda: everyone - minorities,
            "minorities": lambda: minorities,
            "largest minority": lambda: row[chosen],
            "second minority": lambda: self._beside(unit, chosen),
            "other minorities": lambda: minorities - row[chosen],
            "largest other minority": lambda: self._beside(unit, group),
            "largest group": lambda: max(row),
            "second group": lambda: sorted(row)[-2],
            "scaled entropy": lambda: entropy(row, self.base),
            "group": lambda: row[group],
            "category": lambda: row[group],
            "present groups": lambda: len(self._meeting(unit, "present")),
            "characteristics": lambda: len(self._meeting(unit, "characteristic")),
            "city members": lambda: sum(self.table[other][chosen] for other in city),
            "concentrated members": lambda: sum(
                self.table[other][chosen] for other in city if self._meets(other, "concentrated", chosen)
            ),
            "location quotient": lambda: self._quotient(unit, group, city),
        }
        return quantities[words]()

    def _quotient(self, unit: int, group: int, city: Sequence[int]) -> Fraction:
        """Location quotient; 0 where the group has nobody, in the unit or the city."""
        share = Fraction(self.table[unit][group], self.everyone[unit])
        total = sum(self.everyone[other] for other in city)
        return share * total / sum(self.table[other][group] for other in city) if share else share
