"""What autogenerate writes into `checks`: the rows that a revision would be refused for, asked before it begins."""

import pytest

from autogenerate.developer import Developer

BEGIN = """
    Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text), Column("n", Integer){more})
    Table("u", metadata, Column("id", Integer, primary_key=True))
"""
ROWS = "INSERT INTO t (id, a, n) VALUES (1, 'x', 1), (2, 'y', NULL), (3, 'X', 7), (4, 'x', NULL), (5, NULL, NULL)"


def models(more: str = "") -> str:
    return BEGIN.format(more=more and f", {more}")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('UniqueConstraint("a")', 'check "no two rows of t have the same a" found 2 rows: id 1, 4.'),
        ('Index("ix", "a", unique=True)', 'check "no two rows of t have the same a" found 2 rows: id 1, 4.'),
        (
            'Index("ix", text("lower(a)"), unique=True)',
            'check "no two rows of t have the same lower(a)" found 3 rows: id 1, 3, 4.',
        ),
        (
            'Index("ix", text("a DESC"), unique=True, postgresql_where=text("n IS NULL OR n < 7"))',
            'check "no two rows of t have the same a" found 2 rows: id 1, 4.',
        ),
        (
            'UniqueConstraint("n", postgresql_nulls_not_distinct=True)',
            'check "no two rows of t have the same n" found 3 rows: id 2, 4, 5.',
        ),
        ('ForeignKeyConstraint(["n"], ["u.id"])', 'check "every n of t is in u" found 2 rows: id 1, 3.'),
        ('ForeignKeyConstraint(["n"], ["t.id"])', 'check "every n of t is in t" found 1 row: id 3.'),
        ('CheckConstraint("n < 5", name="n")', 'check "no row of t breaks ck_t_n" found 1 row: id 3.'),
    ],
)
def test_rows_that_would_be_refused_are_named_before_anything_is_touched(
    developer: Developer, more: str, said: str
) -> None:
    developer.begin(models())
    developer.project.database.execute(ROWS)
    developer.models(models(more))
    before = developer.catalogue()
    developer.generate()
    done = developer.project.alembic("upgrade", "head")
    assert done.returncode == 1
    assert f"002_change.py: {said}" in done.stderr
    assert developer.catalogue() == before


def test_null_is_asked_for_where_a_default_fills_the_column(developer: Developer) -> None:
    developer.begin(models())
    developer.project.database.execute(ROWS)
    developer.models(models('Column("key", Uuid, nullable=False, server_default=func.gen_random_uuid())'))
    structure, backfill, not_null = developer.generate()
    assert "checks" not in structure.read_text() + backfill.read_text()
    assert '"no row of t has NULL in key": "SELECT id FROM t WHERE key IS NULL"' in not_null.read_text()
    developer.project.upgrade("003")
    developer.project.database.execute("UPDATE t SET key = NULL WHERE id = 4")
    done = developer.project.alembic("upgrade", "head")
    assert 'check "no row of t has NULL in key" found 1 row: id 4.' in done.stderr


@pytest.mark.parametrize(
    "more",
    ['Index("ix", text("a COLLATE \\"C\\""), unique=True)', 'Column("v", ForeignKey("u.id"))', 'Index("ix", "a")'],
)
def test_nothing_is_asked_where_it_is_not_known_what_or_no_row_can_break_it(developer: Developer, more: str) -> None:
    developer.begin(models())
    developer.models(models(more))
    assert not any("checks =" in path.read_text() for path in developer.generate())


def test_rows_of_a_table_without_a_key_are_counted(developer: Developer) -> None:
    table = 'Table("t", metadata, Column("copies", Text){more})'
    developer.begin(table.format(more=""))
    developer.project.database.execute("INSERT INTO t VALUES ('x'), ('x'), ('y')")
    developer.models(table.format(more=', Index("ix", "copies", unique=True)'))
    developer.generate()
    done = developer.project.alembic("upgrade", "head")
    assert 'check "no two rows of t have the same copies" found 1 row. ' in done.stderr
