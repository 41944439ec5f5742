"""Folders of tests: what a killed run left in memory is removed by a later one."""

import os
import time
from pathlib import Path

import pytest

from stack.temporary_folders import remove_abandoned, temporary_folder


@pytest.mark.parametrize(
    ("hours", "process_id", "is_left"),
    [(2, None, False), (2, 2**22 + 1, False), (2, os.getpid(), True), (0, None, True)],
    ids=["never started", "killed", "running", "young"],
)
def test_only_what_a_killed_run_left_is_removed(
    tmp_path: Path, hours: int, process_id: int | None, is_left: bool
) -> None:
    data = tmp_path / "ai-micro-tests-stack-1" / "postgres"
    data.mkdir(parents=True)
    if process_id:
        (data / "postmaster.pid").write_text(f"{process_id}\n{data}\n")
    then = time.time() - hours * 3600
    os.utime(data.parent, (then, then))
    remove_abandoned(tmp_path)
    assert data.exists() == is_left


def test_where_tmpdir_says_where_files_go_they_go_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)  # it is remembered from the first folder on
    assert temporary_folder("stack").parent == tmp_path
