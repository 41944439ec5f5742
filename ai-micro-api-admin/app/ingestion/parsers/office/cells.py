"""Values of spreadsheet cells as a person sees them: dates, times and percentages are numbers with a format."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

from lxml import etree

from app.ingestion.parsers.office.package import attribute, child, children

# Built-in formats (ISO/IEC 29500-1, 18.8.30): dates, those of East Asian versions among them.
_DATES = frozenset({*range(14, 18), *range(27, 32), 36, *range(50, 59)})
_TIMES, _DATES_WITH_TIMES = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47}), frozenset({22})
_PERCENT = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_BEGINNING, _BEGINNING_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - cells have no time zone
_MOST_DAYS = 2_958_466
_DIGITS = 15


class CellFormats:
    """What the formats of a workbook make of numbers.

    Args:
        styles: Root of `xl/styles.xml`, if there is one.
        since_1904: Days are counted from 1904, as old versions for the Macintosh did.
    """

    def __init__(self, styles: etree._Element | None, *, since_1904: bool) -> None:
        self._beginning = _BEGINNING_1904 if since_1904 else _BEGINNING
        codes = {
            attribute(element, "numFmtId"): attribute(element, "formatCode")
            for element in children(child(styles, "numFmts"), "numFmt")
        }
        ids = [attribute(element, "numFmtId") for element in children(child(styles, "cellXfs"), "xf")]
        self._kinds = [_kind(number, codes.get(number)) for number in ids]

    def text(self, value: str, style: str) -> str:
        """Return a number as it is shown.

        Args:
            value: The number as it is stored.
            style: Index of the cell's format.
        """
        index = int(style) if style.isascii() and style.isdigit() and len(style) <= _DIGITS else 0
        kind = self._kinds[index] if index < len(self._kinds) else ""
        try:
            number = float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return value
        if kind == "%":
            return f"{_plain(number * 100)}%"
        if kind and 0 <= number < _MOST_DAYS:
            return self._moment(number, kind)
        return _plain(number)

    def _moment(self, days: float, kind: str) -> str:
        moment = self._beginning + timedelta(seconds=round(days * 86_400))
        clock = f"{moment:%H:%M:%S}".removesuffix(":00")
        if kind == "time" or days < 1:
            return clock
        return f"{moment:%Y-%m-%d}" if kind == "date" or clock == "00:00" else f"{moment:%Y-%m-%d} {clock}"


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 10**_DIGITS else f"{number:.{_DIGITS}g}"


def _kind(number: str, code: str | None) -> str:
    if code is None:
        built_in = int(number) if number.isascii() and number.isdigit() and len(number) <= _DIGITS else 0
        for ids, kind in ((_DATES, "date"), (_TIMES, "time"), (_DATES_WITH_TIMES, "moment"), (_PERCENT, "%")):
            if built_in in ids:
                return kind
        return ""
    bare = _QUOTED.sub("", code.split(";")[0]).lower()
    if "%" in bare:
        return "%"
    if bare == "general":
        return ""
    has_time = "h" in bare or "s" in bare
    has_date = "y" in bare or "d" in bare or "ge" in bare or ("m" in bare and not has_time)
    return "moment" if has_date and has_time else "date" if has_date else "time" if has_time else ""
