"""PostgreSQL's programs: which one is taken, and how it learns where to connect without a password in sight."""

from pathlib import Path

import pytest
from fake_programs import fake_program
from sample_project import Project
from sqlalchemy import make_url

from alembic_rollout.databases.programs import find_program, libpq_environment, program_environment
from alembic_rollout.errors import RolloutError
from alembic_rollout.settings import Settings


def test_a_pg_dump_that_is_too_old_is_passed_over_for_a_newer_one(project: Project, fakes: Path) -> None:
    fake_program(fakes, "pg_dump", "exit 1", version=9)
    project.upgrade()

    done = project.rollout("backup", ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 0, done.stderr
    assert len(list((project.folder / "backups").glob("*.dump"))) == 1


def test_programs_that_are_all_too_old_are_named(fakes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(fakes))
    fake_program(fakes, "pg_dump", "exit 1", version=9)
    monkeypatch.setenv("PATH", f"{fakes}:/bin:/usr/bin")

    with pytest.raises(RolloutError, match=rf"{fakes}/pg_dump is version 9.*postgresql-client-98"):
        find_program(Settings(), "pg_dump", minimum_major=98)


def test_no_password_is_on_the_command_line(project: Project, fakes: Path) -> None:
    fake_program(fakes, "pg_dump", f'echo "$@" >{fakes}/arguments; echo "$PGPASSWORD" >{fakes}/password; exit 1')

    done = project.rollout("backup", ROLLOUT_PG_BIN=str(fakes))

    password = str(make_url(project.database.url).password)
    assert (fakes / "password").read_text().strip() == password
    assert password not in (fakes / "arguments").read_text()
    assert password not in done.stdout + done.stderr


def test_a_url_becomes_libpqs_variables() -> None:
    url = make_url(
        "postgresql+psycopg2://me:p%40ss@db.example:6432/shop?sslmode=verify-full&options=-c%20search_path%3Da&x=y"
    )

    assert libpq_environment(url) == {
        "PGHOST": "db.example",
        "PGPORT": "6432",
        "PGUSER": "me",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "shop",
        "PGSSLMODE": "verify-full",
        "PGOPTIONS": "-c search_path=a",
    }


def test_several_hosts_and_a_socket_are_understood() -> None:
    several = libpq_environment(make_url("postgresql+psycopg2:///shop?host=a:1&host=b:2"))
    socket = libpq_environment(make_url("postgresql+psycopg2://me@/shop?host=/run/postgresql&port=6000"))

    assert (several["PGHOST"], several["PGPORT"]) == ("a,b", "1,2")
    assert socket == {"PGHOST": "/run/postgresql", "PGPORT": "6000", "PGUSER": "me", "PGDATABASE": "shop"}


def test_the_urls_host_wins_over_variables_that_libpq_would_prefer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    monkeypatch.setenv("PGSERVICE", "production")
    monkeypatch.setenv("PGSSLMODE", "require")

    variables = program_environment(make_url("postgresql+psycopg2://me@here/shop"), application_name="test")

    assert variables["PGHOST"] == "here"
    assert variables["PGSSLMODE"] == "require"
    assert {"PGHOSTADDR", "PGSERVICE"}.isdisjoint(variables)
