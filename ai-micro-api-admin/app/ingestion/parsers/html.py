"""HTML by libxml2: what a reader sees, under the headings that lead to it.

The parser calls a target and builds no tree: that of BeautifulSoup would leave no memory for a page of ten megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.texts.decoding import decode
from app.ingestion.texts.paragraph import INLINE, Paragraph, collapse
from app.ingestion.texts.sections import Sections

_NAMED_ENCODING = re.compile(
    rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE
)
_HEAD_BYTES = 4096
_UNSEEN = frozenset({"script", "style", "template"})
_CELLS = frozenset({"thead", "tr", "td", "th"})
_LONGEST_NUMBER = 9
_HEADING = re.compile(r"h([1-6])")
_PIECE = 64 * 1024


def parse(data: bytes, warnings: Warnings) -> Iterator[Page]:
    """Yield the sections of a page; its title stands above all of them.

    Kept are alternative texts of images, texts of forms, and tables with their headers. Left out are scripts, style
    sheets, templates and comments, to the end of the page where they are never closed.

    Raises:
        UnreadableFile: Binary data, or an encoding that cannot be recognised.
    """
    sections = Sections()
    named = _NAMED_ENCODING.search(data[:_HEAD_BYTES])
    declared = named[1].decode() if named else ""
    for _ in read_html(decode(data, warnings, declared=declared), sections):
        yield from sections.take()
    yield from sections.end()


def read_html(source: str, sections: Sections) -> Iterator[None]:
    """Read a page, or a part of one, into sections; yields after each piece of it."""
    target = _Target(sections)
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)  # type: ignore[call-overload]  # a protocol of keyword names
    for start in range(0, len(source), _PIECE):
        parser.feed(source[start : start + _PIECE].encode())
        yield
    if source:
        parser.close()


def _first_number(attributes: Mapping[str, str]) -> int:
    start = attributes.get("start", "")
    return int(start) if start.isascii() and start.isdigit() and len(start) <= _LONGEST_NUMBER else 1


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    header_rows: int = 0
    only_headers: bool = True
    in_head: bool = False


class _Target:
    """Receives what the parser finds, in the order of the file."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._paragraph = Paragraph()
        self._unseen = self._preformatted = 0
        self._heading: int | None = None
        self._lists: list[int | None] = []
        self._marker = ""
        self._tables: list[_Table] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in INLINE:
            self._paragraph.open(tag)
        elif tag == "img":
            self._paragraph.write(attributes.get("alt", ""))
        elif tag == "br":
            self._paragraph.write(" ") if self._heading is not None else self._end_paragraph()
        else:
            self._start_block(tag, attributes)

    def end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen -= 1
        elif tag in INLINE:
            self._paragraph.close(tag)
        elif tag not in {"img", "br"}:
            self._end_block(tag)

    def data(self, text: str) -> None:
        if not self._unseen:
            self._paragraph.write(text)

    def close(self) -> None:
        self._end_paragraph()
        while self._tables:
            self._end_table()

    def _start_block(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._end_paragraph()
        if tag == "table":
            self._tables.append(_Table())
        elif tag in _CELLS:
            self._start_cells(tag)
        elif tag == "title":
            self._heading = 0
        elif (heading := _HEADING.fullmatch(tag)) and not self._tables:
            self._heading = int(heading[1])
        elif tag in {"ul", "ol"}:
            self._lists.append(_first_number(attributes) if tag == "ol" else None)
        elif tag == "li":
            self._start_item()
        elif tag == "pre":
            self._preformatted += 1

    def _end_block(self, tag: str) -> None:
        self._end_paragraph()
        if tag == "table":
            self._end_table()
        elif tag in {"thead", "tr"} and self._tables:
            self._end_cells(tag, self._tables[-1])
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "pre":
            self._preformatted -= 1
        elif tag == "li":
            self._marker = ""
        self._heading = None

    def _start_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._marker = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _start_cells(self, tag: str) -> None:
        if not self._tables:
            # The table began in a part of the page that was read before, or nowhere.
            self._tables.append(_Table())
        table = self._tables[-1]
        if tag == "thead":
            table.in_head = True
        elif tag == "tr":
            table.rows.append([])
            table.only_headers = True
        else:
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append("")
            table.only_headers &= tag == "th"

    def _end_cells(self, tag: str, table: _Table) -> None:
        if tag == "thead":
            table.in_head = False
        elif table.header_rows == len(table.rows) - 1 and (table.in_head or (table.only_headers and table.rows[-1])):
            table.header_rows = len(table.rows)

    def _end_paragraph(self) -> None:
        text = self._paragraph.take(preformatted=self._preformatted > 0)
        if not text.strip():
            return
        if self._heading is not None:
            self._sections.heading(self._heading, collapse(text))
        elif self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            cells = self._tables[-1].rows[-1]
            cells[-1] = f"{cells[-1]} {self._marker}{text}".strip()
        else:
            self._sections.add(self._marker + text)
        self._marker = ""

    def _end_table(self) -> None:
        if not self._tables:
            return
        table = self._tables.pop()
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            # A table in a cell of another.
            cells = self._tables[-1].rows[-1]
            cells[-1] = " ".join([cells[-1], *(cell for row in table.rows for cell in row)]).strip()
        else:
            self._sections.table(table.rows, header_rows=table.header_rows)
