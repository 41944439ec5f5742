"""Two releases that are asked while changes are applied to a database."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from databases import Database

from alembic_rollout.inventory.releases import BothReleases, ReleasesAsked
from alembic_rollout.project.tree import RevisionFile, Tree

SCHEMA = (
    "CREATE TABLE profiles (id bigint PRIMARY KEY, email varchar(100) NOT NULL, age int, kind text)",
    "CREATE UNIQUE INDEX uq_email ON profiles (email)",
    "CREATE UNIQUE INDEX uq_kind ON profiles (age) WHERE kind = 'main'",
)

Ask = Callable[..., ReleasesAsked]


@pytest.fixture
def ask(database: Database) -> Ask:
    """Applies changes, each `(phase, SQL)`, to `SCHEMA`, and returns what two releases say; the first one is 002."""

    def run(*changes: tuple[str, str], previous: Sequence[str] = (), new: Sequence[str] = ()) -> ReleasesAsked:
        for statement in SCHEMA:
            database.execute(statement)
        files = [
            RevisionFile(Path(), f"{number:03d}", (f"{number - 1:03d}",), (), phase, "")  # type: ignore[arg-type] # a Literal
            for number, (phase, _) in enumerate(changes, start=2)
        ]
        with database.connect() as connection, database.connect() as asking:
            both = BothReleases(asking, Tree(files), [file.revision for file in files], previous, new)
            for file, (_, sql) in zip(files, changes, strict=True):
                both.begin(file.revision)
                connection.exec_driver_sql(sql)
                both.finish(file.revision)
        return both.asked

    return run
