"""The metrics as Prometheus has them: their names, what they say, and their values where those are known."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import get_args

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.utils import floatToGoString

from alembic_rollout.backup.retention import Label
from alembic_rollout.drift.differences import DriftFinding, fingerprint_of
from alembic_rollout.history.attempt import Outcome
from alembic_rollout.metrics.readings import BUCKETS_SECONDS, BackfillProgress, HistorySummary
from alembic_rollout.releases.schema import Schema, SchemaState


def up(is_up: bool) -> Metric:
    """Return if the state of the schema could be read."""
    return GaugeMetricFamily("alembic_rollout_up", "1 if the schema's state could be read.", value=int(is_up))


def of_state(schema: Schema, state: SchemaState | None) -> list[Metric]:
    """Return what the version table tells; without a state, names without values."""
    info = GaugeMetricFamily(
        "alembic_rollout_info",
        "Revisions: what the database is at, what this release needs at least, and the head of its tree.",
        labels=["service", "current", "required", "head"],
    )
    pending = GaugeMetricFamily("alembic_rollout_pending_revisions", "Revisions of this release not applied yet.")
    if state is not None:
        info.add_metric([schema.service, state.current or "", state.required, schema.head], 1)
        pending.add_metric([], len(state.pending))
    return [info, pending]


def of_drift(findings: Sequence[DriftFinding] | None) -> list[Metric]:
    """Return how many changes there are and which; where that is not known, names without values."""
    drift = GaugeMetricFamily(
        "alembic_rollout_drift_differences", "Changes of the schema since the last migration that no migration made."
    )
    info = GaugeMetricFamily(
        "alembic_rollout_drift_info",
        "1 while there are such changes; the fingerprint is that of these changes, and another one for any others.",
        labels=["fingerprint"],
    )
    if findings is not None:
        drift.add_metric([], len(findings))
        if findings:
            info.add_metric([fingerprint_of(findings)], 1)
    return [drift, info]


def of_history(schema: Schema, summary: HistorySummary | None) -> list[Metric]:
    """Return what the history tells; without a summary, names without values."""
    held = GaugeMetricFamily(
        "alembic_rollout_held_contract_revisions", "Contract revisions that wait for older releases to go."
    )
    since = GaugeMetricFamily(
        "alembic_rollout_held_since_timestamp_seconds", "Since when the first of them waits; absent where none does."
    )
    failures = CounterMetricFamily("alembic_rollout_failures", "Attempts that failed.")
    lock_wait = CounterMetricFamily("alembic_rollout_lock_wait_seconds", "Time spent waiting for the run lock.")
    durations = HistogramMetricFamily(
        "alembic_rollout_revision_duration_seconds", "Durations of the revisions that were applied or reverted."
    )
    outcome = GaugeMetricFamily("alembic_rollout_last_outcome", "How the last attempt ended.", labels=["outcome"])
    failure = GaugeMetricFamily(
        "alembic_rollout_last_failure",
        "1 while the last attempt is one that failed: of which revision, and the SQLSTATE or the class of the error.",
        labels=["service", "database", "revision", "cause"],
    )
    started = GaugeMetricFamily("alembic_rollout_last_run_timestamp_seconds", "When the last attempt began.")
    duration = GaugeMetricFamily("alembic_rollout_last_duration_seconds", "How long the last attempt took.")
    running = GaugeMetricFamily(
        "alembic_rollout_running_since_timestamp_seconds",
        "When the attempt began that is under way; absent where none is.",
    )
    if summary is not None:
        held.add_metric([], summary.held)
        if summary.held_since is not None:
            since.add_metric([], summary.held_since.timestamp())
        failures.add_metric([], summary.failures)
        lock_wait.add_metric([], summary.lock_wait)
        bounds = [*map(floatToGoString, BUCKETS_SECONDS), "+Inf"]
        counts = [*summary.applied_up_to, summary.applied_count]
        durations.add_metric([], list(zip(bounds, counts, strict=True)), summary.applied_sum)
        for name in get_args(Outcome) if summary.last_outcome is not None else ():
            outcome.add_metric([name], int(name == summary.last_outcome))
        if summary.failed_revision is not None and summary.failed_cause is not None:
            failure.add_metric([schema.service, summary.database, summary.failed_revision, summary.failed_cause], 1)
        if summary.last_started_at is not None:
            started.add_metric([], summary.last_started_at.timestamp())
        if summary.last_duration is not None:
            duration.add_metric([], summary.last_duration)
        if summary.running_since is not None:
            running.add_metric([], summary.running_since.timestamp())
    return [held, since, failures, lock_wait, durations, outcome, failure, started, duration, running]


def of_run_lock(is_held: bool | None) -> Metric:
    """Return if a process migrates; without an answer, a name without a value."""
    held = GaugeMetricFamily(
        "alembic_rollout_run_lock_held", "1 while a process holds the run lock: it migrates, or decides what to do."
    )
    if is_held is not None:
        held.add_metric([], int(is_held))
    return held


def of_backfills(backfills: Sequence[BackfillProgress]) -> list[Metric]:
    """Return how far each revision's backfills have come."""
    of_revision = ["revision"]
    done = GaugeMetricFamily(
        "alembic_rollout_backfill_rows",
        "Rows that the unfinished backfills of a revision have done.",
        None,
        of_revision,
    )
    estimated = GaugeMetricFamily(
        "alembic_rollout_backfill_estimated_rows",
        "Rows that they have to do, as PostgreSQL estimates.",
        None,
        of_revision,
    )
    moved = GaugeMetricFamily(
        "alembic_rollout_backfill_last_batch_timestamp_seconds", "When their last batch ended.", None, of_revision
    )
    for backfill in backfills:
        done.add_metric([backfill.revision], backfill.done)
        estimated.add_metric([backfill.revision], backfill.estimated)
        moved.add_metric([backfill.revision], backfill.moved_at.timestamp())
    return [done, estimated, moved]


def of_backups(newest: Mapping[str, datetime]) -> Metric:
    """Return when the newest backup was taken, for each reason to take one."""
    taken = GaugeMetricFamily(
        "alembic_rollout_last_backup_timestamp_seconds",
        "When the newest backup in the folder of the backups was taken, by reason: "
        f"{', '.join(get_args(Label))}. Absent where there is none, or another machine has the folder.",
        labels=["reason"],
    )
    for label, when in newest.items():
        taken.add_metric([label], when.timestamp())
    return taken
