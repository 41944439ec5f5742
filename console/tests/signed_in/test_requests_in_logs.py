"""From an id of a request that a page shows, or that a person has, to what the request left in the logs."""

import pytest
from fastapi.testclient import TestClient

from tests.fake_services import Answer, FakeServices

BASES = "GET /api/knowledgebase"
LINK = '<a href="/logs/requests/abc-1"><code>abc-1</code></a>'


@pytest.mark.parametrize("status", [403, 500, 503])
def test_the_request_of_a_problem_leads_an_administrator_to_the_logs(
    administrator: TestClient, services: FakeServices, status: int
) -> None:
    services.rules[BASES] = lambda _: Answer(status, {}, {"X-Request-ID": "abc-1"})
    assert LINK in administrator.get("/knowledge/bases").text
    assert LINK in administrator.get("/knowledge/bases", headers={"HX-Request": "true"}).text


def test_who_may_not_read_the_logs_sees_the_id_alone(signed_in: TestClient, services: FakeServices) -> None:
    services.rules[BASES] = lambda _: Answer(403, {}, {"X-Request-ID": "abc-1"})
    shown = signed_in.get("/knowledge/bases").text
    assert "<code>abc-1</code>" in shown
    assert "/logs/requests" not in shown


def test_the_request_of_a_form_that_was_refused_leads_to_the_logs(
    administrator: TestClient, services: FakeServices
) -> None:
    services.rules[BASES] = lambda _: Answer(200, {"items": [], "next_cursor": None, "total": 0})
    services.rules["POST /api/knowledgebase"] = lambda _: Answer(409, {"detail": "Taken."}, {"X-Request-ID": "abc-1"})
    shown = administrator.post("/knowledge/bases", data={"name": "a name"}).text
    assert "Taken." in shown
    assert LINK in shown


def test_an_id_is_pasted_with_what_stands_around_it(administrator: TestClient) -> None:
    answer = administrator.get("/logs/requests", params={"request_id": " abc-1\n"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/logs/requests/abc-1")


@pytest.mark.parametrize("pasted", ["a b", "//elsewhere.example", "x" * 65, "<script>"])
def test_what_is_no_id_is_kept_in_its_field_and_explained(administrator: TestClient, pasted: str) -> None:
    answer = administrator.get("/logs/requests", params={"request_id": pasted})
    assert answer.status_code == 422
    assert "No request can have this id." in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]


def test_an_id_that_the_service_refuses_is_a_page_that_says_so(
    administrator: TestClient, services: FakeServices
) -> None:
    services.rules["GET /api/logs/requests/a%20b"] = lambda _: Answer(422, {"detail": "No such id."})
    answer = administrator.get("/logs/requests/a%20b")
    assert answer.status_code == 422
    assert "No such id." in answer.text
