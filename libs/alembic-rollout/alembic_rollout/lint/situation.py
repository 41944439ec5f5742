"""What a revision has done until a step: what it has locked and made, and what is known of the database."""

from dataclasses import dataclass
from functools import cached_property

from alembic_rollout.lint.known.knowledge import Knowledge, apply_all
from alembic_rollout.lint.known.known_catalogue import Catalogue, Constraint, Table
from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.lint.named_objects import NamedObjects
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.steps import Step
from alembic_rollout.settings import Settings
from alembic_rollout.sql.action import Action

_WITHOUT_LOCKS = ("validate", "comment", "grant", "revoke", "security", "reassign", "set", "execute")


@dataclass(frozen=True, slots=True)
class Hazard:
    """What a check has found in a step.

    Attributes:
        rule: its name.
        message: what is wrong there.
        table: whose size decides how much harm it does; empty where size does not matter.
    """

    rule: str
    message: str
    table: str = ""


class Situation:
    """What a revision has done before a step.

    Args:
        revision: which.
        knowledge: what is known of the database.
        settings: the limits of the project.

    Attributes:
        made: what it has created.
        locking: the transactions that have locked a table in use.
        labels: the labels that each transaction has added to enums, with the enum's name.
        rows_of_new: how many rows each new table has, by the revision's own account; None where it does not say.
        rows: how many rows of each table each transaction has changed, by its own account.
    """

    def __init__(self, revision: Revision, knowledge: Knowledge, settings: Settings) -> None:
        self.revision = revision
        self.settings = settings
        self.made = NamedObjects()
        self.locking: set[int] = set()
        self.labels: dict[int, list[tuple[str, str]]] = {}
        self.rows_of_new: dict[str, int | None] = {}
        self.rows: dict[tuple[int, str], int] = {}
        self._knowledge = knowledge
        self._actions: list[Action] = []
        self._is_asked = False
        self._dropped: dict[tuple[str, str], Constraint] = {}

    @property
    def catalogue(self) -> Catalogue:
        """What is known of the database as it is before this step."""
        catalogue = self.at_beginning
        apply_all(catalogue, self._actions)
        self._actions.clear()
        return catalogue

    @cached_property
    def at_beginning(self) -> Catalogue:
        """What is known of the database as it was before the revision; steps change it."""
        self._is_asked = True
        return self._knowledge.before(self.revision.id)

    @cached_property
    def has_sizes(self) -> bool:
        """True if the sizes of tables are known."""
        return bool(self._knowledge.sizes)

    def size(self, table: str) -> Size | None:
        """Return how large a table is, by the name that it has now; None where that is unknown."""
        sizes = self._knowledge.sizes
        return sizes.get(self.catalogue.key(table)) if sizes else None

    def is_small(self, size: Size) -> bool:
        """Return True if it hardly takes time that a table is read, rewritten or indexed."""
        limits = self.settings
        return size.most_rows <= limits.lint_small_rows and size.bytes <= limits.lint_small_megabytes * 1_000_000

    def table(self, name: str) -> Table | None:
        """Return what is known of a table."""
        return self.catalogue.table(name)

    def is_dropped_with(self, action: Action, name: str) -> bool:
        """Return True if the ALTER TABLE of an action also drops a constraint, which PostgreSQL does first."""
        return any(
            step.action.statement is action.statement and step.action.verb == "drop" and step.action.name == name
            for step in self.revision.steps
        )

    def dropped_constraints(self, table: str) -> dict[str, Constraint]:
        """Return the constraints of a table that the revision has dropped, by name."""
        key = self.catalogue.key(table)
        return {name: constraint for (of, name), constraint in self._dropped.items() if of == key}

    def add(self, step: Step) -> None:
        """Count a step in."""
        action = step.action
        if action.verb == "create":
            self.made.add(action)
        if action.verb == "drop" and action.kind == "constraint":
            constraint = self.catalogue.constraint(action.table, action.name)
            if constraint is not None:
                self._dropped[self.catalogue.key(action.table), action.name] = constraint
        if step.statement.in_transaction and locks_a_table_in_use(step):
            self.locking.add(step.transaction)
        self._actions.append(action)

    def end(self) -> None:
        """Leave what is known as it is after the revision."""
        if self._is_asked:
            apply_all(self.at_beginning, self._actions)
            self._knowledge.after(self.revision.id)


def locks_a_table_in_use(step: Step) -> bool:
    """Return True if a step holds a lock on a table in use that others wait for, until its transaction ends."""
    action = step.action
    if not action.is_structure or action.verb in _WITHOUT_LOCKS or step.on_new or not action.table:
        return False
    # A new table locks only those that it refers to.
    return action.verb != "create" or action.table != action.name or "references" in action.tokens
