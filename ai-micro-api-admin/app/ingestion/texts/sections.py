"""A document as its sections: the blocks between two headings, under the headings that lead to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.ingestion.pages import Page
from app.ingestion.texts.tables import guess_header_rows, row_text, table_page

_CONTEXT = 500
"""Characters of a heading that are kept as context: every section below it repeats them."""


class Sections:
    """Collects paragraphs and tables, and gives the pages that are complete.

    Args:
        number: Page of the document that everything is on; None for a format without pages.
    """

    def __init__(self, number: int | None = None) -> None:
        self._number = number
        self._headings: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._parts: list[Page] = []
        self._complete: list[Page] = []
        self._title = ""

    def heading(self, level: int, title: str) -> None:
        """Begin a section; one of a lower level number is above it."""
        self._end_section(next_level=level)
        self._title = title
        self._headings = [heading for heading in self._headings if heading[0] < level and heading[1] != title]
        self._headings.append((level, title[-_CONTEXT:]))

    def add(self, text: str) -> None:
        """Add a paragraph; one without text is left out."""
        if text.strip():
            self._lines.append(text)

    def table(self, rows: Sequence[Sequence[str]], *, header_rows: int = 0) -> None:
        """Add a table; without known header rows the first row may be one.

        Args:
            rows: Its cells.
            header_rows: How many rows at the top are its header.
        """
        header_rows = header_rows or (guess_header_rows(rows[0], row_count=len(rows)) if rows else 0)
        headers = [line for row in rows[:header_rows] if (line := row_text(row))]
        lines = headers + [line for row in rows[header_rows:] if (line := row_text(row))]
        if lines:
            self._end_lines()
            self._parts.append(
                table_page(lines, header_rows=len(headers), number=self._number, context=self._context())
            )

    def take(self) -> Iterator[Page]:
        """Yield the pages of the sections that are complete."""
        complete, self._complete = self._complete, []
        yield from complete

    def end(self) -> Iterator[Page]:
        """Yield what is left."""
        self._end_section(next_level=-1)
        yield from self.take()

    def _context(self) -> str:
        return " > ".join(title for _, title in self._headings if title)

    def _end_lines(self) -> None:
        if self._lines:
            self._parts.append(Page(self._number, "\n".join(self._lines), self._context()))
            self._lines = []

    def _end_section(self, *, next_level: int) -> None:
        self._end_lines()
        titles = [title for _, title in self._headings if title]
        if not self._parts and titles and next_level <= self._headings[-1][0]:
            # A heading with nothing below it is still something to be found.
            self._parts = [Page(self._number, self._title or titles[-1], " > ".join(titles[:-1]))]
        self._complete += self._parts
        self._parts = []
