"""A new database beside one that is there: made like it, given its rights and settings, and put in its place."""

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import quote
from alembic_rollout.postgres.sqlstates import OBJECT_IN_USE

_RENAME_ATTEMPTS = 6  # the server itself waits 5 s in each for the sessions to end
_LOOK_AGAIN_SECONDS = 0.05
# Settings that hold a list of names: their value is kept with quotes of its own, see variable_is_guc_list_quote()
# in src/bin/pg_dump/dumputils.c.
_LISTS = frozenset(
    (
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    )
)
_ELEMENT = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')
# Clients of a database: its autovacuum and parallel workers end by themselves. What a role may not see is null.
SESSIONS = """
    FROM pg_stat_activity a
    WHERE a.datname = %s AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
      AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender')
"""

logger = logging.getLogger(__name__)
# pg_database.datlocprovider, https://www.postgresql.org/docs/current/catalog-pg-database.html
_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}


@dataclass(frozen=True, slots=True)
class PresentDatabase:
    """A database as `pg_database` describes it.

    Attributes:
        name: its name.
        owner: the role that owns it.
        tablespace: where its files are.
        row: its row, by column; which columns there are depends on the server's version.
    """

    name: str
    owner: str
    tablespace: str
    row: dict[str, Any]


def read_database(admin: Connection, name: str) -> PresentDatabase | None:
    """Return what there is to know of a database; None where there is none of this name."""
    found = admin.exec_driver_sql(
        "SELECT pg_get_userbyid(d.datdba), t.spcname, to_jsonb(d)"
        " FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = %s",
        (name,),
    ).first()
    return None if found is None else PresentDatabase(name, *found)


def create_like(admin: Connection, present: PresentDatabase, name: str, *, template: str) -> None:
    """Create a database with the owner, encoding, locale, tablespace, limits and rights of the present one.

    Args:
        admin: in autocommit.
        present: the model.
        name: of the new one.
        template: what to copy: `template0` is empty, `template1` has what an administrator put there.
    """
    row = present.row
    provider = row.get("datlocprovider", "c")
    locale = row.get("datlocale", row.get("daticulocale"))  # so called since PostgreSQL 17, and in 15 and 16
    clauses = [
        f"CREATE DATABASE {quote(name)} OWNER {quote(present.owner)} TEMPLATE {quote(template)}",
        f"ENCODING {row['encoding']} LC_COLLATE {_literal(row['datcollate'])} LC_CTYPE {_literal(row['datctype'])}",
        # Left out, it is the template's, which may be another one than that of the database.
        f"LOCALE_PROVIDER {_PROVIDERS[provider]}" if "datlocprovider" in row else "",
        f"{'ICU_LOCALE' if provider == 'i' else 'BUILTIN_LOCALE'} {_literal(str(locale))}" if provider != "c" else "",
        f"ICU_RULES {_literal(row['daticurules'])}" if row.get("daticurules") else "",
        # Naming the default takes a right that few roles have; leaving it out takes none.
        f"TABLESPACE {quote(present.tablespace)}" if present.tablespace != "pg_default" else "",
        f"CONNECTION LIMIT {row['datconnlimit']}",
    ]
    execute(admin, " ".join(filter(None, clauses)))
    for statement in (*_privileges(admin, present, name), *_comment(admin, present, name)):
        execute(admin, statement)


def _privileges(admin: Connection, present: PresentDatabase, name: str) -> Iterator[str]:
    if present.row["datacl"] is None:
        return
    granted = admin.exec_driver_sql(
        "SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END, a.is_grantable"
        " FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = %s",
        (present.name,),
    )
    yield from _grants(f"DATABASE {quote(name)}", present.owner, granted.all())


def _grants(target: str, owner: str, granted: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield f"REVOKE ALL ON {target} FROM PUBLIC, {quote(owner)}"
    for privilege, grantee, grantable in granted:
        to = "PUBLIC" if grantee is None else quote(grantee)
        yield f"GRANT {privilege} ON {target} TO {to}{' WITH GRANT OPTION' if grantable else ''}"


def copy_public_schema(admin: Connection, present: Connection) -> None:
    """Give the schema `public` of a new database the owner and the rights that it has in the present one.

    Args:
        admin: to the new database, as a superuser, in autocommit.
        present: to the present database, as any role. Where it has no such schema, nothing is changed.
    """
    found = present.exec_driver_sql(
        "SELECT pg_catalog.pg_get_userbyid(nspowner), nspacl IS NULL FROM pg_catalog.pg_namespace"
        " WHERE nspname = 'public'"
    ).first()
    if found is None:
        return
    owner, has_default_rights = found
    execute(admin, f"ALTER SCHEMA public OWNER TO {quote(owner)}")
    if has_default_rights:
        return
    granted = present.exec_driver_sql(
        "SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(a.grantee) END,"
        " a.is_grantable FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a WHERE n.nspname = 'public'"
    )
    for statement in _grants("SCHEMA public", owner, granted.all()):
        execute(admin, statement)


def _comment(admin: Connection, present: PresentDatabase, name: str) -> Iterator[str]:
    comment = admin.exec_driver_sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (present.name,)
    ).scalar()
    if comment is not None:
        yield f"COMMENT ON DATABASE {quote(name)} IS {_literal(comment)}"


def copy_settings(admin: Connection, present: PresentDatabase, name: str) -> None:
    """Give a database what `ALTER DATABASE ... SET` and `ALTER ROLE ... IN DATABASE ... SET` gave the present one.

    Args:
        admin: in autocommit.
        present: the model.
        name: of the new one. Fill it before: a setting such as `default_transaction_read_only` binds its sessions.
    """
    found = admin.exec_driver_sql(
        "SELECT CASE s.setrole WHEN 0 THEN NULL ELSE pg_get_userbyid(s.setrole) END, s.setconfig"
        " FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = %s",
        (present.name,),
    )
    for role, settings in found.all():
        whose = f"DATABASE {quote(name)}" if role is None else f"ROLE {quote(role)} IN DATABASE {quote(name)}"
        for setting in settings:
            parameter, _, value = setting.partition("=")
            execute(admin, f"ALTER {whose} SET {quote(parameter)} = {_setting_value(parameter, value)}")


def _setting_value(parameter: str, value: str) -> str:
    if parameter not in _LISTS:
        return _literal(value)
    elements = (quoted.replace('""', '"') or plain for quoted, plain in _ELEMENT.findall(value))
    return ", ".join(map(_literal, elements)) or "''"


def put_in_place(admin: Connection, engine: Engine, *, present: str, new: str, former: str) -> None:
    """Give the new database the present one's name, and that one another, in one transaction: both or neither.

    Renaming locks a database against new sessions and waits 5 s for the old ones to leave, so they are ended from a
    second connection meanwhile. Nothing has to be undone whenever this process dies.

    Args:
        admin: in autocommit, to neither of the two databases.
        engine: for the second connection.
        present: name of the database in use.
        new: present name of the one that takes its place.
        former: what the one in use is called from now on.

    Raises:
        RolloutError: nothing was renamed.
    """
    for attempt in range(1, _RENAME_ATTEMPTS + 1):
        with _ending_sessions(engine, present) as refusals:
            try:
                _rename_both(admin, present=present, new=new, former=former)
            except DBAPIError as error:
                reason = "; ".join([one_line(error), *refusals])
                if admin.invalidated:
                    raise RolloutError(f"The connection was lost while {present} was being renamed: {reason}") from None
                if sqlstate(error) != OBJECT_IN_USE or attempt == _RENAME_ATTEMPTS:
                    raise RolloutError(
                        f"{present} was left as it is, because it could not be renamed: {reason}"
                    ) from None
                logger.warning("Sessions of %s do not end; trying again: %s", present, reason)
            else:
                return


def _rename_both(admin: Connection, *, present: str, new: str, former: str) -> None:
    try:
        execute(admin, "BEGIN")
        execute(admin, f"ALTER DATABASE {quote(present)} RENAME TO {quote(former)}")
        execute(admin, f"ALTER DATABASE {quote(new)} RENAME TO {quote(present)}")
        execute(admin, "COMMIT")
    except BaseException:
        if not admin.invalidated:
            execute(admin, "ROLLBACK")
        raise


@contextmanager
def _ending_sessions(engine: Engine, database: str) -> Iterator[list[str]]:
    """End every session of a database, and those that follow, while inside; what cannot be ended is reported."""
    refusals: list[str] = []
    over = threading.Event()

    def end_them() -> None:
        try:
            with engine.connect() as connection:
                while True:
                    connection.exec_driver_sql(f"SELECT pg_terminate_backend(a.pid) {SESSIONS}", (database,))
                    if over.wait(_LOOK_AGAIN_SECONDS):
                        return
        except DBAPIError as error:
            refusals.append(one_line(error))

    thread = threading.Thread(target=end_them, name="alembic-rollout ends sessions")
    thread.start()
    try:
        yield refusals
    finally:
        over.set()
        thread.join()


def drop(admin: Connection, name: str) -> None:
    """Drop a database and end its sessions."""
    execute(admin, f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)")


def drop_statement(name: str) -> str:
    """Return the statement that drops a database, for a person to run."""
    return f"DROP DATABASE {quote(name)};"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
