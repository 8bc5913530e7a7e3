"""How much of a pay gap goes with characteristics that groups differ in: Oaxaca–Blinder, with a stated reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix._version import __version__
from placemix.errors import InvalidCounts, InvalidParameter, did_you_mean
from placemix.inference import drawing
from placemix.outcomes.work.designs import Design, coefficients, coefficients_or_none, design_of
from placemix.outcomes.work.pay_tables import REST, compared, people_of, rows_of
from placemix.results import Call, Result, first_reason, remember

#: Whose returns a difference in characteristics is valued at.
Reference: TypeAlias = Literal["against", "focal", "pooled", "neumark"]
_REFERENCES = {
    "against": "returns of the group compared with",
    "focal": "returns of the focal group",
    "pooled": "returns of both groups together, with a column for the group (Jann 2008)",
    "neumark": "returns of both groups together, without a column for the group (Neumark 1988)",
}
#: What the unexplained part is and is not; stands in every row.
UNEXPLAINED = (
    "The unexplained part is what these characteristics do not account for at this reference: it changes with both, "
    "and holds whatever was not measured. It says nothing of why."
)


class Samples(NamedTuple):
    """The two groups: the one compared with first, then the focal one.

    Attributes
    ----------
    rows
        Columns of the regression and then pay, of each group, shape (people, columns + 1).
    names, of
        As in `Design`.
    characteristics
        How many there are.
    reference
        Whose returns are taken.
    """

    rows: tuple[FloatArray, FloatArray]
    names: tuple[str, ...]
    of: tuple[int, ...]
    characteristics: int
    reference: Reference


def oaxaca_blinder(
    table: pd.DataFrame,
    *,
    focal: str,
    against: str,
    characteristics: Sequence[str],
    reference: Reference,
    pay: str = "pay",
    group: str = "group",
    log: bool = False,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Result:
    """Split a difference in mean pay into what goes with differing characteristics, and what they do not explain.

    With x̄ the mean characteristics and β* the reference's returns to them, ȳ_A − ȳ_B = (x̄_A − x̄_B)′β* + the rest.

    Parameters
    ----------
    table
        One row for each person.
    focal, against
        The two groups, B and A; ``against="rest"`` is everybody else.
    characteristics
        Columns: numbers as they are, texts by category. Whatever a person was sorted into because of their group,
        such as a grade, takes part of the gap with it.
    reference
        Whose returns β*: ``"against"`` (β_A), ``"focal"`` (β_B), ``"pooled"`` (both, with a column for the group) or
        ``"neumark"`` (both, without one). There is no default, because the answer depends on it.
    pay, group
        Columns of pay and of groups.
    log
        Whether logarithms of pay are split; differences are then in log points, and nobody may be unpaid.
    draws, seed
        How often people of each group are drawn anew for the intervals, and where the random numbers begin.
    level
        Level of the intervals, percentiles of the draws.

    Returns
    -------
    result
        One row for each `part`: ``"difference"``, ``"explained"`` (all of it, then each characteristic by itself),
        ``"unexplained"``, and its two sides ``"unexplained_against"`` = x̄_A′(β_A − β*) and ``"unexplained_focal"`` =
        x̄_B′(β* − β_B). Columns: `focal`, `against`, `reference`, `part`, `characteristic`, `value`, `share` (of the
        difference), `lower`, `upper`, `level`, `interval_method`, `unit`, `people_focal`, `people_against`, `draws`
        (those in which the part is defined), `seed`, `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        The reference is missing or none, or the regression cannot tell characteristics apart.
    UnknownColumn, UnknownGroup, NotNumbers, InvalidCounts, InvalidTable, TooFewGroups
        As in `pay_gap`, also of the characteristics.

    Notes
    -----
    What each characteristic explains does not depend on which category is left out; what each leaves unexplained does,
    and is not given. With ``"pooled"`` how the unexplained part falls on its two sides depends on how the group is
    coded, and is not given either.

    References
    ----------
    Oaxaca 1973; Blinder 1973; Neumark 1988; Jann 2008.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> staff = pd.DataFrame({"group": ["a"] * 3 + ["b"] * 3, "years": [10, 12, 14, 8, 10, 12]})
    >>> staff["pay"] = [2 + 0.1 * 10, 2 + 0.1 * 12, 2 + 0.1 * 14, 1.9 + 0.08 * 8, 1.9 + 0.08 * 10, 1.9 + 0.08 * 12]
    >>> found = pm.outcomes.oaxaca_blinder(
    ...     staff, focal="b", against="a", characteristics=["years"], reference="against", draws=0
    ... )
    >>> found.loc[found["characteristic"].isna(), ["part", "value", "share"]].round(3)
                      part  value  share
    0           difference    0.5    1.0
    1            explained    0.2    0.4
    3          unexplained    0.3    0.6
    4  unexplained_against    0.0    0.0
    5    unexplained_focal    0.3    0.6
    """
    drawing.checked(draws, seed)
    drawing.known_level(level)
    if reference not in _REFERENCES:
        message = f"reference is one of {', '.join(_REFERENCES)}, not {reference!r}."
        raise InvalidParameter(message, remedy=did_you_mean(reference, list(_REFERENCES)))
    wanted = [characteristics] if isinstance(characteristics, str) else list(characteristics)
    people = people_of(table, pay, group, others=wanted)
    compared(people, focal, against)
    for name in (pay, group):
        if name in wanted:
            message = f"{name!r} is what is split or split by, and no characteristic."
            raise InvalidParameter(message, remedy="Leave it out of characteristics.")
    amount = people.pay
    if log:
        unpaid = ~(amount > 0)
        if unpaid.any():
            message = "Some people are not paid anything, which has no logarithm."
            raise InvalidCounts(message, units=rows_of(unpaid), remedy="Leave those rows out and say so, or log=False.")
        amount = np.log(amount)
    sides = [people.where(against, without=focal if against == REST else None), people.where(focal)]
    both = sides[0] | sides[1]
    design = design_of(people.table[both], wanted)
    samples = _samples(design, amount[both], [side[both] for side in sides], len(wanted), reference)
    found = _split([part.T @ part for part in samples.rows], samples)
    drawn = _drawn(samples, draws, seed, len(found))
    frame = _rows(found, drawn, wanted, level)
    frame.insert(0, "focal", focal)
    frame.insert(1, "against", against)
    frame.insert(2, "reference", reference)
    frame["unit"] = "log points" if log else f"{pay}"
    frame["people_focal"], frame["people_against"] = len(samples.rows[1]), len(samples.rows[0])
    frame["draws"], frame["seed"] = np.isfinite(drawn).sum(axis=0), seed
    sided = frame["part"].isin(["unexplained_against", "unexplained_focal"]).to_numpy()
    frame["reason"] = first_reason({"split_depends_on_coding": sided & frame["value"].isna().to_numpy()})
    short = bool((np.isfinite(drawn[:, 0]) & ~np.isfinite(drawn[:, 1])).any()) if draws else False
    lost = " Draws in which a characteristic cannot be told from others are left out." if short else ""
    frame["note"] = f"Reference: {_REFERENCES[reference]}. {UNEXPLAINED}{lost}"
    frame["source"], frame["version"] = people.source, __version__
    last = ["unit", "people_focal", "people_against", "draws", "seed", "reason", "note", "source", "version"]
    frame = frame[[*(name for name in frame.columns if name not in last), *last]]
    arguments = {
        "focal": focal, "against": against, "characteristics": wanted, "reference": reference, "pay": pay,
        "group": group, "log": log, "draws": draws, "seed": seed, "level": level,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.oaxaca_blinder", {"table": people.table}, arguments))
    result.attrs["cites"] = ("oaxaca_1973", "blinder_1973", "neumark_1988", "jann_2008")
    return result


def _samples(
    design: Design, pay: FloatArray, sides: list[BoolArray], characteristics: int, reference: Reference
) -> Samples:
    """Columns and pay of each group, in an order that does not depend on that of the table."""
    rows = np.column_stack([design.columns, pay])
    own = [rows[side] for side in sides]
    parts = [np.ascontiguousarray(part[np.lexsort(part.T)]) for part in own]
    samples = Samples((parts[0], parts[1]), design.names, design.of, characteristics, reference)
    # Refuses, with the names of columns, what cannot be told apart.
    coefficients(_reference_products([part.T @ part for part in parts], reference), _reference_names(samples))
    return samples


def _reference_names(samples: Samples) -> tuple[str, ...]:
    return (*samples.names, "the group") if samples.reference == "pooled" else samples.names


def _reference_products(products: Sequence[FloatArray], reference: Reference) -> FloatArray:
    """Sums of products of the regression whose returns are the reference."""
    if reference in {"against", "focal"}:
        return products[0 if reference == "against" else 1]
    both = products[0] + products[1]
    if reference == "neumark":
        return both
    # One more column before pay: 1 for the group compared with. Its products are that group's sums.
    own = products[0][0]
    out = np.insert(np.insert(both, -1, own, axis=0), len(both) - 1, 0.0, axis=1)
    out[:, -2] = np.insert(own, len(own) - 1, own[0])
    return out


def _split(products: Sequence[FloatArray], samples: Samples) -> FloatArray:
    """Difference, explained, what each characteristic explains, unexplained, and its two sides."""
    returns = coefficients_or_none(_reference_products(products, samples.reference))
    columns = len(samples.names)
    returns = returns[:columns]
    means = [part[0] / part[0, 0] for part in products]
    pay = [float(mean[-1]) for mean in means]
    terms = (means[0] - means[1])[:columns] * returns
    by = np.array(samples.of)
    each = [terms[by == place].sum() for place in range(samples.characteristics)]
    explained = float(terms.sum())
    sides = [pay[0] - means[0][:columns] @ returns, means[1][:columns] @ returns - pay[1]]
    if samples.reference == "pooled":
        sides = [np.nan, np.nan]
    return np.array([pay[0] - pay[1], explained, *each, pay[0] - pay[1] - explained, *sides])


def _drawn(samples: Samples, draws: int, seed: int, values: int) -> FloatArray:
    """Parts over people drawn anew from each group, shape (draws, parts)."""
    if not draws:
        return np.zeros((0, values))

    def draw(rng: np.random.Generator) -> FloatArray:
        products = []
        for rows in samples.rows:
            # How often each person is drawn; sums of products need no more.
            times = np.bincount(rng.integers(0, len(rows), len(rows)), minlength=len(rows))
            products.append((rows * times[:, np.newaxis]).T @ rows)
        return _split(products, samples)

    many = sum(rows.size for rows in samples.rows)
    return drawing.over(draw, np.asarray, draws=draws, seed=seed, cells=many, apart=True)


def _rows(found: FloatArray, drawn: FloatArray, characteristics: list[str], level: float) -> pd.DataFrame:
    parts = ["difference", "explained", *["explained"] * len(characteristics), "unexplained"]
    parts += ["unexplained_against", "unexplained_focal"]
    ends = np.full((2, len(found)), np.nan)
    known = np.isfinite(drawn).any(axis=0) & np.isfinite(found)
    if known.any():
        ends[:, known] = np.nanquantile(drawn[:, known], [(1 - level) / 2, (1 + level) / 2], axis=0)
    named = [None, None, *characteristics, None, None, None]
    return pd.DataFrame(
        {
            "part": parts,
            "characteristic": np.array(named, dtype=object),
            "value": found,
            "share": found / found[0] if found[0] else np.nan,
            "lower": ends[0],
            "upper": ends[1],
            "level": level,
            "interval_method": np.where(known, "sampling:bootstrap percentiles", "none:no_draws"),
        }
    )
