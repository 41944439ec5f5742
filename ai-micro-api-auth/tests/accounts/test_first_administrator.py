"""The first administrator: from settings at start, or by the operator's command."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select, text

from app.accounts.first_administrator import create_first_administrator
from app.accounts.models import User
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls, migrate
from service_kit.testing.waiting import eventually
from tests.people import PASSWORD, Person, sign_up

EMAIL = "admin@example.com"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"first_admin_email": EMAIL, "first_admin_password": SecretStr(PASSWORD)})


def sign_in(client: TestClient, password: str = PASSWORD) -> int:
    return client.post("/auth/login", json={"email": EMAIL, "password": password}).status_code


def test_the_administrator_of_the_settings_signs_in_and_administers(client: TestClient) -> None:
    tokens = client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD}).json()
    listing = client.get("/auth/users", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert [(item["email"], item["roles"]) for item in listing.json()["items"]] == [(EMAIL, ["admin", "user"])]


def test_a_later_start_changes_nothing_not_even_with_another_password(client: TestClient, settings: Settings) -> None:
    later = settings.model_copy(update={"first_admin_password": SecretStr("another good password")})
    with TestClient(create_app(later)) as client_of_later_start:
        assert sign_in(client_of_later_start) == 200
        assert sign_in(client_of_later_start, "another good password") == 401


def test_an_account_that_has_the_address_is_not_promoted_and_the_start_says_so(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with TestClient(create_app(settings.model_copy(update={"first_admin_email": None}))) as client:
        sign_up(client, EMAIL)
    with TestClient(create_app(settings)), database.session() as session:
        assert session.scalars(select(User.roles)).one() == ["user"]
    assert "first_administrator_email_taken" in "".join(capsys.readouterr())


def test_of_replicas_that_start_together_one_creates_it(database: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        created = list(
            threads.map(lambda _: create_first_administrator(database, email=EMAIL, password=PASSWORD), range(4))
        )
    assert sorted(created) == [False, False, False, True]


def test_it_is_made_up_for_when_the_schema_comes_after_the_start(
    settings: Settings, empty_database: DatabaseUrls, alembic_ini: Path
) -> None:
    settings = settings.model_copy(update={"database_url": SecretStr(empty_database.app)})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        assert client.get("/readyz").status_code == 503
        migrate(alembic_ini, empty_database.owner)
        engine = empty_database.engine()

        def exists() -> bool:
            with engine.connect() as connection:
                return bool(connection.scalar(text("SELECT count(*) = 1 FROM users")))

        eventually(exists)
        assert sign_in(client) == 200


def command(settings: Settings, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "JWT_KEYS_DIR": str(settings.jwt_keys_dir),
    }
    return subprocess.run(
        [sys.executable, "-m", "app.accounts.administrator", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_creates_an_administrator_and_shows_the_password_once(
    settings: Settings, alembic_ini: Path
) -> None:
    done = command(settings, alembic_ini.parent, "--email", "Boss@Example.com")
    assert (done.returncode, done.stderr) == (0, "")
    with TestClient(create_app(settings)) as client:
        password = done.stdout.split()[-1]
        response = client.post("/auth/login", json={"email": "boss@example.com", "password": password})
        assert response.status_code == 200
        authorization = {"Authorization": f"Bearer {response.json()['access_token']}"}
        assert client.get("/auth/users", headers=authorization).status_code == 200
    again = command(settings, alembic_ini.parent, "--email", "boss@example.com")
    assert again.stdout == "boss@example.com is an administrator already.\n"


def test_an_address_that_a_stranger_registered_first_is_not_promoted(
    person: Person, settings: Settings, alembic_ini: Path
) -> None:
    done = command(settings, alembic_ini.parent, "--email", person.email)
    assert (done.returncode, done.stdout) == (1, "")
    assert "RESET=1" in done.stderr
    assert done.stderr.count("\n") == 1
    again = person.sign_in()
    assert again.client.get("/auth/users", headers=again.authorization).status_code == 403


def test_a_reset_gives_a_new_password_and_the_role_and_ends_the_strangers_sessions(
    person: Person, signed_in: Person, settings: Settings, database: Database, alembic_ini: Path
) -> None:
    with database.session() as session:
        session.execute(text("UPDATE users SET is_active = false"))
    done = command(settings, alembic_ini.parent, "--email", person.email, "--reset")
    assert (done.returncode, done.stderr) == (0, "")
    assert signed_in.refresh().status_code == 401
    assert person.login().status_code == 401
    owner = Person(person.client, person.email, person.id, done.stdout.split()[-1]).sign_in()
    assert owner.client.get("/auth/users", headers=owner.authorization).status_code == 200


@pytest.mark.parametrize("arguments", [[], ["--email"], ["--email", "no address"]])
def test_the_command_explains_what_it_needs(settings: Settings, alembic_ini: Path, arguments: list[str]) -> None:
    done = command(settings, alembic_ini.parent, *arguments)
    assert done.returncode == 2
    assert "--email" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_says_when_the_database_is_away(settings: Settings, alembic_ini: Path) -> None:
    url = "postgresql+psycopg2://nobody:nothing@127.0.0.1:9/nowhere"
    away = settings.model_copy(update={"database_url": SecretStr(url)})
    done = command(away, alembic_ini.parent, "--email", EMAIL)
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot do this now: ")
    assert done.stderr.count("\n") == 1
