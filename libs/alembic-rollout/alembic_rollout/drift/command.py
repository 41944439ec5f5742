"""`alembic-rollout drift`: prints the differences between a live schema and the models."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout import logs
from alembic_rollout.catalogue import oids, own_tables
from alembic_rollout.connection import wait_for_database
from alembic_rollout.drift.findings import DriftFinding
from alembic_rollout.drift.models import compare_with_models
from alembic_rollout.drift.objects import compare_objects, tables_of_others
from alembic_rollout.errors import FindingsError
from alembic_rollout.preflight import check_tree
from alembic_rollout.tables import console, print_json
from alembic_rollout.versions import current_revisions

if TYPE_CHECKING:
    from alembic_rollout.environment import Environment


def find_drift(environment: "Environment", connection: Connection, ignore: Sequence[str]) -> list[DriftFinding]:
    """Return the differences between a live schema and the models.

    Args:
        environment: the models, and the revisions, which may mention what the models do not.
        connection: to the database.
        ignore: patterns of what is not reported, such as `table audit_*` or `extension pg_stat_statements`.
    """
    metadata = environment.target_metadata()
    hidden = oids(connection, own_tables(environment))
    others = tables_of_others(connection, hidden=hidden)
    compared = [
        finding
        for finding in compare_with_models(environment, connection, metadata)
        if not (finding.kind == "table" and finding.name in others)
    ]
    tables = {finding.name for finding in compared if finding.kind == "table"}
    objects = compare_objects(environment, connection, metadata, hidden=hidden, reported=tables)
    return [finding for finding in (*compared, *objects) if not finding.is_ignored(ignore)]


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
        current = current_revisions(connection, environment.version_table_schema, environment.version_table)
        findings = find_drift(environment, connection, patterns)
        database = connection.engine.url.render_as_string(hide_password=True)
    elsewhere = _elsewhere(current, environment.tree.heads)
    if as_json:
        print_json({"database": database, "current": current, "heads": environment.tree.heads, "findings": findings})
    else:
        _print(findings, elsewhere)
    if findings:
        count = f"{len(findings)} difference{'s' if len(findings) > 1 else ''}"
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
