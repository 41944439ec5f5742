"""`alembic-rollout lint`: choose revisions, judge them, show what was found."""

from typing import TYPE_CHECKING

from alembic_rollout.errors import FindingsError
from alembic_rollout.lint.findings import unaccepted
from alembic_rollout.lint.formats import print_findings
from alembic_rollout.lint.linter import judged_of, lint_revisions
from alembic_rollout.lint.selection import select_revisions
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.wording import plural

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def lint_command(
    environment: "Environment", *, since: str | None, base: str | None, all_revisions: bool, output_format: str
) -> None:
    """Judge revisions and print the findings.

    Args:
        environment: whose tree and settings.
        since: only revisions after this one.
        base: only revisions whose files differ from this git ref.
        all_revisions: every one; what is pending in the database where nothing is chosen.
        output_format: `text`, `json`, `github` or `gitlab`.

    Raises:
        FindingsError: there is a finding that nobody accepted.
        UsageError: the choice makes no sense, or two files have one number.
    """
    check_tree(environment.tree)
    selected = select_revisions(environment, since=since, base=base, all_revisions=all_revisions)
    scripts = judged_of(environment, selected)
    findings = lint_revisions(environment, scripts)
    print_findings(findings, output_format, revisions=len(scripts))
    left = unaccepted(findings)
    if left:
        rules = ", ".join(sorted({finding.rule for finding in left}))
        raise FindingsError(
            f"{plural(len(left), 'finding')} that nobody accepted ({rules}). Change the revisions, or"
            f' accept each in its file with a reason: accepted = {{"{left[0].rule}": "why it is safe here"}}'
        )
