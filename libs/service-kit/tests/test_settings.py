"""Settings: what is wrong is said at the start, one line a variable, with the remedy and without the secret."""

import pytest
from pydantic import SecretStr

from service_kit.settings import ServiceSettings

URL = "postgresql+psycopg2://app:secret-word@localhost/db"


def load(**values: object) -> ServiceSettings:
    return ServiceSettings.load(_env_file=None, **values)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_a_missing_variable_is_named_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        load()
    assert exit_.value.code == 1
    assert capsys.readouterr().err == "DATABASE_URL: is not set; set it in the environment or in .env\n"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://app:secret-word@localhost/db", "must start with postgresql+psycopg2://"),
        ("secret-word", "is not a database URL"),
        ("sqlite:///secret-word", "must start with postgresql+psycopg2://"),
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
