"""What can be wrong with a password."""

from pydantic_core import PydanticCustomError

from service_kit.http.problems import Problem, ValidationFailed
from service_kit.text.field_faults import fault_at


class UnacceptablePassword(ValidationFailed, status=422, code="VALIDATION_FAILED"):
    """The password is not acceptable; `errors` says why.

    Args:
        field: the member of the body that it comes from.
        error: what is wrong, of `app.passwords.password_policy`.
    """

    def __init__(self, field: str, error: PydanticCustomError) -> None:
        super().__init__(ValidationFailed.default_detail(), errors=[fault_at(("body", field), error)])


class PasswordQueueFull(Problem, status=503, code="PASSWORD_QUEUE_FULL", retry_after=5):
    """Too many people sign in or sign up at this moment; try again in a few seconds."""
