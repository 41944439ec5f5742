"""What can be wrong with an embedding server. The caller of this service cannot help it; an operator can."""

from enum import StrEnum

from service_kit.http.problems import Problem


class EmbeddingsUnavailable(Problem, status=503, code="EMBEDDINGS_UNAVAILABLE", retry_after=10):
    """The embedding server gives no answer right now; try again shortly, or search with `mode=text`."""


class EmbeddingsFailed(Problem, status=502, code="EMBEDDINGS_FAILED"):
    """The embedding server gave no usable answer; search with `mode=text`, and tell an administrator."""


class EmbeddingsFault(StrEnum):
    """What was wrong with an answer, as `EmbeddingsFailed` says it; `{name}` stands for a value."""

    REFUSED = "The embedding server refused the request with status {status}."
    TOO_LARGE = "The embedding server sent more than the vectors it was asked for."
    NO_LIST = "The embedding server sent something that is no list of vectors."
    WRONG_COUNT = "The embedding server sent {count} vectors for {texts} texts."
    NO_NUMBER = "The embedding server sent a vector with something that is no number."
    WRONG_LENGTH = "The embedding server sent {count} numbers where EMBEDDING_DIMENSIONS is {dimensions}."
    ZERO = "The embedding server sent a vector of length 0."
