"""Revisions that look safe and are not, each with the rules that say so.

PostgreSQL was asked: `test_against_postgres` runs those of one transaction and looks at what each locks, reads and
rewrites.
"""

# ruff: noqa: E501 - statements as they are written

from lint.labelled.case import Case, dangerous, python, sql

NEARLY_SAFE: list[Case] = [
    dangerous(
        "do-create-if",
        ["require-concurrent-index-creation"],
        sql(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'orders') THEN CREATE TABLE orders (id int); END IF; END $$",
            "CREATE INDEX ix_q ON orders (note)",
        ),
    ),
    dangerous(
        "view-other-schema",
        ["contract-in-expand"],
        sql("CREATE VIEW legacy.active_customers AS SELECT 1", "DROP VIEW active_customers"),
    ),
    dangerous(
        "unnest-select",
        ["backfill-in-transaction"],
        sql("UPDATE orders SET note = 'x' WHERE id IN (SELECT unnest(ARRAY(SELECT id FROM orders)))"),
    ),
    dangerous(
        "generate-upsert",
        ["backfill-in-transaction"],
        sql(
            "INSERT INTO settings SELECT g::text, 'x' FROM generate_series(1, 5000000) g ON CONFLICT (key) DO UPDATE SET value = 'y'"
        ),
    ),
    dangerous(
        "vol-plpgsql",
        ["adding-field-with-default"],
        sql(
            "CREATE FUNCTION v() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
            "ALTER TABLE orders ADD COLUMN z int DEFAULT v()",
        ),
    ),
    dangerous(
        "execute-format-s",
        ["cannot-render"],
        sql(
            "DO $$ DECLARE c text; BEGIN FOR c IN SELECT 'DROP TABLE ' || relname FROM pg_class WHERE relname = 'settings' LOOP EXECUTE format('%s', c); END LOOP; END $$"
        ),
    ),
    dangerous(
        "execute-record",
        ["cannot-render"],
        sql(
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 'DROP TABLE settings' AS q LOOP EXECUTE r.q; END LOOP; END $$"
        ),
    ),
    dangerous(
        "drop-two-concurrently",
        ["commits-midway"],
        sql(
            "DROP INDEX CONCURRENTLY ix_customers_city", "DROP INDEX CONCURRENTLY ix_orders_placed_at", autocommit=True
        ),
    ),
    dangerous(
        "matview-if-not-exists",
        ["refresh-under-lock"],
        sql(
            "CREATE MATERIALIZED VIEW IF NOT EXISTS order_totals AS SELECT 1 AS total",
            "REFRESH MATERIALIZED VIEW order_totals",
        ),
    ),
    dangerous(
        "alter-matview-tablespace",
        ["table-rewrite"],
        sql("ALTER MATERIALIZED VIEW ALL IN TABLESPACE pg_default SET TABLESPACE fast"),
    ),
    dangerous(
        "fk-two-step-one-tx",
        ["validate-under-lock"],
        python(
            'op.create_foreign_key("fk","orders","customers",["customer_id"],["id"],postgresql_not_valid=True)\nop.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk")',
            contract=True,
        ),
    ),
    dangerous(
        "enum-core-insert",
        ["enum-label-too-early"],
        python(
            'op.execute("ALTER TYPE order_status ADD VALUE \'gone\'")\nt = sa.table("shipments", sa.column("status", sa.Enum("gone", name="order_status")))\nop.bulk_insert(t, [{"status": "gone"}])'
        ),
    ),
    dangerous("update-or-true", ["backfill-in-transaction"], sql("UPDATE orders SET note = 'x' WHERE id = 1 OR TRUE")),
    dangerous(
        "update-nested-and-or",
        ["backfill-in-transaction"],
        sql("UPDATE orders SET note = 'x' WHERE status = 'new' AND (id = 1 OR amount > 0)"),
    ),
    dangerous(
        "delete-exists-limit",
        ["backfill-in-transaction"],
        sql("DELETE FROM audit_logs a WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = a.entry LIMIT 1)"),
    ),
    dangerous("quoted", ["contract-in-expand"], sql('ALTER TABLE "public"."orders" DROP COLUMN "note"')),
    dangerous(
        "unique-nulls-nd",
        ["disallowed-unique-constraint"],
        sql("ALTER TABLE orders ADD COLUMN ext text, ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (ext)", contract=True),
    ),
    dangerous(
        "add-column-pk",
        ["adding-field-with-default", "adding-serial-primary-key-field"],
        sql("ALTER TABLE audit_logs ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid()", contract=True),
    ),
    dangerous(
        "not-null-batch",
        ["not-null-scan"],
        python(
            'with op.batch_alter_table("customers") as b:\n    b.alter_column("city", nullable=False)', contract=True
        ),
    ),
    dangerous("truncate-in-cte-sqltext", ["rows-lost"], python('op.execute(sa.text("TRUNCATE TABLE audit_logs"))')),
    dangerous(
        "drop-add-separate-quoted",
        ["rows-lost"],
        sql(
            'ALTER TABLE orders DROP COLUMN "note"',
            "ALTER TABLE public.orders ADD COLUMN note varchar(10)",
            contract=True,
        ),
    ),
    dangerous(
        "rename-then-add",
        ["contract-in-expand"],
        sql("ALTER TABLE orders RENAME COLUMN note TO note_old", "ALTER TABLE orders ADD COLUMN note int"),
    ),
    dangerous(
        "set-session-timeouts",
        ["timeout-overridden"],
        sql(
            "SET SESSION statement_timeout = '2h'",
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS z ON orders (note)",
            autocommit=True,
        ),
    ),
    dangerous("reset-lock", ["timeout-overridden"], sql("RESET lock_timeout", "ALTER TABLE orders ADD COLUMN q int")),
    dangerous(
        "check-num-nonnulls",
        ["contract-in-expand"],
        sql(
            "ALTER TABLE orders ADD COLUMN a1 int, ADD COLUMN b1 int",
            "ALTER TABLE orders ADD CONSTRAINT c CHECK (num_nonnulls(a1, b1) = 1) NOT VALID",
        ),
    ),
    dangerous(
        "narrower-length",
        ["contract-in-expand"],
        sql("ALTER TABLE customers ADD CONSTRAINT ck_len CHECK (length(name) <= 100) NOT VALID", contract=True),
        sql(
            "ALTER TABLE customers DROP CONSTRAINT ck_len",
            "ALTER TABLE customers ADD CONSTRAINT ck_len CHECK (length(name) <= 50) NOT VALID",
        ),
    ),
    dangerous(
        "narrower-between",
        ["contract-in-expand"],
        sql(
            "ALTER TABLE customers DROP CONSTRAINT ck_customers_balance, ADD CONSTRAINT ck_customers_balance CHECK (balance BETWEEN -100000 AND 100) NOT VALID"
        ),
    ),
]
