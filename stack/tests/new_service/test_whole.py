"""A service that `make service` makes in a copy of the repository passes its tests, migrates and serves."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from stack_process import StackProcess, free_ports, new_data_folder

from stack.paths import ROOT
from stack.ports import free_port

SECONDS = 300
ENVIRONMENTS = (".tools", "stack/.venv", "stack/service-template/.venv", "ai-micro-api-auth/.venv", "console/.venv")


class Copy:
    """A copy of the repository, without its environments; those are linked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        for name in ENVIRONMENTS:
            (folder / name).symlink_to(ROOT / name)

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which the package `stack` is the copy's."""
        outer = {name: value for name, value in os.environ.items() if name != "TEST_POSTGRES_URL"}
        return outer | {"PYTHONPATH": str(self.folder / "stack" / "src")}

    def run(self, *command: str | Path, place: str = ".") -> str:
        """Run a command in the copy; fail with everything that it said."""
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder / place,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def stack(self, *arguments: str | Path, place: str = ".") -> str:
        """Run a command of the package `stack`."""
        return self.run(sys.executable, "-m", "stack", *arguments, place=place)


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    # The database's account has to enter it; pytest's own folders are closed to that.
    folder = new_data_folder()
    copy = Copy(folder)
    copy.stack("service", "billing", "--port", str(free_port()))
    (folder / "ai-micro-api-billing" / ".venv").symlink_to(ROOT / "ai-micro-api-user" / ".venv")  # has what it needs
    yield copy
    shutil.rmtree(folder)


def test_its_tests_pass_and_no_statement_is_missing_in_its_inventory(copy: Copy) -> None:
    said = copy.stack("with-postgres", "--", ".venv/bin/pytest", "-n", "2", place="ai-micro-api-billing")
    assert "passed" in said


def test_its_migrations_are_rehearsed_linted_applied_and_compared(copy: Copy) -> None:
    copy.stack("with-postgres", "--", sys.executable, "-m", "stack", "check-migrations", "billing")


def test_style_types_and_lock_file_are_as_the_project_asks(copy: Copy) -> None:
    ruff, service = ROOT / "stack/.venv/bin/ruff", copy.folder / "ai-micro-api-billing"
    copy.run(ruff, "check", service)
    copy.run(ruff, "format", "--check", service)
    copy.run(".venv/bin/mypy", "--strict", "app", "tests", place="ai-micro-api-billing")
    copy.run(ROOT / ".tools/poetry/bin/python", "-m", "poetry", "check", "--lock", "--directory", service)


def test_it_starts_beside_the_others_answers_who_has_signed_in_and_is_in_the_console(copy: Copy) -> None:
    data = new_data_folder()
    variables = {**copy.variables, "SERVICES": "auth billing console", **free_ports(), "BILLING_PORT": str(free_port())}
    running = StackProcess(data, variables, command=(sys.executable, "-m", "stack", "run"), folder=copy.folder)
    try:
        description = running.wait_ready().description
        person = {"email": "hanako@example.com", "password": "a long enough passphrase"}
        assert httpx.post(f"{description['auth']}/auth/signup", json=person).status_code == 201
        token = httpx.post(f"{description['auth']}/auth/login", json=person).json()["access_token"]
        authorization = {"Authorization": f"Bearer {token}"}
        created = httpx.post(f"{description['billing']}/billing/notes", json={"title": "a"}, headers=authorization)
        assert created.status_code == 201, created.text
        assert httpx.get(f"{description['billing']}/readyz").status_code == 200
        with httpx.Client(base_url=description["console"], headers={"Sec-Fetch-Site": "same-origin"}) as browser:
            page = browser.post("/sign-in", data=description["administrator"], follow_redirects=True, timeout=30)
        assert 'href="/databases/billing"' in page.text, page.text
    finally:
        running.end()
        shutil.rmtree(data)
