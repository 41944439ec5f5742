"""What can be wrong with a request for conversations."""

from app.audit_trail import Act
from service_kit.http.problems import Problem


class ChatSessionNotFound(Problem, status=404, code="CHAT_SESSION_NOT_FOUND"):
    """You have no such conversation."""

    refused_action = Act.CHAT_SESSION_ACCESS


class ChatMessageNotFound(Problem, status=404, code="CHAT_MESSAGE_NOT_FOUND"):
    """There is no such answer in your conversations."""

    refused_action = Act.CHAT_SESSION_ACCESS


class ChatSessionOfAnotherKnowledgeBase(Problem, status=409, code="CHAT_SESSION_OF_ANOTHER_KNOWLEDGE_BASE"):
    """This conversation is with another knowledge base; leave `session_id` out to begin one with this one."""


class ChatSessionFull(Problem, status=409, code="CHAT_SESSION_FULL"):
    """This conversation has as many questions as one can have; leave `session_id` out to begin another one."""
