"""Where and when places run short."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.errors import InvalidParameter, InvalidTable, listed
from placemix.results import Call, Result, remember
from placemix.schools.forecasting.laying_out import TOTAL
from placemix.schools.forecasting.rosters import capital

#: A bias of past forecasts from which on a sentence speaks of it.
_TOLD = 0.02
#: Pupils beyond places that are rounding of the sums and no shortage.
_ROUNDING = 1e-6
#: What is read of a forecast.
_NEEDED = (
    "planning_area", "phase", "year", "year_group", "forecast", "lower", "upper", "forecast_with_proposed", "places",
    "level", "bias", "errors",
)  # fmt: skip
_MIX = ("planning_area", "phase", "of", "share", "numerator", "denominator", "year")


def shortfalls(forecast: pd.DataFrame, *, mix: pd.DataFrame | None = None, margin: float = 0.02) -> Result:
    r"""Say for each planning area whether places run short, when first, and by how many.

    Parameters
    ----------
    forecast
        What `placemix.schools.places` gave, or whole planning areas of it.
    mix
        What `placemix.schools.place_mix` gave, to stand beside it: the pupils of now, not those who are to come.
    margin
        Share of places that should stay free, so that families who move find one; 0 asks for none.

    Returns
    -------
    result
        For each planning area one row of the year group in which children enter, where spare places higher up do not
        help, and one of ``"all"``. Columns: `planning_area`, `phase`, `year_group`, `years`, `first_short` (year in
        which the forecast exceeds places), `earliest` and `latest` (in which the upper and the lower end of its range
        do), `first_short_with_proposed`, `first_below_margin`, `margin`, each missing where that is in none of the
        years; `largest_deficit` (places; 0 where there is none), `largest_deficit_year`, `smallest_surplus_share`,
        `year_groups_short` (those short in any year), `unknown_years` (without a forecast), `no_range_years` (without
        a range), `bias` and `errors` (of the first year ahead), `ranged` (whether any year has a range), `known_until`
        (last year with a forecast), `level`, then for each share of `mix` its `share`, `numerator` and
        `denominator`; `mix_year`, `sentence`, `version`.

    Raises
    ------
    InvalidTable
        The table is no forecast, lacks rows of totals or entry, or the mix is none.
    InvalidParameter
        The margin is no share.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> found = pm.schools.shortfalls(pm.schools.places(town.rolls, town.schools, town.births, years=4))
    >>> print(*found.loc[found["planning_area"] == "D3A", "sentence"].iloc[0].split("; "), sep="\n")
    Primary places in D3A, Reception: short from 2024 (119 pupils, 105 places)
    most in 2024, by 14
    enough again in 2025. Range (80% of past errors): short from 2022 at its upper end, 2024 at its lower.
    """
    if isinstance(margin, bool) or not isinstance(margin, int | float) or not 0 <= margin < 1:
        message = f"margin is a share of places from 0 on and below 1, not {margin!r}."
        raise InvalidParameter(message)
    table = pd.DataFrame(forecast)
    lacking = [name for name in _NEEDED if name not in table.columns]
    if lacking or table.empty:
        message = f"This is no forecast of school places: it lacks {listed(lacking) or 'rows'}."
        raise InvalidTable(message, remedy="Pass what placemix.schools.places gave.")
    rows = []
    for (phase, area), here in table.groupby(["phase", "planning_area"], sort=False):
        groups = [name for name in here["year_group"].unique() if name != TOTAL]
        if len(groups) == here["year_group"].nunique():
            message = f"The forecast has no rows of the total of {phase} {area}."
            raise InvalidTable(message, units=[area], remedy="Pass whole planning areas of what places gave.")
        if not groups:
            message = f"The forecast has no rows of year groups of {phase} {area}."
            raise InvalidTable(message, units=[area], remedy="Pass whole planning areas of what places gave.")
        entry = min(groups, key=int)
        short = here.loc[(here["forecast"] > here["places"] + _ROUNDING) & (here["year_group"] != TOTAL), "year_group"]
        among = ", ".join(sorted(short.unique(), key=int)) or None
        rows += [
            _row(here[here["year_group"] == which], str(area), str(phase), str(which), among, float(margin))
            for which in (entry, TOTAL)
        ]
    frame = pd.DataFrame(rows)
    for name in ("first_short", "earliest", "latest", "first_short_with_proposed", "first_below_margin", "known_until",
                 "largest_deficit_year"):  # fmt: skip
        frame[name] = frame[name].astype("Int64")
    sentences = frame.pop("sentence")
    if mix is not None:
        frame = _beside(frame, mix)
    frame["sentence"], frame["version"] = sentences, __version__
    inputs = {"forecast": table} | ({} if mix is None else {"mix": pd.DataFrame(mix)})
    return remember(frame, Call("schools.shortfalls", inputs, {"margin": margin}))


def _row(here: pd.DataFrame, area: str, phase: str, which: str, among: str | None, margin: float) -> dict[str, Any]:
    """One row: a planning area, and its entry year or all year groups."""
    here = here.sort_values("year")
    years = here["year"].to_numpy()
    forecast, lower, upper, proposed, places = (
        here[name].to_numpy(dtype=np.float64)
        for name in ("forecast", "lower", "upper", "forecast_with_proposed", "places")
    )
    surplus = places - forecast
    enough = places + _ROUNDING
    share = np.divide(surplus, places, out=np.full(len(years), np.nan), where=places > 0)
    known, ranged = np.isfinite(forecast), np.isfinite(upper)
    deficit = np.where(known & (forecast > enough), -surplus, 0)
    worst = int(deficit.argmax())
    row: dict[str, Any] = {
        "planning_area": area, "phase": phase, "year_group": which, "years": f"{years[0]}–{years[-1]}",
        "first_short": _first(years, forecast > enough), "earliest": _first(years, upper > enough),
        "latest": _first(years, lower > enough),
        "first_short_with_proposed": _first(years, proposed > enough),
        "first_below_margin": _first(years, forecast > enough - places * margin), "margin": margin,
        "largest_deficit": float(deficit[worst]) if known.any() else np.nan,
        "largest_deficit_year": int(years[worst]) if deficit[worst] > 0 else None,
        "smallest_surplus_share": float(np.nanmin(share)) if np.isfinite(share).any() else np.nan,
        "year_groups_short": among, "unknown_years": _listed(years[~known]), "no_range_years": _listed(years[~ranged]),
        "bias": float(here["bias"].iloc[0]), "errors": int(here["errors"].iloc[0]), "ranged": bool(ranged.any()),
        "known_until": int(years[known][-1]) if known.any() else None,
        "level": float(here["level"].iloc[0]),
    }  # fmt: skip
    row["sentence"] = _sentence(row, years, (known, ranged), (forecast, places, surplus))
    return row


def _first(years: Any, where: Any) -> int | None:  # noqa: ANN401
    return int(years[where.argmax()]) if where.any() else None


def in_words(group: object) -> str:
    """Name a year group as schools do.

    Examples
    --------
    >>> in_words("0"), in_words(7)
    ('Reception', 'year group 7')
    """
    return "Reception" if str(group) == "0" else f"year group {group}"


def _listed(years: Any) -> str | None:  # noqa: ANN401
    """Years in words, runs of them as spans."""
    runs: list[list[int]] = []
    for year in map(int, years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs) or None


def _sentence(row: dict[str, Any], years: Any, known: Any, numbers: Any) -> str:  # noqa: ANN401
    """Say a row in plain words."""
    forecast, places, surplus = numbers
    seen, ranged = known
    which = "all year groups" if row["year_group"] == TOTAL else in_words(row["year_group"])
    whose = f"{capital(row['phase'])} places in {row['planning_area']}, {which}"
    if not seen.any():
        return f"{whose}: no forecast for {row['years']}."
    span = f"{years[seen][0]}–{years[seen][-1]}" if seen.sum() > 1 else str(years[seen][0])
    if row["first_short"] is None:
        least = int(np.where(seen, surplus, np.inf).argmin())
        spare, of = surplus[least], places[least]
        text = f"{whose}: not short within {span}; fewest to spare in {years[least]}, {_count(spare)} of {of:,.0f}"
    else:
        first = int(np.flatnonzero(years == row["first_short"])[0])
        # A deficit of less than one pupil must not read as none.
        digits = ",.1f" if abs(surplus[first]) < 1 else ",.0f"
        pupils, room = format(forecast[first], digits), format(places[first], digits)
        text = f"{whose}: short from {row['first_short']} ({pupils} pupils, {room} places)"
        text += f"; most in {row['largest_deficit_year']}, by {_count(row['largest_deficit'])}"
        after = seen & (years > row["first_short"]) & (surplus >= 0)
        if after.any():
            text += f"; enough again in {_listed(years[after])}"
    if ranged.any():
        text += f". Range ({row['level']:.0%} of past errors): {_ends(row)}"
        if not ranged[seen].all():
            text += f", without a range for {_listed(years[seen & ~ranged])}"
    else:
        text += ". Too few past errors for a range"
    if abs(row["bias"]) >= _TOLD:
        way = "high" if row["bias"] < 0 else "low"
        text += f". Past forecasts of the first year ahead were {abs(row['bias']):.0%} too {way}, in the median of "
        text += f"{row['errors']}"
    if row["first_short_with_proposed"] != row["first_short"]:
        text += f". With proposed homes first short in {row['first_short_with_proposed']}"
    if row["unknown_years"]:
        text += f". No forecast for {row['unknown_years']}"
    return f"{text}."


def _count(pupils: float) -> str:
    return format(pupils, ",.1f" if 0 < abs(pupils) < 1 else ",.0f")


def _ends(row: dict[str, Any]) -> str:
    """Say what the two ends of a range mean for the first year short."""
    soon, late = row["earliest"], row["latest"]
    if soon is None:
        return "not short at either end"
    if late is None:
        return f"short from {soon} at its upper end, not at its lower"
    return (
        f"short from {soon} at both ends"
        if soon == late
        else f"short from {soon} at its upper end, {late} at its lower"
    )


def _beside(frame: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """Put shares of groups beside each row."""
    lacking = [name for name in _MIX if name not in mix.columns]
    if lacking:
        message = f"This is no mix of planning areas: it lacks {listed(lacking)}."
        raise InvalidTable(message, remedy="Pass what placemix.schools.place_mix gave.")
    keys = ["planning_area", "phase"]
    mix = pd.DataFrame(mix)
    lost = frame.merge(mix[keys].drop_duplicates(), on=keys, how="left", indicator=True)["_merge"] == "left_only"
    if lost.any():
        areas = list(dict.fromkeys(frame.loc[lost.to_numpy(), "planning_area"]))
        raise InvalidTable("Planning areas have no mix.", units=areas, remedy="Make it from the same rolls.")
    for name in mix["of"].unique():
        part = mix[mix["of"] == name].set_index(keys)[["share", "numerator", "denominator"]]
        part.columns = [f"{name}_{column}" for column in part.columns]
        frame = frame.join(part, on=keys)
    frame["mix_year"] = int(mix["year"].iloc[0])
    return frame
