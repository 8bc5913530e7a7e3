"""What the letters of a formula stand for."""

from __future__ import annotations

from placemix.registry.measures import Measure

_PEOPLE = (
    "x: people of the focal group in a unit, y: those it is compared with, t: everyone; X, Y, T their sums; p = x/t, "
    "P = X/T; π and Π the shares of each of K groups in the unit and overall, I = Σ Π(1 − Π), E = −Σ Π ln Π."
)
_MIX = "π: share of each group; n: its people; N: all people; K: number of groups listed."
_BANDS = (
    "pₖ: share of people in the k lowest of the ordered groups, of all people; pᵢₖ: of those in unit i; t: people of a "
    "unit, T: all; Λ(p): the same comparison at one cut of the order."
)
_NEAR = {
    "clustering": " c: proximity of two units, or of a unit to itself; n: number of units with people.",
    "trajectory": " pᵢₖ(m): share of group k among the m people nearest to unit i; Pₖ: its share of all.",
    "contrast": (
        " c: 1 for neighbours, else 0, and c⁽ᵏ⁾ for units k steps apart; b: length of a shared border; l, a: perimeter "
        "and area of a unit."
    ),
    "concentration": (
        " Units are in order of their ground, smallest first: n₁ of them, of T₁ people, would hold the group, and so "
        "would the last from n₂ on, of T₂ people."
    ),
    "walk": (
        " The unit and the k nearest to it are in order from it: Xⱼ and Yⱼ are the shares of their members and others "
        "that live no farther than unit j."
    ),
    "centralisation": (
        " Units are in order from the centre: Xᵢ, Yᵢ and Aᵢ are the shares of the group, of the others and of the "
        "ground that lie no farther out than unit i."
    ),
}

_GROUND = " a: ground of a unit, A: of all."
_RANKS = " β: coefficients of the fitted polynomial; δₘ: mean of pᵐ over all ranks, weighed by v(p)."
_WEIGHED = (
    "z: how far the group's share in a unit is from the overall one, over the standard deviation that units of its "
    "size have, or the share itself (rates)"
)
_AROUND = " φᵢⱼ: how much the people of unit j count for unit i; a tilde: shares of those around."
#: Letters that only one formula has.
_OWN = {
    "information_theory": " Eᵢ: E of a unit.",
    "relative_diversity": " Iᵢ: I of a unit.",
    "mutual_information": " pᵢₖ: share of everyone who are in unit i and of group k; pᵢ·: in unit i, p·ₖ: of group k.",
    "atkinson": " b: the parameter.",
    "karmel_maclachlan": " nᵢₖ: people of a group in a unit.",
    "symmetric_atkinson": " nᵢₖ: people of a group in a unit, Nₖ: in all.",
    "marginal_matching": (
        " F: members of the group, M: others. Units are in order of the group's share, and cut so that as many people "
        "stand above as the group has members: F_f and M_f are the members and others above, Fₘ and Mₘ those below."
    ),
    "target_gini": " g: the group; G: its Gini against everyone else.",
    "overall_gini": " g: a group, P_g: its share of everyone.",
    "target_entropy": " g: the group; a: the parameter.",
    "overall_entropy": " g: a group, P_g: its share of everyone; a: the parameter.",
    "rank_order_information": _RANKS,
    "rank_order_variation": _RANKS,
    "rank_order_squareroot": _RANKS,
    "correlation_ratio": " ₓPₓ: isolation.",
    "concentration_profile": " s: the share that is looked at; τ: the threshold; 1[…]: 1 where that holds, else 0.",
    "profile_r": " v(s): share of the members who are in units where the group has at least the share s.",
    "proportion_central": " X_cc: members within the centre.",
    "local_isolation": _AROUND,
    "local_exposure": _AROUND,
    "getis_ord": (
        f" {_WEIGHED}; z̄ and s: its mean and standard deviation over n units; wᵢⱼ: weight of neighbour j, or of the "
        "unit itself."
    ),
    "local_moran": f" {_WEIGHED}, less the mean over n units; wᵢⱼ: weight of neighbour j.",
    "effective_groups": " q: the parameter order.",
    "renyi": " q: the parameter order; N_q: effective groups.",
    "scaled_entropy": " E: Shannon entropy.",
    "local_entropy": " πᵢₖ: share of each group in a unit.",
    "distortion": " Δₘₐₓ: the most that groups of these sizes can have.",
    "local_distortion": (
        " Δₘₐₓ: the most that groups of these sizes can have: from the smallest on, Nⱼ people in each and Sⱼ in those "
        "before; Li₂: the dilogarithm."
    ),
}


def letters(row: Measure) -> str:
    """Say what the letters of a measure's formula stand for.

    Parameters
    ----------
    row
        The measure.

    Returns
    -------
    text
        One or more sentences.

    Examples
    --------
    >>> from placemix.registry import row
    >>> letters(row("simpson"))
    'π: share of each group; n: its people; N: all people; K: number of groups listed.'
    """
    own = _OWN.get(row.name, "")
    if row.dimension == "diversity":
        return _MIX + own
    if "order" in row.needs:
        return _BANDS + own
    ground = {"concentration": "area", "centralisation": "distance"}
    if ground.get(row.dimension) in row.needs:
        sized = _GROUND if row.dimension == "concentration" else ""
        ordered = "" if row.name in {"delta", "proportion_central"} else _NEAR[row.dimension]
        return _PEOPLE + sized + ordered + own
    near: str = "clustering" if "surroundings" in row.needs else row.call
    if near == "trajectory" and "(m)" not in row.formula:
        near = "walk"
    return _PEOPLE + _NEAR.get(near, "") + own
