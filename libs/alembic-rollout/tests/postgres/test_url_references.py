"""`${NAME}` in sqlalchemy.url of alembic.ini: from the environment, `.env`, and the setting `url_env_file`."""

from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import URL, make_url

from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.connection import database_url, environment_of
from alembic_rollout.settings import Settings

URL_OF_INI = "postgresql+psycopg2://owner:${OWNER_PASSWORD:-local-only}@localhost:${SHOP_PORT:-5432}/shop"
SETTINGS = Settings(url_env_file="../.env")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*Settings().url_variables, "OWNER_PASSWORD", "SHOP_PORT"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "service"
    folder.mkdir()
    write_ini(folder, URL_OF_INI)
    return folder


def write_ini(folder: Path, url: str) -> None:
    (folder / "alembic.ini").write_text(f"[alembic]\nsqlalchemy.url = {url}\n")


def url(folder: Path) -> URL:
    return make_url(database_url(Config(folder / "alembic.ini"), SETTINGS, environment_of(folder)))


def test_the_defaults_hold_where_nothing_is_set(folder: Path) -> None:
    assert url(folder) == make_url("postgresql+psycopg2://owner:local-only@localhost:5432/shop")


def test_the_named_file_fills_in_a_password_as_it_is(folder: Path) -> None:
    (folder.parent / ".env").write_text("OWNER_PASSWORD='ow/ner@1 #%41:$x?'\nSHOP_PORT=5555\n")
    assert (url(folder).password, url(folder).port) == ("ow/ner@1 #%41:$x?", 5555)


def test_the_environment_and_the_folders_own_file_win(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / ".env").write_text("OWNER_PASSWORD=outer\nSHOP_PORT=1\n")
    (folder / ".env").write_text("OWNER_PASSWORD=inner\nSHOP_PORT=2\n")
    monkeypatch.setenv("SHOP_PORT", "3")
    assert (url(folder).password, url(folder).port) == ("inner", 3)


def test_the_named_file_names_no_database_by_itself(folder: Path) -> None:
    (folder.parent / ".env").write_text("DATABASE_URL=postgresql+psycopg2://elsewhere/x\n")
    assert url(folder).host == "localhost"


def test_a_variable_without_value_and_default_is_named(folder: Path) -> None:
    write_ini(folder, "postgresql+psycopg2://owner:${OWNER_PASSWORD}@localhost/shop")
    with pytest.raises(UsageError, match=r"^sqlalchemy\.url of .* refers to OWNER_PASSWORD, which is not set"):
        url(folder)
