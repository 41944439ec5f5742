"""The verb `backup`: takes a backup now, or one after the other at regular times."""

import logging
from dataclasses import replace
from functools import partial

from alembic_rollout import logs
from alembic_rollout.backup.backups import backup_folder, describe, make_folder, take_backup
from alembic_rollout.backup.retention import Label
from alembic_rollout.backup.schedule import seconds_until_due, sole_scheduler, utc_now, wait_until
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.error_text import database_errors
from alembic_rollout.project.environment import Environment
from alembic_rollout.signals import Interrupted, sigterm_raises
from alembic_rollout.upgrade.webhook.delivery import notify
from alembic_rollout.wording.durations import format_duration, parse_duration

_RETRY_SECONDS = 300.0
_SHORTEST_SECONDS = 1.0

logger = logging.getLogger(__name__)


def backup_command(environment: Environment, *, every: str | None = None, keep: int | None = None) -> None:
    """Take a backup now, or one now and then one after the other.

    Args:
        environment: names the database.
        every: the time from one to the next, as a duration; None for one backup.
        keep: how many of its kind are kept; the setting `backup_keep` by default.

    Raises:
        UsageError: a value cannot be used.
        RolloutError: there is no backup; a schedule tries again after a while, and tells the webhook.
    """
    if keep is not None and keep < 1:
        raise UsageError(f"--keep is {keep}; keep one backup or more.")
    if every is None:
        print(_take(environment, "manual", keep))
        return
    logs.configure(environment.settings.log_format)
    _take_regularly(environment, _interval(every), keep)


def _interval(every: str) -> float:
    try:
        seconds = parse_duration(every)
    except ValueError as error:
        raise UsageError(f"--every: {error}") from None
    if seconds < _SHORTEST_SECONDS:
        raise UsageError(f"--every is {every}; backups are a second apart or more.")
    return seconds


def _take(environment: Environment, label: Label, keep: int | None) -> str:
    settings = environment.settings if keep is None else replace(environment.settings, backup_keep=keep)
    folder = backup_folder(environment.folder, settings)
    with (
        database_errors(environment.url),
        wait_for_database(environment.engine(), seconds=settings.wait) as connection,
    ):
        return describe(take_backup(connection, settings, environment.version_table, folder=folder, label=label))


def _take_regularly(environment: Environment, every: float, keep: int | None) -> None:
    folder = backup_folder(environment.folder, environment.settings)
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        database = str(connection.exec_driver_sql("SELECT current_database()").scalar_one())
    make_folder(folder)
    try:
        with sigterm_raises(), sole_scheduler(folder, database):
            logger.info("Backing up %s every %s into %s.", database, format_duration(every), folder)
            while True:
                wait_until(lambda: seconds_until_due(folder, database, every, now=utc_now()))
                try:
                    _take(environment, "scheduled", keep)
                except RolloutError as error:
                    _say_failed(environment, database, error, pause := min(every, _RETRY_SECONDS))
                    wait_until(partial(_seconds_left, utc_now().timestamp() + pause))
    except (Interrupted, KeyboardInterrupt):
        logger.info("Ended; the next backup is taken when it is due.")


def _seconds_left(until: float) -> float:
    return until - utc_now().timestamp()


def _say_failed(environment: Environment, database: str, error: RolloutError, pause: float) -> None:
    text = f"The scheduled backup of {database} failed: {error}"
    logger.error("%s The next try is in %s.", text, format_duration(pause))
    fields = {"service": environment.settings.service, "database": database, "outcome": "failed", "error": str(error)}
    notify(environment.settings, text=text, fields=fields)
