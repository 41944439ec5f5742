"""One paragraph, put together from text and inline markup that must not break its words."""

from __future__ import annotations

import re

from app.ingestion.texts.reflow import separator

INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "label", "mark", "meter", "nobr", "output", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp",
        "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
"""Elements of HTML inside of which a word goes on; every other one ends a line."""

_WHITE_SPACE = re.compile(r"[ \t\r\f]*\n\s*|[ \t\r\f]{2,}|\t")


class Paragraph:
    """Collects a paragraph; `take` returns it and begins the next.

    Readings of ruby annotations follow in brackets at its end, each behind the word that it belongs to: between the
    characters they would hide the word (東とう京きょう), and without them とうきょう would not be found.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._readings: dict[str, None] = {}
        self._base: list[str] | None = None
        self._reading: list[str] = []
        self._in_reading = self._in_bracket = False

    def write(self, text: str) -> None:
        """Add text."""
        if self._in_bracket:
            return
        if self._in_reading:
            self._reading.append(text)
            return
        self._pieces.append(text)
        if self._base is not None:
            self._base.append(text)

    def open(self, tag: str) -> None:
        """Begin an element of a ruby annotation; other elements change nothing."""
        if tag == "ruby":
            self._end_annotation()
            self._base = []
        elif self._base is not None and tag in {"rt", "rtc", "rp", "rb"}:
            self._in_reading, self._in_bracket = tag in {"rt", "rtc"}, tag == "rp"

    def close(self, tag: str) -> None:
        """End such an element."""
        if tag == "ruby":
            self._end_annotation()
        elif tag in {"rt", "rtc", "rp"}:
            self._in_reading = self._in_bracket = False

    def take(self, *, preformatted: bool = False) -> str:
        """Return the paragraph with its white space collapsed, unless it is preformatted; empty if there is none."""
        self._end_annotation()
        text = "".join(self._pieces)
        text = text.strip("\n") if preformatted else collapse(text)
        if self._readings:
            text = f"{text}（{'、'.join(self._readings)}）"
        self._pieces, self._readings = [], {}
        return text

    def _end_annotation(self) -> None:
        base, reading = ("".join("".join(pieces).split()) for pieces in (self._base or [], self._reading))
        if reading:
            self._readings[f"{base}: {reading}" if base else reading] = None
        self._base, self._reading = None, []
        self._in_reading = self._in_bracket = False


def collapse(text: str) -> str:
    """Return a text on one line; a line break between Japanese characters leaves nothing, any other a space."""
    return _WHITE_SPACE.sub(_joint, text.strip())


def _joint(found: re.Match[str]) -> str:
    if "\n" not in found.group():
        return " "
    return separator(found.string[found.start() - 1], found.string[found.end()])
