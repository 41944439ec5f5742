from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.embedding_change_out import EmbeddingChangeOut
from ...models.embedding_change_request import EmbeddingChangeRequest
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    knowledge_base_id: UUID,
    *,
    body: EmbeddingChangeRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/knowledgebase/{knowledge_base_id}/embedding-change".format(
            knowledge_base_id=quote(str(knowledge_base_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EmbeddingChangeOut | Problem | None:
    if response.status_code == 202:
        response_202 = EmbeddingChangeOut.from_dict(response.json())

        return response_202

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
) -> Response[EmbeddingChangeOut | Problem]:
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
    body: EmbeddingChangeRequest,
) -> Response[EmbeddingChangeOut | Problem]:
    """Request

     Give a knowledge base the vectors of another model; administrators only.

    They are made in the background. Until all are there, the old ones are searched; then they are
    swapped at once.

    Args:
        knowledge_base_id (UUID):
        body (EmbeddingChangeRequest): Which model is to make the vectors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EmbeddingChangeOut | Problem]
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
    body: EmbeddingChangeRequest,
) -> EmbeddingChangeOut | Problem | None:
    """Request

     Give a knowledge base the vectors of another model; administrators only.

    They are made in the background. Until all are there, the old ones are searched; then they are
    swapped at once.

    Args:
        knowledge_base_id (UUID):
        body (EmbeddingChangeRequest): Which model is to make the vectors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EmbeddingChangeOut | Problem
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
    body: EmbeddingChangeRequest,
) -> Response[EmbeddingChangeOut | Problem]:
    """Request

     Give a knowledge base the vectors of another model; administrators only.

    They are made in the background. Until all are there, the old ones are searched; then they are
    swapped at once.

    Args:
        knowledge_base_id (UUID):
        body (EmbeddingChangeRequest): Which model is to make the vectors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EmbeddingChangeOut | Problem]
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
    body: EmbeddingChangeRequest,
) -> EmbeddingChangeOut | Problem | None:
    """Request

     Give a knowledge base the vectors of another model; administrators only.

    They are made in the background. Until all are there, the old ones are searched; then they are
    swapped at once.

    Args:
        knowledge_base_id (UUID):
        body (EmbeddingChangeRequest): Which model is to make the vectors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EmbeddingChangeOut | Problem
    """

    return (
        await asyncio_detailed(
            knowledge_base_id=knowledge_base_id,
            client=client,
            body=body,
        )
    ).parsed
