"""Lines that were broken to fit a column, put together again.

A break inside a Japanese word would hide the word from search, and words of other scripts need a space in its place.
"""

from __future__ import annotations

import re

from app.text.runs import CJK

_SPACELESS = re.compile(f"[{CJK}\u3000-\u303f\uff01-\uff60\uff65-\uff9f]")
_SENTENCE_END = re.compile(r"[。！？!?.．:：][」』）)\]\"']*$")
_MARKED_HYPHEN = re.compile(r"[\u0002\u00ad\ufffe]$")
_NEW_BLOCK = re.compile(r"\s*(?:[-*•・●○■□◆※]|\(?\d{1,3}[.)）]|第\d+[章節条]|[①-⑳])")

_FULL_LINE = 0.75
"""A line that fills this share of the longest one was broken for want of room; a shorter one ended there."""


def join(before: str, after: str) -> str:
    """Return two lines of a paragraph as one: no space between Japanese characters, one space otherwise."""
    if not before or not after:
        return before + after
    return before + ("" if _SPACELESS.match(before[-1]) and _SPACELESS.match(after[0]) else " ") + after


def reflow(text: str) -> str:
    """Return the text of a page with paragraphs on one line each, as far as the lines show where paragraphs end.

    A line goes on in the next one when it ends in a hyphen that the extraction marked as inserted, or when it fills
    the column and neither ends a sentence nor is followed by a list item or a numbered heading.
    """
    lines = [line.strip() for line in text.split("\n")]
    column = max(map(len, lines))
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        if paragraphs and _MARKED_HYPHEN.search(paragraphs[-1]):
            paragraphs[-1] = paragraphs[-1][:-1] + line
        elif paragraphs and _continues(last, line, column):
            paragraphs[-1] = join(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        last = line
    return "\n".join(_MARKED_HYPHEN.sub("", paragraph) for paragraph in paragraphs)


def _continues(line: str, following: str, column: int) -> bool:
    return (
        bool(following)
        and len(line) >= _FULL_LINE * column
        and not _SENTENCE_END.search(line)
        and not _NEW_BLOCK.match(following)
    )
