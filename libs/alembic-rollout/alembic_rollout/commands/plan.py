"""`alembic-rollout plan`: what an upgrade would do to the database as it is now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.script import Script
from rich.text import Text
from sqlalchemy import Connection

from alembic_rollout.errors import FindingsError, RolloutError
from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.lint.formats import as_dict, finding_text, relative
from alembic_rollout.lint.linter import lint_revisions
from alembic_rollout.output import console, print_json
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.alembic_private import upgrade_steps
from alembic_rollout.project.catalogue import has_tables
from alembic_rollout.project.rendering import Rendered, render
from alembic_rollout.project.tree import Phase
from alembic_rollout.project.tree_checks import check_heads, check_tree
from alembic_rollout.sql.meaning import is_destructive
from alembic_rollout.upgrade.checks import changed_files, check_ahead
from alembic_rollout.wording import plural

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


@dataclass(frozen=True, slots=True)
class Planned:
    """A revision that an upgrade would come to.

    Attributes:
        script: Alembic's.
        phase: expand or contract.
        rendered: its SQL.
        findings: what the linter says about it.
        held_by: whom it would have to wait for; empty when nobody is in its way.
    """

    script: Script
    phase: Phase
    rendered: Rendered
    findings: Sequence[Finding]
    held_by: Sequence[str]

    @property
    def destroys(self) -> bool:
        """Whether data may be lost; what cannot be shown is taken for it."""
        return bool(self.rendered.error) or any(is_destructive(each.sql) for each in self.rendered.statements)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upgrade would do.

    Attributes:
        database: which, without its password.
        current: the database's revisions.
        to: the goal.
        revisions: what lies between, in order.
        backup: why a backup would be taken; None when none would.
        is_empty: nobody has tables in the database.
        refusal: what an upgrade would end with before it did anything; None when it would do something.
    """

    database: str
    current: tuple[str, ...]
    to: str
    revisions: Sequence[Planned]
    backup: str | None
    is_empty: bool
    refusal: RolloutError | None


def show_plan(environment: "Environment", *, to: str, as_json: bool) -> None:
    """Print what an upgrade would do.

    Args:
        environment: whose tree and database.
        to: the revision to go to.
        as_json: print one JSON document instead.

    Raises:
        UsageError: the tree has two files of one number, or several heads.
        DatabaseAheadError: the database is ahead of this code, which does not survive that.
        RolloutError: all is printed, and an upgrade would be refused; the exit status is the one that it would have.
    """
    check_tree(environment.tree)
    check_heads(environment.tree, to)
    engine = environment.engine().execution_options(isolation_level="AUTOCOMMIT")
    with wait_for_database(engine, seconds=environment.settings.wait) as connection:
        plan = read_plan(environment, connection, to=to)
    if as_json:
        print_json(_as_dict(plan))
    else:
        shown = console()
        for text in _texts(plan):
            shown.print(text, soft_wrap=True)
    if plan.refusal:
        raise plan.refusal


def read_plan(environment: "Environment", connection: Connection, *, to: str) -> Plan:
    """Return what an upgrade would do.

    Args:
        environment: whose tree.
        connection: to its database, in autocommit.
        to: the revision to go to.
    """
    current = environment.version_table.revisions(connection)
    ahead = check_ahead(environment, connection, current)
    scripts = [] if ahead else _pending(environment, current, to)
    # As an upgrade does; see there.
    is_empty = not current and not has_tables(connection, environment)
    findings = lint_revisions(environment, scripts) if current else []
    held = {} if is_empty else _held(environment, connection, scripts)
    changed = changed_files(environment, connection, current) if scripts else {}
    planned = [
        Planned(
            script=script,
            phase=_phase(script),
            rendered=render(environment, script, "upgrade"),
            findings=[finding for finding in findings if finding.revision == script.revision],
            held_by=held.get(script.revision, ()),
        )
        for script in scripts
    ]
    return Plan(
        database=connection.engine.url.render_as_string(hide_password=True),
        current=current,
        to=to,
        revisions=planned,
        backup=None if is_empty else _backup(environment, planned),
        is_empty=is_empty,
        refusal=_refusal(environment, planned, changed),
    )


def _pending(environment: "Environment", current: tuple[str, ...], to: str) -> list[Script]:
    return [step.revision for step in upgrade_steps(environment.script, to, current)]


def _held(environment: "Environment", connection: Connection, scripts: Sequence[Script]) -> dict[str, list[str]]:
    from alembic_rollout.releases.phases import waiting_revisions  # noqa: PLC0415 - an empty database needs none of it

    waiting = waiting_revisions(environment, connection, [script.revision for script in scripts])
    return {revision: contract.reasons for revision, contract in waiting.items()}


def _phase(script: Script) -> Phase:
    return "contract" if getattr(script.module, "phase", None) == "contract" else "expand"


def _backup(environment: "Environment", planned: Sequence[Planned]) -> str | None:
    running = [revision for revision in planned if not revision.held_by]
    policy = environment.settings.backup
    if policy == "never" or not running:
        return None
    if policy == "always":
        return "the policy is to take one always"
    destructive = [revision.script.revision for revision in running if revision.destroys]
    return f"{', '.join(destructive)} may destroy data" if destructive else None


def _refusal(environment: "Environment", planned: Sequence[Planned], changed: Collection[str]) -> RolloutError | None:
    if changed:
        return RolloutError(
            f"An upgrade would be refused: changed after they were applied: {', '.join(changed)}."
            " `alembic-rollout repair` says what to do."
        )
    held = [revision for revision in planned if revision.held_by]
    stranded = [revision.script.revision for revision in held if revision.phase == "expand"]
    if stranded:
        return RolloutError(
            f"An upgrade would be refused: {stranded[0]} is behind the held contract revision"
            f" {held[0].script.revision} and cannot be skipped to."
        )
    findings = [finding for revision in planned if not revision.held_by for finding in unaccepted(revision.findings)]
    if findings and environment.settings.lint == "refuse":
        count = len(findings)
        return FindingsError(
            f"An upgrade would be refused: the linter has {plural(count, 'finding')} that nobody accepted."
        )
    return None


def _as_dict(plan: Plan) -> dict[str, Any]:
    return {
        "database": plan.database,
        "current": plan.current,
        "to": plan.to,
        "backup": plan.backup,
        "refusal": str(plan.refusal) if plan.refusal else None,
        "revisions": [
            {
                "revision": revision.script.revision,
                "phase": revision.phase,
                "path": relative(Path(revision.script.path)),
                "doc": revision.script.doc,
                "destructive": revision.destroys,
                "held_by": revision.held_by,
                "error": revision.rendered.error,
                "statements": [
                    {"sql": statement.sql, "in_transaction": statement.in_transaction, "line": statement.line}
                    for statement in revision.rendered.statements
                ],
                "findings": [as_dict(finding) for finding in revision.findings],
            }
            for revision in plan.revisions
        ],
    }


def _texts(plan: Plan) -> Iterator[Text]:
    at = ", ".join(plan.current) or ("empty" if plan.is_empty else "at no revision")
    if not plan.revisions:
        yield Text(f"Nothing is pending: {plan.database} is at {at}.")
        return
    count = len(plan.revisions)
    yield Text(f"{plan.database} is {'at ' * bool(plan.current)}{at}; {plural(count, 'revision')} to {plan.to}:")
    for revision in plan.revisions:
        yield Text()
        yield from _revision_texts(revision)
    yield Text()
    if plan.is_empty:
        yield Text("The database is empty: no lock can hurt and no release can break, so nothing is judged or held.")
    yield Text(f"A backup would be taken first: {plan.backup}." if plan.backup else "No backup would be taken.")


def _revision_texts(revision: Planned) -> Iterator[Text]:
    script = revision.script
    yield Text.assemble(
        (f"{script.revision}  {revision.phase}", "bold"), f"  {relative(Path(script.path))}  {script.doc}"
    )
    if revision.held_by:
        yield Text(f"  Held now, while an older release is connected: {'; '.join(revision.held_by)}.", style="yellow")
    for line in _sql_lines(revision.rendered):
        yield Text(f"    {line}")
    if revision.rendered.error:
        yield Text(f"  The rest cannot be shown without a database: {revision.rendered.error}.", style="yellow")
    for finding in revision.findings:
        yield Text("\n  ").join([Text(), *finding_text(finding).split("\n")])[1:]


def _sql_lines(rendered: Rendered) -> Iterator[str]:
    """Yield what `alembic upgrade --sql` would show, without the version table."""
    inside = False
    for statement in rendered.statements:
        if statement.in_transaction is not inside:
            yield "BEGIN;" if statement.in_transaction else "COMMIT;"
            inside = statement.in_transaction
        yield from f"{statement.sql};".split("\n")
    if inside:
        yield "COMMIT;"
