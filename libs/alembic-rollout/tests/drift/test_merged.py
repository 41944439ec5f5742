"""What both comparisons see is one difference, with what each of them knows."""

from textwrap import dedent

import pytest
from sample_project import Project

from alembic_rollout.drift.catalogue_drift import catalogue_drift
from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.drift.find import find_drift
from alembic_rollout.drift.merged import Difference, merged
from alembic_rollout.history.stored_catalogue import store_catalogue
from alembic_rollout.postgres.version_table import VersionTable
from drift.shop import MODELS, environment_of

VERSION_TABLE, HISTORY = VersionTable(None, "alembic_version"), "alembic_rollout_history"

MORE_MODELS = MODELS + dedent("""
    from sqlalchemy import Computed, Enum

    Table(
        "Odd Table",
        metadata,
        Column("values", Integer, comment="as PostgreSQL quotes it"),
        Column("double", Integer, Computed("values * 2")),
        Column("mood", Enum("sad", "glad", name="Mood")),
        Column("email", String(20), unique=True),
        Column("profile", ForeignKey("profiles.id")),
        Index("Ix", "values"),
        CheckConstraint("values > 0", name="interval"),
        schema="app",
        comment="odd",
    )
""")
MORE_TABLES = """
    CREATE SCHEMA app; CREATE TYPE "Mood" AS ENUM ('sad', 'glad');
    CREATE TABLE app."Odd Table" (
        "values" int CONSTRAINT "interval" CHECK ("values" > 0), double int GENERATED ALWAYS AS ("values" * 2) STORED,
        mood "Mood", email varchar(20) UNIQUE, profile int REFERENCES profiles
    );
    CREATE INDEX "Ix" ON app."Odd Table" ("values");
    COMMENT ON TABLE app."Odd Table" IS 'odd'; COMMENT ON COLUMN app."Odd Table"."values" IS 'as PostgreSQL quotes it'
"""
BOTH = {
    "a table of the models": "DROP TABLE pets",
    "a table that no model has": "CREATE TABLE by_hand (id int PRIMARY KEY)",
    "a table that is not compared": "CREATE SCHEMA side; CREATE TABLE side.by_hand (id int)",
    "a column of the models": "ALTER TABLE profiles DROP bio",
    "a column that no model has": "ALTER TABLE profiles ADD age int",
    "a column's type": "ALTER TABLE profiles ALTER email TYPE varchar(100)",
    "a column's NOT NULL": "ALTER TABLE profiles ALTER email DROP NOT NULL",
    "a column's default": "ALTER TABLE profiles ALTER nickname SET DEFAULT 'none'",
    "a column whose name PostgreSQL quotes": 'ALTER TABLE app."Odd Table" ALTER "values" SET NOT NULL',
    "a computed column": """
        ALTER TABLE app."Odd Table" DROP double, ADD double int GENERATED ALWAYS AS ("values" * 3) STORED
    """,
    "a column's comment": """COMMENT ON COLUMN app."Odd Table"."values" IS 'other'""",
    "a column's comment that is gone": 'COMMENT ON COLUMN app."Odd Table"."values" IS NULL',
    "a table's comment": """COMMENT ON TABLE app."Odd Table" IS 'other'""",
    "a table's comment that is gone": 'COMMENT ON TABLE app."Odd Table" IS NULL',
    "a table's comment that no model has": "COMMENT ON TABLE pets IS 'cats'",
    "a check constraint": "ALTER TABLE profiles DROP CONSTRAINT ck_profiles_email",
    "a check constraint whose name PostgreSQL quotes": 'ALTER TABLE app."Odd Table" DROP CONSTRAINT "interval"',
    "a check constraint that is not validated": """
        ALTER TABLE profiles DROP CONSTRAINT ck_profiles_email;
        ALTER TABLE profiles ADD CONSTRAINT ck_profiles_email CHECK (email = lower(email)) NOT VALID
    """,
    "a unique constraint": "ALTER TABLE profiles DROP CONSTRAINT uq_profiles_email",
    "a unique constraint that the models leave unnamed": """
        ALTER TABLE app."Odd Table" DROP CONSTRAINT "Odd Table_email_key"
    """,
    "a foreign key": "ALTER TABLE pets DROP CONSTRAINT fk_pets_profile_id",
    "a foreign key that the models leave unnamed": """
        ALTER TABLE app."Odd Table" DROP CONSTRAINT "Odd Table_profile_fkey"
    """,
    "a foreign key with another option": """
        ALTER TABLE pets DROP CONSTRAINT fk_pets_profile_id,
        ADD CONSTRAINT fk_pets_profile_id FOREIGN KEY (profile_id) REFERENCES profiles
    """,
    "an index of the models": "DROP INDEX ix_profiles_nickname",
    "an index that no model has": "CREATE INDEX by_hand ON profiles (email)",
    "an index whose name PostgreSQL quotes": 'DROP INDEX app."Ix"; CREATE INDEX "Ix" ON app."Odd Table" (email)',
    "an invalid index": """
        UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_profiles_nickname'::regclass
    """,
    "a type's labels": """ALTER TYPE "Mood" ADD VALUE 'mad'""",
}
ALONE = {"a table that is not compared": 1}
"""How many differences a change makes besides that one comparison alone sees: a schema."""
MENTIONED_NOWHERE = """
    CREATE TYPE by_hand AS ENUM ('sad'); CREATE DOMAIN by_hand_2 AS int; CREATE TYPE app."By hand" AS (a int);
    CREATE TYPE by_hand_3 AS RANGE (subtype = float8);
    CREATE VIEW by_hand_4 AS SELECT email FROM profiles; CREATE MATERIALIZED VIEW by_hand_5 AS SELECT 1 AS one;
    CREATE SEQUENCE app.by_hand;
    CREATE FUNCTION by_hand(text, "Mood", int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE by_hand(app."Odd Table") LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE by_hand (int) (sfunc = int4pl, stype = int);
    CREATE TRIGGER by_hand BEFORE UPDATE ON app."Odd Table"
        FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    CREATE POLICY by_hand ON app."Odd Table" USING (true);
    CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far;
    CREATE FOREIGN TABLE distant (id int) SERVER away
"""


@pytest.fixture
def odd(shop: Project) -> Project:
    """A database that is what its models say, with names that are hard to compare."""
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql(MORE_TABLES)
        store_catalogue(superuser, VERSION_TABLE, HISTORY)
    return shop


def differences(project: Project, change: str) -> list[Difference]:
    """What both comparisons find once something was changed."""
    environment = environment_of(project, MORE_MODELS, include_schemas=True)
    with project.database.connect(project.database.superuser_url) as superuser:
        superuser.exec_driver_sql(change)
        since = catalogue_drift(superuser, VERSION_TABLE, HISTORY)
        assert since.unknown == ""
        return merged(since.findings, find_drift(environment, superuser, ()))


@pytest.mark.parametrize("change", BOTH)
def test_what_both_comparisons_see_is_one_difference(odd: Project, change: str) -> None:
    found = differences(odd, BOTH[change])

    both = [one for one in found if one.since and one.models]
    alone = [one.text for one in found if one not in both]
    assert (len(both), len(alone)) == (1, ALONE.get(change, 0)), [one.text for one in found]


def test_an_object_of_any_kind_that_nothing_mentions_is_one_difference(odd: Project) -> None:
    found = differences(odd, MENTIONED_NOWHERE)

    alone = [one.findings[0].kind for one in found if one.since and not one.models]
    both = [one.findings[0].kind for one in found if one.since and one.models]
    assert sorted(alone) == ["foreign-data wrapper", "server"]
    assert sorted(both) == sorted(
        ["type"] * 4 + ["view"] * 2 + ["function"] * 3 + ["sequence", "trigger", "policy", "foreign table"]
    )
    assert len(found) == len(both) + len(alone)


def test_a_database_that_nothing_was_changed_in_has_no_difference(odd: Project) -> None:
    assert differences(odd, "SELECT 1") == []
    assert differences(odd, "GRANT SELECT ON pets TO PUBLIC")[0].models == [], "which the models know nothing of"


def test_what_one_comparison_finds_twice_of_an_object_is_one_difference() -> None:
    invalid = DriftFinding("index", "ix", "index ix is invalid", "is invalid", ("index public.ix",))
    other = DriftFinding("index", "ix", "index ix is not the same", "is not the same", ("index public.ix",))

    assert [one.text for one in merged([], [other, invalid])] == ["index ix is not the same; it is invalid"]


def test_objects_of_one_name_are_two_differences() -> None:
    def on(table: str) -> DriftFinding:
        return DriftFinding("trigger", "touch", f"trigger touch on {table}", "", (f"trigger public.{table}.touch",))

    assert len(merged([on("pets")], [on("owners")])) == 2
