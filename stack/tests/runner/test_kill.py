"""kill -9: nothing stays, nothing is lost, and the next start does not notice."""

import os
import signal
from collections.abc import Callable

import psutil
import pytest
from sqlalchemy import create_engine, text
from stack_process import StackProcess

Start = Callable[..., StackProcess]


def write_row(stack: StackProcess) -> None:
    engine = create_engine(stack.description["databases"]["apidb"]["owner_url"])
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept AS SELECT 42 AS answer"))


def read_row(stack: StackProcess) -> object:
    with create_engine(stack.description["databases"]["apidb"]["owner_url"]).connect() as connection:
        return connection.execute(text("SELECT answer FROM kept")).scalar()


def test_a_killed_runner_stops_no_later_start_and_loses_no_data(start: Start) -> None:
    first = start().wait_ready()
    write_row(first)
    first.send(signal.SIGKILL)
    first.wait_ended()
    assert read_row(start().wait_ready()) == 42


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux tells a process about its parent's end")
def test_the_services_and_the_database_end_with_a_killed_runner(start: Start) -> None:
    stack = start().wait_ready()
    processes = stack.descendants()
    stack.send(signal.SIGKILL)
    _, left = psutil.wait_procs(processes, timeout=20)
    assert left == []


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux tells a process about its parent's end")
def test_the_runner_ends_with_a_killed_make(start: Start) -> None:
    stack = start(command=("make", "run")).wait_ready()
    processes = stack.descendants()
    stack.send(signal.SIGKILL)
    _, left = psutil.wait_procs(processes, timeout=20)
    assert left == []


def test_everything_killed_at_once_is_a_crash_that_the_database_recovers_from(start: Start) -> None:
    first = start().wait_ready()
    write_row(first)
    processes = first.descendants()
    first.send(signal.SIGKILL)
    for process in processes:
        if process.is_running():
            process.kill()
    first.wait_ended()
    psutil.wait_procs(processes, timeout=20)
    assert read_row(start().wait_ready()) == 42


def test_a_lock_file_whose_number_another_process_has_by_now_is_no_obstacle(start: Start) -> None:
    first = start().wait_ready()
    write_row(first)
    server = next(process for process in first.descendants() if process.name() == "postgres")
    lock = first.data / "postgres" / "postmaster.pid"
    content = lock.read_text()
    first.end()
    lock.write_text(content.replace(str(server.pid), str(os.getpid()), 1))
    assert read_row(start().wait_ready()) == 42


def test_a_start_that_was_killed_halfway_is_repeated(start: Start) -> None:
    first = start()
    while not list(first.data.glob("postgres.unfinished-*/PG_VERSION")):
        assert first.process.poll() is None, first.output
    first.send(signal.SIGKILL)
    first.wait_ended()
    start().wait_ready()
