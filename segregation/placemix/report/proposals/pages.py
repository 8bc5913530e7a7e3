"""The page about a scheme or plan, or its Word form."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from placemix.errors import InvalidParameter
from placemix.report.documents import document
from placemix.report.items import Section
from placemix.report.pages import page
from placemix.report.proposals import district, method
from placemix.report.proposals.homes import expected, homes
from placemix.report.proposals.mixing import mixing
from placemix.report.proposals.reaching import meeting, reaching
from placemix.report.proposals.schooling import schooling
from placemix.report.proposals.wording import called, moved, plain
from placemix.report.rounding import count, joined, share
from placemix.scenarios import Checked
from placemix.scenarios.access.telling import with_article
from placemix.scenarios.checking.assuming import mix_in_words


def of_check(
    checked: Checked, *, out: str | Path | None = None, title: str | None = None, published_by: str = ""
) -> str | bytes | Path:
    """Write what was found of a scheme or plan: local facts first, figures of the district last.

    Parameters
    ----------
    checked
        What `placemix.scenarios.check` found.
    out
        File to write, whole or not at all: ``.html``, or ``.docx`` for Word. Default: the page is returned as text.
    title
        Title. Default: what was checked, and where.
    published_by
        Who answers for it.

    Returns
    -------
    page
        The path written, or the HTML.

    Raises
    ------
    InvalidParameter
        The file has another ending.

    Examples
    --------
    >>> import placemix as pm
    >>> from shapely import Point
    >>> town = pm.datasets.town()
    >>> homes = town.tenure()
    >>> homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
    >>> known = pm.scenarios.evidence(
    ...     "The town", homes, census=2021, district="district", occupancy=town.occupancy, occupancy_source="the town's"
    ... )
    >>> plan = pm.scenarios.scheme(
    ...     "24/1", homes=[{"tenure": "social_rent", "bedrooms": 2, "count": 60}], year=2028,
    ...     site=Point(497600, 20300), crs="EPSG:32631",
    ... )
    >>> html = pm.report.of_check(pm.scenarios.check(plan, known, unknown="exclude"))
    >>> "The mix of the neighbourhood" in html
    True
    """
    made = [
        homes(checked), schooling(checked), mixing(checked), reaching(checked), meeting(checked),
        district.equality(checked), district.indices(checked), method.anyway(checked),
        method.resting(checked),
    ]  # fmt: skip
    sections: list[Section] = [one for one in made if one is not None]
    words = {
        "title": title or f"{_capital(called(checked))} in {checked.district}: what would change",
        "opening": opening(checked), "kicker": f"{checked.evidence.name} · {checked.year}", "publisher": published_by,
        "synthetic": any(one.about.synthetic for one in checked.evidence.tables.values()),
    }  # fmt: skip
    if out is None:
        return page(sections, brief=True, **words)  # type: ignore[arg-type]
    ending = Path(out).suffix.casefold()
    if ending in {".html", ".htm"}:
        return page(sections, out=out, brief=True, **words)  # type: ignore[arg-type]
    if ending == ".docx":
        return document(sections, out=out, brief=True, about="A planning proposal, checked before it is built", **words)  # type: ignore[arg-type]
    message = f"A page is written as .html or .docx, not {ending or Path(out).name!r}."
    raise InvalidParameter(message, remedy="Name a .html file, which a browser prints to PDF, or a .docx file.")


def opening(checked: Checked) -> list[str]:
    """Say the most important, and what all of it rests on.

    Parameters
    ----------
    checked
        What was checked.
    """
    said = []
    name = _capital(called(checked))
    kinds = dict.fromkeys(str(kind) for one in checked.schemes for kind in one.services["kind"])
    services = joined([with_article(plain(kind)) for kind in kinds])
    what = expected(checked)
    if what and services:
        said.append(f"{name} would bring {services}, and {what}.")
    elif what or services:
        said.append(f"{name} would bring {what or services}.")
    if "schools" in checked.tables:
        said.append(_places(checked))
    if "mix" in checked.tables and not checked.is_plan and checked.radii:
        mix = checked["mix"]
        rows = mix[(mix["dimension"] == "Tenure") & (mix["scale"] == checked.radii[min(1, len(checked.radii) - 1)])]
        focal = rows[rows["group"] == checked.evidence.focal].dropna(subset=["share_after"])
        if len(focal):
            row = focal.iloc[-1]
            said.append(
                f"Within {row['scale']}, {plain(str(row['group']))} {moved(row['share_before'], row['share_after'])} "
                f"of homes; {checked.district} has {share(row['share_district'])}."
            )
    if checked.assumed:
        many = "schemes" if checked.is_plan else "scheme"
        said.append(
            f"The mix of homes of {checked.assumed:,} {many} is assumed, not stated ({checked.evidence.mix_source}): "
            f"{plain(mix_in_words(checked.evidence))}. All that is said of {_resting(checked)} rests on it."
        )
    said += [text for text in checked.assumptions if text.endswith("would be counted twice.")]
    said.append(
        "Nobody knows who will come: people, children and pupils are expected numbers, and how well such forecasts "
        "held is said at the end."
    )
    return said


def _resting(checked: Checked) -> str:
    """What hangs on the mix of homes: people too, where they are known by kind of home."""
    return "tenure" if checked.evidence.occupancy is None else "tenure, people and children"


def _places(checked: Checked) -> str:
    """What becomes of school places, in one sentence: where they run short first."""
    rows = checked["schools"]
    rows = rows[(rows["year"].isna() | (rows["year"] == checked.year)) & (rows["case"] != "low")]
    short = rows[rows["short"].fillna(value=False).astype(bool)].drop_duplicates(["planning_area", "phase"])
    if len(short):
        where = joined([f"{row.planning_area} ({row.phase})" for row in short.itertuples(index=False)])
        return f"A surplus of school places would turn into a deficit in {where}."
    lacking = rows[rows["left_with"] < 0].drop_duplicates(["planning_area", "phase"])
    if len(lacking) > 1:
        where = joined([f"{row.planning_area} ({row.phase})" for row in lacking.itertuples(index=False)])
        return f"Places would be too few in {where}, with the homes and without them.{_unknown(rows)}"
    if len(lacking):
        row = lacking.iloc[0]
        return (
            f"A deficit of {count(-row['left_without'])} {row['phase']} places in {row['planning_area']} would become "
            f"one of {count(-row['left_with'])}.{_unknown(rows)}"
        )
    if rows["left_with"].isna().all():
        return "How many school places would be left is not known."
    return f"There would be enough school places in every planning area where they are known.{_unknown(rows)}"


def _unknown(rows: pd.DataFrame) -> str:
    """Name the phases of which nobody knows how many places are left."""
    phases = [str(phase) for phase, part in rows.groupby("phase", sort=False) if part["left_with"].isna().all()]
    return f" Of {joined(phases)} schools it is not known." if phases else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
