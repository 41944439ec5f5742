"""The order in which a page is read, where PDFium has another: columns of Japanese, two columns drawn row by row."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import pypdfium2
from pypdfium2 import raw

from app.text.runs import CJK

_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff01-\uff60]")
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST, _MOST = 16, 100_000
"""Characters of a page that is looked at: fewer have no order, more are no page for people."""

_NEXT = 3
_VERTICAL_SHARE, _FULL_SHARE, _FULL = 0.6, 0.6, 0.85
_SET_APART = 0.8
_GAP, _NARROW, _FEWEST_ROWS = 1.2, 0.55, 3
_SHORTEST_LINE = 12
"""Width of a line of text, where a letter counts 1 and a wide character 2; the cells of most tables are shorter."""


@dataclass(frozen=True, slots=True)
class _Glyph:
    index: int
    text: str
    x: float
    y: float
    size: float

    @property
    def right(self) -> float:
        return self.x + self.size * (1 if _WIDE.match(self.text) else _NARROW)


_Line = Sequence[_Glyph]


def reordered(page: pypdfium2.PdfTextPage) -> str | None:
    """Return the text of a page in the order in which it is read, None where that is PDFium's."""
    count = page.count_chars()
    if not _FEWEST <= count <= _MOST:
        return None
    glyphs, had_false_spaces = _without_false_spaces(_glyphs(page, count))
    visible = [glyph for glyph in glyphs if glyph.text.strip()]
    if len(visible) < _FEWEST:
        return None
    if _is_vertical(visible):
        return "\n".join(_columns(visible))
    text = "".join(glyph.text for glyph in glyphs)
    return _two_columns(visible, text) or (text if had_false_spaces else None)


def _glyphs(page: pypdfium2.PdfTextPage, count: int) -> list[_Glyph]:
    x, y = ctypes.c_double(), ctypes.c_double()
    found = []
    for index in range(count):
        raw.FPDFText_GetCharOrigin(page, index, x, y)
        code = raw.FPDFText_GetUnicode(page, index)
        if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - half of a character, which PDFium itself can put together
            return []
        text = chr(code) if 0 < code <= 0x10FFFF else ""  # noqa: PLR2004 - Unicode
        found.append(_Glyph(index, text, x.value, y.value, max(raw.FPDFText_GetFontSize(page, index), 1.0)))
    return found


def _without_false_spaces(glyphs: list[_Glyph]) -> tuple[list[_Glyph], bool]:
    """Leave out the spaces that PDFium puts between Japanese characters a little apart; return True if there were."""
    false = {
        space.index
        for before, space, after in zip(glyphs, glyphs[1:], glyphs[2:], strict=False)
        if space.text == " "
        and _WIDE.match(before.text)
        and _WIDE.match(after.text)
        and abs(before.y - after.y) < 0.3 * before.size
        and 0 < after.x - before.right < _SET_APART * before.size
    }
    kept = [glyph for glyph in glyphs if glyph.index not in false]
    return [replace(glyph, index=index) for index, glyph in enumerate(kept)], bool(false)


def _is_vertical(glyphs: Sequence[_Glyph]) -> bool:
    """Return True if most characters stand below the one before them."""
    below = beside = 0
    for first, second in pairwise(glyphs):
        size = first.size
        if abs(second.x - first.x) < 0.3 * size and 0.5 * size < first.y - second.y < 2.5 * size:
            below += 1
        elif abs(second.y - first.y) < 0.3 * size:
            beside += 1
    wide = sum(1 for glyph in glyphs if _WIDE.match(glyph.text))
    return below > _VERTICAL_SHARE * (below + beside) and 2 * below > wide > len(glyphs) / 2


def _columns(glyphs: Sequence[_Glyph]) -> list[str]:
    """Return the columns of vertical text, from right to left in each tier; readings beside them come last."""
    size = median(glyph.size for glyph in glyphs)
    small = [glyph for glyph in glyphs if glyph.size < 0.7 * size]
    lines = []
    for tier in _tiers([glyph for glyph in glyphs if glyph.size >= 0.7 * size], size):
        lines += _grouped(sorted(tier, key=lambda glyph: -glyph.x), size)
    return lines + _grouped(sorted(small, key=lambda glyph: -glyph.x), size / 2)


def _tiers(glyphs: Sequence[_Glyph], size: float) -> list[list[_Glyph]]:
    """Divide a page where no column has a character for the height of two lines."""
    tiers: list[list[_Glyph]] = []
    last = None
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        if last is None or last - glyph.y > 2.5 * size:
            tiers.append([])
        tiers[-1].append(glyph)
        last = glyph.y
    return tiers


def _grouped(glyphs: Sequence[_Glyph], size: float) -> list[str]:
    columns: list[list[_Glyph]] = []
    for glyph in glyphs:
        if not columns or columns[-1][0].x - glyph.x > 0.7 * size:
            columns.append([])
        columns[-1].append(glyph)
    return ["".join(glyph.text for glyph in sorted(column, key=lambda glyph: -glyph.y)) for column in columns]


def _two_columns(glyphs: Sequence[_Glyph], text: str) -> str | None:
    lines = _lines(glyphs)
    divided = [(line[0], line[1]) for line in lines if len(line) == 2]  # noqa: PLR2004 - two columns
    # In PDFium's order the second half follows the first, after a space of its own: the rows interleave.
    pairs = [(left, right) for left, right in divided if 0 < right[0].index - left[-1].index <= _NEXT]
    if len(pairs) < _FEWEST_ROWS:
        return None
    gutter_left = max(left[-1].right for left, _ in pairs)
    gutter_right = min(right[0].x for _, right in pairs)
    halves = [[pair[side] for pair in pairs] for side in (0, 1)]
    if gutter_left >= gutter_right or not all(map(_is_text, halves)):
        return None
    ordered: list[str] = []
    waiting: list[str] = []
    for line in lines:
        if len(line) == 1 and line[0][0].x < gutter_left and line[0][-1].right > gutter_right:
            # A heading over both columns.
            ordered += [*waiting, _text(line[0], text)]
            waiting = []
            continue
        for part in line:
            (waiting if part[0].x >= gutter_left else ordered).append(_text(part, text))
    return "\n".join(ordered + waiting)


def _lines(glyphs: Sequence[_Glyph]) -> list[list[_Line]]:
    """Return the lines of a page from top to bottom, each divided where it has a gap."""
    rows: list[list[_Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        if not rows or rows[-1][0].y - glyph.y > 0.5 * glyph.size:
            rows.append([])
        rows[-1].append(glyph)
    lines: list[list[_Line]] = []
    for row in rows:
        parts: list[list[_Glyph]] = []
        for glyph in sorted(row, key=lambda glyph: glyph.x):
            if not parts or glyph.x - parts[-1][-1].right > _GAP * glyph.size:
                parts.append([])
            parts[-1].append(glyph)
        lines.append([*parts])
    return lines


def _is_text(lines: Sequence[_Line]) -> bool:
    """Return True for the lines of a column of text, which fill it, and False for the cells of a table."""
    widths = [line[-1].right - line[0].x for line in lines]
    full = sum(1 for width in widths if width >= _FULL * max(widths))
    lengths = [sum(2 if _WIDE.match(glyph.text) else 1 for glyph in line) for line in lines]
    letters = sum(1 for line in lines for glyph in line if _LETTER.match(glyph.text))
    return (
        full >= _FULL_SHARE * len(lines)
        and median(lengths) >= _SHORTEST_LINE
        and 2 * letters > sum(len(line) for line in lines)
    )


def _text(line: _Line, text: str) -> str:
    """Return a part of a line, with the spaces that stand between its characters."""
    first, last = min(glyph.index for glyph in line), max(glyph.index for glyph in line)
    if last - first < 2 * len(line):
        return text[first : last + 1].replace("\r", " ").replace("\n", " ").strip()
    return "".join(glyph.text for glyph in line)
