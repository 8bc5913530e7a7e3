"""Write the page of the pamphlet's thirty numbers from the table and the calls in tests/published.

python docs/thirty_numbers.py --write    run the calls that need no data, and write the page
python docs/thirty_numbers.py --data     run those that read the folder PLACEMIX_DATA too, store what came out, write
python docs/thirty_numbers.py            say whether the page is current
"""

from __future__ import annotations

import datetime as dt
import inspect
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "tests" / "published"
sys.path[:0] = [str(PUBLISHED), str(ROOT / "segregation")]

import pamphlet  # noqa: E402
from pamphlet import KINDS, Call, Number, Outcome  # noqa: E402
from pamphlet_tables import TABLES  # noqa: E402

from placemix import __version__  # noqa: E402

PAGE = ROOT / "docs" / "explain" / "thirty-numbers.md"
STORED = PUBLISHED / "last_run.toml"
_WORDS = {
    "recomputed": "Recomputed from data",
    "arithmetic": "Arithmetic on the printed figure",
    "circular": "Circular",
    "refused": "Refused as printed",
}
_HEAD = """\
# The pamphlet's numbers, recomputed

<!-- Written by docs/thirty_numbers.py from tests/published/thirty_numbers.toml: change those, then run it. -->

*Separate and Unequal* (Nick Johnson, 2010) argues that integration has to be measured, and uses many numbers. Thirty of
them are of a kind that a function gives. Here each is put to the function that a user would call. The pamphlet is
quoted by its numbers and a few words; what they say is in ours.

{counts}

Of the {arithmetic} that are arithmetic, {back} print nothing but a ratio: the call can only give it back ({items}).
Arithmetic shows that a figure is consistent with itself, or what it leaves out; it does not show that it was true. What
is recomputed is mostly of later years, and of the place that the pamphlet speaks of: it tests the definition, not the
author. Number 30 asks the same of other institutions, and of number 29 one half is arithmetic. Where a number
needs published data the page shows the last run, of {date}; the tests run it again.

A test holds every number below to another computation: a value worked out apart from this package, a line by hand,
SciPy, or a second computation in plain pandas.

{index}

Printed percentages and rates come without numbers of people, and so without intervals. They are put into a table by

```py
{helper}```
"""

Stored = Mapping[tuple[int, int, int], float]
Shown = Mapping[tuple[int, int], str]


def page(stored: Stored, date: str) -> str:
    """Write the page; values that need data are those stored."""
    numbers = pamphlet.numbers()
    back = [number.item for number in numbers if number.only_back]
    outcomes = {number.item: dict(pamphlet.run(number, None)) for number in numbers}
    shown = {number.item: _shown(number, outcomes[number.item], stored) for number in numbers}
    head = _HEAD.format(
        counts=_counts(numbers),
        arithmetic=sum(number.kind == "arithmetic" for number in numbers),
        back=len(back),
        items=", ".join(map(str, back)),
        date=date,
        index=_index(numbers, shown),
        helper=inspect.getsource(pamphlet.printed),
    )
    return head + "".join(f"\n{_section(number, outcomes[number.item], shown[number.item])}" for number in numbers)


def _shown(number: Number, outcomes: Mapping[Call, Outcome], stored: Stored) -> dict[tuple[int, int], str]:
    """Every value of a number as it is written, by its call and its place there."""
    return {
        (value.call, value.place): value.shown(stored[value.key] if call.tables else outcomes[call].values[value])
        for call in number.calls
        for value in call.values
    }


def _filled(text: str, shown: Shown) -> str:
    """Put values where a text names their call and place."""
    return re.sub(r"\{(\d+)\.(\d+)\}", lambda found: shown[int(found[1]), int(found[2])], text.strip())


def _counts(numbers: list[Number]) -> str:
    lines = ["| | how many | what it is | numbers |", "| --- | ---: | --- | --- |"]
    for kind, meaning in KINDS.items():
        items = [number.item for number in numbers if number.kind == kind]
        lines.append(f"| {kind} | {len(items)} | {meaning} | {', '.join(map(str, items))} |")
    return "\n".join(lines)


def _index(numbers: list[Number], shown: Mapping[int, Shown]) -> str:
    lines = ["| | what | printed | comes out | kind |", "| ---: | --- | --- | --- | --- |"]
    for number in numbers:
        gives = _filled(number.gives, shown[number.item])
        lines.append(
            f"| {number.item} | [{number.title}](#{_slug(number)}) | {number.printed} | {gives} | {number.kind} |"
        )
    return "\n".join(lines)


def _slug(number: Number) -> str:
    text = re.sub(r"[^\w\s-]", "", f"{number.item}. {number.title}").strip().lower()
    return re.sub(r"[-\s]+", "-", text)


def _section(number: Number, outcomes: Mapping[Call, Outcome], shown: Shown) -> str:
    domain = f"{number.domain}. " if number.domain else ""
    parts = [
        f"## {number.item}. {number.title}\n",
        f"*{domain}{_WORDS[number.kind]}{f', {number.year}' if number.year else ''}.*\n",
        f"**Printed:** {number.printed}. **That is:** {number.claim}\n",
        *_data(number),
    ]
    refused = [call for call in number.calls if call.raises]
    for call in refused:
        error = outcomes[call].error
        parts.append(f"```py\n{call.code}\n```\n\n```text\n{type(error).__name__}: {error}\n```\n")
    calls = [call for call in number.calls if not call.raises]
    code = "\n".join(f"{call.name} = {call.code}" if call.name else call.code for call in calls)
    rows = [f"| {value.what} | {shown[value.call, value.place]} |" for call in calls for value in call.values]
    parts += [f"```py\n{code}\n```\n", "| comes out | |\n| --- | ---: |\n" + "\n".join(rows) + "\n"]
    warned = dict.fromkeys(f"`{name}`" for call in calls for name in call.warns)
    if warned:
        parts.append(f"Warned of: {', '.join(warned)}.\n")
    parts.append(f"**How it differs:** {_filled(number.differs, shown)}\n")
    return "\n".join(parts)


def _data(number: Number) -> Iterator[str]:
    """Say which published tables the calls read."""
    names = dict.fromkeys(name for call in number.calls for name in call.tables)
    if names:
        yield f"**Data:** {f'{number.data}.' if number.data else 'published tables.'}\n"
        yield "".join(f"- `{name}`: {TABLES[name][1]}\n" for name in names)


def last_run() -> tuple[Stored, str]:
    """Read what the last run with data gave, and its date."""
    with STORED.open("rb") as file:
        given = tomllib.load(file)
    return {(row["item"], row["call"], row["place"]): row["value"] for row in given["value"]}, given["run"]


def store(root: Path) -> None:
    """Run the calls that need data, and keep what they give with today's date."""
    lines = [
        "# What the calls of thirty_numbers.toml that read published data gave when they were last run.",
        "# Written by `python docs/thirty_numbers.py --data`; test_thirty_numbers_recomputed.py runs them again.",
        f'run = "{dt.datetime.now(tz=dt.UTC).date().isoformat()}"',
        f'version = "{__version__}"',
    ]
    for number in pamphlet.numbers():
        for value, found in pamphlet.from_data(number, root).items():
            lines += ["", "[[value]]", f"item = {value.item}", f"call = {value.call}", f"place = {value.place}"]
            lines += [f'what = "{value.what}"', f"value = {float(found)!r}"]
    STORED.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Say whether the page is current, or write it."""
    if "--data" in sys.argv:
        store(Path(os.environ.get("PLACEMIX_DATA") or ROOT.parent / "shared"))
    text = page(*last_run())
    if {"--write", "--data"} & set(sys.argv):
        PAGE.write_text(text, encoding="utf-8")
        return 0
    current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
    print("current" if current else f"differs: {PAGE.relative_to(ROOT)}")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
