"""Which backfills may update a row twice: one column is filled, and a second update does no more than the first."""

import pytest

from alembic_rollout.operations.page_batches import FilledColumn, filled_column


@pytest.mark.parametrize(
    ("set_", "where", "column", "value"),
    [
        ("a = b", "a IS NULL", "a", "b"),
        ("A=b", "a is null", "a", "b"),
        ('"A" = lower(b)', '"A" IS NULL', "A", "lower(b)"),
        ("a = b", "(a IS NULL)", "a", "b"),
        ("a = b", "users.a IS NULL", "a", "b"),
        ("a = b", "deleted_at IS NULL AND a IS NULL AND b > 0", "a", "b"),
        ("a = b", "NOT c AND a IS NULL", "a", "b"),
        ("a = b", "(c = 1 OR c = 2) AND a IS NULL", "a", "b"),
        ("a = coalesce(b, c)", "a IS NULL -- not yet", "a", "coalesce(b, c)"),
        ("a = (SELECT max(x) FROM t WHERE y = 1)", "a IS NULL", "a", "(SELECT max(x) FROM t WHERE y = 1)"),
        ("/* x = y */ a = b", "a IS NULL", "a", "b"),
    ],
)
def test_a_column_that_is_filled_where_it_is_null_is_recognized(set_: str, where: str, column: str, value: str) -> None:
    assert filled_column(set_, where) == FilledColumn(column, value, where_null=True)


@pytest.mark.parametrize(
    ("set_", "where"),
    [
        ("a = b", "a IS DISTINCT FROM b"),
        ("a = b", "b IS DISTINCT FROM a"),
        ("a = lower(b || c)", "c > 0 AND (users.a IS DISTINCT FROM lower(b || c))"),
        ("a = b || c", "a IS DISTINCT FROM (b || c)"),
        ("a = (b || c)", "a IS DISTINCT FROM b || c"),
    ],
)
def test_a_column_that_is_filled_where_it_differs_is_recognized(set_: str, where: str) -> None:
    filled = filled_column(set_, where)
    assert filled is not None
    assert (filled.name, filled.where_null) == ("a", False)


@pytest.mark.parametrize(
    ("set_", "where"),
    [
        ("a = b", None),
        ("a = a + 1", "a < 10"),
        ("a = b", "c IS NULL"),
        ("a = b", "a IS NOT NULL"),
        ("a = b", "NOT a IS NULL"),
        ("a = b", "a IS NULL OR c = 1"),
        ("a = b", "c = 1 AND (a IS NULL OR c = 2)"),
        ("a = b", "a IS NULL IS FALSE"),
        ("a = b", "coalesce(a, c) IS NULL"),
        ("a = b", "c BETWEEN 1 AND a IS NULL"),
        ("a = b", "CASE WHEN c THEN d AND a IS NULL AND e END"),
        ("a = b, n = n + 1", "a IS NULL"),
        ("(a, n) = (b, n + 1)", "a IS NULL"),
        ("a[1] = b", "a IS NULL"),
        ("a.part = b", "a IS NULL"),
        ("a = DEFAULT", "a IS NULL"),
        ('"A" = b', "a IS NULL"),
        ("a = b", "'a IS NULL'"),
        ("", "a IS NULL"),
        ("a = b", "a IS DISTINCT FROM c"),
        ("a = b", "a IS NOT DISTINCT FROM b"),
        ("a = b", "NOT a IS DISTINCT FROM b"),
        ("a = b", "a IS DISTINCT FROM b OR c > 0"),
        ("a = a + 1", "a IS DISTINCT FROM a + 1"),
        ("a = b + users.a", "a IS DISTINCT FROM b + users.a"),
        ("a = b IS NULL", "a IS DISTINCT FROM b IS NULL"),
    ],
)
def test_what_a_second_update_might_change_again_is_not(set_: str, where: str | None) -> None:
    assert filled_column(set_, where) is None
