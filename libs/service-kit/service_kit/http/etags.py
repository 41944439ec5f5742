"""Entity tags: answers that need not be sent again, and changes that apply only to what their sender has read.

The tag of a resource is a hash of its representation, so it is a strong validator (RFC 9110 section 8.8.1) whatever
the clock does: `updated_at` alone is the same for two transactions that began in one microsecond. `Route` puts it on
every answer whose model is a `Resource` and answers conditional GETs. A change takes a `Precondition` and checks it
once the row is locked: of two changes that come with the same tag, one succeeds and the other gets 412.

If-Match is honoured where it is sent; REQUIRE_IF_MATCH makes it compulsory (RFC 9110 section 13, RFC 6585 section 3).
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, ClassVar

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.responses import Response

from service_kit.http.problems import PreconditionFailed, PreconditionRequired
from service_kit.http.schemas import ResponseModel
from service_kit.text.field_faults import FieldFault, fault_at

_HASH_BYTES = 15
_CONDITIONS = frozenset({b"if-match", b"if-none-match"})
# RFC 9110 section 8.8.3.
_NO_TAGS = FieldFault("entity_tags", 'must be "*" or entity tags in double quotes, as an ETag header gave them')
_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_LIST = re.compile(rf"[ \t,]*(?:{_TAG.pattern}[ \t]*(?:,[ \t,]*|$))+")
# RFC 9110 section 15.4.5: what a 304 repeats of the answer that it stands for.
_REPEATED = ("cache-control", "content-location", "etag", "expires", "vary")


def tag_of(content: bytes) -> str:
    """Return the strong entity tag of a representation."""
    return f'"{hash_of(content)}"'


def hash_of(content: bytes) -> str:
    """Return the text inside the entity tag of a representation."""
    return urlsafe_b64encode(sha256(content).digest()[:_HASH_BYTES]).decode()


class Resource(ResponseModel):
    """The representation of one resource, with an entity tag.

    Attributes:
        passing: fields that change by themselves while work goes on; a change does not depend on them.
    """

    passing: ClassVar[frozenset[str]] = frozenset()

    def etag(self) -> str:
        """Return the entity tag, the one that a GET shows.

        It may have two halves, divided by a dot: the state of the resource itself, and what it shows beside that, such
        as a page of what is in it. A change depends on the first half only.
        """
        if not self.passing:
            return tag_of(self.model_dump_json().encode())
        own, beside = self.model_dump_json(exclude=set(self.passing)), self.model_dump_json(include=set(self.passing))
        return f'"{hash_of(own.encode())}.{hash_of(beside.encode())}"'


def combined(own: Resource, shown_beside: BaseModel) -> str:
    """Return a tag of two halves: of a resource, and of what its representation shows beside its own state."""
    return f'{own.etag()[:-1]}.{hash_of(shown_beside.model_dump_json().encode())}"'


@dataclass(frozen=True, slots=True)
class TagList:
    """The value of If-Match or If-None-Match: entity tags, or `*`.

    Attributes:
        strong: the tags without a mark of weakness, with their quotes.
        weak: the others, with their quotes and without the mark.
        is_any: True for `*`.
    """

    strong: frozenset[str]
    weak: frozenset[str] = frozenset()
    is_any: bool = False

    @classmethod
    def parse(cls, header: str, text: str) -> "TagList":
        """Read a header.

        Raises:
            RequestValidationError: it is neither `*` nor a list of entity tags.
        """
        if text.strip() == "*":
            return cls(frozenset(), is_any=True)
        if not _LIST.fullmatch(text):
            raise RequestValidationError([fault_at(("header", header), _NO_TAGS.error())])
        tags = _TAG.findall(text)
        return cls(
            frozenset(tag for mark, tag in tags if not mark),
            frozenset(tag for mark, tag in tags if mark),
        )

    def matches_strongly(self, tag: str) -> bool:
        """Return True if a tag is in the list, both of them strong (RFC 9110 section 8.8.3.2)."""
        return self.is_any or tag in self.strong

    def matches_weakly(self, tag: str) -> bool:
        """Return True if a tag is in the list, whatever is weak (RFC 9110 section 8.8.3.2)."""
        return self.is_any or tag in self.strong or tag in self.weak


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a caller expects of the resource that they change."""

    if_match: TagList | None = None
    if_none_match: TagList | None = None

    def check(self, current: Callable[[], Resource]) -> None:
        """Compare with the resource as it is now; call this while its row is locked.

        Args:
            current: builds its representation; called only when there is something to compare.

        Raises:
            PreconditionFailed: it is not what the caller expects.
        """
        if self.if_match is None and self.if_none_match is None:
            return
        tag = current().etag()
        expected = self.if_match
        if expected is not None and not (expected.is_any or _own_state(tag) in map(_own_state, expected.strong)):
            raise PreconditionFailed
        if self.if_none_match is not None and self.if_none_match.matches_weakly(tag):
            raise PreconditionFailed


NO_PRECONDITION = Precondition()
"""For changes that no caller asked for."""


def _own_state(tag: str) -> str:
    own, dot, _ = tag.partition(".")
    return f'{own}"' if dot else own


async def precondition(
    request: Request,
    if_match: Annotated[
        list[str] | None,
        Header(alias="If-Match", description="Change the resource only while its ETag is one of these; `*` for any."),
    ] = None,
    if_none_match: Annotated[
        list[str] | None,
        Header(alias="If-None-Match", description="Change the resource only while its ETag is none of these."),
    ] = None,
) -> Precondition:
    """Read the preconditions of a change.

    Raises:
        PreconditionRequired: there is no If-Match, and the settings ask for one.
        RequestValidationError: a header is not a list of entity tags.
    """
    if if_match is None and request.app.state.settings.require_if_match:
        raise PreconditionRequired
    return Precondition(_tags("If-Match", if_match), _tags("If-None-Match", if_none_match))


Conditional = Annotated[Precondition, Depends(precondition)]


def _tags(header: str, values: Sequence[str] | None) -> TagList | None:
    # A header that comes twice is one list (RFC 9110 section 5.3).
    return TagList.parse(header, ", ".join(values)) if values else None


def answer_conditionally(request: Request, response: Response) -> Response:
    """Return the answer to a GET, or what its conditions make of it (RFC 9110 section 13.2.2).

    Args:
        request: the request.
        response: its answer, with an ETag header.

    Raises:
        PreconditionFailed: If-Match names other tags than the answer's.
    """
    if _CONDITIONS.isdisjoint(name for name, _ in request.scope["headers"]):
        return response
    tag = response.headers["etag"]
    expected, known = (_tags(name, request.headers.getlist(name)) for name in ("If-Match", "If-None-Match"))
    if expected is not None and not expected.matches_strongly(tag):
        raise PreconditionFailed
    if known is not None and known.matches_weakly(tag):
        repeated = {name: response.headers[name] for name in _REPEATED if name in response.headers}
        return Response(status_code=304, headers=repeated)
    return response
