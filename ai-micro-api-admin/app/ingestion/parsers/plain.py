"""Plain text: one page without a number."""

from __future__ import annotations

from collections.abc import Iterator

from app.ingestion.decoding import decode
from app.ingestion.pages import Page


def parse(data: bytes) -> Iterator[Page]:
    """Yield the text of a file as one page.

    Raises:
        UnreadableFile: Binary data, or an encoding that cannot be recognised.
    """
    yield Page(None, decode(data))
