"""Expand and contract: which pending contract revisions have to wait, and whether code survives a newer database.

A contract revision takes away what the previous release uses (a column, a name, a wider type). It is held while a
connection of a release without it is left: code survives revision R exactly when its own tree contains R.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.releases.presence import Release, live_releases

if TYPE_CHECKING:
    from alembic_rollout.history.table import History
    from alembic_rollout.project.environment import Environment
    from alembic_rollout.project.tree import Tree


@dataclass(frozen=True, slots=True)
class HeldContract:
    """A contract revision that has to wait, and for whom."""

    revision: str
    releases: tuple[Release, ...]

    @property
    def reasons(self) -> list[str]:
        """A phrase for each connection that is waited for."""
        return [str(release) for release in self.releases]


def held_contracts(environment: "Environment", connection: Connection, pending: Sequence[str]) -> list[HeldContract]:
    """Return the pending contract revisions that a live release would not survive, in the order of `pending`.

    Args:
        environment: whose tree and service.
        connection: to the database, in autocommit.
        pending: revisions that are about to be applied.
    """
    contracts = [revision for revision in pending if environment.tree.by_revision[revision].phase == "contract"]
    if not contracts:
        return []
    releases = live_releases(connection, environment.settings.service)
    survived = {release.heads: _survived(environment.tree, release.heads) for release in releases}
    held = []
    for revision in contracts:
        before = tuple(release for release in releases if revision not in survived[release.heads])
        if before:
            held.append(HeldContract(revision, before))
    return held


def waiting_revisions(
    environment: "Environment", connection: Connection, order: Sequence[str]
) -> dict[str, HeldContract]:
    """Return the pending revisions that have to wait, and for which contract: the held ones, and what is built on them.

    Args:
        environment: whose tree and service.
        connection: to the database, in autocommit.
        order: the pending revisions, in the order in which they would run.
    """
    held = {contract.revision: contract for contract in held_contracts(environment, connection, order)}
    waiting: dict[str, HeldContract] = {}
    for revision in order:
        below = environment.tree.by_revision[revision].built_on
        if revision in held:
            waiting[revision] = held[revision]
        elif found := next((waiting[name] for name in below if name in waiting), None):
            waiting[revision] = found
    return waiting


def foreign_contracts(
    history: "History", tree: "Tree", connection: Connection, unknown: Sequence[str]
) -> list[str] | None:
    """Return the contract revisions among those that a newer release has applied and this tree has never heard of.

    Args:
        history: the history of the database.
        tree: this code's tree.
        connection: to the database.
        unknown: revisions of the version table that the tree does not have.

    Returns:
        Their ids; empty when this code survives all of them; None when the history does not tell.
    """
    if not history.exists(connection):
        return None
    phases = history.phases(connection, known=tree.by_revision)
    if not set(unknown) <= set(phases):
        return None
    return sorted(revision for revision, phase in phases.items() if phase == "contract")


def _survived(tree: "Tree", heads: Sequence[str]) -> set[str]:
    """Return the revisions that a release of these heads survives."""
    # A head that this tree has never heard of is of a newer release: it was built on this tree.
    return tree.ancestors(heads) if tree.by_revision.keys() >= set(heads) else set(tree.by_revision)
