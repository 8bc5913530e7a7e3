"""The annex as a table: what is hidden, what is printed, and why."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.scenarios.equality import wordings
from placemix.scenarios.equality.arriving import Arrivals
from placemix.scenarios.equality.hiding import hidden_groups, small
from placemix.scenarios.equality.references import References

#: Symbol of a number that is hidden because it would tell a smaller one.
WITHHELD = "withheld"
#: Columns of the annex, in order, before those that are the same in every row.
COLUMNS: tuple[str, ...] = (
    "schemes", "unit", "district", "group", "profile", "homes", "people_now", "arriving", "added", "growth",
    "group_share_now", "group_share_central", "group_share_lower", "group_share_upper", "group_people_central",
    "group_people_lower", "group_people_upper", "level", "coverage", "mean_error", "mean_error_no_change",
    "central_inside", "group_noise_sd", "symbol", "symbol_lower", "symbol_upper", "printed", "printed_central",
    "reason", "note", "profile_source",
)  # fmt: skip
_TEXTS = {
    "schemes", "unit", "district", "group", "profile", "symbol", "symbol_lower", "symbol_upper", "printed",
    "printed_central", "reason", "note", "profile_source",
}  # fmt: skip


class Expected(NamedTuple):
    """What is expected of the units.

    Attributes
    ----------
    mix
        What `expected_mix` gave.
    now
        People of each group now, shape (units, groups).
    new
        People of each group in new homes, shape (profiles, units, groups).
    after
        People of each group after, shape (profiles, units, groups).
    deviation
        Simulation noise of `new`, shape (profiles, units, groups).
    """

    mix: pd.DataFrame
    now: FloatArray
    new: FloatArray
    after: FloatArray
    deviation: FloatArray


def tabulated(
    came: Arrivals, expected: Expected, references: References, *, least_count: float, said: list[str]
) -> pd.DataFrame:  # fmt: skip
    """Return one row for each unit, group and profile.

    Parameters
    ----------
    came
        Who comes.
    expected
        What is expected.
    references
        The profiles.
    least_count
        Smallest number of people that is printed.
    said
        Notes of every row.
    """
    mix, profiles = expected.mix, len(references.names)
    units, groups = expected.now.shape
    reason = mix["reason"].to_numpy(dtype=object).reshape(units, groups)
    ranged = pd.isna(reason)
    hidden, few, past = _hidden(expected, ranged, least_count)
    total = expected.now.sum(axis=1) + came.added.to_numpy()
    shares = {name: _grid(mix, name, units) for name in ("lower", "upper", "share_now")}
    ends = {name: shares[name] * total[:, np.newaxis] for name in ("lower", "upper")}
    gone = {name: small(people, least_count) & ranged for name, people in ends.items()}
    now = np.where(past | ~ranged, np.nan, shares["share_now"])
    with np.errstate(divide="ignore", invalid="ignore"):
        central = expected.after / total[:, np.newaxis]
        chance = expected.deviation / total[:, np.newaxis]
    inside = (central >= shares["lower"]) & (central <= shares["upper"])

    def by_group(values: Any) -> Any:  # noqa: ANN401
        return np.repeat(np.asarray(values).ravel(), profiles)

    def by_unit(values: Any) -> Any:  # noqa: ANN401
        return np.repeat(np.asarray(values), groups * profiles)

    def by_profile(values: FloatArray) -> FloatArray:
        shown = np.where(hidden | ~ranged, np.nan, values)
        return np.asarray(shown.transpose(1, 2, 0).ravel())

    def end(values: FloatArray, name: str) -> FloatArray:
        return np.where(gone[name] | ~ranged, np.nan, values)

    symbol = np.where(~ranged | ~hidden, "", np.where(few, wordings.few(least_count), WITHHELD)).astype(object)
    symbol = symbol.transpose(1, 2, 0).ravel()
    dash = {name: np.where(where, wordings.few(least_count), "").astype(object) for name, where in gone.items()}
    visible = (ranged & ~hidden).transpose(1, 2, 0).ravel()
    frame = pd.DataFrame(
        {
            "schemes": by_unit(came.units["schemes"].to_numpy(dtype=object)),
            "unit": by_unit(came.units["unit"].to_numpy(dtype=object)),
            "district": by_group(mix["district"].to_numpy(dtype=object)),
            "group": by_group(mix["group"].to_numpy(dtype=object)),
            "profile": np.tile(np.array(references.names, dtype=object), units * groups),
            "homes": by_unit(came.units["homes"]),
            "people_now": by_unit(expected.now.sum(axis=1)),
            "arriving": by_unit(came.new.sum(axis=1)),
            "added": by_unit(came.added.to_numpy()),
            "growth": by_group(mix["growth"]),
            "group_share_now": by_group(now),
            "group_share_central": by_profile(central),
            "group_share_lower": by_group(end(shares["lower"], "lower")),
            "group_share_upper": by_group(end(shares["upper"], "upper")),
            "group_people_central": by_profile(expected.after),
            "group_people_lower": by_group(end(ends["lower"], "lower")),
            "group_people_upper": by_group(end(ends["upper"], "upper")),
            **{name: by_group(mix[name]) for name in ("level", "coverage", "mean_error", "mean_error_no_change")},
            "central_inside": pd.array(inside.transpose(1, 2, 0).ravel(), dtype="boolean"),
            "group_noise_sd": by_profile(chance),
            "symbol": symbol,
            "symbol_lower": by_group(dash["lower"]),
            "symbol_upper": by_group(dash["upper"]),
            "reason": by_group(reason),
            "profile_source": np.tile(np.array(references.source, dtype=object), units * groups),
        }
    )
    frame.loc[~visible, "central_inside"] = pd.NA
    frame["note"] = _notes(frame, mix, references, said)
    return _worded(frame, least_count)[list(COLUMNS)]


def left_out(small_schemes: pd.Series, least_homes: float) -> pd.DataFrame:
    """Return a row for each scheme that has too few homes."""
    reasons = [wordings.too_few(str(name), float(homes), least_homes) for name, homes in small_schemes.items()]
    rows = pd.DataFrame(index=range(len(reasons)))
    for name in COLUMNS:
        rows[name] = pd.Series(
            [None if name in _TEXTS else np.nan] * len(reasons), dtype=object if name in _TEXTS else float
        )
    rows["central_inside"] = pd.array([pd.NA] * len(reasons), dtype="boolean")
    rows["schemes"] = [str(name) for name in small_schemes.index]
    rows["homes"] = small_schemes.to_numpy(dtype=np.float64)
    rows["reason"] = reasons
    rows["printed"] = rows["printed_central"] = [f"{reason}." for reason in reasons]
    for name in ("symbol", "symbol_lower", "symbol_upper"):
        rows[name] = ""
    return rows


def _hidden(expected: Expected, ranged: BoolArray, least: float) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Which groups have no central estimate, which of them for being small, and which no present share.

    The first two by profile, unit and group.
    """
    hidden, few = (np.zeros(expected.new.shape, dtype=bool) for _ in range(2))
    past = np.zeros_like(ranged)
    for unit in range(len(ranged)):
        past[unit] = hidden_groups(expected.now[unit : unit + 1], least)
        for profile in range(len(expected.new)):
            tables = np.vstack([expected.now[unit], expected.new[profile, unit], expected.after[profile, unit]])
            few[profile, unit] = small(tables, least).any(axis=0)
            # One group without a range would be told by the total.
            hidden[profile, unit] = hidden_groups(tables, least) | past[unit] if ranged[unit].all() else True
    return hidden, few, past


def _grid(mix: pd.DataFrame, name: str, units: int) -> FloatArray:
    return np.asarray(mix[name].to_numpy(dtype=np.float64).reshape(units, -1))


def _notes(frame: pd.DataFrame, mix: pd.DataFrame, references: References, said: list[str]) -> list[str]:
    """What must be said of the profile of each row, and of all."""
    places = dict(zip(references.names, references.of, strict=True))
    rest = [*said, *(str(text) for text in mix["note"].dropna().unique())]

    def of(profile: str, district: str) -> str:
        place = places[profile]
        if place is None:
            return f"It is not said of which district the profile {profile!r} is."
        return "" if place == district else f"The profile {profile!r} is of {place}, not of the district {district}."

    pairs = zip(frame["profile"], frame["district"], strict=True)
    return [" ".join(filter(None, [of(profile, district), *rest])) for profile, district in pairs]


def _worded(frame: pd.DataFrame, least: float) -> pd.DataFrame:
    ranges, centrals = [], []
    for row in frame.to_dict("records"):
        if row["reason"] is not None:
            ranges.append(f"{row['unit']}: {row['reason']}.")
            centrals.append(ranges[-1])
            continue
        text = wordings.range_text(
            row["unit"],
            row["group"],
            share=(row["group_share_lower"], row["group_share_upper"]),
            people=(row["group_people_lower"], row["group_people_upper"]),
            now=row["group_share_now"],
            coverage=row["coverage"],
            least=least,
        )
        ranges.append(text)
        inside = row["central_inside"]
        centrals.append(
            wordings.central_text(
                text,
                row["profile"],
                central=row["group_share_central"],
                share=(row["group_share_lower"], row["group_share_upper"]),
                symbol=row["symbol"],
                inside=bool(pd.notna(inside) and inside),
                least=least,
            )
        )
    return frame.assign(printed=ranges, printed_central=centrals)
