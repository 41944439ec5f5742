import datetime
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.export_action_type_0 import ExportActionType0
from ...models.export_result_type_0 import ExportResultType0
from ...models.export_service_type_0 import ExportServiceType0
from ...models.problem import Problem
from ...models.target_type import TargetType
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    actor_id: None | Unset | UUID = UNSET,
    action: ExportActionType0 | None | Unset = UNSET,
    target_type: None | TargetType | Unset = UNSET,
    target_id: None | str | Unset = UNSET,
    result: ExportResultType0 | None | Unset = UNSET,
    service: ExportServiceType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_actor_id: None | str | Unset
    if isinstance(actor_id, Unset):
        json_actor_id = UNSET
    elif isinstance(actor_id, UUID):
        json_actor_id = str(actor_id)
    else:
        json_actor_id = actor_id
    params["actor_id"] = json_actor_id

    json_action: None | str | Unset
    if isinstance(action, Unset):
        json_action = UNSET
    elif isinstance(action, ExportActionType0):
        json_action = action.value
    else:
        json_action = action
    params["action"] = json_action

    json_target_type: None | str | Unset
    if isinstance(target_type, Unset):
        json_target_type = UNSET
    elif isinstance(target_type, TargetType):
        json_target_type = target_type.value
    else:
        json_target_type = target_type
    params["target_type"] = json_target_type

    json_target_id: None | str | Unset
    if isinstance(target_id, Unset):
        json_target_id = UNSET
    else:
        json_target_id = target_id
    params["target_id"] = json_target_id

    json_result: None | str | Unset
    if isinstance(result, Unset):
        json_result = UNSET
    elif isinstance(result, ExportResultType0):
        json_result = result.value
    else:
        json_result = result
    params["result"] = json_result

    json_service: None | str | Unset
    if isinstance(service, Unset):
        json_service = UNSET
    elif isinstance(service, ExportServiceType0):
        json_service = service.value
    else:
        json_service = service
    params["service"] = json_service

    json_request_id: None | str | Unset
    if isinstance(request_id, Unset):
        json_request_id = UNSET
    else:
        json_request_id = request_id
    params["request_id"] = json_request_id

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.datetime):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    json_until: None | str | Unset
    if isinstance(until, Unset):
        json_until = UNSET
    elif isinstance(until, datetime.datetime):
        json_until = until.isoformat()
    else:
        json_until = until
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/logs/audit/export",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | str | None:
    if response.status_code == 200:
        response_200 = cast(str, response.content)
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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    actor_id: None | Unset | UUID = UNSET,
    action: ExportActionType0 | None | Unset = UNSET,
    target_type: None | TargetType | Unset = UNSET,
    target_id: None | str | Unset = UNSET,
    result: ExportResultType0 | None | Unset = UNSET,
    service: ExportServiceType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
) -> Response[Problem | str]:
    """Export

     Return audit events as JSON lines, in the order in which they happened; administrators only.

    Args:
        actor_id (None | Unset | UUID): Only acts of this account.
        action (ExportActionType0 | None | Unset): Only this code.
        target_type (None | TargetType | Unset): Only acts on such things.
        target_id (None | str | Unset): Only acts on this one.
        result (ExportResultType0 | None | Unset): Only acts that ended so.
        service (ExportServiceType0 | None | Unset): Only events of this service.
        request_id (None | str | Unset): Only acts of this request.
        since (datetime.datetime | None | Unset): Only from this moment on.
        until (datetime.datetime | None | Unset): Only before this moment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
        actor_id=actor_id,
        action=action,
        target_type=target_type,
        target_id=target_id,
        result=result,
        service=service,
        request_id=request_id,
        since=since,
        until=until,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    actor_id: None | Unset | UUID = UNSET,
    action: ExportActionType0 | None | Unset = UNSET,
    target_type: None | TargetType | Unset = UNSET,
    target_id: None | str | Unset = UNSET,
    result: ExportResultType0 | None | Unset = UNSET,
    service: ExportServiceType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
) -> Problem | str | None:
    """Export

     Return audit events as JSON lines, in the order in which they happened; administrators only.

    Args:
        actor_id (None | Unset | UUID): Only acts of this account.
        action (ExportActionType0 | None | Unset): Only this code.
        target_type (None | TargetType | Unset): Only acts on such things.
        target_id (None | str | Unset): Only acts on this one.
        result (ExportResultType0 | None | Unset): Only acts that ended so.
        service (ExportServiceType0 | None | Unset): Only events of this service.
        request_id (None | str | Unset): Only acts of this request.
        since (datetime.datetime | None | Unset): Only from this moment on.
        until (datetime.datetime | None | Unset): Only before this moment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | str
    """

    return sync_detailed(
        client=client,
        actor_id=actor_id,
        action=action,
        target_type=target_type,
        target_id=target_id,
        result=result,
        service=service,
        request_id=request_id,
        since=since,
        until=until,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    actor_id: None | Unset | UUID = UNSET,
    action: ExportActionType0 | None | Unset = UNSET,
    target_type: None | TargetType | Unset = UNSET,
    target_id: None | str | Unset = UNSET,
    result: ExportResultType0 | None | Unset = UNSET,
    service: ExportServiceType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
) -> Response[Problem | str]:
    """Export

     Return audit events as JSON lines, in the order in which they happened; administrators only.

    Args:
        actor_id (None | Unset | UUID): Only acts of this account.
        action (ExportActionType0 | None | Unset): Only this code.
        target_type (None | TargetType | Unset): Only acts on such things.
        target_id (None | str | Unset): Only acts on this one.
        result (ExportResultType0 | None | Unset): Only acts that ended so.
        service (ExportServiceType0 | None | Unset): Only events of this service.
        request_id (None | str | Unset): Only acts of this request.
        since (datetime.datetime | None | Unset): Only from this moment on.
        until (datetime.datetime | None | Unset): Only before this moment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
        actor_id=actor_id,
        action=action,
        target_type=target_type,
        target_id=target_id,
        result=result,
        service=service,
        request_id=request_id,
        since=since,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    actor_id: None | Unset | UUID = UNSET,
    action: ExportActionType0 | None | Unset = UNSET,
    target_type: None | TargetType | Unset = UNSET,
    target_id: None | str | Unset = UNSET,
    result: ExportResultType0 | None | Unset = UNSET,
    service: ExportServiceType0 | None | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
) -> Problem | str | None:
    """Export

     Return audit events as JSON lines, in the order in which they happened; administrators only.

    Args:
        actor_id (None | Unset | UUID): Only acts of this account.
        action (ExportActionType0 | None | Unset): Only this code.
        target_type (None | TargetType | Unset): Only acts on such things.
        target_id (None | str | Unset): Only acts on this one.
        result (ExportResultType0 | None | Unset): Only acts that ended so.
        service (ExportServiceType0 | None | Unset): Only events of this service.
        request_id (None | str | Unset): Only acts of this request.
        since (datetime.datetime | None | Unset): Only from this moment on.
        until (datetime.datetime | None | Unset): Only before this moment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | str
    """

    return (
        await asyncio_detailed(
            client=client,
            actor_id=actor_id,
            action=action,
            target_type=target_type,
            target_id=target_id,
            result=result,
            service=service,
            request_id=request_id,
            since=since,
            until=until,
        )
    ).parsed
