"""Statements as PostgreSQL's own parser sees them, said in the terms of `alembic_rollout.sql`."""

from collections.abc import Callable, Iterable, Iterator

from pglast import ast, enums, parse_sql
from pglast.enums import AlterTableType, ConstrType, ObjectType

from sql.seen import Node, Seen, kind_of, last_of, name_of, qualified, relation_of, schema_of, table_of

_CONSTRAINT_DETAILS = {
    ConstrType.CONSTR_CHECK: "check",
    ConstrType.CONSTR_UNIQUE: "unique",
    ConstrType.CONSTR_EXCLUSION: "exclude",
    ConstrType.CONSTR_PRIMARY: "primary key",
    ConstrType.CONSTR_FOREIGN: "foreign key",
}
_ADD_CONSTRAINT = "C"  # of AlterDomainStmt.subtype
_OF_CONSTRAINTS = {
    AlterTableType.AT_AddConstraint: "create",
    AlterTableType.AT_DropConstraint: "drop",
    AlterTableType.AT_ValidateConstraint: "validate",
    AlterTableType.AT_AlterConstraint: "alter",
}
_OF_COLUMNS = {
    AlterTableType.AT_AddColumn: ("create", ""),
    AlterTableType.AT_DropColumn: ("drop", ""),
    AlterTableType.AT_AlterColumnType: ("alter", "type"),
    AlterTableType.AT_SetNotNull: ("alter", "set not null"),
    AlterTableType.AT_DropNotNull: ("alter", "drop not null"),
    AlterTableType.AT_ColumnDefault: ("alter", ""),
    AlterTableType.AT_SetStatistics: ("alter", ""),
    AlterTableType.AT_SetOptions: ("alter", ""),
    AlterTableType.AT_ResetOptions: ("alter", ""),
    AlterTableType.AT_SetStorage: ("alter", ""),
    AlterTableType.AT_SetCompression: ("alter", ""),
    AlterTableType.AT_SetExpression: ("alter", ""),
    AlterTableType.AT_DropExpression: ("alter", ""),
    AlterTableType.AT_AddIdentity: ("alter", ""),
    AlterTableType.AT_SetIdentity: ("alter", ""),
    AlterTableType.AT_DropIdentity: ("alter", ""),
}


def seen_by_postgres(sql: str) -> list[list[Seen]]:
    """Return the actions of each statement.

    Raises:
        pglast.Error: PostgreSQL cannot parse the text.
    """
    return [list(_read(statement.stmt)) for statement in parse_sql(sql)]


def _read(node: Node) -> Iterator[Seen]:
    for base in type(node).__mro__:
        if base in _READERS:
            yield from _READERS[base](node)
            return


def _alter_table(node: Node) -> Iterator[Seen]:
    kind, table = kind_of(node.objtype), relation_of(node.relation)
    part = "attribute" if kind == "type" else "column"
    for command in node.cmds:
        yield _command(command, kind, part, table)


def _command(command: Node, kind: str, part: str, table: str) -> Seen:
    which, definition = command.subtype, command.def_
    if which in _OF_CONSTRAINTS:
        name = definition.conname if definition else command.name
        detail = _CONSTRAINT_DETAILS.get(definition.contype, "") if _OF_CONSTRAINTS[which] == "create" else ""
        exists = bool(command.missing_ok)
        return Seen(_OF_CONSTRAINTS[which], "constraint", qualified((name,)), table, detail=detail, if_exists=exists)
    if which in _OF_COLUMNS and kind != "index":
        verb, detail = _OF_COLUMNS[which]
        if which == AlterTableType.AT_ColumnDefault:
            detail = "set default" if definition else "drop default"
        name = definition.colname if verb == "create" else command.name
        of_table, detail = (table, detail) if part == "column" else ("", "")
        exists = bool(command.missing_ok) and verb != "alter"
        return Seen(verb, part, qualified((name,)), of_table, detail=detail, if_exists=exists)
    concurrent = which == AlterTableType.AT_DetachPartition and bool(definition.concurrent)
    return Seen("alter", kind, table, table_of(kind, table), concurrent=concurrent)


def _rename(node: Node) -> Iterator[Seen]:
    kind, new = kind_of(node.renameType), qualified((node.newname,))
    if kind in ("column", "tabconstraint", "attribute"):
        part = "constraint" if kind == "tabconstraint" else kind
        table = relation_of(node.relation) if part != "attribute" else ""
        yield Seen("rename", part, qualified((node.subname,)), table, new)
    elif kind == "domconstraint":
        yield Seen("rename", "constraint", qualified((node.subname,)), name_of(node.object), new)
    elif kind in ("trigger", "policy", "rule"):
        name = qualified((node.subname,))
        yield Seen("rename", kind, name, relation_of(node.relation), new)
    else:
        name = relation_of(node.relation) or name_of(node.object) or qualified((node.subname,))
        schema = schema_of(node)
        yield Seen("rename", kind, name, table_of(kind, name), f"{schema}.{new}" if schema else new)


def _set_schema(node: Node) -> Iterator[Seen]:
    kind = kind_of(node.objectType)
    name = relation_of(node.relation) or name_of(node.object)
    last = node.relation.relname if node.relation else last_of(node.object)
    yield Seen("rename", kind, name, table_of(kind, name), qualified((node.newschema, last)))


def _drop(node: Node) -> Iterator[Seen]:
    kind = kind_of(node.removeType)
    for each in node.objects:
        name, table, names = name_of(each), "", each
        if kind in ("trigger", "policy", "rule"):
            name, table = qualified((names[-1].sval,)), qualified(part.sval for part in names[:-1])
        elif kind in ("cast", "operator", "transform"):
            name = ""
        elif kind in ("operator class", "operator family"):
            name = qualified(part.sval for part in names[1:])
        elif kind in ("table", "materialized view"):
            table = name
        yield Seen("drop", kind, name, table, concurrent=bool(node.concurrent), if_exists=bool(node.missing_ok))


def _rows(verb: str) -> Callable[[Node], Iterator[Seen]]:
    def read(node: Node) -> Iterator[Seen]:
        yield from _with_clause(node.withClause)
        if verb == "insert" and node.selectStmt is not None:
            yield from _with_clause(node.selectStmt.withClause)
        name = relation_of(node.relation)
        yield Seen(verb, "", name, name)

    return read


def _with_clause(clause: Node) -> Iterator[Seen]:
    for cte in clause.ctes if clause else ():
        if not isinstance(cte.ctequery, ast.SelectStmt):
            yield from _read(cte.ctequery)


def _select(node: Node) -> Iterator[Seen]:
    yield from _with_clause(node.withClause)
    if node.intoClause:
        name = relation_of(node.intoClause.rel)
        yield Seen("create", "table", name, name)


def _create_table_as(node: Node) -> Iterator[Seen]:
    name = relation_of(node.into.rel)
    yield Seen("create", kind_of(node.objtype), name, name, if_exists=bool(node.if_not_exists))
    if isinstance(node.query, ast.SelectStmt):
        yield from _with_clause(node.query.withClause)


def _copy(node: Node) -> Iterator[Seen]:
    if node.query is not None:
        yield from (_read(node.query))
    if node.is_from:
        name = relation_of(node.relation)
        yield Seen("copy", "", name, name)


def _revoke(node: Node) -> Iterator[Seen]:
    if node.is_grant:
        yield Seen("grant")
        return
    kind = kind_of(node.objtype)
    if node.targtype == enums.GrantTargetType.ACL_TARGET_ALL_IN_SCHEMA:
        kind = "schema"
    for each in node.objects:
        name = name_of(each) if not isinstance(each, ast.Integer | ast.Float) else ""
        yield Seen("revoke", kind, name, table_of(kind, name))


def _tables(verb: str, relations: Iterable[Node], kind: str = "") -> Iterator[Seen]:
    for each in relations:
        name = relation_of(each)
        yield Seen(verb, kind, name, name)


def _vacuum(node: Node) -> Iterator[Seen]:
    verb = "vacuum" if node.is_vacuumcmd else "analyze"
    yield from _tables(verb, [each.relation for each in node.rels or ()] or [None])


def _reindex(node: Node) -> Iterator[Seen]:
    kind = node.kind.name.removeprefix("REINDEX_OBJECT_").lower()
    name = relation_of(node.relation) or qualified((node.name,))
    options = {option.defname: option.arg for option in node.params or ()}
    value = str(getattr(options.get("concurrently"), "sval", "true")) if "concurrently" in options else "off"
    yield Seen("reindex", kind, name, name if kind == "table" else "", concurrent=value not in ("off", "false"))


def _enum(node: Node) -> Iterator[Seen]:
    name = name_of(node.typeName)
    yield Seen("rename", "value", f"'{node.oldVal}'") if node.oldVal else Seen("alter", "type", name)


def _domain(node: Node) -> Iterator[Seen]:
    name = name_of(node.typeName)
    if node.subtype == _ADD_CONSTRAINT:
        yield Seen("create", "domain constraint", qualified((node.def_.conname,)))
    else:
        yield Seen("alter", "domain", name)


def _owner(node: Node) -> Iterator[Seen]:
    kind = kind_of(node.objectType)
    name = "" if kind == "large object" else relation_of(node.relation) or name_of(node.object)
    yield Seen("alter", kind, name, table_of(kind, name))


def _explain(node: Node) -> Iterator[Seen]:
    if any(option.defname == "analyze" for option in node.options or ()):
        yield from _read(node.query)


def _made(kind: str, name: Callable[[Node], str], *, on_table: bool = False) -> Callable[[Node], Iterator[Seen]]:
    def read(node: Node) -> Iterator[Seen]:
        own = name(node)
        table = relation_of(node.relation) if on_table else table_of(kind, own)
        exists = getattr(node, "if_not_exists", False) or getattr(node, "missing_ok", False)
        concurrent = bool(getattr(node, "concurrent", False))
        yield Seen("create", kind, own, table, concurrent=concurrent, if_exists=bool(exists))

    return read


def _one(verb: str, kind: str, name: Callable[[Node], str]) -> Callable[[Node], Iterator[Seen]]:
    return lambda node: iter([Seen(verb, kind, name(node), table_of(kind, name(node)))])


def _attribute(attribute: str) -> Callable[[Node], str]:
    return lambda node: name_of(getattr(node, attribute))


def _create_table(node: Node) -> str:
    return relation_of(node.relation)


def _nothing(_: Node) -> str:
    return ""


def _dropped_roles(node: Node) -> Iterator[Seen]:
    return (Seen("drop", "role", name_of(role), if_exists=bool(node.missing_ok)) for role in node.roles)


def _dropped(kind: str, attribute: str) -> Callable[[Node], Iterator[Seen]]:
    return lambda node: iter(
        [Seen("drop", kind, qualified((getattr(node, attribute),)), if_exists=bool(node.missing_ok))]
    )


_READERS: dict[type, Callable[[Node], Iterator[Seen]]] = {
    ast.CreateStmt: _made("table", _create_table),
    ast.CreateForeignTableStmt: lambda node: (
        _made("table", lambda made: relation_of(made.base.relation))(node)
        if hasattr(node, "base")
        else _made("table", _create_table)(node)
    ),
    ast.CreateTableAsStmt: _create_table_as,
    ast.IndexStmt: _made("index", _attribute("idxname"), on_table=True),
    ast.ViewStmt: _made("view", _attribute("view")),
    ast.CreateFunctionStmt: lambda node: _made(
        "procedure" if node.is_procedure else "function", _attribute("funcname")
    )(node),
    ast.CreateTrigStmt: _made("trigger", _attribute("trigname"), on_table=True),
    ast.CreatePolicyStmt: lambda node: iter(
        [Seen("create", "policy", qualified((node.policy_name,)), relation_of(node.table))]
    ),
    ast.RuleStmt: _made("rule", _attribute("rulename"), on_table=True),
    ast.CreateSchemaStmt: _made("schema", _attribute("schemaname")),
    ast.CreateSeqStmt: _made("sequence", _attribute("sequence")),
    ast.CreateExtensionStmt: _made("extension", _attribute("extname")),
    ast.CreateEnumStmt: _made("type", _attribute("typeName")),
    ast.CompositeTypeStmt: _made("type", _attribute("typevar")),
    ast.CreateRangeStmt: _made("type", _attribute("typeName")),
    ast.CreateDomainStmt: _made("domain", _attribute("domainname")),
    ast.CreateRoleStmt: _made("role", _attribute("role")),
    ast.CreatedbStmt: _made("database", _attribute("dbname")),
    ast.CreateTableSpaceStmt: _made("tablespace", _attribute("tablespacename")),
    ast.CreateStatsStmt: _made("statistics", _attribute("defnames")),
    ast.CreatePublicationStmt: _made("publication", _attribute("pubname")),
    ast.CreateSubscriptionStmt: _made("subscription", _attribute("subname")),
    ast.CreateFdwStmt: _made("foreign data wrapper", _attribute("fdwname")),
    ast.CreateForeignServerStmt: _made("server", _attribute("servername")),
    ast.CreateUserMappingStmt: _made("user mapping", _nothing),
    ast.CreateEventTrigStmt: _made("event trigger", _attribute("trigname")),
    ast.CreateCastStmt: _made("cast", _nothing),
    ast.CreateAmStmt: _made("access method", _attribute("amname")),
    ast.DefineStmt: lambda node: iter(
        [
            Seen(
                "create",
                kind_of(node.kind),
                "" if node.kind == ObjectType.OBJECT_OPERATOR else name_of(node.defnames),
                if_exists=bool(node.if_not_exists),
            )
        ]
    ),
    ast.AlterTableStmt: _alter_table,
    ast.AlterTableMoveAllStmt: lambda node: iter([Seen("alter", kind_of(node.objtype))]),
    ast.RenameStmt: _rename,
    ast.AlterObjectSchemaStmt: _set_schema,
    ast.AlterOwnerStmt: _owner,
    ast.AlterEnumStmt: _enum,
    ast.AlterDomainStmt: _domain,
    ast.AlterSeqStmt: _one("alter", "sequence", _attribute("sequence")),
    ast.AlterFunctionStmt: lambda node: iter([Seen("alter", kind_of(node.objtype), name_of(node.func))]),
    ast.AlterRoleStmt: _one("alter", "role", _attribute("role")),
    ast.AlterRoleSetStmt: _one("alter", "role", _attribute("role")),
    ast.AlterDatabaseStmt: _one("alter", "database", _attribute("dbname")),
    ast.AlterDatabaseSetStmt: _one("alter", "database", _attribute("dbname")),
    ast.AlterExtensionStmt: _one("alter", "extension", _attribute("extname")),
    ast.AlterPolicyStmt: lambda node: iter(
        [Seen("alter", "policy", qualified((node.policy_name,)), relation_of(node.table))]
    ),
    ast.AlterPublicationStmt: _one("alter", "publication", _attribute("pubname")),
    ast.AlterSystemStmt: _one("alter", "system", _nothing),
    ast.AlterDefaultPrivilegesStmt: _one("alter", "default privileges", _nothing),
    ast.AlterUserMappingStmt: _one("alter", "user mapping", _nothing),
    ast.AlterStatsStmt: _one("alter", "statistics", _attribute("defnames")),
    ast.AlterTableSpaceOptionsStmt: _one("alter", "tablespace", _attribute("tablespacename")),
    ast.AlterOpFamilyStmt: _one("alter", "operator family", _attribute("opfamilyname")),
    ast.DropStmt: _drop,
    ast.DropOwnedStmt: _one("drop", "owned", _nothing),
    ast.DropRoleStmt: _dropped_roles,
    ast.DropdbStmt: _dropped("database", "dbname"),
    ast.DropTableSpaceStmt: _dropped("tablespace", "tablespacename"),
    ast.DropUserMappingStmt: lambda node: iter([Seen("drop", "user mapping", if_exists=bool(node.missing_ok))]),
    ast.InsertStmt: _rows("insert"),
    ast.UpdateStmt: _rows("update"),
    ast.DeleteStmt: _rows("delete"),
    ast.MergeStmt: _rows("merge"),
    ast.SelectStmt: _select,
    ast.TruncateStmt: lambda node: _tables("truncate", node.relations, "table"),
    ast.CopyStmt: _copy,
    ast.CommentStmt: lambda _: iter([Seen("comment")]),
    ast.SecLabelStmt: lambda _: iter([Seen("security")]),
    ast.ReassignOwnedStmt: lambda _: iter([Seen("reassign")]),
    ast.GrantStmt: _revoke,
    ast.GrantRoleStmt: lambda node: iter([Seen("grant") if node.is_grant else Seen("revoke", "role")]),
    ast.VacuumStmt: _vacuum,
    ast.ClusterStmt: lambda node: _tables("cluster", [node.relation]),
    ast.ReindexStmt: _reindex,
    ast.RefreshMatViewStmt: lambda node: iter(
        [
            Seen(
                "refresh",
                "materialized view",
                relation_of(node.relation),
                relation_of(node.relation),
                concurrent=bool(node.concurrent),
            )
        ]
    ),
    ast.LockStmt: lambda node: _tables("lock", node.relations),
    ast.ExplainStmt: _explain,
    ast.PrepareStmt: lambda node: _read(node.query),
}
