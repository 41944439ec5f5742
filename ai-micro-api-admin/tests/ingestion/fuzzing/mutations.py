"""Small files of every format, and what may become of them on their way."""

import random
import re
import zipfile
from io import BytesIO

from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment

from app.ingestion.media_types import PICTURES, MediaType
from tests.ingestion.parsers.hostile_pdfs import SEEDS as PDFS
from tests.ingestion.parsers.office.office_files import docx_of, pptx, saved, xlsx

TEXT = (
    "# 手順\n\n[重要]: 休館。<ruby>漢<rt>かん</rt></ruby>\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n1. x\n   - y\n[^1]: 注\n```\nc\n"
)
HTML = (
    "<meta charset=utf-8><title>題</title><h1>見出し</h1><ul><li>一<ol start=3><li>二</ol></ul><table><thead><tr><th>a"
    "<tbody><tr><td>b<table><tr><td>c</table></table><pre>x\n y</pre><ruby>漢<rp>(<rt>かん</ruby>"
    "<img alt=写真>&amp;&#12354;"
)
CSV = '品名,価格\n"茶, 緑",500\n"水\n湯",100\n'
PIECES = [
    b"<", b">", b"</", b"<!--", b"<table>", b"<tr>", b"<td>", b"<ruby>", b"<rt>", b"&", b"&#", b"<![CDATA[", b"]]>",
    b'"', b"'", b"\0", b"\xff", b"\xe3\x81", b"\x1b$B", b"\r", b"|", b"[", b"]: ", b"```", b"#", b"- ", b",", b"\t",
    b"-1", b"0", b"99999999999999999999", b"1e999", b"NaN", b"<!DOCTYPE x>", b"w:val=", b'r="XFD1048576"', b't="s"',
    b"</w:p>",
]  # fmt: skip
ATTRIBUTE = re.compile(rb'"[^"<>]*"')


def rich_docx() -> bytes:
    document = Document()
    document.add_heading("規程", 1)
    paragraph = document.add_paragraph("本文", style="List Number")
    document.add_comment(paragraph.runs, text="注", author="a")
    document.add_table(rows=2, cols=2).rows[0].cells[0].text = "a"
    return saved(document)


def rich_xlsx() -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["品名", "価格"])
    sheet.append(["茶", 0.5])
    sheet["B2"].number_format = "0%"
    sheet["B2"].comment = Comment("注", "a")
    return saved(workbook)


SEEDS: dict[MediaType, list[bytes]] = {
    MediaType.TEXT: [TEXT.encode(encoding) for encoding in ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16")],
    MediaType.MARKDOWN: [TEXT.encode()],
    MediaType.HTML: [HTML.encode()],
    MediaType.CSV: [CSV.encode(), CSV.encode("cp932")],
    MediaType.TSV: [CSV.replace(",", "\t").encode()],
    MediaType.PDF: PDFS,
    MediaType.DOCX: [rich_docx(), docx_of("<w:p><w:r><w:t>x</w:t></w:r></w:p>")],
    MediaType.PPTX: [pptx("題", "本文")],
    MediaType.XLSX: [rich_xlsx(), xlsx(["a", 1, None, "b"])],
}


# Tesseract reads these, a program of its own; the parser sees only what came of it.
WITHOUT_PARSER = PICTURES


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """Return a file with some of its bytes replaced, repeated or left out; of a zip, more often those of its parts."""
    if seed.startswith(b"PK") and chance.random() < 0.8:
        return _with_mutated_part(seed, chance)
    content = seed
    for _ in range(chance.randint(1, 6)):
        content = _once(content, chance)
    return content


def _with_mutated_part(seed: bytes, chance: random.Random) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(seed)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new:
        names = [name for name in old.namelist() if name.endswith((".xml", ".rels"))]
        # The parts with the text are few among many.
        changed = {chance.choice(names), chance.choice([name for name in names if "/theme" not in name.lower()])}
        for name in old.namelist():
            content = old.read(name)
            for _ in range(chance.randint(1, 4) if name in changed else 0):
                content = _once(content, chance)
            if name not in changed or chance.random() > 0.1:
                new.writestr(name, content)
    return file.getvalue()


def _once(content: bytes, chance: random.Random) -> bytes:  # noqa: PLR0911 - a table
    place, length = chance.randint(0, len(content)), chance.randint(1, 200)
    kind = chance.choice(["byte", "piece", "drop", "repeat", "end", "attribute", "swap"])
    if kind == "byte":
        return content[:place] + chance.randbytes(chance.randint(1, 4)) + content[place + 1 :]
    if kind == "piece":
        return content[:place] + chance.choice(PIECES) * chance.choice([1, 1, 50]) + content[place:]
    if kind == "drop":
        return content[:place] + content[place + length :]
    if kind == "repeat":
        return content[:place] + content[place : place + length] * chance.randint(2, 50) + content[place:]
    if kind == "end":
        return content[:place]
    if kind == "attribute" and (found := list(ATTRIBUTE.finditer(content))):
        one = chance.choice(found)
        return content[: one.start()] + b'"' + chance.choice(PIECES).replace(b'"', b"") + b'"' + content[one.end() :]
    other = chance.randint(0, len(content))
    return content[:place] + content[other : other + length] + content[place + length :]
