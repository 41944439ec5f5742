"""The copy of a schema is that schema: owners, privileges and all where a superuser makes it, else without those."""

from collections.abc import Sequence

import pytest
from databases import Database
from sample_project import Project
from sqlalchemy import Connection

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import execute
from alembic_rollout.project.catalogue import catalogue, difference
from alembic_rollout.project.environment import Environment
from alembic_rollout.rehearsal import clone as module
from alembic_rollout.rehearsal.clone import clone_schema
from alembic_rollout.scratch.database import Scratch, open_scratch
from rehearsal.rehearsed import MakeEnvironment

SCHEMA = r"""
    CREATE SCHEMA app;
    CREATE TYPE app.mood AS ENUM ('sad', 'it''s 5 % fine');
    CREATE DOMAIN app.mail AS text NOT NULL CHECK (VALUE LIKE '%@%');
    CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
    --
    -- looks like pg_dump's own comments, and is not
    --
        NEW.b = E'x\\y'; RETURN NEW;
    END $$;
    CREATE TABLE app.t (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int DEFAULT 3 CHECK (a > 0), b text COLLATE "C" NOT NULL,
        m app.mood, c int GENERATED ALWAYS AS (a * 2) STORED
    ) WITH (fillfactor = 70);
    CREATE INDEX ix ON app.t (lower(b)) WHERE a > 1;
    CREATE STATISTICS app.st ON a, b FROM app.t;
    ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON app.t FOR UPDATE USING (a > 1) WITH CHECK (a > 2);
    CREATE TRIGGER touch BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.touch();
    CREATE TABLE parts (k int, v text) PARTITION BY RANGE (k);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
    CREATE VIEW v AS SELECT id, b FROM app.t WHERE a > 1;
    CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM app.t;
    CREATE SEQUENCE tickets INCREMENT 5 CYCLE;
    COMMENT ON COLUMN app.t.b IS 'two
lines';
    INSERT INTO app.t (b) VALUES ('a row');
"""


FOR_SUPERUSERS = (
    "event trigger ",
    "privileges table public.theirs",
    "privileges function public.watch()",
    "privileges event trigger ",
    "privileges default for r public: owner postgres",
)


@pytest.fixture
def live(project: Project) -> Database:
    database = project.database
    with database.connect() as connection:
        execute(connection, SCHEMA)
    database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    database.execute("INSERT INTO alembic_version VALUES ('001'), ('002')")
    app = f"{database.name}_app"
    database.execute(f"GRANT USAGE ON SCHEMA app TO {app}; GRANT UPDATE (b) ON app.t TO {app}")
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql(
            "CREATE TABLE theirs (id int); CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql"
            " AS 'BEGIN END'; CREATE EVENT TRIGGER watched ON ddl_command_end EXECUTE FUNCTION watch()"
        )
    return database


def clone(environment: Environment, scratch: Scratch, current: Sequence[str] = ()) -> None:
    clone_schema(environment.url, environment.settings, environment.version_table, scratch, current)


def schema_of(connection: Connection) -> list[str]:
    """The schema, without what only a superuser can create, and without who owns what belongs to others."""
    return [line for line in catalogue(connection) if not line.startswith(FOR_SUPERUSERS)]


def test_a_superusers_copy_has_everything_but_the_rows(live: Database, environment: MakeEnvironment) -> None:
    made = environment()
    with open_scratch(made.url, made.settings) as scratch:
        clone(made, scratch, ("001", "002"))
        with scratch.observer.connect() as copy, live.connect() as original:
            assert difference(schema_of(original), schema_of(copy)) == []
            assert copy.exec_driver_sql("SELECT count(*) FROM app.t").scalar() == 0
            assert copy.exec_driver_sql("SELECT count FROM counts").scalar() == 0
            versions = copy.exec_driver_sql("SELECT version_num FROM alembic_version ORDER BY 1").scalars().all()
    assert versions == ["001", "002"]


def test_many_small_transactions_make_the_same_copy(
    live: Database, environment: MakeEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ENTRIES_OF_A_TRANSACTION", 3)
    made = environment()
    with open_scratch(made.url, made.settings) as scratch:
        clone(made, scratch)
        with scratch.observer.connect() as copy, live.connect() as original:
            assert difference(schema_of(original), schema_of(copy)) == []


def test_a_copy_of_who_is_no_superuser_belongs_to_the_migrating_role(
    live: Database, environment: MakeEnvironment
) -> None:
    with live.connect(live.superuser_url) as superuser:
        superuser.exec_driver_sql("DROP EVENT TRIGGER watched; DROP FUNCTION watch(); DROP TABLE theirs")
        superuser.exec_driver_sql(f"ALTER ROLE {live.owner} CREATEDB")
    made = environment(admin_url="")
    with open_scratch(made.url, made.settings) as scratch:
        clone(made, scratch, ("001",))
        with scratch.engine.connect() as copy, live.connect() as original:
            differing = difference(schema_of(original), schema_of(copy))
            owners = (
                copy.exec_driver_sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'app'")
                .scalars()
                .all()
            )
    assert [line for line in differing if "privileges" not in line] == []
    assert owners == [live.owner]


def test_a_table_that_nobody_here_may_read_stops_the_rehearsal_in_one_line(
    live: Database, environment: MakeEnvironment
) -> None:
    with live.connect(live.superuser_url) as superuser:
        superuser.exec_driver_sql(f"ALTER ROLE {live.owner} CREATEDB")
    made = environment(admin_url="")
    with (
        open_scratch(made.url, made.settings) as scratch,
        pytest.raises(RolloutError, match=f"The schema of {live.name} could not be read: .*permission denied.* theirs"),
    ):
        clone(made, scratch)


def test_a_lock_on_a_table_does_not_keep_the_rehearsal_waiting(live: Database, environment: MakeEnvironment) -> None:
    made = environment(lock_timeout=0.1)
    with live.engine().connect() as holder:
        holder.exec_driver_sql("LOCK TABLE app.t IN ACCESS EXCLUSIVE MODE")
        with (
            open_scratch(made.url, made.settings) as scratch,
            pytest.raises(RolloutError, match=r"could not be read: .*a table is locked"),
        ):
            clone(made, scratch)
