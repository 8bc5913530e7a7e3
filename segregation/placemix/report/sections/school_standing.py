"""Schools beside the residents around them, and the indices of schools: by phase and by authority."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from placemix.report import charts, rounding
from placemix.report.items import Figure, Heading, Item, Section, Table
from placemix.report.sections.lookups import capital, plural, rival
from placemix.report.tabling import table

#: Heading of each index, and how it is written.
_INDICES = {
    "dissimilarity": "D",
    "gorard": "GS",
    "hutchens": "S",
    "information_theory": "H",
    "isolation": "xPx",
    "correlation_ratio": "V",
}
WHOLE = "whole"
#: A difference of D below this is called hardly any.
HARDLY = 0.005


def schools_beside_homes(ratios: pd.DataFrame, *, phase: str, by: str, place: str = "the whole table") -> Section:
    """Compare schools with the neighbourhoods around them, by phase and authority.

    Parameters
    ----------
    ratios
        What `placemix.schools.ratio_local_residents`, `ratio_local_children` or `ratio_same_children` gave for each
        phase, with a column `phase` put before it; rows of the whole of a phase have no value of `by`.
    phase, by
        Columns of the phase and the authority.
    place
        Name of the whole.
    """
    found = _labelled(ratios[ratios["measure"] == "dissimilarity"], by)
    definition = str(found["definition"].iloc[0])
    items: list[Item] = [_DEFINED.get(definition.partition(",")[0], definition)]
    for name, part in found.groupby(phase, sort=False, observed=True):
        areas = part[part["area"] != WHOLE]
        items.append(Heading(f"{capital(str(name))} schools"))
        if len(areas):
            items.append(_dots(areas, str(name), by))
        items.append(_beside(part, str(name), by, place))
    return Section("Schools and the neighbourhoods around them", items)


_DEFINED = {
    "local residents": (
        "Homes are residents of all ages, each area put to the nearest school (in a row of one authority, of its own), "
        "so that there are about as many groups of homes as schools. Such a group has many more residents than a "
        "school has pupils, and chance alone separates schools more: columns without chance take that off. Where "
        "families of one group have more children of school age, its share among pupils is larger than among "
        "residents. Pupils who cross a border count where their school is."
    ),
    "local children": "Homes are children of that age, in whatever school they are.",
    "same children": "Homes are where the same pupils live.",
}


def beside_in_words(ratios: pd.DataFrame, *, phase: str, by: str, place: str) -> list[str]:
    """Say for each phase in how many authorities schools are more separate than their neighbourhoods."""
    found = _labelled(ratios[ratios["measure"] == "dissimilarity"], by)
    texts = []
    for name, part in found.groupby(phase, sort=False, observed=True):
        whole, areas = part[part["area"] == WHOLE], part[part["area"] != WHOLE]
        text = f"{capital(str(name))} schools"
        if len(whole) and whole[["school", "home"]].isna().any(axis=None):
            row = whole.iloc[0]
            text += (
                f" of {place}: D has no value across "
                f"{'schools' if pd.isna(row['school']) else 'the homes around them'}, since there are too few of them "
                "or one group alone"
            )
        elif len(whole):
            row = whole.iloc[0]
            text += (
                f" of {place}: D of {row['focal']} pupils compared with {rival(str(row['against']))} is "
                f"{rounding.index(row['school'])} across schools and {rounding.index(row['home'])} across the homes "
                "around them"
            )
        if len(areas):
            kinds = plural(by)
            # An area with one school has no D, and is neither higher nor lower.
            areas = areas[areas["school"].notna() & areas["home"].notna()]
        if len(areas):
            above = areas[areas["school"] > areas["home"]]
            beyond = areas[areas["corrected_difference"] >= HARDLY]
            below = areas[areas["corrected_difference"] <= -HARDLY]
            text += (
                f". It is higher in schools in {_counted(above, areas, kinds)}. With what chance gives taken off both "
                f"sides it is higher by {HARDLY:g} or more in {_counted(beyond, areas, kinds)}"
            )
            if len(below):
                text += f", and lower in {rounding.joined([str(name) for name in below['area']])}"
        texts.append(f"{text}.")
    return texts


def _counted(part: pd.DataFrame, of: pd.DataFrame, kinds: str) -> str:
    names = [str(name) for name in part["area"]]
    if len(names) == len(of):
        return f"all {len(of)} {kinds}"
    if not names:
        return f"none of {len(of)} {kinds}"
    lacking = [str(name) for name in of["area"] if str(name) not in names]
    if len(lacking) <= 3:
        return f"{len(names)} of {len(of)} {kinds} (not in {rounding.joined(lacking)})"
    return f"{len(names)} of {len(of)} {kinds}" + (f" ({rounding.joined(names)})" if len(names) <= 6 else "")


def _dots(areas: pd.DataFrame, name: str, by: str) -> Figure:
    ordered = areas.sort_values("school", ascending=False, kind="stable")
    rows = [str(area) for area in ordered["area"]]
    focal, against = ordered["focal"].iloc[0], rival(str(ordered["against"].iloc[0]))
    series = {"homes around them": ordered["home"].tolist(), f"{name} schools": ordered["school"].tolist()}
    image = charts.dots(rows, series, label=f"D of {focal} compared with {against}", arrows=True)
    caption = (
        f"D of {focal} compared with {against}, across homes (hollow) and across {name} schools (filled), in each "
        f"{by}.{charts.drawn(len(rows))}"
    )
    return Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Dot plot with one line for each {by}. {caption}",
        caption=caption,
        table=table(
            f"Numbers of the figure: {name} schools",
            {capital(by): rows} | {key: [rounding.index(value) for value in column] for key, column in series.items()},
        ),
    )


def _beside(part: pd.DataFrame, name: str, by: str, place: str) -> Table:
    areas = [place if area == WHOLE else str(area) for area in part["area"]]
    last = [row for row, area in enumerate(part["area"]) if area == WHOLE]
    return table(
        f"D across {name} schools and across the homes around them",
        {
            capital(by): areas,
            "Schools": [rounding.index(value) for value in part["school"]],
            "Homes": [rounding.index(value) for value in part["home"]],
            "Difference": [rounding.change(value) for value in part["difference"]],
            "Ratio": [f"{value:.2f}" if pd.notna(value) else rounding.ABSENT for value in part["ratio"]],
            "Schools by chance": [rounding.index(value) for value in part["expected_school"]],
            "Homes by chance": [rounding.index(value) for value in part["expected_home"]],
            "Difference without chance": [rounding.change(value) for value in part["corrected_difference"]],
            "Ratio without chance": [
                f"{value:.2f}" if pd.notna(value) else rounding.ABSENT for value in part["corrected_ratio"]
            ],
            "Number of schools": [rounding.count(value) for value in part["units_school"]],
        },
        strong=frozenset((row, column) for row in last for column in range(1, 10)),
        note=(
            "Difference and ratio: schools less homes, schools over homes. A ratio grows without limit where homes are "
            "even; the difference does not. “By chance”: D if people had been placed regardless of group, larger for "
            "small schools and small groups; “without chance” takes it off." + _by_chance(part, areas)
        ),
    )


def _by_chance(part: pd.DataFrame, areas: list[str]) -> str:
    """Name the rows of which a side is not more than chance."""
    words = {"school only": "homes", "home only": "schools", "neither": "both sides"}
    told = [f"{area} ({words[word]})" for area, word in zip(areas, part["beyond_chance"], strict=True) if word in words]
    return f" Not more than chance gives: {'; '.join(told)}." if told else " Every value is more than chance gives."


def school_indices(
    found: pd.DataFrame,
    thresholds: pd.DataFrame | None = None,
    parts: pd.DataFrame | None = None,
    *,
    phase: str,
    by: str,
    place: str = "the whole table",
    names: Mapping[str, str] | None = None,
) -> Section:
    """Show the indices of schools by phase and authority, with what chance would give.

    Parameters
    ----------
    found
        What `placemix.schools.segregation` gave.
    thresholds, parts, names
        As in `schools_of_one_group` and `schools_it_rests_on`; None leaves their tables out.
    phase, by
        Columns of the phase and the authority.
    place
        Name of the whole.
    """
    frame = _labelled(found, by)
    known = set(frame["measure"].astype(str))
    items: list[Item] = [
        _READ + (_V if "correlation_ratio" in known else "") + " Every school counts here, on the map or not."
    ]
    for name, part in frame.groupby(phase, sort=False, observed=True):
        for (focal, against), rows in part.groupby(["focal", "against"], sort=False, observed=True):
            items.append(_indices(rows, str(name), str(focal), str(against), by, place))
    if thresholds is not None:
        items.append(schools_of_one_group(thresholds, phase=phase, place=place))
    if parts is not None:
        items.append(schools_it_rests_on(parts, phase=phase, by=by, names=names))
    return Section("How separate schools are", items)


_READ = (
    "No index is the right one. D is the share of the group, or of everyone it is compared with, that would have to "
    "move for every school to have the same mix, a yardstick and not a proposal; GS the share of the group that would "
    "have to change places with others, schools staying as large (it cannot exceed the share of those others); "
    "S (Hutchens) and H fall exactly into parts; xPx is the group's share in the school of its average pupil."
)
_V = " V is the same rescaled so that 0 is the group's share of all pupils and 1 schools of its own."


def _indices(rows: pd.DataFrame, name: str, focal: str, against: str, by: str, place: str) -> Table:
    order = list(dict.fromkeys(rows["area"]))
    order = [area for area in order if area != WHOLE] + [area for area in order if area == WHOLE]
    columns: dict[str, list[str]] = {capital(by): [place if area == WHOLE else str(area) for area in order]}
    known = [measure for measure in _INDICES if (rows["measure"] == measure).any()]
    for measure in known:
        one = rows[rows["measure"] == measure].set_index("area")
        columns[_INDICES[measure]] = [rounding.index(one["value"].get(area)) for area in order]
        if measure in {"dissimilarity", "isolation"}:
            columns[f"{_INDICES[measure]} by chance"] = [rounding.index(one["expected"].get(area)) for area in order]
    one = rows[rows["measure"] == known[0]].set_index("area")
    columns["Schools"] = [rounding.count(one["units"].get(area)) for area in order]
    columns["Pupils of a school"] = [rounding.count(one["mean_roll"].get(area)) for area in order]
    last = len(order) - 1
    return table(
        f"{capital(name)} schools: {focal} compared with {rival(against)}",
        columns,
        strong=frozenset((last, column) for column in range(1, len(columns)) if order[last] == WHOLE),
        note=(
            "Complete counts, no sample. By chance: the mean over draws in which the same schools take pupils "
            "regardless of group; pupils are drawn one by one."
        ),
    )


def schools_of_one_group(found: pd.DataFrame, *, phase: str, place: str = "the whole table") -> Table:
    """Show the share of each group's pupils in schools where the group holds so much or more.

    Parameters
    ----------
    found
        What `placemix.concentration_profile` gave with ``share="own"``, by phase.
    phase
        Column of the phase.
    place
        Name of the whole.
    """
    frame = pd.DataFrame(found)
    levels = sorted(frame["threshold"].unique())
    phases = frame[phase].astype(str) if phase in frame.columns else pd.Series("all", index=frame.index)
    rows: dict[str, list[str]] = {"Pupils": []}
    rows |= {f"{100 * level:g} % or more": [] for level in levels}
    rows |= {f"Schools, {100 * level:g} %": [] for level in levels} | {"All schools": []}
    for (name, focal), part in frame.groupby([phases, "focal"], sort=False, observed=True):
        by = part.set_index("threshold")
        rows["Pupils"].append(f"{focal}, {name}")
        for level in levels:
            rows[f"{100 * level:g} % or more"].append(rounding.share(by.loc[level, "value"]))
            rows[f"Schools, {100 * level:g} %"].append(rounding.count(by.loc[level, "units_above"]))
        rows["All schools"].append(rounding.count(by["units"].iloc[0]))
    return table(
        f"Share of each group's pupils in {place} at schools where the group holds so much or more",
        rows,
        note="How groups are drawn decides much of this: merging categories makes more schools of one group.",
    )


def schools_it_rests_on(
    found: pd.DataFrame, *, phase: str, by: str, names: Mapping[str, str] | None = None, shown: int = 10
) -> Table:
    """Show the schools that make up most of the separation of their authority.

    Parameters
    ----------
    found
        What `placemix.schools.contributions` gave.
    phase, by
        Columns of the phase and the authority.
    names
        Names of the schools by id.
    shown
        How many.
    """
    frame = pd.DataFrame(found).sort_values("contribution", ascending=False, kind="stable").head(shown)
    focal = str(frame["focal"].iloc[0])
    columns = {"School": [(names or {}).get(str(unit), str(unit)) for unit in frame["unit"]]}
    for name in (phase, by):
        if name in frame.columns:
            columns[capital(name)] = [str(value) for value in frame[name]]
    return table(
        f"The {len(frame)} schools that add most to D of their authority",
        columns
        | {
            f"{focal}": [rounding.share(value) for value in frame["share_focal"]],
            "Part of D": [rounding.index(value) for value in frame["contribution"]],
            "Share of D": [rounding.share(value) for value in frame["share"]],
            "D less D without it": [rounding.change(value) for value in frame["influence"]],
        },
        text=[capital(name) for name in (phase, by) if name in frame.columns],
        note="Parts sum to D. A large school of a small authority adds much for its size alone.",
        folded=True,
    )


def _labelled(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    out = pd.DataFrame(frame)
    area = out[by].astype(object) if by in out.columns else pd.Series(None, index=out.index, dtype=object)
    out = out.assign(area=area.where(area.notna(), WHOLE))
    return out.iloc[(out["area"] == WHOLE).to_numpy().argsort(kind="stable")]
