"""CSV and TSV: rows under their header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.texts.decoding import decode
from app.ingestion.texts.row_stream import RowStream

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20
_LONGEST_FIELD = 64 * 1024**2


def parse(data: bytes, warnings: Warnings) -> Iterator[Page]:
    """Yield the rows of a table; what divides its cells is seen from its first lines.

    Raises:
        UnreadableFile: Binary data, or an encoding that cannot be recognised.
    """
    text = decode(data, warnings)
    csv.field_size_limit(_LONGEST_FIELD)
    stream = RowStream()
    for row in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)):
        yield from stream.row(row)
    yield from stream.end()


def _delimiter(text: str) -> str:
    """Return the character that most lines have equally often, a comma where none has."""
    lines = [line for line in text[: 64 * 1024].split("\n")[:_SAMPLE_LINES] if line]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        usual = max(counts, key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_DELIMITERS, key=evenness)
