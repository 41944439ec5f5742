"""`alembic-rollout plan`: prints the decision that `alembic upgrade` would take on the database as it is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text

from alembic_rollout.checks.answers import Answer
from alembic_rollout.checks.declared_checks import Check
from alembic_rollout.lint.formats import as_dict, finding_text, relative
from alembic_rollout.lint.formats.script_lines import script_lines
from alembic_rollout.output import console, print_json
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.database_url import url_without_password
from alembic_rollout.project.tree_checks import check_heads, check_id_lengths, check_tree
from alembic_rollout.redaction.sql_values import without_passwords
from alembic_rollout.upgrade.decision import Decision, Pending, decide_upgrade
from alembic_rollout.wording.phrases import plural

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


@dataclass(frozen=True, slots=True)
class Plan:
    """A decision, with what only its page needs.

    Attributes:
        database: which, without its password.
        to: the goal.
        decision: what an upgrade would do.
    """

    database: str
    to: str
    decision: Decision


def show_plan(environment: "Environment", *, to: str, as_json: bool) -> None:
    """Print what an upgrade would do.

    Args:
        environment: whose tree and database.
        to: the revision to go to.
        as_json: print one JSON document instead.

    Raises:
        UsageError: the tree has two files of one number, a circle, or several heads.
        RolloutError: all is printed, and an upgrade would be refused; the exit status is the one that it would have.
    """
    check_tree(environment.tree)
    check_heads(environment.tree, to)
    engine = environment.engine().execution_options(isolation_level="AUTOCOMMIT")
    with wait_for_database(engine, seconds=environment.settings.wait) as connection:
        check_id_lengths(environment.tree, environment.version_table.longest_id(connection))
        decision = decide_upgrade(environment, connection, to)
        plan = Plan(url_without_password(connection.engine.url), to, decision)
    if as_json:
        print_json(_as_dict(plan))
    else:
        shown = console()
        for text in _texts(plan):
            shown.print(text, soft_wrap=True)
    if decision.refusal is not None:
        raise decision.refusal


def _as_dict(plan: Plan) -> dict[str, Any]:
    decision = plan.decision
    return {
        "database": plan.database,
        "current": decision.current,
        "to": plan.to,
        "backup": decision.backup,
        "refusal": str(decision.refusal) if decision.refusal else None,
        "revisions": [
            {
                "revision": pending.revision,
                "phase": pending.phase,
                "path": relative(pending.reading.path),
                "doc": pending.reading.doc,
                "destructive": pending.is_destructive,
                "held_by": pending.held.reasons if pending.held else [],
                "error": pending.reading.upgrade.error,
                "statements": [
                    {
                        "sql": without_passwords(statement.sql),
                        "in_transaction": statement.in_transaction,
                        "line": statement.line,
                    }
                    for statement in pending.reading.upgrade.statements
                ],
                "findings": [as_dict(finding) for finding in pending.findings],
                "checks": [_check_dict(check, pending.answers) for check in pending.reading.checks.before],
                "verify": [_check_dict(check, ()) for check in pending.reading.checks.after],
            }
            for pending in decision.pending
        ],
    }


def _check_dict(check: Check, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return a check with its answer; one that was not asked yet has none."""
    found = next((answer for answer in answers if answer.check == check), None)
    values = found.as_dict() if found else {"name": check.name, "sql": check.sql, "outcome": None}
    return values | {"sql": without_passwords(check.sql)}


def _texts(plan: Plan) -> Iterator[Text]:
    decision = plan.decision
    at = ", ".join(decision.current) or ("empty" if decision.is_empty else "at no revision")
    if decision.warning:
        yield Text(f"{decision.warning}", style="yellow")
    if not decision.pending:
        yield Text(f"{_why_nothing(decision)} {plan.database} is {'at ' * bool(decision.current)}{at}.")
        return
    count = plural(len(decision.pending), "revision")
    yield Text(f"{plan.database} is {'at ' * bool(decision.current)}{at}; {count} to {plan.to}:")
    for pending in decision.pending:
        yield Text()
        yield from _revision_texts(pending)
    yield Text()
    if decision.is_empty:
        yield Text("The database is empty: nothing can be blocked or lost, so nothing is judged or held.")
    if decision.refusal is not None:
        yield Text("The upgrade would be refused, and nothing would be changed.")
    else:
        yield Text(
            f"A backup would be taken first: {decision.backup}." if decision.backup else "No backup would be taken."
        )


def _why_nothing(decision: Decision) -> str:
    return "The upgrade would be refused." if decision.refusal else "Nothing is pending:"


def _revision_texts(pending: Pending) -> Iterator[Text]:
    reading = pending.reading
    yield Text.assemble((f"{pending.revision}  {pending.phase}", "bold"), f"  {relative(reading.path)}  {reading.doc}")
    if pending.held:
        yield Text(
            f"  Held now, while an older release is connected: {'; '.join(pending.held.reasons)}.", style="yellow"
        )
    for line in script_lines(reading.upgrade):
        yield Text(f"    {line}")
    if reading.upgrade.error:
        yield Text(f"  A real run may do more or something else: {reading.upgrade.error}.", style="yellow")
    yield from _check_texts(pending)
    for finding in pending.findings:
        yield Text("\n  ").join([Text(), *finding_text(finding).split("\n")])[1:]


def _check_texts(pending: Pending) -> Iterator[Text]:
    checks = pending.reading.checks
    for answer in pending.answers:
        text = f"{answer}" if answer.is_certain else f"{answer}; asked again just before the revision"
        yield Text(f"  {_sentence(text)}.", style="" if answer.outcome == "passed" else "yellow")
    for check in checks.after if pending.answers else (*checks.before, *checks.after):
        when = "before the revision" if check.moment == "checks" else "after the revision, before it is committed"
        yield Text(f"  {_sentence(str(check))} is asked {when}.")
    if checks.problem:
        yield Text(f"  {checks.problem}", style="yellow")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")
