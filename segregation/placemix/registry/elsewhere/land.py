"""Who else computes measures of concentration and centralisation, and where the numbers part."""

from __future__ import annotations

from placemix.registry.elsewhere.versions import OASIS, PYSAL

_EMPTY = (
    f"{OASIS} takes the land of units with people, as is the default here; {PYSAL} takes all land, as `land='all'` "
    "does: 0.3333 and 0.3361 where one of a hundred units was empty."
)
_TIES = (
    f"Units equally far are one ring here. In {PYSAL} the order of rows decides between them, and the same four units "
    f"gave 0.0 and −0.8; {OASIS} merges them in RCE, but not in ACE."
)
_CENTRE = (
    f"{PYSAL} takes the mean of the units' centroids for the centre unless told otherwise, and {OASIS} the first unit; "
    "here a centre has to be named."
)
_CUT = (
    "All count the unit in which the limit is passed as a whole, except ndi 0.2.1, which stops before it. "
    "`fractional=True` counts of it only the people wanting, which no other package does."
)

DIFFERENT: dict[str, tuple[str, ...]] = {
    "delta": (
        f"Agrees with {PYSAL} (`Delta`) and {OASIS} (`Delta`) to 1e-15 on three maps. ndi 0.2.1 has it as `hoover`.",
        _EMPTY,
    ),
    "absolute_concentration": (
        f"Agrees with {PYSAL} (`AbsoluteConcentration`) and {OASIS} (`ACO`) to 1e-14 on maps of units of unlike size.",
        (
            "Where all units are equally large there is nothing to compare: NaN here, and infinite in both where "
            "rounding makes one a last digit larger."
        ),
        _CUT,
    ),
    "relative_concentration": (
        (
            f"Agrees with {PYSAL} (`RelativeConcentration`) to 1e-15. {OASIS} (`RCO`) takes from the largest units as "
            "many people as the other group has, which is `largest='against'` here: −0.3607 and "
            '−0.2498 for small households in Grenoble. We read Massey and Denton\'s "as before" as the group itself.'
        ),
        f"{OASIS} counts all groups towards the total of a pair; here the two groups compared make it.",
        _CUT,
    ),
    "profile_r": (
        (
            f"{PYSAL} (`ConProf`) and R `seg` 0.5-7 (`conprof`) add up a grid of thresholds, 1,000 unless told "
            "otherwise, and differ from the exact area by less than one step of it; here it is in closed form."
        ),
    ),
    "relative_centralisation": (
        (
            f"Agrees with {PYSAL} (`RelativeCentralization`) where no units are equally far, with {OASIS} (`RCE`) "
            "everywhere, to 1e-13; with several centres with its `RCEPoly`. OasisR's `ACEDuncan` is RCE of a group and "
            "everyone else."
        ),
        _TIES,
        _CENTRE,
        f'{PYSAL} with `metric="haversine"` takes degrees for radians; here degrees are refused.',
        (
            f"{OASIS} has forms constrained to the K units nearest to a centre (`RCEPolyK`, `ACEDuncanPolyK`), which "
            "are `nearest=` here. It counts distances instead of units, beginning after the centres: on a grid of a "
            "hundred squares its K = 10 takes 61. Among those units the values agree to 1e-13."
        ),
    ),
    "absolute_centralisation": (
        (
            f"Agrees with {PYSAL} (`AbsoluteCentralization`) and {OASIS} (`ACE`, which is not its `ACEDuncan`) to "
            "1e-13 where no units are equally far. divseg 0.0.5 sorts people outward, but not the areas."
        ),
        _TIES,
        _EMPTY,
        _CENTRE,
    ),
    "proportion_central": ("No package that we know has it: it is a share that a map and a table give.",),
    "local_relative_centralisation": (
        (
            f"{PYSAL} has it as `LocalRelativeCentralization`, always of five neighbours. It writes the unit itself "
            "into the list of neighbours that it was given, so that a second call with the same weights gives other "
            "numbers. Neighbours equally far as the last all count here."
        ),
    ),
}
