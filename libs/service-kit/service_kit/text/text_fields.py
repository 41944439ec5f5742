"""Types for text that people read: names and titles on one line, without invisible characters.

Two names that look the same are the same: text is kept in NFC, and what is invisible or turns the direction of writing
is refused (Unicode Technical Report 36, section 2.10; UTS 39, section 3.1.1). Where a script or an emoji needs a joiner
or a variation selector, it is text and stays.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from service_kit.text.field_faults import FieldFault

_INVISIBLE_CHARACTERS = FieldFault("invisible_characters", "must not contain control characters or invisible ones")
_ZWNJ, _ZWJ = "\u200c", "\u200d"
# Invisible although Unicode counts them among letters, marks and symbols: Hangul fillers, the grapheme joiner, two
# inherent vowels of Khmer, the empty Braille pattern.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Control, format (bidirectional controls among them), surrogate; line and paragraph separators.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Scripts whose writing needs joiners (RFC 5892 appendix A.1 and A.2; The Unicode Standard, chapters 9, 12, 13 and 16).
_JOINING_SCRIPTS = frozenset(
    """
    ARABIC SYRIAC NKO MANDAIC MONGOLIAN DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM
    SINHALA TIBETAN MYANMAR KHMER BALINESE JAVANESE
    """.split()  # noqa: SIM905 - a literal set would be twenty lines
)


def _check_visible(value: str) -> str:
    for index, character in enumerate(value):
        if not _is_text(value, index, character):
            raise _INVISIBLE_CHARACTERS.error()
    return value


def _is_text(value: str, index: int, character: str) -> bool:
    if character in (_ZWNJ, _ZWJ):
        return _joins(value[:index], character, value[index + 1 :])
    if _is_variation_selector(character):
        return index > 0 and not _is_variation_selector(value[index - 1]) and not value[index - 1].isspace()
    return character not in _INVISIBLE and unicodedata.category(character) not in _REFUSED_CATEGORIES


def _joins(before: str, joiner: str, after: str) -> bool:
    base = before.rstrip("\ufe0f")[-1:]
    if not base:
        return False
    # A variation selector or a skin tone may stand between an emoji and its joiner.
    if joiner == _ZWJ and unicodedata.category(base) in {"So", "Sk"}:
        return unicodedata.category(after[:1] or " ") == "So"
    return unicodedata.name(base, "").partition(" ")[0] in _JOINING_SCRIPTS


def _is_variation_selector(character: str) -> bool:
    # Japanese names differ by them (辻 with one dot or two), emoji get their colours.
    return (
        "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character in "\u180b\u180c\u180d\u180f"
    )


def _composed(value: str) -> str:
    # One keyboard composes が, another sends か with a mark.
    return unicodedata.normalize("NFC", value)


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_check_visible),
    AfterValidator(_composed),
]
"""One line of visible text in NFC; add `Field(max_length=...)`."""
