"""The database layer when things go wrong."""

import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sample.application import create_app
from sqlalchemy import create_engine, make_url, pool, text

from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.gate import Gate


def _until(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_a_commit_that_fails_is_not_answered_with_success(client: TestClient) -> None:
    # The constraint is checked at commit, after the endpoint has returned.
    assert client.post("/notes", json={"text": "once"}).status_code == 201
    assert client.post("/notes", json={"text": "once"}).status_code == 500
    assert len(client.get("/notes").json()["items"]) == 1


def test_a_database_that_goes_away_is_503_and_comes_back_by_itself(
    gated_client: TestClient, database_gate: Gate
) -> None:
    assert gated_client.get("/notes").status_code == 200
    database_gate.close()
    for path in ("/notes", "/notes/00000000-0000-0000-0000-000000000000"):
        response = gated_client.get(path)
        assert (response.status_code, response.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
        assert response.headers["retry-after"] == "5"
    assert gated_client.get("/readyz").status_code == 503
    assert gated_client.get("/healthz").status_code == 200
    database_gate.open()
    _until(lambda: gated_client.get("/readyz").status_code == 200)
    assert gated_client.get("/notes").status_code == 200


def test_connections_that_the_server_has_ended_cost_no_request(
    client: TestClient, migrated_database: DatabaseUrls
) -> None:
    reading, writing = "/notes/00000000-0000-0000-0000-000000000000", "/notes"
    assert (client.get(reading).status_code, client.get(writing).status_code) == (404, 200)
    with migrated_database.engine().connect() as connection:
        ended = connection.scalars(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'sample@002'"
            )
        ).all()
    assert ended == [True]  # reads and transactions share connections
    assert (client.get(reading).status_code, client.get(writing).status_code) == (404, 200)


def test_a_statement_that_takes_too_long_is_cut_and_answered_with_503(settings: TokenCheckingSettings) -> None:
    settings = settings.model_copy(update={"database_statement_timeout_ms": 200})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        assert client.get("/notes/slow/now").status_code == 503


@pytest.mark.parametrize("state", ["40P01", "40001"])
def test_a_transaction_that_postgresql_rolled_back_for_another_may_be_sent_again(
    client: TestClient, migrated_database: DatabaseUrls, state: str
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION rolled_back() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE 'deadlock detected' USING ERRCODE = '{state}', DETAIL = 'a secret'; END $$;"
                "CREATE TRIGGER rolled_back BEFORE INSERT ON notes EXECUTE FUNCTION rolled_back()"
            )
        )
    response = client.post("/notes", json={"text": "once"})
    assert (response.status_code, response.json()["code"]) == (503, "CONTENDED")
    assert response.headers["retry-after"] == "1"
    assert "secret" not in response.text


def test_an_idle_service_holds_no_connection_so_that_its_database_can_be_dropped(
    client: TestClient, migrated_database: DatabaseUrls
) -> None:
    assert client.get("/notes").status_code == 200
    assert client.get("/readyz").status_code == 200
    url = make_url(migrated_database.superuser)
    engine = create_engine(url.set(database="postgres"), poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # As an operator types it, without FORCE: PostgreSQL waits five seconds for other sessions to end.
        connection.execute(text(f'DROP DATABASE "{url.database}"'))
        connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["current"] is None
    assert client.get("/notes").status_code == 503


def test_a_session_that_raises_leaves_nothing_behind(client: TestClient) -> None:
    assert client.post("/notes/raw", params={"text": "x" * 101}).status_code == 422
    assert client.get("/notes?total=true").json() == {"items": [], "next_cursor": None, "total": 0}
