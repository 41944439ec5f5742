"""The process that forks children for files: replaced when it ends, and no way from one file to another."""

import os
import signal
import socket
import struct
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from app.chunks.lexemes import chunk_terms
from app.embeddings.hash_provider import HashEmbeddingProvider
from app.ingestion import child
from app.ingestion.chunking import batches
from app.ingestion.chunking.batches import with_features
from app.ingestion.chunking.chunks import BATCH, Chunk, Features, FeatureSettings, SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import FailureCode, ParseFailed
from app.ingestion.forking.client import ForkedChild, ForkServer
from app.ingestion.isolation import find_features, parse_file
from app.ingestion.media_types import MediaType
from tests.ingestion.taking_over import take_over_one_after_the_other
from tests.processing.waiting import wait_for

FEATURES = FeatureSettings(title="規程", file_name="-規程.txt", vectors=True)


@pytest.fixture
def fork_server() -> Iterator[ForkServer]:
    with ForkServer() as server:
        yield server


_CHANGED_SERVER = """
import os, signal, sys
from app.ingestion.forking import server

def wait_to_be_prepared(arguments):
    open(arguments[0]).read()
    return lambda parent: 0

server._TASKS.update(pause=lambda _: lambda parent: signal.pause(), wait=wait_to_be_prepared)
{change}
server.serve(int(sys.argv[1]))
"""
"""The process with two more tasks."""


@pytest.fixture
def change_server(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give the process two more tasks, and change it by a statement."""

    def change(statement: str) -> None:
        script = _CHANGED_SERVER.format(change=statement)
        monkeypatch.setattr(child, "command", lambda _, descriptor: [sys.executable, "-c", script, descriptor])

    return change


def status_of(process: int) -> dict[str, str]:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def read(fork_server: ForkServer, text: str, features: FeatureSettings | None = None) -> list[Chunk]:
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        return parsed(fork_server, file, features)


def parsed(fork_server: ForkServer, file: BinaryIO, features: FeatureSettings | None = None) -> list[Chunk]:
    with parse_file(
        file,
        MediaType.TEXT,
        fork_server=fork_server,
        limits=ParseLimits(),
        splitting=SplitSettings(size=100, overlap=0),
        features=features,
    ) as document:
        return list(document)


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def features_of(text: str) -> Features:
    terms = sorted(term.encode() for term in chunk_terms(text, title="規程", file_name="-規程.txt"))
    (vector,) = HashEmbeddingProvider().embed_passages([text])
    return Features(b"".join(term + b"\0\0\0" for term in terms), len(terms), struct.pack(">1024f", *vector))


def test_what_one_file_changes_in_its_process_no_other_file_finds() -> None:
    change = {"change": "started_with.update(left=['behind'])", "own": "os.getpid()", "from": "os.getpid() - 0"}
    first, second = take_over_one_after_the_other([change, {"find": "started_with.get('left')", "own": "os.getpid()"}])
    assert first["change"] == second["find"] == "done: None"
    assert first["own"] != second["own"]


def test_a_process_that_was_killed_is_replaced(fork_server: ForkServer, children: list[ForkedChild]) -> None:
    reading, writing = os.pipe()
    with ThreadPoolExecutor() as threads, os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb") as end:
        result = threads.submit(parsed, fork_server, file)
        end.write(b" " * 2 * 1024**2)  # more than a pipe holds: this waits until the child reads
        wait_for(lambda: len(children) == 1)
        os.kill(parent_of(children[0].pid), signal.SIGKILL)
        with pytest.raises(ParseFailed) as caught:
            result.result(timeout=30)
    assert caught.value.code is FailureCode.PARSER_UNAVAILABLE
    assert [chunk.text for chunk in read(fork_server, "次の文書")] == ["次の文書"]


def test_a_process_that_ended_meanwhile_is_replaced_without_a_word(
    fork_server: ForkServer, children: list[ForkedChild]
) -> None:
    reading, writing = os.pipe()
    with ThreadPoolExecutor() as threads, os.fdopen(reading, "rb") as file:
        with os.fdopen(writing, "wb") as end:
            result = threads.submit(parsed, fork_server, file)
            end.write(b"a" * 2 * 1024**2)
            wait_for(lambda: len(children) == 1)
            server = parent_of(children[0].pid)
        result.result(timeout=60)
    os.kill(server, signal.SIGKILL)
    assert [chunk.text for chunk in read(fork_server, "次の文書")] == ["次の文書"]


def test_a_client_that_goes_as_its_child_ends_takes_no_other_child_with_it(
    fork_server: ForkServer, change_server: Callable[[str], None], tmp_path: Path
) -> None:
    change_server("pass")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    first = fork_server.start("pause", [], [0, 1, 2])
    server = parent_of(first.pid)
    with ThreadPoolExecutor() as threads:
        second = threads.submit(fork_server.start, "wait", [str(fifo)], [0, 1, 2])
        with fifo.open("w"):  # which the process reads by now: it is busy
            os.kill(first.pid, signal.SIGKILL)
            wait_for(lambda: status_of(first.pid)["State"].startswith("Z"))
            wait_for(lambda: int(status_of(server)["ShdPnd"], 16) == 0)
            first._connection.shutdown(socket.SHUT_WR)
        other = second.result(timeout=30)
    try:
        assert other.wait(30) == 0
    finally:
        first.end()
        other.end()


def test_a_child_that_is_not_wanted_any_more_is_killed_before_it_has_begun(
    fork_server: ForkServer, change_server: Callable[[str], None]
) -> None:
    change_server("os.setsid = signal.pause")
    unwanted = fork_server.start("pause", [], [0, 1, 2])
    with ThreadPoolExecutor() as threads:
        ended = threads.submit(unwanted.end)
        try:
            ended.result(timeout=30)
        finally:
            with suppress(ProcessLookupError):
                os.kill(unwanted.pid, signal.SIGKILL)


def test_several_threads_share_one_process(fork_server: ForkServer) -> None:
    with ThreadPoolExecutor(4) as threads:
        texts = [f"文書{number}" for number in range(20)]
        assert [
            chunk.text for found in threads.map(lambda text: read(fork_server, text), texts) for chunk in found
        ] == texts


def test_features_are_those_that_this_process_would_find(fork_server: ForkServer) -> None:
    (chunk,) = read(fork_server, "短い文。A short text.", FEATURES)
    assert chunk.features == features_of(chunk.text)


def test_vectors_of_a_model_server_are_not_made_here(fork_server: ForkServer) -> None:
    (chunk,) = read(fork_server, "短い文。", FeatureSettings(title="規程"))
    assert chunk.features is not None
    assert (chunk.features.vector, chunk.features.term_count > 0) == (None, True)


def test_chunks_after_the_first_ones_get_their_features_in_other_children(fork_server: ForkServer) -> None:
    text = "".join(f"第{number}条 これは長い文書の一文である。{'あ' * 80}\n" for number in range(3 * BATCH))
    chunks = read(fork_server, text, FEATURES)
    assert len(chunks) > 2 * BATCH
    assert [chunk.features is not None for chunk in chunks] == [number < BATCH for number in range(len(chunks))]

    def find(texts: object) -> list[Features]:
        return find_features(texts, FEATURES, fork_server=fork_server, limits=ParseLimits())  # type: ignore[arg-type]  # texts of `with_features`

    found = [chunk for batch in with_features(chunks, find) for chunk in batch]
    assert [(chunk.index, chunk.text) for chunk in found] == [(chunk.index, chunk.text) for chunk in chunks]
    for place in (0, BATCH - 1, BATCH, 2 * BATCH, len(chunks) - 1):
        assert found[place].features == features_of(chunks[place].text)


@pytest.mark.parametrize(("usable", "expected"), [(1, 1), (3, 3), (64, 4)])
def test_features_are_found_on_processors_that_may_be_used_and_on_few_of_many(
    usable: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Threads(ThreadPoolExecutor):
        def __init__(self, most: int, thread_name_prefix: str) -> None:
            asked.append(most)
            super().__init__(most, thread_name_prefix)

    monkeypatch.setattr(batches, "ThreadPoolExecutor", Threads)
    monkeypatch.setattr(os, "cpu_count", lambda: 128)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)))
    assert list(with_features([], lambda _: [])) == []
    assert asked == [expected]


def test_finding_features_can_be_stopped(fork_server: ForkServer) -> None:
    stop = threading.Event()
    stop.set()
    texts = ["文書" * 10_000] * 50
    with pytest.raises(Exception, match="stopped"):
        find_features(texts, FEATURES, fork_server=fork_server, limits=ParseLimits(), stop=stop)
