"""Says why an upgrade is refused, or what it warns of: findings, drift, a revision behind one that is held."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.errors import FindingsError, RolloutError
from alembic_rollout.lint.findings import Finding
from alembic_rollout.releases.phases import HeldContract

if TYPE_CHECKING:
    pass


_MOST_SHOWN = 5


def stranded_refusal(stranded: HeldContract) -> RolloutError:
    """Return the refusal of an upgrade whose expand revision is held by a contract revision below it."""
    return RolloutError(
        f"{stranded.revision} is behind the contract revision {stranded.contract}, which is held, and cannot be skipped"
        f" to: {'; '.join(stranded.reasons)} would not survive {stranded.contract}. End that release, then start again."
    )


def refusal_of_findings(findings: Sequence[Finding]) -> FindingsError:
    """Return the refusal of pending revisions that the linter finds unsafe."""
    accepted = f'accepted = {{"{findings[0].rule}": "why it is safe here"}}'
    return FindingsError(
        f"Pending revisions are not safe: {listed_findings(findings).rstrip('.')}. Change them, or accept each in its"
        f" file with a reason: {accepted}. `alembic-rollout lint` says more."
    )


def refusal_of_drift(drift: Sequence[DriftFinding]) -> FindingsError:
    """Return the refusal of an upgrade of a schema that was changed without a migration."""
    return FindingsError(
        f"The schema was changed without a migration: {drifted_names(drift)} Undo the change, write a revision for it,"
        " or accept it: alembic-rollout drift --accept. `alembic-rollout drift` says more."
    )


def drifted_names(drift: Sequence[DriftFinding]) -> str:
    """Return what was changed, by name: what a function or a default holds may be a value that no log should have."""
    shown = ", ".join(f"{finding.kind} {finding.name}" for finding in drift[:_MOST_SHOWN])
    more = f", and {len(drift) - _MOST_SHOWN} more" if len(drift) > _MOST_SHOWN else ""
    return f"{shown}{more}."


def listed_findings(findings: Sequence[Finding]) -> str:
    """Return findings with their files and lines."""
    return "; ".join(f"{finding.path.name}:{finding.line} {finding.rule}: {finding.message}" for finding in findings)
