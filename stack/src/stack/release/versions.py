"""The one version of the repository, as the pyproject.toml files of what is shipped and the Helm chart say it.

Poetry wants a version in each of them, and a lock file repeats those of the libraries. The chart has it twice: its own,
and that of the images it names. A release writes them all, and a test compares them, so that none can be forgotten.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from stack.errors import StackError

SHIPPED = (
    "libs/*/pyproject.toml",
    "ai-micro-api-*/pyproject.toml",
    "console/pyproject.toml",
    "deploy/python-client/pyproject.toml",
    "deploy/helm/*/Chart.yaml",
    "stack/service-template/template/*/pyproject.toml.jinja",  # of the next service
)
_OWN = re.compile(r'(?<=^version = ")[^"]+', re.MULTILINE)
_OF_CHART = re.compile(r"(?:(?<=^version: )|(?<=^appVersion: ))[^\s#]+", re.MULTILINE)
_LOCKED = re.compile(r'(?<=^name = ")(?P<name>[^"]+)"\nversion = "(?P<version>[^"]+)', re.MULTILINE)


def parsed(text: str) -> tuple[int, int, int]:
    """Return a version as numbers that can be compared.

    Raises:
        StackError: it is not `x.y.z`.
    """
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", text, re.ASCII):
        raise StackError(f"VERSION is three numbers, as in make release VERSION=1.4.0, and not {text!r}.")
    major, minor, patch = (int(number) for number in text.split("."))
    return major, minor, patch


def projects(root: Path) -> list[Path]:
    """Return the files that hold the version, of all that is shipped and of the template of a service."""
    return sorted(path for pattern in SHIPPED for path in root.glob(pattern))


def versions(root: Path) -> dict[Path, str]:
    """Return every version that is written down of what is shipped, by file; in a lock file, those of the libraries.

    Raises:
        StackError: a file has none, or several that differ.
    """
    libraries = _libraries(root)
    found = {}
    for project in projects(root):
        pattern, count = _own(project)
        own = pattern.findall(project.read_text())[:count]
        if len(own) != count:
            raise StackError(f"{project.relative_to(root)} has no version.")
        if len(set(own)) > 1:
            raise StackError(
                f"{project.relative_to(root)} has several versions, {_joined(own)}. Write the last release's."
            )
        found[project] = own[0]
        lock = project.with_name("poetry.lock")
        text = lock.read_text() if lock.exists() else ""
        locked = {match["version"] for match in _LOCKED.finditer(text) if match["name"] in libraries}
        if locked:
            found[lock] = _joined(locked)
    return found


def set_version(root: Path, version: str) -> list[Path]:
    """Write a version into every file of `versions`, and return these files."""
    libraries = _libraries(root)

    def locked(match: re.Match[str]) -> str:
        return f'{match["name"]}"\nversion = "{version}' if match["name"] in libraries else match.group()

    files = list(versions(root))
    for file in files:
        text = file.read_text()
        if file.name == "poetry.lock":
            written = _LOCKED.sub(locked, text)
        else:
            pattern, count = _own(file)
            written = pattern.sub(version, text, count=count)
        file.write_text(written)
    return files


def _own(project: Path) -> tuple[re.Pattern[str], int]:
    """Return what finds a file's own version, and how often it is in it."""
    return (_OF_CHART, 2) if project.name == "Chart.yaml" else (_OWN, 1)


def _joined(found: Iterable[str]) -> str:
    """Return one version, or all that differ, which `parsed` refuses."""
    return ", ".join(sorted(set(found)))


def _libraries(root: Path) -> set[str]:
    return {project.parent.name for project in projects(root) if project.parent.parent.name == "libs"}
