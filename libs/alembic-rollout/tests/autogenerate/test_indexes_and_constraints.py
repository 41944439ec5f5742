"""Indexes and constraints of tables in use: added, changed, removed."""

import pytest

from autogenerate.cases import a_table_each, numbered
from autogenerate.developer import Developer

COLUMNS = """
    Column("id", Integer, primary_key=True), Column("a", Text), Column("b", Text), Column("n", Integer),
"""


def table(*parts: str) -> str:
    other = 'Table("u", metadata, Column("id", Integer, primary_key=True))'
    return f'Table("t", metadata, {COLUMNS.strip()} {", ".join(parts)})\n{other}\n'


def tables(cases: list[str]) -> str:
    return a_table_each(lambda case: f'Table("t#", metadata, {COLUMNS.strip()} {case})\n', cases) + table()


INDEXES = [
    'Index("ix#", "a")',
    'Index("ix#", "a", "b")',
    'Index("ix#", "a", unique=True)',
    'Index("ix#", text("lower(a)"))',
    'Index("ix#", text("a DESC"), text("b"))',
    'Index("ix#", "a", postgresql_where=text("b IS NOT NULL"))',
    'Index("ix#", "a", postgresql_using="hash")',
    'Index("ix#", "a", postgresql_include=["b"])',
    'Index("ix#", "a", postgresql_with={"fillfactor": 70})',
    'Index("ix#", "a", postgresql_ops={"a": "text_pattern_ops"})',
    'Index("ix#", "a", unique=True, postgresql_nulls_not_distinct=True)',
    'Index("ix#", text("(a || b)"), postgresql_where=text("n > 5 AND a LIKE \'x%\'"))',
    'Index("ix#", text("(n::text)"))',
]
CHANGED_INDEXES = [(INDEXES[0], other) for other in INDEXES[1:]] + [
    ('Index("ix#", "a", postgresql_with={"fillfactor": 70})', 'Index("ix#", "a", postgresql_with={"fillfactor": 80})'),
    ('Index("ix#", text("lower(a)"))', 'Index("ix#", text("upper(a)"))'),
]
UNIQUE_CONSTRAINTS = [
    'UniqueConstraint("a")',
    'UniqueConstraint("a", "b", name="uq#")',
    'UniqueConstraint("a", deferrable=True, initially="DEFERRED")',
    'UniqueConstraint("a", postgresql_nulls_not_distinct=True)',
]
VALIDATED_CONSTRAINTS = [
    'ForeignKeyConstraint(["n"], ["u.id"])',
    'ForeignKeyConstraint(["n"], ["u.id"], ondelete="CASCADE", onupdate="CASCADE")',
    'ForeignKeyConstraint(["n"], ["u.id"], deferrable=True, initially="DEFERRED")',
    'ForeignKeyConstraint(["n"], ["t#.id"])',
    'CheckConstraint("n > 0", name="n")',
    "CheckConstraint(\"a IN ('it''s', '100%', 'a:b')\", name=\"n\")",
]
CHANGED_CONSTRAINTS = [
    ('CheckConstraint("n > 0", name="n")', 'CheckConstraint("n > 1", name="n")'),
    ('CheckConstraint("a IN (\'x\')", name="n")', "CheckConstraint(\"a IN ('x', 'y')\", name=\"n\")"),
    ('ForeignKeyConstraint(["n"], ["u.id"])', 'ForeignKeyConstraint(["n"], ["u.id"], ondelete="CASCADE")'),
    ('ForeignKeyConstraint(["n"], ["u.id"])', 'ForeignKeyConstraint(["n"], ["t#.id"])'),
    ('UniqueConstraint("a", name="uq#")', 'UniqueConstraint("a", "b", name="uq#")'),
]


def upgrades(files: dict[str, str]) -> str:
    """Return the upgrades of all files."""
    return "".join(text.partition("def downgrade")[0] for text in files.values())


def test_indexes_are_built_and_dropped_beside_the_traffic(developer: Developer) -> None:
    without = tables([""] * len(INDEXES))
    developer.begin(without)
    built = upgrades(developer.change(tables(INDEXES)))
    assert built.count("operations.create_index_concurrently(") == len(INDEXES)
    assert "op.create_index" not in built
    dropped = upgrades(developer.change(without))
    assert dropped.count("operations.drop_index_concurrently(") == len(INDEXES)
    assert "op.drop_index" not in dropped


def test_indexes_that_change_are_replaced_without_a_moment_without_one(developer: Developer) -> None:
    developer.begin(tables([former for former, _ in CHANGED_INDEXES]))
    text = upgrades(developer.change(tables([wanted for _, wanted in CHANGED_INDEXES])))
    for number in range(len(CHANGED_INDEXES)):
        assert numbered('RENAME TO ix#"', number) in text


@pytest.mark.parametrize(
    ("constraints", "revisions"), [(UNIQUE_CONSTRAINTS, 1), (VALIDATED_CONSTRAINTS, 2)], ids=["unique", "validated"]
)
def test_constraints_are_added_in_contract_revisions_and_removed_in_one(
    developer: Developer, constraints: list[str], revisions: int
) -> None:
    without = tables([""] * len(constraints))
    developer.begin(without)
    developer.project.database.execute("INSERT INTO u VALUES (1)")
    for number in range(len(constraints)):
        developer.project.database.execute(f"INSERT INTO t{number} (id, a, n) VALUES (1, 'a:b', 1)")  # noqa: S608
    files = developer.change(tables(constraints))
    assert all('phase = "contract"' in text for text in files.values())
    assert len(files) == revisions
    [text] = developer.change(without).values()
    assert 'phase = "contract"' in text


def test_constraints_that_change_are_replaced(developer: Developer) -> None:
    developer.begin(tables([former for former, _ in CHANGED_CONSTRAINTS]))
    developer.change(tables([wanted for _, wanted in CHANGED_CONSTRAINTS]))


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


@pytest.mark.parametrize("name", ['name="ex", ', ""])
def test_an_exclusion_constraint_goes_and_comes_back_as_it_was(developer: Developer, name: str) -> None:
    exclusion = f'ExcludeConstraint((Column("n"), "="), {name}using="btree", where=text("n > 5"), deferrable=True)'
    developer.begin(table(exclusion))
    developer.agree()
    developer.change(table())


def test_an_exclusion_constraint_without_a_name_gets_one(developer: Developer) -> None:
    developer.begin(table())
    developer.models(table('ExcludeConstraint((Column("n"), "="), using="btree")'))
    [path] = developer.generate()
    path.write_text(path.read_text() + '\naccepted = {"exclusion-build": "the table is empty"}\n')
    developer.project.upgrade()
    developer.agree()


def test_what_is_built_on_new_columns_alone_is_expand(developer: Developer) -> None:
    developer.begin(table())
    files = developer.change(table('Column("c", ForeignKey("u.id"))', 'CheckConstraint("c > 0", name="c")'))
    assert list(files) == ["002_change.py", "003_change_validation.py"]
    assert not any("phase =" in text for text in files.values())
