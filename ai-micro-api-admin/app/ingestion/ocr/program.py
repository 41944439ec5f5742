"""Turns into Tesseract, confined: `python -m app.ingestion.ocr.program PARENT LIMITS... -- TESSERACT ARGUMENTS...`.

A parser's seal lets nothing be opened, and a program has to open itself and its libraries. So this one may read and
execute what the system's folders hold, and nothing else: no file of the service, no file to write, no network, no other
process. What it reads and writes are the files on its standard input and output.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from app.ingestion.confinement import landlock, process, seccomp
from app.ingestion.confinement.limits import ParseLimits, limit_cost

_READABLE = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/opt")
_OPEN_FILES = 64


def main(arguments: list[str]) -> None:
    """Confine this process and replace its program.

    Args:
        arguments: Parent, wall seconds, processor seconds, bytes of memory, and the command after `--`.
    """
    parent, wall_seconds, cpu_seconds, memory_bytes = (int(argument) for argument in arguments[:4])
    command = arguments[5:]
    limit_cost(
        ParseLimits(
            wall_seconds=wall_seconds, cpu_seconds=cpu_seconds, memory_bytes=memory_bytes, output_bytes=64 * 1024**2
        )
    )
    folders = [os.environ["TESSDATA_PREFIX"]] if "TESSDATA_PREFIX" in os.environ else []
    landlock.allow_reading_only([*_READABLE, *folders])
    process.give_up_root()
    process.end_with(parent)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    seccomp.refuse_reaching_out()
    os.execv(Path(command[0]), command)  # noqa: S606 - a program that the operator installed; no shell


if __name__ == "__main__":
    main(sys.argv[1:])
