"""Pictures of the pages of a PDF, drawn in a process of their own, and made PNG here.

The process that draws has handled a hostile file, so all that is taken from it is numbers and pixels.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from app.ingestion import child

MAX_WIDTH = 2000
_SECONDS = 20
_HEAD_BYTES = 60
_NUMBERS = 3
_MOST_PIXELS = MAX_WIDTH * (4 * MAX_WIDTH + 1)
_CHANNELS = 3


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page.

    Attributes:
        pages: how many pages the PDF has.
        png: the picture; None where the PDF has no such page.
    """

    pages: int
    png: bytes | None


class PageNotDrawn(Exception):  # noqa: N818 - named for what happened
    """The PDF is damaged or protected, or drawing the page takes too long."""


def draw_page(file: BinaryIO, number: int, *, width: int) -> PagePicture:
    """Draw a page of a PDF.

    Args:
        file: The PDF, opened for reading only: the process inherits it as it is.
        number: Which page, from 1.
        width: Of the picture, in pixels.

    Raises:
        PageNotDrawn: There is no picture.
    """
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    arguments = [str(value) for value in (os.getpid(), number, width, _SECONDS)]
    with tempfile.TemporaryFile() as output:
        child.run(child.command("app.ingestion.page_pictures.drawing", *arguments), file, output, seconds=_SECONDS)
        output.seek(0)
        words = output.readline(_HEAD_BYTES).split()
        if len(words) != _NUMBERS or not all(word.isdigit() for word in words):
            raise PageNotDrawn
        pages, columns, rows = map(int, words)
        if columns * rows == 0:
            return PagePicture(pages, None)
        size = columns * rows * _CHANNELS
        if columns * rows > _MOST_PIXELS or len(pixels := output.read(size)) != size:
            raise PageNotDrawn
    return PagePicture(pages, _png(columns, rows, pixels))


def _png(columns: int, rows: int, pixels: bytes) -> bytes:
    """Return a picture of three bytes a pixel as PNG (https://www.w3.org/TR/png-3/, section 5)."""
    length = columns * _CHANNELS
    # Each row begins with its filter: 0, none.
    filtered = b"".join(b"\0" + pixels[start : start + length] for start in range(0, rows * length, length))
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(filtered, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
