"""Pictures: the text that was recognised in them before, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.texts.cleaning import clean
from app.ingestion.texts.reflow import reflow

NOT_INSTALLED = (
    "Text recognition is not installed on the server: it needs Tesseract with Japanese"
    " (Debian: tesseract-ocr, tesseract-ocr-jpn, tesseract-ocr-jpn-vert)."
)


def parse(data: bytes, warnings: Warnings, recognised: Mapping[int, str] | None = None) -> Iterator[Page]:  # noqa: ARG001 - a parser's
    """Yield the recognised pages.

    Args:
        data: The picture, which is not looked at again.
        warnings: Gets none.
        recognised: The text of each page; None where there is no text recognition.

    Raises:
        UnreadableFile: There is no text.
    """
    if not recognised:
        reason = NOT_INSTALLED if recognised is None else "No text was recognised in the picture."
        raise UnreadableFile(FailureCode.NO_TEXT, reason)
    for number, text in sorted(recognised.items()):
        yield Page(number, clean(reflow(text)))
