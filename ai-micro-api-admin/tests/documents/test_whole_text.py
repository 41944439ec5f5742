"""The whole text of a document: each thing once, in its order."""

import re
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.documents.passages import service
from app.documents.passages.whole_text import Piece, whole_text
from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.providers import EmbeddingProviders
from app.files.reading import FileVanished
from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.chunking.splitting import split
from app.ingestion.pages import Page
from service_kit.tokens.verification import Subject
from tests.ingestion.parsers.pdf_files import pdf
from tests.types_of_fixtures import Headers, Json, Process, Upload


def joined(*pages: Page) -> str:
    return "".join(whole_text(Piece(chunk.text, chunk.page, chunk.repeated) for chunk in split(pages, SplitSettings())))


def guessed(*pages: Page) -> str:
    return "".join(whole_text(Piece(chunk.text, chunk.page, None) for chunk in split(pages, SplitSettings())))


def words(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=150), st.sampled_from(["。", "。\n", ".\n\n", ". ", ", "]))
def test_a_text_comes_back_as_it_was(numbers: list[int], end: str) -> None:
    text = "".join(f"第{number}条 この規則は{number}番目のものである{end}" for number in numbers)
    assert words(joined(Page(None, text))) == words(text)


@given(
    st.lists(st.sampled_from(["あ", "ああ。", "い", "。", "\n", "\n\n", "、", "a b. ", "-"]), max_size=40),
    st.integers(30, 150),
)
def test_a_text_that_says_the_same_again_and_again_comes_back_as_it_was(parts: list[str], times: int) -> None:
    text = "".join(parts) * times
    assert words(joined(Page(None, text))) == words(text)


@given(st.lists(st.sampled_from(["りんご,120", "みかん,80", "りんご", "120"]), min_size=150, max_size=400))
def test_rows_that_are_alike_are_all_there(rows: list[str]) -> None:
    text = joined(Page(None, "\n".join(["品名,価格", *rows]), context="価格表", header="品名,価格"))
    assert text.split() == ["価格表", "品名,価格", *rows]


def test_what_a_chunk_of_an_older_release_repeats_is_guessed() -> None:
    text = "".join(f"第{number}条 この規則は{number}番目のものである。\n" for number in range(150))
    assert words(guessed(Page(None, text, context="規則"))) == words(f"規則{text}")


def test_a_text_without_a_place_to_cut_comes_back_as_it_was() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(3000))
    assert words(joined(Page(None, text))) == text


def test_headings_and_the_header_of_a_table_stand_once() -> None:
    rows = "".join(f"品目{number} | {number}円\n" for number in range(200))
    text = joined(Page(None, f"品名 | 価格\n{rows}", context="価格表", header="品名 | 価格"))
    assert (text.count("価格表"), text.count("品名 | 価格")) == (1, 1)
    assert re.findall(r"品目(\d+) ", text) == [str(number) for number in range(200)]


def test_a_passage_that_stands_twice_in_the_file_stands_twice() -> None:
    text = joined(Page(None, "同じ文。" * 3, context="一"), Page(None, "同じ文。" * 3, context="二"))
    assert text.count("同じ文。") == 6


def test_the_text_of_a_document_is_read(
    client: TestClient, admin: Headers, stranger: Headers, upload: Upload, process: Process
) -> None:
    sentences = [f"第{number}条 これは第{number}条の本文である。" for number in range(300)]
    url = upload("\n".join(sentences).encode(), "規程.txt").headers["Location"]
    waiting = client.get(f"{url}/text", headers=admin)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "DOCUMENT_WITHOUT_TEXT")
    process()
    response = client.get(f"{url}/text", headers=admin)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert words(response.text) == words("".join(sentences))
    assert client.get(f"{url}/text", headers=stranger).json()["code"] == "DOCUMENT_NOT_FOUND"


def test_pages_are_divided_and_corrections_are_in_it(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    url = upload(pdf(["first page"], ["second page"]), "a.pdf").headers["Location"]
    process()
    assert client.get(f"{url}/text", headers=admin).text == "first page\n\fsecond page\n"
    chunk = client.get(f"{url}/chunks", headers=admin).json()["items"][0]
    client.put(f"/api/chunks/{chunk['id']}", json={"text": "page one"}, headers=admin)
    assert client.get(f"{url}/text", headers=admin).text == "page one\n\fsecond page\n"


@pytest.mark.parametrize("change", ["deleted", "replaced"])
def test_a_text_breaks_off_when_its_document_goes(
    *,
    client: TestClient,
    admin: Headers,
    admin_id: UUID,
    upload: Upload,
    process: Process,
    change: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rest is neither of another file, nor missing without a word."""
    url = upload("\n".join(f"第{number}条 旧い。" for number in range(300)).encode(), "規程.txt").headers["Location"]
    process()
    monkeypatch.setattr(service, "_CHUNKS_AT_ONCE", 1)
    chunks = service.ChunkService(client.app.state.database, EmbeddingProviders([HashEmbeddingProvider()]))  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    by = Subject(admin_id, frozenset({"user", "admin"}), frozenset())
    parts = chunks.whole_text(UUID(url.rpartition("/")[2]), by=by)
    assert "旧い" in next(parts).decode()
    if change == "deleted":
        assert client.delete(url, headers=admin).status_code == 204
    else:
        new = "\n".join(f"第{number}条 新しい。" for number in range(300)).encode()
        assert client.put(f"{url}/content", files={"file": ("規程.txt", new)}, headers=admin).status_code == 202
        process()
    with pytest.raises(FileVanished, match="deleted or replaced"):
        list(parts)


@pytest.mark.parametrize("path", ["text", "pages/1"])
def test_a_token_is_needed(client: TestClient, document: Json, path: str) -> None:
    assert client.get(f"/api/documents/{document['id']}/{path}").status_code == 401
