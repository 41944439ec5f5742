"""What can be wrong with a request for knowledge bases."""

from service_kit.problems import Problem


class KnowledgeBaseNotFound(Problem, status=404, code="KNOWLEDGE_BASE_NOT_FOUND"):
    """There is no such knowledge base that you may see."""
