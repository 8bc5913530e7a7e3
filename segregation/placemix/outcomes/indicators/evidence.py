"""An estimate of one indicator: a number with its domain, tenet and kind beside what every estimate carries."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from placemix.estimating import Estimate, cite


@dataclass(frozen=True, eq=False, slots=True)
class Evidence(Estimate):
    """One number of one indicator.

    Attributes
    ----------
    indicator
        Id of the row of the framework, such as ``work-indicator-1``.
    domain, wording
        Name of its domain, and its words.
    tenet, kind
        Parts of integration it is about; ``"outcome"``, ``"perception"`` or ``"input"``.
    says
        What the number is, in words.
    references
        Keys of its sources.
    """

    indicator: str = ""
    domain: str = ""
    wording: str = ""
    tenet: str = ""
    kind: str = ""
    says: str = ""
    references: tuple[str, ...] = ()

    def explain(self) -> str:
        """Say the number in one plain sentence."""
        lead = f"{self.domain}, {self.wording!r}: {self.says}"
        whom = f", {self.focal} beside {self.comparator}" if self.focal else ""
        if math.isnan(self.value):
            return f"{lead}{whom}, is undefined: {str(self.reason).replace('_', ' ')}."
        ends = self.uncertainty
        between = "" if math.isnan(ends.lower) else f" ({ends.kind} range {ends.lower:.3g} to {ends.upper:.3g})"
        note = f" {self.note}" if self.note else ""
        return f"{lead}{whom}: {self.value:.3g}{between}.{note}"

    def cite(self, style: str = "text") -> str:
        """Return the references of the number and of this version, as ``"text"`` or ``"bibtex"``."""
        return cite(self.references, version=self.version, style=style, method=self.method)


def evidence_of(estimate: Estimate, **about: Any) -> Evidence:  # noqa: ANN401
    """Make an estimate evidence of an indicator."""
    same = {field.name: getattr(estimate, field.name) for field in fields(Estimate)}
    return Evidence(**{**same, **about})
