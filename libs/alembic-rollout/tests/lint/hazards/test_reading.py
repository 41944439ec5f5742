"""Settings by which PostgreSQL reads a revision otherwise than the linter has read it, and names that move."""

import pytest
from lint.shop import Judge

RULE = "setting-changes-meaning"
HIDDEN = "SELECT 'a\\''; DROP TABLE users; --'"


@pytest.mark.parametrize(
    "sql",
    [
        "SET standard_conforming_strings = off",
        "SET LOCAL standard_conforming_strings TO 'off'",
        "SET SESSION Standard_Conforming_Strings = false",
        "RESET standard_conforming_strings",
        "RESET ALL",
        "DISCARD ALL",
        "SELECT set_config('standard_conforming_strings', 'off', true)",
        "SELECT pg_catalog.set_config('STANDARD_conforming_strings', 'off', false)",
        "SELECT set_config('standard' || '_conforming_strings', 'off', true)",
        "SELECT set_config(name, 'off', true) FROM pg_settings WHERE name LIKE 'standard%'",
        "UPDATE pg_settings SET setting = 'off' WHERE name LIKE 'standard%'",
        "INSERT INTO orders (note) SELECT set_config('standard_conforming_strings', 'off', true)",
        "COPY (SELECT set_config('standard_conforming_strings', 'off', true)) TO STDOUT",
        "PREPARE a AS SELECT set_config('standard_conforming_strings', 'off', true)",
        "CREATE TABLE a AS SELECT set_config('standard_conforming_strings', 'off', true)",
        "DO $$ BEGIN SET standard_conforming_strings = off; END $$",
        "DO $$ DECLARE x text := set_config('standard_conforming_strings', 'off', true); BEGIN NULL; END $$",
        "DO $$ BEGIN EXECUTE 'SET standard_' || 'conforming_strings = off'; END $$",
        "DO E'BEGIN \\x53ET standard_conforming_strings = off; END'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql SET standard_conforming_strings = off AS 'BEGIN END'",
        "ALTER FUNCTION f() SET standard_conforming_strings = off",
        "SET NAMES 'SJIS'",
        "SET client_encoding = 'GBK'",
        "SELECT set_config('client_encoding', 'BIG5', false)",
        "SET transform_null_equals = on",
        "SET search_path = archive",
        "SET SCHEMA 'archive'",
        "SELECT set_config('search_path', '', false)",
    ],
)
def test_a_setting_that_changes_how_the_rest_is_read_is_found(judge: Judge, sql: str) -> None:
    assert RULE in judge(f"{sql}\n\n{HIDDEN}")


@pytest.mark.parametrize(
    "sql",
    [
        "SET standard_conforming_strings = on",
        "SET client_encoding = 'UTF8'",
        "SET NAMES 'utf-8'",
        "SET LOCAL search_path = archive, public",
        "RESET search_path",
        "SET escape_string_warning = off",
        "SET backslash_quote = off",
        "SET quote_all_identifiers = on",
        "SET check_function_bodies = off",
        "SET LOCAL default_tablespace = ''",
        "SET TIME ZONE 'UTC'",
        "DISCARD PLANS",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = pg_catalog AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET standard_conforming_strings = on AS 'SELECT 1'",
        "COMMENT ON TABLE orders IS 'SET standard_conforming_strings = off; RESET ALL'",
        "INSERT INTO orders (id, note) VALUES (1, 'SET search_path = a')",
        "SELECT 'C:\\temp'",
    ],
)
def test_what_changes_nothing_of_it_is_not(judge: Judge, sql: str) -> None:
    assert judge(sql) == []


@pytest.mark.parametrize(
    "before",
    [
        "CREATE TABLE archive.users (id int)",
        "SET LOCAL search_path = archive\n\nCREATE TABLE users (id int)\n\nSET LOCAL search_path = public",
        "SET LOCAL search_path = archive\n\nCREATE TABLE users (id int)\n\nSET LOCAL search_path = DEFAULT",
        "SELECT set_config('search_path', 'archive', true)\n\nCREATE TABLE users (id int)\n\nRESET search_path",
        "SAVEPOINT a\n\nALTER TABLE users RENAME TO former\n\nCREATE TABLE users (id int)\n\nROLLBACK TO SAVEPOINT a",
        "SAVEPOINT a\n\nCREATE TABLE users (id int)\n\nROLLBACK TRANSACTION TO a",
    ],
)
@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("DROP TABLE users", "contract-in-expand"),
        ("UPDATE users SET id = id + 1", "backfill-in-transaction"),
        ("CREATE INDEX ix ON users (id)", "require-concurrent-index-creation"),
        ("ALTER TABLE users ALTER COLUMN id TYPE text", "changing-column-type"),
    ],
)
def test_a_table_of_that_name_elsewhere_or_undone_does_not_make_it_new(
    judge: Judge, before: str, sql: str, rule: str
) -> None:
    assert rule in judge(f"{before}\n\n{sql}")


def test_what_is_known_of_a_table_is_not_said_of_another_schema_s(judge: Judge) -> None:
    known = (
        "ALTER TABLE users ADD CONSTRAINT c CHECK (id IS NOT NULL) NOT VALID\n\nALTER TABLE users VALIDATE CONSTRAINT c"
    )
    sql = "ALTER TABLE users ALTER COLUMN id SET NOT NULL"

    assert "not-null-scan" not in judge(f"{known}\n\n{sql}")
    assert "not-null-scan" in judge(f"{known}\n\nSET LOCAL search_path = archive\n\n{sql}")
