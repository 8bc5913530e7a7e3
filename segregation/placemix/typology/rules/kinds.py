"""Schemes: rules that give each place a type, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from placemix.errors import plural
from placemix.typology.rules.conditions import CITY, Condition

#: Whom a type may be named by.
Names: TypeAlias = Literal["", "largest group", "largest minority", "present groups", "characteristics"]
#: What becomes of people in none of the groups.
ResidualPolicy: TypeAlias = Literal["minority", "leave out", "refuse"]


@dataclass(frozen=True, slots=True)
class Type:
    """One type of place.

    Attributes
    ----------
    id
        Short name.
    label
        What places of this type are, in plain words; ``{reference}``, ``{group}`` and parameters are filled in.
    original
        What the paper calls it.
    when
        Conditions that all hold.
    either
        Conditions of which one at least holds; empty where there are none.
    names
        Whom the `group` column of such a unit names.
    each
        Whether every such name makes a type of its own.
    line
        Where it stands in its file.
    """

    id: str
    label: str
    original: str = ""
    when: tuple[Condition, ...] = ()
    either: tuple[Condition, ...] = ()
    names: Names = ""
    each: bool = False
    line: int = 0

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions of the type."""
        return self.when + self.either


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold that the caller gives.

    Attributes
    ----------
    says
        What it is.
    default
        Its value where the caller gives none, or None where one must be given.
    """

    says: str
    default: Fraction | None = None


@dataclass(frozen=True, repr=False)
class Scheme:
    """Rules that give each place a type: the first type whose conditions hold.

    Attributes
    ----------
    id, version, title
        Name for code, version of these rules, and name for people.
    status
        How far the rules were checked against their source.
    cites
        Citation keys.
    reference
        Whether a reference group has to be named.
    groups
        Number of groups that the thresholds were set for, or None.
    residual
        What becomes of people in none of the groups.
    types
        In the order in which they are tested; the last one takes what is left.
    order
        Their ids in the order in which they are shown.
    concentrated, present, characteristic
        Conditions that are asked of each group of a unit.
    parameters
        Thresholds that the caller gives, by name.
    unverified
        What has not been checked against the source, a sentence each.
    remarks
        What else to know.
    file, text
        Where the rules stand, and how they are written.
    own
        Whether the file is the caller's.
    """

    id: str
    version: str
    title: str
    status: str
    types: tuple[Type, ...]
    order: tuple[str, ...]
    cites: tuple[str, ...] = ()
    reference: bool = False
    groups: int | None = None
    residual: ResidualPolicy = "minority"
    concentrated: tuple[Condition, ...] = ()
    present: tuple[Condition, ...] = ()
    characteristic: tuple[Condition, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    unverified: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    file: str = ""
    text: str = ""
    own: bool = True

    def __repr__(self) -> str:
        return f"<Scheme {self.id} {self.version}: {self.title}; {plural(len(self.types), 'type')}; {self.status}>"

    def apart_by_city(self) -> frozenset[tuple[str, str]]:
        """Pairs of types that only the totals of the city tell apart: a place may change between them as it is."""
        inside = {
            one.id: frozenset(condition.text for condition in one.conditions if condition.left not in CITY)
            for one in self.types
            if one.conditions
        }
        return frozenset(
            (a, b) for a, its in inside.items() for b, others in inside.items() if a != b and its == others
        )
