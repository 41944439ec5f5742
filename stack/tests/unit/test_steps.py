"""What `make test` is made of: two lanes of targets, and those that run when both have ended."""

import io
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from stack.commands.steps import run_steps
from stack.terminal import Terminal

# A target waits for a file that another one makes: it would wait in vain, and fail, where they did not run together.
MAKEFILE = """
await = for try in $$(seq 400); do test -e $(1) && exit 0; sleep 0.05; done; exit 1
first: ; @touch first; $(call await,other)
other: ; @touch other; echo said by the other; $(call await,first)
last: ; @test -e ended && test -e other-ended
ending: ; @touch ended
other-ending: ; @touch other-ended
wrong: ; @echo what is wrong; exit 3
long: ; @touch long; sleep 60
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    return tmp_path


def run(folder: Path, *targets: str, beside: tuple[str, ...] = (), alone: tuple[str, ...] = ()) -> tuple[bool, str]:
    stream = io.StringIO()
    terminal = Terminal([], stream=stream)
    return run_steps(targets, beside=beside, alone=alone, terminal=terminal, folder=folder), stream.getvalue()


def test_two_lanes_run_at_the_same_time(folder: Path) -> None:
    passed, said = run(folder, "first", beside=("other",))
    assert passed, said


def test_what_runs_alone_begins_when_both_lanes_have_ended(folder: Path) -> None:
    passed, said = run(folder, "first", "ending", beside=("other", "other-ending"), alone=("last",))
    assert passed, said


def test_what_the_second_lane_prints_comes_as_a_block(folder: Path) -> None:
    _, said = run(folder, "first", beside=("other",))
    assert "== make other, beside the others\nsaid by the other\n== end of other\n" in said


@pytest.mark.parametrize("lane", ["targets", "beside", "alone"])
def test_a_target_that_fails_is_named_and_the_rest_runs(folder: Path, lane: str) -> None:
    targets, beside, alone = (("wrong",) * (lane == name) for name in ("targets", "beside", "alone"))
    passed, said = run(folder, *targets, "ending", beside=(*beside, "other-ending"), alone=(*alone, "last"))
    table = {line.split()[0]: line for line in said.rpartition("\n\n")[2].splitlines()}
    assert not passed
    assert "FAILED (2)" in table["wrong"]
    assert [name for name, line in table.items() if "passed" in line] == ["ending", "other-ending", "last"]


def test_ending_it_ends_both_lanes(folder: Path) -> None:
    code = "import sys; from pathlib import Path; from stack.commands.steps import run_steps\n"
    code += "from stack.terminal import Terminal\n"
    code += "run_steps(['long'], beside=['long', 'ending'], terminal=Terminal([]), folder=Path.cwd())"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, start_new_session=True)
    while not (folder / "long").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 128 + signal.SIGTERM
    assert not (folder / "ended").exists()
    assert [left.pid for left in psutil.process_iter(["cwd"]) if left.info["cwd"] == str(folder)] == []
