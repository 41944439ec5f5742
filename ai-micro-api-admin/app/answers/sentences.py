"""Sentences of a passage, in Japanese, English and lines of a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_END = re.compile(r"(?<=[。！？!?．])[」』）)”\"]*\s*|(?<=[a-z0-9)”\"]\.)\s+(?=[\"“(A-Z0-9])|\n+\s*")
_ENDS_A_SENTENCE = re.compile(r"[。！？!?．.」』）)”:：]$")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence.

    Attributes:
        text: on one line; what is very long is cut, with an ellipsis.
        is_heading: True if it stands above the text and is none itself.
    """

    text: str
    is_heading: bool


def sentences(passage: str) -> list[Sentence]:
    """Return the sentences of a passage in their order. Its first line may have the headings above it."""
    lines = list(_pieces(passage))
    first_line_ends = passage.strip().find("\n")
    found = []
    for number, line in enumerate(lines):
        is_heading = number == 0 and first_line_ends == len(line) and not _ENDS_A_SENTENCE.search(line)
        found.append(Sentence(_shortened(line), is_heading and len(lines) > 1))
    return found


def _pieces(passage: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(passage):
        if piece := passage[start : end.end()].strip():
            yield piece
        start = end.end()
    if rest := passage[start:].strip():
        yield rest


def _shortened(line: str) -> str:
    one_line = " ".join(line.split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[: _LONGEST - 1]}…"
