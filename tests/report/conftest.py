"""Counts, configurations and pages that the report's tests share."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

import placemix as pm


class Page(HTMLParser):
    """What a page says and what it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = 0
        self._parts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        self.loads += [value for name, value in attrs if name in {"src", "href", "srcset", "data"} and value]
        self._hidden += tag in {"style", "script"}

    def handle_endtag(self, tag):
        self._hidden -= tag in {"style", "script"}

    def handle_data(self, data):
        if not self._hidden:
            self._parts.append(data)

    @property
    def text(self) -> str:
        """Return what a reader sees, with every space alike."""
        return re.sub(r"\s+", " ", " ".join(self._parts))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="session")
def read():
    return Page


@pytest.fixture(scope="session")
def homes() -> pm.Counts:
    frame = pd.DataFrame(
        {
            "area": list("ABCDEF"),
            "asian": [80, 20, 0, 20, 30, 0],
            "white": [20, 80, 100, 80, 60, 0],
            "other": [0, 5, 10, 5, 10, 0],
            "district": ["north", "north", "north", "south", "south", "south"],
        }
    )
    about = {"geography": "area", "universe": "usual residents", "period": "2021", "source": "a census"}
    return pm.from_wide(frame, groups=["asian", "white", "other"], unit="area", strata="district", about=about)


@pytest.fixture(scope="session")
def earlier() -> pm.Counts:
    frame = pd.DataFrame(
        {
            "area": list("ABCDEF"),
            "asian": [70, 10, 2, 10, 10, 0],
            "white": [30, 90, 98, 90, 80, 0],
            "other": [5, 5, 5, 5, 5, 0],
            "district": ["north", "north", "north", "south", "south", "south"],
        }
    )
    about = {"geography": "area", "universe": "usual residents", "period": "2011"}
    return pm.from_wide(frame, groups=["asian", "white", "other"], unit="area", strata="district", about=about)


@pytest.fixture(scope="session")
def tenure() -> pm.Counts:
    frame = pd.DataFrame(
        {
            "area": list("ABCDEF"),
            "owned": [10, 60, 70, 30, 40, 0],
            "rented": [50, 20, 10, 40, 20, 0],
            "district": ["north", "north", "north", "south", "south", "south"],
        }
    )
    about = {"geography": "area", "universe": "households", "period": "2021", "source": "a census"}
    return pm.from_wide(frame, groups=["owned", "rented"], unit="area", strata="district", about=about)


@pytest.fixture(scope="session")
def condition() -> pd.Series:
    return pd.Series({"A": 0.4, "B": 0.2, "C": 0.1, "D": 0.2, "E": 0.3, "F": 0.2}, name="income deprivation")


@pytest.fixture(scope="session")
def areas():
    gpd = pytest.importorskip("geopandas")
    from shapely.geometry import box

    shapes = [box(place % 3, place // 3, place % 3 + 1, place // 3 + 1) for place in range(6)]
    return gpd.GeoDataFrame({"id": list("ABCDEF")}, geometry=shapes, crs="EPSG:27700")


@pytest.fixture(scope="session")
def whole_page(homes, earlier, tenure, condition, areas) -> str:
    """Give the standard page with everything in it."""
    return pm.report.of_counts(
        {"Ethnic group": homes, "Tenure": tenure},
        title="Six areas",
        place="Sixtown",
        focal="asian",
        against="white",
        by="district",
        condition=condition,
        before=earlier,
        areas=pm.report.Areas(shapes=areas, unit="id", source="Drawn for a test."),
    )
