"""What a parser process wrote, read by the process that started it.

The writer has handled a hostile file and may be under its control, so nothing here is taken on trust.
"""

from __future__ import annotations

import json
import math
import os
import re
import struct
from base64 import b64decode
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, TypeGuard

from app.ingestion.chunking.chunks import Chunk, Features
from app.ingestion.failures import FailureCode, ParseFailed, UnreadableFile
from app.ingestion.parse_warnings import MAX_WARNING_CHARACTERS, MAX_WARNINGS, ParseWarning
from app.ingestion.reasons import Reason, WarningCode

EXIT_UNREADABLE = 2
"""Exit status of a parser that could not read its file, with a verdict on standard error."""

_MAX_LINE_BYTES = 1024 * 1024
_TRAILER_BYTES = 64 * 1024
_MAX_REASON_CHARACTERS = 500
_MAX_TERM_BYTES = 2046
"""PostgreSQL allows no longer one (`MAXSTRLEN`)."""
_LENGTH_TOLERANCE = 0.001
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class ParsedDocument:
    """The chunks of a document, read from a temporary file as they are asked for.

    Use it as a context manager; iterate as often as needed, one iteration at a time.

    Args:
        output: The output of a parser that ended well: a line for each chunk, and one with their number and the
            warnings. Closed with this object.

    Raises:
        ParseFailed: The last line is not what it should be. Iteration raises it for any other line.
    """

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        trailer = _trailer(output)
        self.chunk_count = _count(trailer)
        self.warnings = _warnings(trailer)

    def __iter__(self) -> Iterator[Chunk]:
        self._output.seek(0)
        for index in range(self.chunk_count):
            yield _chunk(self._output.readline(_MAX_LINE_BYTES), index)

    def __enter__(self) -> ParsedDocument:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the temporary file."""
        self._output.close()


def read_verdict(error_output: bytes) -> UnreadableFile | None:
    """Return the verdict on a file from the end of a parser's error output; None if there is none."""
    lines = error_output.strip().splitlines()
    try:
        verdict = json.loads(lines[-1]) if lines else None
        if not isinstance(verdict, dict) or not isinstance(verdict.get("reason"), str):
            return None
        return UnreadableFile(FailureCode(str(verdict.get("code"))), verdict["reason"][:_MAX_REASON_CHARACTERS])
    except (ValueError, RecursionError):
        return None


def _trailer(output: BinaryIO) -> dict[str, object]:
    output.seek(max(0, output.seek(0, os.SEEK_END) - _TRAILER_BYTES))
    return _object(output.read().splitlines()[-1:])


def _warnings(trailer: dict[str, object]) -> list[ParseWarning]:
    found = trailer.get("warnings", [])
    if not isinstance(found, list) or len(found) > MAX_WARNINGS:
        raise _invalid("the last line has no valid warnings")
    return [_warning(value) for value in found]


def _warning(value: object) -> ParseWarning:
    code, text = (value.get("code"), value.get("text")) if isinstance(value, dict) else (None, None)
    if code not in list(WarningCode) or not _is_text(text) or len(text) > MAX_WARNING_CHARACTERS:
        raise _invalid("a warning is not valid")
    return ParseWarning(WarningCode(code), text)


def _count(trailer: dict[str, object]) -> int:
    count = trailer.get("chunks")
    if type(count) is not int or count < 1:
        raise _invalid("the last line has no number of chunks")
    return count


def _chunk(line: bytes, expected_index: int) -> Chunk:
    value = _object([line])
    index, page, text = value.get("index"), value.get("page"), value.get("text")
    if type(index) is not int or index != expected_index:
        raise _invalid(f"chunk {expected_index} has another index")
    if page is not None and (type(page) is not int or page < 1):
        raise _invalid(f"chunk {expected_index} has no valid page")
    if not _is_text(text):
        raise _invalid(f"chunk {expected_index} has no valid text")
    repeated = value.get("repeated")
    if type(repeated) is not int or not 0 <= repeated <= len(text):
        raise _invalid(f"chunk {expected_index} repeats more than it has")
    return Chunk(index, page, text, repeated, _features(value) if "terms" in value else None)


def read_features(output: BinaryIO, count: int) -> Iterator[Features]:
    """Yield the features of a number of texts that a process has written, a line for each.

    Raises:
        ParseFailed: A line is not what it should be.
    """
    for _ in range(count):
        yield _features(_object([output.readline(_MAX_LINE_BYTES)]))


def _features(value: dict[str, object]) -> Features:
    terms, vector = value.get("terms"), value.get("vector")
    # Without terms a chunk of symbols is still found by its vector.
    if terms != "" and not _is_text(terms):
        raise _invalid("a chunk has no valid terms")
    words = terms.encode().split()
    if any(len(word) > _MAX_TERM_BYTES for word in words) or len(set(words)) != len(words):
        raise _invalid("a term is too long, or twice there")
    # Sorted by bytes, the order that a tsvector has inside.
    written = b"".join(word + b"\0\0\0" for word in sorted(words))
    return Features(written, len(words), None if vector is None else _vector(vector))


def _vector(written: object) -> bytes:
    try:
        vector = b64decode(written if isinstance(written, str) else "", validate=True)
        numbers = struct.unpack(f">{len(vector) // 4}f", vector)
    except (ValueError, struct.error) as error:
        raise _invalid("a vector is not valid") from error
    # Says also that none of them is infinite, or no number.
    if not abs(math.hypot(*numbers) - 1) < _LENGTH_TOLERANCE:
        raise _invalid("a vector has not the length 1")
    return vector


def _is_text(value: object) -> TypeGuard[str]:
    """Return True for a text that PostgreSQL takes: neither NUL nor a lone surrogate is in it."""
    return isinstance(value, str) and value != "" and "\0" not in value and _SURROGATE.search(value) is None


def _object(lines: list[bytes]) -> dict[str, object]:
    try:
        value = json.loads(lines[0]) if lines else None
    except (ValueError, RecursionError) as error:
        raise _invalid(str(error)) from error
    if not isinstance(value, dict):
        raise _invalid("a line is not an object")
    return value


def _invalid(detail: str) -> ParseFailed:
    return Reason.INVALID_OUTPUT.failed(detail=detail)
