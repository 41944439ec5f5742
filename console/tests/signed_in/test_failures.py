"""What a page says when an API gave no answer that can be shown."""

import pytest
from fastapi.testclient import TestClient

from tests.fake_services import Answer, FakeServices

BASES = "GET /api/knowledgebase"


@pytest.mark.parametrize(("status", "title"), [(403, "Your account may not do this"), (499, "This was refused")])
def test_a_refusal_is_a_page_with_the_words_of_the_service(
    signed_in: TestClient, services: FakeServices, status: int, title: str
) -> None:
    services.rules[BASES] = lambda _: Answer(status, {"detail": "<script>no</script>"}, {"X-Request-ID": "abc-1"})
    answer = signed_in.get("/knowledge/bases")
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.text
    assert "&lt;script&gt;no" in answer.text
    assert "abc-1" in answer.text


def test_a_page_whose_service_is_away_is_tried_again_by_itself(signed_in: TestClient, services: FakeServices) -> None:
    services.rules[BASES] = lambda _: Answer(503, {"detail": "It migrates."})
    answer = signed_in.get("/knowledge/bases?q=a")
    assert answer.status_code == 503
    assert 'href="/knowledge/bases?q=a" data-try-again' in answer.text


def test_what_was_filled_in_is_not_lost_but_a_password_is_not_shown(
    signed_in: TestClient, services: FakeServices
) -> None:
    services.rules["POST /api/knowledgebase"] = lambda _: Answer(503, {})
    answer = signed_in.post("/knowledge/bases", data={"name": "a name", "password": "a-secret"})
    assert "a name" in answer.text
    assert "a-secret" not in answer.text


def test_an_id_that_is_none_is_a_page_that_is_not_there(signed_in: TestClient) -> None:
    assert signed_in.get("/knowledge/bases/..%2f..%2fauth").status_code == 404
    assert signed_in.get("/knowledge/bases/none").status_code == 404
