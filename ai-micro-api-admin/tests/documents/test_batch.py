"""Many files in one request, and the files of zips: each with its own verdict."""

import io
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.documents.schemas import BatchItem
from app.documents.uploads.batch_forms import BATCHES_AT_ONCE
from app.documents.uploads.batches import BatchService
from app.main import create_app
from app.settings import Settings
from tests.types_of_fixtures import Create, Headers, Json, Process, Upload

URL = "/api/documents/batch"
SendBatch = Callable[..., Response]
Files = list[tuple[str, bytes]]


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.model_copy(
        update={
            "max_batch_files": getattr(request, "param", 20),
            "database_queue_seconds": 3,
            "max_batch_unpacked_bytes": 3_000_000,
            "max_upload_bytes": 1_000_000,
        }
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def send(client: TestClient, admin: Headers, knowledge_base: Json) -> SendBatch:
    def request(files: Files, **fields: str) -> Response:
        data = {"knowledge_base_id": knowledge_base["id"], **fields}
        return client.post(URL, files=[("files", file) for file in files], data=data, headers=admin)

    return request


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def zipped_by_windows(name: str, content: bytes) -> bytes:
    """Return a zip whose only name is in CP932 without a mark, as Japanese Windows writes it."""
    written = name.encode("cp932")
    stand_in = "x" * len(written)
    return zipped((stand_in, content), method=zipfile.ZIP_STORED).replace(stand_in.encode(), written)


def verdicts(response: Response) -> list[tuple[str, str, str | None]]:
    assert response.status_code == 200, response.text
    items = response.json()["items"]
    return [(item["name"], item["outcome"], item["problem"] and item["problem"]["code"]) for item in items]


def test_each_file_has_its_verdict_in_the_order_in_which_they_were_sent(
    client: TestClient, admin: Headers, send: SendBatch, process: Process
) -> None:
    files = [
        ("規程.txt", "休暇は十日とする。".encode()),
        ("a.exe", b"MZ\x90\x00"),
        ("leer.txt", b""),
        ("copy.txt", "休暇は十日とする。".encode()),
        ("large.txt", b"x" * 1_000_001),
        ("b.md", b"# second"),
    ]
    response = send(files)
    assert verdicts(response) == [
        ("規程.txt", "accepted", None),
        ("a.exe", "refused", "UNSUPPORTED_DOCUMENT"),
        ("leer.txt", "refused", "EMPTY_FILE"),
        ("copy.txt", "duplicate", None),
        ("large.txt", "refused", "UPLOAD_TOO_LARGE"),
        ("b.md", "accepted", None),
    ]
    answer = response.json()
    assert (answer["accepted"], answer["duplicate"], answer["refused"]) == (2, 1, 3)
    first, copy = answer["items"][0]["document"], answer["items"][3]["document"]
    assert (copy["id"], copy["duplicate"]["file_name"]) == (first["id"], "copy.txt")
    assert set(answer["items"][1]["problem"]) >= {"type", "title", "status", "detail", "code"}
    process()
    listed = client.get("/api/documents", params={"status": "ready"}, headers=admin).json()["items"]
    assert [item["title"] for item in listed] == ["b", "規程"]


def test_the_files_of_a_zip_are_taken_one_by_one_whatever_their_folders(
    client: TestClient, admin: Headers, send: SendBatch
) -> None:
    packed = zipped(
        ("2026/人事/規程.txt", b"one"),
        ("../../etc/passwd.txt", b"two"),
        ("2026/", b""),
        ("__MACOSX/2026/._規程.txt", b"x"),
        ("2026/.DS_Store", b"x"),
        ("Thumbs.db", b"x"),
        ("inner.zip", zipped(("x.txt", b"x"))),
        ("three.txt", b"three"),
    )
    response = send([("before.txt", b"before"), ("文書.ZIP", packed), ("after.txt", b"after")])
    assert verdicts(response) == [
        ("before.txt", "accepted", None),
        ("文書.ZIP/2026/人事/規程.txt", "accepted", None),
        ("文書.ZIP/../../etc/passwd.txt", "accepted", None),
        ("文書.ZIP/inner.zip", "refused", "UNSUPPORTED_DOCUMENT"),
        ("文書.ZIP/three.txt", "accepted", None),
        ("after.txt", "accepted", None),
    ]
    names = {item["document"]["file_name"] for item in response.json()["items"] if item["document"]}
    assert names == {"before.txt", "規程.txt", "passwd.txt", "three.txt", "after.txt"}
    found = client.get("/api/documents", params={"q": "規程"}, headers=admin).json()["items"]
    assert len(found) == 1


@pytest.mark.parametrize("name", ["表の予定.txt", "フォルダ/予定表.txt"])
def test_names_that_japanese_windows_wrote_are_read(send: SendBatch, name: str) -> None:
    response = send([("a.zip", zipped_by_windows(name, b"text"))])
    assert verdicts(response) == [(f"a.zip/{name}", "accepted", None)]
    assert response.json()["items"][0]["document"]["file_name"] == name.rpartition("/")[2]


def test_names_in_utf_8_without_a_mark_are_read(send: SendBatch) -> None:
    name = "予定表.txt"
    stand_in = "x" * len(name.encode())
    packed = zipped((stand_in, b"text"), method=zipfile.ZIP_STORED).replace(stand_in.encode(), name.encode())
    assert verdicts(send([("a.zip", packed)])) == [(f"a.zip/{name}", "accepted", None)]


def test_an_encrypted_file_and_a_damaged_one_lose_no_other(send: SendBatch) -> None:
    packed = bytearray(
        zipped(("a.txt", b"first"), ("b.txt", b"second"), ("c.txt", b"third"), method=zipfile.ZIP_STORED)
    )
    directory = packed.index(b"PK\1\2")
    packed[directory + 8] |= 1  # a.txt is encrypted, says the list
    packed[packed.index(b"second")] ^= 1  # its checksum is wrong now
    assert verdicts(send([("a.zip", bytes(packed))])) == [
        ("a.zip/a.txt", "refused", "ENCRYPTED_FILE"),
        ("a.zip/b.txt", "refused", "ARCHIVE_DAMAGED"),
        ("a.zip/c.txt", "accepted", None),
    ]


def test_a_file_that_is_packed_in_a_rare_way_is_refused_by_itself(send: SendBatch) -> None:
    packed = zipped(("a.txt", b"first"), method=zipfile.ZIP_LZMA)
    assert verdicts(send([("a.zip", packed), ("b.txt", b"text")])) == [
        ("a.zip/a.txt", "refused", "ARCHIVE_DAMAGED"),
        ("b.txt", "accepted", None),
    ]


def test_a_bomb_is_unpacked_no_further_than_a_file_may_be_large(send: SendBatch) -> None:
    packed = zipped(("bomb.txt", b"0" * 100_000_000), ("good.txt", b"good"))
    assert len(packed) < 200_000
    assert verdicts(send([("a.zip", packed)])) == [
        ("a.zip/bomb.txt", "refused", "UPLOAD_TOO_LARGE"),
        ("a.zip/good.txt", "accepted", None),
    ]


def test_zips_of_one_request_unpack_to_so_much_together(send: SendBatch) -> None:
    packed = zipped(*((f"{number}.txt", bytes([65 + number]) * 900_000) for number in range(5)))
    response = send([("a.zip", packed), ("after.txt", b"after")])
    assert [outcome for _, outcome, _ in verdicts(response)] == ["accepted"] * 3 + ["refused"] * 2 + ["accepted"]
    assert verdicts(response)[3][2] == "ARCHIVE_TOO_LARGE"


def test_files_inside_zips_count(send: SendBatch) -> None:
    twenty, one = (zipped(*((f"{number}.txt", b"%d" % number) for number in range(count))) for count in (20, 1))
    response = send([("a.zip", twenty), ("b.zip", one)])
    assert verdicts(response) == [
        ("a.zip", "refused", "ARCHIVE_TOO_LARGE"),
        ("b.zip/0.txt", "accepted", None),
    ]
    assert len(verdicts(send([("a.zip", twenty)]))) == 20


def test_a_list_of_files_too_large_to_be_held_is_not_read(send: SendBatch) -> None:
    packed = bytearray(zipped(("a.txt", b"text")))
    end = packed.index(b"PK\5\6")
    packed[end + 12 : end + 16] = struct.pack("<I", 500_000_000)
    assert verdicts(send([("a.zip", bytes(packed))])) == [("a.zip", "refused", "ARCHIVE_TOO_LARGE")]
    # The same in the record of large zips, which takes precedence.
    plain = zipped(("a.txt", b"text"))
    end = plain.index(b"PK\5\6")
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 500_000_000, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    assert verdicts(send([("b.zip", plain[:end] + record + locator + plain[end:])])) == [
        ("b.zip", "refused", "ARCHIVE_TOO_LARGE")
    ]


@pytest.mark.parametrize("between", [b"12345678", b"", "a small record"], ids=["extensible data", "none", "decoy"])
def test_a_record_of_large_zips_is_measured_where_the_zip_says_it_is(send: SendBatch, between: bytes | str) -> None:
    def record(list_bytes: int, further: int = 0) -> bytes:
        return struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44 + further, 45, 45, 0, 0, 1, 1, list_bytes, 0)

    plain = zipped(("a.txt", b"text"))
    end = plain.index(b"PK\5\6")
    (list_bytes,) = struct.unpack_from("<I", plain, end + 12)
    data = between if isinstance(between, bytes) else record(list_bytes)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    packed = plain[:end] + record(500_000_000, len(data)) + data + locator + plain[end:]
    assert verdicts(send([("a.zip", packed)])) == [("a.zip", "refused", "ARCHIVE_TOO_LARGE")]


@pytest.mark.parametrize("place", [0, 10**6, 2**64 - 1])
def test_a_record_of_large_zips_that_is_not_where_the_zip_says_is_no_500(send: SendBatch, place: int) -> None:
    plain = zipped(("a.txt", b"text"))
    end = plain.index(b"PK\5\6")
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, place, 1)
    found = verdicts(send([("a.zip", plain[:end] + locator + plain[end:]), ("b.txt", b"text b")]))
    assert found[-1] == ("b.txt", "accepted", None)


@pytest.mark.parametrize(
    "damaged",
    [
        b"PK",
        b"PK\3\4 and nothing more",
        zipped(("a.txt", b"text"))[:-10],
        zipped(("a.txt", b"text"))[20:],
        b"PK\5\6" + b"\xff" * 18,
    ],
    ids=["two bytes", "a beginning", "cut at the end", "cut at the beginning", "an end alone"],
)
def test_a_damaged_zip_loses_no_other_file(send: SendBatch, damaged: bytes) -> None:
    found = verdicts(send([("a.zip", damaged), ("b.txt", b"text")]))
    assert found[-1] == ("b.txt", "accepted", None)
    assert {outcome for _, outcome, _ in found[:-1]} == {"refused"}


def test_an_empty_zip_has_no_files(send: SendBatch) -> None:
    assert verdicts(send([("a.zip", zipped()), ("b.txt", b"text")])) == [("b.txt", "accepted", None)]


def test_what_is_named_a_zip_and_is_none_is_refused(send: SendBatch) -> None:
    assert verdicts(send([("a.zip", b"text")])) == [("a.zip", "refused", "UNSUPPORTED_DOCUMENT")]


def test_duplicates_are_treated_as_the_request_says(send: SendBatch, new_collection: Create) -> None:
    target = new_collection("人事")["id"]
    send([("a.txt", b"text")])
    refused = send([("b.txt", b"text")], on_duplicate="refuse")
    assert verdicts(refused) == [("b.txt", "refused", "DUPLICATE_DOCUMENT")]
    assert refused.json()["items"][0]["problem"]["title"] == "a"
    moved = send([("b.txt", b"text")], on_duplicate="move", collection_id=target)
    assert moved.json()["items"][0]["document"]["collection_id"] == target


def test_more_files_than_one_request_may_have_are_refused_as_a_whole(
    client: TestClient, admin: Headers, send: SendBatch
) -> None:
    response = send([(f"{number}.txt", b"%d" % number) for number in range(21)])
    assert (response.status_code, response.json()["code"]) == (413, "TOO_MANY_FILES")
    assert client.get("/api/documents", headers=admin).json()["items"] == []


@pytest.mark.parametrize("settings", [Settings.model_fields["max_batch_files"].default], indirect=True)
@pytest.mark.parametrize("count", [1001, 3000])
def test_many_more_files_than_one_request_may_have_are_refused_likewise(send: SendBatch, count: int) -> None:
    response = send([(f"{number}.txt", b"%d" % number) for number in range(count)])
    assert (response.status_code, response.json()["code"]) == (413, "TOO_MANY_FILES")


def test_all_files_of_a_batch_wait_in_one_temporary_file(send: SendBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    taken: list[BinaryIO] = []
    take = BatchService.take

    def look(self: BatchService, sent: Sequence[tuple[str, BinaryIO]], *of: Any, **by: Any) -> Iterator[BatchItem]:  # noqa: ANN401 - handed on
        opened.append(len({file._whole.fileno() for _, file in sent}))  # type: ignore[attr-defined]  # a stretch
        taken.extend(file for _, file in sent)
        return take(self, sent, *of, **by)

    monkeypatch.setattr(BatchService, "take", look)
    packed = zipped(("in.txt", b"inside " * 1000))
    response = send([("a.txt", b"a" * 300_000), ("b.zip", packed), ("c.txt", b"c"), ("d.txt", b"")])
    assert verdicts(response) == [
        ("a.txt", "accepted", None),
        ("b.zip/in.txt", "accepted", None),
        ("c.txt", "accepted", None),
        ("d.txt", "refused", "EMPTY_FILE"),
    ]
    assert opened == [1]
    assert all(file.closed and file._whole.closed for file in taken)  # type: ignore[attr-defined]  # as above


def test_few_batches_are_taken_at_a_time_and_one_that_waits_too_long_is_refused(
    send: SendBatch, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, end = threading.Semaphore(0), threading.Event()
    take = BatchService.take

    def take_long(self: BatchService, *of: Any, **by: Any) -> Iterator[BatchItem]:  # noqa: ANN401 - handed on
        begun.release()
        assert end.wait(60)
        return take(self, *of, **by)

    monkeypatch.setattr(BatchService, "take", take_long)
    with ThreadPoolExecutor() as threads:
        others = [threads.submit(send, [(f"{n}.txt", b"%d" % n)]) for n in range(BATCHES_AT_ONCE)]
        try:
            assert all(begun.acquire(timeout=60) for _ in others)
            response = send([("late.txt", b"late")])
        finally:
            end.set()
    assert (response.status_code, response.json()["code"]) == (503, "OVERLOADED")
    assert response.headers["Retry-After"]
    assert [verdicts(other.result())[0][1] for other in others] == ["accepted"] * BATCHES_AT_ONCE
    assert verdicts(send([("late.txt", b"late")])) == [("late.txt", "accepted", None)]


def test_a_batch_without_files_or_without_a_place_is_refused(
    client: TestClient, admin: Headers, knowledge_base: Json, send: SendBatch
) -> None:
    data = {"knowledge_base_id": knowledge_base["id"]}
    assert client.post(URL, files={"x": b"x"}, data=data, headers=admin).status_code == 422
    nowhere = send([("a.txt", b"a")], knowledge_base_id="8d8ac610-566d-4ef0-9c22-186b2a5ed793")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")
    nowhere = send([("a.txt", b"a")], collection_id="8d8ac610-566d-4ef0-9c22-186b2a5ed793")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "COLLECTION_NOT_FOUND")


def test_only_administrators_upload_batches(client: TestClient, stranger: Headers, knowledge_base: Json) -> None:
    data = {"knowledge_base_id": knowledge_base["id"]}
    files = [("files", ("a.txt", b"a"))]
    assert client.post(URL, files=files, data=data, headers=stranger).status_code == 403
    assert client.post(URL, files=files, data=data).status_code == 401


def test_an_empty_collection_is_the_default_one(upload: Upload, default_collection: Json) -> None:
    """HTML forms send fields that were left empty."""
    assert upload(b"some text", "a.txt", collection_id="").json()["collection_id"] == default_collection["id"]
