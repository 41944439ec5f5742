"""A process shows which release it is, for as long as it lives and whatever becomes of the server."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sample.application import create_app
from sample.schema import SampleSchema
from sqlalchemy import Connection, Engine, create_engine, make_url, pool, text
from sqlalchemy.exc import OperationalError

from service_kit.database.presence import PRESENCE_DATABASE, RECONNECT_SECONDS
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.gate import Gate
from service_kit.testing.tokens import JwksServer

Sessions = Callable[[], list[tuple[str, int]]]


@contextmanager
def superuser(database: DatabaseUrls) -> Iterator[Connection]:
    """A connection to a database that is neither dropped nor copied, each statement its own transaction."""
    url = make_url(database.superuser).set(database="postgres")
    with create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


@pytest.fixture
def schema() -> SampleSchema:
    """A release with a name of its own: every test of this run shares the server."""
    return SampleSchema(application_name=f"sample-{secrets.token_hex(6)}@002")


@pytest.fixture
def sessions(migrated_database: DatabaseUrls, schema: SampleSchema) -> Sessions:
    """Return database and process of each of the release's sessions."""

    def read() -> list[tuple[str, int]]:
        with superuser(migrated_database) as connection:
            rows = connection.execute(
                text("SELECT datname, pid FROM pg_stat_activity WHERE application_name = :name"),
                {"name": schema.application_name},
            )
            return [(row.datname, row.pid) for row in rows]

    return read


def until(condition: Callable[[], bool], *, seconds: float = RECONNECT_SECONDS) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"not within {seconds} s"
        sleep(0.05)


def terminate(database: DatabaseUrls, pid: int) -> None:
    with superuser(database) as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def warnings(captured: str) -> list[dict[str, str]]:
    lines = [json.loads(line) for line in captured.splitlines()]
    return [line for line in lines if line["message"].startswith("presence_")]


def test_an_idle_process_is_seen_from_its_start_to_its_end_and_not_in_its_own_database(
    settings: TokenCheckingSettings, schema: SampleSchema, sessions: Sessions
) -> None:
    with TestClient(create_app(settings, schema=schema)):
        ((database, _),) = sessions()
        assert database == PRESENCE_DATABASE
    until(lambda: sessions() == [])


def test_requests_carry_the_release_too(client: TestClient, migrated_database: DatabaseUrls) -> None:
    assert client.get("/notes").status_code == 200
    name = make_url(migrated_database.app).database
    with superuser(migrated_database) as connection:
        names = connection.scalars(
            text("SELECT application_name FROM pg_stat_activity WHERE datname = :d"), {"d": name}
        )
        assert set(names) == {"sample@002"}


def test_a_connection_that_the_server_ends_is_made_again(
    settings: TokenCheckingSettings, schema: SampleSchema, sessions: Sessions, migrated_database: DatabaseUrls
) -> None:
    with TestClient(create_app(settings, schema=schema)):
        for _ in range(2):
            ((_, pid),) = sessions()
            terminate(migrated_database, pid)
            until(lambda gone=pid: [pid for _, pid in sessions() if pid != gone] != [])  # type: ignore[misc]  # a default binds the loop's value


@pytest.fixture
def gated_settings(gated_database_url: str, jwks_server: JwksServer) -> TokenCheckingSettings:
    return TokenCheckingSettings(
        _env_file=None, database_url=gated_database_url, jwks_url=jwks_server.url, log_format="json"
    )


def test_a_server_that_goes_away_is_said_once_and_found_again_when_it_is_back(
    gated_settings: TokenCheckingSettings,
    schema: SampleSchema,
    sessions: Sessions,
    database_gate: Gate,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with TestClient(create_app(gated_settings, schema=schema)) as client:
        database_gate.close()
        until(lambda: sessions() == [])
        started = monotonic()
        until(lambda: monotonic() > started + 1)  # several attempts
        assert client.get("/healthz").status_code == 200
        database_gate.open()
        until(lambda: [database for database, _ in sessions()] == [PRESENCE_DATABASE])
    missing, restored = warnings(capfd.readouterr().err)
    assert (missing["message"], restored["message"]) == ("presence_missing", "presence_restored")
    assert "refused" in missing["reason"]


def test_a_start_does_not_depend_on_it(
    gated_settings: TokenCheckingSettings, schema: SampleSchema, sessions: Sessions, database_gate: Gate
) -> None:
    database_gate.close()
    with TestClient(create_app(gated_settings, schema=schema)) as client:
        assert client.get("/healthz").status_code == 200
        database_gate.open()
        until(lambda: len(sessions()) == 1)


@pytest.fixture
def closed_out(settings: TokenCheckingSettings, migrated_database: DatabaseUrls) -> Iterator[TokenCheckingSettings]:
    """A service whose role may open its own database only, as on every server before there was presence."""
    role, password = f"closed_out_{secrets.token_hex(6)}", secrets.token_hex(8)
    with superuser(migrated_database) as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
        rules = connection.scalar(text("SELECT pg_read_file(current_setting('hba_file'))"))
        _write_rules(connection, f"host {PRESENCE_DATABASE} {role} all reject\n{rules}")
        url = make_url(migrated_database.app).set(username=role, password=password)
        refused = create_engine(url.set(database=PRESENCE_DATABASE), poolclass=pool.NullPool)
        until(lambda: not _opens(refused))  # the server reads its rules again in its own time
        app_url = SecretStr(url.render_as_string(hide_password=False))
        yield settings.model_copy(update={"database_url": app_url, "log_format": "json"})
        _write_rules(connection, str(rules))
        connection.execute(text(f"DROP ROLE {role}"))


def _write_rules(connection: Connection, rules: str) -> None:
    made = connection.scalar(text("SELECT lo_from_bytea(0, convert_to(:rules, 'UTF8'))"), {"rules": rules})
    connection.execute(text("SELECT lo_export(:made, current_setting('hba_file'))"), {"made": made})
    connection.execute(text("SELECT lo_unlink(:made), pg_reload_conf()"), {"made": made})


def _opens(engine: Engine) -> bool:
    try:
        engine.connect().close()
    except OperationalError:
        return False
    return True


def test_where_postgres_is_closed_to_the_role_its_own_database_serves_and_the_log_says_what_to_do(
    closed_out: TokenCheckingSettings,
    schema: SampleSchema,
    sessions: Sessions,
    migrated_database: DatabaseUrls,
    capfd: pytest.CaptureFixture[str],
) -> None:
    url = make_url(closed_out.database_url.get_secret_value())
    with TestClient(create_app(closed_out, schema=schema)):
        ((database, pid),) = sessions()
        assert database == url.database
        terminate(migrated_database, pid)
        until(lambda: [database for database, its_pid in sessions() if its_pid != pid] == [url.database])
    (warning,) = [line for line in warnings(capfd.readouterr().err) if line["message"] == "presence_in_own_database"]
    assert f"DROP DATABASE {url.database} fails while this service runs" in warning["meaning"]
    assert f"host postgres {url.username} all scram-sha-256" in warning["remedy"]
    assert "pg_hba.conf rejects connection" in warning["reason"]
