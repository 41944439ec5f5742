"""A job on a branch, with a stand-in for the APIs of GitHub and GitLab."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from forge import Forge, serving
from pipelines.job import FILES, Job, git


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """A job on a shallow clone of a branch, as actions/checkout makes it, whose base has one revision."""
    upstream = tmp_path / "upstream"
    for name, content in FILES.items():
        file = upstream / "services/orders" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(upstream)], check=True)
    git(upstream, "add", ".")
    git(upstream, "commit", "--message", "a release")
    git(upstream, "branch", "feature")
    checkout = tmp_path / "checkout"
    clone = ["git", "clone", "--quiet", "--depth=1", "--branch=feature", upstream.as_uri(), str(checkout)]
    subprocess.run(clone, check=True)
    forge = Forge()
    with serving(forge):
        yield Job(checkout, upstream, forge, tmp_path / "summary.md")
