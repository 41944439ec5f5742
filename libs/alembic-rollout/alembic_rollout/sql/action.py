"""One thing that a statement does to one object."""

from dataclasses import dataclass, field

from alembic_rollout.sql.tokens import Tokens, enclosed, outermost, split_at_commas, unquote

_STRUCTURE = frozenset(
    {"create", "drop", "rename", "alter", "validate", "comment", "grant", "revoke", "security", "reassign"}
)
_DATA = frozenset({"insert", "update", "delete", "merge", "copy", "truncate"})

_OFF = ("off", "false", "0")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a statement does.

    Attributes:
        verb: `create`, `drop`, `rename`, `alter`, `validate`, `insert`, `update`, `delete`, `truncate`, `reindex`, ...
        kind: of the object: `table`, `column`, `index`, `constraint`, `materialized view`, ...; empty for rows.
        name: of the object, without quotes, qualified where the statement qualifies it.
        table: the table that it is, or is part of.
        detail: what an `alter` changes (`type`, `set not null`), which constraint is created (`foreign key`).
        new_name: after a rename.
        tokens: the words of this action.
        is_repeated: it stands in a loop that may run any number of times in one transaction.
        in_body: it stands in a DO block or function, where a condition may skip it.
        statement: the words of the whole statement, of which it may be a part; the same object for all its actions.
    """

    verb: str
    kind: str = ""
    name: str = ""
    table: str = ""
    detail: str = ""
    new_name: str = ""
    tokens: Tokens = ()
    is_repeated: bool = False
    in_body: bool = False
    statement: Tokens = field(default=(), compare=False)

    @property
    def is_structure(self) -> bool:
        """Return True if it changes the catalogue."""
        return self.verb in _STRUCTURE

    @property
    def is_data(self) -> bool:
        """Return True if it changes rows."""
        return self.verb in _DATA

    @property
    def is_concurrent(self) -> bool:
        """Return True if it says CONCURRENTLY, where PostgreSQL reads it as such: a function may have that name."""
        if self.verb in ("create", "drop") and self.kind == "index":
            return "concurrently" in self.tokens[1:3] or self.has("unique", "index", "concurrently")
        if self.verb == "reindex":
            return self.has(self.kind, "concurrently") or _is_switched_on("concurrently", self.tokens)
        if self.verb == "refresh":
            return self.tokens[3:4] == ("concurrently",)
        return self.detail.startswith("detach partition") and self.tokens[-1:] == ("concurrently",)

    def has(self, *words: str) -> bool:
        """Return True if these words follow one another in it, outside parentheses."""
        tokens = outermost(self.tokens)
        return any(tokens[start : start + len(words)] == words for start in range(len(tokens)))

    def __str__(self) -> str:
        place = f" of {self.table}" if self.table and self.table != self.name else ""
        return f"{self.kind} {self.name}{place}".strip()


def _is_switched_on(option: str, tokens: Tokens) -> bool:
    """Return True if the options within parentheses behind a verb have this one, as `option`, `option on`, ..."""
    options = split_at_commas(enclosed(tokens, 1)) if tokens[1:2] == ("(",) else ()
    values = [unquote("".join(words[1:2])).lower() for words in options if words[:1] == (option,)]
    return bool(values) and values[-1] not in _OFF
