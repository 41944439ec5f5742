"""Small PDFs, mutated, truncated and nested: the sealed parser reads each, or says why it does not."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import FailureCode, ParseFailed
from app.ingestion.forking.client import ForkedChild
from app.ingestion.media_types import MediaType
from tests.ingestion.parsers.hostile_pdfs import HOSTILE, SEEDS
from tests.ingestion.reading import parse_file
from tests.types_of_fixtures import Headers, Process, Upload

# Each is a process of its own.
EXAMPLES = 15
LIMITS = ParseLimits(wall_seconds=20, cpu_seconds=10, memory_bytes=512 * 1024**2)
# What ending a process may take on a busy machine.
GRACE_SECONDS = 10
# These would be faults of the service's own.
NEVER = {FailureCode.INVALID_OUTPUT, FailureCode.PARSER_UNAVAILABLE}

NUMBER = re.compile(rb"\d+")
NUMBERS = [b"0", b"-1", b"1", b"2", b"3", b"65536", b"2147483647", b"4294967296", b"9" * 40, b"1e400"]
PARTS = [b"<<", b">>", b"[", b"]", b"(", b")", b"obj", b"endobj", b"stream\n", b"R", b"/Kids", b"/Filter/LZWDecode"]
PARTS += [b"/Parent 3 0 R", b"/Contents[4 0 R 4 0 R]", b"\x00", b"\xff" * 9, b"%%EOF", b"xref\n", b"/Prev 9"]
KINDS = ["number", "byte", "part", "drop", "repeat", "end"]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a PDF with some of its numbers, bytes and parts replaced, repeated or left out."""
    content = draw(st.sampled_from(SEEDS))
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6)):
        place = draw(st.integers(0, len(content)))
        length = draw(st.integers(1, 200))
        if kind == "number" and (numbers := list(NUMBER.finditer(content))):
            found = draw(st.sampled_from(numbers))
            content = content[: found.start()] + draw(st.sampled_from(NUMBERS)) + content[found.end() :]
        elif kind == "byte":
            content = content[:place] + draw(st.binary(min_size=1, max_size=4)) + content[place + 1 :]
        elif kind == "part":
            content = content[:place] + draw(st.sampled_from(PARTS)) + content[place:]
        elif kind == "drop":
            content = content[:place] + content[place + length :]
        elif kind == "repeat":
            content = content[:place] + content[place : place + length] * draw(st.integers(2, 50)) + content[place:]
        elif kind == "end":
            content = content[:place]
    return content


@pytest.fixture
def started(children: list[ForkedChild]) -> Iterator[list[ForkedChild]]:
    """Every child that a test starts; none of them, and nothing of what it started, outlives the test."""
    yield children
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.killpg(child.pid, 0)


# One list of children for all examples.
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=mutated())
def test_a_mutated_pdf_is_read_or_refused_with_a_reason(started: list[ForkedChild], content: bytes) -> None:
    began, failure = time.monotonic(), None
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(content)
        try:
            with parse_file(file, MediaType.PDF, limits=LIMITS, splitting=SplitSettings()) as document:  # type: ignore[arg-type]  # a wrapper of a BinaryIO
                assert document.chunk_count == sum(1 for _ in document) > 0
        except ParseFailed as error:
            failure = error
    if failure is not None:
        assert failure.code not in NEVER, failure.detail
        assert failure.reason.endswith(".")
    with pytest.raises(ProcessLookupError):
        os.killpg(started[-1].pid, 0)
    assert time.monotonic() - began < LIMITS.wall_seconds + GRACE_SECONDS


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("name", HOSTILE)
def test_an_upload_of_a_hostile_pdf_ends_as_ready_or_as_failed_with_a_reason(
    client: TestClient, admin: Headers, upload: Upload, process: Process, name: str
) -> None:
    uploaded = upload(HOSTILE[name], "file.pdf")
    assert uploaded.status_code == 202, uploaded.text
    process()
    document = client.get(uploaded.headers["Location"], headers=admin).json()
    assert document["status"] in {"ready", "failed"}
    assert (document["error"] is None) == (document["status"] == "ready"), document
    assert (document["error"] or ".").endswith(".")
