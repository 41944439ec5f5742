"""What `make test-migrations` asks of each service, played by programs that only write down how they were called."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from stack.commands.check_migrations import check_migrations
from stack.errors import StackError
from stack.services.service import Service, known_services
from stack.terminal import Terminal

STEPS = ["rehearse", "lint --all", "lint --base v1", "upgrade head", "drift"]
Make = Callable[..., Service]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a service whose programs write their arguments and database down, and fail when the arguments begin so."""
    monkeypatch.setattr("stack.services.service.ROOT", tmp_path)
    monkeypatch.setenv("BASE", "v1")

    def service(name: str, *, fails_at: str = "nothing") -> Service:
        made = replace(known_services()[0], name=name, folder_name=f"ai-micro-api-{name}")
        programs = made.folder / ".venv" / "bin"
        programs.mkdir(parents=True)
        for program in ("alembic", "alembic-rollout"):
            (programs / program).write_text(
                '#!/bin/sh\necho "$@" >>steps\necho "$MIGRATION_DATABASE_URL $ROLLOUT_ADMIN_URL" >>databases\n'
                f'case "$*" in "{fails_at}"*) exit 4;; esac\n'
            )
            (programs / program).chmod(0o755)
        return made

    return service


def asked(service: Service, file: str) -> list[str]:
    return (service.folder / file).read_text().splitlines()


def test_each_service_goes_through_every_step_on_a_database_of_its_own_that_is_gone_afterwards(make: Make) -> None:
    services = [make("first"), make("second")]
    assert check_migrations(services, terminal=Terminal([], stream=io.StringIO()))
    assert [asked(service, "steps") for service in services] == [STEPS, STEPS]
    lines = {line for service in services for line in asked(service, "databases")}
    urls = {line.split()[0] for line in lines}
    assert len(urls) == 2
    assert {line.split()[1] for line in lines} == {os.environ["TEST_POSTGRES_URL"]}
    assert all("//authdb_owner:" in url for url in urls)
    with create_engine(os.environ["TEST_POSTGRES_URL"]).connect() as connection:
        names = set(connection.scalars(text("SELECT datname FROM pg_database")))
    assert not names & {url.rpartition("/")[2] for url in urls}


def test_a_step_that_fails_is_named_and_keeps_no_other_from_being_taken(make: Make) -> None:
    said = io.StringIO()
    broken, sound = make("broken", fails_at="lint --all"), make("sound")
    assert not check_migrations([broken, sound], terminal=Terminal([], stream=said))
    assert asked(broken, "steps") == asked(sound, "steps") == STEPS
    assert said.getvalue().splitlines()[-1] == "FAILED (4) ai-micro-api-broken: alembic-rollout lint --all"


def test_without_a_previous_release_it_says_so_and_asks_everything_else(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, service = io.StringIO(), make("only")
    monkeypatch.delenv("BASE")
    monkeypatch.setattr("stack.commands.check_migrations.ROOT", tmp_path)
    assert check_migrations([service], terminal=Terminal([], stream=said))
    assert asked(service, "steps") == [step for step in STEPS if "--base" not in step]
    assert said.getvalue().startswith("The statements of the previous release are not asked: git knows no origin/main")


def test_without_a_server_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_POSTGRES_URL")
    with pytest.raises(StackError, match="make test-migrations"):
        check_migrations(known_services(), terminal=Terminal([]))
