"""The best assignment as a programme in whole numbers, with a proof of how much better any other could be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from placemix.errors import InvalidParameter, MissingExtra
from placemix.schools.catchments.limits import Problem
from placemix.schools.catchments.searching import Found

#: Sums beyond this are not safe in the solver's whole numbers.
LARGEST = 2**61
#: Seconds between two looks at the clock.
_LOOK = 0.2


class Budget(NamedTuple):
    """How long the solver may take, and what it begins with.

    Attributes
    ----------
    seconds
        Longest time.
    effort
        Longest time as the solver counts it, which does not depend on the machine; or None.
    seed
        Seed of the solver.
    progress
        Called with seconds passed and the whole.
    """

    seconds: float
    effort: float | None = None
    seed: int = 0
    progress: Callable[[int, int], None] | None = None


def ready() -> Any:  # noqa: ANN401
    """Return the solver's package.

    Raises
    ------
    MissingExtra
        OR-tools is not installed.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError as error:
        message = "Drawing catchments by a proven programme needs OR-tools, which is not installed."
        remedy = "pip install 'placemix[plan]', or redraw with method='local search'."
        raise MissingExtra(message, remedy=remedy) from error
    return cp_model


def solved(problem: Problem, budget: Budget, hint: list[int], *, at_most: int | None = None) -> Found:
    """Solve a problem with CP-SAT, from an assignment that keeps its limits.

    Parameters
    ----------
    problem, budget
        What is chosen, and how long that may take.
    hint
        Where the solver begins.
    at_most
        With it, the fewest children are rezoned at a value no larger than this; `bound` is then of those children.

    Raises
    ------
    MissingExtra
        OR-tools is not installed.
    InvalidParameter
        The sums are too large.
    """
    cp, begun = ready(), time.monotonic()
    model: Any = cp.CpModel()
    has: list[dict[int, Any]] = []
    for unit, options in enumerate(problem.options):
        has.append({school: model.new_bool_var(f"{unit}:{school}") for school in options})
        if options:
            model.add_exactly_one(list(has[-1].values()))
        for school, variable in has[-1].items():
            model.add_hint(variable, school == hint[unit])
    _sizes(model, cp, problem, has)
    _zones(model, cp, problem, has)
    aim = _aim(model, cp, problem, has, hint)
    if at_most is None:
        model.minimize(aim)
    else:
        model.add(aim <= at_most)
        stays = _stays(problem, has)
        same = cp.LinearExpr.weighted_sum([one for one, _ in stays], [many for _, many in stays])
        model.maximize(same)
    left = max(budget.seconds - (time.monotonic() - begun), 0.1)
    runner = _Run(cp, model, budget._replace(seconds=left))
    chosen = runner.finish()
    if chosen is None:
        return Found(list(hint), runner.status(), runner.bound())
    codes = [next((school for school, one in at.items() if chosen(one)), -1) for at in has]
    return Found(codes, runner.status(), runner.bound())


def _sizes(model: Any, cp: Any, problem: Problem, has: list[dict[int, Any]]) -> None:  # noqa: ANN401
    for school, (base, low, high) in enumerate(zip(problem.base, problem.low, problem.high, strict=True)):
        terms = [(one[school], problem.size[unit]) for unit, one in enumerate(has) if school in one]
        terms = [(one, weight) for one, weight in terms if weight]
        if terms:
            roll = cp.LinearExpr.weighted_sum([one for one, _ in terms], [weight for _, weight in terms])
            model.add_linear_constraint(roll, low - base, high - base)
    stays = _stays(problem, has)
    everyone = sum(many for _, many in stays)
    if problem.moved < everyone:
        same = cp.LinearExpr.weighted_sum([one for one, _ in stays], [many for _, many in stays])
        model.add(same >= everyone - problem.moved)


def _stays(problem: Problem, has: list[dict[int, Any]]) -> list[tuple[Any, int]]:
    """Whether each unit keeps its school, with its children."""
    units = zip(has, problem.now.tolist(), problem.children, strict=True)
    return [(one[now], many) for one, now, many in units if now >= 0 and many]


def _zones(model: Any, cp: Any, problem: Problem, has: list[dict[int, Any]]) -> None:  # noqa: ANN401
    for (unit, school), others in problem.closer.items():
        if school in has[unit]:
            model.add_bool_or([*(has[other][school] for other in others if school in has[other]), ~has[unit][school]])
    for unit, others in enumerate(problem.kept):
        if problem.together[unit]:
            for school, variable in has[unit].items():
                same = [has[other][school] for other in others if school in has[other]]
                model.add(cp.LinearExpr.sum(same) >= problem.together[unit] * variable)


def _aim(model: Any, cp: Any, problem: Problem, has: list[dict[int, Any]], hint: list[int]) -> Any:  # noqa: ANN401
    """What is minimised."""
    if problem.cost:
        costs = [
            (one[school], cost)
            for one, options, prices in zip(has, problem.options, problem.cost, strict=True)
            for school, cost in zip(options, prices, strict=True)
        ]
        _safe(sum(abs(cost) for _, cost in costs))
        return cp.LinearExpr.weighted_sum([one for one, _ in costs], [cost for _, cost in costs])
    _safe(sum(map(abs, problem.lean)) + sum(map(abs, problem.leaning)))
    above, sums = [], list(problem.leaning)
    for unit, school in enumerate(hint):
        if school >= 0:
            sums[school] += problem.lean[unit]
    for school, constant in enumerate(problem.leaning):
        terms = [(one[school], problem.lean[unit]) for unit, one in enumerate(has) if school in one]
        terms = [(one, weight) for one, weight in terms if weight]
        most = constant + sum(weight for _, weight in terms if weight > 0)
        over = model.new_int_var(0, max(most, 0), f"over {school}")
        lean = cp.LinearExpr.weighted_sum([one for one, _ in terms], [weight for _, weight in terms])
        model.add(over >= lean + constant)
        model.add_hint(over, max(sums[school], 0))
        above.append(over)
    # Imbalances sum to nothing, so that those above it are half of all.
    return cp.LinearExpr.sum(above)


def _safe(largest: int) -> None:
    if largest >= LARGEST:
        message = "There are too many children for the solver's whole numbers."
        raise InvalidParameter(message, remedy="Redraw one authority at a time, or use method='local search'.")


class _Run:
    """The solver at work in a thread of its own, so that it can be watched and stopped."""

    def __init__(self, cp: Any, model: Any, budget: Budget) -> None:  # noqa: ANN401
        self.cp, self.model, self.budget = cp, model, budget
        self.solver = cp.CpSolver()
        chosen = self.solver.parameters
        chosen.max_time_in_seconds = budget.seconds
        chosen.random_seed = budget.seed % 2**31
        chosen.num_workers = 2
        chosen.catch_sigint_signal = False
        if budget.effort is not None:
            chosen.max_deterministic_time = budget.effort
            chosen.interleave_search = True
        self.code: Any = None
        self.stopped = False
        self.failed: BaseException | None = None
        self.done = threading.Event()

    def finish(self) -> Callable[[Any], bool] | None:
        threading.Thread(target=self._solve, daemon=True).start()
        passed = 0.0
        # Not by joining the thread: one whose joining is interrupted passes for ended before Python 3.13.
        while not self.done.is_set():
            try:
                if self.stopped:  # said again until it is heard, since it may have been said before the start
                    self.solver.stop_search()
                self.done.wait(_LOOK)
                passed += _LOOK
                if self.budget.progress is not None and not self.stopped:
                    whole = max(round(10 * min(self.budget.seconds, 1e9)), 1)
                    self.budget.progress(min(round(10 * passed), whole), whole)
            except KeyboardInterrupt:
                self.stopped = True
        if self.failed is not None:
            raise self.failed
        good = self.code in {self.cp.OPTIMAL, self.cp.FEASIBLE}
        return self.solver.boolean_value if good else None

    def status(self) -> str:
        if self.code == self.cp.OPTIMAL:
            return "optimal"
        return "stopped" if self.stopped else "feasible"

    def bound(self) -> float | None:
        """What the value cannot be below, or None where the solver found nothing out."""
        known = self.code in {self.cp.OPTIMAL, self.cp.FEASIBLE, self.cp.UNKNOWN}
        return float(self.solver.best_objective_bound) if known else None

    def _solve(self) -> None:
        try:
            self.code = self.solver.solve(self.model)
        except BaseException as error:  # noqa: BLE001
            self.failed = error
        finally:
            self.done.set()
