"""What a page about schools says first."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from placemix.report.items import Points, Section
from placemix.report.sections.school_by_school import contrasts_in_words, twins_in_words
from placemix.report.sections.school_standing import beside_in_words


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
    return Section("In short", [Points(tuple(texts))])
