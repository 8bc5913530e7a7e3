"""How wrong a forecast of a growing place's mix was, where places did grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.decompose.dates import matched
from placemix.errors import InvalidParameter, plural
from placemix.inference.drawing import checked as draws_checked
from placemix.inference.drawing import known_level, stream
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.composition.growing import district_mix, grown, logit, share_of

#: Growth at which bands of the usual table begin, as a share of the people there before.
BANDS: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)


def calibrate(
    before: Counts,
    after: Counts,
    *,
    district: str,
    bands: Sequence[float] = BANDS,
    level: float = 0.9,
    least: int = 100,
    splits: int = 20,
    seed: int = 0,
) -> Result:
    """Learn from places that grew how wrong the forecast of a growing place's mix is.

    The forecast is the plainest there is: who lives there stays, and newcomers have the mix of the district before.
    It knows nothing of who will come, and is about as wrong as to say that nothing changes. Its errors, on the logit
    scale and by how much a place grew, are what an honest range is made of.

    Parameters
    ----------
    before, after
        People of each group at two dates, on the same units.
    district
        Strata column of the districts whose mix newcomers are taken to have.
    bands
        Growth at which bands begin, as a share of the people before; the last has no end.
    level
        Share of the errors between `lower` and `upper`.
    least
        Areas that a band needs; with fewer, its errors are not known.
    splits, seed
        How often the districts are dealt into two halves, of which one learns and the other is foretold.

    Returns
    -------
    calibration
        One row for each group and band, for `expected_mix`. Columns: `group`, `growth_from`, `growth_to`, `areas`,
        `growth_largest` (seen), `districts`; `lower`, `middle`, `upper` (quantiles of the errors, actual less forecast,
        in logits), `level`;
        `mean_error` and `mean_error_no_change` (mean distance of the share from the forecast, and from the share
        before; between 0 and 1); `width` (mean width of the range over these areas), `coverage` (share of the areas
        of the half not learnt from that lie in their range, mean of the splits), `coverage_lowest`,
        `coverage_highest`, `reason`, `splits`, `district`, `note`, `from`, `to` (dates), `source`, `source_after`,
        `version`.

    Raises
    ------
    VintageMismatch
        The dates do not have the same units and groups.
    InvalidParameter
        Bands do not rise from at least 0, or a number is none.

    Notes
    -----
    What is learnt holds for as long as there was between the dates, and carries what happened to the districts
    meanwhile. Ranges of several groups do not sum to 1: each is that of one group alone.

    Examples
    --------
    A town that does not exist shows how it works:

    >>> import pandas as pd, placemix as pm
    >>> town = pm.datasets.town()
    >>> parts = pm.harmonise.common_areas(town.lookup, source="unit_before", target="unit_after")
    >>> common = [
    ...     counts.merge_units(parts[parts["vintage"] == name].set_index("unit")["area"], straddling="largest")
    ...     for counts, name in ((town.residents("before"), "unit_before"), (town.residents("after"), "unit_after"))
    ... ]
    >>> found = pm.scenarios.calibrate(*common, district="district", bands=[0, 0.2], least=40)
    >>> found.loc[found["group"] == "blue", ["growth_from", "areas", "lower", "upper", "coverage"]].round(2)
       growth_from  areas  lower  upper  coverage
    1          0.0   1035  -0.95   0.85      0.89
    6          0.2    374  -1.59   0.88      0.87
    """
    before, after = matched(checked(before), checked(after), "refuse")
    edges = _edges(bands)
    known_level(level)
    draws_checked(splits, seed, least=2)
    names = before.arranged(district).labels[district].astype(str)
    code, _ = pd.factorize(before.strata[district].astype(str))
    lived = (before.values.sum(axis=1) > 0) & (after.values.sum(axis=1) > 0)
    seen = _seen(before.values[lived], after.values[lived], code[lived].astype(np.int64), len(names))
    rows = []
    for place, start in enumerate(edges[:-1]):
        inside = (seen.growth >= start) & (seen.growth < edges[place + 1])
        shown = _coverage(seen, inside, level, splits, seed)
        for column, group in enumerate(group_names(before)):
            rows.append(
                {
                    "group": group,
                    "growth_from": start,
                    "growth_to": edges[place + 1],
                    **_errors(seen, inside, column, level, least),
                    **{name: values[column] for name, values in shown.items()},
                }
            )
    frame = pd.DataFrame(rows)
    few = frame["reason"].notna()
    frame.loc[few, ["width", "coverage", "coverage_lowest", "coverage_highest"]] = np.nan
    frame["splits"], frame["district"] = splits, district
    frame["note"] = " ".join(_notes(before, after, lived)) or None
    frame["from"], frame["to"] = before.about.period, after.about.period
    frame["source"], frame["source_after"], frame["version"] = before.source, after.source, __version__
    arguments = {
        "district": district, "bands": list(map(float, bands)), "level": level, "least": least, "splits": splits,
        "seed": seed,
    }  # fmt: skip
    return remember(frame, Call("scenarios.calibrate", {"before": before, "after": after}, arguments))


def _notes(before: Counts, after: Counts, lived: BoolArray) -> list[str]:
    lost, left = int((~lived).sum()), float(before.residual.sum() + after.residual.sum())
    notes = []
    if lost:
        notes.append(f"{plural(lost, 'unit has', 'units have')} nobody at one of the dates, and teach nothing.")
    if left:
        notes.append(f"{left:,.0f} people in none of the groups at either date are in no share.")
    return notes


class _Seen(NamedTuple):
    """Forecasts of areas beside what came.

    Attributes
    ----------
    growth
        Growth of each area, shape (areas,).
    district
        District of each, shape (areas,).
    people
        People in the end, shape (areas, 1).
    odds
        Logits forecast, shape (areas, groups).
    error
        Actual less forecast, in logits, shape (areas, groups).
    missed, missed_by_none
        Distance of the actual share from the forecast and from the share before, shape (areas, groups).
    share
        Actual shares, shape (areas, groups).
    """

    growth: FloatArray
    district: IntArray
    people: FloatArray
    odds: FloatArray
    error: FloatArray
    missed: FloatArray
    missed_by_none: FloatArray
    share: FloatArray


def _edges(bands: Sequence[float]) -> FloatArray:
    edges = np.asarray([*bands, np.inf], dtype=np.float64)
    if len(edges) < 2 or not edges[0] >= 0 or not (np.diff(edges) > 0).all():
        message = f"Bands of growth rise from at least 0, not {list(bands)}."
        raise InvalidParameter(message, remedy="Write bands=(0, 0.1, 0.3), where a tenth is 0.1.")
    return edges


def _seen(then: FloatArray, now: FloatArray, district: IntArray, many: int) -> _Seen:
    first, last = then.sum(axis=1), now.sum(axis=1)
    forecast = grown(then, last - first, district_mix(then, district, many))
    odds, share = logit(forecast), now / last[:, np.newaxis]
    return _Seen(
        growth=last / first - 1,
        district=district,
        people=last[:, np.newaxis],
        odds=odds,
        error=logit(now) - odds,
        missed=np.abs(share - forecast / last[:, np.newaxis]),
        missed_by_none=np.abs(share - then / first[:, np.newaxis]),
        share=share,
    )


def _errors(seen: _Seen, inside: BoolArray, column: int, level: float, least: int) -> dict[str, object]:
    error = seen.error[inside, column]
    enough = len(error) >= least
    lower, middle, upper = np.quantile(error, _ends(level)) if enough else (np.nan,) * 3
    return {
        "areas": int(inside.sum()),
        "growth_largest": seen.growth[inside].max(initial=-np.inf) if inside.any() else np.nan,
        "districts": len(np.unique(seen.district[inside])),
        "lower": lower,
        "middle": middle,
        "upper": upper,
        "level": level,
        "mean_error": seen.missed[inside, column].mean() if inside.any() else np.nan,
        "mean_error_no_change": seen.missed_by_none[inside, column].mean() if inside.any() else np.nan,
        "reason": None if enough else "too_few_areas",
    }


def _ends(level: float) -> list[float]:
    return [(1 - level) / 2, 0.5, (1 + level) / 2]


def _coverage(seen: _Seen, inside: BoolArray, level: float, splits: int, seed: int) -> dict[str, FloatArray]:
    """Whether ranges learnt from half of the districts hold in the other half; each split both ways."""
    groups = seen.error.shape[1]
    here = np.flatnonzero(inside)
    error, district = seen.error[here], seen.district[here]
    codes = np.unique(district)
    held = []
    for split in range(splits):
        half = stream(seed, split).permutation(codes)[: len(codes) // 2]
        learnt = np.isin(district, half)
        for one in (learnt, ~learnt):
            if one.any() and not one.all():
                low, _, high = np.quantile(error[one], _ends(level), axis=0)
                held.append(((error[~one] >= low) & (error[~one] <= high)).mean(axis=0))
    nothing = np.full((1, groups), np.nan)
    shown = np.asarray(held) if held else nothing
    width = nothing[0]
    if len(here):
        low, _, high = np.quantile(error, _ends(level), axis=0)
        people = seen.people[here]
        width = (share_of(seen.odds[here] + high, people) - share_of(seen.odds[here] + low, people)).mean(axis=0)
    return {
        "width": width,
        "coverage": shown.mean(axis=0),
        "coverage_lowest": shown.min(axis=0),
        "coverage_highest": shown.max(axis=0),
    }
