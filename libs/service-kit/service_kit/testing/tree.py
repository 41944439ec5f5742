"""What must hold of every service's Alembic tree. A service's `tests/migrations/test_tree.py` imports these tests."""

import io
import re
from pathlib import Path

import pytest
from alembic import command
from alembic.script import Script, ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from service_kit.testing.catalogue import catalogue
from service_kit.testing.databases import DatabaseUrls, alembic_config, migrate


def _of_the_service(lines: list[str]) -> list[str]:
    """Leave out what Alembic, and whatever runs it, keep beside the service's tables: `alembic_version`, ..."""
    return [line for line in lines if not re.search(r"\| alembic_\w+", line)]


def _revisions(alembic_ini: Path) -> list[Script]:
    tree = ScriptDirectory.from_config(alembic_config(alembic_ini, ""))
    return list(reversed(list(tree.walk_revisions())))


def test_revisions_are_numbered_without_a_gap_and_their_files_say_so(alembic_ini: Path) -> None:
    revisions = _revisions(alembic_ini)
    assert [script.revision for script in revisions] == [f"{number:03d}" for number in range(1, len(revisions) + 1)]
    for script in revisions:
        # Letters of any script, as `-m` was written, but no upper case: Alembic writes none.
        assert re.fullmatch(rf"{script.revision}_[^\WA-Z]+\.py", Path(script.path).name), script.path


def test_there_is_one_head(alembic_ini: Path) -> None:
    assert len(ScriptDirectory.from_config(alembic_config(alembic_ini, "")).get_heads()) == 1


def test_models_and_migrations_agree(migrated_database: DatabaseUrls, alembic_ini: Path) -> None:
    command.check(alembic_config(alembic_ini, migrated_database.owner))


def test_base_to_head_and_back_and_again_leaves_an_identical_catalogue(
    empty_database: DatabaseUrls, alembic_ini: Path
) -> None:
    engine = empty_database.engine()
    migrate(alembic_ini, empty_database.owner)
    once = catalogue(engine)
    command.downgrade(alembic_config(alembic_ini, empty_database.owner), "base")
    migrate(alembic_ini, empty_database.owner)
    assert catalogue(engine) == once


def test_every_revision_is_undone_by_its_own_downgrade(empty_database: DatabaseUrls, alembic_ini: Path) -> None:
    engine = empty_database.engine()
    states = [catalogue(engine)]
    for script in _revisions(alembic_ini):
        migrate(alembic_ini, empty_database.owner, script.revision)
        states.append(catalogue(engine))
    for before in reversed(states[1:-1]):
        command.downgrade(alembic_config(alembic_ini, empty_database.owner), "-1")
        assert catalogue(engine) == before


def test_base_leaves_nothing_but_alembics_own_tables_and_the_servers_extensions(
    empty_database: DatabaseUrls, alembic_ini: Path
) -> None:
    engine = empty_database.engine()
    before = catalogue(engine)
    migrate(alembic_ini, empty_database.owner)
    command.downgrade(alembic_config(alembic_ini, empty_database.owner), "base")
    assert [line for line in _of_the_service(catalogue(engine)) if line not in before] == []


def test_the_sql_of_an_offline_upgrade_builds_the_same_catalogue(
    empty_database: DatabaseUrls, migrated_database: DatabaseUrls, alembic_ini: Path
) -> None:
    config = alembic_config(alembic_ini, empty_database.owner)
    config.output_buffer = sql = io.StringIO()
    command.upgrade(config, "head", sql=True)
    with empty_database.engine(empty_database.owner).connect() as connection:
        cursor = connection.connection.cursor()
        # One by one, as psql does: the BEGIN and COMMIT are in it, and a concurrent index wants none around it.
        for statement in sql.getvalue().split(";\n\n"):
            if statement.strip():
                cursor.execute(statement)
    built, migrated = catalogue(empty_database.engine()), catalogue(migrated_database.engine())
    assert _of_the_service(built) == _of_the_service(migrated)


def test_a_second_upgrade_changes_nothing(migrated_database: DatabaseUrls, alembic_ini: Path) -> None:
    engine = migrated_database.engine()
    before = catalogue(engine)
    migrate(alembic_ini, migrated_database.owner)
    assert catalogue(engine) == before


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE intruder (id int)", "ALTER TABLE alembic_version ADD COLUMN x int", "DROP TABLE alembic_version"],
)
def test_the_application_role_may_not_change_the_schema(migrated_database: DatabaseUrls, statement: str) -> None:
    with (
        migrated_database.engine(migrated_database.app).connect() as connection,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        connection.execute(text(statement))
