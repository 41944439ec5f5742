"""In which order objects can be made: a function before the view that calls it, a view before the one that reads it.

Read from their words. What a statement needs when it runs is certain: what stands behind FROM and JOIN, what is called,
what it is on. Any other mention is a guess, which gives way where guesses make a circle.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from alembic_rollout.errors import UsageError
from alembic_rollout.sql.tokens import Tokens, unquote
from alembic_rollout.sql_objects.declared import parent_of
from alembic_rollout.sql_objects.object_names import CODE
from alembic_rollout.sql_objects.sql_object import RELATION_FOLLOWS, SqlObject

# In front of the name of what a statement makes itself, or of a column list.
_MAKING = ("function", "procedure", "view", "into", "table")
Edges = dict[str, set[str]]


class Dependencies:
    """Which objects use which.

    Args:
        objects: by name.
    """

    def __init__(self, objects: Mapping[str, SqlObject]) -> None:
        self._objects = objects
        by_bare: defaultdict[str, list[SqlObject]] = defaultdict(list)
        for one in objects.values():
            if one.bare:
                by_bare[one.bare].append(one)
        self.certain: Edges = {}
        self.guessed: Edges = {}
        for one in objects.values():
            certain, mentioned = _used(one, by_bare)
            parent = parent_of(one, objects)
            if parent is not None:
                certain.add(parent.name)
            if one.kind == "row level security":
                # Policies first: without one, every row is hidden.
                certain |= {
                    other.name for other in objects.values() if (other.kind, other.relation) == ("policy", one.relation)
                }
            self.certain[one.name] = certain - {one.name}
            self.guessed[one.name] = mentioned - certain - {one.name}

    @property
    def order(self) -> list[str]:
        """The names, each behind those that it uses.

        Raises:
            UsageError: objects use each other.
        """
        guessed = {name: set(others) for name, others in self.guessed.items()}
        while True:
            graph = {name: sorted(self.certain[name] | guessed[name]) for name in sorted(self._objects)}
            try:
                return list(TopologicalSorter(graph).static_order())
            except CycleError as error:
                circle = error.args[1]
                # Each uses the one in front of it.
                pairs = [(user, used) for used, user in pairwise(circle) if used in guessed[user]]
                if not pairs:
                    titles = " and ".join(self._objects[name].title for name in sorted(set(circle)))
                    places = ", ".join(self._objects[name].place for name in sorted(set(circle)))
                    raise UsageError(f"{places}: {titles} use each other. Let one do without the other.") from None
                for user, used in pairs:
                    guessed[user].discard(used)

    def users(self, names: Iterable[str]) -> set[str]:
        """Return what uses some objects, by way of others too."""
        return self._users(names, lambda name: self.certain[name] | self.guessed[name])

    def certain_users(self, names: Iterable[str]) -> set[str]:
        """Return what uses some objects for certain, by way of others too."""
        return self._users(names, lambda name: self.certain[name])

    def _users(self, names: Iterable[str], used_by: Callable[[str], set[str]]) -> set[str]:
        found = set(names)
        waiting = list(found)
        while waiting:
            used = waiting.pop()
            more = {name for name in self._objects if used in used_by(name)} - found
            found |= more
            waiting += more
        return found - set(names)


def _used(one: SqlObject, by_bare: Mapping[str, list[SqlObject]]) -> tuple[set[str], set[str]]:
    """Return the names of what an object uses for certain, and of what it mentions."""
    certain: set[str] = set()
    mentioned: set[str] = set()
    is_checked = one.kind not in CODE or _is_checked(one.tokens)
    for words, is_body in [(one.tokens, False), *((body, True) for body in one.bodies)]:
        for place, word in enumerate(words):
            for other in by_bare.get(unquote(word) if word[:1] != "'" else "", ()):
                (certain if _is_use(words, place, other) and (is_checked or not is_body) else mentioned).add(other.name)
    return certain, mentioned


def _is_checked(tokens: Tokens) -> bool:
    """Return True if PostgreSQL reads the body of a function when it is made: it is SQL, or stands there unquoted."""
    return "language" not in tokens or any(
        first == "language" and unquote(second).lower() == "sql" for first, second in pairwise(tokens)
    )


def _is_use(words: Tokens, place: int, other: SqlObject) -> bool:
    """Return True if a word names an object where PostgreSQL looks it up."""
    start = place - 2 if words[place - 1 : place] == (".",) else place
    before = words[start - 1] if start > 0 else ""
    if other.kind in CODE:
        return words[place + 1 : place + 2] == ("(",) and before not in _MAKING
    return before in RELATION_FOLLOWS
