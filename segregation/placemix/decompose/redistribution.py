"""What a measure would be if every unit had kept its share of each group, and only the groups had grown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import Across, BoolArray, FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.decompose.held_shares import Dates, held, held_dates
from placemix.errors import InvalidParameter, did_you_mean
from placemix.inference import drawing, resamples
from placemix.inference.chances import NOISE
from placemix.inference.households import Cluster, dealt
from placemix.inference.nulls import Size, Table, drawing_of
from placemix.inference.resampling import resampled
from placemix.measuring import measure
from placemix.measuring.inputs import described
from placemix.measuring.plan import Row, Which, rows
from placemix.measuring.stacked import evaluator
from placemix.measuring.vicinity import Vicinity
from placemix.registry import asked
from placemix.results import Call, Result, remember
from placemix.strata import Strata
from placemix.surroundings import Surroundings

#: Whether the shares of the earlier date are an outcome of chance too, or exact.
Earlier: TypeAlias = Literal["drawn", "given"]
#: What no comparison of two dates can say.
CAVEAT = "redistribution is not choice: births, admission rules and prices move it too"


def expected_change(
    before: Counts,
    after: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
    across: Across | None = None,
    unmatched: Literal["refuse", "common"] = "refuse",
    earlier: Earlier = "drawn",
    cluster: Cluster | None = None,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
    progress: drawing.Progress = None,
) -> Result:
    """Compare a later date with what it would be if every unit had kept its share of each group.

    A measure that moves with a group's size changes where nobody is sorted otherwise than before. Here each
    group grows or shrinks to its later size with the same share of it in each unit: what the measure is then is
    expected, and what was found beyond that is redistribution.

    Parameters
    ----------
    before, after
        People of the same groups in the same units at two dates. Bring two boundary vintages onto
        `common_areas` first.
    measures, focal, against, by, across
        As in `placemix.measure`; ``"concentration_profile(threshold=0.5)"`` is one too. With `by`, shares are of
        the group's members in the stratum, and strata are those of the later date.
    around
        Surroundings of the later date's units; where others are left out, of those found at both dates.
    unmatched
        Whether units found at one date only are refused, or left out so that the ``"common"`` ones are compared.
    earlier
        Whether chance had a hand in the earlier table too: ``"drawn"`` deals both dates by the same shares, and
        ``"given"`` takes those of the earlier date as exact and deals the later one alone.
    cluster, level, draws, seed, progress
        As in `placemix.inference.table`.

    Returns
    -------
    result
        One row for each stratum, measure and group. Columns: the strata, `measure`, `focal`, `against`,
        `value_before`, `expected`, `value_after`, `change` = `growth` (expected less before) + `redistribution`
        (after less expected); `lower` and `upper` (between which the later value would lie by chance without
        redistribution), `level`, `sd`, `p_value` (two-sided), `flag` (``not_distinguishable_from_chance`` where the
        later value lies between them); `people_before`, `people_after`, `units`, `units_dropped`, `residual_before`,
        `residual_after`, `sentence`, `reason`, `note`, `earlier`, `cluster`, `draws`, `seed`, `interval_method`,
        `around`, `method`, `source_before`, `source_after`, `version`.

    Raises
    ------
    VintageMismatch
        The dates do not have the same units or groups.
    InvalidParameter
        An option is none.

    Notes
    -----
    Where every unit kept its share of each group, `redistribution` is 0 for any measure. A stratum where a group had
    nobody at first has nothing expected: its values are NaN with the reason ``group_absent_before``; merge groups or
    leave out `by`. Only what the measure sees counts: where two units exchange all their people, nothing is found by a
    measure without a map. Homes that were built and filled since count as redistribution. With draws of both dates, the
    difference of two draws is put beside the difference found; to take the earlier shares as exact reads every
    unevenness of chance in them as lasting, and finds redistribution where chance alone differs.

    References
    ----------
    Johnston, Burgess, Harris and Wilson 2008.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> then = pd.DataFrame({"area": list("ABC"), "x": [60, 20, 20], "y": [40, 80, 180]})
    >>> now = pd.DataFrame({"area": list("ABC"), "x": [120, 40, 40], "y": [40, 80, 180]})
    >>> dates = [pm.from_wide(table, groups=["x", "y"], unit="area") for table in (then, now)]
    >>> found = pm.decompose.expected_change(*dates, ["dissimilarity", "isolation"], focal="x", cluster=1, draws=99)
    >>> found[["measure", "value_before", "expected", "value_after", "growth", "redistribution"]].round(3)
             measure  value_before  expected  value_after  growth  redistribution
    0  dissimilarity         0.467     0.467        0.467   0.000             0.0
    1      isolation         0.420     0.553        0.553   0.133             0.0
    """
    _known(unmatched, earlier)
    drawing.checked(draws, seed, least=2)
    drawing.known_level(level)
    names = [by] if isinstance(by, str) else list(by)
    dates = held_dates(checked(before), checked(after), names, unmatched)
    three = (dates.before, dates.expected, dates.after)
    options: dict[str, Any] = {"focal": focal, "against": against, "by": names, "around": around, "across": across}
    frames = [pd.DataFrame(measure(counts, measures, **options)) for counts in three]
    plan, strata = rows(dates.after, measures, focal, against, around=around), dates.after.arranged(names)
    nearby = None if around is None else Vicinity(dates.expected, strata, around, across, plan)
    together = dealt(dates.after, cluster)
    # Units that are empty at one date have people to deal at the other.
    sizes = [
        dealt(counts, cluster).of_units if isinstance(cluster, pd.Series) else together.size
        for counts in (dates.before, dates.expected)
    ]
    moved = _by_chance(dates, plan, strata, nearby, earlier, sizes, draws, seed, progress)
    came = np.repeat(dates.came, len(plan))
    frame = _table(frames, names, moved.transpose(2, 1, 0).reshape(len(came), draws), came, level)
    frame["note"] = CAVEAT if dates.left is None else f"{CAVEAT}; {dates.left}"
    frame["sentence"] = [_said(row, names) for row in frame.to_dict("records")]
    frame["earlier"], frame["cluster"], frame["seed"] = earlier, together.text, seed
    frame["interval_method"] = (
        f"null:held_shares; earlier={earlier}; cluster={together.size:g}; draws={draws}; seed={seed}"
    )
    frame["source_before"], frame["source_after"], frame["version"] = before.source, after.source, __version__
    ordered = [
        *names, "measure", "focal", "against", "value_before", "expected", "value_after", "change", "growth",
        "redistribution", "lower", "upper", "level", "sd", "p_value", "flag", "people_before", "people_after", "units",
        "units_dropped", "residual_before", "residual_after", "sentence", "reason", "note", "earlier", "cluster",
        "draws", "seed", "interval_method", "around", "method", "source_before", "source_after", "version",
    ]  # fmt: skip
    inputs: dict[str, Any] = {"before": before, "after": after} | ({} if around is None else {"around": around})
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "across": across, "unmatched": unmatched, "earlier": earlier, "level": level, "draws": draws,
        "seed": seed,
    }  # fmt: skip
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    result = remember(frame[ordered], Call("decompose.expected_change", inputs, arguments, described))
    result.attrs["cites"] = ("johnston_2008",)
    return result


def _known(unmatched: str, earlier: str) -> None:
    for name, value, known in (
        ("unmatched", unmatched, ["refuse", "common"]),
        ("earlier", earlier, ["drawn", "given"]),
    ):
        if value not in known:
            message = f"{name} is {' or '.join(map(repr, known))}, not {value!r}."
            raise InvalidParameter(message, remedy=did_you_mean(str(value), known))


def _by_chance(
    dates: Dates,
    plan: Sequence[Row],
    strata: Strata,
    nearby: Vicinity | None,
    earlier: Earlier,
    sizes: Sequence[Size],
    draws: int,
    seed: int,
    progress: drawing.Progress,
) -> FloatArray:
    """Draw what redistribution would be found where there is none, shape (draws, rows, strata)."""
    # Streams of the two dates never meet.
    later = resampled(
        plan, dates.expected, strata, nearby, resample="people", size=sizes[1], draws=draws, seed=2 * seed,
        progress=progress,
    )  # fmt: skip
    value = evaluator(plan, dates.expected, strata, nearby)
    if earlier == "given":
        expected = np.column_stack([dates.expected.values, dates.expected.residual])
        return later - value(expected[np.newaxis])
    deal = drawing_of(resamples.known("people"), Table.of(dates.before.values, dates.before.total, strata, sizes[0]))
    after = np.column_stack([dates.after.values, dates.after.residual])
    sooner = drawing.over(
        lambda rng: held(deal(rng), after, strata), value, draws=draws, seed=2 * seed + 1, cells=after.size,
        progress=progress,
    )  # fmt: skip
    return later - sooner


def _table(
    frames: list[pd.DataFrame], names: list[str], moved: FloatArray, came: BoolArray, level: float
) -> pd.DataFrame:
    first, expected, last = (frame["value"].to_numpy(dtype=np.float64) for frame in frames)
    expected = np.where(came, np.nan, expected)
    table = frames[2][[*names, "measure", "focal", "against", "units", "units_dropped", "around", "method"]].copy()
    table["value_before"], table["expected"], table["value_after"] = first, expected, last
    table["change"], table["growth"], table["redistribution"] = last - first, expected - first, last - expected
    known = np.isfinite(moved)
    count = known.sum(axis=1)
    sure = np.isfinite(table["redistribution"].to_numpy()) & (count > 1)
    blank = np.full(len(table), np.nan)
    lower, upper, sd, p = blank.copy(), blank.copy(), blank.copy(), blank.copy()
    if sure.any():
        tail = (1 - level) / 2
        low, high = np.nanquantile(moved[sure], [tail, 1 - tail], axis=1)
        lower[sure], upper[sure] = expected[sure] + low, expected[sure] + high
        sd[sure] = np.nanstd(moved[sure], axis=1, ddof=1)
        found = table["redistribution"].to_numpy()[sure, np.newaxis]
        # Draws that equal it but for rounding are as extreme as it.
        above, below = ((sign * (moved[sure] - found) >= -1e-12) & known[sure] for sign in (1, -1))
        fewer = np.minimum(above.sum(axis=1), below.sum(axis=1))
        p[sure] = np.minimum(1.0, 2 * (fewer + 1) / (count[sure] + 1))
    table["lower"], table["upper"], table["level"] = lower, upper, np.where(sure, level, np.nan)
    table["sd"], table["p_value"], table["draws"] = sd, p, count
    inside = sure & (last >= lower - 1e-12) & (last <= upper + 1e-12)
    table["flag"] = pd.Categorical.from_codes(np.where(inside, 0, -1), categories=[NOISE])
    for date, frame in zip(("before", "after"), (frames[0], frames[2]), strict=True):
        table[f"people_{date}"], table[f"residual_{date}"] = frame["people"].to_numpy(), frame["residual"].to_numpy()
    why = [frame["reason"].astype(object).where(frame["reason"].notna(), None).to_numpy() for frame in frames]
    table["reason"] = [
        old or new or ("group_absent_before" if absent else held_so)
        for old, held_so, new, absent in zip(*why, came, strict=True)
    ]
    return table


def _said(row: dict[str, Any], names: list[str]) -> str:
    where = ", ".join(str(row[name]) for name in names) or "the whole table"
    label = asked(str(row["measure"])).row.label
    who = "all groups" if pd.isna(row["focal"]) else f"{row['focal']} against {row['against']}"
    if np.isnan(row["redistribution"]):
        return f"{label} ({who}) in {where}: what is expected is undefined."
    beyond = "no more than chance alone would make" if row["flag"] == NOISE else "more than chance alone would make"
    return (
        f"{label} ({who}) in {where} went from {row['value_before']:.3f} to {row['value_after']:.3f}. Had every unit "
        f"kept its share of each group, it would be {row['expected']:.3f} (by chance {row['lower']:.3f} to "
        f"{row['upper']:.3f}): redistribution is {row['redistribution']:+.3f}, {beyond}."
    )
