"""What Tesseract reads in pictures and in PDF pages without text."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import BinaryIO

import structlog

from app.ingestion import child
from app.ingestion.texts.reflow import separator

MAX_PAGES = 200
"""Pages recognised of one document; a page takes some seconds."""

_PAGES_AT_ONCE = 8
_PAGE_SECONDS, _DRAWING_SECONDS = 60, 60
_MEMORY_BYTES = 2 * 1024**3
_STOP_POLL_SECONDS = 0.2
_WANTED, _VERTICAL = ("jpn", "eng"), "jpn_vert"
_SURE = 70.0
"""Mean confidence in percent from which on no second reading is tried."""

_LIKELY = 50.0
"""Mean confidence in percent below which a picture in a document is taken for a photograph."""

_COLUMNS = 12
_MOST_PICTURE_BYTES = 64 * 1024**2

logger = structlog.get_logger(__name__)


def languages() -> frozenset[str]:
    """Return the languages that the installed Tesseract reads; none where it is not installed.

    It may be installed while the service runs: documents that wanted it are then processed again.
    """
    program = shutil.which("tesseract")
    return frozenset() if program is None else _languages_of(program)


@cache
def _languages_of(program: str) -> frozenset[str]:
    with suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run(  # noqa: S603 - a program that the operator installed
            [program, "--list-langs"], check=True, capture_output=True, text=True, timeout=_PAGE_SECONDS
        )
        return frozenset(listed.stdout.split("\n")[1:]) & {*_WANTED, _VERTICAL}
    return frozenset()


def recognise_picture(file: BinaryIO, *, stop: threading.Event | None = None) -> dict[int, str]:
    """Return the texts of the pages of a picture, by their numbers from 1; pages without are left out.

    Raises:
        ParseCancelled: `stop` was set.
    """
    return _better(file, stop)[0]


def recognise_pdf(file: BinaryIO, *, stop: threading.Event | None = None) -> dict[int, str]:
    """Return the texts of the pages of a PDF that have none of their own, by their numbers.

    Raises:
        ParseCancelled: `stop` was set.
    """
    return _recognise_all("app.ingestion.ocr.pictures", file, 0.0, stop)


def recognise_office(file: BinaryIO, *, stop: threading.Event | None = None) -> dict[int, str]:
    """Return the texts of the pictures of an Office file, by their numbers; what may be a photograph is left out.

    Raises:
        ParseCancelled: `stop` was set.
    """
    return _recognise_all("app.ingestion.ocr.office_pictures", file, _LIKELY, stop)


def _recognise_all(module: str, file: BinaryIO, least: float, stop: threading.Event | None) -> dict[int, str]:
    """Return the texts of the pictures that a process takes out of a file, read with some confidence at least."""
    found: dict[int, str] = {}
    first = 1
    for _ in range(-(-MAX_PAGES // _PAGES_AT_ONCE)):
        last = 0
        for number, picture in _pictures(module, file, first, stop):
            with picture:
                texts, confidence = _better(picture, stop)
            if confidence >= least and (text := texts.get(1)):
                found[number] = text
            last = number
        if not last:
            break
        first = last + 1
    return found


def _pictures(module: str, file: BinaryIO, first: int, stop: threading.Event | None) -> Iterator[tuple[int, BinaryIO]]:
    """Yield the numbers of pictures and the pictures, up to the number that is taken at once."""
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    arguments = (str(os.getpid()), str(first), str(_PAGES_AT_ONCE), str(_DRAWING_SECONDS))
    with tempfile.TemporaryFile() as output:
        child.run(child.command(module, *arguments), file, output, seconds=_DRAWING_SECONDS, stop=stop)
        output.seek(0)
        while line := output.readline(_COLUMNS * 4).split():
            number, size = (int(word) if word.isdigit() and len(word) <= _COLUMNS else 0 for word in line[:2])
            if not 0 < size <= _MOST_PICTURE_BYTES or number < first:
                return
            picture = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
            picture.write(output.read(size))
            picture.flush()
            first = number + 1
            yield number, picture


def _better(file: BinaryIO, stop: threading.Event | None) -> tuple[dict[int, str], float]:
    """Return the texts of a picture, and with how much confidence they were read.

    They are lines, or columns of Japanese where that is read with more confidence.
    """
    installed = languages()
    horizontal = "+".join(language for language in _WANTED if language in installed)
    texts, confidence = _recognised(file, horizontal, "3", stop) if horizontal else ({}, 0.0)
    if confidence < _SURE and _VERTICAL in installed:
        columns, vertical_confidence = _recognised(file, _VERTICAL, "5", stop)
        if vertical_confidence > confidence:
            return columns, vertical_confidence
    return texts, confidence


def _recognised(
    file: BinaryIO, language: str, segmentation: str, stop: threading.Event | None
) -> tuple[dict[int, str], float]:
    """Return the text of each page of a picture, and the mean confidence of its words in percent."""
    program = shutil.which("tesseract") or ""
    limits = (str(os.getpid()), str(_PAGE_SECONDS), str(_PAGE_SECONDS), str(_MEMORY_BYTES))
    command = [program, "stdin", "stdout", "-l", language, "--psm", segmentation, "tsv"]
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    with tempfile.TemporaryFile() as output:
        arguments = child.command("app.ingestion.ocr.program", *limits, "--", *command)
        child.run(arguments, file, output, seconds=_PAGE_SECONDS, stop=stop)
        output.seek(0)
        return _read(output.read(_MOST_PICTURE_BYTES).decode(errors="replace"))


def _read(table: str) -> tuple[dict[int, str], float]:
    """Return the pages of Tesseract's table of words, a line for each line, and the mean confidence."""
    pages: dict[int, dict[tuple[str, ...], str]] = {}
    confidences: list[float] = []
    for row in table.split("\n"):
        fields = row.split("\t")
        if len(fields) != _COLUMNS or fields[0] != "5" or not fields[11].strip() or not fields[1].isdigit():
            continue
        place, word = tuple(fields[2:5]), fields[11].strip()
        lines = pages.setdefault(int(fields[1][:_COLUMNS]), {})
        line = lines.get(place, "")
        lines[place] = line + separator(line, word) + word
        with suppress(ValueError):
            confidences.append(float(fields[10]))
    texts = {number: "\n".join(lines.values()) for number, lines in pages.items() if number > 0}
    return texts, sum(confidences) / len(confidences) if confidences else 0.0
