"""The linter: every rule, over any number of revisions."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from alembic.script import Script

from alembic_rollout.errors import UsageError
from alembic_rollout.lint.acceptance import accept, check_accepted
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.hazards.backfills import check_backfills
from alembic_rollout.lint.hazards.contents import check_contents
from alembic_rollout.lint.hazards.contract_operations import check_phase
from alembic_rollout.lint.hazards.downgrades import check_downgrade
from alembic_rollout.lint.hazards.locks import Column, check_locks, is_column_among, validated_not_null
from alembic_rollout.lint.hazards.squawk import check_with_squawk
from alembic_rollout.lint.hazards.transactions import check_transactions
from alembic_rollout.lint.revision import Revision, read_revision
from alembic_rollout.lint.rules import LEFT_OUT, RULES
from alembic_rollout.project.rendering import render
from alembic_rollout.sql.actions import actions_in

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def lint_revisions(environment: "Environment", scripts: Sequence[Script]) -> list[Finding]:
    """Judge revisions.

    Args:
        environment: whose settings and tree; no database is asked.
        scripts: the revisions, in the order in which they would run; those that `lint_after` leaves out are skipped.

    Returns:
        Everything that was found, by revision and line; what a revision accepts has its reason.

    Raises:
        UsageError: the setting `lint_ignore` or `lint_after` names something that does not exist.
        RolloutError: squawk is not installed.
    """
    ignored = frozenset(environment.settings.lint_ignore)
    for name in sorted(ignored - RULES.keys() - LEFT_OUT.keys()):
        raise UsageError(f"lint_ignore names {name!r}, which is no rule. There are: {', '.join(RULES)}")
    revisions = [read_revision(environment, script) for script in judged_of(environment, scripts)]
    by_revision: dict[str, list[Finding]] = {revision.script.revision: [] for revision in revisions}
    for finding in check_with_squawk(revisions):
        by_revision[finding.revision].append(finding)
    found: list[Finding] = []
    for revision in revisions:
        own = _check(environment, revision)
        judged = [finding for finding in (*own, *by_revision[revision.script.revision]) if finding.rule not in ignored]
        entries = [
            finding for finding in check_accepted(revision, judged, ignored=ignored) if finding.rule not in ignored
        ]
        # A statement in a loop is found as often as it runs; what is said twice of one line is said once.
        unique = dict.fromkeys((*accept(revision, judged), *entries))
        found += sorted(unique, key=lambda finding: finding.line)
    return found


def judged_of(environment: "Environment", scripts: Sequence[Script]) -> list[Script]:
    """Leave out the revisions that were released before the linter came, as the setting `lint_after` says.

    Raises:
        UsageError: there is no such revision.
    """
    last = environment.settings.lint_after
    if last and last not in environment.tree.by_revision:
        raise UsageError(f"lint_after names {last!r}, which is no revision of {environment.script.dir}.")
    released = environment.tree.ancestors([last])
    return [script for script in scripts if script.revision not in released]


def _check(environment: "Environment", revision: Revision) -> Iterator[Finding]:
    yield from check_contents(revision)
    yield from check_phase(revision)
    yield from check_transactions(revision)
    yield from check_locks(revision, _earlier_checks(environment, revision))
    yield from check_backfills(revision)
    yield from check_downgrade(revision)


def _earlier_checks(environment: "Environment", revision: Revision) -> Callable[[Column], bool]:
    """Return what tells whether a revision before this one has validated that a column is not null."""

    @cache
    def checked() -> set[Column]:
        before = environment.script.iterate_revisions(revision.script.revision, "base")
        rendered = (render(environment, script, "upgrade") for script in reversed([*before][1:]))
        return validated_not_null(
            action for earlier in rendered for statement in earlier.statements for action in actions_in(statement.sql)
        )

    return lambda column: is_column_among(column, checked())
