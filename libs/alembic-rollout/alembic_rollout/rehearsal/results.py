"""What a rehearsal has found; `--json` has the same names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from alembic_rollout.databases.refused_entries import LeftOut
from alembic_rollout.inventory.releases import ReleasesAsked
from alembic_rollout.project.tree import Phase
from alembic_rollout.rehearsal.observer import Observation
from alembic_rollout.rehearsal.walk import Failure


@dataclass(slots=True)
class RehearsedRevision:
    """One revision.

    Attributes:
        revision: its id.
        description: the first line of its docstring.
        phase: expand or contract.
        accepts: the rules that its file accepts.
        up: what it did.
        down: what reverting it did.
        again: what it did when it was applied again.
        checks: what its checks said on the copy, in the names of `plan --json`.
        verify: what its verifications said there.
        not_undone: how the schema after the downgrade differs from that before the upgrade, as `+` and `-` lines.
    """

    revision: str
    description: str
    phase: Phase
    accepts: tuple[str, ...] = ()
    up: Observation | None = None
    down: Observation | None = None
    again: Observation | None = None
    checks: list[dict[str, Any]] = field(default_factory=list)
    verify: list[dict[str, Any]] = field(default_factory=list)
    not_undone: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Rehearsal:
    """All of it.

    Attributes:
        database: the live one, without a password.
        start: the revisions that it is at.
        revisions: those that were rehearsed, in order.
        failure: the revision that ended it, and why.
        after_down: how the schema after the downgrade differs from that before the upgrade; then there is no second
            upgrade.
        after_second_up: how the schema after the second upgrade differs from that after the first.
        left_out: what the copy is without, because the migrating role may not create it, and what depends on that.
        releases: what the statements of the previous and of the new release say.
    """

    database: str
    start: tuple[str, ...]
    revisions: list[RehearsedRevision]
    failure: Failure | None = None
    after_down: list[str] = field(default_factory=list)
    after_second_up: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    releases: ReleasesAsked = field(default_factory=ReleasesAsked)

    @property
    def is_sampled(self) -> bool:
        """Return True if a statement ran outside a transaction, so that its locks had to be sampled."""
        return any(observation.is_sampled for one in self.revisions for observation in _observations(one))


def _observations(revision: RehearsedRevision) -> Iterable[Observation]:
    return (one for one in (revision.up, revision.down, revision.again) if one is not None)
