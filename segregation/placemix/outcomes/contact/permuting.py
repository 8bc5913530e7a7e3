"""Would ties look like this if groups had nothing to do with them? Groups are dealt anew, ties stay."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.indices._parts import ratio
from placemix.inference import drawing
from placemix.outcomes.contact.own_group import coleman, e_i
from placemix.outcomes.contact.recalling import finished
from placemix.outcomes.contact.tie_tables import EVERYONE
from placemix.outcomes.contact.ties import Ties, crossed, known
from placemix.results import Result, first_reason

#: Which draws count as at least as extreme as the value.
Tail: TypeAlias = Literal["above", "below", "both"]
_TAILS = ("above", "below", "both")


def contact_test(
    ties: Ties, *, within: bool = False, draws: int = 999, seed: int = 0, level: float = 0.95, tail: Tail = "both"
) -> Result:
    """Put beside E–I, Coleman's index and the ratio of contact to opportunity what they would be by chance.

    Ties stay as they are, and the groups of people are dealt anew among them: everybody's, or those of each
    institution by themselves. Where there are no more arrangements than `draws`, every one of them is looked at.

    Parameters
    ----------
    ties
        Who has a tie to whom.
    within
        Whether groups are dealt only inside each institution, so that what separates institutions is kept; ties
        between institutions are then left out.
    draws, seed
        How often, and where the random numbers begin.
    level
        Share of the draws between `lower` and `upper`.
    tail
        Which draws are as extreme as the value: those ``"above"``, ``"below"``, or twice the fewer of ``"both"``.

    Returns
    -------
    result
        One row for each `statistic` (``"e_i"``, ``"coleman"``, ``"contact_ratio"``: ties to others over their share
        of everybody else there) and `group`, for E–I also ``"everyone"``. Columns: `statistic`, `group`, `value`,
        `expected`, `sd`, `lower`, `upper`, `level`, `p_value` ((r + 1)/(n + 1), or r/n of every arrangement),
        `expected_by` (``"exact"`` or ``"draws"``), `arrangements` (NaN where too many to look at), `draws` (those in
        which the statistic is defined), `tail`, `seed`, `null`, `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        Only counts of ties are known, `within` lacks institutions, or draws, seed, level or tail are none.

    References
    ----------
    Krackhardt and Stern 1988; Hubert and Schultz 1976; Phipson and Smyth 2010.

    Examples
    --------
    Two tables of three at lunch: there are 20 ways to seat three and three.

    >>> import pandas as pd, placemix as pm
    >>> people = pd.DataFrame({"person": range(6), "group": list("xxxyyy")})
    >>> edges = pd.DataFrame({"ego": [0, 0, 1, 3, 3, 4], "alter": [1, 2, 2, 4, 5, 5]})
    >>> ties = pm.outcomes.Ties.from_edges(edges, people, directed=False, group="group")
    >>> pm.outcomes.contact_test(ties, tail="below").loc[0, ["group", "value", "expected", "p_value", "arrangements"]]
    group           everyone
    value               -1.0
    expected             0.2
    p_value              0.1
    arrangements        20.0
    Name: 0, dtype: object
    """
    ties = known(ties, people=True)
    _asked(ties, within=within, draws=draws, seed=seed, level=level, tail=tail)
    trial = _Trial(ties, within=within)
    value = trial.of(ties.group[np.newaxis])[0]
    every = trial.arrangements()
    exact = every <= draws
    if exact:
        drawn = trial.of(np.stack(list(trial.all())))
    else:
        drawn = drawing.over(
            trial.dealt, trial.of, draws=draws, seed=seed, cells=len(ties.people) + len(trial.ego), apart=True
        ) if draws else np.zeros((0, len(value)))  # fmt: skip
    known_draws = np.isfinite(drawn)
    many = known_draws.sum(axis=0)
    frame = pd.DataFrame({"statistic": trial.statistics, "group": trial.names, "value": value})
    total = np.where(known_draws, drawn, 0.0).sum(axis=0)
    frame["expected"] = ratio(total, many.astype(np.float64))
    frame["sd"] = np.sqrt(
        ratio(np.where(known_draws, (drawn - frame["expected"].to_numpy()) ** 2, 0.0).sum(axis=0), many - (not exact))
    )
    by = np.full(len(frame), "exact" if exact else "draws", dtype=object)
    whole = (frame["group"] == EVERYONE).to_numpy()
    frame.loc[whole, "expected"], by[whole] = trial.expected(), "exact"
    ends = np.full((2, len(frame)), np.nan)
    some = (many > 0) & np.isfinite(value)
    if some.any():
        ends[:, some] = np.nanquantile(drawn[:, some], [(1 - level) / 2, (1 + level) / 2], axis=0)
    frame["lower"], frame["upper"], frame["level"] = ends[0], ends[1], np.where(some, level, np.nan)
    frame["p_value"] = np.where(some, _p_values(drawn, value, tail, exact=exact), np.nan)
    frame["expected_by"], frame["arrangements"] = by, float(every) if exact else np.nan
    frame["draws"], frame["tail"], frame["seed"] = many, tail, seed
    frame["null"] = "groups dealt inside each institution" if within else "groups dealt among everybody"
    frame["reason"] = first_reason({"no_ties_or_nobody_to_meet": ~np.isfinite(value)})
    arguments = {"within": within, "draws": draws, "seed": seed, "level": level, "tail": tail}
    lost = int((~ties.inside).sum()) if within else 0
    notes = [f"Ties between people of different {ties.within!r}: {lost:,}, left out."] if within else []
    cites = ("krackhardt_1988", "hubert_1976", "phipson_2010")
    return finished("contact_test", ties, frame, arguments, notes=notes, cites=cites)


def _asked(ties: Ties, *, within: bool, draws: int, seed: int, level: float, tail: str) -> None:
    drawing.checked(draws, seed)
    drawing.known_level(level)
    if tail not in _TAILS:
        message = f"tail is one of {', '.join(_TAILS)}, not {tail!r}."
        raise InvalidParameter(message, remedy=did_you_mean(tail, _TAILS))
    if within and ties.within is None:
        message = "Groups cannot be dealt inside institutions, as none were given."
        raise InvalidParameter(message, remedy="Name their column, within=, where the ties are read.")


def _p_values(drawn: FloatArray, value: FloatArray, tail: str, *, exact: bool) -> FloatArray:
    """Share of the arrangements at least as extreme as the value, which counts as one of them."""
    # Draws that equal the value but for rounding are as extreme as it.
    room = 1e-12 * np.maximum(1.0, np.abs(np.where(np.isfinite(value), value, 0.0)))
    with np.errstate(invalid="ignore"):
        above, below = (drawn >= value - room).sum(axis=0), (drawn <= value + room).sum(axis=0)
    more = 0 if exact else 1  # among every arrangement the value stands already
    total = np.maximum(np.isfinite(drawn).sum(axis=0) + more, 1)
    if tail == "both":
        return np.minimum(1.0, 2 * (np.minimum(above, below) + more) / total)
    return np.asarray(((above if tail == "above" else below) + more) / total)


class _Trial:
    """Statistics of ties under any groups of the people."""

    def __init__(self, ties: Ties, *, within: bool) -> None:
        alter: Any = ties.alter
        kept = ties.inside if within else np.ones(len(ties.ego), dtype=bool)
        self.ties, self.many = ties, len(ties.groups)
        self.ego: IntArray = ties.ego[kept]
        self.alter: IntArray = alter[kept]
        self.place = ties.institution if within else np.zeros(len(ties.people), dtype=np.int64)
        self.here = np.zeros((int(self.place.max(initial=0)) + 1, self.many))
        np.add.at(self.here, (self.place, ties.group), 1.0)
        self.order = np.argsort(self.place, kind="stable")
        self.named = np.bincount(self.ego, minlength=len(ties.people)).astype(np.float64)
        rows = [
            ("e_i", EVERYONE),
            *((name, one) for name in ("e_i", "coleman", "contact_ratio") for one in ties.groups),
        ]
        self.statistics, self.names = [row[0] for row in rows], [row[1] for row in rows]
        size = self.here.sum(axis=1)
        self.chance = ratio(self.here - 1, (size - 1)[:, np.newaxis])  # of one's own group, for its members
        self.whole = not within

    def of(self, groups: IntArray | FloatArray) -> FloatArray:
        """Values, shape (arrangements, statistics), of the group of each person, shape (arrangements, people)."""
        return np.stack([self._one(row) for row in groups.astype(np.int64)])

    def _one(self, group: IntArray) -> FloatArray:
        matrix = crossed(group[self.ego], group[self.alter], self.many)
        own, out = np.diag(matrix), matrix.sum(axis=1)
        sizes = self.here.sum(axis=0)
        expected = out * ratio(sizes - 1, np.full(self.many, sizes.sum() - 1))
        if not self.whole:
            # Inside institutions each person's chances are those of their own.
            expected = np.bincount(
                group, self.named * np.nan_to_num(self.chance[self.place, group]), minlength=self.many
            )
        away = np.bincount(self.ego, group[self.ego] != group[self.alter], minlength=len(group))
        some = self.named > 0
        apart = (away / np.maximum(self.named, 1))[some]
        met: FloatArray = np.bincount(group[some], apart, minlength=self.many).astype(np.float64)
        others = 1 - np.nan_to_num(self.chance[self.place, group])[some]
        could: FloatArray = np.bincount(group[some], others, minlength=self.many).astype(np.float64)
        everyone = e_i(np.array([own.sum()]), np.array([out.sum()]))
        return np.concatenate([everyone, e_i(own, out), coleman(own, out, expected), ratio(met, could)])

    def expected(self) -> float:
        """E–I of everybody over all arrangements, exactly: each tie is inside with the chance of two who are dealt."""
        size = self.here.sum(axis=1)
        alike = ratio((self.here * (self.here - 1)).sum(axis=1), size * (size - 1))
        return float(1 - 2 * alike[self.place[self.ego]].mean()) if len(self.ego) else np.nan

    def dealt(self, rng: np.random.Generator) -> FloatArray:
        """Deal the groups of each place among its people."""
        mixed = np.lexsort((rng.random(len(self.place)), self.place))
        out = np.empty(len(self.ties.group))
        out[self.order] = self.ties.group[mixed]
        return out

    def arrangements(self) -> float:
        """In how many ways groups can be dealt; inf where far too many."""
        logs = sum(
            math.lgamma(row.sum() + 1) - sum(math.lgamma(one + 1) for one in row) for row in self.here
        )  # fmt: skip
        if logs > 40:
            return math.inf
        ways = 1
        for row in self.here.astype(int):
            left = int(row.sum())
            for one in row:
                ways *= math.comb(left, int(one))
                left -= int(one)
        return ways

    def all(self) -> Iterator[IntArray]:
        """Give every arrangement once."""
        places = [np.flatnonzero(self.place == number) for number in range(len(self.here))]
        for several in product(*(list(_dealings(row.astype(int).tolist())) for row in self.here)):
            out = np.empty_like(self.ties.group)
            for where, one in zip(places, several, strict=True):
                out[where] = one
            yield out


def _dealings(left: list[int]) -> Iterator[list[int]]:
    """Every order of so many of each group."""
    if not any(left):
        yield []
        return
    for group, many in enumerate(left):
        if many:
            for rest in _dealings([one - (place == group) for place, one in enumerate(left)]):
                yield [group, *rest]
