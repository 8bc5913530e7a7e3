"""The rows of a join: each quantity of each place beside each outcome, then what has no other side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.outcomes.joining import coverage
from placemix.outcomes.joining.dividing import bare_counts
from placemix.outcomes.joining.moving import Moved
from placemix.outcomes.joining.places import Places
from placemix.outcomes.joining.rows import COLUMNS
from placemix.results import first_reason

_TEXTS = ("domain", "group", "measured_in", "higher_is", "period", "vintage", "universe", "source", "notes", "ordinal")
#: Numbers of an outcome, and what they are called beside a quantity.
_NUMBERS = {
    "outcome_value": "rate",
    "outcome_low": "rate_low",
    "outcome_high": "rate_high",
    "numerator": "numerator",
    "denominator": "denominator",
}


def assembled(
    places: Places,
    given: pd.DataFrame,
    moved: Moved,
    nations: pd.DataFrame,
    broken: Mapping[str, str],
    *,
    by_code: bool,
    apart: float,
) -> pd.DataFrame:
    """Put both sides together.

    Parameters
    ----------
    places
        One side.
    given
        Outcomes as given, without rows about nations.
    moved
        Outcomes by place, and what has no place or no outcome.
    nations
        Rows about nations.
    broken
        What breaks the series of an outcome.
    by_code
        Whether codes of the same kind of area are compared.
    apart
        Years that may lie between the two sides.
    """
    told = coverage.covered(given, moved.table, moved.lost, places, apart)
    left = _categories(places.table)
    spots, ids = pd.factorize(places.table["place"])
    blocks, facts = [], []
    for outcome in dict.fromkeys([*given["outcome"], *nations["outcome"]]):
        rows = given[given["outcome"] == outcome]
        whole = nations[nations["outcome"] == outcome]
        parts = [_nations(whole, only=not len(rows))]
        fact: dict[str, Any] = {"national": _figure(whole), "sentence": _only_national(str(outcome), whole)}
        if len(rows):
            own = moved.table[moved.table["outcome"] == outcome].set_index("unit")
            lost = moved.lost[moved.lost["outcome"] == outcome]
            parts = [_both(left, own, own.index.get_indexer(ids)[spots]), _alone(lost, places, by_code=by_code), *parts]
            more = (broken.get(str(outcome)), fact["national"], by_code, apart)
            fact |= _facts(own, rows, lost, places, told[str(outcome)], more)
            unit = own["measured_in"].dropna()
            rows = rows.assign(measured_in=unit.iloc[0]) if len(unit) else rows
        block = pd.concat([part for part in parts if len(part)], ignore_index=True)
        texts = (rows if len(rows) else whole).iloc[0]
        facts.append({"outcome": outcome, **{name: texts[name] for name in _TEXTS}, **fact})
        blocks.append(block.assign(code=len(facts) - 1))
    frame = pd.concat(blocks, ignore_index=True)
    source = f"{places.source}{fingerprint(pd.concat([given, nations], ignore_index=True))[:12]}"
    return _finished(frame, pd.DataFrame(facts), left, places, source)


def _categories(table: pd.DataFrame) -> pd.DataFrame:
    """Texts as categories, so that rows of them are taken as numbers."""
    texts = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name].dtype)]
    return table.astype(dict.fromkeys([name for name in texts if name != "place"], "category"))


def _both(left: pd.DataFrame, own: pd.DataFrame, at: IntArray) -> pd.DataFrame:
    """Rows of every place and quantity beside one outcome; `at` is where each has its own, or -1."""
    there = at >= 0
    out: dict[str, Any] = {"row": np.arange(len(left)), "place": None, "level": None, "people": np.nan}

    def taken(column: str) -> FloatArray:
        return np.where(there, own[column].to_numpy(dtype=np.float64)[at], np.nan)

    for name, column in {**_NUMBERS, "parts_missing": "parts_missing", "parts": "parts"}.items():
        out[name] = taken(column)
    for name in ("symbol", "moved"):
        out[name] = np.where(there, own[name].to_numpy(dtype=object)[at], None)
    people = left["people"].to_numpy()
    out["people_known"] = np.divide(taken("known"), people, out=np.full(len(people), np.nan), where=people > 0)
    empty = np.isnan(out["outcome_value"])
    counted, nobody = (there & which[at] for which in (bare_counts(own), (own["denominator"] <= 0).to_numpy()))
    hidden, short = empty & ~np.isnan(out["outcome_low"]), empty & (out["parts_missing"] > 0) & ~nobody
    out["match"] = first_reason({"no outcome": ~there, "hidden": hidden, "part missing": short, "no value": empty,
                                 "both": np.ones(len(at), dtype=bool)})  # fmt: skip
    reason = first_reason({
        "no_outcome": ~there, "hidden": hidden, "parts_missing": short, "count_without_denominator": counted & empty,
        "nobody_in_denominator": nobody & empty, "no_value": empty,
    })  # fmt: skip
    out["reason"] = np.where(empty, reason, left["value_reason"].astype(object).to_numpy(dtype=object))
    return pd.DataFrame(out)


def _alone(lost: pd.DataFrame, places: Places, *, by_code: bool) -> pd.DataFrame:
    """Rows of what has no other side."""
    parts = (lost["match"] == "part without outcome").to_numpy()
    why = np.where(parts, "no_outcome", "no_place")
    level = np.where(parts | by_code, "unit", "of the outcome")
    people = np.full(len(lost), np.nan)
    if places.members is not None:
        people = lost["unit"].map(places.members.set_index("unit")["people"]).to_numpy(dtype=np.float64)
    frame = pd.DataFrame({"place": lost["unit"].to_numpy(dtype=object), "match": lost["match"].to_numpy(dtype=object)})
    for name, column in _NUMBERS.items():
        frame[name] = lost[column].to_numpy(dtype=np.float64)
    frame["symbol"] = lost["symbol"].to_numpy(dtype=object)
    return frame.assign(row=-1, reason=why.astype(object), level=level.astype(object), people=people)


def _facts(
    own: pd.DataFrame,
    rows: pd.DataFrame,
    lost: pd.DataFrame,
    places: Places,
    told: Mapping[str, Any],
    more: tuple[str | None, float, bool, float],
) -> dict[str, Any]:
    """Columns that are the same in all rows of an outcome."""
    broken, national, by_code, apart = more
    outcome = str(rows["outcome"].iloc[0])
    ids = places.people.index
    valued = own.index[own["rate"].notna()]
    hidden = own.index[own["rate"].isna() & own["rate_low"].notna()]
    without = ids[~ids.isin(valued) & ~ids.isin(hidden)]
    nowhere = list(lost.loc[lost["match"] == "no place", "unit"])
    parts = list(lost.loc[lost["match"] == "part without outcome", "unit"])
    edition = coverage.vintage_check(rows, places, (len(without) + len(parts), len(nowhere)), by_code=by_code)
    moved = own["moved"].dropna().astype(str).str.replace(r"\d[\d,]*", "several", regex=True)
    said = {
        "without": list(without),
        "hidden": list(ids[ids.isin(hidden)]),
        "nowhere": nowhere,
        "parts": parts,
        "period": rows["period"].iloc[0],
        "universe": rows["universe"].iloc[0],
        "vintage_check": edition,
        "break": broken,
        "national": national,
        "moved": "; ".join(dict.fromkeys(moved)),
    }
    return {
        **told,
        "vintage_check": edition,
        "break_in_series": broken,
        "sentence": coverage.sentence(outcome, told, said, places, apart),
    }


def _figure(whole: pd.DataFrame) -> float:
    """National figure of an outcome, where the table has one and no more."""
    known = whole["rate"].dropna()
    return float(known.iloc[0]) if len(known) == 1 else np.nan


def _nations(whole: pd.DataFrame, *, only: bool) -> pd.DataFrame:
    """Rows about nations."""
    frame = pd.DataFrame({"place": whole["unit"].to_numpy(dtype=object)})
    for name, column in _NUMBERS.items():
        frame[name] = whole[column].to_numpy(dtype=np.float64)
    frame["symbol"] = whole["symbol"].to_numpy(dtype=object)
    reason = np.array(["national_only" if only else None] * len(frame), dtype=object)
    return frame.assign(row=-1, level="nation", match="national", reason=reason, people=np.nan)


def _only_national(outcome: str, whole: pd.DataFrame) -> str:
    told = [f"{value:g} ({unit or 'no place named'})" for unit, value in zip(whole["unit"], whole["rate"], strict=True)]
    return f"{outcome}: only national figures are known, {', '.join(told)}, which say nothing of any place."


def _finished(
    frame: pd.DataFrame, facts: pd.DataFrame, left: pd.DataFrame, places: Places, source: str
) -> pd.DataFrame:
    """Columns in their order: those of places by row, those of outcomes by code, and those of both."""
    row, code = frame["row"].fillna(-1).to_numpy(dtype=np.int64), frame["code"].to_numpy()
    about = places.about
    facts = facts.assign(
        places_period=about.period, places_vintage=about.vintage, places_universe=about.universe,
        groups=float(places.groups), source_of=source, note=_notes(facts, places), outcome_source=facts["source"],
        ordinal=facts["ordinal"].astype(bool),
    ).drop(columns=["source", "notes"])  # fmt: skip
    facts = facts.rename(columns={"source_of": "source"})
    out: dict[str, Any] = {}
    for name in [*places.strata, *COLUMNS]:
        if name == "place":
            out[name] = np.where(row >= 0, left[name].to_numpy(dtype=object)[row], frame[name].to_numpy(dtype=object))
        elif name == "people":
            out[name] = np.where(row >= 0, left[name].to_numpy()[row], frame[name].to_numpy(dtype=np.float64))
        elif name == "level":
            out[name] = pd.Categorical(frame[name].astype(object).where(row < 0, places.on))
        elif name == "version":
            out[name] = __version__
        elif name in left.columns:
            out[name] = left[name].array.take(row, allow_fill=True)
        elif name in facts.columns:
            out[name] = _by_code(facts[name], code)
        elif name in frame.columns and pd.api.types.is_numeric_dtype(frame[name].dtype):
            out[name] = frame[name].to_numpy(dtype=np.float64)
        else:
            texts = frame[name].astype(object) if name in frame.columns else pd.Series([None] * len(frame))
            out[name] = pd.Categorical(texts.where(texts.notna(), None))
    return pd.DataFrame(out)


def _by_code(column: pd.Series, code: IntArray) -> Any:  # noqa: ANN401
    """A fact of each outcome, in the rows of the outcome."""
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy() if column.dtype == bool else column.to_numpy(dtype=np.float64)
        return numbers[code]
    numbers, texts = pd.factorize(column.astype(object).where(column.notna(), None))
    return pd.Categorical.from_codes(numbers[code], categories=pd.Index(texts, dtype=str))


def _notes(facts: pd.DataFrame, places: Places) -> list[str | None]:
    """Say of each outcome what else is to be known of both sides."""
    about = places.about
    marks = [name for name in ("synthetic", "estimated", "interpolated", "perturbed") if getattr(about, name)]
    own = [f"the counts are {', '.join(marks)}"] if marks else []
    out = []
    for theirs, ranked in zip(facts["notes"], facts["ordinal"], strict=True):
        said = [*own, *([f"the outcome: {theirs}"] if theirs else [])]
        said += ["a rank or class of ranks, whose means say nothing"] if ranked else []
        out.append("; ".join(said) or None)
    return out
