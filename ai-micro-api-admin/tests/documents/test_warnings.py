"""What a reader should know of a document although it is ready."""

from fastapi.testclient import TestClient

from tests.ingestion.parsers.pdf_files import pdf
from tests.types_of_fixtures import Headers, Json, Process, Upload


def processed(client: TestClient, admin: Headers, process: Process, url: str) -> Json:
    process()
    return dict(client.get(url, headers=admin).json())


def test_a_pdf_of_one_page_of_text_and_five_scans_is_ready_and_names_the_five(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    uploaded = upload(pdf(["Annual leave"], None, None, None, None, None), "規程.pdf")
    assert uploaded.json()["warnings"] == []
    document = processed(client, admin, process, uploaded.headers["Location"])
    assert (document["status"], document["chunk_count"]) == ("ready", 1)
    (warning,) = document["warnings"]
    assert warning["code"] == "PAGES_WITHOUT_TEXT"
    assert warning["text"].startswith("Pages 2-6 (5 pages)")


def test_a_document_without_warnings_has_none(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    uploaded = upload("# 休暇\n\n十日。".encode(), "規程.md")
    assert processed(client, admin, process, uploaded.headers["Location"])["warnings"] == []
