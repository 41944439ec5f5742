"""The steps of a restore: a new database, the file in it, a check, the swap. A failure drops it again.

The administrator creates the database, its extensions and the rights on `public` while it is empty, and renames it at
the end. All that comes out of the file runs over a login of the migrating role, the collection of statistics and the
check included: a function in the file, wherever it is called, has that role's rights.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alembic_rollout.backup.archive_entries import extensions_in
from alembic_rollout.backup.filling import CannotRestoreError, Filling, remedy_of
from alembic_rollout.backup.restore_plan import APPLICATION_NAME, RestorePlan
from alembic_rollout.backup.restored_names import names_of_restore
from alembic_rollout.databases.default_privileges import set_default_privileges
from alembic_rollout.databases.entry_role import create_entry_role, drop_entry_role, is_kept_out
from alembic_rollout.databases.extensions import create_extensions, may_create
from alembic_rollout.databases.lifecycle import (
    copy_public_schema,
    copy_settings,
    create_like,
    drop,
    drop_statement,
    put_in_place,
)
from alembic_rollout.databases.ownership import OwnedObject, give, owned_by_others, read_owned
from alembic_rollout.databases.programs import Ended, program_environment, run_program
from alembic_rollout.databases.refused_entries import LeftOut
from alembic_rollout.databases.wrapper_rights import grant_wrapper_rights, read_wrapper_rights
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.admin_connection import admin_engine
from alembic_rollout.postgres.connection import create_migration_engine
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.run_lock import RunLock

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done.

    Attributes:
        former: the name that the former database has now.
        refused: what the server refused to the migrating role, besides what was known before.
        not_given_back: objects that belonged to other roles and now belong to the migrating role.
    """

    former: str
    refused: tuple[LeftOut, ...]
    not_given_back: tuple[OwnedObject, ...]


def restore(plan: RestorePlan, lock: RunLock) -> Restored:
    """Restore a backup into a new database and swap it for the present one.

    Args:
        plan: what is restored where.
        lock: the run lock of the present database; its session ends with all others of that database.

    Raises:
        RolloutError: the present database was left as it is.
    """
    return _Restoration(plan).run(lock)


@dataclass(frozen=True, slots=True)
class Aside:
    """A backup that is restored into a database of its own.

    Attributes:
        connection: to it, as the migrating role.
        refused: what the server refused to that role, besides what was known before.
    """

    connection: Connection
    refused: tuple[LeftOut, ...]


@contextmanager
def restored_aside(plan: RestorePlan) -> Iterator[Aside]:
    """Restore a backup into a new database, which is dropped at the end; the present one is only read.

    Args:
        plan: what is restored; nothing is swapped.

    Raises:
        RolloutError: the backup could not be restored.
    """
    with _Restoration(plan).aside() as aside:
        yield aside


class _Restoration:
    def __init__(self, plan: RestorePlan) -> None:
        self._plan = plan
        self._present = plan.present
        self._new, self._former = names_of_restore(plan.present.name)
        self._engine = admin_engine(plan.admin_url, application_name=APPLICATION_NAME)
        self._login_url = plan.migration_url.set(database=self._new)

    def run(self, lock: RunLock) -> Restored:
        with self._dropped_on_failure():
            refused = self._fill()
            with self._present_connection() as present, self._login() as connection:
                not_given_back = self._give_back(present, connection)
                self._check(connection)
            self._copy_default_privileges()
            self._analyze()
            with self._engine.connect() as admin:
                copy_settings(admin, self._present, self._new)
                with lock.connection() as connection:
                    connection.invalidate()  # the last moment: a database with a session in it cannot be renamed
                put_in_place(admin, self._engine, present=self._present.name, new=self._new, former=self._former)
        self._drop_entry_role()
        return Restored(self._former, refused, tuple(not_given_back))

    @contextmanager
    def aside(self) -> Iterator[Aside]:
        with self._dropped_on_failure():
            refused = self._fill()
            with self._present_connection() as present, self._login() as connection:
                self._give_back(present, connection)
                self._check(connection)
                self._copy_default_privileges()
                yield Aside(connection, refused)
            self._drop()

    @contextmanager
    def _dropped_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._drop()
            if isinstance(error, DBAPIError):
                raise self._failure(one_line(error)) from None
            raise

    def _drop(self) -> None:
        try:
            with self._engine.connect() as admin:
                drop(admin, self._new)
                drop_entry_role(admin, self._new)
        except DBAPIError as error:
            logger.error("%s is left over (%s): %s", self._new, one_line(error), drop_statement(self._new))  # noqa: TRY400 - one line

    def _drop_entry_role(self) -> None:
        try:
            with self._engine.connect() as admin:
                drop_entry_role(admin, self._new)
        except DBAPIError as error:  # the database is restored all the same
            logger.warning("The role %s, which has no right, could not be dropped: %s", self._new, one_line(error))

    def _failure(self, reason: str) -> RolloutError:
        said = f"{self._plan.archive.path} was not restored, and {self._present.name} was left as it is: {reason}."
        return RolloutError(f"{said}{remedy_of(reason)}")

    def _create(self) -> None:
        """Create the new database, and what only an administrator can put into it."""
        template = "template0" if self._plan.is_superuser else "template1"
        with self._engine.connect() as admin:
            create_like(admin, self._present, self._new, template=template)
            self._let_in(admin)
        if not self._plan.is_superuser:
            return
        wanted = extensions_in(self._plan.archive)
        extensions = [extension for extension in self._plan.target.extensions if extension.name in wanted]
        with self._present_connection() as present, self._administer() as admin, self._login() as connection:
            copy_public_schema(admin, present)
            role = self._plan.target.restorer.role
            create_extensions(
                admin,
                # Its own ones the migrating role creates with the rest of the file, and owns them again.
                [one for one in extensions if one.owner != role or not may_create(connection, one.name)],
                schema_owner=role,
                as_owners=True,
            )
            grant_wrapper_rights(admin, read_wrapper_rights(present))

    def _fill(self) -> tuple[LeftOut, ...]:
        """Create the new database and restore the file into it; return what the server refused."""
        self._create()
        logger.info("Restoring %s into %s as %s.", self._plan.archive.path, self._new, self._plan.target.restorer.role)
        filling = Filling(self._plan, self._new, self._run)
        try:
            with self._login() as connection:
                is_as_new = filling.try_out(connection)
            if not is_as_new:
                self._drop()
                self._create()
            with self._login() as connection:
                filling.restore(connection)
        except CannotRestoreError as error:
            raise self._failure(str(error)) from None
        return tuple(filling.refused)

    def _give_back(self, present: Connection, connection: Connection) -> list[OwnedObject]:
        """Give to other roles what is theirs in the present database, as far as the migrating role may do that.

        The administrator does not: what runs with the rights of its owner, such as the expression of an index when
        statistics are collected, would run with that role's rights, a superuser's included.
        """
        if self._plan.target.restorer.is_superuser:
            return []  # pg_restore kept the owners
        others = owned_by_others(read_owned(present), self._plan.target.restorer.role)
        return give(connection, {owned: owned.owner for owned in others})

    def _copy_default_privileges(self) -> None:
        # Last: they count for what a role creates from now on, and the extensions were created before as well.
        if self._plan.copied:
            with self._administer() as admin:
                set_default_privileges(admin, self._plan.copied)

    def _check(self, connection: Connection) -> None:
        found = self._plan.version_table.revisions(connection)
        if found != self._plan.revisions:
            raise self._failure(
                f"it came out at {', '.join(found) or 'no revision'}, not at {', '.join(self._plan.revisions)}"
            )

    def _analyze(self) -> None:
        # Without statistics every plan is a guess, just when all services come back at once.
        logger.info("Collecting statistics of %s.", self._new)
        ended = self._run(
            [self._plan.vacuumdb, "--analyze-only", "--quiet", "--no-password", f"--dbname={self._new}"], ""
        )
        if ended.status != 0:
            raise self._failure(ended.complaint)

    def _run(self, command: list[str], standard_input: str) -> Ended:
        environment = program_environment(self._login_url, application_name=APPLICATION_NAME)
        return run_program(command, environment=environment, standard_input=standard_input)

    @contextmanager
    def _administer(self) -> Iterator[Connection]:
        engine: Engine = admin_engine(self._plan.admin_url.set(database=self._new), application_name=APPLICATION_NAME)
        with engine.connect() as admin:
            yield admin

    @contextmanager
    def _present_connection(self) -> Iterator[Connection]:
        engine = create_migration_engine(self._plan.migration_url, application_name=APPLICATION_NAME)
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            yield connection

    def _let_in(self, admin: Connection) -> None:
        """Let the migrating role into the new database where pg_hba.conf refuses it."""
        try:
            self._connected().close()
        except DBAPIError as error:
            login = self._login_url.username
            if login and self._plan.may_create_roles and is_kept_out(one_line(error)):
                create_entry_role(admin, self._new, member=login)

    @contextmanager
    def _login(self) -> Iterator[Connection]:
        """Connect to the new database as the migrating role."""
        try:
            connection = self._connected()
        except DBAPIError as error:
            raise self._failure(
                f"{one_line(error).rstrip('.')}. Let {self._login_url.username} connect to databases named"
                f" {self._present.name}_restored_* (pg_hba.conf)"
            ) from None
        with connection:
            yield connection

    def _connected(self) -> Connection:
        engine = create_migration_engine(self._login_url, application_name=APPLICATION_NAME)
        return engine.execution_options(isolation_level="AUTOCOMMIT").connect()
