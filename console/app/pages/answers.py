"""Answers of a chat as HTML: Markdown, of which nothing is loaded from elsewhere, nothing runs and nothing leads away.

Raw HTML, images, links and references stay the text that they are. What is added are links to the passages that the
answer cites, and marks on the sentences that cite none.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.language import translated

_CITED = re.compile(r"\[(\d{1,4})\]")
_BEGINS, _ENDS = "\u2e22", "\u2e23"
"""Half brackets stand around a sentence while Markdown is read: beside punctuation, it finds the same emphasis."""
_AS_TEXT = str.maketrans({_BEGINS: "\u300c", _ENDS: "\u300d"})
_EDGE = re.compile(f"[{_BEGINS}{_ENDS}]")
_MARKERS = re.compile(r"(?:\s*(?:[-*+>]|\d{1,9}[.)])\s+)+")
"""What begins an item of a list or a quotation, before a sentence in it."""
_HEADINGS = {"h1": "h4", "h2": "h5"}
_LOWEST_HEADING = "h6"
"""All below the heading of the message."""
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable(["table", "strikethrough"])
    .disable(["autolink", "html_block", "html_inline", "image", "link", "reference"])
)


def as_html(message: Mapping[str, Any]) -> Markup:
    """Return an answer: `[1]` is a link to its first passage, sentences without a source are marked."""
    content: str = message["content"].translate(_AS_TEXT)
    marked = _with_edges(content, message["unsourced"])
    tokens = _MARKDOWN.parse(marked)
    if _structure(tokens) != _structure(_MARKDOWN.parse(content)):
        # An edge has come between signs of Markdown: which sentence has no source counts more than how it looks.
        tokens = [Token("inline", "", 0, children=[*_lines(marked)])]
    html = _Html(message["citations"])
    return Markup(_MARKDOWN.renderer.render([html.block(token) for token in tokens], _MARKDOWN.options, {}))  # noqa: S704


def _with_edges(content: str, spans: Sequence[Mapping[str, int]]) -> str:
    found, place = "", 0
    for span in spans:
        markers = _MARKERS.match(content, span["start"], span["end"])
        start = markers.end() if markers else span["start"]
        found += f"{content[place:start]}{_BEGINS}{content[start : span['end']]}{_ENDS}"
        place = span["end"]
    return found + content[place:]


def _structure(tokens: Sequence[Token]) -> list[object]:
    """Return what tokens are, without their texts."""
    return [
        (token.type, token.tag, [(child.type, child.tag) for child in token.children or () if child.type != "text"])
        for token in tokens
    ]


def _lines(text: str) -> Iterator[Token]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Token("hardbreak", "br", 0)
        yield Token("text", "", 0, content=line)


class _Html:
    """Puts HTML in the place of tokens with a text, from the first to the last; every text is escaped.

    Args:
        citations: of the answer.
    """

    def __init__(self, citations: Sequence[Mapping[str, Any]]) -> None:
        self._citations = citations
        self._is_marked = False

    def block(self, token: Token) -> Token:
        """Return what is shown of a token."""
        match token.type:
            case "inline":
                token.children = [self._inline(child) for child in token.children or ()]
            case "fence" | "code_block":
                return _as_it_is(Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(self._code(token.content)))
            case "heading_open" | "heading_close":
                token.tag = _HEADINGS.get(token.tag, _LOWEST_HEADING)
            case "table_open":
                region = Markup('<div class="table" role="region" aria-label="{}" tabindex="0"><table>')
                return _as_it_is(region.format(translated("Table")))
            case "table_close":
                return _as_it_is(Markup("</table></div>\n"))
        return token

    def _inline(self, token: Token) -> Token:
        match token.type:
            case "text":
                return _as_it_is(self._marked(token.content, self._with_links))
            case "code_inline":
                return _as_it_is(Markup("<code>{}</code>").format(self._code(token.content)))
        return token

    def _code(self, text: str) -> Markup:
        return self._marked(text, Markup.escape)

    def _marked(self, text: str, shown: Callable[[str], Markup]) -> Markup:
        """Return a text with the marks that are in it, of which one may have begun before it."""
        found, place = Markup(), 0
        for edge in [*_EDGE.finditer(text), None]:
            piece = shown(text[place : edge.start() if edge else None])
            found += Markup("<mark class='unsourced'>{}</mark>").format(piece) if self._is_marked and piece else piece
            if edge:
                self._is_marked, place = edge.group() == _BEGINS, edge.end()
        return found

    def _with_links(self, text: str) -> Markup:
        found, place = Markup(), 0
        for match in _CITED.finditer(text):
            number = int(match[1])
            if 1 <= number <= len(self._citations):
                link = Markup('<a href="/knowledge/passages/{}" title="{}">[{}]</a>')
                item = self._citations[number - 1]
                found += text[place : match.start()]
                found += link.format(quote(item["chunk_id"], safe=""), item["title"], number)
                place = match.end()
        return found + text[place:]


def _as_it_is(html: Markup) -> Token:
    return Token("html_inline", "", 0, content=html)
