"""From pages to chunks: pieces small enough to be shown and embedded, cut where a sentence ends if possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from app.ingestion.chunking.chunks import Chunk, SplitSettings
from app.ingestion.chunking.overlapping import OverlappingPieces
from app.ingestion.pages import Page
from app.ingestion.texts.cleaning import clean

_SEPARATORS = [
    r"\n{2,}",
    r"\n",
    # A closing bracket belongs to the sentence that it ends.
    # From the first mark of a row only, and never back: a megabyte of dots has no end of a sentence at any of them.
    r"[。！？．]+[」』）)]*|(?<![.!?])[.!?]++[)\"']*+\s+",
    r"[、，；]|[,;:]\s+",
    r"\s+",
    "",
]
"""Where to cut, the best places first; every separator stays at the end of the piece before it."""

_CONTEXT_SHARE = 4
"""The context takes at most the fourth part of a chunk; of a longer one the end stays, the nearest headings."""

_HEADER_SHARE = 2
"""A table's header takes at most half of what the context leaves; of a longer one the beginning is repeated."""

_WINDOW = 64 * 1024
"""Characters split at once. A text without a separator becomes a list of its characters, some 80 bytes for each."""


def split(pages: Iterable[Page], settings: SplitSettings) -> Iterator[Chunk]:
    """Yield the chunks of a document in reading order, numbered from 0.

    Every chunk begins with its page's context on a line of its own, and a chunk that continues a table with the table's
    header; with both it stays within `settings.size` characters.
    """
    groups = groupby(pages, key=attrgetter("number", "context"))
    texts = (
        (number, *piece) for (number, context), parts in groups for piece in _split_group(parts, context, settings)
    )
    for index, (number, text, repeated) in enumerate(texts):
        yield Chunk(index, number, text, repeated)


def _split_group(parts: Iterable[Page], context: str, settings: SplitSettings) -> Iterator[tuple[str, int]]:
    """Split parts under one context, and join the end of each with the beginning of the next where both fit.

    Yields:
        Each chunk's text, and the number of characters at its beginning that come earlier already.
    """
    context = " ".join(clean(context).split())[-(settings.size // _CONTEXT_SHARE) :]
    prefix = f"{context}\n" if context else ""
    size = settings.size - len(prefix)
    last, last_header, repeated = "", "", 0
    for part in parts:
        first = True
        for header, body, overlapping in _split_part(part, size, settings.overlap):
            # Rows under the header that stands above already.
            whole = f"{header}\n{body}" if header and body else header or body
            addition = body if header and header == last_header else whole
            if last and first and len(last) + 1 + len(addition) <= size:
                last = f"{last}\n{addition}"
            else:
                if last:
                    yield prefix + last, repeated
                    repeated = len(prefix) + len(whole) - len(addition) + overlapping
                last = whole
            last_header, first = header, False
    if last:
        yield prefix + last, repeated


def _split_part(part: Page, size: int, overlap: int) -> Iterator[tuple[str, str, int]]:
    """Yield the header of each piece of a part, the piece without it, and how much of that is the one before it."""
    text, header = clean(part.text), clean(part.header)
    rows = text.removeprefix(header)
    if not header.strip():
        header, overlap = "", min(overlap, size // 2)
    elif not rows.strip():
        header, rows, overlap = "", text, 0
    else:
        # A header that is repeated in part stands in full once, as text.
        whole, header = header, header[: size // _HEADER_SHARE].rstrip()
        rows, overlap = (rows if header == whole else text), 0
    room = size - len(header) - 1 if header else size
    splitter = OverlappingPieces(
        separators=_SEPARATORS, is_separator_regex=True, chunk_size=room, chunk_overlap=overlap
    )
    for window in _windows(rows):
        for piece, overlapping in splitter.of(window):
            yield header, piece, overlapping


def _windows(text: str) -> Iterator[str]:
    """Cut a long text at a line's or a sentence's end in the second half of each window, anywhere if there is none."""
    start = 0
    while len(text) - start > _WINDOW:
        middle, end = start + _WINDOW // 2, start + _WINDOW
        cut = max(text.rfind(mark, middle, end) for mark in ("\n", "。", ". ")) + 1 or end
        yield text[start:cut]
        start = cut
    yield text[start:]
