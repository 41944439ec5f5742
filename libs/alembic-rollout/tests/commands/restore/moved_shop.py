"""A shop that has moved on since its backup, and programs that stand in for pg_restore."""

import subprocess
import time
from pathlib import Path

from databases import Database
from sample_project import Project

from alembic_rollout.databases.programs import find_program
from alembic_rollout.settings import Settings


class Shop:
    """A project with a backup of revision 001, whose database has moved on to 002 since."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.database = project.database
        project.sql("001", "CREATE TABLE orders (id int PRIMARY KEY, note text)", "DROP TABLE orders")
        project.upgrade(ROLLOUT_LINT="off")
        self.database.execute("INSERT INTO orders VALUES (1, 'backed up')")
        self.file = self.back_up()
        project.sql("002", "CREATE TABLE carts (id int PRIMARY KEY)", "DROP TABLE carts")
        project.upgrade(ROLLOUT_LINT="off")
        self.database.execute("UPDATE orders SET note = 'changed since'")

    def back_up(self) -> Path:
        done = self.project.rollout("backup")
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.partition(" (")[0])

    def restore(
        self, *arguments: str, file: Path | str | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        variables = {"ROLLOUT_ADMIN_URL": self.database.superuser_url} | variables
        return self.project.rollout("restore", str(file or self.file), *arguments, **variables)

    def note(self) -> object:
        return self.database.scalar("SELECT note FROM orders")

    def revision(self) -> object:
        return self.database.scalar("SELECT version_num FROM alembic_version")

    def databases(self) -> set[str]:
        names = self.database.rows("SELECT datname FROM pg_database")
        return {str(name) for (name,) in names if str(name).startswith(self.database.name)}

    def former(self) -> str:
        (former,) = self.databases() - {self.database.name}
        return former

    def assert_untouched(self) -> None:
        assert self.note() == "changed since"
        assert self.revision() == "002"
        assert self.databases() == {self.database.name}


def server_major(database: Database) -> int:
    return int(str(database.scalar("SELECT current_setting('server_version_num')::int / 10000")))


def real_program(shop: Shop, name: str) -> str:
    return find_program(Settings(), name, minimum_major=server_major(shop.database))


def fake_pg_restore(folder: Path, shop: Shop, *, when_restoring: str = "", when_listing: str = "") -> None:
    """Put a shell script in the place of pg_restore that does something else in one case."""
    real = real_program(shop, "pg_restore")
    path = folder / "pg_restore"
    path.write_text(
        f"""#!/bin/sh
case "$*" in
  *--dbname=*) {when_restoring or ":"};;
  *--list*) {when_listing or ":"};;
esac
exec {real} "$@"
"""
    )
    path.chmod(0o755)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)
