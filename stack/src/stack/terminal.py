"""What a person sees: each service's lines under its own name, in its own colour at a terminal.

honcho prints that way too, but its manager starts and ends everything at once; here the database has to be there first
and go last, and what honcho would be left to do is this file.
"""

import os
import sys
from typing import TextIO

COLOURS = (36, 33, 32, 35)  # cyan, yellow, green, magenta
BOLD = 1
RED = 31


class Terminal:
    """Writes whole lines to a stream.

    Args:
        sources: the names that lines may come from, in a fixed order, so that each keeps its colour.
        stream: where to write.
    """

    def __init__(self, sources: list[str], *, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._width = max(map(len, sources), default=0)
        self._colours = dict(zip(sources, COLOURS * len(sources), strict=False))
        self.is_interactive = stream.isatty()
        self._is_coloured = self.is_interactive and "NO_COLOR" not in os.environ

    def line_of(self, source: str, text: str) -> None:
        """Write a line that a service said."""
        self._write(f"{self._paint(f'{source:<{self._width}} |', self._colours[source])} {text}")

    def say(self, text: str = "") -> None:
        """Write something of the runner's own."""
        self._write(self._paint(text, BOLD))

    def complain(self, text: str) -> None:
        """Write why something went wrong."""
        self._write(self._paint(text, RED))

    def _paint(self, text: str, code: int) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._is_coloured and text else text

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()
