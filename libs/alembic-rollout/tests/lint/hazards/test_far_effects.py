"""What reaches beyond the database, destroys what is in no table, or cannot run in a transaction."""

import pytest
from databases import Database
from lint.shop import Judge
from sqlalchemy.exc import DBAPIError

from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.sql.lost_data import may_lose_data

IN_TRANSACTION = "25001"
REFUSED_IN_TRANSACTIONS = [
    "CREATE DATABASE archive",
    "DROP DATABASE archive",
    "DROP DATABASE IF EXISTS archive WITH (FORCE)",
    "ALTER DATABASE archive SET TABLESPACE pg_default",
    "CREATE TABLESPACE fast LOCATION '/tmp/fast'",
    "DROP TABLESPACE fast",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "ALTER SYSTEM RESET ALL",
    "VACUUM",
    "VACUUM FULL orders",
    "REINDEX DATABASE",
    "REINDEX SYSTEM",
    "REINDEX SCHEMA public",
    "CLUSTER",
    "CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere' PUBLICATION p",
]


@pytest.mark.parametrize("sql", REFUSED_IN_TRANSACTIONS)
def test_what_postgresql_refuses_in_a_transaction_is_found(judge: Judge, database: Database, sql: str) -> None:
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql("CREATE TABLE orders (id int)")
        superuser.exec_driver_sql("BEGIN")
        with pytest.raises(DBAPIError) as refused:
            superuser.exec_driver_sql(sql)

    assert sqlstate(refused.value) == IN_TRANSACTION
    assert "concurrently-in-transaction" in judge(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE DATABASE archive",
        "ALTER DATABASE shop SET work_mem = '1GB'",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "CREATE ROLE app LOGIN",
        "CREATE USER app",
        "ALTER ROLE app SUPERUSER",
        "ALTER ROLE app IN DATABASE shop SET search_path = app",
        "ALTER USER app PASSWORD 'x'",
        "DROP ROLE app",
        "GRANT admin TO app",
        "GRANT pg_read_all_data TO app WITH ADMIN OPTION",
        "REVOKE admin FROM app",
        "REASSIGN OWNED BY a TO b",
        "COPY orders TO '/tmp/orders'",
        "COPY orders FROM '/tmp/orders'",
        "COPY orders TO PROGRAM 'cat > /tmp/orders'",
        "COPY orders FROM PROGRAM 'curl example.org'",
        "COPY (SELECT 1) TO $$/tmp/orders$$",
        "LOAD 'plugin'",
        "CHECKPOINT",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
        "SELECT pg_catalog.pg_cancel_backend(1)",
        'SELECT "pg_reload_conf"()',
        "SELECT pg_read_file('/etc/passwd')",
        "INSERT INTO orders (note) SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_drop_replication_slot('s')",
        "SELECT lo_export(1, '/tmp/x')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT dblink_exec('host=other', 'DROP TABLE orders')",
        "SELECT * FROM dblink('host=other', 'SELECT 1') AS t (a int)",
        "DO $$ BEGIN PERFORM pg_terminate_backend(1); END $$",
        "DO $$ DECLARE x bool := pg_terminate_backend(1); BEGIN IF pg_reload_conf() THEN NULL; END IF; END $$",
        "CREATE FUNCTION f() RETURNS bool LANGUAGE sql AS 'SELECT pg_reload_conf()'\n\nSELECT f()",
    ],
)
def test_what_reaches_beyond_the_database_is_found(judge: Judge, sql: str) -> None:
    assert "beyond-the-database" in judge(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
        "DO $$ BEGIN PERFORM lo_unlink(1); END $$",
        "SELECT lo_truncate(1, 0)",
    ],
)
def test_what_removes_large_objects_loses_rows(judge: Judge, sql: str) -> None:
    assert "rows-lost" in judge(sql)
    assert may_lose_data([sql])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE pg_attribute SET attnotnull = false WHERE attrelid = 1 AND attnum = 1",
        "UPDATE pg_catalog.pg_class SET relname = 'a' WHERE oid = 1",
        'UPDATE "pg_class" SET relname = $$a$$ WHERE oid = 1',
        "INSERT INTO pg_depend VALUES (1)",
        "DELETE FROM pg_constraint WHERE oid = 1",
        "DO $$ BEGIN UPDATE pg_index SET indisvalid = true; END $$",
        "WITH a AS (UPDATE pg_proc SET prosrc = '' RETURNING 1) SELECT 1 FROM a",
    ],
)
def test_the_catalogue_changed_by_hand_is_found(judge: Judge, sql: str) -> None:
    assert "catalogue-write" in judge(sql)
    assert may_lose_data([sql])


@pytest.mark.parametrize("value", ["0", "1", "1, false"])
def test_a_sequence_that_begins_again_may_give_numbers_that_are_taken(judge: Judge, value: str) -> None:
    assert judge(f"SELECT setval('orders_id_seq', {value})") == ["contract-in-expand"]


@pytest.mark.parametrize("language", ["plpython3u", "PLPERL", "'plv8'"])
def test_what_is_run_in_another_language_cannot_be_seen(judge: Judge, language: str) -> None:
    block = f"DO LANGUAGE {language} $$ plpy.execute('DROP TABLE users') $$"
    function = f"CREATE FUNCTION f() RETURNS int LANGUAGE {language} AS $$ plpy.execute('DROP TABLE users') $$"

    assert judge(block) == ["cannot-render"]
    assert judge(f"{function}\n\nSELECT f()") == ["cannot-render"]
    assert judge(function) == []
    assert may_lose_data([block])


@pytest.mark.parametrize(
    "sql",
    [
        "GRANT SELECT ON orders TO app",
        "GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO app",
        "COMMENT ON FUNCTION pg_reload_conf() IS 'x'",
        "CREATE FUNCTION f() RETURNS bool LANGUAGE sql AS 'SELECT pg_reload_conf()'",
        "INSERT INTO orders (id, note) VALUES (1, 'SELECT pg_reload_conf()')",
        "SELECT setval('orders_id_seq', 1000)",
        "SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))",
        "CREATE SEQUENCE numbers\n\nSELECT setval('numbers', 1)",
        "SELECT count(*) FROM pg_class",
        "SELECT pg_size_pretty(pg_database_size('shop'))",
        "SELECT lo_create(0)",
        "CREATE TABLE pgs (id int)\n\nINSERT INTO pgs VALUES (1)",
        "ANALYZE orders",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)",
    ],
)
def test_what_stays_in_the_database_and_keeps_its_data_is_not(judge: Judge, sql: str) -> None:
    assert judge(sql) == []
