"""Who else computes measures of evenness, and where the numbers part."""

from __future__ import annotations

from placemix.registry.elsewhere.versions import ELBERS, OASIS, PYSAL

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
            "divseg 0.0.5 multiplies entropies where the formula subtracts them: an even city scores 0.611; ndi "
            "0.2.1 takes the absolute difference and drops units of one group (0.515 instead of 0.535)."
        ),
    ),
    "mutual_information": (
        f"Agrees with {ELBERS}; {PYSAL} has it under the name `MultiDivergence`.",
        (
            f"For change between dates, {ELBERS} stops its fitting at a margin error of 0.001 by default, which "
            "flips the sign of the structural part in its own example; with `precision=1e-10` it agrees with a "
            "converged fit. See [Where packages disagree](../explain/packages-disagree.md)."
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
}
