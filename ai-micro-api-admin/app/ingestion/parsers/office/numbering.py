"""Numbers that Word counts and does not write into the text: 第3条, 1.2, ①."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from app.ingestion.parsers.office.package import attribute, child, children

_KANJI = "〇一二三四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PLACE = re.compile(r"%(\d)")
_LEVELS, _MOST = 9, 10_000
_CIRCLED_MOST, _LETTERS = 20, 26


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of a document.

    Args:
        levels: Of each list, by its id.
        counts: The last number given, by list and level.
    """

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    def marker(self, list_id: str, level: int) -> str:
        """Count a paragraph and return its number, with a space; empty for a list that is not defined."""
        levels = self.levels.get(list_id)
        if levels is None or not 0 <= level < _LEVELS:
            return ""
        at = levels.get(level, _Level())
        counts = self.counts.setdefault(list_id, [0] * _LEVELS)
        counts[level] = min(counts[level] + 1 if counts[level] else at.start, _MOST)
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        if at.form in {"bullet", "none"}:
            return "- " if at.form == "bullet" else ""

        def number(place: re.Match[str]) -> str:
            index = int(place[1]) - 1
            if not 0 <= index < _LEVELS:
                return ""
            counted = levels.get(index, _Level())
            return _written(counts[index] or counted.start, counted.form)

        return f"{_PLACE.sub(number, at.text)} " if at.text else ""


def read_numbering(root: etree._Element | None) -> Numbering:
    """Return the lists that a document defines (`word/numbering.xml`)."""
    abstract: dict[str, dict[int, _Level]] = {}
    for definition in children(root, "abstractNum"):
        levels = {_number(level, "ilvl"): _level(level) for level in children(definition, "lvl")}
        abstract[attribute(definition, "abstractNumId")] = levels
    numbering = Numbering()
    for used in children(root, "num"):
        reference = child(used, "abstractNumId")
        if reference is not None:
            numbering.levels[attribute(used, "numId")] = abstract.get(attribute(reference, "val"), {})
    return numbering


def _level(element: etree._Element) -> _Level:
    values = {
        name: attribute(found, "val")
        for name in ("start", "numFmt", "lvlText")
        if (found := child(element, name)) is not None
    }
    start = values.get("start", "1")
    return _Level(
        int(start) if start.isascii() and start.isdigit() and len(start) <= 5 else 1,  # noqa: PLR2004 - up to _MOST
        values.get("numFmt", "decimal"),
        values.get("lvlText", "")[:100],
    )


def _number(element: etree._Element, name: str) -> int:
    value = attribute(element, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 2 else 0  # noqa: PLR2004 - digits


def _written(number: int, form: str) -> str:
    """Return a number in one of Word's forms (ISO/IEC 29500-1, 17.18.59)."""
    if form in {"aiueo", "aiueoFullWidth"} and number <= len(_AIUEO):
        return _AIUEO[number - 1]
    if form in {"iroha", "irohaFullWidth"} and number <= len(_IROHA):
        return _IROHA[number - 1]
    if form.startswith("decimalEnclosedCircle") and number <= _CIRCLED_MOST:
        return chr(0x2460 + number - 1)
    if form in {"japaneseCounting", "ideographDigital", "chineseCounting", "taiwaneseCounting"}:
        return _kanji(number) if form != "ideographDigital" else "".join(_KANJI[int(digit)] for digit in str(number))
    if form in {"decimalFullWidth", "decimalFullWidth2"}:
        return "".join(chr(0xFF10 + int(digit)) for digit in str(number))
    return _latin(number, form)


def _latin(number: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (number - 1) % _LETTERS) * ((number - 1) // _LETTERS + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in {"lowerRoman", "upperRoman"}:
        roman = ""
        for value, digits in _ROMAN:
            roman += digits * (number // value)
            number %= value
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)


def _kanji(number: int) -> str:
    written = ""
    for value, unit in ((1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, value)
        if digit:
            written += ("" if digit == 1 else _KANJI[digit] if digit < len(_KANJI) else str(digit)) + unit
    return written + (_KANJI[number] if number or not written else "")
