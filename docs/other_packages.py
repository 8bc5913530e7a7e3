"""Who else computes each measure, and where the numbers part: other packages by version.

All comparisons were run on the versions named; "agrees" means to 4e-15 relative where the
package prints that many digits. OasisR prints four decimals.
"""

from __future__ import annotations

PYSAL = "PySAL `segregation` 2.6.0"
OASIS = "OasisR 3.1.1"
ELBERS = "R `segregation` 1.1.0.9000"

_SPATIAL = (
    f"With surroundings, {PYSAL} measures the smoothed counts themselves and rounds them to whole people; placemix "
    "follows Reardon and O'Sullivan (2004), as R `seg` 0.5-7 does: residents keep their own weight and only the mix "
    "around them is smoothed. On one file with one kernel: "
)
_ABSENT = (
    f"Where a group is absent, {PYSAL} gives 0; placemix gives NaN with the reason `group_absent`, because nobody "
    "was isolated or mixed."
)
_EMPTY = "Units without people are left out of the arithmetic everywhere; placemix also counts them in the result."

#: Sentences on the measure's page, by measure.
DIFFERENT: dict[str, tuple[str, ...]] = {
    "dissimilarity": (
        f"Agrees with {PYSAL}, {OASIS}, {ELBERS} and, for two groups, MLID 1.0.2.9000.",
        _SPATIAL + "D 0.31004 against 0.26677.",
        _EMPTY,
    ),
    "information_theory": (
        f"Agrees with {PYSAL} (`Entropy`, `MultiInfoTheory`), {OASIS} and {ELBERS}.",
        _SPATIAL + "H 0.109864 against 0.087560.",
        f"{_ABSENT} In the multigroup form {PYSAL} gives NaN; {ELBERS} and placemix leave the absent group out.",
        (
            "divseg 0.0.5 multiplies entropies where the formula subtracts them: an even city scores 0.611; "
            "ndi 0.2.1 takes the absolute difference and drops units of one group (0.515 instead of 0.535)."
        ),
    ),
    "mutual_information": (
        f"Agrees with {ELBERS}; {PYSAL} has it under the name `MultiDivergence`.",
        (
            f"For change between dates, {ELBERS} stops its fitting at a margin error of 0.001 by default, which flips "
            "the sign of the structural part in its own example; with `precision=1e-10` it agrees with a converged "
            "fit. See [Where packages disagree](../explain/packages-disagree.md)."
        ),
    ),
    "gini": (
        f"Agrees with {PYSAL} and {OASIS}, in n log n steps and without an n × n array.",
        "divseg 0.0.5 takes counts for shares and divides by T² twice.",
    ),
    "relative_diversity": (f"Agrees with {PYSAL} and {OASIS}.", _SPATIAL + "R 0.12482 against 0.09748."),
    "squared_variation": (f"Agrees with {PYSAL} and {OASIS}.",),
    "normalised_exposure": (f"Agrees with {PYSAL} and {OASIS}.",),
    "atkinson": (f"Agrees with {PYSAL} and {OASIS} for b from 0.1 to 0.9.",),
    "hutchens": (f"{PYSAL} has it as `HutchensSqrt`; Stata has `hutchens`, by its help with a decomposition.",),
    "gorard": (f"{OASIS} has it as `Gorard`.",),
    "karmel_maclachlan": ("No other package that we looked at has it.",),
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
            "The denominator is everyone in the unit. Where a package is given the two groups alone as the total, its "
            "number is that of `counts.select([a, b])` here."
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
    "location_quotient": (
        (
            f"{PYSAL} (`MultiLocationQuotient`) and {OASIS} (`LQ`) give it; placemix adds Byar's limits and the "
            "number of people, because a quotient of a small unit says little."
        ),
    ),
    "local_information": (f"{ELBERS} has it as `mutual_local`.",),
    "local_divergence": ("The same number as local segregation, under the name of Roberto's divergence index.",),
    "simpson": (
        (
            f"{PYSAL} and {OASIS} have the large-sample form; `finite=True` gives the chance for two different people, "
            "which matters for classes and boards."
        ),
    ),
    "effective_groups": ("divseg 0.0.5 returns 1 for its default order.",),
    "shannon": (f"{PYSAL} and {OASIS} agree.",),
    "scaled_entropy": (
        (
            f"The base is the number of groups listed, as in {PYSAL}. {OASIS} (`HLoc`) divides by the logarithm of the "
            "groups present in the unit, so that a 50 : 50 unit of two groups out of five scores 1.0 instead of 0.431."
        ),
    ),
    "local_entropy": (
        (
            f"The base is the number of groups listed, as in {PYSAL}. {OASIS} (`HLoc`) divides by the logarithm of the "
            "groups present in the unit."
        ),
    ),
}
