"""What the linter says about one place of one revision."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alembic_rollout.lint.rules import RULES


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of a revision.

    Attributes:
        rule: its name; see `alembic_rollout.lint.rules`.
        revision: the revision's id.
        path: its file.
        line: of the file, where the statement is issued.
        message: what is wrong there.
        remedy: what to do instead.
        statement: the SQL that it is about.
        warns: it is reported and stops nothing, whatever the table of rules says.
        accepted: the reason for which the revision accepts it; None where it does not.
    """

    rule: str
    revision: str
    path: Path
    line: int
    message: str
    remedy: str
    statement: str | None = None
    accepted: str | None = None
    warns: bool = False

    @property
    def is_warning(self) -> bool:
        """True if it is reported and stops nothing."""
        return self.warns or (self.rule in RULES and RULES[self.rule].warns)


def unaccepted(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are not accepted, warnings left out."""
    return [finding for finding in findings if finding.accepted is None and not finding.is_warning]
