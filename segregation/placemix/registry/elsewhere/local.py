"""Who else computes values of single units, and the diversity of a mix, and where the numbers part."""

from __future__ import annotations

from placemix.registry.elsewhere.versions import ELBERS, OASIS, PYSAL

DIFFERENT: dict[str, tuple[str, ...]] = {
    "location_quotient": (
        (
            f"{PYSAL} (`MultiLocationQuotient`) and {OASIS} (`LQ`) give it; placemix adds Byar's limits and the "
            "number of people, because a quotient of a small unit says little."
        ),
    ),
    "local_information": (f"{ELBERS} has it as `mutual_local`.",),
    "local_divergence": ("The same number as local segregation, under the name of Roberto's divergence index.",),
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
