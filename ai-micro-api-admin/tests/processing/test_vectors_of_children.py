"""Vectors that a child has made are used for the provider that it knows, and only at their length."""

import struct

import pytest

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.provider import EmbeddingProvider
from app.ingestion.chunking.chunks import Chunk, Features
from app.ingestion.failures import FailureCode, ParseFailed
from app.processing.processor import _vectors

PROVIDER = HashEmbeddingProvider()


class Another:
    """A provider whose vectors no child knows."""

    name, model, dimensions, scale = "openai", "some-model", 2, PROVIDER.scale

    def embed_passages(self, texts: list[str]) -> list[list[float]]:
        return [[0.0, 1.0] for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError(text)

    def close(self) -> None:
        """Close nothing."""


def chunk(vector: bytes | None) -> Chunk:
    return Chunk(0, None, "有給休暇", features=Features(b"", 0, vector))


def test_a_vector_of_another_length_fails_the_document() -> None:
    taken_over = chunk(struct.pack(">f", 1.0))
    with pytest.raises(ParseFailed) as failure:
        _vectors(PROVIDER, [taken_over])
    assert failure.value.code is FailureCode.INVALID_OUTPUT


def test_a_vector_for_another_provider_is_not_used() -> None:
    provider: EmbeddingProvider = Another()
    assert _vectors(provider, [chunk(struct.pack(">2f", 1.0, 0.0))]) == [struct.pack(">2f", 0.0, 1.0)]


def test_a_chunk_without_a_vector_gets_one() -> None:
    (found,) = _vectors(PROVIDER, [chunk(None)])
    assert len(found) == 4 * PROVIDER.dimensions
