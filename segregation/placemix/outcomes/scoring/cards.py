"""The scorecard of one area: every indicator of the framework, with its numbers, notes and gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.outcomes.indicators.computing import OF_ALL, REST
from placemix.outcomes.indicators.holdings import Given, Holding, held, held_table
from placemix.outcomes.indicators.reading import founding, own_rows
from placemix.outcomes.indicators.rows import Row
from placemix.outcomes.indicators.standing import standing
from placemix.outcomes.scoring.gathering import evidence_faults, gathered, noted
from placemix.outcomes.scoring.missing import flags_of, gap_of, held_of
from placemix.outcomes.scoring.pieces import Piece
from placemix.outcomes.scoring.telling import sentence
from placemix.outcomes.scoring.terms import DOUBTS, EVERYONE, FIGURES, TEXTS
from placemix.rates.scales import years
from placemix.results import Call, Result, remember

#: Frozen id of how gaps are told.
_METHOD = "scorecard/1"
#: Columns of a scorecard.
_COLUMNS = (
    "domain", "indicator", "tenet", "kind", "wording", "group", "comparator", "presence", "value", "lower", "upper",
    "level", "uncertainty", "interval_method", "numerator", "denominator", "measure", "measured_in", "says", "beside",
    "area", "national", "period", "universe", "published_in", "proxy", "local_what", "local_units", "local_lowest",
    "local_quartile_1", "local_median", "local_quartile_3", "local_highest", "qualitative", "qualitative_source",
    "qualitative_date", "missing", "status", "last_year", "published", "flag", "reason", "note", "sentence", "method",
    "source", "version",
)  # fmt: skip


def scorecard(
    area: str,
    period: str | int,
    groups: Mapping[str, str] | Sequence[str],
    *,
    evidence: Sequence[Piece] | pd.DataFrame,
    notes: Sequence[Mapping[str, Any]] | pd.DataFrame = (),
    holdings: Mapping[str, Given] | pd.DataFrame | None = None,
    own: Sequence[str | Path] = (),
) -> Result:
    """Put what is known of one area beside what is not, for every indicator of the framework.

    Parameters
    ----------
    area
        Name of the area. One scorecard is of one area, and none is ranked against another.
    period
        Years that the evidence may be of, such as ``"2016 to 2023"``.
    groups
        Groups, each with the group it is compared with, as ``{"Asian": "White"}``, or names that are each compared
        with the rest.
    evidence
        What is known, a list of mappings. Each names its `indicator`, `area`, `period`, `universe` (who is counted,
        in words such as ``"pupils at 11"``) and `source` (where it was published), and has one of: `table` (with the
        columns that the indicator needs, or as `columns` says), `estimate` (one `Estimate` or several), `result` (rows
        such as `compare_groups` gives). Further: `groups` (names on the card, each with the table's group or groups;
        what is not named is left out), `over` (columns over which rows are summed, such as districts), `measure` (one of the others that belong to the indicator), `level`, `national`,
        `local` (the same number by local area, which a national figure needs), `local_what` (what these are, if not
        the same), `published` (``"yes"``, ``"no"``, ``"unknown"``: whether it still is), `grouping` (such as
        ``"ethnicity"``), `proxy` (why, if it stands in for something else), `perturbed` (True, or the two ends between
        which the number lies, if cells were changed to protect people) and `note`.
    notes
        What is known in words, a list of mappings: `indicator`, `text`, `source`, `date` and, unless it is of all,
        `group`.
    holdings
        What you have beside the evidence, as for `framework`: it says why a number is missing.
    own
        TOML files of further domains, as in `framework`.

    Returns
    -------
    result
        One row for each indicator, tenet, group and comparator, in the order of the framework, and one more for each
        further number of a cell. Columns: `domain`, `indicator`, `tenet`, `kind`, `wording`, `group` (``"everyone"``
        where the number is of the whole mix), `comparator`; `presence` (``"number"``, ``"undefined"``, ``"proxy"``,
        ``"missing"``), `value`, `lower`, `upper`, `level`, `uncertainty` (``"sampling"``, ``"hidden cells"``,
        ``"perturbation"``, ``"chance model"``, ``"assumption"``, ``"zoning"``, ``"none"``), `interval_method`,
        `numerator`, `denominator`, `measure`, `measured_in`, `says`, `beside`, `area`, `national`, `period`,
        `universe`, `published_in`, `proxy`, `local_what`, `local_units`, `local_lowest`, `local_quartile_1`,
        `local_median`, `local_quartile_3`, `local_highest`; `qualitative`, `qualitative_source`, `qualitative_date`;
        `missing` (``"not published"``, ``"no source"``, ``"area only"``, ``"proxy only"``, ``"national only"``,
        ``"other groups only"``, ``"no number"``), `status` and `last_year` of the framework, `published`; `flag` (what the
        domain lacks in this tenet); `reason`, `note`, `sentence`, `method`, `source`, `version`.

    Raises
    ------
    InvalidParameter, UnknownColumn, UnknownGroup, InvalidTable, NotNumbers
        Evidence, notes or holdings lack something or name what is not there; all faults are listed.
    IncompleteEstimate
        A national figure has no local distribution.
    DenominatorMismatch
        Numbers of one indicator are counted among different people.
    DuplicateUnit
        A number or a note is there twice.

    Notes
    -----
    There is no index of it all and no order of areas. A gap is a result: it says what would have to be published. A
    tenet of which a domain has no number is flagged and never averaged over.

    References
    ----------
    Johnson 2010.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> jobs = pd.DataFrame({"group": ["Women", "Men"], "numerator": [310, 380], "denominator": [470, 480]})
    >>> card = pm.outcomes.scorecard(
    ...     "The town", 2021, {"Women": "Men"},
    ...     evidence=[{
    ...         "indicator": "work-indicator-1", "table": jobs, "area": "The town", "period": 2021,
    ...         "universe": "residents aged 16 to 64", "source": "the town's survey",
    ...     }],
    ... )
    >>> card["presence"].value_counts().to_dict()
    {'missing': 26, 'number': 1}
    >>> print(card[card["domain"] == "Work"].explain().splitlines()[0])
    Work, equality, 'proportionality in employment rates': for Women beside Men, share of the group over that of those compared with: 0.833 (95 % sampling range 0.769 to 0.902), of 470 residents aged 16 to 64; The town, 2021.
    """  # noqa: E501
    rows = [*founding(), *own_rows(own)]
    by_id = {row.id: row for row in rows}
    faults: list[PlacemixError] = []
    span = years(period)
    if not isinstance(area, str) or not area.strip():
        message = f"area is the name of one area, not {area!r}."
        faults.append(InvalidParameter(message, remedy="Make a scorecard for each area."))
    if span is None:
        faults.append(InvalidParameter(f"period names no year: {period!r}.", remedy="Write '2016 to 2023'."))
    pairs = _pairs(groups, faults)
    if faults or span is None:
        raise together(faults)
    read: list[Callable[[], Any]] = [
        lambda: gathered(evidence, by_id, pairs, [str(path) for path in own]),
        lambda: noted(notes, by_id, pairs),
        lambda: held({} if holdings is None else holdings, rows),
    ]
    found: list[Any] = []
    for part in read:
        try:
            found.append(part())
        except PlacemixError as error:
            faults += error.faults
    if faults:
        raise together(faults)
    numbers, words, known = found
    faults = list(evidence_faults(numbers, area, span, by_id))
    if faults:
        raise together(faults)
    frame = _card(rows, pairs, numbers, words, known)
    inputs = {"evidence": numbers, "notes": words, "holdings": held_table(known)}
    arguments = {
        "area": area,
        "period": period,
        "groups": pairs,
        **({"own": [str(path) for path in own]} if own else {}),
    }
    result = remember(frame, Call("outcomes.scorecard", inputs, arguments))
    result.attrs["cites"] = ("johnson_2010",)
    result.attrs["about"] = (area, str(period))
    return result


def _pairs(groups: object, faults: list[PlacemixError]) -> dict[str, str]:
    if isinstance(groups, Mapping):
        pairs = {str(who): str(whom) for who, whom in groups.items()}
    elif isinstance(groups, Sequence) and not isinstance(groups, str):
        pairs = {str(who): REST for who in groups}
    else:
        pairs = {}
    if not pairs:
        faults.append(
            InvalidParameter(f"groups names no groups: {groups!r}.", remedy="Write groups={'Asian': 'White'}.")
        )
    for who, whom in pairs.items():
        if who == whom:
            faults.append(InvalidParameter(f"{who!r} is compared with itself."))
        if who in {EVERYONE, REST}:
            faults.append(InvalidParameter(f"{who!r} is no group of people.", remedy="Name the group."))
    return pairs


def _card(
    rows: Sequence[Row], pairs: Mapping[str, str], numbers: pd.DataFrame, words: pd.DataFrame, known: Sequence[Holding]
) -> pd.DataFrame:  # fmt: skip
    by_id = {row.id: row for row in rows}
    holdings = [*held_of(numbers, by_id), *known]
    status = standing(rows, holdings).set_index("id")
    lines: list[dict[str, Any]] = []
    for row in rows:
        if row.role == "aim":
            continue
        mine = numbers[numbers["indicator"] == row.id]
        whole = row.measure in OF_ALL
        cells = [(EVERYONE, "")] if whole else list(pairs.items())
        # A number of the whole mix may belong to an indicator that is usually told by group, and the other way round.
        cells += [
            cell for cell in dict.fromkeys(zip(mine["group"], mine["comparator"], strict=True)) if cell not in cells
        ]
        if whole and (mine["group"] != EVERYONE).any() and not (mine["group"] == EVERYONE).any():
            cells = cells[1:]
        about = status.loc[row.id]
        for tenet in row.tenets:
            for who, whom in cells:
                own = mine[(mine["group"] == who) & (mine["comparator"] == whom)]
                shared = {
                    "domain": row.label, "indicator": row.id, "tenet": tenet, "kind": row.kind, "wording": row.wording,
                    "group": who, "comparator": whom, "status": about["status"], "last_year": about["last_year"],
                    **_note(words, row.id, who),
                }  # fmt: skip
                if own.empty:
                    gap, why = gap_of(
                        row, about, set(mine["group"]), [one for one in holdings if row.id in one.indicators]
                    )
                    lines.append(
                        shared
                        | {
                            "presence": "missing",
                            "missing": gap,
                            "reason": why,
                            "published": about["published"],
                            "measure": row.measure,
                        }
                    )
                lines += [{**line, **shared, "presence": _presence(line)} for line in own.to_dict("records")]
    frame = pd.DataFrame(lines).reindex(columns=[*_COLUMNS, "data"])
    for name in ("value", "lower", "upper", "level", *FIGURES):
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    for name in (*TEXTS, "qualitative", "qualitative_source", "qualitative_date", "missing"):
        if name in frame.columns:
            frame[name] = pd.Series([one if isinstance(one, str) else None for one in frame[name]], dtype=object)
    frame["national"] = frame["national"].eq(other=True).astype(bool)
    frame["last_year"] = frame["last_year"].astype("Int64")
    frame["uncertainty"] = [None if one is None else DOUBTS[one.partition(":")[0]] for one in frame["interval_method"]]
    frame["flag"] = flags_of(frame)
    frame["source"] = frame["data"].where(
        frame["data"].notna(), fingerprint(held_table(holdings))[:12] if holdings else "none"
    )
    frame["method"] = frame["method"].where(frame["method"].notna(), _METHOD)
    frame["version"] = __version__
    frame["sentence"] = [
        sentence({str(key): value for key, value in line.items()}) for line in frame.to_dict("records")
    ]
    first = ~frame.duplicated("flag") & frame["flag"].notna()
    frame.loc[first, "sentence"] = frame.loc[first, "sentence"] + " " + frame.loc[first, "flag"].astype(str)
    return frame[list(_COLUMNS)]


def _presence(line: Mapping[str, Any]) -> str:
    if pd.isna(line["value"]):
        return "undefined"
    return "proxy" if isinstance(line["proxy"], str) else "number"


def _note(words: pd.DataFrame, indicator: str, group: str) -> dict[str, Any]:
    mine = words[words["indicator"] == indicator]
    # A note of the group itself is nearer than one of all.
    for part in (mine[mine["group"] == group], mine[mine["group"].isna()]):
        if len(part):
            one = part.iloc[0]
            return {"qualitative": one["text"], "qualitative_source": one["source"], "qualitative_date": one["date"]}
    return {"qualitative": None, "qualitative_source": None, "qualitative_date": None}
