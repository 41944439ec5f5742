"""Plain text: one page without a number."""

from __future__ import annotations

from collections.abc import Iterator

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.texts.decoding import decode


def parse(data: bytes, warnings: Warnings) -> Iterator[Page]:
    """Yield the text of a file as one page.

    Raises:
        UnreadableFile: Binary data, or an encoding that cannot be recognised.
    """
    yield Page(None, decode(data, warnings))
