"""Rules of publishers for small counts, as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter, did_you_mean


@dataclass(frozen=True, slots=True)
class Rule:
    """Which counts are hidden, and how the others are rounded.

    Attributes
    ----------
    name
        Name of the rule.
    low, high
        Least and largest count that is hidden; a `low` of 0 hides zeros too.
    rounded_to
        Counts that are printed are rounded to the nearest multiple, or None. A half is rounded up.
    symbol
        What is printed instead, of every hidden cell alike: two symbols would tell which cells are small.
    source
        Where the rule comes from.
    verified
        Whether its wording was read at the source.
    """

    name: str
    low: int
    high: int
    rounded_to: int | None = None
    symbol: str = "c"
    source: str = "as stated by the caller"
    verified: bool = True

    def __post_init__(self) -> None:
        whole = all(isinstance(end, int) and not isinstance(end, bool) for end in (self.low, self.high))
        if not whole or self.low not in {0, 1} or self.high < self.low:
            message = (
                f"A rule hides whole counts from 0 or 1 up to a larger one, not from {self.low!r} to {self.high!r}."
            )
            raise InvalidParameter(message, remedy="Write Rule('ours', 1, 4).")
        if self.rounded_to is not None and (not isinstance(self.rounded_to, int) or self.rounded_to < 2):
            raise InvalidParameter(f"Counts are rounded to a whole number of at least 2, not {self.rounded_to!r}.")
        if not str(self.symbol).strip() or str(self.symbol).strip().replace(".", "").isdigit():
            message = f"The symbol {self.symbol!r} could be read as a number or as nothing."
            raise InvalidParameter(message, remedy="Use a letter or a sign, such as 'c' or '*'.")

    def hides(self, counts: FloatArray) -> FloatArray:
        """Say which counts are hidden.

        Examples
        --------
        >>> RULES["hes2018"].hides(np.array([0.0, 1, 7, 8])).tolist()
        [False, True, True, False]
        """
        return np.asarray((counts >= self.low) & (counts <= self.high))

    def printed(self, counts: FloatArray) -> FloatArray:
        """Round counts as they are printed.

        Examples
        --------
        >>> RULES["hes2018"].printed(np.array([0.0, 8, 12, 13])).tolist()
        [0.0, 10.0, 10.0, 15.0]
        """
        if self.rounded_to is None:
            return counts
        return np.floor((counts + self.rounded_to // 2) / self.rounded_to) * self.rounded_to

    def reach(self, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Say between what counts that are printed may lie, from what is printed.

        Examples
        --------
        >>> low, high = RULES["hes2018"].reach(np.array([0.0, 8, 12, 13]))
        >>> low.tolist(), high.tolist()
        ([0.0, 8.0, 8.0, 13.0], [0.0, 12.0, 12.0, 17.0])
        """
        if self.rounded_to is None:
            return counts, counts
        printed, step = self.printed(counts), self.rounded_to
        low = np.maximum(printed - step // 2, self.high + 1)
        high = printed + (step - 1) // 2
        if self.low > 0:
            # A printed 0 is none at all where every count that would be rounded to it is hidden.
            least = 0.0 if self.printed(np.array(self.high + 1.0)) > 0 else float((step - 1) // 2)
            low, high = np.where(printed == 0, 0.0, low), np.where(printed == 0, least, high)
        return low, high


#: Rules by name.
RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("min10", 1, 9, symbol="c", source="output threshold of the ONS Longitudinal Study: no count below 10"),
        Rule(
            "hes2018", 1, 7, rounded_to=5, symbol="*",
            source="NHS Digital, Hospital Episode Statistics since September 2018: sub-national counts of 1 to 7 "
            "hidden, others rounded to the nearest 5",
        ),
        Rule(
            "dfe", 1, 5, symbol="SUPP", verified=False,
            source="UNVERIFIED: Department for Education, older performance tables, fewer than 6; others differ",
        ),
    )
}  # fmt: skip

#: Name of the rule that hides nothing, which has to be declared.
NONE = "none"


def rule_of(rule: str | Rule) -> Rule:
    """Return a rule by its name.

    Raises
    ------
    InvalidParameter
        There is none of that name.
    """
    if isinstance(rule, Rule):
        return rule
    if rule not in RULES:
        known = [*RULES, NONE]
        message = f"There is no rule {rule!r}; there are {', '.join(known)}."
        raise InvalidParameter(message, remedy=did_you_mean(rule, known) or "Write Rule('ours', 1, 4).")
    return RULES[rule]
