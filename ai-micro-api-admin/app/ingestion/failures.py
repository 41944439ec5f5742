"""Why a file could not be read: stable codes for programs, sentences for people."""

from __future__ import annotations

from enum import StrEnum


class FailureCode(StrEnum):
    """Stable code of a failure; the user interface translates by it."""

    DAMAGED = "DAMAGED"
    ENCRYPTED = "ENCRYPTED"
    NO_TEXT = "NO_TEXT"
    NOT_TEXT = "NOT_TEXT"
    UNKNOWN_ENCODING = "UNKNOWN_ENCODING"
    CONTENT_MISMATCH = "CONTENT_MISMATCH"
    MACROS = "MACROS"
    TOO_LARGE_UNPACKED = "TOO_LARGE_UNPACKED"
    TOO_MANY_CELLS = "TOO_MANY_CELLS"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    TOO_MANY_CHUNKS = "TOO_MANY_CHUNKS"
    TIMEOUT = "TIMEOUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    OUTPUT_TOO_LARGE = "OUTPUT_TOO_LARGE"
    PARSER_CRASHED = "PARSER_CRASHED"
    INVALID_OUTPUT = "INVALID_OUTPUT"
    PARSER_UNAVAILABLE = "PARSER_UNAVAILABLE"


class UnreadableFile(Exception):  # noqa: N818 - named for what happened, as every problem here
    """A parser's verdict on a file, raised inside the child process.

    Args:
        code: The stable code.
        reason: One or two sentences for the person who uploaded the file.
    """

    def __init__(self, code: FailureCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ParseFailed(Exception):  # noqa: N818 - named for what happened, as every problem here
    """A file gave no chunks, for whatever reason: the file itself, or its parser ran out of time or memory, or died.

    Args:
        code: The stable code.
        reason: One or two sentences for the person who uploaded the file; holds no path and no internal name.
        detail: For the log only: the child's exit status and the end of its error output.
    """

    def __init__(self, code: FailureCode, reason: str, *, detail: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.detail = detail


class ParseCancelled(Exception):  # noqa: N818 - named for what happened, as every problem here
    """The caller asked to stop before the file was read; nothing is known about the file."""
