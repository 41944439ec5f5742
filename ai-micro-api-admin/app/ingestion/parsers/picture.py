"""Pictures: the text that was recognised in them before, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.reasons import Reason
from app.ingestion.texts.cleaning import clean
from app.ingestion.texts.reflow import reflow


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
        reason = Reason.NO_TEXT_RECOGNITION if recognised is None else Reason.NO_TEXT_IN_PICTURE
        raise reason.unreadable()
    for number, text in sorted(recognised.items()):
        yield Page(number, clean(reflow(text)))
