"""What may not run in a transaction, and what an autocommit block commits too early."""

import pytest
from lint.shop import Judge, Shop, rules


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY ix ON orders (note)",
        "DROP INDEX CONCURRENTLY ix",
        "REINDEX TABLE CONCURRENTLY orders",
        "REINDEX (CONCURRENTLY) TABLE orders",
        "ALTER TABLE orders DETACH PARTITION orders_2020 CONCURRENTLY",
        "VACUUM orders",
    ],
)
def test_what_postgresql_refuses_in_a_transaction_is_found_outside_an_autocommit_block(judge: Judge, sql: str) -> None:
    block = f"with op.get_context().autocommit_block():\n    op.execute({sql!r})"

    assert judge(sql) == ["concurrently-in-transaction"]
    assert judge(body=block) == []


def test_two_statements_in_one_text_are_a_transaction_even_in_autocommit(judge: Judge) -> None:
    body = """
with op.get_context().autocommit_block():
    op.execute("ANALYZE orders; CREATE INDEX CONCURRENTLY ix ON orders (note)")
"""

    assert judge(body=body) == ["concurrently-in-transaction"]


def test_a_table_of_the_same_revision_does_not_make_it_possible(judge: Judge) -> None:
    sql = "CREATE TABLE lines (id int)\n\nCREATE INDEX CONCURRENTLY ix ON lines (id)"

    assert judge(sql) == ["concurrently-in-transaction"]


def test_refreshing_a_view_concurrently_may_run_in_a_transaction(judge: Judge) -> None:
    assert judge("REFRESH MATERIALIZED VIEW CONCURRENTLY totals") == []


def test_the_word_alone_means_nothing(judge: Judge) -> None:
    assert judge("COMMENT ON TABLE orders IS 'built CONCURRENTLY' -- CONCURRENTLY") == []


def test_a_downgrade_would_fail_just_so(shop: Shop) -> None:
    shop.project.revision(
        "002",
        'operations.create_index_concurrently("ix", "orders", ["note"])',
        'op.drop_index("ix", postgresql_concurrently=True)',
    )

    [finding] = shop.lint()
    assert finding.rule == "concurrently-in-transaction"
    assert "op.drop_index" in finding.path.read_text().splitlines()[finding.line - 1]


def test_what_cannot_be_repeated_in_front_of_an_autocommit_block_is_found(judge: Judge) -> None:
    body = """
op.create_table("lines", sa.Column("id", sa.Integer()))
operations.create_index_concurrently("ix", "orders", ["note"])
"""

    assert judge(body=body) == ["commits-midway"]


@pytest.mark.parametrize(
    "statement",
    [
        'op.execute("CREATE TABLE IF NOT EXISTS lines (id int)")',
        "op.execute(\"CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'\")",
        'op.execute("ALTER TABLE orders ADD COLUMN IF NOT EXISTS a int")',
        "op.execute(\"SET LOCAL work_mem = '1GB'\")",
        "op.execute(\"ALTER TABLE orders ALTER COLUMN note SET DEFAULT ''\")",
    ],
)
def test_what_can_be_repeated_may_stand_in_front_of_an_autocommit_block(judge: Judge, statement: str) -> None:
    assert judge(body=f'{statement}\noperations.create_index_concurrently("ix", "orders", ["note"])') == []


def test_what_comes_behind_the_last_autocommit_block_is_as_safe_as_any_revision(judge: Judge) -> None:
    body = """
operations.create_index_concurrently("ix", "orders", ["note"])
op.create_table("lines", sa.Column("id", sa.Integer()))
"""

    assert judge(body=body) == []


def test_a_project_without_transactional_ddl_has_no_transaction_to_leave(shop: Shop) -> None:
    env = shop.project.folder / "migrations/env.py"
    env.write_text(env.read_text().replace("run(target_metadata)", "run(target_metadata, transactional_ddl=False)"))
    shop.sql("002", "CREATE INDEX CONCURRENTLY ix ON orders (note)", "DROP INDEX CONCURRENTLY ix")

    assert rules(shop.lint()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "COMMIT",
        "commit work",
        "COMMIT AND CHAIN",
        "ROLLBACK",
        "BEGIN",
        "BEGIN ISOLATION LEVEL SERIALIZABLE",
        "START TRANSACTION READ ONLY",
        "END",
        "ABORT",
        "PREPARE TRANSACTION 'x'",
        "ROLLBACK PREPARED 'x'",
        "/* now */ COMMIT -- it",
        "ANALYZE orders; COMMIT; ANALYZE orders",
    ],
)
def test_what_ends_or_begins_a_transaction_in_sql_is_found(judge: Judge, sql: str) -> None:
    assert judge(sql) == ["transaction-control"]


@pytest.mark.parametrize("body", ["op.get_bind().commit()", "op.get_bind().rollback()"])
def test_ending_the_transaction_through_the_connection_is_found_with_its_line(shop: Shop, body: str) -> None:
    path = shop.project.revision("002", body)

    [finding] = shop.lint()
    assert finding.rule == "transaction-control"
    assert path.read_text().splitlines()[finding.line - 1].strip() == body


def test_a_downgrade_that_commits_is_found_as_well(shop: Shop) -> None:
    shop.sql("002", "SELECT 1", "COMMIT")

    assert rules(shop.lint()) == ["transaction-control"]


@pytest.mark.parametrize(
    "sql",
    [
        "SAVEPOINT a",
        "RELEASE SAVEPOINT a",
        "ROLLBACK TO SAVEPOINT a",
        "ROLLBACK WORK TO a",
        "DO $$ BEGIN PERFORM 1; END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'",
        "COMMENT ON TABLE orders IS 'COMMIT'",
        "PREPARE q AS SELECT 1",
        "SELECT 'a; COMMIT; b'",
    ],
)
def test_savepoints_bodies_and_mere_words_end_no_transaction(judge: Judge, sql: str) -> None:
    assert judge(sql) == []


def test_an_autocommit_block_has_no_transaction_to_end(judge: Judge) -> None:
    body = """
with op.get_context().autocommit_block():
    op.execute("BEGIN")
    op.execute("COMMENT ON TABLE orders IS 'a'")
    op.execute("COMMIT")
"""

    assert judge(body=body) == []


def test_the_transactions_of_alembic_itself_are_not_taken_for_the_revisions(judge: Judge) -> None:
    body = """
op.execute("ANALYZE orders")
with op.get_context().autocommit_block():
    op.execute("ANALYZE users")
op.execute("ANALYZE orders")
"""

    assert judge(body=body) == []
