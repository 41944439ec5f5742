"""Which providers this process has, and which of them new knowledge bases get."""

from collections.abc import Sequence

import structlog

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.openai_provider import EmbeddingServer, OpenAIEmbeddingProvider
from app.embeddings.problems import EmbeddingsFailed, EmbeddingsUnavailable
from app.embeddings.provider import EmbeddingProvider
from app.settings import Settings

logger = structlog.get_logger(__name__)


class EmbeddingProviders:
    """Finds the provider whose vectors a knowledge base has: those of two models are never compared.

    Args:
        available: the providers; the first one is for new knowledge bases.
    """

    def __init__(self, available: Sequence[EmbeddingProvider]) -> None:
        self.default = available[0]
        self._available = {(provider.name, provider.model): provider for provider in available}

    def measure_scale(self) -> None:
        """Measure what the cosines of the default provider mean, which the first search would wait for."""
        try:
            scale = self.default.scale
        except (EmbeddingsUnavailable, EmbeddingsFailed):
            # The provider has logged why; a search measures it once the server answers.
            return
        logger.debug("embeddings_scale", matching=scale.matching, unrelated=scale.unrelated)

    def close(self) -> None:
        """Close the connections of all providers."""
        for provider in self._available.values():
            provider.close()

    def named(self, name: str) -> EmbeddingProvider | None:
        """Return the provider of that name that is set up, or None."""
        return next((provider for provider in self._available.values() if provider.name == name), None)

    def find(self, name: str, model: str) -> EmbeddingProvider | None:
        """Return the provider of that name and model, or None."""
        return self._available.get((name, model))


def configured_providers(settings: Settings) -> EmbeddingProviders:
    """Return what the settings name, for new knowledge bases; then `hash`, which those made before may have."""
    hashing = HashEmbeddingProvider()
    url, model, dimensions = settings.embedding_url, settings.embedding_model, settings.embedding_dimensions
    # A server that is named serves the knowledge bases that were made with it, whatever new ones get.
    if url is None or model is None or dimensions is None:
        return EmbeddingProviders([hashing])
    server = OpenAIEmbeddingProvider(
        EmbeddingServer(
            url=str(url),
            model=model,
            dimensions=dimensions,
            api_key=settings.embedding_api_key,
            query_prefix=settings.embedding_query_prefix,
            passage_prefix=settings.embedding_passage_prefix,
            sends_input_type=settings.embedding_input_type,
            batch_size=settings.embedding_batch_size,
            timeout_seconds=settings.embedding_timeout_seconds,
            retries=settings.embedding_retries,
        )
    )
    available: list[EmbeddingProvider] = [server, hashing]
    return EmbeddingProviders(available if settings.embedding_provider == "openai" else available[::-1])
