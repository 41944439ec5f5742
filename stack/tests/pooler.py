"""Debian's PgBouncer between processes and a server, with configuration and start script of deploy/pgbouncer."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from proxy import wait_until_it_listens
from sqlalchemy import make_url
from stack_process import new_data_folder

from stack.paths import ROOT
from stack.ports import HOST, free_port
from stack.postgres.account import server_account

_PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
_FOLDER = ROOT / "deploy/pgbouncer"
_END_SECONDS = 30.0
POOL_SIZE = 5


class Pooler:
    """PgBouncer for the databases of a stack; ends with the block. Skips the test where it is not installed.

    Args:
        description: of the stack, whose application roles it knows.
        target: port of this machine where its server listens; by default the stack's PostgreSQL.
        variables: of its start script, besides the target and the passwords; files are copied to
            where it may read them.
    """

    def __init__(self, description: dict[str, Any], target: int | None = None, **variables: str | Path) -> None:
        if _PROGRAM is None:
            pytest.skip("pgbouncer is not installed (Debian's package has that name)")
        self.port = free_port()
        self._folder = new_data_folder()
        copied = {name: self._copy(value) if isinstance(value, Path) else value for name, value in variables.items()}
        urls = [make_url(database["app_url"]) for database in description["databases"].values()]
        environment = {
            "PATH": os.environ["PATH"],
            "PGBOUNCER": _PROGRAM,
            "PGBOUNCER_INI": str(self._configuration()),
            "POOLER_FOLDER": str(self._folder),
            "POOLER_TARGET_HOST": HOST,
            "POOLER_TARGET_PORT": str(target or description["postgres"]["port"]),
            **{f"{url.username}_PASSWORD".upper(): str(url.password) for url in urls},
            **copied,
        }
        account = server_account(self._folder.parent)
        if account is not None:
            for path in (self._folder, *self._folder.iterdir()):
                os.chown(path, account.uid, account.gid)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                ["sh", self._copy(_FOLDER / "start")],
                user=account.name if account else None,
                cwd="/",
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> Path:
        """What it said."""
        return self._folder / "pgbouncer.log"

    def _copy(self, file: Path) -> str:
        copied = self._folder / file.name
        shutil.copyfile(file, copied)
        copied.chmod(0o644)
        return str(copied)

    def _configuration(self) -> Path:
        replaced = {
            r"/etc/pgbouncer/": f"{self._folder}/",
            r"(?m)^listen_addr = .*": f"listen_addr = {HOST}\nunix_socket_dir =",
            r"(?m)^listen_port = .*": f"listen_port = {self.port}",
            r"(?m)^default_pool_size = .*": f"default_pool_size = {POOL_SIZE}",
        }
        text = (_FOLDER / "pgbouncer.ini").read_text()
        for printed, actual in replaced.items():
            text, count = re.subn(printed, actual, text)
            assert count, printed
        configuration = self._folder / "pgbouncer.ini"
        configuration.write_text(text)
        return configuration

    def __enter__(self) -> Self:
        """Return the pooler, once it takes connections."""
        wait_until_it_listens(self._process, (HOST, self.port))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it at once."""
        self._process.terminate()
        self._process.wait(_END_SECONDS)
        shutil.rmtree(self._folder)
