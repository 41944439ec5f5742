"""When a row that passes one check passes another."""

import pytest

from alembic_rollout.sql.expressions.conditions import implies
from alembic_rollout.sql.scanner import tokenize

WRITTEN_BY_POSTGRES = "((email)::text <> ''::text)"


@pytest.mark.parametrize(
    "other", ["email <> ''", "(email::text <> ''::text)", "(email::text <> ''::text) OR (length(email) > 2)"]
)
def test_a_column_that_postgres_casts_is_the_same_column(other: str) -> None:
    assert implies(tokenize(WRITTEN_BY_POSTGRES), tokenize(other))


@pytest.mark.parametrize("other", ["f(email) <> ''", "(phone)::text <> ''"])
def test_the_call_of_a_function_and_another_column_are_not(other: str) -> None:
    assert not implies(tokenize(WRITTEN_BY_POSTGRES), tokenize(other))
    assert not implies(tokenize(other), tokenize(WRITTEN_BY_POSTGRES))
