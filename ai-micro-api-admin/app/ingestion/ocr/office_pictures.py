"""Takes pictures out of an Office file.

`python -m app.ingestion.ocr.office_pictures PARENT FIRST COUNT SECONDS < FILE` is a sealed process like a parser,
because the file is as hostile unpacked as read. Writes, for each picture, a line of its number and size, and the
picture as it is. A last line `0 0` says that it came to the end of the file.
"""

from __future__ import annotations

import sys

from app.ingestion.confinement.limits import ParseLimits, limit_cost
from app.ingestion.confinement.seal import seal
from app.ingestion.parsers.office.package import Package

_MOST_PICTURE_BYTES = 32 * 1024**2


def main(arguments: list[str]) -> None:
    """Write up to COUNT pictures from FIRST on."""
    parent, first, count, seconds = (int(argument) for argument in arguments)
    limit_cost(ParseLimits(wall_seconds=seconds, cpu_seconds=seconds))
    seal(parent=parent)
    output = sys.stdout.buffer
    package = Package(sys.stdin.buffer.read(), "")
    names = package.pictures
    for number, name in enumerate(names[first - 1 : first - 1 + count], start=first):
        picture = package.read(name, most=_MOST_PICTURE_BYTES) or b""
        output.write(b"%d %d\n" % (number, len(picture)))
        output.write(picture)
        output.flush()
    if first - 1 + count >= len(names):
        output.write(b"0 0\n")


if __name__ == "__main__":
    main(sys.argv[1:])
