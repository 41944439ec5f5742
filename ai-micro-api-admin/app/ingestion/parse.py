"""Reads one file and writes its chunks: `python -m app.ingestion.parse --media-type application/pdf < FILE`.

Runs as a process of its own, because parsers of files from strangers crash, hang, eat memory and can be taken over:
`app.ingestion.isolation` starts it and can kill it, and it seals itself before it reads. Chunks go to standard output,
a JSON object on a line each, then one with their number and the warnings. A file that cannot be read gives exit status
2, with code and reason as a JSON object on standard error.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from dataclasses import asdict
from functools import partial

from app.ingestion.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits, limit_cost
from app.ingestion.confinement.seal import seal
from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.media_types import MediaType
from app.ingestion.parse_output import EXIT_UNREADABLE
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers import Parser, parser_for
from app.ingestion.splitting import split


def main(arguments: list[str]) -> int:
    """Read the file on standard input; return the exit status."""
    options = _options(arguments)
    limits = ParseLimits(
        wall_seconds=options.wall_seconds,
        cpu_seconds=options.cpu_seconds,
        memory_bytes=options.memory_bytes,
        output_bytes=options.output_bytes,
        max_chunks=options.max_chunks,
    )
    limit_cost(limits)
    parser = parser_for(options.media_type)
    # From here on nothing can be opened, modules included.
    seal(parent=options.parent)
    try:
        if options.recognised is not None:
            parser = partial(parser, recognised=_recognised(options.recognised))
        _write_chunks(
            parser,
            sys.stdin.buffer.read(),
            limits=limits,
            splitting=SplitSettings(size=options.chunk_size, overlap=options.chunk_overlap),
        )
    except UnreadableFile as verdict:
        return _refuse(verdict.code, verdict.reason)
    except MemoryError:
        return _refuse(FailureCode.OUT_OF_MEMORY, "Reading the file takes more memory than is allowed.")
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return _refuse(FailureCode.OUTPUT_TOO_LARGE, "The file holds more text than is allowed.")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    limits, splitting = ParseLimits(), SplitSettings()
    parser = argparse.ArgumentParser(prog="python -m app.ingestion.parse", description="Write a file's chunks.")
    parser.add_argument("--media-type", type=MediaType, required=True)
    parser.add_argument("--parent", type=int, default=os.getppid())
    parser.add_argument("--wall-seconds", type=float, default=limits.wall_seconds)
    parser.add_argument("--cpu-seconds", type=int, default=limits.cpu_seconds)
    parser.add_argument("--memory-bytes", type=int, default=limits.memory_bytes)
    parser.add_argument("--output-bytes", type=int, default=limits.output_bytes)
    parser.add_argument("--max-chunks", type=int, default=limits.max_chunks)
    parser.add_argument("--recognised", type=int, help="open file with the texts of pages of pictures, as JSON")
    parser.add_argument("--chunk-size", type=int, default=splitting.size)
    parser.add_argument("--chunk-overlap", type=int, default=splitting.overlap)
    return parser.parse_args(arguments)


def _write_chunks(parser: Parser, data: bytes, *, limits: ParseLimits, splitting: SplitSettings) -> None:
    count, warnings = 0, Warnings()
    # A writer of its own, because what `sys.stdout` could not write it tries to write again when the process ends.
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as output:
        for chunk in split(parser(data, warnings), splitting):
            count += 1
            if count > limits.max_chunks:
                raise UnreadableFile(
                    FailureCode.TOO_MANY_CHUNKS,
                    f"The file gives more than {limits.max_chunks:,} pieces of text. Divide it into smaller files.",
                )
            output.write(_line(asdict(chunk)))
        if count == 0:
            raise UnreadableFile(FailureCode.NO_TEXT, "The file has no text.")
        output.write(_line({"chunks": count, "warnings": [asdict(warning) for warning in warnings.found]}))


def _recognised(descriptor: int) -> dict[int, str]:
    with os.fdopen(descriptor, "rb") as file:
        return {int(number): str(text) for number, text in json.load(file).items()}


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _refuse(code: FailureCode, reason: str) -> int:
    sys.stderr.write("\n" + json.dumps({"code": code, "reason": reason}) + "\n")
    return EXIT_UNREADABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
