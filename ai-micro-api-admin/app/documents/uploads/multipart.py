"""Uploads whose file is named by `filename*` alone (RFC 5987), as some clients do against RFC 7578.

python-multipart ignores that parameter, so Starlette takes the file for a text field and the upload is 422. Uses
private names of Starlette (1.x): `Request._get_form` and `MultiPartParser._current_part`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

from fastapi import HTTPException, Request, Response
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

from service_kit.server.routing import AdministratorRoute, Handler

_PLAIN = re.compile(rb";\s*filename\s*=", re.IGNORECASE)
_EXTENDED = re.compile(rb";\s*filename\*\s*=\s*(?P<charset>[A-Za-z0-9_-]+)'[^']*'(?P<name>[^;\s\"]+)", re.IGNORECASE)


class FormParser(MultiPartParser):
    """Takes a file named in either way for a file."""

    def on_headers_finished(self) -> None:
        """Give a part a plain name before its kind is decided."""
        part = self._current_part
        part.content_disposition = with_plain_name(part.content_disposition or b"")
        super().on_headers_finished()


class UploadRequest(Request):
    """Reads a form with files named in either way."""

    async def parsed(self, limits: Mapping[str, Any]) -> FormData:
        """Return the form.

        Args:
            limits: of the parser, by their names there.

        Raises:
            MultiPartException: it is none, or passes a limit.
        """
        async with aclosing(self.stream()) as stream:
            return await FormParser(self.headers, stream, **limits).parse()

    async def _get_form(
        self,
        *,
        max_files: float = 1000,
        max_fields: float = 1000,
        max_part_size: int = 1024 * 1024,
    ) -> FormData:
        limits = {"max_files": max_files, "max_fields": max_fields}
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if getattr(self, "_form", None) is not None or media_type != "multipart/form-data":
            return await super()._get_form(**limits, max_part_size=max_part_size)
        try:
            self._form = await self.parsed({**limits, "max_part_size": max_part_size})
        except MultiPartException as error:
            raise HTTPException(status_code=400, detail=error.message) from error
        return self._form


class UploadRoute(AdministratorRoute):
    """A route for administrators that takes files named in either way.

    Attributes:
        request_class: reads the form.
    """

    request_class: ClassVar[type[UploadRequest]] = UploadRequest

    def get_route_handler(self) -> Handler:
        """Return the handler, with a request that reads its form so."""
        handler = super().get_route_handler()

        async def named(request: Request) -> Response:
            return await handler(self.request_class(request.scope, request.receive))

        return named


def with_plain_name(disposition: bytes) -> bytes:
    """Return a Content-Disposition with a plain `filename` where it has an extended one alone."""
    extended = _EXTENDED.search(disposition)
    if extended is None or _PLAIN.search(disposition):
        return disposition
    try:
        name = unquote_to_bytes(extended["name"]).decode(extended["charset"].decode())
    except (UnicodeDecodeError, LookupError):
        return disposition
    plain = name.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return disposition + b'; filename="' + plain + b'"'
