"""Word documents: paragraphs under their headings, tables, notes, comments, text boxes, headers and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.office.drawings import described, related_texts
from app.ingestion.parsers.office.numbering import Numbering, read_numbering
from app.ingestion.parsers.office.package import Package, attribute, child, children, chosen, local
from app.ingestion.reasons import Notice
from app.ingestion.texts.paragraph import Paragraph, collapse
from app.ingestion.texts.sections import Sections

_DELETED = frozenset({"del", "moveFrom", "rPr", "pPr", "sectPr", "instrText", "delText", "delInstrText"})
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_HEADING = re.compile(r"heading (\d)")
_TITLE_LEVEL, _MOST_BASES = 0, 20
_COUNTED = re.compile(r"[\d\s/.\-‐–—ー]*")


def parse(data: bytes, warnings: Warnings, recognised: Mapping[int, str] | None = None) -> Iterator[Page]:
    """Yield the sections of a document, in the order of its text; what stands beside the text follows its paragraph.

    Args:
        data: The file.
        warnings: Gets those of what is not read.
        recognised: What was recognised in its pictures; None where there is no text recognition.

    Raises:
        UnreadableFile: It is no Word document, damaged, encrypted, or has macros.
    """
    package = Package(data, "wordprocessingml", recognised)
    body = child(package.tree(package.main), "body")
    document = _Document(package)
    sections = Sections()
    for block in body if body is not None else ():
        document.block(block, sections)
        yield from sections.take()
    for text in [*related_texts(package, package.main), *document.margins()]:
        sections.add(text)
    for text in [*package.picture_texts(package.main), *package.other_picture_texts()]:
        sections.add(text)
    yield from sections.end()
    if document.has_foreign_parts:
        warnings.add(Notice.PART_OF_ANOTHER_FILE)
    package.warn_of_pictures(warnings)


@dataclass(slots=True)
class _Beside:
    """What belongs to a paragraph and stands beside it."""

    notes: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


class _Document:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._relations = package.relations(package.main)
        self._levels = _heading_levels(self._tree("styles"))
        self._numbering: Numbering = read_numbering(self._tree("numbering"))
        self._notes = {kind: self._read_notes(kind) for kind in ("footnotes", "endnotes", "comments")}
        self.has_foreign_parts = False

    def block(self, element: etree._Element, sections: Sections) -> None:
        """Read a paragraph, a table, or what holds some."""
        name = local(element)
        if name == "p":
            self._paragraph(element, sections)
        elif name == "tbl":
            self._table(element, sections)
        elif name in _WRAPPERS:
            for inner in element:
                self.block(inner, sections)
        elif name == "AlternateContent":
            shown = chosen(element)
            for inner in shown if shown is not None else ():
                self.block(inner, sections)
        elif name == "altChunk":
            self.has_foreign_parts = True

    def margins(self) -> list[str]:
        """Return the texts of headers and footers, each once; those that only count pages are left out."""
        found: dict[str, None] = {}
        for relation in self._relations.values():
            if relation.kind in {"header", "footer"} and (root := self._package.tree(relation.target)) is not None:
                for text in self._texts(root):
                    if not _COUNTED.fullmatch(text):
                        found[text] = None
        return list(found)

    def _tree(self, kind: str) -> etree._Element | None:
        target = next((relation.target for relation in self._relations.values() if relation.kind == kind), "")
        return self._package.tree(target) if target else None

    def _read_notes(self, kind: str) -> dict[str, str]:
        notes: dict[str, str] = {}
        root = self._tree(kind)
        for note in root if root is not None else ():
            if attribute(note, "type") not in {"separator", "continuationSeparator", "continuationNotice"}:
                notes[attribute(note, "id")] = " ".join(self._texts(note))
        return notes

    def _texts(self, element: etree._Element) -> list[str]:
        """Return the lines of what holds paragraphs and tables, without sections of its own."""
        lines = Sections()
        for block in element:
            self.block(block, lines)
        return [line for page in lines.end() for line in page.text.split("\n")]

    def _paragraph(self, element: etree._Element, sections: Sections) -> None:
        paragraph, beside = Paragraph(), _Beside()
        self._inline(element, paragraph, beside)
        text = "\n".join(line for part in paragraph.take(preformatted=True).split("\n") if (line := collapse(part)))
        level, marker = self._place(element)
        if level is not None and text:
            sections.heading(level, f"{marker}{collapse(text)}")
        elif text:
            sections.add(marker + text)
        for box in beside.boxes:
            for block in box:
                self.block(block, sections)
        for note in beside.notes:
            sections.add(note)

    def _place(self, element: etree._Element) -> tuple[int | None, str]:
        """Return the level of a heading, None for other text, and the number before a paragraph."""
        properties = child(element, "pPr")
        style = child(properties, "pStyle")
        level, list_place = self._levels.get(attribute(style, "val") if style is not None else "", (None, None))
        outline = child(properties, "outlineLvl")
        if outline is not None and (value := attribute(outline, "val")) in set("012345678"):
            level = int(value) + 1
        list_place = _list_place(properties) or list_place
        return level, self._numbering.marker(*list_place) if list_place else ""

    def _inline(self, element: etree._Element, paragraph: Paragraph, beside: _Beside) -> None:  # noqa: C901 - a table of names
        for inner in element:
            name = local(inner)
            if name in _DELETED:
                continue
            if name == "t":
                paragraph.write(inner.text or "")
            elif name in {"br", "cr"}:
                paragraph.write("\n")
            elif name in {"tab", "ptab"}:
                paragraph.write(" ")
            elif name == "noBreakHyphen":
                paragraph.write("-")
            elif name == "ruby":
                self._ruby(inner, paragraph, beside)
            elif name in {"footnoteReference", "endnoteReference", "commentReference"}:
                note = self._notes[name.removesuffix("Reference") + "s"].get(attribute(inner, "id"), "")
                beside.notes += [note] if note else []
            elif name in {"drawing", "pict", "object"}:
                self._drawing(inner, beside)
            elif name == "AlternateContent":
                shown = chosen(inner)
                self._inline(shown if shown is not None else inner, paragraph, beside)
            else:
                self._inline(inner, paragraph, beside)

    def _ruby(self, element: etree._Element, paragraph: Paragraph, beside: _Beside) -> None:
        paragraph.open("ruby")
        for part, tag in (("rubyBase", "rb"), ("rt", "rt")):
            paragraph.open(tag)
            for inner in children(element, part):
                self._inline(inner, paragraph, beside)
        paragraph.close("ruby")

    def _drawing(self, element: etree._Element, beside: _Beside) -> None:
        boxes = list(element.iter("{*}txbxContent"))
        beside.boxes += [box for box in boxes if not any(outer in boxes for outer in box.iterancestors())]
        if text := described(element):
            beside.notes.append(text)

    def _table(self, element: etree._Element, sections: Sections) -> None:
        rows, headers = [], 0
        for row in _rows(element):
            rows.append([" ".join(self._texts(cell)) for cell in _cells(row)])
            if headers == len(rows) - 1 and child(row, "trPr", "tblHeader") is not None:
                headers += 1
        sections.table(rows, header_rows=headers)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    for inner in element:
        if local(inner) == "tr":
            yield inner
        elif local(inner) in _WRAPPERS:
            yield from _rows(inner)


def _cells(element: etree._Element) -> Iterator[etree._Element]:
    for inner in element:
        if local(inner) == "tc":
            yield inner
        elif local(inner) in _WRAPPERS:
            yield from _cells(inner)


def _list_place(properties: etree._Element | None) -> tuple[str, int] | None:
    numbered = child(properties, "numPr", "numId")
    if numbered is None:
        return None
    level = child(properties, "numPr", "ilvl")
    value = attribute(level, "val") if level is not None else "0"
    return attribute(numbered, "val"), int(value) if value in set("012345678") else 0


def _heading_levels(root: etree._Element | None) -> dict[str, tuple[int | None, tuple[str, int] | None]]:
    """Return the heading level and the list of each paragraph style; a style has those of the one it is based on."""
    own: dict[str, tuple[int | None, tuple[str, int] | None]] = {}
    bases: dict[str, str] = {}
    for style in children(root, "style"):
        style_id, name = attribute(style, "styleId"), child(style, "name")
        named = attribute(name, "val").lower() if name is not None else ""
        outline, base = child(style, "pPr", "outlineLvl"), child(style, "basedOn")
        level: int | None = None
        if heading := _HEADING.fullmatch(named):
            level = int(heading[1])
        elif named == "title":
            level = _TITLE_LEVEL
        elif outline is not None and (value := attribute(outline, "val")) in set("012345678"):
            level = int(value) + 1
        own[style_id] = (level, _list_place(child(style, "pPr")))
        if base is not None:
            bases[style_id] = attribute(base, "val")
    found: dict[str, tuple[int | None, tuple[str, int] | None]] = {}
    for style_id, (own_level, own_place) in own.items():
        level, place, at = own_level, own_place, style_id
        for _ in range(_MOST_BASES):
            at = bases.get(at, "")
            base_level, base_place = own.get(at, (None, None))
            level, place = (base_level if level is None else level), place or base_place
        found[style_id] = (level, place)
    return found
