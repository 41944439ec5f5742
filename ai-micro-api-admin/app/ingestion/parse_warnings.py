"""What a reader of a document should know although it was read: stable codes for programs, sentences for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_WARNINGS = 20
MAX_WARNING_CHARACTERS = 400


class WarningCode(StrEnum):
    """Stable code of a warning; the user interface translates by it."""

    CORRECTIONS_NOT_MADE = "CORRECTIONS_NOT_MADE"
    CUT_CHARACTER = "CUT_CHARACTER"
    EMBEDDED_FILES_NOT_READ = "EMBEDDED_FILES_NOT_READ"
    FORMULAS_WITHOUT_RESULT = "FORMULAS_WITHOUT_RESULT"
    PAGES_WITHOUT_TEXT = "PAGES_WITHOUT_TEXT"
    PICTURES_NOT_READ = "PICTURES_NOT_READ"


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

    def add(self, code: WarningCode, text: str) -> None:
        """Add a warning; a text too long is cut."""
        warning = ParseWarning(code, text[:MAX_WARNING_CHARACTERS])
        if len(self.found) < MAX_WARNINGS and warning not in self.found:
            self.found.append(warning)
