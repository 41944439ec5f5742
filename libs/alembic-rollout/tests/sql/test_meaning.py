"""What a statement means, told by its words: nothing that hides in a comment, a string or a name may mislead."""

import subprocess
import sys

import pytest

from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.lost_data import may_lose_data
from alembic_rollout.sql.meaning import changes_whole_server, contract_reason, is_named, is_unbounded
from alembic_rollout.sql.scanner import tokenize, without_comments

DO_DROP = """
DO $block$
BEGIN
    -- DROP TABLE comments;
    IF EXISTS (SELECT FROM pg_class WHERE relname = 'orders') THEN
        DROP TABLE orders;
    END IF;
END
$block$
"""
FUNCTION_THAT_DELETES = """
CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM orders;
    DROP TABLE old_orders;
END
$$
"""
ALTER_TABLE = """
ALTER TABLE public.t
    ADD COLUMN a numeric(10, 2) DEFAULT round(1.5, 0),
    ADD CONSTRAINT c CHECK (a IN (1, 2)) NOT VALID,
    ALTER b TYPE text USING b::text,
    DROP COLUMN IF EXISTS "Odd, name",
    VALIDATE CONSTRAINT d,
    DISABLE TRIGGER ALL
"""
ATOMIC_FUNCTION = """
CREATE FUNCTION two() RETURNS int LANGUAGE sql BEGIN ATOMIC
    SELECT CASE WHEN true THEN 1 ELSE 2 END;
    SELECT 2;
END;
ALTER TABLE orders ADD COLUMN note text
"""


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE orders",
        "-- a comment ends at a carriage return\rDROP TABLE orders",
        "INSERT INTO archive WITH old AS (DELETE FROM orders RETURNING *) SELECT * FROM old",
        "(WITH old AS (DELETE FROM orders RETURNING 1) SELECT 1)",
        "COPY (DELETE FROM orders RETURNING *) TO STDOUT",
        "EXPLAIN (ANALYZE) DELETE FROM orders",
        "DO E'BEGIN\\n\\tDROP TABLE orders;\\nEND'",
        "DO 'BEGIN '\n'DROP TABLE orders; END'",
        "drop table if exists public.orders, lines cascade",
        'DROP TABLE "Order Lines"',
        "DROP /* really */ TABLE -- yes\n orders",
        "DROP FOREIGN TABLE remote",
        "DROP MATERIALIZED VIEW totals",
        "DROP SCHEMA shop CASCADE",
        "DROP TYPE mood",
        "DROP DOMAIN positive CASCADE",
        "DROP EXTENSION vector CASCADE",
        "DROP OWNED BY shop",
        "ALTER TABLE orders DROP COLUMN note",
        "ALTER TABLE orders DROP note",
        "ALTER TABLE IF EXISTS ONLY shop.orders ADD COLUMN a int, DROP COLUMN IF EXISTS b",
        "ALTER TABLE orders ALTER COLUMN note TYPE varchar(10) USING substr(note, 1, 10)",
        "ALTER TABLE orders ALTER note SET DATA TYPE text",
        "ALTER TYPE address DROP ATTRIBUTE street",
        "TRUNCATE orders",
        "TRUNCATE TABLE ONLY orders, lines RESTART IDENTITY",
        "DELETE FROM orders WHERE id = 1",
        "WITH gone AS (DELETE FROM orders RETURNING *) INSERT INTO archive SELECT * FROM gone",
        "WITH old AS (SELECT 1) DELETE FROM orders USING old",
        "MERGE INTO orders USING lines ON true WHEN MATCHED THEN DELETE",
        "SELECT 1; DROP TABLE orders",
        DO_DROP,
        "DO LANGUAGE plpgsql 'BEGIN DROP TABLE orders; END'",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || quote_ident('orders') || ' CASCADE'; END $$",
        "DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'orders', 'note'); END $$",
        "DO $$ BEGIN FOR r IN SELECT 1 LOOP DELETE FROM orders; END LOOP; END $$",
        "DO $$ BEGIN EXECUTE 'DR' || 'OP TABLE orders'; END $$",
        "DO $$ BEGIN EXECUTE convert_from('\\x00', 'UTF8'); END $$",
        "DO E'BEGIN \\x44ROP TABLE orders; END'",
        "DO U&'BEGIN !0044ROP TABLE orders; END' /* then */ UESCAPE '!'",
        "DO U&'BEGIN !0044ROP TABLE orders; END' UESCAPE $$!$$",
        "DO 'BEGIN '--\n'DROP TABLE orders; END'",
        "SET standard_conforming_strings = off",
        "SELECT set_config('standard' || '_conforming_strings', 'off', true)",
    ],
)
def test_what_may_lose_data_is_destructive(sql: str) -> None:
    assert may_lose_data([sql])


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE orders (id int)",
        "ALTER TABLE orders ADD COLUMN note text",
        "ALTER TABLE orders ALTER COLUMN note DROP NOT NULL",
        "ALTER TABLE orders ALTER COLUMN note DROP DEFAULT",
        "ALTER TABLE orders DROP CONSTRAINT ck",
        "ALTER TABLE orders ALTER COLUMN type SET DEFAULT 'x'",
        'ALTER TABLE orders RENAME COLUMN "drop" TO "truncate"',
        "DROP INDEX ix; DROP VIEW v; DROP FUNCTION f(int, text); DROP TRIGGER t ON orders",
        "DROP EXTENSION vector",
        "INSERT INTO orders (note) VALUES ('DROP TABLE orders; DELETE FROM orders')",
        "INSERT INTO orders (note) VALUES (E'it\\'s; DROP TABLE orders; --')",
        "INSERT INTO orders (note) VALUES ($x$ $$; DROP TABLE orders; $$ $x$)",
        "/* DROP TABLE orders; /* nested */ TRUNCATE orders; */ SELECT 1",
        "SELECT 1 -- ; DROP TABLE orders",
        "COMMENT ON TABLE orders IS 'TRUNCATE me'",
        "UPDATE orders SET note = 'delete'",
        "CREATE TRIGGER t BEFORE DELETE OR TRUNCATE ON orders EXECUTE FUNCTION f()",
        "CREATE RULE r AS ON DELETE TO orders DO INSTEAD (DELETE FROM lines; DELETE FROM notes)",
        "GRANT DELETE, TRUNCATE ON orders TO app",
        "ALTER TABLE lines ADD FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE",
        'SELECT * FROM "; DROP TABLE orders; "',
        FUNCTION_THAT_DELETES,
        "",
        ";;",
    ],
)
def test_what_loses_nothing_is_not_destructive(sql: str) -> None:
    assert not may_lose_data([sql])


def test_a_function_that_deletes_does_so_where_the_same_revision_calls_it() -> None:
    assert may_lose_data([FUNCTION_THAT_DELETES, "SELECT purge()"])
    assert not may_lose_data([FUNCTION_THAT_DELETES, "SELECT purges()"])


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE orders",
        "ALTER TABLE orders RENAME TO purchases",
        "ALTER TABLE orders RENAME note TO remark",
        'ALTER TABLE public."Orders" RENAME COLUMN "Note" TO remark',
        "ALTER TABLE orders SET SCHEMA archive",
        "ALTER VIEW totals RENAME TO sums",
        "ALTER VIEW totals RENAME COLUMN a TO b",
        "DROP VIEW totals",
        "DROP MATERIALIZED VIEW totals",
        "DROP FUNCTION total(int)",
        "ALTER FUNCTION total(int, text) RENAME TO sum_up",
        "DROP TYPE mood",
        "ALTER TYPE mood RENAME TO temper",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
        "ALTER TYPE address RENAME ATTRIBUTE street TO road",
        "ALTER TYPE address ALTER ATTRIBUTE street TYPE text",
        "DROP SEQUENCE numbers",
        "DROP SCHEMA shop",
        "DROP EXTENSION vector",
        "ALTER TABLE orders DROP COLUMN note",
        "ALTER TABLE orders ALTER COLUMN note TYPE text",
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL",
        "ALTER TABLE orders ALTER COLUMN note DROP DEFAULT",
        "ALTER TABLE orders ADD COLUMN note text NOT NULL",
        "ALTER TABLE orders ADD note int PRIMARY KEY",
        "ALTER TABLE orders ADD CONSTRAINT ck CHECK (note <> '') NOT VALID",
        "ALTER TABLE orders ADD CHECK (note <> '')",
        "ALTER TABLE orders ADD UNIQUE (note)",
        "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID",
        "ALTER TABLE orders ADD CONSTRAINT n NOT NULL note NOT VALID",
        "CREATE UNIQUE INDEX CONCURRENTLY ix ON orders (note)",
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
        "ALTER DOMAIN positive SET NOT NULL",
        "ALTER DOMAIN positive ADD CONSTRAINT c CHECK (value > 0)",
        "CREATE TABLE lines (id int); DROP TABLE orders",
        DO_DROP,
    ],
)
def test_what_the_previous_release_may_not_survive_is_contract(sql: str) -> None:
    assert any(contract_reason(action) for action in actions_in(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE orders (id int NOT NULL, UNIQUE (id))",
        "ALTER TABLE orders ADD COLUMN note text",
        "ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT 'none'",
        "ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY NOT NULL",
        "ALTER TABLE orders ADD COLUMN number bigserial NOT NULL",
        "ALTER TABLE orders ADD COLUMN note text CHECK (note IS NOT NULL OR true)",
        "ALTER TABLE orders ALTER COLUMN note DROP NOT NULL",
        "ALTER TABLE orders ALTER COLUMN note SET DEFAULT ''",
        "ALTER TABLE orders ALTER COLUMN embedding SET STORAGE MAIN",
        "ALTER TABLE orders DROP CONSTRAINT ck",
        "ALTER TABLE orders VALIDATE CONSTRAINT ck",
        "ALTER TABLE orders ADD CONSTRAINT uq UNIQUE USING INDEX ix",
        "ALTER TABLE orders RENAME CONSTRAINT a TO b",
        "ALTER INDEX ix RENAME TO iy",
        "ALTER TYPE mood ADD VALUE 'sad'",
        "CREATE INDEX ix ON orders (note)",
        "DROP INDEX ix",
        "DROP TRIGGER t ON orders",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "TRUNCATE orders",
        "DELETE FROM orders",
        FUNCTION_THAT_DELETES,
        ATOMIC_FUNCTION,
    ],
)
def test_what_the_previous_release_survives_is_not_contract(sql: str) -> None:
    assert not any(contract_reason(action) for action in actions_in(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY ix ON orders (note)",
        "-- alembic-rollout: create_index\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON orders (id);",
        "DROP INDEX CONCURRENTLY IF EXISTS ix",
        "REINDEX TABLE CONCURRENTLY orders",
        "REINDEX (VERBOSE, CONCURRENTLY) INDEX ix",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY totals",
        "ALTER TABLE orders VALIDATE CONSTRAINT fk",
        "ALTER TABLE measures DETACH PARTITION measures_2020 CONCURRENTLY",
    ],
)
def test_what_lets_others_work_may_take_as_long_as_it_likes(sql: str) -> None:
    assert is_unbounded(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX ix ON orders (note)",
        "CREATE INDEX ix ON orders (note) WHERE concurrently(note)",
        "UPDATE orders SET note = concurrently(note)",
        "REINDEX (CONCURRENTLY false) TABLE orders",
        "ALTER TABLE orders VALIDATE CONSTRAINT fk, ADD COLUMN note text",
        "ALTER TABLE orders ADD CHECK (id > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT ck",
        "UPDATE orders SET note = 'concurrently'",
        "SELECT 'VALIDATE CONSTRAINT'",
        "-- concurrently\nUPDATE orders SET note = ''",
        "-- validate constraint",
        "INSERT INTO alembic_rollout_history (statement) VALUES (%s)",
    ],
)
def test_what_does_anything_else_may_not(sql: str) -> None:
    assert not is_unbounded(sql)


@pytest.mark.parametrize(
    ("sql", "structure", "data"),
    [
        ("CREATE TABLE t (id int)", True, False),
        ("COMMENT ON TABLE t IS 'x'", True, False),
        ("GRANT SELECT ON t TO app", True, False),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1", False, True),
        ("COPY t FROM STDIN", False, True),
        ("COPY t TO STDOUT", False, False),
        ("TRUNCATE t", False, True),
        ("SELECT * FROM t FOR UPDATE", False, False),
        ("WITH x AS (SELECT 1) SELECT * FROM t FOR UPDATE", False, False),
        ("WITH x AS (UPDATE t SET a = 1 RETURNING a) SELECT * FROM x", False, True),
        ("ANALYZE t", False, False),
        ("VACUUM t", False, False),
        ("SET lock_timeout = '1s'", False, False),
        ("SELECT * INTO copy FROM t", True, False),
        ("DO $$ BEGIN INSERT INTO t VALUES (1); CREATE TABLE u (id int); END $$", True, True),
        ("DO $$ BEGIN UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END; END $$", False, True),
        (FUNCTION_THAT_DELETES, True, False),
        ("", False, False),
    ],
)
def test_a_statement_is_structure_or_data_by_what_it_does(sql: str, structure: bool, data: bool) -> None:
    actions = actions_in(sql)

    assert any(action.is_structure for action in actions) == structure
    assert any(action.is_data for action in actions) == data


def test_a_name_without_a_schema_may_be_in_any() -> None:
    assert is_named("orders", {"shop.orders"})
    assert is_named("shop.orders", {"orders"})
    assert not is_named("other.orders", {"shop.orders"})
    assert not is_named("Orders", {"orders"})
    assert not is_named('"shop.orders"', {"shop.orders"})
    assert is_named('"sh.op"."or.ders"', {'"or.ders"'})


def test_every_action_of_an_alter_table_is_seen_apart() -> None:
    assert [(action.verb, action.kind, action.name, action.table) for action in actions_in(ALTER_TABLE)] == [
        ("create", "column", "a", "public.t"),
        ("create", "constraint", "c", "public.t"),
        ("alter", "column", "b", "public.t"),
        ("drop", "column", "Odd, name", "public.t"),
        ("validate", "constraint", "d", "public.t"),
        ("alter", "table", "public.t", "public.t"),
    ]


@pytest.mark.parametrize(
    ("sql", "kind", "name", "table"),
    [
        ('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON ONLY "T" (lower(a))', "index", "ix", "T"),
        ("CREATE INDEX ON t (a)", "index", "", "t"),
        (
            "CREATE CONSTRAINT TRIGGER tr AFTER UPDATE OF a, b ON t FOR EACH ROW EXECUTE FUNCTION f()",
            "trigger",
            "tr",
            "t",
        ),
        ("CREATE OR REPLACE RECURSIVE VIEW v (a) AS SELECT 1", "view", "v", ""),
        ("CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1", "materialized view", "v", "v"),
        ("CREATE POLICY p ON t USING (true)", "policy", "p", "t"),
        ('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"', "extension", "uuid-ossp", ""),
        ("CREATE GLOBAL TEMPORARY TABLE t (a int)", "table", "t", "t"),
    ],
)
def test_what_a_create_makes_is_found_behind_its_modifiers(sql: str, kind: str, name: str, table: str) -> None:
    action = actions_in(sql)[0]

    assert (action.verb, action.kind, action.name, action.table) == ("create", kind, name, table)


def test_comments_go_and_what_only_looks_like_them_stays() -> None:
    sql = "SELECT '--x', \"/*y*/\", $a$--z$a$ /* gone /* too */ ; */ FROM t -- gone\nWHERE a --\n= 1"

    kept = without_comments(sql)

    assert "gone" not in kept
    assert all(text in kept for text in ("'--x'", '"/*y*/"', "$a$--z$a$", "WHERE a", "= 1"))


@pytest.mark.parametrize(
    "sql",
    [
        *("SELECT 'open", 'SELECT "open', "SELECT $x$ open", "/* open", "E'\\", "(((", ")))", "''''", "$"),
        *(
            "ALTER TABLE t ADD",
            "CREATE INDEX",
            "DROP VIEW",
            "WITH x",
            "DO LANGUAGE",
            "EXECUTE format",
            "REINDEX (VERBOSE",
        ),
        *(
            "ALTER TABLE t RENAME",
            "ALTER TYPE t RENAME VALUE",
            "ALTER FUNCTION f(int",
            "DO $$ EXECUTE $$",
            "COPY",
            "LOCK",
        ),
    ],
)
def test_a_text_that_breaks_off_is_read_without_an_error(sql: str) -> None:
    for end in range(len(sql) + 1):
        read_in_every_way(sql[:end])


def test_a_statement_cut_anywhere_is_read_without_an_error() -> None:
    for sql in (
        DO_DROP,
        FUNCTION_THAT_DELETES,
        ATOMIC_FUNCTION,
        ALTER_TABLE,
        "REINDEX (VERBOSE) TABLE CONCURRENTLY a.b",
    ):
        tokens = tokenize(sql)
        for end in range(len(tokens) + 1):
            read_in_every_way(" ".join(tokens[:end]))


def read_in_every_way(sql: str) -> None:
    for question in (lambda text: may_lose_data([text]), is_unbounded, changes_whole_server):
        question(sql)
    for action in actions_in(sql):
        contract_reason(action)
    without_comments(sql)


def test_the_core_loads_nothing_else_for_statements() -> None:
    code = (
        "import sys, dataclasses, re; before = set(sys.modules);"
        " import types;"
        " package = types.ModuleType('alembic_rollout'); package.__path__ = [sys.argv[1]];"
        " sys.modules['alembic_rollout'] = package;"
        " import alembic_rollout.sql.meaning as s; s.is_unbounded('SELECT 1'); s.changes_whole_server('SELECT 1');"
        " print(sorted(set(sys.modules) - before))"
    )
    import alembic_rollout.sql.meaning as module  # noqa: PLC0415 - only its place is asked for

    folder = str(module.__file__).removesuffix("/sql/meaning.py")
    done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)

    assert set(eval(done.stdout)) <= {  # noqa: S307 - a list that this test prints
        "alembic_rollout",
        "alembic_rollout.sql",
        "alembic_rollout.sql.action",
        "alembic_rollout.sql.scanner",
        "alembic_rollout.sql.tokens",
        "alembic_rollout.sql.meaning",
    }
