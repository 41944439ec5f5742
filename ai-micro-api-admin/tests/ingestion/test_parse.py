"""The child process as a command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.ingestion.parse", *arguments],
        cwd=SERVICE,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_chunks_are_written_a_line_each_and_counted_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "guide.md"
    file.write_text("# 手順\n\n復元する。", encoding="utf-8")
    ended = run("--media-type", "text/markdown", str(file))
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        {"index": 0, "page": None, "text": "手順\n復元する。"},
        {"chunks": 1},
    ]
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_file_that_cannot_be_read_gives_status_2_and_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7 broken")
    ended = run("--media-type", "application/pdf", str(file))
    assert (ended.returncode, ended.stdout) == (2, "")
    verdict = json.loads(ended.stderr)
    assert verdict["code"] == "DAMAGED"
    assert "damaged" in verdict["reason"]


@pytest.mark.parametrize("arguments", [[], ["--media-type", "image/png", "x"], ["--media-type", "text/plain"]])
def test_arguments_without_sense_are_explained(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr


def test_a_child_whose_parent_died_ends_by_itself() -> None:
    program = (
        "import signal; from app.ingestion.confinement import ParseLimits, confine;"
        " confine(ParseLimits(wall_seconds=30)); print(signal.getitimer(signal.ITIMER_REAL)[0])"
    )
    printed = subprocess.run([sys.executable, "-c", program], cwd=SERVICE, check=True, capture_output=True)
    assert 30 < float(printed.stdout) <= 35
