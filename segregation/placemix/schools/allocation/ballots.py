"""What an admission rule does over many lotteries: to separation, to travel, to whose wishes are met."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix._version import __version__
from placemix.about import About
from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.indices._parts import ratio
from placemix.inference.asking import question
from placemix.inference.drawing import Progress, checked, known_level, stream
from placemix.measuring.plan import Which
from placemix.measuring.stacked import evaluator
from placemix.results import Result, remember
from placemix.schools.allocation.admissions import Ready, TieBreaks, Unplaced, ready
from placemix.schools.allocation.markets import Market
from placemix.schools.allocation.recalling import call_of

#: What is counted of the pupils of each group, beside the measures.
SHARES = ("first preference", "any preference", "no school")
TRAVEL = "mean distance"
#: Group of the rows of everyone.
EVERYONE = "everyone"


def lotteries(
    market: Market,
    *,
    tie_breaks: Mapping[str, TieBreaks],
    measures: str | Sequence[str],
    focal: Which = None,
    against: Which = "rest",
    draws: int = 1000,
    level: float = 0.9,
    unplaced: Unplaced = "leave",
    seed: int = 0,
    progress: Progress = None,
) -> Result:
    """Run several rules of admission over many lotteries, and compare each with the first.

    Every rule gets the same lots in the same draw, so that differences are not noise of the draw.

    Parameters
    ----------
    market
        Made by `market`.
    tie_breaks
        Rules by name, as in `admit`; the first is what the others are compared with.
    measures, focal, against
        As in `placemix.measure`: of the pupils whom each school takes, by group. Those without a school are left
        out and counted.
    draws, seed, progress
        As in `placemix.inference.table`.
    level
        Share of the draws between `lower` and `upper`.
    unplaced
        As in `admit`.

    Returns
    -------
    result
        One row for each rule and measure, and for each rule, group and ``"first preference"``, ``"any preference"``,
        ``"no school"`` (shares of the group) and ``"mean distance"`` (of those with a school). Columns: `rule`,
        `statistic`, `focal`, `against`, `value` (mean of the draws), `sd`, `lower`, `upper`, `level`;
        `difference` from the first rule, `difference_lower`, `difference_upper`; `pupils` (of the group), `draws` (in
        which the value is defined), `compared_with`, `tie_break`, `seed`, `note`, `version`.

    Raises
    ------
    InvalidParameter
        There are no rules, or a number is none.

    Notes
    -----
    Only places are dealt anew. Families who would move house, or name other schools, under another rule are not in
    it: preferences stay as they are.

    References
    ----------
    Gale and Shapley 1962; Abdulkadiroğlu and Sönmez 2003; Allen, Burgess and McKenna 2013.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> schools = town.schools[town.schools["phase"] == "secondary"]
    >>> homes = pm.schools.market(town.applicants, schools, town.preferences, group="group", distance="distance",
    ...                           criteria=["looked_after", "sibling"])
    >>> rules = {"distance": "distance", "ballot": "single lottery"}
    >>> found = pm.schools.lotteries(homes, tie_breaks=rules, measures="dissimilarity", focal="blue", draws=20)
    >>> found.loc[found["statistic"] == "dissimilarity", ["rule", "value", "difference"]].round(2)
            rule  value  difference
    0   distance    0.4         0.0
    25    ballot    0.3        -0.1
    """
    checked(draws, seed, least=2)
    known_level(level)
    if not isinstance(tie_breaks, Mapping) or not tie_breaks:
        message = "tie_breaks names the rules that are compared."
        raise InvalidParameter(message, remedy="Write tie_breaks={'distance': 'distance', 'ballot': 'single lottery'}.")
    rules = {name: ready(market, one, unplaced) for name, one in tie_breaks.items()}
    template = _template(market)
    _, frame, plan, strata, _ = question(template, measures, focal, against, (), None, None)
    evaluate = evaluator(plan, template, strata, None, draws=draws)
    first: FloatArray | None = None
    blocks = []
    for place, (name, rule) in enumerate(rules.items()):

        def told(done: int, place: int = place) -> None:
            if progress is not None:
                progress(place * draws + done, len(rules) * draws)

        values = _values(rule, evaluate, draws, seed, told)
        first = values if first is None else first
        blocks.append(_block(market, name, rule, frame, values, first, level).assign(compared_with=next(iter(rules))))
    found = pd.concat(blocks, ignore_index=True)
    found["seed"], found["note"], found["version"] = seed, " ".join(market.notes) or None, __version__
    arguments = {
        "tie_breaks": {name: one if isinstance(one, str) else dict(one) for name, one in tie_breaks.items()},
        "measures": measures, "focal": focal, "against": against, "draws": draws, "level": level,
        "unplaced": unplaced, "seed": seed,
    }  # fmt: skip
    result = remember(found, call_of("schools.lotteries", market, arguments))
    result.attrs["cites"] = ("gale_1962", "abdulkadiroglu_2003", "allen_2013")
    return result


class _Run(NamedTuple):
    """What one run counts: pupils of each school and group, and four numbers of each group."""

    people: FloatArray
    counted: FloatArray


def _values(
    rule: Ready,
    evaluate: Callable[[FloatArray], FloatArray],
    draws: int,
    seed: int,
    told: Callable[[int], None],
) -> FloatArray:
    """Measures and numbers of each draw, shape (draws, rows)."""
    found = []
    for done, some in _runs(rule, draws, seed):
        measured = evaluate(np.stack([run.people for run in some]))[:, :, 0]
        found.append(np.hstack([measured, np.stack([run.counted.ravel() for run in some])]))
        told(done)
    values = np.concatenate(found)
    # Without lots one run is all of them.
    return values if rule.by_lot else np.repeat(values, draws, axis=0)


def _runs(rule: Ready, draws: int, seed: int) -> Iterator[tuple[int, list[_Run]]]:
    """Some draws at a time; draw d depends on the seed and on d alone."""
    threads = os.cpu_count() or 1
    if not rule.by_lot:
        yield draws, [_run(rule, stream(seed, 0))]
        return
    with ThreadPoolExecutor(threads) as pool:
        for begin in range(0, draws, 8 * threads):
            numbers = range(begin, min(begin + 8 * threads, draws))
            yield numbers.stop, list(pool.map(lambda number: _run(rule, stream(seed, number)), numbers))


def _run(rule: Ready, rng: np.random.Generator) -> _Run:
    market = rule.market
    schools, groups = len(market.schools), len(market.groups)
    outcome = rule.run(rng)
    placed = outcome.school >= 0
    cell = outcome.school[placed] * groups + market.group[placed]
    people = np.bincount(cell, minlength=schools * groups).reshape(schools, groups).astype(np.float64)
    got = outcome.preference >= 0
    best = np.zeros(len(got), dtype=bool)
    best[got] = market.rank[outcome.preference[got]] == 1
    far = rule.travelled(outcome)
    known = ~np.isnan(far)
    sums = [_by_group(market, one) for one in (best, got, ~placed, np.where(known, far, 0.0), known)]
    members = _by_group(market, np.ones(len(got)))
    counted = np.stack([*(ratio(one, members) for one in sums[:3]), ratio(sums[3], sums[4])])
    return _Run(people, counted)


def _by_group(market: Market, values: FloatArray | BoolArray) -> FloatArray:
    """Sums over the pupils of each group, and over everyone."""
    sums = np.bincount(market.group, weights=values, minlength=len(market.groups))
    return np.append(sums, sums.sum())


def _template(market: Market) -> Counts:
    """Schools and groups as counts, for labels: a pupil of each group everywhere, since some schools may end empty."""
    values = np.ones((len(market.schools), len(market.groups)))
    return Counts(
        values=values,
        groups=market.groups,
        units=pd.Index(market.schools, dtype=str, name="unit"),
        total=values.sum(axis=1),
        strata=pd.DataFrame(index=range(len(market.schools))),
        about=About(universe="pupils"),
    )


def _block(
    market: Market, name: str, rule: Ready, frame: pd.DataFrame, values: FloatArray, first: FloatArray, level: float
) -> pd.DataFrame:  # fmt: skip
    """Rows of one rule."""
    groups = [*market.groups, EVERYONE]
    sizes = np.append(np.bincount(market.group, minlength=len(market.groups)), len(market.group))
    statistics = [*frame["measure"].astype(str), *np.repeat([*SHARES, TRAVEL], len(groups))]
    out = pd.DataFrame({"rule": name, "statistic": statistics})
    none = frame["focal"].isna()
    whose = [None if lost else str(focal) for lost, focal in zip(none, frame["focal"], strict=True)]
    out["focal"] = [*whose, *(groups * (len(SHARES) + 1))]
    whom = [None if lost else str(rival) for lost, rival in zip(frame["against"].isna(), frame["against"], strict=True)]
    out["against"] = [*whom, *[None] * (len(out) - len(whom))]
    tail = (1 - level) / 2
    apart = values - first
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        count = known.sum(axis=0)
        sure = count > 1
        for column, table in (("", values), ("difference", apart)):
            mean, ends = np.full(len(out), np.nan), np.full((2, len(out)), np.nan)
            mean[sure] = np.nanmean(table[:, sure], axis=0)
            ends[:, sure] = np.nanquantile(table[:, sure], [tail, 1 - tail], axis=0)
            if not column:
                out["value"] = mean
                spread = np.full(len(out), np.nan)
                spread[sure] = np.nanstd(table[:, sure], axis=0, ddof=1)
                out["sd"], out["lower"], out["upper"], out["level"] = spread, ends[0], ends[1], level
            else:
                out["difference"], out["difference_lower"], out["difference_upper"] = mean, ends[0], ends[1]
    pupils = dict(zip(groups, sizes, strict=True))
    out["pupils"] = [int(pupils.get(who or EVERYONE, sizes[-1])) for who in out["focal"]]
    out["draws"] = count
    out["tie_break"] = rule.said
    return out
