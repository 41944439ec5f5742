"""`q` of every list: which rows have a text in one of their names, however either of the two was written.

Full and half width, upper and lower case, hiragana and katakana, composed and decomposed accents and voicing marks are
the same; white space, joiners and variation selectors do not count. Not the rows are brought into one form but the
question is widened to a regular expression that names every way to write it. So there is no column to be kept, filled
or waited for beside an older release, existing rows are found as they are, and the result does not depend on the locale
of the server. It reads the list from its newest item on, as any search for a part of a word does without pg_trgm.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import ColumnElement, func, true
from sqlalchemy.orm import InstrumentedAttribute

from service_kit.http.schemas import Text

MAX_LENGTH = 100

SearchText = Annotated[
    Text | None,
    Query(
        max_length=MAX_LENGTH,
        description="Part of a name. Width, case, kind of kana and white space do not count.",
        examples=["山田花子"],
    ),
]

# What may stand between two characters: white space but line breaks, which divide fields, and what is not seen.
_GAP = (
    "[ \\t\u0085\u00a0\u00ad\u034f\u1680\u180b-\u180f\u2000-\u200f\u202f\u205f\u2060\u3000\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]*"
)
_IGNORED_CATEGORIES = frozenset({"Cc", "Cf"})
_TO_HIRAGANA = {katakana: katakana - 0x60 for katakana in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
# Letters, Roman numerals, enclosed and squared forms, kana, compatibility ideographs, presentation forms, full and half
# width: where the characters are that are written in several ways. Mathematical alphabets are not among them.
_WRITTEN_IN_SEVERAL_WAYS = (
    (0x0020, 0x0590),
    (0x10A0, 0x1100),
    (0x1E00, 0x2000),
    (0x2100, 0x2190),
    (0x2460, 0x2500),
    (0x3000, 0x3400),
    (0xF900, 0xFB07),
    (0xFE30, 0xFFF0),
)


def search_key(text: str) -> str:
    """Return the form in which texts are compared: NFKC, case folded, hiragana, without what does not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    counted = "".join(character for character in folded if _counts(character))
    # Again: folding can leave what composes, and white space may have stood before a voicing mark.
    return unicodedata.normalize("NFKC", counted).translate(_TO_HIRAGANA)


def _counts(character: str) -> bool:
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return not (character.isspace() or selector or unicodedata.category(character) in _IGNORED_CATEGORIES)


def search_pattern(text: str) -> str | None:
    """Return a regular expression of PostgreSQL for every way to write a text, or None when nothing of it counts."""
    key = search_key(text)
    spellings = _spellings()
    pieces = []
    start = 0
    while start < len(key):
        length = spellings.longest_at(key, start)
        piece = _GAP.join(_pattern_of(character, spellings) for character in key[start : start + length])
        if length > 1:
            piece = f"(?:{piece}|{_any_of(spellings.of_several[key[start : start + length]])})"
        pieces.append(piece)
        start += length
    return _GAP.join(pieces) or None


def contains(text: str | None, *columns: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition under which one of the columns contains a text, however it was written.

    Args:
        text: what to look for; everything matches when it is None or nothing of it counts.
        columns: text; null is never matched.
    """
    pattern = search_pattern(text) if text else None
    if pattern is None:
        return true()
    # One expression over all of them is compiled and run once a row. No text matches across the line breaks.
    return func.concat_ws("\n", *columns).regexp_match(pattern)


@dataclass(frozen=True, slots=True)
class _Spellings:
    """Other ways to write what is in a key.

    Attributes:
        of_one: characters that stand for one character of a key: `ヤ` and `ﾔ` for `や`.
        of_several: characters that stand for several: `㈱` for `(株)`.
    """

    of_one: Mapping[str, str]
    of_several: Mapping[str, str]
    longest: int

    def longest_at(self, key: str, start: int) -> int:
        """Return how many characters of a key, from a place on, have a spelling as one; 1 if there is none."""
        lengths = range(min(self.longest, len(key) - start), 1, -1)
        return next((length for length in lengths if key[start : start + length] in self.of_several), 1)


@cache
def _spellings() -> _Spellings:
    of_one: defaultdict[str, str] = defaultdict(str)
    of_several: defaultdict[str, str] = defaultdict(str)
    for first, end in _WRITTEN_IN_SEVERAL_WAYS:
        for character in map(chr, range(first, end)):
            key = search_key(character)
            if key and key != character:
                (of_one if len(key) == 1 else of_several)[key] += character
    return _Spellings(of_one, of_several, max(map(len, of_several)))


def _pattern_of(character: str, spellings: _Spellings) -> str:
    whole = _any_of(character + spellings.of_one.get(character, ""))
    parts = unicodedata.normalize("NFD", character)
    if len(parts) == 1:
        return whole
    # か with a mark is が: as it comes from half-width keyboards and from file systems that decompose.
    return f"(?:{whole}|{_GAP.join(_any_of(part + spellings.of_one.get(part, '')) for part in parts)})"


def _any_of(characters: str) -> str:
    escaped = [f"\\{character}" if _is_special(character) else character for character in characters]
    return escaped[0] if len(escaped) == 1 else f"[{''.join(escaped)}]"


def _is_special(character: str) -> bool:
    return character.isascii() and not character.isalnum()
