"""The lock of each kind of statement, as PostgreSQL itself reports it while the transaction is open."""

import pytest
from databases import Database

from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.lock_modes import MODES, lock_of

HELD = """
SELECT replace(replace(mode, 'Lock', ''), ' ', '') FROM pg_locks
WHERE pid = pg_backend_pid() AND relation = 'orders'::regclass AND granted
"""


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE orders ADD COLUMN a int",
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID",
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES users (id) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT positive",
        "ALTER TABLE orders DISABLE TRIGGER USER",
        "ALTER TABLE orders ALTER COLUMN id SET STATISTICS 100",
        "ALTER TABLE orders ALTER COLUMN id SET DEFAULT 1",
        "ALTER TABLE orders SET (fillfactor = 90)",
        "ALTER TABLE orders RENAME COLUMN id TO number",
        "CREATE INDEX ix ON orders (id)",
        "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "TRUNCATE orders",
        "INSERT INTO orders VALUES (1)",
        "UPDATE orders SET id = 2",
        "DELETE FROM orders",
        "SELECT * FROM orders",
        "LOCK TABLE orders",
        "LOCK TABLE orders IN SHARE MODE",
        "ANALYZE orders",
        "REINDEX TABLE orders",
    ],
)
def test_the_strongest_lock_is_the_one_that_postgresql_holds(database: Database, sql: str) -> None:
    database.execute("CREATE TABLE users (id bigint PRIMARY KEY)")
    database.execute("CREATE TABLE orders (id bigint, CONSTRAINT positive CHECK (id > 0))")
    with database.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(sql)
        held = {name.casefold() for name in connection.exec_driver_sql(HELD).scalars()}
        connection.exec_driver_sql("ROLLBACK")
    strongest = max((mode for mode in MODES if mode.replace(" ", "").casefold() in held), key=MODES.index)

    [action] = actions_in(sql)
    assert lock_of(action) == strongest
