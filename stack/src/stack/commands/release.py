"""`make release`: sets the version of every part, dates the changelogs, commits and tags."""

from datetime import date
from pathlib import Path

from stack.errors import StackError
from stack.openapi.gate import ACCEPTED
from stack.paths import ROOT
from stack.release.changelog import dated, unreleased
from stack.release.git import commit_and_tag, git
from stack.release.versions import parsed, projects, set_version, versions
from stack.terminal import Terminal


def release(root: Path, version: str, *, today: date, terminal: Terminal) -> None:
    """Make the commit and the tag of a release; change nothing where one of its conditions is not met.

    Args:
        root: the checkout.
        version: of the release, `x.y.z`.
        today: for the changelogs.
        terminal: where the result and the next commands go.

    Raises:
        StackError: the version is none, is lower than the present one, or was released; the tree has changes that
            are not committed; the changelog says nothing about this release; git refused.
    """
    tag = f"v{version}"
    present = max(parsed(text) for file, text in versions(root).items() if file.name != "poetry.lock")
    if parsed(version) < present:
        raise StackError(f"VERSION {version} is lower than the present one, {'.'.join(map(str, present))}.")
    if git(root, "tag", "--list", tag):
        raise StackError(f"{tag} was released. Choose the next version.")
    if changed := git(root, "status", "--porcelain"):
        raise StackError(f"Commit or stash first: {', '.join(line[3:] for line in changed.splitlines())}.")
    changelog = root / "CHANGELOG.md"
    if not unreleased(changelog.read_text()):
        raise StackError("CHANGELOG.md says nothing under `## Unreleased`. Write what a user notices.")

    changelogs = [
        changelog,
        *(path for project in projects(root) if (path := project.with_name("CHANGELOG.md")).exists()),
    ]
    files = set_version(root, version) + changelogs
    accepted = root / ACCEPTED.relative_to(ROOT)
    if accepted.exists():  # the next release is compared with this one
        accepted.unlink()
        files.append(accepted)
    for file in changelogs:
        file.write_text(dated(file.read_text(), version=version, on=today))
    commit_and_tag(root, files, tag=tag, message=f"Release {version}")
    terminal.say(f"Committed and tagged {tag}. The tests were not run: `make test` does.")
    terminal.say(f"Publish it: git push origin HEAD {tag}")
    terminal.say(f"Or undo it: git tag --delete {tag} && git reset --hard HEAD^")
