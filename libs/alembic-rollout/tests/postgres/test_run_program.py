"""Running a program to its end, whatever interrupts us."""

import os
import signal
import subprocess
from typing import Any

import pytest
from sample_project import assert_ends

from alembic_rollout.databases import programs as postgres_programs
from alembic_rollout.signals import Interrupted, sigterm_raises


@pytest.mark.parametrize(("number", "raised"), [(signal.SIGTERM, Interrupted), (signal.SIGINT, KeyboardInterrupt)])
def test_a_signal_that_arrives_while_a_program_is_being_started_ends_that_program_too(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, raised: type[BaseException]
) -> None:
    real = subprocess.Popen
    started: list[subprocess.Popen[str]] = []

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen[str]:  # noqa: ANN401 - those of subprocess.Popen
        started.append(real(*arguments, **options))
        signal.raise_signal(number)  # the program runs, and nobody holds its process yet
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(raised), sigterm_raises():
        postgres_programs.run_program(["/bin/sleep", "600"], environment=os.environ)
    try:
        assert_ends(started[0].pid)
    finally:
        started[0].kill()
        started[0].communicate()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("KILL", "it was ended by SIGKILL, as the kernel does when memory runs out (`dmesg`, or OOMKilled"),
        ("TERM", "it was ended by SIGTERM, which another process sent: run the command again"),
        ("40", "it was ended by signal 40, which another process sent"),
    ],
)
def test_a_program_that_a_signal_has_ended_says_which_and_where_to_look(number: str, said: str) -> None:
    ended = postgres_programs.run_program(["/bin/sh", "-c", f"kill -{number} $$"], environment=os.environ)
    assert said in ended.complaint
