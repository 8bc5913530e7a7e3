"""Which places changed by more than chance between two dates, and whether groups grew or people are sorted anew."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from placemix import indices, wording
from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.decompose._two_dates import Date, alignment, isolation, structures
from placemix.decompose.dates import compare_dates, matched
from placemix.errors import InvalidParameter, TooFewDraws, UnknownColumn, VintageMismatch, did_you_mean, plural
from placemix.inference import drawing, ends
from placemix.inference.differences import p_values, sizes_of_two
from placemix.inference.households import Cluster, dealt
from placemix.inference.nulls import Table, drawing_of
from placemix.inference.resamples import Resample, known
from placemix.measuring.plan import REST, Which, focal_groups, rivals
from placemix.results import Call, Result, remember

#: What has an interval: the change of isolation, its structural part, and the change of D.
_DRAWN = ("isolation", "structure", "dissimilarity")
#: Adjusted probability at or below which a change in sorting is called more than chance.
_RARE = 0.05


def sorting_beyond_chance(
    before: Counts,
    after: Counts,
    *,
    focal: Which,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    zeros: float | None = None,
    unmatched: Literal["refuse", "common"] = "refuse",
    resample: Resample = "parametric",
    cluster: Cluster | tuple[Cluster | None, Cluster | None] | None = None,
    level: float = 0.95,
    draws: int = 499,
    seed: int = 0,
    progress: drawing.Progress = None,
) -> Result:
    """Say where sorting changed by more than chance, and how much of each change is the sizes of groups.

    The change of isolation is split as in `placemix.compare_dates`. People of both dates are then drawn
    anew, and every part is worked out for each pair of drawn tables: a part counts as more than chance
    where so few draws are as far from their own mean as it is from 0.

    Parameters
    ----------
    before, after, focal, against, by, zeros
        As in `placemix.compare_dates`.
    unmatched
        Units found at one date only are refused, or (``"common"``, for schools that open and close) left
        out of composition and structure: what they add or take is `turnover`.
    resample
        How people are drawn anew: ``"parametric"``, ``"people"`` or ``"cells"``, as in
        `placemix.inference.intervals`.
    cluster
        People dealt together, of both dates or of each; as in `placemix.inference.table`.
    level, draws, seed, progress
        As in `placemix.inference.table`.

    Returns
    -------
    result
        One row for each stratum, group and comparison. Columns: the strata, `focal`, `against`;
        `isolation_before`, `isolation_after`, `isolation_change` = `turnover` (units of one date alone) +
        `composition` + `structure` (the mean of `structure_forward` and `structure_reverse`), with
        `isolation_lower`, `isolation_upper`; `structure_lower`, `structure_upper`, `structure_sd`; `p_value`
        (of no change in sorting, two-sided) and `p_adjusted` (Benjamini and Hochberg, over the rows of this
        result); `sorting` (``"more sorted"``, ``"less sorted"``, ``"not beyond chance"``,
        ``"too few draws"`` or ``"not determined"``); `dissimilarity_before`, `dissimilarity_after`,
        `dissimilarity_change`, `dissimilarity_lower`, `dissimilarity_upper`; `people_before`, `people_after`,
        `units_before`, `units_after`, `units_common`, `zero_cells`, `draws` (in which the structural part is
        defined), `level`, `interval_method`, `cluster_before`, `cluster_after`, `sentence`, `reason`,
        `source_before`, `source`, `version`.

    Raises
    ------
    VintageMismatch
        The dates do not have the same groups, units or strata.
    InvalidParameter
        Whole units would be drawn, or a number is none.

    Warns
    -----
    TooFewDraws
        The least probability that so many draws can give, times the rows, is above 0.05.

    Notes
    -----
    More than chance is not more than noise of other kinds: censuses miss people and change their
    questions, and publishers alter small cells. Nor does a change in sorting say why people moved.

    References
    ----------
    Elbers 2021; Allen, Burgess, Davidson and Windmeijer 2015; Benjamini and Hochberg 1995.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> then = pd.DataFrame({"ward": list("ABCD"), "asian": [300, 90, 60, 30], "white": [500, 700, 800, 900]})
    >>> now = pd.DataFrame({"ward": list("ABCD"), "asian": [330, 160, 120, 90], "white": [450, 640, 760, 850]})
    >>> dates = [pm.from_wide(table, groups=["asian", "white"], unit="ward") for table in (then, now)]
    >>> found = pm.decompose.sorting_beyond_chance(*dates, focal="asian", cluster=2.4, draws=199)
    >>> found[["isolation_change", "composition", "structure"]].round(3)
       isolation_change  composition  structure
    0             0.014         0.08     -0.066
    >>> found["sorting"].item()
    'less sorted'
    """
    before, after = checked(before), checked(after)
    known(resample)
    if resample == "units":
        message = "Whole units drawn at random would not be the same at both dates."
        raise InvalidParameter(message, remedy="Pass resample='parametric', 'people' or 'cells'.")
    if unmatched not in {"refuse", "common"}:
        message = f"unmatched is 'refuse' or 'common', not {unmatched!r}."
        raise InvalidParameter(message, remedy="Schools that open and close are left to 'common'.")
    drawing.checked(draws, seed, least=2)
    drawing.known_level(level)
    names = (by,) if isinstance(by, str) else tuple(by)
    for counts in (before, after):
        for name in names:
            if name not in counts.strata.columns:
                message = f"{name!r} is no column of strata at both dates."
                known_columns = [str(column) for column in counts.strata.columns]
                raise UnknownColumn(message, remedy=did_you_mean(name, known_columns) or "Add it with with_strata.")
    before, after = matched(before, after, "refuse" if unmatched == "refuse" else "keep", word="common")
    shared = after.units[before.units.get_indexer(after.units) >= 0]
    if not len(shared):
        message = "The two dates share no unit."
        raise VintageMismatch(message, remedy="Give units the same ids at both dates; see common_areas.")
    both = [counts.take(counts.units.get_indexer(shared)) for counts in (before, after)]
    # A school that moved to another district counts where it is now.
    both[0] = both[0].with_strata(**{name: pd.Series(both[1].strata[name].array, both[1].units) for name in names})
    pairs = [(x, y) for x in focal_groups(after, focal) for y in rivals(after, against) if y != x]
    split = pd.DataFrame(compare_dates(*both, focal=focal, against=against, by=names, zeros=zeros, negligible=0.0))
    whole = pd.DataFrame(
        compare_dates(before, after, focal=focal, against=against, by=names, zeros=zeros, unmatched="keep")
    )
    place = _rows_of(split, whole, [*names, "focal", "against"])
    frame = _split(whole, split, place, list(names))
    looks = _Looks.of(before, after, both, names, pairs, zeros)
    for counts, name, (order, starts) in zip(
        (before, after), ("units_before", "units_after"), looks.whole, strict=True
    ):
        lived_in = np.add.reduceat((counts.total[order] > 0).astype(np.int64), starts)
        frame[name] = np.repeat(lived_in, len(pairs))
    sizes = sizes_of_two(cluster)
    together = [dealt(counts, size) for counts, size in zip((before, after), sizes, strict=True)]
    drawers = [
        drawing_of(known(resample), Table.of(counts.values, counts.total, counts.arranged(names), size.of_units))
        for counts, size in zip((before, after), together, strict=True)
    ]
    drawn = drawing.over(
        lambda rng: np.concatenate([drawer(rng) for drawer in drawers]), looks.values, draws=draws, seed=seed,
        cells=(len(before) + len(after)) * (before.values.shape[1] + 1), apart=True, progress=progress,
    )  # fmt: skip
    frame = _beside(frame, drawn.reshape(draws, len(_DRAWN), len(frame)), level)
    made = f"{resample}, cluster={together[0].size:g} and {together[1].size:g}"
    frame["interval_method"] = f"resampled:basic interval; {made}; draws={draws}; seed={seed}"
    frame["cluster_before"], frame["cluster_after"] = (size.text for size in together)
    reasons = zip(_texts(whole["reason"]), _texts(split["reason"], place), strict=True)
    # Units of one date alone are what `turnover` is for.
    frame["reason"] = [inside if first in {None, "units_differ"} else first for first, inside in reasons]
    frame["sentence"] = [wording.beyond_chance(row, list(names)) for _, row in frame.iterrows()]
    frame["source_before"], frame["source"], frame["version"] = before.source, after.source, __version__
    arguments: dict[str, Any] = {
        "focal": focal, "against": against, "by": list(names), "zeros": zeros, "unmatched": unmatched,
        "resample": resample, "level": level, "draws": draws, "seed": seed,
    }  # fmt: skip
    inputs: dict[str, Any] = {"before": before, "after": after}
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    call = Call("decompose.sorting_beyond_chance", inputs, arguments)
    result = remember(frame, call)
    result.attrs["cites"] = ("elbers_2021", "benjamini_1995", "bell_1954", "duncan_1955")
    return result


class _Looks(NamedTuple):
    """Where the drawn tables are looked at: all units of each date, and those of both dates."""

    units: int
    whole: tuple[tuple[IntArray, IntArray], tuple[IntArray, IntArray]]
    shared: tuple[tuple[IntArray, IntArray], tuple[IntArray, IntArray]]
    places: IntArray
    pairs: list[tuple[int, int]]
    zeros: float | None

    @classmethod
    def of(
        cls, before: Counts, after: Counts, both: list[Counts], names: tuple[str, ...], pairs: list[tuple[int, int]],
        zeros: float | None,
    ) -> _Looks:  # fmt: skip
        later, joint = after.arranged(names), both[1].arranged(names)
        labels: list[list[tuple[str, ...]]] = [
            [tuple(map(str, row)) for row in strata.labels.itertuples(index=False)] if names else [()]
            for strata in (joint, later)
        ]
        order, starts = alignment(both[0], both[1], names)
        return cls(
            len(before),
            (alignment(before, after, names), (later.order, later.starts)),
            (
                (before.units.get_indexer(both[0].units[order]), starts),
                (after.units.get_indexer(both[1].units[joint.order]), joint.starts),
            ),
            np.array([labels[1].index(label) for label in labels[0]]),
            pairs,
            zeros,
        )

    def values(self, people: FloatArray) -> FloatArray:
        """Changes of both tables laid one under the other: shape (draws, what is drawn, strata, pairs)."""
        tables = people[:, : self.units], people[:, self.units :]
        many, strata = len(people), len(self.whole[1][1])
        out = np.full((many, len(_DRAWN), strata, len(self.pairs)), np.nan)
        for at, pair in enumerate(self.pairs):
            old, new = (_date(table, pair, *look) for table, look in zip(tables, self.whole, strict=True))
            values = [np.column_stack([date.x, date.y]) for date in (old, new)]
            d = [indices.dissimilarity(part, starts=date.starts) for part, date in zip(values, (old, new), strict=True)]
            out[:, 0, :, at] = (isolation(new.x, new) - isolation(old.x, old)).reshape(many, strata)
            out[:, 2, :, at] = (d[1] - d[0]).reshape(many, strata)
            old, new = (_date(table, pair, *look) for table, look in zip(tables, self.shared, strict=True))
            forward, reverse = structures(old, new, self.zeros)
            out[:, 1, self.places, at] = ((forward + reverse) / 2).reshape(many, -1)
        return out


def _date(people: FloatArray, pair: tuple[int, int], order: IntArray, starts: IntArray) -> Date:
    """Two groups of many drawn tables, laid one under the other."""
    focal, rival = pair
    x = people[:, order, focal]
    y = people[:, order].sum(axis=-1) - x if rival == REST else people[:, order, rival]
    first = len(order) * np.arange(len(people))[:, np.newaxis]
    return Date(x.ravel(), np.maximum(y, 0.0).ravel(), (starts + first).ravel())


def _rows_of(split: pd.DataFrame, whole: pd.DataFrame, keys: list[str]) -> IntArray:
    """Row of the units of both dates for each row of all units, -1 where a stratum has no unit of both."""
    indexes = [pd.MultiIndex.from_frame(frame[keys].astype(str)) for frame in (split, whole)]
    return np.asarray(indexes[0].get_indexer(indexes[1]), dtype=np.int64)


def _taken(values: pd.Series, place: IntArray) -> FloatArray:
    found: FloatArray = values.to_numpy(dtype=np.float64)[np.maximum(place, 0)]
    return np.where(place >= 0, found, np.nan)


def _texts(values: pd.Series, place: IntArray | None = None) -> list[str | None]:
    texts = values.astype(object).where(values.notna(), None).to_numpy()
    return list(texts) if place is None else [texts[row] if row >= 0 else "units_differ" for row in place]


def _split(whole: pd.DataFrame, split: pd.DataFrame, place: IntArray, names: list[str]) -> pd.DataFrame:
    frame = whole[[*names, "focal", "against", "isolation_before", "isolation_after", "isolation_change"]].copy()
    frame["turnover"] = frame["isolation_change"] - _taken(split["isolation_change"], place)
    # Where all units are there at both dates nothing is left but rounding.
    frame.loc[frame["turnover"].abs() < 1e-12, "turnover"] = 0.0
    for name in ("composition", "structure", "structure_forward", "structure_reverse"):
        frame[name] = _taken(split[name], place)
    frame["sorting"] = _texts(split["sorting"], place)
    for name in (
        "dissimilarity_before",
        "dissimilarity_after",
        "dissimilarity_change",
        "people_before",
        "people_after",
    ):
        frame[name] = whole[name]
    frame["units_common"], frame["zero_cells"] = _taken(split["units"], place), _taken(split["zero_cells"], place)
    return frame


def _beside(frame: pd.DataFrame, drawn: FloatArray, level: float) -> pd.DataFrame:
    for at, name in enumerate(_DRAWN):
        value = frame["structure" if name == "structure" else f"{name}_change"].to_numpy()
        moved = drawn[:, at].T
        found = [ends.ends(one, draws, level, "basic") for one, draws in zip(value, moved, strict=True)]
        frame[f"{name}_lower"], frame[f"{name}_upper"] = [end.lower for end in found], [end.upper for end in found]
        if name == "structure":
            finite = np.isfinite(moved)
            count = finite.sum(axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = np.where(finite, moved, 0).sum(axis=1) / count
                spread = np.where(finite, (moved - mean[:, np.newaxis]) ** 2, 0).sum(axis=1) / (count - 1)
            sure = np.isfinite(value) & (count > 1)
            frame["structure_sd"] = np.where(sure, np.sqrt(spread), np.nan)
            frame["p_value"] = np.where(sure, p_values(value, moved, mean, finite, "two-sided"), np.nan)
            frame["draws"] = count
    rows = int(np.isfinite(frame["p_value"]).sum())
    least = rows / (len(drawn) + 1)
    if least > _RARE:
        message = (
            f"{len(drawn):,} draws are too few to tell a change from chance in {plural(rows, 'row')}; "
            f"use {math.ceil(rows / _RARE):,} or more."
        )
        warnings.warn(message, TooFewDraws, stacklevel=3)
    frame["p_adjusted"] = _adjusted(frame["p_value"].to_numpy())
    frame["level"] = level
    sure = frame["sorting"] != "not determined"
    direction = np.where(frame["structure"] > 0, "more sorted", "less sorted")
    rare = np.where(frame["p_adjusted"] <= _RARE, direction, "not beyond chance")
    # As rare as so many draws can show, and yet not rare enough for so many rows.
    floor = (frame["p_value"] <= 1.5 / (len(drawn) + 1)) & (frame["p_adjusted"] > _RARE)
    frame["sorting"] = np.where(sure, np.where(floor, "too few draws", rare), frame["sorting"])
    return frame


def _adjusted(p: FloatArray) -> FloatArray:
    from scipy.stats import false_discovery_control

    out, known_ones = np.full(len(p), np.nan), np.isfinite(p)
    if known_ones.any():
        out[known_ones] = false_discovery_control(p[known_ones])
    return out
