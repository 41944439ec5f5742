"""What stands in the database: how an object reads there, and what depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import UsageError
from alembic_rollout.project.undone import undone
from alembic_rollout.sql_objects.object_names import COMMENT, read_object_name
from alembic_rollout.sql_objects.sql_object import SqlObject

_MARK = "alembic_rollout_objects"
_COPY = "alembic_rollout_copy"
_RAW = {"no_parameters": True}

_CODE = """
    SELECT pg_get_functiondef(oid) FROM pg_proc
    WHERE oid = to_regprocedure(%(name)s) AND (prokind = 'p') = (%(kind)s = 'procedure')
"""
_VIEW = """
    SELECT format('CREATE %%sVIEW %%s%%s AS', CASE relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END, %(name)s,
                  ' WITH (' || array_to_string(reloptions, ', ') || ')')
           || E'\\n' || rtrim(pg_get_viewdef(oid), ';') || CASE WHEN relkind = 'm' AND NOT relispopulated
           THEN E'\\nWITH NO DATA' ELSE '' END
    FROM pg_class WHERE oid = to_regclass(%(name)s) AND relkind = CASE WHEN %(kind)s = 'view' THEN 'v' ELSE 'm' END
"""
_TRIGGER = """
    SELECT pg_get_triggerdef(oid) FROM pg_trigger
    WHERE tgrelid = to_regclass(%(relation)s) AND tgname = %(bare)s AND NOT tgisinternal
"""
_POLICY = """
    SELECT format('CREATE POLICY %%I ON %%s AS %%s FOR %%s TO %%s', polname, %(relation)s,
        CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END,
        (SELECT string_agg(CASE WHEN role = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END, ', ')
         FROM unnest(polroles) AS role))
        || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '')
        || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '')
    FROM pg_policy WHERE polrelid = to_regclass(%(relation)s) AND polname = %(bare)s
"""
_INDEX = "SELECT pg_get_indexdef(oid) FROM pg_class WHERE oid = to_regclass(%(name)s) AND relkind = 'i'"
_ROW_SECURITY = """
    SELECT format('ALTER TABLE %%s %%s ROW LEVEL SECURITY', %(relation)s, CASE WHEN %(forced)s THEN 'FORCE' ELSE
        'ENABLE' END)
    FROM pg_class WHERE oid = to_regclass(%(relation)s) AND CASE WHEN %(forced)s THEN relforcerowsecurity ELSE
        relrowsecurity END
"""
_DEFINITIONS = {
    "function": _CODE,
    "procedure": _CODE,
    "view": _VIEW,
    "materialized view": _VIEW,
    "trigger": _TRIGGER,
    "policy": _POLICY,
    "index": _INDEX,
    "row level security": _ROW_SECURITY,
}
_COMMENTS = {
    "VIEW": "SELECT obj_description(to_regclass(%(name)s), 'pg_class')",
    "FUNCTION": "SELECT obj_description(to_regprocedure(%(name)s), 'pg_proc')",
    "PROCEDURE": "SELECT obj_description(to_regprocedure(%(name)s), 'pg_proc')",
    "TRIGGER": """
        SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger
        WHERE tgrelid = to_regclass(%(name)s) AND tgname = %(bare)s
    """,
    "POLICY": """
        SELECT obj_description(oid, 'pg_policy') FROM pg_policy
        WHERE polrelid = to_regclass(%(name)s) AND polname = %(bare)s
    """,
    "COLUMN": """
        SELECT col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = to_regclass(%(name)s) AND attname = %(bare)s
    """,
}
_VIEW_COLUMNS = """
    SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
# A view hangs on what its rule reads; what hangs on a view's row type hangs on the view.
_DEPENDENTS = """
    WITH RECURSIVE direct AS (
        SELECT refclassid, refobjid, refobjsubid,
            CASE WHEN d.classid = 'pg_rewrite'::regclass THEN 'pg_class'::regclass ELSE d.classid END AS classid,
            coalesce(ev_class, d.objid) AS objid
        FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
        WHERE deptype IN ('n', 'a') AND NOT (refclassid = d.classid AND refobjid = coalesce(ev_class, d.objid))
        UNION ALL
        SELECT 'pg_class'::regclass, typrelid, 0, d.classid, d.objid
        FROM pg_depend d JOIN pg_type y ON refclassid = 'pg_type'::regclass AND refobjid = y.oid
        WHERE typrelid <> 0 AND deptype = 'n'
    ), found AS (
        SELECT classid, objid, true AS is_direct FROM direct WHERE {start}
        UNION
        SELECT direct.classid, direct.objid, false FROM found JOIN direct
            ON refclassid = found.classid AND refobjid = found.objid
        WHERE direct.classid <> 'pg_type'::regclass
    )
    SELECT i.type, i.identity, pg_describe_object(found.classid, found.objid, 0),
        coalesce(t.tgrelid, p.polrelid)::regclass::text, bool_or(is_direct)
    FROM found
    LEFT JOIN pg_trigger t ON found.classid = 'pg_trigger'::regclass AND t.oid = found.objid
    LEFT JOIN pg_policy p ON found.classid = 'pg_policy'::regclass AND p.oid = found.objid
    CROSS JOIN LATERAL pg_identify_object(found.classid, found.objid, 0) i
    WHERE found.classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
        'pg_constraint'::regclass, 'pg_attrdef'::regclass)
        AND NOT (found.classid = 'pg_trigger'::regclass AND tgisinternal)
    GROUP BY 1, 2, 3, 4
"""
_OF_OBJECT = """
    (refclassid, refobjid) IN (
        SELECT 'pg_class'::regclass::oid, to_regclass(name)::oid FROM unnest(%(relations)s::text[]) AS name
        UNION ALL
        SELECT 'pg_proc'::regclass::oid, to_regprocedure(name)::oid FROM unnest(%(functions)s::text[]) AS name
    )
"""
_OF_COLUMN = """
    refclassid = 'pg_class'::regclass AND (refobjid, refobjsubid) = (
        SELECT attrelid, attnum FROM pg_attribute WHERE attrelid = to_regclass(%(table)s) AND attname = %(column)s)
"""
_CODE_OF_TYPE = """
    SELECT i.type, i.identity FROM pg_depend d
    JOIN pg_type t ON refclassid = 'pg_type'::regclass AND refobjid IN (t.oid, t.typarray)
    CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) i
    WHERE classid = 'pg_proc'::regclass AND t.oid = to_regtype(%s)
"""
_OBJECTS = ("function", "procedure", "view", "materialized view", "trigger", "policy", "index")


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that depends on an object or a column.

    Attributes:
        name: what it is called; empty for what no file can declare.
        shown: in PostgreSQL's words.
        relation: the table of a trigger or a policy.
        is_direct: not by way of another alone.
    """

    name: str
    shown: str
    relation: str
    is_direct: bool


def live_object(connection: Connection, one: SqlObject) -> SqlObject | None:
    """Return an object as it reads in the database; None where it is not there."""
    if one.kind == "comment":
        return _live_comment(connection, one)
    parameters = {
        "name": one.sql_name,
        "kind": one.kind,
        "bare": _bare(one),
        "relation": one.relation,
        "forced": one.name.startswith("FORCE "),
    }
    text = connection.exec_driver_sql(_DEFINITIONS[one.kind], parameters).scalar()
    return None if text is None else SqlObject.read(str(text))


def is_table(connection: Connection, name: str) -> bool:
    """Return True if a table has this name, as SQL."""
    query = "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(%s) AND relkind IN ('r', 'p'))"
    return bool(connection.exec_driver_sql(query, (name,)).scalar())


def view_columns(connection: Connection, name: str) -> list[tuple[str, str]]:
    """Return names and types of the columns of a view that is there; none where it is not."""
    return [(column, type_) for column, type_ in connection.exec_driver_sql(_VIEW_COLUMNS, (name,))]


def columns_of_query(connection: Connection, one: SqlObject) -> list[tuple[str, str]] | None:
    """Return the columns that a view would have, asked with a temporary one that is undone; None where it has none yet.

    No lock of it blocks another session.
    """
    statement = one.temporary_view(_COPY)
    if not statement:
        return None
    try:
        with undone(connection, _MARK):
            connection.exec_driver_sql(statement, execution_options=_RAW)
            return view_columns(connection, f"pg_temp.{_COPY}")
    except DBAPIError:
        if connection.invalidated:
            raise
        return None


def dependents(connection: Connection, objects: Sequence[SqlObject]) -> list[Dependent]:
    """Return what depends on objects, by way of others too."""
    functions = [one.sql_name for one in objects if one.kind in ("function", "procedure")]
    relations = [one.sql_name for one in objects if one.kind.endswith("view")]
    return _found(connection, _OF_OBJECT, {"functions": functions, "relations": relations})


def dependents_of_table(connection: Connection, table: str) -> list[Dependent]:
    """Return what depends on a table and may be declared, by way of others too; not its indexes."""
    found = _found(connection, _OF_OBJECT, {"functions": [], "relations": [table]})
    return [one for one in found if one.name and not one.name.startswith("INDEX ")]


def dependents_of_column(connection: Connection, table: str, column: str) -> list[Dependent]:
    """Return what depends on a column, by way of others too; not its keys, checks, defaults and indexes."""
    found = _found(connection, _OF_COLUMN, {"table": table, "column": column})
    return [one for one in found if one.name and not one.name.startswith("INDEX ")]


def code_of_type(connection: Connection, type_: str) -> set[str]:
    """Return the names of functions and procedures that take or return a type."""
    return {_name(kind, identity) for kind, identity in connection.exec_driver_sql(_CODE_OF_TYPE, (type_,))}


def _found(connection: Connection, start: str, parameters: dict[str, object]) -> list[Dependent]:
    rows = connection.exec_driver_sql(_DEPENDENTS.format(start=start), parameters)
    return sorted(
        (
            Dependent(_name(kind, identity), str(shown), str(relation or ""), bool(is_direct))
            for kind, identity, shown, relation, is_direct in rows
        ),
        key=lambda one: one.shown,
    )


def _name(kind: str, identity: str) -> str:
    if kind not in _OBJECTS:
        return ""
    try:
        return read_object_name(f"{kind} {identity}")
    except UsageError:
        return ""


def _live_comment(connection: Connection, one: SqlObject) -> SqlObject | None:
    kind, _, rest = one.relation.partition(" ")
    if kind == "COLUMN":
        name, _, column = rest.rpartition(".")
    else:
        commented = SqlObject.named(one.relation)
        kind, name, column = commented.kind.upper(), commented.relation or commented.sql_name, _bare(commented)
    query = _COMMENTS.get(kind, _COMMENTS["VIEW"])
    text = connection.exec_driver_sql(query, {"name": name, "bare": _unquoted(column)}).scalar()
    return None if text is None else SqlObject.read(f"{COMMENT}{one.relation} IS {_quoted(str(text))}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _bare(one: SqlObject) -> str:
    return _unquoted(one.sql_name)


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
