"""Numbers and texts of the APIs as a page shows them; what people wrote is escaped, whatever it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from app import language

RENEWAL = "NOT_RENEWED"
"""The code of the texts around the reason why a document could not be processed again."""


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


def failure(document: Mapping[str, Any]) -> str:
    """Return why a document failed, in the language of the page; of a renewal, also what became of the document."""
    return language.translated_of_service(document["error"], document["error_code"], around=RENEWAL)
