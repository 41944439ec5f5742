"""PDF files for tests: ordinary ones by ReportLab, hostile ones object by object."""

import zlib
from io import BytesIO

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pdf(*pages: list[str] | None, password: str | None = None) -> bytes:
    """Return a PDF with the given lines on each page, or a picture where they are None."""
    file = BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(password, strength=128) if password else None)
    for lines in pages:
        canvas.setFont("HeiseiMin-W3", 12)
        if lines is None:
            canvas.rect(100, 100, 300, 400, fill=1)
        for row, line in enumerate(lines or []):
            canvas.drawString(72, 750 - 16 * row, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def pdf_of_drawings() -> bytes:
    """Return a PDF with a picture and no text, like a scan."""
    return pdf(None)


def pdf_with_pages(count: int) -> bytes:
    """Return a small PDF that shows the same empty page again and again."""
    return assemble(CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * count + b"]/Count %d>>" % count, PAGE)


def pdf_that_inflates_to(size: int) -> bytes:
    """Return a PDF of some kilobytes whose page is compressed twice and has so many bytes of text."""
    compressor = zlib.compressobj(9)
    block = b"(AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA) Tj\n" * 20_000
    content = compressor.compress(b"BT /F1 12 Tf 10 10 Td\n")
    for _ in range(size // len(block)):
        content += compressor.compress(block)
    twice = zlib.compress(content + compressor.flush(), 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(twice) + twice + b"\nendstream"
    return assemble(CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE, stream, FONT)


def pdf_nested(depth: int) -> bytes:
    """Return a PDF with an array in an array in an array."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Deep " + b"[" * depth + b"]" * depth + b">>"
    return assemble(CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)


def assemble(*objects: bytes) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is its catalog."""
    file, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer
