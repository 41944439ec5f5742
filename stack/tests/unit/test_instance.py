import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack.errors import StackError
from stack.runner.instance import ProcessRecord, sole_instance

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
DEAF_SLEEPER = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(2, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEPER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_second_stack_on_the_same_data_says_which_process_has_it(tmp_path: Path) -> None:
    with sole_instance(tmp_path), pytest.raises(StackError, match=f"kill {os.getpid()}"), sole_instance(tmp_path):
        pass


def test_the_data_is_free_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time; from stack.runner.instance import sole_instance\n"
        "with sole_instance(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StackError), sole_instance(tmp_path):
            pass
        holder.kill()
    with sole_instance(tmp_path):
        pass


def test_what_a_killed_runner_left_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    ProcessRecord(tmp_path).add(sleeper.pid)
    assert ProcessRecord(tmp_path).end_leftovers() == 1
    assert not psutil.pid_exists(sleeper.pid)


def test_a_process_that_only_has_the_number_of_an_old_one_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    ProcessRecord(tmp_path).add(sleeper.pid)
    record = tmp_path / "processes.json"
    entries = json.loads(record.read_text())
    entries[0]["started"] -= 100
    record.write_text(json.dumps(entries))
    assert ProcessRecord(tmp_path).end_leftovers() == 0
    assert sleeper.poll() is None


def test_a_process_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stack.runner.instance.END_SECONDS", 0.2)
    with subprocess.Popen(DEAF_SLEEPER, stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout is not None
        deaf.stdout.readline()
        ProcessRecord(tmp_path).add(deaf.pid)
        ProcessRecord(tmp_path).end_leftovers()
        assert not psutil.pid_exists(deaf.pid)


@pytest.mark.parametrize("content", ["", "[{"])
def test_a_record_that_a_crash_cut_off_stops_no_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "processes.json").write_text(content)
    assert ProcessRecord(tmp_path).end_leftovers() == 0
