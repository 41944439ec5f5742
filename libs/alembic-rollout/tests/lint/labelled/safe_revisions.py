"""Revisions that do no harm, though they look like those that do.

PostgreSQL was asked: `test_against_postgres` runs those of one transaction and looks at what each locks, reads and
rewrites.
"""

# ruff: noqa: E501 - statements as they are written

from lint.labelled.case import Case, python, safe, sql

SAFE: list[Case] = [
    safe(
        "insert-new",
        python(
            't = op.create_table("roles", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))\nop.bulk_insert(t, [{"id":1,"name":"a"},{"id":2,"name":"b"}])',
            'op.drop_table("roles")',
        ),
    ),
    safe(
        "bulk-untyped",
        python(
            'op.bulk_insert(sa.table("settings", sa.column("key"), sa.column("value")), [{"key":"a","value":"b"},{"key":"c","value":None}])',
            "op.execute(\"DELETE FROM settings WHERE key IN ('a','c')\")",
        ),
    ),
    safe(
        "bulk-untyped-types",
        python(
            'import datetime, decimal\nop.bulk_insert(sa.table("orders", sa.column("amount"), sa.column("total"), sa.column("placed_at"), sa.column("note")), [{"amount":1,"total":decimal.Decimal("1.5"),"placed_at":datetime.datetime(2024,1,1),"note":True and "x"}])',
            'op.execute("DELETE FROM orders WHERE id = 1")',
        ),
    ),
    safe(
        "insert-select-new",
        sql(
            "CREATE TABLE totals (customer_id bigint PRIMARY KEY, n int)",
            "INSERT INTO totals SELECT customer_id, count(*) FROM orders WHERE customer_id IS NOT NULL GROUP BY 1",
            "UPDATE totals SET n = n + 1",
            "CREATE INDEX ix_t ON totals (n)",
            down="DROP TABLE totals",
        ),
    ),
    safe("between", sql("UPDATE orders SET note = 'x' WHERE id BETWEEN 1 AND 1000")),
    safe(
        "range-batches",
        python(
            "for start in range(0, 100000, 5000):\n    with op.get_context().autocommit_block():\n        op.execute(f\"UPDATE orders SET note = 'x' WHERE id > {start} AND id <= {start + 5000}\")"
        ),
    ),
    safe("row-values", sql("UPDATE orders SET note = 'x' WHERE (customer_id, id) IN ((1, 1), (2, 2))")),
    safe("row-range", sql("DELETE FROM orders WHERE (customer_id, id) > (1, 0) AND (customer_id, id) <= (1, 1000)")),
    safe(
        "limit-ctid",
        sql("DELETE FROM orders WHERE ctid = ANY (ARRAY(SELECT ctid FROM orders WHERE status = 'new' LIMIT 500))"),
    ),
    safe(
        "cte-limit",
        sql(
            "WITH b AS (SELECT id FROM orders WHERE note IS NULL ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED) UPDATE orders o SET note = '' FROM b WHERE o.id = b.id"
        ),
    ),
    safe(
        "values-join",
        sql(
            "UPDATE customers SET city = v.city FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, city) WHERE customers.id = v.id"
        ),
    ),
    safe(
        "merge-values",
        sql(
            "MERGE INTO settings s USING (VALUES ('a', 'b')) AS v (key, value) ON s.key = v.key WHEN MATCHED THEN UPDATE SET value = v.value WHEN NOT MATCHED THEN INSERT VALUES (v.key, v.value)",
            down="DELETE FROM settings WHERE key = 'a'",
        ),
    ),
    safe(
        "upsert-values",
        sql(
            "INSERT INTO settings (key, value) VALUES ('a','1'),('b','2') ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            down="DELETE FROM settings WHERE key IN ('a','b')",
        ),
    ),
    safe(
        "in-select-key", sql("UPDATE orders SET note='x' WHERE customer_id = 5 AND id = (SELECT max(id) FROM orders)")
    ),
    safe(
        "wider-varchar",
        python(
            'op.alter_column("customers","email",existing_type=sa.String(100),type_=sa.String(255))',
            'op.execute("SELECT 1")',
        ),
    ),
    safe(
        "varchar-text",
        python('op.alter_column("orders","ref",type_=sa.Text(),existing_type=sa.String(20))', 'op.execute("SELECT 1")'),
    ),
    safe(
        "numeric-wider",
        sql(
            "ALTER TABLE customers ALTER COLUMN credit TYPE numeric(14,2)",
            "ALTER TABLE customers ALTER COLUMN credit SET DEFAULT 0",
            down="SELECT 1",
        ),
    ),
    safe(
        "domain-type",
        sql("ALTER TABLE orders ADD COLUMN q positive_int", down="ALTER TABLE orders DROP COLUMN q"),
        sql("ALTER TABLE orders ALTER COLUMN q TYPE integer", down="SELECT 1"),
    ),
    safe(
        "attach-after-check",
        python(
            'operations.add_check("ck_2024","measurements_2024","at IS NOT NULL AND at >= \'2024-01-01\' AND at < \'2025-01-01\'")',
            'op.drop_constraint("ck_2024","measurements_2024")',
            contract=True,
        ),
        sql(
            "ALTER TABLE measurements ATTACH PARTITION measurements_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
            down="ALTER TABLE measurements DETACH PARTITION measurements_2024",
        ),
    ),
    safe(
        "attach-new",
        sql(
            "CREATE TABLE measurements_2026 (at date NOT NULL, value numeric)",
            "ALTER TABLE measurements ATTACH PARTITION measurements_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
            down=["ALTER TABLE measurements DETACH PARTITION measurements_2026", "DROP TABLE measurements_2026"],
        ),
    ),
    safe(
        "partition-of",
        sql(
            "CREATE TABLE measurements_2027 PARTITION OF measurements FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
            down="DROP TABLE measurements_2027",
        ),
    ),
    safe("on-only", sql("CREATE INDEX ix_m ON ONLY measurements (value)", down="DROP INDEX ix_m")),
    safe(
        "alter-domain-nv",
        sql(
            "ALTER DOMAIN positive_int ADD CONSTRAINT pos CHECK (VALUE > 0) NOT VALID",
            down="ALTER DOMAIN positive_int DROP CONSTRAINT pos",
            contract=True,
        ),
    ),
    safe(
        "immutable-fn",
        sql(
            "CREATE FUNCTION base_rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 0.1'",
            "ALTER TABLE orders ADD COLUMN rate numeric NOT NULL DEFAULT base_rate()",
            down=["ALTER TABLE orders DROP COLUMN rate", "DROP FUNCTION base_rate()"],
        ),
    ),
    safe(
        "builtin-defaults",
        sql(
            "ALTER TABLE orders ADD COLUMN a text NOT NULL DEFAULT to_char(now(), 'YYYY'), ADD COLUMN b jsonb NOT NULL DEFAULT jsonb_build_object('a', 1), ADD COLUMN c date NOT NULL DEFAULT (now() AT TIME ZONE 'utc')::date",
            down="ALTER TABLE orders DROP COLUMN a, DROP COLUMN b, DROP COLUMN c",
        ),
    ),
    safe(
        "not-enforced",
        sql(
            "ALTER TABLE orders ADD CONSTRAINT c1 CHECK (amount > 0) NOT ENFORCED",
            down="ALTER TABLE orders DROP CONSTRAINT c1",
        ),
    ),
    safe(
        "fk-not-enforced",
        sql(
            "ALTER TABLE orders ADD CONSTRAINT f1 FOREIGN KEY (customer_id) REFERENCES customers (id) NOT ENFORCED",
            down="ALTER TABLE orders DROP CONSTRAINT f1",
        ),
    ),
    safe(
        "virtual",
        sql(
            "ALTER TABLE orders ADD COLUMN virtual numeric GENERATED ALWAYS AS (total * 2) VIRTUAL",
            down="ALTER TABLE orders DROP COLUMN virtual",
        ),
    ),
    safe(
        "virtual-set-expression",
        sql(
            "ALTER TABLE orders ADD COLUMN v numeric GENERATED ALWAYS AS (total * 2)",
            down="ALTER TABLE orders DROP COLUMN v",
        ),
        sql(
            "ALTER TABLE orders ALTER COLUMN v SET EXPRESSION AS (total * 3)",
            down="ALTER TABLE orders ALTER COLUMN v SET EXPRESSION AS (total * 2)",
        ),
    ),
    safe(
        "stronger-check",
        python(
            'operations.add_check("ck_e","customers","email IS NOT NULL AND city IS NOT NULL AND length(email) > 1")',
            'op.drop_constraint("ck_e","customers")',
            contract=True,
        ),
        python(
            'op.alter_column("customers","email",nullable=False)\nop.drop_constraint("ck_e","customers")',
            'op.alter_column("customers","email",nullable=True)\nop.create_check_constraint("ck_e","customers","email IS NOT NULL AND city IS NOT NULL AND length(email) > 1", postgresql_not_valid=True)',
            contract=True,
        ),
    ),
    safe(
        "set-schema",
        python(
            'op.execute("ALTER TABLE settings SET SCHEMA legacy")',
            'op.execute("ALTER TABLE legacy.settings SET SCHEMA public")',
            contract=True,
        ),
    ),
    safe(
        "owned-seq",
        sql(
            "CREATE SEQUENCE order_no",
            "ALTER TABLE orders ADD COLUMN no bigint",
            "ALTER SEQUENCE order_no OWNED BY orders.no",
            down="ALTER TABLE orders DROP COLUMN no",
        ),
    ),
    safe(
        "matview-index",
        sql(
            "CREATE MATERIALIZED VIEW mv AS SELECT customer_id FROM orders",
            "CREATE UNIQUE INDEX ix_mv ON mv (customer_id)",
            down="DROP MATERIALIZED VIEW mv",
        ),
    ),
    safe(
        "temp-table",
        sql(
            "CREATE TEMPORARY TABLE ids AS SELECT id FROM customers WHERE city = 'c' LIMIT 10",
            "CREATE INDEX ON ids (id)",
            "UPDATE ids SET id = id + 0",
            "TRUNCATE ids",
            "DROP TABLE ids",
        ),
    ),
    safe(
        "unique-using-index",
        python(
            'operations.create_index_concurrently("ux_r","orders",["ref"],unique=True)',
            'operations.drop_index_concurrently("ux_r")',
            contract=True,
        ),
        sql(
            "ALTER TABLE orders ADD CONSTRAINT uq_r UNIQUE USING INDEX ux_r",
            down="ALTER TABLE orders DROP CONSTRAINT uq_r",
        ),
    ),
    safe(
        "pk-using-index",
        python(
            'operations.create_index_concurrently("ux_entry","audit_logs",["entry"],unique=True)',
            'operations.drop_index_concurrently("ux_entry")',
            contract=True,
        ),
        sql(
            "ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_pkey PRIMARY KEY USING INDEX ux_entry",
            down="ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_pkey",
            contract=True,
        ),
    ),
    safe(
        "swap-unique",
        python(
            'operations.create_index_concurrently("ux_lc2","customers",["legacy_code"],unique=True)',
            'operations.drop_index_concurrently("ux_lc2")',
        ),
        sql(
            "ALTER TABLE customers DROP CONSTRAINT uq_customers_legacy_code, ADD CONSTRAINT uq2 UNIQUE USING INDEX ux_lc2",
            down="ALTER TABLE customers RENAME CONSTRAINT uq2 TO uq_customers_legacy_code",
        ),
    ),
    safe(
        "wider-check",
        sql(
            "ALTER TABLE customers DROP CONSTRAINT ck_customers_balance",
            "ALTER TABLE customers ADD CONSTRAINT ck_customers_balance CHECK (balance > -200000) NOT VALID",
            down=[
                "ALTER TABLE customers DROP CONSTRAINT ck_customers_balance",
                "ALTER TABLE customers ADD CONSTRAINT ck_customers_balance CHECK (balance > -100000) NOT VALID",
            ],
        ),
    ),
    safe(
        "check-new-col",
        sql(
            "ALTER TABLE orders ADD COLUMN kind text",
            "ALTER TABLE orders ADD CONSTRAINT ck_kind CHECK (kind IN ('a','b') OR status = 'new') NOT VALID",
            down="ALTER TABLE orders DROP COLUMN kind",
        ),
    ),
    safe(
        "default-check",
        sql(
            "ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'a'",
            "ALTER TABLE orders ADD CONSTRAINT ck_kind CHECK (kind IN ('a','b')) NOT VALID",
            down="ALTER TABLE orders DROP COLUMN kind",
        ),
    ),
    safe(
        "label-other-tx",
        sql("ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'lost'", autocommit=True),
        sql("UPDATE shipments SET status = 'lost' WHERE id = 1"),
    ),
    safe(
        "label-new-type",
        sql(
            "CREATE TYPE mood AS ENUM ('a')",
            "ALTER TYPE mood ADD VALUE 'b'",
            "ALTER TABLE orders ADD COLUMN m mood DEFAULT 'a'",
            down=["ALTER TABLE orders DROP COLUMN m", "DROP TYPE mood"],
        ),
    ),
    safe(
        "label-other-column",
        sql(
            "ALTER TYPE order_status ADD VALUE 'lost'",
            "INSERT INTO settings VALUES ('lost', 'x')",
            down="DELETE FROM settings WHERE key = 'lost'",
        ),
    ),
    safe(
        "short-timeouts",
        sql(
            "SET LOCAL lock_timeout = '1s'",
            "SET LOCAL statement_timeout = '10s'",
            "ALTER TABLE orders ADD COLUMN a int",
            down="ALTER TABLE orders DROP COLUMN a",
        ),
    ),
    safe(
        "not-valid-fk",
        python(
            'op.create_foreign_key("fk_c","orders","customers",["customer_id"],["id"],postgresql_not_valid=True)',
            'op.drop_constraint("fk_c","orders")',
            contract=True,
        ),
        sql("ALTER TABLE orders VALIDATE CONSTRAINT fk_c"),
    ),
    safe(
        "if-not-exists-new",
        sql(
            "CREATE TABLE IF NOT EXISTS lines (id bigint PRIMARY KEY, n int)",
            "CREATE INDEX IF NOT EXISTS ix_lines ON lines (n)",
            down="DROP TABLE lines",
        ),
    ),
    safe(
        "new-schema",
        sql(
            "CREATE SCHEMA shop",
            "CREATE TABLE shop.orders (id int, note text)",
            "CREATE INDEX ix_so ON shop.orders (note)",
            down="DROP SCHEMA shop CASCADE",
        ),
    ),
    safe(
        "swap-table",
        sql(
            "CREATE TABLE orders_new (LIKE orders INCLUDING ALL)",
            "CREATE INDEX ix_on ON orders_new (note)",
            down="DROP TABLE orders_new",
        ),
    ),
    safe(
        "drop-contract",
        python(
            'op.drop_column("orders","note")', 'op.add_column("orders", sa.Column("note", sa.Text()))', contract=True
        ),
    ),
    safe(
        "concurrent-if",
        sql(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS a1 ON orders (note)",
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS a2 ON orders (ref)",
            down="DROP INDEX a1; DROP INDEX a2",
            autocommit=True,
        ),
    ),
    safe(
        "helper-two",
        python(
            'operations.create_index_concurrently("a1","orders",["note"])\noperations.create_index_concurrently("a2","orders",["ref"])',
            'operations.drop_index_concurrently("a1")\noperations.drop_index_concurrently("a2")',
        ),
    ),
    safe(
        "do-guard",
        sql(
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('a','b'); END IF; END $$",
            down="DROP TYPE mood",
        ),
    ),
    safe(
        "do-format",
        sql(
            "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['orders','customers'] LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS tenant int', t); END LOOP; END $$",
            down="SELECT 1",
        ),
    ),
    safe(
        "trigger",
        sql(
            "CREATE FUNCTION set_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET note = 'x'; RETURN NEW; END $$",
            "CREATE TRIGGER t BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION set_at()",
            down=["DROP TRIGGER t ON customers", "DROP FUNCTION set_at()"],
        ),
    ),
    safe(
        "view-replace",
        sql(
            "DROP VIEW active_customers",
            "CREATE VIEW active_customers AS SELECT id, name, city FROM customers WHERE is_active",
            down=[
                "DROP VIEW active_customers",
                "CREATE VIEW active_customers AS SELECT id, name FROM customers WHERE is_active",
            ],
        ),
    ),
    safe("setval", sql("SELECT setval('invoice_numbers', (SELECT max(id) FROM orders))")),
    safe(
        "comment-grant",
        sql("COMMENT ON COLUMN orders.note IS 'free text'", "GRANT SELECT ON orders TO PUBLIC", down="SELECT 1"),
    ),
    safe(
        "storage",
        sql(
            "ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL, ALTER COLUMN note SET STATISTICS 500",
            "ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.01)",
            down="SELECT 1",
        ),
    ),
    safe(
        "identity-by-default",
        sql(
            "ALTER TABLE audit_logs ALTER COLUMN entry ADD GENERATED BY DEFAULT AS IDENTITY",
            down="ALTER TABLE audit_logs ALTER COLUMN entry DROP IDENTITY",
        ),
    ),
    safe(
        "drop-index-partitioned",
        python(
            'operations.drop_index_concurrently("ix_orders_placed_at")',
            'operations.create_index_concurrently("ix_orders_placed_at","orders",["placed_at"])',
        ),
    ),
    safe(
        "computed-again",
        sql(
            "ALTER TABLE orders ADD COLUMN v numeric GENERATED ALWAYS AS (total * 2)",
            down="ALTER TABLE orders DROP COLUMN v",
        ),
        sql(
            "ALTER TABLE orders DROP COLUMN v",
            "ALTER TABLE orders ADD COLUMN v numeric GENERATED ALWAYS AS (total * 4) VIRTUAL",
            down=[
                "ALTER TABLE orders DROP COLUMN v",
                "ALTER TABLE orders ADD COLUMN v numeric GENERATED ALWAYS AS (total * 2)",
            ],
            contract=True,
        ),
    ),
    safe(
        "nextval-default",
        sql(
            "CREATE SEQUENCE s2",
            "ALTER TABLE orders ADD COLUMN n2 bigint",
            "ALTER TABLE orders ALTER COLUMN n2 SET DEFAULT nextval('s2')",
            down=["ALTER TABLE orders DROP COLUMN n2", "DROP SEQUENCE s2"],
        ),
    ),
    safe(
        "enum-swap-down",
        sql(
            "ALTER TYPE order_status ADD VALUE 'lost'",
            down=[
                "ALTER TYPE order_status RENAME TO order_status_old",
                "CREATE TYPE order_status AS ENUM ('pending','done')",
                "ALTER TABLE shipments ALTER COLUMN status DROP DEFAULT",
                "ALTER TABLE shipments ALTER COLUMN status TYPE order_status USING status::text::order_status",
                "ALTER TABLE shipments ALTER COLUMN status SET DEFAULT 'pending'",
                "DROP TYPE order_status_old",
            ],
        ),
    ),
    safe(
        "unnamed-pk-down",
        sql(
            "ALTER TABLE settings DROP CONSTRAINT settings_pkey",
            down="ALTER TABLE settings ADD PRIMARY KEY (key)",
            contract=True,
        ),
    ),
    safe(
        "function-named-in-do",
        sql(
            "CREATE FUNCTION clean() RETURNS void LANGUAGE sql AS 'DELETE FROM audit_logs'",
            "DO $$ BEGIN REVOKE EXECUTE ON FUNCTION clean() FROM PUBLIC; END $$",
            "ALTER TABLE orders ADD COLUMN a int",
            down=["ALTER TABLE orders DROP COLUMN a", "DROP FUNCTION clean()"],
        ),
    ),
]
