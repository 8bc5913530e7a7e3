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
    meaning: str = "",
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
    meaning
        What the condition's number is, in a sentence.
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
    items: list[Item] = [meaning] if meaning else []
    items += [
        (
            "Two groups can live apart in places that are alike, or close together in places that differ. The "
            f"gap in {words} "
            f"between the place where the average {focal} {member} lives and the place where the average "
            f"{rival(against)} {member} "
            "lives is exactly the product of the two: how separate (D) × how different the places (contrast) = "
            "how unequal (gap). "
            "It describes places, not the people in them."
        ),
        (
            f"The contrast is how much higher {words} is, on average, in the units that hold a larger share of all "
            f"{focal} {member}s than of {_all(against, member)}, compared with the units that hold a smaller share of "
            "them. It is negative where it is lower there."
        ),
    ]
    if whole is not None:
        items.append(_sentence(whole.iloc[0], place, words, member, share=unit == "share"))
    shown = gaps.sort_values("gap", ascending=False, kind="stable")
    rows = (
        shown if whole is None else pd.concat([shown, pd.DataFrame(whole).iloc[:1].set_axis([capital(place)], axis=0)])
    )
    label = (" and ".join(names) or "place").capitalize()
    differ = rounding.points if unit == "share" else rounding.change
    scale = ", points" if unit == "share" else ""
    items.append(
        table(
            f"How separate × how different the places = how unequal: {words}, {focal} and {rival(against)}",
            {
                label: [str(name) for name in rows.index],
                "How separate (D)": [rounding.index(value) for value in rows["separation"]],
                f"× how different the places (contrast{scale})": [differ(value) for value in rows["contrast"]],
                f"= how unequal (gap{scale})": [differ(value) for value in rows["gap"]],
                f"Where the average {focal} {member} lives": [write(value) for value in rows["focal_mean"]],
                f"Where the average {rival(against)} {member} lives": [write(value) for value in rows["against_mean"]],
            },
            strong=frozenset((len(rows) - 1, column) for column in range(1, 6)) if whole is not None else frozenset(),
            note=_note(rows, words),
        )
    )
    if len(shown) > 2 and shown["gap"].notna().sum() > 2:
        items.append(_figure(shown, focal, against, words, label, share=unit == "share"))
    return Section("Separate × different = unequal", items)


def _all(against: str, member: str) -> str:
    return "everyone else" if against == "rest" else f"all {against} {member}s"


def _apart(value: float, *, share: bool) -> str:
    return f"{rounding.points(value)} points" if share else rounding.change(value)


def _sentence(row: pd.Series, place: str, words: str, member: str, *, share: bool) -> str:
    write = rounding.share if share else rounding.quantity
    focal, against = str(row["focal"]), rival(str(row["against"]))
    return (
        f"In {place}, the place where the average {focal} {member} lives has {words} of "
        f"{write(row['focal_mean'])}, and the "
        f"place where the average {against} {member} lives {write(row['against_mean'])}: "
        f"{rounding.index(row['separation'])} "
        f"(how separate) × {_apart(row['contrast'], share=share)} (how different the places) = "
        f"{_apart(row['gap'], share=share)} (how unequal)."
    )


def _note(rows: pd.DataFrame, words: str) -> str:
    text = (
        f"People are counted completely; {words} is a published score. What chance alone "
        "would give D stands in the tables of each dimension. Products and differences are computed before "
        "rounding. A negative gap means that the place where the average member of "
        "the first group lives "
        f"has the lower {words}. The gap compares places; it says nothing of why, and nothing of any person."
    )
    lost = rows["people_dropped"].sum()
    return text + (
        f" {rounding.count(lost)} people live in units without a value and are left out." if lost > 0 else ""
    )


def _figure(shown: pd.DataFrame, focal: str, against: str, words: str, label: str, *, share: bool) -> Figure:
    names = [str(name) for name in shown.index]
    image = charts.product(
        names,
        shown["separation"],
        shown["contrast"] * (100 if share else 1),
        words=("How separate (D)", f"How different the places (contrast{', points' if share else ''})", "gap"),
    )
    top, bottom = shown["gap"].idxmax(), shown["gap"].idxmin()
    caption = (
        f"Each dot is a {label.lower()}: further right, the two groups live more separately; the further above the "
        f"line at 0, the higher is {words} where the {focal} group is over-represented beside "
        f"{'the ' + against + ' group' if against != 'rest' else 'everyone else'}, and "
        "below the line it is lower there. Along each grey curve the gap is the same, as "
        f"numbered{' in points' if share else ''}. The gap is highest in "
        f"{top} ({_apart(shown.loc[top, 'gap'], share=share)}) and "
        f"{'most negative' if shown.loc[bottom, 'gap'] < 0 else 'lowest'} in {bottom} "
        f"({_apart(shown.loc[bottom, 'gap'], share=share)})."
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
                f"How different the places{', points' if share else ''}": [
                    (rounding.points if share else rounding.change)(value) for value in shown["contrast"]
                ],
                f"Gap{', points' if share else ''}": [
                    (rounding.points if share else rounding.change)(value) for value in shown["gap"]
                ],
            },
        ),
    )
