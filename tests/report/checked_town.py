"""Checks of the synthetic town, made once, and how the pages about them are read and their numbers written."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import lxml.html
import numpy as np
import pandas as pd
from town_evidence import PROVIDED, SCHEME, write_town

import placemix as pm
from placemix.results import group_names

ORDER = [
    "Homes, people and children", "School places", "The mix of the neighbourhood", "Who gains access to what",
    "Places where people meet", "Equality annex", "Figures of the whole district", "What comes anyway",
    "What this rests on, and what it is not",
]  # fmt: skip


@cache
def folder():
    """Files of the town, written once."""
    made = Path(tempfile.mkdtemp(prefix="placemix-town-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    write_town(made, scheme=SCHEME + PROVIDED)
    return made


@cache
def town():
    """What is known of the town."""
    return pm.scenarios.read_evidence(folder() / "town.toml")


@cache
def mill():
    """One scheme, with a library and a school of its own."""
    return pm.scenarios.read_scheme(folder() / "mill-lane.toml", tenures=group_names(town().homes))


@cache
def single():
    """The scheme with everything that can be asked of it."""
    return pm.scenarios.check(mill(), town(), unknown="exclude", annex="equality")


@cache
def plan():
    """A register of the town's 64 sites, those that are complete taken to be proposed anew."""
    register = [
        replace(one, status="proposed", phasing=one.phasing.iloc[:0]) if one.status == "completed" else one
        for one in town().others
    ]
    return pm.scenarios.check(register, town(), unknown="exclude", year=2031, outside="leave out", draws=49)


@cache
def html_of(which):
    """The page of the single scheme or of the plan, as text."""
    return pm.report.of_check({"single": single, "plan": plan}[which]())


def read(html):
    return lxml.html.fromstring(html)


def said(element):
    return re.sub(r"\s+", " ", element.text_content()).strip()


def headings(page):
    return [said(one) for one in page.iter("h2")]


def grids(page):
    """Every table by its caption: headings, and rows of texts."""
    found = {}
    for table in page.iter("table"):
        rows = [[said(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]
        found[said(table.find("caption"))] = pd.DataFrame(rows[1:], columns=rows[0])
    return found


def grid(page, start):
    """The one table whose caption begins so."""
    (found,) = [rows for caption, rows in grids(page).items() if caption.startswith(start)]
    return found


def section(page, heading):
    (found,) = [one for one in page.iter("section") if said(one.find("h2")) == heading]
    return found


# How numbers are to be written, said again and plainly.


def pct(value):
    return "–" if np.isnan(value) else f"{100 * value:.1f} %".replace("-", "−")


def num(value):
    return "–" if np.isnan(value) else f"{value:,.0f}".replace("-", "−")


def both(low, high, write=num):
    first, last = write(min(low, high)), write(max(low, high))
    return first if first == last else f"{first} to {last}"


def way(metres):
    if np.isnan(metres):
        return "–"
    return f"{metres:.3g} m" if float(f"{metres:.3g}") < 1000 else f"{metres / 1000:.3g} km"
