"""The child process as a command."""

import json
import select
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2]


def run(content: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.ingestion.parse", *arguments],
        cwd=SERVICE,
        input=content,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_chunks_are_written_a_line_each_and_counted_at_the_end() -> None:
    ended = run("# 手順\n\n復元する。", "--media-type", "text/markdown")
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        {"index": 0, "page": None, "text": "手順\n復元する。", "repeated": 0},
        {"chunks": 1, "warnings": []},
    ]
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_file_that_cannot_be_read_gives_status_2_and_a_reason() -> None:
    ended = run("%PDF-1.7 broken", "--media-type", "application/pdf")
    assert (ended.returncode, ended.stdout) == (2, "")
    verdict = json.loads(ended.stderr)
    assert verdict["code"] == "DAMAGED"
    assert "damaged" in verdict["reason"]


@pytest.mark.parametrize("arguments", [[], ["--media-type", "image/gif"], ["--media-type", "text/plain", "x"]])
def test_arguments_without_sense_are_explained(arguments: list[str]) -> None:
    ended = run("", *arguments)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr


def test_a_child_whose_parent_died_ends_by_itself() -> None:
    program = (
        "import signal; from app.ingestion.confinement.limits import ParseLimits, limit_cost;"
        " limit_cost(ParseLimits(wall_seconds=30)); print(signal.getitimer(signal.ITIMER_REAL)[0])"
    )
    printed = subprocess.run([sys.executable, "-c", program], cwd=SERVICE, check=True, capture_output=True)
    assert 30 < float(printed.stdout) <= 35


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have the alarm only")
def test_a_child_ends_at_once_when_its_parent_is_killed() -> None:
    program = (
        "import sys; from app.ingestion.chunking.chunks import SplitSettings;"
        " from app.ingestion.isolation import parse_file;"
        " from app.ingestion.forking.client import ForkServer;"
        " from app.ingestion.confinement.limits import ParseLimits; from app.ingestion.media_types import MediaType;"
        " parse_file(sys.stdin.buffer, MediaType.TEXT, fork_server=ForkServer(), limits=ParseLimits(),"
        " splitting=SplitSettings())"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=SERVICE, stdin=subprocess.PIPE, bufsize=0) as parent:
        assert parent.stdin is not None
        # More than a pipe holds: this waits until the child reads.
        parent.stdin.write(b" " * 2 * 1024**2)
        parent.kill()
        broken = select.poll()
        broken.register(parent.stdin, 0)
        # The pipe is broken when its last reader has gone.
        assert [event for _, event in broken.poll(10_000)] == [select.POLLERR]


def test_a_child_that_starts_after_its_parents_death_does_nothing() -> None:
    program = "from app.ingestion.parse import prepare; prepare(['--media-type', 'text/plain'])(1)"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=SERVICE, input=b"Text", check=False, capture_output=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (1, b"")
