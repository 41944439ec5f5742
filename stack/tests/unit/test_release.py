"""`make release`: what it changes, and what it refuses with one line."""

import io
import subprocess
from datetime import date
from pathlib import Path

import pytest

from stack.commands.release import release
from stack.errors import StackError
from stack.paths import ROOT
from stack.release.changelog import dated
from stack.release.versions import parsed, versions
from stack.terminal import Terminal

DAY = date(2026, 11, 28)
CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Added\n\n- Orders.\n\n## 0.1.0 - 2026-01-01\n\nThe first.\n"
LOCK = '[[package]]\nname = "kit"\nversion = "0.1.0"\n\n[[package]]\nname = "other"\nversion = "0.1.0"\n'
CHART = 'name: shop\nversion: 0.1.0\n# of the images\nappVersion: 0.1.0\nkubeVersion: ">=1.29.0-0"\n'


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a library and a service that uses it."""
    files = {
        "CHANGELOG.md": CHANGELOG,
        "libs/kit/pyproject.toml": '[project]\nname = "kit"\nversion = "0.1.0"\n',
        "libs/kit/poetry.lock": LOCK.split("\n\n")[1],
        "docs/openapi/accepted.txt": "user: GET /old is gone\n",
        "libs/kit/CHANGELOG.md": "# Changelog of kit\n\n## Unreleased\n",
        "ai-micro-api-orders/pyproject.toml": '[project]\nname = "orders"\nversion = "0.1.0"\nneeds = "other 0.1.0"\n',
        "ai-micro-api-orders/poetry.lock": LOCK,
        "console/pyproject.toml": '[project]\nname = "console"\nversion = "0.1.0"\n',
        "console/poetry.lock": LOCK,
        "deploy/helm/shop/Chart.yaml": CHART,
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    git(tmp_path, "init", "--quiet")
    for key, value in {"user.name": "a", "user.email": "a@example.com", "commit.gpgsign": "false"}.items():
        git(tmp_path, "config", key, value)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "before")
    return tmp_path


def run(checkout: Path, version: str) -> str:
    said = io.StringIO()
    release(checkout, version, today=DAY, terminal=Terminal([], stream=said))
    return said.getvalue()


def test_a_release_sets_each_version_dates_the_changelogs_commits_and_tags(checkout: Path) -> None:
    said = run(checkout, "0.2.0")
    assert set(versions(checkout).values()) == {"0.2.0"}
    assert (checkout / "deploy/helm/shop/Chart.yaml").read_text() == CHART.replace("0.1.0", "0.2.0")
    assert 'version = "0.2.0"' in (checkout / "console/pyproject.toml").read_text()
    assert 'name = "other"\nversion = "0.1.0"' in (checkout / "ai-micro-api-orders/poetry.lock").read_text()
    assert "## Unreleased\n\n## 0.2.0 - 2026-11-28\n\n### Added" in (checkout / "CHANGELOG.md").read_text()
    assert "## 0.2.0 - 2026-11-28\n\nNothing changed.\n" in (checkout / "libs/kit/CHANGELOG.md").read_text()
    assert not (checkout / "docs/openapi/accepted.txt").exists()
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "rev-parse", "v0.2.0^{commit}") == git(checkout, "rev-parse", "HEAD")
    assert "git push origin HEAD v0.2.0" in said


def test_a_chart_whose_images_have_another_version_than_itself_is_named(checkout: Path) -> None:
    chart = checkout / "deploy/helm/shop/Chart.yaml"
    chart.write_text(CHART.replace("appVersion: 0.1.0", "appVersion: 0.0.9"))
    git(checkout, "commit", "--quiet", "--all", "--message", "an older image")
    with pytest.raises(StackError, match=r"Chart\.yaml has several versions, 0\.0\.9, 0\.1\.0\. Write the last"):
        run(checkout, "0.2.0")


def test_the_present_version_is_released_where_it_has_no_tag_yet(checkout: Path) -> None:
    run(checkout, "0.1.0")
    with pytest.raises(StackError, match=r"v0\.1\.0 was released"):
        run(checkout, "0.1.0")


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "1.2.3rc1", "01.2.3", "1.2.3\n", ""])
def test_what_is_no_version_is_refused(checkout: Path, version: str) -> None:
    with pytest.raises(StackError, match="three numbers"):
        run(checkout, version)


def test_a_lower_version_is_refused(checkout: Path) -> None:
    with pytest.raises(StackError, match=r"lower than the present one, 0\.1\.0"):
        run(checkout, "0.0.9")


def test_a_tree_with_changes_is_refused_and_named(checkout: Path) -> None:
    (checkout / "notes.txt").write_text("mine")
    with pytest.raises(StackError, match=r"Commit or stash first: notes\.txt"):
        run(checkout, "0.2.0")


def test_a_changelog_that_says_nothing_is_refused(checkout: Path) -> None:
    run(checkout, "0.2.0")
    with pytest.raises(StackError, match="says nothing under"):
        run(checkout, "0.3.0")


def test_a_commit_that_git_refuses_leaves_the_files_as_they_were(checkout: Path) -> None:
    hook = checkout / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho 'the hook says no' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(StackError, match="git commit failed: the hook says no"):
        run(checkout, "0.2.0")
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "tag", "--list") == ""


def test_a_dated_changelog_stays_as_it_is_below(checkout: Path) -> None:
    assert dated(CHANGELOG, version="0.2.0", on=DAY).endswith("\n- Orders.\n\n## 0.1.0 - 2026-01-01\n\nThe first.\n")


def test_every_part_of_this_repository_has_the_same_version() -> None:
    assert len({parsed(version) for version in versions(ROOT).values()}) == 1
