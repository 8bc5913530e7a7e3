"""Estimate: a number that carries what it compares, of whom, by which method, and how sure it is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from placemix._typing import UncertaintyKind
from placemix._version import __version__
from placemix.errors import IncompleteEstimate
from placemix.lengths import written
from placemix.registry import CITATIONS, Asked, Measure, asked

#: First word of a result's `interval_method`, and the kind of uncertainty it stands for.
KINDS: dict[str, UncertaintyKind] = {
    "none": "none",
    "sampling": "sampling",
    "moe": "sampling",
    "bounds": "disclosure",
    "null": "chance model",
    "resampled": "chance model",
    "assumption": "assumption",
    "zoning": "zoning",
}

#: Why a value is undefined, in words.
REASONS: dict[str, str] = {
    "no_people": "nobody is in any of its units",
    "none_in_groups": "none of its people are in one of the groups",
    "no_people_before": "nobody was there at the earlier date",
    "no_people_after": "nobody was there at the later date",
    "none_in_groups_before": "none of its people at the earlier date are in one of the groups",
    "none_in_groups_after": "none of its people at the later date are in one of the groups",
    "not_at_earlier_date": "it is not in the earlier table",
    "not_at_later_date": "it is not in the later table",
    "too_few_schools": "there are too few schools of its phase to compare with",
    "one_unit": "it has only one unit with people, and a spread needs two",
    "group_absent": "one of the groups compared has no members there",
    "one_group": "fewer than two groups are present",
    "one_kind": "all schools are of one kind",
    "one_person": "there is one person at most",
    "not_whole": "the counts are fractions and this form needs whole people",
    "no_neighbours": "there are no neighbours with people to compare with",
    "unbounded": "members of the group are in units that have none of the other, so that the value has no bound",
    "too_large": "the value is larger than any number that can be held",
    "undefined": "the formula divides by zero",
    "nobody_accompanied": "every member is alone in their unit",
    "out_of_reach": "a centre is taken to reach fewer than two units with people, or none of one group",
    "too_few_thresholds": "bands are empty there, and too few thresholds with people on both sides are left to fit",
    "no_condition": "no unit with people has a value of the condition",
    "one_table_only": "only one of the two tables has it",
    "units_differ": "the two dates do not have the same units",
    "ipf_not_converged": "the margins of the other date cannot be met",
}


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How sure a number is, by what kind of doubt.

    Attributes
    ----------
    kind
        ``"none"`` (with its reason), ``"sampling"``, ``"disclosure"``, ``"chance model"``,
        ``"assumption"`` or ``"zoning"`` (other borders of the areas).
    method
        How the interval was made, or why there is none.
    lower, upper, level
        The interval and its level; NaN where there is none.
    """

    kind: UncertaintyKind
    method: str
    lower: float = math.nan
    upper: float = math.nan
    level: float = math.nan

    @classmethod
    def read(cls, text: str, lower: float, upper: float, level: float) -> Uncertainty:
        """Read a result's `interval_method`, such as ``none:complete_count``."""
        kind, _, method = text.partition(":")
        return cls(KINDS[kind], method, lower, upper, level)


@dataclass(frozen=True, eq=False, slots=True)
class Estimate:
    """One measured number.

    Attributes
    ----------
    value
        The number; NaN with a `reason` where undefined.
    measure
        Name and parameters, such as ``atkinson(b=0.5)``.
    focal, against
        Group of interest and what it is compared with; None in multigroup forms.
    comparator
        What the value is compared with, or ``none`` and why.
    numerator, denominator
        See the measure's `of` in the catalogue.
    place
        Labels of the stratum or unit.
    people, units, groups
        People and units in the arithmetic, and groups present.
    residual
        People in none of the groups.
    units_dropped
        Units left out because nobody is in them.
    unit
        Unit of measure.
    uncertainty
        Kind and interval.
    expected
        Value that chance alone would give, where it was asked for.
    reason, note, around
        Why the value is undefined; what else to know; who is around each unit.
    edge_share
        Share of the surroundings outside the stratum or the study area, as people's mean; NaN
        where there are none or nobody knows.
    method, version, source
        Frozen id of the definition, version of placemix, start of the counts' hash.
    """

    value: float
    measure: str
    denominator: float
    comparator: str
    unit: str
    method: str
    uncertainty: Uncertainty
    numerator: float = math.nan
    focal: str | None = None
    against: str | None = None
    place: Mapping[str, str] = field(default_factory=dict)
    people: float = math.nan
    units: int = 0
    groups: int = 0
    residual: float = 0.0
    units_dropped: int = 0
    expected: float = math.nan
    reason: str | None = None
    note: str | None = None
    around: str = "own unit"
    edge_share: float = math.nan
    version: str = __version__
    source: str = ""

    def __post_init__(self) -> None:
        if self.denominator is None or (math.isnan(self.denominator) and not math.isnan(self.value)):
            message = f"A value of {self.measure} needs a denominator."
            raise IncompleteEstimate(message, remedy="Say what the value is a share, rate or mean of.")
        if not self.comparator:
            message = f"A value of {self.measure} needs a comparator."
            raise IncompleteEstimate(message, remedy="Name it, or write 'none: ' and why there is none.")
        if math.isnan(self.value) and not self.reason:
            message = f"An undefined value of {self.measure} needs a reason."
            raise IncompleteEstimate(message, remedy=f"Give one of {', '.join(REASONS)}.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Estimate) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __float__(self) -> float:
        return float(self.value)

    @property
    def asked(self) -> Asked:
        """The catalogue's row and the parameters used."""
        return asked(self.measure)

    def explain(self) -> str:
        """Say the value in one plain sentence.

        Examples
        --------
        >>> import pandas as pd, placemix as pm
        >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
        >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
        >>> print(pm.estimate(homes, "dissimilarity", focal="asian", against="white").explain())
        In the whole table, 59.5 % of the asian group would have to move to be spread as the white group is.
        """
        row = self.asked.row
        lead = _at_scale(self.place, self.around)
        labels = list(self.place.values())
        place = ", ".join(labels[:-1] if lead else labels) or "the whole table"
        if math.isnan(self.value):
            why = REASONS.get(self.reason or "", self.reason)
            text = f"{row.label} is undefined for {place}: {why}."
            return f"{lead}, {_lower(text)}" if lead else text
        template = row.template(one_group=self.focal is not None, near=self.around != "own unit")
        share = self.asked.values.get("share", "")
        text = template.format(
            percent=f"{self.value:.1%}".replace("%", " %"),
            value=f"{self.value:.3g}",
            focal=f"the {self.focal} group",
            against="everyone else" if self.against == "rest" else f"the {self.against} group",
            place=place,
            threshold=f"{100 * float(self.asked.values.get('threshold', 0)):g} %",
            op={">": "above", ">=": "at least"}.get(str(self.asked.values.get("op", "")), ""),
            share=_share_text(str(share), self.focal),
        )
        text = text[0].upper() + text[1:] if text.startswith("the whole table") else text
        if "degree" in self.asked.values and strays(self.value):
            text = off_the_scale(row, place, self.value)
        text = f"{lead}, {_lower(text)}" if lead else text
        text = f"{text.removesuffix('.')}{_around_text(self.around, self.edge_share)}."
        if not math.isnan(self.uncertainty.lower):
            low, high = self.uncertainty.lower, self.uncertainty.upper
            # A basic interval takes the bias off that the value itself still has.
            beside = "" if low <= self.value <= high else "; corrected for what chance adds to the value"
            text = f"{text.removesuffix('.')} ({self.uncertainty.kind} range {low:.3g} to {high:.3g}{beside})."
        if self.uncertainty.method == "estimated_counts":
            text = f"{text.removesuffix('.')} (from estimates, not a count)."
        return text

    def cite(self, style: str = "text") -> str:
        """Return the references of the measure and of this version, as ``"text"`` or ``"bibtex"``."""
        return cite(self.asked.row.cites, version=self.version, style=style, method=self.method)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; NaN becomes None beside its reason."""
        out = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in {"uncertainty", "place"}}
        doubt = self.uncertainty
        out["place"] = dict(self.place)
        out["uncertainty"] = {
            "kind": doubt.kind,
            "method": doubt.method,
            "lower": doubt.lower,
            "upper": doubt.upper,
            "level": doubt.level,
        }
        return _without_nan(out)

    def to_json(self) -> str:
        """Return JSON text that `from_dict` reads back as an equal estimate."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Estimate:
        """Read what `to_dict` gave."""
        numbers = ("value", "numerator", "denominator", "people", "residual", "expected", "edge_share")
        given: dict[str, Any] = {
            name: math.nan if name in numbers and value is None else value for name, value in data.items()
        }
        doubt: dict[str, Any] = {
            name: math.nan if name in {"lower", "upper", "level"} and value is None else value
            for name, value in data["uncertainty"].items()
        }
        return cls(**{**given, "uncertainty": Uncertainty(**doubt)})

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Estimate:
        """Build an estimate from one row of a result, whose columns before `measure` name the place."""
        columns = list(row.keys())
        place = {name: str(row[name]) for name in columns[: columns.index("measure")]}
        spec = asked(str(row["measure"])).row
        focal, against = _text(row["focal"]), _text(row["against"])
        return cls(
            value=float(row["value"]),
            measure=str(row["measure"]),
            numerator=float(row["numerator"]),
            denominator=float(row["denominator"]),
            comparator=_comparator(spec.call, focal, against),
            unit=spec.unit,
            focal=focal,
            against=against,
            place=place,
            people=float(row["people"]),
            units=int(row["units"]),
            groups=int(row["groups"]),
            residual=float(row["residual"]),
            units_dropped=int(row["units_dropped"]),
            expected=float(row["expected"]),
            reason=_text(row["reason"]),
            note=_text(row["note"]),
            around=str(row["around"]),
            edge_share=float(row.get("edge_share", math.nan)),
            method=str(row["method"]),
            version=str(row["version"]),
            source=str(row["source"]),
            uncertainty=Uncertainty.read(
                str(row["interval_method"]), float(row["lower"]), float(row["upper"]), float(row["level"])
            ),
        )


def cite(keys: tuple[str, ...], *, version: str = __version__, style: str = "text", method: str = "") -> str:
    """Return references by key, and the one of placemix.

    Examples
    --------
    >>> print(cite(("duncan_1955",), version="0.1.0").splitlines()[-1])
    The placemix developers (2026). placemix: how separate and how unequal places are. Version 0.1.0.
    """
    if style == "bibtex":
        own = (
            "@software{placemix,\n  author = {{The placemix developers}},\n  year = {2026},\n"
            "  title = {placemix: how separate and how unequal places are},\n"
            f"  version = {{{version}}}" + (f",\n  note = {{method {method}}}" if method else "") + "\n}"
        )
        return "\n\n".join([*(CITATIONS[key].bibtex() for key in keys), own])
    own = f"The placemix developers (2026). placemix: how separate and how unequal places are. Version {version}."
    return "\n".join([*(CITATIONS[key].text() for key in keys), own])


def _comparator(call: str, focal: str | None, against: str | None) -> str:
    if call == "mix":
        return "none: a diversity describes one mix"
    if call == "unit" and focal is not None:
        return "the group's share in the stratum"
    if focal is None:
        return "none: all groups are compared with each other"
    return against or "rest"


def _share_text(share: str, focal: str | None) -> str:
    if share == "own":
        return f"the {focal} group"
    if share == "largest":
        return "the largest group"
    name = share.removeprefix("not ")
    return f"everyone but the {name} group" if name != share else f"the {share} group"


def grouped(around: str) -> str:
    """Write the lengths in the words of surroundings with commas.

    Examples
    --------
    >>> grouped("biweight kernel, bandwidth 2000 m")
    'biweight kernel, bandwidth 2,000 m'
    """
    return re.sub(r"(?<![\d.])\d{4,}(?=(\.\d+)? m\b)", lambda found: f"{int(found[0]):,}", around)


def _around_text(around: str, edge_share: float) -> str:
    """Say whom a value takes into account beside the unit itself, and how much of that nobody counted."""
    if around == "own unit":
        return ""
    made, *more = grouped(around).split("; ")
    if made == "own unit":
        return f" ({'; '.join(more)})"
    if made.startswith(("outward from", "own unit and")):
        way = f", {made}" if made.startswith("outward") else f", among its {made}"
        return f"{way} ({'; '.join(more)})" if more else way
    if made.startswith("given ("):
        return f", measured over the people around each unit {made}"
    text = f", measured {made} of each unit" if made.startswith("within ") else f", measured around each unit: {made}"
    if edge_share > 0:
        more.append(f"{edge_share:.1%} of it lies beyond the border".replace("%", " %"))
    return f"{text} ({'; '.join(more)})" if more else text


def _at_scale(place: Mapping[str, str], around: str) -> str:
    """Words for the scale that stands last among the labels of a place, or nothing where none does."""
    name, label = list(place.items())[-1] if place else ("", "")
    if name == "scale":
        return "Over units" if label == "units" else f"Over areas ({label})"
    sized = re.search(r"(?:bandwidth|within) ([\d.,]+) (\w+)", around)
    if name not in {"radius", "nearest"} or not re.fullmatch(r"[\d.]+(e[+-]?\d+)?", label):
        return ""
    if float(label) == 0:
        return "Over units"
    if name == "nearest":
        return f"Among the {float(label):,.10g} people nearest to each unit"
    size = written(float(label), sized[2] if sized else "m")
    # Kernels that do not end by themselves reach farther than their bandwidth.
    return f"At a bandwidth of {size}" if "cut" in around.partition(";")[0] else f"Within {size} of each unit"


def strays(value: float) -> bool:
    """Whether a rank-order index lies below 0 or above 1, where only the fitted curve can take it."""
    return not -1e-12 <= value <= 1 + 1e-12


def off_the_scale(row: Measure, place: str, value: float) -> str:
    """Say of such an index that it is no degree of separation."""
    return (
        f"In {place}, the {row.label[0].lower()}{row.label[1:]} is {value:.3g}, outside the range from 0 to 1: the "
        "curve fitted through the thresholds strays between or beyond them, and this says nothing of how separate "
        "people are; lower the degree, or take more bands."
    )


#: First words of sentences that keep their small letter after other words.
_OPENINGS = ("In ", "The ")


def _lower(text: str) -> str:
    """Begin a sentence with a small letter, where its first word is no name."""
    return text[:1].lower() + text[1:] if text.startswith(_OPENINGS) else text


def _text(value: Any) -> str | None:  # noqa: ANN401
    # Missing text is NaN or <NA> in a frame, and neither equals itself in a usable way.
    return value if isinstance(value, str) else None


def _without_nan(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _without_nan(item) for name, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
