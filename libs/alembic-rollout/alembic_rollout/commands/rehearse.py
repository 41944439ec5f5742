"""The verb `rehearse`: runs pending revisions on a copy of the schema and prints what they did."""

from alembic_rollout import logs
from alembic_rollout.output import print_json
from alembic_rollout.project.environment import Environment
from alembic_rollout.rehearsal.rehearsing import check_result, rehearse
from alembic_rollout.rehearsal.report import print_report


def rehearse_command(environment: Environment, *, to: str, as_json: bool, base: str | None = None) -> None:
    """Apply pending revisions to a copy of the schema, revert them and apply them again; print what they did.

    Args:
        environment: the project and its database, which is not changed.
        to: the revision to go to, as Alembic takes it.
        as_json: for programs.
        base: the git ref of the release that runs.

    Raises:
        RolloutError: a revision failed, or the schema could not be copied.
        FindingsError: the downgrade does not undo the upgrade, or the second upgrade leads to another schema, or a
            statement of the previous or of this release does not work where it has to.
        DatabaseAheadError: the database is at a revision that this tree does not have.
    """
    logs.configure(environment.settings.log_format)
    rehearsal = rehearse(environment, to, base)
    (print_json if as_json else print_report)(rehearsal)
    check_result(rehearsal)
