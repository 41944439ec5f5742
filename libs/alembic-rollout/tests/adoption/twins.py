"""One project written twice: with the env.py that `alembic init` writes, and with one that calls `run`."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import alembic
from databases import Database
from sample_project import Project
from sqlalchemy import Connection

from alembic_rollout.project.catalogue import catalogue
from alembic_rollout.settings import BACKFILL_TABLE, CATALOGUE_TABLE

TEMPLATE = Path(alembic.__file__).parent / "templates/generic/env.py"
# `pyproject.toml` has no [tool.alembic-rollout]: the defaults count, but for these. The linter and the backup refuse
# or keep things; they do not change what a revision does.
SETTINGS = {"ROLLOUT_LINT": "off", "ROLLOUT_BACKUP": "never"}
OWN_TABLES = tuple(
    f"{schema}.{table}"
    for schema in ("public", "meta", "shop")
    for table in ("alembic_rollout_history", BACKFILL_TABLE, CATALOGUE_TABLE)
)


@dataclass(frozen=True)
class Revision:
    """A revision file.

    Attributes:
        revision: its id.
        down: `down_revision`.
        upgrade: the body of `upgrade()`; the names op, sa, postgresql and context are there.
        downgrade: the body of `downgrade()`.
        header: further lines at the top level: `depends_on = ...`, `branch_labels = ...`.
        folder: below the project.
    """

    revision: str
    down: object
    upgrade: str
    downgrade: str
    header: str = ""
    folder: str = "migrations/versions"


@dataclass(frozen=True)
class Sample:
    """A project of the corpus.

    Attributes:
        name: what it tries.
        revisions: of its tree.
        models: source of `models.py`.
        target: the expression for `target_metadata` in env.py.
        rollout_target: another one for the env.py that calls `run`; the same by default.
        options: arguments of `context.configure`, as written.
        env: lines of env.py before the call.
        ini: further lines of alembic.ini's [alembic].
        setup: SQL to begin with.
        url_query: appended to the database URL.
        back: what the second command goes back to.
        before: arguments before the command, such as `-x tenant=blue`.
        section: of alembic.ini.
    """

    name: str
    revisions: tuple[Revision, ...]
    models: str = "from sqlalchemy import MetaData\nmetadata = MetaData()\n"
    target: str = "models.metadata"
    rollout_target: str = ""
    options: str = ""
    env: str = ""
    ini: str = ""
    setup: tuple[str, ...] = ()
    url_query: str = ""
    back: str = "-1"
    before: tuple[str, ...] = ()
    section: str = "alembic"


class Twin:
    """One of the two ways to write a sample, on a database of its own.

    Args:
        sample: the project.
        folder: where to write it.
        database: its own.
        connection: the superuser's, to look at the database; one that has looked before is much faster.
        rollout: True for the way that calls `run`.
    """

    def __init__(
        self, sample: Sample, folder: Path, database: Database, connection: Connection, *, rollout: bool
    ) -> None:
        self.sample = sample
        self.connection = connection
        self.database = database
        self.project = Project(folder, database)
        self.rollout = rollout
        url = f"{database.url}{sample.url_query}".replace("%", "%%")
        ini = [
            f"[{sample.section}]",
            "script_location = migrations",
            "prepend_sys_path = .",
            "path_separator = os",
            sample.ini,
        ]
        (folder / "alembic.ini").write_text("\n".join([*ini, f"sqlalchemy.url = {url}", ""]))
        (folder / "pyproject.toml").write_text('[project]\nname = "shop"\n')
        (folder / "models.py").write_text(dedent(sample.models))
        (folder / "migrations/env.py").write_text(self._env_py())
        for revision in sample.revisions:
            self._write(revision)
        for sql in sample.setup:
            database.execute(sql)

    def _env_py(self) -> str:
        sample = self.sample
        if self.rollout:
            target = sample.rollout_target or sample.target
            options = f", {sample.options}" if sample.options else ""
            return (
                f"import models\nfrom alembic import context\nfrom alembic_rollout import run\n"
                f"config = context.config\ntarget_metadata = {target}\n{sample.env}\nrun(target_metadata{options})\n"
            )
        text = TEMPLATE.read_text()
        # The sample has no [loggers] for it.
        text = text.replace("    fileConfig(config.config_file_name)", "    pass")
        text = text.replace("target_metadata = None", f"import models\ntarget_metadata = {sample.target}\n{sample.env}")
        given = f", {sample.options}" if sample.options else ""
        online = "connection=connection, target_metadata=target_metadata"
        assert text.count(online) == 1, "Alembic's template has changed"
        text = text.replace(online, f"{online}{given}")
        offline = 'dialect_opts={"paramstyle": "named"},'
        assert text.count(offline) == 1, "Alembic's template has changed"
        return text.replace(offline, f"{offline} {sample.options}")

    def _write(self, revision: Revision) -> None:
        folder = self.project.folder / revision.folder
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            f'"""Revision {revision.revision}."""',
            "import sqlalchemy as sa",
            "from alembic import context, op",
            "from sqlalchemy.dialects import postgresql",
            f"revision = {revision.revision!r}",
            f"down_revision = {revision.down!r}",
            revision.header,
            f"def upgrade():\n{indent(dedent(revision.upgrade).strip(), '    ')}",
            f"def downgrade():\n{indent(dedent(revision.downgrade).strip(), '    ')}",
        ]
        (folder / f"{revision.revision}_.py").write_text("\n".join(lines) + "\n")

    def run(self, *command: str) -> tuple[int, str, str]:
        """Run `alembic COMMAND...`; return its exit status, standard output and standard error."""
        done = self.project.alembic(*self.sample.before, *command, MIGRATION_DATABASE_URL="", **SETTINGS)
        return done.returncode, done.stdout, done.stderr

    def state(self) -> list[str]:
        """Return the catalogue, the version table's included, and the rows of the version table."""
        lines = catalogue(self.connection, without=OWN_TABLES)
        tables = self.connection.exec_driver_sql(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE a.attname = 'version_num' AND c.relkind = 'r'"
        ).scalars()
        for table in tables.all():
            rows = self.connection.exec_driver_sql(f"SELECT version_num FROM {table} ORDER BY 1").scalars()  # noqa: S608 - quoted by regclass
            lines += [f"row of {table}: {row}" for row in rows]
        return [line.replace(self.database.name, "DATABASE") for line in lines]


def sql_of(text: str) -> list[str]:
    """Return the statements of `--sql` output, without those that begin and end transactions, and without comments."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("--")]
    return [line for line in lines if line not in ("BEGIN;", "COMMIT;")]
