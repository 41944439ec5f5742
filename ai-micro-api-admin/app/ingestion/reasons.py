"""What is said of documents: why one gave no chunks, and what of one is not in its chunks or not as it was.

All of it in one place, because OpenAPI lists it by code and user interfaces translate it. `{name}` stands for a value.
"""

from __future__ import annotations

from enum import Enum, StrEnum

from app.ingestion.failures import FailureCode, ParseFailed, UnreadableFile

_NOT_INSTALLED = (
    "Text recognition is not installed on the server: it needs Tesseract with Japanese"
    " (Debian: tesseract-ocr, tesseract-ocr-jpn, tesseract-ocr-jpn-vert)."
)
_NOTHING_FOUND = "Text recognition found nothing there."
_PDF_WITHOUT_TEXT = "The PDF has no text, only images or empty pages."
_A_PAGE = "Page {page} has only pictures and no text, like a scan: what is written there is not found."
_PAGES = (
    "Pages {pages} ({count} pages) have only pictures and no text, like a scan: what is written there is not found."
)
_UNREAD = "What is written in pictures is not found."
_CHART = "such as the data of a chart. Upload what should be found by itself."
_SAVE_AGAIN = "Open the file in Excel, save it and upload it again."
_LOST = "not in the file as before, so what was corrected there is not found any more: {passages}"


class WarningCode(StrEnum):
    """Stable code of a warning; the user interface translates by it."""

    CORRECTIONS_NOT_MADE = "CORRECTIONS_NOT_MADE"
    CUT_CHARACTER = "CUT_CHARACTER"
    EMBEDDED_FILES_NOT_READ = "EMBEDDED_FILES_NOT_READ"
    FORMULAS_WITHOUT_RESULT = "FORMULAS_WITHOUT_RESULT"
    PAGES_WITHOUT_TEXT = "PAGES_WITHOUT_TEXT"
    PICTURES_NOT_READ = "PICTURES_NOT_READ"


class _CodedText(Enum):
    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.text = text

    def filled(self, **values: str | int) -> str:
        """Return the text with its values."""
        return self.text.format(**values)

    @classmethod
    def by_code(cls) -> dict[str, list[str]]:
        """Return the texts of each code."""
        texts: dict[str, list[str]] = {}
        for member in cls:
            texts.setdefault(str(member.code), []).append(member.text)
        return texts


class Reason(_CodedText):
    """Why a document gives no chunks, for the person who uploaded it. The first of a code is the general one."""

    def unreadable(self, **values: str | int) -> UnreadableFile:
        """Return the verdict of a parser; only for codes that are a `FailureCode`."""
        return UnreadableFile(FailureCode(self.code), self.filled(**values))

    def failed(self, *, detail: str = "") -> ParseFailed:
        """Return the failure of a parser; only for codes that are a `FailureCode`."""
        return ParseFailed(FailureCode(self.code), self.text, detail=detail)

    NO_TEXT = FailureCode.NO_TEXT, "The file has no text."
    NO_TEXT_IN_PICTURE = FailureCode.NO_TEXT, "No text was recognised in the picture."
    NO_TEXT_RECOGNITION = FailureCode.NO_TEXT, _NOT_INSTALLED
    NO_TEXT_IN_PDF = FailureCode.NO_TEXT, f"{_PDF_WITHOUT_TEXT} {_NOTHING_FOUND}"
    NO_TEXT_IN_PDF_UNREAD = FailureCode.NO_TEXT, f"{_PDF_WITHOUT_TEXT} {_NOT_INSTALLED}"
    DAMAGED = FailureCode.DAMAGED, "The file is damaged and cannot be opened. Save it again and upload it again."
    NO_MAIN_PART = FailureCode.DAMAGED, "The file is no Office file: it has no main part."
    OWN_ENTITIES = FailureCode.DAMAGED, "The file defines entities of its own, which no Office program writes."
    PDF_DAMAGED = FailureCode.DAMAGED, "The PDF is damaged and cannot be opened. Create it again and upload it again."
    PAGE_DAMAGED = FailureCode.DAMAGED, "Page {page} of the PDF is damaged and cannot be read."
    ENCRYPTED = FailureCode.ENCRYPTED, "The file is encrypted. Save it without a password."
    PDF_ENCRYPTED = (
        FailureCode.ENCRYPTED,
        "The PDF is protected by a password. Remove the password and upload it again.",
    )
    MACROS = FailureCode.MACROS, "The file contains macros. Save it as .docx, .xlsx or .pptx and upload it again."
    CONTENT_MISMATCH = (
        FailureCode.CONTENT_MISMATCH,
        "The content of the file is not of the format that its name says.",
    )
    NOT_TEXT = FailureCode.NOT_TEXT, "This is not a text file: it holds binary data."
    UNKNOWN_ENCODING = (
        FailureCode.UNKNOWN_ENCODING,
        "The encoding of this text could not be recognised. Save the file as UTF-8 and upload it again.",
    )
    TOO_LARGE_UNPACKED = FailureCode.TOO_LARGE_UNPACKED, "The file unpacks to more than can be read. Divide it."
    TOO_MANY_CELLS = FailureCode.TOO_MANY_CELLS, "The workbook has more than {limit} cells. Divide it."
    TOO_MANY_PAGES = FailureCode.TOO_MANY_PAGES, "The PDF has {count} pages; {limit} is the limit."
    TOO_MANY_CHUNKS = (
        FailureCode.TOO_MANY_CHUNKS,
        "The file gives more than {limit} pieces of text. Divide it into smaller files.",
    )
    TIMEOUT = FailureCode.TIMEOUT, "Reading the file takes longer than is allowed."
    OUT_OF_MEMORY = FailureCode.OUT_OF_MEMORY, "Reading the file takes more memory than is allowed."
    OUTPUT_TOO_LARGE = FailureCode.OUTPUT_TOO_LARGE, "The file holds more text than is allowed."
    PARSER_CRASHED = (
        FailureCode.PARSER_CRASHED,
        "The file could not be read: it is damaged, or too complex to be processed.",
    )
    INVALID_OUTPUT = FailureCode.INVALID_OUTPUT, "The file could not be read: its parser gave no usable result."
    PARSER_UNAVAILABLE = (
        FailureCode.PARSER_UNAVAILABLE,
        "The file could not be processed at the moment. Try again later.",
    )
    EMBEDDING_MODEL_UNAVAILABLE = (
        "EMBEDDING_MODEL_UNAVAILABLE",
        "The embedding model {model} of this knowledge base is not available.",
    )
    DUPLICATE_DOCUMENT = "DUPLICATE_DOCUMENT", "The file is the document “{title}” of the knowledge base already."
    INTERNAL_ERROR = "INTERNAL_ERROR", "The document could not be processed because of a fault on our side."
    INTERRUPTED = "INTERRUPTED", "Processing was interrupted {count} times. Upload the file to try again."
    # Around another reason, whose code counts.
    NOT_PROCESSED_AGAIN = (
        "NOT_RENEWED",
        "It could not be processed again: {reason} What it was before is kept.",
    )
    NOT_REPLACED = "NOT_RENEWED", "It could not be replaced by “{file_name}”: {reason} What it was before is kept."
    RENEWAL_INTERRUPTED = (
        "INTERRUPTED",
        "Processing it again was interrupted {count} times. What it was before is kept.",
    )


class Notice(_CodedText):
    """What a reader of a document should know although it was read."""

    PAGE_NOT_RECOGNISED = WarningCode.PAGES_WITHOUT_TEXT, f"{_A_PAGE} {_NOTHING_FOUND}"
    PAGES_NOT_RECOGNISED = WarningCode.PAGES_WITHOUT_TEXT, f"{_PAGES} {_NOTHING_FOUND}"
    PAGE_UNREAD = WarningCode.PAGES_WITHOUT_TEXT, f"{_A_PAGE} {_NOT_INSTALLED}"
    PAGES_UNREAD = WarningCode.PAGES_WITHOUT_TEXT, f"{_PAGES} {_NOT_INSTALLED}"
    PICTURE_NOT_RECOGNISED = (
        WarningCode.PICTURES_NOT_READ,
        "The file has 1 picture in which no text was recognised.",
    )
    PICTURES_NOT_RECOGNISED = (
        WarningCode.PICTURES_NOT_READ,
        "The file has {count} pictures in which no text was recognised.",
    )
    PICTURE_UNREAD = WarningCode.PICTURES_NOT_READ, f"The file has 1 picture. {_UNREAD} {_NOT_INSTALLED}"
    PICTURES_UNREAD = WarningCode.PICTURES_NOT_READ, f"The file has {{count}} pictures. {_UNREAD} {_NOT_INSTALLED}"
    FILE_INSIDE = WarningCode.EMBEDDED_FILES_NOT_READ, f"The file contains 1 other file, {_CHART}"
    FILES_INSIDE = WarningCode.EMBEDDED_FILES_NOT_READ, f"The file contains {{count}} other files, {_CHART}"
    PART_OF_ANOTHER_FILE = (
        WarningCode.EMBEDDED_FILES_NOT_READ,
        "The document shows a part of another file, which is not read.",
    )
    FORMULA_WITHOUT_RESULT = (
        WarningCode.FORMULAS_WITHOUT_RESULT,
        f"On the sheet “{{sheet}}” 1 formula has no stored result. {_SAVE_AGAIN}",
    )
    FORMULAS_WITHOUT_RESULT = (
        WarningCode.FORMULAS_WITHOUT_RESULT,
        f"On the sheet “{{sheet}}” {{count}} formulas have no stored result. {_SAVE_AGAIN}",
    )
    CUT_CHARACTER = (
        WarningCode.CUT_CHARACTER,
        "The text begins or ends inside a character, as if the file had been cut. That character is left out.",
    )
    CORRECTION_NOT_MADE = WarningCode.CORRECTIONS_NOT_MADE, f"1 corrected passage is {_LOST}"
    CORRECTIONS_NOT_MADE = WarningCode.CORRECTIONS_NOT_MADE, f"{{count}} corrected passages are {_LOST}"
