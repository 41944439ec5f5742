"""PostgreSQL's own programs, such as pg_dump: finding one that is new enough, running it, ending it with us."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.database_url import VARIABLES
from alembic_rollout.redaction.secrets import hide_secrets
from alembic_rollout.redaction.texts import hide_values, on_one_line
from alembic_rollout.settings import Settings
from alembic_rollout.signals import signals_deferred

_DEBIAN_FOLDERS = Path("/usr/lib/postgresql")
_DEBIAN_WRAPPER = "pg_wrapper"
"""What Debian puts on the PATH: it runs one or another version, depending on which servers are on this machine."""
_VERSION = re.compile(r"\) (\d+)")
_ENDING_SECONDS = 5.0
_LONGEST_COMPLAINT = 400


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended, and what it wrote."""

    status: int
    output: str
    errors: str

    @property
    def complaints(self) -> list[str]:
        """The errors that it reported, each on one line and without the program's name before it."""
        return self._lines_after("error: ")

    @property
    def warnings(self) -> list[str]:
        """What it warned of, in the same form."""
        return self._lines_after("warning: ")

    def _lines_after(self, word: str) -> list[str]:
        said = (line.partition(word)[2] for line in self.errors.splitlines() if word in line)
        return [" ".join(text.split()) for text in said]

    @property
    def complaint(self) -> str:
        """What it complained of, on one line, without values."""
        lines = self.complaints or [" ".join(line.split()) for line in self.errors.splitlines() if line.strip()][-1:]
        if self.status < 0:
            return _of_signal(-self.status)
        text = " ".join(lines[:2]) or f"it ended with status {self.status} and no word"
        return on_one_line(hide_secrets(hide_values(text)), longest=_LONGEST_COMPLAINT)


def find_program(settings: Settings, name: str, *, minimum_major: int, otherwise: str = "") -> str:
    """Return the path of one of PostgreSQL's programs.

    Looked for in `pg_bin` of the settings, then on the PATH, then in Debian's folders, where the wanted version comes
    before newer ones.

    Args:
        settings: may name the folder.
        name: such as `pg_dump`.
        minimum_major: the server's major version; an older program cannot read a newer server.
        otherwise: how to do without it, where that is possible: a remedy more.

    Raises:
        RolloutError: there is none, or none that is new enough; the line names the remedies.
    """
    too_old: dict[str, int] = {}
    for path in _candidates(settings, name, minimum_major):
        major = _major_version(path)
        if major is not None and major >= minimum_major:
            return path
        if major is not None:
            too_old[path] = major
    found = "; ".join(f"{path} is version {major}" for path, major in too_old.items()) or "there is none"
    raise RolloutError(
        f"The server is PostgreSQL {minimum_major}, which needs {name} {minimum_major} or newer: {found}."
        f" Install postgresql-client-{minimum_major} or name its folder in ROLLOUT_PG_BIN{otherwise}."
    )


def _candidates(settings: Settings, name: str, wanted_major: int) -> Iterator[str]:
    places = [settings.pg_bin] if settings.pg_bin else []
    for place in (*places, os.environ.get("PATH", os.defpath)):
        path = shutil.which(name, path=place)
        if path is not None and Path(path).resolve().name != _DEBIAN_WRAPPER:
            yield path
    majors = [int(folder.name) for folder in _DEBIAN_FOLDERS.glob("*") if folder.name.isdigit()]
    for major in sorted(majors, key=lambda major: (major != wanted_major, -major)):
        path = shutil.which(name, path=str(_DEBIAN_FOLDERS / str(major) / "bin"))
        if path is not None:
            yield path


def _major_version(path: str) -> int | None:
    try:
        said = run_program([path, "--version"], environment=os.environ)
    except RolloutError:
        return None  # not a program of this machine's kind: as good as missing
    match = _VERSION.search(said.output) if said.status == 0 else None
    return int(match[1]) if match else None


def libpq_environment(url: URL) -> dict[str, str]:
    """Return the variables that make libpq's programs connect as a SQLAlchemy URL says.

    In variables, because every user of a machine can read a command line, and with it a password.

    Args:
        url: its query may carry libpq's parameters (`sslmode`, ...) and several hosts, as SQLAlchemy's dialects allow.
    """
    query = {name: (value,) if isinstance(value, str) else value for name, value in url.query.items()}
    hosts, ports = _hosts(url, query)
    stated = {
        "PGHOST": hosts,
        "PGPORT": ports,
        "PGUSER": url.username,
        "PGPASSWORD": None if url.password is None else str(url.password),
        "PGDATABASE": url.database,
    }
    stated |= {variable: ",".join(query.get(name, ())) for name, variable in VARIABLES.items()}
    return {variable: value for variable, value in stated.items() if value}


def _hosts(url: URL, query: Mapping[str, tuple[str, ...]]) -> tuple[str | None, str | None]:
    if "host" not in query:
        return url.host, str(url.port) if url.port else None
    hosts, ports = [], []
    for stated in ",".join(query["host"]).split(","):
        host, _, port = stated.partition(":") if not stated.startswith("/") else (stated, "", "")
        hosts.append(host)
        ports.append(port)
    return ",".join(hosts), ",".join(ports) if any(ports) else ",".join(query.get("port", ()))


def program_environment(url: URL, *, application_name: str) -> dict[str, str]:
    """Return the whole environment of a program that connects as a URL says.

    Args:
        url: wins over `PG*` variables of this process; those that it says nothing of stay, as they do for a driver.
        application_name: shown in `pg_stat_activity`.
    """
    inherited = dict(os.environ)
    stated = libpq_environment(url)
    if "PGHOST" in stated:  # libpq prefers these two to PGHOST
        inherited.pop("PGSERVICE", None)
        inherited.pop("PGHOSTADDR", None)
    # Messages are read here, so they have to be in one language.
    return inherited | stated | {"PGAPPNAME": application_name, "LC_ALL": "C", "LANGUAGE": ""}


def run_program(arguments: Sequence[str], *, environment: Mapping[str, str], standard_input: str = "") -> Ended:
    """Run a program to its end. Whatever interrupts this process ends the program too.

    Args:
        arguments: the program's path and its arguments; no secret among them.
        environment: all of its variables.
        standard_input: what it reads there.

    Raises:
        RolloutError: it cannot be started.
    """
    process = None
    try:
        with signals_deferred():  # a signal inside Popen would leave a program behind
            process = _start(arguments, environment)
        output, errors = process.communicate(standard_input)
    except BaseException:
        if process is not None:
            _end(process)
        raise
    return Ended(process.returncode, output, errors)


def _of_signal(number: int) -> str:
    """Return what is known of a program that a signal has ended."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if number != signal.SIGKILL:
        return f"it was ended by {name}, which another process sent: run the command again"
    return (
        f"it was ended by {name}, as the kernel does when memory runs out (`dmesg`, or OOMKilled in the container's"
        " state): give it more memory, or run it on another machine"
    )


@contextmanager
def program_output(
    arguments: Sequence[str], *, environment: Mapping[str, str], failed: str, remedy: str
) -> Iterator[Iterator[bytes]]:
    """Run a program and yield the lines that it prints, however many; at the end of the block it has ended.

    Args:
        arguments: the program's path and its arguments; no secret among them.
        environment: all of its variables.
        failed: what its failure means, as the beginning of a line.
        remedy: what helps, as a sentence.

    Raises:
        RolloutError: it cannot be started, or it failed.
    """
    with tempfile.TemporaryFile() as errors:
        try:
            with subprocess.Popen(  # noqa: S603 - a path of find_program's
                list(arguments),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            ) as process:
                try:
                    yield iter(process.stdout or ())
                except BaseException:
                    process.kill()
                    raise
        except OSError as error:
            raise RolloutError(f"{arguments[0]} cannot be started: {error.strerror}.") from None
        errors.seek(0)
        ended = Ended(process.returncode, "", errors.read().decode(errors="replace"))
        if ended.status != 0:
            raise RolloutError(f"{failed}: {ended.complaint}. {remedy}")


def _start(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(  # noqa: S603 - a path of find_program's
            list(arguments),
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise RolloutError(f"{arguments[0]} cannot be started: {error.strerror}.") from None


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
