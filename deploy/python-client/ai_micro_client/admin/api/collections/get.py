from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.collection_with_documents import CollectionWithDocuments
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    collection_id: UUID,
    *,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["total"] = total

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/collections/{collection_id}".format(
            collection_id=quote(str(collection_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | CollectionWithDocuments | Problem | None:
    if response.status_code == 200:
        response_200 = CollectionWithDocuments.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

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
) -> Response[Any | CollectionWithDocuments | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    collection_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | CollectionWithDocuments | Problem]:
    """Get

     Return a collection with a page of its documents; `limit`, `cursor` and `total` page the documents.

    Args:
        collection_id (UUID):
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CollectionWithDocuments | Problem]
    """

    kwargs = _get_kwargs(
        collection_id=collection_id,
        limit=limit,
        cursor=cursor,
        total=total,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    collection_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    if_none_match: str | Unset = UNSET,
) -> Any | CollectionWithDocuments | Problem | None:
    """Get

     Return a collection with a page of its documents; `limit`, `cursor` and `total` page the documents.

    Args:
        collection_id (UUID):
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CollectionWithDocuments | Problem
    """

    return sync_detailed(
        collection_id=collection_id,
        client=client,
        limit=limit,
        cursor=cursor,
        total=total,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    collection_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | CollectionWithDocuments | Problem]:
    """Get

     Return a collection with a page of its documents; `limit`, `cursor` and `total` page the documents.

    Args:
        collection_id (UUID):
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CollectionWithDocuments | Problem]
    """

    kwargs = _get_kwargs(
        collection_id=collection_id,
        limit=limit,
        cursor=cursor,
        total=total,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    collection_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    if_none_match: str | Unset = UNSET,
) -> Any | CollectionWithDocuments | Problem | None:
    """Get

     Return a collection with a page of its documents; `limit`, `cursor` and `total` page the documents.

    Args:
        collection_id (UUID):
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CollectionWithDocuments | Problem
    """

    return (
        await asyncio_detailed(
            collection_id=collection_id,
            client=client,
            limit=limit,
            cursor=cursor,
            total=total,
            if_none_match=if_none_match,
        )
    ).parsed
