"""Extensions and other things of a database that its migrating role does not own, when a backup is restored."""

import logging
import re
from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.backup.archive import Archive
from alembic_rollout.postgres.databases import execute
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.identifiers import quote
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE

_EXTENSION = re.compile(r"\d+; \d+ \d+ EXTENSION - (\S+)(?: .*)?")
_OF_EXTENSION = re.compile(r"\d+; \d+ \d+ (?:EXTENSION - |COMMENT - EXTENSION )(\S+)(?: .*)?")
_SCHEMA = re.compile(r"\d+; \d+ \d+ SCHEMA - (\S+)(?: .*)?")
_OF_SCHEMA = re.compile(r"\d+; \d+ \d+ (?:COMMENT|ACL) - SCHEMA (\S+)(?: .*)?")
_DEFAULT_ACL = re.compile(r"\d+; \d+ \d+ DEFAULT ACL .* (\S+)")

logger = logging.getLogger(__name__)


def create_extensions(new: Connection, present: Connection, archive: Archive) -> None:
    """Create a file's extensions, each as the role that owns it in the present database.

    A file of pg_dump does not say who owns an extension: pg_restore would make all of them the superuser's, and the
    migrating role could no longer drop one that it had created.

    Args:
        new: to the restored database, as a superuser.
        present: to the present database.
        archive: the file.
    """
    wanted = [match[1] for entry in archive.entries if (match := _EXTENSION.fullmatch(entry))]
    owners = present.exec_driver_sql(
        "SELECT e.extname, pg_get_userbyid(e.extowner), n.nspname"
        " FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = ANY(%s) ORDER BY e.oid",
        (wanted,),
    )
    schemas = set(new.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars())
    for extension, owner, schema in owners.all():
        if schema in schemas:  # pg_restore makes the others, and what is in them
            _create_as(new, owner, extension, schema)


def _create_as(new: Connection, owner: str, extension: str, schema: str) -> None:
    execute(new, f"SET ROLE {quote(owner)}")
    try:
        execute(new, f"CREATE EXTENSION IF NOT EXISTS {quote(extension)} SCHEMA {quote(schema)} CASCADE")
    except DBAPIError as error:
        if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
            raise
        logger.info("%s owns the extension %s but may not create it: left to the superuser.", owner, extension)
    finally:
        execute(new, "RESET ROLE")


def entries_for_role(new: Connection, archive: Archive, role: str) -> list[str]:
    """Return the entries of a file that a role can restore into a copy of `template1`.

    What is left out is there already, or only an administrator may change it: extensions that `template1` has, schemas
    that come with every database, their rights, and the default rights of roles that this one is no member of.

    Args:
        new: to the restored database.
        archive: the file.
        role: the role.
    """
    extensions = set(new.exec_driver_sql("SELECT extname FROM pg_extension").scalars())
    schemas = {
        name: bool(owned)
        for name, owned in new.exec_driver_sql(
            "SELECT nspname, pg_has_role(%s, nspowner, 'USAGE') FROM pg_namespace", (role,)
        )
    }
    roles = set(
        new.exec_driver_sql("SELECT rolname FROM pg_roles WHERE pg_has_role(%s, oid, 'MEMBER')", (role,)).scalars()
    )

    restorable, left_out = [], []
    for entry in archive.entries:
        if _is_restorable(entry, extensions=extensions, schemas=schemas, roles=roles):
            restorable.append(entry)
        else:
            left_out.append(entry.partition("; ")[2])
    if left_out:
        logger.info("Left as template1 has it, which %s may not change: %s", role, "; ".join(left_out))
    return restorable


def _is_restorable(entry: str, *, extensions: set[str], schemas: Mapping[str, bool], roles: set[str]) -> bool:
    if match := _OF_EXTENSION.fullmatch(entry):
        return match[1] not in extensions
    if match := _SCHEMA.fullmatch(entry):
        return match[1] not in schemas
    if match := _OF_SCHEMA.fullmatch(entry):
        return schemas.get(match[1], True)
    if match := _DEFAULT_ACL.fullmatch(entry):
        return match[1] in roles
    return True
