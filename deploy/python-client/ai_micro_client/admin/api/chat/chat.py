from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.chat_answer import ChatAnswer
from ...models.chat_request import ChatRequest
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    knowledge_base_id: UUID,
    *,
    body: ChatRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/knowledgebase/{knowledge_base_id}/chat".format(
            knowledge_base_id=quote(str(knowledge_base_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ChatAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = ChatAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = Problem.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ChatAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    knowledge_base_id: UUID,
    *,
    client: AuthenticatedClient,
    body: ChatRequest,
) -> Response[ChatAnswer | Problem]:
    """Chat

     Answer a question from the documents of a knowledge base, with citations, or say that they have no
    answer.

    With `Accept: text/event-stream` the answer comes as events: `token` (`{"text"}`) as often as there
    are pieces, then
    `citations` (`{"citations"}`) and `done` (the whole answer), or `error` (a problem document).

    Args:
        knowledge_base_id (UUID):
        body (ChatRequest): A question.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChatAnswer | Problem]
    """

    kwargs = _get_kwargs(
        knowledge_base_id=knowledge_base_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    knowledge_base_id: UUID,
    *,
    client: AuthenticatedClient,
    body: ChatRequest,
) -> ChatAnswer | Problem | None:
    """Chat

     Answer a question from the documents of a knowledge base, with citations, or say that they have no
    answer.

    With `Accept: text/event-stream` the answer comes as events: `token` (`{"text"}`) as often as there
    are pieces, then
    `citations` (`{"citations"}`) and `done` (the whole answer), or `error` (a problem document).

    Args:
        knowledge_base_id (UUID):
        body (ChatRequest): A question.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChatAnswer | Problem
    """

    return sync_detailed(
        knowledge_base_id=knowledge_base_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    knowledge_base_id: UUID,
    *,
    client: AuthenticatedClient,
    body: ChatRequest,
) -> Response[ChatAnswer | Problem]:
    """Chat

     Answer a question from the documents of a knowledge base, with citations, or say that they have no
    answer.

    With `Accept: text/event-stream` the answer comes as events: `token` (`{"text"}`) as often as there
    are pieces, then
    `citations` (`{"citations"}`) and `done` (the whole answer), or `error` (a problem document).

    Args:
        knowledge_base_id (UUID):
        body (ChatRequest): A question.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChatAnswer | Problem]
    """

    kwargs = _get_kwargs(
        knowledge_base_id=knowledge_base_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    knowledge_base_id: UUID,
    *,
    client: AuthenticatedClient,
    body: ChatRequest,
) -> ChatAnswer | Problem | None:
    """Chat

     Answer a question from the documents of a knowledge base, with citations, or say that they have no
    answer.

    With `Accept: text/event-stream` the answer comes as events: `token` (`{"text"}`) as often as there
    are pieces, then
    `citations` (`{"citations"}`) and `done` (the whole answer), or `error` (a problem document).

    Args:
        knowledge_base_id (UUID):
        body (ChatRequest): A question.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChatAnswer | Problem
    """

    return (
        await asyncio_detailed(
            knowledge_base_id=knowledge_base_id,
            client=client,
            body=body,
        )
    ).parsed
