"""How types of places and their changes are printed."""

from __future__ import annotations

import pandas as pd

from placemix.cli.terminal import OUT, say_note, show
from placemix.counts import Counts
from placemix.report.sections.type_changes import paragraph


def defined(found: pd.DataFrame) -> None:
    """Print how many places one category defines, by dimension and threshold."""
    frame = pd.DataFrame(found)
    columns = list(frame.columns)
    names = [*columns[: columns.index("dimension")], "dimension", "threshold"]
    table = frame[[*names, "units", "units_defined", "share_people", "categories"]]
    table = table.rename(columns={"units_defined": "of them", "share_people": "people there"})
    formats = {"threshold": ".0%", "units": ",d", "of them": ",d", "people there": ".1%"}
    show(table, title="Places where one category holds the threshold or more", formats=formats)
    if (frame["dimension"] == "any").any():
        say_note("'any' counts places that a category of any dimension defines; the others meet the objective.")
    OUT.print(f"placemix {frame['version'].iloc[0]}, counts {frame['source'].iloc[0]}.", style="dim", highlight=False)


def summary(found: pd.DataFrame, counts: Counts, by: list[str]) -> None:
    """Print how many units and people are of each type, by stratum where asked."""
    frame = pd.DataFrame(found)
    kinds = frame["type"].astype(object)
    frame = frame.assign(type=kinds.fillna("–"), label=frame["label"].astype(object).fillna("no type: nobody there"))
    for name in by:
        frame[name] = counts.strata[name].astype(str).to_numpy()
    order = {name: place for place, name in enumerate(found["type"].cat.categories)}
    frame["order"] = [order.get(name, len(order)) for name in frame["type"]]
    keys = [*by, "order", "type", "label"]
    table = frame.groupby(keys, sort=True)["people"].agg(units="size", people="sum").reset_index()
    everyone = table.groupby(by)["people"].transform("sum") if by else table["people"].sum()
    table["share of people"] = table["people"] / everyone
    title = f"{counts.total.sum():,.0f} people in {len(counts):,} units by {frame['scheme'].iloc[0]}"
    formats = {"units": ",d", "people": ",.0f", "share of people": ".1%"}
    show(table.drop(columns="order"), title=title, formats=formats)
    near = found["margin"].abs() < 0.01
    if near.any():
        say_note(
            f"{int(near.sum()):,} units lie within one percentage point of an edge, and would be of another type if "
            "their shares were that little different."
        )
    _remarks(found)


def moved(moves: pd.DataFrame, dates: list[str], place: str) -> None:
    """Print the pairs of types that occur, and a paragraph."""
    frame = pd.DataFrame(moves)
    strata = list(frame.columns[: list(frame.columns).index("focal")])
    frame = frame[frame["units"] > 0]
    first, second = (f"people {date}" for date in dates)
    table = pd.DataFrame(
        {name: frame[name].astype(object) for name in strata}
        | {
            f"{date}": frame[f"type_{side}"].astype(object).fillna("–")
            for side, date in zip(("before", "after"), dates, strict=True)
        }
        | {"units": frame["units"], first: frame["people_before"], second: frame["people_after"]}
    )
    formats = {"units": ",d", first: ",.0f", second: ",.0f"}
    show(table, title=f"From type to type by {moves['scheme'].iloc[0]}", formats=formats)
    known = pd.concat(
        [frame[["type_before", "label_before"]].set_axis(["type", "label"], axis=1),
         frame[["type_after", "label_after"]].set_axis(["type", "label"], axis=1)]
    ).dropna()  # fmt: skip
    for name in _order(moves):
        labels = known.loc[known["type"].astype(str) == name, "label"]
        if len(labels):
            OUT.print(f"{name}: {labels.iloc[0]}", highlight=False, markup=False, soft_wrap=True)
    OUT.print()
    OUT.print(paragraph(moves, dates=dates, place=place), highlight=False, markup=False, soft_wrap=True)
    _remarks(moves)


def _order(moves: pd.DataFrame) -> list[str]:
    """Types of a table of transitions in the order of their scheme."""
    return [str(name) for name in moves["type_before"].cat.categories]


def _remarks(result: pd.DataFrame) -> None:
    for note in pd.unique(result["note"].dropna()):
        say_note(str(note))
    OUT.print(f"placemix {result['version'].iloc[0]}, counts {result['source'].iloc[0]}.", style="dim", highlight=False)
