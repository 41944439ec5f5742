import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingestion.media_types import (
    FORMATS,
    EmptyFile,
    FileNameRejected,
    MediaType,
    UnsupportedMediaType,
    detect_media_type,
    safe_file_name,
)
from app.ingestion.parsers import parser_for

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("報告書.pdf", "報告書.pdf"),
        ("か\u3099い.txt", "がい.txt"),
        ("a\0b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
        ("\u202etxt.exe", "txt.exe"),
        ("zero\u200bwidth.md", "zerowidth.md"),
        ("lone\ud800surrogate.txt", "lonesurrogate.txt"),
        ("  many   spaces .txt ", "many spaces .txt"),
        (".profile", ".profile"),
        ("résumé.txt", "résumé.txt"),
        ("Größe.pdf", "Größe.pdf"),
        *[
            (name.encode(encoding).decode("latin-1"), name.rsplit("\\")[-1])
            for name in ("就業規則.pdf", "見積書 2026年度.xlsx", "ソート表.csv", "会議.txt", "C:\\資料\\一覧表.md")
            for encoding in ("cp932", "euc_jp")
        ],
    ],
)
def test_a_file_name_is_made_safe_to_show(claimed: str, shown: str) -> None:
    assert safe_file_name(claimed) == shown


@pytest.mark.parametrize("claimed", ["", " ", ".", "..", "../", "a/..", "\0", "\u202e", "folder/", "\\", ". ."])
def test_a_name_of_which_nothing_is_left_is_rejected(claimed: str) -> None:
    with pytest.raises(FileNameRejected):
        safe_file_name(claimed)


def test_a_long_name_keeps_its_extension_and_whole_characters() -> None:
    name = safe_file_name("資" * 300 + ".pdf")
    assert name.endswith("資.pdf")
    assert 250 < len(name.encode()) <= 255


def test_a_long_extension_is_cut_like_any_name() -> None:
    assert len(safe_file_name("a." + "x" * 500).encode()) == 255


@given(st.text())
def test_a_name_is_safe_or_rejected(claimed: str) -> None:
    try:
        name = safe_file_name(claimed)
    except FileNameRejected:
        return
    assert 0 < len(name.encode("utf-8")) <= 255
    assert name not in {".", ".."}
    assert not set(name) & set("/\\\0\r\n\u202e")
    assert safe_file_name(name) == name


@pytest.mark.parametrize(
    ("name", "head", "media_type"),
    [
        ("a.txt", b"text", MediaType.TEXT),
        ("README", b"text", MediaType.TEXT),
        ("A.TXT", b"text", MediaType.TEXT),
        ("a.md", b"# Title", MediaType.MARKDOWN),
        ("a.html", b"<p>text", MediaType.HTML),
        ("a.csv", b"a,b", MediaType.CSV),
        ("a.png", PNG, MediaType.PNG),
        ("a.tif", b"II*\0", MediaType.TIFF),
        ("a.tiff", b"MM\0*", MediaType.TIFF),
        ("a.jpg", b"\xff\xd8\xff\xe0", MediaType.JPEG),
        ("a.pdf", b"%PDF-1.7 \xff\xd8\xff", MediaType.PDF),
        ("a.tsv", b"a\tb", MediaType.TSV),
        ("a.docx", b"PK\x03\x04 [Content_Types].xml", MediaType.DOCX),
        ("a.DOCX", b"PK\x03\x04 \0\0word/document.xml", MediaType.DOCX),
        ("a.pptx", b"PK\x03\x04 \0\0ppt/presentation.xml", MediaType.PPTX),
        ("a.xlsx", b"PK\x03\x04 \0\0xl/workbook.xml", MediaType.XLSX),
        ("a.pdf", b"%PDF-1.7", MediaType.PDF),
        ("a.pdf", b"junk\n%PDF-1.7", MediaType.PDF),
        ("a.txt", b"%PDF-1.7", MediaType.PDF),
        ("a.bin", b"%PDF-1.7", MediaType.PDF),
        ("a.txt", b"A file begins with %PDF-1.7", MediaType.TEXT),
        ("a.txt", "日本語".encode("utf-16"), MediaType.TEXT),
        ("a.txt", "日本語".encode("cp932"), MediaType.TEXT),
    ],
)
def test_content_and_name_decide_the_type(name: str, head: bytes, media_type: MediaType) -> None:
    assert detect_media_type(name, head) is media_type


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.pdf", b"this is no PDF"),
        ("a.pdf", PNG),
        ("a.pdf", b" " * 2000 + b"x%PDF-1.7"),
        ("a.txt", PNG),
        ("a.md", b"PK\x03\x04\0\0"),
        ("a.exe", b"MZ"),
        ("a.docx", b"text"),
        ("a.docx", b"PK\x03\x04 \0\0xl/workbook.xml"),
        ("a.xlsx", b"PK\x03\x04 \0\0word/document.xml"),
        ("a.zip", b"PK\x03\x04"),
        ("a.jpg", PNG),
        ("a.png", b"text"),
        ("a.docx", b"%PDF-1.7"),
        ("a.html", PNG),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, head: bytes) -> None:
    with pytest.raises(UnsupportedMediaType):
        detect_media_type(name, head)


def test_a_refusal_says_what_is_accepted() -> None:
    with pytest.raises(UnsupportedMediaType, match=r"\.exe cannot be read.*\.pdf, \.md.*\.txt"):
        detect_media_type("a.exe", b"MZ")


@pytest.mark.parametrize(
    ("name", "head", "remedy"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office format, or one protected by a password"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
        ("a.xls", b"<html>", r"Save it as \.xlsx"),
        ("a.docm", b"PK\x03\x04", "macros"),
    ],
)
def test_a_refusal_says_what_to_do(name: str, head: bytes, remedy: str) -> None:
    with pytest.raises(UnsupportedMediaType, match=remedy):
        detect_media_type(name, head)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyFile):
        detect_media_type("a.txt", b"")


@pytest.mark.parametrize("media_type", list(MediaType))
def test_every_media_type_has_a_parser(media_type: MediaType) -> None:
    assert callable(parser_for(media_type))


def test_no_two_formats_share_an_extension() -> None:
    extensions = [extension for known in FORMATS for extension in known.extensions]
    assert len(extensions) == len(set(extensions))
