"""The linter: every rule, over any number of revisions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from alembic_rollout.errors import UsageError
from alembic_rollout.inventory.releases import RULES_OF_RELEASES, ReleasesAsked
from alembic_rollout.lint.acceptance import accept, check_accepted
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.hazards.backfills import check_backfills
from alembic_rollout.lint.hazards.columns import check_columns
from alembic_rollout.lint.hazards.contents import check_contents
from alembic_rollout.lint.hazards.contract.contract_operations import check_declared_phase, check_phase
from alembic_rollout.lint.hazards.downgrades import check_downgrade
from alembic_rollout.lint.hazards.index_builds import check_indexes
from alembic_rollout.lint.hazards.labels import check_labels
from alembic_rollout.lint.hazards.locks import check_locks
from alembic_rollout.lint.hazards.long_runs import announce_long_runs
from alembic_rollout.lint.hazards.losses import check_losses
from alembic_rollout.lint.hazards.queries import check_queries
from alembic_rollout.lint.hazards.session.limits import check_limits
from alembic_rollout.lint.hazards.session.reading import check_reading
from alembic_rollout.lint.hazards.squawk import check_with_squawk
from alembic_rollout.lint.hazards.transactions import check_transactions
from alembic_rollout.lint.known.knowledge import Knowledge
from alembic_rollout.lint.known.known_catalogue import Catalogue
from alembic_rollout.lint.known.statistics_file import read_statistics
from alembic_rollout.lint.own_rules import OwnRule, check_own_rules, load_own_rules
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.rules import LEFT_OUT, RULES
from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.statement_findings import check_releases
from alembic_rollout.lint.steps import Step
from alembic_rollout.project.rendering import Reader, Rendered, RevisionReading
from alembic_rollout.project.tree import Tree
from alembic_rollout.settings import Settings

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

AskReleases = Callable[[Sequence[RevisionReading], Callable[[], Sequence[Rendered]]], ReleasesAsked | None]
"""Returns what both releases say; takes the judged revisions, and what returns the upgrades that precede them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Revisions and what the linter says of them.

    Attributes:
        readings: the revisions with their SQL, in order.
        findings: by revision and line; what a revision accepts has its reason.
    """

    readings: Sequence[RevisionReading] = ()
    findings: Sequence[Finding] = ()


_CHECKS: tuple[Callable[[Step, Situation], Iterator[Hazard]], ...] = (
    check_phase,
    check_locks,
    check_indexes,
    check_columns,
    check_losses,
    check_backfills,
    check_labels,
    check_limits,
    check_queries,
    announce_long_runs,
)
"""Asked of every step in order, each with what the revision has done before it."""


def lint_revisions(
    readings: Sequence[RevisionReading],
    settings: Settings,
    tree: Tree,
    *,
    known: Callable[[], Catalogue] = Catalogue,
    earlier: Callable[[], Sequence[Rendered]] = tuple,
    own_rules: Sequence[OwnRule] = (),
    releases: ReleasesAsked | None = None,
) -> list[Finding]:
    """Judge revisions.

    Args:
        readings: the revisions, in the order in which they would run; those that `lint_after` leaves out are skipped.
        settings: name the rules that are not applied, and the revisions that were released before.
        tree: tells which revision comes before which.
        known: returns what the database says, `lint.known.live.catalogue_if_readable(connection)`; called where a rule
            asks.
        earlier: returns the upgrades that precede the readings, where no database can tell what they did.
        own_rules: of the project, `lint.own_rules.load_own_rules(settings, folder)`.
        releases: what the statements of the previous and the new release say; None where they were not asked.

    Returns:
        Everything that was found, by revision and line; what a revision accepts has its reason.

    Raises:
        UsageError: the setting `lint_ignore` or `lint_after` names something that does not exist.
        RolloutError: squawk is not installed.
    """
    ignored = frozenset(settings.lint_ignore)
    not_applied = ignored if releases is not None else ignored.union(RULES_OF_RELEASES)
    own_names = [rule.name for rule in own_rules]
    for name in sorted(ignored.difference(RULES, LEFT_OUT, own_names)):
        raise UsageError(f"lint_ignore names {name!r}, which is no rule. There are: {', '.join(RULES)}")
    judged_ids = set(judged_of([reading.revision for reading in readings], settings, tree))
    knowledge = Knowledge(tree, known, earlier, [reading.upgrade for reading in readings])
    revisions = [
        Revision(reading, partial(_exists, knowledge, reading.revision))
        for reading in readings
        if reading.revision in judged_ids
    ]
    by_revision: dict[str, list[Finding]] = {revision.id: [] for revision in revisions}
    for finding in check_with_squawk(revisions):
        by_revision[finding.revision].append(finding)
    found: list[Finding] = []
    for revision in revisions:
        own = [
            *_check(revision, knowledge, settings),
            *check_own_rules(revision, own_rules),
            *check_releases(revision, releases),
        ]
        judged = [finding for finding in (*own, *by_revision[revision.id]) if finding.rule not in ignored]
        entries = [
            finding
            for finding in check_accepted(revision, judged, ignored=not_applied, own=own_names)
            if finding.rule not in ignored
        ]
        # A statement in a loop is found as often as it runs; what is said twice of one line is said once.
        unique = dict.fromkeys((*accept(revision, judged), *entries))
        found += sorted(unique, key=lambda finding: finding.line)
    return found


def judge_files(environment: "Environment", revisions: Sequence[str], *, ask: AskReleases | None = None) -> Judged:
    """Read revisions in a child process and judge them, without a database.

    Args:
        environment: the project.
        revisions: which, in the order in which they would run.
        ask: asks both releases; None where they are not asked.

    Raises:
        UsageError: a setting names a rule or a revision that does not exist, or the statistics are of another schema.
    """
    if not revisions:
        return Judged()
    tree, settings = environment.tree, environment.settings
    sizes, own = read_statistics(settings, environment.folder, tree), load_own_rules(settings, environment.folder)
    with Reader(environment) as reader:
        readings = list(reader.read(revisions))
        earlier = partial(_before, reader, tree, revisions)
        findings = lint_revisions(
            readings,
            settings,
            tree,
            known=lambda: Catalogue(sizes=sizes),
            earlier=earlier,
            own_rules=own,
            releases=ask(readings, earlier) if ask is not None else None,
        )
    return Judged(readings, findings)


def judged_of(revisions: Sequence[str], settings: Settings, tree: Tree) -> list[str]:
    """Leave out the revisions that were released before the linter came, as the setting `lint_after` says.

    Raises:
        UsageError: there is no such revision.
    """
    last = settings.lint_after
    if last and last not in tree.by_revision:
        raise UsageError(f"lint_after names {last!r}, and no file is that revision.")
    released = tree.ancestors([last])
    return [revision for revision in revisions if revision not in released]


def _exists(knowledge: Knowledge, revision: str, table: str) -> bool:
    return knowledge.before(revision).table(table) is not None


def _check(revision: Revision, knowledge: Knowledge, settings: Settings) -> Iterator[Finding]:
    yield from check_contents(revision)
    yield from check_declared_phase(revision)
    yield from check_transactions(revision)
    situation = Situation(revision, knowledge, settings)
    yield from check_reading(revision, situation)
    for step in revision.steps:
        for check in _CHECKS:
            for hazard in check(step, situation):
                size = situation.size(hazard.table) if hazard.table else None
                if size is None or not situation.is_small(size):
                    message = f"{hazard.message} {hazard.table} has {size}." if size else hazard.message
                    yield revision.finding(hazard.rule, message, statement=step.statement)
        situation.add(step)
    situation.end()
    yield from check_downgrade(revision)


def _before(reader: Reader, tree: Tree, judged: Sequence[str]) -> list[Rendered]:
    """Read the upgrades that the judged revisions are built on."""
    below = tree.ancestors(judged).difference(judged)
    return [reading.upgrade for reading in reader.read([name for name in tree.order if name in below], ["upgrade"])]
