"""Presentations: a page for each slide, under its title, with tables, charts, notes and comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.office.drawings import described, paragraphs, related_texts, table_rows
from app.ingestion.parsers.office.package import Package, attribute, child, chosen, local
from app.ingestion.texts.sections import Sections

_TITLES, _COUNTERS = frozenset({"title", "ctrTitle"}), frozenset({"sldNum", "dt", "hdr", "ftr", "sldImg"})


def parse(data: bytes, warnings: Warnings, recognised: Mapping[int, str] | None = None) -> Iterator[Page]:
    """Yield the slides, hidden ones too, with their numbers.

    Args:
        data: The file.
        warnings: Gets those of what is not read.
        recognised: What was recognised in its pictures; None where there is no text recognition.

    Raises:
        UnreadableFile: It is no presentation, damaged, encrypted, or has macros.
    """
    package = Package(data, "presentationml", recognised)
    relations = package.relations(package.main)
    slides = child(package.tree(package.main), "sldIdLst")
    for number, slide in enumerate(slides if slides is not None else (), start=1):
        ids = [str(value) for key, value in slide.attrib.items() if str(key).endswith("}id")]
        target = next((relations[found].target for found in ids if found in relations), "")
        yield from _slide(package, target, number)
    for text in package.other_picture_texts():
        yield Page(None, text)
    package.warn_of_pictures(warnings)


def _slide(package: Package, name: str, number: int) -> Iterator[Page]:
    root = package.tree(name) if name else None
    if root is None:
        return
    shapes = [*_shapes(child(root, "cSld", "spTree"))]
    sections = Sections(number)
    titles = [" ".join(paragraphs(shape)) for shape in shapes if _role(shape) in _TITLES]
    if title := " ".join(filter(None, titles)):
        sections.heading(1, title)
    for shape in shapes:
        if _role(shape) not in _TITLES | _COUNTERS:
            _shape(shape, sections)
    for text in [*related_texts(package, name), *package.picture_texts(name), *_beside(package, name)]:
        sections.add(text)
    yield from sections.end()


def _beside(package: Package, name: str) -> Iterator[str]:
    for relation in package.relations(name).values():
        if relation.kind == "notesSlide":
            yield from _notes(package, relation.target)
        elif relation.kind in {"comments", "comment"}:
            yield from _comments(package, relation.target)


def _shapes(tree: etree._Element | None) -> Iterator[etree._Element]:
    """Yield the shapes of a slide, those of groups too."""
    for element in tree if tree is not None else ():
        name = local(element)
        if name in {"sp", "graphicFrame", "pic", "cxnSp"}:
            yield element
        elif name == "grpSp":
            yield from _shapes(element)
        elif name == "AlternateContent":
            yield from _shapes(chosen(element))


def _role(shape: etree._Element) -> str:
    """Return what a shape is a placeholder for, empty for other shapes."""
    placeholder = next(shape.iter("{*}ph"), None)
    return (attribute(placeholder, "type") or "body") if placeholder is not None else ""


def _shape(shape: etree._Element, sections: Sections) -> None:
    tables = list(shape.iter("{*}tbl"))
    for table in tables:
        rows, headers = table_rows(table)
        sections.table(rows, header_rows=headers)
    for text in paragraphs(shape) if not tables else ():
        sections.add(text)
    if local(shape) == "pic" and (text := described(shape)):
        sections.add(text)


def _notes(package: Package, name: str) -> Iterator[str]:
    root = package.tree(name)
    for shape in _shapes(child(root, "cSld", "spTree")):
        if _role(shape) not in _COUNTERS:
            yield from paragraphs(shape)


def _comments(package: Package, name: str) -> Iterator[str]:
    root = package.tree(name)
    for element in root.iter("{*}text", "{*}t") if root is not None else ():
        if element.text and element.text.strip():
            yield element.text.strip()
