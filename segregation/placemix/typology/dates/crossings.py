"""From which type of place to which: transitions between two dates, in places and in people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, group_text
from placemix.errors import InvalidParameter, plural
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which, focal_groups
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.dates.matching import (
    AnyScheme,
    MatchedDates,
    Rules,
    Unmatched,
    Vintages,
    match,
    strata_of,
)
from placemix.typology.places.looking_up import Reference, plain, reserved

#: Most rows of pairs of types: names of mixes make many types, and each pair stands in each stratum.
LARGEST = 2_000_000
#: Surroundings of both dates, or of each.
Around = Surroundings | tuple[Surroundings, Surroundings] | None

COLUMNS = (
    "focal", "type_before", "type_after", "label_before", "label_after", "units", "people_before", "people_after",
    "focal_before", "focal_after", "share_units", "share_people", "share_focal", "matched", "reason", "scheme",
    "reference", "around", "note", "source_before", "source", "version",
)  # fmt: skip


def transitions(
    before: Counts,
    after: Counts,
    *,
    scheme: AnyScheme,
    reference: Reference = None,
    focal: Which = None,
    by: str | Sequence[str] = (),
    city: str | None = None,
    around: Around = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    unmatched: Unmatched = "refuse",
    vintages: Vintages = "refuse",
    host: Reference = None,
) -> Result:
    """Count how many places, and people in them, were of which type at one date and of which at the other.

    It is the places that have types and change them. Nobody in this table is followed: `people_before` and
    `people_after` are those counted in the same places at each date.

    Parameters
    ----------
    before, after
        People of the same groups in the same units at two dates.
    scheme, reference, city, parameters, recalibrate
        As in `classify`; each date is typed by its own numbers.
    focal
        Group whose people are counted beside everyone, a list of groups, or ``"each"``: one block of rows a group.
    by
        Strata to count within. A unit must lie in the same at both dates.
    around
        Surroundings whose people are typed instead of each unit's own; one for both dates, or a pair. What is
        counted stays the people of the unit itself.
    unmatched
        Whether units of one date only are refused, or counted in rows of their own.
    vintages
        Whether dates that name different kinds of unit or boundaries are refused, or compared id by id.
    host
        Another name of `reference`.

    Returns
    -------
    result
        For each stratum and group one row for each pair of the types that occur anywhere at either date, zeros
        included, then rows of what has no type at one date. Columns: the strata, `focal`; `type_before`,
        `type_after`, `label_before`, `label_after`; `units`; `people_before`, `people_after` (everyone in these
        units at each date; NaN at a date where the units are not found); `focal_before`, `focal_after`;
        `share_units`: of the units of `type_before` that have a type at both dates, the share now `type_after`,
        which sums to 1 over `type_after`; `share_people` and `share_focal`: the same weighted by people, and
        members of the group, at the earlier date; `matched`: whether the units are found at both dates; `reason`:
        why a type is missing (``not_at_earlier_date``, ``not_at_later_date``, ``no_people_before``,
        ``no_people_after``, ``no_people`` at either; likewise ``none_in_groups_before`` where a scheme leaves all of
        its people out, and ``no_neighbours_before`` where nobody is around) or a share (``type_absent_before``: no
        unit with a type at both dates had it at first; ``group_absent_before``: no member was in any of them);
        `scheme`, `reference`, `around`, `note` (what was lost), `source_before`, `source`, `version`.

        Units, and people of both dates, sum to those of both tables.

    Raises
    ------
    VintageMismatch
        The dates have different units, boundaries or groups, and it was not said that they may.
    UnknownGroup
        A reference or a focal group is not among the groups.
    InvalidParameter
        The scheme or an option cannot be used, or there would be over two million rows.

    Notes
    -----
    There is no projection: a table of two dates does not say that places go on changing as they did.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> then = pd.DataFrame({"area": list("ABCD"), "white": [90, 85, 60, 20], "asian": [10, 15, 40, 80]})
    >>> now = pd.DataFrame({"area": list("ABCD"), "white": [88, 70, 55, 20], "asian": [12, 30, 45, 90]})
    >>> dates = [pm.from_wide(table, groups=["white", "asian"], unit="area") for table in (then, now)]
    >>> found = pm.typology.transitions(*dates, scheme="PJF2001", reference="white")
    >>> rows = found[found["units"] > 0]
    >>> rows[["type_before", "type_after", "units", "people_before", "people_after", "share_units"]]
      type_before type_after  units  people_before  people_after  share_units
    0           I          I      1          100.0         100.0          0.5
    1           I         II      1          100.0         100.0          0.5
    4          II         II      1          100.0         100.0          1.0
    8          VI         VI      1          100.0         110.0          1.0
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    reserved(names, COLUMNS)
    near = both(around)
    rules = Rules(scheme, reference, city, parameters, recalibrate, host)
    dates = match((before, after), rules=rules, around=near, unmatched=unmatched, vintages=vintages, by=names)
    strata, labels = strata_of(dates, names)
    focals: list[int | None] = [None] if focal is None else [*focal_groups(dates.tables[-1], focal)]
    table = crossed(dates, strata, len(labels), focals)
    frame = pd.concat([_ahead(labels, table["block"].to_numpy()), finished(table, dates)], axis=1)
    options = arguments(dates, rules, names, unmatched, vintages) | {"focal": focal}
    result = remember(frame[[*names, *COLUMNS]], Call("typology.transitions", inputs(dates), options, described))
    result.attrs["cites"] = tuple(dates.scheme.cites)
    return result


def crossed(dates: MatchedDates, blocks: IntArray, count: int, focals: Sequence[int | None]) -> pd.DataFrame:
    """Sum units and people by block, group and pair of types, then what has no type at one date.

    Parameters
    ----------
    dates
        Two dates.
    blocks, count
        Number of each unit's block, and how many there are; units of block -1 are left out.
    focals
        Groups to count beside everyone, or None.
    """
    codes, people = dates.codes, dates.people
    present = np.unique(codes[codes >= 0])
    many = len(present)
    if count * many * many * len(focals) > LARGEST:
        message = f"Every pair of {plural(many, 'type')} in {count:,} strata or classes is over {LARGEST:,} rows."
        raise InvalidParameter(message, remedy="Take coarser strata, fewer groups or a scheme of fewer types.")
    whole = (codes >= 0).all(axis=1) & (blocks >= 0)
    rows = np.searchsorted(present, codes[whole])
    flat = (blocks[whole] * many + rows[:, 0]) * many + rows[:, 1]

    def summed(weights: FloatArray | None = None) -> Any:  # noqa: ANN401
        return np.bincount(flat, weights=weights, minlength=count * many * many)

    grid = pd.DataFrame({
        "block": np.repeat(np.arange(count), many * many),
        "before": np.tile(np.repeat(present, many), count),
        "after": np.tile(present, count * many),
        "units": summed(),
        "people_before": summed(people[whole, 0]),
        "people_after": summed(people[whole, 1]),
        "matched": True,
        "reason": None,
    })  # fmt: skip
    left = ~whole & (blocks >= 0)
    rest = pd.DataFrame({
        "block": blocks, "before": codes[:, 0], "after": codes[:, 1], "units": 1, "people_before": people[:, 0],
        "people_after": people[:, 1], "matched": dates.found, "reason": dates.reasons(),
    })[left]  # fmt: skip
    keys = ["block", "matched", "reason", "before", "after"]
    pieces = []
    for group in focals:
        members = np.full_like(people, np.nan) if group is None else dates.members(group)
        inside, outside = grid.copy(), rest.copy()
        for side, name in enumerate(("focal_before", "focal_after")):
            inside[name] = np.nan if group is None else summed(members[whole, side])
            outside[name] = members[left, side]
        for name, share in (
            ("units", "share_units"),
            ("people_before", "share_people"),
            ("focal_before", "share_focal"),
        ):
            part = inside[name].to_numpy(dtype=np.float64).reshape(count * many, many)
            total = part.sum(axis=1, keepdims=True)
            inside[share] = np.divide(part, total, out=np.full_like(part, np.nan), where=total > 0).ravel()
        absent = inside["share_units"].isna().to_numpy()
        none_of = (group is not None) & ~absent & inside["share_focal"].isna().to_numpy()
        inside["reason"] = np.select([absent, none_of], ["type_absent_before", "group_absent_before"], "")
        inside["reason"] = inside["reason"].astype(object).where(absent | none_of, None)
        # What is not found at a date is missing there, and no zero.
        lost = outside.groupby(keys, as_index=False, sort=True).sum(min_count=1)
        piece = pd.concat(
            [inside, lost.sort_values(["block", "matched", *keys[2:]], ascending=[True, False, *[True] * 3])]
        )
        piece["focal"] = None if group is None else group_text(dates.tables[-1].groups[group])
        pieces.append(piece)
    table = pd.concat(pieces, ignore_index=True)
    return table.sort_values("block", kind="stable", ignore_index=True)


def finished(table: pd.DataFrame, dates: MatchedDates) -> pd.DataFrame:
    """Name types and say what the table is of."""
    frame = table.copy()
    texts = np.array([*dates.labels, None], dtype=object)
    for side in ("before", "after"):
        codes = frame[side].to_numpy().astype(np.intp)
        frame[f"type_{side}"], frame[f"label_{side}"] = dates.categories(codes), texts[codes]
    frame["units"] = frame["units"].astype(np.int64)
    frame["matched"] = frame["matched"].astype(bool)
    return said(frame, dates)


def said(frame: pd.DataFrame, dates: MatchedDates) -> pd.DataFrame:
    """Put the scheme, the reference, the notes and the sources beside each row."""
    frame["scheme"], frame["reference"] = dates.scheme.id, dates.reference_text
    frame["around"], frame["note"] = dates.around_text, " ".join([*dates.notes, *_by_city_alone(dates)]) or None
    frame["source_before"], frame["source"] = dates.tables[0].source, dates.tables[-1].source
    frame["version"] = __version__
    return frame


def _by_city_alone(dates: MatchedDates) -> list[str]:
    """Say how many places are of another type although only the totals of their city need have changed."""
    pairs = dates.scheme.apart_by_city()
    place = {name: number for number, name in enumerate(dates.types)}
    first, last = dates.codes[:, 0], dates.codes[:, -1]
    number = sum(int(((first == place[a]) & (last == place[b])).sum()) for a, b in pairs if {a, b} <= set(place))
    if not number:
        return []
    names = " and ".join(name for name in dates.scheme.order if any(name in pair for pair in pairs))
    told = (
        f"{plural(number, 'place')} went between the types {names}, which only the totals of the city tell apart: "
        "nothing in the places themselves need have changed."
    )
    return [told]


def both(around: Around) -> tuple[Surroundings | None, Surroundings | None]:
    """Return the surroundings of two dates.

    Raises
    ------
    InvalidParameter
        They are neither one nor a pair.
    """
    if around is None or isinstance(around, Surroundings):
        return around, around
    if isinstance(around, tuple) and len(around) == 2 and all(isinstance(near, Surroundings) for near in around):
        return around
    message = "around takes surroundings of both dates, or a pair of those of the earlier and of the later."
    raise InvalidParameter(message, remedy="Make them with a function of placemix.surroundings.")


def inputs(dates: MatchedDates) -> dict[str, Any]:
    """Give what a pack must hold of two dates."""
    found: dict[str, Any] = {"before": dates.tables[0], "after": dates.tables[1]}
    if dates.around[0] is not None:
        found |= {"around_first": dates.around[0], "around_second": dates.around[1]}
    return found


def arguments(
    dates: MatchedDates, rules: Rules, by: Sequence[str], unmatched: Unmatched, vintages: Vintages
) -> dict[str, Any]:
    """Give the options of a call as plain values; a scheme of the caller's own as its text."""
    scheme, wanted = dates.scheme, rules.host if rules.reference is None else rules.reference
    listed_ = [wanted] if isinstance(wanted, str | tuple) else list(wanted or ())
    return {
        "scheme": {"file": scheme.file, "text": scheme.text} if scheme.text and scheme.own else scheme.id,
        "reference": [list(name) if isinstance(name, tuple) else name for name in listed_] or None,
        "by": list(by), "city": rules.city,
        "parameters": plain(rules.parameters), "recalibrate": rules.recalibrate,
        "unmatched": unmatched, "vintages": vintages,
    }  # fmt: skip


def _ahead(labels: pd.DataFrame, blocks: IntArray) -> pd.DataFrame:
    return labels.take(blocks).reset_index(drop=True)
