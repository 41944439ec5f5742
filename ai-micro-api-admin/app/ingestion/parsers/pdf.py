"""PDF by PDFium: the text layer, page by page."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.pages import Page, clean
from app.ingestion.reflow import reflow

# What pypdfium2 decodes texts with: see `app.ingestion.parsers`.
codecs.lookup("utf-16-le")

MAX_PAGES = 10_000
"""More pages than any book has; a file of a few kilobytes can claim millions."""

_DAMAGED = "The PDF is damaged and cannot be opened. Create it again and upload it again."
_LOCKED = frozenset({raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY})


def parse(data: bytes) -> Iterator[Page]:
    """Yield the pages that have text, with their numbers.

    Raises:
        UnreadableFile: The file is encrypted, damaged, has too many pages, or has no text at all, like a scan.
    """
    with _open(data) as document:
        if len(document) > MAX_PAGES:
            raise UnreadableFile(
                FailureCode.TOO_MANY_PAGES, f"The PDF has {len(document):,} pages; {MAX_PAGES:,} is the limit."
            )
        empty = True
        for number in range(1, len(document) + 1):
            text = _page_text(document, number)
            if text.strip():
                empty = False
                yield Page(number, text)
        if empty:
            raise UnreadableFile(
                FailureCode.NO_TEXT,
                "The PDF has no text, only images or empty pages. Run text recognition (OCR) on it first.",
            )


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _LOCKED:
            raise UnreadableFile(
                FailureCode.ENCRYPTED, "The PDF is protected by a password. Remove the password and upload it again."
            ) from error
        raise UnreadableFile(FailureCode.DAMAGED, _DAMAGED) from error


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number - 1]
        try:
            content = page.get_textpage()
            # The bounded text, because the other call of PDFium loses every character beyond U+FFFF.
            text: str = content.get_text_bounded()
        finally:
            page.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(FailureCode.DAMAGED, f"Page {number} of the PDF is damaged and cannot be read.") from error
    # Hyphens that PDFium inserted are control characters: they have to be seen before those are removed.
    return clean(reflow(text.replace("\r\n", "\n").replace("\r", "\n")))
