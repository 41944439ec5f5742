"""A real child process in every test; the hostile files of this folder's other tests, and children that misbehave."""

import os
import pwd
import select
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import FailureCode, ParseCancelled, ParseFailed
from app.ingestion.forking.client import ForkedChild, ForkServer
from app.ingestion.media_types import MediaType
from app.ingestion.parse_output import ParsedDocument
from tests.ingestion.parsers.pdf_files import pdf, pdf_of_drawings, pdf_that_inflates_to, pdf_with_pages
from tests.ingestion.reading import parse_file
from tests.processing.waiting import wait_for

LIMITS = ParseLimits(wall_seconds=60, cpu_seconds=50)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at the child through /proc")


@pytest.fixture(scope="module", autouse=True)
def started_server() -> None:
    with tempfile.TemporaryFile() as file, pytest.raises(ParseFailed):
        parse_file(file, MediaType.TEXT, limits=LIMITS, splitting=SplitSettings())


@pytest.fixture(autouse=True)
def nothing_left_behind(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    children: list[ForkedChild],
) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    descriptors = len(list(Path("/dev/fd").iterdir()))
    yield
    assert list(folder.iterdir()) == []
    assert len(list(Path("/dev/fd").iterdir())) == descriptors
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.killpg(child.pid, 0)


@pytest.fixture
def hanging() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file whose reader waits until its end is written: a pipe, with its writing end."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb", buffering=0) as end:
        yield file, end


def chunks(path: Path, media_type: MediaType, limits: ParseLimits = LIMITS) -> list[str]:
    with path.open("rb") as file, parse_file(file, media_type, limits=limits, splitting=SplitSettings()) as document:
        return [chunk.text for chunk in document]


def failure(path: Path, media_type: MediaType, limits: ParseLimits = LIMITS) -> ParseFailed:
    with pytest.raises(ParseFailed) as caught:
        chunks(path, media_type, limits)
    assert caught.value.reason.endswith(".")
    assert str(path) not in caught.value.reason
    return caught.value


def written(folder: Path, content: bytes | str) -> Path:
    file = folder / "-document"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_a_text_comes_back_as_chunks(tmp_path: Path) -> None:
    assert chunks(written(tmp_path, "短い文。"), MediaType.TEXT) == ["短い文。"]


def test_a_document_can_be_read_again_and_knows_its_size(tmp_path: Path) -> None:
    file = written(tmp_path, pdf(["First page"], ["Second page"]))
    with (
        file.open("rb") as opened,
        parse_file(opened, MediaType.PDF, limits=LIMITS, splitting=SplitSettings()) as document,
    ):
        assert document.chunk_count == 2
        assert [chunk.page for chunk in document] == [chunk.page for chunk in document] == [1, 2]


def test_the_split_settings_reach_the_child(tmp_path: Path) -> None:
    file = written(tmp_path, "文。" * 200)
    with (
        file.open("rb") as opened,
        parse_file(opened, MediaType.TEXT, limits=LIMITS, splitting=SplitSettings(size=100, overlap=0)) as document,
    ):
        assert document.chunk_count == 4


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (pdf(["secret"], password="open sesame"), MediaType.PDF, FailureCode.ENCRYPTED),
        (pdf_of_drawings(), MediaType.PDF, FailureCode.NO_TEXT),
        (b"this is no PDF", MediaType.PDF, FailureCode.DAMAGED),
        (pdf_with_pages(20_000), MediaType.PDF, FailureCode.TOO_MANY_PAGES),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType.TEXT, FailureCode.NOT_TEXT),
        ("Příliš žluťoučký kůň".encode("cp1250"), MediaType.MARKDOWN, FailureCode.UNKNOWN_ENCODING),
        (b" \n\n ", MediaType.TEXT, FailureCode.NO_TEXT),
    ],
    ids=lambda value: value.value if isinstance(value, FailureCode) else "",
)
def test_the_verdict_of_a_parser_arrives(
    tmp_path: Path, content: bytes, media_type: MediaType, code: FailureCode
) -> None:
    assert failure(written(tmp_path, content), media_type).code is code


def test_a_decompression_bomb_ends_at_the_memory_limit(tmp_path: Path) -> None:
    bomb = written(tmp_path, pdf_that_inflates_to(200_000_000))
    assert bomb.stat().st_size < 10_000
    failed = failure(bomb, MediaType.PDF, replace(LIMITS, memory_bytes=300 * 1024**2))
    assert failed.code in {FailureCode.OUT_OF_MEMORY, FailureCode.PARSER_CRASHED}


def test_a_text_of_fifty_megabytes_is_read_in_little_memory(tmp_path: Path) -> None:
    text = "これは長い文章です。データベースを移行します、次に。\n" * 640_000
    file = written(tmp_path, text)
    assert file.stat().st_size > 50_000_000
    limits = replace(LIMITS, memory_bytes=512 * 1024**2)
    with (
        file.open("rb") as opened,
        parse_file(opened, MediaType.TEXT, limits=limits, splitting=SplitSettings()) as document,
    ):
        assert document.chunk_count == sum(1 for _ in document) > 20_000


def test_too_little_memory_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, b"x" * 50_000_000)
    limits = replace(LIMITS, memory_bytes=120 * 1024**2)
    assert failure(file, MediaType.TEXT, limits).code is FailureCode.OUT_OF_MEMORY


def test_a_child_that_computes_for_too_long_is_ended(tmp_path: Path) -> None:
    file = written(tmp_path, b"x" * 20_000_000)
    assert failure(file, MediaType.TEXT, replace(LIMITS, cpu_seconds=1)).code is FailureCode.TIMEOUT


def test_a_child_that_hangs_is_killed(hanging: tuple[BinaryIO, BinaryIO]) -> None:
    started = time.monotonic()
    with pytest.raises(ParseFailed) as caught:
        parse_file(hanging[0], MediaType.TEXT, limits=replace(LIMITS, wall_seconds=1.0), splitting=SplitSettings())
    assert caught.value.code is FailureCode.TIMEOUT
    assert time.monotonic() - started < 10


def test_more_chunks_than_allowed_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "文。" * 10_000)
    assert failure(file, MediaType.TEXT, replace(LIMITS, max_chunks=5)).code is FailureCode.TOO_MANY_CHUNKS


def test_more_output_than_allowed_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "文。" * 100_000)
    assert failure(file, MediaType.TEXT, replace(LIMITS, output_bytes=10_000)).code is FailureCode.OUTPUT_TOO_LARGE


def test_a_machine_that_cannot_start_a_child_is_not_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "missing"))
    file = written(tmp_path, "text")
    with file.open("rb") as opened, ForkServer() as server, pytest.raises(ParseFailed) as caught:
        parse_file(opened, MediaType.TEXT, fork_server=server, limits=LIMITS, splitting=SplitSettings())
    assert caught.value.code is FailureCode.PARSER_UNAVAILABLE


@dataclass(frozen=True)
class Reading:
    """A child that has read a part of its file and waits for the rest: what it gives up it has given up."""

    result: Future[ParsedDocument]
    process: ForkedChild
    stop: threading.Event

    @property
    def proc(self) -> Path:
        return Path(f"/proc/{self.process.pid}")


@pytest.fixture
def reading(hanging: tuple[BinaryIO, BinaryIO], children: list[ForkedChild]) -> Iterator[Reading]:
    file, end = hanging
    stop = threading.Event()
    with ThreadPoolExecutor() as threads:
        result = threads.submit(parse_file, file, MediaType.TEXT, limits=LIMITS, splitting=SplitSettings(), stop=stop)
        # The full pipe takes more when the child has begun to read.
        os.set_blocking(end.fileno(), False)
        while end.write(b" " * 65_536) is not None:
            pass
        assert select.select([], [end], [], 60)[1] == [end]
        wait_for(lambda: len(children) == 1)
        yield Reading(result, children[0], stop)
        stop.set()
        result.exception()


def test_a_child_can_be_stopped_from_another_thread(reading: Reading) -> None:
    reading.stop.set()
    with pytest.raises(ParseCancelled):
        reading.result.result(timeout=10)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGKILL, FailureCode.OUT_OF_MEMORY),
        (signal.SIGSEGV, FailureCode.PARSER_CRASHED),
        (signal.SIGXCPU, FailureCode.TIMEOUT),
        (signal.SIGALRM, FailureCode.TIMEOUT),
        (signal.SIGRTMAX - 1, FailureCode.PARSER_CRASHED),
    ],
)
def test_the_death_of_a_child_by_a_signal_is_explained(reading: Reading, number: int, code: FailureCode) -> None:
    os.kill(reading.process.pid, number)
    with pytest.raises(ParseFailed) as caught:
        reading.result.result(timeout=10)
    assert caught.value.code is code


@on_linux
def test_a_child_is_limited(reading: Reading) -> None:
    lines = (reading.proc / "limits").read_text().splitlines()[1:]
    limits = {line[:26].strip(): tuple(line[26:].split()[:2]) for line in lines}
    assert limits["Max address space"] == (str(LIMITS.memory_bytes),) * 2
    assert limits["Max cpu time"] == (str(LIMITS.cpu_seconds), str(LIMITS.cpu_seconds + 1))
    assert limits["Max file size"] == (str(LIMITS.output_bytes),) * 2
    for nothing in ("Max core file size", "Max open files", "Max processes"):
        assert limits[nothing] == ("0", "0")


@on_linux
def test_a_child_is_an_ordinary_user_also_where_the_service_is_root(reading: Reading) -> None:
    status = dict(line.split(":", 1) for line in (reading.proc / "status").read_text().splitlines())
    users, groups = set(status["Uid"].split()), set(status["Gid"].split())
    assert "0" not in users | groups
    if os.getuid() == 0:
        assert {entry.pw_uid for entry in pwd.getpwall()}.isdisjoint(map(int, users))
        assert status["Groups"].split() == []
    assert (status["NoNewPrivs"].strip(), int(status["CapEff"], 16)) == ("1", 0)


def test_a_child_leads_a_group_of_its_own(reading: Reading) -> None:
    assert os.getpgid(reading.process.pid) == reading.process.pid


def test_many_files_can_be_read_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, "短い文。")
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(chunks, [file] * 8, [MediaType.TEXT] * 8)) == [["短い文。"]] * 8
