"""Office files for tests: ordinary ones by the libraries that people use, hostile ones part by part."""

import zipfile
from io import BytesIO

from docx import Document
from docx.oxml import parse_xml
from openpyxl import Workbook
from pptx import Presentation

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = "application/vnd.openxmlformats-officedocument."
MAINS = {
    "docx": ("word/document.xml", f"{_TYPES}wordprocessingml.document.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{_TYPES}presentationml.presentation.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{_TYPES}spreadsheetml.sheet.main+xml"),
}


def saved(document: object) -> bytes:
    """Return the bytes of a document of any of the libraries."""
    file = BytesIO()
    document.save(file)  # type: ignore[attr-defined]  # Document, Presentation and Workbook have no common type
    return file.getvalue()


def docx(*paragraphs: str) -> bytes:
    """Return a document with some paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def docx_of(*blocks: str) -> bytes:
    """Return a document with some blocks, as XML."""
    document = Document()
    for block in blocks:
        document.element.body.insert(-1, parse_xml(block.replace(">", f" {W}>", 1)))
    return saved(document)


def pptx(title: str, text: str) -> bytes:
    """Return a presentation of one slide."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = title
    slide.placeholders[1].text = text
    return saved(presentation)


def xlsx(*rows: list[object], title: str = "Sheet") -> bytes:
    """Return a workbook of one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(workbook)


def repacked(file: bytes, parts: dict[str, bytes | None]) -> bytes:
    """Return a zip with parts replaced, added or left out."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return changed.getvalue()


def package(kind: str, main: bytes, content_type: str = "") -> bytes:
    """Return the smallest file of a kind with a main part of one's own."""
    name, default = MAINS[kind]
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        types = f'<Types><Override PartName="/{name}" ContentType="{content_type or default}"/></Types>'
        new.writestr("[Content_Types].xml", types)
        relation = f'<Relationship Id="r1" Type="x/officeDocument" Target="{name}"/>'
        new.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
        new.writestr(name, main)
    return file.getvalue()
