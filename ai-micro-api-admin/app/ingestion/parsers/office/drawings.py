"""Texts of DrawingML: shapes, tables, charts and diagrams, which documents, slides and sheets share."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.ingestion.parsers.office.package import Package, attribute, child, children, local
from app.ingestion.texts.paragraph import collapse


def paragraph_text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph (`a:p`) of a shape."""
    pieces = []
    for element in paragraph.iter():
        name = local(element)
        if name == "t":
            pieces.append(element.text or "")
        elif name == "br":
            pieces.append("\n")
        elif name == "tab":
            pieces.append(" ")
    return "\n".join(line for part in "".join(pieces).split("\n") if (line := collapse(part)))


def paragraphs(element: etree._Element) -> Iterator[str]:
    """Yield the texts of all paragraphs inside an element; those without text are left out."""
    for found in element.iter("{*}p"):
        if text := paragraph_text(found):
            yield text


def table_rows(table: etree._Element) -> tuple[list[list[str]], int]:
    """Return the cells of a table (`a:tbl`), and how many rows at its top are marked as its header."""
    rows = [[" ".join(paragraphs(cell)) for cell in children(row, "tc")] for row in children(table, "tr")]
    properties = child(table, "tblPr")
    marked = properties is not None and attribute(properties, "firstRow") in {"1", "true"}
    return rows, int(marked and len(rows) > 1)


def part_texts(package: Package, name: str) -> list[str]:
    """Return the texts of a chart or a diagram: titles, labels, and the names of what is compared, each once."""
    root = package.tree(name)
    if root is None:
        return []
    found = dict.fromkeys(paragraphs(root))
    for cache in root.iter("{*}strCache"):
        for value in cache.iter("{*}v"):
            if value.text and (text := collapse(value.text)):
                found[text] = None
    return list(found)


def described(element: etree._Element) -> str:
    """Return the alternative text of a picture or shape, empty if it has none."""
    for properties in element.iter("{*}docPr", "{*}cNvPr"):
        if text := collapse(attribute(properties, "descr")):
            return text
    return ""


def related_texts(package: Package, name: str) -> Iterator[str]:
    """Yield the texts of the charts and diagrams of a part."""
    for relation in package.relations(name).values():
        if relation.kind in {"chart", "chartEx", "diagramData"}:
            yield from part_texts(package, relation.target)
