"""Pictures and scans, where Tesseract is installed (Debian: tesseract-ocr, -jpn and -jpn-vert)."""

import tempfile
import threading
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import reportlab
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pptx import Presentation
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.ingestion import isolation
from app.ingestion.chunking.chunks import Chunk, SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import FailureCode, ParseCancelled, ParseFailed
from app.ingestion.media_types import MediaType
from app.ingestion.ocr import recognition
from app.ingestion.ocr.recognition import languages
from app.ingestion.parse_warnings import ParseWarning
from app.ingestion.reasons import WarningCode
from tests.ingestion.parsers.office.office_files import repacked, saved
from tests.ingestion.reading import parse_file

pdfmetrics.registerFont(TTFont("Vera", Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"))
with_tesseract = pytest.mark.skipif(not languages(), reason="Tesseract is not installed")


def picture(text: str, form: str = "PNG") -> bytes:
    """Return a picture in which a text is written."""
    drawn, saved = BytesIO(), BytesIO()
    canvas = Canvas(drawn, pagesize=(400, 100))
    canvas.setFont("Vera", 20)
    canvas.drawString(20, 40, text)
    canvas.save()
    pypdfium2.PdfDocument(drawn.getvalue())[0].render(scale=3).to_pil().convert("RGB").save(saved, form)
    return saved.getvalue()


def pdf(*pages: tuple[str, bool]) -> bytes:
    """Return a PDF whose pages have a text, written or as a picture."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(400, 100))
    canvas.setFont("Vera", 20)
    for text, is_picture in pages:
        if is_picture:
            canvas.drawImage(ImageReader(BytesIO(picture(text))), 0, 0, 400, 100)
        else:
            canvas.drawString(20, 40, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def read(
    content: bytes, media_type: MediaType, stop: threading.Event | None = None
) -> tuple[list[Chunk], list[ParseWarning]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        with parse_file(file, media_type, limits=ParseLimits(), splitting=SplitSettings(), stop=stop) as document:
            return list(document), document.warnings


@with_tesseract
@pytest.mark.parametrize(
    ("form", "media_type"),
    [("PNG", MediaType.PNG), ("JPEG", MediaType.JPEG), ("TIFF", MediaType.TIFF), ("WEBP", MediaType.WEBP)],
)
def test_the_text_of_a_picture_is_found(form: str, media_type: MediaType) -> None:
    (chunk,), warnings = read(picture("Annual leave", form), media_type)
    assert (chunk.page, chunk.text, warnings) == (1, "Annual leave", [])


@with_tesseract
def test_scanned_pages_stand_in_their_places() -> None:
    chunks, warnings = read(pdf(("Cover", False), ("Annual leave", True), ("Last page", False)), MediaType.PDF)
    assert [(chunk.page, chunk.text) for chunk in chunks] == [(1, "Cover"), (2, "Annual leave"), (3, "Last page")]
    assert warnings == []


@with_tesseract
def test_a_pdf_of_scans_alone_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "_PAGES_AT_ONCE", 1)
    chunks, _ = read(pdf(("First scan", True), ("Second scan", True)), MediaType.PDF)
    assert [(chunk.page, chunk.text) for chunk in chunks] == [(1, "First scan"), (2, "Second scan")]


@with_tesseract
def test_pages_beyond_the_most_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "_PAGES_AT_ONCE", 1)
    monkeypatch.setattr(recognition, "MAX_PAGES", 1)
    chunks, (warning,) = read(pdf(("First scan", True), ("Second scan", True)), MediaType.PDF)
    assert [chunk.page for chunk in chunks] == [1]
    assert warning.code is WarningCode.PAGES_WITHOUT_TEXT
    assert warning.text.startswith("Page 2 has only pictures")


@with_tesseract
def test_a_picture_of_nothing_has_no_text() -> None:
    with pytest.raises(ParseFailed) as caught:
        read(picture(" "), MediaType.PNG)
    assert (caught.value.code, caught.value.reason) == (
        FailureCode.NO_TEXT, "No text was recognised in the picture.",
    )  # fmt: skip


@with_tesseract
def test_a_picture_that_is_none_has_no_text() -> None:
    for media_type in (MediaType.PNG, MediaType.TIFF):
        with pytest.raises(ParseFailed) as caught:
            read(b"\x89PNG\r\n\x1a\n" + b"\xff" * 500, media_type)
        assert caught.value.code is FailureCode.NO_TEXT


@with_tesseract
def test_recognition_can_be_stopped_from_another_thread() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(ParseCancelled):
        read(picture("Annual leave"), MediaType.PNG, stop)


@pytest.mark.parametrize(("content", "media_type"), [(picture("x"), MediaType.PNG), (pdf(("x", True)), MediaType.PDF)])
def test_without_tesseract_the_reason_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, content: bytes, media_type: MediaType
) -> None:
    monkeypatch.setattr(isolation, "languages", frozenset)
    with pytest.raises(ParseFailed, match="tesseract-ocr-jpn") as caught:
        read(content, media_type)
    assert caught.value.code is FailureCode.NO_TEXT


def test_without_tesseract_a_warning_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "languages", frozenset)
    _, (warning,) = read(pdf(("Cover", False), ("x", True)), MediaType.PDF)
    assert warning.text.startswith("Page 2 has only pictures")
    assert "tesseract-ocr-jpn" in warning.text


NOTICE = "The library is closed on Sunday"


def office(kind: MediaType, *, text: str = "body", content: bytes = b"") -> bytes:
    """Return an Office file with a text and a picture in which a notice is written."""
    drawn = BytesIO(content or picture(NOTICE, "TIFF"))
    if kind is MediaType.DOCX:
        document = Document()
        document.add_paragraph(text)
        document.add_picture(drawn)
        return saved(document)
    if kind is MediaType.PPTX:
        presentation = Presentation()
        for title in (text, "second"):
            slide = presentation.slides.add_slide(presentation.slide_layouts[5])
            slide.shapes.title.text = title
        slide.shapes.add_picture(drawn, 0, 0)
        return saved(presentation)
    workbook = Workbook()
    assert workbook.active is not None
    workbook.active.append([text])
    return repacked(saved(workbook), {"xl/media/image1.tiff": drawn.getvalue()})


OFFICE = [MediaType.DOCX, MediaType.PPTX, MediaType.XLSX]


@with_tesseract
@pytest.mark.parametrize("kind", OFFICE)
def test_pictures_in_office_files_are_read(kind: MediaType) -> None:
    chunks, warnings = read(office(kind), kind)
    assert warnings == []
    found = [chunk for chunk in chunks if NOTICE in chunk.text]
    assert len(found) == 1
    assert found[0].page == (2 if kind is MediaType.PPTX else None)
    assert "body" in "".join(chunk.text for chunk in chunks)


@with_tesseract
def test_a_document_of_a_picture_alone_is_read() -> None:
    (chunk,), _ = read(office(MediaType.DOCX, text=""), MediaType.DOCX)
    assert chunk.text == NOTICE


@with_tesseract
@pytest.mark.parametrize("kind", OFFICE)
def test_a_picture_in_which_nothing_is_recognised_is_named(kind: MediaType) -> None:
    noise = BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(noise, "TIFF")
    chunks, warnings = read(office(kind, content=noise.getvalue()), kind)
    assert chunks
    (warning,) = warnings
    assert (warning.code, "no text was recognised" in warning.text) == (WarningCode.PICTURES_NOT_READ, True)


@pytest.mark.parametrize("kind", OFFICE)
def test_without_tesseract_a_file_with_pictures_says_what_to_install(
    kind: MediaType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "languages", frozenset)
    _, (warning,) = read(office(kind), kind)
    assert warning.code is WarningCode.PICTURES_NOT_READ
    assert "tesseract-ocr-jpn" in warning.text


def test_a_tesseract_that_is_installed_later_is_found_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert languages() == frozenset()
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho 'List of available languages (2):'\necho eng\necho jpn\n")
    program.chmod(0o755)
    assert languages() == {"eng", "jpn"}
