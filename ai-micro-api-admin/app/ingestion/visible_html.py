"""The words inside a piece of HTML, in one pass.

Not by `html.parser` of the standard library: it looks again from every `<` for an end that is not there, and in Python
releases before the middle of 2025 it takes minutes over some hundred kilobytes of `<a `.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_OPENING = re.compile(r"<(?:(?P<comment>!--)|/?(?P<name>[a-zA-Z][a-zA-Z0-9-]*)|[!?/])")
_TAG_PART = re.compile(r"=\s*(?P<quote>[\"'])|>")
_INVISIBLE_END = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "template")}


def visible_text(source: str) -> str:
    """Return what a reader sees, a line for each run of text between tags.

    Comments, scripts, style sheets and templates are left out, and whatever is opened and never closed, to the end.
    """
    return "\n".join(text for run in _runs(source) if (text := _unescape(run).strip()))


def _runs(source: str) -> Iterator[str]:
    position = 0
    while opening := _OPENING.search(source, position):
        yield source[position : opening.start()]
        name = (opening["name"] or "").lower()
        if opening["comment"]:
            position = _after(source, "-->", opening.end())
        else:
            position = _tag_end(source, opening.end())
            if name in _INVISIBLE_END and source[opening.start() + 1] != "/":
                end = _INVISIBLE_END[name].search(source, position)
                position = end.start() if end else len(source)
    yield source[position:]


def _tag_end(source: str, position: int) -> int:
    """Return where a tag ends; a `>` in a quoted value does not end it."""
    while part := _TAG_PART.search(source, position):
        if part["quote"] is None:
            return part.end()
        position = _after(source, part["quote"], part.end())
    return len(source)


def _after(source: str, end: str, position: int) -> int:
    found = source.find(end, position)
    return len(source) if found == -1 else found + len(end)


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of more digits than Python reads
        return text
