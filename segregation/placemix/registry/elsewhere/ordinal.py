"""Who else computes measures of ordered groups, and where the numbers part."""

from __future__ import annotations

from placemix.registry.elsewhere.versions import OASIS, PYSAL

_ORDINAL = (
    "The formula is Reardon's (2009), taken from other people's statements of it and not from the chapter itself; it "
    f"is held to {OASIS}"
)
_RANKS = (
    f"Agrees with {PYSAL}",
    (
        f"{OASIS} (`rankorderseg`) fits the polynomial without weights, where Reardon (2011) weighs each threshold by "
        "the square of how mixed it is. Where the polynomial passes through every threshold both agree; elsewhere "
        "they differ in the third digit."
    ),
    (
        f"Two thresholds with nobody between them count once here and twice in {PYSAL}. What that package calls the "
        "standard error is that of the fit, and no sampling error."
    ),
)


def _ranks(name: str, example: str) -> tuple[str, ...]:
    return (f"{_RANKS[0]} (`{name}`) to 1e-12. {example}", *_RANKS[1:])


DIFFERENT: dict[str, tuple[str, ...]] = {
    "ordinal_information": (
        f"{_ORDINAL} (`ordinalseg`, the first of its four numbers) to 1e-9.",
        "Natural or binary logarithms give the same ratio.",
    ),
    "ordinal_variation": (f"{_ORDINAL} (`ordinalseg`, the second number) to 1e-9.",),
    "ordinal_squareroot": (f"{_ORDINAL} (`ordinalseg`, the third number) to 1e-9.",),
    "ordinal_absolute": (
        f"{_ORDINAL} (`ordinalseg`, the fourth number) to 1e-9.",
        (
            "Like D it does not see a move between two units in which the same part is the smaller one, so that a "
            "place can score 0 without being even."
        ),
    ),
    "rank_order_information": _ranks(
        "RankOrderInfoTheory", f"Made-up schools, degree 2: 0.312393; unweighted, as {OASIS} fits, 0.312453."
    ),
    "rank_order_variation": _ranks(
        "RankOrderVarianceRatio", f"Made-up schools, degree 2: 0.334737; unweighted, as {OASIS} fits, 0.334830."
    ),
    "rank_order_squareroot": _ranks(
        "RankOrderSqrt", f"Made-up schools, degree 2: 0.277552; unweighted, as {OASIS} fits, 0.277594."
    ),
}
