"""What can go wrong with sessions."""

from app.audit_trail import Act
from service_kit.http.problems import Problem


class SessionNotFound(Problem, status=404, code="SESSION_NOT_FOUND"):
    """You have no such session; it may have ended already."""

    refused_action = Act.SESSION_ENDED
