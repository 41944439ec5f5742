"""The steps of a restore: a new database, the file in it, a look at it, the swap. A failure drops it again."""

import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from alembic_rollout.backup.archive import Archive
from alembic_rollout.backup.archive_entries import create_extensions, entries_for_role
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import create_migration_engine
from alembic_rollout.postgres.databases import (
    PresentDatabase,
    copy_settings,
    create_like,
    drop,
    drop_statement,
    name_beside,
    put_in_place,
)
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.programs import Ended, program_environment, run_program
from alembic_rollout.postgres.run_lock import RunLock
from alembic_rollout.postgres.version_table import VersionTable

APPLICATION_NAME = "alembic-rollout restore"
# One transaction holds a lock on everything that it makes: more than this may not fit into the server's lock table.
_MOST_ENTRIES_OF_A_TRANSACTION = 1000

_UNKNOWN_SETTING = "unrecognized configuration parameter"
_RESTORED = "_restored_"
_TIMESTAMP = "%Y%m%d%H%M%S%f"  # microseconds, because two restores within a second need two names
_TIMESTAMP_DIGITS = 20

logger = logging.getLogger(__name__)


def admin_engine(url: URL) -> Engine:
    """Return an engine in autocommit for the role that creates and renames databases."""
    engine = create_migration_engine(url.render_as_string(hide_password=False), application_name=APPLICATION_NAME)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def unfinished_restores(admin: Connection, database: str) -> list[str]:
    """Return the databases that restores of this one left behind when they were killed."""
    beginning = name_beside(database, f"{_RESTORED}{'0' * _TIMESTAMP_DIGITS}")[:-_TIMESTAMP_DIGITS]
    names = admin.exec_driver_sql("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (beginning,))
    return [
        name for name in names.scalars() if re.fullmatch(rf"\d{{{_TIMESTAMP_DIGITS}}}", name.removeprefix(beginning))
    ]


@dataclass(frozen=True, slots=True)
class Source:
    """What is restored.

    Attributes:
        archive: the file.
        revisions: what the database was at.
        version_table_schema: where the version table is in the file.
        version_table: its name.
    """

    archive: Archive
    revisions: tuple[str, ...]
    version_table_schema: str
    version_table: str


@dataclass(frozen=True, slots=True)
class Restoration:
    """What is restored where, and by whom.

    Attributes:
        source: the file.
        present: the database whose place the restored one takes.
        admin_url: of the role that does it, in another database.
        is_superuser: whether that role is one. Then everything comes back as it was, owners included; any other role
            makes everything the migrating role's own and leaves to `template1` what only a superuser may create.
        migrating_role: the role that migrates.
        pg_restore: the program.
        vacuumdb: the program.
    """

    source: Source
    present: PresentDatabase
    admin_url: URL
    is_superuser: bool
    migrating_role: str
    pg_restore: str
    vacuumdb: str

    def run(self, lock: RunLock) -> str:
        """Restore and swap; return the name that the former database has now.

        Args:
            lock: the run lock of the present database; its session ends with all others of that database.

        Raises:
            RolloutError: the present database was left as it is.
        """
        timestamp = datetime.now(UTC).strftime(_TIMESTAMP)
        new = name_beside(self.present.name, f"{_RESTORED}{timestamp}")
        former = name_beside(self.present.name, f"_before_{timestamp}")
        engine = admin_engine(self.admin_url)
        with self._dropped_on_failure(engine, new):
            with engine.connect() as admin:
                create_like(admin, self.present, new, template="template0" if self.is_superuser else "template1")
            self._fill(new)
            self._verify(new)
            self._analyze(new)
            with engine.connect() as admin:
                copy_settings(admin, self.present, new)
                with lock.connection() as connection:
                    connection.invalidate()  # the last moment: a database with a session in it cannot be renamed
                put_in_place(admin, engine, present=self.present.name, new=new, former=former)
        return former

    @contextmanager
    def _dropped_on_failure(self, engine: Engine, new: str) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._drop(engine, new)
            if isinstance(error, DBAPIError):
                raise self._failure(one_line(error)) from None
            raise

    def _drop(self, engine: Engine, new: str) -> None:
        try:
            with engine.connect() as admin:
                drop(admin, new)
        except DBAPIError as error:
            logger.error("%s is left over (%s): %s", new, one_line(error), drop_statement(new))  # noqa: TRY400 - one line

    def _failure(self, reason: str) -> RolloutError:
        return RolloutError(
            f"{self.source.archive.path} was not restored, and {self.present.name} was left as it is: {reason}."
        )

    def _fill(self, new: str) -> None:
        archive = self.source.archive
        logger.info("Restoring %s into %s.", archive.path, new)
        command = [self.pg_restore, "--no-password", f"--dbname={new}"]
        with self._connect(new) as connection:
            if self.is_superuser:
                with self._connect(self.present.name) as present:
                    create_extensions(connection, present, archive)
                entries = list(archive.entries)
            else:
                command += ["--no-owner", f"--role={self.migrating_role}"]
                entries = entries_for_role(connection, archive, self.migrating_role)
        with tempfile.NamedTemporaryFile("w", suffix=".list") as listing:
            listing.write("\n".join(entries) + "\n")
            listing.flush()
            self._restore_into(new, [*command, f"--use-list={listing.name}", str(archive.path)])

    def _restore_into(self, new: str, command: list[str]) -> None:
        strictly = [*command, "--exit-on-error"]
        if len(self.source.archive.entries) < _MOST_ENTRIES_OF_A_TRANSACTION:
            strictly.append("--single-transaction")
        ended = self._run(new, strictly)
        ignored: list[str] = []
        if ended.status != 0 and _UNKNOWN_SETTING in ended.complaint:
            # A newer pg_restore begins with settings that an older server has never heard of. They can be missed, and
            # nothing was made yet: again, and this time it is judged afterwards what went wrong besides.
            ended = self._run(new, command)
            ignored = [complaint for complaint in ended.complaints if _UNKNOWN_SETTING in complaint]
        others = [complaint for complaint in ended.complaints if complaint not in ignored]
        if others or (ended.status != 0 and not ignored) or ended.status not in (0, 1):
            raise self._failure(next(iter(others), ended.complaint))

    def _verify(self, new: str) -> None:
        source = self.source
        with self._connect(new) as connection:
            found = VersionTable(source.version_table_schema, source.version_table).revisions(connection)
        if found != source.revisions:
            raise self._failure(
                f"it came out at {', '.join(found) or 'no revision'}, not at {', '.join(source.revisions)}"
            )

    def _analyze(self, new: str) -> None:
        # Without statistics every plan is a guess, just when all services come back at once.
        logger.info("Collecting statistics of %s.", new)
        ended = self._run(new, [self.vacuumdb, "--analyze-only", "--quiet", "--no-password", f"--dbname={new}"])
        if ended.status != 0:
            raise self._failure(ended.complaint)

    def _run(self, new: str, command: list[str]) -> Ended:
        url = self.admin_url.set(database=new)
        return run_program(command, environment=program_environment(url, application_name=APPLICATION_NAME))

    @contextmanager
    def _connect(self, database: str) -> Iterator[Connection]:
        with admin_engine(self.admin_url.set(database=database)).connect() as connection:
            yield connection
