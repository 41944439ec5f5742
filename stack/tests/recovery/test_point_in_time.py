"""A database that a contract revision has changed is recovered to the moment before it, as docs/operations.md says.

The server keeps its log in a folder (archive_command), a base backup is taken with pg_basebackup, and the restore point
that alembic-rollout sets before a contract revision names the moment.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Place:
    """A folder with a server that archives its log, and a project."""

    folder: Path
    server: Server

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def execute(self, server: Server, *statements: str) -> list[object]:
        """Run statements as the superuser; return the first column of the last one's rows."""
        with create_engine(server.url(), isolation_level="AUTOCOMMIT").connect() as connection:
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

    def base_backup(self, to: Path) -> None:
        """Take a base backup, as the account of the server."""
        account = self.server.account
        subprocess.run(
            [str(self.server.binaries / "pg_basebackup"), "--pgdata", str(to), "--checkpoint=fast"],
            check=True,
            cwd="/",
            env=self.server.psql_environment(),
            user=account.uid if account else None,
            group=account.gid if account else None,
            timeout=60,
        )


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
            "fsync": "off",
            "archive_mode": "on",
            "archive_command": f"test ! -f {folder}/archive/%f && cp %p {folder}/archive/%f",
        },
    )
    for name, content in PROJECT.items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"^ {8}", "", content.lstrip("\n"), flags=re.MULTILINE))
    (folder / "archive").mkdir()
    (folder / "bases").mkdir()
    for name in ("archive", "bases"):
        if account:
            os.chown(folder / name, account.uid, account.gid)
    server.create(durable=False)
    yield Place(folder, server)
    shutil.rmtree(folder)


def wait_until_promoted(place: Place, server: Server) -> None:
    deadline = time.monotonic() + 30
    while place.execute(server, "SELECT pg_is_in_recovery()") != [False]:
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.05)


def test_a_table_that_a_contract_revision_dropped_comes_back_with_rows_newer_than_the_base_backup(place: Place) -> None:
    base = place.folder / "bases" / "recovered"
    with place.server.running():
        place.execute(
            place.server,
            "CREATE ROLE shop_owner LOGIN PASSWORD 'shop'",
            "GRANT CREATE ON SCHEMA public TO shop_owner",
            "GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO shop_owner",
        )
        place.migrate("001")
        place.execute(place.server, "INSERT INTO orders VALUES (1)")
        place.base_backup(base)
        place.execute(place.server, "INSERT INTO orders VALUES (2)")
        said = re.search(r"Restore point (\S+) before 002, at ", place.migrate("002"))
        assert said is not None
        assert place.execute(place.server, "SELECT to_regclass('orders')") == [None]
    # A shutdown in order archives what is left of the log.

    recovered = Server(
        binaries=place.server.binaries,
        data=base,
        log=place.folder / "recovered.log",
        port=free_port(),
        password=place.server.password,
        account=place.server.account,
        settings={
            "fsync": "off",
            "restore_command": f"cp {place.archive}/%f %p",
            "recovery_target_name": said[1],
            "recovery_target_action": "promote",
        },
    )
    (base / "recovery.signal").touch()
    with recovered.running():
        wait_until_promoted(place, recovered)
        assert place.execute(recovered, "SELECT id FROM orders ORDER BY id") == [1, 2]
        assert place.execute(recovered, "SELECT version_num FROM alembic_version") == ["001"]
