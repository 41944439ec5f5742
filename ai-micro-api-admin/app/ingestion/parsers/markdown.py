"""Markdown (CommonMark with tables): one page for each section, without markup, under the headings that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.ingestion.decoding import decode
from app.ingestion.pages import Page
from app.ingestion.reflow import separator
from app.ingestion.visible_html import visible_text

# YAML only: a rule at the top of a document, and another one below some text, are no front matter.
_FRONT_MATTER = re.compile(r"---[ \t]*\n")
_FRONT_MATTER_LINE = re.compile(r"(?:[\w.-]+[ \t]*:|[ \t#-]).*\n")
_FRONT_MATTER_END = re.compile(r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

_CONTEXT = 500
"""Characters of a heading that are kept as context: every section below it repeats them."""

_PIECE = 256 * 1024
"""Characters parsed at once. The parser needs some 150 bytes of memory for each, which a whole book would not get."""


def parse(data: bytes) -> Iterator[Page]:
    """Yield the sections of a document, each with the headings above it, outermost first, as its context.

    Kept are the texts of links and images, code, table cells and the words inside HTML; front matter is a page of its
    own. A link whose definition stands more than 256 K characters away stays as written.

    Raises:
        UnreadableFile: Binary data, or an encoding that cannot be recognised.
    """
    source = decode(data)
    front_matter, source = _divide(source)
    if front_matter:
        yield Page(None, front_matter.rstrip("\n"))
    parser = MarkdownIt("commonmark").enable("table")
    sections = _Sections()
    for piece in _pieces(source):
        yield from sections.read(parser.parse(piece))
    yield from sections.end()


def _divide(source: str) -> tuple[str, str]:
    """Return the front matter and what follows it. Goes line by line: a line may fit the pattern in two ways."""
    opening = _FRONT_MATTER.match(source)
    if opening is None:
        return "", source
    position = opening.end()
    while line := _FRONT_MATTER_LINE.match(source, position):
        position = line.end()
        if end := _FRONT_MATTER_END.match(source, position):
            return source[opening.end() : position], source[end.end() :]
    return "", source


class _Sections:
    """Collects the text between headings; `read` may be called for one piece of a document after the other."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []
        self._blocks: list[str] = []
        self._marker = self._title = ""

    def read(self, tokens: Sequence[Token]) -> Iterator[Page]:
        row: list[str] | None = None
        for token, opened in zip(tokens, [None, *tokens], strict=False):
            if token.type == "inline" and opened is not None and opened.type == "heading_open":
                yield from self._enter(int(opened.tag[1:]), _inline_text(token))
            elif token.type == "inline" and row is not None:
                row.append(_inline_text(token))
            elif token.type == "tr_open":
                row = []
            elif token.type == "tr_close" and row is not None:
                self._add(" | ".join(row))
                row = None
            else:
                self._block(token)

    def end(self) -> Iterator[Page]:
        yield from self._leave(next_level=0)

    def _block(self, token: Token) -> None:
        if token.type == "list_item_open":
            # The number of an ordered item; an unordered one has none.
            self._marker = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline":
            self._add(_inline_text(token))
        elif token.type in {"fence", "code_block"}:
            self._add(token.content.rstrip("\n"))
        elif token.type == "html_block":
            self._add(visible_text(token.content))

    def _add(self, text: str) -> None:
        if text.strip():
            self._blocks.append(self._marker + text)
            self._marker = ""

    def _enter(self, level: int, title: str) -> Iterator[Page]:
        yield from self._leave(next_level=level)
        self._title = title
        self._headings = [heading for heading in self._headings if heading[0] < level]
        self._headings.append((level, title[-_CONTEXT:]))

    def _leave(self, *, next_level: int) -> Iterator[Page]:
        titles = [title for _, title in self._headings if title]
        if self._blocks:
            yield Page(None, "\n".join(self._blocks), " > ".join(titles))
        elif titles and next_level <= self._headings[-1][0]:
            # A heading with nothing below it is still something to be found.
            yield Page(None, self._title or titles[-1], " > ".join(titles[:-1]))
        self._blocks, self._marker = [], ""


def _inline_text(token: Token) -> str:
    pieces: list[str] = []
    broken = False
    for child in token.children or []:
        if child.type == "softbreak":
            broken = True
        elif piece := _piece_text(child):
            if broken and pieces:
                pieces.append(separator(pieces[-1], piece))
            pieces.append(piece)
            broken = False
    return "".join(pieces)


def _piece_text(token: Token) -> str:
    if token.type == "hardbreak":
        return "\n"
    if token.type == "html_inline":
        return "\n" if _BREAK.fullmatch(token.content) else ""
    return token.content


def _pieces(source: str) -> Iterator[str]:
    """Cut a long document at blank lines outside fenced code; a short one stays whole."""
    if len(source) <= _PIECE:
        yield source
        return
    lines: list[str] = []
    size, fence = 0, ""
    for line in source.splitlines(keepends=True):
        lines.append(line)
        size += len(line)
        fence = _fence_after(line, fence)
        if size >= _PIECE and not fence and not line.strip():
            yield "".join(lines)
            lines, size = [], 0
    yield "".join(lines)


def _fence_after(line: str, fence: str) -> str:
    """Return the fence that is open after a line: a run of ` or ~, closed by one at least as long; empty for none."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match.group(1)
    return "" if match.group(1).startswith(fence) and not line[match.end() :].strip() else fence
