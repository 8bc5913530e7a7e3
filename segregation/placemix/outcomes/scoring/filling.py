"""The cells of a scorecard: each with its numbers, local before national, or with its gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.outcomes.indicators.computing import OF_ALL
from placemix.outcomes.indicators.holdings import Holding, held_table
from placemix.outcomes.indicators.rows import Row
from placemix.outcomes.indicators.standing import standing
from placemix.outcomes.scoring.missing import flags_of, gap_of, held_of
from placemix.outcomes.scoring.telling import sentence
from placemix.outcomes.scoring.terms import DOUBTS, EVERYONE, FIGURES, FLAGS, TEXTS

#: Frozen id of how gaps are told.
_METHOD = "scorecard/1"
#: Columns of a scorecard.
COLUMNS = (
    "domain", "indicator", "tenet", "kind", "wording", "group", "comparator", "presence", "value", "lower", "upper",
    "level", "uncertainty", "interval_method", "numerator", "denominator", "measure", "measured_in", "says", "what",
    "beside", "area", "national", "synthetic", "period", "universe", "published_in", "proxy", "local_what", "local_in",
    "local_units", "local_lowest", "local_quartile_1", "local_median", "local_quartile_3", "local_highest",
    "local_here", "local_value", "qualitative", "qualitative_source", "qualitative_date", "missing", "status",
    "last_year", "published", "flag", "reason", "note", "sentence", "method", "source", "version",
)  # fmt: skip
_NOTED = ("qualitative", "qualitative_source", "qualitative_date")


def filled(
    rows: Sequence[Row], pairs: Mapping[str, str], numbers: pd.DataFrame, words: pd.DataFrame, known: Sequence[Holding]
) -> pd.DataFrame:  # fmt: skip
    """Make the table of a scorecard.

    Parameters
    ----------
    rows
        Rows of the framework.
    pairs
        Groups, each with the one it is compared with.
    numbers, words
        Evidence and notes.
    known
        Holdings beside the evidence.
    """
    holdings = [*held_of(numbers, {row.id: row for row in rows}), *known]
    status = {str(line["id"]): line for line in standing(rows, holdings).to_dict("records")}
    evidence = numbers.to_dict("records")
    notes = words.to_dict("records")
    lines: list[dict[Any, Any]] = []
    for row in rows:
        if row.role == "aim":
            continue
        mine = [line for line in evidence if line["indicator"] == row.id]
        held = [one for one in holdings if row.id in one.indicators]
        cells = list(_cells(row, pairs, mine))
        for tenet in row.tenets:
            for who, whom in cells:
                shared = {
                    "domain": row.label, "indicator": row.id, "tenet": tenet, "kind": row.kind, "wording": row.wording,
                    "group": who, "comparator": whom, "status": status[row.id]["status"],
                    "last_year": status[row.id]["last_year"], **_note(notes, row.id, who),
                }  # fmt: skip
                lines += [{**line, **shared} for line in _cell(row, status[row.id], (who, whom), mine, held)]
    return _tidied(pd.DataFrame(lines).reindex(columns=[*COLUMNS, "data"]), holdings)


def _cells(row: Row, pairs: Mapping[str, str], mine: Iterable[Mapping[Any, Any]]) -> Iterator[tuple[str, str]]:
    """Pairs of groups that have a row; a number of the whole mix has one of its own."""
    there = list(dict.fromkeys((str(line["group"]), str(line["comparator"])) for line in mine))
    whole = [(EVERYONE, "")]
    usual = whole if row.measure in OF_ALL else list(pairs.items())
    # A number of the whole mix may belong to an indicator that is usually told by group, and the other way round.
    if usual == whole and there and whole[0] not in there:
        usual = []
    yield from dict.fromkeys([*usual, *there])


def _cell(
    row: Row, about: Mapping[Any, Any], cell: tuple[str, str], mine: Sequence[Mapping[Any, Any]],
    held: Sequence[Holding],
) -> Iterator[dict[Any, Any]]:  # fmt: skip
    """Rows of one cell: those of the area or its gap, and then those of the nation."""
    own = [line for line in mine if (line["group"], line["comparator"]) == cell]
    local, national = ([line for line in own if bool(line["national"]) is which] for which in (False, True))
    if not local:
        bases = {str(line["group"]): True for line in mine if line["national"]}
        bases |= {str(line["group"]): False for line in mine if not line["national"]}
        nation = f"{national[0]['area']}, {national[0]['period']}" if national else ""
        gap, why = gap_of(row, about, bases, held, nation=nation)
        yield {
            "presence": "missing", "missing": gap, "reason": why, "published": about["published"],
            "measure": row.measure,
        }  # fmt: skip
    for line in [*local, *national]:
        yield {**line, "presence": _presence(line)}


def _tidied(frame: pd.DataFrame, holdings: Sequence[Holding]) -> pd.DataFrame:
    for name in ("value", "lower", "upper", "level", *FIGURES):
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    for name in (*TEXTS, *_NOTED, "missing"):
        if name in frame.columns:
            frame[name] = pd.Series([one if isinstance(one, str) else None for one in frame[name]], dtype=object)
    for name in FLAGS:
        frame[name] = frame[name].eq(other=True).astype(bool)
    frame["last_year"] = frame["last_year"].astype("Int64")
    frame["uncertainty"] = [None if one is None else DOUBTS[one.partition(":")[0]] for one in frame["interval_method"]]
    frame["flag"] = flags_of(frame)
    frame["source"] = frame["data"].where(
        frame["data"].notna(), fingerprint(held_table(holdings))[:12] if holdings else "none"
    )
    frame["method"] = frame["method"].where(frame["method"].notna(), _METHOD)
    frame["version"] = __version__
    frame["sentence"] = [sentence(line) for line in frame.to_dict("records")]
    first = ~frame.duplicated("flag") & frame["flag"].notna()
    frame.loc[first, "sentence"] = frame.loc[first, "sentence"] + " " + frame.loc[first, "flag"].astype(str)
    return frame[list(COLUMNS)]


def _presence(line: Mapping[Any, Any]) -> str:
    if pd.isna(line["value"]):
        return "undefined"
    return "proxy" if isinstance(line["proxy"], str) else "number"


def _note(notes: Sequence[Mapping[Any, Any]], indicator: str, group: str) -> dict[str, Any]:
    mine = [one for one in notes if one["indicator"] == indicator]
    # A note of the group itself is nearer than one of all.
    for part in ([one for one in mine if one["group"] == group], [one for one in mine if pd.isna(one["group"])]):
        if part:
            return dict(zip(_NOTED, (part[0][name] for name in ("text", "source", "date")), strict=True))
    return dict.fromkeys(_NOTED)
