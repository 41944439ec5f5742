"""Reads the file of an evaluation: a CSV with the columns `question` and `expected`."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from app.evaluations.problems import InvalidEvaluationFile

MOST_QUESTIONS = 5000
_LONGEST_QUESTION = 1000
_LONGEST_EXPECTED = 300
_COLUMNS = ("question", "expected")
_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Expectation:
    """A question, and the ids, titles or file names of the documents that should be found."""

    question: str
    expected: tuple[str, ...]


def read(content: bytes) -> list[Expectation]:
    """Return the questions of a file.

    Args:
        content: CSV in UTF-8, with or without a byte order mark. Several documents of one question are separated by
            `|`; none is a question that nothing answers.

    Raises:
        InvalidEvaluationFile: it is not like that; says what is wrong, and in which line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.ENCODING) from None
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        found = [_expectation(row, rows.line_num) for row in rows] if set(_COLUMNS) <= set(names) else None
    except csv.Error as error:
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.NO_CSV, line=rows.line_num, error=str(error)) from None
    if found is None:
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.COLUMNS)
    if not found:
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.EMPTY)
    if len(found) > MOST_QUESTIONS:
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.TOO_MANY, count=len(found), limit=MOST_QUESTIONS)
    return found


def _expectation(row: Mapping[str, str | None], line: int) -> Expectation:
    question = (row.get("question") or "").strip()
    expected = tuple(name.strip() for name in (row.get("expected") or "").split(_SEPARATOR) if name.strip())
    if not question or len(question) > _LONGEST_QUESTION:
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.QUESTION_LENGTH, line=line, limit=_LONGEST_QUESTION)
    if any(len(name) > _LONGEST_EXPECTED for name in expected):
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.NAME_LENGTH, line=line, limit=_LONGEST_EXPECTED)
    if any("\0" in text for text in (question, *expected)):
        raise InvalidEvaluationFile.saying(InvalidEvaluationFile.NUL, line=line)
    return Expectation(question, expected)
