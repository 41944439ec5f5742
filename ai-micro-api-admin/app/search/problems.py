"""What can be wrong with a search."""

from service_kit.http.problems import Problem


class SearchScopeMissing(Problem, status=422, code="SEARCH_SCOPE_MISSING"):
    """Say where to search: `knowledge_base_id`, or `collection_id` for one collection only."""


class EmbeddingModelUnavailable(Problem, status=409, code="EMBEDDING_MODEL_UNAVAILABLE"):
    """The vectors of this knowledge base come from a model that is not set up; search it with `mode=text`."""
