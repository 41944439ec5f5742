"""Workbooks: the rows of each sheet under its name, with the header in every chunk; comments, shapes and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.office.cells import CellFormats
from app.ingestion.parsers.office.drawings import paragraphs, related_texts
from app.ingestion.parsers.office.package import Package, attribute, child, children, local
from app.ingestion.reasons import Notice, Reason
from app.ingestion.texts.paragraph import collapse
from app.ingestion.texts.row_stream import RowStream

MAX_CELLS = 3_000_000
_MOST_COLUMNS = 16_384
_LONGEST_NUMBER = 7
_TRUE = frozenset({"1", "true"})


def parse(data: bytes, warnings: Warnings, recognised: Mapping[int, str] | None = None) -> Iterator[Page]:
    """Yield the sheets, hidden ones too, as they were calculated when the file was saved.

    Args:
        data: The file.
        warnings: Gets those of what is not read.
        recognised: What was recognised in its pictures; None where there is no text recognition.

    Raises:
        UnreadableFile: It is no workbook, damaged, encrypted, has macros or too many cells.
    """
    yield from _Workbook(Package(data, "spreadsheetml", recognised), warnings).pages()


class _Workbook:
    def __init__(self, package: Package, warnings: Warnings) -> None:
        self._package = package
        self._warnings = warnings
        self._relations = package.relations(package.main)
        self._root = package.tree(package.main)
        properties = child(self._root, "workbookPr")
        since_1904 = properties is not None and attribute(properties, "date1904") in _TRUE
        styles = self._target("styles")
        self._formats = CellFormats(package.tree(styles) if styles else None, since_1904=since_1904)
        shared = self._target("sharedStrings")
        self._strings = [_string(found) for found in package.elements(shared, "si")] if shared else []
        self._cells = 0

    def pages(self) -> Iterator[Page]:
        """Yield the pages of all sheets, and add the warnings."""
        for sheet in children(child(self._root, "sheets"), "sheet"):
            relation = self._relations.get(_relation_id(sheet))
            if relation is not None and relation.target:
                yield from self._sheet(relation.target, attribute(sheet, "name"))
        for text in self._package.other_picture_texts():
            yield Page(None, text)
        self._package.warn_of_pictures(self._warnings)

    def _target(self, kind: str) -> str:
        return next((relation.target for relation in self._relations.values() if relation.kind == kind), "")

    def _sheet(self, name: str, title: str) -> Iterator[Page]:
        stream, uncalculated, seen, last = RowStream(title), 0, False, ""
        for row in self._package.elements(name, "row"):
            # An empty row is left out of the file.
            if last and not _follows(last, attribute(row, "r")):
                yield from stream.end()
            last = attribute(row, "r")
            cells, missing = self._row(row)
            uncalculated += missing
            seen = seen or any(cells)
            yield from stream.row(cells)
        yield from stream.end()
        if uncalculated:
            notice = Notice.FORMULA_WITHOUT_RESULT if uncalculated == 1 else Notice.FORMULAS_WITHOUT_RESULT
            self._warnings.add(notice, sheet=title[:100], count=uncalculated)
        beside = [*self._beside(name)]
        if beside:
            yield Page(None, "\n".join(beside), title)
        elif not seen and title and not _is_default(title):
            yield Page(None, title)

    def _row(self, row: etree._Element) -> tuple[list[str], int]:
        """Return the texts of a row's cells, and how many of its formulas have no result."""
        cells: list[str] = []
        missing = 0
        for cell in children(row, "c"):
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise Reason.TOO_MANY_CELLS.unreadable(limit=f"{MAX_CELLS:,}")
            column = _column(attribute(cell, "r"))
            if column is not None and column > len(cells):
                cells += [""] * (column - len(cells))
            text = self._cell(cell)
            missing += not text and child(cell, "f") is not None
            cells.append(text)
        return cells, missing

    def _cell(self, cell: etree._Element) -> str:
        kind, stored = cell.get("t", "n"), child(cell, "v")
        if kind == "inlineStr":
            inline = child(cell, "is")
            return _string(inline) if inline is not None else ""
        value = (stored.text or "") if stored is not None else ""
        if kind == "s":
            index = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1  # noqa: PLR2004 - digits
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        return self._formats.text(value, cell.get("s", "0")) if kind == "n" and value else value

    def _beside(self, name: str) -> Iterator[str]:
        """Yield the comments of a sheet, and the texts of its shapes and charts."""
        for relation in self._package.relations(name).values():
            if relation.kind == "comments" and (root := self._package.tree(relation.target)) is not None:
                for comment in root.iter("{*}comment"):
                    if text := collapse(_string(comment)):
                        yield f"{attribute(comment, 'ref')}: {text}"
            elif relation.kind == "drawing" and (root := self._package.tree(relation.target)) is not None:
                yield from paragraphs(root)
                yield from related_texts(self._package, relation.target)


def _relation_id(sheet: etree._Element) -> str:
    return next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")


def _follows(last: str, number: str) -> bool:
    digits = (last + number).isascii() and (last + number).isdigit() and len(last + number) <= 2 * _LONGEST_NUMBER
    return not digits or not number or int(number) == int(last) + 1


def _is_default(title: str) -> bool:
    return title.rstrip("0123456789").strip().lower() in {"sheet", "シート", "chart", "グラフ"}


def _string(element: etree._Element) -> str:
    """Return a text without its readings (`rPh`)."""
    pieces: Sequence[str] = [
        found.text or ""
        for found in element.iter("{*}t")
        if not any(local(outer) == "rPh" for outer in found.iterancestors())
    ]
    return "".join(pieces)


def _column(reference: str) -> int | None:
    """Return the column of a cell reference such as `AB12`, from 0; None without one."""
    column = 0
    for character in reference[:3]:
        if not ("A" <= character <= "Z"):
            break
        column = column * 26 + ord(character) - ord("A") + 1
    return column - 1 if 0 < column <= _MOST_COLUMNS else None
