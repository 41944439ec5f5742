"""Reads files in child processes that may crash, hang, run out of memory or be taken over without harm to this one.

A child gets no secret (it is forked by a process with a clean environment, `app.ingestion.forking`) and no open file
but the one to read, on its standard input; before it reads, it gives up everything else (`app.ingestion.confinement`).
Its output goes to files without a name in the temporary folder, which vanish with their last descriptor, so that no
full pipe can block it and no end of either process leaves anything behind.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import BinaryIO

from app.ingestion.child_options import feature_options, limit_options
from app.ingestion.chunking.chunks import Features, FeatureSettings, SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import FailureCode, ParseCancelled, ParseFailed
from app.ingestion.forking.client import ForkServer
from app.ingestion.media_types import PICTURES, MediaType
from app.ingestion.ocr.recognition import languages, recognise_office, recognise_pdf, recognise_picture
from app.ingestion.parse_output import EXIT_UNREADABLE, ParsedDocument, read_features, read_verdict
from app.ingestion.reasons import Reason, WarningCode

_STOP_POLL_SECONDS = 0.2
_DETAIL_BYTES = 2000

_UNRECOGNISED = frozenset({WarningCode.PAGES_WITHOUT_TEXT, WarningCode.PICTURES_NOT_READ})
_RECOGNISERS = {
    MediaType.PDF: recognise_pdf,
    MediaType.DOCX: recognise_office,
    MediaType.PPTX: recognise_office,
    MediaType.XLSX: recognise_office,
}
_BY_SIGNAL: dict[int, Reason] = {
    signal.SIGXCPU: Reason.TIMEOUT,
    signal.SIGALRM: Reason.TIMEOUT,
    signal.SIGXFSZ: Reason.OUTPUT_TOO_LARGE,
    # Only the system kills the child that way while this process waits for it.
    signal.SIGKILL: Reason.OUT_OF_MEMORY,
}


def parse_file(
    file: BinaryIO,
    media_type: MediaType,
    *,
    fork_server: ForkServer,
    limits: ParseLimits,
    splitting: SplitSettings,
    features: FeatureSettings | None = None,
    stop: threading.Event | None = None,
) -> ParsedDocument:
    """Read a file in a child process and return its chunks; where Tesseract is installed, those of pictures too.

    Args:
        file: The file, at its beginning and opened for reading only: the child inherits it as it is.
        media_type: What it was accepted as (`app.ingestion.media_types.detect_media_type`).
        fork_server: Starts the child.
        limits: What reading it may cost.
        splitting: How its text is cut.
        features: What is to be found of its first chunks (`app.ingestion.chunking.chunks.BATCH`).
        stop: Set by another thread to give up; noticed within 0.2 seconds.

    Returns:
        The chunks, in a file: use it as a context manager, or close it.

    Raises:
        ParseFailed: There are no chunks; says why.
        ParseCancelled: `stop` was set.
    """
    arguments = [f"--media-type={media_type.value}", f"--chunk-size={splitting.size}"]
    arguments += [f"--chunk-overlap={splitting.overlap}", *(() if features is None else feature_options(features))]
    read = partial(_parse, fork_server, arguments, file, limits=limits, stop=stop)
    if media_type in PICTURES and languages():
        return read(recognise_picture(file, stop=stop))
    try:
        document = read(None)
    except ParseFailed as failure:
        if failure.code is not FailureCode.NO_TEXT or media_type not in _RECOGNISERS or not languages():
            raise
    else:
        if not any(found.code in _UNRECOGNISED for found in document.warnings) or not languages():
            return document
        document.close()
    return read(_RECOGNISERS[media_type](file, stop=stop))


def find_features(
    texts: Sequence[str],
    settings: FeatureSettings,
    *,
    fork_server: ForkServer,
    limits: ParseLimits,
    stop: threading.Event | None = None,
) -> list[Features]:
    """Find the features of texts of one document, in a child process like the one that has read it.

    Raises:
        ParseFailed: There are none; says why.
        ParseCancelled: `stop` was set.
    """
    with ExitStack() as stack:
        file = _temporary(stack)
        file.write(json.dumps(texts).encode())
        file.seek(0)
        output = _run(fork_server, "features", feature_options(settings), file, limits=limits, stop=stop, stack=stack)
        output.seek(0)
        return list(read_features(output, len(texts)))


def _parse(
    fork_server: ForkServer,
    arguments: Sequence[str],
    file: BinaryIO,
    recognised: dict[int, str] | None,
    *,
    limits: ParseLimits,
    stop: threading.Event | None,
) -> ParsedDocument:
    with ExitStack() as stack:
        texts: BinaryIO | None = None
        if recognised is not None:
            # Read by an earlier child; a pipe cannot be, and is no document.
            file.seek(0)
            texts = _temporary(stack)
            texts.write(json.dumps(recognised).encode())
            texts.seek(0)
            arguments = [*arguments, "--recognised=3"]
        output = _run(fork_server, "parse", arguments, file, texts, limits=limits, stop=stop, stack=stack)
        # Apart from the files that are closed with the stack.
        kept = os.fdopen(os.dup(output.fileno()), "rb")
        try:
            return ParsedDocument(kept)
        except ParseFailed:
            kept.close()
            raise


def _run(
    fork_server: ForkServer,
    task: str,
    arguments: Sequence[str],
    *files: BinaryIO | None,
    limits: ParseLimits,
    stop: threading.Event | None,
    stack: ExitStack,
) -> BinaryIO:
    """Run a child to its end and return its output, a file that is closed with the stack.

    Args:
        fork_server: Starts the child.
        task: What it does.
        arguments: Of the task, without its limits.
        files: The one on its standard input, and a further one if any.
        limits: What it may cost.
        stop: Set by another thread to give up.
        stack: Closes the files that are made here.
    """
    try:
        output, errors = _temporary(stack), _temporary(stack)
        first, *others = (file.fileno() for file in files if file is not None)
        descriptors = (first, output.fileno(), errors.fileno(), *others)
        child = fork_server.start(task, [*arguments, *limit_options(limits)], descriptors)
        # However this ends, no process of the child's group is left.
        stack.callback(child.end)
        status = _wait(child.wait, limits=limits, stop=stop)
    except OSError as error:
        raise Reason.PARSER_UNAVAILABLE.failed(detail=str(error)) from error
    if status != 0:
        raise _failure_of(status, errors)
    return output


def _wait(wait: Callable[[float], int | None], *, limits: ParseLimits, stop: threading.Event | None) -> int:
    deadline = time.monotonic() + limits.wall_seconds
    while (remaining := deadline - time.monotonic()) > 0:
        status = wait(remaining if stop is None else min(remaining, _STOP_POLL_SECONDS))
        if status is not None:
            return status
        if stop is not None and stop.is_set():
            raise ParseCancelled("stopped while a file was being read")
    raise Reason.TIMEOUT.failed()


def _temporary(stack: ExitStack) -> BinaryIO:
    return stack.enter_context(tempfile.TemporaryFile())


def _failure_of(status: int, errors: BinaryIO) -> ParseFailed:
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - _DETAIL_BYTES))
    tail = errors.read()
    detail = f"exit status {status}: {tail.decode(errors='replace').strip()}"
    if status == EXIT_UNREADABLE and (verdict := read_verdict(tail)) is not None:
        return ParseFailed(verdict.code, verdict.reason, detail=detail)
    if status < 0:
        return _BY_SIGNAL.get(-status, Reason.PARSER_CRASHED).failed(detail=detail)
    memory = tail.rstrip().splitlines()[-1:] == [b"MemoryError"]
    return (Reason.OUT_OF_MEMORY if memory else Reason.PARSER_CRASHED).failed(detail=detail)
