"""Reads files in a child process that may crash, hang, run out of memory or be taken over without harm to this one.

The child gets no secret (a clean environment) and no open file of this process but the one to read, on its standard
input; before it reads, it gives up everything else (`app.ingestion.confinement`). Its output goes to files without a
name in the temporary folder, which vanish with their last descriptor, so that no full pipe can block it and no end of
either process leaves anything behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from functools import partial
from typing import BinaryIO

from app.ingestion import child
from app.ingestion.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import FailureCode, ParseCancelled, ParseFailed
from app.ingestion.media_types import PICTURES, MediaType
from app.ingestion.ocr.recognition import languages, recognise_pdf, recognise_picture
from app.ingestion.parse_output import EXIT_UNREADABLE, ParsedDocument, read_verdict
from app.ingestion.parse_warnings import WarningCode

_READER = "app.ingestion.parse"
_STOP_POLL_SECONDS = 0.2
_DETAIL_BYTES = 2000

_BY_SIGNAL: dict[int, FailureCode] = {
    signal.SIGXCPU: FailureCode.TIMEOUT,
    signal.SIGALRM: FailureCode.TIMEOUT,
    signal.SIGXFSZ: FailureCode.OUTPUT_TOO_LARGE,
    # Only the system kills the child that way while this process waits for it.
    signal.SIGKILL: FailureCode.OUT_OF_MEMORY,
}
_REASONS = {
    FailureCode.TIMEOUT: "Reading the file takes longer than is allowed.",
    FailureCode.OUTPUT_TOO_LARGE: "The file holds more text than is allowed.",
    FailureCode.OUT_OF_MEMORY: "Reading the file takes more memory than is allowed.",
    FailureCode.PARSER_CRASHED: "The file could not be read: it is damaged, or too complex to be processed.",
    FailureCode.PARSER_UNAVAILABLE: "The file could not be processed at the moment. Try again later.",
}


def parse_file(
    file: BinaryIO,
    media_type: MediaType,
    *,
    limits: ParseLimits,
    splitting: SplitSettings,
    stop: threading.Event | None = None,
) -> ParsedDocument:
    """Read a file in a child process and return its chunks; where Tesseract is installed, those of pictures too.

    Args:
        file: The file, at its beginning and opened for reading only: the child inherits it as it is.
        media_type: What it was accepted as (`app.ingestion.media_types.detect_media_type`).
        limits: What reading it may cost.
        splitting: How its text is cut.
        stop: Set by another thread to give up; noticed within 0.2 seconds.

    Returns:
        The chunks, in a file: use it as a context manager, or close it.

    Raises:
        ParseFailed: There are no chunks; says why.
        ParseCancelled: `stop` was set.
    """
    read = partial(_parse, file, media_type, limits=limits, splitting=splitting, stop=stop)
    if media_type in PICTURES and languages():
        return read(recognise_picture(file, stop=stop))
    try:
        document = read(None)
    except ParseFailed as failure:
        if failure.code is not FailureCode.NO_TEXT or media_type is not MediaType.PDF or not languages():
            raise
    else:
        if not any(found.code is WarningCode.PAGES_WITHOUT_TEXT for found in document.warnings) or not languages():
            return document
        document.close()
    return read(recognise_pdf(file, stop=stop))


def _parse(
    file: BinaryIO,
    media_type: MediaType,
    recognised: dict[int, str] | None,
    *,
    limits: ParseLimits,
    splitting: SplitSettings,
    stop: threading.Event | None,
) -> ParsedDocument:
    with ExitStack() as on_failure:
        try:
            texts: BinaryIO | None = None
            if recognised is not None:
                # Read by an earlier child; a pipe cannot be, and is no document.
                file.seek(0)
                texts = on_failure.enter_context(tempfile.TemporaryFile())
                texts.write(json.dumps(recognised).encode())
                texts.seek(0)
            output = on_failure.enter_context(tempfile.TemporaryFile())
            errors = on_failure.enter_context(tempfile.TemporaryFile())
            process = _start(
                file, media_type, limits=limits, splitting=splitting, output=output, errors=errors, texts=texts
            )
        except OSError as error:
            raise _failure(FailureCode.PARSER_UNAVAILABLE, detail=str(error)) from error
        status = _wait(process, limits=limits, stop=stop)
        if status != 0:
            raise _failure_of(status, errors)
        document = ParsedDocument(output)
        errors.close()
        if texts is not None:
            texts.close()
        on_failure.pop_all()
    return document


def _start(
    file: BinaryIO,
    media_type: MediaType,
    *,
    limits: ParseLimits,
    splitting: SplitSettings,
    output: BinaryIO,
    errors: BinaryIO,
    texts: BinaryIO | None,
) -> subprocess.Popen[bytes]:
    options = {
        "--parent": os.getpid(),
        "--media-type": media_type.value,
        "--wall-seconds": limits.wall_seconds,
        "--cpu-seconds": limits.cpu_seconds,
        "--memory-bytes": limits.memory_bytes,
        "--output-bytes": limits.output_bytes,
        "--max-chunks": limits.max_chunks,
        "--chunk-size": splitting.size,
        "--chunk-overlap": splitting.overlap,
    }
    if texts is not None:
        options["--recognised"] = texts.fileno()
    arguments = [text for name, value in options.items() for text in (name, str(value))]
    return subprocess.Popen(  # noqa: S603 - a command of our own, and nothing of the file is in it
        child.command(_READER, *arguments),
        stdin=file,
        stdout=output,
        stderr=errors,
        cwd=child.SERVICE_FOLDER,
        env=child.environment(),
        start_new_session=True,
        pass_fds=[] if texts is None else [texts.fileno()],
    )


def _wait(process: subprocess.Popen[bytes], *, limits: ParseLimits, stop: threading.Event | None) -> int:
    """Return the exit status. However this ends, no process of the child's group is left."""
    deadline = time.monotonic() + limits.wall_seconds
    try:
        while (remaining := deadline - time.monotonic()) > 0:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=remaining if stop is None else min(remaining, _STOP_POLL_SECONDS))
            if stop is not None and stop.is_set():
                raise ParseCancelled("stopped while a file was being read")
        raise _failure(FailureCode.TIMEOUT)
    finally:
        # The leader has a group of its own; where the leader has ended, this meets what it may have started. A service
        # that is root without CAP_KILL may not signal the child's own account: the child's alarm ends it then.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _failure_of(status: int, errors: BinaryIO) -> ParseFailed:
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - _DETAIL_BYTES))
    tail = errors.read()
    detail = f"exit status {status}: {tail.decode(errors='replace').strip()}"
    if status == EXIT_UNREADABLE and (verdict := read_verdict(tail)) is not None:
        return ParseFailed(verdict.code, verdict.reason, detail=detail)
    if status < 0:
        return _failure(_BY_SIGNAL.get(-status, FailureCode.PARSER_CRASHED), detail=detail)
    memory = tail.rstrip().splitlines()[-1:] == [b"MemoryError"]
    return _failure(FailureCode.OUT_OF_MEMORY if memory else FailureCode.PARSER_CRASHED, detail=detail)


def _failure(code: FailureCode, *, detail: str = "") -> ParseFailed:
    return ParseFailed(code, _REASONS[code], detail=detail)
