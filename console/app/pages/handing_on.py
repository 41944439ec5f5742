"""Files on their way between browser and service: handed on as they come, never kept here."""

from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from app.apis.signed_in import Apis
from service_kit.server.middleware.safe_headers import content_security_policy

ANSWER_SECONDS = 300.0
"""How long a service may take to answer once it has a file: a batch is unpacked and stored before."""
_HANDED_ON = ("content-type", "content-length", "content-disposition", "etag", "x-page-count")
_SANDBOX = content_security_policy({"sandbox": ""})
"""For what others have uploaded: a browser that shows it instead of saving it runs nothing of it."""


async def download(request: Request, apis: Apis, path: str, *, of: str = "admin", **parameters: str | int) -> Response:
    """Return a file of a service as it comes.

    Args:
        request: of the browser; its If-None-Match is handed on.
        apis: of the session.
        path: of the file.
        of: the service.
        parameters: of the query.

    Raises:
        ApiError: see `Transport.send`.
    """
    answer = await apis.send(of, "GET", path, params=parameters, stream=True)
    headers = {name: answer.headers[name] for name in _HANDED_ON if name in answer.headers}
    if "content-encoding" in answer.headers:  # it is unpacked on its way, and longer then
        headers.pop("content-length", None)
    headers["Content-Security-Policy"] = _SANDBOX
    if "etag" in headers and request.headers.get("if-none-match") == headers["etag"]:
        await answer.aclose()
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": headers["etag"]})
    headers["Cache-Control"] = "private, no-cache"
    return StreamingResponse(_parts(answer), headers=headers)


async def _parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_bytes():
            yield part
    finally:
        await answer.aclose()


async def upload(request: Request, apis: Apis, path: str) -> httpx.Response:
    """Hand the body of a form with files on to the admin service as it comes, and return the answer.

    Args:
        request: whose body is a form with files.
        apis: of the session.
        path: that takes the same form.

    Raises:
        ApiError: see `Transport.send`.
        ClientDisconnect: the browser left before the end.
    """
    names = ("content-type", "content-length")
    headers = {name: request.headers[name] for name in names if name in request.headers}
    timeout = httpx.Timeout(request.app.state.settings.service_timeout_seconds, read=ANSWER_SECONDS)
    return await apis.send("admin", "POST", path, content=request.stream(), headers=headers, timeout=timeout)
