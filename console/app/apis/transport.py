"""One request to one service, and what its answer means."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from app.apis.problems import (
    NO_ANSWER,
    NOT_REACHED,
    RefusedError,
    ServiceUnavailableError,
    SignedOutError,
    faults_of,
)
from app.language import translated_problem

CANNOT_WORK_NOW = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})


class Transport:
    """Sends requests to the services.

    Args:
        client: of service_kit, so that each call carries the request id and the trace.
        urls: of the services, by name.
    """

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the services."""
        return tuple(self._urls)

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
        **content: Any,  # noqa: ANN401 - passed on to httpx
    ) -> httpx.Response:
        """Send a request and return an answer that is a success.

        Args:
            service: its name.
            method: of the request.
            path: with its slash.
            headers: of the request.
            stream: leave the answer's body unread; the caller closes it.
            content: `params`, `json`, `data`, `content` as httpx takes them.

        Raises:
            SignedOutError: the service does not accept the token, or there is none.
            ServiceUnavailableError: it cannot be reached or cannot work now.
            RefusedError: it refused the request.
        """
        # In UTF-8, because some of them are what a browser or a person wrote; httpx would take ASCII alone.
        encoded = httpx.Headers(dict(headers or {}), encoding="utf-8")
        request = self._client.build_request(method, self._urls[service] + path, headers=encoded, **content)
        try:
            response = await self._client.send(request, stream=stream)
            if not response.is_success:
                await response.aread()
                await response.aclose()
        except httpx.TimeoutException as error:
            raise ServiceUnavailableError(service, translated_problem(NO_ANSWER)) from error
        except httpx.HTTPError as error:
            raise ServiceUnavailableError(service, translated_problem(NOT_REACHED)) from error
        if response.is_success:
            return response
        raise _failure(service, response)


def _failure(service: str, response: httpx.Response) -> Exception:
    document = _document(response)
    detail = translated_problem({**document, "detail": document.get("detail") or response.reason_phrase})
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        return SignedOutError(detail)
    request_id = response.headers.get("X-Request-ID", "")
    if response.status_code in CANNOT_WORK_NOW:
        return ServiceUnavailableError(service, detail, request_id)
    return RefusedError(
        service,
        response.status_code,
        code=str(document.get("code", "")),
        detail=detail,
        faults=faults_of(document.get("errors") or ()),
        request_id=request_id,
    )


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:  # not a service's own words: of a proxy, say
        return {}
    return content if isinstance(content, dict) else {}
