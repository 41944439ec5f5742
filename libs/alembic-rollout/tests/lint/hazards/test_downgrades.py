"""Downgrades that are missing, and that do not undo."""

import pytest
from lint.shop import Shop, rules


@pytest.mark.parametrize(
    "downgrade",
    ["pass", "raise NotImplementedError", 'raise NotImplementedError("there is no way back")', "print('nothing')"],
)
@pytest.mark.parametrize(
    "upgrade",
    [
        'op.create_table("lines", sa.Column("id", sa.Integer()))',
        'op.add_column("orders", sa.Column("a", sa.Integer()))',
        "op.execute(\"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'\")",
        'op.execute("INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING")',
    ],
)
def test_a_downgrade_that_is_missing_is_found_where_it_should_be(shop: Shop, upgrade: str, downgrade: str) -> None:
    shop.project.revision("002", upgrade, downgrade)

    [finding] = shop.lint()
    assert finding.rule == "downgrade-missing"
    lines = finding.path.read_text().splitlines()
    assert "def downgrade" in lines[finding.line - 1] or "NotImplementedError" in lines[finding.line - 1]


def test_a_revision_without_a_downgrade_at_all_is_found(shop: Shop) -> None:
    path = shop.sql("002", "CREATE TABLE lines (id int)")
    path.write_text(path.read_text().partition("def downgrade")[0])

    assert rules(shop.lint()) == ["downgrade-missing"]


@pytest.mark.parametrize(
    "upgrade",
    [
        "pass",
        'op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck")',
        'operations.backfill("orders", set_="note = \'\'")',
        'op.execute("ANALYZE orders")',
        'op.execute("CREATE EXTENSION IF NOT EXISTS vector")',
        "op.execute(\"COMMENT ON TABLE orders IS 'x'\")",
    ],
)
def test_where_there_is_nothing_to_undo_nothing_is_asked_for(shop: Shop, upgrade: str) -> None:
    shop.project.revision("002", upgrade, "pass")

    assert rules(shop.lint()) == []


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "said"),
    [
        (
            "CREATE TABLE a (id int)\n\nCREATE TABLE b (id int)",
            "DROP TABLE b",
            ["downgrade() leaves table a, which upgrade() makes."],
        ),
        (
            "ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int",
            "ALTER TABLE orders DROP COLUMN a",
            ["downgrade() leaves column b of orders, which upgrade() makes."],
        ),
        (
            "CREATE TYPE mood AS ENUM ('a')\n\nALTER TABLE orders ADD COLUMN mood mood",
            "ALTER TABLE orders DROP COLUMN mood",
            ["downgrade() leaves type mood, which upgrade() makes."],
        ),
        (
            (
                "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$\n\n"
                "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()"
            ),
            "DROP TRIGGER t ON users\n\nDROP FUNCTION touch()",
            ["downgrade() leaves trigger t of orders, which upgrade() makes."],
        ),
        (
            "ALTER TABLE orders ADD CONSTRAINT ck CHECK (id > 0) NOT VALID",
            "SELECT 1",
            ["downgrade() leaves constraint ck of orders, which upgrade() makes."],
        ),
        (
            "CREATE VIEW totals AS SELECT 1",
            "DROP VIEW sums",
            ["downgrade() leaves view totals, which upgrade() makes."],
        ),
        (
            "ALTER TABLE orders DROP COLUMN note",
            "SELECT 1",
            ["downgrade() does not restore column note of orders, which upgrade() removes."],
        ),
        (
            "DROP TABLE users",
            "CREATE TABLE user_accounts (id int)",
            ["downgrade() does not restore table users, which upgrade() removes."],
        ),
        (
            "DROP FUNCTION f(int)",
            "CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ["downgrade() does not restore function f, which upgrade() removes."],
        ),
        (
            "ALTER TABLE orders RENAME COLUMN note TO remark",
            "SELECT 1",
            [
                "downgrade() leaves column remark of orders, which upgrade() makes.",
                "downgrade() does not restore column note of orders, which upgrade() removes.",
            ],
        ),
        (
            "CREATE TABLE lines (id int)",
            "DROP TABLE lines\n\nDROP TABLE users",
            ["downgrade() drops table users, which upgrade() does not make."],
        ),
        (
            "ALTER TABLE orders ADD COLUMN a int",
            "ALTER TABLE orders DROP COLUMN a, DROP COLUMN note",
            ["downgrade() drops column note of orders, which upgrade() does not make."],
        ),
        (
            "CREATE SCHEMA shop\n\nCREATE SEQUENCE shop.numbers",
            "DROP SEQUENCE shop.numbers",
            ["downgrade() leaves schema shop, which upgrade() makes."],
        ),
    ],
)
def test_a_downgrade_that_does_not_undo_says_what_it_forgets(
    shop: Shop, upgrade: str, downgrade: str, said: list[str]
) -> None:
    shop.sql("002", upgrade, downgrade, header='phase = "contract"')

    found = [finding for finding in shop.lint() if finding.rule == "downgrade-incomplete"]
    assert [finding.message for finding in found] == said
    assert "def downgrade" in found[0].path.read_text().splitlines()[found[0].line - 1]


@pytest.mark.parametrize(
    ("upgrade", "downgrade"),
    [
        ("CREATE TABLE a (id int)\n\nCREATE INDEX ix ON a (id)\n\nALTER TABLE a ADD COLUMN b int", "DROP TABLE a"),
        ("CREATE TABLE shop.a (id int)", "DROP TABLE IF EXISTS shop.a CASCADE"),
        ("ALTER TABLE orders ADD COLUMN a int\n\nCREATE INDEX ix ON orders (a)", "ALTER TABLE orders DROP COLUMN a"),
        (
            "ALTER TABLE orders ADD COLUMN a int\n\nALTER TABLE orders ADD CONSTRAINT ck CHECK (a > 0)",
            "ALTER TABLE orders DROP COLUMN a",
        ),
        ("ALTER TABLE orders ADD UNIQUE (note)", "ALTER TABLE orders DROP CONSTRAINT orders_note_key"),
        ("CREATE INDEX ON orders (note)", "DROP INDEX orders_note_idx"),
        (
            "CREATE UNIQUE INDEX uq ON orders (note)\n\nALTER TABLE orders ADD CONSTRAINT uq UNIQUE USING INDEX uq",
            "ALTER TABLE orders DROP CONSTRAINT uq",
        ),
        (
            (
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$\n\n"
                "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f()"
            ),
            "DROP FUNCTION f() CASCADE",
        ),
        ("DROP INDEX ix\n\nCREATE INDEX iy ON orders (note)", "DROP INDEX iy\n\nCREATE INDEX ix ON orders (note)"),
        ("DROP VIEW v\n\nCREATE VIEW v AS SELECT 1", "DROP VIEW v\n\nCREATE VIEW v AS SELECT 2"),
        ("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "SELECT 1"),
        ("ALTER TABLE orders RENAME COLUMN note TO b", "ALTER TABLE orders RENAME COLUMN b TO note"),
        ("ALTER TABLE orders RENAME TO bills", "ALTER TABLE bills RENAME TO orders"),
        (
            "ALTER TABLE orders RENAME TO bills\n\nALTER TABLE bills ADD COLUMN a int",
            "ALTER TABLE bills RENAME TO orders\n\nALTER TABLE orders DROP COLUMN a",
        ),
        ("DROP TABLE orders", "CREATE TABLE orders (id bigint, note text)\n\nCREATE INDEX ix ON orders (note)"),
        (
            "ALTER TABLE orders DROP COLUMN note",
            "ALTER TABLE orders ADD COLUMN note text\n\nUPDATE orders SET note = 1",
        ),
        (
            "CREATE TABLE m (at date) PARTITION BY RANGE (at)\n\nCREATE TABLE m_1 PARTITION OF m DEFAULT",
            "DROP TABLE m",
        ),
        (
            "CREATE SEQUENCE numbers OWNED BY orders.a\n\nALTER TABLE orders ADD COLUMN a int",
            "ALTER TABLE orders DROP COLUMN a",
        ),
        ("CREATE TABLE a (id int)", "DO $$ BEGIN IF true THEN DROP TABLE a; END IF; END $$"),
        ("CREATE TABLE a (id int)", "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'a'; END $$"),
        ("DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', 'a'); END $$", "DROP TABLE a"),
        ("CREATE TABLE a (id int)\n\nDROP TABLE a", "SELECT 1"),
        ("ALTER TABLE orders ADD CONSTRAINT ck CHECK (id > 0)\n\nALTER TABLE orders DROP CONSTRAINT ck", "SELECT 1"),
        ("CREATE SCHEMA shop\n\nCREATE TABLE shop.a (id int)", "DROP SCHEMA shop CASCADE"),
        ('CREATE TABLE "Odd" (id int)', 'DROP TABLE "Odd"'),
        ("CREATE TABLE lines (id int)", "DROP TABLE public.lines"),
        ("CREATE EXTENSION vector\n\nCREATE TABLE a (id int)", "DROP TABLE a"),
    ],
)
def test_a_downgrade_that_undoes_in_its_own_way_is_believed(shop: Shop, upgrade: str, downgrade: str) -> None:
    shop.sql("002", upgrade, downgrade, header='phase = "contract"')

    assert [finding for finding in shop.lint() if finding.rule.startswith("downgrade")] == []


def test_nothing_is_said_where_nobody_can_tell_what_the_upgrade_does(shop: Shop) -> None:
    shop.project.revision("002", "op.get_bind().execute(sa.text('SELECT 1')).all()", "pass")

    assert rules(shop.lint()) == ["cannot-render"]


def test_a_downgrade_that_asks_the_database_is_believed(shop: Shop) -> None:
    shop.project.revision(
        "002",
        'op.create_table("lines", sa.Column("id", sa.Integer()))',
        "for name in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_table(name)",
    )

    assert rules(shop.lint()) == []
