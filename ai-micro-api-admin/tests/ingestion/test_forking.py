"""The process that forks children for files: replaced when it ends, and no way from one file to another."""

import os
import signal
import struct
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from app.chunks.lexemes import chunk_terms
from app.embeddings.hash_provider import HashEmbeddingProvider
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


def test_finding_features_can_be_stopped(fork_server: ForkServer) -> None:
    stop = threading.Event()
    stop.set()
    texts = ["文書" * 10_000] * 50
    with pytest.raises(Exception, match="stopped"):
        find_features(texts, FEATURES, fork_server=fork_server, limits=ParseLimits(), stop=stop)
