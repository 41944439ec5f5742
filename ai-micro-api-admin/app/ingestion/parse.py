"""Reads one file and writes its chunks: `python -m app.ingestion.parse --media-type application/pdf < FILE`.

Runs as a process of its own, because parsers of files from strangers crash, hang, eat memory and can be taken over:
`app.ingestion.forking` forks it, `app.ingestion.isolation` can have it killed, and it seals itself before it reads.
Chunks go to standard output, a JSON object on a line each, the first ones with their features; then one with their
number and the warnings. A file that cannot be read gives exit status 2, with code and reason as a JSON object on
standard error.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import cache, partial

from app.ingestion.child_options import add_feature_settings, add_limits, feature_settings_of, limits_of
from app.ingestion.chunking.chunks import BATCH, FeatureSettings, SplitSettings
from app.ingestion.chunking.features import warm_up, written_features
from app.ingestion.chunking.splitting import split
from app.ingestion.confinement.limits import ParseLimits, limit_cost
from app.ingestion.confinement.seal import seal
from app.ingestion.failures import UnreadableFile
from app.ingestion.media_types import MediaType
from app.ingestion.parse_output import EXIT_UNREADABLE
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers import Parser, parser_for
from app.ingestion.reasons import Reason

_WRITTEN = frozenset({MediaType.TEXT, MediaType.MARKDOWN, MediaType.HTML})
_EXAMPLE = (
    "# 例\n\n例となる文書。*One* `example`, [linked](a.html).\n\n- 一\n- 二\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    + "文。" * 500
)


def main(arguments: list[str]) -> int:
    """Read the file on standard input; return the exit status."""
    return prepare(arguments)(os.getppid())


def prepare(arguments: list[str]) -> Callable[[int], int]:
    """Import the parser that is needed; return what reads the file on standard input, given the process's parent."""
    options = _options(arguments)
    _warm_up(options.media_type)
    return partial(_read, options)


def _read(options: argparse.Namespace, parent: int) -> int:
    limits = limits_of(options)
    limit_cost(limits)
    parser = parser_for(options.media_type)
    # From here on nothing can be opened, modules included.
    seal(parent=parent)
    try:
        if options.recognised is not None:
            parser = partial(parser, recognised=_recognised(options.recognised))
        _write_chunks(
            parser,
            sys.stdin.buffer.read(),
            limits=limits,
            splitting=SplitSettings(size=options.chunk_size, overlap=options.chunk_overlap),
            features=feature_settings_of(options),
        )
    except UnreadableFile as verdict:
        return _refuse(verdict)
    except MemoryError:
        return _refuse(Reason.OUT_OF_MEMORY.unreadable())
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return _refuse(Reason.OUTPUT_TOO_LARGE.unreadable())
    return 0


@cache
def _warm_up(media_type: MediaType) -> None:
    """Import a parser, and split a text of our own, so that not every child compiles the same patterns again."""
    parser = parser_for(media_type)
    if media_type in _WRITTEN:
        list(split(parser(_EXAMPLE.encode(), Warnings()), SplitSettings()))
    warm_up()


def _options(arguments: list[str]) -> argparse.Namespace:
    splitting = SplitSettings()
    parser = argparse.ArgumentParser(prog="python -m app.ingestion.parse", description="Write a file's chunks.")
    parser.add_argument("--media-type", type=MediaType, required=True)
    add_limits(parser)
    add_feature_settings(parser)
    parser.add_argument("--recognised", type=int, help="open file with the texts of pages of pictures, as JSON")
    parser.add_argument("--chunk-size", type=int, default=splitting.size)
    parser.add_argument("--chunk-overlap", type=int, default=splitting.overlap)
    return parser.parse_args(arguments)


def _write_chunks(
    parser: Parser, data: bytes, *, limits: ParseLimits, splitting: SplitSettings, features: FeatureSettings | None
) -> None:
    count, warnings = 0, Warnings()
    # A writer of its own, because what `sys.stdout` could not write it tries to write again when the process ends.
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as output:
        for chunk in split(parser(data, warnings), splitting):
            count += 1
            if count > limits.max_chunks:
                raise Reason.TOO_MANY_CHUNKS.unreadable(limit=f"{limits.max_chunks:,}")
            line: dict[str, object] = {
                "index": chunk.index,
                "page": chunk.page,
                "text": chunk.text,
                "repeated": chunk.repeated,
            }
            if features is not None and count <= BATCH:
                line |= written_features(chunk.text, features)
            output.write(_line(line))
        if count == 0:
            raise Reason.NO_TEXT.unreadable()
        output.write(_line({"chunks": count, "warnings": [asdict(warning) for warning in warnings.found]}))


def _recognised(descriptor: int) -> dict[int, str]:
    with os.fdopen(descriptor, "rb") as file:
        return {int(number): str(text) for number, text in json.load(file).items()}


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _refuse(verdict: UnreadableFile) -> int:
    sys.stderr.write("\n" + json.dumps({"code": verdict.code, "reason": verdict.reason}) + "\n")
    return EXIT_UNREADABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
