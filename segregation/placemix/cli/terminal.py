"""What the program prints: tables, notes and errors."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

#: Tables go to standard output; notes, progress and errors do not disturb it.
OUT = Console()
ERR = Console(stderr=True)


def say_error(text: str) -> None:
    """Print why the input was refused."""
    ERR.print(f"[bold red]Refused.[/] {escape(text)}", highlight=False, soft_wrap=True)


def say_note(text: str) -> None:
    """Print something the reader should know."""
    ERR.print(f"[yellow]Note.[/] {escape(text)}", highlight=False, soft_wrap=True)


def show(frame: pd.DataFrame, *, title: str, formats: dict[str, str] | None = None) -> None:
    """Print a frame as a table; every text from data is escaped."""
    table = Table(title=escape(title), title_justify="left", header_style="bold")
    for name in frame.columns:
        # Names that are typed again must not be cut.
        table.add_column(
            escape(str(name)),
            no_wrap=name in {"unit", "measure", "focal", "against", "value", "scheme", "type", "condition"},
            justify="right" if pd.api.types.is_numeric_dtype(frame[name]) else "left",
        )
    for row in frame.itertuples(index=False, name=None):
        table.add_row(
            *(
                escape(written(value, (formats or {}).get(str(name))))
                for name, value in zip(frame.columns, row, strict=True)
            )
        )
    OUT.print(table)


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
