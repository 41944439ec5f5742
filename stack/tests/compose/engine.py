"""Docker Compose as a test drives it: one project of its own name, ports and volumes, from a copy of the checkout."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from stack.paths import ROOT
from stack.postgres.initialisation import DATABASE_FILES
from stack.services.service import known_services
from stack.services.web_console import WEB_CONSOLE

PROJECT = "ai-micro-service-test"
# What a password may look like; the other roles have the defaults of the compose file.
ODD_PASSWORDS = {"admindb_owner": "ow/ner@1 #%41:$x?", "admindb_app": "p@ss/w#rd 100% $HOME:?"}
SERVICES = {service.name: service.folder_name for service in known_services()}
CONSOLE = "ai-micro-console"
CONTAINERS = ("postgres", *SERVICES.values(), CONSOLE)
UP_SECONDS = 900
COMMAND_SECONDS = 120


def missing_engine() -> str | None:
    """Say why no compose test can run here, or None when they can."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    for arguments in (["docker", "info"], ["docker", "compose", "version"]):
        done = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=COMMAND_SECONDS)
        if done.returncode != 0:
            return f"`{' '.join(arguments)}` failed: {(done.stderr or done.stdout).strip()}"
    return None


def foreign_containers() -> list[str]:
    """Return which of the compose file's container names are taken by another project."""
    taken = subprocess.run(
        ["docker", "ps", "--all", "--format", '{{.Names}} {{.Label "com.docker.compose.project"}}'],
        check=True,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    rows = [line.partition(" ") for line in taken.stdout.splitlines()]
    return [name for name, _, project in rows if name in CONTAINERS and project != PROJECT]


@dataclass(frozen=True)
class Compose:
    """The compose project.

    Attributes:
        folder: the checkout, or a copy of it with a change.
        ports: AUTH_PORT and its like.
    """

    folder: Path
    ports: dict[str, str]

    def __call__(self, *arguments: str, seconds: int = COMMAND_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run `docker compose ...`; fail with what it said."""
        return run(["docker", "compose", *arguments], self.folder, self.environment(), seconds)

    def attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `docker compose ...`, which may fail."""
        return subprocess.run(
            ["docker", "compose", *arguments],
            check=False,
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )

    def environment(self) -> dict[str, str]:
        """Return the environment of a machine where nothing is set but the ports."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"} or "DOCKER" in name}
        return kept | self.ports | {"COMPOSE_PROJECT_NAME": PROJECT}

    def up(self) -> None:
        """What a user types, waiting until all is healthy."""
        self("up", "--build", "--wait", seconds=UP_SECONDS)

    def exec(self, container: str, *command: str, succeeds: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker exec`, as the documentation has it."""
        arguments = ["docker", "exec", container, *command]
        if succeeds:
            return run(arguments, self.folder, self.environment(), COMMAND_SECONDS)
        return subprocess.run(
            arguments, check=False, env=self.environment(), capture_output=True, text=True, timeout=COMMAND_SECONDS
        )

    def inspect(self, container: str) -> dict[str, Any]:
        """Return what the engine knows of a container."""
        done = run(["docker", "inspect", container], self.folder, self.environment(), COMMAND_SECONDS)
        found: dict[str, Any] = json.loads(done.stdout)[0]
        return found

    def description(self) -> dict[str, Any]:
        """Return what `make run` writes to stack.json, for the running containers."""
        urls = {service.name: f"http://localhost:{self.ports[service.port_variable]}" for service in known_services()}
        return {
            **urls,
            "console": f"http://localhost:{self.ports[WEB_CONSOLE.port_variable]}",
            "administrator": {"email": "admin@example.com", "password": "local-only-administrator"},
            "databases": {database: self._database_urls(database) for database in DATABASE_FILES},
        }

    def _database_urls(self, database: str) -> dict[str, str]:
        return {
            f"{role}_url": (
                f"postgresql+psycopg2://{database}_{role}:{_quoted_password(database, role)}"
                f"@127.0.0.1:{self.ports['POSTGRES_PORT']}/{database}"
            )
            for role in ("owner", "app")
        }


def run(
    arguments: Sequence[str], folder: Path, environment: dict[str, str], seconds: int
) -> subprocess.CompletedProcess[str]:
    """Run a command; fail with everything that it said."""
    done = subprocess.run(
        [*arguments], check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
    )
    assert done.returncode == 0, f"{' '.join(arguments)}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def _quoted_password(database: str, role: str) -> str:
    return quote(ODD_PASSWORDS.get(f"{database}_{role}", f"local-only-{database}-{role}"), safe="")


def copy_of_checkout(target: Path) -> Path:
    """Copy what git tracks, and what it would, to another folder, and set some passwords there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    lines = [f"{role.upper()}_PASSWORD='{password}'\n" for role, password in ODD_PASSWORDS.items()]
    (target / ".env").write_text("".join(lines))
    return target
