"""The forms of batches: all files of one in a single temporary file, and few forms in a process at a time.

Starlette keeps a file of up to a megabyte in memory and opens a temporary file for each larger one: a batch of a
thousand would have as many, or all of its bytes in memory. Uses a private name of Starlette (1.x) beside those of
`app.documents.uploads.multipart`: `MultiPartParser._current_files`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import aclosing
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

import anyio
from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException

from app.documents.problems import TooManyFiles
from app.documents.uploads.multipart import FormParser, UploadRequest, UploadRoute
from service_kit.database.admission import Overloaded
from service_kit.server.routing import Handler, Route

BATCHES_AT_ONCE: Final = 2
"""Batches that a process reads and takes at a time; others wait, as long as requests wait for the database."""

_MOST_WAITING = 10


class _OneOfFewRoute(Route):
    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def one_of_few(request: Request) -> Response:
            limiter: anyio.CapacityLimiter = request.app.state.batch_limiter
            if limiter.statistics().tasks_waiting >= _MOST_WAITING:
                raise Overloaded
            try:
                with anyio.fail_after(request.app.state.settings.database_queue_seconds):
                    await limiter.acquire()
            except TimeoutError:
                raise Overloaded from None
            try:
                return await handler(request)
            finally:
                limiter.release()

        return one_of_few


class _Stretch(io.RawIOBase):
    """A file within a larger one: written at its end, then read.

    Args:
        whole: the larger one. One stretch after the other is written, and no two are used at the same time.
    """

    def __init__(self, whole: BinaryIO) -> None:
        self._whole = whole
        self._start = 0
        self._size = 0
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        end = self._whole.seek(0, os.SEEK_END)
        if self._size == 0:
            # Not before: several stretches are made before the first of them is written.
            self._start = end
        written = self._whole.write(data)
        self._size += written
        self._place = self._size
        return written

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer that can be written
        self._whole.seek(self._start + self._place)
        part = self._whole.read(max(0, min(len(buffer), self._size - self._place)))
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if place < 0:
            raise OSError("a place before the beginning of the file")
        self._place = place
        return place

    def tell(self) -> int:
        return self._place


class _BatchParser(FormParser):
    whole: BinaryIO

    def on_headers_finished(self) -> None:
        try:
            super().on_headers_finished()
        except MultiPartException as error:
            if self._current_files > self.max_files:
                raise TooManyFiles from error
            raise
        file = self._current_part.file
        if file is not None:
            file.file.close()
            file.file = _Stretch(self.whole)  # type: ignore[assignment]  # has all of BinaryIO's methods that are used


class _BatchForm(FormData):
    def __init__(self, form: FormData, whole: BinaryIO) -> None:
        super().__init__(form)
        self._whole = whole

    async def close(self) -> None:
        await super().close()
        self._whole.close()


class _BatchRequest(UploadRequest):
    async def parsed(self, limits: Mapping[str, Any]) -> FormData:
        files = self.app.state.settings.max_batch_files
        whole = TemporaryFile()  # noqa: SIM115 - closed with the form
        try:
            async with aclosing(self.stream()) as stream:
                parser = _BatchParser(self.headers, stream, **{**limits, "max_files": files})
                parser.whole = whole
                return _BatchForm(await parser.parse(), whole)
        except BaseException:
            whole.close()
            raise


class BatchRoute(UploadRoute, _OneOfFewRoute):
    """A route for administrators that takes many files; they are asked for their token before they wait."""

    request_class = _BatchRequest
