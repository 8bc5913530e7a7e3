"""Who else computes measures of exposure, and concentration by threshold, and where the numbers part."""

from __future__ import annotations

from placemix.registry.elsewhere.versions import ELBERS, OASIS, PYSAL

_ABSENT = (
    f"Where a group is absent, {PYSAL} gives 0; placemix gives NaN with the reason `group_absent`, because nobody "
    "was isolated or mixed."
)

DIFFERENT: dict[str, tuple[str, ...]] = {
    "isolation": (
        f"Agrees with {PYSAL}, {OASIS} and {ELBERS}. " + _ABSENT,
        f"With a missing count {PYSAL} warns and gives 0.0; placemix refuses the table and names the unit.",
        f"Exact forms: `exclude_self=True` here, `exact=TRUE` in {OASIS}.",
        (
            "`against` a named group keeps everyone in the denominator; packages that take a group total of the two "
            "groups alone give another number, which is `counts.select([a, b])` here."
        ),
    ),
    "exposure": (
        f"Agrees with {PYSAL} (`Interaction`) and {OASIS} (`xPy`).",
        (
            "The denominator is everyone in the unit. Where a package is given the two groups alone as the total, "
            "its number is that of `counts.select([a, b])` here."
        ),
    ),
    "correlation_ratio": (f"Agrees with {PYSAL} (`CorrelationR`) and {OASIS} (`Eta2`).",),
    "concentration_profile": (
        (
            f"{PYSAL} has the area under the profile (`ConProf`, a thousand thresholds); placemix the profile, with "
            "the share that is thresholded and the inequality in every row, and compares counts rather than rounded "
            "shares."
        ),
    ),
}
