"""Draws the pages of a PDF that have no text: `python -m app.ingestion.ocr.pictures PARENT FIRST COUNT < FILE`.

A sealed process like a parser, because a PDF is as hostile drawn as read. Writes, for each page, a line of its number
and the size of the picture, and the picture (PGM). A last line `0 0` says that it came to the end of the document.
"""

from __future__ import annotations

import sys

import pypdfium2
from pypdfium2 import raw

from app.ingestion.confinement.limits import ParseLimits, limit_cost
from app.ingestion.confinement.seal import seal
from app.ingestion.parsers.pdf import is_picture

_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72
_MOST_PIXELS = 40_000_000


def main(arguments: list[str]) -> None:
    """Write up to COUNT pictures of pages from FIRST on."""
    parent, first, count, wall_seconds = (int(argument) for argument in arguments)
    limit_cost(ParseLimits(wall_seconds=wall_seconds, cpu_seconds=wall_seconds))
    seal(parent=parent)
    output = sys.stdout.buffer
    with pypdfium2.PdfDocument(sys.stdin.buffer.read()) as document:
        for number in range(first, len(document) + 1):
            page = document[number - 1]
            if is_picture(page):
                if count == 0:
                    return
                count -= 1
                picture = _drawn(page)
                output.write(b"%d %d\n" % (number, len(picture)))
                output.write(picture)
                output.flush()
            page.close()
    output.write(b"0 0\n")


def _drawn(page: pypdfium2.PdfPage) -> bytes:
    width, height = page.get_size()
    scale = _DOTS_PER_INCH / _POINTS_PER_INCH
    # A page may claim to be as large as a house.
    scale *= min(1.0, (_MOST_PIXELS / max(1.0, width * height * scale * scale)) ** 0.5)
    bitmap = page.render(scale=scale, force_bitmap_format=raw.FPDFBitmap_Gray)
    rows = bytes(bitmap.buffer)
    pixels = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels


if __name__ == "__main__":
    main(sys.argv[1:])
