"""A shop's backups, and what is asked about them."""

import time
from pathlib import Path

from alembic.config import Config
from databases import Database
from sample_project import Project

from alembic_rollout.project.environment import Environment, load_environment


def environment_of(project: Project, **settings: object) -> Environment:
    config = Config(project.ini)
    config.attributes["rollout"] = settings
    return load_environment(config)


def backups(project: Project) -> list[Path]:
    folder = project.folder / "backups"
    return sorted(folder.glob("*.dump")) if folder.exists() else []


def partials(project: Project) -> list[Path]:
    return sorted((project.folder / "backups").glob("*.partial"))


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
