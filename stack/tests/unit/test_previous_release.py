"""Which commit is taken for the release that still runs."""

import subprocess
from pathlib import Path

import pytest

from stack.previous_release import previous_release

NAME = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *NAME, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "a change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def no_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BASE", raising=False)


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """A repository with two commits on main."""
    folder = tmp_path / "upstream"
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    commit(folder)
    commit(folder)
    return folder


def clone(upstream: Path, *options: str) -> Path:
    folder = upstream.parent / "clone"
    subprocess.run(["git", "clone", "--quiet", *options, upstream.as_uri(), str(folder)], check=True)
    return folder


def test_on_a_branch_it_is_origin_main(upstream: Path) -> None:
    checkout = clone(upstream)
    commit(checkout)
    assert previous_release(checkout) == "origin/main"


def test_on_main_itself_it_is_the_commit_before(upstream: Path) -> None:
    assert previous_release(clone(upstream)) == git(upstream, "rev-parse", "main^")


def test_base_names_another(upstream: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE", "v1.2")
    assert previous_release(upstream) == "v1.2"


def test_there_is_none_in_a_shallow_clone(upstream: Path) -> None:
    assert previous_release(clone(upstream, "--depth=1")) is None


def test_there_is_none_without_a_remote_or_a_checkout(upstream: Path, tmp_path: Path) -> None:
    assert previous_release(upstream) is None
    assert previous_release(tmp_path) is None
