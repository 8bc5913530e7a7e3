"""What a page about schools says first."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from placemix.report.items import Heading, Item, Points, Section
from placemix.report.sections.school_by_school import contrasts_in_words, twins_in_words
from placemix.report.sections.school_standing import beside_in_words

_READ = (
    "D, dissimilarity, says how unalike schools are in their mix: the share of either group that would have to change "
    "school for every school to have the same. 0 is alike, 1 entirely apart; it is a yardstick and not a proposal."
)


def schools_in_short(
    ratios: pd.DataFrame | None,
    contrast: pd.DataFrame,
    twins: pd.DataFrame,
    *,
    phase: str,
    by: str,
    place: str = "the whole table",
    nearest: int = 10,
    within: str = "",
    lost: Sequence[str] = (),
    apart: Sequence[str] = (),
    facts: Sequence[str] = (),
) -> Section:
    """Say in a few sentences what the page found.

    Parameters
    ----------
    ratios
        As in `schools_beside_homes`, or None.
    contrast, nearest
        As in `school_contrasts`.
    twins, within
        As in `school_twins`.
    phase, by, place
        As in `schools_beside_homes`.
    lost
        Ids of schools without a place on the map.
    apart
        Strata of `by` with schools, but without residents.
    facts
        Sentences that say who was counted, when and by whom.
    """
    texts: list[str] = []
    if ratios is not None:
        texts += beside_in_words(ratios, phase=phase, by=by, place=place)
    texts += contrasts_in_words(contrast, nearest=nearest)
    if len(twins):
        texts += twins_in_words(twins, within=within)
    if lost:
        texts.append(
            f"Without a place on the map, and so left out of every comparison with what is near: {', '.join(lost)}."
        )
    if apart:
        texts.append(
            f"Without residents in the table, and so without a comparison of their own (their schools count in the "
            f"whole): {', '.join(apart)}."
        )
    items: list[Item] = [_READ, Points(tuple(texts))]
    if facts:
        items += [Heading("Who was counted"), Points(tuple(facts))]
    return Section("In short", items)
