"""Revisions that harm the release that runs, or lose rows, each with the rules that say so.

PostgreSQL was asked: `test_against_postgres` runs those of one transaction and looks at what each locks, reads and
rewrites.
"""

# ruff: noqa: E501 - statements as they are written

from lint.labelled.case import Case, dangerous, python, sql

DANGEROUS: list[Case] = [
    dangerous(
        "truncate-two", ["rows-lost"], sql("TRUNCATE TABLE settings, audit_logs RESTART IDENTITY", contract=True)
    ),
    dangerous(
        "truncate-do",
        ["rows-lost"],
        sql("DO $$ BEGIN IF (SELECT count(*) FROM settings) > 5 THEN TRUNCATE settings; END IF; END $$"),
    ),
    dangerous(
        "drop-add-op",
        ["rows-lost"],
        python(
            'op.drop_column("orders","note")\nop.add_column("orders", sa.Column("note", sa.Integer()))', contract=True
        ),
    ),
    dangerous(
        "drop-add-one-statement",
        ["rows-lost"],
        sql("ALTER TABLE customers DROP COLUMN city, ADD COLUMN city varchar(10)", contract=True),
    ),
    dangerous(
        "drop-add-batch",
        ["rows-lost"],
        python(
            'with op.batch_alter_table("customers") as b:\n    b.drop_column("city")\n    b.add_column(sa.Column("city", sa.Text()))',
            contract=True,
        ),
    ),
    dangerous(
        "drop-create-table",
        ["rows-lost"],
        python(
            'op.drop_table("settings")\nop.create_table("settings", sa.Column("key", sa.Text(), primary_key=True), sa.Column("value", sa.JSON()))',
            contract=True,
        ),
    ),
    dangerous(
        "drop-unique-constraint",
        ["contract-in-expand"],
        python(
            'op.drop_constraint("uq_customers_legacy_code","customers",type_="unique")',
            'op.create_unique_constraint("uq_customers_legacy_code","customers",["legacy_code"])',
        ),
    ),
    dangerous(
        "drop-pk",
        ["contract-in-expand"],
        sql("ALTER TABLE settings DROP CONSTRAINT settings_pkey", down="ALTER TABLE settings ADD PRIMARY KEY (key)"),
    ),
    dangerous(
        "drop-unique-index", ["contract-in-expand"], sql("DROP INDEX CONCURRENTLY ix_order_totals", autocommit=True)
    ),
    dangerous(
        "unique-index-helper-drop",
        ["contract-in-expand"],
        python('operations.drop_index_concurrently("ix_order_totals")'),
    ),
    dangerous(
        "unique-wider",
        ["disallowed-unique-constraint"],
        python(
            'op.drop_constraint("uq_customers_legacy_code","customers")\nop.execute("ALTER TABLE customers ADD CONSTRAINT uq_customers_legacy_code UNIQUE (legacy_code, city)")'
        ),
    ),
    dangerous(
        "identity-always", ["contract-in-expand"], sql("ALTER TABLE orders ALTER COLUMN id SET GENERATED ALWAYS")
    ),
    dangerous(
        "add-identity-always",
        ["contract-in-expand"],
        sql("ALTER TABLE audit_logs ALTER entry ADD GENERATED ALWAYS AS IDENTITY"),
    ),
    dangerous(
        "drop-identity", ["contract-in-expand"], sql("ALTER TABLE orders ALTER COLUMN id DROP IDENTITY IF EXISTS")
    ),
    dangerous(
        "drop-expression", ["contract-in-expand"], sql("ALTER TABLE orders ALTER COLUMN doubled DROP EXPRESSION")
    ),
    dangerous(
        "set-expression",
        ["table-rewrite"],
        sql("ALTER TABLE orders ALTER COLUMN doubled SET EXPRESSION AS (total * 3)", contract=True),
    ),
    dangerous(
        "add-identity-column",
        ["adding-field-with-default"],
        python('op.add_column("audit_logs", sa.Column("n", sa.BigInteger(), sa.Identity(always=True)))'),
    ),
    dangerous("domain-check-column", ["table-rewrite"], sql("ALTER TABLE orders ADD COLUMN quantity checked_int")),
    dangerous(
        "domain-made-here",
        ["table-rewrite"],
        sql("CREATE DOMAIN pct AS int NOT NULL DEFAULT 0 CHECK (VALUE <= 100)", "ALTER TABLE orders ADD discount pct"),
    ),
    dangerous(
        "domain-set-not-null",
        ["ban-alter-domain-with-add-constraint"],
        sql("ALTER TABLE orders ADD COLUMN q positive_int"),
        sql("ALTER DOMAIN positive_int SET NOT NULL", contract=True),
    ),
    dangerous(
        "pk-using-index-nullable",
        ["not-null-scan"],
        sql("CREATE UNIQUE INDEX CONCURRENTLY ux_email ON customers (email)", autocommit=True, contract=True),
        sql(
            "ALTER TABLE customers DROP CONSTRAINT customers_pkey, ADD CONSTRAINT customers_pkey PRIMARY KEY USING INDEX ux_email",
            contract=True,
        ),
    ),
    dangerous(
        "label-used-default",
        ["enum-label-too-early"],
        sql("ALTER TYPE order_status ADD VALUE 'lost'", "ALTER TABLE shipments ALTER COLUMN status SET DEFAULT 'lost'"),
    ),
    dangerous(
        "label-used-insert",
        ["enum-label-too-early"],
        sql(
            "ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'lost' AFTER 'done'",
            "INSERT INTO shipments (status) VALUES ('lost')",
        ),
    ),
    dangerous(
        "label-used-cast",
        ["concurrently-in-transaction", "enum-label-too-early"],
        sql(
            "ALTER TYPE public.order_status ADD VALUE 'lost'; CREATE INDEX CONCURRENTLY IF NOT EXISTS x ON shipments (status) WHERE status = 'lost'::order_status",
            autocommit=True,
        ),
    ),
    dangerous(
        "lock-timeout-0", ["timeout-overridden"], sql("SET lock_timeout = 0", "ALTER TABLE orders ADD COLUMN a int")
    ),
    dangerous(
        "lock-timeout-op",
        ["timeout-overridden"],
        python(
            'op.execute("SET LOCAL lock_timeout TO \'30s\'")\nop.add_column("orders", sa.Column("a", sa.Integer()))'
        ),
    ),
    dangerous(
        "statement-timeout-off",
        ["timeout-overridden"],
        sql("SET statement_timeout = 0", "ALTER TABLE orders ADD COLUMN a int"),
    ),
    dangerous(
        "set-config",
        ["timeout-overridden"],
        sql("SELECT set_config('lock_timeout', '0', true)", "ALTER TABLE orders ADD COLUMN a int"),
    ),
    dangerous(
        "disable-trigger",
        ["trigger-disabled"],
        sql(
            "ALTER TABLE customers DISABLE TRIGGER ALL",
            "UPDATE customers SET city='x' WHERE id = 1",
            "ALTER TABLE customers ENABLE TRIGGER ALL",
        ),
    ),
    dangerous(
        "replica-role",
        ["trigger-disabled"],
        sql("SET session_replication_role = replica", "UPDATE customers SET city='x' WHERE id = 1"),
    ),
    dangerous(
        "upsert-select",
        ["backfill-in-transaction"],
        sql(
            "INSERT INTO settings (key, value) SELECT name, city FROM customers ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        ),
    ),
    dangerous(
        "upsert-cte",
        ["backfill-in-transaction"],
        sql(
            "WITH src AS (SELECT id, name FROM customers) INSERT INTO settings (key, value) SELECT id::text, name FROM src ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value"
        ),
    ),
    dangerous(
        "all-in-tablespace",
        ["table-rewrite"],
        sql("ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE fast NOWAIT", contract=True),
    ),
    dangerous(
        "if-not-exists-sql",
        ["require-concurrent-index-creation"],
        sql(
            "CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY, city text)",
            "CREATE INDEX ix_city ON customers (city)",
        ),
    ),
    dangerous(
        "if-not-exists-alter",
        ["not-null-scan"],
        python(
            'op.create_table("customers", sa.Column("id", sa.BigInteger(), primary_key=True), if_not_exists=True)\nop.alter_column("customers","city",nullable=False)',
            contract=True,
        ),
    ),
    dangerous(
        "temp-hides",
        ["require-concurrent-index-creation"],
        sql("CREATE TEMP TABLE orders (id int, note text)", "CREATE INDEX ix_n ON public.orders (note)"),
    ),
    dangerous(
        "other-schema-update",
        ["backfill-in-transaction"],
        sql("CREATE TABLE legacy.customers (id int)", "UPDATE customers SET city = 'x'"),
    ),
    dangerous(
        "renamed-away",
        ["require-concurrent-index-creation"],
        sql(
            "CREATE TABLE lines (id int)",
            "ALTER TABLE lines RENAME TO lines_old",
            "ALTER TABLE orders RENAME TO lines",
            "CREATE INDEX ix_l ON lines (note)",
            contract=True,
        ),
    ),
    dangerous(
        "not-null-new-col-check",
        ["commits-midway", "contract-in-expand"],
        python(
            'op.add_column("customers", sa.Column("tier", sa.Text()))\noperations.add_check("ck_tier","customers","tier IS NOT NULL AND tier <> \'\'")'
        ),
    ),
    dangerous(
        "check-coalesce",
        ["contract-in-expand"],
        sql(
            "ALTER TABLE customers ADD COLUMN tier text, ADD CONSTRAINT ck_tier CHECK (coalesce(tier, '') <> '') NOT VALID"
        ),
    ),
    dangerous(
        "check-default-fails",
        ["contract-in-expand"],
        sql(
            "ALTER TABLE orders ADD COLUMN rank int NOT NULL DEFAULT 0",
            "ALTER TABLE orders ADD CONSTRAINT ck_rank CHECK (rank > 0) NOT VALID",
        ),
    ),
    dangerous(
        "check-mixed",
        ["contract-in-expand"],
        sql(
            "ALTER TABLE orders ADD COLUMN rank int",
            "ALTER TABLE orders ADD CONSTRAINT ck_rank CHECK (rank > 0 AND amount > 100) NOT VALID",
        ),
    ),
    dangerous(
        "unique-default",
        ["contract-in-expand", "disallowed-unique-constraint"],
        sql(
            "ALTER TABLE settings ADD COLUMN scope text NOT NULL DEFAULT 'all', ADD CONSTRAINT uq_scope UNIQUE (scope)"
        ),
    ),
    dangerous(
        "narrower-in-list",
        ["contract-in-expand"],
        sql(
            "ALTER TABLE orders ADD CONSTRAINT ck_status CHECK (status IN ('new','paid','sent')) NOT VALID",
            contract=True,
        ),
        sql(
            "ALTER TABLE orders DROP CONSTRAINT ck_status, ADD CONSTRAINT ck_status CHECK (status IN ('new','paid')) NOT VALID"
        ),
    ),
    dangerous(
        "drop-check-same-statement",
        ["not-null-scan"],
        python('operations.add_check("ck_e","customers","email IS NOT NULL")', contract=True),
        sql("ALTER TABLE customers ALTER COLUMN email SET NOT NULL, DROP CONSTRAINT ck_e", contract=True),
    ),
    dangerous(
        "drop-check-before",
        ["not-null-scan"],
        python('operations.add_check("ck_e","customers","email IS NOT NULL")', contract=True),
        sql(
            "ALTER TABLE customers DROP CONSTRAINT ck_e",
            "ALTER TABLE customers ALTER COLUMN email SET NOT NULL",
            contract=True,
        ),
    ),
    dangerous(
        "or-key", ["backfill-in-transaction"], sql("UPDATE orders SET note = 'x' WHERE id = 1 OR status = 'new'")
    ),
    dangerous(
        "huge-range", ["backfill-in-transaction"], sql("UPDATE orders SET note = 'x' WHERE id BETWEEN 1 AND 500000000")
    ),
    dangerous("open-range", ["backfill-in-transaction"], sql("DELETE FROM audit_logs WHERE entry > 1000")),
    dangerous(
        "not-key",
        ["backfill-in-transaction"],
        sql("UPDATE orders SET note='x' WHERE customer_id = 5 AND status = 'new'"),
    ),
    dangerous(
        "using-join",
        ["backfill-in-transaction"],
        sql("DELETE FROM orders USING customers c WHERE c.id = orders.customer_id AND c.id > 0"),
    ),
    dangerous(
        "in-subselect-key",
        ["backfill-in-transaction"],
        sql("UPDATE orders SET note = 'x' WHERE id IN (SELECT order_id FROM shipments WHERE status = 'done')"),
    ),
    dangerous(
        "not-exists",
        ["backfill-in-transaction"],
        sql(
            "DELETE FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.id = 1)"
        ),
    ),
    dangerous(
        "loop-do",
        ["backfill-in-transaction"],
        sql(
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM orders LOOP UPDATE orders SET note = 'x' WHERE id = r.id; END LOOP; END $$"
        ),
    ),
    dangerous(
        "merge-table",
        ["backfill-in-transaction"],
        sql("MERGE INTO customers c USING orders o ON c.id = o.customer_id WHEN MATCHED THEN UPDATE SET city = o.ref"),
    ),
    dangerous(
        "many-batches-one-tx",
        ["backfill-in-transaction"],
        python(
            "for start in range(0, 500000, 5000):\n    op.execute(f\"UPDATE orders SET note = 'x' WHERE id > {start} AND id <= {start + 5000}\")"
        ),
    ),
    dangerous(
        "virtual-name-required", ["adding-required-field"], sql("ALTER TABLE orders ADD COLUMN generated int NOT NULL")
    ),
    dangerous(
        "two-concurrent",
        ["commits-midway"],
        sql(
            "CREATE INDEX CONCURRENTLY a1 ON orders (note)",
            "CREATE INDEX CONCURRENTLY a2 ON orders (ref)",
            autocommit=True,
        ),
    ),
    dangerous(
        "concurrent-then-constraint",
        ["commits-midway"],
        python(
            'with op.get_context().autocommit_block():\n    op.execute("CREATE UNIQUE INDEX CONCURRENTLY ux_r ON orders (ref)")\nop.execute("ALTER TABLE orders ADD CONSTRAINT uq_r UNIQUE USING INDEX ux_r")',
            contract=True,
        ),
    ),
    dangerous(
        "label-autocommit-then-more",
        ["commits-midway"],
        python(
            'with op.get_context().autocommit_block():\n    op.execute("ALTER TYPE order_status ADD VALUE \'lost\'")\nop.add_column("shipments", sa.Column("x", sa.Integer()))'
        ),
    ),
    dangerous(
        "unparsable-pk",
        ["adding-serial-primary-key-field"],
        sql("ALTER TABLE audit_logs ADD CONSTRAINT pk PRIMARY KEY (entry, period WITHOUT OVERLAPS)", contract=True),
    ),
    dangerous(
        "execute-variable-param",
        ["cannot-render"],
        sql("DO $$ DECLARE t text; BEGIN SELECT 'orders' INTO t; EXECUTE t; END $$"),
    ),
    dangerous(
        "execute-foreach",
        ["cannot-render"],
        sql(
            "DO $$ DECLARE q text; BEGIN FOREACH q IN ARRAY ARRAY['DROP TABLE settings'] LOOP EXECUTE q; END LOOP; END $$"
        ),
    ),
    dangerous(
        "function-in-select",
        ["backfill-in-transaction"],
        sql("CREATE FUNCTION fix() RETURNS void LANGUAGE sql AS $$ UPDATE orders SET note = 'x' $$", "SELECT fix()"),
    ),
    dangerous("drop-policy", ["contract-in-expand"], sql("DROP POLICY IF EXISTS p ON customers")),
    dangerous("enable-rls", ["contract-in-expand"], sql("ALTER TABLE customers ENABLE ROW LEVEL SECURITY")),
    dangerous(
        "query-under-lock",
        ["query-under-lock"],
        sql("ALTER TABLE orders ADD COLUMN a int", "SELECT count(*) FROM orders WHERE note IS NOT NULL"),
    ),
    dangerous(
        "narrow-varchar",
        ["changing-column-type"],
        sql("ALTER TABLE customers ALTER COLUMN email TYPE varchar(50)", contract=True),
    ),
    dangerous(
        "numeric-scale",
        ["changing-column-type"],
        sql("ALTER TABLE customers ALTER COLUMN balance TYPE numeric(12,4)", contract=True),
    ),
    dangerous(
        "text-to-varchar",
        ["changing-column-type"],
        sql("ALTER TABLE customers ALTER COLUMN name TYPE varchar(200)", contract=True),
    ),
    dangerous(
        "int-bigint",
        ["changing-column-type"],
        python('op.alter_column("orders","amount",existing_type=sa.Integer(),type_=sa.BigInteger())', contract=True),
    ),
    dangerous(
        "varchar-using",
        ["changing-column-type"],
        sql("ALTER TABLE customers ALTER COLUMN email TYPE text USING lower(email)", contract=True),
    ),
    dangerous(
        "checked-column-type",
        ["changing-column-type"],
        sql("ALTER TABLE customers ALTER COLUMN balance TYPE numeric(14,2)", contract=True),
    ),
    dangerous(
        "timestamptz",
        ["changing-column-type"],
        python('op.alter_column("orders","placed_at",type_=sa.DateTime(timezone=True))', contract=True),
    ),
    dangerous(
        "volatile-user-fn",
        ["adding-field-with-default"],
        sql(
            "CREATE FUNCTION token() RETURNS text LANGUAGE sql AS 'SELECT md5(random()::text)'",
            "ALTER TABLE orders ADD COLUMN tok text DEFAULT token()",
        ),
    ),
    dangerous(
        "attach-no-check",
        ["attach-partition-scan"],
        sql(
            "ALTER TABLE measurements ATTACH PARTITION measurements_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
        ),
    ),
    dangerous(
        "attach-wrong-check",
        ["attach-partition-scan"],
        python('operations.add_check("ck","measurements_2024","at >= \'2023-01-01\'")', contract=True),
        sql(
            "ALTER TABLE measurements ATTACH PARTITION measurements_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
        ),
    ),
    dangerous("on-only-plain", ["require-concurrent-index-creation"], sql("CREATE INDEX ix_o ON ONLY orders (note)")),
    dangerous(
        "alter-domain-check",
        ["ban-alter-domain-with-add-constraint"],
        sql("ALTER TABLE orders ADD COLUMN q positive_int"),
        sql("ALTER DOMAIN positive_int ADD CONSTRAINT pos CHECK (VALUE > 0)", contract=True),
    ),
    dangerous("reindex", ["require-concurrent-reindex"], sql("REINDEX TABLE orders")),
    dangerous("drop-default", ["contract-in-expand"], python('op.alter_column("orders","status",server_default=None)')),
    dangerous(
        "fk-default",
        ["foreign-key-scan"],
        sql("ALTER TABLE orders ADD COLUMN owner_id bigint DEFAULT 1 REFERENCES customers (id)"),
    ),
    dangerous(
        "two-fks",
        ["foreign-key-scan"],
        python('op.create_foreign_key("fk_c","orders","customers",["customer_id"],["id"])', contract=True),
    ),
    dangerous(
        "commit-dml", ["transaction-control"], python('op.execute("UPDATE customers SET city=1 WHERE id=1; COMMIT")')
    ),
    dangerous("revoke", ["contract-in-expand"], sql("REVOKE UPDATE ON orders FROM PUBLIC")),
]
