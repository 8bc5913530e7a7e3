"""Places that one very strong characteristic defines, of every dimension given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from placemix.errors import InvalidParameter
from placemix.report import hues, mapping, rounding
from placemix.report.items import Figure, Item, Points, Section, Source, Table
from placemix.report.sections.lookups import capital, inner, labels, plural
from placemix.report.tabling import table
from placemix.report.type_maps import shapes_of
from placemix.typology.places.defined import ANY

#: Threshold of the map and of the tables by stratum, where it is among those given.
SHOWN = 0.7
#: A longer table of categories waits behind its caption.
_MANY = 12
_MET = "none: the objective is met"
#: A place that no category defines, on a map.
_NONE = "#eef0ee"
_WHY = (
    "An integrated place is not easily defined by one very strong characteristic, whatever it is. No share is laid "
    "down from which a category defines a place, so {} stand side by side. A broad category, or one that most people "
    "of the whole belong to, reaches them more easily than a narrow one, and of two categories one always holds 50 %: "
    "compare places and dates, and dimensions only with that in mind."
)


def strong_characteristics(
    objective: pd.DataFrame | Sequence[pd.DataFrame],
    characteristics: pd.DataFrame | Sequence[pd.DataFrame] = (),
    areas: Any = None,  # noqa: ANN401
    *,
    sources: Sequence[Source] = (),
    place: str = "the whole table",
    threshold: float = SHOWN,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    empty: Sequence[str] = (),
    source: str = "",
) -> Section:
    """Show how many places one category defines, of every dimension and at every threshold, and how many none does.

    Parameters
    ----------
    objective
        What `placemix.typology.objective` gave; several frames where dimensions have units of their own.
    characteristics
        What `placemix.typology.characteristics` gave, for the table of categories and the map.
    areas
        Shapes of the units of the first frame, as in `placemix.report.map_of_types`. Default: no map.
    sources
        What `placemix.report.describe` says of each dimension, for the names of units and people.
    place
        Name of the whole.
    threshold
        Threshold of the map and of the table by stratum.
    empty
        Ids of units where nobody is, to be hatched.
    unit, outlines, source
        See `placemix.report.map_of_types`.

    Raises
    ------
    InvalidParameter
        The frames hold no such counts.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> section = pm.report.sections.strong_characteristics(pm.typology.objective({"Group": homes}))
    >>> section.items[2].columns[:4]
    ('Dimension', '50 %: people', '70 %: people', '90 %: people')
    """
    summaries = _frames(objective, {"dimension", "threshold", "units_defined", "share_people"})
    details = _frames(characteristics, {"unit", "dimension", "category", "threshold", "location_quotient"})
    if not summaries:
        message = "There is nothing to show."
        raise InvalidParameter(message, remedy="Pass what placemix.typology.objective gave.")
    known = {one.name: one for one in sources}
    strata = _strata(summaries[0])
    whole = [one if not _strata(one) else _added(one) for one in summaries]
    levels = sorted({float(level) for one in whole for level in one["threshold"]})
    shown = min(levels, key=lambda level: abs(level - threshold))
    said = rounding.joined([_percent(level) for level in levels])
    items: list[Item] = [
        _first(whole[0], shown, known, place),
        _WHY.format(said),
        _table(whole, levels, known),
    ]
    if details:
        order = [str(name) if pd.notna(name) else "" for one in whole for name in pd.unique(one["dimension"])]
        items.append(_categories(details, levels, order))
    if strata:
        items.append(_by(summaries[0], strata, shown, known))
    if details and areas is not None:
        items.append(_map(details[0], whole[0], areas, shown, unit, outlines, empty, source))
    texts = [str(text) for one in whole if "sentence" in one for text in one["sentence"].dropna()]
    if texts:
        items.append(Points(tuple(texts), label="The same in words", folded=True))
    return Section("Places with one very strong characteristic", items)


def _frames(given: pd.DataFrame | Sequence[pd.DataFrame], needed: set[str]) -> list[pd.DataFrame]:
    frames = [pd.DataFrame(one) for one in ([given] if isinstance(given, pd.DataFrame) else given)]
    for one in frames:
        if not needed <= set(one.columns):
            message = "This frame holds no characteristics of places."
            raise InvalidParameter(
                message, remedy="Pass what placemix.typology.objective and placemix.typology.characteristics gave."
            )
    return frames


def _strata(frame: pd.DataFrame) -> list[str]:
    columns = list(frame.columns)
    return [str(name) for name in columns[: columns.index("dimension")]]


def _added(frame: pd.DataFrame) -> pd.DataFrame:
    """Add strata up."""
    keyed = frame.assign(dimension=frame["dimension"].astype(object).where(frame["dimension"].notna(), ""))
    sums = ["units", "units_defined", "people", "people_defined"]
    out = keyed.groupby(["dimension", "threshold"], sort=False, as_index=False)[sums].sum()
    return out.assign(
        share_units=out["units_defined"] / out["units"].where(out["units"] > 0),
        share_people=out["people_defined"] / out["people"].where(out["people"] > 0),
    )


def _percent(level: float) -> str:
    return f"{100 * level:g} %"


def _words(name: object, known: dict[str, Source]) -> tuple[str, str]:
    """Name the units and the people of a dimension."""
    one = known.get(str(name))
    if one is None:
        return "units", "people"
    units = one.unit_words or plural(str(one.about.get("geography", "unit")))
    return units, "people" if one.member == "member" else f"{one.member}s"


def _first(frame: pd.DataFrame, level: float, known: dict[str, Source], place: str) -> str:
    """Say at one threshold how many places no category defines."""
    names = [str(name) for name in pd.unique(frame["dimension"].dropna()) if name not in {ANY, ""}]
    several = (frame["dimension"] == ANY).any()
    rows = frame[(frame["threshold"] == level) & ((frame["dimension"] == ANY) if several else True)]
    row = rows.iloc[0]
    units, people = _words(names[0] if names else "", known)
    free = int(row["units"] - row["units_defined"])
    whose = f"no category of {rounding.joined([inner(name) for name in names])} holds" if names else "no category holds"
    return (
        f"In {place}, {whose} {_percent(level)} or more in {rounding.count(free)} of {rounding.count(row['units'])} "
        f"{units}, where {rounding.share(1 - row['share_people'])} of {people} live; one or more defines each of the "
        "others."
    )


def _table(whole: Sequence[pd.DataFrame], levels: Sequence[float], known: dict[str, Source]) -> Table:
    rows: list[list[str]] = []
    kinds: dict[str, None] = {}
    for frame in whole:
        named = frame.assign(dimension=frame["dimension"].astype(object).where(frame["dimension"].notna(), ""))
        dimensions = [str(name) for name in pd.unique(named["dimension"])]
        kinds.update(dict.fromkeys(_words(name, known)[0] for name in dimensions if name != ANY))
        for name in dimensions:
            by = named[named["dimension"] == name].set_index("threshold").loc[list(levels)]
            heading = f"any of the {len(dimensions) - 1} above" if name == ANY else name or "all groups"
            many = rounding.count(by["units"].iloc[0])
            defined = [rounding.count(number) for number in by["units_defined"]]
            rows.append([heading, *(rounding.share(share) for share in by["share_people"]), *defined, many])
            if name == ANY or (len(dimensions) == 1 and len(whole) == 1):
                free = [rounding.count(number) for number in by["units"] - by["units_defined"]]
                rows.append([_MET, *(rounding.share(1 - share) for share in by["share_people"]), *free, many])
    columns = [
        "Dimension",
        *(f"{_percent(level)}: people" for level in levels),
        *(f"{_percent(level)}: units" for level in levels),
        "All units",
    ]
    bold = [number for number, row in enumerate(rows) if row[0] == _MET]
    return table(
        "Share of people who live where one category holds so much or more, and the number of such units",
        {name: [row[place] for row in rows] for place, name in enumerate(columns)},
        strong=frozenset((number, place) for number in bold for place in range(1, len(columns) - 1)),
        note=(
            f"Units are {rounding.joined(list(kinds))} where somebody lives or learns. People are those that each "
            "dimension counts, such as residents or households; in the last rows those of the first dimension."
        ),
    )


def _categories(details: Sequence[pd.DataFrame], levels: Sequence[float], order: Sequence[str]) -> Table:
    """One row for each category that defines a place."""
    rows: list[list[str]] = []
    for frame in details:
        keyed = frame.assign(dimension=frame["dimension"].astype(object).where(frame["dimension"].notna(), ""))
        for name in [one for one in order if (keyed["dimension"] == one).any()]:
            part = keyed[keyed["dimension"] == name]
            for category in part["category"].value_counts(sort=True).index:
                one = part[part["category"] == category]
                overall = float(one["share"].iloc[0] / one["location_quotient"].iloc[0])
                same = len(one["city"].dropna().unique()) <= 1
                rows.append(
                    [
                        f"{name}: {category}" if name else str(category),
                        rounding.share(overall) if same else rounding.ABSENT,
                        *(rounding.count(int((one["threshold"] >= level).sum())) for level in levels),
                        rounding.count(float(one.loc[one["threshold"] >= levels[0], "everyone"].sum())),
                    ]
                )
    columns = [
        "Category", "Its share of the whole", *(f"{_percent(level)} or more: units" for level in levels),
        f"People in units at {_percent(levels[0])}",
    ]  # fmt: skip
    return table(
        "Which categories define places",
        {name: [row[place] for row in rows] for place, name in enumerate(columns)},
        note=f"Categories that hold {_percent(levels[0])} or more nowhere are left out.",
        folded=len(rows) > _MANY,
    )


def _by(frame: pd.DataFrame, strata: list[str], level: float, known: dict[str, Source]) -> Table:
    """One row a stratum: the share of people in places that a category of each dimension defines."""
    rows = frame[frame["threshold"] == level]
    keys = labels(rows, strata)
    names = list(pd.unique(rows["dimension"].astype(object).where(rows["dimension"].notna(), "")))
    places = list(dict.fromkeys(keys))
    columns: dict[str, list[str]] = {capital(" and ".join(strata)): places}
    for name in names:
        part = rows[rows["dimension"].astype(object).where(rows["dimension"].notna(), "") == name]
        found = part.set_axis(keys.loc[part.index].to_list(), axis=0)["share_people"]
        columns["any of these" if name == ANY else str(name) or "all groups"] = [
            rounding.share(found.loc[place]) for place in places
        ]
        if name == ANY or len(names) == 1:
            columns["none"] = [rounding.share(1 - found.loc[place]) for place in places]
    units, _ = _words(names[0], known)
    return table(
        f"Share of people in {units} where one category holds {_percent(level)} or more, by {' and '.join(strata)}",
        columns,
        folded=True,
    )


def _map(
    frame: pd.DataFrame,
    whole: pd.DataFrame,
    areas: Any,  # noqa: ANN401
    level: float,
    unit: str,
    outlines: Any,  # noqa: ANN401
    empty: Sequence[str],
    source: str,
) -> Figure:
    """Draw which categories define each unit."""
    held = frame[frame["threshold"] >= level]
    said = held.groupby(held["unit"].astype(str), sort=False)["category"].agg(
        lambda names: " and ".join(map(str, names))
    )
    line, shapes, lines = shapes_of(areas, None, unit, outlines)
    sizes = said.value_counts()
    hue = hues.of_types(list(sizes.index), sizes.to_dict())
    colour = pd.Series(_NONE, index=shapes.index, dtype=object)
    inside = said[said.index.isin(shapes.index)]
    colour.loc[inside.index] = inside.map(hue).to_numpy()
    colour[colour.index.isin([str(name) for name in empty])] = None
    row = whole[(whole["threshold"] == level)]
    row = row[row["dimension"] == ANY] if (row["dimension"] == ANY).any() else row
    free = int(row["units"].iloc[0] - row["units_defined"].iloc[0])
    own = [name for name in sizes.index if hue[name] != hues.OTHERS]
    rest = sizes[[name for name in sizes.index if hue[name] == hues.OTHERS]]
    legend = [(hue[name], f"{name}: {rounding.count(int(sizes[name]))}") for name in own]
    if len(rest):
        legend.append((hues.OTHERS, f"{len(rest)} further combinations: {rounding.count(int(rest.sum()))}"))
    legend.append((_NONE, f"none: {rounding.count(free)}"))
    drawn = mapping.categories(shapes, colour, legend, outlines=lines, dpi=130)
    caption = (
        f"Which categories hold {_percent(level)} or more of each unit; the legend counts units. In "
        f"{rounding.count(free)} units none does. {source} {line}"
    )
    return Figure(
        image=drawn.image,
        kind="image/png",
        alt=f"Map of the categories that hold {_percent(level)} or more of each unit; pale where none does.",
        caption=" ".join(caption.split()),
        legend=drawn.legend,
        table=table(
            f"Units by the categories that hold {_percent(level)} or more",
            {
                "Categories": [*(str(name) for name in sizes.index), "none"],
                "Units": [rounding.count(int(many)) for many in [*sizes, free]],
            },
        ),
        wide=True,
    )
