from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.service_token_out import ServiceTokenOut
from ...models.token_form import TokenForm
from ...models.tokens_out import TokensOut
from ...types import Response


def _get_kwargs(
    *,
    body: TokenForm,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/token",
    }

    _kwargs["data"] = body.to_dict()
    headers["Content-Type"] = "application/x-www-form-urlencoded"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ServiceTokenOut | TokensOut | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> ServiceTokenOut | TokensOut:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = TokensOut.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = ServiceTokenOut.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

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

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

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
) -> Response[Problem | ServiceTokenOut | TokensOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: TokenForm,
) -> Response[Problem | ServiceTokenOut | TokensOut]:
    """Token

     Sign in with a form, as the docs page's Authorize button does; the user name is the email.

    Services get tokens of their own with `grant_type=client_credentials`.

    Args:
        body (TokenForm): The password grant of OAuth 2.0 (RFC 6749 section 4.3.2), as the docs
            page's Authorize button sends it; or the
            client credentials of a service (section 4.4.2), in the form or as HTTP Basic.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ServiceTokenOut | TokensOut]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: TokenForm,
) -> Problem | ServiceTokenOut | TokensOut | None:
    """Token

     Sign in with a form, as the docs page's Authorize button does; the user name is the email.

    Services get tokens of their own with `grant_type=client_credentials`.

    Args:
        body (TokenForm): The password grant of OAuth 2.0 (RFC 6749 section 4.3.2), as the docs
            page's Authorize button sends it; or the
            client credentials of a service (section 4.4.2), in the form or as HTTP Basic.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ServiceTokenOut | TokensOut
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: TokenForm,
) -> Response[Problem | ServiceTokenOut | TokensOut]:
    """Token

     Sign in with a form, as the docs page's Authorize button does; the user name is the email.

    Services get tokens of their own with `grant_type=client_credentials`.

    Args:
        body (TokenForm): The password grant of OAuth 2.0 (RFC 6749 section 4.3.2), as the docs
            page's Authorize button sends it; or the
            client credentials of a service (section 4.4.2), in the form or as HTTP Basic.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ServiceTokenOut | TokensOut]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: TokenForm,
) -> Problem | ServiceTokenOut | TokensOut | None:
    """Token

     Sign in with a form, as the docs page's Authorize button does; the user name is the email.

    Services get tokens of their own with `grant_type=client_credentials`.

    Args:
        body (TokenForm): The password grant of OAuth 2.0 (RFC 6749 section 4.3.2), as the docs
            page's Authorize button sends it; or the
            client credentials of a service (section 4.4.2), in the form or as HTTP Basic.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ServiceTokenOut | TokensOut
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
