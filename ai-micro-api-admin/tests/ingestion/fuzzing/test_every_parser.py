"""Small files of every format, mutated: the sealed parser gives chunks or a reason, and no error that nothing handles.

FUZZ_SECONDS is how long each format is tried, FUZZ_SEED which files are made. One process reads many files.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ingestion.failures import FailureCode
from app.ingestion.media_types import MediaType
from tests.ingestion.fuzzing.mutations import SEEDS, WITHOUT_PARSER, mutated
from tests.ingestion.fuzzing.reader import LENGTH

SERVICE = Path(__file__).parents[3]
SECONDS = float(os.environ.get("FUZZ_SECONDS", "1"))
SEED = os.environ.get("FUZZ_SEED", "1")
LONGEST_SECONDS = 30.0
"""For one file of some kilobytes, on a busy machine."""


class Reader:
    """A sealed process that reads files of one format."""

    def __init__(self, media_type: MediaType) -> None:
        arguments = [media_type.value, str(os.getpid()), str(SECONDS + 2 * LONGEST_SECONDS)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ingestion.fuzzing.reader", *arguments],
            cwd=SERVICE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def outcome(self, data: bytes) -> dict[str, str]:
        """Return what became of a file; the process is of no use after `died`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(LENGTH.pack(len(data)) + data)
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], LONGEST_SECONDS)
        if not ready:
            return {"hang": f"more than {LONGEST_SECONDS} s"}
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"died": str(self._process.wait())}

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def readers() -> Iterator[list[Reader]]:
    """Every reader that a test starts; none outlives it."""
    started: list[Reader] = []
    yield started
    for reader in started:
        reader.close()


@pytest.mark.parametrize("media_type", SEEDS)
def test_a_mutated_file_gives_chunks_or_a_reason(readers: list[Reader], media_type: MediaType) -> None:
    chance = random.Random(f"{SEED} {media_type}")  # noqa: S311 - files for a test
    readers.append(Reader(media_type))
    for seed in SEEDS[media_type]:
        assert readers[-1].outcome(seed).get("chunks"), "the seed itself is read"
    until, tried = time.monotonic() + SECONDS, 0
    while time.monotonic() < until or tried < 10:
        data = mutated(chance.choice(SEEDS[media_type]), chance)
        found = readers[-1].outcome(data)
        tried += 1
        if found.get("died") in {str(-signal.SIGSEGV), str(-signal.SIGABRT)} and media_type is MediaType.PDF:
            # PDFium, whose end is why it runs in a process of its own.
            readers.append(Reader(media_type))
            continue
        assert {"crash", "hang", "died"}.isdisjoint(found), (found, data)
        assert "chunks" in found or (found["code"] in set(FailureCode) and found["reason"].endswith(".")), found


def test_every_format_is_tried() -> None:
    assert set(SEEDS) | WITHOUT_PARSER == set(MediaType)
