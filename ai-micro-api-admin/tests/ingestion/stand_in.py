"""The process that forks, with the parser taken over: the file is a JSON object of Python programs, and each is run.

`python -m tests.ingestion.stand_in --without=seccomp,landlock ...` leaves layers of the seal away, as a system without
them would. Imported here is what the programs need, because nothing can be imported where they run.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from app.ingestion import parse
from app.ingestion.confinement import landlock, seccomp
from app.ingestion.confinement.seal import Seal
from app.ingestion.forking.server import serve
from app.ingestion.media_types import MediaType
from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers import Parser

MODULES = (os, resource, signal, socket, subprocess, threading)
STARTED_WITH: dict[str, list[str] | list[int]] = {"environ": sorted(os.environ)}

_LONGEST = 500
"""An outcome has to fit one chunk."""

_libc = ctypes.CDLL(None, use_errno=True)


def call(name_or_number: str | int, *arguments: int | bytes) -> int:
    """Call a function of the C library, or the kernel by number."""
    by_number = isinstance(name_or_number, int)
    function = _libc.syscall if by_number else getattr(_libc, str(name_or_number))
    result = int(function(*([name_or_number] if by_number else []), *arguments))
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def run(program: str) -> str:
    """Run a program; return `done: ` and its value, or the error that stopped it."""
    names = {**{module.__name__: module for module in MODULES}, "call": call, "started_with": STARTED_WITH}
    try:
        return f"done: {eval(program, names)}"[:_LONGEST]  # noqa: S307 - running what the file says is what a hostile file does
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    except RuntimeError as error:
        return type(error).__name__


def obey(data: bytes, warnings: Warnings) -> Iterator[Page]:
    for number, (name, program) in enumerate(json.loads(data).items(), start=1):
        yield Page(number, f"{name} -> {run(program)}")


def taken_over(media_type: MediaType) -> Parser:
    # Asked for by the process that forks, and again by the child before it seals itself.
    STARTED_WITH["descriptors"] = sorted(int(entry.name) for entry in Path("/dev/fd").iterdir())
    return obey


if __name__ == "__main__":
    without = sys.argv.pop(1).removeprefix("--without=").split(",")
    if "seccomp" in without:
        seccomp.refuse_other_calls = lambda: False
    if "landlock" in without:
        landlock.refuse_all = lambda: 0
    if "seal" in without:
        parse.seal = lambda **_: Seal(seccomp=False, landlock=0, unprivileged=False)  # type: ignore[attr-defined]
    parse.parser_for = taken_over  # type: ignore[attr-defined]  # imported there
    # No example of the parser's own: it would be taken for programs.
    parse._WRITTEN = frozenset()
    serve(int(sys.argv[1]))
