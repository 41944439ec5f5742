import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.media_type import MediaType
from ...models.page_document_out import PageDocumentOut
from ...models.problem import Problem
from ...models.status import Status
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    q: None | str | Unset = UNSET,
    knowledge_base_id: None | Unset | UUID = UNSET,
    collection_id: None | Unset | UUID = UNSET,
    status: None | Status | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    media_type: MediaType | None | Unset = UNSET,
    tag: None | str | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_before: datetime.datetime | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    json_knowledge_base_id: None | str | Unset
    if isinstance(knowledge_base_id, Unset):
        json_knowledge_base_id = UNSET
    elif isinstance(knowledge_base_id, UUID):
        json_knowledge_base_id = str(knowledge_base_id)
    else:
        json_knowledge_base_id = knowledge_base_id
    params["knowledge_base_id"] = json_knowledge_base_id

    json_collection_id: None | str | Unset
    if isinstance(collection_id, Unset):
        json_collection_id = UNSET
    elif isinstance(collection_id, UUID):
        json_collection_id = str(collection_id)
    else:
        json_collection_id = collection_id
    params["collection_id"] = json_collection_id

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, Status):
        json_status = status.value
    else:
        json_status = status
    params["status"] = json_status

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["total"] = total

    json_media_type: None | str | Unset
    if isinstance(media_type, Unset):
        json_media_type = UNSET
    elif isinstance(media_type, MediaType):
        json_media_type = media_type.value
    else:
        json_media_type = media_type
    params["media_type"] = json_media_type

    json_tag: None | str | Unset
    if isinstance(tag, Unset):
        json_tag = UNSET
    else:
        json_tag = tag
    params["tag"] = json_tag

    json_created_from: None | str | Unset
    if isinstance(created_from, Unset):
        json_created_from = UNSET
    elif isinstance(created_from, datetime.datetime):
        json_created_from = created_from.isoformat()
    else:
        json_created_from = created_from
    params["created_from"] = json_created_from

    json_created_before: None | str | Unset
    if isinstance(created_before, Unset):
        json_created_before = UNSET
    elif isinstance(created_before, datetime.datetime):
        json_created_before = created_before.isoformat()
    else:
        json_created_before = created_before
    params["created_before"] = json_created_before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/documents",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageDocumentOut | Problem | None:
    if response.status_code == 200:
        response_200 = PageDocumentOut.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PageDocumentOut | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    q: None | str | Unset = UNSET,
    knowledge_base_id: None | Unset | UUID = UNSET,
    collection_id: None | Unset | UUID = UNSET,
    status: None | Status | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    media_type: MediaType | None | Unset = UNSET,
    tag: None | str | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_before: datetime.datetime | None | Unset = UNSET,
) -> Response[PageDocumentOut | Problem]:
    """List Readable

     List the documents that the caller may read, newest first; `q` is part of a title or a file's name.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        knowledge_base_id (None | Unset | UUID): Only documents of this one.
        collection_id (None | Unset | UUID): Only documents of this one.
        status (None | Status | Unset): Only documents in this state.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        media_type (MediaType | None | Unset): Only documents of this format.
        tag (None | str | Unset): Only documents with this tag.
        created_from (datetime.datetime | None | Unset): Only documents uploaded then or later.
        created_before (datetime.datetime | None | Unset): Only documents uploaded before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDocumentOut | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
        knowledge_base_id=knowledge_base_id,
        collection_id=collection_id,
        status=status,
        limit=limit,
        cursor=cursor,
        total=total,
        media_type=media_type,
        tag=tag,
        created_from=created_from,
        created_before=created_before,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    q: None | str | Unset = UNSET,
    knowledge_base_id: None | Unset | UUID = UNSET,
    collection_id: None | Unset | UUID = UNSET,
    status: None | Status | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    media_type: MediaType | None | Unset = UNSET,
    tag: None | str | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_before: datetime.datetime | None | Unset = UNSET,
) -> PageDocumentOut | Problem | None:
    """List Readable

     List the documents that the caller may read, newest first; `q` is part of a title or a file's name.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        knowledge_base_id (None | Unset | UUID): Only documents of this one.
        collection_id (None | Unset | UUID): Only documents of this one.
        status (None | Status | Unset): Only documents in this state.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        media_type (MediaType | None | Unset): Only documents of this format.
        tag (None | str | Unset): Only documents with this tag.
        created_from (datetime.datetime | None | Unset): Only documents uploaded then or later.
        created_before (datetime.datetime | None | Unset): Only documents uploaded before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDocumentOut | Problem
    """

    return sync_detailed(
        client=client,
        q=q,
        knowledge_base_id=knowledge_base_id,
        collection_id=collection_id,
        status=status,
        limit=limit,
        cursor=cursor,
        total=total,
        media_type=media_type,
        tag=tag,
        created_from=created_from,
        created_before=created_before,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    q: None | str | Unset = UNSET,
    knowledge_base_id: None | Unset | UUID = UNSET,
    collection_id: None | Unset | UUID = UNSET,
    status: None | Status | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    media_type: MediaType | None | Unset = UNSET,
    tag: None | str | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_before: datetime.datetime | None | Unset = UNSET,
) -> Response[PageDocumentOut | Problem]:
    """List Readable

     List the documents that the caller may read, newest first; `q` is part of a title or a file's name.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        knowledge_base_id (None | Unset | UUID): Only documents of this one.
        collection_id (None | Unset | UUID): Only documents of this one.
        status (None | Status | Unset): Only documents in this state.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        media_type (MediaType | None | Unset): Only documents of this format.
        tag (None | str | Unset): Only documents with this tag.
        created_from (datetime.datetime | None | Unset): Only documents uploaded then or later.
        created_before (datetime.datetime | None | Unset): Only documents uploaded before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDocumentOut | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
        knowledge_base_id=knowledge_base_id,
        collection_id=collection_id,
        status=status,
        limit=limit,
        cursor=cursor,
        total=total,
        media_type=media_type,
        tag=tag,
        created_from=created_from,
        created_before=created_before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    q: None | str | Unset = UNSET,
    knowledge_base_id: None | Unset | UUID = UNSET,
    collection_id: None | Unset | UUID = UNSET,
    status: None | Status | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    media_type: MediaType | None | Unset = UNSET,
    tag: None | str | Unset = UNSET,
    created_from: datetime.datetime | None | Unset = UNSET,
    created_before: datetime.datetime | None | Unset = UNSET,
) -> PageDocumentOut | Problem | None:
    """List Readable

     List the documents that the caller may read, newest first; `q` is part of a title or a file's name.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        knowledge_base_id (None | Unset | UUID): Only documents of this one.
        collection_id (None | Unset | UUID): Only documents of this one.
        status (None | Status | Unset): Only documents in this state.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        media_type (MediaType | None | Unset): Only documents of this format.
        tag (None | str | Unset): Only documents with this tag.
        created_from (datetime.datetime | None | Unset): Only documents uploaded then or later.
        created_before (datetime.datetime | None | Unset): Only documents uploaded before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDocumentOut | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            q=q,
            knowledge_base_id=knowledge_base_id,
            collection_id=collection_id,
            status=status,
            limit=limit,
            cursor=cursor,
            total=total,
            media_type=media_type,
            tag=tag,
            created_from=created_from,
            created_before=created_before,
        )
    ).parsed
