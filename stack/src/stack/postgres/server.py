"""A PostgreSQL server as a child of this process, which ends with its parent however the parent ends."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from stack import tether
from stack.errors import StackError
from stack.ports import HOST
from stack.postgres.account import Account

SUPERUSER = "postgres"
DRIVER = "postgresql+psycopg2"
START_SECONDS = 60.0
STOP_SECONDS = 30.0


@dataclass
class Server:
    """A PostgreSQL data folder and the server that runs on it.

    Args:
        binaries: folder of `postgres`, `initdb`, `psql`.
        data: the data folder; made by `create`.
        log: file that the server's messages are appended to.
        port: TCP port on 127.0.0.1.
        password: the superuser's.
        account: the account to drop to, when this process is root.
        settings: server settings beyond the defaults, as in postgresql.conf.
    """

    binaries: Path
    data: Path
    log: Path
    port: int
    password: str
    account: Account | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def create(self, *, durable: bool = True) -> None:
        """Make the data folder with initdb. UTF-8, PostgreSQL's own C.UTF-8 collation: the same order on every machine.

        Pages have checksums. docker-compose.yml makes its volume likewise.

        Args:
            durable: False leaves out the final sync to disk, for data that may be lost; the settings then hold
                for initdb too.

        Raises:
            StackError: initdb failed; the message holds its last line.
        """
        self.data.mkdir(mode=0o700, parents=True)
        password_file = self.data.with_name(f"{self.data.name}.password")
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        self._give_to_account(self.data, password_file)
        command = [self.binaries / "initdb", "--pgdata", self.data, "--username", SUPERUSER, "--pwfile", password_file]
        options = ["--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not durable:
            options += ["--no-sync", *(f"--set={name}={value}" for name, value in self.settings.items())]
        try:
            made = subprocess.run(  # noqa: S603 - the wheel's own binary
                self._as_account([*map(str, command), *options]), check=False, cwd="/", capture_output=True, text=True
            )
        finally:
            password_file.unlink()
        if made.returncode != 0:
            raise StackError(f"initdb failed: {_last_line(made.stderr)}")

    def start(self) -> None:
        """Start the server and return once it accepts connections.

        Raises:
            StackError: it ended or did not get ready in time; the message holds the last line of its log.
        """
        self.log.touch(mode=0o600)
        settings = {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": "", **self.settings}
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the wheel's own binary
                self._as_account([str(self.binaries / "postgres"), "-D", str(self.data), *options]),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StackError(f"PostgreSQL did not start: {self.last_line()} (more in {self.log})")
            time.sleep(0.02)  # the server announces itself only in this file; pg_ctl polls it as well

    def stop(self) -> None:
        """End the server: open transactions are rolled back, data is written out. Does nothing when it has ended."""
        if self.process is None:
            return
        for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast shutdown, then immediate, then none
            if self.process.poll() is None:
                self.process.send_signal(request)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
        self.process = None

    @property
    def pid(self) -> int:
        """Process id of the server; it has to run."""
        if self.process is None:
            raise RuntimeError("start the server first")
        return self.process.pid

    def is_alive(self) -> bool:
        """Return True if the server's process runs."""
        return self.process is not None and self.process.poll() is None

    def last_line(self) -> str:
        """Return the last line that the server wrote to its log."""
        return _last_line(self.log.read_text(errors="replace"))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start the server and stop it at the end of the block, whatever happens in it."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def psql_environment(self) -> dict[str, str]:
        """Environment with which psql and pg_dump reach this server as its superuser."""
        connection = {"PGHOST": HOST, "PGPORT": str(self.port), "PGUSER": SUPERUSER, "PGPASSWORD": self.password}
        path = f"{self.binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**inherited, **connection, "PGDATABASE": "postgres", "PATH": path}

    def url(self, *, user: str = SUPERUSER, password: str | None = None, database: str = "postgres") -> str:
        """SQLAlchemy address of a database of this server, with the driver named."""
        login = f"{quote(user, safe='')}:{quote(password or self.password, safe='')}"
        return f"{DRIVER}://{login}@{HOST}:{self.port}/{database}"

    def _is_ready(self) -> bool:
        """Return True if the server that was started here says in its lock file that it accepts connections."""
        try:
            pid, *_, status = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, ValueError):  # not written yet, or only in part
            return False
        return self.process is not None and pid == str(self.process.pid) and status.strip() == "ready"

    def _as_account(self, command: list[str]) -> list[str]:
        """Command that runs as the server's account and gets a fast shutdown when this process dies."""
        user = self.account.name if self.account else "-"
        return [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), str(int(signal.SIGINT)), user, *command]

    def _give_to_account(self, *paths: Path) -> None:
        if self.account:
            for path in paths:
                os.chown(path, self.account.uid, self.account.gid)


def new_password() -> str:
    """Make a password that needs no quoting in a URL, a shell or SQL."""
    return secrets.token_hex(20)


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
