"""When the checks of revisions are asked in an upgrade, and what follows from the answers.

All of them are asked while the upgrade is decided, so that it refuses before anything is touched. There an earlier
revision may still make what a later one asks about, or mend it; so each is asked again in its revision's own
transaction, before the first statement, and `verify` behind the last one, before the commit.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.checks.answers import Answer
from alembic_rollout.checks.declared_checks import Check, declared_checks
from alembic_rollout.checks.row_questions import Limits, ask
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.sqlstates import LOCK_NOT_AVAILABLE
from alembic_rollout.settings import Settings
from alembic_rollout.sql.meaning import may_change_rows
from alembic_rollout.upgrade.statements.timeouts import statement_timeout
from alembic_rollout.wording.phrases import plural

if TYPE_CHECKING:
    from alembic_rollout.project.rendering import RevisionReading

logger = logging.getLogger(__name__)


def ask_ahead(
    connection: Connection, readings: "Sequence[RevisionReading]", settings: Settings
) -> dict[str, tuple[Answer, ...]]:
    """Ask the checks of revisions that will run, before any of them does.

    Args:
        connection: in autocommit; nothing is changed.
        readings: the revisions, in order.
        settings: the limits.

    Returns:
        The answers by revision.

    Raises:
        UsageError: a revision's `statement_timeout` is no duration.
    """
    answers = {}
    may_differ = False
    for place, reading in enumerate(readings):
        limits = _limits(reading, settings) if reading.checks.before else None
        answers[reading.revision] = tuple(
            _ahead(connection, check, limits, is_first=place == 0, may_differ=may_differ)
            for check in reading.checks.before
            if limits is not None
        )
        upgrade = reading.upgrade
        may_differ = may_differ or bool(upgrade.error) or any(may_change_rows(each.sql) for each in upgrade.statements)
    return answers


def _ahead(connection: Connection, check: Check, limits: Limits, *, is_first: bool, may_differ: bool) -> Answer:
    try:
        answer = ask(connection, check, limits)
    except DBAPIError as error:
        if sqlstate(error) != LOCK_NOT_AVAILABLE:
            raise
        return Answer(check, "unanswered", "cannot be asked now: a table is locked", is_certain=False)
    is_certain = {"failed": not may_differ, "unanswered": is_first}.get(answer.outcome, True)
    return replace(answer, is_certain=is_certain)


def _limits(reading: "RevisionReading", settings: Settings) -> Limits:
    own = reading.declared.get("statement_timeout")
    seconds = statement_timeout(own, settings.statement_timeout, revision=reading.revision)
    return Limits(seconds, settings.lock_timeout)


def refusal_of_checks(
    readings: "Sequence[RevisionReading]", answers: "dict[str, tuple[Answer, ...]]"
) -> RolloutError | None:
    """Return what an upgrade ends with because of the checks of its revisions; None where they let it go on.

    Args:
        readings: the revisions that run.
        answers: to their checks, by revision.
    """
    for reading in readings:
        file = reading.path.name
        refusal: RolloutError | None = None
        if reading.checks.problem:
            refusal = UsageError(f"{file}: {reading.checks.problem}")
        stopping = [answer for answer in answers.get(reading.revision, ()) if stops(answer)]
        if refusal is None and stopping:
            refusal = _refusal(file, stopping)
        if refusal is not None:
            refusal.revision = reading.revision
            return refusal
    return None


def stops(answer: Answer) -> bool:
    """Return True if an upgrade must not go on with this answer."""
    return answer.outcome != "passed" and answer.is_certain


def ask_in_transaction(connection: Connection, module: Any, file: str, *, after: bool, limits: Limits) -> None:  # noqa: ANN401 - a revision's module
    """Ask what a revision declares, in its own transaction.

    Args:
        connection: of the revision.
        module: the revision's.
        file: its name.
        after: ask `verify`, which sees what the revision has done; else `checks`.
        limits: of the revision.

    Raises:
        RolloutError: an answer is not what it has to be.
        UsageError: what is declared cannot be used.
        DBAPIError: a lock was not to be had, or the connection is lost.
    """
    declared = declared_checks(vars(module))
    if declared.problem:
        raise UsageError(f"{file}: {declared.problem}")
    asked = declared.after if after else declared.before
    wrong = [answer for answer in (ask(connection, check, limits) for check in asked) if answer.outcome != "passed"]
    if wrong:
        raise _refusal(file, wrong)
    if asked:
        logger.info("%s: %s passed.", file, plural(len(asked), "verification" if after else "check"))


def _refusal(file: str, answers: Sequence[Answer]) -> RolloutError:
    said = "; ".join(map(str, answers))
    if any(answer.outcome == "unusable" for answer in answers):
        return UsageError(f"{file}: {said}. Correct the file.")
    if any(answer.outcome == "unanswered" for answer in answers):
        return RolloutError(f"{file}: {said}.")
    what = "rows" if answers[0].check.moment == "checks" else "rows or the revision"
    return RolloutError(f"{file}: {said}. Correct the {what}, then start again.")
