"""Names of files as clients send them in a form."""

import pytest
from fastapi.testclient import TestClient

from app.documents.uploads.multipart import with_plain_name
from tests.types_of_fixtures import Headers, Json


def send(client: TestClient, admin: Headers, knowledge_base: Json, name: bytes) -> Json:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="knowledge_base_id"\r\n\r\n'
        + knowledge_base["id"].encode()
        + b'\r\n--x\r\nContent-Disposition: form-data; name="file"; '
        + name
        + b"\r\nContent-Type: text/plain\r\n\r\ntext\r\n--x--\r\n"
    )
    headers = {**admin, "Content-Type": "multipart/form-data; boundary=x"}
    response = client.post("/api/documents/upload", content=body, headers=headers)
    assert response.status_code == 202, response.text
    return dict(response.json())


@pytest.mark.parametrize(
    "name",
    [
        'filename="就業規則.txt"'.encode(),
        'filename="就業規則.txt"'.encode("cp932"),
        'filename="就業規則.txt"'.encode("euc_jp"),
        b"filename*=UTF-8''%E5%B0%B1%E6%A5%AD%E8%A6%8F%E5%89%87.txt",
        b"filename*=Shift_JIS'ja'%8FA%8B%C6%8BK%91%A5.txt",
        b"filename=\"x.txt\"; filename*=UTF-8''y.txt",
    ],
)
def test_a_name_is_read_as_it_was_meant(client: TestClient, admin: Headers, knowledge_base: Json, name: bytes) -> None:
    expected = "x.txt" if b"x.txt" in name else "就業規則.txt"
    assert send(client, admin, knowledge_base, name)["file_name"] == expected


@pytest.mark.parametrize(
    ("disposition", "plain"),
    [
        (
            b"form-data; filename*=utf-8''a%22b%5C.txt",
            b'form-data; filename*=utf-8\'\'a%22b%5C.txt; filename="a\\"b\\\\.txt"',
        ),
        (b"form-data; filename*=utf-8''%FF", None),
        (b"form-data; filename*=nonsense''x", None),
        (b"form-data; filename*=x", None),
        (b'form-data; name="file"', None),
        (b"", None),
    ],
)
def test_a_plain_name_is_added_where_it_can_be(disposition: bytes, plain: bytes | None) -> None:
    assert with_plain_name(disposition) == (plain or disposition)
