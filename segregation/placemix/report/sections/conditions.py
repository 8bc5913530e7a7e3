"""How separate x how different the places = how unequal."""

from __future__ import annotations

import pandas as pd

from placemix.report import charts, rounding
from placemix.report.items import Figure, Item, Section
from placemix.report.sections.lookups import capital, labels, rival, strata_of
from placemix.report.tabling import table


def unequal(
    gaps: pd.DataFrame,
    *,
    whole: pd.DataFrame | None = None,
    condition: str = "",
    member: str = "member",
    unit: str = "share",
    place: str = "the whole table",
) -> Section:
    """Show the gap between the places of two groups as separation times contrast.

    Parameters
    ----------
    gaps
        What `placemix.place_gap` gave, one row a stratum; of several groups the first is shown.
    whole
        The same for all units together.
    condition
        The condition in words; default: the name in the frame.
    member
        What one of the people is called: ``"resident"``, ``"pupil"``.
    unit
        ``"share"`` if the condition is a share of people, otherwise it is written as a number.
    place
        Name of the whole.
    """
    names = strata_of(gaps, "focal")
    first = gaps.iloc[0]
    focal, against = str(first["focal"]), str(first["against"])
    gaps = pd.DataFrame(gaps)[(gaps["focal"].astype(str) == focal) & (gaps["against"].astype(str) == against)]
    gaps = gaps.set_axis(labels(gaps, names).to_list(), axis=0)
    words = condition or str(first["condition"])
    write = rounding.share if unit == "share" else rounding.quantity
    items: list[Item] = [
        (
            "Two groups can live apart in places that are alike, or close together in places that differ. The "
            f"gap in {words} "
            f"between the place where the average {focal} {member} lives and the place where the average "
            f"{rival(against)} {member} "
            "lives is exactly the product of the two: how separate (D) × how different the places (contrast) = "
            "how unequal (gap). "
            "It describes places, not the people in them."
        ),
    ]
    if whole is not None:
        items.append(_sentence(whole.iloc[0], place, words, member, write))
    shown = gaps.sort_values("gap", ascending=False, kind="stable")
    rows = (
        shown if whole is None else pd.concat([shown, pd.DataFrame(whole).iloc[:1].set_axis([capital(place)], axis=0)])
    )
    label = (" and ".join(names) or "place").capitalize()
    items.append(
        table(
            f"How separate × how different the places = how unequal: {words}, {focal} and {rival(against)}",
            {
                label: [str(name) for name in rows.index],
                "How separate (D)": [rounding.index(value) for value in rows["separation"]],
                "× how different the places": [rounding.change(value) for value in rows["contrast"]],
                "= how unequal (gap)": [rounding.change(value) for value in rows["gap"]],
                f"Where the average {focal} {member} lives": [write(value) for value in rows["focal_mean"]],
                f"Where the average {rival(against)} {member} lives": [write(value) for value in rows["against_mean"]],
            },
            strong=frozenset((len(rows) - 1, column) for column in range(1, 6)) if whole is not None else frozenset(),
            note=_note(rows, words),
        )
    )
    if len(shown) > 2 and shown["gap"].notna().sum() > 2:
        items.append(_figure(shown, focal, against, words, label))
    return Section("Separate × different = unequal", items)


def _sentence(row: pd.Series, place: str, words: str, member: str, write: object) -> str:
    assert callable(write)  # noqa: S101
    focal, against = str(row["focal"]), rival(str(row["against"]))
    return (
        f"In {place}, the place where the average {focal} {member} lives has {words} of "
        f"{write(row['focal_mean'])}, and the "
        f"place where the average {against} {member} lives {write(row['against_mean'])}: "
        f"{rounding.index(row['separation'])} "
        f"(how separate) × {rounding.change(row['contrast'])} (how different the places) = "
        f"{rounding.change(row['gap'])} (how unequal)."
    )


def _note(rows: pd.DataFrame, words: str) -> str:
    text = (
        "A complete count, so there is no sampling interval; what chance alone would give D stands in the "
        "tables of each dimension, and the condition "
        "itself may be modelled by its publisher. The product "
        "holds exactly before rounding. A negative gap means that the place where the average member of "
        "the first group lives "
        f"has the lower {words}. The gap compares places; it says nothing of why, and nothing of any person."
    )
    lost = rows["people_dropped"].sum()
    return text + (
        f" {rounding.count(lost)} people live in units without a value and are left out." if lost > 0 else ""
    )


def _figure(shown: pd.DataFrame, focal: str, against: str, words: str, label: str) -> Figure:
    names = [str(name) for name in shown.index]
    image = charts.product(
        names,
        shown["separation"],
        shown["contrast"],
        words=("How separate (D)", "How different the places (contrast)", "gap"),
    )
    top, bottom = shown["gap"].idxmax(), shown["gap"].idxmin()
    caption = (
        f"Each dot is a {label.lower()}: further right, {focal} and {rival(against)} are more separate; "
        "further up, the places where "
        f"they are over-represented differ more in {words}. Along each grey curve the gap is the same, as "
        "numbered. The gap is largest in "
        f"{top} ({rounding.change(shown.loc[top, 'gap'])}) and smallest in {bottom} "
        f"({rounding.change(shown.loc[bottom, 'gap'])})."
    )
    return Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Scatter plot of separation against contrast. {caption}",
        caption=caption,
        table=table(
            f"Numbers of the figure: gap in {words}",
            {
                label: names,
                "How separate (D)": [rounding.index(value) for value in shown["separation"]],
                "How different the places": [rounding.change(value) for value in shown["contrast"]],
                "Gap": [rounding.change(value) for value in shown["gap"]],
            },
        ),
    )
