"""What can be wrong with a question."""

from service_kit.http.problems import Problem


class ChatLimitReached(Problem, status=429, code="CHAT_LIMIT_REACHED", retry_after=60):
    """Your account has asked as many questions as it may in a minute; try again later."""
