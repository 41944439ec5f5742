"""Spellings of a word that are searched as one: 髙橋 and 高橋, ネコ and ねこ, résumé and resume, flights and flight.

Expects single words or runs in the form of `app.text.normalization.normalize`.
"""

import unicodedata
from functools import lru_cache
from typing import Final

import joyokanji
import snowballstemmer

_ENGLISH: Final = snowballstemmer.stemmer("english")
_MIN_STEMMED = 4
"""Shorter words have hardly an ending, and many are names: `aws` is not the plural of `aw`."""

# Of names, beside the old forms of the Jōyō list and the variants that joyokanji knows.
_NAME_VARIANTS = dict(
    zip("邉濵嶋嶌冨舘斉桒峯渕栁槇凜堯遙檜藪舩靍靏", "辺浜島島富館斎桑峰淵柳槙凛尭遥桧薮船鶴鶴", strict=True)
)


def _cjk_table() -> dict[int, str]:
    """Return what each character is written as, where that is another one: one table, for one pass over a text."""
    kanji = "".join(map(chr, (*range(0x3400, 0xA000), 0x20BB7)))
    table = {}
    for old, new in zip(kanji, joyokanji.convert(kanji, variants=True), strict=True):
        if (usual := _NAME_VARIANTS.get(new, new)) != old:
            table[ord(old)] = usual
    # The blocks have the same order: 0x30A1 is ァ, 0x3041 is ぁ; then ヽ and ヾ.
    return table | {katakana: chr(katakana - 0x60) for katakana in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}


_CJK_TABLE = _cjk_table()
# Letters that Unicode does not decompose; as PostgreSQL's `unaccent` writes them.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ACCENTED_SCRIPTS = ("LATIN", "GREEK")


def fold_cjk(run: str) -> str:
    """Return a run of Chinese, Japanese or Korean with variants of kanji made one, and katakana as hiragana.

    As long as the run: each character stays at its place.
    """
    return run.translate(_CJK_TABLE)


@lru_cache(maxsize=1 << 15)
def fold_word(word: str) -> str:
    """Return a word without the accents of Latin and Greek letters and, if it is English in form, without its ending.

    Words of other languages in the same letters lose endings too; documents and queries lose the same ones.
    """
    if not word.isascii():
        word = _without_accents(word)
    if len(word) < _MIN_STEMMED or not (word.isascii() and word.isalpha()):
        return word
    stem: str = _ENGLISH.stemWord(word)
    return stem


def _without_accents(word: str) -> str:
    letters = []
    for letter in word.translate(_PLAIN_LETTERS):
        base = unicodedata.normalize("NFD", letter)[0]
        letters.append(base if unicodedata.name(base, "").startswith(_ACCENTED_SCRIPTS) else letter)
    return "".join(letters)
