"""Result frames and estimates as tables of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from placemix.estimating import REASONS, Estimate
from placemix.registry import asked
from placemix.report import rounding
from placemix.report.items import Table

Writer = Callable[[float], str]

#: How a column of a result is headed and written.
KNOWN: Mapping[str, tuple[str, Writer]] = {
    "value": ("Value", rounding.index),
    "expected": ("By chance alone", rounding.index),
    "people": ("People", rounding.count),
    "units": ("Units", rounding.count),
    "share_before": ("Share before", rounding.share),
    "share_after": ("Share after", rounding.share),
    "isolation_before": ("Isolation before", rounding.share),
    "isolation_after": ("Isolation after", rounding.share),
    "isolation_change": ("Change", rounding.points),
    "composition": ("Composition", rounding.points),
    "structure": ("Sorting", rounding.points),
    "dissimilarity_before": ("D before", rounding.index),
    "dissimilarity_after": ("D after", rounding.index),
    "dissimilarity_change": ("Change of D", rounding.change),
    "focal_mean": ("Where the average focal member lives", rounding.quantity),
    "against_mean": ("Where the average other member lives", rounding.quantity),
    "gap": ("Gap", rounding.change),
    "separation": ("Separation D", rounding.index),
    "contrast": ("Contrast", rounding.change),
    "threshold": ("Threshold", rounding.share),
    "members_above": ("Members above", rounding.count),
    "members": ("Members", rounding.count),
    "people_above": ("People above", rounding.count),
    "units_above": ("Units above", rounding.count),
}

#: Columns that a reader of a page does not need in every row: they stand elsewhere on it.
_APART = {
    "lower", "upper", "level", "flag", "numerator", "denominator", "groups", "residual", "units_dropped",
    "note", "around", "method", "interval_method", "source", "source_before", "version", "sentence", "verdict",
    "reason", "v_remainder", "structure_forward", "structure_reverse", "zero_cells", "patched_units",
}  # fmt: skip


def table(
    caption: str,
    columns: Mapping[str, Sequence[str]],
    *,
    text: Sequence[str] = (),
    strong: frozenset[tuple[int, int]] = frozenset(),
    note: str = "",
    folded: bool = False,
) -> Table:
    """Make a table from columns of texts.

    Parameters
    ----------
    caption
        What it shows.
    columns
        Texts by heading. The first column names the rows.
    text
        Headings of further columns that hold words.
    strong, note, folded
        See `Table`.
    """
    names = tuple(columns)
    return Table(
        caption=caption,
        columns=names,
        rows=tuple(zip(*(columns[name] for name in names), strict=True)),
        numeric=frozenset(place for place, name in enumerate(names) if place and name not in text),
        strong=strong,
        note=note,
        folded=folded,
    )


def of_frame(frame: pd.DataFrame, *, caption: str = "") -> Table:
    """Write a result frame as a table, rounded, without the columns that stand elsewhere.

    Examples
    --------
    >>> import pandas as pd
    >>> of_frame(pd.DataFrame({"district": ["Bury"], "value": [0.43758]})).rows
    (('Bury', '0.438'),)
    """
    columns: dict[str, list[str]] = {}
    words: list[str] = []
    for name in frame.columns:
        column = frame[name]
        if (
            name in _APART
            or (column.isna().all() and name not in KNOWN)
            or (name == "expected" and column.isna().all())
        ):
            continue
        heading = str(name).replace("_", " ")
        if name in KNOWN:
            heading, write = KNOWN[name]
            columns[heading] = [write(value) for value in column]
        elif pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            columns[heading] = [rounding.quantity(value) for value in column]
        else:
            columns[heading.capitalize()] = ["" if pd.isna(value) else _word(name, value) for value in column]
            words.append(heading.capitalize())
    reasons = _reasons(frame)
    return table(caption or "Results", columns, text=words, note=reasons)


def of_estimates(estimates: Sequence[Estimate], *, caption: str = "") -> Table:
    """Write estimates as a table whose rows say their value in a sentence."""
    return table(
        caption or "Estimates",
        {
            "Measure": [estimate.asked.row.label for estimate in estimates],
            "Value": [rounding.index(estimate.value) for estimate in estimates],
            "By chance alone": [rounding.index(estimate.expected) for estimate in estimates],
            "In words": [estimate.explain() for estimate in estimates],
        },
        text=["In words"],
    )


def _word(name: str, value: object) -> str:
    return asked(str(value)).row.label if name == "measure" else str(value)


def _reasons(frame: pd.DataFrame) -> str:
    if "reason" not in frame.columns:
        return ""
    found = [str(reason) for reason in pd.unique(frame["reason"].dropna())]
    return " ".join(f"{rounding.ABSENT} where {REASONS.get(reason, reason)}." for reason in found)
