"""A sealed parser that reads many files: `python -m tests.ingestion.fuzzing.reader MEDIA_TYPE PARENT`.

Each file comes on standard input with its length before it. What became of it goes to standard output, a JSON object
on a line: the number of chunks, or the code of the reason, or the traceback of an error that nothing handles.
"""

import json
import struct
import sys
import traceback

from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.chunking.splitting import split
from app.ingestion.confinement.limits import ParseLimits, limit_cost
from app.ingestion.confinement.seal import seal
from app.ingestion.failures import UnreadableFile
from app.ingestion.media_types import MediaType
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers import Parser, parser_for

LENGTH = struct.Struct(">I")


def outcome(parser: Parser, data: bytes) -> dict[str, object]:
    warnings = Warnings()
    try:
        chunks = sum(1 for _ in split(parser(data, warnings), SplitSettings()))
    except UnreadableFile as verdict:
        return {"code": verdict.code, "reason": verdict.reason}
    except MemoryError:
        return {"code": "OUT_OF_MEMORY", "reason": "."}
    except Exception:
        return {"crash": traceback.format_exc()}
    return {"chunks": chunks}


def main() -> None:
    media_type, parent, seconds = MediaType(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    limit_cost(ParseLimits(wall_seconds=seconds, cpu_seconds=int(seconds)))
    parser = parser_for(media_type)
    seal(parent=parent)
    while length := sys.stdin.buffer.read(LENGTH.size):
        data = sys.stdin.buffer.read(LENGTH.unpack(length)[0])
        sys.stdout.write(json.dumps(outcome(parser, data)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
