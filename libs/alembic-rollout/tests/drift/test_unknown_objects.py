"""Drift of what is only in the database: neither a model nor a revision mentions it."""

from textwrap import dedent

import pytest
from sample_project import Project

from drift.shop import MODELS, TABLES, findings


def test_a_table_that_no_model_knows_is_one_finding_whatever_stands_on_it(shop: Project) -> None:
    shop.database.execute(
        """
        CREATE TABLE audit_log (id bigserial PRIMARY KEY, at timestamptz, UNIQUE (at));
        CREATE INDEX ix_audit_log_at ON audit_log (at);
        CREATE POLICY only_new ON audit_log USING (at > now());
        CREATE TRIGGER suppress BEFORE UPDATE ON audit_log
            FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
        """
    )

    assert findings(shop) == {"table audit_log": "table audit_log is in the database and not in the models"}


def test_a_table_in_a_schema_that_alembic_does_not_compare_is_found_too(shop: Project) -> None:
    shop.database.execute('CREATE SCHEMA side; CREATE TABLE side."Odd table" (id int)')

    assert list(findings(shop)) == ['table side."Odd table"']


@pytest.mark.parametrize(
    ("creation", "name"),
    [
        ("CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2'", "function twice(integer)"),
        ("CREATE VIEW names AS SELECT email FROM profiles", "view names"),
        ("CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM profiles", "view counts"),
        ("CREATE TYPE mood AS ENUM ('sad')", "type mood"),
        ("CREATE DOMAIN percentage AS int CHECK (VALUE <= 100)", "type percentage"),
        ("CREATE TYPE pair AS (a int)", "type pair"),
        ("CREATE TYPE span AS RANGE (subtype = float8)", "type span"),
        ("CREATE SEQUENCE tickets", "sequence tickets"),
        (
            "CREATE TRIGGER s BEFORE UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "trigger s",
        ),
        ("CREATE POLICY everybody ON pets USING (true)", "policy everybody"),
    ],
)
def test_what_neither_a_model_nor_a_revision_mentions_is_found(shop: Project, creation: str, name: str) -> None:
    shop.database.execute(creation)

    found = findings(shop)
    assert list(found) == [name]
    assert "is in the database, and neither the models nor a revision mentions it" in found[name]


def test_an_extension_that_nothing_mentions_is_found(shop: Project) -> None:
    shop.sql("001", TABLES, "DROP TABLE pets, profiles")
    expected = shop.database.rows("SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'")

    assert [(name,) for name in findings(shop)] == expected


def test_what_a_revision_mentions_is_no_drift(shop: Project) -> None:
    creation = """
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER "Touch pets" BEFORE UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE VIEW Names AS SELECT email FROM profiles
    """
    shop.sql("002", creation, "SELECT 1")
    shop.database.execute(creation)

    assert findings(shop) == {}


def test_a_name_that_is_only_part_of_a_word_in_a_revision_is_not_mentioned(shop: Project) -> None:
    shop.sql("002", "SELECT 'touch_all touchy retouch'", "SELECT 1")
    shop.database.execute("CREATE SEQUENCE touch")

    assert list(findings(shop)) == ["sequence touch"]


def test_a_name_that_a_revision_puts_together_is_mentioned_by_the_sql_that_it_would_run(shop: Project) -> None:
    shop.revision(
        "002",
        """
        for table in ("pets", "profiles"):
            op.execute(f"CREATE SEQUENCE {table}_tickets")
        """,
    )
    shop.database.execute("CREATE SEQUENCE pets_tickets; CREATE SEQUENCE orders_tickets")

    assert list(findings(shop)) == ["sequence orders_tickets"]


def test_a_sql_file_beside_the_revisions_mentions_as_well(shop: Project) -> None:
    (shop.versions / "views.sql").write_text("CREATE VIEW names AS SELECT email FROM profiles")
    shop.database.execute("CREATE VIEW names AS SELECT email FROM profiles")

    assert findings(shop) == {}


def test_what_the_models_create_besides_tables_is_no_drift(shop: Project) -> None:
    source = MODELS + dedent("""
        from sqlalchemy import DDL, Enum, Sequence, event
        from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN

        Sequence("tickets", metadata=metadata)
        Table(
            "moods",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("mood", Enum("sad", name="mood")),
            Column("former", ARRAY(Enum("glad", name="former_mood"))),
            Column("share", DOMAIN("percentage", Integer)),
        )
        event.listen(metadata, "after_create", DDL("CREATE VIEW names AS SELECT email FROM profiles"))
    """)
    shop.database.execute(
        """
        CREATE SEQUENCE tickets;
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TYPE former_mood AS ENUM ('glad');
        CREATE DOMAIN percentage AS int;
        CREATE TABLE moods (id serial PRIMARY KEY, mood mood, former former_mood[], share percentage);
        CREATE VIEW names AS SELECT email FROM profiles
        """
    )

    assert findings(shop, source=source) == {}


def test_partitions_of_a_table_that_the_models_know_are_no_drift(shop: Project) -> None:
    source = MODELS + 'Table("events", metadata, Column("at", Integer, nullable=False))'
    shop.database.execute(
        """
        CREATE TABLE events (at int NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (2)
        """
    )

    assert findings(shop, source=source) == {}


def test_the_tables_of_alembic_and_of_this_library_are_no_drift(shop: Project) -> None:
    shop.database.execute(
        """
        CREATE SCHEMA meta;
        CREATE TABLE meta.alembic_version (version_num text);
        CREATE TABLE meta.alembic_rollout_history (id bigint GENERATED ALWAYS AS IDENTITY, outcome text);
        CREATE TABLE meta.alembic_rollout_backfill (revision text PRIMARY KEY);
        CREATE TABLE meta.alembic_rollout_catalogue (version_table text PRIMARY KEY);
        DROP TABLE alembic_version, alembic_rollout_catalogue
        """
    )

    assert findings(shop, version_table_schema="meta") == {}
    assert set(findings(shop, version_table_schema="other")) == {
        "table meta.alembic_rollout_backfill",
        "table meta.alembic_rollout_catalogue",
        "table meta.alembic_rollout_history",
        "table meta.alembic_version",
    }
