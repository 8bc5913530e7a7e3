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
    if row.dimension == "diversity":
        return _MIX
    if "order" in row.needs:
        return _BANDS
    ground = {"concentration": "area", "centralisation": "distance"}
    if ground.get(row.dimension) in row.needs:
        sized = _GROUND if row.dimension == "concentration" else ""
        ordered = "" if row.name == "delta" else _NEAR[row.dimension]
        return _PEOPLE + sized + ordered
    near: str = "clustering" if "surroundings" in row.needs else row.call
    if near == "trajectory" and "(m)" not in row.formula:
        near = "walk"
    return _PEOPLE + _NEAR.get(near, "")
