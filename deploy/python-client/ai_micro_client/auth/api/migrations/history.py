from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.page_attempt_out import PageAttemptOut
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    revision: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_revision: None | str | Unset
    if isinstance(revision, Unset):
        json_revision = UNSET
    else:
        json_revision = revision
    params["revision"] = json_revision

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
        "url": "/migrations/history",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageAttemptOut | Problem | None:
    if response.status_code == 200:
        response_200 = PageAttemptOut.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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
) -> Response[PageAttemptOut | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    revision: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> Response[PageAttemptOut | Problem]:
    """History

     List the attempts to migrate the database, newest first; administrators only.

    Args:
        revision (None | str | Unset): Only those of this revision.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAttemptOut | Problem]
    """

    kwargs = _get_kwargs(
        revision=revision,
        limit=limit,
        cursor=cursor,
        total=total,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    revision: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> PageAttemptOut | Problem | None:
    """History

     List the attempts to migrate the database, newest first; administrators only.

    Args:
        revision (None | str | Unset): Only those of this revision.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAttemptOut | Problem
    """

    return sync_detailed(
        client=client,
        revision=revision,
        limit=limit,
        cursor=cursor,
        total=total,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    revision: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> Response[PageAttemptOut | Problem]:
    """History

     List the attempts to migrate the database, newest first; administrators only.

    Args:
        revision (None | str | Unset): Only those of this revision.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAttemptOut | Problem]
    """

    kwargs = _get_kwargs(
        revision=revision,
        limit=limit,
        cursor=cursor,
        total=total,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    revision: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> PageAttemptOut | Problem | None:
    """History

     List the attempts to migrate the database, newest first; administrators only.

    Args:
        revision (None | str | Unset): Only those of this revision.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAttemptOut | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            revision=revision,
            limit=limit,
            cursor=cursor,
            total=total,
        )
    ).parsed
