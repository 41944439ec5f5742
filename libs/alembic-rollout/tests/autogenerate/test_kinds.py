"""Kinds of changes that cross others: a name that two kinds of objects share, a key that is made for another table."""

import pytest

from autogenerate.developer import Developer

LONG = "n" * 62 + "x"
"""As long as PostgreSQL's names can be: 63 bytes."""
VECTORS = "from pgvector.sqlalchemy import HALFVEC, Vector\n"


def table(*parts: str, name: str = "t") -> str:
    columns = ", ".join(
        ('Column("id", Integer, primary_key=True)', 'Column("a", Text)', 'Column("n", Integer)', *parts)
    )
    return f'Table("{name}", metadata, {columns})\n'


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        ('UniqueConstraint("a", name="same")', 'Index("same", "a", unique=True)'),
        ('Index("same", "a", unique=True)', 'UniqueConstraint("a", name="same")'),
        ('UniqueConstraint("a", name="same")', 'Index("same", "a")'),
        ('Index("same", "a")', 'UniqueConstraint("a", name="same")'),
        ('UniqueConstraint("a", name="same")', 'Index("same", "n", unique=True)'),
        ('CheckConstraint("n > 0", name=conv("same"))', 'UniqueConstraint("a", name="same")'),
        ('UniqueConstraint("a", name="same")', 'CheckConstraint("n > 0", name=conv("same"))'),
        ('CheckConstraint("n > 0", name=conv("same"))', 'Index("same", "a")'),
        ('Index("same", "a")', 'CheckConstraint("n > 0", name=conv("same"))'),
    ],
)
def test_an_object_of_another_kind_takes_a_name(developer: Developer, former: str, wanted: str) -> None:
    conv = "from sqlalchemy.sql.naming import conv\n"
    developer.begin(conv + table(former))
    developer.project.database.execute("INSERT INTO t (a, n) VALUES ('x', 1), ('y', 2)")
    developer.change(conv + table(wanted))
    assert developer.project.database.scalar("SELECT count(*) FROM t") == 2


@pytest.mark.parametrize("unique", ['UniqueConstraint("n")', 'Index("ix", "n", unique=True)'])
def test_a_new_table_refers_to_a_column_that_becomes_unique_with_it(developer: Developer, unique: str) -> None:
    developer.begin(table())
    developer.project.database.execute("INSERT INTO t (n) VALUES (1), (2)")
    referring = 'Table("u", metadata, Column("id", Integer, primary_key=True), Column("t_n", ForeignKey("t.n")))\n'
    developer.change(table(unique) + referring)


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        ("", f'Index("{LONG}", "a")'),
        ("", f'UniqueConstraint("a", name="{LONG}")'),
        (f'Index("{LONG}", "a")', f'Index("{LONG}", "n")'),
        (f'UniqueConstraint("a", name="{LONG}")', f'UniqueConstraint("n", name="{LONG}")'),
        (f'Column("{LONG}", Text)', f'Column("{LONG}", Text, nullable=False, server_default="x")'),
        (f'Column("{LONG}", Integer, index=True)', f'Column("{LONG}", BigInteger, index=True)'),
        ("", f'Column("{LONG}", ForeignKey("t.id"))'),
        ("", f'Column("{LONG}", Enum("a", name="{LONG}"))'),
    ],
)
def test_names_may_be_as_long_as_postgresql_takes_them(developer: Developer, former: str, wanted: str) -> None:
    developer.begin(table(*filter(None, [former])))
    developer.change(table(wanted))


@pytest.mark.parametrize(
    "tables",
    [
        f'Table("{LONG}", metadata, Column("id", Integer, primary_key=True), Column("a", Text, unique=True))\n',
        f'Table("{LONG}", metadata, Column("id", Integer, primary_key=True), Column("a", ForeignKey("t.id")))\n',
    ],
)
def test_tables_too(developer: Developer, tables: str) -> None:
    developer.begin(table())
    developer.change(table() + tables)


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        ('Column("b", Integer, Identity(always=True))', 'Column("b", Integer, Identity())'),
        ('Column("b", Integer, Identity())', 'Column("b", Integer, nullable=False)'),
    ],
)
def test_an_identity_that_comes_or_goes_is_written(developer: Developer, former: str, wanted: str) -> None:
    developer.begin(table(former))
    developer.change(table(wanted))


def test_a_column_that_may_be_null_becomes_an_identity_when_it_is_not_null(developer: Developer) -> None:
    developer.begin(table('Column("b", Integer)'))
    developer.project.database.execute("INSERT INTO t (n) VALUES (1)")
    before = developer.catalogue()
    developer.models(table('Column("b", Integer, Identity(always=True))'))
    written = developer.generate()
    for path in written:
        path.write_text(path.read_text().replace("FILL_IN_A_VALUE", "-id"))
    developer.prove(written, before)


def test_a_computed_expression_that_changes_is_said_not_to_be_written(developer: Developer) -> None:
    developer.begin(table('Column("b", Integer, Computed("n * 2", persisted=True))'))
    developer.models(table('Column("b", Integer, Computed("n * 3", persisted=True))'))
    done = developer.type()
    assert "Computed default on t.b cannot be modified" in done.stderr


def test_comments_of_tables_come_and_go(developer: Developer) -> None:
    developer.begin(table())
    developer.change(table('comment="it\'s a table"'))
    developer.change(table('comment="another"'))
    developer.change(table())


def test_two_changes_of_one_column_are_written_in_order(developer: Developer) -> None:
    developer.begin(table())
    developer.project.database.execute("INSERT INTO t (a, n) VALUES ('x', 1)")
    developer.change(
        'Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text, unique=True, comment="a",'
        ' server_default="d", nullable=False), Column("n", ForeignKey("t.id"), index=True))\n'
    )


@pytest.mark.parametrize("type_", ["Vector(3)", "HALFVEC(3)"])
def test_a_type_of_another_package_is_imported(developer: Developer, type_: str) -> None:
    developer.begin(VECTORS + table())
    column = f'Column("v", {type_})'
    files = developer.change(VECTORS + table(column))
    imported = "from pgvector.sqlalchemy import " + ("VECTOR" if "Vec" in type_ else "HALFVEC")
    assert imported in files["002_change.py"]
    files = developer.change(VECTORS + table())
    assert imported in files["003_change.py"]


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        ("", '"hnsw", postgresql_with={"m": 8, "ef_construction": 32}, postgresql_ops={"v": "vector_cosine_ops"}'),
        ('"hnsw", postgresql_ops={"v": "vector_l2_ops"}', '"hnsw", postgresql_ops={"v": "vector_cosine_ops"}'),
        (
            '"hnsw", postgresql_with={"m": 8}, postgresql_ops={"v": "vector_l2_ops"}',
            '"hnsw", postgresql_with={"m": 16}, postgresql_ops={"v": "vector_l2_ops"}',
        ),
        ("", '"ivfflat", postgresql_with={"lists": 10}, postgresql_ops={"v": "vector_ip_ops"}'),
    ],
)
def test_options_of_an_index_of_vectors_are_written(developer: Developer, former: str, wanted: str) -> None:
    def models(using: str) -> str:
        index = f'Index("ix", "v", postgresql_using={using})'
        return VECTORS + table('Column("v", Vector(3))', *([index] if using else []))

    developer.begin(models(former))
    developer.project.database.execute("INSERT INTO t (v) VALUES ('[1,2,3]')")
    files = developer.change(models(wanted))
    assert list(files) == ["002_change.py"]
    assert "create_index_concurrently" in files["002_change.py"]
