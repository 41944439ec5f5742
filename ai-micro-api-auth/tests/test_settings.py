"""Settings that cannot work end the start with a line that says why, and never show a secret."""

from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings

GOOD: dict[str, Any] = {
    "database_url": "postgresql+psycopg2://authdb_app:x@127.0.0.1/authdb",
    "jwt_keys_dir": "keys",
    "first_admin_email": "Admin@Example.com",
    "first_admin_password": "a good long password",
}


@pytest.fixture(autouse=True)
def only_these_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def load(**changes: object) -> Settings:
    return Settings.load(_env_file=None, **{**GOOD, **changes})


def test_defaults_are_those_of_the_contract() -> None:
    settings = load()
    assert (settings.access_token_ttl_sec, settings.refresh_token_ttl_sec) == (900, 2_592_000)
    assert settings.jwt_keys_dir == Path("keys")
    assert settings.first_admin_email == "admin@example.com"
    assert settings.login_log_url is None


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"services_ca_file": "/nowhere/ca.pem"}, "SERVICES_CA_FILE: /nowhere/ca.pem has no certificates"),
        ({"services_ca_file": __file__}, f"SERVICES_CA_FILE: {__file__} has no certificates"),
        ({"jwt_keys_dir": None}, "JWT_KEYS_DIR: "),
        ({"first_admin_password": None}, "FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD: set both, or neither"),
        ({"first_admin_email": None}, "FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD: set both, or neither"),
        ({"first_admin_email": "admin"}, "FIRST_ADMIN_EMAIL: is not an email address"),
        ({"first_admin_password": "s3cret"}, "FIRST_ADMIN_PASSWORD must have 8 to 128 characters"),
        ({"first_admin_password": "password123"}, "FIRST_ADMIN_PASSWORD is one of the most common passwords"),
        ({"access_token_ttl_sec": 0}, "ACCESS_TOKEN_TTL_SEC: "),
        ({"login_log_url": "not a url"}, "LOGIN_LOG_URL: "),
        ({"signup": "anybody"}, "SIGNUP: "),
        ({"signup": "domains"}, "SIGNUP=domains needs SIGNUP_DOMAINS"),
        ({"signup": "domains", "signup_domains": ["not a domain"]}, "SIGNUP_DOMAINS: must be a list of domains"),
        ({"rate_limit_storage": "postgresql://s3cret"}, "RATE_LIMIT_STORAGE: must be memory:// or start with redis://"),
        (
            {"environment": "production", "first_admin_password": "local-only-admin-password"},
            "FIRST_ADMIN_PASSWORD holds a default secret",
        ),
    ],
)
def test_a_bad_setting_is_named(changes: dict[str, Any], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        load(**changes)
    assert ended.value.code == 1
    output = capsys.readouterr().err
    assert output.startswith(line)
    assert output.count("\n") == 1
    assert "s3cret" not in output
