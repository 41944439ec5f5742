"""Settings: what is wrong is said at the start, one line a variable, with the remedy and without the secret."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from service_kit.settings.database_url import DRIVER
from service_kit.settings.service_settings import ServiceSettings, check_start

URL = "postgresql+psycopg2://app:secret-word@localhost/db"


def load(**values: object) -> ServiceSettings:
    return ServiceSettings.load(_env_file=None, **values)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No database in the environment, and a folder without `.env`."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def test_a_missing_variable_is_named_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        load()
    assert exit_.value.code == 1
    assert capsys.readouterr().err == (
        "DATABASE_URL: is not set; set it, or its parts (DB_HOST, DB_NAME, DB_USER, DB_PASSWORD),"
        " in the environment or in .env\n"
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://app:secret-word@localhost/db", "must start with postgresql+psycopg2://"),
        ("secret-word", "is not a database URL"),
        ("sqlite:///secret-word", "must start with postgresql+psycopg2://"),
        (f"{DRIVER}://app:x@secret-word@localhost/db", "cannot be split into role, password and host"),
        (f"{DRIVER}://app:x/secret-word@localhost/db", "cannot be split into role, password and host"),
        (f"{DRIVER}://app:secret-word@localhost:port/db", "is not a database URL"),
    ],
)
def test_an_unusable_url_is_refused_without_showing_it(
    capsys: pytest.CaptureFixture[str], url: str, reason: str
) -> None:
    with pytest.raises(SystemExit):
        load(database_url=url)
    error = capsys.readouterr().err
    assert error.startswith(f"DATABASE_URL: {reason}")
    assert "secret-word" not in error


def test_everything_that_is_wrong_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load(log_level="LOUD", database_pool_size=0)
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "DATABASE_URL",
        "DATABASE_POOL_SIZE",
        "LOG_LEVEL",
    ]


def test_production_refuses_a_default_secret(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load(environment="production", database_url="postgresql+psycopg2://a:local-only-a@localhost/db")
    assert "DATABASE_URL holds a default secret; set one of your own in production" in capsys.readouterr().err


def test_a_local_start_accepts_the_default_secret() -> None:
    url = "postgresql+psycopg2://a:local-only-a@localhost/db"
    assert load(database_url=url).database_url == SecretStr(url)


def test_the_url_is_not_shown_by_accident() -> None:
    assert "secret-word" not in repr(load(database_url=URL))


# The database in parts

PARTS = {"DB_HOST": "db", "DB_NAME": "shop", "DB_USER": "app", "DB_PASSWORD": "p@ss/w#rd %41 $x?:"}


def set_all(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_any_password_needs_no_escapes_in_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, PARTS)
    url = make_url(ServiceSettings.load().database_url.get_secret_value())
    assert (url.drivername, url.username, url.password) == (DRIVER, "app", PARTS["DB_PASSWORD"])
    assert (url.host, url.port, url.database) == ("db", None, "shop")


def test_a_part_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    set_all(monkeypatch, {"DB_HOST": "db", "DB_PASSWORD": "secret-word"})
    with pytest.raises(SystemExit):
        ServiceSettings.load()
    assert "DATABASE_URL: is not set, and of its parts DB_NAME and DB_USER is missing" in capsys.readouterr().err


def test_a_whole_url_wins_over_parts_and_the_environment_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL={URL}\n")
    assert make_url(ServiceSettings.load().database_url.get_secret_value()).host == "localhost"
    set_all(monkeypatch, PARTS)
    assert make_url(ServiceSettings.load().database_url.get_secret_value()).host == "db"
    monkeypatch.setenv("DATABASE_URL", URL)
    assert make_url(ServiceSettings.load().database_url.get_secret_value()).host == "localhost"


def test_tls_holds_for_parts_and_for_a_url_that_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"DB_SSLMODE": "verify-full", "DB_SSLROOTCERT": "/etc/ca.pem"})
    stated = {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert dict(make_url(load(database_url=URL).database_url.get_secret_value()).query) == stated
    own = make_url(load(database_url=f"{URL}?sslmode=disable").database_url.get_secret_value())
    assert dict(own.query) == {"sslmode": "disable"}
    set_all(monkeypatch, PARTS)
    assert dict(make_url(ServiceSettings.load().database_url.get_secret_value()).query) == stated


# Secrets in files


def test_a_secret_is_read_from_a_file_without_its_last_line_break(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("p@ss word\n")
    set_all(monkeypatch, PARTS | {"DB_PASSWORD": "", "DB_PASSWORD_FILE": str(file)})
    assert make_url(ServiceSettings.load().database_url.get_secret_value()).password == "p@ss word"
    file.write_text(URL + "\n")
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    assert ServiceSettings.load().database_url.get_secret_value() == URL


@pytest.mark.parametrize("variable", ["DATABASE_URL", "DB_PASSWORD", "METRICS_TOKEN"])
def test_a_secret_and_its_file_at_once_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, variable: str
) -> None:
    (tmp_path / "secret").write_text("secret-word")
    set_all(monkeypatch, PARTS | {variable: "secret-word", f"{variable}_FILE": str(tmp_path / "secret")})
    with pytest.raises(SystemExit) as exit_:
        ServiceSettings.load()
    assert exit_.value.code == 1
    assert capsys.readouterr().err == f"{variable} and {variable}_FILE are both set; leave one of them out\n"


def test_a_file_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff")
    for name, reason in (("none", "cannot be read"), ("empty", "is empty"), ("binary", "is not in UTF-8")):
        monkeypatch.setenv("METRICS_TOKEN_FILE", str(tmp_path / name))
        with pytest.raises(SystemExit):
            load(database_url=URL)
        assert capsys.readouterr().err.startswith(f"METRICS_TOKEN_FILE: {tmp_path / name} {reason}")


# Before a start migrates

IN_PRODUCTION = PARTS | {"ENVIRONMENT": "production", "MIGRATION_DB_PASSWORD": "0wner"}


def test_production_starts_with_passwords_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, IN_PRODUCTION)
    check_start(ServiceSettings)


@pytest.mark.parametrize(
    "variable",
    ["DB_PASSWORD", "MIGRATION_DB_PASSWORD", "MIGRATION_DATABASE_URL", "POSTGRES_PASSWORD", "ROLLOUT_ADMIN_URL"],
)
def test_production_refuses_every_default_password_and_so_does_its_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, variable: str
) -> None:
    (tmp_path / "secret").write_text("local-only-secret\n")
    for changed in ({variable: "local-only-secret"}, {variable: "", f"{variable}_FILE": str(tmp_path / "secret")}):
        set_all(monkeypatch, IN_PRODUCTION | changed)
        with pytest.raises(SystemExit):
            check_start(ServiceSettings)
        expected = f"{variable} holds a default secret; set one of your own in production\n"
        assert capsys.readouterr().err == expected


@pytest.mark.parametrize("origins", ['["*"]', '["https://*"]'])
def test_production_refuses_to_be_called_from_every_site(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], origins: str
) -> None:
    set_all(monkeypatch, IN_PRODUCTION | {"CORS_ORIGINS": origins})
    with pytest.raises(SystemExit):
        check_start(ServiceSettings)
    assert "CORS_ORIGINS lets every site in (*)" in capsys.readouterr().err
