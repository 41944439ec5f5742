"""Pages of a PDF as pictures."""

import struct
import zlib

import pytest
from fastapi.testclient import TestClient

from app.ingestion import child
from app.ingestion.page_pictures.pictures import PageNotDrawn, draw_page
from tests.ingestion.parsers.pdf_files import pdf
from tests.types_of_fixtures import Headers, Json, Upload


@pytest.fixture
def url(upload: Upload) -> str:
    return upload(pdf(["first page"], []), "a.pdf").headers["Location"]


def pixels(png: bytes) -> tuple[int, int, set[bytes]]:
    """Return width, height and colours of a picture."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + length])
    assert len(rows) == height * (width * 3 + 1)
    colours = {
        rows[start + column : start + column + 3]
        for start in range(1, len(rows), width * 3 + 1)
        for column in range(0, width * 3, 3)
    }
    return width, height, colours


def test_a_page_is_drawn(client: TestClient, admin: Headers, url: str) -> None:
    response = client.get(f"{url}/pages/1", params={"width": 600}, headers=admin)
    assert response.status_code == 200, response.text
    assert (response.headers["Content-Type"], response.headers["X-Page-Count"]) == ("image/png", "2")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    width, height, colours = pixels(response.content)
    assert (width, height > 600) == (600, True)
    assert len(colours) > 2
    empty = client.get(f"{url}/pages/2", params={"width": 50}, headers=admin)
    assert pixels(empty.content)[2] == {b"\xff\xff\xff"}


def test_a_page_that_is_known_is_not_drawn_again(
    client: TestClient, admin: Headers, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get(f"{url}/pages/1", headers=admin).headers["ETag"]
    monkeypatch.setattr(child, "run", lambda *_, **__: pytest.fail("a page was drawn"))
    known = client.get(f"{url}/pages/1", headers={**admin, "If-None-Match": tag})
    assert (known.status_code, known.headers["ETag"]) == (304, tag)


@pytest.mark.parametrize(
    ("path", "status"),
    [("3", 404), ("0", 422), ("x", 422), ("10001", 422), ("1?width=2001", 422), ("1?width=1", 422), ("1?size=1", 422)],
)
def test_what_is_no_page_is_refused(client: TestClient, admin: Headers, url: str, path: str, status: int) -> None:
    assert client.get(f"{url}/pages/{path}", headers=admin).status_code == status


def test_only_a_pdf_has_pages(client: TestClient, admin: Headers, document: Json) -> None:
    response = client.get(f"/api/documents/{document['id']}/pages/1", headers=admin)
    assert (response.status_code, response.json()["code"]) == (409, "DOCUMENT_WITHOUT_PAGES")


def test_pages_are_seen_by_those_who_see_the_document(
    client: TestClient, stranger: Headers, upload: Upload, shared_knowledge_base: Json, url: str
) -> None:
    shared = upload(pdf(["shared"]), "b.pdf", into=shared_knowledge_base["id"]).headers["Location"]
    assert client.get(f"{shared}/pages/1", headers=stranger).status_code == 200
    assert client.get(f"{url}/pages/1", headers=stranger).json()["code"] == "DOCUMENT_NOT_FOUND"


def test_a_damaged_pdf_has_no_picture_and_says_so(client: TestClient, admin: Headers, upload: Upload) -> None:
    url = upload(b"%PDF-1.7 but nothing more", "a.pdf").headers["Location"]
    response = client.get(f"{url}/pages/1", headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "PAGE_NOT_SHOWN")


@pytest.mark.parametrize(
    "written", [b"", b"1 2", b"1 x 2\n", b"1 2 2\n123", b"1 99999 99999\n", b"-1 -1 -1\n", b"1" * 100]
)
def test_what_a_drawer_that_was_taken_over_writes_is_no_picture(
    written: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(child, "run", lambda _, __, output, **___: output.write(written))
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    path.write_bytes(pdf(["x"]))
    with path.open("rb") as file, pytest.raises(PageNotDrawn):
        draw_page(file, 1, width=100)
