"""What teams often write and should not, each with the rules that say so.

PostgreSQL was asked: `test_against_postgres` runs those of one transaction and looks at what each locks, reads and
rewrites.
"""

# ruff: noqa: E501 - statements as they are written

from lint.labelled.case import Case, dangerous, python, sql

EVERYDAY_DANGEROUS: list[Case] = [
    dangerous(
        "drop-uq-sql-cascade",
        ["contract-in-expand"],
        sql("ALTER TABLE customers DROP CONSTRAINT IF EXISTS uq_customers_legacy_code CASCADE"),
    ),
    dangerous(
        "fk-validate-same-tx",
        ["validate-under-lock"],
        sql(
            "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT fk",
            contract=True,
        ),
    ),
    dangerous(
        "add-not-valid-and-validate-one-stmt",
        ["validate-under-lock"],
        sql(
            "ALTER TABLE orders ADD CONSTRAINT ck CHECK (amount >= 0) NOT VALID, VALIDATE CONSTRAINT ck", contract=True
        ),
    ),
    dangerous(
        "alter-nullable-op",
        ["not-null-scan"],
        python(
            'op.alter_column("orders","note",existing_type=sa.Text(),nullable=False,server_default="")', contract=True
        ),
    ),
    dangerous(
        "add-col-not-null-op",
        ["adding-required-field"],
        python('op.add_column("customers", sa.Column("tier", sa.Integer(), nullable=False))'),
    ),
    dangerous(
        "add-unique-col-op",
        ["disallowed-unique-constraint"],
        python(
            'op.add_column("customers", sa.Column("code", sa.Text(), unique=True))\nop.create_unique_constraint("uq_c","customers",["code"])'
        ),
    ),
    dangerous(
        "op-create-pk",
        ["adding-serial-primary-key-field"],
        python('op.create_primary_key("audit_logs_pkey","audit_logs",["entry"])', contract=True),
    ),
    dangerous(
        "exclude-op",
        ["exclusion-build"],
        python('op.create_exclude_constraint("ex","orders",("period","&&"),using="gist")', contract=True),
    ),
    dangerous(
        "batch-index",
        ["require-concurrent-index-creation"],
        python('with op.batch_alter_table("orders") as b:\n    b.create_index("ix_b",["ref"])'),
    ),
    dangerous(
        "column-index-true",
        ["require-concurrent-index-creation"],
        python(
            'op.add_column("orders", sa.Column("z", sa.Text()))\nop.create_index(op.f("ix_orders_z"),"orders",["z"],unique=False)'
        ),
    ),
    dangerous(
        "computed-stored-op",
        ["adding-field-with-default"],
        python('op.add_column("orders", sa.Column("z", sa.Numeric(), sa.Computed("total * 3", persisted=True)))'),
    ),
    dangerous(
        "uuid-default-op",
        ["adding-field-with-default"],
        python(
            'op.add_column("orders", sa.Column("u", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))'
        ),
    ),
    dangerous(
        "clock",
        ["adding-field-with-default"],
        sql("ALTER TABLE orders ADD COLUMN z timestamptz NOT NULL DEFAULT clock_timestamp()"),
    ),
    dangerous(
        "random-expr",
        ["adding-field-with-default"],
        sql("ALTER TABLE orders ADD COLUMN z int DEFAULT (random() * 100)::int"),
    ),
    dangerous(
        "serial-op",
        ["adding-serial-primary-key-field", "table-rewrite"],
        sql("ALTER TABLE audit_logs ADD COLUMN id SERIAL PRIMARY KEY", contract=True),
    ),
    dangerous(
        "enum-type-change",
        ["changing-column-type"],
        sql(
            "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE order_status USING status::order_status",
            contract=True,
        ),
    ),
    dangerous(
        "json-jsonb",
        ["changing-column-type"],
        sql("ALTER TABLE customers ALTER city TYPE jsonb USING to_jsonb(city)", contract=True),
    ),
    dangerous(
        "rename-col-op", ["contract-in-expand"], python('op.alter_column("orders","note",new_column_name="remark")')
    ),
    dangerous("rename-enum", ["contract-in-expand"], sql("ALTER TYPE order_status RENAME VALUE 'done' TO 'finished'")),
    dangerous(
        "drop-type-cascade",
        ["contract-in-expand"],
        sql("DROP TYPE order_status CASCADE", contract=True),
        sql("DROP VIEW active_customers"),
    ),
    dangerous("drop-function-used", ["contract-in-expand"], sql("DROP FUNCTION net(numeric)")),
    dangerous("drop-sequence", ["contract-in-expand"], sql("DROP SEQUENCE invoice_numbers")),
    dangerous("drop-schema", ["contract-in-expand"], sql("DROP SCHEMA legacy CASCADE")),
    dangerous(
        "drop-index-plain",
        ["require-concurrent-index-deletion"],
        python('op.drop_index("ix_customers_city", table_name="customers")'),
    ),
    dangerous(
        "drop-index-concurrently-in-tx",
        ["concurrently-in-transaction"],
        sql("DROP INDEX CONCURRENTLY ix_customers_city"),
    ),
    dangerous(
        "index-concurrently-in-tx",
        ["concurrently-in-transaction"],
        python('op.create_index("ix_z","orders",["ref"],postgresql_concurrently=True)'),
    ),
    dangerous("vacuum-full", ["table-rewrite"], sql("VACUUM FULL orders", autocommit=True)),
    dangerous("cluster-verbose", ["table-rewrite"], sql("CLUSTER")),
    dangerous("set-logged", ["table-rewrite"], sql("ALTER TABLE audit_logs SET UNLOGGED", contract=True)),
    dangerous("lock-table", ["explicit-lock"], sql("LOCK TABLE orders IN EXCLUSIVE MODE")),
    dangerous("lock-nowait", ["explicit-lock"], sql("LOCK orders, customers NOWAIT")),
    dangerous("matview-refresh", ["refresh-under-lock"], sql("REFRESH MATERIALIZED VIEW order_totals")),
    dangerous(
        "detach",
        ["require-concurrent-partition-detach"],
        sql("ALTER TABLE measurements DETACH PARTITION measurements_2023", contract=True),
    ),
    dangerous(
        "reindex-schema", ["require-concurrent-reindex"], sql("REINDEX (VERBOSE) SCHEMA public", autocommit=True)
    ),
    dangerous("reindex-index", ["require-concurrent-reindex"], sql("REINDEX INDEX ix_customers_city")),
    dangerous("delete-all", ["backfill-in-transaction"], sql("DELETE FROM audit_logs")),
    dangerous(
        "update-core",
        ["cannot-render"],
        python(
            't = sa.table("customers", sa.column("is_active"), sa.column("city"))\nop.execute(t.update().values(city="x"))'
        ),
    ),
    dangerous(
        "update-bind-execute",
        ["backfill-in-transaction"],
        python('op.get_bind().execute(sa.text("UPDATE customers SET city = :c"), {"c": "x"})'),
    ),
    dangerous(
        "update-like",
        ["backfill-in-transaction"],
        sql("UPDATE customers SET city = upper(city) WHERE legacy_code LIKE 'l1%'"),
    ),
    dangerous(
        "update-subquery-limit",
        ["backfill-in-transaction"],
        sql("UPDATE customers SET city = (SELECT value FROM settings LIMIT 1)"),
    ),
    dangerous(
        "update-case",
        ["backfill-in-transaction"],
        sql("UPDATE orders SET note = CASE WHEN id = 1 THEN 'a' ELSE 'b' END"),
    ),
    dangerous("update-true", ["backfill-in-transaction"], sql("UPDATE orders SET note = 'x' WHERE true")),
    dangerous("update-neq", ["backfill-in-transaction"], sql("UPDATE orders SET note = 'x' WHERE id <> 1")),
    dangerous(
        "update-coalesce-key",
        ["backfill-in-transaction"],
        sql("UPDATE orders SET note = 'x' WHERE coalesce(id, 0) = 0 OR id IN (1,2)"),
    ),
    dangerous("update-mod", ["backfill-in-transaction"], sql("UPDATE orders SET note = 'x' WHERE id % 10 = 1")),
    dangerous(
        "update-key-any-sub",
        ["backfill-in-transaction"],
        sql("UPDATE orders SET note = 'x' WHERE id = ANY (SELECT order_id FROM shipments)"),
    ),
    dangerous(
        "update-from-cte",
        ["backfill-in-transaction"],
        sql("WITH x AS (SELECT id FROM customers) UPDATE orders SET note = 'x' FROM x WHERE orders.customer_id = x.id"),
    ),
    dangerous(
        "insert-returning-cte-update",
        ["backfill-in-transaction"],
        sql("WITH u AS (UPDATE orders SET note = 'x' RETURNING id) INSERT INTO settings SELECT id::text, 'x' FROM u"),
    ),
    dangerous(
        "while-loop",
        ["backfill-in-transaction"],
        sql(
            "DO $$ DECLARE n int := 0; BEGIN LOOP UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM orders WHERE note IS NULL LIMIT 1000); EXIT WHEN NOT FOUND; END LOOP; END $$"
        ),
    ),
    dangerous("revoke-all", ["contract-in-expand"], sql("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")),
    dangerous("owner-to", ["trigger-disabled"], sql("ALTER TABLE orders DISABLE RULE ALL")),
    dangerous(
        "set-not-null-domain-type", ["table-rewrite"], sql("ALTER TABLE orders ADD COLUMN q checked_int DEFAULT 5")
    ),
    dangerous(
        "nested-do-ddl",
        ["check-scan"],
        sql(
            "DO $x$ BEGIN EXECUTE $q$ALTER TABLE orders ADD CONSTRAINT ck CHECK (amount > 0)$q$; END $x$", contract=True
        ),
    ),
    dangerous(
        "call-proc",
        ["backfill-in-transaction"],
        sql("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM audit_logs; END $$; CALL p()"),
    ),
    dangerous("rollback", ["transaction-control"], sql("SAVEPOINT a", "ROLLBACK")),
    dangerous(
        "commit-do",
        ["backfill-in-transaction"],
        sql("DO $$ BEGIN UPDATE orders SET note = 'x'; COMMIT; END $$", autocommit=True),
    ),
    dangerous(
        "unique-where",
        ["require-concurrent-index-creation"],
        python(
            'op.create_index("ux","customers",["email"],unique=True,postgresql_where=sa.text("email IS NOT NULL"))',
            contract=True,
        ),
    ),
    dangerous("rls-force", ["contract-in-expand"], sql("ALTER TABLE orders FORCE ROW LEVEL SECURITY")),
    dangerous(
        "restrictive-policy",
        ["contract-in-expand"],
        sql("CREATE POLICY p ON customers AS RESTRICTIVE USING (is_active)"),
    ),
    dangerous(
        "rule-instead",
        ["contract-in-expand"],
        sql("CREATE OR REPLACE RULE r AS ON DELETE TO customers DO INSTEAD NOTHING"),
    ),
    dangerous("alter-seq-restart", ["contract-in-expand"], sql("ALTER SEQUENCE invoice_numbers RESTART WITH 1")),
    dangerous("identity-restart", ["contract-in-expand"], sql("ALTER TABLE orders ALTER COLUMN id RESTART WITH 1")),
    dangerous(
        "alter-constraint-enforced",
        ["foreign-key-scan"],
        sql(
            "ALTER TABLE orders ADD CONSTRAINT f1 FOREIGN KEY (customer_id) REFERENCES customers (id) NOT ENFORCED",
            contract=True,
        ),
        sql("ALTER TABLE orders ALTER CONSTRAINT f1 ENFORCED", contract=True),
    ),
    dangerous(
        "add-not-null-constraint",
        ["not-null-scan"],
        sql("ALTER TABLE customers ADD CONSTRAINT nn NOT NULL city", contract=True),
    ),
    dangerous("drop-owned", ["contract-in-expand"], sql("DROP OWNED BY CURRENT_USER")),
    dangerous("truncate-only", ["ban-truncate-cascade", "rows-lost"], sql("TRUNCATE ONLY customers CASCADE")),
    dangerous(
        "merge-delete",
        ["backfill-in-transaction"],
        sql("MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED AND c.city = 'c' THEN DELETE"),
    ),
    dangerous(
        "drop-default-new-not-null",
        ["contract-in-expand"],
        sql(
            "ALTER TABLE customers ADD COLUMN k int NOT NULL DEFAULT 0; ALTER TABLE customers ALTER COLUMN k DROP DEFAULT"
        ),
    ),
    dangerous("select-for-update", ["backfill-in-transaction"], sql("SELECT id FROM orders FOR UPDATE")),
    dangerous(
        "ctas-under-lock",
        ["query-under-lock"],
        sql("ALTER TABLE orders ADD COLUMN x int", "CREATE TABLE copy AS SELECT * FROM orders"),
    ),
    dangerous(
        "matview-under-lock",
        ["query-under-lock"],
        sql(
            "ALTER TABLE orders ADD COLUMN x int",
            "CREATE MATERIALIZED VIEW mv AS SELECT status, count(*) FROM orders GROUP BY 1",
        ),
    ),
    dangerous(
        "insert-select-under-lock",
        ["structure-and-data"],
        sql(
            "ALTER TABLE orders ADD COLUMN x int",
            "INSERT INTO settings SELECT id::text, note FROM orders ON CONFLICT DO NOTHING",
        ),
    ),
    dangerous(
        "view-col-removed",
        ["contract-in-expand"],
        sql("DROP VIEW active_customers; CREATE VIEW active_customers AS SELECT id FROM customers"),
    ),
    dangerous(
        "bit-of-python-loop",
        ["adding-field-with-default"],
        python(
            'for t in ("orders","customers"):\n    op.execute(f"ALTER TABLE {t} ADD COLUMN z uuid DEFAULT gen_random_uuid()")'
        ),
    ),
    dangerous(
        "set-statistics-and-type",
        ["changing-column-type"],
        sql("ALTER TABLE orders ALTER amount TYPE bigint, ALTER note SET STATISTICS 100", contract=True),
    ),
    dangerous(
        "attach-default",
        ["attach-partition-scan"],
        sql("ALTER TABLE measurements ATTACH PARTITION measurements_2024 DEFAULT", contract=True),
    ),
    dangerous(
        "statement-timeout-minutes",
        ["timeout-overridden"],
        sql("SET LOCAL statement_timeout = '30min'", "ALTER TABLE orders ADD COLUMN a int"),
    ),
    dangerous(
        "drop-constraint-unknown-name",
        ["contract-in-expand"],
        python('op.drop_constraint("customers_pkey","customers",type_="primary")', contract=True),
        python('op.drop_constraint("uq_customers_legacy_code","customers",type_="unique")'),
    ),
    dangerous(
        "index-on-matview", ["require-concurrent-index-creation"], sql("CREATE INDEX ix_ot ON order_totals (total)")
    ),
    dangerous(
        "index-partitioned", ["require-concurrent-index-creation"], sql("CREATE INDEX ix_m ON measurements (value)")
    ),
    dangerous(
        "fk-inline-existing",
        ["foreign-key-scan"],
        sql(
            "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE",
            contract=True,
        ),
    ),
    dangerous(
        "add-fk-nullable-col",
        ["foreign-key-scan"],
        python(
            'op.add_column("orders", sa.Column("owner", sa.BigInteger(), sa.ForeignKey("customers.id")))',
            'op.drop_column("orders","owner")',
        ),
    ),
]
