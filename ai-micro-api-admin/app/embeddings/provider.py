"""What every source of embeddings offers to ingestion and search."""

from __future__ import annotations

from typing import Protocol


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

    def embed_passages(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each text to be found, in the order of the texts."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a text to search with."""
        ...
