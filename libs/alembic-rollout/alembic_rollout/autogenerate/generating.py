"""`alembic revision --autogenerate`: from the operations that Alembic has found to files and a summary."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.autogenerate import RevisionContext
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from alembic_rollout.autogenerate.chain import Link, links
from alembic_rollout.autogenerate.chain_summary import print_summary
from alembic_rollout.autogenerate.change_source import ChangeSource, flattened
from alembic_rollout.autogenerate.renaming import possible_renames, read_renames, with_renames
from alembic_rollout.autogenerate.revision_files import write_chain
from alembic_rollout.autogenerate.revision_text import style_of
from alembic_rollout.autogenerate.steps.expansions.table_rename_steps import table_rename_steps
from alembic_rollout.autogenerate.steps.splitting import steps_of
from alembic_rollout.autogenerate.table_renaming import RenamedTable, renamed
from alembic_rollout.autogenerate.type_imports import rendering_types
from alembic_rollout.comparison.sql_object_changes import OBJECTS
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.known.known_catalogue import Catalogue
from alembic_rollout.lint.known.live import catalogue_if_readable
from alembic_rollout.lint.known.statistics_file import read_statistics
from alembic_rollout.lint.linter import lint_revisions
from alembic_rollout.lint.own_rules import OwnRule, load_own_rules
from alembic_rollout.output import console
from alembic_rollout.project.alembic_private import return_scripts
from alembic_rollout.project.environment import Environment
from alembic_rollout.project.rendering import Reader
from alembic_rollout.project.tree import version_folders
from alembic_rollout.sql_objects.sql_changes import SqlObjects

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass
class Generation:
    """One run of the command.

    Attributes:
        environment: of the project.
        revision_context: Alembic's; its arguments are those of the command.
        reader: of revisions; its process starts while models and database are compared.
        chain: what to write; None where the project's own hook has taken the matter over.
        directive: Alembic's description of the first revision.
        imports: statements that the renderers ask for.
        remarks: what the summary says besides.
        renamed: tables that have their new names while models and database are compared.
    """

    environment: Environment
    revision_context: RevisionContext
    reader: Reader
    chain: list[Link] | None = None
    directive: MigrationScript | None = None
    imports: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    renamed: Sequence[RenamedTable] = ()

    def options(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what `context.configure` gets for it.

        Args:
            given: what it would get without; its hooks come first.
        """
        before = given["process_revision_directives"]

        def plan(migration: MigrationContext, revision: Any, directives: list[MigrationScript]) -> None:  # noqa: ANN401
            before(migration, revision, directives)
            self._plan(migration, directives)

        read: Callable[[], SqlObjects] | None = given.get(OBJECTS)
        renames = {one.old: one.new for one in read_renames(typed_renames(self.environment.config))[0]}
        objects = {OBJECTS: cache(lambda: read().renamed(renames))} if read is not None else {}
        return {
            "process_revision_directives": plan,
            "render_item": rendering_types(given.get("render_item")),
            **objects,
        }

    @contextmanager
    def renaming(self, connection: "Connection") -> Iterator[None]:
        """Let tables have the names that the developer says, until models and database were compared.

        Args:
            connection: to the database, in a transaction.
        """
        tables, _ = read_renames(typed_renames(self.environment.config))
        with renamed(connection, tables, self.environment.every_metadata()) as self.renamed:
            yield

    def finish(self, connection: "Connection") -> None:
        """Write the files, judge them and print the summary.

        Args:
            connection: to the database, for the linter.

        Raises:
            UsageError: a file cannot be written, or what the linter needs cannot be read; no file is left.
        """
        if self.chain is None or self.directive is None:
            return
        if not self.chain:
            console().print("Models and database agree: no revision was written.")
            return_scripts(self.revision_context, [])
            return
        script, settings = self.environment.script, self.environment.settings
        sizes = read_statistics(settings, self.environment.folder, self.environment.tree)
        own = load_own_rules(settings, self.environment.folder)
        written = write_chain(
            script,
            self.environment.tree,
            self.chain,
            directive=self.directive,
            imports=self.imports,
            style=style_of(version_folders(script)[0].resolve()),
            template_args=self.revision_context.template_args,
        )
        return_scripts(self.revision_context, written)
        known = partial(catalogue_if_readable, connection, sizes=sizes)
        findings = self._findings(written, known, own)
        print_summary(self.chain, [Path(one.path) for one in written], findings, self.remarks)

    def _plan(self, migration: MigrationContext, directives: list[MigrationScript]) -> None:
        """Take over what Alembic has found, unless the project's own hook has made something else of it."""
        if len(directives) != 1 or directives[0].upgrade_ops is None:
            return
        (self.directive,) = directives
        context = AutogenContext(migration, opts=migration.opts)
        found = list(flattened(directives[0].upgrade_ops.ops))
        operations = with_renames(found, read_renames(typed_renames(self.environment.config))[1])
        self.remarks = possible_renames(operations)
        read = migration.opts.get(OBJECTS)
        source = ChangeSource(context, operations, read() if read is not None else None)
        message = self.directive.message or "empty message"
        steps = [*(step for one in self.renamed for step in table_rename_steps(source, one)), *steps_of(source)]
        self.chain = links(steps, message, self.environment.script.truncate_slug_length)
        self.imports = sorted(context.imports)
        directives.clear()

    def _findings(self, written: list[Script], known: Callable[[], Catalogue], own: Sequence[OwnRule]) -> list[Finding]:
        fresh = Environment(
            self.environment.config,
            ScriptDirectory.from_config(self.environment.config),
            self.environment.models,
            self.environment.options,
        )
        readings = self.reader.read_files([(one.revision, Path(one.path)) for one in written])
        return lint_revisions(readings, fresh.settings, fresh.tree, known=known, own_rules=own)


def typed_renames(config: Config) -> list[str]:
    """Return what `--rename` and `-x rename=` say, in order."""
    typed = config.cmd_opts
    extra = [text.partition("=") for text in getattr(typed, "x", None) or []]
    return [*(getattr(typed, "rename", None) or []), *(value for name, _, value in extra if name == "rename")]
