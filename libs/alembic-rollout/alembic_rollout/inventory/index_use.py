"""The tables that a plan finds rows of by an index."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

_CONDITIONS = ("Index Cond", "Order By")
_INDEXES = """
SELECT c.relname, i.indpred IS NOT NULL
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
WHERE i.indisvalid
"""


def read_indexes(connection: Connection) -> dict[str, bool]:
    """Return the indexes of a database by name, each with True if it holds some of the rows only."""
    return {str(name): bool(is_partial) for name, is_partial in connection.exec_driver_sql(_INDEXES)}


def indexes_used(plan: Mapping[str, Any], indexes: Mapping[str, bool]) -> dict[str, frozenset[str]]:
    """Return the indexes that rows are found by, for each table of a plan by the name that it has there.

    An index that is read from end to end finds nothing, unless it holds some of the rows only.

    Args:
        plan: as EXPLAIN (FORMAT JSON) writes it.
        indexes: of the database.
    """
    used: dict[str, set[str]] = {}
    for alias, node in _nodes(plan, ""):
        found = used.setdefault(alias, set()) if alias else set()
        name = node.get("Index Name")
        if name and (any(condition in node for condition in _CONDITIONS) or indexes.get(name)):
            found.add(name)
    return {alias: frozenset(names) for alias, names in used.items()}


def lost_indexes(
    before: Mapping[str, Collection[str]], after: Mapping[str, Collection[str]], existing: Collection[str]
) -> list[str]:
    """Return an index that is gone for each table of which no index finds rows any more.

    Args:
        before: the indexes used by table.
        after: the same on the schema of today.
        existing: the indexes of today.
    """
    return sorted(
        min(names)
        for alias, names in before.items()
        if names and alias in after and not after[alias] and not set(names) & set(existing)
    )


def _nodes(node: Mapping[str, Any], alias: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the nodes of a plan; the index scans below a bitmap scan have the name of its table."""
    alias = node.get("Alias", alias)
    yield alias, node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner, alias)
