"""From bytes to text when the encoding is not given.

Unicode by its byte order mark or by being valid UTF-8; otherwise what `legacy_encodings` is sure of. A wrong guess
would be indexed for good, so doubt is an error.
"""

from __future__ import annotations

import codecs
import re

from app.ingestion.parse_warnings import Warnings
from app.ingestion.reasons import Notice, Reason
from app.ingestion.texts.cleaning import clean
from app.ingestion.texts.legacy_encodings import read_legacy

# UTF-32 before UTF-16: the mark of the one begins with the mark of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ESCAPED = (("iso2022_jp", re.compile(rb"\x1b(?:\$[@B]|\([BJI])")), ("iso2022_kr", re.compile(rb"\x1b\$\)C")))
_ESCAPE = re.compile(rb"\x1b[$(]")
# Python imports a codec when it is first used: see `app.ingestion.parsers`.
for _name in ("utf-8", *(encoding for _, encoding in _MARKS), *(encoding for encoding, _ in _ESCAPED)):
    codecs.lookup(_name)
_CONTINUATION = bytes(range(0x80, 0xC0))
_SEVERAL_BYTES = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_WEIGHTS, _CERTAIN = {2: 1, 3: 4, 4: 8}, 8
_CUT_BEGINNING = re.compile(rb"[\x80-\xbf]{1,3}(?![\x80-\xbf])")
_CUT_END = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.01


def decode(data: bytes, warnings: Warnings, *, declared: str = "") -> str:
    """Return the text of a file, with plain line ends and without control and invisible characters (`clean`).

    UTF-8 that begins or ends inside a character, as a part of a log does, is read without it, with a warning.

    Args:
        data: The bytes.
        warnings: Gets one for a text that was cut.
        declared: Encoding that the text itself names, as HTML does; Unicode is recognised without.

    Raises:
        UnreadableFile: `NOT_TEXT` for binary data, `UNKNOWN_ENCODING` for text in an encoding that is not recognised.
    """
    text = _decode_strictly(data, warnings, declared)
    if "\0" in text or len(_CONTROL.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise Reason.NOT_TEXT.unreadable()
    return clean(text)


def _decode_strictly(data: bytes, warnings: Warnings, declared: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _attempt(data[len(mark) :], encoding)
            return _reject(data) if text is None else text
    if _ESCAPE.search(data):
        return _escaped(data)
    text = _attempt(data, "utf-8")
    if text is None and (text := _cut_utf_8(data)) is not None:
        warnings.add(Notice.CUT_CHARACTER)
    if text is None:
        text = read_legacy(data, declared=declared)
    return _reject(data) if text is None else text


def _escaped(data: bytes) -> str:
    """Return the text of an encoding that switches its characters by escape sequences; its bytes look like ASCII."""
    for encoding, escape in _ESCAPED:
        if escape.search(data) and (text := _attempt(data, encoding)) is not None:
            return text
    return _reject(data)


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _cut_utf_8(data: bytes) -> str | None:
    """Return the text of UTF-8 whose first or last character lacks bytes, None if it is not that.

    Some whole characters of several bytes have to be there: a few may be letters of another encoding.
    """
    text = _attempt(_CUT_END.sub(b"", data.lstrip(_CONTINUATION) if _CUT_BEGINNING.match(data) else data), "utf-8")
    if text is None or sum(_WEIGHTS[len(found)] for found in _SEVERAL_BYTES.findall(text.encode())) < _CERTAIN:
        return None
    return text


def _reject(data: bytes) -> str:
    if b"\0" in data:
        raise Reason.NOT_TEXT.unreadable()
    raise Reason.UNKNOWN_ENCODING.unreadable()
