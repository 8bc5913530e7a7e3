"""Seats and posts that a group holds, beside its share of a stated base."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidCounts, InvalidParameter, PlacemixError, UnmatchedUnit, listed, together
from placemix.indices.limits import wilson
from placemix.outcomes.seats.bases import Base, GivenBase, base_of_each, plain_bases
from placemix.outcomes.seats.chances import at_most
from placemix.results import Call, Result, first_reason, remember

#: Whole numbers: one of a single body, or one for each body by name.
Whole: TypeAlias = float | Mapping[str, float] | pd.Series
#: Name of the row of all bodies together.
ALL = "all bodies"
#: How the interval was made.
METHOD = "sampling:wilson_1927"


def representation(
    members: Whole,
    places: Whole,
    *,
    base: GivenBase | Mapping[str, GivenBase],
    level: float = 0.95,
) -> Result:
    """Compare the seats or posts that a group holds with its share of a stated base.

    Parameters
    ----------
    members
        Seats or posts that members of the group hold: one number, or one for each body by its name. One number beside
        several bodies is of all of them together.
    places
        All seats or posts, likewise.
    base
        Share of the group in the population that is compared with, and which population that is: a `Base` or its
        fields, one for all bodies or one for each by name.
    level
        Level of the interval, above 0 and below 1.

    Returns
    -------
    result
        One row for each body in the order given, and then one of all of them. Columns: `body`, `members`, `places`;
        `share` with `lower`, `upper` (Wilson) and `level`; `expected` (places × base), `shortfall` (expected − members,
        below 0 where the group holds more), `posts` (the shortfall rounded up to whole posts); `ratio` (share over
        base) with `ratio_lower` and `ratio_upper`; `p_at_most` (probability of so few members or fewer, if every place
        were filled from the base by chance alone), `p_none` (of no member at all); `base_share`, `base_population`,
        `base_ages`, `base_pool`, `base_year`, `base_source`; `reason`, `note`, `interval_method`, `sentence`, `source`,
        `version`.
        With several bases those of the last row are in words, and its `base_share` is expected over places.

    Raises
    ------
    InvalidCounts
        Members or places are no whole numbers from 0, or there are more members than places.
    UnmatchedUnit
        Members and places, or bases and places, are of different bodies.
    InvalidParameter
        A base lacks a field, or the level is out of range. All faults are listed.

    Notes
    -----
    The base is taken as known: the intervals hold no doubt about it. The probabilities speak of places filled one by
    one without regard to each other, which elections by party and appointments of whole boards are not. They say how
    unusual a number is, and nothing of why.

    References
    ----------
    Wilson 1927, Journal of the American Statistical Association 22(158), 209-212.

    Examples
    --------
    27 Members of Parliament of 650, beside 14 %:

    >>> import placemix as pm
    >>> base = pm.outcomes.Base(
    ...     share=0.14, population="residents", ages="all ages", pool="everyone", year=2010, source="press"
    ... )
    >>> found = pm.outcomes.representation(27, 650, base=base)
    >>> found[["share", "lower", "upper", "expected", "shortfall", "posts", "ratio"]].round(3)
       share  lower  upper  expected  shortfall  posts  ratio
    0  0.042  0.029   0.06      91.0       64.0     64  0.297
    """
    if not 0 < level < 1:
        raise InvalidParameter(f"level lies above 0 and below 1, not at {level!r}.")
    table = _table(members, places)
    bodies = table["body"].tolist()
    bases = base_of_each(base, bodies)
    rows = [
        _row(body, held, size, one, level)
        for body, held, size, one in zip(bodies, table["members"], table["places"], bases, strict=True)
    ]
    if len(bodies) > 1:
        rows.append(_pooled(table, members, bases, level))
    frame = pd.DataFrame(rows)
    frame["posts"] = frame["posts"].astype("Int64")
    frame["base_year"] = frame["base_year"].astype(str)  # a column of a file holds one kind
    frame["reason"] = first_reason(
        {"no_places": frame["places"] == 0, "members_not_given_by_body": frame["members"].isna()}
    )
    frame["note"] = _note(table, bases)
    frame["interval_method"] = METHOD
    frame["sentence"] = [_sentence(row) for row in frame.to_dict("records")]
    frame["source"], frame["version"] = fingerprint(table)[:12], __version__
    arguments: dict[str, Any] = {"level": level, "base": plain_bases(bodies, bases)}
    inputs: dict[str, pd.Series] = {}
    for name, given in (("members", members), ("places", places)):
        (arguments if isinstance(given, int | float | np.generic) else inputs)[name] = (
            pd.Series(given, dtype=np.float64) if isinstance(given, Mapping) else given
        )
    result = remember(frame, Call("outcomes.representation", inputs, arguments))
    result.attrs["cites"] = ("wilson_1927",)
    return result


def _table(members: Whole, places: Whole) -> pd.DataFrame:
    """Members and places of each body, every fault listed."""
    faults: list[PlacemixError] = []
    held, all_ = _numbers("members", members, faults), _numbers("places", places, faults)
    alone = not isinstance(places, Mapping | pd.Series)
    if faults:
        raise together(faults)
    if isinstance(members, Mapping | pd.Series):
        odd = sorted(set(held) ^ set(all_)) if not alone else list(held)
        if odd:
            message = f"Members and places are not of the same bodies: {listed([repr(name) for name in odd])}."
            faults.append(UnmatchedUnit(message, units=odd, remedy="Give both for each body, by the same names."))
        known = [held.get(name, math.nan) for name in all_]
    else:
        known = list(held.values()) if alone or len(all_) == 1 else [math.nan] * len(all_)
    table = pd.DataFrame({"body": list(all_), "members": known, "places": list(all_.values())})
    over = (table["members"] > table["places"]).to_numpy()
    if over.any() or sum(held.values()) > table["places"].sum():
        names = table["body"][over] if over.any() else ["all"]
        faults.append(InvalidCounts("There are more members than places.", units=names))
    if ALL in all_ and len(all_) > 1:
        faults.append(InvalidParameter(f"{ALL!r} is the name of the row of all of them.", remedy="Rename the body."))
    if faults:
        raise together(faults)
    return table


def _numbers(role: str, given: Whole, faults: list[PlacemixError]) -> dict[str, float]:
    pairs = list(given.items()) if isinstance(given, Mapping | pd.Series) else [("the body", given)]
    if not pairs:
        faults.append(InvalidCounts(f"{role} names no body."))
    out: dict[str, float] = {}
    odd = []
    for name, value in pairs:
        number = value.item() if isinstance(value, np.generic) else value
        fine = isinstance(number, int | float) and not isinstance(number, bool)
        if not fine or not (math.isfinite(number) and number >= 0 and float(number).is_integer()):
            odd.append(str(name))
        elif str(name) in out:
            faults.append(InvalidParameter(f"{role} names {str(name)!r} twice."))
        else:
            out[str(name)] = float(number)
    if odd:
        message = f"{role} are no whole numbers from 0."
        remedy = "Count people, not full-time equivalents or shares; leave out bodies of which nothing is known."
        faults.append(InvalidCounts(message, units=odd, remedy=remedy))
    return out


def _row(body: str, members: float, places: float, base: Base, level: float) -> dict[str, Any]:
    expected = base.exact * int(places)
    known = not math.isnan(members)
    chance = at_most(int(members), np.array([int(places)]), np.array([base.share])) if known else math.nan
    return {
        **_values(body, members, places, expected, level),
        "p_at_most": chance,
        "p_none": math.exp(places * math.log1p(-base.share)),
        **{f"base_{name}": value for name, value in base.plain().items()},
    }


def _pooled(table: pd.DataFrame, members: Whole, bases: list[Base], level: float) -> dict[str, Any]:
    alone = not isinstance(members, Mapping | pd.Series)
    held = float(members) if alone else float(table["members"].sum())  # type: ignore[arg-type]
    sizes = table["places"].to_numpy().astype(np.int64)
    expected = sum((one.exact * int(size) for one, size in zip(bases, sizes, strict=True)), Fraction(0))
    shares = np.array([one.share for one in bases])
    words = {
        f"base_{name}": "; ".join(dict.fromkeys(str(getattr(one, name)) for one in bases))
        for name in ("population", "ages", "pool", "year", "source")
    }
    # One base for all keeps its own values, so that the column of years holds years.
    same = bases[0].plain() if len(set(bases)) == 1 else None
    total = int(sizes.sum())
    return {
        **_values(ALL, held, float(total), expected, level),
        "p_at_most": at_most(int(held), sizes, shares),
        "p_none": math.exp(float((sizes * np.log1p(-shares)).sum())),
        "base_share": float(expected / total) if total else math.nan,
        **(words if same is None else {f"base_{name}": value for name, value in same.items()}),
    }


def _values(body: str, members: float, places: float, expected: Fraction, level: float) -> dict[str, Any]:
    low, high = (float(end[0]) for end in wilson(np.array([members]), np.array([places]), level=level))
    share = members / places if places else math.nan
    over = float(expected) / places if places else math.nan
    known = not math.isnan(members)
    return {
        "body": body,
        "members": members,
        "places": places,
        "share": share,
        "lower": low,
        "upper": high,
        "level": level,
        "expected": float(expected),
        "shortfall": float(expected - int(members)) if known else math.nan,
        "posts": math.ceil(expected - int(members)) if known else None,
        # The ratio and its ends are those of the share, over a base that is taken as known.
        "ratio": share / over,
        "ratio_lower": low / over,
        "ratio_upper": high / over,
    }


def _note(table: pd.DataFrame, bases: list[Base]) -> str:
    said = ["All places are counted; the interval is of places filled by chance at that share. The base is as given."]
    if len(table) > 1 and len(set(bases)) > 1:
        said.append("The last row pools bodies with bases of their own.")
    elif len(table) > 1:
        said.append("The last row pools bodies that different people may choose.")
    return " ".join(said)


def _sentence(row: dict[str, Any]) -> str:
    lead = f"{row['body'][:1].upper()}{row['body'][1:]}"
    if isinstance(row["reason"], str):
        return f"{lead}: {'no places' if row['places'] == 0 else 'members are not given by body'}."
    between = f"{100 * row['lower']:.1f} to {100 * row['upper']:.1f} %"
    beside = (
        f"{row['base_population']}, {row['base_ages']}, {row['base_pool']}, {row['base_year']} ({row['base_source']})"
    )
    short = f"{row['posts']} short of it" if row["posts"] > 0 else "not short of it"
    return (
        f"{lead}: {row['members']:,.0f} of {row['places']:,.0f}, {100 * row['share']:.1f} % ({between}), beside "
        f"{100 * row['base_share']:.3g} % of {beside}; {short}."
    )
