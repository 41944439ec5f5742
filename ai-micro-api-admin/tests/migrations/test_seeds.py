"""Revision 003: what it adds, what it leaves alone, and what it takes away again."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls, alembic_config, migrate

TEMPLATES = "SELECT name FROM prompt_templates ORDER BY name"
COLLECTIONS = "SELECT name FROM langchain_pg_collection"


@pytest.fixture
def database(empty_database: DatabaseUrls, alembic_ini: Path) -> DatabaseUrls:
    """A database before the seeds."""
    migrate(alembic_ini, empty_database.owner, "002")
    return empty_database


def run(database: DatabaseUrls, statement: str) -> list[str]:
    with database.engine().begin() as connection:
        result = connection.execute(text(statement))
        return list(result.scalars()) if result.returns_rows else []


def test_two_templates_and_a_collection_come_and_go(database: DatabaseUrls, alembic_ini: Path) -> None:
    migrate(alembic_ini, database.owner, "003")
    assert run(database, TEMPLATES) == ["default-answer", "default-summary"]
    assert run(database, COLLECTIONS) == ["langchain"]
    command.downgrade(alembic_config(alembic_ini, database.owner), "002")
    assert run(database, TEMPLATES) == run(database, COLLECTIONS) == []


def test_rows_that_were_there_before_stay_through_both_ways(database: DatabaseUrls, alembic_ini: Path) -> None:
    run(
        database,
        "INSERT INTO prompt_templates (name, purpose, content) VALUES ('default-answer', 'answer', 'mine');"
        "INSERT INTO langchain_pg_collection (name) VALUES ('langchain')",
    )
    migrate(alembic_ini, database.owner, "003")
    assert run(database, "SELECT content FROM prompt_templates WHERE name = 'default-answer'") == ["mine"]
    command.downgrade(alembic_config(alembic_ini, database.owner), "002")
    assert run(database, TEMPLATES) == ["default-answer"]
    assert run(database, COLLECTIONS) == ["langchain"]


def test_what_an_operator_made_of_a_seed_stays_through_both_ways(database: DatabaseUrls, alembic_ini: Path) -> None:
    migrate(alembic_ini, database.owner, "003")
    run(database, "UPDATE prompt_templates SET content = 'mine' WHERE name = 'default-answer'")
    run(
        database,
        "INSERT INTO langchain_pg_embedding (id, collection_id) SELECT 'x', uuid FROM langchain_pg_collection",
    )
    command.downgrade(alembic_config(alembic_ini, database.owner), "002")
    assert run(database, TEMPLATES) == ["default-answer"]
    assert run(database, COLLECTIONS) == ["langchain"]
    migrate(alembic_ini, database.owner, "003")
    assert run(database, "SELECT content FROM prompt_templates WHERE name = 'default-answer'") == ["mine"]
    assert run(database, TEMPLATES) == ["default-answer", "default-summary"]
