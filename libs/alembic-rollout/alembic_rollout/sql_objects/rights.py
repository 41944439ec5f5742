"""Rights on an object that is dropped and made again in one transaction: noted before, restored after it.

Plain SQL, so that `alembic upgrade --sql` has it too; what is noted is a setting of the transaction.
"""

import re

from alembic_rollout.sql_objects.object_names import CODE, VIEWS
from alembic_rollout.sql_objects.sql_object import SqlObject

# GRANT and REVOKE take a view for a table. What default privileges gave a new object and the former had not is revoked.
_SAVE = """
SELECT set_config('alembic_rollout.rights', (
    coalesce(nullif(current_setting('alembic_rollout.rights', true), ''), '{{}}')::jsonb
    || jsonb_build_object('{key}', coalesce((
        SELECT jsonb_agg(jsonb_build_array(privilege_type, is_grantable, grantee::regrole::text, attname))
        FROM ({rights}) AS present), '[]')))::text, true)
"""
_MARK = "-- alembic-rollout: keep rights"
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
# What stands for a name or a query ends neither the statement nor the text of the block.
_RESTORING = "[^;$]*".join(re.escape(part) for part in re.split(r"\{(?:rights|key|target)\}", _RESTORE.strip()))
WITH_RIGHTS = (*CODE, *VIEWS)
"""Kinds of objects to which rights are granted."""


def is_restoring_rights(sql: str) -> bool:
    """Return True if a statement is what `restoring_rights` returns, and no more."""
    return sql.startswith(_MARK) and re.fullmatch(_RESTORING, sql.strip()) is not None


def saving_rights(one: SqlObject) -> str:
    """Return SQL that notes, until the transaction ends, who may use an object."""
    return _of_rights(_SAVE, one)


def restoring_rights(one: SqlObject) -> str:
    """Return SQL that gives an object the rights which were noted, and no others."""
    return _of_rights(_RESTORE, one)


def _of_rights(template: str, one: SqlObject) -> str:
    is_code = one.kind in CODE
    quoted = one.sql_name.replace("'", "''")
    rights = (_OF_FUNCTION if is_code else _OF_RELATION).format(name=quoted).strip()
    target = f"{one.kind.upper()} {quoted}" if is_code else quoted
    return template.format(rights=rights, key=one.name.replace("'", "''"), target=target.replace("%", "%%")).strip()
