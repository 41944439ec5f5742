"""What can be wrong with a sign-in or a change of password."""

from typing import Any

from app.audit_trail import Act
from service_kit.http.problems import Problem

# RFC 6749 section 5.2, for clients of `/auth/token`.
_OAUTH_ERROR = "invalid_grant"


class InvalidCredentials(Problem, status=401, code="INVALID_CREDENTIALS"):
    """Email or password is not right, or the account is not active."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"}, error=_OAUTH_ERROR)


class ApprovalPending(Problem, status=403, code="APPROVAL_PENDING"):
    """The password is right, but your account waits for an administrator's approval."""

    def __init__(self) -> None:
        super().__init__(error=_OAUTH_ERROR)


class InvalidTokenRequest(Problem, status=400, code="INVALID_REQUEST"):
    """The form is not a request for a token: a parameter is missing, comes twice or has an impossible value."""

    def __init__(self, detail: str | None = None, **extensions: Any) -> None:  # noqa: ANN401 - members of the document
        super().__init__(detail, error="invalid_request", **extensions)


class UnsupportedGrantType(Problem, status=400, code="UNSUPPORTED_GRANT_TYPE"):
    """Tokens are given for `client_credentials`, and for `password` where `PASSWORD_GRANT` lets them."""

    def __init__(self) -> None:
        super().__init__(error="unsupported_grant_type")


class TooManyLogins(Problem, status=429, code="TOO_MANY_LOGINS", retry_after=300):
    """Too many failed logins with this email or from your network; wait as long as `Retry-After` says."""

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})


class WrongPassword(Problem, status=403, code="WRONG_PASSWORD"):
    """The current password is not right."""

    refused_action = Act.PASSWORD_CHECKED


class SamePassword(Problem, status=409, code="SAME_PASSWORD"):
    """The new password is the current one; choose another."""
