"""The verbs that `alembic-rollout` adds to Alembic's. Each imports what it needs when it is called.

A verb's first line is its help text; its arguments are declared in `alembic_rollout.command_line`.
"""

# ruff: noqa: PLC0415 - one verb's imports must not slow the others down
from alembic.config import CommandFunction, Config

from alembic_rollout.project.environment import load_environment


def revision(  # noqa: PLR0917 - Alembic's parameters, which its command line finds by name
    config: Config,
    message: str | None = None,
    autogenerate: bool = False,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    depends_on: str | None = None,
    rename: list[str] | None = None,
) -> None:
    """Write new revisions, as Alembic's command; --rename says what has another name in the models."""
    from alembic_rollout.commands.revision import revision_command

    revision_command(
        config,
        renames=tuple(rename or ()),
        message=message,
        autogenerate=autogenerate,
        sql=sql,
        head=head,
        splice=splice,
        branch_label=branch_label,
        version_path=version_path,
        rev_id=rev_id,
        depends_on=depends_on,
    )


def plan(config: Config, to: str = "head", as_json: bool = False) -> None:
    """Show what an upgrade would run: its revisions, their SQL, the linter's findings, what would be held."""
    from alembic_rollout.commands.plan import show_plan

    show_plan(load_environment(config), to=to, as_json=as_json)


def lint(
    config: Config,
    since: str | None = None,
    base: str | None = None,
    all_revisions: bool = False,
    output_format: str = "text",
) -> None:
    """Judge pending revisions before they ship; exit status 4 when there is a finding that is not accepted."""
    from alembic_rollout.commands.lint import lint_command

    lint_command(
        load_environment(config), since=since, base=base, all_revisions=all_revisions, output_format=output_format
    )


def statistics(config: Config, output: str | None = None) -> None:
    """Write how many rows and bytes each table has, for `lint` where it has no database; the file may be committed."""
    from alembic_rollout.commands.statistics import statistics_command

    statistics_command(load_environment(config), output=output)


def rehearse(config: Config, to: str = "head", as_json: bool = False, previous: str | None = None) -> None:
    """Apply, revert and re-apply pending revisions on a copy of the schema; report locks, rewrites and durations."""
    from alembic_rollout.commands.rehearse import rehearse_command

    rehearse_command(load_environment(config), to=to, as_json=as_json, base=previous)


def review(config: Config, against: str = "origin/main", comment: bool = False) -> None:
    """Lint and rehearse what a branch adds, compare its models with what it makes, and report on one page."""
    from alembic_rollout.commands.review import review_command

    review_command(config, base=against, comment=comment)


def drift(config: Config, ignore: list[str] | None = None, as_json: bool = False, accept: bool = False) -> None:
    """Compare the live schema with the last migration and with the models; exit status 4 when it differs."""
    from alembic_rollout.commands.drift import accept_drift_command, drift_command

    if accept:
        accept_drift_command(load_environment(config))
        return
    drift_command(load_environment(config), ignore=tuple(ignore or ()), as_json=as_json)


def status(config: Config, as_json: bool = False) -> None:
    """Show where the database is, what is pending or held, who migrates, and how the last run ended."""
    from alembic_rollout.commands.status import show_status

    show_status(load_environment(config), as_json=as_json)


def history(config: Config, limit: int = 20, as_json: bool = False) -> None:
    """List the attempts to migrate this database, newest first."""
    from alembic_rollout.commands.history import show_history

    show_history(load_environment(config), limit=limit, as_json=as_json)


def backup(config: Config, every: str | None = None, keep_count: int | None = None) -> None:
    """Take a backup of the database and make sure that it can be read; with --every, stay and take them regularly."""
    from alembic_rollout.commands.backup import backup_command

    backup_command(load_environment(config), every=every, keep=keep_count)


def drill(config: Config, backup_file: str | None = None, max_age: str | None = None, as_json: bool = False) -> None:
    """Restore a backup into a throwaway database and compare; exit status 4 when something is not as it should be."""
    from alembic_rollout.commands.drill import drill_command

    drill_command(load_environment(config), backup_file, max_age=max_age, as_json=as_json)


def restore(config: Config, file: str, yes: bool = False) -> None:
    """Put a backup into a new database and swap it for the present one, which is kept under another name."""
    from alembic_rollout.commands.restore import restore_command

    restore_command(load_environment(config), file, yes=yes)


def wait(config: Config, timeout: str = "60s") -> None:
    """Wait until the database answers and is at the revision that this code needs."""
    from alembic_rollout.commands.wait import wait_command

    wait_command(load_environment(config), timeout=timeout)


def contract(config: Config, wait: str = "0s") -> None:
    """Apply held contract revisions, once no older release is connected any more."""
    from alembic_rollout.commands.contract import contract_command

    contract_command(config, wait=wait)


def renumber(config: Config, keep: str | None = None, yes: bool = False) -> None:
    """Give the second of two files with one number the next free one, and what follows it too."""
    from alembic_rollout.commands.renumber import renumber_command

    renumber_command(config, keep=keep, yes=yes)


def baseline(config: Config, revision: str, unchecked: bool = False) -> None:
    """Adopt a database that was made without Alembic: check its schema, then record the revision as applied."""
    from alembic_rollout.commands.baseline import baseline_command

    baseline_command(config, revision, unchecked=unchecked)


def repair(config: Config, applied: list[str] | None = None, yes: bool = False) -> None:
    """Accept that files of applied revisions have changed, or record a revision as applied without running it."""
    from alembic_rollout.commands.repair import repair_command

    repair_command(load_environment(config), applied=tuple(applied or ()), yes=yes)


VERBS: tuple[CommandFunction, ...] = (
    revision,
    plan,
    lint,
    statistics,
    rehearse,
    review,
    drift,
    status,
    history,
    backup,
    drill,
    restore,
    wait,
    contract,
    renumber,
    baseline,
    repair,
)
