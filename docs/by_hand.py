"""Every measure worked out on four units with ordinary arithmetic, apart from placemix's kernels.

Toyville has four units of 100 people; 80, 20, 0 and 20 of them are of the group.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

UNITS = ("A", "B", "C", "D")
GROUP = (80, 20, 0, 20)
REST = (20, 80, 100, 80)
PEOPLE = (100, 100, 100, 100)

X, Y, T = sum(GROUP), sum(REST), sum(PEOPLE)
P = X / T
E = -P * log(P) - (1 - P) * log(1 - P)
I = 2 * P * (1 - P)  # noqa: E741 (Simpson's letter)
SHARES = tuple(x / t for x, t in zip(GROUP, PEOPLE, strict=True))


@dataclass(frozen=True)
class Working:
    """One measure by hand.

    Attributes
    ----------
    term
        What is computed for each unit, as text.
    terms
        It, for each unit.
    step
        How the value follows, as text with the numbers in place.
    value
        The result; for local measures, one for each unit.
    """

    term: str
    terms: tuple[float, ...]
    step: str
    value: float | tuple[float, ...]


def _mix(p: float) -> float:
    """Entropy of a unit with a share p."""
    return -sum(share * log(share) for share in (p, 1 - p) if share)


def _divergence(p: float) -> float:
    """Divergence of a unit's mix from the overall one."""
    return sum(share * log(share / whole) for share, whole in ((p, P), (1 - p, 1 - P)) if share)


def workings() -> dict[str, Working]:
    """Return the working of every measure, by its name."""
    apart = tuple(abs(x / X - y / Y) for x, y in zip(GROUP, REST, strict=True))
    mixes = tuple(_mix(p) for p in SHARES)
    own = tuple(x / X * p for x, p in zip(GROUP, SHARES, strict=True))
    other = tuple(x / X * (1 - p) for x, p in zip(GROUP, SHARES, strict=True))
    squares = tuple(t / T * (p - P) ** 2 for t, p in zip(PEOPLE, SHARES, strict=True))
    both = tuple(sqrt(p * (1 - p)) * t / T for p, t in zip(SHARES, PEOPLE, strict=True))
    roots = tuple(sqrt(x / X * y / Y) for x, y in zip(GROUP, REST, strict=True))
    exchanged = tuple(abs(x / X - t / T) for x, t in zip(GROUP, PEOPLE, strict=True))
    moved = tuple(2 * abs(x - t * P) for x, t in zip(GROUP, PEOPLE, strict=True))
    gaps = tuple(sum(t / T * abs(p - q) for q, t in zip(SHARES, PEOPLE, strict=True)) for p in SHARES)
    differ = tuple(2 * p * (1 - p) for p in SHARES)
    lqs = tuple(p / P for p in SHARES)
    local = tuple(_divergence(p) for p in SHARES)
    isolation, squared = sum(own), sum(squares)
    variation = f"{squared:.4f} ÷ ({P} × {1 - P})"
    whole = "the whole town's mix is 30 : 70, so "
    return {
        "dissimilarity": Working("|x/X − y/Y|", apart, f"half the sum, {sum(apart):.4f} ÷ 2", sum(apart) / 2),
        "information_theory": Working(
            "entropy Eᵢ of the unit", mixes, f"1 − {sum(mixes) / 4:.4f} ÷ {E:.4f}", 1 - sum(mixes) / 4 / E
        ),
        "mutual_information": Working(
            "entropy Eᵢ of the unit", mixes, f"E less their mean, {E:.4f} − {sum(mixes) / 4:.4f}", E - sum(mixes) / 4
        ),
        "gini": Working(
            "mean difference from the units' shares",
            gaps,
            f"their mean, {sum(gaps) / 4:.4f}, ÷ (2 × {P} × {1 - P})",
            sum(gaps) / 4 / (2 * P * (1 - P)),
        ),
        "relative_diversity": Working(
            "chance that two people of the unit differ",
            differ,
            f"1 − {sum(differ) / 4:.4f} ÷ {I:.4f}",
            1 - sum(differ) / 4 / I,
        ),
        "squared_variation": Working(
            "t/T · (p − P)²", squares, f"{variation}, for two groups", squared / (P * (1 - P))
        ),
        "normalised_exposure": Working(
            "t/T · (p − P)²", squares, f"{variation}, for two groups", squared / P + squared / (1 - P)
        ),
        "atkinson": Working(
            "t/T · √(p(1 − p))",
            both,
            f"with b = 0.5: 1 − ({P} ÷ {1 - P}) × ({sum(both):.4f} ÷ {P})²",
            1 - P / (1 - P) * (sum(both) / P) ** 2,
        ),
        "hutchens": Working("√(x/X · y/Y)", roots, f"1 − {sum(roots):.4f}", 1 - sum(roots)),
        "gorard": Working("|x/X − t/T|", exchanged, f"half the sum, {sum(exchanged):.4f} ÷ 2", sum(exchanged) / 2),
        "karmel_maclachlan": Working(
            "|x − tP| + |y − t(1 − P)|", moved, f"{sum(moved):.0f} ÷ (2 × {T})", sum(moved) / 2 / T
        ),
        "isolation": Working("x/X · x/t", own, "their sum", isolation),
        "exposure": Working("x/X · y/t", other, "their sum", sum(other)),
        "correlation_ratio": Working(
            "x/X · x/t", own, f"({isolation:.1f} − {P}) ÷ (1 − {P})", (isolation - P) / (1 - P)
        ),
        "concentration_profile": Working(
            "members where p ≥ 0.5",
            tuple(x * float(p >= 0.5) for x, p in zip(GROUP, SHARES, strict=True)),
            f"80 of {X} members",
            80 / X,
        ),
        "location_quotient": Working("p/P", lqs, "one value a unit", lqs),
        "local_information": Working("Σ π ln(π/Π)", local, "one value a unit; their mean is M", local),
        "local_divergence": Working("Σ π ln(π/Π)", local, "one value a unit", local),
        "simpson": Working("", (), f"{whole}1 − (0.3² + 0.7²)", 1 - P**2 - (1 - P) ** 2),
        "effective_groups": Working("", (), f"{whole}exp({E:.4f})", exp(E)),
        "shannon": Working("", (), f"{whole}−(0.3 ln 0.3 + 0.7 ln 0.7)", E),
        "scaled_entropy": Working("", (), f"{whole}{E:.4f} ÷ ln 2", E / log(2)),
        "local_entropy": Working(
            "entropy of the unit ÷ ln 2",
            tuple(mix / log(2) for mix in mixes),
            "one value a unit, as `placemix.local` gives it",
            tuple(mix / log(2) for mix in mixes),
        ),
    }
