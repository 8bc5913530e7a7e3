"""Cells of a census table from Nomis, which gives an anonymous caller 25,000 at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from placemix.errors import DownloadFailed, did_you_mean, listed
from placemix.fetching import pages
from placemix.fetching.downloading import Progress
from placemix.fetching.recognising import refuse_page
from placemix.fetching.transport import Patience, fetched

#: Cells that an anonymous caller gets at once.
PAGE = 25_000
#: Columns that number the cells of an answer; they are checked and not kept.
OFFSET, COUNT = "RECORD_OFFSET", "RECORD_COUNT"


def cells(
    address: str,
    part: Path,
    *,
    units: Sequence[str],
    header: Sequence[str],
    patience: Patience,
    limit: int,
    progress: Progress | None = None,
) -> bytes:
    """Fetch the cells of some areas, page by page, and return them as one CSV.

    Parameters
    ----------
    address
        Address of the data set with all parameters but `geography` and the paging, and with
        ``record_offset`` and ``record_count`` among the columns it selects.
    part
        File that keeps the pages until all are there; an interruption loses none.
    units
        Codes of the areas.
    header
        Columns that the answer must have.
    patience, limit, progress
        As in `placemix.fetching.features.layer`.

    Raises
    ------
    DownloadFailed
        Columns have changed, cells come twice, or they are not as many as the server says.
    """
    batches = list(pages.batches(units))
    rows: list[list[str]] = []
    seen: set[Any] = set()
    there = pages.kept(part, {"address": address, "header": list(header), "units": list(units)})
    for place, batch in enumerate(batches):
        done = 0
        count: int | None = None
        while count is None or done < count:
            new = not there
            page = there.pop(0) if there else _page(address, batch, done, header, part, patience, limit)
            if count is not None and page["count"] != count:
                raise pages.refused(part, f"{address} stated {count:,} cells, and then {page['count']:,}.")
            count = int(page["count"])
            # All but the last column, the value, says whose it is.
            pages.refuse_repeated(seen, [tuple(row[:-1]) for row in page["rows"]], address, part)
            rows += page["rows"]
            done += len(page["rows"])
            if new:
                pages.add(part, page)
            if progress is not None:
                progress(place * pages.TOGETHER + len(batch), len(units))
        if done != count:
            raise pages.refused(part, f"{address} gave {done:,} cells and had stated {count:,}.")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _page(
    address: str, batch: Sequence[str], offset: int, header: Sequence[str], part: Path, patience: Patience, limit: int
) -> dict[str, Any]:
    asked = f"{address}&geography={','.join(batch)}&RecordLimit={PAGE}&RecordOffset={offset}"
    content = fetched(asked, patience, limit=limit)
    refuse_page(content, address)
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    names = [name.strip().upper() for name in lines[0]]
    missing = [name for name in [*header, OFFSET, COUNT] if name.upper() not in names]
    if missing:
        message = f"{address} lacks the columns {listed([repr(name) for name in missing], shown=8)}."
        near = did_you_mean(missing[0], names)
        raise DownloadFailed(message, remedy=f"{near} It has: {listed(names, shown=12)}.".strip())
    body = [line for line in lines[1:] if line]
    short = [line for line in body if len(line) != len(names)]
    if short or not body:
        raise pages.refused(part, f"{address} gave {'a torn line' if short else 'no cells'} after {offset:,}.")
    columns = [names.index(name.upper()) for name in header]
    numbers, totals = names.index(OFFSET), names.index(COUNT)
    stated = [line[numbers] for line in body]
    if stated != [str(number) for number in range(offset, offset + len(body))]:
        message = f"{address} numbers its cells from {stated[0]} on, and {offset} was asked for: a page was repeated."
        raise pages.refused(part, message)
    count = body[0][totals]
    if not count.isdecimal() or int(count) == 0:
        message = f"{address} does not say how many cells it has."
        raise DownloadFailed(message, remedy="Fetch the file by hand from the publisher's page.")
    return {"offset": offset, "count": int(count), "rows": [[line[column] for column in columns] for line in body]}
