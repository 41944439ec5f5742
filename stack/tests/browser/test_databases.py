"""A migration that runs while its page is open: the page says so by itself."""

import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2.extensions
import pytest
from console_page import ConsolePage, Visit

from stack.services.service import service_named

Alembic = Callable[..., "subprocess.Popen[bytes]"]
END_SECONDS = 60.0


@pytest.fixture
def alembic(description: dict[str, Any]) -> Iterator[Alembic]:
    """Start a command of Alembic in the folder of the user service, on the database of the running stack."""
    started: list[subprocess.Popen[bytes]] = []
    service = service_named("user")
    url = description["databases"][service.database]["owner_url"]

    def run(*command: str) -> "subprocess.Popen[bytes]":
        program = service.folder / ".venv/bin/alembic"
        environment = os.environ | {"MIGRATION_DATABASE_URL": url, "ROLLOUT_BACKUP": "never"}
        started.append(subprocess.Popen([program, *command], cwd=service.folder, env=environment))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()
    assert run("upgrade", "head").wait(END_SECONDS) == 0


@pytest.fixture
def reader(description: dict[str, Any]) -> Iterator[psycopg2.extensions.connection]:
    """A connection of a person who reads a table for a long time."""
    connection = psycopg2.connect(description["databases"]["apidb"]["owner_url"].replace("+psycopg2", ""))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_deliveries")
    yield connection
    connection.close()


def shows(shown: ConsolePage, text: str) -> None:
    """Wait until the page that is open says something, without being loaded again."""
    shown.main.get_by_text(text, exact=True).first.wait_for()


def test_a_migration_is_seen_while_it_waits_and_when_it_is_done(
    visit: Visit, alembic: Alembic, reader: psycopg2.extensions.connection
) -> None:
    shown = visit("/databases/user")
    shows(shown, "ready")
    downgrade = alembic("downgrade", "-1")
    shows(shown, "migrating now")
    shown.main.get_by_text(f"Blocked by pid {reader.info.backend_pid}").wait_for()
    reader.rollback()
    assert downgrade.wait(END_SECONDS) == 0
    shows(shown, "not ready")
    shows(shown, "1 revision pending")
    shown.main.get_by_text("reverted", exact=True).first.wait_for()

    shown.main.get_by_role("link", name="What an upgrade would do").click()
    shown.main.get_by_role("link", name="003").click()
    assert "audit_deliveries" in (shown.main.text_content() or "")
    assert shown.main.get_by_text("ACCESS EXCLUSIVE").count() > 0

    shown.go("/databases")
    assert alembic("upgrade", "head").wait(END_SECONDS) == 0
    shown.main.locator("section").nth(1).get_by_text("ready", exact=True).wait_for()
    assert shown.faults == []


def test_a_revision_that_is_not_there_is_said_to_be_not_there(visit: Visit) -> None:
    shown = visit("/databases/user/revisions/999")
    assert shown.main.locator("h1").text_content() == "This is not there, or not for your account"


def test_a_service_that_does_not_exist_has_no_page(visit: Visit) -> None:
    shown = visit("/databases/billing")
    assert shown.main.locator("h1").text_content() == "This is not there, or not for your account"
