"""A zip of XML parts from a stranger: what is read is counted, no entity is resolved, only known kinds are accepted."""

from __future__ import annotations

import codecs
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError

from lxml import etree

from app.ingestion.parse_warnings import Warnings
from app.ingestion.reasons import Notice, Reason
from app.ingestion.texts.cleaning import clean
from app.ingestion.texts.reflow import reflow

# Of names in zip files: see `app.ingestion.parsers`.
codecs.lookup("cp437")

MAX_PART_BYTES = 256 * 1024**2
MAX_TREE_BYTES = 48 * 1024**2
"""A tree takes ten bytes of memory for each of its part's."""

MAX_TOTAL_BYTES = 512 * 1024**2
_BLOCK = 1024 * 1024
_LEAST_PICTURE_BYTES = 20_000
_RECOGNISABLE = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")
_PICTURES = (*_RECOGNISABLE, ".emf", ".wmf")

_BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, NotImplementedError, struct.error, ValueError,
    IndexError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """One part's reference to another.

    Args:
        kind: Last word of its type: `slide`, `footnotes`, `image`.
        target: Name of the part; empty for one outside the file.
    """

    kind: str
    target: str


class Package:
    """The parts of a file.

    Args:
        data: The file.
        content_type: Word in the content type of the main part of such files: `wordprocessingml`; empty for any.
        recognised: The texts of pictures, by their numbers in `pictures`; None where there is no text recognition.

    Raises:
        UnreadableFile: It is no such file, is encrypted, or contains macros. Reading a part raises it too.
    """

    def __init__(self, data: bytes, content_type: str, recognised: Mapping[int, str] | None = None) -> None:
        self._read_bytes = 0
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self._sizes = {info.filename.lstrip("/").lower(): info for info in self._zip.infolist()}
        except _BROKEN_ZIP as error:
            raise Reason.DAMAGED.unreadable() from error
        mains = [relation.target for relation in self.relations("").values() if relation.kind == "officeDocument"]
        if not mains:
            raise Reason.NO_MAIN_PART.unreadable()
        self.main = mains[0]
        self._check_kind(content_type)
        self._is_recognised = recognised is not None
        self._texts = {
            name: text
            for number, name in enumerate(self.pictures, start=1)
            if (text := clean(reflow((recognised or {}).get(number, ""))).strip())
        }
        self._read_pictures = frozenset(self._texts)

    @property
    def pictures(self) -> list[str]:
        """The parts that are pictures in which text can be recognised, those too small to have any left out."""
        return [name for name in self._large_pictures() if name.endswith(_RECOGNISABLE)]

    def read(self, name: str, *, most: int = MAX_PART_BYTES) -> bytes | None:
        """Return a part, None if it is not there.

        The sizes that a zip claims may be wrong: what comes out is counted.
        """
        info = self._sizes.get(name.lower())
        if info is None:
            return None
        blocks, size = [], 0
        try:
            with self._zip.open(info) as part:
                while block := part.read(_BLOCK):
                    blocks.append(block)
                    size += len(block)
                    if size > most or self._read_bytes + size > MAX_TOTAL_BYTES:
                        raise Reason.TOO_LARGE_UNPACKED.unreadable()
        except RuntimeError as error:
            raise Reason.ENCRYPTED.unreadable() from error
        except _BROKEN_ZIP as error:
            raise Reason.DAMAGED.unreadable() from error
        self._read_bytes += size
        return b"".join(blocks)

    def tree(self, name: str) -> etree._Element | None:
        """Return the root element of a part, None if the part is not there."""
        data = self.read(name, most=MAX_TREE_BYTES)
        if data is None:
            return None
        refuse_definitions(data)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Reason.DAMAGED.unreadable() from error

    def elements(self, name: str, tag: str) -> Iterator[etree._Element]:
        """Yield the elements of a part that have a local name, each to be used before the next one is asked for."""
        data = self.read(name)
        if data is None:
            return
        refuse_definitions(data)
        try:
            found = etree.iterparse(
                BytesIO(data), tag="{*}" + tag, resolve_entities=False, no_network=True, load_dtd=False
            )
            for _, element in found:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    parent = element.getparent()
                    if parent is None:
                        break
                    del parent[0]
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Reason.DAMAGED.unreadable() from error

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what a part refers to, by the ids that it uses; those of the package itself for an empty name."""
        folder, base = posixpath.split(name)
        root = self.tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relation] = {}
        for element in root if root is not None else ():
            target = element.get("Target", "")
            if element.get("TargetMode") == "External":
                target = ""
            elif target.startswith("/"):
                target = target.lstrip("/")
            else:
                target = posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id", "")] = Relation(element.get("Type", "").rsplit("/", 1)[-1], target)
        return found

    def picture_texts(self, name: str) -> Iterator[str]:
        """Yield what was recognised in the pictures of a part, each picture once."""
        for relation in self.relations(name).values():
            if relation.kind == "image" and (text := self._texts.pop(relation.target.lower(), "")):
                yield text

    def other_picture_texts(self) -> Iterator[str]:
        """Yield what was recognised in the pictures that no part has given yet."""
        while self._texts:
            yield self._texts.pop(next(iter(self._texts)))

    def warn_of_pictures(self, warnings: Warnings) -> None:
        """Warn of pictures in which something may be written that was not read, and of files in the file."""
        unread = sum(1 for name in self._large_pictures() if name not in self._read_pictures)
        if unread:
            one, several = (
                (Notice.PICTURE_NOT_RECOGNISED, Notice.PICTURES_NOT_RECOGNISED)
                if self._is_recognised
                else (Notice.PICTURE_UNREAD, Notice.PICTURES_UNREAD)
            )
            warnings.add(one if unread == 1 else several, count=unread)
        embedded = sum(1 for name in self._sizes if "/embeddings/" in name)
        if embedded:
            warnings.add(Notice.FILE_INSIDE if embedded == 1 else Notice.FILES_INSIDE, count=embedded)

    def _large_pictures(self) -> list[str]:
        return [
            name
            for name, info in self._sizes.items()
            if "/media/" in name and name.endswith(_PICTURES) and info.file_size >= _LEAST_PICTURE_BYTES
        ]

    def _check_kind(self, wanted: str) -> None:
        types = self.tree("[Content_Types].xml")
        main = ""
        for element in types if types is not None else ():
            if element.get("PartName", "").lstrip("/").lower() == self.main.lower():
                main = element.get("ContentType", "")
        if "macroenabled" in main.lower() or any(name.endswith("vbaproject.bin") for name in self._sizes):
            raise Reason.MACROS.unreadable()
        if wanted not in main:
            raise Reason.CONTENT_MISMATCH.unreadable()


def refuse_definitions(data: bytes) -> None:
    """Refuse XML with a document type: no Office file has one, and entities are defined there.

    Raises:
        UnreadableFile: It has one.
    """
    if b"<!DOCTYPE" in (data.replace(b"\0", b"") if b"\0" in data[:_HEAD] else data):
        raise Reason.OWN_ENTITIES.unreadable()


_HEAD = 256


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute by its local name, empty if it is not there."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Yield the children with a local name."""
    for child in element if element is not None else ():
        if local(child) == name:
            yield child


def chosen(element: etree._Element) -> etree._Element | None:
    """Return the part of an `mc:AlternateContent` that is shown; both say the same."""
    choice = child(element, "Choice")
    return choice if choice is not None else child(element, "Fallback")


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the first child with a local name, and of that the first one with the next name, if all are there."""
    for name in names:
        element = next(children(element, name), None)
    return element
