"""`alembic-rollout statistics`: the sizes of the tables, for the linter where it has no database."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_rollout.errors import UsageError
from alembic_rollout.lint.known.live import catalogue_of
from alembic_rollout.lint.known.statistics_file import as_document
from alembic_rollout.output import console, print_json
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.wording.phrases import plural

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def statistics_command(environment: "Environment", *, output: str | None) -> None:
    """Write about how many rows and bytes each table has.

    Args:
        environment: whose database.
        output: a file; standard output by default.

    Raises:
        UsageError: the file cannot be written, or two revisions have one number.
    """
    check_tree(environment.tree)
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        revisions = sorted(environment.version_table.revisions(connection))
        sizes = catalogue_of(connection).sizes
    document = as_document(sizes, service=environment.settings.service, revisions=revisions, tree=environment.tree)
    if output is None:
        print_json(document)
        return
    try:
        Path(output).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}.") from None
    console().out(f"{plural(len(sizes), 'table')} written to {output}.", highlight=False)
