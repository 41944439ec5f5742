from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.page_account_out import PageAccountOut
from ...models.problem import Problem
from ...models.search_role_type_0 import SearchRoleType0
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    q: None | str | Unset = UNSET,
    is_active: bool | None | Unset = UNSET,
    is_approved: bool | None | Unset = UNSET,
    role: None | SearchRoleType0 | Unset = UNSET,
    id: list[UUID] | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["total"] = total

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    json_is_active: bool | None | Unset
    if isinstance(is_active, Unset):
        json_is_active = UNSET
    else:
        json_is_active = is_active
    params["is_active"] = json_is_active

    json_is_approved: bool | None | Unset
    if isinstance(is_approved, Unset):
        json_is_approved = UNSET
    else:
        json_is_approved = is_approved
    params["is_approved"] = json_is_approved

    json_role: None | str | Unset
    if isinstance(role, Unset):
        json_role = UNSET
    elif isinstance(role, SearchRoleType0):
        json_role = role.value
    else:
        json_role = role
    params["role"] = json_role

    json_id: list[str] | None | Unset
    if isinstance(id, Unset):
        json_id = UNSET
    elif isinstance(id, list):
        json_id = []
        for id_type_0_item_data in id:
            id_type_0_item = str(id_type_0_item_data)
            json_id.append(id_type_0_item)

    else:
        json_id = id
    params["id"] = json_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/auth/users",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageAccountOut | Problem | None:
    if response.status_code == 200:
        response_200 = PageAccountOut.from_dict(response.json())

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
) -> Response[PageAccountOut | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    q: None | str | Unset = UNSET,
    is_active: bool | None | Unset = UNSET,
    is_approved: bool | None | Unset = UNSET,
    role: None | SearchRoleType0 | Unset = UNSET,
    id: list[UUID] | None | Unset = UNSET,
) -> Response[PageAccountOut | Problem]:
    """Search

     List accounts, newest first, for administrators; `q` is part of an email.

    Args:
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        is_active (bool | None | Unset): Only accounts that are active, or that are not.
        is_approved (bool | None | Unset): Only accounts whose sign-up is approved, or that wait
            for it.
        role (None | SearchRoleType0 | Unset): Only accounts that have this role.
        id (list[UUID] | None | Unset): Only these accounts; given once for each. Unknown ids are
            left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAccountOut | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        total=total,
        q=q,
        is_active=is_active,
        is_approved=is_approved,
        role=role,
        id=id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    q: None | str | Unset = UNSET,
    is_active: bool | None | Unset = UNSET,
    is_approved: bool | None | Unset = UNSET,
    role: None | SearchRoleType0 | Unset = UNSET,
    id: list[UUID] | None | Unset = UNSET,
) -> PageAccountOut | Problem | None:
    """Search

     List accounts, newest first, for administrators; `q` is part of an email.

    Args:
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        is_active (bool | None | Unset): Only accounts that are active, or that are not.
        is_approved (bool | None | Unset): Only accounts whose sign-up is approved, or that wait
            for it.
        role (None | SearchRoleType0 | Unset): Only accounts that have this role.
        id (list[UUID] | None | Unset): Only these accounts; given once for each. Unknown ids are
            left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAccountOut | Problem
    """

    return sync_detailed(
        client=client,
        limit=limit,
        cursor=cursor,
        total=total,
        q=q,
        is_active=is_active,
        is_approved=is_approved,
        role=role,
        id=id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    q: None | str | Unset = UNSET,
    is_active: bool | None | Unset = UNSET,
    is_approved: bool | None | Unset = UNSET,
    role: None | SearchRoleType0 | Unset = UNSET,
    id: list[UUID] | None | Unset = UNSET,
) -> Response[PageAccountOut | Problem]:
    """Search

     List accounts, newest first, for administrators; `q` is part of an email.

    Args:
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        is_active (bool | None | Unset): Only accounts that are active, or that are not.
        is_approved (bool | None | Unset): Only accounts whose sign-up is approved, or that wait
            for it.
        role (None | SearchRoleType0 | Unset): Only accounts that have this role.
        id (list[UUID] | None | Unset): Only these accounts; given once for each. Unknown ids are
            left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAccountOut | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        total=total,
        q=q,
        is_active=is_active,
        is_approved=is_approved,
        role=role,
        id=id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    total: bool | Unset = False,
    q: None | str | Unset = UNSET,
    is_active: bool | None | Unset = UNSET,
    is_approved: bool | None | Unset = UNSET,
    role: None | SearchRoleType0 | Unset = UNSET,
    id: list[UUID] | None | Unset = UNSET,
) -> PageAccountOut | Problem | None:
    """Search

     List accounts, newest first, for administrators; `q` is part of an email.

    Args:
        limit (int | Unset): Items a page. Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before, with the same filters.
        total (bool | Unset): Count all items too. Default: False.
        q (None | str | Unset): Part of a name. Width, case, kind of kana and white space do not
            count.
        is_active (bool | None | Unset): Only accounts that are active, or that are not.
        is_approved (bool | None | Unset): Only accounts whose sign-up is approved, or that wait
            for it.
        role (None | SearchRoleType0 | Unset): Only accounts that have this role.
        id (list[UUID] | None | Unset): Only these accounts; given once for each. Unknown ids are
            left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAccountOut | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            limit=limit,
            cursor=cursor,
            total=total,
            q=q,
            is_active=is_active,
            is_approved=is_approved,
            role=role,
            id=id,
        )
    ).parsed
