"""Labels of census columns: a path of parts, of which only the last ones count people once.

A published table prints totals, sub-totals and their parts side by side. The *leaf rule* keeps the
columns that no other column is a part of, so that nobody counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from placemix.readers.headers import normalise

#: How a column that counts everyone is called.
_EVERYONE = re.compile(r"(total|all categories|all usual residents|all households|all people|all persons)\b")
#: Sub-totals whose parts stand beside them and not below them: KS209EW counts those who have a religion.
_FLAT = frozenset({"has religion"})
_MEASURE = re.compile(r";\s*measures:\s*value\s*$", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Label:
    """One column's place in a classification.

    Attributes
    ----------
    column
        The file's own name.
    variable
        What is classified: ``"Ethnic group"``.
    path
        Categories from broad to fine: ``("White", "Irish")``.
    """

    column: str
    variable: str
    path: tuple[str, ...]

    @property
    def everyone(self) -> bool:
        """Whether it counts everyone."""
        return bool(self.path) and bool(_EVERYONE.match(normalise(self.path[0])))

    @property
    def flat(self) -> bool:
        """Whether it is a sub-total of labels that its own path does not tell."""
        return bool(self.path) and normalise(self.path[-1]) in _FLAT

    @property
    def text(self) -> str:
        """The category, as published, without what it is a category of."""
        return ": ".join(self.path)


def parted(column: str) -> Label:
    r"""Take a column's name apart.

    Examples
    --------
    >>> parted("Ethnic group: White:\n Irish; measures: Value").path
    ('White', 'Irish')
    """
    text = _SPACE.sub(" ", _MEASURE.sub("", column)).strip().strip("\ufeff")
    variable, *path = (part.strip() for part in text.split(": "))
    # 'White: Total' is the broad category itself.
    if len(path) > 1 and normalise(path[-1]) == "total":
        path = path[:-1]
    return Label(column, variable, tuple(path))


def leaves(labels: Sequence[Label]) -> list[Label]:
    """Keep the labels that no other is a part of; everyone is no leaf.

    Examples
    --------
    >>> names = ["G: Total: All", "G: White", "G: White: Irish", "G: White: Other", "G: Arab"]
    >>> [label.text for label in leaves([parted(name) for name in names])]
    ['White: Irish', 'White: Other', 'Arab']
    """
    parents = {label.path[:end] for label in labels for end in range(1, len(label.path))}
    return [label for label in labels if label.path not in parents and not (label.everyone or label.flat)]


def broad(labels: Sequence[Label]) -> list[Label]:
    """Keep the labels of the first level."""
    return [label for label in labels if len(label.path) == 1 and not (label.everyone or label.flat)]
