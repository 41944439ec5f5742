"""What a reader of a document should know although it was read: stable codes for programs, sentences for people."""

from __future__ import annotations

from dataclasses import dataclass

from app.ingestion.reasons import Notice, WarningCode

MAX_WARNINGS = 20
MAX_WARNING_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class ParseWarning:
    """Something of a file that is not in its chunks, or not as it was.

    Args:
        code: The stable code.
        text: One or two sentences for the person who uploaded the file.
    """

    code: WarningCode
    text: str


class Warnings:
    """Collects the warnings of one file, each once; a file cannot make more of them than a person reads."""

    def __init__(self) -> None:
        self.found: list[ParseWarning] = []

    def add(self, notice: Notice, **values: str | int) -> None:
        """Add a warning; a text too long is cut."""
        warning = ParseWarning(WarningCode(notice.code), notice.filled(**values)[:MAX_WARNING_CHARACTERS])
        if len(self.found) < MAX_WARNINGS and warning not in self.found:
            self.found.append(warning)
