"""One object: the statement that makes it, and what is read from it."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import Self

from alembic_rollout.errors import UsageError
from alembic_rollout.sql.kinds import read_created_kind
from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import Tokens, enclosed, read_name, skip_phrase, split_at_commas, split_name, unquote
from alembic_rollout.sql_objects.object_names import (
    CODE,
    COMMENT,
    FORCED,
    ON_TABLE,
    ROW_SECURITY,
    VIEWS,
    object_name,
    read_object_name,
    sql_name,
)

_KINDS = (*CODE, *VIEWS, *ON_TABLE, "index")
_CREATE = re.compile(r"\s*CREATE\s+(OR\s+REPLACE\s+)?", re.IGNORECASE)
RELATION_FOLLOWS = frozenset({"from", "join", "only", "lateral", "on", "table", "update", "into", "truncate"})
"""Words behind which a table or view is named."""
_PART = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_VIEW = re.compile(
    rf"CREATE\s+(?:OR\s+REPLACE\s+)?(RECURSIVE\s+)?(?:MATERIALIZED\s+)?VIEW\s+{_PART}(?:\.{_PART})?\s*(\([^()]*\))?",
    re.IGNORECASE,
)
_AS = re.compile(r"\bAS\b", re.IGNORECASE)
_OPTIONS = re.compile(r"\bWITH\s+((NO\s+)?DATA|((CASCADED|LOCAL)\s+)?CHECK\s+OPTION)\s*$", re.IGNORECASE)
# What ends the type that a function returns.
_ATTRIBUTES = frozenset(
    "language transform window immutable stable volatile leakproof not called returns strict external security parallel"  # noqa: SIM905 - one word each
    " cost rows support set as begin return".split()
)
_WHAT = "a function, procedure, view, materialized view, trigger or policy"
_REMEDY = f"these files hold CREATE of {_WHAT}, and what belongs to one"


@dataclass(frozen=True)
class SqlObject:
    """A statement that declares something.

    Attributes:
        name: what it is called: `VIEW v`, `FUNCTION f(integer)`, `COMMENT ON VIEW v`.
        kind: `function`, `view`, `trigger`, `index`, `comment`, `row level security`, ...
        relation: the table or view that it is on, as SQL; empty for one that stands alone.
        text: the statement.
        tokens: its words.
        place: where it stands, as `app/db/objects/v.sql:3`; empty where no file declares it.
    """

    name: str
    kind: str
    relation: str
    text: str
    tokens: Tokens = field(repr=False)
    place: str = ""

    @classmethod
    def read(cls, text: str, place: str = "") -> Self:
        """Read a statement.

        Raises:
            UsageError: it declares nothing that may be replaced.
        """
        tokens = tokenize(text)
        try:
            name, kind, relation = _read(tokens)
        except UsageError as error:
            where = f"{place}: " if place else ""
            raise UsageError(f"{where}{error}") from None
        return cls(name, kind, relation, text.strip(), tokens, place)

    @classmethod
    def named(cls, name: str) -> Self:
        """Return an object of which only the name is known, as `read_object_name` returns it."""
        kind = next(kind for kind in sorted(_KINDS, key=len, reverse=True) if name.startswith(f"{kind.upper()} "))
        relation = name.rpartition(" ON ")[2] if kind in ON_TABLE else ""
        return cls(name, kind, relation, "", ())

    @property
    def bare(self) -> str:
        """Its name without schema and quotes, as other statements mention it; empty for what none can mention."""
        if self.kind not in (*CODE, *VIEWS):
            return ""
        _, position = read_created_kind(self.tokens)
        return unquote(split_name(read_name(self.tokens, position)[0])[1])

    @property
    def title(self) -> str:
        """What a sentence calls it, as `view v`."""
        words = {COMMENT: "the comment on ", FORCED + ROW_SECURITY: "forced row level security of "}
        words |= {ROW_SECURITY: "row level security of "}
        for start, shown in words.items():
            if self.name.startswith(start):
                rest = self.name.removeprefix(start)
                return shown + (_lower_kind(rest) if start == COMMENT else rest)
        return _lower_kind(self.name)

    @property
    def sql_name(self) -> str:
        """Its name as SQL, without its kind and what it is on."""
        bare = self.name.removeprefix(f"{self.kind.upper()} ")
        return bare.removesuffix(f" ON {self.relation}") if self.kind in ON_TABLE else bare

    @cached_property
    def essence(self) -> Tokens:
        """Its words, without those that make no difference."""
        return (self.tokens[0], *self.tokens[3:]) if self._says_replace else self.tokens

    @property
    def _says_replace(self) -> bool:
        return self.tokens[1:3] == ("or", "replace")

    @property
    def is_replaceable(self) -> bool:
        """Return True if PostgreSQL has CREATE OR REPLACE for it."""
        return self.kind in (*CODE, "view") or (self.kind == "trigger" and "constraint" not in self.tokens[1:4])

    @property
    def is_volatile(self) -> bool:
        """Return True if it is a function of which nothing says that calls give the same within a statement."""
        return self.kind in CODE and not {"immutable", "stable"} & set(self.tokens)

    @property
    def header(self) -> Tokens:
        """What CREATE OR REPLACE keeps of a function: parameters, their defaults, the returned type."""
        opening = self.tokens.index("(")
        arguments = enclosed(self.tokens, opening)
        behind = self.tokens[opening + len(arguments) + 2 :]
        if behind[:1] != ("returns",):
            return arguments
        # The columns of RETURNS TABLE may be called `cost` or `rows`.
        start = len(enclosed(behind, 2)) + 4 if behind[1:3] == ("table", "(") else 1
        end = next((place for place, word in enumerate(behind[start:], start) if word in _ATTRIBUTES), len(behind))
        return (*arguments, ")", *behind[1:end])

    @property
    def argument_counts(self) -> tuple[int, float]:
        """With how many values a function may be called: at least, and at most."""
        arguments = enclosed(self.tokens, self.tokens.index("("))
        parts = [part for part in split_at_commas(arguments) if part and part[0] not in ("out", "table")]
        given = [part for part in parts if "default" not in part and "=" not in part]
        return len(given), inf if any(part[0] == "variadic" for part in parts) else len(parts)

    def temporary_view(self, name: str) -> str:
        """Return SQL that makes a temporary view of a view's query; empty where its text is not understood."""
        head, as_ = _VIEW.match(self.text), _AS.search(self.text)
        if head is None or as_ is None:
            return ""
        query = _OPTIONS.sub("", self.text[as_.end() :])
        return f"CREATE TEMPORARY {head[1] or ''}VIEW {name} {head[2] or ''} AS {query}"

    def creation(self, *, is_replacing: bool) -> str:
        """Return SQL that makes it.

        Args:
            is_replacing: in place of one that is there, where PostgreSQL has a word for that.
        """
        if self.tokens[0] != "create":
            return self.text
        words = "CREATE OR REPLACE " if is_replacing and self.is_replaceable else "CREATE "
        return words + _CREATE.sub("", self.text, count=1)

    @property
    def bodies(self) -> tuple[Tokens, ...]:
        """The words of a function's body, and of any other text of it."""
        texts = [word for word in self.tokens if self.kind in CODE and word[:1] in ("$", "'") and len(word) > 1]
        return tuple(tokenize(unquote(text)) for text in texts)

    def writes(self, string: str) -> bool:
        """Return True if a string, as SQL, stands in it or in its body."""
        return any(string in words for words in (self.tokens, *self.bodies))

    def reads(self, relation: str) -> bool:
        """Return True if a relation stands in it or in its body where only a relation can, as behind FROM and ON."""
        pairs = [pair for words in (self.tokens, *self.bodies) for pair in pairwise(words)]
        return any(before in RELATION_FOLLOWS and unquote(word) == relation for before, word in pairs)

    def on_renamed(self, old: str, new: str) -> "SqlObject":
        """Return it as it is after a table that it mentions was renamed."""
        if old not in (unquote(word) for word in self.tokens):
            return self
        renamed = re.sub(rf'(?<![\w"$])"?{re.escape(old)}"?(?![\w"$])', sql_name(new), self.text)
        return replace(SqlObject.read(renamed), place=self.place)


def dedented(text: str) -> str:
    """Return a text of several lines without the indentation that its place in a revision gives it."""
    lines = text.strip("\n").split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines).rstrip()


def _lower_kind(name: str) -> str:
    for kind in sorted((*_KINDS, "column"), key=len, reverse=True):
        if name.startswith(f"{kind.upper()} "):
            return kind + name[len(kind) :].replace(" ON ", " on ")
    return name


def _read(tokens: Tokens) -> tuple[str, str, str]:
    """Return name, kind and relation."""
    if tokens[:2] == ("comment", "on"):
        return _read_comment(tokens)
    if tokens[:2] == ("alter", "table"):
        return _read_row_security(tokens)
    if tokens[:1] != ("create",):
        raise UsageError(f"{_shown(tokens)} declares no object; {_REMEDY}. Move it into a revision.")
    if any(word in ("temp", "temporary") for word in tokens[1:4]):
        raise UsageError(f"{_shown(tokens)} makes something that ends with its session. Move it into the code.")
    kind, position = read_created_kind(tokens)
    if kind not in _KINDS:
        where = "the models" if kind in ("table", "sequence") else "a revision"
        raise UsageError(f"CREATE {kind.upper()} is none of what is declared here; {_REMEDY}. Move it into {where}.")
    _check_form(kind, tokens, position)
    return object_name(kind, tokens[position:]), kind, _relation(kind, tokens, position)


def _check_form(kind: str, tokens: Tokens, position: int) -> None:
    if "concurrently" in tokens[position : position + 1] or skip_phrase(tokens, position, "if", "not") != position:
        raise UsageError(f"{_shown(tokens)}: leave out CONCURRENTLY and IF NOT EXISTS, which would hide a change.")
    if kind == "index" and tokens[position : position + 1] == ("on",):
        raise UsageError("an index without a name cannot be compared. Give it a name.")
    written, end = read_name(tokens, position)
    if kind in CODE and written and tokens[end : end + 1] != ("(",):
        raise UsageError(f"{kind} {written} has no list of parameters. Write it, at least ().")


def _relation(kind: str, tokens: Tokens, position: int) -> str:
    if kind not in (*ON_TABLE, "index") or "on" not in tokens[position:]:
        return ""
    place = tokens.index("on", position) + 1
    return sql_name(read_name(tokens, place + (tokens[place : place + 1] == ("only",)))[0])


def _read_comment(tokens: Tokens) -> tuple[str, str, str]:
    if "is" not in tokens:
        raise UsageError("COMMENT without IS. Correct the statement.")
    name = read_object_name(f"COMMENT ON {' '.join(tokens[2 : tokens.index('is')])}")
    return name, "comment", name.removeprefix(COMMENT)


def _read_row_security(tokens: Tokens) -> tuple[str, str, str]:
    table, end = read_name(tokens, skip_phrase(tokens, 2, "only"))
    words = tokens[end:]
    if words[1:] == ("row", "level", "security") and words[0] in ("enable", "force"):
        start = FORCED if words[0] == "force" else ""
        return f"{start}{ROW_SECURITY}{sql_name(table)}", "row level security", sql_name(table)
    raise UsageError(
        f"{_shown(tokens)}: of ALTER TABLE, only ENABLE and FORCE ROW LEVEL SECURITY belong to a policy. Move it into"
        " the models or a revision."
    )


def _shown(tokens: Tokens) -> str:
    return " ".join(tokens[:3]).upper()
