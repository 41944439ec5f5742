"""`alembic-rollout drift`: prints the differences between a live schema and the models."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic_rollout import logs
from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.drift.find import find_drift
from alembic_rollout.errors import FindingsError
from alembic_rollout.output import console, print_json
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.wording import plural

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def drift_command(environment: "Environment", *, ignore: Sequence[str], as_json: bool) -> None:
    """Print the differences between the live schema and the models.

    Args:
        environment: the project and its database.
        ignore: patterns besides those of the setting `drift_ignore`.
        as_json: for programs.

    Raises:
        FindingsError: there are differences.
        UsageError: the tree has two files of one number.
    """
    logs.configure(environment.settings.log_format)
    check_tree(environment.tree)
    patterns = (*environment.settings.drift_ignore, *ignore)
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = environment.version_table.revisions(connection)
        findings = find_drift(environment, connection, patterns)
        database = connection.engine.url.render_as_string(hide_password=True)
    elsewhere = _elsewhere(current, environment.tree.heads)
    if as_json:
        print_json({"database": database, "current": current, "heads": environment.tree.heads, "findings": findings})
    else:
        _print(findings, elsewhere)
    if findings:
        count = plural(len(findings), "difference")
        raise FindingsError(f"{count} between {database} and the models. {elsewhere}".strip())


def _elsewhere(current: tuple[str, ...], heads: tuple[str, ...]) -> str:
    if current == heads:
        return ""
    at, head = ", ".join(current) or "no revision", ", ".join(heads) or "no revision"
    return f"The database is at {at} and this code at {head}: part of it may be pending work rather than drift."


def _print(findings: Sequence[DriftFinding], elsewhere: str) -> None:
    output = console()
    for finding in findings:
        output.print(finding.text, markup=False, soft_wrap=True)
    if not findings:
        output.print(f"No drift. {elsewhere}".strip(), markup=False, soft_wrap=True)
