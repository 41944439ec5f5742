"""Lines that were broken to fit a column, put together again.

A break inside a Japanese word would hide the word from search, and words of other scripts need a space in its place.
"""

from __future__ import annotations

import re

from app.text.runs import CJK

_SPACELESS = re.compile(f"[{CJK}\u3000-\u303f\uff01-\uff60\uff65-\uff9f]")
_SENTENCE_END = re.compile(r"[。！？!?.．:：][」』）)\]\"']*$")
_MARKED_HYPHENS = ("\u0002", "\u00ad", "\ufffe")
_NEW_BLOCK = re.compile(r"\s*(?:[-*•・●○■□◆※]|\(?\d{1,3}[.)）]|第\d+[章節条]|[①-⑳])")

_FULL_LINE = 0.75
"""A line that fills this share of the longest one was broken for want of room; a shorter one ended there."""


def separator(before: str, after: str) -> str:
    """Return what joins two lines of a paragraph: nothing between Japanese characters, one space otherwise."""
    if not before or not after:
        return ""
    return "" if _SPACELESS.match(before[-1]) and _SPACELESS.match(after[0]) else " "


def reflow(text: str) -> str:
    """Return the text of a page with paragraphs on one line each, as far as the lines show where paragraphs end.

    A line goes on in the next one when it ends in a hyphen that the extraction marked as inserted, or when it fills
    the column and neither ends a sentence nor is followed by a list item or a numbered heading.
    """
    lines = [line.strip() for line in text.split("\n")]
    column = max(map(len, lines))
    pieces: list[str] = []
    last = None
    for line in lines:
        if last is None or last.endswith(_MARKED_HYPHENS):
            joint = ""
        elif _continues(last, line, column):
            joint = separator(last, line)
        else:
            joint = "\n"
        pieces += [joint, line[:-1] if line.endswith(_MARKED_HYPHENS) else line]
        last = line
    return "".join(pieces)


def _continues(line: str, following: str, column: int) -> bool:
    return (
        bool(following)
        and len(line) >= _FULL_LINE * column
        and not _SENTENCE_END.search(line)
        and not _NEW_BLOCK.match(following)
    )
