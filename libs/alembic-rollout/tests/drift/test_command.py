"""The command `drift`: what a migration left is compared with what is there, and what was not is not called fine."""

import json
import subprocess
from textwrap import dedent

import pytest
from sample_project import Project

MODELS = dedent("""
    from sqlalchemy import CheckConstraint, Column, Computed, Enum, Index, Integer, MetaData, Table
    from sqlalchemy.dialects.postgresql.base import ischema_names
    from sqlalchemy.types import UserDefinedType


    class Vector(UserDefinedType):
        cache_ok = True

        def __init__(self, dimensions=0):
            self.dimensions = dimensions

        def get_col_spec(self, **_):
            return f"VECTOR({self.dimensions})"


    ischema_names["vector"] = Vector

    metadata = MetaData()
    Table(
        "items",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("amount", Integer, CheckConstraint("amount >= 0", name="ck_items_amount")),
        Column("double", Integer, Computed("amount * 2", persisted=True)),
        Column("mood", Enum("sad", "glad", name="mood")),
        Column("embedding", Vector(3)),
        Index(
            "ix_items_embedding",
            "embedding",
            postgresql_using="hnsw",
            postgresql_with={"m": 16},
            postgresql_ops={"embedding": "vector_l2_ops"},
        ),
    )
""")
ITEMS = """
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE TABLE items (
        id serial PRIMARY KEY, amount int CONSTRAINT ck_items_amount CHECK (amount >= 0),
        double int GENERATED ALWAYS AS (amount * 2) STORED, mood mood, embedding vector(3)
    );
    CREATE INDEX ix_items_embedding ON items USING hnsw (embedding vector_l2_ops) WITH (m = 16);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch()
"""


@pytest.fixture
def shop(project: Project) -> Project:
    """A project whose database a migration has just brought to its head."""
    (project.folder / "models.py").write_text(MODELS)
    project.sql("001", ITEMS, "DROP TABLE items; DROP FUNCTION touch(); DROP TYPE mood")
    project.upgrade()
    return project


def drift(shop: Project, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return shop.rollout("drift", *arguments, **variables)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("DROP TRIGGER touch ON items", "trigger touch on items was dropped since the last migration: CREATE TRIGGER"),
        (
            "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "function touch() has changed since the last migration: was",
        ),
        (
            """
            ALTER TABLE items DROP mood; DROP TYPE mood;
            CREATE TYPE mood AS ENUM ('sad'); ALTER TABLE items ADD mood mood
            """,
            "type mood has changed since the last migration: was ENUM 'sad', 'glad', now ENUM 'sad'",
        ),
        (
            "ALTER TABLE items DROP double, ADD double int GENERATED ALWAYS AS (amount * 3) STORED",
            "column items.double has changed since the last migration: was integer STORED (amount * 2), now integer",
        ),
        (
            "ALTER TABLE items DROP CONSTRAINT ck_items_amount, ADD CONSTRAINT ck_items_amount CHECK (amount > 0)",
            "constraint ck_items_amount on items has changed since the last migration: was CHECK ((amount >= 0)), now",
        ),
        (
            """
            DROP INDEX ix_items_embedding;
            CREATE INDEX ix_items_embedding ON items USING hnsw (embedding vector_l2_ops) WITH (m = 24)
            """,
            "index ix_items_embedding on items has changed since the last migration: was",
        ),
    ],
)
def test_a_change_behind_the_back_of_the_revisions_is_found(shop: Project, change: str, finding: str) -> None:
    before = drift(shop)
    assert (before.returncode, before.stdout, before.stderr) == (0, "No drift.\n", "")

    shop.database.execute(change)

    done = drift(shop)
    assert done.returncode == 4
    assert done.stdout.startswith(finding)
    assert done.stderr.startswith("1 change since the last migration")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["upgrade", "downgrade", "stamp"])
def test_every_migration_stores_what_it_leaves_and_keeps_drift_as_drift(shop: Project, command: str) -> None:
    shop.sql("002", "CREATE TABLE t ()", "DROP TABLE t")
    (shop.folder / "models.py").write_text(MODELS + 'Table("t", metadata)\n')
    if command == "downgrade":
        shop.upgrade()
    shop.database.execute("CREATE SEQUENCE by_hand")

    done = shop.alembic(command, {"upgrade": "head", "downgrade": "001", "stamp": "002"}[command])
    assert done.returncode == 0, done.stderr

    differences = json.loads(drift(shop, "--json").stdout)["differences"]
    since = [one["since_last_migration"] for one in differences if one["since_last_migration"]]
    assert since == [
        (
            "was added since the last migration: AS bigint START 1 INCREMENT 1 MINVALUE 1"
            " MAXVALUE 9223372036854775807 CACHE 1"
        )
    ]


def test_a_start_with_nothing_to_do_accepts_nothing(shop: Project) -> None:
    shop.database.execute("DROP TRIGGER touch ON items")

    shop.upgrade()

    assert drift(shop).returncode == 4


def test_a_database_that_plain_alembic_migrated_is_not_called_free_of_drift(shop: Project) -> None:
    shop.database.execute("DROP TABLE alembic_rollout_catalogue")

    done = drift(shop)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The models agree. The catalogue was not compared with the last migration: none was stored yet; the next"
        " migration stores it. `alembic-rollout drift --accept` stores it as it is now.\n"
    )
    assert json.loads(drift(shop, "--json").stdout)["last_migration"] == {
        "compared": False,
        "reason": "none was stored yet; the next migration stores it",
    }


def test_differences_with_the_models_count_where_the_catalogue_could_not_be_compared(shop: Project) -> None:
    shop.database.execute("DROP TABLE alembic_rollout_catalogue; ALTER TABLE items ADD by_hand int")

    done = drift(shop)

    assert done.returncode == 4
    assert done.stdout == "table items: column by_hand is in the database and not in the models\n"
    assert "The catalogue was not compared with the last migration: none was stored yet" in done.stderr


def test_a_process_killed_before_it_stored_the_catalogue_leaves_no_false_drift(shop: Project) -> None:
    stored = "CREATE TABLE kept AS SELECT * FROM alembic_rollout_catalogue"
    shop.database.execute(stored)
    shop.sql("002", "CREATE SEQUENCE made_by_002", "DROP SEQUENCE made_by_002")
    shop.upgrade(ROLLOUT_LINT="off")
    shop.database.execute(
        "TRUNCATE alembic_rollout_catalogue; INSERT INTO alembic_rollout_catalogue SELECT * FROM kept; DROP TABLE kept"
    )

    done = drift(shop)

    assert done.returncode == 1
    assert "the stored one belongs to 001 and the database is at 002" in done.stderr
    assert "No drift" not in done.stdout


def test_what_is_accepted_is_no_drift_any_more(shop: Project) -> None:
    shop.database.execute("DROP TRIGGER touch ON items")

    accepted = drift(shop, "--accept")

    assert accepted.returncode == 0, accepted.stderr
    assert accepted.stdout.startswith("trigger touch on items was dropped since the last migration: ")
    assert accepted.stdout.endswith("The catalogue is stored as it is now; 1 change accepted.\n")
    assert drift(shop).returncode == 0


def test_a_pattern_ignores_in_both_comparisons(shop: Project) -> None:
    shop.database.execute("CREATE TABLE audit_log (id int PRIMARY KEY); GRANT SELECT ON items TO PUBLIC")

    assert drift(shop, "--ignore", "table audit_*", ROLLOUT_DRIFT_IGNORE="privileges *").returncode == 0
    assert drift(shop, "--ignore", "table audit_*").stderr == "1 change since the last migration.\n"
