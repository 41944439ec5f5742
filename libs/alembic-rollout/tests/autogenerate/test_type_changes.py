"""A type that changes by rewriting: a column of the new type takes the place of the old one, over two releases."""

import pytest

from autogenerate.cases import a_table_each
from autogenerate.developer import Developer


def table(column: str, *more: str, name: str = "t") -> str:
    parts = ", ".join(['Column("id", Integer, primary_key=True)', column, *more])
    return f'Table("{name}", metadata, {parts})\n'


def tables(columns: list[str]) -> str:
    return a_table_each(lambda column: table(column, name="t#"), columns)


TEXT, NUMBER = 'Column("b", Text{})', 'Column("b", Integer{})'


def test_rows_and_what_is_built_on_the_column_survive(developer: Developer) -> None:
    changes = [
        (TEXT.format(""), NUMBER.format(""), "'7'", "7"),
        (TEXT.format(", nullable=False"), NUMBER.format(", nullable=False"), "'7'", "7"),
        (NUMBER.format(""), 'Column("b", BigInteger)', "7", "7"),
        (TEXT.format(', server_default="1"'), NUMBER.format(', server_default=text("2")'), "'7'", "7"),
        (TEXT.format(", index=True"), NUMBER.format(", index=True"), "'7'", "7"),
        (TEXT.format(", unique=True"), NUMBER.format(", unique=True"), "'7'", "7"),
        (TEXT.format(', comment="why"'), NUMBER.format(', comment="why"'), "'7'", "7"),
        ('Column("b", Text)', 'Column("b", Uuid)', f"'{'0' * 32}'", "00000000-0000-0000-0000-000000000000"),
        ('Column("b", DateTime)', 'Column("b", Date)', "'2026-01-02 03:04'", "2026-01-02"),
        ('Column("b", Text)', 'Column("b", ARRAY(Text))', "'{a,b}'", "{a,b}"),
        ('Column("b", Text)', 'Column("b", JSONB)', "'{\"a\": 1}'", '{"a": 1}'),
    ]
    developer.begin(tables([before for before, _, _, _ in changes]))
    for number, (_, _, value, _) in enumerate(changes):
        developer.project.database.execute(f"INSERT INTO t{number} (id, b) VALUES (1, {value})")  # noqa: S608 - given above
    developer.change(tables([after for _, after, _, _ in changes]))
    for number, (_, after, _, shown) in enumerate(changes):
        assert developer.project.database.scalar(f"SELECT b::text FROM t{number}") == shown, after  # noqa: S608


def test_indexes_on_several_columns_and_with_options_are_built_beside_the_old_ones(developer: Developer) -> None:
    more = [
        'Column("c", Integer)',
        'Index("ix_both", "c", "b", unique=True)',
        'Index("ix_hash", "b", postgresql_using="hash")',
        'Index("ix_with", "c", postgresql_include=["b"], postgresql_with={"fillfactor": 70})',
        'UniqueConstraint("b", "c", name="uq_both")',
        'Index("ix_descending", "c", text("b DESC"))',
        'Index("ix_nulls", text("b DESC NULLS LAST"), "c")',
    ]
    developer.begin(table(TEXT.format(""), *more))
    files = developer.change(table(NUMBER.format(""), *more))
    assert [name.partition("_change")[2] for name in files] == [
        ".py",
        "_backfill.py",
        "_indexes.py",
        "_not_null.py",
        "_unique.py",
        "_contract.py",
    ]


@pytest.fixture
def expanded(developer: Developer) -> Developer:
    """A developer whose column `b` is about to become a number; applied up to the backfill."""
    developer.begin(table(TEXT.format("")))
    developer.project.database.execute("INSERT INTO t (id, b) VALUES (1, '1')")
    developer.models(table(NUMBER.format("")))
    developer.generate()
    developer.project.upgrade("003")
    return developer


def test_what_the_running_release_writes_meanwhile_is_converted(expanded: Developer) -> None:
    database = expanded.project.database
    database.execute("INSERT INTO t (id, b) VALUES (2, '2'), (3, NULL); UPDATE t SET b = '10' WHERE id = 1")
    expanded.project.upgrade()
    assert database.rows("SELECT id, b FROM t ORDER BY id") == [(1, 10), (2, 2), (3, None)]


def test_a_value_that_cannot_be_converted_is_accepted_until_the_contract_which_then_waits(expanded: Developer) -> None:
    database = expanded.project.database
    database.execute("INSERT INTO t (id, b) VALUES (2, 'two')")
    refused = expanded.project.alembic("upgrade", "head")
    assert refused.returncode == 1
    assert database.rows("SELECT id, b FROM t ORDER BY id") == [(1, "1"), (2, "two")]
    database.execute("UPDATE t SET b = '2' WHERE id = 2")
    expanded.project.upgrade()
    assert database.rows("SELECT id, b FROM t ORDER BY id") == [(1, 1), (2, 2)]


def test_the_summary_says_that_the_new_release_has_to_work_with_both_types(developer: Developer) -> None:
    developer.begin(table(TEXT.format("")))
    developer.models(table(NUMBER.format("")))
    developer.generate()
    assert "t.b is TEXT until the contract is applied, and INTEGER afterwards" in developer.said


def test_a_reverted_contract_is_applied_again_and_converts_meanwhile(developer: Developer) -> None:
    developer.begin(table(TEXT.format(", unique=True, index=True")))
    developer.project.database.execute("INSERT INTO t (id, b) VALUES (1, '1')")
    developer.models(table(NUMBER.format(", unique=True, index=True")))
    developer.generate()
    developer.project.upgrade()
    after = developer.catalogue()
    done = developer.project.alembic("downgrade", "-1")
    assert done.returncode == 0, done.stderr
    database = developer.project.database
    database.execute("INSERT INTO t (id, b) VALUES (2, '2')")
    assert database.rows("SELECT b, b_new_type FROM t ORDER BY id") == [("1", 1), ("2", 2)]
    developer.project.upgrade()
    assert developer.catalogue() == after


def test_a_conversion_that_postgresql_has_not_is_asked_for(developer: Developer) -> None:
    developer.begin(table('Column("b", Integer)'))
    developer.project.database.execute("INSERT INTO t (id, b) VALUES (1, 1)")
    developer.models(table('Column("b", Date)'))
    written = developer.generate()
    lint = developer.project.rollout("lint")
    assert lint.returncode == 4
    assert "value-to-fill-in" in lint.stdout
    for path in written:
        path.write_text(path.read_text().replace("FILL_IN_A_VALUE", "DATE '2026-01-01' + {value}"))
    developer.project.upgrade()
    assert str(developer.project.database.scalar("SELECT b FROM t")) == "2026-01-02"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (['CheckConstraint("b <> \'\'", name="b")'], "constraint ck_t_b on table t depends on it"),
        (['Index("ix", text("lower(b)"))'], "index ix depends on it"),
        (['Column("c", Text, Computed("b || 1", persisted=True))'], "depends on it"),
    ],
)
def test_what_hangs_on_the_column_and_cannot_be_moved_is_said(
    developer: Developer, more: list[str], reason: str
) -> None:
    developer.begin(table('Column("b", Text)', *more))
    developer.models(table('Column("b", JSONB)', *more))
    developer.generate()
    assert reason in developer.said
    assert "changing-column-type" in developer.said
