from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.event import Event
from ...models.list_all_level_type_0 import ListAllLevelType0
from ...models.page_system_log_out import PageSystemLogOut
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    q: None | str | Unset = UNSET,
    level: ListAllLevelType0 | None | Unset = UNSET,
    event: Event | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    json_level: None | str | Unset
    if isinstance(level, Unset):
        json_level = UNSET
    elif isinstance(level, ListAllLevelType0):
        json_level = level.value
    else:
        json_level = level
    params["level"] = json_level

    json_event: None | str | Unset
    if isinstance(event, Unset):
        json_event = UNSET
    elif isinstance(event, Event):
        json_event = event.value
    else:
        json_event = event
    params["event"] = json_event

    json_request_id: None | str | Unset
    if isinstance(request_id, Unset):
        json_request_id = UNSET
    else:
        json_request_id = request_id
    params["request_id"] = json_request_id

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
        "url": "/api/logs/system",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageSystemLogOut | Problem | None:
    if response.status_code == 200:
        response_200 = PageSystemLogOut.from_dict(response.json())

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
) -> Response[PageSystemLogOut | Problem]:
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
    level: ListAllLevelType0 | None | Unset = UNSET,
    event: Event | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> Response[PageSystemLogOut | Problem]:
    """List All

     List what administrators did and what went wrong, newest first; `q` is part of a message.
    Administrators only.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        level (ListAllLevelType0 | None | Unset): Only entries of this level.
        event (Event | None | Unset): Only this event.
        request_id (None | str | Unset): Only what this request caused.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageSystemLogOut | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
        level=level,
        event=event,
        request_id=request_id,
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
    q: None | str | Unset = UNSET,
    level: ListAllLevelType0 | None | Unset = UNSET,
    event: Event | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> PageSystemLogOut | Problem | None:
    """List All

     List what administrators did and what went wrong, newest first; `q` is part of a message.
    Administrators only.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        level (ListAllLevelType0 | None | Unset): Only entries of this level.
        event (Event | None | Unset): Only this event.
        request_id (None | str | Unset): Only what this request caused.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageSystemLogOut | Problem
    """

    return sync_detailed(
        client=client,
        q=q,
        level=level,
        event=event,
        request_id=request_id,
        limit=limit,
        cursor=cursor,
        total=total,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    q: None | str | Unset = UNSET,
    level: ListAllLevelType0 | None | Unset = UNSET,
    event: Event | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> Response[PageSystemLogOut | Problem]:
    """List All

     List what administrators did and what went wrong, newest first; `q` is part of a message.
    Administrators only.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        level (ListAllLevelType0 | None | Unset): Only entries of this level.
        event (Event | None | Unset): Only this event.
        request_id (None | str | Unset): Only what this request caused.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageSystemLogOut | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
        level=level,
        event=event,
        request_id=request_id,
        limit=limit,
        cursor=cursor,
        total=total,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    q: None | str | Unset = UNSET,
    level: ListAllLevelType0 | None | Unset = UNSET,
    event: Event | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
) -> PageSystemLogOut | Problem | None:
    """List All

     List what administrators did and what went wrong, newest first; `q` is part of a message.
    Administrators only.

    Args:
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        level (ListAllLevelType0 | None | Unset): Only entries of this level.
        event (Event | None | Unset): Only this event.
        request_id (None | str | Unset): Only what this request caused.
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageSystemLogOut | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            q=q,
            level=level,
            event=event,
            request_id=request_id,
            limit=limit,
            cursor=cursor,
            total=total,
        )
    ).parsed
