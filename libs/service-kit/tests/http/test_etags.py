"""Entity tags: a change applies to what its sender has read, and an answer that is known is not sent again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sample.application import create_app

from service_kit.http.etags import Precondition, Resource, TagList
from service_kit.http.problems import PreconditionFailed
from service_kit.settings.service_settings import TokenCheckingSettings


class StoredNote:
    """A note, and requests on it."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.created = client.post("/notes", json={"text": "first"})
        self.path = f"/notes/{self.created.json()['id']}"

    def get(self, **headers: str) -> Response:
        return self._client.get(self.path, headers=_names(headers))

    def put(self, text: str, **headers: str) -> Response:
        return self._client.put(self.path, json={"text": text}, headers=_names(headers))

    def delete(self, **headers: str) -> Response:
        return self._client.delete(self.path, headers=_names(headers))

    @property
    def etag(self) -> str:
        return str(self.get().headers["etag"])


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def code(response: Response) -> tuple[int, Any]:
    return response.status_code, response.json()["code"]


@pytest.fixture
def note(client: TestClient) -> StoredNote:
    return StoredNote(client)


def test_every_representation_of_a_state_has_the_same_strong_tag(note: StoredNote) -> None:
    assert note.created.headers["etag"] == note.etag == note.etag
    assert note.etag.startswith('"')


def test_a_change_gives_another_tag_and_a_change_back_the_old_one(note: StoredNote) -> None:
    first = note.etag
    second = note.put("second").headers["etag"]
    assert second == note.etag != first
    assert note.put("first").headers["etag"] == first


def test_what_changes_by_itself_is_in_the_second_half_of_a_tag() -> None:
    class Job(Resource):
        passing = frozenset({"progress"})
        name: str
        progress: int

    first, later, other = (
        Job(name=name, progress=progress).etag() for name, progress in (("a", 1), ("a", 2), ("b", 1))
    )
    assert first != later
    changed = Precondition(if_match=TagList.parse("If-Match", first))
    changed.check(lambda: Job(name="a", progress=3))
    with pytest.raises(PreconditionFailed):
        changed.check(lambda: Job(name="b", progress=1))
    assert first.partition(".")[0] == later.partition(".")[0] != other.partition(".")[0]


@pytest.mark.parametrize("form", ["{}", '"x", {}', ', {} ,,"y"', "*", '"a,b",{}'])
def test_a_change_with_the_present_tag_is_applied(note: StoredNote, form: str) -> None:
    assert note.put("second", If_Match=form.format(note.etag)).status_code == 200
    assert note.get().json()["text"] == "second"


@pytest.mark.parametrize("form", ['"x"', "W/{}", 'W/{}, "x"', ""])
def test_a_change_with_another_tag_or_a_weak_one_is_refused(note: StoredNote, form: str) -> None:
    response = note.put("second", If_Match=form.format(note.etag) or '""')
    assert code(response) == (412, "PRECONDITION_FAILED")
    assert note.get().json()["text"] == "first"
    assert code(note.delete(If_Match='"x"')) == (412, "PRECONDITION_FAILED")
    assert note.get().status_code == 200


@pytest.mark.parametrize("value", ["x", '"x', 'x"', "*, *", '*, "x"', 'w/"x"', '"x" "y"', ","])
def test_a_header_without_entity_tags_is_refused_and_named(note: StoredNote, value: str) -> None:
    for response in (note.put("second", If_Match=value), note.get(If_None_Match=value)):
        assert code(response) == (422, "VALIDATION_FAILED")
        assert response.json()["errors"][0]["loc"][0] == "header"


def test_what_is_not_there_is_404_whatever_the_condition(note: StoredNote) -> None:
    assert note.delete(If_Match=note.etag).status_code == 204
    for response in (note.put("x", If_Match="*"), note.delete(If_Match='"x"'), note.get(If_None_Match="*")):
        assert code(response) == (404, "NOTE_MISSING")


def test_of_changes_with_one_tag_at_the_same_moment_one_is_applied(note: StoredNote) -> None:
    etag = note.etag
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(lambda number: note.put(f"text {number}", If_Match=etag), range(8)))
    assert sorted(response.status_code for response in responses) == [200] + [412] * 7
    (applied,) = [response for response in responses if response.status_code == 200]
    assert note.get().json() == applied.json()


def test_a_change_that_expects_nothing_to_be_there_is_refused(note: StoredNote) -> None:
    assert code(note.put("x", If_None_Match="*")) == (412, "PRECONDITION_FAILED")
    assert code(note.put("x", If_None_Match=note.etag)) == (412, "PRECONDITION_FAILED")
    assert note.put("x", If_None_Match='"y"').status_code == 200


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*"])
def test_a_read_of_what_is_known_is_304_without_a_body(note: StoredNote, form: str) -> None:
    response = note.get(If_None_Match=form.format(note.etag))
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == note.etag
    assert "content-type" not in response.headers


def test_a_read_of_what_is_not_known_is_sent(note: StoredNote) -> None:
    old = note.etag
    note.put("second")
    assert note.get(If_None_Match=f'{old}, "x"').json()["text"] == "second"


def test_a_read_that_insists_on_another_state_is_412(note: StoredNote) -> None:
    assert code(note.get(If_Match='"x"')) == (412, "PRECONDITION_FAILED")
    assert note.get(If_Match=note.etag).status_code == 200


def test_lists_have_no_tag(client: TestClient, note: StoredNote) -> None:
    assert "etag" not in client.get("/notes").headers


@pytest.fixture
def strict_client(settings: TokenCheckingSettings) -> Iterator[TestClient]:
    with TestClient(create_app(settings.model_copy(update={"require_if_match": True}))) as client:
        yield client


def test_where_it_is_required_a_change_without_if_match_is_428(strict_client: TestClient) -> None:
    note = StoredNote(strict_client)
    for response in (note.put("second"), note.delete(), note.put("second", If_None_Match='"x"')):
        assert code(response) == (428, "PRECONDITION_REQUIRED")
    assert note.put("second", If_Match=note.etag).status_code == 200
    assert note.delete(If_Match="*").status_code == 204


def test_a_page_of_another_origin_reads_the_tag_and_sends_it(settings: TokenCheckingSettings) -> None:
    origin = "https://console.example.com"
    settings = settings.model_copy(update={"cors_origins": [origin]})
    with TestClient(create_app(settings)) as client:
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        for header in ("if-match", "if-none-match"):
            headers = {**asked, "Access-Control-Request-Headers": header}
            assert client.options("/notes", headers=headers).status_code == 200
        assert "ETag" in client.get("/notes", headers={"Origin": origin}).headers["access-control-expose-headers"]


def test_the_document_of_the_api_declares_conditions(client: TestClient) -> None:
    operations = client.get("/openapi.json").json()["paths"]["/notes/{note_id}"]
    assert {"412", "428", "422"} <= set(operations["put"]["responses"])
    assert "304" in operations["get"]["responses"]
    for method, names in (("get", {"If-None-Match"}), ("put", {"If-Match", "If-None-Match"})):
        assert names <= {parameter["name"] for parameter in operations[method]["parameters"]}
