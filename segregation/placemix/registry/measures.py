"""What the catalogue says of a measure, and how a measure is named in a call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from placemix._typing import Dimension, Tier
from placemix.errors import InvalidParameter

Value = float | bool | str

#: How a kernel is called: on two groups or many; on everyone met; on one unit's mix;
#: on each unit against its stratum; on a share that is compared with a threshold. Those that need
#: surroundings: on the sums around each unit; on pairs of neighbours; on surfaces of density; on
#: walks outward over people; on each unit and its neighbours.
Call = Literal[
    "groups", "meeting", "mix", "unit", "threshold", "clustering", "contrast", "surface", "trajectory", "neighbours"
]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that a measure takes.

    Attributes
    ----------
    default
        Value used unless another is given.
    allowed
        What it may be, in words.
    or_number
        Whether the default, False, turns off what a number would say.
    """

    default: Value
    allowed: str
    or_number: bool = False

    def takes(self, value: Value) -> bool:
        """Whether a value is of the right type: a number where the default is one, or where it is off."""
        if self.or_number or (isinstance(self.default, int | float) and not isinstance(self.default, bool)):
            return value is self.default or (isinstance(value, int | float) and not isinstance(value, bool))
        return isinstance(value, type(self.default))


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the catalogue.

    Attributes
    ----------
    name
        Name used in calls and results.
    function
        Kernel in `placemix.indices`.
    label
        Name in prose.
    symbol
        Letter used in the literature.
    dimension
        Evenness, exposure, clustering, concentration, centralisation, local or diversity.
    call
        How the kernel is called.
    focal
        Whether the measure is about one group: ``"needed"``, ``"optional"`` (without one the
        multigroup form is meant) or ``"none"``.
    lowest, highest
        Range. `None` for a ceiling that depends on the data, minus infinity for such a floor.
    unit
        Unit of measure: ``"share"``, ``"nats"``, ``"ratio"``, ``"groups"``.
    question
        The question it answers, as a councillor would ask it.
    of
        What the numerator and the denominator of a result count.
    sentence
        How a value of the two-group form reads. Fields: percent, value, focal, against, place.
    sentence_many
        How a value of the multigroup form reads.
    sentence_near, sentence_near_many
        How both read with surroundings. Empty where the others are true with them.
    formula
        LaTeX.
    cites
        Keys of `placemix.registry.citations`.
    tier
        ``"recommended"`` (ten at most), ``"specialist"``, ``"replication"``, ``"experimental"``.
    parameters
        What may be given in brackets after the name.
    spatial
        Whether it takes surroundings: a spatial form is published, or there is no other.
    claims, pair_claims
        Properties that hold with any number of groups, and those that hold with two. See
        `placemix.registry.claims`.
    equals_with_two_groups
        Another measure that gives the same number where there are two groups.
    equals
        Another measure that always gives the same number.
    replaced_by
        For replication rows, what to use instead.
    needs
        What the kernel is given beside people: ``"surroundings"`` (it has no meaning without),
        ``"weight"``, ``"pairs"``, ``"own"``, ``"outline"``, ``"area"``, ``"distance"`` (of units from the centres
        that a call names), ``"order"`` (groups come from lowest to highest, as a call ranks them).
    version
        Raised when a definition changes; part of the frozen method id.
    """

    name: str
    function: Callable[..., Any]
    label: str
    symbol: str
    dimension: Dimension
    call: Call
    focal: Literal["needed", "optional", "none"]
    lowest: float
    highest: float | None
    unit: str
    question: str
    of: str
    sentence: str
    formula: str
    cites: tuple[str, ...]
    tier: Tier
    sentence_many: str = ""
    sentence_near: str = ""
    sentence_near_many: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    spatial: bool = False
    claims: frozenset[str] = frozenset()
    pair_claims: frozenset[str] = frozenset()
    equals_with_two_groups: str = ""
    equals: str = ""
    replaced_by: str = ""
    needs: tuple[str, ...] = ()
    version: int = 1

    @property
    def method(self) -> str:
        """Frozen id of the definition, such as ``dissimilarity/1``."""
        return f"{self.name}/{self.version}"

    def template(self, *, one_group: bool, near: bool) -> str:
        """Return the sentence of a form: about one group or all, with surroundings or without."""
        if one_group or not self.sentence_many:
            return (near and self.sentence_near) or self.sentence
        return (near and self.sentence_near_many) or self.sentence_many

    @property
    def needs_around(self) -> bool:
        """Whether there is no value without surroundings."""
        return self.call in {"clustering", "contrast", "neighbours"} or "surroundings" in self.needs

    @property
    def takes(self) -> tuple[str, ...]:
        """What a call must give beside people, as a reader would say it."""
        said = {"distance": "centre=", "order": "order=", "area": "areas"}
        return (*(["around="] if self.needs_around else []), *(said[need] for need in said if need in self.needs))

    @property
    def looks_at_a_map(self) -> bool:
        """Whether where units are, or how large, changes the value."""
        ground = {"area", "distance", "xy"} & set(self.needs)
        return bool(ground) or self.needs_around or self.call == "trajectory"


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure as asked for in a call: the row and the values of its parameters.

    Attributes
    ----------
    row
        The measure.
    values
        A value for each of its parameters.
    """

    row: Measure
    values: Mapping[str, Value]

    @property
    def text(self) -> str:
        """Canonical text, such as ``atkinson(b=0.5)``; options that are off are not written."""
        inside = ", ".join(f"{name}={_spelt(value)}" for name, value in self.values.items() if value is not False)
        return f"{self.row.name}({inside})" if inside else self.row.name


def _spelt(value: Value) -> str:
    return f"'{value}'" if isinstance(value, str) else repr(value)


def split_call(text: str) -> tuple[str, dict[str, Value]]:
    """Split ``name(param=value, …)`` into its name and parameters, without evaluating anything.

    Raises
    ------
    InvalidParameter
        The text is not of that form, or a value is not a plain number, text, True or False.

    Examples
    --------
    >>> split_call("atkinson(b=0.9)")
    ('atkinson', {'b': 0.9})
    """
    remedy = "Write a measure as name or name(parameter=value), for example atkinson(b=0.5)."
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        message = f"{text!r} is not the name of a measure."
        raise InvalidParameter(message, remedy=remedy) from error
    if isinstance(node, ast.Name):
        return node.id, {}
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)) or node.args:
        message = f"{text!r} is not the name of a measure."
        raise InvalidParameter(message, remedy=remedy)
    values: dict[str, Value] = {}
    for keyword in node.keywords:
        try:
            value = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError, MemoryError) as error:
            message = f"In {text!r}, {keyword.arg} has no plain value."
            raise InvalidParameter(message, remedy=remedy) from error
        if keyword.arg is None or not isinstance(value, (bool, int, float, str)):
            message = f"In {text!r}, {keyword.arg} must be a number, a text, True or False."
            raise InvalidParameter(message, remedy=remedy)
        if keyword.arg in values:
            message = f"In {text!r}, {keyword.arg} is given twice."
            raise InvalidParameter(message, remedy=remedy)
        values[keyword.arg] = value
    return node.func.id, values
