"""Who else computes measures of who is near whom, and where the numbers part."""

from __future__ import annotations

from placemix.registry.elsewhere.versions import OASIS, PYSAL

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
    "distortion": _DISTORTION,
    "local_distortion": _DISTORTION,
}
