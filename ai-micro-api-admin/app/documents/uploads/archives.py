"""Zips of documents: their files one by one, each in a temporary file, within limits.

A zip may claim anything: so its list of files is measured before it is read, and a file is read no further than it may
be large. Python's `zipfile` reads the list as a whole, some 500 bytes of memory for each entry of 46 bytes or more.
"""

import io
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.documents.problems import ArchiveDamaged, ArchiveTooLarge, EncryptedFile, UploadTooLarge
from app.files.parts import PART_BYTES
from app.ingestion.media_types import readable_name

SIGNATURE: Final = b"PK"
_MOST_LIST_BYTES = 4 * 1024 * 1024
_END, _END_64, _LOCATOR_64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_END_BYTES, _END_64_BYTES, _LOCATOR_BYTES, _MOST_COMMENT_BYTES = 22, 56, 20, 65_535
_ENCRYPTED, _UTF_8 = 0x1, 0x800
# Others may ask for gigabytes of memory before their first byte.
_METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
_OF_THE_SYSTEM = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_DAMAGED = (
    BadZipFile,
    NotImplementedError,
    UnicodeDecodeError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
    struct.error,
    zlib.error,
)


@dataclass(slots=True)
class Budget:
    """What the zips of one request may still give.

    Attributes:
        files: how many files.
        unpacked_bytes: how many bytes.
    """

    files: int
    unpacked_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a zip.

    Attributes:
        name: its path there, as it may be shown.
        open: returns its content, in a temporary file; raises the problem with it.
    """

    name: str
    open: Callable[[], BinaryIO]


def entries(file: BinaryIO, budget: Budget, *, max_file_bytes: int) -> Iterator[Entry]:
    """Yield the files of a zip in their order, without folders and what systems put beside files.

    Args:
        file: the zip.
        budget: what it may give; becomes less.
        max_file_bytes: the largest file that is unpacked.

    Raises:
        ArchiveDamaged: it cannot be read.
        ArchiveTooLarge: it has more files than it may.
    """
    _check_list(file)
    try:
        archive = ZipFile(file)
    except _DAMAGED as error:
        raise ArchiveDamaged from error
    with archive:
        wanted = [info for info in archive.infolist() if _is_wanted(info)]
        if len(wanted) > budget.files:
            raise ArchiveTooLarge.saying(ArchiveTooLarge.FILES, count=f"{len(wanted):,}", limit=f"{budget.files:,}")
        budget.files -= len(wanted)
        for info in wanted:
            yield Entry(_name(info), partial(_unpacked, archive, info, budget, max_file_bytes))


def _is_wanted(info: ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    is_of_the_system = path.name.lower() in _OF_THE_SYSTEM or path.name.startswith("._") or "__MACOSX" in path.parts
    return not info.is_dir() and not is_of_the_system


def _name(info: ZipInfo) -> str:
    """Return a file's path; without a mark it is in the encoding of the system that made the zip."""
    if info.flag_bits & _UTF_8:
        return info.orig_filename
    written = info.orig_filename.encode("cp437")
    try:
        return written.decode()
    except UnicodeDecodeError:
        return readable_name(written.decode("latin-1"))


def _unpacked(archive: ZipFile, info: ZipInfo, budget: Budget, most: int) -> BinaryIO:
    if info.flag_bits & _ENCRYPTED:
        raise EncryptedFile
    if info.compress_type not in _METHODS:
        raise ArchiveDamaged.saying(ArchiveDamaged.FILE)
    size = 0
    with ExitStack() as on_failure:
        unpacked = on_failure.enter_context(tempfile.SpooledTemporaryFile(max_size=PART_BYTES))
        for part in _parts(archive, info):
            size += len(part)
            budget.unpacked_bytes -= len(part)
            _check_size(size, most, budget)
            unpacked.write(part)
        unpacked.seek(0)
        on_failure.pop_all()
    return unpacked  # type: ignore[return-value]  # a spooled file has all of BinaryIO's methods that are used


def _parts(archive: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as packed:
            while part := packed.read(PART_BYTES):
                yield part
    except _DAMAGED as error:
        raise ArchiveDamaged.saying(ArchiveDamaged.FILE) from error


def _check_size(size: int, most: int, budget: Budget) -> None:
    if size > most:
        raise UploadTooLarge.saying(UploadTooLarge.LIMIT, limit=f"{most:,}")
    if budget.unpacked_bytes < 0:
        raise ArchiveTooLarge.saying(ArchiveTooLarge.UNPACKED)


def _check_list(file: BinaryIO) -> None:
    """Refuse a zip whose list of files is larger than can be held (APPNOTE.TXT, sections 4.3.14 to 4.3.16)."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _END_BYTES - _MOST_COMMENT_BYTES - _LOCATOR_BYTES - _END_64_BYTES)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_BYTES:
        raise ArchiveDamaged
    list_bytes = struct.unpack_from("<I", tail, end + 12)[0]
    locator = end - _LOCATOR_BYTES
    if locator >= 0 and tail.startswith(_LOCATOR_64, locator):
        # Of the larger records that there may be, older versions of `zipfile` believe the one right before the locator,
        # newer ones the one that it names, if there is one.
        before = _list_bytes_64(file, start + locator - _END_64_BYTES)
        named = _list_bytes_64(file, struct.unpack_from("<Q", tail, locator + 8)[0])
        list_bytes = max(list_bytes if before is None else before, named or 0)
    if list_bytes > _MOST_LIST_BYTES:
        raise ArchiveTooLarge.saying(ArchiveTooLarge.LIST)
    file.seek(0, io.SEEK_SET)


def _list_bytes_64(file: BinaryIO, place: int) -> int | None:
    """Return the size of the list of files that a record of large zips claims, or None if none is there."""
    if not 0 <= place < file.seek(0, os.SEEK_END):
        return None
    file.seek(place)
    record = file.read(_END_64_BYTES)
    if len(record) < _END_64_BYTES or not record.startswith(_END_64):
        return None
    claimed: int = struct.unpack_from("<Q", record, 40)[0]
    return claimed
