"""`GET /auth/me/export`: what this service has of a person, for them alone."""

from sqlalchemy import text

from app.exports.schemas import AccountExport
from service_kit.database.sessions import Database
from tests.people import Person, sign_up

URL = "/auth/me/export"


def test_it_holds_the_account_its_sessions_and_where_the_rest_is(signed_in: Person) -> None:
    signed_in.sign_in()
    response = signed_in.client.get(URL, headers=signed_in.authorization)
    assert response.status_code == 200
    found = AccountExport.model_validate_json(response.content)
    assert (found.account.id, found.account.email) == (signed_in.id, signed_in.email)
    assert found.account.last_login_at is not None
    assert [session.is_current for session in found.sessions] == [True, False]
    assert [item.path for item in found.elsewhere] == ["/profiles/me/export", "/api/me/export"]


def test_it_is_a_file_that_no_cache_keeps(signed_in: Person) -> None:
    headers = signed_in.client.get(URL, headers=signed_in.authorization).headers
    assert headers["content-disposition"] == 'attachment; filename="account.json"'
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")


def test_sign_ins_that_wait_for_their_delivery_are_in_it_and_those_of_others_are_not(
    signed_in: Person, database: Database
) -> None:
    other = sign_up(signed_in.client, "taro@example.com")
    with database.session() as session:
        for user_id in (signed_in.id, other.id):
            session.execute(
                text(
                    "INSERT INTO login_events (user_id, email, succeeded, reason, ip_address)"
                    " VALUES (:user_id, 'x@example.com', false, 'wrong_password', '192.0.2.1')"
                ),
                {"user_id": user_id},
            )
    response = signed_in.client.get(URL, headers=signed_in.authorization)
    (event,) = response.json()["undelivered_sign_ins"]
    assert (event["reason"], event["ip_address"]) == ("wrong_password", "192.0.2.1")
    assert str(other.id) not in response.text


def test_no_hash_is_given_out(signed_in: Person) -> None:
    content = signed_in.client.get(URL, headers=signed_in.authorization).text
    assert "argon2" not in content
    assert "hash" not in content


def test_it_is_an_act_of_the_account(signed_in: Person, database: Database) -> None:
    signed_in.client.get(URL, headers=signed_in.authorization)
    with database.session() as session:
        (event,) = session.execute(text("SELECT * FROM audit_events WHERE action = 'ACCOUNT_EXPORTED'"))
    assert (event.actor_id, event.target_id) == (signed_in.id, str(signed_in.id))


def test_it_needs_a_token_and_an_account_that_exists(signed_in: Person, database: Database) -> None:
    assert signed_in.client.get(URL).status_code == 401
    with database.session() as session:
        session.execute(text("UPDATE users SET is_active = false"))
    response = signed_in.client.get(URL, headers=signed_in.authorization)
    assert (response.status_code, response.json()["code"]) == (401, "ACCOUNT_GONE")
