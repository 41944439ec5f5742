"""The verb `drill`: restores a backup into a throwaway database and compares it with what it should hold."""

from alembic_rollout.backup.backups import backup_folder
from alembic_rollout.backup.restore_plan import plan_restore
from alembic_rollout.backup.retention import kept_backups
from alembic_rollout.drill.restore_drill import describe_drill, describe_success, drill
from alembic_rollout.errors import FindingsError, RolloutError, UsageError
from alembic_rollout.output import print_json
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.environment import Environment
from alembic_rollout.signals import sigterm_raises
from alembic_rollout.wording.durations import parse_duration
from alembic_rollout.wording.phrases import plural


def drill_command(environment: Environment, file: str | None, *, max_age: str | None, as_json: bool) -> None:
    """Restore a backup into a throwaway database, compare schema, rows and history, drop it again.

    Args:
        environment: names the database; `admin_url` of its settings may name the role that creates the new one.
        file: the backup: a path, or a name in the folder of the backups; the newest there by default.
        max_age: how old the backup may be, as a duration.
        as_json: for programs.

    Raises:
        UsageError: the file is not there, or is no backup of this database.
        FindingsError: something is not as it should be.
        RolloutError: there is no backup, or it could not be restored.
    """
    settings, folder = environment.settings, backup_folder(environment.folder, environment.settings)
    try:
        longest_age = None if max_age is None else parse_duration(max_age)
    except ValueError as error:
        raise UsageError(f"--max-age: {error}") from None
    with sigterm_raises():
        plan = plan_restore(
            environment.url,
            settings,
            environment.version_table,
            file=file or _newest(environment),
            folder=folder,
            swaps=False,
        )
        drilled = drill(plan, settings, longest_age=longest_age)
    if as_json:
        print_json(drilled)
    else:
        print(describe_drill(drilled))
        for finding in drilled.findings:
            print(finding)
    if drilled.findings:
        raise FindingsError(f"The drill failed: {plural(len(drilled.findings), 'finding')}.")
    if not as_json:
        print(describe_success(drilled))


def _newest(environment: Environment) -> str:
    folder = backup_folder(environment.folder, environment.settings)
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        database = str(connection.exec_driver_sql("SELECT current_database()").scalar_one())
    kept = kept_backups(folder, database)
    if not kept:
        raise RolloutError(f"There is no backup of {database} in {folder}. Take one: alembic-rollout backup")
    return str(folder / kept[-1].file_name)
