"""`POST /auth/password/change`."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from tests.people import PASSWORD, Person, sign_up

NEW = "staple it to the wall"


def change(person: Person, current: str = PASSWORD, new: str = NEW) -> Response:
    return person.client.post(
        "/auth/password/change",
        json={"current_password": current, "new_password": new},
        headers=person.authorization,
    )


def test_the_new_password_signs_in_and_the_old_one_no_more(signed_in: Person) -> None:
    assert change(signed_in).status_code == 204
    assert signed_in.login(NEW).status_code == 200
    assert signed_in.login(PASSWORD).status_code == 401


def test_every_other_client_is_signed_out(person: Person) -> None:
    here, elsewhere = person.sign_in(), person.sign_in()
    assert change(here).status_code == 204
    assert elsewhere.refresh().status_code == 401
    assert here.refresh().status_code == 200


def test_the_current_password_is_needed(signed_in: Person) -> None:
    response = change(signed_in, current="wrong password")
    assert (response.status_code, response.json()["code"]) == (403, "WRONG_PASSWORD")
    assert signed_in.login().status_code == 200


def test_a_stolen_access_token_is_no_way_to_guess_the_password(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"login_failure_limit": 2}))
    with TestClient(app, raise_server_exceptions=False) as client:
        person = sign_up(client).sign_in()
        for _ in range(2):
            assert change(person, current="wrong password").status_code == 403
        response = change(person)
        assert response.status_code == 429
        assert "Retry-After" in response.headers


@pytest.mark.parametrize("new", ["short", "password123", "x" * 129, "hanako@example.com"])
def test_the_new_password_must_be_acceptable(signed_in: Person, new: str) -> None:
    response = change(signed_in, new=new)
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["body", "new_password"]
    assert signed_in.login().status_code == 200


@pytest.mark.parametrize("same", [PASSWORD, "ｃｏｒｒｅｃｔ horse battery"])
def test_the_same_password_is_no_change(person: Person, same: str) -> None:
    here, elsewhere = person.sign_in(), person.sign_in()
    response = change(here, new=same)
    assert (response.status_code, response.json()["code"]) == (409, "SAME_PASSWORD")
    assert elsewhere.refresh().status_code == 200


def test_an_inactive_account_changes_nothing(signed_in: Person, database: Database) -> None:
    with database.session() as session:
        session.execute(text("UPDATE users SET is_active = false"))
    assert change(signed_in).json()["code"] == "ACCOUNT_GONE"


def test_an_access_token_is_needed(client: TestClient) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert client.post("/auth/password/change", json=body).status_code == 401
