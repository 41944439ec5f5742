"""The release that `make run` names: that of the checkout."""

import subprocess
from pathlib import Path

import pytest

from stack.checkout import checkout_revision, checkout_version


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "file").write_text("1")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_tagged_checkout_is_its_tag_and_changes_show(checkout: Path) -> None:
    git(checkout, "tag", "v1.2.0")
    assert checkout_version(checkout) == "v1.2.0"
    (checkout / "file").write_text("2")
    assert checkout_version(checkout) == "v1.2.0-dirty"


def test_a_checkout_without_a_tag_is_its_commit(checkout: Path) -> None:
    revision = git(checkout, "rev-parse", "HEAD")
    assert checkout_revision(checkout) == revision
    assert revision.startswith(checkout_version(checkout))


def test_a_folder_that_is_no_checkout_says_nothing_even_inside_one(checkout: Path) -> None:
    inside = checkout / "unpacked"
    inside.mkdir()
    assert (checkout_version(inside), checkout_revision(inside)) == ("", "")


def test_without_git_nothing_is_said(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    assert checkout_version(checkout) == ""
