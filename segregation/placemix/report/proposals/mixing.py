"""The mix of the neighbourhood beside its district, before and after, and how sure that is."""

from __future__ import annotations

import pandas as pd

from placemix.errors import plural
from placemix.report import rounding
from placemix.report.items import Heading, Item, Points, Section, Table
from placemix.report.proposals.drawings import mix_dots
from placemix.report.proposals.wording import moved, noun, plain, scale
from placemix.report.tabling import table
from placemix.scenarios import Checked
from placemix.scenarios.checking.arriving import OF_PLAN

HEADING = "The mix of the neighbourhood"
TENURE = "Tenure"
#: Places of a plan that are told one by one, and rows of its tables.
FEW, ROWS = 3, 5
#: A distance from the district that differs by less is the same: half of the last digit that is printed.
_SAME = 5e-4


def mixing(checked: Checked) -> Section:
    """Set tenure and every other dimension at the unit and around it beside the district, before and after.

    Parameters
    ----------
    checked
        What was checked.
    """
    if "mix" not in checked.tables:
        return Section(HEADING, [f"Not given: {checked.absent['mix']}"])
    mix = checked["mix"]
    items: list[Item] = []
    quiet: list[str] = []
    for name, rows in mix.groupby("dimension", sort=False):
        case = "high" if (rows["case"] == "high").any() else "stated"
        here = rows[rows["case"] == case]
        alone = len(here["unit"].unique()) == 1
        if name != TENURE:
            items.append(Heading(str(name)))
        turned = _turned(here, checked)
        if not turned:
            quiet.append(str(name).lower())
        if told := [*_largest(here, str(name), checked), *turned] if alone else turned:
            items.append(Points(tuple(told)))
        sure = _ranges(checked, str(name), case)
        if alone and name == TENURE:
            items.append(mix_dots(here, title="Shares of homes by tenure", district=checked.district))
        items.append(_of_place(here, str(name), checked, sure) if alone else _of_places(here, str(name), checked, sure))
        items += _unsure(sure)
        if not alone and len(sure["unit"].unique()) > ROWS and sure["lower"].notna().any():
            items.append(_every_range(sure, str(name), checked))
    if quiet:
        # What a place is defined by is said of every dimension, once.
        items.append(
            f"No place becomes or ceases to be defined by one category ({checked.threshold:.0%} or more) of "
            f"{rounding.joined(quiet)}."
        )
    return Section(HEADING, items)


def _turned(rows: pd.DataFrame, checked: Checked) -> list[str]:
    """What becomes or ceases to be defined by one category."""
    said = []
    turned = rows[rows["defined"].str.startswith(("becomes", "ceases")) & (rows["scale"] != "district")]
    for row in turned.head(FEW).itertuples(index=False):
        where = checked.named(row.unit) if row.scale == "unit" else f"{checked.named(row.unit)} within {row.scale}"
        words = str(row.defined).removesuffix("it")
        said.append(f"{where} {words}{plain(str(row.group))} ({checked.threshold:.0%} or more).")
    if len(turned) > FEW:
        said.append(f"{plural(len(turned) - FEW, 'other place')} become or cease to be so.")
    return said


def _largest(rows: pd.DataFrame, name: str, checked: Checked) -> list[str]:
    """The largest change where the site is, and whether it goes toward the district."""
    here = rows[rows["scale"] == "unit"].dropna(subset=["share_before", "share_after"])
    if here.empty:
        return []
    return [_beside(here.loc[here["change"].abs().idxmax()], name, checked)]


def _beside(row: pd.Series, name: str, checked: Checked) -> str:
    far, near = abs(row["from_district_before"]), abs(row["from_district_after"])
    toward = "nearer to" if near < far - _SAME else "further from" if near > far + _SAME else "as far from"
    return (
        f"In {checked.named(row['unit'])}, where the site is, the share of {plain(str(row['group']))} "
        f"{moved(row['share_before'], row['share_after'])} of {noun(checked, name)}, {toward} the "
        f"{rounding.share(row['share_district'])} of {checked.district}."
    )


def _of_place(rows: pd.DataFrame, name: str, checked: Checked, sure: pd.DataFrame) -> Table:
    """One place: a row for each category, before and after at the unit, around it and in the district."""
    groups = list(dict.fromkeys(rows["group"]))
    whole = f"All {noun(checked, name)}"
    columns: dict[str, list[str]] = {"Category": [*(plain(str(group)) for group in groups), whole]}
    for one in dict.fromkeys(rows["scale"]):
        here = rows[rows["scale"] == one].set_index("group").reindex(groups)
        heading = checked.district if one == "district" else scale(str(one)).capitalize()
        columns[heading] = [
            _way(rounding.share(first), rounding.share(last))
            for first, last in zip(here["share_before"], here["share_after"], strict=True)
        ]
        both = here[["everyone_before", "everyone_after"]].iloc[0]
        columns[heading].append(_way(*(rounding.count(value) for value in both)))
    known = sure[sure["lower"].notna()].set_index("group")
    if len(known):
        heading = f"Own area, {known['level'].iloc[0]:.0%} range"
        columns[heading] = [*(_range(known, group) for group in groups), ""]
    note = f"The place in {checked.year} without the {_what(checked)} → with it. {_newcomers(rows, checked)}"
    if rows["share_before"].isna().any():
        note += f" {rounding.ABSENT}: no {noun(checked, name)} there."
    return table(f"{name}: shares without and with the {_what(checked)}", columns, note=note)


def _of_places(rows: pd.DataFrame, name: str, checked: Checked, sure: pd.DataFrame) -> Table:
    """Several places: the units whose mix changes most."""
    here = rows[(rows["scale"] == "unit") & rows["change"].notna()]
    most = here.loc[here.groupby("unit", sort=False)["change"].apply(lambda values: values.abs().idxmax())]
    kept = most.sort_values("change", key=abs, ascending=False, kind="stable").head(ROWS)
    columns = {
        "Area": [checked.named(unit) for unit in kept["unit"]],
        "Category": [plain(str(group)) for group in kept["group"]],
        f"Share of {noun(checked, name)}, without": [rounding.share(value) for value in kept["share_before"]],
        "With": [rounding.share(value) for value in kept["share_after"]],
        "Points": [rounding.points(value) for value in kept["change"]],
        "Its district": [rounding.share(value) for value in kept["share_district"]],
    }
    known = sure[sure["lower"].notna()].set_index(["unit", "group"])
    if len(known):
        heading = f"{known['level'].iloc[0]:.0%} range"
        columns[heading] = [_range(known, key) for key in zip(kept["unit"], kept["group"], strict=True)]
    return table(
        f"{name}: areas whose mix would change most, with all that is proposed",
        columns,
        text=["Category"],
        note=(
            f"Of each of the {len(most):,} areas with new homes, the category that changes most. "
            f"{_newcomers(rows, checked)}"
        ),
    )


def _what(checked: Checked) -> str:
    return "schemes" if checked.is_plan else "scheme"


def _way(first: str, last: str) -> str:
    return f"{first.removesuffix(' %')} → {last}"


def _range(known: pd.DataFrame, key: object) -> str:
    if key not in known.index:
        return rounding.ABSENT
    row = known.loc[key]
    return f"{rounding.share(row['lower']).removesuffix(' %')} to {rounding.share(row['upper'])}"


def _newcomers(rows: pd.DataFrame, checked: Checked) -> str:
    """Say how newcomers are known; a mix that is assumed is not the plan's."""
    known = list(dict.fromkeys(map(str, rows["newcomers"])))
    if checked.assumed and OF_PLAN in known:
        part = "" if checked.assumed == len(checked.schemes) else f" for {plural(checked.assumed, 'scheme')}"
        known = [f"from the mix that is assumed{part}" if one == OF_PLAN else one for one in known]
    return f"Newcomers: {'; '.join(known)}."


def _ranges(checked: Checked, name: str, case: str) -> pd.DataFrame:
    """Rows of the ranges of one dimension."""
    if "ranges" not in checked.tables:
        return pd.DataFrame(columns=["unit", "group", "lower", "upper", "level", "reason"])
    rows = checked["ranges"]
    return rows[(rows["dimension"] == name) & (rows["case"] == case)]


def _unsure(sure: pd.DataFrame) -> list[Item]:
    """Why there is no range, and of how many places."""
    unknown = sure[sure["lower"].isna() & sure["reason"].notna()]
    every = len(sure["unit"].unique())
    said = []
    for reason, rows in unknown.groupby("reason", sort=False):
        many = len(rows["unit"].unique())
        whose = f" to {many:,} of {every:,} areas" if many < every else ""
        said.append(f"Who would come{whose}: {reason}. The shares take newcomers to be like the district.")
    return list(said)


def _every_range(sure: pd.DataFrame, name: str, checked: Checked) -> Table:
    known = sure[sure["lower"].notna()]
    return table(
        f"{name}: every range of a share in the area ({known['level'].iloc[0]:.0%})",
        {
            "Area and category": [
                f"{checked.named(row.unit)}, {plain(str(row.group))}" for row in known.itertuples(index=False)
            ],
            "Now": [rounding.share(value) for value in known["share_now"]],
            "Middle": [rounding.share(value) for value in known["share_central"]],
            "From": [rounding.share(value) for value in known["lower"]],
            "To": [rounding.share(value) for value in known["upper"]],
        },
        note="Ranges are of the share of the whole area, from places that grew as much.",
        folded=True,
    )
