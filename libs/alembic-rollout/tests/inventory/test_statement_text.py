"""The one form in which a statement is kept."""

import pytest

from alembic_rollout.inventory.statement_text import is_recorded, normalized, with_distinct_placeholders


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("SELECT a FROM t WHERE b = %(b_1)s", "SELECT a FROM t WHERE b = $1"),
        ("SELECT a FROM t WHERE b = %s AND c = %s", "SELECT a FROM t WHERE b = $1 AND c = $2"),
        ("SELECT a FROM t WHERE b = $2 AND c = $1", "SELECT a FROM t WHERE b = $1 AND c = $2"),
        ("UPDATE t SET a = %(x)s WHERE b = %(y)s AND c = %(x)s", "UPDATE t SET a = $1 WHERE b = $2 AND c = $1"),
        ("SELECT %(x)s::UUID[]", "SELECT $1::UUID[]"),
        ("SELECT a FROM t WHERE a LIKE '%%' || %(q)s", "SELECT a FROM t WHERE a LIKE '%' || $1"),
    ],
)
def test_placeholders_become_numbers(sent: str, kept: str) -> None:
    assert normalized(sent) == kept


def test_a_statement_without_values_keeps_its_percent_signs() -> None:
    assert (
        normalized("SELECT a FROM t WHERE a LIKE '%s'", has_placeholders=False) == "SELECT a FROM t WHERE a LIKE '%s'"
    )


def test_blanks_and_comments_do_not_make_another_statement() -> None:
    one = normalized("SELECT a,   b \n  FROM t -- why\n\n WHERE c = ' '  ;")
    assert one == "SELECT a, b\nFROM t\nWHERE c = ' '"
    assert normalized(one) == one


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_list_is_one_value_however_long_it_is(count: int) -> None:
    values = ", ".join(f"%(id_1_{number})s" for number in range(count))
    kept = normalized("DELETE FROM t WHERE id IN (" + values + ") AND a = %(a)s")  # noqa: S608 - never run
    assert kept == "DELETE FROM t WHERE id IN ($1) AND a = $2"


@pytest.mark.parametrize("count", [1, 2, 7])
def test_rows_of_an_insert_are_one_row_however_many_they_are(count: int) -> None:
    rows = ", ".join(f"(%(a__{number})s, coalesce(%(b__{number})s, ')'), {number})" for number in range(count))
    kept = normalized("INSERT INTO t (a, b, n) VALUES " + rows + " RETURNING t.id, %(c)s")  # noqa: S608 - never run
    assert kept == "INSERT INTO t (a, b, n) VALUES ($1, coalesce($2, ')'), 0) RETURNING t.id, $3"


def test_rows_that_differ_in_more_than_their_values_all_stay() -> None:
    assert normalized("INSERT INTO t (a) VALUES (%s), (DEFAULT)") == "INSERT INTO t (a) VALUES ($1), (DEFAULT)"


@pytest.mark.parametrize("word", ["'pending'", "'{}'::jsonb", "'300s'", "'、'", "LIMIT 100", "varchar(10000)", "''"])
def test_words_of_the_program_stay(word: str) -> None:
    assert word in normalized(f"SELECT {word}")


@pytest.mark.parametrize(
    "value",
    [
        "'hanako@example.org'",
        "'0b1f8a2e-7c55-4a7e-9b43-5a4f4c1f2d3e'",
        "'2026-11-27'",
        "'090-1234-5678'",
        "'https://example.org/x'",
        "'$argon2id$v=19$m=19,t=2,p=1$c2FsdA$aGFzaA'",
        "'eyJhbGciOiJIUzI1NiJ9abcdef012345'",
        "1234567",
        "$body$ hanako $body$",
        "E'a\\nb'",
    ],
)
def test_what_may_be_a_value_is_hidden(value: str) -> None:
    kept = normalized("SELECT a FROM t WHERE b = " + value, has_placeholders=False)  # noqa: S608 - never run
    assert kept.replace("'***'", "***") == "SELECT a FROM t WHERE b = ***"


@pytest.mark.parametrize(
    ("statement", "is_kept"),
    [
        ("SELECT 1", False),
        ("SELECT 1 FROM t", True),
        ("with x as (select 1) select * from x", True),
        ("(SELECT 1) UNION (SELECT 2)", True),
        ("/* why */ INSERT INTO t VALUES (1)", True),
        ("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", True),
        ("COPY t (a) FROM STDIN", True),
        ("CREATE TEMP TABLE x (a int)", False),
        ("ALTER TABLE t ADD a int", False),
        ("SET LOCAL statement_timeout = 0", False),
        ("SAVEPOINT sa_savepoint_1", False),
        ("LOCK TABLE t", False),
        ("", False),
    ],
)
def test_only_what_reads_or_changes_rows_is_recorded(statement: str, is_kept: bool) -> None:
    assert is_recorded(statement) is is_kept


def test_placeholders_can_be_told_apart_by_place() -> None:
    assert with_distinct_placeholders("SELECT $1, $2, $1") == "SELECT $1, $2, $3"
