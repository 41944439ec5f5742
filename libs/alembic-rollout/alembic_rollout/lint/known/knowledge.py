"""What is known of the database at the beginning of each judged revision, found out only where a rule asks."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from alembic_rollout.lint.known.known_catalogue import Catalogue
from alembic_rollout.lint.known.replay import apply
from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.project.rendering import Rendered
from alembic_rollout.project.tree import Tree
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in


class Knowledge:
    """The catalogue that each revision finds.

    Args:
        tree: tells which revisions come before.
        begin: returns what the database says; called once, and only where a rule asks.
        earlier: returns upgrades that come before the judged ones and are not in the database; called likewise.
        judged: the upgrades that are judged, in order.
    """

    def __init__(
        self,
        tree: Tree,
        begin: Callable[[], Catalogue],
        earlier: Callable[[], Sequence[Rendered]],
        judged: Sequence[Rendered],
    ) -> None:
        self._tree = tree
        self._begin = begin
        self._earlier = earlier
        self._judged = judged
        self._upgrades: dict[str, Rendered] | None = None
        self._catalogue: Catalogue | None = None
        self._answer: Catalogue | None = None
        self._applied: set[str] = set()

    @cached_property
    def sizes(self) -> Mapping[str, Size]:
        """How large the tables are that are there before the judged revisions; those of others are unknown."""
        return self._answered().sizes

    def before(self, revision: str) -> Catalogue:
        """Return the catalogue at the beginning of a revision. Who changes it calls `after` when all is applied."""
        if self._upgrades is None:
            upgrades = {rendered.revision: rendered for rendered in (*self._earlier(), *self._judged)}
            self._upgrades = {name: upgrades[name] for name in self._tree.order if name in upgrades}
        before = self._tree.ancestors([revision]) - {revision}
        catalogue = self._catalogue
        if catalogue is None or not self._applied <= before:
            catalogue, self._applied = self._begin_again(), set()
        for name, rendered in self._upgrades.items():
            if name in before and name not in self._applied:
                catalogue.search_path = ""
                for statement in rendered.statements:
                    apply_all(catalogue, actions_in(statement.sql))
                self._applied.add(name)
        catalogue.search_path = ""
        self._catalogue = catalogue
        return catalogue

    def _begin_again(self) -> Catalogue:
        """Return what the database says, as a copy of the one answer that it was asked for."""
        return self._answered().copy()

    def _answered(self) -> Catalogue:
        if self._answer is None:
            self._answer = self._begin()
        return self._answer

    def after(self, revision: str) -> None:
        """Say that all of a revision was applied to the catalogue that `before` returned."""
        self._applied.add(revision)


def apply_all(catalogue: Catalogue, actions: Sequence[Action]) -> None:
    """Apply actions in order."""
    for action in actions:
        apply(catalogue, action)
