"""Chunks, and the settings that both sides of the process boundary share. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BATCH: Final = 256
"""Chunks whose features are found at once; those of the first ones in the process that reads the file."""


@dataclass(frozen=True, slots=True)
class Features:
    """By what a chunk is found.

    Args:
        terms: Its distinct index terms in UTF-8, each ended by three zero bytes, as in a binary `tsvector`.
        term_count: How many.
        vector: Its vector as big-endian floats of four bytes; None where a model server makes it.
    """

    terms: bytes
    term_count: int
    vector: bytes | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document, as it is embedded, indexed and cited.

    Args:
        index: Place in the document, from 0.
        page: Page that it is from, from 1; None for a format without pages.
        text: Its text, with the headings above it on the first line where the format has headings.
        repeated: Characters at the beginning of the text that come earlier in the document: the headings, a table's
            header, the end of the chunk before it.
        features: By what it is found, if that was asked for.
    """

    index: int
    page: int | None
    text: str
    repeated: int = 0
    features: Features | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSettings:
    """What is to be found of each chunk of a document.

    Args:
        title: The document's, under whose terms each of its chunks is found.
        file_name: Likewise.
        vectors: True where the vectors are those of the provider `hash`, which needs no model server.
    """

    title: str = ""
    file_name: str = ""
    vectors: bool = False
