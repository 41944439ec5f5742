"""A URL in parts: any password, without escapes; and secrets in files."""

import random
import string
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import URL, make_url

from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.connection import database_url
from alembic_rollout.settings import Settings, load_settings

SECRET = "s3cr3t"
SETTINGS = Settings(url_parts=("MIGRATION_DB", "DB"))
PARTS = {"DB_HOST": "db", "DB_PORT": "5433", "DB_NAME": "shop", "DB_USER": "app", "DB_PASSWORD": SECRET}
OWNER = {"MIGRATION_DB_USER": "owner", "MIGRATION_DB_PASSWORD": "0wner"}


def url(process: dict[str, str] | None = None, file: dict[str, str] | None = None, *, ini: str = "") -> URL:
    """Return the URL where these variables are the process's, and those of `.env`."""
    config = Config()
    if ini:
        config.set_main_option("sqlalchemy.url", ini)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MIGRATION_DATABASE_URL", "DATABASE_URL"):
            patch.delenv(name, raising=False)
        for name, value in (process or {}).items():
            patch.setenv(name, value)
        return make_url(database_url(config, SETTINGS, (file or {}) | (process or {})))


def refused(process: dict[str, str]) -> str:
    with pytest.raises(UsageError) as raised:
        url(process)
    assert SECRET not in str(raised.value)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_parts_make_a_url() -> None:
    assert url(PARTS) == URL.create("postgresql+psycopg2", "app", SECRET, "db", 5433, "shop")


def test_the_migrating_role_wins_with_its_own_password() -> None:
    assert (url(PARTS | OWNER).username, url(PARTS | OWNER).password) == ("owner", "0wner")
    alone = url(PARTS | {"MIGRATION_DB_USER": "owner"})
    assert (alone.username, alone.password) == ("owner", None)


@pytest.mark.parametrize(
    "password", ["p@ss", "100%", "a/b", "a#b", "pa$word", "two words", "a:b?c&d=e", "%41", "päss", "'\"\\", "${HOME}"]
)
def test_a_password_needs_no_escapes(password: str) -> None:
    assert url(PARTS | {"DB_PASSWORD": password}).password == password


def test_any_password_is_read_as_it_is() -> None:
    choose = random.Random(9)  # noqa: S311 - generates test cases
    for _ in range(500):
        password = "".join(choose.choices(string.printable.strip() + " ", k=8)).strip() or "x"
        assert url(PARTS | {"DB_PASSWORD": password}).password == password


def test_a_whole_url_wins_over_parts_and_the_process_over_the_file() -> None:
    whole = "postgresql+psycopg2://me@elsewhere/other"
    assert url(PARTS | {"DATABASE_URL": whole}).host == "elsewhere"
    assert url({"DATABASE_URL": whole}, PARTS).host == "elsewhere"
    assert url(PARTS, {"DATABASE_URL": whole}).host == "db"
    assert url({"DB_PASSWORD": "0ther"}, PARTS | {"DATABASE_URL": whole}).password == "0ther"
    assert url(PARTS, ini=whole).host == "db"


@pytest.mark.parametrize("part", ["HOST", "NAME", "USER"])
def test_a_part_that_is_missing_is_named(part: str) -> None:
    stated = {name: value for name, value in PARTS.items() if name != f"DB_{part}"}
    expected = "DB_PASSWORD is set and DB_USER is not" if part == "USER" else f"set DB_{part} or MIGRATION_DB_{part}"
    assert expected in refused(stated)


@pytest.mark.parametrize("port", ["http", "0", "70000", "５４３２"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert "DB_PORT is not a number" in refused(PARTS | {"DB_PORT": port})


def test_a_folder_is_the_socket_of_a_server_on_this_machine() -> None:
    local = url(PARTS | {"DB_HOST": "/run/postgresql"})
    assert (local.host, local.query["host"]) == (None, "/run/postgresql")


def test_without_the_setting_parts_mean_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MIGRATION_DATABASE_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match=r"^No database URL"):
        database_url(Config(), Settings(), PARTS)


def test_tls_holds_for_parts_and_for_a_whole_url_that_says_nothing_of_it() -> None:
    tls = {"DB_SSLMODE": "verify-full", "DB_SSLROOTCERT": "/etc/ca.pem"}
    stated = {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    whole = "postgresql+psycopg2://me@db/shop"
    assert dict(url(PARTS | tls).query) == stated
    assert dict(url(tls | {"DATABASE_URL": whole}).query) == stated
    assert dict(url(tls, ini=whole).query) == stated
    assert dict(url(tls | {"DATABASE_URL": f"{whole}?sslmode=disable"}).query) == {"sslmode": "disable"}


# Files


def test_a_secret_is_read_from_a_file_without_its_last_line_break(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    stated = {name: value for name, value in PARTS.items() if name != "DB_PASSWORD"}
    for content, password in (("p@ss\n", "p@ss"), ("p@ss\r\n", "p@ss"), ("p@ss", "p@ss"), (" p@ss \n\n", " p@ss \n")):
        file.write_bytes(content.encode())
        assert url(stated | {"DB_PASSWORD_FILE": str(file)}).password == password
    file.write_text(f"postgresql://me:{SECRET}@db/shop\n")
    assert url({"MIGRATION_DATABASE_URL_FILE": str(file)}).password == SECRET


def test_a_secret_and_its_file_at_once_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    both = PARTS | {"DB_PASSWORD_FILE": str(file)}
    assert refused(both) == "DB_PASSWORD and DB_PASSWORD_FILE are both set; leave one of them out."
    assert url({"DB_PASSWORD_FILE": str(file)}, PARTS | {"DB_PASSWORD": "of the file .env"}).password == SECRET


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    stated = {name: value for name, value in PARTS.items() if name != "DB_PASSWORD"}
    for name, reason in (
        ("none", "cannot be read: No such file"),
        ("empty", "is empty"),
        ("binary", "is not in UTF-8"),
    ):
        said = refused(stated | {"DB_PASSWORD_FILE": str(tmp_path / name)})
        assert said.startswith(f"DB_PASSWORD_FILE: {tmp_path / name} {reason}")


def test_settings_that_are_secret_may_be_in_files(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("https://hooks.example/T0ken\n")
    assert load_settings(None, {"ROLLOUT_WEBHOOK_URL_FILE": str(file)}).webhook_url == "https://hooks.example/T0ken"
    with pytest.raises(UsageError, match="ROLLOUT_ADMIN_URL and ROLLOUT_ADMIN_URL_FILE are both set"):
        load_settings(None, {"ROLLOUT_ADMIN_URL_FILE": str(file), "ROLLOUT_ADMIN_URL": "postgresql://x"})
    with pytest.raises(UsageError, match="ROLLOUT_WAIT_FILE: there is no such setting"):
        load_settings(None, {"ROLLOUT_WAIT_FILE": str(file)})
