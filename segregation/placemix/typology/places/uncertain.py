"""How sure the type of each place is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.inference import drawing, perturbing, resamples
from placemix.inference.households import Cluster, dealt
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.places import edges
from placemix.typology.places.asking import Asked, asked, people_of
from placemix.typology.places.looking_up import Data, Reference, untyped
from placemix.typology.places.sorting import Sorting
from placemix.typology.rules.kinds import Scheme

Error: TypeAlias = Literal["sampling", "perturbation", "standard errors"]

#: Most probabilities of one result: names of mixes make many types.
LARGEST = 100_000_000
#: A type is named among those that a place may as well have from this probability on.
_AS_WELL = 0.05


def uncertainty(
    counts: Data,
    *,
    scheme: str | Path | Scheme,
    error: Error,
    reference: Reference = None,
    city: str | None = None,
    around: Surroundings | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
    cluster: Cluster | None = None,
    share: float = 0.14,
    most: int = 3,
    draws: int = 499,
    seed: int = 0,
    progress: drawing.Progress = None,
) -> Result:
    """Say how likely each type is for each place, so that nobody is misled by a cliff edge.

    The people of every place are drawn anew many times, and typed each time, with the totals of the city
    drawn along. A place just inside a type has another one in many draws; a place in the middle of its
    type in none.

    Parameters
    ----------
    counts, scheme, reference, city, around, parameters, recalibrate, host
        As in `classify`.
    error
        What may be wrong with the counts; there is no default, since a census has no sample. ``"sampling"``:
        the groups of a place are drawn with its shares and its total, as if its people were a sample.
        ``"perturbation"``: some cells are changed by a few people, as publishers do to protect them;
        `share` and `most` are our assumption of how. ``"standard errors"``: cells are drawn from normal
        distributions with the standard errors that the counts carry, none below 0.
    cluster
        People drawn together, as in `placemix.inference.table`; for ``"sampling"``.
    share, most
        Share of cells that are changed, and by how many people at most; for ``"perturbation"``.
    draws, seed, progress
        As in `placemix.inference.table`.

    Returns
    -------
    result
        One row for each unit. Columns: `unit`, `type` (by the counts as they are), `probability` (share of draws
        with that type), `likeliest`, `may_be` (other types with 0.05 or more, with their probabilities),
        `nearest_threshold`, `margin`, `people`; one column for each type, named ``p `` and its id; `error`, `draws`,
        `seed`, `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        `error` is none, the counts carry no standard errors, or a number is none; or types by places would be
        over a hundred million probabilities.

    Notes
    -----
    Undercounts, and what a question asks, are not among these errors: the probability is no more than that
    of the error named. A type that turns on the largest group, or on a city's total, is drawn with them.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> wards = pd.DataFrame({"ward": list("AB"), "white": [161, 130], "asian": [39, 70]})
    >>> wards = pm.from_wide(wards, groups=["white", "asian"], unit="ward")
    >>> found = pm.typology.uncertainty(wards, scheme="PJF2001", reference="white", error="sampling", draws=199)
    >>> found[["unit", "type", "likeliest"]]
      unit type likeliest
    0    A    I         I
    1    B   II        II
    >>> bool(0.4 < found["p I"][0] < 0.8 < found["p II"][1])
    True
    """
    drawing.checked(draws, seed, least=2)
    question = asked(
        counts, scheme=scheme, reference=reference, city=city, around=around, parameters=parameters,
        recalibrate=recalibrate, host=host,
    )  # fmt: skip
    drawers, made = _drawers(question, error, cluster, share, most)
    found = Sorting(question)
    types, _, codes, notes = found.types("descriptive")
    tally = {name: np.zeros(len(codes), dtype=np.int32) for name in types}
    for done, (drawn_types, drawn) in enumerate(_typed(question, drawers, draws, seed), 1):
        for number, name in enumerate(drawn_types):
            here = drawn == number
            if name not in tally and here.any():
                tally[name] = np.zeros(len(codes), dtype=np.int32)
            if name in tally:
                tally[name] += here
        if len(tally) * len(codes) > LARGEST:
            message = f"{len(tally):,} types occur in {len(codes):,} places, each with a probability in each."
            raise InvalidParameter(message, remedy="Merge groups with merge_groups, or take a scheme of fewer types.")
        if progress is not None:
            progress(done, draws)
    lived_in = found.lived_in
    names = list(tally)
    likely = np.column_stack([tally[name] / draws for name in names])
    likely[~lived_in] = np.nan
    nearest, margin = edges.nearest(found)
    first = question.first
    typed = pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=object), ordered=True)
    best = pd.Categorical.from_codes(
        np.where(lived_in, likely.argmax(axis=1), -1), categories=typed.categories, ordered=True
    )
    frame = pd.DataFrame(
        {
            "unit": np.asarray(first.units, dtype=object),
            "type": typed,
            "probability": np.where(lived_in, likely[np.arange(len(codes)), codes], np.nan),
            "likeliest": best,
            "may_be": _as_well(names, likely, codes),
            "nearest_threshold": nearest,
            "margin": margin,
            "people": first.total,
            **{f"p {name}": likely[:, place] for place, name in enumerate(names)},
            "error": made,
            "draws": draws,
            "seed": seed,
            "reason": untyped(lived_in, first),
            "note": " ".join(notes) or None,
            "source": question.source,
            "version": __version__,
        }
    )
    inputs, arguments = question.call()
    arguments |= {"error": error, "share": share, "most": most, "draws": draws, "seed": seed}
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    result = remember(frame, Call("typology.uncertainty", inputs, arguments, described))
    result.attrs["cites"] = question.scheme.cites
    return result


#: Draws one version of the people of a table, shape (units, groups + 1).
Drawn: TypeAlias = Callable[[np.random.Generator], FloatArray]


def _drawers(
    question: Asked, error: Error, cluster: Cluster | None, share: float, most: int
) -> tuple[Mapping[str, Drawn], str]:
    """How the table of each dimension is drawn, and in words."""
    if error not in ("sampling", "perturbation", "standard errors"):
        message = f"error is 'sampling', 'perturbation' or 'standard errors', not {error!r}."
        raise InvalidParameter(message, remedy="Say which error the types are looked at for.")
    if error == "sampling":
        found = {name: dealt(counts, cluster) for name, counts in question.data.items()}
        drawers: dict[str, Drawn] = {
            name: _in_order(counts, partial(_dealt, cluster)) for name, counts in question.data.items()
        }
        said = "; ".join(f"{name}: {one.text}" if name else one.text for name, one in found.items())
        return drawers, f"sampling: as if the people of each place were a sample; {said}"
    if error == "perturbation":
        changed = {name: _in_order(counts, partial(_changed, share, most)) for name, counts in question.data.items()}
        return changed, f"perturbation (assumed): a share of {share:g} of cells changed by 1 to {most}, none below 0"
    lacking = [name or "the table" for name, counts in question.data.items() if counts.error is None]
    if lacking:
        message = f"{', '.join(lacking)} carries no standard errors."
        raise InvalidParameter(message, remedy="Tables of surveys carry them; for others choose another error.")
    return {
        name: _in_order(counts, _normal) for name, counts in question.data.items()
    }, "standard errors of cells; none below 0"


def _in_order(counts: Counts, drawer: Callable[[Counts], Drawn]) -> Drawn:
    """Draw the units in the order of their ids, so that random numbers meet the same units in any order of rows."""
    order = np.argsort(counts.units.to_numpy(dtype=object), kind="stable")
    back = np.argsort(order, kind="stable")
    draw = drawer(counts.take(order))
    return lambda rng: draw(rng)[back]


def _dealt(cluster: Cluster | None, counts: Counts) -> Drawn:
    return resamples.parametric(people_of(counts), dealt(counts, cluster).size)


def _changed(share: float, most: int, counts: Counts) -> Drawn:
    # Nobody is in none of the groups where all are counted in one, and no key puts anybody there.
    if counts.residual.any():
        return perturbing.changed(people_of(counts), share, most)
    drawn = perturbing.changed(counts.values, share, most)
    return lambda rng: np.column_stack([drawn(rng), counts.residual])


def _normal(counts: Counts) -> Drawn:
    spread = counts.error
    assert spread is not None  # noqa: S101 (looked up by the caller)

    def drawn(rng: np.random.Generator) -> FloatArray:
        people = np.maximum(counts.values + rng.standard_normal(spread.shape) * spread, 0.0)
        return np.column_stack([people, counts.residual])

    return drawn


def _typed(
    question: Asked, drawers: Mapping[str, Drawn], draws: int, seed: int
) -> Iterator[tuple[tuple[str, ...], IntArray]]:
    """Types and codes of each draw in turn; draw d depends on the seed and on d alone."""

    def one(number: int) -> tuple[tuple[str, ...], IntArray]:
        rng = drawing.stream(seed, number)
        tables = {name: drawer(rng) for name, drawer in drawers.items()}
        types, _, codes, _ = Sorting(question, tables).types("descriptive")
        return types, codes

    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        # A few at a time, so that no more than these are held at once.
        for start in range(0, draws, threads):
            yield from pool.map(one, range(start, min(start + threads, draws)))


def _as_well(names: list[str], likely: FloatArray, codes: IntArray) -> Any:  # noqa: ANN401
    """Other types that a place may as well have, the likeliest first, in words."""
    out = np.full(len(codes), None, dtype=object)
    others = likely >= _AS_WELL
    others[np.arange(len(codes)), codes] = False
    for place in np.flatnonzero(others.any(axis=1) & (codes >= 0)):
        order = sorted(np.flatnonzero(others[place]), key=lambda column: (-likely[place, column], column))
        out[place] = ", ".join(f"{names[column]} ({likely[place, column]:.2f})" for column in order)
    return out
