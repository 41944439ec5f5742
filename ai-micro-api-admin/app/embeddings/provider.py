"""What every source of embeddings offers to ingestion and search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarityScale:
    """What the cosine of two vectors of a model means; every model has its own range.

    Attributes:
        unrelated: of a question and a passage that has nothing to do with it, or below.
        matching: of a question and a passage that answers it, or above.
        knows_words_only: True where texts are similar by the words they share, not by what they mean.
    """

    unrelated: float
    matching: float
    knows_words_only: bool


class EmbeddingProvider(Protocol):
    """Turns texts into vectors of one length.

    `name`, `model` and `dimensions` are recorded on the knowledge base: vectors of two models are never compared, so
    whatever changes a provider's vectors changes its model name too.
    """

    @property
    def name(self) -> str:
        """Name of the provider in the settings, such as `hash`."""
        ...

    @property
    def model(self) -> str:
        """Name of the model, with a version where the provider has several."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        ...

    @property
    def scale(self) -> SimilarityScale:
        """What the cosine of two of its vectors means."""
        ...

    def embed_passages(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each text to be found, in the order of the texts."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a text to search with."""
        ...

    def close(self) -> None:
        """Close its connections, if it has any."""
        ...
