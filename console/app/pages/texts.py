"""Numbers and texts of the APIs as a page shows them; what people wrote is escaped, whatever it is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from app import language

RENEWAL = "NOT_RENEWED"
"""The code of the texts around the reason why a document could not be processed again."""
_CITED = re.compile(r"\[(\d{1,4})\]")


def size(count: int) -> str:
    """Return a number of bytes in the largest unit that it fills."""
    for unit, length in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if count >= length:
            return f"{count / length:.3g} {unit}"
    return f"{count} B"


def marked(text: str, spans: Sequence[Mapping[str, int]]) -> Markup:
    """Return a text with marks at the spans of an API: in characters, in order, apart from each other."""
    found, place = Markup(), 0
    for span in spans:
        found += text[place : span["start"]]
        found += Markup("<mark>{}</mark>").format(text[span["start"] : span["end"]])
        place = span["end"]
    return found + text[place:]


def cited(message: Mapping[str, Any]) -> Markup:
    """Return an answer of a chat: `[1]` is a link to its first passage, sentences without a source are marked."""
    found, place, text = Markup(), 0, message["content"]
    for span in [*message["unsourced"], {"start": len(text), "end": len(text)}]:
        found += _with_links(text[place : span["start"]], message["citations"])
        sentence = _with_links(text[span["start"] : span["end"]], message["citations"])
        found += Markup("<mark class='unsourced'>{}</mark>").format(sentence) if sentence else ""
        place = span["end"]
    return found


def failure(document: Mapping[str, Any]) -> str:
    """Return why a document failed, in the language of the page; of a renewal, also what became of the document."""
    return language.translated_of_service(document["error"], document["error_code"], around=RENEWAL)


def _with_links(text: str, citations: Sequence[Mapping[str, Any]]) -> Markup:
    found, place = Markup(), 0
    for match in _CITED.finditer(text):
        number = int(match[1])
        if 1 <= number <= len(citations):
            link = Markup('<a href="/knowledge/passages/{}" title="{}">[{}]</a>')
            item = citations[number - 1]
            found += text[place : match.start()]
            found += link.format(quote(item["chunk_id"], safe=""), item["title"], number)
            place = match.end()
    return found + text[place:]
