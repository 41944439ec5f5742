"""PDF by PDFium: the text layer, page by page."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence

import pypdfium2
from pypdfium2 import raw

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.pdf_layout import reordered
from app.ingestion.reasons import Notice, Reason
from app.ingestion.texts.cleaning import clean
from app.ingestion.texts.reflow import reflow

# What pypdfium2 decodes texts with: see `app.ingestion.parsers`.
codecs.lookup("utf-16-le")

MAX_PAGES = 10_000
"""More pages than any book has; a file of a few kilobytes can claim millions."""

_MOST_RANGES = 20
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
            raise Reason.TOO_MANY_PAGES.unreadable(count=f"{len(document):,}", limit=f"{MAX_PAGES:,}")
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
            raise (Reason.NO_TEXT_IN_PDF_UNREAD if recognised is None else Reason.NO_TEXT_IN_PDF).unreadable()
        if unread:
            _warn_of(unread, warnings, is_recognised=recognised is not None)


def _warn_of(unread: Sequence[int], warnings: Warnings, *, is_recognised: bool) -> None:
    if len(unread) == 1:
        warnings.add(Notice.PAGE_NOT_RECOGNISED if is_recognised else Notice.PAGE_UNREAD, page=unread[0])
    else:
        notice = Notice.PAGES_NOT_RECOGNISED if is_recognised else Notice.PAGES_UNREAD
        warnings.add(notice, pages=ranges_of(unread), count=len(unread))


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _LOCKED:
            raise Reason.PDF_ENCRYPTED.unreadable() from error
        raise Reason.PDF_DAMAGED.unreadable() from error


def is_picture(page: pypdfium2.PdfPage) -> bool:
    """Return True if a page shows something and has no text."""
    return not page.get_textpage().get_text_bounded().strip() and raw.FPDFPage_CountObjects(page) > 0


def ranges_of(pages: Sequence[int]) -> str:
    """Return the numbers of pages: `2-6, 9`."""
    ranges: list[list[int]] = []
    for number in pages:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    names = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    if len(names) > _MOST_RANGES:
        names[_MOST_RANGES:] = ["…"]
    return ", ".join(names)


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
        raise Reason.PAGE_DAMAGED.unreadable(page=number) from error
    # Hyphens that PDFium inserted are control characters: they have to be seen before those are removed.
    return clean(reflow(text.replace("\r\n", "\n").replace("\r", "\n"))), only_pictures
