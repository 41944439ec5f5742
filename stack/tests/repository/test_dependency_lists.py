"""Everything that is locked is watched by Dependabot, and listed in the SBOMs where it is released."""

import re
import subprocess
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.paths import ROOT

NOT_RELEASED = {"stack", "stack/helm", "stack/langchain-postgres", "stack/pipeline-tools", "stack/service-template"}
"""Parts that test, build or check, and are in no package and no image."""


def folders_with(*names: str) -> set[str]:
    """Return the folders of the repository that have one of these files."""
    command = [
        "git",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        *(f"**/{name}" for name in names),
        *names,
    ]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return {Path(file).parent.as_posix() for file in listed}


def matched(patterns: Iterable[str], among: set[str]) -> set[str]:
    """Return the folders that a list of patterns names; `/` is the repository itself."""
    return {folder for each in patterns for folder in among if fnmatch(folder, each.strip("/") or ".")}


def watched(ecosystem: str) -> list[str]:
    """Return the folders that Dependabot is given for an ecosystem."""
    updates: list[dict[str, Any]] = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    of_it = [its for its in updates if its["package-ecosystem"] == ecosystem]
    return [folder for its in of_it for folder in its.get("directories", [its.get("directory")])]


@pytest.mark.parametrize(
    ("ecosystem", "files"),
    [
        ("pip", ("poetry.lock", "requirements.txt")),
        ("npm", ("package-lock.json",)),
        ("docker", ("Dockerfile",)),
        ("docker-compose", ("docker-compose.yml",)),
    ],
)
def test_dependabot_watches_every_folder_that_locks_something(ecosystem: str, files: tuple[str, ...]) -> None:
    folders = folders_with(*files)
    assert folders, "nothing was found, so nothing was compared"
    assert matched(watched(ecosystem), folders) == folders


def test_every_part_of_a_release_has_a_list_of_what_it_is_made_of() -> None:
    (parts,) = re.findall("set -- (.*)", (ROOT / "stack/bin/write-sboms").read_text())
    locked = folders_with("poetry.lock")
    assert matched(parts.split(), locked) == locked - NOT_RELEASED
