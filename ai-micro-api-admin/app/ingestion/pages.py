"""The text of a document as its parser leaves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a document.

    No chunk crosses from one page number to another, or from one context to another; parts that share both are joined
    where they fit into a chunk.

    Args:
        number: Page of the document, from 1; None for a format without pages.
        text: What is written there.
        context: What every chunk of it should be read under, such as the headings above; empty without.
        header: Beginning of the text that every chunk of it repeats: the first row of a table; empty without.
    """

    number: int | None
    text: str
    context: str = ""
    header: str = ""
