"""What the previous release would not survive belongs in a revision that says so."""

import pytest
from lint.shop import Judge, Shop, rules


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('op.drop_column("orders", "note")', "Drops column note of orders"),
        ('op.drop_table("orders")', "Drops table orders"),
        ('op.rename_table("orders", "purchases")', "Renames table orders"),
        ('op.alter_column("orders", "note", new_column_name="remark")', "Renames column note of orders"),
        ('op.alter_column("orders", "note", server_default=None)', "Takes the default from column note of orders"),
        ('operations.set_not_null("orders", "note")', "Refuses NULL in column note of orders"),
        ('operations.add_check("ck", "orders", "id > 0")', "Refuses rows that break the new constraint ck of orders"),
        (
            'operations.create_index_concurrently("ix", "orders", ["note"], unique=True)',
            "Refuses rows that break the new index ix of orders",
        ),
        ('op.execute("DROP VIEW totals")', "Drops view totals"),
        ('op.execute("REVOKE INSERT ON orders FROM app")', "Takes rights on table orders away"),
        ('op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")', "Takes rights on schema public away"),
        (
            'op.execute("CREATE TABLE made (id int)")\nop.execute("REVOKE ALL ON made, orders FROM app")',
            "Takes rights on table orders away",
        ),
        ('op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM app")', "Takes rights on schema public away"),
        ('op.execute("ALTER TABLE orders SET SCHEMA archive")', "Renames table orders"),
        ('op.execute("DO $$ BEGIN DROP TABLE orders; END $$")', "Drops table orders"),
    ],
)
def test_what_breaks_the_previous_release_is_found_with_its_reason(shop: Shop, body: str, said: str) -> None:
    shop.project.revision("002", body, "raise NotImplementedError")

    [finding] = [finding for finding in shop.lint() if finding.rule == "contract-in-expand"]
    assert finding.message.startswith(f"{said}:")
    assert 'phase = "contract"' in finding.remedy


def test_a_revision_that_is_marked_may_do_so(judge: Judge) -> None:
    assert judge("ALTER TABLE orders DROP COLUMN note\n\nDROP TABLE users", header='phase = "contract"') == []


@pytest.mark.parametrize("phase", ['"contracts"', '"Contract"', "None", "2"])
def test_a_mark_that_means_nothing_is_found_and_counts_as_expand(judge: Judge, phase: str) -> None:
    assert judge("ALTER TABLE orders DROP COLUMN note", header=f"phase = {phase}") == [
        "unknown-phase",
        "contract-in-expand",
    ]


def test_a_downgrade_may_take_away_what_it_likes(shop: Shop) -> None:
    shop.sql("002", "ALTER TABLE orders ADD COLUMN a int", "ALTER TABLE orders DROP COLUMN a")

    assert rules(shop.lint()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE orders ADD COLUMN a int\n\nALTER TABLE orders DROP COLUMN a",
        "ALTER TABLE orders ADD COLUMN a int\n\nALTER TABLE orders RENAME COLUMN a TO b",
        "CREATE TYPE mood AS ENUM ('a')\n\nALTER TYPE mood RENAME VALUE 'a' TO 'b'\n\nDROP TYPE mood",
        "CREATE VIEW v AS SELECT 1\n\nALTER VIEW v RENAME TO w",
    ],
)
def test_what_is_made_in_the_same_revision_may_go_in_it(judge: Judge, sql: str) -> None:
    assert judge(sql) == []


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW totals\n\nALTER TABLE orders ADD COLUMN a int\n\nCREATE VIEW totals AS SELECT 1",
        "DROP FUNCTION shop.total(int)\n\nCREATE FUNCTION shop.total(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE orders DROP CONSTRAINT ck\n\nALTER TABLE orders ADD CONSTRAINT ck CHECK (id > 0) NOT VALID",
        (
            "ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 0\n\n"
            "ALTER TABLE orders ADD CONSTRAINT ck CHECK (a >= 0) NOT VALID"
        ),
        "ALTER TABLE orders ADD COLUMN a int DEFAULT 0\n\nALTER TABLE orders ALTER COLUMN a DROP DEFAULT",
    ],
)
def test_what_the_rest_of_the_revision_makes_good_is_no_contract(judge: Judge, sql: str) -> None:
    assert judge(sql) == []


RENAME = "ALTER TABLE orders RENAME TO purchases\n\nCREATE VIEW {} AS SELECT {} FROM {}"


def test_a_renamed_table_with_a_view_of_all_its_columns_under_its_former_name_is_no_contract(judge: Judge) -> None:
    assert judge(RENAME.format("orders", "id, note", "purchases")) == []


@pytest.mark.parametrize("parts", [("orders", "id", "purchases"), ("sums", "id, note", "purchases")])
def test_a_renamed_table_whose_view_lacks_a_column_or_its_name_is_gone(judge: Judge, parts: tuple[str, ...]) -> None:
    assert judge(RENAME.format(*parts)) == ["contract-in-expand"]


@pytest.mark.parametrize("rest", ["purchases WHERE id > 0", "purchases, users", "users"])
def test_a_renamed_table_whose_view_has_other_rows_is_gone(judge: Judge, rest: str) -> None:
    assert judge(RENAME.format("orders", "id, note", rest)) == ["contract-in-expand"]


def test_a_view_that_only_comes_back_under_another_name_is_gone(judge: Judge) -> None:
    assert judge("DROP VIEW totals\n\nCREATE VIEW sums AS SELECT 1") == ["contract-in-expand"]


def test_a_table_that_is_made_again_has_lost_its_rows(judge: Judge) -> None:
    assert judge("DROP TABLE orders\n\nCREATE TABLE orders (id int)") == ["contract-in-expand", "rows-lost"]


def test_the_default_of_a_new_column_that_must_have_a_value_is_what_old_inserts_live_on(judge: Judge) -> None:
    sql = "ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 0\n\nALTER TABLE orders ALTER COLUMN a DROP DEFAULT"

    assert judge(sql) == ["contract-in-expand"]


def test_not_null_on_a_new_column_that_old_inserts_leave_empty_is_contract(judge: Judge) -> None:
    body = 'op.add_column("orders", sa.Column("a", sa.Integer()))\noperations.set_not_null("orders", "a")'

    assert "contract-in-expand" in judge(body=body)


def test_a_unique_index_on_a_new_column_refuses_nothing_that_old_code_writes(judge: Judge) -> None:
    body = """
op.add_column("orders", sa.Column("a", sa.Integer()))
op.create_index("ix", "orders", ["note", "a"], unique=True)
"""

    assert judge(body=body) == ["require-concurrent-index-creation"]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW totals AS SELECT 1 AS n\n\nREVOKE ALL ON totals FROM PUBLIC",
        "CREATE TABLE made (id serial)\n\nREVOKE ALL ON SEQUENCE made_id_seq FROM PUBLIC",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'\n\nREVOKE ALL ON FUNCTION f() FROM PUBLIC",
        "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'\n\nREVOKE ALL ON ROUTINE p() FROM PUBLIC",
    ],
)
def test_rights_on_what_is_new_are_missed_by_nobody(judge: Judge, sql: str) -> None:
    assert "contract-in-expand" not in judge(sql)
