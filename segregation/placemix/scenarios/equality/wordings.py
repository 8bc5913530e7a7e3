"""What is printed of the annex: ranges in words, rounded outward, and what they are not."""

from __future__ import annotations

import math

#: What the annex is not, in every row.
NOT = (
    "These ranges say what was seen in places that grew by as much. They are not advice on whom homes should be let, "
    "sold or allocated to, which by group would be unlawful, and no substitute for an equality impact assessment."
)
#: Why several profiles make no range.
SPREAD = (
    "The spread of several profiles is no range: from the lowest to the highest of them it held the truth in 25 % of "
    "1,101 areas of England and Wales that grew by more than 30 % from 2011 to 2021."
)
#: What simulation noise is.
CHANCE = "group_noise_sd is chance alone if the profile were right: it is no range, and far narrower than one."
#: Why the groups of new residents are not those of the table.
HEADS = (
    "The table counts households by the group of their reference person, and mean sizes of households by group were "
    "not given: all are taken to be of one size and of one group."
)
WEIGHTED = "Households by the group of their reference person, times mean sizes by group ({source})."


def rules(least: float) -> str:
    """Say how numbers are hidden and rounded."""
    return (
        f"A group of which fewer than {least:g} people live in the unit, or are expected in the new homes there by a "
        f"profile, has no central estimate by it, and where fewer than {least:g} live there no present share; so that "
        f"its number cannot be had from the total, the next smallest group has none either. An end of a range below "
        f"{least:g} people is not printed. Printed ranges are rounded outward, to whole per cent and tens of people; "
        "other shares to whole per cent. These are expectations and nobody's data: whoever has the profile can work "
        "them out."
    )


def few(least: float) -> str:
    """Symbol of a number that is not printed."""
    return f"<{least:g}"


def _share(value: float, *, up: bool | None = None) -> str:
    """A share in whole per cent, up, down or to the nearest."""
    # A share of 7 % in binary may be a last digit more, which is no other per cent.
    near = round(value * 100, 9)
    whole = round(near) if up is None else math.ceil(near) if up else math.floor(near)
    return "under 1" if whole == 0 else str(whole)


def _tens(people: float, *, up: bool) -> str:
    near = round(people / 10, 9)
    return f"{10 * (math.ceil(near) if up else math.floor(near)):,}"


def range_text(
    unit: str, group: str, *, share: tuple[float, float], people: tuple[float, float], now: float,
    coverage: float, least: float,
) -> str:  # fmt: skip
    """Say the range of one group in one unit; ends that are hidden are missing.

    Examples
    --------
    >>> range_text("E1", "blue", share=(0.081, 0.2102), people=(162.0, 420.4), now=0.12, coverage=0.88, least=10)
    'E1, blue: 8 to 22 % of residents after (160 to 430 people), now 12 %; such ranges held in 88 % of places.'
    """
    low, high = share
    if math.isnan(high):
        said = f"fewer than {least:g} residents after"
    elif math.isnan(low):
        most = _share(high, up=True)
        said = f"fewer than {least:g} people to {most} % of residents after (up to {_tens(people[1], up=True)} people)"
    else:
        ends = f"{_tens(people[0], up=False)} to {_tens(people[1], up=True)} people"
        said = f"{_share(low, up=False)} to {_share(high, up=True)} % of residents after ({ends})"
    present = "present share not printed" if math.isnan(now) else f"now {_share(now)} %"
    held = "how often such ranges hold is not known"
    if not math.isnan(coverage):
        held = f"such ranges held in {_share(coverage)} % of places"
    return f"{unit}, {group}: {said}, {present}; {held}."


def central_text(
    said: str, profile: str, *, central: float, share: tuple[float, float], symbol: str, inside: bool, least: float
) -> str:  # fmt: skip
    """Say what a profile makes of it, never without the range.

    Examples
    --------
    >>> more = {"share": (0.081, 0.21), "symbol": "", "least": 10}
    >>> central_text("E1, blue: 8 to 21 %.", "district", central=0.131, inside=True, **more)
    "E1, blue: 8 to 21 %. Central estimate by the profile 'district': 13 %."
    >>> central_text("E1, blue: 8 to 21 %.", "district", central=0.212, inside=False, **more)[65:]
    '21.2 %, above the range, which ends at 21.0 %: places that grew by as much seldom came to that.'
    """
    by = f"{said} Central estimate by the profile {profile!r}: "
    if symbol == few(least):
        return f"{by}not printed (fewer than {least:g} people in the unit or the new homes)."
    if symbol:
        return f"{by}not printed (it would tell a smaller one)."
    if inside:
        return f"{by}{_share(central)} %."
    # Where it lies outside, whole per cent could make it seem to lie within.
    low, high = share
    below = central < low
    end = low if below else high
    ends = "" if math.isnan(end) else f", which {'begins' if below else 'ends'} at {end * 100:.1f} %"
    way = "below" if below else "above"
    return f"{by}{central * 100:.1f} %, {way} the range{ends}: places that grew by as much seldom came to that."


def too_few(reference: str, homes: float, least: float) -> str:
    """Say why a scheme has no annex."""
    gain = "no number of homes is known" if math.isnan(homes) else f"a net gain of {homes:,.4g} homes"
    return f"{reference}: {gain}, and the equality annex needs at least {least:g}"
