"""A PostgreSQL server of a test's own, to be stopped and started: made with the programs on the PATH."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from databases import Server
from sqlalchemy import URL

from proofs import unprivileged

_PASSWORD = "own-server"


class OwnServer:
    """A server that is not durable and answers on 127.0.0.1.

    Args:
        folder: where its data goes.
    """

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._log = folder / "log"
        self._port = unprivileged.free_port()
        password = folder / "password"
        password.write_text(_PASSWORD)
        options = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--no-sync", "--locale=C"]
        self._run("initdb", "-D", str(self._data), "--encoding=UTF8", *options)

    @property
    def url(self) -> URL:
        return URL.create("postgresql+psycopg2", "postgres", _PASSWORD, "127.0.0.1", self._port, "postgres")

    def admit(self, *rules: str) -> None:
        """Let in by these lines of pg_hba.conf; the server reads them when it starts or reloads."""
        (self._data / "pg_hba.conf").write_text("\n".join(rules) + "\n")

    def start(self) -> None:
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-o", options, "-l", str(self._log))

    def stop(self, mode: str) -> None:
        self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", mode)

    def _run(self, program: str, *arguments: str) -> None:
        # Not captured: the server would keep the pipe open for as long as it lives.
        subprocess.run([program, *arguments], check=True, user=unprivileged.user(), cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def own_server() -> Iterator[tuple[OwnServer, Server]]:
    """Make and start a server; remove it at the end. Skips the test where the programs are not on the PATH."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("initdb and pg_ctl are not on the PATH: no server can be made that may be restarted")
    with unprivileged.folder() as folder:
        made = OwnServer(folder)
        made.start()
        try:
            yield made, Server(made.url)
        finally:
            made.stop("immediate")
