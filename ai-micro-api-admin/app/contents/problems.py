"""What a request can name that is not there, whichever feature it is made to.

Asking for what is another user's is answered alike, and recorded as a refused act.
"""

from app.audit_trail import Act
from service_kit.http.problems import Problem


class KnowledgeBaseNotFound(Problem, status=404, code="KNOWLEDGE_BASE_NOT_FOUND"):
    """There is no such knowledge base that you may see."""

    refused_action = Act.KNOWLEDGE_BASE_ACCESS
    DELETED_WHILE_ASKED = "The knowledge base or the conversation was deleted while it was asked."
    DELETED_WHILE_SUMMARISED = "The knowledge base was deleted while it was summarised."
    texts = (DELETED_WHILE_ASKED, DELETED_WHILE_SUMMARISED)


class CollectionNotFound(Problem, status=404, code="COLLECTION_NOT_FOUND"):
    """There is no such collection that you may see."""

    refused_action = Act.COLLECTION_ACCESS
