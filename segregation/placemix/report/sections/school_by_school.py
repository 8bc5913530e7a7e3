"""Which schools contrast with those nearest to them, which would make good twins, and what lies between kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placemix.report import rounding, school_maps
from placemix.report.items import Figure, Item, Section, Table
from placemix.report.sections.lookups import capital, rival
from placemix.report.tabling import table

#: Rows that are shown.
_CONTRASTS, _TWINS = 10, 20


def school_contrasts(
    found: pd.DataFrame,
    places: Any = None,  # noqa: ANN401
    *,
    names: Mapping[str, str] | None = None,
    outlines: Any = None,  # noqa: ANN401
    nearest: int = 10,
    source: str = "",
) -> Section:
    """Show which schools differ from those nearest to them, and whether by being more mixed or less.

    Parameters
    ----------
    found
        What `placemix.schools.contrast` gave.
    places
        GeoDataFrame of the schools' points by id, projected. Default: no map.
    names
        Names of the schools by id.
    outlines
        GeoDataFrame of areas under the map, with a column `name`.
    nearest
        With how many schools each was compared.
    source
        Line under the map.
    """
    frame = pd.DataFrame(found)
    focal = str(frame["focal"].iloc[0])
    known = frame[frame["contrast"].notna()]
    rule = (
        "A contrast is not segregation. By the rule of a report of 2017 (SchoolDash, The Challenge and iCoCo) a school "
        f"contrasts if its share of the group differs from that of the {nearest} nearest schools together by more than "
        "15 points, or if its share of the group or of everyone else is less than half or more than twice theirs. A "
        "small group makes contrasts easy: half of 4 % is 2 %. A school is more mixed than its neighbours if two of "
        "its pupils are more often of different groups than two of theirs, whichever groups: a school with 72 % of one "
        "group among schools with 90 % of another is."
    )
    items: list[Item] = [rule, _counts(known)]
    if places is not None:
        items.append(_map(known, places, outlines, focal, nearest, source))
    items.append(_most(known, names or {}, focal))
    left = frame[frame["contrast"].isna()]
    if len(left):
        items.append(
            f"Schools without a value, because nobody is on the roll or too few schools are of the phase: "
            f"{rounding.count(len(left))}."
        )
    return Section("Schools beside the schools nearest to them", items)


def contrasts_in_words(found: pd.DataFrame, *, nearest: int = 10) -> list[str]:
    """Say for each phase how many schools contrast, how many by being more mixed, and how many chance would give."""
    texts = []
    frame = pd.DataFrame(found)
    focal = str(frame["focal"].iloc[0])
    known = frame[frame["contrast"].notna()]
    for name, part in known.groupby(known["phase"].fillna("").astype(str), sort=False):
        apart = part[part["contrast"] != "similar"]
        mixed = int((apart["direction"] == "more diverse").sum())
        # Where rolls are not whole, how many chance gives is not known; a sum of the others would be too few.
        chance = part["by_chance"].sum(skipna=False)
        beside = "" if pd.isna(chance) else f"; chance alone would give about {rounding.about(max(chance, 1.0))}"
        beside = "; chance alone would give fewer than one" if pd.notna(chance) and chance < 1 else beside
        texts.append(
            f"{capital(f'{name} schools'.strip())}: {rounding.count(len(apart))} of {rounding.count(len(part))} "
            f"({rounding.share(len(apart) / len(part))}) contrast with the {nearest} nearest in their share of {focal} "
            f"pupils{beside}. {rounding.count(mixed) if mixed else 'None'} of them contrast by being more mixed than "
            "their neighbours."
        )
    return texts


def _counts(known: pd.DataFrame) -> Table:
    rows: list[list[str]] = []
    for name, part in known.groupby(known["phase"].fillna("all").astype(str), sort=False):
        for word, text in (("low", "lower share"), ("similar", "similar"), ("high", "higher share")):
            one = part[part["contrast"] == word]
            mixed = [int((one["direction"] == way).sum()) for way in ("more diverse", "less diverse")]
            rows.append(
                [f"{name}: {text}", rounding.count(len(one)), rounding.share(len(one) / len(part)),
                 *map(rounding.count, mixed)]
            )  # fmt: skip
    columns = ["Share beside the nearest schools", "Schools", "Of all", "More mixed", "Less mixed"]
    return table(
        "Schools by their contrast with the nearest",
        {name: [row[at] for row in rows] for at, name in enumerate(columns)},
    )


def _most(known: pd.DataFrame, names: Mapping[str, str], focal: str) -> Table:
    most = known.sort_values("difference", key=abs, ascending=False, kind="stable").head(_CONTRASTS)
    return table(
        f"The {len(most)} schools that differ most from those nearest to them",
        {
            "School": [names.get(str(unit), str(unit)) for unit in most["unit"]],
            "Phase": ["" if pd.isna(name) else str(name) for name in most["phase"]],
            f"{focal}": [rounding.share(value) for value in most["share"]],
            "Nearest schools": [rounding.share(value) for value in most["share_near"]],
            "Difference, points": [rounding.points(value) for value in most["difference"]],
            "Than its neighbours": [str(way).replace("diverse", "mixed") for way in most["direction"]],
            "Pupils": [rounding.count(value) for value in most["pupils"]],
            "Farthest of them, km": [f"{value / 1000:.1f}" for value in most["furthest"]],
        },
        text=["Phase", "Than its neighbours"],
    )


def _map(
    known: pd.DataFrame,
    places: Any,  # noqa: ANN401
    outlines: Any,  # noqa: ANN401
    focal: str,
    nearest: int,
    source: str,
) -> Figure:
    keyed = known.set_index(known["unit"].astype(str))
    inside = keyed[keyed.index.isin(places.index)]
    phases = list(dict.fromkeys(inside["phase"].dropna().astype(str)))
    words = {"low": "lower share", "high": "higher share", "similar": "similar"}
    counted = inside["contrast"].value_counts()
    legend = [
        (hue, f"{words[name]}: {rounding.count(int(counted.get(name, 0)))}")
        for name, hue in school_maps.CONTRASTS.items()
    ]
    drawn = school_maps.points(
        places, inside["contrast"].astype(object).map(dict(school_maps.CONTRASTS)), legend, outlines=outlines,
        kinds=inside["phase"] if len(phases) > 1 else None,
    )  # fmt: skip
    shapes = rounding.joined(
        [f"{name} schools {shape}" for name, shape in zip(phases, school_maps.SHAPES, strict=False)]
    )
    caption = (
        f"Schools whose share of {focal} pupils contrasts with that of the {nearest} nearest of their phase. "
        f"The legend counts schools{f'; {shapes}' if len(phases) > 1 else ''}. {source}"
    ).strip()
    return Figure(
        image=drawn.image,
        kind="image/png",
        alt=f"Map of schools as points in three colours. {caption}",
        caption=caption,
        legend=drawn.legend,
        table=table(
            "Schools on the map",
            {
                "Share beside the nearest schools": [words[name] for name in school_maps.CONTRASTS],
                "Schools": [rounding.count(int(counted.get(name, 0))) for name in school_maps.CONTRASTS],
            },
        ),
        wide=True,
    )


def school_twins(
    found: pd.DataFrame,
    places: Any = None,  # noqa: ANN401
    *,
    names: Mapping[str, str] | None = None,
    outlines: Any = None,  # noqa: ANN401
    within: str = "",
    source: str = "",
) -> Section:
    """Show the pairs of schools whose twinning would raise exposure most.

    Parameters
    ----------
    found
        What `placemix.schools.twin` gave.
    places, names, outlines, source
        As in `school_contrasts`.
    within
        The largest distance, in words.
    """
    frame = pd.DataFrame(found)
    if frame.empty:
        return Section("Schools that could be twinned", ["No two schools of one phase lie within that distance."])
    row = frame.iloc[0]
    top = frame.head(_TWINS)
    focal, against = str(row["focal"]), rival(str(row["against"]))
    told = (
        f"Twins are taken to spend {rounding.share(row['contact'])} of their time together, in which pupils of both "
        "schools mix evenly. A federation on paper shares next to none: it is the time together that counts, not the "
        f"name. Of all schools each is in one pair at most, no farther apart than {within or 'allowed'}, and the pairs "
        "are those whose gains sum to the most. This is the arithmetic of who would meet whom, not a forecast."
    )
    items: list[Item] = [told]
    ends = list(zip(top["first"].astype(str), top["second"].astype(str), strict=True))
    if places is not None and all(name in places.index for pair in ends for name in pair):
        shares = pd.concat([top.set_index("first")["share_first"], top.set_index("second")["share_second"]])
        shares.index = shares.index.astype(str)
        drawn = school_maps.pairs(places, ends, shares, outlines=outlines, label=focal)
        caption = (
            f"The {len(top)} pairs that would raise exposure of {focal} pupils to {against} most; numbers are those of "
            f"the table. {source}"
        ).strip()
        items.append(
            Figure(
                image=drawn.image,
                kind="image/png",
                alt=f"Map of schools with lines between twins. {caption}",
                caption=caption,
                legend=drawn.legend,
                table=table(
                    "Shares on the map",
                    {
                        "Pair": [str(number) for number in range(1, len(top) + 1)],
                        f"{focal}, first": [rounding.share(value) for value in top["share_first"]],
                        f"{focal}, second": [rounding.share(value) for value in top["share_second"]],
                    },
                ),
                wide=True,
            )
        )
    items.append(_twins(top, names or {}, focal, against))
    return Section("Schools that could be twinned", items)


def twins_in_words(found: pd.DataFrame, *, within: str = "") -> list[str]:
    """Say what the whole scheme would do to exposure."""
    row = found.iloc[0]
    focal, against = str(row["focal"]), rival(str(row["against"]))
    near = f" within {within}" if within else ""
    text = (
        f"If all {rounding.count(len(found))} best pairs{near} spent {rounding.share(row['contact'])} of their time "
        f"together, the average {focal} pupil's schoolmates would be {rounding.share(row['exposure_then'])} {against} "
        f"instead of {rounding.share(row['exposure_now'])}."
    )
    return [text]


def _twins(top: pd.DataFrame, names: Mapping[str, str], focal: str, against: str) -> Table:
    return table(
        f"The {len(top)} twinnings that would raise exposure most",
        {
            "Pair": [
                f"{number}. {names.get(str(one), str(one))} and {names.get(str(other), str(other))}"
                for number, (one, other) in enumerate(zip(top["first"], top["second"], strict=True), 1)
            ],
            "Phase": ["" if pd.isna(name) else str(name) for name in top["phase"]],
            "km apart": [f"{value / 1000:.1f}" for value in top["distance"]],
            f"{focal}, first": [rounding.share(value) for value in top["share_first"]],
            f"{focal}, second": [rounding.share(value) for value in top["share_second"]],
            f"Meets {against}, now": [rounding.share(value) for value in top["exposure_apart"]],
            "Twinned": [rounding.share(value) for value in top["exposure_twinned"]],
        },
        text=["Phase"],
        note=(
            f"Meets {against}: their share among the schoolmates of the average {focal} pupil of both schools, now and "
            "if twinned. Distances are in a straight line."
        ),
    )


def kinds_of_school(found: pd.DataFrame, *, phase: str, place: str = "the whole table") -> Section:
    """Show how much of separation lies between kinds of school.

    Parameters
    ----------
    found
        What `placemix.schools.between` gave.
    phase
        Column of the phase.
    place
        Name of the whole.
    """
    frame = pd.DataFrame(found)
    name = "H" if str(frame["measure"].iloc[0]) == "information_theory" else "M"
    rows = frame[frame["reason"].isna()]
    label = [f"{row[phase]}: {row['designation']}" if phase in frame else str(row["designation"])
             for _, row in rows.iterrows()]  # fmt: skip
    return Section(
        "Between kinds of school",
        [
            (
                f"{name} falls into what lies between kinds of school and what lies between the schools of each kind. "
                f"Kinds dealt to the same schools at random hold some of it too, and stand beside it. In {place} as "
                "elsewhere kinds of school differ in where they stand: this is no effect of a kind of school."
            ),
            table(
                f"Share of {name} of schools that lies between their kinds",
                {
                    "Kinds": label,
                    name: [rounding.index(value) for value in rows["value"]],
                    "between kinds": [rounding.index(value) for value in rows["between"]],
                    "Share between": [rounding.share(value) for value in rows["share"]],
                    "Between, kinds at random": [rounding.index(value) for value in rows["expected"]],
                    "p": [rounding.share(value) for value in rows["p_value"]],
                    "Number of kinds": [rounding.count(value) for value in rows["kinds"]],
                    "Schools": [rounding.count(value) for value in rows["schools"]],
                },
                note="p: share of draws in which kinds dealt at random held as much or more.",
            ),
        ],
    )
