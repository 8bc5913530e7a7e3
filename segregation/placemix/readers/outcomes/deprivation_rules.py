"""What must hold of the rows of the English Indices of Deprivation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import InvalidTable, PlacemixError, plural
from placemix.readers.schemas import pattern, rule


def rules(code: str, measures: Mapping[tuple[str, str], str], people: Mapping[str, str], ranked: int) -> Any:  # noqa: ANN401
    """Return the schema of one edition, which ranks `ranked` LSOAs."""
    import pandera.pandas as pa

    def whole(column: pd.Series) -> pd.Series:
        return column == np.rint(column)

    tests = {
        "rank": rule(lambda c: whole(c) & c.between(1, ranked), f"that is no rank from 1 to {ranked:,}"),
        "decile": rule(lambda c: whole(c) & c.between(1, 10), "that is no decile from 1 to 10"),
        "share": rule(lambda c: c.between(0, 1), "outside 0 to 1", remedy="The publisher prints shares of 1 here."),
    }
    columns = {
        code: pa.Column(
            checks=pattern(r"E01\d{6}", "that is no code of an English LSOA (E01 and six digits)"), unique=True
        )
    }
    for (_, kind), name in measures.items():
        kind_here = "share" if kind == "score" and name.casefold().rstrip().endswith("(rate)") else kind
        checks = [tests[kind_here]] if kind_here in tests else []
        columns[name] = pa.Column(checks=checks, nullable=True)
    for name in people.values():
        columns[name] = pa.Column(checks=rule(lambda c: whole(c) & (c >= 0), "that counts no people"), nullable=True)
    return pa.DataFrameSchema(columns)


def agreeing(
    rank: FloatArray, decile: FloatArray, rank_name: str, decile_name: str, ids: pd.Index, ranked: int
) -> list[PlacemixError]:
    """Find ranks and deciles that contradict each other; at the edges of deciles one rank more or less is let be."""
    least = np.floor((rank - 1.5) * 10 / ranked) + 1
    most = np.floor((rank + 0.5) * 10 / ranked) + 1
    wrong = (decile < least) | (decile > most)
    if not wrong.any():
        return []
    message = (
        f"{decile_name!r} contradicts {rank_name!r} in {plural(int(wrong.sum()), 'row')}: "
        f"with {ranked:,} LSOAs, 1 is the most deprived in both."
    )
    remedy = "The column may count from the other end, or be of another release: fetch the file again."
    return [InvalidTable(message, units=ids[wrong], remedy=remedy)]


def ordered(rank: FloatArray, score: FloatArray, rank_name: str, score_name: str, ids: pd.Index) -> list[PlacemixError]:
    """Find scores above that of an LSOA ranked as more deprived: the two columns are not of one index."""
    order = np.lexsort((-score, rank))
    sorted_score = score[order]
    least = np.fmin.accumulate(sorted_score) if len(score) else sorted_score
    wrong = np.zeros(len(score), dtype=bool)
    wrong[order[1:]] = sorted_score[1:] > least[:-1]
    if not wrong.any():
        return []
    message = (
        f"{score_name!r} contradicts {rank_name!r} in {plural(int(wrong.sum()), 'row')}: "
        "rank 1 has the highest score, and no score is above that of a smaller rank."
    )
    remedy = "Columns were exchanged, or rows of two releases mixed: fetch the file again."
    return [InvalidTable(message, units=ids[wrong], remedy=remedy)]
