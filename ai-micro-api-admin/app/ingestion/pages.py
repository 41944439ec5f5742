"""The text of a document as its parser leaves it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a document that no chunk crosses.

    Args:
        number: Page of the document, from 1; None for a format without pages.
        text: What is written there.
        context: What every chunk of it should be read under, such as the headings above; empty without.
    """

    number: int | None
    text: str
    context: str = ""


def clean(text: str) -> str:
    """Return a text with plain line ends and without the characters that are no text.

    Removes control characters (PostgreSQL refuses NUL), lone surrogates (UTF-8 cannot encode them) and noncharacters.
    """
    return _NOT_TEXT.sub("", _LINE_ENDS.sub("\n", text))
