"""The rows of a sheet or a CSV file as they come, divided into tables; a table may be longer than memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.ingestion.pages import Page
from app.ingestion.texts.tables import guess_header_rows, row_text, table_page

_ROWS = 500


class RowStream:
    """Divides rows into tables: an empty row ends one, and rows of one cell above it are text.

    Args:
        context: What every chunk is to be read under, such as the name of a sheet.
    """

    def __init__(self, context: str = "") -> None:
        self._context = context
        self._rows: list[str] = []
        self._header = ""
        self._titles: list[str] = []
        self._first: Sequence[str] = ()

    def row(self, cells: Sequence[str]) -> Iterator[Page]:
        """Add a row; yields pages that are complete."""
        text = row_text(cells)
        if not text:
            yield from self.end()
            return
        filled = sum(1 for cell in cells if cell.strip())
        if not self._rows and not self._header and filled == 1:
            self._titles.append(text.strip(" |"))
            return
        if not self._rows and not self._header:
            self._first = cells
        self._rows.append(text)
        if len(self._rows) >= _ROWS:
            yield from self._flush()

    def end(self) -> Iterator[Page]:
        """End the table; yields what is left of it."""
        yield from self._flush()
        self._header, self._first = "", ()

    def _flush(self) -> Iterator[Page]:
        if self._titles:
            yield Page(None, "\n".join(self._titles), self._context)
            self._titles = []
        if not self._rows:
            return
        if self._header:
            yield table_page([self._header, *self._rows], header_rows=1, context=self._context)
        else:
            headers = guess_header_rows(self._first, row_count=len(self._rows))
            yield table_page(self._rows, header_rows=headers, context=self._context)
            self._header = self._rows[0] if headers else ""
        self._rows = []
