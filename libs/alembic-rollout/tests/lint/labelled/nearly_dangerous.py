"""Revisions that look dangerous and are not.

PostgreSQL was asked: `test_against_postgres` runs those of one transaction and looks at what each locks, reads and
rewrites.
"""

# ruff: noqa: E501 - statements as they are written

from lint.labelled.case import Case, python, safe, sql

NEARLY_DANGEROUS: list[Case] = [
    safe(
        "do-create-new",
        sql(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'parts') THEN CREATE TABLE parts (id int); END IF; END $$",
            "CREATE INDEX ix_q ON parts (id)",
            down="DROP TABLE parts",
        ),
    ),
    safe(
        "net-default",
        sql(
            "ALTER TABLE orders ADD COLUMN z numeric NOT NULL DEFAULT net(100)", down="ALTER TABLE orders DROP COLUMN z"
        ),
    ),
    safe(
        "series-upsert",
        sql(
            "INSERT INTO settings SELECT g::text, 'x' FROM generate_series(1, 50) g ON CONFLICT (key) DO UPDATE SET value = 'y'",
            down="DELETE FROM settings WHERE key = '1'",
        ),
    ),
    safe(
        "bulk-list",
        python(
            'op.bulk_insert(sa.table("settings", sa.column("key"), sa.column("value")), [{"key":"a","value":"b"}], multiinsert=False)',
            "op.execute(\"DELETE FROM settings WHERE key = 'a'\")",
        ),
    ),
    safe(
        "widen-in-list",
        sql(
            "ALTER TABLE orders ADD CONSTRAINT ck_s CHECK (status IN ('a','b')) NOT VALID",
            down="ALTER TABLE orders DROP CONSTRAINT ck_s",
            contract=True,
        ),
        sql(
            "ALTER TABLE orders DROP CONSTRAINT ck_s, ADD CONSTRAINT ck_s CHECK (status IN ('a','b','c')) NOT VALID",
            down="ALTER TABLE orders DROP CONSTRAINT ck_s, ADD CONSTRAINT ck_s CHECK (status IN ('a','b')) NOT VALID",
        ),
    ),
    safe(
        "widen-or",
        sql(
            "ALTER TABLE customers DROP CONSTRAINT ck_customers_balance, ADD CONSTRAINT ck_customers_balance CHECK (balance > -100000 OR city = 'x') NOT VALID",
            down="ALTER TABLE customers DROP CONSTRAINT ck_customers_balance, ADD CONSTRAINT ck_customers_balance CHECK (balance > -100000) NOT VALID",
        ),
    ),
    safe(
        "weaker-between",
        sql(
            "ALTER TABLE customers DROP CONSTRAINT ck_customers_balance, ADD CONSTRAINT ck_customers_balance CHECK (balance >= -100000) NOT VALID",
            down="ALTER TABLE customers DROP CONSTRAINT ck_customers_balance, ADD CONSTRAINT ck_customers_balance CHECK (balance > -100000) NOT VALID",
        ),
    ),
    safe(
        "attach-list",
        sql(
            "CREATE TABLE ev (kind text NOT NULL, v int) PARTITION BY LIST (kind)",
            "CREATE TABLE ev_a (kind text NOT NULL, v int)",
            down=["DROP TABLE ev", "DROP TABLE ev_a"],
        ),
        python('operations.add_check("ck","ev_a","kind = \'a\'")', 'op.drop_constraint("ck","ev_a")', contract=True),
        sql("ALTER TABLE ev ATTACH PARTITION ev_a FOR VALUES IN ('a')", down="ALTER TABLE ev DETACH PARTITION ev_a"),
    ),
    safe(
        "attach-open",
        python(
            'operations.add_check("ck","measurements_2024","at >= DATE \'2024-01-01\'")',
            'op.drop_constraint("ck","measurements_2024")',
            contract=True,
        ),
        sql(
            "ALTER TABLE measurements ATTACH PARTITION measurements_2024 FOR VALUES FROM ('2024-01-01') TO (MAXVALUE)",
            down="ALTER TABLE measurements DETACH PARTITION measurements_2024",
        ),
    ),
    safe(
        "not-null-num-domain",
        python(
            'operations.add_check("ck","customers","NOT (city IS NULL)")',
            'op.drop_constraint("ck","customers")',
            contract=True,
        ),
        python(
            'op.alter_column("customers","city",nullable=False)',
            'op.alter_column("customers","city",nullable=True)',
            contract=True,
        ),
    ),
    safe(
        "alter-domain-drop",
        sql(
            "ALTER DOMAIN checked_int DROP CONSTRAINT checked_int_check",
            down="ALTER DOMAIN checked_int ADD CONSTRAINT checked_int_check CHECK (VALUE > 0) NOT VALID",
        ),
    ),
    safe(
        "domain-nv-validate",
        sql(
            "ALTER DOMAIN positive_int ADD CONSTRAINT p CHECK (VALUE > 0) NOT VALID",
            down="ALTER DOMAIN positive_int DROP CONSTRAINT p",
            contract=True,
        ),
        sql("ALTER DOMAIN positive_int VALIDATE CONSTRAINT p"),
    ),
    safe(
        "keyset-batch",
        python(
            "with op.get_context().autocommit_block():\n    op.execute(\"UPDATE orders SET note = 'x' WHERE id >= 1 AND id < 5000\")\n    op.execute(\"UPDATE orders SET note = 'x' WHERE id >= 5000 AND id < 10000\")"
        ),
    ),
    safe(
        "uuid-range",
        sql("CREATE TABLE u (id uuid PRIMARY KEY, v text)", down="DROP TABLE u"),
        sql(
            "UPDATE u SET v = 'x' WHERE id BETWEEN '00000000-0000-0000-0000-000000000000' AND '00ffffff-0000-0000-0000-000000000000'"
        ),
    ),
    safe(
        "composite-key",
        sql("CREATE TABLE lines (o int, n int, t text, PRIMARY KEY (o, n))", down="DROP TABLE lines"),
        sql(
            "UPDATE lines SET t = 'x' WHERE o = 1 AND n IN (1, 2)",
            "UPDATE lines SET t = 'x' WHERE (o, n) IN ((1, 1), (2, 2))",
            "DELETE FROM lines WHERE (o, n) = (3, 3)",
        ),
    ),
    safe(
        "timestamptz-precision",
        sql("CREATE TABLE e (t timestamptz(3), i interval(2), c cidr, b varbit(5))", down="DROP TABLE e"),
        sql(
            "ALTER TABLE e ALTER t TYPE timestamptz(6), ALTER i TYPE interval, ALTER c TYPE inet, ALTER b TYPE varbit(9)",
            down="SELECT 1",
        ),
    ),
    safe(
        "view-with-another-text",
        sql(
            "DROP VIEW active_customers",
            "CREATE VIEW active_customers AS SELECT c.id::bigint, upper(c.name) AS name FROM customers c",
            down=[
                "DROP VIEW active_customers",
                "CREATE VIEW active_customers AS SELECT id, name FROM customers WHERE is_active",
            ],
        ),
    ),
]
