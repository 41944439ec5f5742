"""Every way of writing a database's URL is understood, with the driver that is installed, or refused in one line."""

import itertools
import string
import sys
from collections.abc import Collection
from random import Random
from urllib.parse import quote

import pytest
from alembic.config import Config
from sqlalchemy import URL

from alembic_rollout.errors import UsageError
from alembic_rollout.postgres import database_url as module
from alembic_rollout.postgres.connection import database_url
from alembic_rollout.postgres.database_url import parse_url, url_without_password
from alembic_rollout.settings import Settings

SECRET = "s3cr3t"


def install_only(monkeypatch: pytest.MonkeyPatch, drivers: Collection[str]) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: sys.__spec__ if name in drivers else None)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "POSTGRESQL"])
@pytest.mark.parametrize(
    ("installed", "driver"),
    [(("psycopg2", "psycopg"), "psycopg2"), (("psycopg2",), "psycopg2"), (("psycopg",), "psycopg")],
)
def test_a_short_form_gets_the_driver_that_is_installed(
    monkeypatch: pytest.MonkeyPatch, scheme: str, installed: Collection[str], driver: str
) -> None:
    install_only(monkeypatch, installed)

    url = parse_url(f"{scheme}://me:{SECRET}@db/shop", "X")

    assert url == URL.create(f"postgresql+{driver}", "me", SECRET, "db", None, "shop")


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_a_driver_that_is_named_stays(driver: str) -> None:
    assert parse_url(f"postgresql+{driver}://db/shop", "X").drivername == f"postgresql+{driver}"


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        (f"postgresql+asyncpg://me:{SECRET}@db/shop", "names the driver asyncpg.* Write postgresql\\+psycopg2://"),
        (
            f"postgresql+psycopg_async://me:{SECRET}@db/shop",
            "names the driver psycopg_async.* Write postgresql\\+psycopg2",
        ),
        (f"postgresql+pg8000://me:{SECRET}@db/shop", "names the driver pg8000"),
        (f"mysql://me:{SECRET}@db/shop", "migrates PostgreSQL; X is a URL for mysql"),
        (f"driver://me:{SECRET}@db/shop", "migrates PostgreSQL; X is a URL for driver"),
        (f"me:{SECRET}@db/shop", "cannot be read as a URL; write postgresql\\+psycopg2://role"),
        ("localhost", "cannot be read as a URL"),
        (f"postgresql://me:{SECRET}@db/shop?ssl=require", "ssl is no parameter of libpq; write sslmode=require"),
        (f"postgresql://me:{SECRET}@db/shop?colour=red", "colour is no parameter of libpq; leave it out"),
        (f"postgresql://me:{SECRET}@db:five/shop", "the port is not a number"),
        (f"postgresql://me:{SECRET}@db:0/shop", "the port is not a number"),
        (f"postgresql://me:{SECRET}@db:70000/shop", "the port is not a number"),
        (f"postgresql://me:{SECRET}@one:1,two:2/shop", "several hosts are written"),
        (f"postgresql://me:{SECRET}@/shop?host=a:x&host=b:2", "every port a number"),
        (f"postgresql://me:{SECRET}@x@db/shop", "write @ as %40"),
        (f"postgresql://me:x@{SECRET}@db/shop", "write @ as %40"),
        (f"postgresql://me:12/{SECRET}@db/shop", "/ as %2F"),
        (f"postgresql://me:x/{SECRET}@db/shop", "/ as %2F"),
        (f"postgresql://me:x?{SECRET}@db/shop", "\\? as %3F"),
        (f"postgresql://me:x@{SECRET}#@db/shop", "# as %23"),
    ],
)
def test_what_cannot_be_used_is_one_line_with_its_remedy_and_without_the_password(url: str, remedy: str) -> None:
    with pytest.raises(UsageError, match=remedy) as raised:
        parse_url(url, "X")

    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("installed", [(), ("psycopg",)])
def test_a_driver_that_is_not_installed_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, installed: Collection[str]
) -> None:
    install_only(monkeypatch, installed)

    with pytest.raises(UsageError, match="psycopg2, which is not installed: install psycopg2-binary") as raised:
        parse_url("postgresql+psycopg2://db/shop", "X")
    assert ("write postgresql+psycopg://" in str(raised.value)) == bool(installed)


def test_no_driver_at_all_is_said_of_a_short_form(monkeypatch: pytest.MonkeyPatch) -> None:
    install_only(monkeypatch, ())

    with pytest.raises(UsageError, match="no driver for PostgreSQL is installed"):
        parse_url("postgres://db/shop", "X")


def test_a_password_in_the_query_is_hidden_like_any_other() -> None:
    url = parse_url(f"postgresql://me@db/shop?password={SECRET}&sslmode=require", "X")

    assert url.password == SECRET
    assert dict(url.query) == {"sslmode": "require"}
    assert url_without_password(url) == "postgresql+psycopg2://me:***@db/shop"


def read(text: str) -> tuple[URL | None, str]:
    try:
        return parse_url(text, "X"), ""
    except UsageError as error:
        return None, str(error)


def test_whatever_characters_a_password_has_it_is_read_as_it_is_or_refused_and_never_shown() -> None:
    random = Random(8)  # noqa: S311 - generates test cases
    odd = "@/:?#%[]&=+ " + string.ascii_letters
    passwords = ["".join(random.choices(odd, k=6)) for _ in range(3000)]
    understood = 0
    for password, host in itertools.product(passwords, ("db:5432", "[::1]")):
        escaped = parse_url(f"postgresql://me:{quote(password, safe='')}@{host}/shop", "X")
        assert escaped.password == password
        assert parse_url(escaped.render_as_string(hide_password=False), "X") == escaped
        raw, refusal = read(f"postgresql://me:{password}@{host}/shop")
        assert password not in refusal
        if raw is not None:
            understood += 1
            assert (raw.username, raw.host, raw.database) == ("me", escaped.host, "shop"), password
    assert understood > 100


# Which URL


def config(url: object = None, *, ini: str = "") -> Config:
    made = Config()
    made.attributes["url"] = url
    if ini:
        made.set_main_option("sqlalchemy.url", ini)
    return made


def test_the_variable_or_file_that_holds_an_unusable_url_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings().url_variables:
        monkeypatch.delenv(name, raising=False)
    variables = {"DATABASE_URL": f"postgresql+asyncpg://me:{SECRET}@db/shop"}

    with pytest.raises(UsageError, match=r"^DATABASE_URL names the driver asyncpg"):
        database_url(config(), Settings(), variables)
    with pytest.raises(UsageError, match=r"^sqlalchemy.url of alembic.ini: the port"):
        database_url(config(ini="postgresql://db:x/shop"), Settings(), {})
    with pytest.raises(UsageError, match=r"^No database URL: set MIGRATION_DATABASE_URL"):
        database_url(config(), Settings(), {})


def test_a_url_object_of_the_caller_keeps_its_password() -> None:
    url = URL.create("postgresql+psycopg2", "me", "p@ss", "db", None, "shop")

    assert database_url(config(url), Settings(), {}) == "postgresql+psycopg2://me:p%40ss@db/shop"
