"""Chunks, and the settings that both sides of the process boundary share. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document, as it is embedded, indexed and cited.

    Args:
        index: Place in the document, from 0.
        page: Page that it is from, from 1; None for a format without pages.
        text: Its text, with the headings above it on the first line where the format has headings.
    """

    index: int
    page: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSettings:
    """How documents are cut into chunks.

    Args:
        size: Longest chunk in characters.
        overlap: Characters at most that a chunk repeats of the one before it.
    """

    size: int = 800
    overlap: int = 100

    def __post_init__(self) -> None:
        if not 100 <= self.size <= 20_000:  # noqa: PLR2004 - bounds of this one setting
            raise ValueError("size must be between 100 and 20,000 characters")
        if not 0 <= self.overlap <= self.size // 2:
            raise ValueError("overlap must be between 0 and half the size")
