"""Programs from elsewhere, without which tests are skipped: a pipeline has them all, or fails."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from stack.paths import ROOT

SCRIPT = ROOT / "stack/bin/install-test-programs"
OTHERWISE = {
    "docker": "REQUIRE_DOCKER lets its absence fail",
    "initdb": "it comes with the environment of stack",
    "pg_ctl": "likewise",
}


def programs() -> set[str]:
    listed = SCRIPT.read_text().partition("programs='")[2].partition("'")[0]
    return {name for line in listed.split("\n") if line for name in line.split()[0].split("|")}


def test_every_program_that_a_test_is_skipped_without_is_in_the_one_list() -> None:
    tests = [*ROOT.glob("*/tests/**/*.py"), *ROOT.glob("libs/*/tests/**/*.py")]
    asked = {name for file in tests for name in re.findall(r'which\("([a-z-]+)"', file.read_text())}
    assert {"haproxy", "barman", "promtool"} <= asked
    assert asked - OTHERWISE.keys() == programs()


@pytest.mark.parametrize("workflow", ["ci", "nightly"])
def test_a_workflow_that_runs_tests_installs_that_list(workflow: str) -> None:
    assert "run: sudo stack/bin/install-test-programs\n" in (ROOT / f".github/workflows/{workflow}.yml").read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The programs of a machine that has no others, with an apt-get that writes down what it is asked for."""
    for name in ("sh", "cat", "sort", "tail", "tr"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\necho no archive answers\nexit 1\n')
    apt.chmod(0o755)
    return tmp_path


def install(machine: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", SCRIPT], env={"PATH": str(machine)}, check=False, capture_output=True, text=True, timeout=30
    )


def test_what_cannot_be_installed_is_named_and_the_status_says_so(machine: Path) -> None:
    done = install(machine)
    assert done.returncode == 1
    reason, conclusion = done.stderr.splitlines()
    assert reason == "no archive answers"
    assert conclusion.startswith("Not installed, so their tests would be skipped: barman chromium")


def test_what_is_there_is_not_installed_again(machine: Path) -> None:
    for name in programs() - {"chromium", "google-chrome"}:
        (machine / name).symlink_to("/bin/true")
    install(machine)
    asked = (machine / "asked").read_text() if (machine / "asked").exists() else ""
    assert set(asked.split()) <= {"update", "install", "-y", "--no-install-recommends", "fonts-ipafont-gothic"}
