"""Actions that can be found by the name of the object that they are about.

A revision may create some thousand objects. Comparing each with each would take minutes.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.meaning import same_object
from alembic_rollout.sql.tokens import is_identifier, split_name, unquote


class NamedObjects:
    """A collection of actions in the order in which they were added.

    Args:
        actions: the first ones.
    """

    def __init__(self, actions: Iterable[Action] = ()) -> None:
        self._actions: dict[int, Action] = {}
        self._by_name: dict[str, dict[int, Action]] = {}
        self._next = 0
        for action in actions:
            self.add(action)

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def add(self, action: Action, name: str = "") -> None:
        """Add an action.

        Args:
            action: what was done.
            name: of the object, where it is not the action's own: after a rename it is the new one.
        """
        self._actions[self._next] = action
        self._by_name.setdefault(bare_name(name or action.name), {})[self._next] = action
        self._next += 1

    def remove(self, action: Action) -> bool:
        """Remove the first action about the same object; return False where there is none."""
        for number, other in self._by_name.get(bare_name(action.name), {}).items():
            if other.kind == action.kind and is_about_same(action, other):
                del self._actions[number]
                del self._by_name[bare_name(action.name)][number]
                return True
        return False

    def has(self, action: Action, kinds: Collection[str] = ()) -> bool:
        """Return True if one of the actions is about the same object.

        Args:
            action: about which.
            kinds: of the object; its own where none are given.
        """
        wanted = kinds or (action.kind,)
        return any(other.kind in wanted and is_about_same(action, other) for other in self.called(action.name))

    def has_named(self, name: str, kinds: Collection[str]) -> bool:
        """Return True if one of the actions is about an object of a name and of one of some kinds."""
        return any(
            other.kind in kinds and same_object(name, other.new_name or other.name) for other in self.called(name)
        )

    def called(self, name: str) -> Collection[Action]:
        """Return the actions about objects of a name, whatever their schema."""
        return self._by_name.get(bare_name(name), {}).values()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name in the words of the actions. Add nothing after it was asked for."""
        return frozenset(word for action in self for word in words_of(action))

    @cached_property
    def has_cascade(self) -> bool:
        """True if one of the actions says CASCADE. Add nothing after it was asked for."""
        return any(action.has("cascade") for action in self)


def is_about_same(one: Action, other: Action) -> bool:
    """Return True if two actions are about one object."""
    return same_object(one.name, other.name) and (
        not one.table or not other.table or same_object(one.table, other.table)
    )


def bare_name(name: str) -> str:
    """Return a name without its schema."""
    return split_name(name)[1]


def words_of(action: Action) -> frozenset[str]:
    """Return the names in the words of an action."""
    return frozenset(unquote(token) for token in action.tokens if is_identifier(token))


def is_mentioned(action: Action, words: Collection[str]) -> bool:
    """Return True if the name of an action's object is one of some words."""
    return unquote(bare_name(action.name)) in words
