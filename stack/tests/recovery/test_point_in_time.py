"""A database that a contract revision has changed is recovered to the moment before it, as docs/operations.md says.

The server keeps its log in a folder (archive_command), a base backup is taken with pg_basebackup or by Barman, and the
restore point that alembic-rollout sets before a contract revision names the moment.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from recovery.conftest import Place

from stack.ports import HOST

BARMAN = shutil.which("barman")
CONFIGURATION = """
[barman]
barman_user = {user}
barman_home = {folder}/barman
configuration_files_directory = {folder}/barman.d
log_file = {folder}/barman.log

[shop]
description = The server of the services
conninfo = {connection}
streaming_conninfo = {connection}
path_prefix = {binaries}
backup_method = postgres
immediate_checkpoint = true
archiver = on
incoming_wals_directory = {folder}/archive
"""


def test_a_table_that_a_contract_revision_dropped_comes_back_with_rows_newer_than_the_base_backup(place: Place) -> None:
    base = place.folder / "bases" / "recovered"

    def back_up() -> None:
        account = place.server.account
        subprocess.run(
            [str(place.server.binaries / "pg_basebackup"), "--pgdata", str(base), "--checkpoint=fast"],
            check=True,
            cwd="/",
            env=place.server.psql_environment(),
            user=account.uid if account else None,
            group=account.gid if account else None,
            timeout=60,
        )

    restore_point = place.drop_a_table(back_up)
    (base / "recovery.signal").touch()
    place.assert_recovered(
        base,
        restore_command=f"cp {place.archive}/%f %p",
        recovery_target_name=restore_point,
        recovery_target_action="promote",
    )


@pytest.fixture
def barman(place: Place) -> Path:
    """Write Barman's file."""
    if BARMAN is None:
        pytest.skip("Barman is not installed (Debian's package has that name)")
    server = place.server
    connection = f"host={HOST} port={server.port} user=postgres dbname=postgres password={server.password}"
    user = os.environ.get("USER", "root") if os.getuid() else "root"
    file = place.folder / "barman.conf"
    for folder in ("barman", "barman.d"):
        (place.folder / folder).mkdir()
    file.write_text(
        CONFIGURATION.format(user=user, folder=place.folder, connection=connection, binaries=server.binaries)
    )
    return file


def test_barman_takes_the_base_backup_and_recovers_to_the_restore_point(place: Place, barman: Path) -> None:
    def run(*arguments: str) -> None:
        done = subprocess.run(
            [str(BARMAN), "--config", str(barman), *arguments],
            check=False,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def back_up() -> None:
        run("switch-wal", "--force", "--archive", "shop")  # without any of the server's log it takes no backup
        run("check", "shop")
        run("backup", "shop")

    recovered = place.folder / "bases" / "recovered"
    restore_point = place.drop_a_table(back_up)
    run("archive-wal", "shop")
    run("recover", "--target-name", restore_point, "--target-action", "promote", "shop", "latest", str(recovered))
    place.give_to_the_server(recovered)
    place.assert_recovered(recovered)
