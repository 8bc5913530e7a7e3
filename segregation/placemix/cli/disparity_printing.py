"""How disparities are printed: values side by side, what they are made of, and a sentence a row."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from placemix.cli.printing import LONGEST
from placemix.cli.terminal import OUT, say_note, show
from placemix.errors import plural
from placemix.outcomes.disparity.measures import REASONS
from placemix.outcomes.disparity.pooling import POOLED
from placemix.wording import percent, points, signed

_LABELS = {
    "crude_ratio": "crude",
    "standardised_ratio": "standardised (direct)",
    "indirect_ratio": "indirect",
    "mantel_haenszel_ratio": "Mantel-Haenszel",
}


def compared(result: pd.DataFrame) -> None:
    """Print groups compared area by area."""
    frame = pd.DataFrame(result)
    keys = [name for name in list(frame.columns)[: list(frame.columns).index("measure")] if frame[name].notna().any()]
    shared = [name for name in keys if len(frame) > 1 and len(frame[name].unique()) == 1]
    keys = [name for name in [*keys, "measure"] if name not in shared]
    table = frame[[*keys, *(["focal"] if len(frame["focal"].unique()) > 1 else [])]].copy()
    table["value"] = _texts(frame, "value")
    table[_interval_title(frame)] = [_range(row) for row in frame.to_dict("records")]
    table["of focal" if "focal" in table else "focal"] = _numbers(frame, "")
    if frame["against"].notna().any():
        table["against"] = _numbers(frame, "against_")
    _titled(frame, table, lead="".join(f"{frame[name].iloc[0]}: " for name in shared))
    _sentences(frame)


def pooled(result: pd.DataFrame, *, per: float) -> None:
    """Print crude and standardised ratios side by side, and below them the places."""
    frame = pd.DataFrame(result)
    whole, places = frame[frame["scope"] == "all"], frame[frame["scope"] == "stratum"]
    keys = [name for name in ("indicator", "period") if whole[name].notna().any()]
    rows = []
    pools = whole.groupby(keys, sort=False, dropna=False) if keys else [((), whole)]
    for key, part in pools:
        ahead = dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
        rows += [{**(ahead if len(pools) > 1 else {}), **line} for line in _side_by_side(part)]
    table = pd.DataFrame(rows)
    _titled(whole, table, lead="".join(f"{whole[name].iloc[0]}: " for name in keys if len(pools) == 1))
    for key, part in pools:
        lead = ", ".join(str(one) for one in (key if isinstance(key, tuple) else (key,)))
        _say(f"{lead}: {_made_of(part.iloc[0], per)}" if lead else _made_of(part.iloc[0], per))
    OUT.print()
    _sentences(whole, gap=False)
    if len(places):
        names = [
            name
            for name in list(frame.columns)[: list(frame.columns).index("scope")]
            if places[name].notna().any() and (len(pools) > 1 or name not in keys)
        ]
        table = places[names].copy()
        table["rate ratio"] = _texts(places, "value")
        table[_interval_title(places)] = [_range(row) for row in places.to_dict("records")]
        table["focal"], table["against"] = _numbers(places, ""), _numbers(places, "against_")
        OUT.print()
        _titled(places, table, lead="Place by place: ")
        _sentences(places)


def remarks(result: pd.DataFrame, *, left: str | None) -> None:
    """Print what was left out, what has no value, and what is to be known of every number."""
    frame = pd.DataFrame(result)
    gone = frame[frame["value"].isna()]
    notes: dict[str, None] = {}
    if left:
        say_note(left)
    for reason, part in gone.groupby("reason", sort=False, dropna=False):
        why = REASONS.get(str(reason), str(reason))
        say_note(f"{plural(len(part), 'row has', 'rows have')} no value: {why}.")
    # By what places are weighed stands in the sentences.
    own = [f"{text[0].upper()}{text[1:]}." for text in POOLED.values()]
    for note in dict.fromkeys(frame["note"].dropna()):
        lead = next((one for one in own if note.startswith(one)), "")
        if text := note.removeprefix(lead).strip():
            notes[text] = None
    for text in notes:
        say_note(text)
    say_note("A difference between groups says nothing about why there is one.")
    text = f"placemix {frame['version'].iloc[0]}, table {frame['source'].iloc[0]}."
    OUT.print(text, style="dim", highlight=False)


def _side_by_side(part: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of one pool: the ratios, their intervals, and their ends where something is not known."""
    bounds = part["interval_method"].str.startswith("bounds").to_numpy()
    first, ends = part[~bounds].set_index("measure"), part[bounds].set_index("measure")
    level = first["level"].dropna()
    title = f"{100 * level.iloc[0]:.3g} % interval" if len(level) else "interval"
    lines: list[dict[str, Any]] = [{"": "ratio of rates"}, {"": title}]
    for name, label in _LABELS.items():
        row = {str(key): value for key, value in first.loc[name].items()} | {"measure": name}
        lines[0][label], lines[1][label] = _text(row, "value"), _range(row)
    if len(ends):
        held = ends["interval_method"].iloc[0].removeprefix("bounds:")
        words = {"not_stated": "unstated events either way", "suppressed": "hidden numbers either way"}
        line = {"": words.get(held, "unstated or hidden either way")}
        for name, label in _LABELS.items():
            line[label] = "–" if name not in ends.index else f"{ends['lower'][name]:.2f} to {ends['upper'][name]:.2f}"
        lines.append(line)
    return lines


def _made_of(row: pd.Series, per: float) -> str:
    def number(value: float) -> str:
        return "an unknown number" if math.isnan(value) else f"{value:,.0f}"

    when = "" if pd.isna(row["denominator_period"]) else f", {row['denominator_period']}"
    apart = "" if pd.isna(row["year_gap"]) else f" ({plural(int(row['year_gap']), 'year')} from the events)"
    rates = " and ".join("unknown" if pd.isna(row[name]) else f"{row[name]:,.3g}" for name in ("rate", "against_rate"))
    text = (
        f"{number(row['numerator'])} events of {number(row['denominator'])} {row['focal']}, "
        f"{number(row['against_numerator'])} of {number(row['against_denominator'])} {row['against']}; denominators: "
        f"{row['denominator_kind']}{when}{apart}; crude rates per {per:,.12g}: {rates}; "
        f"{plural(int(row['strata']), 'place')}."
    )
    if row["strata_dropped"]:
        text += (
            f" Dropped: {plural(int(row['strata_dropped']), 'place')} in which a group has nobody, save from the crude."
        )
    if row["not_stated"] > 0:
        text += f" Not stated: the group of {row['not_stated']:,.0f} events ({percent(row['not_stated_share'])})."
    return text


def _titled(frame: pd.DataFrame, table: pd.DataFrame, *, lead: str = "") -> None:
    """Print a table under who is compared with whom."""
    focal = list(dict.fromkeys(frame["focal"]))
    who = focal[0] if len(focal) == 1 else "each group"
    whom = list(dict.fromkeys(frame["against"].dropna()))
    beside = f" against {'everyone else' if whom[0] == 'rest' else whom[0]}" if whom else ""
    OUT.print(f"{lead}{who}{beside}", highlight=False, markup=False, soft_wrap=True, style="italic")
    show(table.head(LONGEST), title="")
    if len(table) > LONGEST:
        say_note(f"{plural(len(table) - LONGEST, 'more row')}; --out writes all.")


def _sentences(frame: pd.DataFrame, *, gap: bool = True) -> None:
    for text in frame["sentence"].head(LONGEST):
        _say(str(text))
    if gap:
        OUT.print()


def _say(text: str) -> None:
    OUT.print(text, highlight=False, markup=False, soft_wrap=True)


def _interval_title(frame: pd.DataFrame) -> str:
    level = frame["level"].dropna()
    return f"{100 * level.iloc[0]:.3g} % interval" if len(level) else "interval"


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    return [_text(row, name) for row in frame.to_dict("records")]


def _text(row: dict[str, Any], name: str) -> str:
    """Write a value as what it is: a share, a difference, a ratio."""
    value = row[name]
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    if row["measured_in"] == "share":
        return percent(value)
    if row["measured_in"] == "difference of shares":
        return points(value)
    if str(row["measured_in"]).startswith("difference"):
        return signed(value, digits=2)
    ratio = not str(row["measured_in"]).startswith("rate") and 0.1 <= value < 1000
    return f"{value:.2f}" if ratio else f"{value:,.3g}"


def _range(row: dict[str, Any]) -> str:
    low, high = row["lower"], row["upper"]
    if math.isnan(low) or math.isnan(high):
        return "–"
    method = str(row["interval_method"])
    if "one_sided" in method:
        return f"at least {_text(row, 'lower')}" if math.isinf(high) else f"at most {_text(row, 'upper')}"
    text = f"{_text(row, 'lower')} to {_text(row, 'upper')}".replace(" % to", " to").replace(" points to", " to")
    return f"{text} (bounds)" if method.startswith("bounds") else text


def _numbers(frame: pd.DataFrame, which: str) -> list[str]:
    """Write events of people."""
    pairs = zip(frame[f"{which}numerator"], frame[f"{which}denominator"], strict=True)
    return ["–" if pd.isna(top) and pd.isna(bottom) else f"{_whole(top)} of {_whole(bottom)}" for top, bottom in pairs]


def _whole(value: float) -> str:
    if pd.isna(value):
        return "?"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
