"""Small PDFs that are cheap to make and were made to cost their reader much: circles, doublings, depths and lies."""

import zlib

from tests.ingestion.parsers.pdf_files import CATALOG, FONT, PAGE, assemble, pdf, pdf_nested, pdf_with_pages

PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
TEXT = b"BT /F1 12 Tf 72 700 Td (Annual leave) Tj ET"


def stream(content: bytes, *, entries: bytes = b"", length: int | None = None) -> bytes:
    """Return a stream with further entries in its dictionary, and a length that may be wrong."""
    length = len(content) if length is None else length
    return b"<</Length %d%s>>stream\n" % (length, entries) + content + b"\nendstream"


PLAIN = assemble(CATALOG, PAGES, PAGE, stream(TEXT), FONT)
DEFLATED = assemble(CATALOG, PAGES, PAGE, stream(zlib.compress(TEXT), entries=b"/Filter/FlateDecode"), FONT)
SEEDS = [PLAIN, DEFLATED, pdf(["Annual leave", "年次有給休暇"], ["Page 2"])]


def form(resources: bytes) -> bytes:
    """Return a form that draws the two of its resources."""
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject" + resources + b">>"
    return stream(b"/X1 Do /X2 Do", entries=entries)


HOSTILE = {
    "a page tree that is its own child": assemble(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"),
    "a page tree of a circle": assemble(
        CATALOG, b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 4>>", b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 2 0 R]/Count 2>>"
    ),
    "a form that draws itself twice": assemble(
        CATALOG, PAGES, PAGE.replace(b"/Font", b"/XObject<</X1 4 0 R/X2 4 0 R>>/Font"),
        form(b"<</X1 4 0 R/X2 4 0 R>>"), FONT,
    ),
    "forms that double at each of thirty levels": assemble(
        CATALOG, PAGES, PAGE.replace(b"/Font", b"/XObject<</X1 6 0 R/X2 6 0 R>>/Font"), stream(b"/X1 Do /X2 Do"), FONT,
        *[form(b"<</X1 %d 0 R/X2 %d 0 R>>" % (level + 1, level + 1)) for level in range(6, 36)], stream(TEXT),
    ),
    "a length that refers to itself": assemble(CATALOG, PAGES, PAGE, b"<</Length 4 0 R>>stream\nq\nendstream", FONT),
    "a length of two gigabytes": assemble(CATALOG, PAGES, PAGE, stream(TEXT, length=2**31 - 1), FONT),
    "a thousand filters": assemble(
        CATALOG, PAGES, PAGE, stream(TEXT, entries=b"/Filter[" + b"/FlateDecode" * 1000 + b"]")
    ),
    "an object stream that extends itself": assemble(
        CATALOG, PAGES, PAGE, stream(TEXT), FONT, stream(b"7 0 1", entries=b"/Type/ObjStm/N 1/First 4/Extends 6 0 R"),
    ),
    "a table before the table before the table": PLAIN.replace(
        b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % PLAIN.index(b"xref\n")
    ),
    "a font whose map is itself": assemble(
        CATALOG, PAGES, PAGE, stream(TEXT),
        b"<</Type/Font/Subtype/Type0/ToUnicode 5 0 R/DescendantFonts[5 0 R]/Encoding 5 0 R/BaseFont/X>>",
    ),
    "parentheses in parentheses": assemble(CATALOG, PAGES, PAGE, stream(b"BT (" + b"(" * 100_000 + b") Tj ET"), FONT),
    "arrays in arrays": pdf_nested(50_000),
    "dictionaries in dictionaries": PLAIN.replace(b"/Type/Page/", b"/D" + b"<</D" * 20_000 + b"/Type/Page/"),
    "a saved state that is never restored": assemble(CATALOG, PAGES, PAGE, stream(b"q " * 500_000 + TEXT), FONT),
    "the same page again and again": pdf_with_pages(9_000),
}  # fmt: skip
