"""Which files are accepted, judged by their content and their name, never by the type a client claims.

A new format is a module in `app.ingestion.parsers` and an entry in `FORMATS`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

HEAD_BYTES = 4096
"""How much of a file's beginning `detect_media_type` wants to see."""

MAX_NAME_BYTES = 255
"""Length of a file name in UTF-8 on common file systems."""

_PDF_SIGNATURE_WITHIN = 1024
"""PDF readers accept that many bytes before the header (ISO 32000-1, Annex H, implementation note 13)."""


_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WITH_MACROS = frozenset({".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".pptm", ".potm", ".ppsm"})
_REPLACED_BY = {".doc": ".docx", ".rtf": ".docx", ".xls": ".xlsx", ".xlsb": ".xlsx", ".ppt": ".pptx"}


class MediaType(StrEnum):
    """Media types of documents."""

    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    HTML = "text/html"
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    CSV = "text/csv"
    TSV = "text/tab-separated-values"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be read.

    Args:
        media_type: What the document is stored as.
        parser: Module in `app.ingestion.parsers`.
        extensions: Ends of file names, in lower case.
        signature: Bytes at the beginning of every such file, or several of which it has one; None for text.
        folder: For a zip, the folder in it that no other format has.
    """

    media_type: MediaType
    parser: str
    extensions: tuple[str, ...]
    signature: bytes | tuple[bytes, ...] | None = None
    folder: bytes | None = None


_PDF_SIGNATURE = b"%PDF-"
_PDF = Format(MediaType.PDF, "pdf", (".pdf",), _PDF_SIGNATURE)
FORMATS = (
    _PDF,
    Format(MediaType.MARKDOWN, "markdown", (".md", ".markdown", ".mdown", ".mkd")),
    Format(MediaType.HTML, "html", (".html", ".htm", ".xhtml")),
    Format(MediaType.PNG, "picture", (".png",), b"\x89PNG\r\n\x1a\n"),
    Format(MediaType.JPEG, "picture", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
    Format(MediaType.TIFF, "picture", (".tif", ".tiff"), (b"II*\0", b"MM\0*")),
    Format(MediaType.WEBP, "picture", (".webp",), b"RIFF"),
    Format(MediaType.DOCX, "office.word", (".docx",), _ZIP, b"word/"),
    Format(MediaType.PPTX, "office.slides", (".pptx",), _ZIP, b"ppt/"),
    Format(MediaType.XLSX, "office.sheets", (".xlsx",), _ZIP, b"xl/"),
    Format(MediaType.CSV, "csv_table", (".csv",)),
    Format(MediaType.TSV, "csv_table", (".tsv", ".tab")),
    Format(MediaType.TEXT, "plain", ("", ".txt", ".text", ".log")),
)


PICTURES = frozenset(known.media_type for known in FORMATS if known.parser == "picture")
"""Formats whose text has to be recognised."""


TEXTS = frozenset(known.media_type for known in FORMATS if known.signature is None)
"""Formats that are text in some encoding."""


class UploadRejected(Exception):  # noqa: N818 - named for what happened, as every problem here
    """An upload that is refused before it is stored; `code` is stable, the message is for the person who uploads."""

    code = "UPLOAD_REJECTED"


class FileNameRejected(UploadRejected):
    """Nothing of the file's name can be shown."""

    code = "INVALID_FILE_NAME"


class EmptyFile(UploadRejected):
    """A file of no bytes."""

    code = "EMPTY_FILE"


class UnsupportedText(StrEnum):
    """What is said of such a file; `{name}` stands for a value."""

    UNKNOWN = "Files of the type {extension} cannot be read. Accepted are: {accepted}."
    OTHER_CONTENT = "The file is named {extension} but its content is not of that format."
    NO_TEXT = "The content of the file is not text. Accepted are: {accepted}."
    MACROS = "Files with macros ({extension}) cannot be read. Save it without."
    OLD = "Files of the type {extension} cannot be read. Save it as {new}."
    OLD_OFFICE = (
        "This is a file of an old Office format, or one protected by a password."
        " Save it as .docx, .xlsx or .pptx without a password."
    )


class UnsupportedMediaType(UploadRejected):
    """A file of a format that cannot be read, or whose content is not what its name says."""

    code = "UNSUPPORTED_MEDIA_TYPE"


def safe_file_name(claimed: str) -> str:
    """Return the name of an uploaded file as it may be stored and shown.

    Keeps the part after the last slash or backslash, without control, format (bidirectional overrides, zero-width) and
    unassigned characters, in NFC, of 255 bytes at most with the extension kept. Meant for display: where a file lies
    on a disk never depends on it, and a `Content-Disposition` header has to encode it (RFC 6266).

    Raises:
        FileNameRejected: Nothing is left.
    """
    last = re.split(r"[/\\]", readable_name(claimed))[-1]
    shown = "".join(" " if unicodedata.category(c) in {"Zl", "Zp"} or c in "\t\r\n" else c for c in last)
    shown = "".join(c for c in shown if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn", "Co"})
    shown = re.sub(r"\s+", " ", unicodedata.normalize("NFC", shown)).strip()
    if not shown.strip(". "):
        raise FileNameRejected("The file has no usable name. Rename it and upload it again.")
    return _shorten(shown)


def readable_name(claimed: str) -> str:
    """Return a name whose bytes were no UTF-8, as older clients send it, in the encoding that they are in.

    A form's parser reads such bytes as Latin-1, one character each.
    """
    if claimed.isascii() or max(claimed) > "\xff":
        return claimed
    # The tables of encodings are needed for few uploads, and otherwise in parsers only.
    from app.ingestion.texts.legacy_encodings import read_legacy  # noqa: PLC0415 - see above

    return read_legacy(claimed.encode("latin-1"), fewest=2) or claimed


def detect_media_type(file_name: str, head: bytes) -> MediaType:
    """Return the type under which a file is read.

    Args:
        file_name: Its name (`safe_file_name`).
        head: Its first `HEAD_BYTES` bytes, or all of it.

    Raises:
        EmptyFile: There are no bytes.
        UnsupportedMediaType: Neither content nor name belongs to a known format, or they contradict each other.
    """
    if not head:
        raise EmptyFile("The file is empty.")
    extension = PurePosixPath(file_name).suffix.lower()
    by_name = next((known for known in FORMATS if extension in known.extensions), None)
    by_content = [known for known in FORMATS if _is_of(known, head)]
    if by_name in by_content and by_name is not None:
        return by_name.media_type
    if by_content == [_PDF] and (by_name is None or by_name.signature is None) and _begins_as_pdf(head):
        return MediaType.PDF
    _refuse_known(extension, head)
    if by_name is None:
        raise UnsupportedMediaType(UnsupportedText.UNKNOWN.format(extension=extension, accepted=accepted()))
    if by_name.signature is not None:
        raise UnsupportedMediaType(UnsupportedText.OTHER_CONTENT.format(extension=extension))
    if _is_binary(head):
        raise UnsupportedMediaType(UnsupportedText.NO_TEXT.format(accepted=accepted()))
    return by_name.media_type


def accepted() -> str:
    """Return the accepted file name extensions as a list for a message."""
    return ", ".join(extension for known in FORMATS for extension in known.extensions if extension)


def _is_of(known: Format, head: bytes) -> bool:
    """Return True if the beginning of a file may be that of a format with a signature."""
    if known.signature is None:
        return False
    if known is _PDF:
        return _PDF_SIGNATURE in head[: _PDF_SIGNATURE_WITHIN + len(_PDF_SIGNATURE)]
    if known.folder is None:
        return head.startswith(known.signature)
    # Only the first names of a zip are seen here; the parser looks at the rest.
    others = [other.folder for other in FORMATS if other.folder and other.folder != known.folder]
    return head.startswith(known.signature) and not any(b"\0\0" + folder in head for folder in others)


def _refuse_known(extension: str, head: bytes) -> None:
    """Raise with what to do about files that people have and that cannot be read."""
    if extension in _WITH_MACROS:
        raise UnsupportedMediaType(UnsupportedText.MACROS.format(extension=extension))
    if head.startswith(_OLD_OFFICE):
        raise UnsupportedMediaType(UnsupportedText.OLD_OFFICE)
    if extension in _REPLACED_BY:
        raise UnsupportedMediaType(UnsupportedText.OLD.format(extension=extension, new=_REPLACED_BY[extension]))


def _begins_as_pdf(head: bytes) -> bool:
    """Return True for a PDF of whatever name; a text that merely mentions the signature is none."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(_PDF_SIGNATURE)


def _is_binary(head: bytes) -> bool:
    return b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))


def _shorten(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > MAX_NAME_BYTES // 4:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: MAX_NAME_BYTES - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip() + suffix
