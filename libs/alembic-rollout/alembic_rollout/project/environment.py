"""What `env.py` gives to `run`: the models, Alembic's options, the settings, the tree."""

import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, event, make_url

from alembic_rollout import logs
from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.connection import create_migration_engine, database_url, environment_of
from alembic_rollout.postgres.identifiers import no_search_path
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project import server_defaults
from alembic_rollout.project.metadata import Models, TargetMetadata, load_metadata
from alembic_rollout.project.tree import Tree, read_tree
from alembic_rollout.settings import BACKFILL_TABLE, CATALOGUE_TABLE, Settings, load_settings
from alembic_rollout.tracing.run_spans import describe_run

DEFAULT_VERSION_TABLE = "alembic_version"
_PLUGINS = ("alembic.autogenerate.*",)
_CAPTURE = "alembic_rollout.environments"
# What env.py may not give to `context.configure` by way of `run`, and what to do instead.
_REFUSED_OPTIONS = {
    "connection": 'run() connects itself; a program passes its own as config.attributes["connection"]. Leave it out.',
    "url": "set sqlalchemy.url in alembic.ini, or DATABASE_URL. Leave it out.",
    "dialect": "the dialect is that of the database URL. Leave it out.",
    "as_sql": "type `alembic upgrade --sql` instead.",
    "fn": "Alembic's command gives the steps to run. Leave it out.",
}
# Left out of what env.py gives: refused above, or decided by whether a command is online.
_OWN_OPTIONS = {*_REFUSED_OPTIONS, "dialect_name", "dialect_opts"}

logger = logging.getLogger(__name__)


@dataclass
class Environment:
    """A project's Alembic environment.

    Attributes:
        config: Alembic's configuration.
        script: Alembic's script directory.
        models: the metadata, or how to get it; import nothing before it is asked for.
        options: what env.py gives to `context.configure` besides.
    """

    config: Config
    script: ScriptDirectory
    models: Models
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The project's folder: where alembic.ini is."""
        file = self.config.config_file_name
        return Path(file).resolve().parent if file else Path.cwd()

    @cached_property
    def variables(self) -> Any:  # noqa: ANN401 - a mapping of strings
        """The environment variables, those of `.env` included."""
        return environment_of(self.folder)

    @cached_property
    def settings(self) -> Settings:
        """The settings: `config.attributes["rollout"]` overrides those of files and variables."""
        loaded = load_settings(self.folder / "pyproject.toml", self.variables)
        overrides = self.config.attributes.get("rollout")
        if not overrides:
            return loaded
        from dataclasses import replace  # noqa: PLC0415 - tests and embedding programs only

        return replace(loaded, **overrides)

    @cached_property
    def url(self) -> str:
        """The database to migrate."""
        return database_url(self.config, self.settings, self.variables)

    @cached_property
    def version_table(self) -> VersionTable:
        """The version table; the history is in the same schema."""
        schema = self.options.get("version_table_schema")
        name = self.options.get("version_table") or DEFAULT_VERSION_TABLE
        return VersionTable(str(schema) if schema else None, str(name))

    @cached_property
    def tree(self) -> Tree:
        """The revisions, read without importing them."""
        return read_tree(self.script)

    @cached_property
    def target_metadata(self) -> TargetMetadata:
        """The models as Alembic takes them, imported where env.py only names them.

        Raises:
            UsageError: env.py names something that does not exist, or that is not a MetaData.
        """
        return load_metadata(self.models)

    def every_metadata(self) -> list[MetaData]:
        """Return each MetaData of the models, to compare them with a database.

        Raises:
            UsageError: env.py gives none, or something that is not one.
        """
        metadata = self.target_metadata
        if metadata is None:
            raise UsageError(
                f"{self.script.env_py_location} gives no models to compare with: pass a MetaData to run(), not None."
            )
        return metadata if isinstance(metadata, list) else [metadata]

    def engine(self, **options: Any) -> Engine:  # noqa: ANN401 - those of create_migration_engine
        """Return an engine for the database, which keeps no connection.

        Connecting raises a UsageError where the role's search_path names no schema, and the version table needs one:
        the database would look empty.
        """
        engine = create_migration_engine(self.url, **options)
        if self.version_table.schema is None:
            event.listen(engine, "engine_connect", _refuse_no_search_path)
        return engine

    @cached_property
    def own_engine(self) -> Engine:
        """An engine for what this library asks and writes itself; one for all of it asks once what the server is."""
        return self.engine(of_revisions=False)

    def configure_options(self) -> dict[str, Any]:
        """Return what every `context.configure` gets that runs, renders or compares revisions; imports the models.

        `op` names constraints by the naming convention of `target_metadata`, so running without it makes other names.

        Raises:
            UsageError: env.py gives an option that cannot be honoured, or models that do not exist.
        """
        return self.reading_options() | {"target_metadata": self.target_metadata}

    def reading_options(self) -> dict[str, Any]:
        """Return what `context.configure` gets for a command that only reads which revisions are applied.

        Raises:
            UsageError: env.py gives an option that cannot be honoured.
        """
        for name, remedy in _REFUSED_OPTIONS.items():
            if self.options.get(name):
                raise UsageError(f"env.py gives {name}= to run(): {remedy}")
        if not self.options.get("transaction_per_migration", True):
            # What is tried again is one revision: together with it, those before would be undone and not run again.
            raise UsageError(
                "env.py gives transaction_per_migration=False to run(): every revision has its own transaction here,"
                " so that it can be tried again alone. Leave it out."
            )
        given = {name: value for name, value in self.options.items() if name not in _OWN_OPTIONS}
        return {
            "compare_type": True,
            "compare_server_default": True,
            **given,
            "autogenerate_plugins": [*(given.get("autogenerate_plugins") or _PLUGINS), server_defaults.PLUGIN],
            "transaction_per_migration": True,
            "include_name": self._include_name,
        }

    def offline_options(self) -> dict[str, Any]:
        """Return what `context.configure` gets for `--sql`: SQL in the dialect of the database URL, values in it."""
        return {
            "literal_binds": True,
            **self.configure_options(),
            "dialect_name": self._dialect_name(),
            "dialect_opts": {"paramstyle": "named", **(self.options.get("dialect_opts") or {})},
        }

    def _dialect_name(self) -> str:
        try:
            return make_url(self.url).drivername
        except UsageError:  # SQL can be written without knowing the database
            return "postgresql+psycopg2"

    def _include_name(self, name: str | None, type_: Any, parents: Any) -> bool:  # noqa: ANN401 - Alembic's types
        own = (self.version_table.name, self.settings.history_table, BACKFILL_TABLE, CATALOGUE_TABLE)
        if type_ == "table" and name in own:
            # None is the default schema, which the version table's may be under its own name.
            return parents.get("schema_name") not in (None, self.version_table.schema)
        included = self.options.get("include_name")
        return True if included is None else bool(included(name, type_, parents))


def _refuse_no_search_path(connection: Connection) -> None:
    if connection.dialect.default_schema_name is None:
        raise UsageError(no_search_path(str(connection.engine.url.username)))


def load_environment(config: Config) -> Environment:
    """Run env.py far enough to learn what it gives to `run`, and touch no database.

    Args:
        config: Alembic's configuration.

    Raises:
        UsageError: env.py does not call `alembic_rollout.run`.
    """
    captured: list[Environment] = []
    config.attributes[_CAPTURE] = captured
    script = ScriptDirectory.from_config(config)
    try:
        with EnvironmentContext(config, script, fn=lambda *_: ()):
            script.run_env()
    finally:
        del config.attributes[_CAPTURE]
    if not captured:
        raise UsageError(
            f"{script.env_py_location} does not call alembic_rollout.run. Call run(target_metadata) there."
        )
    describe_run(service=captured[0].settings.service)
    logs.configure(captured[0].settings.log_format, of_command_line=config.cmd_opts is not None)
    return captured[0]


def captured_by_caller(environment: Environment) -> bool:
    """Hand an environment to `load_environment`, and return True, if that is what runs env.py."""
    waiting = environment.config.attributes.get(_CAPTURE)
    if waiting is None:
        return False
    waiting.append(environment)
    return True
