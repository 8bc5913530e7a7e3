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

_INVERTED = f"{PYSAL} takes 1 − exp(−d/Σd) for proximity, which rises with distance: on a grid, "
_UNIT = (
    f"{OASIS} takes exp(−d) in the unit of the map, metres or kilometres; here the decay length has a unit of its "
    f"own. {PYSAL} divides distances by their sums, so that its numbers depend on how many units there are."
)

_DISTORTION = (
    (
        f"{PYSAL} (`compute_divergence_profiles`) has the same divergence at the border of each unit passed, to 1e-15. "
        "`GlobalDistortion` and `LocalDistortion` add it up over units, however many people live there, so that "
        "cutting a unit in two changes the number; here it is an area over people."
    ),
    (
        "The coefficient of the paper sums, over all thresholds, the number of people from which on the divergence "
        "stays below; that is the area under the greatest divergence still to come, and the default here. "
        "`plain=True` takes the area under the divergence itself, as PySAL's sum does."
    ),
    (
        "The paper divides by the value of someone amid the smallest of groups that live wholly apart. PySAL searches "
        "for it among arrangements of the map's units; here it is in closed form, and no order of people exceeds it. "
        "Households of Grenoble in three sizes: 0.0098, with `plain=True` 0.0083, PySAL 0.0020."
    ),
)

#: Sentences on the measure's page, by measure.
DIFFERENT: dict[str, tuple[str, ...]] = {
    "spatial_proximity": (
        (
            f"Agrees with {OASIS} (`SP`, of all groups and of pairs) to the last digit when its own distance is "
            'chosen: `diagval="a"` is `own="white"` here (0.6√a), `diagval="0"` is `own=0`. Its `itype="one"` is '
            "another number, the group's mean proximity over that of all people."
        ),
        _INVERTED + "spatial proximity of an enclave is 1.2443 and of a checkerboard 1.3484; by the definition 1.6636 "
        "and 1.0221.",
        (
            "R `seg` 0.5-7 (`isp`) leaves units out of their own surroundings, so that a checkerboard of 90 : 10 "
            "squares scores 0.908 instead of 0.982. ndi 0.2.1 divides by the proximity between the groups where the "
            "others' own belongs, and divseg 0.0.5 leaves the groups' sizes out."
        ),
    ),
    "absolute_clustering": (
        f"Agrees with {OASIS} (`ACL`) to the last digit when its own distance is chosen; contiguity will do, too.",
        _INVERTED
        + "absolute clustering of two halves is 0.249 and of a checkerboard 0.321; by the definition 0.461 and "
        "−0.018.",
        (
            "It compares with the same number of members in every unit, so it depends on how units are drawn: many "
            "small units in a dense centre make a group that lives elsewhere look spread out."
        ),
    ),
    "relative_clustering": (
        f"Agrees with {OASIS} (`RCL`) to the last digit when its own distance is chosen.",
        (
            f"{PYSAL} multiplies x_j by itself where x_i x_j belongs, so that the map hardly matters: 2.0000 for an "
            "enclave, a checkerboard and a map between them; by the definition 1.4491, 0.0585 and 0.5960."
        ),
    ),
    "mean_proximity": (
        f"Agrees with {OASIS} (`Pxx`) to the last digit when its own distance is chosen; others lack it.",
        _UNIT,
    ),
    "mean_proximity_between": (
        f"Agrees with {OASIS} (`Pxy`) to the last digit when its own distance is chosen; others lack it.",
        _UNIT,
    ),
    "distance_decay_isolation": (
        (
            f"Isolation and the exposure to everyone else must add up to 1, as they do here. In {PYSAL} they add up "
            "to 1.0122 on one file, because each column is divided by another row's sum, on top of a proximity that "
            "rises with distance."
        ),
        (
            f"{OASIS} weighs by the people of the unit where one lives instead of those whom one may meet: 1.2631 "
            "for small households in Grenoble, of a chance, where the definition gives 0.7102. With units of equal "
            "size the two agree to the last digit. divseg 0.0.5 and ndi 0.2.1 give 0.5 for a town of two halves, "
            "0.738 by the definition."
        ),
    ),
    "distance_decay_exposure": (
        (
            f"Together with isolation it is 1 here, 1.0122 in {PYSAL} and 1.29 in {OASIS}, each on one file; the "
            "reasons stand on the page of [distance-decay isolation](distance_decay_isolation.md)."
        ),
        _UNIT,
    ),
    "morrill": (
        (
            f"Agrees with {PYSAL} (`SpatialDissim`), {OASIS} (`ISMorrill`, `DIMorrill`) and R `seg` 0.5-7 on "
            f"contiguity by borders and by points. {PYSAL} divides by the number of neighbours first unless told "
            "otherwise (`standardize=True`): 0.0891 instead of 0.0869 for small households in Grenoble; here that "
            "is a matrix whose rows sum to 1, given to `surroundings.from_matrix`."
        ),
        (
            f'Higher orders: {OASIS} has them (`ISMorrillK`), weighted by exp(1 − k) or, with `f="rec"`, by 1/k; '
            "both agree to the last digit. We found no paper that gives these weights."
        ),
        f"An empty unit is no neighbour here nor in {OASIS}; in {PYSAL} it stands for a share of 0.",
    ),
    "wong_boundary": (
        (
            f'Agrees with {OASIS} (`ISWong`, `DIWong`, `variant="w"`). {PYSAL} (`BoundarySpatialDissim`) divides '
            "each unit's borders by their sum unless told otherwise: 0.0889 instead of 0.0873 for small households "
            "in Grenoble."
        ),
    ),
    "wong_shape": (
        (
            f"Agrees with {OASIS} (`variant` s): its `ptype` all is `perimeter='full'` here, and its default, int, is "
            "`perimeter='interior'`: 0.1154 and 0.1185 for small households in Grenoble."
        ),
        f"{PYSAL} (`PARDissim`) agrees; with `standardize=False` it takes off lengths in metres and gives −21,520.",
    ),
    "surface_separation": (
        (
            f"{PYSAL} has it as `MinMax`, on the units themselves, and agrees. With surroundings it takes its smoothed "
            "and rounded counts for the surfaces, unit by unit; here surfaces are densities in the cells of a grid, "
            "however large the units."
        ),
    ),
    "local_isolation": ("segregr 0.1.0 (R) has local exposure and isolation; we did not compare numbers.",),
    "local_exposure": ("segregr 0.1.0 (R) has local exposure and isolation; we did not compare numbers.",),
    "getis_ord": (
        (
            "PySAL's `esda` (`G_Local` with `star`) agrees where every neighbour weighs 1. With other weights its "
            "statistic is the same and its z-score is not: it keeps the variance of weights of 0 and 1. R `spdep` has "
            "it as `localG` with the unit among its neighbours."
        ),
    ),
    "local_moran": (
        (
            "Computed by PySAL's `esda`, which divides by Σz²/(n − 1). Anselin's paper divides by Σz²/n: the values "
            "are n/(n − 1) times as large, their signs and p-values the same."
        ),
    ),
    "distortion": _DISTORTION,
    "local_distortion": _DISTORTION,
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
            f"{PYSAL} and {OASIS} have the large-sample form; `finite=True` gives the chance for two different "
            "people, which matters for classes and boards."
        ),
    ),
    "effective_groups": ("divseg 0.0.5 returns 1 for its default order.",),
    "shannon": (f"{PYSAL} and {OASIS} agree.",),
    "scaled_entropy": (
        (
            f"The base is the number of groups listed, as in {PYSAL}. {OASIS} (`HLoc`) divides by the logarithm of "
            "the groups present in the unit, so that a 50 : 50 unit of two groups out of five scores 1.0 instead of "
            "0.431."
        ),
    ),
    "local_entropy": (
        (
            f"The base is the number of groups listed, as in {PYSAL}. {OASIS} (`HLoc`) divides by the logarithm of "
            "the groups present in the unit."
        ),
    ),
}
