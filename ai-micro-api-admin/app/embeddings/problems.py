"""What can be wrong with an embedding server. The caller of this service cannot help it; an operator can."""

from service_kit.http.problems import Problem


class EmbeddingsUnavailable(Problem, status=503, code="EMBEDDINGS_UNAVAILABLE", retry_after=10):
    """The embedding server gives no answer right now; try again shortly, or search with `mode=text`."""


class EmbeddingsFailed(Problem, status=502, code="EMBEDDINGS_FAILED"):
    """The embedding server gave no usable answer; search with `mode=text`, and tell an administrator."""
