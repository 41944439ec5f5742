"""Every setting: a default that is safe, `[tool.alembic-rollout]` of pyproject.toml, then `ROLLOUT_*` variables."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from alembic_rollout.errors import UsageError
from alembic_rollout.variables.secret_variables import FILE_SUFFIX, read_variable
from alembic_rollout.wording.durations import parse_duration

PREFIX = "ROLLOUT_"
BACKFILL_TABLE = "alembic_rollout_backfill"
"""Beside the version table while a backfill is not done: see `alembic_rollout.operations`."""
CATALOGUE_TABLE = "alembic_rollout_catalogue"
"""Beside the version table: the schema as the last migration left it; see `history.stored_catalogue`."""
TABLE = "alembic-rollout"

LintPolicy = Literal["refuse", "warn", "off"]
DriftPolicy = Literal["ignore", "warn", "refuse"]
BackupPolicy = Literal["never", "destructive", "always"]
RestorePointPolicy = Literal["never", "try", "require"]
Numbering = Literal["alembic", "sequential"]
LogFormat = Literal["auto", "json", "text"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How migrations of one project run. Durations are seconds.

    Attributes:
        service: what `application_name` of the service's connections starts with; `[project].name` by default.
        app_version: recorded in the history; `[project].version` by default.
        url_variables: environment variables that may hold the database's URL; the first that is set wins.
        url_parts: prefixes of variables that hold the URL in parts, where no variable holds it whole. With `["DB"]`:
            `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`, `DB_PASSWORD`, each as it is, without escapes. `DB_SSLMODE` and
            `DB_SSLROOTCERT` hold for a whole URL too that says nothing of TLS. Of several prefixes, the first that has
            a part wins; role and password are taken from the same.
        url_env_file: a file of variables, relative to the folder of alembic.ini, for each `${NAME}` and
            `${NAME:-default}` in `sqlalchemy.url` of alembic.ini that the environment does not set: the `.env` of a
            compose file. None by default.
        admin_url: a role that may create databases, for `rehearse`, `baseline` and `restore`: it only makes and drops
            them, what runs in them runs as the migrating role. The migrating role by default.
        wait: how long a database that does not answer is waited for.
        run_lock_wait: how long another process that migrates is waited for.
        lock_timeout: how long a statement may wait for a lock before its revision is undone and tried again.
        lock_retry_for: how long a revision that found a lock taken is tried again, in all; also how long `pg_dump`
            waits for a table.
        lock_retry_pause: the first pause between two tries; each is twice the one before, less a random part of up to
            a half.
        lock_retry_longest_pause: no pause is longer.
        statement_timeout: how long one statement may take; concurrent index builds, VALIDATE and backfills are exempt.
        render_timeout: how long one direction of a revision may take to be read before it counts as unreadable.
        lint: what happens to pending revisions with findings that are not accepted.
        lint_ignore: rules that are not applied.
        lint_after: a revision; it and what it is built on are not judged: they were released before the linter came.
        lint_rules: Python files with rules of the project's own, relative to the folder of alembic.ini.
        lint_statistics: a file of `alembic-rollout statistics`, relative to the folder of alembic.ini: the sizes of the
            tables in production, which decide instead of those of the database that is asked.
        lint_small_rows: a table of no more rows may be read, rewritten or indexed under a lock, in moments.
        lint_small_megabytes: the same, of its size without indexes; a table has to be small in both.
        statements: the file in which the service's tests record the statements that it sends, relative to the folder of
            alembic.ini; `lint --base` and `rehearse --base` ask those of the base. None by default.
        sql_objects: the folder whose `*.sql` files declare functions, views, triggers and policies, relative to the
            folder of alembic.ini; `objects` beside the migrations by default, where it is there.
        backup: when a backup is taken before migrating.
        backup_dir: where backups are kept; relative to the folder of alembic.ini.
        backup_keep: how many of a database and a kind (manual, before-upgrade, before-downgrade); older ones are
            removed after a new one is complete.
        restore_point: before contract revisions are applied, name the moment in PostgreSQL's log for a recovery to it:
            where that is possible (`try`), or not at all without it (`require`).
        pg_bin: folder of `pg_dump`, `pg_restore` and `vacuumdb`; those of the PATH by default.
        webhook_url: gets a JSON document for failures, refusals and held contract revisions.
        drift: what an upgrade does about a schema that was changed without a migration since the last one.
        drift_ignore: patterns (`table audit_*`, `extension pg_stat_statements`) of differences that do not count.
        numbering: ids of new revisions: Alembic's own, or `sequential`: 001, 002, ... That needs
            `revision_environment = true` in alembic.ini, so that Alembic runs env.py for a plain `alembic revision`.
        history_table: name of the table beside the version table.
        log_format: `auto` is text at a terminal and JSON lines elsewhere.
    """

    service: str = ""
    app_version: str = ""
    url_variables: tuple[str, ...] = ("MIGRATION_DATABASE_URL", "DATABASE_URL")
    url_parts: tuple[str, ...] = ()
    url_env_file: str = ""
    admin_url: str = ""
    wait: float = 60.0
    run_lock_wait: float = 1800.0
    lock_timeout: float = 2.0
    lock_retry_for: float = 1800.0
    lock_retry_pause: float = 0.5
    lock_retry_longest_pause: float = 60.0
    statement_timeout: float = 60.0
    render_timeout: float = 20.0
    lint: LintPolicy = "refuse"
    lint_ignore: tuple[str, ...] = ()
    lint_after: str = ""
    lint_rules: tuple[str, ...] = ()
    lint_statistics: str = ""
    lint_small_rows: int = 10_000
    lint_small_megabytes: int = 16
    statements: str = ""
    sql_objects: str = ""
    backup: BackupPolicy = "destructive"
    backup_dir: str = "backups"
    backup_keep: int = 5
    restore_point: RestorePointPolicy = "try"
    pg_bin: str = ""
    webhook_url: str = ""
    drift: DriftPolicy = "warn"
    drift_ignore: tuple[str, ...] = ()
    numbering: Numbering = "alembic"
    history_table: str = "alembic_rollout_history"
    log_format: LogFormat = "auto"


DURATIONS = {field.name for field in fields(Settings) if field.type is float}
SECRETS = ("admin_url", "webhook_url")
"""Settings whose variable may name a file instead: `ROLLOUT_ADMIN_URL_FILE`."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "lint": get_args(LintPolicy),
    "drift": get_args(DriftPolicy),
    "backup": get_args(BackupPolicy),
    "restore_point": get_args(RestorePointPolicy),
    "numbering": get_args(Numbering),
    "log_format": get_args(LogFormat),
}


def load_settings(pyproject: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of a project.

    Args:
        pyproject: the project's pyproject.toml; one that is missing or None counts as empty.
        environment: holds the `ROLLOUT_*` variables.

    Raises:
        UsageError: a name is unknown or a value cannot be used; the line says where it stands.
    """
    values: dict[str, Any] = {}
    if pyproject is not None and pyproject.exists():
        document = _read(pyproject)
        project = document.get("project", {})
        values["service"] = str(project.get("name", ""))
        values["app_version"] = str(project.get("version", ""))
        for key, value in document.get("tool", {}).get(TABLE, {}).items():
            name = key.replace("-", "_")
            values[name] = _value(name, value, where=f"{pyproject.name} [tool.{TABLE}] {key}")
    for variable, text in environment.items():
        if variable.startswith(PREFIX) and text:
            name = variable.removeprefix(PREFIX).lower()
            secret = name.removesuffix(FILE_SUFFIX.lower())
            if secret in SECRETS:
                values[secret] = read_variable(f"{PREFIX}{secret.upper()}", environment)
            else:
                values[name] = _value(name, text, where=variable)
    return Settings(**values)


def _read(pyproject: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(pyproject.read_bytes().decode())
    except tomllib.TOMLDecodeError as error:  # which quotes no value
        raise UsageError(f"{pyproject.name}: {error}. Correct the file.") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{pyproject.name} is not in UTF-8 ({error.reason}). Save it in UTF-8.") from None


def _value(name: str, value: Any, *, where: str) -> Any:  # noqa: ANN401 - a value of TOML
    default = next((field.default for field in fields(Settings) if field.name == name), None)
    if default is None:
        known = ", ".join(field.name for field in fields(Settings))
        raise UsageError(f"{where}: there is no such setting. There are: {known}")
    try:
        return _parser(name, default)(value)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _parser(name: str, default: object) -> Callable[[Any], Any]:
    if name in CHOICES:
        return lambda value: _choice(CHOICES[name], value)
    if name in DURATIONS:
        return lambda value: parse_duration(str(value))
    if isinstance(default, tuple):
        return _strings
    return _positive if isinstance(default, int) else str


def _choice(choices: tuple[str, ...], value: object) -> str:
    if value not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(choices)}")
    return str(value)


def _strings(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError("write a list of strings")  # noqa: TRY004 - reported like every other unusable value
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _positive(value: object) -> int:
    text = str(value)
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"invalid literal {text!r}; write a whole number from 1 on") from None
    if number < 1:
        raise ValueError(f"{number} is less than 1; write a whole number from 1 on")
    return number
