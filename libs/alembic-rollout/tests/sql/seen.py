"""What is compared of an action, and the names and kinds in the nodes of PostgreSQL's parser."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pglast import ast

from alembic_rollout.sql.action import Action

Node = Any
"""A node of pglast, whose classes say of each attribute that it may be missing."""

_OF_TABLE = ("table", "materialized view", "column", "constraint", "trigger", "policy", "rule", "index", "")
_MADE_OF_ROLE = ("user", "group")
_DETAILED = {("alter", "column"), ("create", "constraint")}
_DETAILS = {
    *("type", "set not null", "drop not null", "set default", "drop default"),
    *("check", "unique", "exclude", "primary key", "foreign key"),
}
_KINDS = {
    "MATVIEW": "materialized view",
    "FOREIGN_TABLE": "table",
    "FDW": "foreign data wrapper",
    "FOREIGN_SERVER": "server",
    "TSCONFIGURATION": "text search configuration",
    "TSDICTIONARY": "text search dictionary",
    "TSPARSER": "text search parser",
    "TSTEMPLATE": "text search template",
    "OPCLASS": "operator class",
    "OPFAMILY": "operator family",
    "STATISTIC_EXT": "statistics",
    "PARAMETER_ACL": "parameter",
    "LARGEOBJECT": "large object",
}


class Seen(NamedTuple):
    """What is compared of an action: `Action` has the same names."""

    verb: str
    kind: str = ""
    name: str = ""
    table: str = ""
    new_name: str = ""
    detail: str = ""
    concurrent: bool = False
    if_exists: bool = False


def seen_by_reader(action: Action) -> Seen:
    """Return what is compared of an action that the reader has found."""
    kind = "role" if action.kind in _MADE_OF_ROLE else action.kind
    compared = (action.verb, kind) in _DETAILED
    return Seen(
        action.verb,
        kind,
        action.name,
        action.table if kind in _OF_TABLE else "",
        "" if kind == "value" else action.new_name,
        action.detail if compared and action.detail in _DETAILS else "",
        action.is_concurrent,
        action.verb in ("drop", "create") and (action.has("if", "exists") or action.has("if", "not", "exists")),
    )


def qualified(parts: Iterable[str | None]) -> str:
    return ".".join(f'"{part}"' if "." in part else part for part in parts if part is not None)


def relation_of(node: Node) -> str:
    return qualified((node.catalogname, node.schemaname, node.relname)) if node else ""


def name_of(node: Node) -> str:
    """Return the name that a list of strings is, or that a node holds which has one."""
    if isinstance(node, ast.ObjectWithArgs):
        node = node.objname
    elif isinstance(node, ast.TypeName):
        node = node.names
    elif isinstance(node, ast.String):
        node = (node,)
    elif isinstance(node, ast.RangeVar):
        return relation_of(node)
    elif isinstance(node, ast.RoleSpec):
        return qualified((node.rolename,))
    elif isinstance(node, str):
        return qualified((node,))
    return qualified(part.sval for part in node or () if isinstance(part, ast.String))


def kind_of(value: Node) -> str:
    name = str(value.name).removeprefix("OBJECT_")
    return _KINDS.get(name, name.lower().replace("_", " "))


def table_of(kind: str, name: str) -> str:
    return name if kind in ("table", "materialized view") else ""


def schema_of(node: Node) -> str:
    if node.relation:
        return qualified((node.relation.catalogname, node.relation.schemaname))
    names = node.object.objname if isinstance(node.object, ast.ObjectWithArgs) else node.object
    return qualified(part.sval for part in names[:-1]) if isinstance(names, tuple) else ""


def last_of(node: Node) -> str:
    names: Node = node.objname if isinstance(node, ast.ObjectWithArgs) else node
    return str(names.sval if isinstance(names, ast.String) else names[-1].sval)
