"""From an empty folder to a running system, and back to nothing."""

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text
from stack_process import StackProcess, free_ports, status_of

from stack.services.service import known_services

Start = Callable[..., StackProcess]


def rows(stack: StackProcess, query: str) -> list[tuple[object, ...]]:
    with create_engine(stack.description["databases"]["apidb"]["owner_url"]).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def execute(stack: StackProcess, statement: str) -> None:
    with create_engine(stack.description["databases"]["apidb"]["owner_url"]).begin() as connection:
        connection.execute(text(statement))


def test_an_empty_folder_becomes_a_migrated_database_and_a_ready_service(running: StackProcess) -> None:
    assert status_of(running.description["user"] + "/readyz") == 200
    assert rows(running, "SELECT count(*) FROM alembic_version") == [(1,)]


def test_it_says_where_everything_is_how_to_sign_in_and_how_to_stop(running: StackProcess) -> None:
    description = running.description
    assert f"{description['user']}/docs" in running.output
    assert str(description["postgres"]["port"]) in running.output
    assert description["administrator"]["email"] in running.output
    assert description["administrator"]["password"] in running.output
    assert "Ctrl-C" in running.output


def test_its_description_has_everything_that_a_client_needs_and_is_private(running: StackProcess) -> None:
    file = running.data / "stack.json"
    assert file.stat().st_mode & 0o777 == 0o600
    services = {service.name for service in known_services()}
    assert set(running.description) == services | {"postgres", "administrator", "databases"}
    assert set(running.description["postgres"]) == {"host", "port", "superuser", "password"}
    assert set(running.description["administrator"]) == {"email", "password"}
    assert set(running.description["databases"]) == {service.database for service in known_services()}
    assert all(set(urls) == {"owner_url", "app_url"} for urls in running.description["databases"].values())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order_with_status_0(start: Start, number: signal.Signals) -> None:
    stack = start().wait_ready()
    processes = stack.descendants()
    stack.send(number)
    assert stack.wait_ended() == 0
    assert [process for process in processes if process.is_running()] == []
    assert not (stack.data / "stack.json").exists()
    log = (stack.data / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


def test_ctrl_c_at_the_terminal_of_make_lets_the_services_finish(start: Start) -> None:
    stack = start(command=("make", "run")).wait_ready()
    processes = stack.descendants()
    stack.interrupt()
    stack.wait_ended()
    assert "Everything has ended." in stack.output
    assert [process for process in processes if process.is_running()] == []


def test_an_end_during_the_start_is_as_clean_as_any(start: Start, data_folder: Path) -> None:
    stack = start()
    while not (data_folder / "postgres").exists() and not (data_folder / "postgres.unfinished").exists():
        assert stack.process.poll() is None, stack.output
    stack.send(signal.SIGTERM)
    assert stack.wait_ended() == 0
    start().wait_ready()


def test_data_and_secrets_survive_a_restart(start: Start) -> None:
    first = start().wait_ready()
    description = first.description
    execute(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.end()
    second = start().wait_ready()
    assert second.description == description
    assert rows(second, "SELECT answer FROM kept") == [(42,)]


def test_a_service_that_ends_takes_everything_with_it_and_its_last_lines_are_said(start: Start) -> None:
    stack = start().wait_ready()
    processes = stack.descendants()
    service = next(process for process in processes if "uvicorn" in " ".join(process.cmdline()))
    service.kill()
    assert stack.wait_ended() == 1
    assert "ai-micro-api-user was ended by signal 9. Its last lines:" in stack.output
    assert [process for process in processes if process.is_running()] == []


def test_a_service_that_cannot_start_is_named_with_its_reason(start: Start) -> None:
    stack = start(LOG_LEVEL="NONSENSE")
    assert stack.wait_ended() == 1
    assert "ai-micro-api-user ended with exit status 1. Its last lines:" in stack.output
    assert "LOG_LEVEL" in stack.output


def test_a_database_that_ends_takes_everything_with_it(start: Start) -> None:
    stack = start().wait_ready()
    processes = stack.descendants()
    server = next(process for process in processes if process.name() == "postgres")
    server.send_signal(signal.SIGINT)
    assert stack.wait_ended() == 1
    assert "PostgreSQL ended" in stack.output
    assert [process for process in processes if process.is_running()] == []


def test_a_busy_port_is_one_line_and_nothing_was_started(start: Start, data_folder: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        stack = start(USER_PORT=str(port))
        assert stack.wait_ended() == 1
    assert stack.lines == [f"stack: Port {port} is in use. Choose another: make run USER_PORT={port + 100}"]
    assert not (data_folder / "postgres").exists()


def test_a_second_run_with_the_same_data_is_one_line_and_the_first_goes_on(start: Start) -> None:
    first = start().wait_ready()
    second = start()
    assert second.wait_ended() == 1
    assert len(second.lines) == 1
    assert f"kill {first.process.pid}" in second.output
    assert status_of(first.description["user"] + "/readyz") == 200


def test_two_stacks_with_data_of_their_own_live_side_by_side(start: Start, data_folder: Path) -> None:
    first = start().wait_ready()
    inner = data_folder / "second"
    second = start(DATA_DIR=str(inner), **free_ports())
    second.data = inner
    second.wait_ready()
    assert first.description["postgres"]["port"] != second.description["postgres"]["port"]
    assert status_of(first.description["user"] + "/readyz") == 200
    second.end()


@pytest.mark.skipif(os.getuid() != 0, reason="only root drops to another account")
def test_as_root_the_database_runs_under_another_account(running: StackProcess) -> None:
    server = next(process for process in running.descendants() if process.name() == "postgres")
    assert server.uids().effective != 0
    assert psutil.Process(server.pid).gids().effective != 0


@pytest.fixture
def closed_folder(data_folder: Path) -> Iterator[Path]:
    """A data folder that only root may enter; the folder that its database moved to is removed with it."""
    data_folder.chmod(0o700)
    yield data_folder
    shutil.rmtree((data_folder / "postgres").resolve().parent)


@pytest.mark.skipif(os.getuid() != 0, reason="only root keeps data elsewhere")
def test_as_root_data_in_a_closed_folder_goes_where_the_database_can_reach_it(
    start: Start, closed_folder: Path
) -> None:
    first = start().wait_ready()
    place = (closed_folder / "postgres").resolve()
    assert f"its data is in {place}" in first.output
    execute(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.end()
    second = start().wait_ready()
    assert (closed_folder / "postgres").resolve() == place
    assert rows(second, "SELECT answer FROM kept") == [(42,)]
    second.end()
