"""What a check may ask and cannot do: no row or true passes, rows are counted and named by key, nothing is changed."""

from collections.abc import Iterator

import pytest
from databases import Database
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from alembic_rollout.checks.answers import Answer
from alembic_rollout.checks.declared_checks import Check
from alembic_rollout.checks.row_questions import Limits, ask
from alembic_rollout.postgres.connection import create_migration_engine

ROWS = """
    CREATE TABLE people (id bigint PRIMARY KEY, email text, born timestamptz);
    INSERT INTO people SELECT n, 'secret' || n || '@example.org', '-infinity' FROM generate_series(1, 12) AS n;
    CREATE TABLE pets (person bigint, name text, chip uuid, PRIMARY KEY (person, name));
    INSERT INTO pets VALUES (1, 'secret', gen_random_uuid());
    CREATE SEQUENCE numbers
"""


@pytest.fixture(params=["psycopg2", "psycopg"])
def connection(database: Database, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A session of the migrating role, in a transaction that has changed something."""
    url = make_url(database.url).set(drivername=f"postgresql+{request.param}")
    with create_migration_engine(url).connect() as opened:
        opened.exec_driver_sql(ROWS)
        yield opened


def answer(connection: Connection, sql: str, *, statement: float = 30, lock: float = 2) -> Answer:
    return ask(connection, Check("checks", "x", sql), Limits(statement, lock))


WRITING = [
    "DELETE FROM people RETURNING id",
    "WITH gone AS (DELETE FROM people RETURNING id) SELECT id FROM gone",
    "SELECT nextval('numbers')",
    "SELECT id FROM people FOR UPDATE",
    "EXPLAIN ANALYZE DELETE FROM people",
    "SELECT set_config('transaction_read_only', 'off', true)",
]
NO_QUERIES = [
    "SELEC 1",
    "DELETE FROM people",
    "SELECT 1; SELECT 2",
    "SET TRANSACTION READ WRITE; DELETE FROM people; SELECT 1",
    "COMMIT; DELETE FROM people",
    "ROLLBACK",
    "SET transaction_read_only = off",
    "DO $$ BEGIN DELETE FROM people; END $$",
    "SELECT * INTO copy FROM people",
    "COPY people TO STDOUT",
    "CREATE TABLE other (id int)",
    ";",
    "-- nothing",
    ") SELECT 1",
]


@pytest.mark.parametrize("sql", WRITING)
def test_a_check_that_writes_is_unusable_and_changes_nothing(connection: Connection, sql: str) -> None:
    found = answer(connection, sql)
    assert found.outcome == "unusable", found
    assert found.text.endswith("A check may only read")
    assert connection.exec_driver_sql("SELECT count(*) FROM people").scalar() == 12


@pytest.mark.parametrize("sql", NO_QUERIES)
def test_what_is_no_single_query_is_unusable_and_does_not_run(connection: Connection, sql: str) -> None:
    found = answer(connection, sql)
    assert found.outcome == "unusable", found
    assert found.text.endswith("Write one SELECT")
    assert connection.exec_driver_sql("SELECT count(*) FROM people").scalar() == 12


def test_a_function_that_writes_changes_nothing_either(connection: Connection) -> None:
    connection.exec_driver_sql(
        "CREATE FUNCTION gone() RETURNS boolean LANGUAGE plpgsql AS"
        " $$ BEGIN SET LOCAL transaction_read_only = off; DELETE FROM people; RETURN true; END $$"
    )
    assert answer(connection, "SELECT gone()").outcome == "unusable"
    assert connection.exec_driver_sql("SELECT count(*) FROM people").scalar() == 12


def test_what_a_check_sets_does_not_last(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL lock_timeout = '7s'; SET LOCAL row_security = on")
    assert answer(connection, "SELECT set_config('lock_timeout', '1s', true) = '1s'").outcome == "passed"
    settings = "SELECT current_setting('lock_timeout'), current_setting('transaction_read_only')"
    assert tuple(connection.exec_driver_sql(settings).one()) == ("7s", "off")
    assert connection.exec_driver_sql("SHOW row_security").scalar() == "on"
    connection.exec_driver_sql("INSERT INTO people VALUES (13)")


def test_a_check_that_takes_for_ever_ends_with_its_limit_and_the_remedy(connection: Connection) -> None:
    found = answer(connection, "SELECT 1 FROM generate_series(1, 1e12)", statement=0.2)
    assert found.outcome == "unanswered"
    assert found.text.startswith("was not done after 200 ms. ")
    assert 'statement_timeout = "10min"' in found.text


def test_a_lock_that_is_not_to_be_had_is_the_callers_affair(connection: Connection, database: Database) -> None:
    connection.commit()
    with database.engine().connect() as blocker:
        blocker.exec_driver_sql("LOCK TABLE people")
        with pytest.raises(DBAPIError, match="lock timeout"):
            answer(connection, "SELECT id FROM people", lock=0.1)
    assert answer(connection, "SELECT id FROM people WHERE false").outcome == "passed"


def test_a_policy_cannot_hide_rows_from_a_check(connection: Connection) -> None:
    connection.exec_driver_sql(
        "ALTER TABLE people ENABLE ROW LEVEL SECURITY; ALTER TABLE people FORCE ROW LEVEL SECURITY"
    )
    found = answer(connection, "SELECT id FROM people")
    assert found.outcome == "unanswered"
    assert found.text.startswith("cannot see every row (")
    assert "BYPASSRLS" in found.text


def test_a_check_has_the_rights_of_the_migrating_role(connection: Connection) -> None:
    found = answer(connection, "SELECT rolname FROM pg_authid")
    assert (found.outcome, found.text) == (
        "unanswered",
        "cannot be asked (permission denied for table pg_authid). Correct its SQL, or what it asks",
    )


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT id FROM no_such_table", 'relation "no_such_table" does not exist'),
        ("SELECT no_such_column FROM people", 'column "no_such_column" does not exist'),
        ("SELECT 1 / (id - id) FROM people", "division by zero"),
        ("SELECT email::int FROM people", 'invalid input syntax for type integer: "***"'),
    ],
)
def test_an_error_is_said_without_values(connection: Connection, sql: str, said: str) -> None:
    found = answer(connection, sql)
    assert found.outcome == "unanswered"
    assert said in found.text
    assert "secret" not in found.text


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT * FROM people", "found 12 rows: id 1, 2, 3, 4, 5, ..."),
        ("SELECT email FROM people", "found 12 rows"),
        ("SELECT id AS who, email FROM people WHERE id > 10", "found 2 rows: who 11, 12"),
        ("SELECT p.id, born FROM (SELECT * FROM people) AS p JOIN pets ON person = p.id", "found 1 row: id 1"),
        ("SELECT max(id) FROM people GROUP BY id HAVING id = 3", "found 1 row"),
        ("SELECT person, name FROM pets", "found 1 row: person 1"),
        ("SELECT a.id, b.id FROM people a JOIN people b USING (id) WHERE a.id = 2", "found 1 row"),
        ("SELECT FROM people", "found 12 rows"),
        ("TABLE pets", "found 1 row: person 1"),
        ("VALUES (1), (2);", "found 2 rows"),
        ("WITH found AS (SELECT id FROM people) SELECT id FROM found WHERE id = 7 -- one", "found 1 row: id 7"),
        ("SELECT '100%', ':a', '%s'", "found 1 row"),
        ("SELECT count(*) > 12 FROM people", "is false"),
        ("SELECT NULL::boolean", "is NULL"),
        ("SELECT id > 3 FROM people", "has 3 rows that are not true"),
        ("SELECT id > 1 FROM people", "has 1 row that is not true"),
    ],
)
def test_what_is_wrong_is_counted_and_only_keys_are_named(connection: Connection, sql: str, text: str) -> None:
    found = answer(connection, sql)
    assert (found.outcome, found.text) == ("failed", text)
    assert "secret" not in repr(found).replace(repr(sql), "")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM people WHERE false",
        "SELECT true",
        "SELECT count(*) = 12 FROM people",
        "SELECT id > 0 FROM people",
    ],
)
def test_no_row_and_true_pass(connection: Connection, sql: str) -> None:
    assert answer(connection, sql) == Answer(Check("checks", "x", sql), "passed")


def test_a_uuid_is_a_key_that_is_named(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE u (id uuid PRIMARY KEY); INSERT INTO u SELECT gen_random_uuid()")
    key = str(connection.exec_driver_sql("SELECT id FROM u").scalar())
    assert answer(connection, "SELECT id FROM u").sample == ({"id": key},)


def test_a_count_says_how_to_compare_it(connection: Connection) -> None:
    found = answer(connection, "SELECT count(*) FROM people WHERE false")
    assert (found.outcome, found.text) == (
        "unusable",
        "returns a number of rows, not rows. Compare it: SELECT count(*) = 0",
    )


def test_outside_a_transaction_a_check_has_one_of_its_own(connection: Connection, database: Database) -> None:
    connection.commit()
    with database.connect() as alone:
        assert answer(alone, "SELECT id FROM people WHERE id < 3").rows == 2
        assert answer(alone, "DELETE FROM people RETURNING id").outcome == "unusable"
        assert answer(alone, "SELECT true").outcome == "passed"
        alone.exec_driver_sql("INSERT INTO people VALUES (13)")
