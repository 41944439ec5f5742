"""From bytes to text when the encoding is not given.

Unicode by its byte order mark or by being valid UTF-8; otherwise the encodings that Japanese files come in, each tried
strictly. A wrong guess would be indexed for good, so doubt is an error.
"""

from __future__ import annotations

import codecs
import re

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.pages import clean

# UTF-32 before UTF-16: the mark of the one begins with the mark of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_JAPANESE = ("euc_jp", "cp932")
_ESCAPED_JAPANESE = "iso2022_jp"
# Python imports a codec when it is first used: see `app.ingestion.parsers`.
for _name in ("utf-8", *(encoding for _, encoding in _MARKS), *_JAPANESE, _ESCAPED_JAPANESE):
    codecs.lookup(_name)
_ISO_2022_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_KANA = re.compile(r"[\u3001\u3002\u3041-\u3096\u30a1-\u30fc]")
_HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")
_NEVER_IN_TEXT = re.compile(r"[\x00\x80-\x9f\ue000-\uf8ff]")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.01


def decode(data: bytes) -> str:
    """Return the text of a file, with plain line ends and without control characters.

    Raises:
        UnreadableFile: `NOT_TEXT` for binary data, `UNKNOWN_ENCODING` for text in an encoding that is not recognised.
    """
    text = _decode_strictly(data)
    if "\0" in text or len(_CONTROL.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise UnreadableFile(FailureCode.NOT_TEXT, "This is not a text file: it holds binary data.")
    return clean(text)


def _decode_strictly(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _attempt(data[len(mark) :], encoding)
            return _reject(data) if text is None else text
    if _ISO_2022_ESCAPE.search(data) and (text := _attempt(data, _ESCAPED_JAPANESE)) is not None:
        return text
    text = _attempt(data, "utf-8")
    if text is None:
        text = _japanese(data)
    return _reject(data) if text is None else text


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _japanese(data: bytes) -> str | None:
    """Return the text in Shift JIS (as Windows writes it) or EUC-JP, None if it is neither.

    Bytes that are valid in both are EUC-JP more often than not: every character of EUC-JP text reads as half-width
    katakana in Shift JIS. So EUC-JP it is, unless the other reading has more of the kana that Japanese text is full of.
    """
    readings = [
        text
        for encoding in _JAPANESE
        if (text := _attempt(data, encoding)) is not None and not _NEVER_IN_TEXT.search(text)
    ]
    return max(readings, key=_plausibility, default=None)


def _plausibility(text: str) -> int:
    return len(_KANA.findall(text)) - len(_HALF_WIDTH_KANA.findall(text))


def _reject(data: bytes) -> str:
    if b"\0" in data:
        raise UnreadableFile(FailureCode.NOT_TEXT, "This is not a text file: it holds binary data.")
    raise UnreadableFile(
        FailureCode.UNKNOWN_ENCODING,
        "The encoding of this text could not be recognised. Save the file as UTF-8 and upload it again.",
    )
