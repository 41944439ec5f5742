"""What a request can name that is not there, whichever feature it is made to.

Asking for what is another user's is answered alike, and recorded as a refused act.
"""

from app.audit_trail import Act
from service_kit.http.problems import Problem


class KnowledgeBaseNotFound(Problem, status=404, code="KNOWLEDGE_BASE_NOT_FOUND"):
    """There is no such knowledge base that you may see."""

    refused_action = Act.KNOWLEDGE_BASE_ACCESS


class CollectionNotFound(Problem, status=404, code="COLLECTION_NOT_FOUND"):
    """There is no such collection that you may see."""

    refused_action = Act.COLLECTION_ACCESS
