"""What can be wrong with a search."""

from service_kit.http.problems import Problem


class EmbeddingModelUnavailable(Problem, status=409, code="EMBEDDING_MODEL_UNAVAILABLE"):
    """The vectors of this knowledge base come from a model that is not set up; search it with `mode=text`."""

    WITHOUT_SEARCH = "The vectors of this knowledge base come from a model that is not set up."
    texts = (WITHOUT_SEARCH,)
