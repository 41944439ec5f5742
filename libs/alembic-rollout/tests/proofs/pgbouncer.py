"""PgBouncer between a test and its server."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from databases import Database
from sqlalchemy import URL, create_engine, make_url, pool
from sqlalchemy.exc import OperationalError

from proofs import unprivileged
from proofs.sessions import wait_for

# Debian puts it where only root looks.
_PROGRAM = shutil.which("pgbouncer", path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin")))
_SETTINGS = """
[databases]
{database} = host={host} port={port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = {pool_mode}
default_pool_size = {pool_size}
"""


@contextmanager
def pgbouncer(database: Database, *, pool_mode: str, pool_size: int = 20) -> Iterator[str]:
    """Run PgBouncer in front of a database; yield the owner's URL through it. Skips the test where it is not installed.

    Args:
        database: which one.
        pool_mode: `transaction` or `session`.
        pool_size: how many sessions of the server it keeps.
    """
    if _PROGRAM is None:
        pytest.skip("pgbouncer is not installed (Debian's package has that name)")
    url = make_url(database.url)
    with unprivileged.folder() as folder:
        port = unprivileged.free_port()
        settings = _write_settings(folder, url, listen_port=port, pool_mode=pool_mode, pool_size=pool_size)
        process = subprocess.Popen(
            [_PROGRAM, "-q", str(settings)], user=unprivileged.user(), cwd="/", stderr=subprocess.DEVNULL
        )
        try:
            through = url.set(host="127.0.0.1", port=port)
            wait_for(lambda: _answers(through), "PgBouncer")
            yield through.render_as_string(hide_password=False)
        finally:
            process.terminate()
            process.wait()


def _write_settings(folder: Path, url: URL, **values: object) -> Path:
    users = folder / "users.txt"
    users.write_text(f'"{url.username}" "{url.password}"\n')
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(database=url.database, host=url.host, port=url.port, users=users, **values))
    return settings


def _answers(url: URL) -> bool | None:
    try:
        with create_engine(url, poolclass=pool.NullPool).connect():
            return True
    except OperationalError:
        return None
