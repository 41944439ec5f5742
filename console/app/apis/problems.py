"""What can go wrong when an API is asked, as the pages show it."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

NO_ANSWER = {"code": "NO_ANSWER", "detail": "It does not answer."}
NOT_REACHED = {"code": "NOT_REACHED", "detail": "It cannot be reached."}
"""Problem documents of the console's own, where a service gave none."""


class ApiError(Exception):
    """An API was asked and gave no answer that can be shown."""


class SignedOutError(ApiError):
    """The sign-in has ended: by its owner, an administrator, or its age."""


@dataclass
class ServiceUnavailableError(ApiError):
    """A service cannot be reached, or says that it cannot work now.

    Attributes:
        service: its name.
        reason: why, in words and in the language of the page.
        request_id: what the service's log calls the request; empty where it was not reached.
    """

    service: str
    reason: str
    request_id: str = ""


@dataclass
class RefusedError(ApiError):
    """A service refused a request, with a problem document (RFC 9457).

    Attributes:
        service: its name.
        status: of the answer.
        code: what the document calls the problem.
        detail: what it says of it, in the language of the page.
        errors: the fields that are wrong, each with `loc` and `msg`.
        request_id: what the service's log calls the request.
    """

    service: str
    status: int
    code: str = ""
    detail: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    request_id: str = ""

    @property
    def is_conflict(self) -> bool:
        """Return True if another request has changed it meanwhile."""
        return self.status == HTTPStatus.PRECONDITION_FAILED
