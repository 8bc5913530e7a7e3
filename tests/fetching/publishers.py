"""Servers that page as the publishers' do, and badly where a test wants it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from fetching.server import asked_for, whole

HEADER = ("GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "CELL_NAME", "OBS_VALUE")


def arcgis(
    records: list[dict[str, Any]],
    *,
    most: int = 2000,
    count: int | None = None,
    shift: Callable[[int, int], int] = lambda offset, _page: offset,
    flag: str = "top",
    shapes: bool = False,
    degrees: bool = False,
) -> Callable[[BaseHTTPRequestHandler], None]:
    """A layer that gives `most` records a page; `shift` makes it give other ones than those asked for."""
    given = [0]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = asked_for(handler)
        chosen = records
        if "IN (" in asked["where"]:
            column, _, rest = asked["where"].partition(" IN ")
            codes = {part.strip("'") for part in rest.strip("()").split(", ")}
            chosen = [record for record in records if record[column] in codes]
        if asked.get("returnCountOnly") == "true":
            content: dict[str, Any] = {"count": len(chosen) if count is None else count}
        else:
            given[0] += 1
            offset = shift(int(asked["resultOffset"]), given[0])
            page = chosen[offset : offset + min(most, int(asked["resultRecordCount"]))]
            more = offset + len(page) < len(chosen)
            if shapes:
                corner = [-2.1, 53.5] if degrees else [390000.0, 410000.0]
                square = [[corner, [corner[0] + 100, corner[1]], [corner[0], corner[1] + 100], corner]]
                content = {
                    "type": "FeatureCollection",
                    "features": [
                        {"type": "Feature", "id": number, "properties": record,
                         "geometry": {"type": "Polygon", "coordinates": square}}
                        for number, record in enumerate(page)
                    ],
                }  # fmt: skip
                content["properties"] = {"exceededTransferLimit": more}
            else:
                content = {"features": [{"attributes": record} for record in page]}
                if flag == "top":
                    content["exceededTransferLimit"] = more
        whole(json.dumps(content).encode())(handler)

    return answer


def nomis(
    *, most: int = 25_000, shift: int = 0, header: tuple[str, ...] = HEADER, short: int = 0, double: bool = False
) -> Callable[[BaseHTTPRequestHandler], None]:
    """A table of 7 cells for each area, `most` cells a page."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = asked_for(handler)
        codes = asked["geography"].split(",")
        body = [
            (f"Area {code}", code, f"Cell {cell}", str(int(code[3:]) * 10 + cell))
            for code in codes
            for cell in range(7)
        ]
        if double:
            body[5] = body[4]
        offset = int(asked["RecordOffset"]) * (0 if shift else 1)
        page = body[offset : offset + min(most, int(asked["RecordLimit"]))]
        page = page[: len(page) - (0 if offset else short)]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([*header, "RECORD_OFFSET", "RECORD_COUNT"])
        writer.writerows([*row, offset + number, len(body)] for number, row in enumerate(page))
        whole(text.getvalue().encode("utf-8-sig"))(handler)

    return answer
