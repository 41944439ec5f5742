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
        raise InvalidEvaluationFile("The file is not in UTF-8; save it as “CSV UTF-8”.") from None
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        found = [_expectation(row, rows.line_num) for row in rows] if set(_COLUMNS) <= set(names) else None
    except csv.Error as error:
        raise InvalidEvaluationFile(f"Line {rows.line_num} is no CSV: {error}.") from None
    if found is None:
        raise InvalidEvaluationFile("The first line has to name the columns question and expected.")
    if not found:
        raise InvalidEvaluationFile("The file has no questions.")
    if len(found) > MOST_QUESTIONS:
        raise InvalidEvaluationFile(f"The file has {len(found)} questions; {MOST_QUESTIONS} are the most.")
    return found


def _expectation(row: Mapping[str, str | None], line: int) -> Expectation:
    question = (row.get("question") or "").strip()
    expected = tuple(name.strip() for name in (row.get("expected") or "").split(_SEPARATOR) if name.strip())
    if not question or len(question) > _LONGEST_QUESTION:
        raise InvalidEvaluationFile(f"Line {line}: a question has 1 to {_LONGEST_QUESTION} characters.")
    if any(len(name) > _LONGEST_EXPECTED for name in expected):
        raise InvalidEvaluationFile(f"Line {line}: a document's name has at most {_LONGEST_EXPECTED} characters.")
    if any("\0" in text for text in (question, *expected)):
        raise InvalidEvaluationFile(f"Line {line} has a NUL character.")
    return Expectation(question, expected)
