"""PDF by PDFium: the text layer, page by page."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence

import pypdfium2
from pypdfium2 import raw

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.pages import Page
from app.ingestion.parse_warnings import WarningCode, Warnings
from app.ingestion.parsers.pdf_layout import reordered
from app.ingestion.parsers.picture import NOT_INSTALLED
from app.ingestion.texts.cleaning import clean
from app.ingestion.texts.reflow import reflow

# What pypdfium2 decodes texts with: see `app.ingestion.parsers`.
codecs.lookup("utf-16-le")

MAX_PAGES = 10_000
"""More pages than any book has; a file of a few kilobytes can claim millions."""

_MOST_RANGES = 20
_DAMAGED = "The PDF is damaged and cannot be opened. Create it again and upload it again."
_LOCKED = frozenset({raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY})


def parse(data: bytes, warnings: Warnings, recognised: Mapping[int, str] | None = None) -> Iterator[Page]:
    """Yield the pages that have text, with their numbers; a warning names those of pictures alone.

    Args:
        data: The file.
        warnings: Gets the warning.
        recognised: What was recognised on pages of pictures; None where there is no text recognition.

    Raises:
        UnreadableFile: The file is encrypted, damaged, has too many pages, or has no text at all, like a scan.
    """
    with _open(data) as document:
        if len(document) > MAX_PAGES:
            raise UnreadableFile(
                FailureCode.TOO_MANY_PAGES, f"The PDF has {len(document):,} pages; {MAX_PAGES:,} is the limit."
            )
        empty, unread = True, list[int]()
        for number in range(1, len(document) + 1):
            text, only_pictures = _page_text(document, number)
            if only_pictures and recognised and number in recognised:
                text = clean(reflow(recognised[number]))
            elif only_pictures:
                unread.append(number)
            if text.strip():
                empty = False
                yield Page(number, text)
        if empty:
            raise UnreadableFile(
                FailureCode.NO_TEXT,
                f"The PDF has no text, only images or empty pages. {_remedy(recognised)}",
            )
        if unread:
            warnings.add(
                WarningCode.PAGES_WITHOUT_TEXT,
                f"{numbered(unread)} only pictures and no text, like a scan: what is written there is not found."
                f" {_remedy(recognised)}",
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


def is_picture(page: pypdfium2.PdfPage) -> bool:
    """Return True if a page shows something and has no text."""
    return not page.get_textpage().get_text_bounded().strip() and raw.FPDFPage_CountObjects(page) > 0


def _remedy(recognised: Mapping[int, str] | None) -> str:
    return NOT_INSTALLED if recognised is None else "Text recognition found nothing there."


def numbered(pages: Sequence[int]) -> str:
    """Return the beginning of a sentence about some pages: `Pages 2-6 and 9 (6 pages) have`."""
    ranges: list[list[int]] = []
    for number in pages:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    names = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    if len(names) > _MOST_RANGES:
        names[_MOST_RANGES:] = ["others"]
    if len(pages) == 1:
        return f"Page {names[0]} has"
    named = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    return f"Pages {named} ({len(pages)} pages) have"


def _page_text(document: pypdfium2.PdfDocument, number: int) -> tuple[str, bool]:
    """Return the text of a page, and True if it shows something without having text."""
    try:
        page = document[number - 1]
        try:
            content = page.get_textpage()
            # The bounded text, because the other call of PDFium loses every character beyond U+FFFF.
            text: str = reordered(content) or content.get_text_bounded()
            only_pictures = not text.strip() and raw.FPDFPage_CountObjects(page) > 0
        finally:
            page.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(FailureCode.DAMAGED, f"Page {number} of the PDF is damaged and cannot be read.") from error
    # Hyphens that PDFium inserted are control characters: they have to be seen before those are removed.
    return clean(reflow(text.replace("\r\n", "\n").replace("\r", "\n"))), only_pictures
