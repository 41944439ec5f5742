"""Asks the statements of two releases while revisions are applied: of the one that still runs, and of the new one.

A contract revision waits until the previous release is gone. So the previous one has to survive every revision up to
the first contract revision, and the new one has to work before the contract revisions that are held at the end.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.inventory.statement_answers import Answers, Asking, BrokenStatement
from alembic_rollout.inventory.statements_file import Inventory, inventory_at, read_inventory
from alembic_rollout.project.tree import Tree
from alembic_rollout.wording.phrases import shortened

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

BREAKS_PREVIOUS_RELEASE = "breaks-previous-release"
NEEDS_CONTRACT = "needs-contract"
RULES_OF_RELEASES = (BREAKS_PREVIOUS_RELEASE, NEEDS_CONTRACT)
_LONGEST_STATEMENT = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReleasesAsked:
    """What two releases have answered.

    Attributes:
        breaks_previous: statements of the previous release that a revision breaks.
        needs_contract: statements of the new release that do not work before a contract revision.
        not_asked: statements that PostgreSQL refused to begin with, each with the reason.
    """

    breaks_previous: list[BrokenStatement] = field(default_factory=list)
    needs_contract: list[BrokenStatement] = field(default_factory=list)
    not_asked: dict[str, str] = field(default_factory=dict)

    def grouped(self) -> Iterator["Group"]:
        """Yield what was found, the statements together that one revision breaks for one reason."""
        for rule, found in ((BREAKS_PREVIOUS_RELEASE, self.breaks_previous), (NEEDS_CONTRACT, self.needs_contract)):
            groups: dict[tuple[str, str], list[str]] = {}
            for broken in found:
                groups.setdefault((broken.revision, broken.reason), []).append(broken.statement)
            for (revision, reason), statements in groups.items():
                yield Group(rule, revision, reason, tuple(statements))


@dataclass(frozen=True, slots=True)
class Group:
    """Statements that one revision breaks for one reason.

    Attributes:
        rule: the linter's name for it.
        revision: the id of the revision.
        reason: what PostgreSQL says, or would say.
        statements: one or more.
    """

    rule: str
    revision: str
    reason: str
    statements: tuple[str, ...]

    def __str__(self) -> str:
        others = f" ({len(self.statements)} statements, of which this is one)" if len(self.statements) > 1 else ""
        return f"{self.reason}{others}"


class BothReleases:
    """Is present while revisions are applied to a database.

    Args:
        connection: to the database, in autocommit, for nothing else.
        tree: knows the phases.
        revisions: what will be applied, in order.
        previous: the statements of the release that runs, empty where they are unknown.
        new: the statements of the release that the tree belongs to.

    Attributes:
        asked: what was found so far.
    """

    def __init__(
        self, connection: Connection, tree: Tree, revisions: Sequence[str], previous: Iterable[str], new: Iterable[str]
    ) -> None:
        contract = [tree.by_revision[revision].phase == "contract" for revision in revisions]
        held = len(list(takewhile(bool, reversed(contract))))
        self._survived = set(revisions[: contract.index(True)] if True in contract else revisions)
        self._held = set(revisions[len(revisions) - held :])
        self._asking = Asking(connection)
        self._new = tuple(new)
        self._before_held: Answers | None = None
        self.asked = ReleasesAsked()
        answers = self._asking.ask(previous).by_statement
        self._working = {statement: one for statement, one in answers.items() if not one.refusal}
        self.asked.not_asked.update({statement: one.refusal for statement, one in answers.items() if one.refusal})

    def begin(self, revision: str) -> None:
        """Note that a revision will be applied now."""
        if revision in self._held and self._before_held is None:
            self._before_held = self._asking.ask(self._new)

    def finish(self, revision: str) -> None:
        """Ask what this revision has changed."""
        if revision in self._survived:
            now = self._asking.ask(self._working)
            for statement, before in list(self._working.items()):
                if reason := now.loss(statement, before):
                    self.asked.breaks_previous.append(BrokenStatement(statement, revision, reason))
                    del self._working[statement]
        elif self._before_held is not None:
            self._compare_with_held(revision, self._before_held)

    def _compare_with_held(self, revision: str, before: Answers) -> None:
        """Find what works from this contract revision on and did not before the first one."""
        found = {broken.statement for broken in self.asked.needs_contract}
        now = self._asking.ask(statement for statement in self._new if statement not in found)
        for statement, answer in now.by_statement.items():
            if not answer.refusal and (reason := before.loss(statement, answer)):
                self.asked.needs_contract.append(BrokenStatement(statement, revision, reason))


def inventories(environment: "Environment", base: str | None) -> tuple[Inventory, Inventory]:
    """Return the inventories of the base and of the working tree; an empty one where there is none.

    Args:
        environment: its setting `statements` names the file.
        base: a git ref; None where the previous release is unknown.

    Raises:
        UsageError: git does not know the ref.
    """
    if not environment.settings.statements:
        return Inventory(), Inventory()
    path = environment.folder / environment.settings.statements
    previous = inventory_at(path, base) if base is not None else None
    if base is not None and previous is None:
        logger.warning("%s has no %s: its statements are not asked.", base, environment.settings.statements)
    return previous or Inventory(), read_inventory(path) or Inventory()


def warn_of_not_asked(asked: ReleasesAsked) -> None:
    """Name the statements that PostgreSQL refused to begin with: what was not asked is never called fine."""
    for statement, reason in asked.not_asked.items():
        logger.warning(
            "Not asked, because it cannot be prepared (%s): %s", reason, shortened(statement, _LONGEST_STATEMENT)
        )
