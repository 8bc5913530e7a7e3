"""What each claim means, as one function that says whether it holds on an example."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from claims.maps import OPTIONS, mapped, on_a_map
from placemix.registry import MEASURES, Measure

#: Calls on two groups, or on all of them.
PAIRED = frozenset({"groups", "clustering", "contrast", "surface", "neighbours"})


@dataclass(frozen=True)
class Example:
    """A table and what is done to it.

    `table` has a row for each unit and a column for each group. The other fields belong to single
    claims: `factor` (scale, margins), `order` (of units or groups), `unit` with `part` (a unit cut
    in two; for unit margins the unit), `group` (whose members move or multiply), `sender`,
    `receiver`, `amount` (a transfer), `areas` and `tables` (nesting: tables with the same totals in
    every area).
    """

    table: tuple[tuple[float, ...], ...]
    why: str = ""
    factor: float = 1.0
    order: tuple[int, ...] = ()
    unit: int = 0
    part: float = 0.5
    group: int = 0
    sender: int = 0
    receiver: int = 1
    amount: float = 1.0
    areas: str = ""
    tables: tuple[tuple[tuple[float, ...], ...], ...] = ()

    @property
    def counts(self) -> np.ndarray:
        return np.array(self.table, dtype=float)


@dataclass(frozen=True)
class Form:
    """One way of evaluating a row: its parameters and, for diversity, of the whole or of each unit.

    `options` are its parameters, where the weights of its parts depend on them.
    `on_map` stands for `evaluate` where a row is about who is near whom: it also takes the place of
    each unit on the map of `claims.maps`.
    """

    name: str
    evaluate: Callable[[np.ndarray], np.ndarray] | None = None
    per_unit: bool = False
    options: Mapping[str, float] = field(default_factory=dict)
    on_map: Callable[..., np.ndarray] | None = None

    def value(
        self,
        counts: np.ndarray,
        places: Sequence[int] | np.ndarray | None = None,
        parts: np.ndarray | None = None,
    ) -> np.ndarray:
        if self.on_map is None:
            assert self.evaluate is not None
            return self.evaluate(counts)
        there = np.arange(len(counts)) if places is None else np.asarray(places)
        return self.on_map(counts, there) if parts is None else self.on_map(counts, there, parts=parts)


#: Parameters whose every value the claims are tried with.
_TRIED: dict[str, list[dict[str, float]]] = {
    "atkinson": [{"b": b} for b in (0.5, 0.1, 0.9)],
    "target_entropy": [{"a": a} for a in (0.5, 1, 2)],
    "overall_entropy": [{"a": a} for a in (0.5, 1, 2)],
}


def forms(row: Measure, groups: int) -> list[Form]:
    """Return every form that a row's claims speak of, for that many groups; none where it has no such form."""
    function = row.function
    if (row.call in PAIRED or row.call == "trajectory") and row.focal == "needed" and groups > 2:
        return []
    if on_a_map(row):
        return [
            Form(f"{row.name} {option}", on_map=partial(mapped, row, **option), per_unit=row.dimension == "local")
            for option in OPTIONS.get(row.name, ({},))
        ]
    if row.name in _TRIED or "degree" in row.parameters:
        # A polynomial needs two bands more than its degree.
        degrees: list[dict[str, float]] = [{"degree": degree} for degree in (1, 2, 4) if degree <= groups - 2]
        return [_with(function, **options) for options in _TRIED.get(row.name, degrees)]
    if row.call in {"groups", "meeting", "surface", "unit"}:
        return [Form(row.name, function, per_unit=row.call == "unit")]
    if row.call == "mix":
        options = [{"order": order} for order in (1, 0.5, 2, 0)] if "order" in row.parameters else [{}]
        return [form for option in options for form in _mixes(function, option)]
    return [_threshold(function, share, threshold, op) for share, threshold, op in _THRESHOLDS]


def _with(function: Callable[..., np.ndarray], **options: float) -> Form:
    return Form(f"{options}", lambda counts: function(counts, **options), options=options)


def _mixes(function: Callable[..., np.ndarray], option: dict[str, float]) -> list[Form]:
    def whole(counts: np.ndarray) -> np.ndarray:
        return np.atleast_1d(function(counts.sum(axis=0), **option))

    return [
        Form(f"whole {option}", whole),
        Form(f"each unit {option}", lambda counts: function(counts, **option), per_unit=True),
    ]


_THRESHOLDS = (("own", 0.5, ">="), ("own", 0.25, ">"), ("met", 0.5, ">="), ("others", 0.75, ">"), ("largest", 0.5, ">"))


def _threshold(function: Callable[..., np.ndarray], share: str, threshold: float, op: str) -> Form:
    def evaluate(counts: np.ndarray) -> np.ndarray:
        everyone = counts.sum(axis=1)
        part = {
            "own": counts[:, 0],
            "met": counts[:, 1],
            "others": everyone - counts[:, 0],
            "largest": counts.max(axis=1),
        }[share]
        members = everyone if share == "largest" else counts[:, 0]
        return function(members, part, everyone, threshold=threshold, op=op)

    return Form(f"{share} {op} {threshold}", evaluate)


def slack(counts: np.ndarray) -> float:
    """Return the rounding that a table allows: a share of 1e-12 is known only to four digits of itself."""
    totals = counts.sum(axis=0)
    people = totals.sum()
    if people <= 0:
        return 1e-9
    share = totals / people
    present = share[share > 0]
    rarest = min(present.min(), (share * (1 - share)).sum())
    return 1e-9 + 1e-13 / max(rarest, 1e-15)


def _same(left: np.ndarray, right: np.ndarray, allowed: float) -> bool:
    return bool(np.allclose(left, right, rtol=allowed, atol=allowed, equal_nan=True))


def holds(claim: str, form: Form, example: Example, row: Measure) -> bool:
    """Whether the claim holds on the example, once its premise does."""
    return _CHECKS[claim](form, example, row)


def _scale(form: Form, example: Example, _row: Measure) -> bool:
    counts = example.counts
    return _same(form.value(counts), form.value(counts * example.factor), slack(counts))


def _unit_order(form: Form, example: Example, _row: Measure) -> bool:
    counts, order = example.counts, list(example.order)
    assert sorted(order) == list(range(len(counts)))
    before = form.value(counts)
    after = form.value(counts[order], order)  # people and places together
    return _same(before[order] if form.per_unit else before, after, slack(counts))


def _group_order(form: Form, example: Example, _row: Measure) -> bool:
    counts, order = example.counts, list(example.order)
    assert sorted(order) == list(range(counts.shape[1]))
    return _same(form.value(counts), form.value(counts[:, order]), slack(counts))


def _split(form: Form, example: Example, row: Measure) -> bool:
    counts, unit = example.counts, example.unit
    first, second = counts[unit] * example.part, counts[unit] * (1 - example.part)
    cut = np.vstack([counts[:unit], first, second, counts[unit + 1 :]])
    places = np.insert(np.arange(len(counts)), unit, unit)  # both parts at the point of the whole
    land = None
    if row.call == "groups" and on_a_map(row):  # and the land of the whole between them
        land = np.insert(np.ones(len(counts)), unit, example.part)
        land[unit + 1] = 1 - example.part
    before, after = form.value(counts), form.value(cut, places, land)
    if (counts.sum(axis=1) > 0).sum() == 1 and np.isnan(before).all():
        return True  # one unit became two
    if form.per_unit:
        before = np.insert(before, unit, before[unit])
    # Areas under curves of trajectories are sums of pieces, of which the cut table has more.
    return _same(before, after, slack(counts) * (10 if "distortion" in form.name else 1))


def _too_few_thresholds(row: Measure, value: np.ndarray) -> bool:
    """Whether a polynomial cannot be fitted, because bands are empty; a claim is of values."""
    return "degree" in row.parameters and bool(np.isnan(value).all())


def _zero_if_even(form: Form, example: Example, row: Measure) -> bool:
    counts = example.counts
    overall = counts.sum(axis=0) / counts.sum()
    assert np.allclose(counts, counts.sum(axis=1, keepdims=True) * overall, rtol=1e-12, atol=0)
    value = form.value(counts)
    lived_in = counts.sum(axis=1) > 0
    if _too_few_thresholds(row, value):
        return True
    if row.call == "contrast" and np.isnan(value).all():
        return True  # no two of the units with people are neighbours
    if "area" in row.needs and np.isnan(value).all():
        return True  # the units of so many people are as large on either end
    return _same(value[lived_in] if form.per_unit else value, 0.0, 10 * slack(counts))


def _one_if_apart(form: Form, example: Example, row: Measure) -> bool:
    counts = example.counts
    assert ((counts > 0).sum(axis=1) <= 1).all()
    value = form.value(counts)
    if _too_few_thresholds(row, value):
        return True
    lived_in = counts.sum(axis=1) > 0
    return _same(value[lived_in] if form.per_unit else value, 1.0, 10 * slack(counts))


def moved(example: Example) -> np.ndarray:
    """Return the table after the transfer, having checked that it is one."""
    counts = example.counts
    after = counts.copy()
    after[example.sender, example.group] -= example.amount
    after[example.receiver, example.group] += example.amount
    assert after.min() >= 0
    for table, strict in ((counts, True), (after, False)):
        people = table.sum(axis=1)
        share = table[:, example.group] / np.where(people > 0, people, np.nan)
        high, low = share[example.sender], share[example.receiver]
        assert high > low if strict else high >= low - 1e-12
    return after


def _transfer(form: Form, example: Example, *, strictly: bool) -> bool:
    before, after = form.value(example.counts), form.value(moved(example))
    # Without bound before and after is no change.
    change = np.subtract(after, before, out=np.zeros_like(before), where=after != before)
    allowed = 1e-12 * np.maximum(np.abs(before), 1)
    never_up = bool((change <= allowed).all())
    # All but complete separation, one minus a tenth power: a float does not hold the difference.
    saturated = np.abs(before - 1) < 1e-6
    return never_up and (not strictly or bool(((change < -allowed) | saturated).any()))


def _group_margins(form: Form, example: Example, _row: Measure) -> bool:
    counts, after = example.counts, example.counts
    after[:, example.group] *= example.factor
    return _same(form.value(counts), form.value(after), max(slack(counts), slack(after)))


def _unit_margins(form: Form, example: Example, _row: Measure) -> bool:
    counts, after = example.counts, example.counts
    after[example.unit] *= example.factor
    return _same(form.value(counts), form.value(after), max(slack(counts), slack(after)))


def _entropy(totals: np.ndarray) -> float:
    share = totals[totals > 0] / totals.sum()
    return float(-(share * np.log(share)).sum())


def _interaction(totals: np.ndarray) -> float:
    share = totals / totals.sum()
    return float((share * (1 - share)).sum())


def _generalised(totals: np.ndarray, a: float) -> float:
    return float(totals[0] ** a * totals.sum() ** (1 - a))


def _at_thresholds(mixed: Callable[[float], float]) -> Callable[[np.ndarray], float]:
    """Weigh by people, times how mixed they are at every threshold between two groups."""

    def weight(totals: np.ndarray) -> float:
        return float(totals.sum() * sum(mixed(share) for share in np.cumsum(totals)[:-1] / totals.sum()))

    return weight


#: The weight of an area in the sum that a nesting measure is, up to its value for the whole.
WEIGHTS: dict[str, Callable[..., float]] = {
    "mutual_information": lambda totals: float(totals.sum()),
    "information_theory": lambda totals: float(totals.sum()) * _entropy(totals),
    "relative_diversity": lambda totals: float(totals.sum()) * _interaction(totals),
    "squared_variation": lambda totals: float(totals.sum()) * _interaction(totals),
    "normalised_exposure": lambda totals: float(totals.sum()) * _interaction(totals),
    "correlation_ratio": lambda totals: float(totals[0] * (1 - totals[0] / totals.sum())),
    "hutchens": lambda totals: float(np.sqrt(totals[0] * totals[1])),
    "ordinal_information": _at_thresholds(lambda p: _entropy(np.array([p, max(1 - p, 0.0)]))),
    "ordinal_variation": _at_thresholds(lambda p: p * (1 - p)),
    "ordinal_squareroot": _at_thresholds(lambda p: float(np.sqrt(p * max(1 - p, 0.0)))),
    "ordinal_absolute": _at_thresholds(lambda p: min(p, 1 - p)),
    "symmetric_atkinson": lambda totals: float(np.prod(totals ** (1 / len(totals)))),
    "target_entropy": _generalised,
    "kullback_leibler": lambda totals: float(totals[0]),
}


def _nests(form: Form, example: Example, row: Measure) -> bool:
    tables = [np.array(table, dtype=float) for table in example.tables or (example.table,)]
    labels = sorted(set(example.areas))
    member = np.array(list(example.areas))
    totals = np.array([tables[0][member == label].sum(axis=0) for label in labels])
    allowed = 10 * max(slack(table) for table in tables)
    if row.name in WEIGHTS and not example.tables:
        table = tables[0]
        # Of a product of all groups, those that are nowhere are no part.
        present = (totals.sum(axis=0) > 0) | (row.name != "symmetric_atkinson")
        weight = partial(WEIGHTS[row.name], **form.options)
        within = np.array([_or_none(form.value(table[member == label]).item()) for label in labels])
        weights = np.array([weight(area[present]) if area.sum() > 0 else 0.0 for area in totals])
        weights /= weight(totals.sum(axis=0)[present])
        between = _or_none(form.value(totals).item())
        return _same(form.value(table), between + (weights * within).sum(), allowed)
    return _weights_exist(form, tables, member, labels, totals)


def _or_none(value: float) -> float:
    """Nothing where a part has no value."""
    return float(np.nan_to_num(value, posinf=np.inf))


def _weights_exist(
    form: Form, tables: Sequence[np.ndarray], member: np.ndarray, labels: list[str], totals: np.ndarray
) -> bool:
    """Whether any weights, the same for all the tables, make the value between plus the sum within."""
    equations, beside = [], []
    for table in tables:
        places = [np.flatnonzero(member == label) for label in labels]
        assert np.array_equal([table[here].sum(axis=0) for here in places], totals)
        inside = [np.nan_to_num(form.value(table[here], here)) for here in places]
        # On a map, an area lies where its first unit does.
        between, value = form.value(totals, [here[0] for here in places]), form.value(table)
        if form.per_unit:
            for place, label in enumerate(labels):
                here = np.flatnonzero(member == label)
                for one, unit in enumerate(here):
                    equation = np.zeros(len(labels))
                    equation[place] = inside[place][one]
                    equations.append(equation)
                    beside.append(value[unit] - between[place])
        else:
            equations.append([float(each.item()) for each in inside])
            beside.append(value.item() - between.item())
    matrix, right = np.array(equations), np.array(beside)
    weights = np.linalg.lstsq(matrix, right, rcond=None)[0]
    return bool(np.abs(matrix @ weights - right).max() < 1e-6)


_CHECKS: dict[str, Callable[[Form, Example, Measure], bool]] = {
    "scale": _scale,
    "unit_order": _unit_order,
    "group_order": _group_order,
    "split": _split,
    "zero_if_even": _zero_if_even,
    "one_if_apart": _one_if_apart,
    "transfers": lambda form, example, _row: _transfer(form, example, strictly=True),
    "transfers_weak": lambda form, example, _row: _transfer(form, example, strictly=False),
    "group_margins": _group_margins,
    "unit_margins": _unit_margins,
    "nests": _nests,
}

#: Rows whose forms look at the first group alone.
FOCAL = frozenset(
    name
    for name, row in MEASURES.items()
    if row.call in {"meeting", "threshold"}
    or name in {"location_quotient", "local_isolation", "local_exposure", "extremes"}
)
