"""`alembic-rollout drift`: compares a live schema with the last migration and with the models."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic_rollout import logs
from alembic_rollout.drift.catalogue_drift import catalogue_drift
from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.drift.find import find_drift
from alembic_rollout.drift.merged import Difference, merged
from alembic_rollout.errors import FindingsError, RolloutError
from alembic_rollout.history.stored_catalogue import store_catalogue
from alembic_rollout.output import console, print_json
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.database_url import url_without_password
from alembic_rollout.postgres.run_lock import run_lock
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.wording.phrases import plural

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_ACCEPT = "`alembic-rollout drift --accept` stores it as it is now."


def drift_command(environment: "Environment", *, ignore: Sequence[str], as_json: bool) -> None:
    """Print what was changed in the live schema since the last migration, and how it differs from the models.

    Args:
        environment: the project and its database.
        ignore: patterns besides those of the setting `drift_ignore`.
        as_json: for programs.

    Raises:
        FindingsError: there are differences.
        RolloutError: there are none with the models, and the stored catalogue could not be compared.
        UsageError: the tree has two files of one number.
    """
    logs.configure(environment.settings.log_format)
    check_tree(environment.tree)
    patterns = (*environment.settings.drift_ignore, *ignore)
    table, history = environment.version_table, environment.settings.history_table
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = table.revisions(connection)
        since = catalogue_drift(connection, table, history)
        found = merged(since.findings, find_drift(environment, connection, ()))
        database = url_without_password(connection.engine.url)
    differences = [one for one in found if not one.is_ignored(patterns)]
    elsewhere = _elsewhere(current, environment.tree.heads)
    if as_json:
        print_json(
            {
                "database": database,
                "current": current,
                "heads": environment.tree.heads,
                "last_migration": {"compared": not since.unknown, "reason": since.unknown},
                "models": {"compared": True, "reason": ""},
                "differences": [_as_dict(one) for one in differences],
            }
        )
    else:
        _print(differences)
    _conclude(since.unknown, differences, database=database, elsewhere=elsewhere, speaks=not as_json)


def accept_drift_command(environment: "Environment") -> None:
    """Store the catalogue of the live schema as it is now, so that what was changed in it is no drift any more.

    Args:
        environment: the project and its database.
    """
    logs.configure(environment.settings.log_format)
    check_tree(environment.tree)
    settings, table = environment.settings, environment.version_table
    wait_for_database(environment.engine(), seconds=settings.wait).close()
    with (
        run_lock(environment.engine(), table, seconds=settings.run_lock_wait) as lock,
        lock.connection() as connection,
    ):
        since = catalogue_drift(connection, table, settings.history_table)
        store_catalogue(connection, table, settings.history_table)
    _print(since.findings)
    accepted = f"; {plural(len(since.findings), 'change')} accepted" if not since.unknown else ""
    _say(f"The catalogue is stored as it is now{accepted}.")


def _elsewhere(current: tuple[str, ...], heads: tuple[str, ...]) -> str:
    if current == heads:
        return ""
    at, head = ", ".join(current) or "no revision", ", ".join(heads) or "no revision"
    return f"The database is at {at} and this code at {head}: part of it may be pending work rather than drift."


def _as_dict(difference: Difference) -> dict[str, object]:
    named = difference.findings[0]
    return {
        "kind": named.kind,
        "name": named.name,
        "text": difference.text,
        "since_last_migration": difference.since.fact if difference.since is not None else None,
        "models": "; ".join(one.fact for one in difference.models) or None,
    }


def _conclude(
    why_unknown: str, differences: Sequence[Difference], *, database: str, elsewhere: str, speaks: bool
) -> None:
    """Say what was found out, and no more than that."""
    unknown = f"The catalogue was not compared with the last migration: {why_unknown}." if why_unknown else ""
    if differences:
        differs = any(one.models for one in differences)
        counts = f"{_counted(differences, database)}."
        raise FindingsError(" ".join(filter(None, (counts, unknown, elsewhere if differs else ""))))
    if unknown:
        raise RolloutError(f"The models agree. {unknown} {_ACCEPT}")
    if speaks:
        _say(f"No drift. {elsewhere}".strip())


def _counted(differences: Sequence[Difference], database: str) -> str:
    """Return how many there are, each counted once."""
    changed = [one for one in differences if one.since is not None]
    both, of_models = sum(bool(one.models) for one in changed), len(differences) - len(changed)
    counts = []
    if changed:
        which = "which" if both == len(changed) else f"{both} of which"
        also = f", {which} also differ{'s' if both == 1 else ''} from the models" if both else ""
        counts.append(f"{plural(len(changed), 'change')} since the last migration{also}")
    if of_models:
        what = "other difference" if changed else "difference"
        counts.append(f"{plural(of_models, what)} between {database} and the models")
    return (", and " if both else " and ").join(counts)


def _print(findings: Sequence[DriftFinding | Difference]) -> None:
    for finding in findings:
        _say(finding.text)


def _say(text: str) -> None:
    console().print(text, markup=False, soft_wrap=True)
