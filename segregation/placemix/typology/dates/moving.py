"""How many places, and people in them, are of the same type at both dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.counts import Counts
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.typology.dates.crossings import Around, arguments, both, crossed, inputs, said
from placemix.typology.dates.matching import AnyScheme, Rules, Unmatched, Vintages, match, strata_of
from placemix.typology.places.looking_up import Reference, reserved

COLUMNS = (
    "units", "units_same", "units_changed", "share_units_same", "people_before", "people_after", "people_same_before",
    "people_same_after", "people_changed_before", "people_changed_after", "share_people_same", "types", "shorrocks",
    "units_left_out_before", "units_left_out_after", "people_left_out_before", "people_left_out_after", "sentence",
    "reason", "scheme", "reference", "around", "note", "source_before", "source", "version",
)  # fmt: skip


def mobility(
    before: Counts,
    after: Counts,
    *,
    scheme: AnyScheme,
    reference: Reference = None,
    by: str | Sequence[str] = (),
    city: str | None = None,
    around: Around = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    unmatched: Unmatched = "refuse",
    vintages: Vintages = "refuse",
    host: Reference = None,
) -> Result:
    """Say how much the types of places moved between two dates, in one row a stratum.

    Types have no order, so that no direction is named; `transitions` says from which to which.

    Parameters
    ----------
    before, after, scheme, reference, by, city, around, parameters, recalibrate, unmatched, vintages, host
        As in `transitions`.

    Returns
    -------
    result
        One row a stratum. Columns: the strata; `units` (those with a type at both dates, which all shares are of),
        `units_same`, `units_changed`, `share_units_same`; `people_before` and `people_after` in `units`, and of
        these `people_same_before`, `people_same_after`, `people_changed_before`, `people_changed_after`: people
        counted at each date in places of the same type at both, and of different types; `share_people_same` at the
        earlier date; `types` (n, those with units at the earlier date) and `shorrocks`;
        `units_left_out_before` and so on: units and people of each date without a type at the other;
        `sentence`, `reason` (``no_units``, or ``one_type``: fewer than two types, so that `shorrocks` is undefined),
        `scheme`, `reference`, `around`, `note`, `source_before`, `source`, `version`.

    Raises
    ------
    VintageMismatch, UnknownGroup, InvalidParameter
        As in `transitions`.

    Notes
    -----
    Shorrocks' index is (n - trace P) / (n - 1), where P holds the shares of units of `transitions` and n counts the
    types that some unit with a type at both dates had at the earlier one; the row of any other type is unknown. It is
    one less the share that stayed, averaged over types with equal weight whatever their number of units, times
    n / (n - 1): 0 where all stay, 1 where the later type does not depend on the earlier, at most n / (n - 1).
    So it depends on how fine the scheme is, and on types with few units.

    References
    ----------
    Shorrocks 1978.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> then = pd.DataFrame({"area": list("ABCD"), "white": [90, 85, 60, 20], "asian": [10, 15, 40, 80]})
    >>> now = pd.DataFrame({"area": list("ABCD"), "white": [88, 70, 55, 20], "asian": [12, 30, 45, 90]})
    >>> dates = [pm.from_wide(table, groups=["white", "asian"], unit="area") for table in (then, now)]
    >>> found = pm.typology.mobility(*dates, scheme="PJF2001", reference="white")
    >>> found[["units", "units_same", "people_changed_before", "types", "shorrocks"]]
       units  units_same  people_changed_before  types  shorrocks
    0      4           3                  100.0      3       0.25
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    reserved(names, COLUMNS)
    rules = Rules(scheme, reference, city, parameters, recalibrate, host)
    dates = match((before, after), rules=rules, around=both(around), unmatched=unmatched, vintages=vintages, by=names)
    strata, labels = strata_of(dates, names)
    table = crossed(dates, strata, len(labels), [None])
    rows = [_row(table[table["block"] == block]) for block in range(len(labels))]
    frame = pd.concat([labels, said(pd.DataFrame(rows), dates)], axis=1)
    frame["sentence"] = [_sentence(row, names) for row in frame.to_dict("records")]
    result = remember(
        frame[[*names, *COLUMNS]],
        Call("typology.mobility", inputs(dates), arguments(dates, rules, names, unmatched, vintages), described),
    )
    result.attrs["cites"] = (*dates.scheme.cites, "shorrocks_1978")
    return result


def _row(table: pd.DataFrame) -> dict[str, Any]:
    """One stratum."""
    typed = (table["before"] >= 0) & (table["after"] >= 0)
    inside, outside = table[typed], table[~typed]
    same = inside[inside["before"] == inside["after"]]
    units, stayed = int(inside["units"].sum()), int(same["units"].sum())
    row: dict[str, Any] = {"units": units, "units_same": stayed, "units_changed": units - stayed}
    row["share_units_same"] = stayed / units if units else np.nan
    for date in ("before", "after"):
        everyone, here = float(inside[f"people_{date}"].sum()), float(same[f"people_{date}"].sum())
        row |= {f"people_{date}": everyone, f"people_same_{date}": here, f"people_changed_{date}": everyone - here}
        row[f"people_left_out_{date}"] = float(outside[f"people_{date}"].sum())
        # Where people are missing, so is the unit.
        row[f"units_left_out_{date}"] = int(outside.loc[outside[f"people_{date}"].notna(), "units"].sum())
    row["share_people_same"] = row["people_same_before"] / row["people_before"] if units else np.nan
    stays = same.loc[same["share_units"].notna(), "share_units"]
    many = len(stays)
    row["types"] = many
    row["shorrocks"] = (many - float(stays.sum())) / (many - 1) if many > 1 else np.nan
    row["reason"] = "no_units" if not units else "one_type" if many < 2 else None
    return row


def _sentence(row: Mapping[Any, Any], names: Sequence[str]) -> str:
    where = f"In {', '.join(str(row[name]) for name in names)}, " if names else ""
    if not row["units"]:
        return f"{where}{'no' if where else 'No'} place has a type at both dates."
    share = f"{row['share_units_same']:.1%}".replace("%", " %")
    people = f"{row['people_changed_before']:,.0f} people at the earlier date and {row['people_changed_after']:,.0f}"
    text = (
        f"{where}{row['units_same']:,} of {row['units']:,} places ({share}) are of the same type at both dates; the "
        f"others held {people} at the later."
    )
    left = [f"{row[f'units_left_out_{date}']:,}" for date in ("before", "after")]
    if left == ["0", "0"]:
        return text
    return (
        f"{text} Left out, as without a type at one of them: {left[0]} units of the earlier and {left[1]} of the later."
    )
