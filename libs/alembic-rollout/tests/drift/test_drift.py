"""Drift: what differs between a live schema and the models, in words, and what may be ignored."""

import json
import subprocess
from textwrap import dedent

import pytest
from alembic.config import Config
from sample_project import Project
from sqlalchemy import MetaData

from alembic_rollout.drift.find import find_drift
from alembic_rollout.history.stored_catalogue import store_catalogue
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.environment import Environment, load_environment

MODELS = dedent("""
    from sqlalchemy import (
        CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint
    )

    metadata = MetaData()
    Table(
        "profiles",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("email", String(320), nullable=False),
        Column("nickname", Text),
        Column("bio", Text),
        UniqueConstraint("email", name="uq_profiles_email"),
        CheckConstraint("email = lower(email)", name="ck_profiles_email"),
        Index("ix_profiles_nickname", "nickname"),
    )
    Table(
        "pets",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("profile_id", ForeignKey("profiles.id", name="fk_pets_profile_id", ondelete="CASCADE")),
    )
""")
TABLES = """
    CREATE TABLE profiles (
        id serial PRIMARY KEY, email varchar(320) NOT NULL, nickname text, bio text,
        CONSTRAINT uq_profiles_email UNIQUE (email), CONSTRAINT ck_profiles_email CHECK (email = lower(email))
    );
    CREATE INDEX ix_profiles_nickname ON profiles (nickname);
    CREATE TABLE pets (
        id serial PRIMARY KEY,
        profile_id int CONSTRAINT fk_pets_profile_id REFERENCES profiles ON DELETE CASCADE
    );
"""


EXTENSION_OF_TEMPLATE1 = "# vector is what the server of the tests puts into every database"


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project at its only revision, whose database is what its models say."""
    (project.folder / "models.py").write_text(MODELS)
    project.sql("001", TABLES, "DROP TABLE pets, profiles", header=EXTENSION_OF_TEMPLATE1)
    project.database.execute(TABLES)
    project.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    project.database.execute("INSERT INTO alembic_version VALUES ('001')")
    with project.database.connect() as connection:
        store_catalogue(connection, VersionTable(None, "alembic_version"), "alembic_rollout_history")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    monkeypatch.chdir(project.folder)
    return project


def models(source: str = MODELS) -> MetaData:
    names: dict[str, MetaData] = {}
    exec(source, names)  # noqa: S102 - the models of a test
    return names["metadata"]


def environment_of(project: Project, source: str = MODELS, **options: object) -> Environment:
    environment = load_environment(Config(project.ini))
    environment.models = models(source)
    environment.options = options
    return environment


def findings(project: Project, *ignore: str, source: str = MODELS, **options: object) -> dict[str, str]:
    """Each finding's kind and name, with its text."""
    environment = environment_of(project, source, **options)
    with project.database.engine().connect() as connection:
        found = find_drift(environment, connection, ignore)
    return {f"{one.kind} {one.name}": one.text for one in found}


def drift(project: Project, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return project.rollout("drift", *arguments, **variables)


def test_a_database_that_is_as_the_models_say_has_no_drift(shop: Project) -> None:
    done = drift(shop)

    assert (done.returncode, done.stdout, done.stderr) == (0, "No drift.\n", "")


@pytest.mark.parametrize(
    ("change", "name", "text"),
    [
        (
            "ALTER TABLE profiles DROP COLUMN bio",
            "column profiles.bio",
            "table profiles: column bio is in the models and not in the database",
        ),
        (
            "ALTER TABLE profiles ADD COLUMN age int",
            "column profiles.age",
            "table profiles: column age is in the database and not in the models",
        ),
        (
            "ALTER TABLE profiles ALTER email DROP NOT NULL",
            "column profiles.email",
            "table profiles: column email is NOT NULL in the models and may be NULL in the database",
        ),
        (
            "ALTER TABLE profiles ALTER email TYPE varchar(100)",
            "column profiles.email",
            "table profiles: column email has the type VARCHAR(320) in the models and VARCHAR(100) in the database",
        ),
        (
            "ALTER TABLE profiles ALTER nickname SET DEFAULT 'nobody'",
            "column profiles.nickname",
            "table profiles: column nickname has the default none in the models and \"'nobody'::text\" in the database",
        ),
        (
            "ALTER TABLE profiles DROP CONSTRAINT ck_profiles_email",
            "constraint ck_profiles_email",
            (
                "table profiles: check constraint ck_profiles_email is in the models and not in the database:"
                " email = lower(email)"
            ),
        ),
        (
            "ALTER TABLE profiles DROP CONSTRAINT uq_profiles_email",
            "constraint uq_profiles_email",
            "table profiles: unique constraint uq_profiles_email is in the models and not in the database: (email)",
        ),
        (
            "ALTER TABLE pets DROP CONSTRAINT fk_pets_profile_id",
            "constraint fk_pets_profile_id",
            (
                "table pets: foreign key fk_pets_profile_id is in the models and not in the database:"
                " (profile_id) -> profiles (id) ON DELETE CASCADE"
            ),
        ),
        (
            "CREATE INDEX ix_by_hand ON profiles (email)",
            "index ix_by_hand",
            (
                "table profiles: index ix_by_hand is in the database and not in the models:"
                " CREATE INDEX ix_by_hand ON profiles (email)"
            ),
        ),
        (
            "DROP INDEX ix_profiles_nickname; CREATE INDEX ix_profiles_nickname ON profiles (email, nickname)",
            "index ix_profiles_nickname",
            (
                "table profiles: index ix_profiles_nickname is CREATE INDEX ix_profiles_nickname ON profiles (nickname)"
                " in the models and CREATE INDEX ix_profiles_nickname ON profiles (email, nickname) in the database"
            ),
        ),
        (
            "DROP TABLE pets",
            "table pets",
            "table pets is in the models and not in the database",
        ),
        (
            "COMMENT ON TABLE pets IS 'cats'",
            "comment pets",
            "the comment on table pets is in the database and not in the models",
        ),
    ],
)
def test_a_change_by_hand_is_told_in_one_sentence(shop: Project, change: str, name: str, text: str) -> None:
    shop.database.execute(change)

    assert findings(shop) == {name: text}


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


def test_an_extension_that_nobody_mentions_is_found(shop: Project) -> None:
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


def test_an_invalid_index_is_found_though_the_models_have_it(shop: Project) -> None:
    shop.database.execute("INSERT INTO profiles (email, nickname) VALUES ('a', 'x'), ('b', 'x')")
    shop.database.execute("DROP INDEX ix_profiles_nickname")
    with pytest.raises(Exception, match="could not create unique index"):
        shop.database.execute("CREATE UNIQUE INDEX CONCURRENTLY ix_profiles_nickname ON profiles (nickname)")
    shop.database.execute("DELETE FROM profiles")
    source = MODELS.replace('"nickname")', '"nickname", unique=True)')

    found = findings(shop, source=source)
    assert list(found) == ["index ix_profiles_nickname"]
    assert found["index ix_profiles_nickname"].startswith("table profiles: index ix_profiles_nickname is invalid: ")

    shop.database.execute("REINDEX INDEX ix_profiles_nickname")
    assert findings(shop, source=source) == {}


NOT_VALID = """
    ALTER TABLE profiles DROP CONSTRAINT ck_profiles_email;
    ALTER TABLE profiles ADD CONSTRAINT ck_profiles_email CHECK (email = lower(email)) NOT VALID
"""


def test_an_unvalidated_constraint_is_found_though_the_models_have_it(shop: Project) -> None:
    shop.database.execute(NOT_VALID)

    found = findings(shop)
    assert list(found) == ["constraint ck_profiles_email"]
    assert (
        "ALTER TABLE profiles VALIDATE CONSTRAINT ck_profiles_email ends that" in found["constraint ck_profiles_email"]
    )

    shop.database.execute("ALTER TABLE profiles VALIDATE CONSTRAINT ck_profiles_email")
    assert findings(shop) == {}


def test_a_constraint_that_the_models_want_unvalidated_is_no_drift(shop: Project) -> None:
    shop.database.execute(NOT_VALID)
    source = MODELS.replace('name="ck_profiles_email"', 'name="ck_profiles_email", postgresql_not_valid=True')

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


def test_a_constraint_that_the_models_leave_unnamed_is_no_drift(shop: Project) -> None:
    source = MODELS + 'Table("ages", metadata, Column("age", Integer, CheckConstraint("age > 0")))'
    shop.database.execute("CREATE TABLE ages (age int CHECK (age > 0))")

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


def test_what_env_py_leaves_out_is_left_out(shop: Project) -> None:
    shop.database.execute("CREATE TABLE audit_log (id int); CREATE SCHEMA side; CREATE TABLE side.audit_log (id int)")

    def include_name(name: str | None, type_: str, _: object) -> bool:
        return type_ != "table" or not str(name).startswith("audit")

    assert findings(shop, include_name=include_name) == {}
    assert list(findings(shop)) == ["table audit_log", "table side.audit_log"]


def test_patterns_match_kind_and_name(shop: Project) -> None:
    shop.database.execute(
        "CREATE TABLE audit_log (id int); CREATE SEQUENCE audit_log_numbers; CREATE VIEW v AS SELECT 1"
    )

    assert list(findings(shop, "table audit_*")) == ["sequence audit_log_numbers", "view v"]
    assert list(findings(shop, "* audit_*")) == ["view v"]
    assert list(findings(shop, "audit_log", "view")) == ["table audit_log", "sequence audit_log_numbers", "view v"]
    assert findings(shop, "* audit_*", "view ?") == {}


def test_options_and_settings_ignore_and_the_exit_status_tells_what_is_left(shop: Project) -> None:
    shop.database.execute("CREATE TABLE audit_log (id int); CREATE SEQUENCE tickets")

    done = drift(shop, "--ignore", "sequence *", "--json", ROLLOUT_DRIFT_IGNORE="view *")
    assert done.returncode == 4
    document = json.loads(done.stdout)
    table = {"kind": "table", "name": "audit_log"}
    assert document == {
        "database": shop.database.engine().url.render_as_string(hide_password=True),
        "current": ["001"],
        "heads": ["001"],
        "last_migration": {
            "compared": True,
            "reason": "",
            "findings": [table | {"text": "table audit_log was added since the last migration"}],
        },
        "models": {
            "compared": True,
            "reason": "",
            "findings": [table | {"text": "table audit_log is in the database and not in the models"}],
        },
    }
    assert done.stderr.startswith("1 change since the last migration and 1 difference between ")
    assert drift(shop, "--ignore", "sequence *", ROLLOUT_DRIFT_IGNORE="table audit_*").returncode == 0


def test_a_database_behind_its_code_is_told_to_have_pending_work(shop: Project) -> None:
    shop.sql("002", "ALTER TABLE profiles ADD COLUMN bio text", "SELECT 1")
    shop.database.execute("ALTER TABLE profiles DROP COLUMN bio")

    done = drift(shop)

    assert done.returncode == 4
    assert done.stdout == (
        "column profiles.bio was dropped since the last migration: text\n"
        "table profiles: column bio is in the models and not in the database\n"
    )
    assert "The database is at 001 and this code at 002" in done.stderr
    password = str(shop.database.engine().url.password)
    assert password not in done.stdout + done.stderr


def test_models_that_cannot_be_imported_are_a_matter_of_usage(shop: Project) -> None:
    (shop.folder / "models.py").write_text("metadat = None")

    done = drift(shop)

    assert done.returncode == 2
    assert "env.py names 'models:metadata'" in done.stderr


def test_labels_of_an_enum_that_are_not_those_of_the_models_are_found(shop: Project) -> None:
    shop.database.execute("CREATE TYPE mood AS ENUM ('sad', 'glad'); ALTER TABLE pets ADD mood mood, ADD moods mood[]")

    def with_labels(*labels: str) -> dict[str, str]:
        columns = f"""
            from sqlalchemy import Enum
            from sqlalchemy.dialects.postgresql import ARRAY

            mood = Enum(*{labels!r}, name="mood")
            metadata.tables["pets"].append_column(Column("mood", mood))
            metadata.tables["pets"].append_column(Column("moods", ARRAY(mood)))
        """
        return findings(shop, source=MODELS + dedent(columns))

    assert with_labels("sad", "glad") == with_labels("glad", "sad") == {}
    assert with_labels("sad", "glad", "mad") == {
        "type mood": "type mood has the labels 'sad', 'glad', 'mad' in the models and 'sad', 'glad' in the database"
    }
    assert list(with_labels("sad")) == ["type mood"]


def test_a_column_that_is_computed_otherwise_is_found(shop: Project) -> None:
    shop.database.execute("ALTER TABLE pets ADD COLUMN double int GENERATED ALWAYS AS (id * 3) STORED")
    computed = (
        'from sqlalchemy import Computed\n\nmetadata.tables["pets"].append_column(Column("double", Integer, {}))\n'
    )

    assert findings(shop, source=MODELS + computed.format('Computed("id * 3")')) == {}
    assert findings(shop, source=MODELS + computed.format('Computed("id * 2")')) == {
        "column pets.double": (
            "table pets: column double is computed by another expression in the models than in the database"
        )
    }


def test_types_that_read_alike_in_generic_sql_are_told_apart(shop: Project) -> None:
    shop.database.execute("ALTER TABLE pets ADD COLUMN size varchar(1)")
    source = MODELS + dedent("""
        from sqlalchemy import Enum

        metadata.tables["pets"].append_column(Column("size", Enum("S", "L", name="size")))
    """)

    (text,) = findings(shop, source=source).values()

    assert text == "table pets: column size has the type size in the models and VARCHAR(1) in the database"


def test_types_that_read_alike_in_sql_are_told_apart_as_python_has_them(shop: Project) -> None:
    shop.database.execute("ALTER TABLE pets ADD COLUMN size varchar(1)")
    source = MODELS + dedent("""
        metadata.tables["pets"].append_column(Column("size", String(1)))
    """)

    def compare_type(*_: object) -> bool:
        return True

    found = findings(shop, source=source, compare_type=compare_type)

    assert found["column pets.size"] == (
        "table pets: column size has the type VARCHAR(1) (String(length=1)) in the models"
        " and VARCHAR(1) (VARCHAR(length=1)) in the database"
    )
