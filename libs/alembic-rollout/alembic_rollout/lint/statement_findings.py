"""What the statements of the previous and of the new release say of a revision."""

from collections.abc import Iterator
from dataclasses import replace

from alembic_rollout.inventory.releases import ReleasesAsked
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision


def check_releases(revision: Revision, asked: ReleasesAsked | None) -> Iterator[Finding]:
    """Yield a finding for each reason for which statements do not work after a revision, or before it.

    Args:
        revision: which.
        asked: what was found; None where nothing was asked.
    """
    for group in asked.grouped() if asked is not None else ():
        if group.revision == revision.id:
            text = str(group)
            found = revision.finding(group.rule, f"{text[:1].upper()}{text[1:]}.")
            yield replace(found, statement=group.statements[0])
