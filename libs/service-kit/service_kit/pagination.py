"""Keyset pagination: newest first, an opaque cursor, the total on request."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service_kit.problems import Problem
from service_kit.schemas import ResponseModel

Item = TypeVar("Item")


class InvalidCursor(Problem, status=422, code="INVALID_CURSOR"):
    """The cursor is not one that this list gave out; start again without it."""


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
class PageRequest:
    """Which page a caller asked for."""

    limit: int
    after: tuple[datetime, UUID] | None
    total: bool


async def page_request(
    limit: Annotated[int, Query(ge=1, le=100, description="Items a page.")] = 20,
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")] = None,
    total: Annotated[bool, Query(description="Count all items too.")] = False,
) -> PageRequest:
    """Read the paging parameters of a request.

    Raises:
        InvalidCursor: the cursor does not decode.
    """
    return PageRequest(limit, decode_cursor(cursor) if cursor else None, total)


Paging = Annotated[PageRequest, Depends(page_request)]


def encode_cursor(created_at: datetime, key: UUID) -> str:
    """Return an opaque cursor for the item with this sort key."""
    text = json.dumps([created_at.isoformat(), str(key)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return the sort key that a cursor stands for.

    Raises:
        InvalidCursor: it was not made by `encode_cursor`.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        created_at, key = json.loads(raw)
        moment = datetime.fromisoformat(created_at)
        identity = UUID(key)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise InvalidCursor from error
    if moment.tzinfo is None:
        raise InvalidCursor
    return moment, identity


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
    next_cursor = encode_cursor(getattr(items[-1], created_at.key), getattr(items[-1], key.key)) if more else None
    return Slice(items, next_cursor, total)
