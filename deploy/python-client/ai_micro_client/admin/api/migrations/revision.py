from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.revision_out import RevisionOut
from ...types import Response


def _get_kwargs(
    revision: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/migrations/revisions/{revision}".format(
            revision=quote(str(revision), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | RevisionOut | None:
    if response.status_code == 200:
        response_200 = RevisionOut.from_dict(response.json())

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
) -> Response[Problem | RevisionOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    revision: str,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | RevisionOut]:
    """Revision

     Return a revision's SQL, its locks and what the linter finds; administrators only.

    Args:
        revision (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RevisionOut]
    """

    kwargs = _get_kwargs(
        revision=revision,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    revision: str,
    *,
    client: AuthenticatedClient,
) -> Problem | RevisionOut | None:
    """Revision

     Return a revision's SQL, its locks and what the linter finds; administrators only.

    Args:
        revision (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RevisionOut
    """

    return sync_detailed(
        revision=revision,
        client=client,
    ).parsed


async def asyncio_detailed(
    revision: str,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | RevisionOut]:
    """Revision

     Return a revision's SQL, its locks and what the linter finds; administrators only.

    Args:
        revision (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RevisionOut]
    """

    kwargs = _get_kwargs(
        revision=revision,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    revision: str,
    *,
    client: AuthenticatedClient,
) -> Problem | RevisionOut | None:
    """Revision

     Return a revision's SQL, its locks and what the linter finds; administrators only.

    Args:
        revision (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RevisionOut
    """

    return (
        await asyncio_detailed(
            revision=revision,
            client=client,
        )
    ).parsed
