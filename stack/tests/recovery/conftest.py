"""A server that keeps its log in a folder, with a project whose second revision drops a table."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from stack.paths import ROOT
from stack.ports import free_port
from stack.postgres.account import server_account
from stack.postgres.binaries import postgres_binaries
from stack.postgres.server import Server, new_password

PROGRAMS = ROOT / "ai-micro-api-user" / ".venv" / "bin"
PROJECT = {
    "alembic.ini": """
        [alembic]
        script_location = migrations
        path_separator = os
    """,
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0.0"\n',
    "migrations/env.py": "from alembic_rollout import run\nfrom sqlalchemy import MetaData\n\nrun(MetaData())\n",
    "migrations/versions/001_add_orders.py": """
        from alembic import op
        revision, down_revision, branch_labels, depends_on = "001", None, None, None
        def upgrade(): op.execute("CREATE TABLE orders (id int PRIMARY KEY)")
        def downgrade(): op.execute("DROP TABLE orders")
    """,
    "migrations/versions/002_drop_orders.py": """
        from alembic import op
        revision, down_revision, branch_labels, depends_on = "002", "001", None, None
        phase = "contract"
        def upgrade(): op.execute("DROP TABLE orders")
        def downgrade(): op.execute("CREATE TABLE orders (id int PRIMARY KEY)")
    """,
}
# As docker-compose.yml gives it. It is not in the copy, and a server with less than the former one does not recover.
ON_THE_COMMAND_LINE = {"fsync": "off", "max_connections": "250"}


@dataclass(frozen=True)
class Place:
    """A folder with a server that archives its log, and a project."""

    folder: Path
    server: Server

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def execute(self, server: Server, *statements: str, database: str = "postgres") -> list[object]:
        """Run statements as the superuser; return the first column of the last one's rows."""
        with create_engine(server.url(database=database), isolation_level="AUTOCOMMIT").connect() as connection:
            results = [connection.execute(text(statement)) for statement in statements]
            return list(results[-1].scalars()) if results[-1].returns_rows else []

    def migrate(self, revision: str) -> str:
        """Run `alembic upgrade` as a role that is no superuser; return what it said."""
        variables = {
            "MIGRATION_DATABASE_URL": self.server.url(user="shop_owner", password="shop", database="postgres"),
            "ROLLOUT_BACKUP": "never",
            "ROLLOUT_LINT": "off",
            "ROLLOUT_RESTORE_POINT": "require" if revision == "002" else "try",
            "ROLLOUT_LOG_FORMAT": "text",
        }
        done = subprocess.run(
            [str(PROGRAMS / "alembic"), "upgrade", revision],
            cwd=self.folder / "project",
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    def give_to_the_server(self, folder: Path) -> None:
        """Make the account of the server the owner of a folder and all that is in it."""
        if (account := self.server.account) is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, account.uid, account.gid)

    def drop_a_table(self, back_up: Callable[[], None]) -> str:
        """Apply both revisions, with one row before a base backup and one after it.

        Args:
            back_up: takes the base backup.

        Returns:
            The name of the restore point before the table was dropped.
        """
        with self.server.running():
            self.execute(
                self.server,
                "CREATE ROLE shop_owner LOGIN PASSWORD 'shop'",
                "GRANT CREATE ON SCHEMA public TO shop_owner",
                "GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO shop_owner",
            )
            self.migrate("001")
            self.execute(self.server, "INSERT INTO orders VALUES (1)")
            back_up()
            self.execute(self.server, "INSERT INTO orders VALUES (2)")
            said = re.search(r"Restore point (\S+) before 002, at ", self.migrate("002"))
            assert said is not None
            assert self.execute(self.server, "SELECT to_regclass('orders')") == [None]
        return said[1]  # a shutdown in order has archived what was left of the log

    def assert_recovered(self, data: Path, **settings: str) -> None:
        """Start a server on what was recovered; both rows are there, and the database is at the first revision."""
        recovered = replace(
            self.server,
            data=data,
            log=self.folder / "recovered.log",
            port=free_port(),
            settings={**ON_THE_COMMAND_LINE, **settings},
        )
        with recovered.running():
            deadline = time.monotonic() + 30
            while self.execute(recovered, "SELECT pg_is_in_recovery()") != [False]:
                assert time.monotonic() < deadline, recovered.log.read_text()
                time.sleep(0.05)
            assert self.execute(recovered, "SELECT id FROM orders ORDER BY id") == [1, 2]
            assert self.execute(recovered, "SELECT version_num FROM alembic_version") == ["001"]


@pytest.fixture
def place() -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="point-in-time-"))
    folder.chmod(0o755)
    account = server_account(folder)
    server = Server(
        binaries=postgres_binaries(account),
        data=folder / "data",
        log=folder / "postgres.log",
        port=free_port(),
        password=new_password(),
        account=account,
        settings={
            **ON_THE_COMMAND_LINE,
            "archive_mode": "on",
            "archive_command": f"test ! -f {folder}/archive/%f && cp %p {folder}/archive/%f",
        },
    )
    for name, content in PROJECT.items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"^ {8}", "", content.lstrip("\n"), flags=re.MULTILINE))
    server.create(durable=False)
    place = Place(folder, server)
    for name in ("archive", "bases"):
        (folder / name).mkdir()
        place.give_to_the_server(folder / name)
    yield place
    shutil.rmtree(folder)
