"""Functions, views, materialized views, triggers and policies that a service declares as SQL files.

Plain statements in the revision's transaction. The text of a call is what the files are compared with, so it is written
where it stands.
"""

from alembic import op

from alembic_rollout.postgres.identifiers import for_driver
from alembic_rollout.sql_objects.object_names import drop_statement, read_object_name
from alembic_rollout.sql_objects.rights import WITH_RIGHTS, restoring_rights, saving_rights
from alembic_rollout.sql_objects.sql_object import SqlObject, dedented


def create_object(sql: str, *, keep_rights: bool = False) -> None:
    """Make an object that is not there.

    Args:
        sql: `CREATE FUNCTION`, `VIEW`, `MATERIALIZED VIEW`, `TRIGGER`, `POLICY`, or an index, a comment or row level
            security that belongs to one.
        keep_rights: give it the rights of the one that `drop_object(..., keep_rights=True)` took away in this revision.
    """
    one = SqlObject.read(dedented(sql))
    _execute(one.creation(is_replacing=False))
    if keep_rights and one.kind in WITH_RIGHTS:
        _execute(restoring_rights(one))


def replace_object(sql: str) -> None:
    """Make an object, in place of the one of its name where that is there.

    With `CREATE OR REPLACE` where PostgreSQL has it, which keeps rights and what depends on it. A policy, a constraint
    trigger and an index are dropped and made again, in the same transaction.

    Args:
        sql: as `create_object` takes it.
    """
    one = SqlObject.read(dedented(sql))
    if not one.is_replaceable and one.tokens[0] == "create":
        _execute(_if_exists(drop_statement(one.name)))
    _execute(one.creation(is_replacing=True))


def drop_object(name: str, *, keep_rights: bool = False) -> None:
    """Take an object away.

    Args:
        name: `VIEW v`, `MATERIALIZED VIEW m`, `FUNCTION f(integer)`, `TRIGGER t ON profiles`, `POLICY p ON profiles`,
            `INDEX i`, `COMMENT ON VIEW v`, `ROW LEVEL SECURITY ON profiles`, `FORCE ROW LEVEL SECURITY ON profiles`.
        keep_rights: note who may use it, for `create_object(..., keep_rights=True)`.
    """
    known = read_object_name(name)
    if keep_rights and known.startswith(tuple(f"{kind.upper()} " for kind in WITH_RIGHTS)):
        _execute(saving_rights(SqlObject.named(known)))
    _execute(drop_statement(known))


def _if_exists(drop: str) -> str:
    words = drop.split(" ")
    return " ".join([*words[:2], "IF EXISTS", *words[2:]])


def _execute(sql: str) -> None:
    """Run an author's SQL as it is: neither `:name` nor `%` is a parameter."""
    context = op.get_context()
    if context.as_sql:
        context.impl.static_output(sql + context.impl.command_terminator)
    else:
        op.get_bind().exec_driver_sql(for_driver(sql))
