"""Pieces that overlap, and by how much.

The length cannot be found in the pieces afterwards: in a text that says the same again and again, the end of a piece is
the beginning of the next one in many ways.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from langchain_text_splitters import RecursiveCharacterTextSplitter


class OverlappingPieces(RecursiveCharacterTextSplitter):
    """Splits a text as its base class does, with separators that stay at the ends of pieces.

    Args:
        options: Those of the base class.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the base class's
        super().__init__(keep_separator="end", **options)
        self._repeated: list[int] = []

    def of(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield the pieces of a text, each with the number of characters at its beginning that are the last one's."""
        self._repeated = []
        return zip(self.split_text(text), self._repeated, strict=True)

    def _merge_splits(self, splits: Iterable[str], separator: str) -> list[str]:
        """Join parts to pieces, with the steps of the base class, which says nothing of the overlap.

        Args:
            splits: Parts of the text, one after the other.
            separator: Empty, because the parts have theirs at their ends.
        """
        pieces: list[str] = []
        parts: deque[str] = deque()
        length, repeated = 0, ""
        for part in splits:
            if parts and length + len(part) > self._chunk_size:
                self._add_to(pieces, separator.join(parts), repeated)
                while length > self._chunk_overlap or (parts and length + len(part) > self._chunk_size):
                    length -= len(parts.popleft())
                repeated = separator.join(parts)
            parts.append(part)
            length += len(part)
        self._add_to(pieces, separator.join(parts), repeated)
        return pieces

    def _add_to(self, pieces: list[str], text: str, repeated: str) -> None:
        if piece := text.strip():
            pieces.append(piece)
            self._repeated.append(len(repeated.strip()))
