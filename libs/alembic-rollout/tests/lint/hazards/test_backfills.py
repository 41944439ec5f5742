"""Changes of many rows of a table that is in use, in one transaction."""

import pytest
from lint.shop import Judge, Shop, rules


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders SET note = ''",
        "UPDATE orders SET note = '' WHERE note IS NULL",
        "UPDATE ONLY public.orders AS o SET note = 'id = 1' WHERE o.note = 'x'",
        "UPDATE orders SET note = '' WHERE id = 1 OR note IS NULL",
        "UPDATE orders SET note = users.name FROM users WHERE orders.id = users.id",
        "UPDATE orders SET note = '' WHERE id IN (SELECT id FROM users)",
        "UPDATE orders SET id = 1 WHERE note > 'a' RETURNING id = 1",
        "UPDATE users SET note = '' WHERE last_name = 'Smith'",
        "UPDATE orders SET note = '' WHERE id = id",
        "UPDATE orders SET note = '' WHERE user_id = 7",
        "DELETE FROM orders WHERE NOT (id = 5)",
        "DELETE FROM orders WHERE NOT id = 5",
        "DELETE FROM orders WHERE NOT (note IS NULL AND id = 5)",
        "DELETE FROM order_items WHERE order_id = 3",
        "DELETE FROM orders",
        "DELETE FROM orders WHERE note LIKE 'a%'",
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone",
        "MERGE INTO orders USING users ON orders.id = users.id WHEN MATCHED THEN UPDATE SET note = ''",
        "DO $$ BEGIN UPDATE orders SET note = ''; END $$",
    ],
)
def test_a_change_of_as_many_rows_as_there_may_be_is_found(judge: Judge, sql: str) -> None:
    assert judge(sql) == ["backfill-in-transaction"]


def test_so_is_one_in_an_autocommit_block_because_a_statement_is_a_transaction_too(judge: Judge) -> None:
    body = 'with op.get_context().autocommit_block():\n    op.execute("UPDATE orders SET note = 1")'

    assert judge(body=body) == ["backfill-in-transaction"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders SET note = '' WHERE id = 1",
        "UPDATE orders SET note = '' WHERE orders.id IN (1, 2, 3) AND note IS NULL",
        "UPDATE settings SET value = 'x' WHERE key = 'theme'",
        "UPDATE orders SET note = '' WHERE id = '6f1d2c1e-6a55-4b0e-9c3a-0d8f5a7b1c01'::uuid",
        "UPDATE orders SET note = '' WHERE \"id\" = ANY (ARRAY[1, 2])",
        "DELETE FROM prompt_templates WHERE name = 'default' AND (purpose = 'a' OR purpose = 'b')",
        "DELETE FROM orders WHERE order_id = 7",
        "DELETE FROM orders WHERE id = 7 AND note IS NOT NULL",
        "UPDATE orders SET note = '' WHERE id = 1 AND NOT locked AND NOT EXISTS (SELECT 1 FROM users WHERE id = 2)",
        "UPDATE orders SET note = '' WHERE email = 'a' AND role NOT IN ('x') AND note NOT LIKE 'y'",
        "UPDATE categories SET note = '' WHERE category_id = 3",
        "UPDATE app_users SET note = '' WHERE user_id = 3",
        "UPDATE \"User\" SET note = '' WHERE user_id = 3",
        "DELETE FROM orders WHERE ctid IN (SELECT ctid FROM orders WHERE note IS NULL LIMIT 100)",
        "INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET note = ''",
        "INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING",
        "INSERT INTO orders SELECT id FROM users",
    ],
)
def test_rows_that_are_named_by_their_key_are_few(judge: Judge, sql: str) -> None:
    assert judge(sql) == []


def test_rows_named_by_sqlalchemys_expressions_are_few_as_well(judge: Judge) -> None:
    body = """
orders = sa.table("orders", sa.column("id", sa.BigInteger()), sa.column("note", sa.Text()))
op.execute(sa.update(orders).where(orders.c.id.in_([1, 2])).values(note=""))
op.execute(sa.delete(orders).where(orders.c.id == 3))
"""

    assert judge(body=body) == []


def test_a_downgrade_may_remove_seeds_however_they_are_named(shop: Shop) -> None:
    shop.sql(
        "002",
        "INSERT INTO orders (id, note) VALUES (1, 'seed') ON CONFLICT DO NOTHING",
        "DELETE FROM orders WHERE note LIKE 'seed%'",
    )

    assert rules(shop.lint()) == []
