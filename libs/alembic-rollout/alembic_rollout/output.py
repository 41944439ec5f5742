"""Tables and JSON for people and programs: what the verbs print on standard output."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDTH_WITHOUT_TERMINAL = 160


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave the ending to the command line, which knows the status; rich's own is 1."""
        raise BrokenPipeError


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None) -> None:
    """Print rows under headings; without headings, as pairs of a name and what it is."""
    table = Table(
        title=title, title_justify="left", header_style="bold", box=None, pad_edge=False, show_header=bool(columns)
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n")


def console() -> Console:
    """Return the console of standard output; wide where it is no terminal, so that lines stay whole in logs."""
    return _Console(width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL, highlight=False)


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
