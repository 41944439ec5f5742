"""What an upgrade or a downgrade will do, decided once, as a value: `upgrade` executes it, `plan` prints it.

`decide_upgrade` reads what the decision needs and changes nothing; `conclude` decides, without asking anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.checks.answers import Answer
from alembic_rollout.drift.catalogue_drift import CatalogueComparison, catalogue_drift
from alembic_rollout.errors import RolloutError
from alembic_rollout.history.stored_catalogue import LOCKED
from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.project.catalogue import LOCK_TIMEOUT, WITHOUT_WAITING, has_tables, own_tables
from alembic_rollout.project.tree import Phase, Tree
from alembic_rollout.releases.phases import HeldContract, has_contract, held_revisions, stranded_revision
from alembic_rollout.releases.presence import live_releases
from alembic_rollout.releases.standing import Standing, refusal_of
from alembic_rollout.settings import BackupPolicy, Settings
from alembic_rollout.upgrade.refusal_texts import (
    drifted_names,
    listed_findings,
    refusal_of_drift,
    refusal_of_findings,
    stranded_refusal,
)
from alembic_rollout.upgrade.revision_checks import ask_ahead, refusal_of_checks
from alembic_rollout.upgrade.standing_checks import ahead_warning, is_at_target, nothing_to_do, read_standing

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment
    from alembic_rollout.project.rendering import RevisionReading


@dataclass(frozen=True, slots=True)
class Pending:
    """A revision that an upgrade comes to.

    Attributes:
        reading: its file and its SQL.
        phase: expand or contract.
        findings: what the linter says about it; accepted ones have their reason.
        held: why it has to wait; None where it would run.
        answers: to its checks; empty where none was asked.
    """

    reading: "RevisionReading"
    phase: Phase
    findings: tuple[Finding, ...] = ()
    held: HeldContract | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def revision(self) -> str:
        """Its id."""
        return self.reading.revision

    @property
    def is_destructive(self) -> bool:
        """Return True if data may be lost; what cannot be rendered is taken for it."""
        from alembic_rollout.sql.lost_data import may_lose_data  # noqa: PLC0415 - a start with nothing to do reads no SQL

        return not self.is_seen or may_lose_data(statement.sql for statement in self.reading.upgrade.statements)

    @property
    def is_seen(self) -> bool:
        """Return True if what it was read to do is all that it may do.

        It is not where it cannot be rendered, where it says so itself by accepting that, and where it changes how its
        SQL is read.
        """
        from alembic_rollout.sql.settings_changed import reading_changed_by  # noqa: PLC0415 - see above

        accepted, shown = self.reading.accepted, self.reading.upgrade
        if shown.error or (isinstance(accepted, dict) and "cannot-render" in accepted):
            return False
        return not any(reading_changed_by(statement.sql) for statement in shown.statements)


@dataclass(frozen=True, slots=True)
class Decision:
    """What an upgrade will do.

    Attributes:
        current: where the database is.
        pending: what lies between it and the goal, in order, held revisions included.
        is_empty: the database has no tables: nothing can be lost or blocked, so nothing is judged, held or backed up.
        backup: why a backup is taken first; None where none is.
        refusal: what the upgrade ends with before it changes anything; None where it goes on.
        notice: what to say where there is nothing to do.
        warning: what to say besides, such as findings that are only warned about.
        drift: how the schema compares with what the last migration left.
    """

    current: tuple[str, ...]
    pending: tuple[Pending, ...] = ()
    is_empty: bool = False
    backup: str | None = None
    refusal: RolloutError | None = None
    notice: str = ""
    warning: str = ""
    drift: CatalogueComparison = field(default_factory=CatalogueComparison)

    @property
    def running(self) -> tuple[Pending, ...]:
        """The revisions that run."""
        return tuple(one for one in self.pending if one.held is None)

    @property
    def first(self) -> str:
        """The first revision that runs; empty where none does."""
        return self.running[0].revision if self.running else ""

    @property
    def goes_on(self) -> bool:
        """Return True if there is something to run."""
        return self.refusal is None and (self.is_empty or bool(self.running))

    @property
    def held(self) -> tuple[HeldContract, ...]:
        """The revisions that are held."""
        return tuple(one.held for one in self.pending if one.held is not None)


def decide_upgrade(
    environment: "Environment", connection: Connection, to: str, *, renders_empty: bool = True
) -> Decision:
    """Decide what `alembic upgrade TO` does.

    Args:
        environment: whose tree and settings.
        connection: to its database, in autocommit; only read from.
        to: the goal, as Alembic takes it.
        renders_empty: read the revisions also where the database is empty, so that nothing depends on what they say.

    Raises:
        CommandError: Alembic cannot go there.
    """
    standing = read_standing(environment, connection)
    settled = _settled(environment, standing, to)
    if settled is not None:
        return settled
    own = own_tables(environment.version_table, environment.settings.history_table)
    is_empty = not standing.current and not has_tables(connection, without=own)
    if is_empty and not renders_empty:
        return Decision(standing.current, is_empty=True)
    from alembic_rollout.project.rendering import read_upgrade  # noqa: PLC0415 - most starts have nothing to render

    readings = read_upgrade(environment, to, standing.current)
    if not readings:
        return Decision(standing.current, is_empty=is_empty, notice=nothing_to_do(standing, environment.tree, to))
    if is_empty:
        return Decision(standing.current, _pending(environment.tree, readings), is_empty=True)
    order = [reading.revision for reading in readings]
    tree, service = environment.tree, environment.settings.service
    releases = live_releases(connection, service) if has_contract(tree, order) else []
    pending = _pending(
        tree,
        readings,
        _findings(environment, connection, readings, standing),
        held_revisions(tree, order, releases),
    )
    return conclude(
        standing.current,
        _with_answers(environment, connection, pending),
        tree=tree,
        drift=read_drift(environment, connection),
        settings=environment.settings,
    )


def _settled(environment: "Environment", standing: Standing, to: str) -> Decision | None:
    """Return the decision where how the database stands settles it, without a look at the revisions' SQL."""
    refusal = refusal_of(standing, version_table=environment.version_table.sql)
    if refusal is not None:
        return Decision(standing.current, refusal=refusal)
    if standing.is_ahead:
        return Decision(standing.current, warning=ahead_warning(standing))
    if is_at_target(standing, environment.tree, to):  # another process has done it while this one waited for the lock
        return Decision(standing.current, notice=nothing_to_do(standing, environment.tree, to))
    return None


def conclude(
    current: tuple[str, ...],
    pending: tuple[Pending, ...],
    *,
    tree: Tree,
    settings: Settings,
    drift: CatalogueComparison,
) -> Decision:
    """Decide, from what was read of a database that is in use.

    Args:
        current: where it is.
        pending: what lies between it and the goal, with findings, what is held, and the answers to checks.
        tree: of this code.
        settings: the policies of lint, drift and backup.
        drift: what was changed in the schema without a migration.
    """
    refusal: RolloutError | None = None
    warnings = []
    stranded = stranded_revision(tree, {one.revision: one.held for one in pending if one.held is not None})
    findings = [finding for one in pending if one.held is None for finding in unaccepted(one.findings)]
    if stranded is not None:
        refusal = stranded_refusal(stranded)
    elif findings and settings.lint == "refuse":
        refusal = refusal_of_findings(findings)
    elif drift.findings and settings.drift == "refuse":
        refusal = refusal_of_drift(drift.findings)
    elif drift.unknown == LOCKED and settings.drift == "refuse":
        refusal = RolloutError(
            f"The schema could not be compared with what the last migration left: {LOCKED}."
            " Start again when it has ended."
        )
    if findings and settings.lint == "warn":
        warnings.append(f"Findings in pending revisions: {listed_findings(findings)}")
    later = [finding for one in pending if one.held is not None for finding in unaccepted(one.findings)]
    if later and settings.lint == "refuse":
        # A start that only holds them serves; the first one that may apply them ends.
        warnings.append(
            "Held revisions have findings, which refuse them once no older release is connected:"
            f" {listed_findings(later)}"
        )
    if drift.findings and settings.drift == "warn":
        warnings.append(f"The schema was changed without a migration: {drifted_names(drift.findings)}")
    running = [one for one in pending if one.held is None]
    refusal = refusal or refusal_of_checks(
        [one.reading for one in running], {one.revision: one.answers for one in running}
    )
    backup = backup_reason(settings.backup, running)
    warning = " ".join(warnings)
    return Decision(current, pending, backup=backup, refusal=refusal, warning=warning, drift=drift)


def backup_reason(policy: BackupPolicy, running: Sequence[Pending]) -> str | None:
    """Return why a backup is taken before these revisions run; None where none is."""
    if policy == "never" or not running:
        return None
    if policy == "always":
        return "the policy is to take one always"
    destructive = [one.revision for one in running if one.is_destructive]
    return f"{', '.join(destructive)} may destroy data" if destructive else None


def _pending(
    tree: Tree,
    readings: "Sequence[RevisionReading]",
    findings: Sequence[Finding] = (),
    held: Mapping[str, HeldContract] | None = None,
) -> tuple[Pending, ...]:
    return tuple(
        Pending(
            reading,
            tree.by_revision[reading.revision].phase,
            tuple(finding for finding in findings if finding.revision == reading.revision),
            (held or {}).get(reading.revision),
        )
        for reading in readings
    )


def _with_answers(
    environment: "Environment", connection: Connection, pending: tuple[Pending, ...]
) -> tuple[Pending, ...]:
    running = [one.reading for one in pending if one.held is None]
    answers = ask_ahead(connection, running, environment.settings)
    return tuple(replace(one, answers=answers.get(one.revision, ())) for one in pending)


def _findings(
    environment: "Environment", connection: Connection, readings: "Sequence[RevisionReading]", standing: Standing
) -> list[Finding]:
    if not standing.current or environment.settings.lint == "off":
        return []  # the tree begins here, beside tables of others: what it makes is not in use yet
    from alembic_rollout.lint.known.live import catalogue_if_readable  # noqa: PLC0415 - see above
    from alembic_rollout.lint.linter import lint_revisions  # noqa: PLC0415 - see above
    from alembic_rollout.lint.own_rules import load_own_rules  # noqa: PLC0415 - see above

    tree, settings = environment.tree, environment.settings
    return lint_revisions(
        readings,
        settings,
        tree,
        known=lambda: catalogue_if_readable(connection),
        own_rules=load_own_rules(settings, environment.folder),
    )


def read_drift(environment: "Environment", connection: Connection) -> CatalogueComparison:
    """Return how the schema compares with what the last migration left; nothing where the setting says `ignore`.

    Waits for a lock only where the answer decides: a warning is not worth it that a session which has a table to itself
    holds up a start.
    """
    settings = environment.settings
    if settings.drift == "ignore":
        return CatalogueComparison()
    lock_timeout = LOCK_TIMEOUT if settings.drift == "refuse" else WITHOUT_WAITING
    table = environment.version_table
    return catalogue_drift(
        connection, table, settings.history_table, ignore=settings.drift_ignore, lock_timeout=lock_timeout
    )
