"""Functions, views, materialized views, triggers and policies that a service declares as SQL files.

Plain statements in the revision's transaction. The text of a call is what the files are compared with, so it is written
where it stands.
"""

from alembic import op

from alembic_rollout.operations.autocommit import literal
from alembic_rollout.sql_objects.object_names import drop_statement, read_object_name
from alembic_rollout.sql_objects.sql_object import SqlObject, dedented

# GRANT and REVOKE take a view for a table. What default privileges gave a new object and the former had not is revoked.
_SAVE = """
SELECT set_config('alembic_rollout.rights', (
    coalesce(nullif(current_setting('alembic_rollout.rights', true), ''), '{{}}')::jsonb
    || jsonb_build_object('{key}', coalesce((
        SELECT jsonb_agg(jsonb_build_array(privilege_type, is_grantable, grantee::regrole::text, attname))
        FROM ({rights}) AS present), '[]')))::text, true)
"""
_RESTORE = """
-- alembic-rollout: keep rights
DO $do$
DECLARE
    former jsonb := current_setting('alembic_rollout.rights')::jsonb -> '{key}';
    one record;
BEGIN
    FOR one IN
        SELECT DISTINCT privilege_type, grantee, attname FROM ({rights}) AS present
        WHERE NOT EXISTS (
            SELECT FROM jsonb_array_elements(former) AS kept
            WHERE kept ->> 0 = privilege_type AND kept ->> 2 = grantee::regrole::text
                AND kept ->> 3 IS NOT DISTINCT FROM attname)
    LOOP
        EXECUTE format('REVOKE %s%s ON {target} FROM %s', one.privilege_type, ' (' || quote_ident(one.attname) || ')',
            CASE WHEN one.grantee = 0 THEN 'PUBLIC' ELSE one.grantee::regrole::text END);
    END LOOP;
    FOR one IN SELECT kept ->> 0 AS privilege_type, (kept ->> 1)::boolean AS is_grantable, kept ->> 2 AS grantee,
        kept ->> 3 AS attname FROM jsonb_array_elements(former) AS kept
    LOOP
        EXECUTE format('GRANT %s%s ON {target} TO %s%s', one.privilege_type, ' (' || quote_ident(one.attname) || ')',
            CASE WHEN one.grantee = '-' THEN 'PUBLIC' ELSE one.grantee END,
            CASE WHEN one.is_grantable THEN ' WITH GRANT OPTION' END);
    END LOOP;
END
$do$
"""
_OF_RELATION = """
    SELECT privilege_type, is_grantable, grantee, NULL::text AS attname
    FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) WHERE oid = '{name}'::regclass
    UNION ALL
    SELECT privilege_type, is_grantable, grantee, attname::text FROM pg_attribute, aclexplode(attacl)
    WHERE attrelid = '{name}'::regclass
"""
_OF_FUNCTION = """
    SELECT privilege_type, is_grantable, grantee, NULL::text AS attname
    FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE oid = '{name}'::regprocedure
"""
_WITH_RIGHTS = ("function", "procedure", "view", "materialized view")


def create_object(sql: str, *, keep_rights: bool = False) -> None:
    """Make an object that is not there.

    Args:
        sql: `CREATE FUNCTION`, `VIEW`, `MATERIALIZED VIEW`, `TRIGGER`, `POLICY`, or an index, a comment or row level
            security that belongs to one.
        keep_rights: give it the rights of the one that `drop_object(..., keep_rights=True)` took away in this revision.
    """
    one = SqlObject.read(dedented(sql))
    _execute(one.creation(is_replacing=False))
    if keep_rights and one.kind in _WITH_RIGHTS:
        _execute(_of_rights(_RESTORE, one))


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
    if keep_rights and known.startswith(tuple(f"{kind.upper()} " for kind in _WITH_RIGHTS)):
        _execute(_of_rights(_SAVE, SqlObject.named(known)))
    _execute(drop_statement(known))


def _of_rights(template: str, one: SqlObject) -> str:
    is_code = one.kind in ("function", "procedure")
    quoted = one.sql_name.replace("'", "''")
    rights = (_OF_FUNCTION if is_code else _OF_RELATION).format(name=quoted).strip()
    target = f"{one.kind.upper()} {quoted}" if is_code else quoted
    return template.format(rights=rights, key=one.name.replace("'", "''"), target=target.replace("%", "%%")).strip()


def _if_exists(drop: str) -> str:
    words = drop.split(" ")
    return " ".join([*words[:2], "IF EXISTS", *words[2:]])


def _execute(sql: str) -> None:
    """Run an author's SQL as it is: neither `:name` nor `%` is a parameter."""
    context = op.get_context()
    if context.as_sql:
        context.impl.static_output(sql + context.impl.command_terminator)
    else:
        op.get_bind().exec_driver_sql(literal(sql))
