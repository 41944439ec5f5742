"""Structure and data in one revision, and revisions that cannot be shown."""

import pytest
from lint.shop import Judge, Shop


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE lines (id bigint REFERENCES orders)\n\nINSERT INTO users (id) VALUES (1)",
        "ALTER TABLE orders ADD COLUMN a int\n\nUPDATE orders SET a = 1 WHERE id = 1",
        "DELETE FROM orders WHERE id = 1\n\nALTER TABLE orders ALTER COLUMN note SET DEFAULT ''",
        "DO $$ BEGIN ALTER TABLE orders ADD COLUMN a int; INSERT INTO orders (id) VALUES (1); END $$",
    ],
)
def test_structure_and_data_in_one_revision_are_found(judge: Judge, sql: str) -> None:
    assert judge(sql) == ["structure-and-data"]


def test_a_backfill_by_helper_is_data_as_well(judge: Judge) -> None:
    body = """
operations.backfill("orders", set_="a = 1")
op.execute("ALTER TABLE orders ADD COLUMN b int")
"""

    assert judge(body=body) == ["structure-and-data"]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO orders (id, note) VALUES (1, 'CREATE TABLE x (id int)')\n\nANALYZE orders",
        (
            "CREATE TEMP TABLE staged (id int)\n\nINSERT INTO staged VALUES (1)\n\n"
            "INSERT INTO orders SELECT id FROM staged\n\nDROP TABLE staged"
        ),
        "CREATE TABLE lines (id int)\n\nINSERT INTO lines VALUES (1)\n\nUPDATE lines SET id = 2",
        "CREATE TABLE lines (id int)\n\nINSERT INTO orders (id) SELECT id FROM lines",
        "COMMENT ON TABLE orders IS 'seeded'\n\nINSERT INTO orders (id) VALUES (1)",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO orders (id) VALUES (1)'",
    ],
)
def test_data_with_its_tools_is_only_data(judge: Judge, sql: str) -> None:
    assert judge(sql) == []


@pytest.mark.parametrize(
    "body",
    [
        (
            'op.create_table("lines", sa.Column("id", sa.Integer()))\n'
            'names = op.get_bind().execute(sa.text("SELECT note FROM orders")).scalars().all()'
        ),
        'if sa.inspect(op.get_bind()).has_table("orders"):\n    op.drop_table("orders")',
        "note, = [row.note for row in op.get_bind().execute(sa.text('SELECT note FROM orders'))]",
    ],
)
def test_an_upgrade_that_asks_the_database_cannot_be_judged_and_says_where(shop: Shop, body: str) -> None:
    shop.project.revision("002", body, "op.drop_table('lines')")

    [finding] = shop.lint()
    assert finding.rule == "cannot-render"
    assert "op.get_bind()" in finding.path.read_text().splitlines()[finding.line - 1]


def test_what_such_an_upgrade_does_before_it_asks_is_judged_all_the_same(judge: Judge) -> None:
    body = 'op.drop_column("orders", "note")\nop.get_bind().execute(sa.text("SELECT 1")).all()'

    assert judge(body=body) == ["contract-in-expand", "cannot-render"]


def test_writing_through_the_connection_can_be_shown(judge: Judge) -> None:
    assert judge(body='op.get_bind().execute(sa.text("INSERT INTO orders (id) VALUES (1)"))') == []
