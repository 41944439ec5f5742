"""What `make test-migrations` asks of each service, played by programs that only write down how they were called."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from stack.commands.check_migrations import check_migrations
from stack.console import Console
from stack.errors import StackError
from stack.services.service import SERVICES, Service

STEPS = ["rehearse", "lint --all", "upgrade head", "drift"]
Make = Callable[..., Service]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a service whose programs write their arguments and database down, and fail when the arguments begin so."""
    monkeypatch.setattr("stack.services.service.ROOT", tmp_path)

    def service(name: str, *, fails_at: str = "nothing") -> Service:
        made = replace(SERVICES[0], name=name, folder_name=f"ai-micro-api-{name}")
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
    assert check_migrations(services, console=Console([], stream=io.StringIO()))
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
    broken, sound = make("broken", fails_at="lint"), make("sound")
    assert not check_migrations([broken, sound], console=Console([], stream=said))
    assert asked(broken, "steps") == asked(sound, "steps") == STEPS
    assert said.getvalue().splitlines()[-1] == "FAILED (4) ai-micro-api-broken: alembic-rollout lint --all"


def test_without_a_server_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_POSTGRES_URL")
    with pytest.raises(StackError, match="make test-migrations"):
        check_migrations(SERVICES, console=Console([]))
