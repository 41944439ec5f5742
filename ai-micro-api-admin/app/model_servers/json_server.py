"""`POST` of JSON to a server of models. It is not trusted: the size of an answer and its time are bounded."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus

import httpx
from pydantic import SecretStr

from service_kit.observability import tracing

_CONNECT_SECONDS = 5.0

_PASSING = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


class ServerUnavailableError(Exception):
    """The server gave no answer, or one that says that it may answer another time."""


class RequestRefusedError(Exception):
    """The server refused the request.

    Args:
        status: of its answer.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"the server refused the request with status {status}")
        self.status = status


class AnswerTooLargeError(Exception):
    """The server sent more than was asked for."""


class JsonServer:
    """A server of models. Its methods may be called from several threads.

    Args:
        url: of the server, to which the path of a request is added.
        api_key: sent as a bearer token.
    """

    def __init__(self, url: str, api_key: SecretStr | None) -> None:
        self._url = url.rstrip("/")
        headers = {"Accept-Encoding": "identity"}
        if api_key is not None:
            headers["Authorization"] = f"Bearer {api_key.get_secret_value()}"
        self._client = httpx.Client(headers=headers, follow_redirects=False)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def post(self, path: str, body: Mapping[str, object], *, max_bytes: int, seconds: float) -> bytes:
        """Return the body of the answer to a request.

        Args:
            path: such as `/embeddings`.
            body: sent as JSON.
            max_bytes: of the answer.
            seconds: the longest silence; the whole answer may take twice that.

        Raises:
            ServerUnavailableError: there is no answer; another time there may be one.
            RequestRefusedError: the answer is a refusal.
            AnswerTooLargeError: it is longer than `max_bytes`.
        """
        deadline = time.monotonic() + 2 * seconds
        timeout = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
        answer = bytearray()
        try:
            with (
                tracing.outgoing("POST", self._url, name=path) as span,
                self._client.stream("POST", self._url + path, json=body, timeout=timeout) as response,
            ):
                if span is not None:
                    span.answered(response.status_code)
                _refuse_failures(response)
                for piece in response.iter_bytes():
                    answer += piece
                    if len(answer) > max_bytes:
                        raise AnswerTooLargeError
                    if time.monotonic() > deadline:
                        raise ServerUnavailableError(f"the answer was not whole after {2 * seconds:g} s")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServerUnavailableError(repr(error)) from error
        return bytes(answer)


def _refuse_failures(response: httpx.Response) -> None:
    if response.status_code in _PASSING:
        raise ServerUnavailableError(f"status {response.status_code}")
    if response.status_code != HTTPStatus.OK:
        raise RequestRefusedError(response.status_code)
