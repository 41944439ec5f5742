"""Drift since the last migration: every kind of object, and the cases in which nothing can be compared."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from databases import Database, Server
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.drift.catalogue_drift import CatalogueComparison, catalogue_drift, describe_changes
from alembic_rollout.history.stored_catalogue import CatalogueChanges, CatalogueObject, store_catalogue
from alembic_rollout.history.table import History
from alembic_rollout.postgres.version_table import VersionTable
from drift.catalogue_objects import BASE, KINDS, Kind
from drift.rare_objects import RARE_KINDS, SERVER

VERSION_TABLE = VersionTable(None, "alembic_version")
HISTORY = "alembic_rollout_history"


def compare(connection: Connection, *ignore: str, version_table: VersionTable = VERSION_TABLE) -> CatalogueComparison:
    return catalogue_drift(connection, version_table, HISTORY, ignore=ignore)


def store(connection: Connection, version_table: VersionTable = VERSION_TABLE) -> None:
    store_catalogue(connection, version_table, HISTORY)


def findings(connection: Connection, *ignore: str) -> dict[str, str]:
    """Each finding's kind and name, with its text."""
    compared = compare(connection, *ignore)
    assert compared.unknown == ""
    return {f"{one.kind} {one.name}": one.text for one in compared.findings}


def at_001(connection: Connection) -> Connection:
    """Bring a database to 001."""
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('001')")
    return connection


def with_base(connection: Connection) -> Connection:
    """Make what the objects are built on."""
    connection.exec_driver_sql("DROP EXTENSION IF EXISTS vector")
    connection.exec_driver_sql(BASE)
    return connection


@pytest.fixture
def superuser(database: Database) -> Iterator[Connection]:
    """A superuser on a database at 001, whose search path finds nothing but `public`."""
    with database.connect(database.superuser_url) as connection:
        yield at_001(connection)


@pytest.fixture
def app(superuser: Connection) -> Connection:
    return with_base(superuser)


@pytest.fixture(scope="module")
def for_kinds(server: Server) -> Iterator[Connection]:
    """The same for the objects of one kind after the other: each leaves what it found."""
    with server.database() as database, database.connect(database.superuser_url) as connection:
        yield with_base(at_001(connection))


EVERY_KIND = [*KINDS.items(), *RARE_KINDS.items()]


@pytest.fixture(params=[kind for _, kind in EVERY_KIND], ids=[name for name, _ in EVERY_KIND])
def kind(request: pytest.FixtureRequest, for_kinds: Connection) -> Iterator[Kind]:
    """An object of a kind, in a database that has what it is built on; dropped at the end if it is there."""
    one: Kind = request.param
    needs_vector = "hnsw" in one.create
    if needs_vector:
        for_kinds.exec_driver_sql("CREATE EXTENSION vector; CREATE TABLE app.points (at vector(3))")
    if one.needs:
        for_kinds.exec_driver_sql(one.needs)
    yield one
    with suppress(DBAPIError):  # it is not there
        for_kinds.exec_driver_sql(one.drop)
    if one.done:
        for_kinds.exec_driver_sql(one.done)
    if needs_vector:
        for_kinds.exec_driver_sql("DROP TABLE app.points; DROP EXTENSION vector")


def test_what_was_made_is_found_until_it_is_dropped(for_kinds: Connection, kind: Kind) -> None:
    store(for_kinds)

    for_kinds.exec_driver_sql(kind.create)
    assert kind.finding in findings(for_kinds)

    for_kinds.exec_driver_sql(kind.drop)
    assert findings(for_kinds) == {}


def test_what_was_dropped_is_found_until_it_is_made_again(for_kinds: Connection, kind: Kind) -> None:
    for_kinds.exec_driver_sql(kind.create)
    store(for_kinds)

    for_kinds.exec_driver_sql(kind.drop)
    assert kind.finding in findings(for_kinds)

    for_kinds.exec_driver_sql(kind.create)
    assert findings(for_kinds) == {}


def test_what_was_changed_is_found_until_it_is_changed_back(for_kinds: Connection, kind: Kind) -> None:
    if not kind.change:
        pytest.skip("it has nothing that could be changed")
    for_kinds.exec_driver_sql(kind.create)
    store(for_kinds)

    for_kinds.exec_driver_sql(kind.change)
    assert " changed since the last migration: " in findings(for_kinds).get(kind.finding, "nothing was found")

    for_kinds.exec_driver_sql(kind.restore)
    assert findings(for_kinds) == {}


NO_PART_OF_A_SCHEMA = {
    "pg_statistic": "gathered by ANALYZE",
    "pg_statistic_ext_data": "gathered by ANALYZE",
    "pg_largeobject": "rows",
    "pg_largeobject_metadata": "rows",
    "pg_init_privs": "the rights with which initdb and extensions begin",
    "pg_seclabel": "needs a provider, which no server has by itself",
    "pg_subscription_rel": "how far a subscription has come",
    "pg_partitioned_table": "the keys of tables",
}
"""Catalogues of a database to which no object of the tables adds a row, and why."""


def test_an_object_of_every_catalogue_of_postgresql_is_made_and_changed(superuser: Connection) -> None:
    catalogues = superuser.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'"
        " AND NOT relisshared"
    ).scalars()
    names = sorted(catalogues)
    query = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)  # noqa: S608 - PostgreSQL's
    with_base(superuser)
    before = dict(map(tuple, superuser.exec_driver_sql(query)))
    filled = set()
    for one in (*KINDS.values(), *RARE_KINDS.values()):
        if "hnsw" in one.create:
            continue
        superuser.exec_driver_sql("; ".join(filter(None, (one.needs, one.create, one.change))))
        after = dict(map(tuple, superuser.exec_driver_sql(query)))
        filled |= {name for name in names if after[name] > before[name]}
        superuser.exec_driver_sql("; ".join(filter(None, (one.restore, one.drop, one.done))))

    assert set(names) - filled == set(NO_PART_OF_A_SCHEMA)


def test_no_option_of_a_server_or_mapping_is_stored_or_shown(superuser: Connection) -> None:
    superuser.exec_driver_sql(f"{SERVER} OPTIONS (password 'secret-0')")
    superuser.exec_driver_sql("CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (password 'secret-1')")
    superuser.exec_driver_sql(
        "CREATE FOREIGN TABLE t (a int OPTIONS (x 'secret-2')) SERVER away OPTIONS (y 'secret-3')"
    )
    store(superuser)
    superuser.exec_driver_sql("ALTER SERVER away OPTIONS (SET password 'secret-4')")
    superuser.exec_driver_sql("ALTER USER MAPPING FOR PUBLIC SERVER away OPTIONS (SET password 'secret-5')")

    found = findings(superuser)
    stored = superuser.exec_driver_sql("SELECT objects::text FROM alembic_rollout_catalogue").scalar_one()

    assert list(found) == ["server away", "user mapping public on away"]
    assert "OPTIONS password" in stored
    assert "secret" not in f"{stored} {found}"


def test_options_that_a_role_may_not_see_are_not_taken_for_changed(database: Database, superuser: Connection) -> None:
    superuser.exec_driver_sql(f"{SERVER} OPTIONS (host 'a'); GRANT USAGE ON FOREIGN SERVER away TO {database.owner}")
    superuser.exec_driver_sql("CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (password 'secret-1')")
    store(superuser)
    superuser.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC")
    store(superuser)

    with database.connect(database.url) as owner:
        assert findings(owner) == {}


def test_a_table_that_came_or_went_is_one_finding_whatever_stands_on_it(app: Connection) -> None:
    creation = """
        CREATE TABLE toys (id bigserial PRIMARY KEY, owner_id int REFERENCES app.owners, name text CHECK (name > ''));
        CREATE INDEX ix_toys ON toys (name);
        CREATE STATISTICS together ON id, name FROM toys;
        CREATE TRIGGER touch BEFORE UPDATE ON toys FOR EACH ROW EXECUTE FUNCTION app.touch();
        CREATE POLICY own ON toys USING (id > 1);
        CREATE RULE quiet AS ON DELETE TO toys DO INSTEAD NOTHING;
        COMMENT ON COLUMN toys.name IS 'x'; COMMENT ON INDEX ix_toys IS 'x'; COMMENT ON TRIGGER touch ON toys IS 'x';
        COMMENT ON CONSTRAINT toys_name_check ON toys IS 'x'; COMMENT ON POLICY own ON toys IS 'x';
        GRANT SELECT ON toys TO PUBLIC; GRANT UPDATE (name) ON toys TO PUBLIC
    """
    store(app)
    app.exec_driver_sql(creation)
    assert findings(app) == {"table toys": "table toys was added since the last migration"}

    store(app)
    app.exec_driver_sql("DROP TABLE toys")
    assert findings(app) == {"table toys": "table toys was dropped since the last migration"}


def test_a_constraint_that_came_changed_or_went_is_one_finding_with_its_index(superuser: Connection) -> None:
    superuser.exec_driver_sql('CREATE SCHEMA "a.b"; CREATE TABLE "a.b".t (a int, b int)')
    store(superuser)
    superuser.exec_driver_sql('ALTER TABLE "a.b".t ADD CONSTRAINT one UNIQUE (a)')
    assert list(findings(superuser)) == ['constraint "a.b".t.one']

    store(superuser)
    superuser.exec_driver_sql('ALTER TABLE "a.b".t DROP CONSTRAINT one, ADD CONSTRAINT one UNIQUE (b)')
    assert list(findings(superuser)) == ['constraint "a.b".t.one']

    store(superuser)
    superuser.exec_driver_sql('ALTER INDEX "a.b".one SET (fillfactor = 70)')
    assert list(findings(superuser)) == ['index "a.b".one'], "which the constraint does not say"

    store(superuser)
    superuser.exec_driver_sql('ALTER TABLE "a.b".t DROP CONSTRAINT one')
    assert list(findings(superuser)) == ['constraint "a.b".t.one']


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (
            "CREATE TABLE t (a varchar(10))",
            "ALTER TABLE t ALTER a TYPE varchar(20)",
            "column t.a has changed since the last migration: was character varying(10), now character varying(20)",
        ),
        (
            "CREATE TABLE t (a int CONSTRAINT positive CHECK (a >= 0))",
            "ALTER TABLE t DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (a > 0)",
            "constraint positive on t has changed since the last migration: was CHECK ((a >= 0)), now CHECK ((a > 0))",
        ),
        (
            "CREATE TABLE t (a int); CREATE INDEX ix ON t (a)",
            "DROP INDEX ix",
            "index ix on t was dropped since the last migration: CREATE INDEX ix ON public.t USING btree (a)",
        ),
        (
            "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'one' || repeat('-', 99) || '.' $$",
            "CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'two' || repeat('-', 99) || '.' $$",
            (
                "function f() has changed since the last migration: was … sql AS $function$ SELECT 'one' ||"
                " repeat('-', 99) || …, now … sql AS $function$ SELECT 'two' || repeat('-', 99) || …"
            ),
        ),
        (
            "CREATE TABLE t (a int); COMMENT ON TABLE t IS 'x'",
            "COMMENT ON TABLE t IS 'y'",
            "the comment on table t has changed since the last migration: was 'x', now 'y'",
        ),
    ],
)
def test_a_finding_is_a_sentence_that_says_what_differs(
    superuser: Connection, before: str, after: str, text: str
) -> None:
    superuser.exec_driver_sql(before)
    store(superuser)
    superuser.exec_driver_sql(after)

    assert list(findings(superuser).values()) == [text]


def test_definitions_that_differ_in_white_space_only_say_so() -> None:
    def changed(detail: str) -> tuple[CatalogueObject, ...]:
        return (CatalogueObject("function", "public.f()", None, detail),)

    body = "SELECT 1 + 1 " * 20
    (finding,) = describe_changes(CatalogueChanges(changed(body), changed(body.replace("1 +", "1  +"))), "public")

    assert "was the same but for white space" in finding.text


def test_one_pattern_ignores_an_object_and_what_stands_on_it(superuser: Connection) -> None:
    store(superuser)
    superuser.exec_driver_sql("CREATE TABLE audit_log (id int); CREATE VIEW audit_names AS SELECT 1; CREATE SEQUENCE s")
    superuser.exec_driver_sql("GRANT SELECT ON alembic_version TO PUBLIC")

    assert list(findings(superuser, "table audit_*")) == ["sequence s", "view audit_names"]
    assert list(findings(superuser, "* audit_*", "sequence ?")) == []


def test_rows_values_of_sequences_and_gathered_statistics_are_no_drift(superuser: Connection) -> None:
    superuser.exec_driver_sql("CREATE TABLE t (id bigserial PRIMARY KEY, a text)")
    store(superuser)

    superuser.exec_driver_sql("INSERT INTO t (a) SELECT 'x' FROM generate_series(1, 100)")
    superuser.exec_driver_sql("SELECT setval('t_id_seq', 5000)")
    for command in ("VACUUM ANALYZE t", "REINDEX TABLE CONCURRENTLY t", "VACUUM FULL t"):
        superuser.exec_driver_sql(command)

    assert findings(superuser) == {}


def test_partitions_that_jobs_make_and_drop_are_no_drift(superuser: Connection) -> None:
    superuser.exec_driver_sql(
        """
        CREATE TABLE events (id int, at int NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE INDEX ix_events ON events (note);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (2);
        CREATE TABLE remarks (event_id int, at int, FOREIGN KEY (event_id, at) REFERENCES events)
        """
    )
    store(superuser)

    superuser.exec_driver_sql(
        """
        CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (2) TO (3);
        COMMENT ON TABLE events_2 IS 'x';
        GRANT SELECT ON events_2 TO PUBLIC;
        ALTER TABLE events_2 ADD CONSTRAINT ck CHECK (id > 0);
        COMMENT ON CONSTRAINT ck ON events_2 IS 'x';
        ALTER TABLE events DETACH PARTITION events_1;
        DROP TABLE events_1
        """
    )
    assert findings(superuser) == {}

    superuser.exec_driver_sql("DROP INDEX ix_events")
    assert list(findings(superuser)) == ["index ix_events"]


def unknown(connection: Connection, version_table: VersionTable = VERSION_TABLE) -> str:
    compared = compare(connection, version_table=version_table)
    assert compared.findings == ()
    return compared.unknown


def test_nothing_is_compared_before_the_first_migration(superuser: Connection) -> None:
    assert unknown(superuser) == "none was stored yet; the next migration stores it"


def test_nothing_is_compared_with_the_catalogue_of_other_revisions(superuser: Connection) -> None:
    store(superuser)
    superuser.exec_driver_sql("CREATE TABLE t (); UPDATE alembic_version SET version_num = '002'")

    assert unknown(superuser).startswith("the stored one belongs to 001 and the database is at 002: another tool")


def record(connection: Connection, direction: str, outcome: str) -> None:
    connection.exec_driver_sql(
        f"INSERT INTO {HISTORY} (revision, direction, phase, outcome, lock_wait_ms, attempts, host, os_user)"  # noqa: S608
        " VALUES ('001', %s, 'expand', %s, 0, 1, 'here', 'me')",
        (direction, outcome),
    )


def test_nothing_is_compared_after_an_attempt_that_stored_none(superuser: Connection) -> None:
    History(None, HISTORY).create(superuser)
    record(superuser, "upgrade", "applied")
    store(superuser)
    record(superuser, "stamp", "applied")
    record(superuser, "upgrade", "held")
    assert findings(superuser) == {}

    record(superuser, "upgrade", "failed")
    superuser.exec_driver_sql("CREATE TABLE what_it_left ()")

    assert unknown(superuser).startswith("a migration has begun since it was stored")


def test_nothing_is_compared_with_what_another_version_wrote(superuser: Connection) -> None:
    store(superuser)
    superuser.exec_driver_sql("UPDATE alembic_rollout_catalogue SET made_with = 'PostgreSQL 12, query 1'")

    assert unknown(superuser).startswith("the stored one was written by another version (PostgreSQL 12, query 1; now ")


def test_the_newest_catalogue_replaces_the_one_before(superuser: Connection) -> None:
    store(superuser)
    first = superuser.exec_driver_sql("SELECT stored_at FROM alembic_rollout_catalogue").scalar_one()
    superuser.exec_driver_sql("CREATE TABLE t (); UPDATE alembic_version SET version_num = '002'")
    store(superuser)

    assert compare(superuser).revisions == ("002",)
    assert findings(superuser) == {}
    assert superuser.exec_driver_sql(
        "SELECT stored_at > %s FROM alembic_rollout_catalogue", (first,)
    ).scalars().all() == [True]


def test_what_another_tree_did_in_the_same_database_is_no_drift(superuser: Connection) -> None:
    other = VersionTable(None, "other_version")
    store(superuser)
    superuser.exec_driver_sql("CREATE TABLE other_version (version_num text); INSERT INTO other_version VALUES ('x')")
    superuser.exec_driver_sql("CREATE TABLE of_the_other ()")

    store(superuser, other)

    assert compare(superuser).changes == CatalogueChanges(revisions=("001",))
    assert compare(superuser, version_table=other).changes == CatalogueChanges(revisions=("x",))
    superuser.exec_driver_sql("CREATE TABLE by_hand ()")
    assert list(findings(superuser)) == ["table by_hand"]


def test_only_the_owner_writes_and_the_application_reads(database: Database) -> None:
    with database.connect() as owner:
        owner.exec_driver_sql("CREATE TABLE alembic_version (version_num text); CREATE TABLE t (a int CHECK (a > 0))")
        owner.exec_driver_sql("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        store(owner)
        owner.exec_driver_sql("CREATE TABLE by_hand ()")
    with database.connect(database.app_url) as application:
        assert list(findings(application)) == ["table by_hand"]
        may = application.exec_driver_sql(
            "SELECT has_table_privilege('alembic_rollout_catalogue', 'INSERT, UPDATE, DELETE, TRUNCATE')"
        )
        assert may.scalar_one() is False


def test_the_tables_may_be_in_a_schema_of_their_own_with_names_that_need_quotes(superuser: Connection) -> None:
    table = VersionTable("My meta", "Version")
    superuser.exec_driver_sql('CREATE SCHEMA "My meta"; CREATE TABLE "My meta"."Version" (version_num text)')
    store(superuser, table)

    assert compare(superuser, version_table=table) == CatalogueComparison()
    superuser.exec_driver_sql("CREATE TABLE by_hand ()")
    assert [one.name for one in compare(superuser, version_table=table).findings] == ["by_hand"]


def test_a_comparison_leaves_the_settings_of_its_connection_alone(superuser: Connection) -> None:
    superuser.exec_driver_sql("SET search_path = public, pg_catalog")
    store(superuser)
    compare(superuser)

    assert superuser.exec_driver_sql("SHOW search_path").scalar() == "public, pg_catalog"


def test_a_comparison_runs_in_a_transaction_that_may_only_read(superuser: Connection, database: Database) -> None:
    store(superuser)
    with database.engine(database.superuser_url).connect() as reading:
        reading.exec_driver_sql("SET TRANSACTION READ ONLY")
        assert findings(reading) == {}
        assert reading.exec_driver_sql("SHOW search_path").scalar() == '"$user", public'
