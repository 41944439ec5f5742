"""What teams often write, and may.

PostgreSQL was asked: `test_against_postgres` runs those of one transaction and looks at what each locks, reads and
rewrites.
"""

# ruff: noqa: E501 - statements as they are written

from lint.labelled.case import Case, python, safe, sql

EVERYDAY_SAFE: list[Case] = [
    safe(
        "create-many",
        python(
            'op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("o", sa.Integer(), sa.ForeignKey("orders.id"), index=True))\nop.create_index("ix_a_o2","a",["o"])\nop.create_check_constraint("ck_a","a","o > 0")\nop.create_unique_constraint("uq_a","a",["o"])',
            'op.drop_table("a")',
        ),
    ),
    safe("add-nullable", python('op.add_column("orders", sa.Column("z", sa.Text()))', 'op.drop_column("orders","z")')),
    safe(
        "add-default-const",
        python(
            'op.add_column("orders", sa.Column("z", sa.Boolean(), nullable=False, server_default=sa.false()))',
            'op.drop_column("orders","z")',
        ),
    ),
    safe(
        "add-enum",
        python(
            'mood = sa.Enum("a","b",name="mood")\nmood.create(op.get_bind())\nop.add_column("orders", sa.Column("mood", mood))',
            'op.drop_column("orders","mood")\nsa.Enum(name="mood").drop(op.get_bind())',
        ),
    ),
    safe("add-value", sql("ALTER TYPE order_status ADD VALUE 'x' BEFORE 'done'")),
    safe(
        "set-default",
        python(
            'op.alter_column("orders","status",server_default="open")',
            'op.alter_column("orders","status",server_default="new")',
        ),
    ),
    safe(
        "drop-not-null",
        python(
            'op.alter_column("customers","name",nullable=True)', 'op.alter_column("customers","name",nullable=False)'
        ),
    ),
    safe(
        "helper-not-null",
        python(
            'operations.set_not_null("customers","city")',
            'op.alter_column("customers","city",nullable=True)',
            contract=True,
        ),
    ),
    safe(
        "helper-fk",
        python(
            'operations.add_foreign_key("fk_c","orders","customers",["customer_id"],["id"])',
            'op.drop_constraint("fk_c","orders")',
            contract=True,
        ),
    ),
    safe("backfill", python('operations.backfill("orders", set_="note = ref", where="note IS NULL")')),
    safe(
        "validate",
        sql(
            "ALTER TABLE orders ADD CONSTRAINT ck CHECK (amount > -1) NOT VALID",
            down="ALTER TABLE orders DROP CONSTRAINT ck",
            contract=True,
        ),
        sql("ALTER TABLE orders VALIDATE CONSTRAINT ck"),
    ),
    safe(
        "seed-upsert-loop",
        python(
            'for k, v in {"a": "1", "b": "2"}.items():\n    op.execute(sa.text("INSERT INTO settings (key, value) VALUES (:k, :v) ON CONFLICT (key) DO UPDATE SET value = excluded.value").bindparams(k=k, v=v))',
            "op.execute(\"DELETE FROM settings WHERE key IN ('a', 'b')\")",
        ),
    ),
    safe("delete-by-keys", sql("DELETE FROM settings WHERE key = ANY (ARRAY['a','b'])")),
    safe("update-by-pk-or-pk", sql("UPDATE settings SET value = 'x' WHERE key = 'a' OR key = 'b'")),
    safe("update-unique-col", sql("UPDATE customers SET city = 'x' WHERE legacy_code = 'l5'")),
    safe(
        "update-in-sub-limit",
        sql(
            "UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM orders WHERE note IS NULL ORDER BY id LIMIT 1000)"
        ),
    ),
    safe(
        "update-fetch",
        sql(
            "UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM orders WHERE note IS NULL ORDER BY id FETCH FIRST 100 ROWS ONLY)"
        ),
    ),
    safe("update-returning", sql("UPDATE orders SET note = 'x' WHERE id = 5 RETURNING id")),
    safe("update-cast-key", sql("UPDATE orders SET note = 'x' WHERE id = CAST('5' AS integer)")),
    safe("update-pk-literal-first", sql("UPDATE orders SET note = 'x' WHERE 5 = id")),
    safe("range-strict", sql("DELETE FROM customers WHERE id > 100 AND id < 200 AND city IS NULL")),
    safe(
        "temp-join",
        sql(
            "CREATE TEMP TABLE m (id bigint, city text)",
            "INSERT INTO m VALUES (1,'a'),(2,'b')",
            "UPDATE customers SET city = m.city FROM m WHERE customers.id = m.id",
        ),
    ),
    safe(
        "unnest-join",
        sql(
            "UPDATE customers SET city = u.city FROM unnest(ARRAY[1,2], ARRAY['a','b']) AS u (id, city) WHERE customers.id = u.id"
        ),
    ),
    safe(
        "cte-values",
        sql(
            "WITH v (id, city) AS (VALUES (1::bigint, 'a'), (2, 'b')) UPDATE customers c SET city = v.city FROM v WHERE c.id = v.id"
        ),
    ),
    safe(
        "insert-select-plain",
        sql(
            "INSERT INTO settings (key, value) SELECT 'k' || id, city FROM customers WHERE id = 1 ON CONFLICT DO NOTHING",
            down="DELETE FROM settings WHERE key = 'k1'",
        ),
    ),
    safe(
        "drop-check",
        python(
            'op.drop_constraint("ck_customers_balance","customers",type_="check")',
            'op.create_check_constraint("ck_customers_balance","customers","balance > -100000",postgresql_not_valid=True)',
        ),
    ),
    safe(
        "drop-fk",
        python(
            'op.drop_constraint("fk_shipments_order","shipments",type_="foreignkey")',
            'op.create_foreign_key("fk_shipments_order","shipments","orders",["order_id"],["id"],postgresql_not_valid=True)',
        ),
    ),
    safe(
        "rename-index",
        sql("ALTER INDEX ix_customers_city RENAME TO ix_city", down="ALTER INDEX ix_city RENAME TO ix_customers_city"),
    ),
    safe(
        "rename-constraint",
        sql(
            "ALTER TABLE shipments RENAME CONSTRAINT fk_shipments_order TO fk_order",
            down="ALTER TABLE shipments RENAME CONSTRAINT fk_order TO fk_shipments_order",
        ),
    ),
    safe("new-view", sql("CREATE OR REPLACE VIEW v AS SELECT id FROM orders", down="DROP VIEW v")),
    safe(
        "new-function",
        sql(
            "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT a + 1 $$",
            down="DROP FUNCTION f(int)",
        ),
    ),
    safe(
        "policy-new-table",
        sql(
            "CREATE TABLE s (id int)",
            "ALTER TABLE s ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY p ON s USING (true)",
            down="DROP TABLE s",
        ),
    ),
    safe("permissive-policy", sql("CREATE POLICY p ON customers USING (true)", down="DROP POLICY p ON customers")),
    safe("grant", sql("GRANT SELECT, INSERT ON orders TO PUBLIC", down="SELECT 1")),
    safe("analyze", sql("ANALYZE orders")),
    safe("vacuum-auto", sql("VACUUM (ANALYZE) orders", autocommit=True)),
    safe(
        "detach-concurrently",
        sql(
            "ALTER TABLE measurements DETACH PARTITION measurements_2023 CONCURRENTLY",
            down="ALTER TABLE measurements ATTACH PARTITION measurements_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
            autocommit=True,
            contract=True,
        ),
    ),
    safe("reindex-concurrently", sql("REINDEX INDEX CONCURRENTLY ix_customers_city", autocommit=True)),
    safe("refresh-concurrently", sql("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals")),
    safe(
        "matview-no-data",
        sql(
            "CREATE MATERIALIZED VIEW m2 AS SELECT 1 AS a WITH NO DATA",
            "REFRESH MATERIALIZED VIEW m2",
            down="DROP MATERIALIZED VIEW m2",
        ),
    ),
    safe(
        "seq-new",
        sql(
            "CREATE SEQUENCE sq",
            "SELECT setval('sq', 100)",
            "ALTER SEQUENCE sq RESTART WITH 5",
            down="DROP SEQUENCE sq",
        ),
    ),
    safe("statistics", sql("CREATE STATISTICS st ON city, is_active FROM customers", down="DROP STATISTICS st")),
    safe("extension", sql("CREATE EXTENSION IF NOT EXISTS plpgsql")),
    safe(
        "partition-new-parent",
        sql(
            "CREATE TABLE ev (at date NOT NULL, v int) PARTITION BY RANGE (at)",
            "CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
            "CREATE TABLE ev_d PARTITION OF ev DEFAULT",
            "CREATE INDEX ix_ev ON ev (v)",
            down="DROP TABLE ev",
        ),
    ),
    safe(
        "index-on-only-attach",
        sql("CREATE INDEX ix_m ON ONLY measurements (value)", down="DROP INDEX ix_m"),
        sql("CREATE INDEX CONCURRENTLY ix_m23 ON measurements_2023 (value)", down="DROP INDEX ix_m23", autocommit=True),
        sql("ALTER INDEX ix_m ATTACH PARTITION ix_m23"),
    ),
    safe(
        "check-as-bool",
        sql(
            "ALTER TABLE orders ADD COLUMN lo int",
            "ALTER TABLE orders ADD COLUMN hi int",
            "ALTER TABLE orders ADD CONSTRAINT ck CHECK (lo IS NULL OR hi IS NULL OR lo <= hi) NOT VALID",
            down="ALTER TABLE orders DROP COLUMN lo, DROP COLUMN hi",
        ),
    ),
    safe(
        "check-both-null",
        sql(
            "ALTER TABLE orders ADD COLUMN lo int, ADD COLUMN hi int",
            "ALTER TABLE orders ADD CONSTRAINT ck CHECK ((lo IS NULL) = (hi IS NULL)) NOT VALID",
            down="ALTER TABLE orders DROP COLUMN lo, DROP COLUMN hi",
        ),
    ),
    safe(
        "unique-new-col",
        sql("ALTER TABLE orders ADD COLUMN ext text", down="ALTER TABLE orders DROP COLUMN ext"),
        python(
            'operations.create_index_concurrently("ux_ext","orders",["ext"],unique=True)',
            'operations.drop_index_concurrently("ux_ext")',
            contract=True,
        ),
    ),
    safe("timestamp-precision", sql("ALTER TABLE orders ALTER COLUMN note TYPE varchar", down="SELECT 1")),
    safe(
        "char-varying-spelling",
        sql("ALTER TABLE customers ALTER COLUMN email SET DATA TYPE character varying(300)", down="SELECT 1"),
    ),
    safe("same-type", sql("ALTER TABLE orders ALTER COLUMN amount TYPE int4", down="SELECT 1")),
    safe(
        "domain-new-table",
        sql(
            "CREATE DOMAIN d AS text CHECK (VALUE <> '')",
            "CREATE TABLE dt (v d)",
            "ALTER TABLE dt ADD COLUMN w d",
            down=["DROP TABLE dt", "DROP DOMAIN d"],
        ),
    ),
    safe(
        "do-exception",
        sql(
            "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            down="DROP TYPE mood",
        ),
    ),
    safe(
        "do-raise",
        sql("DO $$ BEGIN IF EXISTS (SELECT FROM orders WHERE id = -1) THEN RAISE EXCEPTION 'no'; END IF; END $$"),
    ),
    safe(
        "comments",
        sql(
            "/* DROP TABLE orders; */ ALTER TABLE orders ADD COLUMN z int -- NOT NULL\n",
            down="ALTER TABLE orders DROP COLUMN z",
        ),
    ),
    safe(
        "string-ddl",
        sql(
            "INSERT INTO settings VALUES ('sql', 'DROP TABLE orders; TRUNCATE settings')",
            down="DELETE FROM settings WHERE key = 'sql'",
        ),
    ),
    safe(
        "trigger-replace",
        sql(
            "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'x'; RETURN NEW; END $$",
            "CREATE TRIGGER tr BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch()",
            down="DROP TRIGGER tr ON orders",
        ),
    ),
    safe(
        "fillfactor",
        sql(
            "ALTER TABLE orders SET (fillfactor = 80)",
            "ALTER INDEX ix_orders_placed_at SET (fillfactor = 80)",
            down="SELECT 1",
        ),
    ),
    safe(
        "rename-contract",
        python('op.rename_table("settings","prefs")', 'op.rename_table("prefs","settings")', contract=True),
    ),
    safe(
        "replica-identity",
        sql("ALTER TABLE orders REPLICA IDENTITY FULL", down="ALTER TABLE orders REPLICA IDENTITY DEFAULT"),
    ),
    safe("publication", sql("CREATE PUBLICATION pub FOR TABLE orders", down="DROP PUBLICATION pub")),
    safe(
        "text-quoted-names",
        sql(
            'CREATE TABLE "Order Lines" ("Id" bigint PRIMARY KEY, "virtual" int)',
            'CREATE INDEX "Ix" ON "Order Lines" ("virtual")',
            'INSERT INTO "Order Lines" VALUES (1, 2)',
            down='DROP TABLE "Order Lines"',
        ),
    ),
    safe(
        "collation-of-what-is-not-indexed",
        sql('ALTER TABLE customers ALTER COLUMN email TYPE varchar(100) COLLATE "C"', down="SELECT 1"),
    ),
]
