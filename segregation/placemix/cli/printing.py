"""How a table of values is printed: what stands in it, and what is said below it."""

from __future__ import annotations

import re

import pandas as pd

from placemix.cli.terminal import OUT, say_note, show
from placemix.counts import Counts
from placemix.errors import plural

#: Rows printed before the table is cut; files and JSON hold all.
LONGEST = 60
#: Texts about surroundings printed below it.
FEW = 4

#: What the text of surroundings says of units that have no other around them.
_ISOLATES = re.compile(r"; ([\d,]+) isolates?\b")


def values(result: pd.DataFrame, counts: Counts) -> None:
    """Print the values of a result, and below them what they rest on."""
    each = "unit" in result.columns
    strata = list(result.columns[: list(result.columns).index("measure")])
    size = [name for name in ("radius", "nearest", "scale") if name in strata]
    columns = [*strata, "measure", "focal", "against", "value"]
    # What chance gives one unit is nearly the same for all, and the flag is the answer to it.
    tested = ("flag", "p_adjusted") if each else ("expected", "flag", "p_adjusted")
    columns += [name for name in tested if name in result and result[name].notna().any()]
    # A profile has the same people and units in every row, and a unit is one.
    columns += [] if size else ["people"] if each else ["people", "units"]
    columns += ["edge_share"] if "edge_share" in result and (result["edge_share"] > 0).any() else []
    columns += [name for name in ("units_dropped", "residual") if not size and (result[name] > 0).any()]
    columns += [name for name in ("reason", "note") if result[name].notna().any()]
    title = f"{counts.total.sum():,.0f} people in {len(counts):,} units"
    if each:
        # A table of many rows is wide enough without what all of them share.
        same = [name for name in ("measure", "focal", "against") if len(result[name].drop_duplicates()) == 1]
        columns = [name for name in columns if name not in same]
        texts = {name: result[name].iloc[0] for name in same if not pd.isna(result[name].iloc[0])}
        title += "".join(f"; {text}" if name == "measure" else f"; {name} {text}" for name, text in texts.items())
    table = pd.DataFrame(result)[columns].rename(columns={"expected": "by chance", "edge_share": "beyond the border"})
    formats = {
        "value": ".4f",
        **dict.fromkeys((name for name in size if name != "scale"), ",.10g"),
        "by chance": ".4f",
        "beyond the border": ".1%",
        "p_adjusted": ".3f",
        "people": ",.0f",
        "residual": ",.0f",
        "units_dropped": ",d",
        "units": ",d",
    }
    if each:  # its columns are narrow, and a title over them would be broken
        OUT.print(title, highlight=False, markup=False, soft_wrap=True, style="italic")
    show(table.head(LONGEST), title="" if each else title, formats=formats)
    if len(table) > LONGEST:
        say_note(f"{plural(len(table) - LONGEST, 'more row')}; --out writes all.")
    if each and "flag" in result and result["flag"].notna().any():
        _flags(result)
    _surroundings(result)
    source = result["source"].iloc[0]
    OUT.print(
        f"placemix {result['version'].iloc[0]}, counts {source}. A complete count has no sampling interval.",
        style="dim",
        highlight=False,
    )


def _flags(result: pd.DataFrame) -> None:
    """Say how many units bear each flag, for every measure and group."""
    keys = [name for name in ("measure", "focal", "against") if len(result[name].drop_duplicates()) > 1]
    names = pd.Series("", index=result.index) if not keys else result[keys].astype(object).apply(_joined, axis=1)
    for name in dict.fromkeys(names):
        flags = result["flag"][names == name].astype(object).dropna().value_counts()
        text = "; ".join(f"{flag} {count:,}" for flag, count in flags.items())
        OUT.print(f"Units{name and f' ({name})'}: {text}", highlight=False, markup=False, soft_wrap=True)


def _joined(row: pd.Series) -> str:
    return ", ".join(str(text) for text in row if not pd.isna(text))


def _surroundings(result: pd.DataFrame) -> None:
    """Say how surroundings were made, once each way, for which measures, and how many units have nobody around."""
    ways: dict[str, list[int]] = {}
    measures: dict[str, dict[str, None]] = {}
    pairs = zip(result["around"].astype(str), result["measure"].astype(str), strict=True)
    for text, measure in dict.fromkeys(pairs):
        if text == "own unit":
            continue
        found, way = _ISOLATES.search(text), _ISOLATES.sub("", text)
        ways.setdefault(way, []).append(int(found[1].replace(",", "")) if found else 0)
        measures.setdefault(way, {})[measure] = None
    differ = len({tuple(names) for names in measures.values()}) > 1
    for way, counted in list(ways.items())[:FEW]:
        what = f" ({', '.join(measures[way])})" if differ else ""
        said = f"Around each unit{what}: {way}{_lonely(way, counted)}"
        if way.startswith("outward from"):
            said = f"Measured{what} {way}"
        elif way.startswith("own unit; "):
            said = f"Of each unit{what}: {way.removeprefix('own unit; ')}"
        OUT.print(said, highlight=False, markup=False, soft_wrap=True)
    if len(ways) > FEW:
        more = plural(len(ways) - FEW, "more way", "more ways")
        say_note(f"{more} in which surroundings were made; --out writes all.")


def _lonely(way: str, counted: list[int]) -> str:
    """Say how many units have nobody around, and what their name in files means."""
    low, high = min(counted), max(counted)
    if not high:
        return ""
    strata = "; limited to " in way or "; across " in way
    count = plural(high, "isolate") if low == high else f"{low:,} to {plural(high, 'isolate')}"
    units = "a unit with nobody around but its" if high == 1 and not strata else "units with nobody around but their"
    return f"; {count}{' a stratum' if strata else ''}, {units} own people"
