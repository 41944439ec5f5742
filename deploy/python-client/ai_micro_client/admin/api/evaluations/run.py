from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.evaluation_run_out import EvaluationRunOut
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    evaluation_id: UUID,
    run_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/evaluations/{evaluation_id}/runs/{run_id}".format(
            evaluation_id=quote(str(evaluation_id), safe=""),
            run_id=quote(str(run_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EvaluationRunOut | Problem | None:
    if response.status_code == 200:
        response_200 = EvaluationRunOut.from_dict(response.json())

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
) -> Response[EvaluationRunOut | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    evaluation_id: UUID,
    run_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[EvaluationRunOut | Problem]:
    """Run

     Return a run with its figures and the settings that it was made with.

    Args:
        evaluation_id (UUID):
        run_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationRunOut | Problem]
    """

    kwargs = _get_kwargs(
        evaluation_id=evaluation_id,
        run_id=run_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    evaluation_id: UUID,
    run_id: UUID,
    *,
    client: AuthenticatedClient,
) -> EvaluationRunOut | Problem | None:
    """Run

     Return a run with its figures and the settings that it was made with.

    Args:
        evaluation_id (UUID):
        run_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationRunOut | Problem
    """

    return sync_detailed(
        evaluation_id=evaluation_id,
        run_id=run_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    evaluation_id: UUID,
    run_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[EvaluationRunOut | Problem]:
    """Run

     Return a run with its figures and the settings that it was made with.

    Args:
        evaluation_id (UUID):
        run_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationRunOut | Problem]
    """

    kwargs = _get_kwargs(
        evaluation_id=evaluation_id,
        run_id=run_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    evaluation_id: UUID,
    run_id: UUID,
    *,
    client: AuthenticatedClient,
) -> EvaluationRunOut | Problem | None:
    """Run

     Return a run with its figures and the settings that it was made with.

    Args:
        evaluation_id (UUID):
        run_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationRunOut | Problem
    """

    return (
        await asyncio_detailed(
            evaluation_id=evaluation_id,
            run_id=run_id,
            client=client,
        )
    ).parsed
