"""Which providers this process has, and which of them new knowledge bases get."""

from collections.abc import Sequence

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.provider import EmbeddingProvider


class EmbeddingProviders:
    """Finds the provider whose vectors a knowledge base has: those of two models are never compared.

    Args:
        available: the providers; the first one is for new knowledge bases.
    """

    def __init__(self, available: Sequence[EmbeddingProvider]) -> None:
        self.default = available[0]
        self._available = {(provider.name, provider.model): provider for provider in available}

    def find(self, name: str, model: str) -> EmbeddingProvider | None:
        """Return the provider of that name and model, or None."""
        return self._available.get((name, model))


def configured_providers(name: str) -> EmbeddingProviders:
    """Return what a setting names.

    Args:
        name: the provider for new knowledge bases; `hash` is the only one.

    Raises:
        ValueError: there is none of that name.
    """
    if name != "hash":
        raise ValueError(f"there is no embedding provider {name}")
    return EmbeddingProviders([HashEmbeddingProvider()])
