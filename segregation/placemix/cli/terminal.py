"""What the program prints: tables, notes and errors."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

#: Tables go to standard output; notes, progress and errors do not disturb it.
OUT = Console()
ERR = Console(stderr=True)
#: Columns with names that are typed again, and with values: never broken.
_WHOLE = frozenset({"unit", "measure", "focal", "against", "value", "scheme", "type", "condition"})
#: Letters of a text that is kept in one line where that is possible.
_SHORT = 24


def say_error(text: str) -> None:
    """Print why the input was refused."""
    ERR.print(f"[bold red]Refused.[/] {escape(text)}", highlight=False, soft_wrap=True)


def say_note(text: str) -> None:
    """Print something the reader should know."""
    ERR.print(f"[yellow]Note.[/] {escape(text)}", highlight=False, soft_wrap=True)


def show(frame: pd.DataFrame, *, title: str, formats: dict[str, str] | None = None) -> None:
    """Print a frame as a table; every text from data is escaped.

    Texts are broken between words where the terminal is narrow. Nothing is cut: a table whose words and numbers are
    wider than the terminal is printed wider.
    """
    table = Table(title=escape(title), title_justify="left", header_style="bold")
    cells = [
        [written(value, (formats or {}).get(str(name))) for value in frame.iloc[:, place].tolist()]
        for place, name in enumerate(frame.columns)
    ]
    widths = _fitted(cells, [str(name) for name in frame.columns], OUT.width)
    for place, (name, width) in enumerate(zip(frame.columns, widths, strict=True)):
        right = pd.api.types.is_numeric_dtype(frame.iloc[:, place])
        table.add_column(escape(str(name)), width=width, justify="right" if right else "left", overflow="fold")
    for row in zip(*cells, strict=True):
        table.add_row(*(escape(text) for text in row))
    wide = _total(widths)
    console = OUT if wide <= OUT.width else Console(file=OUT.file, width=wide, force_terminal=OUT.is_terminal)
    console.print(table)


def _total(widths: list[int]) -> int:
    """Width of a table with its lines and spaces."""
    return sum(widths) + 3 * len(widths) + 1


def _fitted(cells: list[list[str]], names: list[str], width: int) -> list[int]:
    """Narrow the widest columns until the table fits, none of them below its longest word.

    Short texts, such as an interval, are broken only where that makes the table fit.
    """
    natural, least, whole = [], [], []
    for name, texts in zip(names, cells, strict=True):
        title = max(map(cell_len, name.split()), default=1)
        longest = max(map(cell_len, texts), default=1)
        words = max((cell_len(word) for text in texts for word in text.split()), default=1)
        natural.append(max(cell_len(name), longest))
        least.append(max(title, longest if name in _WHOLE else words))
        whole.append(max(title, longest if name in _WHOLE or longest <= _SHORT else words))
    short = _narrowed(natural, whole, width)
    broken = _narrowed(natural, least, width)
    return broken if _total(broken) <= width < _total(short) else short


def _narrowed(natural: list[int], least: list[int], width: int) -> list[int]:
    """Take from the widest column that can give, until the table fits or none can."""
    widths = list(natural)
    while _total(widths) > width:
        room = [found - low for found, low in zip(widths, least, strict=True)]
        able = [place for place, left in enumerate(room) if left > 0]
        if not able:
            break
        widths[max(able, key=widths.__getitem__)] -= 1
    return widths


def written(value: Any, form: str | None = None) -> str:  # noqa: ANN401
    """Write one value: numbers rounded for reading, missing ones as a dash."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if form:
        return format(value, form)
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def as_json(frame: pd.DataFrame) -> str:
    """Write a frame as a JSON list of rows; NaN is null beside its reason."""
    rows = [
        {str(name): None if _missing(value) else _plain(value) for name, value in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]
    return json.dumps(rows, ensure_ascii=False, allow_nan=False, indent=1)


def _missing(value: Any) -> bool:  # noqa: ANN401
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"  # no number of JSON, and not the same as none
    return value.item() if hasattr(value, "item") else value


@contextmanager
def progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while something long runs; give the function that moves it."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        console=ERR, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(escape(text), total=None)

        def move(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield move
