"""Pages of lists: newest first by key, or by number; an opaque cursor, the total on request.

A cursor belongs to the list that gave it out: it carries a fingerprint of the list's address and filters, so that a
walk that goes on with other filters is refused instead of leaving items out.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service_kit.http.problems import Problem
from service_kit.http.schemas import ResponseModel

Item = TypeVar("Item")


_PAGING = frozenset({"limit", "cursor", "total"})
_FINGERPRINT_BYTES = 9
_LARGEST_INDEX = 2**31 - 1

Limit = Annotated[int, Query(ge=1, le=100, description="Items a page.")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next_cursor` of the page before, with the same filters.")
]
Total = Annotated[bool, Query(description="Count all items too.")]


class InvalidCursor(Problem, status=422, code="INVALID_CURSOR"):
    """The cursor is not one that this list gave out with these filters; start again without it."""


class Page(ResponseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(description="Send it back as `cursor` for the next page; null on the last one.")
    total: int | None = Field(description="How many there are in all; null unless `total=true` was asked for.")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """What a repository returns for one page; `Page.model_validate` accepts it."""

    items: Sequence[Item]
    next_cursor: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class ListCursors:
    """Writes and reads the cursors of one list.

    Attributes:
        fingerprint: tells the list, with its filters, from every other one.
    """

    fingerprint: str

    @classmethod
    def of(cls, request: Request) -> "ListCursors":
        """Return those of the list that a request asks for."""
        filters = sorted(item for item in request.query_params.multi_items() if item[0] not in _PAGING)
        identity = json.dumps([request.scope["path"], filters]).encode()
        return cls(base64.urlsafe_b64encode(sha256(identity).digest()[:_FINGERPRINT_BYTES]).decode())

    def write(self, *position: str | int) -> str:
        """Return an opaque cursor for a position in the list."""
        text = json.dumps([self.fingerprint, *position], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, cursor: str) -> list[Any]:
        """Return the position that a cursor stands for; its parts may be of any type that JSON has.

        Raises:
            InvalidCursor: it was not written for this list.
        """
        try:
            content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        except (ValueError, binascii.Error, RecursionError) as error:
            raise InvalidCursor from error
        if not isinstance(content, list) or content[:1] != [self.fingerprint]:
            raise InvalidCursor
        return content[1:]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page a caller asked for of a list that is sorted by time and key."""

    limit: int
    after: tuple[datetime, UUID] | None
    total: bool
    cursors: ListCursors


async def page_request(request: Request, limit: Limit = 20, cursor: Cursor = None, total: Total = False) -> PageRequest:
    """Read the paging parameters of a request.

    Raises:
        InvalidCursor: the cursor is not one of this list.
    """
    cursors = ListCursors.of(request)
    return PageRequest(limit, _key(cursors.read(cursor)) if cursor else None, total, cursors)


Paging = Annotated[PageRequest, Depends(page_request)]


def _key(position: Sequence[Any]) -> tuple[datetime, UUID]:
    try:
        created_at, key = position
        moment, identity = datetime.fromisoformat(created_at), UUID(key)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor from error
    if moment.tzinfo is None:
        raise InvalidCursor
    return moment, identity


@dataclass(frozen=True, slots=True)
class NumberedPageRequest:
    """Which page a caller asked for of a list whose items are numbered from 0."""

    limit: int
    start: int
    total: bool
    cursors: ListCursors

    def of(self, items: Sequence[Item]) -> Slice[Item]:
        """Return the page of a list that is there whole."""
        end = self.start + self.limit
        next_cursor = self.cursors.write(end) if end < len(items) else None
        return Slice(list(items[self.start : end]), next_cursor, len(items) if self.total else None)


async def numbered_page_request(
    request: Request, limit: Limit = 20, cursor: Cursor = None, total: Total = False
) -> NumberedPageRequest:
    """Read the paging parameters of a request.

    Raises:
        InvalidCursor: the cursor is not one of this list.
    """
    cursors = ListCursors.of(request)
    start = 0
    if cursor:
        position = cursors.read(cursor)
        if len(position) != 1 or type(position[0]) is not int or not 0 <= position[0] <= _LARGEST_INDEX:
            raise InvalidCursor
        (start,) = position
    return NumberedPageRequest(limit, start, total, cursors)


NumberedPaging = Annotated[NumberedPageRequest, Depends(numbered_page_request)]


def paginate(
    session: Session,
    statement: Select[Item],
    page: PageRequest,
    *,
    created_at: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[UUID],
) -> Slice[Item]:
    """Run a statement for one page, newest first.

    Args:
        session: the session to run it in.
        statement: which rows the caller may see; without order and limit.
        page: which page.
        created_at: the column to sort by, descending.
        key: unique column that breaks ties.

    Returns:
        The items, the cursor of the next page, and the total if it was asked for.
    """
    total = session.scalar(select(func.count()).select_from(statement.subquery())) if page.total else None
    if page.after is not None:
        statement = statement.where(tuple_(created_at, key) < tuple_(*page.after))
    rows: list[Any] = list(
        session.scalars(statement.order_by(created_at.desc(), key.desc()).limit(page.limit + 1)).unique()
    )
    items, more = rows[: page.limit], len(rows) > page.limit
    next_cursor = None
    if more:
        moment, identity = getattr(items[-1], created_at.key), getattr(items[-1], key.key)
        next_cursor = page.cursors.write(moment.isoformat(), str(identity))
    return Slice(items, next_cursor, total)
