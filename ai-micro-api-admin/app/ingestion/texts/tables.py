"""Tables as text: a line for each row, and a header that every chunk of the table repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.ingestion.pages import Page

_LONGEST_GUESSED_HEADER = 300
_NUMBER = re.compile(r"[\d.,+%¥$€-]+")


def row_text(cells: Sequence[str]) -> str:
    """Return a row on one line; empty cells at its end are left out, and a row without text is empty."""
    texts = [" ".join(cell.split()) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return " | ".join(texts)


def table_page(rows: Sequence[str], *, header_rows: int, number: int | None = None, context: str = "") -> Page:
    """Return a table as a part of a document.

    Args:
        rows: Its rows (`row_text`), at least one.
        header_rows: How many of them every chunk repeats.
        number: Page of the document.
        context: Headings above it.
    """
    return Page(number, "\n".join(rows), context, "\n".join(rows[:header_rows]))


def guess_header_rows(first: Sequence[str], *, row_count: int) -> int:
    """Return 1 if the first row of a table looks like a header: several short cells, none empty or a number; else 0."""
    texts = [cell.strip() for cell in first]
    while texts and not texts[-1]:
        texts.pop()
    if row_count <= 1 or len(texts) <= 1 or sum(map(len, texts)) > _LONGEST_GUESSED_HEADER:
        return 0
    return int(all(text and not _NUMBER.fullmatch(text) for text in texts))
