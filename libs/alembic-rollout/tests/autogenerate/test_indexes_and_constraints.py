"""Indexes and constraints of tables in use: added, changed, removed."""

import pytest

from autogenerate.developer import Developer

COLUMNS = """
    Column("id", Integer, primary_key=True), Column("a", Text), Column("b", Text), Column("n", Integer),
"""


def table(*parts: str) -> str:
    other = 'Table("u", metadata, Column("id", Integer, primary_key=True))'
    return f'Table("t", metadata, {COLUMNS.strip()} {", ".join(parts)})\n{other}\n'


INDEXES = [
    'Index("ix", "a")',
    'Index("ix", "a", "b")',
    'Index("ix", "a", unique=True)',
    'Index("ix", text("lower(a)"))',
    'Index("ix", text("a DESC"), text("b"))',
    'Index("ix", "a", postgresql_where=text("b IS NOT NULL"))',
    'Index("ix", "a", postgresql_using="hash")',
    'Index("ix", "a", postgresql_include=["b"])',
    'Index("ix", "a", postgresql_with={"fillfactor": 70})',
    'Index("ix", "a", postgresql_ops={"a": "text_pattern_ops"})',
    'Index("ix", "a", unique=True, postgresql_nulls_not_distinct=True)',
    'Index("ix", text("(a || b)"), postgresql_where=text("n > 5 AND a LIKE \'x%\'"))',
    'Index("ix", text("(n::text)"))',
]
CONSTRAINTS = [
    'UniqueConstraint("a")',
    'UniqueConstraint("a", "b", name="uq")',
    'UniqueConstraint("a", deferrable=True, initially="DEFERRED")',
    'UniqueConstraint("a", postgresql_nulls_not_distinct=True)',
    'ForeignKeyConstraint(["n"], ["u.id"])',
    'ForeignKeyConstraint(["n"], ["u.id"], ondelete="CASCADE", onupdate="CASCADE")',
    'ForeignKeyConstraint(["n"], ["u.id"], deferrable=True, initially="DEFERRED")',
    'ForeignKeyConstraint(["n"], ["t.id"])',
    'CheckConstraint("n > 0", name="n")',
    "CheckConstraint(\"a IN ('it''s', '100%', 'a:b')\", name=\"n\")",
]


@pytest.mark.parametrize("index", INDEXES)
def test_an_index_is_built_and_dropped_beside_the_traffic(developer: Developer, index: str) -> None:
    developer.begin(table())
    files = developer.change(table(index))
    assert list(files) == ["002_change.py"]
    assert "operations.create_index_concurrently" in files["002_change.py"]
    files = developer.change(table())
    assert "operations.drop_index_concurrently" in files["003_change.py"]


@pytest.mark.parametrize(
    ("former", "wanted"),
    [(INDEXES[0], other) for other in INDEXES[1:]]
    + [
        (
            'Index("ix", "a", postgresql_with={"fillfactor": 70})',
            'Index("ix", "a", postgresql_with={"fillfactor": 80})',
        ),
        ('Index("ix", text("lower(a)"))', 'Index("ix", text("upper(a)"))'),
    ],
)
def test_an_index_that_changes_is_replaced_without_a_moment_without_one(
    developer: Developer, former: str, wanted: str
) -> None:
    developer.begin(table(former))
    files = developer.change(table(wanted))
    assert list(files) == ["002_change.py"]
    assert "RENAME TO ix" in files["002_change.py"]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_a_constraint_is_added_in_contract_revisions_and_removed_in_one(developer: Developer, constraint: str) -> None:
    developer.begin(table())
    developer.project.database.execute("INSERT INTO u VALUES (1); INSERT INTO t (id, a, n) VALUES (1, 'a:b', 1)")
    files = developer.change(table(constraint))
    assert all('phase = "contract"' in text for text in files.values())
    assert len(files) == (1 if "Unique" in constraint else 2)
    files = developer.change(table())
    (text,) = files.values()
    assert 'phase = "contract"' in text


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        ('CheckConstraint("n > 0", name="n")', 'CheckConstraint("n > 1", name="n")'),
        ('CheckConstraint("a IN (\'x\')", name="n")', "CheckConstraint(\"a IN ('x', 'y')\", name=\"n\")"),
        ('ForeignKeyConstraint(["n"], ["u.id"])', 'ForeignKeyConstraint(["n"], ["u.id"], ondelete="CASCADE")'),
        ('ForeignKeyConstraint(["n"], ["u.id"])', 'ForeignKeyConstraint(["n"], ["t.id"])'),
        ('UniqueConstraint("a", name="uq")', 'UniqueConstraint("a", "b", name="uq")'),
    ],
)
def test_a_constraint_that_changes_is_replaced(developer: Developer, former: str, wanted: str) -> None:
    developer.begin(table(former))
    developer.change(table(wanted))


def test_neither_release_is_refused_what_it_writes_while_a_check_changes(developer: Developer) -> None:
    developer.begin(table('CheckConstraint("n > 0", name="n")'))
    developer.models(table('CheckConstraint("n < 0", name="n")'))
    developer.generate()
    developer.project.upgrade("002")
    developer.project.database.execute("INSERT INTO t (n) VALUES (1), (-1)")


def test_an_exclusion_constraint_says_that_it_cannot_be_built_beside_traffic(developer: Developer) -> None:
    developer.begin(table())
    developer.models(table('ExcludeConstraint((Column("n"), "="), name="ex", using="btree")'))
    developer.generate()
    assert "cannot be built beside traffic" in developer.said
    assert "exclusion-build" in developer.said


def test_what_is_built_on_new_columns_alone_is_expand(developer: Developer) -> None:
    developer.begin(table())
    files = developer.change(table('Column("c", ForeignKey("u.id"))', 'CheckConstraint("c > 0", name="c")'))
    assert list(files) == ["002_change.py", "003_change_validation.py"]
    assert not any("phase =" in text for text in files.values())
