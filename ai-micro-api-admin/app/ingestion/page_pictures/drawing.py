"""Draws a page of a PDF: `python -m app.ingestion.page_pictures.drawing PARENT PAGE WIDTH SECONDS < FILE`.

A sealed process like a parser, because a PDF is as hostile drawn as read. Writes a line with the number of pages and
the size of the picture in pixels, and the picture, three bytes a pixel. A page that is not there has the size 0 0.
"""

from __future__ import annotations

import sys

import pypdfium2
from pypdfium2 import raw

from app.ingestion.confinement.limits import ParseLimits, limit_cost
from app.ingestion.confinement.seal import seal

_TALLEST = 4
"""Heights of a page in its widths; a page may claim to be as tall as a house."""


def main(arguments: list[str]) -> None:
    """Write the picture."""
    parent, number, width, seconds = (int(argument) for argument in arguments)
    limit_cost(ParseLimits(wall_seconds=seconds, cpu_seconds=seconds))
    seal(parent=parent)
    output = sys.stdout.buffer
    with pypdfium2.PdfDocument(sys.stdin.buffer.read()) as document:
        if not 1 <= number <= len(document):
            output.write(b"%d 0 0\n" % len(document))
            return
        page = document[number - 1]
        page_width, page_height = page.get_size()
        scale = min(width / max(1.0, page_width), width * _TALLEST / max(1.0, page_height))
        bitmap = page.render(scale=scale, force_bitmap_format=raw.FPDFBitmap_BGR, rev_byteorder=True)
        rows, length = bytes(bitmap.buffer), bitmap.width * 3
        output.write(b"%d %d %d\n" % (len(document), bitmap.width, bitmap.height))
        for y in range(bitmap.height):
            output.write(rows[y * bitmap.stride : y * bitmap.stride + length])


if __name__ == "__main__":
    main(sys.argv[1:])
