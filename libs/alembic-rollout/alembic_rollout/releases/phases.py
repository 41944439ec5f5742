"""Expand and contract: which pending revisions are held, and by which connected release. Decides, asks nothing.

A contract revision removes what the previous release uses (a column, a name, a wider type). It is held while a
connection of a release without it is left: code survives revision R exactly when its own tree contains R.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alembic_rollout.project.tree import Tree
from alembic_rollout.releases.presence import Release


@dataclass(frozen=True, slots=True)
class HeldContract:
    """A revision that is held, and by which releases.

    Attributes:
        revision: its id.
        contract: the contract revision that holds it: itself, or one that it is built on.
        releases: the connections that would not survive that one.
    """

    revision: str
    contract: str
    releases: tuple[Release, ...]

    @property
    def reasons(self) -> list[str]:
        """A phrase for each connection that holds it."""
        return [str(release) for release in self.releases]


def by_reason(held: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the revisions that one and the same connections hold, in order, by these connections.

    Args:
        held: revisions and a phrase for each connection that holds them.
    """
    found: dict[str, list[str]] = {}
    for revision, reasons in held.items():
        found.setdefault("; ".join(reasons), []).append(revision)
    return found


def has_contract(tree: Tree, revisions: Sequence[str]) -> bool:
    """Return True if one of these revisions is a contract revision, so that live releases have to be read."""
    return any(tree.by_revision[revision].phase == "contract" for revision in revisions)


def held_revisions(tree: Tree, order: Sequence[str], releases: Sequence[Release]) -> dict[str, HeldContract]:
    """Return the pending revisions that are held: contract revisions, and what is built on them.

    Args:
        tree: of this code.
        order: the pending revisions, in the order in which they would run.
        releases: the connected releases.
    """
    survived = {release.heads: _survived(tree, release.heads) for release in releases}
    held: dict[str, HeldContract] = {}
    for revision in order:
        file = tree.by_revision[revision]
        before = tuple(release for release in releases if revision not in survived[release.heads])
        if file.phase == "contract" and before:
            held[revision] = HeldContract(revision, revision, before)
        elif found := next((held[name] for name in file.built_on if name in held), None):
            held[revision] = HeldContract(revision, found.contract, found.releases)
    return held


def stranded_revision(tree: Tree, held: dict[str, HeldContract]) -> HeldContract | None:
    """Return an expand revision that is held by a contract revision below it, so that it cannot be skipped to."""
    return next((one for one in held.values() if tree.by_revision[one.revision].phase == "expand"), None)


def _survived(tree: Tree, heads: Sequence[str]) -> set[str]:
    """Return the revisions that a release of these heads survives."""
    # An unknown head is a newer release's: it was built on this tree.
    return tree.ancestors(heads) if tree.by_revision.keys() >= set(heads) else set(tree.by_revision)
