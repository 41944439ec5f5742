"""A person's download of what a service has of them: one JSON document, saved as a file.

A document with long lists is written member by member, and the lists batch by batch: it needs neither memory for all of
it nor a connection while its reader is slow.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from starlette.responses import Response, StreamingResponse

from service_kit.database.admission import Admission
from service_kit.database.sessions import Database

_BATCH = 500
_JSON = "application/json"

Item = TypeVar("Item")


def download(file_name: str, document: BaseModel) -> Response:
    """Return the download of a short document.

    Args:
        file_name: what it is saved as.
        document: its content.
    """
    return Response(document.model_dump_json(), media_type=_JSON, headers=_headers(file_name))


def long_download(
    file_name: str, lists: Mapping[str, Iterable[Sequence[BaseModel]]], admission: Admission
) -> StreamingResponse:
    """Return the download of a document that has nothing but lists.

    Args:
        file_name: what it is saved as.
        lists: by their names; each in batches.
        admission: gives each batch its turn at the database.
    """
    return StreamingResponse(admission.stream(_document(lists)), media_type=_JSON, headers=_headers(file_name))


def in_batches(
    database: Database,
    statement: Select[Item],
    *,
    created_at: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[UUID],
) -> Iterator[Sequence[Item]]:
    """Read the rows of a statement, oldest first, each batch in a session of its own.

    Args:
        database: where they are.
        statement: which rows; without order and limit.
        created_at: the column to sort by.
        key: unique column that breaks ties.
    """
    place = tuple_(created_at, key)
    statement = statement.order_by(created_at, key).limit(_BATCH)
    following = statement
    while True:
        with database.session() as session:
            items = session.scalars(following).all()
        yield items
        if len(items) < _BATCH:
            return
        following = statement.where(place > tuple_(*(getattr(items[-1], column.key) for column in (created_at, key))))


def _document(lists: Mapping[str, Iterable[Sequence[BaseModel]]]) -> Iterator[bytes]:
    before = b"{"
    for name, batches in lists.items():
        yield before + json.dumps(name).encode() + b":["
        yield from _items(batches)
        before = b"],"
    yield b"]}" if lists else b"{}"


def _items(batches: Iterable[Sequence[BaseModel]]) -> Iterator[bytes]:
    before = b""
    for batch in batches:
        if batch:
            yield before + b",".join(item.model_dump_json().encode() for item in batch)
            before = b","


def _headers(file_name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
