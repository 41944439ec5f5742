"""The folder of a new service: the template filled in, and what all services have alike."""

import shutil
import subprocess
from pathlib import Path

from stack.errors import StackError
from stack.new_service.plan import NewService
from stack.paths import ROOT

LOCK_PART = ROOT / "stack" / "bin" / "lock-part"
TEMPLATE = ROOT / "stack" / "service-template"
MODEL = ROOT / "ai-micro-api-user"
"""The service that is copied from."""

ALIKE = (
    "app/db/__init__.py",
    "app/db/migrations/env.py",
    "app/db/migrations/script.py.mako",
    "tests/migrations/test_tree.py",
    "poetry.lock",  # so that the new service begins with the versions of the others
)


def render(service: NewService, place: Path) -> None:
    """Fill in the template: the service's folder, its file in postgres-init, and `additions` to other files.

    Args:
        service: the service.
        place: an empty folder.

    Raises:
        StackError: the template cannot be filled in.
    """
    copier = [str(TEMPLATE / ".venv" / "bin" / "copier"), "copy", "--quiet", "--defaults"]
    answers = ["--data", f"name={service.name}", "--data", f"port={service.port}"]
    _run([*copier, *answers, str(TEMPLATE), str(place)], place, "The template could not be filled in")
    for name in ALIKE:
        copy = place / service.folder_name / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODEL / name, copy)


def lock(service: NewService, place: Path) -> None:
    """Fit the lock file to what the new service needs, keeping the versions that are in it.

    Args:
        service: the service.
        place: the folder of `render`.

    Raises:
        StackError: it cannot be; pip's index does not answer, for instance.
    """
    libraries = [pyproject.parent.relative_to(ROOT) for pyproject in ROOT.glob("libs/*/pyproject.toml")]
    for library in libraries:  # Poetry reads what they need; where they are is written as it is seen from the folder
        (place / library).mkdir(parents=True)
        shutil.copyfile(ROOT / library / "pyproject.toml", place / library / "pyproject.toml")
    _run([str(LOCK_PART), str(place / service.folder_name)], place, "The lock file could not be written")
    shutil.rmtree(place / "libs")


def _run(command: list[str], place: Path, failed: str) -> None:
    done = subprocess.run(  # noqa: S603 - fixed commands
        command, check=False, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason was given"]
        raise StackError(f"{failed}, and nothing was made: {said[-1]}")
