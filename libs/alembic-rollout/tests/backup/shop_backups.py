"""A shop's backups, programs that stand in for PostgreSQL's own, and what both are asked."""

import time
from pathlib import Path

from alembic.config import Config
from databases import Database
from sample_project import Project

from alembic_rollout.project.environment import Environment, load_environment

NEWER_THAN_ANY = 99


def environment_of(project: Project, **settings: object) -> Environment:
    config = Config(project.ini)
    config.attributes["rollout"] = settings
    return load_environment(config)


def backups(project: Project) -> list[Path]:
    folder = project.folder / "backups"
    return sorted(folder.glob("*.dump")) if folder.exists() else []


def partials(project: Project) -> list[Path]:
    return sorted((project.folder / "backups").glob("*.partial"))


def fake_program(folder: Path, name: str, script: str, version: int = NEWER_THAN_ANY) -> None:
    """Put a shell script in the place of one of PostgreSQL's programs; `$file` is what pg_dump has to write."""
    path = folder / name
    path.write_text(
        f"""#!/bin/sh
if [ "$1" = --version ]; then echo "{name} (PostgreSQL) {version}.1"; exit; fi
for argument; do case "$argument" in --file=*) file="${{argument#--file=}}";; esac; done
{script}
"""
    )
    path.chmod(0o755)


def make_destructive(project: Project) -> None:
    project.sql("002", "DROP TABLE orders", "SELECT 1", slug="drop_orders", header='phase = "contract"')


def assert_nothing_happened(project: Project) -> None:
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "001"
    assert project.database.scalar("SELECT note FROM orders") == "first"
    assert backups(project) == []
    assert partials(project) == []


def server_major(database: Database) -> int:
    return int(str(database.scalar("SELECT current_setting('server_version_num')::int / 10000")))


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)
