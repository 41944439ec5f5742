"""Forms: what a person sent, what the API says of it, and what has changed meanwhile. No text is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from fastapi import Request

from app.apis.problems import RefusedError
from app.language import translated

ETAG = "etag"
"""The field that carries the entity tag of what a form changes."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it.

    Attributes:
        values: of its fields.
        etag: of what it changes; empty for what is new.
        problem: why it was refused, in words; empty where it was not.
        errors: what is wrong with a field, by its name.
        is_conflict: another changed the same meanwhile.
        current: what the fields have now, where another changed them.
        request_id: what the service that refused it calls the request.
    """

    values: Mapping[str, str]
    etag: str = ""
    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    is_conflict: bool = False
    current: Mapping[str, str] | None = None
    request_id: str = ""

    @classmethod
    def refused(cls, error: RefusedError, values: Mapping[str, str]) -> "Form":
        """Return a form as it was sent, with what the API says of it."""
        if error.is_conflict:
            problem = translated("It was changed meanwhile. Compare, and send again what is to be kept.")
        elif error.status == HTTPStatus.FORBIDDEN:
            problem = translated("Your account may not do this")
        elif error.faults:
            problem = translated("Some of the input is not right.")  # each fault stands at its field
        else:
            problem = error.detail or translated("This was refused")
        return cls(
            values, problem=problem, errors=error.faults, is_conflict=error.is_conflict, request_id=error.request_id
        )

    def beside(self, current: Mapping[str, str], etag: str) -> "Form":
        """Return the form with what is there now: sent again, it takes the place of that."""
        return replace(self, etag=etag, current=current if self.is_conflict else None)

    def value(self, name: str) -> str:
        """Return the value of a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """Return what is wrong with a field."""
        return self.errors.get(name, "")


def shown(sent: Form | None, current: Mapping[str, str], etag: str = "") -> Form:
    """Return the form of a page: as it was sent and refused, or with what is there."""
    return Form(current, etag) if sent is None else sent.beside(current, etag)


async def fields_of(request: Request) -> dict[str, str]:
    """Return the text fields that a form sent, with the line breaks of every other system."""
    sent = await request.form()
    return {name: value.replace("\r\n", "\n") for name, value in sent.items() if isinstance(value, str)}


def filled(values: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return those fields of these names that have a value."""
    return {name: values[name] for name in names if values.get(name)}


def if_match(values: Mapping[str, str]) -> dict[str, str]:
    """Return the header that lets a change happen only to what its sender has seen."""
    return {"If-Match": values[ETAG]} if values.get(ETAG) else {}
