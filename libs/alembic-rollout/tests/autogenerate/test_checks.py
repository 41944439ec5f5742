"""Conditions of checks in PostgreSQL's words, asked for at once for all tables: one cannot hide another."""

import pytest
from databases import Database
from sqlalchemy import Connection, event

from alembic_rollout.comparison.wordings import checks, checks_of
from autogenerate.developer import Developer

TABLES = """
    CREATE TABLE a (n int, "Odd name" text, word varchar(20), CONSTRAINT c CHECK (n > 0));
    CREATE TABLE b (n numeric(8, 2), word text COLLATE "C", CONSTRAINT c CHECK (n > 0) NOT VALID);
    CREATE TABLE d (n int, word varchar(20));
"""


@pytest.mark.parametrize(
    "condition",
    ["n > 0", "word IN ('x', 'it''s 100%')", "word < 'a'", '"Odd name" <> word', "n > 0 -- why", "1 < 2"],
)
def test_a_condition_is_worded_as_postgresql_stores_it_on_its_own_table(database: Database, condition: str) -> None:
    database.execute(TABLES)
    tables = [name for name in ("a", "b", "d") if "Odd" not in condition or name == "a"]
    with database.connect() as connection:
        worded = checks_of(connection, {(table, "wanted"): condition for table in tables})
    for table in tables:
        database.execute(f"ALTER TABLE {table} ADD CONSTRAINT stored CHECK ({condition.replace('%', '%%')}\n)")
    with database.connect() as connection:
        stored = checks(connection, tables)
    assert worded == {(table, "wanted"): stored[table]["stored"] for table in tables}


@pytest.mark.parametrize("refused", ["nothing > 0", "n >", "n > 'x'", "(SELECT true)"])
def test_a_condition_that_postgresql_refuses_is_none_and_the_others_are_worded(
    database: Database, refused: str
) -> None:
    database.execute(TABLES)
    with database.connect() as connection:
        worded = checks_of(connection, {("a", "bad"): refused, ("a", "good"): "n > 0", ("b", "good"): "n > 0"})
    assert worded == {
        ("a", "bad"): None,
        ("a", "good"): "CHECK ((n > 0))",
        ("b", "good"): "CHECK ((n > (0)::numeric))",
    }


def test_the_words_for_many_tables_cost_as_many_statements_as_those_for_one(database: Database) -> None:
    names = [f"t{number}" for number in range(30)]
    database.execute("".join(f"CREATE TABLE {name} (n int);" for name in names))
    with database.connect() as connection:
        one, many = (
            _statements(connection, {(name, "c"): f"n > {place}" for place, name in enumerate(some)})
            for some in (names[:1], names)
        )
    assert one == many


def _statements(connection: Connection, conditions: dict[tuple[str, str], str]) -> int:
    seen: list[object] = []
    event.listen(connection, "before_cursor_execute", lambda *arguments: seen.append(arguments))
    assert None not in checks_of(connection, conditions).values()
    return len(seen)


def test_the_check_of_one_table_changes_and_that_of_another_stays(developer: Developer) -> None:
    models = """
        Table("t", metadata, Column("n", Integer), CheckConstraint("n > {}", name="n"))
        Table("u", metadata, Column("n", Numeric), CheckConstraint("n > 0", name="n"))
    """
    developer.begin(models.format(0))
    files = developer.change(models.format(1))
    assert all('"t"' in text and '"u"' not in text for text in files.values())
