"""The whole text of a document, put together from its chunks, which say some things twice.

A chunk begins with the headings above it and, inside a table, the table's header; and with up to some hundred
characters of the chunk before it, from a place on where it could have been cut (`app.ingestion.chunking.splitting`).
How much that is stands in its metadata. Of chunks of older releases, and of those that a person has changed, it is not
known: it is guessed there, and what is the same in both by chance is taken for repeated.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.ingestion.chunking.chunks import SplitSettings

_MOST_REPEATED = SplitSettings().overlap
_FEWEST_REPEATED = 8
"""Fewer characters are the same by chance."""

_END_OF_PIECE = re.compile(r"[。！？．、，；.!?,;:\s」』）)]\Z")


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk's text and page, and how many characters at its beginning come earlier; None if that is not known."""

    text: str
    page: int | None
    repeated: int | None


def whole_text(chunks: Iterable[Piece]) -> Iterator[str]:
    """Yield the parts of a text, each thing once; pages are divided by form feeds, headings by empty lines.

    Args:
        chunks: in their order.
    """
    before: Piece | None = None
    for chunk in chunks:
        if before is None:
            yield chunk.text
        elif chunk.page != before.page:
            yield f"\n\f{chunk.text}"
        elif chunk.repeated is not None:
            yield _divided(chunk.text, chunk.repeated)
        else:
            yield _continued(before.text, chunk.text)
        before = chunk
    if before is not None:
        yield "\n"


def _divided(text: str, repeated: int) -> str:
    """Return what a chunk adds to the one before it, with what divides them."""
    if not repeated:
        return f"\n\n{text}"
    return f"\n{text[repeated:]}" if text[repeated - 1] == "\n" else text[repeated:]


def _continued(before: str, text: str) -> str:
    """Guess what a chunk adds to the one before it, with what divides them."""
    rest = _without_same_beginning(before, text)
    if repeated := _repeated(before, rest):
        return rest[repeated:]
    return f"\n{rest}" if len(rest) < len(text) else f"\n\n{rest}"


def _without_same_beginning(before: str, text: str) -> str:
    """Leave out the lines at the beginning that both chunks have: headings, and the header of a table."""
    ours, theirs = before.split("\n"), text.split("\n")
    same = 0
    while same < min(len(ours), len(theirs)) - 1 and ours[same] == theirs[same]:
        same += 1
    return "\n".join(theirs[same:])


def _repeated(before: str, text: str) -> int:
    """Return how many characters at the beginning of a text are the end of the one before it."""
    for length in range(min(len(text), len(before), _MOST_REPEATED), 0, -1):
        if before.endswith(text[:length]):
            certain = length >= _FEWEST_REPEATED or _END_OF_PIECE.search(text[:length])
            return length if certain else 0
    return 0
