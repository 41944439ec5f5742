"""What stops everybody who uses a table: scans, rewrites and builds under a lock."""

import pytest
from lint.shop import Judge, Shop, rules

CONTRACT = 'phase = "contract"'


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("ALTER TABLE orders ALTER COLUMN note SET NOT NULL", "not-null-scan"),
        ('ALTER TABLE public."orders" ALTER "note" SET NOT NULL', "not-null-scan"),
        ("ALTER TABLE orders ADD CONSTRAINT n NOT NULL note", "not-null-scan"),
        ("ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES users (id)", "foreign-key-scan"),
        ("ALTER TABLE orders ADD COLUMN a int, ADD FOREIGN KEY (id) REFERENCES users", "foreign-key-scan"),
        ("ALTER TABLE orders ADD COLUMN user_id bigint DEFAULT 1 REFERENCES users (id)", "foreign-key-scan"),
        ("ALTER TABLE orders ADD CONSTRAINT ck CHECK (note <> 'NOT VALID')", "check-scan"),
        ("ALTER TABLE orders ADD COLUMN amount int CHECK (amount > 0)", "check-scan"),
        ("DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT ck CHECK (id > 0); END $$", "check-scan"),
        ("CLUSTER orders USING ix", "table-rewrite"),
        ("ALTER TABLE orders SET UNLOGGED", "table-rewrite"),
        ("ALTER TABLE orders ADD CONSTRAINT ex EXCLUDE USING gist (note WITH =)", "exclusion-build"),
        ("ALTER TABLE orders ATTACH PARTITION orders_2020 FOR VALUES FROM (1) TO (2)", "attach-partition-scan"),
        ("REFRESH MATERIALIZED VIEW totals", "refresh-under-lock"),
        ("LOCK TABLE orders", "explicit-lock"),
        ("LOCK orders IN SHARE ROW EXCLUSIVE MODE", "explicit-lock"),
        (
            "ALTER TABLE users ADD COLUMN a int\n\nALTER TABLE orders VALIDATE CONSTRAINT fk",
            "validate-under-lock",
        ),
        ("ALTER TABLE orders SET TABLESPACE fast", "table-rewrite"),
        ("ALTER TABLE orders ADD COLUMN number bigserial", "table-rewrite"),
        ("ALTER TABLE orders ADD COLUMN number bigserial NOT NULL", "table-rewrite"),
        ("CREATE INDEX ix ON orders (note)", "require-concurrent-index-creation"),
        ("DROP INDEX ix", "require-concurrent-index-deletion"),
        ("REINDEX TABLE orders", "require-concurrent-reindex"),
        ("ALTER TABLE orders DETACH PARTITION orders_2020", "require-concurrent-partition-detach"),
        ("ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()", "adding-field-with-default"),
        ("ALTER TABLE orders ADD COLUMN n int GENERATED ALWAYS AS (id * 2) STORED", "adding-field-with-default"),
        ("ALTER TABLE orders ADD COLUMN amount int NOT NULL", "adding-required-field"),
        ("ALTER TABLE orders ADD CONSTRAINT pk PRIMARY KEY (id)", "adding-serial-primary-key-field"),
        ("ALTER TABLE orders ADD CONSTRAINT uq UNIQUE (note)", "disallowed-unique-constraint"),
        ("ALTER TABLE orders ALTER COLUMN id TYPE text", "changing-column-type"),
    ],
)
def test_a_lock_that_stops_others_is_found_in_either_phase(judge: Judge, sql: str, rule: str) -> None:
    assert judge(sql, header=CONTRACT) == [rule]
    assert [found for found in judge(sql) if found != "contract-in-expand"] == [rule]


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE orders ADD COLUMN user_id bigint REFERENCES users (id)",
        (
            "ALTER TABLE orders ADD COLUMN user_id bigint\n\n"
            "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID"
        ),
        "ALTER TABLE orders ADD COLUMN made_at timestamptz NOT NULL DEFAULT now()",
        "ALTER TABLE orders ADD COLUMN made_at timestamptz NOT NULL DEFAULT (now())",
        "ALTER TABLE orders ADD COLUMN day date NOT NULL DEFAULT CURRENT_DATE",
        "ALTER TABLE orders ADD COLUMN code text NOT NULL DEFAULT lower('A')",
        "ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (id * 2) VIRTUAL",
        "ALTER TABLE orders ADD COLUMN tags text[] NOT NULL DEFAULT '{}'::text[]",
        "ALTER TABLE orders ALTER COLUMN note SET DEFAULT ''",
        "ALTER TABLE orders ALTER COLUMN note SET STORAGE MAIN",
        "ALTER TABLE orders SET (fillfactor = 90)",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY totals",
        "LOCK TABLE orders IN ROW EXCLUSIVE MODE",
        "LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE",
        "ALTER INDEX ix_orders ATTACH PARTITION ix_orders_2020",
        "CREATE TABLE b (id int)\n\nALTER TABLE orders VALIDATE CONSTRAINT fk",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'\n\nALTER TABLE orders VALIDATE CONSTRAINT fk",
        "ALTER TYPE mood ADD VALUE 'sad'\n\nALTER TABLE orders VALIDATE CONSTRAINT fk",
        "COMMENT ON TABLE users IS ''\n\nALTER TABLE orders VALIDATE CONSTRAINT fk",
        "ALTER TABLE orders VALIDATE CONSTRAINT ck",
        "ALTER TYPE mood ADD VALUE 'sad'",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN CREATE INDEX ix ON orders (id); END $$",
    ],
)
def test_a_moments_lock_is_nothing_to_speak_of(judge: Judge, sql: str) -> None:
    assert judge(sql) == []


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE lines ALTER COLUMN note SET NOT NULL",
        "ALTER TABLE lines ADD CONSTRAINT fk FOREIGN KEY (order_id) REFERENCES orders (id)",
        "ALTER TABLE lines ADD CHECK (id > 0)",
        "ALTER TABLE lines ADD UNIQUE (note)",
        "ALTER TABLE lines ADD COLUMN token uuid DEFAULT gen_random_uuid(), ADD COLUMN number serial",
        "ALTER TABLE lines ALTER COLUMN note TYPE varchar(10)",
        "ALTER TABLE public.lines DROP COLUMN note",
        'CREATE UNIQUE INDEX ix ON "lines" (note)',
        "CREATE INDEX ix ON lines (note)\n\nDROP INDEX ix",
        "ALTER TABLE lines RENAME TO parts\n\nCREATE INDEX ix ON parts (note)\n\nALTER TABLE parts ADD CHECK (id > 0)",
    ],
)
def test_a_table_made_in_the_same_revision_has_no_users_to_stop(judge: Judge, sql: str) -> None:
    assert judge(f"CREATE TABLE lines (id bigint, order_id bigint, note text)\n\n{sql}") == []


def test_an_index_of_a_materialized_view_made_in_the_same_revision_stops_nobody(judge: Judge) -> None:
    assert judge("CREATE MATERIALIZED VIEW totals AS SELECT 1 AS id\n\nCREATE UNIQUE INDEX ix ON totals (id)") == []


def test_what_is_done_to_a_table_before_it_is_made_again_counts(judge: Judge) -> None:
    sql = "ALTER TABLE orders ADD CHECK (id > 0)\n\nDROP TABLE orders\n\nCREATE TABLE orders (id int)"

    assert judge(sql, header=CONTRACT) == ["check-scan", "rows-lost"]


def test_an_index_that_goes_with_its_table_stops_nobody_who_would_not_be_stopped_anyway(shop: Shop) -> None:
    shop.project.revision(
        "002",
        'op.drop_index("ix_orders_note", table_name="orders")\nop.drop_table("orders")',
        'op.create_table("orders", sa.Column("id", sa.BigInteger()), sa.Column("note", sa.Text()))\n'
        'op.create_index("ix_orders_note", "orders", ["note"])',
        header=CONTRACT,
    )

    assert rules(shop.lint()) == []


def test_not_null_after_a_validated_check_reads_nothing(judge: Judge) -> None:
    sql = """ALTER TABLE orders ADD CONSTRAINT n CHECK (note IS NOT NULL) NOT VALID

ALTER TABLE orders VALIDATE CONSTRAINT n

ALTER TABLE orders ALTER COLUMN note SET NOT NULL"""

    assert judge(sql, header=CONTRACT) == ["validate-under-lock"]


def test_the_check_may_have_been_validated_by_an_earlier_revision(shop: Shop) -> None:
    shop.sql("002", "ALTER TABLE public.orders ADD CONSTRAINT n CHECK ((note IS NOT NULL)) NOT VALID", header=CONTRACT)
    shop.sql("003", "ALTER TABLE public.orders VALIDATE CONSTRAINT n")
    shop.sql("004", "ALTER TABLE orders ALTER COLUMN note SET NOT NULL", header=CONTRACT)

    assert "not-null-scan" not in rules(shop.lint())


@pytest.mark.parametrize(
    ("condition", "validated"),
    [("note IS NOT NULL", False), ("note IS NOT NULL OR id > 0", True), ("id IS NOT NULL", True)],
)
def test_a_check_that_proves_nothing_does_not_help(shop: Shop, condition: str, validated: bool) -> None:
    shop.sql("002", f"ALTER TABLE orders ADD CONSTRAINT n CHECK ({condition}) NOT VALID", header=CONTRACT)
    shop.sql("003", "ALTER TABLE orders VALIDATE CONSTRAINT n" if validated else "SELECT 1")
    shop.sql("004", "ALTER TABLE orders ALTER COLUMN note SET NOT NULL", header=CONTRACT)

    assert "not-null-scan" in rules(shop.lint())


def test_validating_under_the_lock_of_an_earlier_statement_is_found(judge: Judge) -> None:
    body = """
op.execute("ALTER TABLE orders ADD CONSTRAINT ck CHECK (id > 0) NOT VALID")
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck")
"""

    assert judge(body=body, header=CONTRACT) == ["validate-under-lock"]


def test_validating_in_another_transaction_is_fine(judge: Judge) -> None:
    apart = """
op.execute("ALTER TABLE orders ADD CONSTRAINT ck CHECK (id > 0) NOT VALID")
with op.get_context().autocommit_block():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck")
"""

    assert "validate-under-lock" not in judge(body=apart, header=CONTRACT)


@pytest.mark.parametrize(
    "call",
    [
        'operations.set_not_null("orders", "note")',
        'operations.add_check("ck", "orders", "id > 0")',
        'operations.add_foreign_key("fk", "orders", "users", ["id"], ["id"])',
        'operations.create_index_concurrently("ix", "orders", ["note"], unique=True)',
        'operations.drop_index_concurrently("ix")',
        'operations.validate_constraint("orders", "ck")',
        'operations.backfill("orders", set_="note = \'\'")',
    ],
)
def test_the_helpers_of_this_library_take_care_of_locks_themselves(judge: Judge, call: str) -> None:
    assert judge(body=call, header=CONTRACT) == []
