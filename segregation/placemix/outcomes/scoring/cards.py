"""The scorecard of one area: every indicator of the framework, with its numbers, notes and gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.outcomes.indicators.computing import REST
from placemix.outcomes.indicators.holdings import Given, held, held_table
from placemix.outcomes.indicators.reading import founding, own_rows
from placemix.outcomes.scoring.filling import filled
from placemix.outcomes.scoring.gathering import evidence_faults, gathered, noted
from placemix.outcomes.scoring.pieces import Piece
from placemix.outcomes.scoring.terms import EVERYONE
from placemix.rates.scales import years
from placemix.results import Call, Result, remember


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
        `local` (a number by local area, which a national figure needs: the same one, or what is known of everyone),
        `local_what` (what these are, if not the same), `local_in` (their unit, if another), `local_per` (100 where they
        are percentages), `local_here` (which of them is nearest to this area), `published` (``"yes"``, ``"no"``, ``"unknown"``: whether it still is), `grouping` (such as
        ``"ethnicity"``), `proxy` (why, if it stands in for something else), `perturbed` (True, or the two ends between
        which the number lies, if cells were changed to protect people) `what` (whom or what a share is of, in words), `per` (what published rates are of, such as
        100), `synthetic` (True where the people are invented, if the table does not bear it) and `note`. A table may
        hold a published `rate` by group in place of counts; its number has no range then.
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
        further number of a cell. National numbers stand after the local ones, or after the gap where there is none:
        they fill no gap. Columns: `domain`, `indicator`, `tenet`, `kind`, `wording`, `group` (``"everyone"``
        where the number is of the whole mix), `comparator`; `presence` (``"number"``, ``"undefined"``, ``"proxy"``,
        ``"missing"``), `value`, `lower`, `upper`, `level`, `uncertainty` (``"sampling"``, ``"hidden cells"``,
        ``"perturbation"``, ``"chance model"``, ``"assumption"``, ``"zoning"``, ``"none"``), `interval_method`,
        `numerator`, `denominator`, `measure`, `measured_in`, `says`, `what`, `beside`, `area`, `national`, `synthetic`, `period`,
        `universe`, `published_in`, `proxy`, `local_what`, `local_in`, `local_units`, `local_lowest`, `local_quartile_1`,
        `local_median`, `local_quartile_3`, `local_highest`, `local_here`, `local_value`; `qualitative`, `qualitative_source`, `qualitative_date`;
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
    frame = filled(rows, pairs, numbers, words, known)
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
