"""What a request can name that is not there, whichever feature it is made to."""

from service_kit.http.problems import Problem


class KnowledgeBaseNotFound(Problem, status=404, code="KNOWLEDGE_BASE_NOT_FOUND"):
    """There is no such knowledge base that you may see."""


class CollectionNotFound(Problem, status=404, code="COLLECTION_NOT_FOUND"):
    """There is no such collection that you may see."""
