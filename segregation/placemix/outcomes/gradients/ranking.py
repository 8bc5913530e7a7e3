"""Gradients over ranked classes of people or areas: slope, relative and concentration indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import UnknownColumn, did_you_mean, together
from placemix.outcomes.disparity import asking
from placemix.outcomes.disparity.keying import plain_table
from placemix.outcomes.disparity.rows import Told
from placemix.outcomes.disparity.who import Who, axes_of, label
from placemix.outcomes.gradients.asked import Of, asked, numbers
from placemix.outcomes.gradients.fitting import Transform
from placemix.outcomes.gradients.indices import INDICES
from placemix.outcomes.gradients.measuring import Columns, gradient
from placemix.outcomes.gradients.telling import sentence
from placemix.rates import Rates
from placemix.results import Call, Result, remember

_COLUMNS = [
    "measure", "focal", "against", "value", "lower", "upper", "level", "denominator", "classes", "mean",
    "most_disadvantaged", "least_disadvantaged", "definition", "transform", "of", "comparator", "measured_in", "tenet",
    "kind", "reason", "note", "method", "interval_method", "sentence", "source", "version",
]  # fmt: skip


def inequality(
    classes: Rates | pd.DataFrame,
    measures: str | Sequence[str] = ("slope_index", "concentration_index"),
    *,
    of: Of,
    order: str,
    value: str = "rate",
    people: str = "denominator",
    focal: Who | None = None,
    by: str | Sequence[str] = (),
    rii_definition: Literal["phe", "mackenbach"] | None = None,
    transform: Transform = "none",
    bounds: tuple[float, float] | None = None,
    error: str | None = None,
    lower: str | None = None,
    upper: str | None = None,
    table_level: float = 0.95,
    level: float = 0.95,
    least: float | None = None,
    tenet: str = "equality",
    kind: str = "outcome",
) -> Result:
    """Measure how steeply something rises or falls from the most to the least disadvantaged.

    Parameters
    ----------
    classes
        One row for each class, such as a tenth of people by deprivation; `Rates` or a table.
    measures
        ``"slope_index"`` (SII: height of a line fitted by people at the least disadvantaged end less that at the
        most), ``"relative_index"`` (RII), ``"concentration_index"``, ``"concentration_wagstaff"`` and
        ``"concentration_erreygers"`` (of values with `bounds`).
    of
        Whether ``"people"`` are ranked, or ``"areas"`` in which they live. A gradient over areas is about areas where
        people are more or less disadvantaged, and the sentences say so.
    order
        Column of the place in the order: 1 is the most disadvantaged. No two classes of a gradient share one.
    value, people
        Columns of what is measured and of the people of each class.
    focal
        Group whose gradient it is, as of `compare_groups`: a value of column `group` or an intersection of columns.
        Default: all rows.
    by
        Columns that tell gradients apart.
    rii_definition
        What a relative index is, needed for it: ``"phe"``, the height at the least disadvantaged end over that at the
        most; ``"mackenbach"``, the slope over the mean.
    transform
        ``"log"`` for rates or ``"logit"`` for shares: the line is fitted to the transformed values, and its ends are
        brought back.
    bounds
        Lowest and highest possible value, such as ``(0, 1)`` for shares; needed for Wagstaff's and Erreygers' index.
    error
        Column of standard errors of the values.
    lower, upper
        Columns of their confidence limits at `table_level`, in place of `error`.
    table_level
        Level of those limits.
    level
        Confidence level of the indices. Without `error` or limits they have no interval.
    least
        Numbers of people from 1 to below this are hidden, and what is computed from them. Default: 10 for
        intersections, else 0.
    tenet, kind
        As of `compare_groups`.

    Returns
    -------
    result
        One row for each gradient and measure. Columns: those of `by`; `measure`, `focal`, `against` (none), `value`,
        `lower`, `upper`, `level`, `denominator` (people), `classes`, `mean`, `most_disadvantaged` and
        `least_disadvantaged` (ends of the fitted line), `definition`, `transform`, `of`, `comparator`, `measured_in`,
        `tenet`, `kind`, `reason`, `note`, `method`, `interval_method`, `sentence`, `source`, `version`. Slope and
        relative index need 5 to 100 classes.

    Raises
    ------
    RankOrDecileArithmetic
        The values are ranks.
    DuplicateUnit
        Two classes of a gradient have one place in the order.
    UnknownColumn, UnknownGroup, NotNumbers, InvalidTable, InvalidParameter
        Columns or groups are missing, hold text, or an option is out of range. All faults come in one error.

    Notes
    -----
    Intervals hold the errors of the values, taken as normal and independent, and not how well a line fits. They are
    exact for the slope and Erreygers' index, Fieller's for ratios of weighted sums, and to first order for Wagstaff's
    index and transformed values.

    References
    ----------
    Mackenbach and Kunst 1997; Wagstaff, Paci and van Doorslaer 1991; Wagstaff 2005; Erreygers 2009; Fieller 1954.

    Examples
    --------
    >>> import pandas as pd
    >>> fifths = pd.DataFrame({"fifth": [1, 2, 3, 4, 5], "rate": [0.5, 0.4, 0.3, 0.2, 0.1], "denominator": 100})
    >>> names = ["slope_index", "concentration_index", "concentration_wagstaff", "concentration_erreygers"]
    >>> found = inequality(fifths, names, of="people", order="fifth", bounds=(0, 1))
    >>> found[["measure", "value"]].round(5)
                       measure    value
    0              slope_index -0.50000
    1      concentration_index -0.26667
    2   concentration_wagstaff -0.38095
    3  concentration_erreygers -0.32000
    """
    by = [by] if isinstance(by, str) else list(by)
    names = [measures] if isinstance(measures, str) else list(dict.fromkeys(measures))
    told = Told(level=level, tenet=tenet, kind=kind, intervals={})
    own = Columns(value, people, error, lower, upper, table_level)
    table = plain_table(classes)
    faults = [*told.faults(), *asking.least_faults(least), *asking.reserved_faults(by, _COLUMNS)]
    faults += asked(names, of, rii_definition, transform, bounds, own)
    side = {} if focal is None else axes_of(focal, "focal", faults)
    columns = list(dict.fromkeys(name for name in (order, value, people, error, lower, upper) if name is not None))
    faults += [
        UnknownColumn(f"The table has no column {name!r}.", remedy=did_you_mean(name, table.columns))
        for name in dict.fromkeys([*columns, *by])
        if name not in table.columns
    ]
    if faults:
        raise together(faults)
    if focal is not None:
        asking.groups_of(table, focal, "rest", ())
    few = asking.least_of(least, list(side))
    beside = [name for name in ("symbol", "numerator") if name in table.columns]
    used = table[list(dict.fromkeys([*by, *side, *columns, *beside]))]
    rows = used
    for name, values in side.items():
        rows = rows[rows[name].astype(str).isin(values)]
    rows = numbers(rows.reset_index(drop=True), columns, by, order, own, few)
    keys = rows[by].astype(object).where(rows[by].notna(), None)
    groups = keys.groupby(by, sort=False, dropna=False).indices.values() if by else [np.arange(len(rows))]
    found = [
        {**keys.iloc[places[0]].to_dict(), **row}
        for places in groups
        for row in gradient(rows.iloc[places].sort_values(order), own, names, level, transform, bounds, rii_definition)
    ]
    frame = pd.DataFrame(found).assign(
        focal=label(side) or "everyone", against=None, of=of, tenet=tenet, kind=kind,
        comparator="none: all classes in their order", note=_note(of, few), source=fingerprint(used)[:12],
        version=__version__,
    )  # fmt: skip
    for name in ("reason", "definition"):
        frame[name] = pd.Series([row[name] for row in found], dtype=object)
    frame["sentence"] = [sentence(row, by, value) for row in frame.to_dict("records")]
    arguments = {
        "measures": names, "of": of, "order": order, "value": value, "people": people,
        "focal": None if focal is None else asking.plain(focal), "by": by, "rii_definition": rii_definition,
        "transform": transform, "bounds": None if bounds is None else list(bounds), "error": error, "lower": lower,
        "upper": upper, "table_level": table_level, "level": level, "least": few, "tenet": tenet, "kind": kind,
    }  # fmt: skip
    result = remember(frame[[*by, *_COLUMNS]], Call("outcomes.inequality", {"classes": used}, arguments))
    result.attrs["cites"] = tuple(dict.fromkeys(key for name in names for key in INDICES[name].cites))
    return result


def _note(of: str, least: float) -> str | None:
    said = []
    if of == "areas":
        said.append("Areas are ranked, and people live in them: nothing is said of disadvantaged people.")
    if least:
        said.append(f"Numbers from 1 to {least - 1:g}, and what is computed from them, are hidden.")
    return " ".join(said) or None
