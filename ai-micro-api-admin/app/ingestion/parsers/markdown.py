"""Markdown (CommonMark with tables): one page for each section, without markup, under the headings that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.html import read_html
from app.ingestion.parsers.markdown_links import link_definition
from app.ingestion.texts.decoding import decode
from app.ingestion.texts.paragraph import INLINE, Paragraph, collapse
from app.ingestion.texts.sections import Sections

# YAML only: a rule at the top of a document, and another one below some text, are no front matter.
_FRONT_MATTER = re.compile(r"---[ \t]*\n")
_FRONT_MATTER_LINE = re.compile(r"(?:[\w.-]+[ \t]*:|[ \t#-]).*\n")
_FRONT_MATTER_END = re.compile(r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)")

_LINE = "\v"
"""Stands for a line end that stays; `decode` leaves none of it in a text."""

_PIECE = 256 * 1024
"""Characters parsed at once. The parser needs some 150 bytes of memory for each, which a whole book would not get."""


def parse(data: bytes, warnings: Warnings) -> Iterator[Page]:
    """Yield the sections of a document, each with the headings above it, outermost first, as its context.

    Kept are the texts of links and images, code, tables, footnotes and the words inside HTML; front matter is a page of
    its own. A link whose definition stands more than 256 K characters away stays as written.

    Raises:
        UnreadableFile: Binary data, or an encoding that cannot be recognised.
    """
    source = decode(data, warnings)
    front_matter, source = _divide(source)
    if front_matter:
        yield Page(None, front_matter.rstrip("\n"))
    parser = MarkdownIt("commonmark").enable("table")
    parser.block.ruler.at("reference", link_definition, {"alt": []})
    sections = Sections()
    blocks = _Blocks(sections)
    for piece in _pieces(source):
        for _ in blocks.read(parser.parse(piece)):
            yield from sections.take()
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


class _Blocks:
    """Puts the tokens of a document into sections; `read` may be called for one piece of it after the other."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._marker = ""
        self._rows: list[list[str]] = []

    def read(self, tokens: Sequence[Token]) -> Iterator[None]:
        """Yields now and then, for what is complete to be taken."""
        for token, opened in zip(tokens, [None, *tokens], strict=False):
            opening = opened.type if opened is not None else ""
            if token.type == "inline" and opened is not None and opening == "heading_open":
                self._sections.heading(int(opened.tag[1:]), _inline_text(token))
                yield
            elif token.type == "inline" and opening in {"th_open", "td_open"}:
                self._rows[-1].append(_inline_text(token))
            elif token.type == "tr_open":
                self._rows.append([])
            elif token.type == "table_close":
                self._sections.table(self._rows, header_rows=1)
                self._rows = []
            elif token.type == "html_block":
                for _ in read_html(token.content, self._sections):
                    yield
            else:
                self._block(token)

    def _block(self, token: Token) -> None:
        if token.type == "list_item_open":
            # The number of an ordered item; an unordered one has none.
            self._marker = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline":
            self._add(_inline_text(token))
        elif token.type in {"fence", "code_block"}:
            self._add(token.content.rstrip("\n"))

    def _add(self, text: str) -> None:
        if text.strip():
            self._sections.add(self._marker + text)
            self._marker = ""


def _inline_text(token: Token) -> str:
    paragraph = Paragraph()
    for child in token.children or []:
        if child.type == "softbreak":
            paragraph.write("\n")
        elif child.type == "hardbreak":
            paragraph.write(_LINE)
        elif child.type == "html_inline":
            _pass_tag(child.content, paragraph)
        else:
            paragraph.write(child.content)
    return "\n".join(collapse(line) for line in paragraph.take(preformatted=True).split(_LINE)).strip("\n")


def _pass_tag(source: str, paragraph: Paragraph) -> None:
    tag = _TAG.match(source)
    if tag is None:
        return
    name = tag["name"].lower()
    if name not in INLINE and name != "img":
        paragraph.write(_LINE)
    elif tag["end"]:
        paragraph.close(name)
    else:
        paragraph.open(name)


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
