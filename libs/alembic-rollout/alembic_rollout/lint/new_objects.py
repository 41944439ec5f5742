"""What a revision has made so far, by names as PostgreSQL would look them up.

A name that is taken for new hides what is done to it, so that it has to be the same one: a table of another schema, one
that may have been there before (IF NOT EXISTS), or one that was renamed out of the way is not.
"""

from collections.abc import Callable

from alembic_rollout.lint.known.known_catalogue import DEFAULT_SCHEMA, first_schema
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.kinds import ON_TABLE, TABLES
from alembic_rollout.sql.tokens import split_name

_TYPES = ("type", "domain")
_PARTS_OF_TYPES = ("value", "attribute", "domain constraint")
_PARTS_OF_TABLES = ("column", "constraint", *ON_TABLE)
_TEMPORARY_SCHEMA = "pg_temp"
_TEMPORARY = ("temp", "temporary")
_CODE = ("function", "procedure", "routine", "aggregate")


class Made:
    """The objects that a revision has made.

    Args:
        exists: returns True if a table may have been there before.
    """

    def __init__(self, exists: Callable[[str], bool]) -> None:
        self._exists = exists
        self._objects: set[tuple[str, ...]] = set()
        self._temporary: set[str] = set()
        self._default_schema = DEFAULT_SCHEMA

    def has_table(self, name: str) -> bool:
        """Return True if a table or materialized view was made in this revision."""
        return ("table", self._resolve(name)) in self._objects

    def has_target_of(self, action: Action) -> bool:
        """Return True if what an action touches was made before it, so that no other session uses it."""
        if action.verb == "create" and action.kind in TABLES:
            return False
        if action.kind in _PARTS_OF_TYPES:
            return self._has_type(action.table)
        if action.table and self.has_table(action.table):
            return True
        # A new column or constraint of an old table is new, what is then said of it concerns the table's rows.
        replaces = action.verb in ("drop", "rename") or (action.verb == "alter" and action.kind != "column")
        return replaces and self._key(action) in self._objects

    def add(self, action: Action) -> None:
        """Count an action in."""
        if action.verb == "set":
            self._set_search_path(action)
        elif action.verb == "create":
            self._create(action)
        elif action.verb == "rename":
            key = self._key(action)
            if key in self._objects:
                self._objects.discard(key)
                self._objects.add(self._key(action, action.new_name))
            else:
                self._objects.discard(self._key(action, action.new_name))
        elif action.verb == "drop":
            self._objects.discard(self._key(action))
        elif action.verb == "rollback":
            self._objects.clear()

    def _create(self, action: Action) -> None:
        if action.kind in TABLES:
            if any(word in _TEMPORARY for word in action.tokens[:4]):
                self._temporary.add(split_name(action.name)[1])
            elif (action.in_body or action.has("not", "exists")) and self._exists(action.name):
                return
        self._objects.add(self._key(action))

    def _has_type(self, name: str) -> bool:
        return any((kind, self._resolve(name)) in self._objects for kind in _TYPES)

    def _key(self, action: Action, name: str = "") -> tuple[str, ...]:
        name = name or action.name
        if action.kind in TABLES:
            return ("table", self._resolve(name))
        if action.kind in _PARTS_OF_TABLES:
            return (action.kind, self._resolve(action.table), split_name(name)[1])
        if action.kind == "index" and action.table and not split_name(name)[0]:
            schema = split_name(self._resolve(action.table))[0]
            return ("index", f"{schema}.{name}")
        if action.kind in _CODE:
            return ("function", self._resolve(name))
        return (action.kind, self._resolve(name))

    def _resolve(self, name: str) -> str:
        schema, own = split_name(name)
        if not schema:
            schema = _TEMPORARY_SCHEMA if own in self._temporary else self._default_schema
        return f"{schema}.{own}"

    def _set_search_path(self, action: Action) -> None:
        if action.name == "search_path":
            self._default_schema = first_schema(action.detail) or DEFAULT_SCHEMA
