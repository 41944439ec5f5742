"""What can go wrong when an API is asked, as the pages show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from app.language import translated_of_service

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
        faults: what is wrong with fields, by their names, in the language of the page.
        request_id: what the service's log calls the request.
    """

    service: str
    status: int
    code: str = ""
    detail: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""

    @property
    def explanation(self) -> str:
        """What the document says, with what is wrong with each field, for a page without its form."""
        return " ".join((self.detail, *(f"{name}: {text}" for name, text in self.faults.items())))

    @property
    def is_conflict(self) -> bool:
        """Return True if another request has changed it meanwhile."""
        return self.status == HTTPStatus.PRECONDITION_FAILED


def faults_of(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what is wrong with the fields of a request, by the names of the fields, in the language of the page.

    Args:
        errors: of pydantic or of a problem document, each with `loc`, `msg` and `type`; a fault of one of a field's
            values is one of the field.
    """
    return {
        str(name): translated_of_service(error["msg"], error.get("type"))
        for error in errors
        for name in error["loc"][:2][-1:]
    }
