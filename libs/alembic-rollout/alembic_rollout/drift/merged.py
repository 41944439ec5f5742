"""Both comparisons in one list: a difference that both have found is one, with what each knows of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from alembic_rollout.drift.differences import DriftFinding


@dataclass(slots=True)
class Difference:
    """An object that is not what it should be.

    Attributes:
        since: what was changed since the last migration; None where nothing was, or it is unknown.
        models: how it differs from the models; empty where it does not.
    """

    since: DriftFinding | None = None
    models: list[DriftFinding] = field(default_factory=list)

    @property
    def findings(self) -> list[DriftFinding]:
        """What was found of it, the first one names it."""
        return ([self.since] if self.since is not None else []) + self.models

    @property
    def text(self) -> str:
        """All that is known of it, as one sentence."""
        first, *others = self.findings
        return "; it ".join([first.text, *(one.fact for one in others)])

    def is_ignored(self, patterns: Sequence[str]) -> bool:
        """Return True if a pattern matches it under a name that either comparison has for it."""
        return any(finding.is_ignored(patterns) for finding in self.findings)


def merged(since: Iterable[DriftFinding], models: Iterable[DriftFinding]) -> list[Difference]:
    """Return each difference once.

    Args:
        since: what was changed since the last migration.
        models: what differs from the models.
    """
    differences = [Difference(since=one) for one in since]
    by_identity: dict[str, Difference] = {}
    for difference in differences:
        for finding in difference.findings:
            for identity in finding.identities:
                by_identity.setdefault(identity, difference)
    for finding in models:
        known = [by_identity[identity] for identity in finding.identities if identity in by_identity]
        difference = known[0] if known else Difference()
        if not known:
            differences.append(difference)
            by_identity |= dict.fromkeys(finding.identities[:1], difference)
        difference.models.append(finding)
    return differences
