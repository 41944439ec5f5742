"""The entries of a backup that its restore leaves out, because they are there already or surely take a superuser.

What else the server refuses to the migrating role is found out by a trial, once there is a database to try it in.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.backup.archive import Archive, number_of
from alembic_rollout.postgres.identifiers import quote

_ENTRY = r"\d+; \d+ \d+ "
_EXTENSION = re.compile(_ENTRY + r"EXTENSION - (\S+)(?: .*)?")
_OF_EXTENSION = re.compile(_ENTRY + r"(?:EXTENSION - |COMMENT - EXTENSION )(.+)")
_SCHEMA = re.compile(_ENTRY + r"SCHEMA - (.+)")
_OF_SCHEMA = re.compile(_ENTRY + r"(?:COMMENT|ACL) - SCHEMA (.+)")
_DEFAULT_ACL = re.compile(_ENTRY + r"DEFAULT ACL (.+)")
_FOR_SUPERUSERS = re.compile(
    _ENTRY + r"(?:ACCESS METHOD|ACL pg_catalog|EVENT TRIGGER|FOREIGN DATA WRAPPER|OPERATOR CLASS|OPERATOR FAMILY"
    r"|PROCEDURAL LANGUAGE|PUBLICATION TABLES IN SCHEMA|SHELL TYPE|SUBSCRIPTION|TEXT SEARCH PARSER"
    r"|TEXT SEARCH TEMPLATE) .*"
)
_SERVER = re.compile(_ENTRY + r"SERVER - (.+) \S+")
_USER_MAPPING = re.compile(_ENTRY + r"USER MAPPING - USER MAPPING \S+ SERVER (.+) \S+")
_REMARK = re.compile(_ENTRY + r"(?:ACL|COMMENT|SECURITY LABEL|TABLE ATTACH|INDEX ATTACH) .*")


@dataclass(frozen=True, slots=True)
class Restorer:
    """The role that a backup is restored as.

    Attributes:
        role: its name.
        is_superuser: it may restore everything.
        roles: itself and the roles that it is a member of.
    """

    role: str
    is_superuser: bool
    roles: frozenset[str]


def read_restorer(connection: Connection) -> Restorer:
    """Describe the role of a connection."""
    role, is_superuser = connection.exec_driver_sql(
        "SELECT rolname, rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
    ).one()
    roles = connection.exec_driver_sql(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'USAGE')"
    )
    return Restorer(role, bool(is_superuser), frozenset(roles.scalars()))


def extensions_in(archive: Archive) -> tuple[str, ...]:
    """Return the names of the extensions that a file creates."""
    return tuple(match[1] for entry in archive.entries if (match := _EXTENSION.fullmatch(entry)))


def only_for_superusers(entries: Iterable[str], restorer: Restorer) -> list[str]:
    """Return the entries that a role cannot restore, such as event triggers and the default rights of other roles."""
    if restorer.is_superuser:
        return []
    return [entry for entry in entries if not _is_permitted(entry, restorer.roles)]


def _is_permitted(entry: str, roles: Collection[str]) -> bool:
    if match := _DEFAULT_ACL.fullmatch(entry):
        return any(match[1].endswith(f" {role}") for role in roles)
    return _FOR_SUPERUSERS.fullmatch(entry) is None


def without_what_is_there(
    entries: Iterable[str], *, extensions: Collection[str], schemas: Mapping[str, bool]
) -> list[str]:
    """Return the entries that are not in the new database already.

    Args:
        entries: of the file.
        extensions: that the new database has.
        schemas: that the new database has, and True for those that belong to the restoring role.
    """
    return [entry for entry in entries if not _is_there(entry, extensions, schemas)]


def _is_there(entry: str, extensions: Collection[str], schemas: Mapping[str, bool]) -> bool:
    if match := _OF_EXTENSION.fullmatch(entry):
        return _name_in(match[1], extensions) is not None
    if match := _SCHEMA.fullmatch(entry):
        return _name_in(match[1], schemas) is not None
    if match := _OF_SCHEMA.fullmatch(entry):
        name = _name_in(match[1], schemas)
        return name is not None and not schemas[name]
    return False


def _name_in(rest: str, names: Iterable[str]) -> str | None:
    """Return the name, of those that are known, that an entry begins with; the owner follows.

    pg_dump quotes the name in an entry that is about an object (`COMMENT - EXTENSION "uuid-ossp"`), and not in the
    object's own (`EXTENSION - uuid-ossp`): `_printTocEntry` and `dumpComment` in PostgreSQL's src/bin/pg_dump.
    """
    forms = {form: name for name in names for form in (name, quote(name))}
    found = [form for form in forms if rest == form or rest.startswith(f"{form} ")]
    longest = max(found, key=len, default=None)
    # Of a role whose name has a space, the entry is taken for one of another name, which is then restored or refused.
    return forms[longest] if longest is not None and " " not in rest.removeprefix(longest).strip() else None


def with_dependents(archive: Archive, entries: Iterable[str]) -> list[str]:
    """Return entries of a file and those that depend on them, rows, rights and comments included."""
    wanted = set(entries)
    numbers = {number_of(entry) for entry in wanted}
    servers: set[str] = set()
    found = []
    for entry in archive.entries:  # what an entry depends on comes before it
        mapping = _USER_MAPPING.fullmatch(entry)  # pg_dump notes no dependency of it
        if (
            entry in wanted
            or archive.needs.get(number_of(entry), frozenset()) & numbers
            or (mapping and mapping[1] in servers)
        ):
            found.append(entry)
            numbers.add(number_of(entry))
            if server := _SERVER.fullmatch(entry):
                servers.add(server[1])
    return found


def without_remarks(entries: Iterable[str]) -> list[str]:
    """Return entries without those that only say something of an object: its rights, its comment."""
    return [entry for entry in entries if _REMARK.fullmatch(entry) is None]


def described(entry: str) -> str:
    """Return an entry without its numbers: `EVENT TRIGGER - audit postgres`."""
    return re.sub(_ENTRY, "", entry, count=1)
