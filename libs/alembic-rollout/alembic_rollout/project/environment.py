"""What `env.py` calls, and what it told us: the models, Alembic's options, the settings, the tree."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData

from alembic_rollout import logs
from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.connection import create_migration_engine, database_url, environment_of
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project import server_defaults
from alembic_rollout.project.tree import Tree, read_tree
from alembic_rollout.settings import BACKFILL_TABLE, CATALOGUE_TABLE, Settings, load_settings

Models = MetaData | str | Callable[[], MetaData]
DEFAULT_VERSION_TABLE = "alembic_version"
_PLUGINS = ("alembic.autogenerate.*",)
_CAPTURE = "alembic_rollout.environments"

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

    def target_metadata(self) -> MetaData:
        """Import the models and return their metadata.

        Raises:
            UsageError: env.py named something that is not there, or that is no MetaData.
        """
        models = self.models
        if isinstance(models, str):
            module, _, path = models.partition(":")
            try:
                found: Any = import_module(module)
                for name in filter(None, path.split(".")):
                    found = getattr(found, name)
            except (ImportError, AttributeError) as error:
                raise UsageError(f"env.py names {models!r}: {error}") from error
        else:
            found = models() if callable(models) else models
        if not isinstance(found, MetaData):
            raise UsageError(f"env.py gives {models!r}, which is no MetaData but {type(found).__name__}.")
        return found

    def engine(self, **options: Any) -> Engine:  # noqa: ANN401 - those of create_migration_engine
        """Return an engine for the database, which keeps no connection."""
        return create_migration_engine(self.url, **options)

    def configure_options(self) -> dict[str, Any]:
        """Return what every `context.configure` of this project gets.

        Raises:
            UsageError: env.py asks for one transaction around all revisions.
        """
        if not self.options.get("transaction_per_migration", True):
            # What is tried again is one revision: together with it, those before would be undone and not run again.
            raise UsageError(
                "env.py gives transaction_per_migration=False; every revision has its own here. Leave it out."
            )
        return {
            "compare_type": True,
            "compare_server_default": True,
            **self.options,
            "autogenerate_plugins": [*(self.options.get("autogenerate_plugins") or _PLUGINS), server_defaults.PLUGIN],
            "transaction_per_migration": True,
            "include_name": self._include_name,
        }

    def _include_name(self, name: str | None, type_: Any, parents: Any) -> bool:  # noqa: ANN401 - Alembic's types
        if type_ == "table" and name in (self.settings.history_table, BACKFILL_TABLE, CATALOGUE_TABLE):
            # None is the default schema, which the version table's may be under its own name.
            return parents.get("schema_name") not in (None, self.version_table.schema)
        included = self.options.get("include_name")
        return True if included is None else bool(included(name, type_, parents))


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
        raise UsageError(f"{script.env_py_location} does not call alembic_rollout.run.")
    logs.configure(captured[0].settings.log_format, of_command_line=config.cmd_opts is not None)
    return captured[0]


def captured_by_caller(environment: Environment) -> bool:
    """Hand an environment to `load_environment`, where that is what runs env.py; tell whether it is."""
    waiting = environment.config.attributes.get(_CAPTURE)
    if waiting is None:
        return False
    waiting.append(environment)
    return True
