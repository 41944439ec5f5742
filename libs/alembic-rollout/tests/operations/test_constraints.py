import time

import pytest
from databases import Database
from sqlalchemy.exc import DBAPIError

from alembic_rollout import operations
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.error_text import sqlstate
from operations.conftest import Killed, RunsHelpers


@pytest.fixture(autouse=True)
def orders(database: Database) -> None:
    database.execute("CREATE TABLE users (tenant int, id int, PRIMARY KEY (tenant, id))")
    database.execute("INSERT INTO users SELECT 1, generate_series(1, 20)")
    database.execute("CREATE TABLE orders (id int PRIMARY KEY, tenant int, user_id int, price int)")
    database.execute("INSERT INTO orders SELECT g, 1, g, g FROM generate_series(1, 20) AS g")


def constraints(database: Database, table: str = "orders") -> dict[object, object]:
    """The definitions of a table's foreign keys and checks."""
    rows = database.rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"  # noqa: S608 - a test's name
        f" WHERE conrelid = '{table}'::regclass AND contype IN ('f', 'c')"
    )
    return {row[0]: row[1] for row in rows}


def is_not_null(database: Database, column: str = "price") -> bool:
    rows = database.rows("SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass")
    return {row[0]: row[1] for row in rows}[column] is True


def foreign_key() -> None:
    operations.add_foreign_key(
        "fk_user", "orders", "users", ["tenant", "user_id"], ["tenant", "id"], ondelete="CASCADE"
    )


FOREIGN_KEY = "FOREIGN KEY (tenant, user_id) REFERENCES users(tenant, id) ON DELETE CASCADE"


@pytest.mark.usefixtures("driver")
def test_a_foreign_key_is_added_and_valid_and_the_second_time_taken_as_it_is(
    database: Database, run: RunsHelpers
) -> None:
    run(foreign_key)
    run(foreign_key)
    assert constraints(database) == {"fk_user": FOREIGN_KEY}


def test_whatever_a_foreign_key_can_say_is_added_and_recognised(database: Database, run: RunsHelpers) -> None:
    database.execute("CREATE SCHEMA crm")
    database.execute('CREATE TABLE crm."Person" ("Id" int PRIMARY KEY)')
    database.execute('CREATE TABLE crm."Order" ("Person" int)')

    def upgrade() -> None:
        operations.add_foreign_key(
            "FK Person",
            "Order",
            "Person",
            ["Person"],
            ["Id"],
            ondelete="SET NULL",
            onupdate="RESTRICT",
            initially_deferred=True,
            source_schema="crm",
            referent_schema="crm",
        )

    run(upgrade)
    run(upgrade)
    assert constraints(database, 'crm."Order"') == {
        "FK Person": 'FOREIGN KEY ("Person") REFERENCES crm."Person"("Id") ON UPDATE RESTRICT ON DELETE SET NULL'
        " DEFERRABLE INITIALLY DEFERRED"
    }


@pytest.mark.usefixtures("driver")
def test_rows_that_refer_to_nothing_leave_no_foreign_key_behind(database: Database, run: RunsHelpers) -> None:
    database.execute("UPDATE orders SET user_id = 987654 WHERE id = 7")
    with pytest.raises(
        RolloutError, match=r"Rows of public\.orders break fk_user: FOREIGN KEY .* The constraint is dropped again"
    ) as error:
        run(foreign_key)
    assert "987654" not in str(error.value)
    assert "\n" not in str(error.value)
    assert constraints(database) == {}


@pytest.mark.parametrize(
    "existing",
    [
        "FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id)",
        "FOREIGN KEY (tenant, id) REFERENCES users (tenant, id) ON DELETE CASCADE",
        "FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE DEFERRABLE",
        "CHECK (price > 0)",
    ],
)
def test_a_name_that_another_constraint_has_is_reported_with_both(
    database: Database, run: RunsHelpers, existing: str
) -> None:
    database.execute(f"ALTER TABLE orders ADD CONSTRAINT fk_user {existing} NOT VALID")
    before = constraints(database)
    with pytest.raises(RolloutError) as error:
        run(foreign_key)
    assert str(before["fk_user"]).removesuffix(" NOT VALID") in str(error.value)
    assert "(tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE. Choose" in str(error.value)
    assert constraints(database) == before


@pytest.mark.parametrize("helper", [foreign_key, lambda: operations.set_not_null("orders", "price")])
@pytest.mark.parametrize("options", ["", "-c lock_timeout=300ms"])
def test_behind_a_lock_it_gives_way_soon_also_where_nobody_set_a_limit(
    database: Database, run: RunsHelpers, helper: object, options: str
) -> None:
    assert callable(helper)
    with database.engine().connect() as reader:
        reader.exec_driver_sql("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        with pytest.raises(DBAPIError) as error:
            run(helper, options=options)
    assert sqlstate(error.value) == "55P03"
    assert time.monotonic() - started < 10
    run(helper)


def test_a_check_is_added_and_valid_and_the_second_time_taken_as_it_is(database: Database, run: RunsHelpers) -> None:
    for _ in range(2):
        run(lambda: operations.add_check("ck_price", "orders", "price > 0 AND price::text NOT LIKE '%x:y' -- never"))
    assert constraints(database) == {"ck_price": "CHECK (((price > 0) AND ((price)::text !~~ '%x:y'::text)))"}


def test_rows_that_break_a_check_leave_none_behind(database: Database, run: RunsHelpers) -> None:
    with pytest.raises(
        RolloutError,
        match=r"Rows of public\.orders break ck_price: CHECK \(\(price > 5\)\)\. The constraint is",
    ):
        run(lambda: operations.add_check("ck_price", "orders", "price > 5"))
    assert constraints(database) == {}


def test_another_check_of_that_name_is_reported_with_both(database: Database, run: RunsHelpers) -> None:
    database.execute("ALTER TABLE orders ADD CONSTRAINT ck_price CHECK (price > 0)")
    with pytest.raises(
        RolloutError, match=r"It is: CHECK \(\(price > 0\)\)\. The revision wants: CHECK \(price > -1\)"
    ):
        run(lambda: operations.add_check("ck_price", "orders", "price > -1"))


def test_nothing_limits_the_validation(database: Database, run: RunsHelpers) -> None:
    slow = "price > 0 AND pg_sleep(0.05) IS NOT NULL"
    run(lambda: operations.add_check("ck_slow", "orders", slow), options="-c statement_timeout=300ms")
    assert "NOT VALID" not in str(constraints(database)["ck_slow"])


@pytest.mark.usefixtures("driver")
def test_a_column_becomes_not_null_and_its_check_is_gone(database: Database, run: RunsHelpers) -> None:
    for _ in range(2):
        run(lambda: operations.set_not_null("orders", "price"))
    assert is_not_null(database)
    assert constraints(database) == {}


def test_the_table_is_not_read_under_the_exclusive_lock(run: RunsHelpers, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "sqlalchemy.dialects.postgresql")  # where the server's notices go
    run(lambda: operations.set_not_null("orders", "price"), options="-c client_min_messages=debug1")
    assert (
        'existing constraints on column "orders.price" are sufficient to prove that it does not contain nulls'
        in caplog.text
    )


def test_a_column_with_nulls_stays_as_it_was(database: Database, run: RunsHelpers) -> None:
    database.execute("UPDATE orders SET price = NULL WHERE id = 3")
    with pytest.raises(RolloutError, match=r"Rows of public\.orders break .*\(price IS NOT NULL\)"):
        run(lambda: operations.set_not_null("orders", "price"))
    assert not is_not_null(database)
    assert constraints(database) == {}


def test_a_long_columns_check_has_a_name_of_its_own(database: Database, run: RunsHelpers) -> None:
    columns = ["x" * 50 + str(number) for number in range(2)]
    for column in columns:
        database.execute(f"ALTER TABLE orders ADD {column} int DEFAULT 1")
    for column in columns:
        run(lambda column=column: operations.set_not_null("orders", column))  # type: ignore[misc] # a default binds it
    assert all(is_not_null(database, column) for column in columns)


def test_a_constraint_of_an_earlier_revision_is_validated_once(database: Database, run: RunsHelpers) -> None:
    database.execute("ALTER TABLE orders ADD CONSTRAINT ck CHECK (price > 0) NOT VALID")
    for _ in range(2):
        run(lambda: operations.validate_constraint("orders", "ck"))
    assert constraints(database) == {"ck": "CHECK ((price > 0))"}


def test_a_constraint_of_an_earlier_revision_stays_when_rows_break_it(database: Database, run: RunsHelpers) -> None:
    database.execute("ALTER TABLE orders ADD CONSTRAINT ck CHECK (price > 5) NOT VALID")
    with pytest.raises(RolloutError, match="The constraint stays NOT VALID; correct them"):
        run(lambda: operations.validate_constraint("orders", "ck"))
    assert constraints(database) == {"ck": "CHECK ((price > 5)) NOT VALID"}


@pytest.mark.parametrize(
    ("helper", "message"),
    [
        (lambda: operations.validate_constraint("orders", "nothing"), r"public\.orders has no constraint nothing"),
        (lambda: operations.validate_constraint("nowhere", "ck"), "There is no table nowhere"),
        (lambda: operations.set_not_null("orders", "nothing"), r"public\.orders has no column nothing"),
        (lambda: operations.add_check("x" * 64, "orders", "true"), "longer than 63 bytes"),
        (
            lambda: operations.add_foreign_key("fk", "orders", "users", ["id"], ["id"], ondelete="DROP TABLE"),  # type: ignore[arg-type]
            "ondelete='DROP TABLE'",
        ),
    ],
)
def test_what_cannot_be_is_said_in_a_line(run: RunsHelpers, helper: object, message: str) -> None:
    assert callable(helper)
    with pytest.raises((RolloutError, UsageError), match=message):
        run(helper)


START = """
    ALTER TABLE orders DROP CONSTRAINT IF EXISTS ck_price, DROP CONSTRAINT IF EXISTS fk_user, ALTER price DROP NOT NULL;
    DROP INDEX IF EXISTS ix_user, ix_tenant;
    CREATE INDEX ix_tenant ON orders (tenant);
"""
STATE = """
    SELECT ARRAY(SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t.oid ORDER BY 1),
        ARRAY(SELECT attname || attnotnull::text FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 ORDER BY 1),
        ARRAY(SELECT indexrelid::regclass::text || indisvalid FROM pg_index WHERE indrelid = t.oid ORDER BY 1),
        ARRAY(SELECT relname::text FROM pg_class WHERE relname LIKE 'alembic_rollout%%')
    FROM pg_class AS t WHERE t.oid = 'orders'::regclass
"""


def all_helpers() -> None:
    operations.set_not_null("orders", "price")
    operations.add_check("ck_price", "orders", "price > 0")
    operations.create_index_concurrently("ix_user", "orders", ["user_id"])
    foreign_key()
    operations.drop_index_concurrently("ix_tenant")


def test_killed_before_any_statement_of_any_helper_the_next_start_ends_where_an_undisturbed_one_does(
    database: Database, run: RunsHelpers
) -> None:
    database.execute(START)
    statements = run(all_helpers)
    undisturbed = database.rows(STATE)
    assert statements > 30
    for number in range(1, statements + 1):
        database.execute(START)
        with pytest.raises(Killed):
            run(all_helpers, killed_at=number)
        run(all_helpers)
        assert database.rows(STATE) == undisturbed, number
