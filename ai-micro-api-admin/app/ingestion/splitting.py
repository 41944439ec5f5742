"""From pages to chunks: pieces small enough to be shown and embedded, cut where a sentence ends if possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from langchain_text_splitters import RecursiveCharacterTextSplitter

from app.ingestion.chunks import Chunk, SplitSettings
from app.ingestion.pages import Page, clean

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

_WINDOW = 64 * 1024
"""Characters split at once. A text without a separator becomes a list of its characters, some 80 bytes for each."""


def split(pages: Iterable[Page], settings: SplitSettings) -> Iterator[Chunk]:
    """Yield the chunks of a document in reading order, numbered from 0; no chunk crosses a page.

    Every chunk of a page begins with the page's context on a line of its own; size and context together stay within
    `settings.size` characters.
    """
    texts = ((page.number, text) for page in pages for text in _split_page(page, settings))
    for index, (number, text) in enumerate(texts):
        yield Chunk(index, number, text)


def _split_page(page: Page, settings: SplitSettings) -> Iterator[str]:
    context = " ".join(clean(page.context).split())[-(settings.size // _CONTEXT_SHARE) :]
    prefix = f"{context}\n" if context else ""
    size = settings.size - len(prefix)
    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=min(settings.overlap, size // 2),
    )
    for window in _windows(clean(page.text)):
        for text in splitter.split_text(window):
            yield prefix + text


def _windows(text: str) -> Iterator[str]:
    """Cut a long text at a line's or a sentence's end in the second half of each window, anywhere if there is none."""
    start = 0
    while len(text) - start > _WINDOW:
        middle, end = start + _WINDOW // 2, start + _WINDOW
        cut = max(text.rfind(mark, middle, end) for mark in ("\n", "。", ". ")) + 1 or end
        yield text[start:cut]
        start = cut
    yield text[start:]
