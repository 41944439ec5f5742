"""What can be wrong with a password."""

from service_kit.http.problems import Problem, ValidationFailed


class UnacceptablePassword(ValidationFailed, status=422, code="VALIDATION_FAILED"):
    """The password is not acceptable; `errors` says why.

    Args:
        field: the member of the body that it comes from.
        reason: the rest of a sentence.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(errors=[{"loc": ["body", field], "msg": f"Value error, {reason}", "type": "value_error"}])


class PasswordQueueFull(Problem, status=503, code="PASSWORD_QUEUE_FULL", retry_after=5):
    """Too many people sign in or sign up at this moment; try again in a few seconds."""
