"""A layer of an ArcGIS server, which gives 2,000 records a page and does not mind giving fewer."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from placemix.errors import DownloadFailed
from placemix.fetching import pages
from placemix.fetching.downloading import Progress
from placemix.fetching.recognising import refuse_page
from placemix.fetching.transport import PASSING, Passing, Patience, fetched, insist

#: Records asked for at once: the most that the servers of the Open Geography Portal give.
PAGE = 2000
#: British National Grid; without it the servers answer in degrees.
GRID = 27700


def layer(
    address: str,
    part: Path,
    *,
    fields: Sequence[str],
    only: str = "",
    units: Sequence[str] = (),
    shapes: bool = False,
    patience: Patience,
    limit: int,
    progress: Progress | None = None,
) -> bytes:
    """Fetch the records of a layer, page by page, and return them as one file.

    The number of records is asked for first; every page is checked against those before it, and
    the sum against that number.

    Parameters
    ----------
    address
        Address of the layer's query.
    part
        File that keeps the pages until all are there; an interruption loses none.
    fields
        Columns wanted; the first orders the records.
    only, units
        Column and its values, to restrict the records.
    shapes
        Whether to fetch shapes, in British National Grid.
    patience
        How long to wait and how often to ask.
    limit
        Bytes above which a page is refused.
    progress
        Called with records done and expected.

    Returns
    -------
    content
        GeoJSON with shapes, CSV without, in the order of `fields`.

    Raises
    ------
    DownloadFailed
        A page is missing, repeated or no page, or the records are not as many as the server says.
    """
    wheres = [f"{only} IN ({', '.join(map(repr, batch))})" for batch in pages.batches(units)] if only else ["1=1"]
    counts = [_count(address, where, patience, limit) for where in wheres]
    request = {"address": address, "fields": list(fields), "shapes": shapes, "wheres": wheres, "counts": counts}
    records: list[Any] = []
    seen: set[Any] = set()
    there = pages.kept(part, request)
    for place, (where, count) in enumerate(zip(wheres, counts, strict=True)):
        done = 0
        more = True
        while more:
            new = not there
            page = there.pop(0) if there else _page(address, where, place, done, fields, shapes, patience, limit)
            found = page["records"]
            pages.refuse_repeated(seen, [_key(record, fields, shapes=shapes) for record in found], address, part)
            records += found
            done += len(found)
            more = done < count if page["more"] is None else page["more"]
            if not found and more:
                raise pages.refused(part, f"{address} stopped after {done:,} of {count:,} records.")
            if new:
                pages.add(part, page)
            if progress is not None:
                progress(len(records), sum(counts))
        if done != count:
            raise pages.refused(part, f"{address} gave {done:,} records and had stated {count:,}.")
    if not records:
        message = f"{address} has no record of these areas."
        raise pages.refused(part, message, "The layer may be of another vintage.")
    return _as_shapes(records, address) if shapes else _as_table(records, fields)


def _count(address: str, where: str, patience: Patience, limit: int) -> int:
    answer = _asked(address, {"where": where, "returnCountOnly": "true", "f": "json"}, patience, limit)
    count = answer.get("count")
    if not isinstance(count, int):
        message = f"{address} does not say how many records it has."
        raise DownloadFailed(message, remedy="Fetch the file by hand from the publisher's page.")
    return count


def _page(
    address: str,
    where: str,
    place: int,
    offset: int,
    fields: Sequence[str],
    shapes: bool,  # noqa: FBT001
    patience: Patience,
    limit: int,
) -> dict[str, Any]:
    wanted = {
        "where": where,
        "outFields": ",".join(fields),
        "returnGeometry": "true" if shapes else "false",
        "outSR": GRID,
        "orderByFields": fields[0],
        "resultOffset": offset,
        "resultRecordCount": PAGE,
        "f": "geojson" if shapes else "json",
    }
    answer = _asked(address, wanted, patience, limit)
    features = answer.get("features")
    if not isinstance(features, list):
        message = f"{address} gave no records."
        raise DownloadFailed(message, remedy="Fetch the file by hand from the publisher's page.")
    # GeoJSON has no place of its own for the mark, so that servers put it in one of two.
    more = answer.get("exceededTransferLimit", (answer.get("properties") or {}).get("exceededTransferLimit"))
    records = features if shapes else [feature["attributes"] for feature in features]
    more = more if isinstance(more, bool) else None
    return {"where": place, "offset": offset, "more": more, "records": records}


def _asked(address: str, wanted: Mapping[str, object], patience: Patience, limit: int) -> dict[str, Any]:
    def once() -> dict[str, Any]:
        content = fetched(f"{address}?{urlencode(wanted)}", patience, limit=limit)
        try:
            answer = json.loads(content)
        except ValueError as error:
            refuse_page(content, address)
            message = f"{address} gave no JSON: {error}"
            raise DownloadFailed(message, remedy="Fetch the file by hand from the publisher's page.") from error
        if not isinstance(answer, dict):
            message = f"{address} gave no records."
            raise DownloadFailed(message)
        if fault := answer.get("error"):
            # These servers report errors with the status of success.
            reason = f"the server answered {fault.get('code')} ({fault.get('message') or 'no reason given'})."
            if fault.get("code") in PASSING:
                raise Passing(reason)
            message = f"{address}: {reason}"
            raise DownloadFailed(message, remedy="The layer or its columns have changed; see the publisher's page.")
        return answer

    return insist(once, address, patience)


def _key(record: Mapping[str, Any], fields: Sequence[str], *, shapes: bool) -> Any:  # noqa: ANN401
    if shapes:
        return (record.get("properties") or {}).get(fields[0])
    return tuple(record.get(field) for field in fields)


def _as_table(records: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> bytes:
    lost = [field for field in fields if any(field not in record for record in records)]
    columns = [field for field in fields if field not in lost]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([record[field] for field in columns] for record in records)
    return text.getvalue().encode("utf-8")


def _as_shapes(records: Sequence[Mapping[str, Any]], address: str) -> bytes:
    first = next((_corner(record["geometry"]["coordinates"]) for record in records if record.get("geometry")), None)
    if first is not None and all(abs(number) <= 360 for number in first):
        message = f"{address} gave shapes in degrees, though British National Grid was asked for."
        raise DownloadFailed(message, remedy="Fetch the file by hand from the publisher's page.")
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{GRID}"}}
    slim = [
        {"type": "Feature", "properties": record["properties"], "geometry": record.get("geometry")}
        for record in records
    ]
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": slim}, ensure_ascii=False).encode("utf-8")


def _corner(coordinates: Any) -> list[float]:  # noqa: ANN401
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return list(map(float, coordinates[:2]))
