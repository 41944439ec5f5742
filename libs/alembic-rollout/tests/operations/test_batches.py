import pytest
from databases import Database
from sqlalchemy import Connection

from alembic_rollout.operations import batches
from alembic_rollout.operations.batches import Change, Edge, KeyBatches
from alembic_rollout.operations.table_facts import find_table, primary_key
from operations.counters import counters


def batches_of(connection: Connection, where: str | None) -> KeyBatches:
    table = find_table(connection, None, "counters")
    return KeyBatches(Change(table, "n = n + 1", where), primary_key(connection, table))


def test_a_batch_ends_at_the_row_that_it_was_asked_for_in_the_order_of_the_keys_type(database: Database) -> None:
    counters(database, 120)
    with database.connect() as connection:
        every = batches_of(connection, None)
        assert every.edge(connection, None, 11) == Edge(("11",), 11)
        assert every.edge(connection, ("11",), 100) == Edge(("111",), 100)
        assert every.edge(connection, ("111",), 10) is None


def test_a_batch_with_a_condition_counts_the_rows_that_match(database: Database) -> None:
    counters(database, 120)
    with database.connect() as connection:
        tens = batches_of(connection, "mod(id, 10) = 0")
        assert tens.edge(connection, None, 3) == Edge(("30",), 30)
        assert tens.edge(connection, ("30",), 8) == Edge(("110",), 80)
        assert tens.edge(connection, ("110",), 2) is None


def test_a_batch_ends_where_it_has_looked_long_enough(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_LONGEST_LOOK", 25)
    counters(database, 120)
    with database.connect() as connection:
        last = batches_of(connection, "id = 120")
        assert last.edge(connection, None, 3) == Edge(("25",), 25)
        assert last.edge(connection, ("100",), 3) is None


def test_a_composite_key_ends_at_both_of_its_columns(database: Database) -> None:
    database.execute("CREATE TABLE counters (tenant int, code text, n int, PRIMARY KEY (tenant, code))")
    database.execute(
        "INSERT INTO counters SELECT t, chr(64 + c) FROM generate_series(9, 11) t, generate_series(1, 4) c"
    )
    with database.connect() as connection:
        every = batches_of(connection, None)
        assert every.edge(connection, None, 6) == Edge(("10", "B"), 6)
        assert every.edge(connection, ("10", "B"), 3) == Edge(("11", "A"), 3)
