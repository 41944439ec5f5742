"""Kinds of changes that cross others: a name that two kinds of objects share, a key that is made for another table."""

import pytest

from autogenerate.cases import a_table_each
from autogenerate.developer import Developer

LONG = "n" * 61 + "#x"
"""As long as PostgreSQL's names can be: 63 bytes, with the case's number in place of `#`."""
VECTORS = "from pgvector.sqlalchemy import HALFVEC, Vector\n"


def table(*parts: str, name: str = "t") -> str:
    columns = ", ".join(
        ('Column("id", Integer, primary_key=True)', 'Column("a", Text)', 'Column("n", Integer)', *parts)
    )
    return f'Table("{name}", metadata, {columns})\n'


def tables(cases: list[str]) -> str:
    return a_table_each(lambda case: table(*filter(None, [case]), name="t#"), cases)


def test_objects_of_another_kind_take_a_name(developer: Developer) -> None:
    changes = [
        ('UniqueConstraint("a", name="same#")', 'Index("same#", "a", unique=True)'),
        ('Index("same#", "a", unique=True)', 'UniqueConstraint("a", name="same#")'),
        ('UniqueConstraint("a", name="same#")', 'Index("same#", "a")'),
        ('Index("same#", "a")', 'UniqueConstraint("a", name="same#")'),
        ('UniqueConstraint("a", name="same#")', 'Index("same#", "n", unique=True)'),
        ('CheckConstraint("n > 0", name=conv("same#"))', 'UniqueConstraint("a", name="same#")'),
        ('UniqueConstraint("a", name="same#")', 'CheckConstraint("n > 0", name=conv("same#"))'),
        ('CheckConstraint("n > 0", name=conv("same#"))', 'Index("same#", "a")'),
        ('Index("same#", "a")', 'CheckConstraint("n > 0", name=conv("same#"))'),
    ]
    conv = "from sqlalchemy.sql.naming import conv\n"
    developer.begin(conv + tables([former for former, _ in changes]))
    for number in range(len(changes)):
        developer.project.database.execute(f"INSERT INTO t{number} (a, n) VALUES ('x', 1), ('y', 2)")  # noqa: S608
    developer.change(conv + tables([wanted for _, wanted in changes]))
    for number in range(len(changes)):
        assert developer.project.database.scalar(f"SELECT count(*) FROM t{number}") == 2  # noqa: S608


@pytest.mark.parametrize("unique", ['UniqueConstraint("n")', 'Index("ix", "n", unique=True)'])
def test_a_new_table_refers_to_a_column_that_becomes_unique_with_it(developer: Developer, unique: str) -> None:
    developer.begin(table())
    developer.project.database.execute("INSERT INTO t (n) VALUES (1), (2)")
    referring = 'Table("u", metadata, Column("id", Integer, primary_key=True), Column("t_n", ForeignKey("t.n")))\n'
    developer.change(table(unique) + referring)


def test_names_may_be_as_long_as_postgresql_takes_them(developer: Developer) -> None:
    changes = [
        ("", f'Index("{LONG}", "a")'),
        ("", f'UniqueConstraint("a", name="{LONG}")'),
        (f'Index("{LONG}", "a")', f'Index("{LONG}", "n")'),
        (f'UniqueConstraint("a", name="{LONG}")', f'UniqueConstraint("n", name="{LONG}")'),
        (f'Column("{LONG}", Text)', f'Column("{LONG}", Text, nullable=False, server_default="x")'),
        (f'Column("{LONG}", Integer, index=True)', f'Column("{LONG}", BigInteger, index=True)'),
        ("", f'Column("{LONG}", ForeignKey("t#.id"))'),
        ("", f'Column("{LONG}", Enum("a", name="{LONG}"))'),
    ]
    developer.begin(tables([former for former, _ in changes]))
    new = [
        f'Table("{LONG}", metadata, Column("id", Integer, primary_key=True), Column("a", Text, unique=True))\n',
        f'Table("{LONG}", metadata, Column("id", Integer, primary_key=True), Column("a", ForeignKey("t#.id")))\n',
    ]
    wanted = tables([wanted for _, wanted in changes])
    developer.change(wanted + a_table_each(lambda text: text, new).replace("nnn", "mmm"))


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        ('Column("b", Integer, Identity(always=True))', 'Column("b", Integer, Identity())'),
        ('Column("b", Integer, Identity())', 'Column("b", Integer, nullable=False)'),
        ('Column("b", Integer, nullable=False, server_default="5")', 'Column("b", Integer, Identity(start=7))'),
        ('Column("b", Integer, Identity())', 'Column("b", Integer, nullable=False, server_default="5")'),
    ],
)
def test_an_identity_that_comes_or_goes_is_written(developer: Developer, former: str, wanted: str) -> None:
    developer.begin(table(former))
    developer.change(table(wanted))


@pytest.mark.parametrize("type_", ["Integer", "BigInteger"])
def test_a_serial_key_becomes_an_identity_that_goes_on_counting(developer: Developer, type_: str) -> None:
    database = developer.project.database
    developer.begin(f'Table("A t", metadata, Column("a b", {type_}, primary_key=True), Column("n", Integer))\n')
    insert = 'INSERT INTO "A t" (n) VALUES (1) RETURNING "a b"'
    assert [database.scalar(insert) for _ in range(2)] == [1, 2]
    [text] = developer.change(
        f'Table("A t", metadata, Column("a b", {type_}, Identity(), primary_key=True), Column("n", Integer))\n'
    ).values()
    assert 'phase = "contract"' in text
    assert database.scalar(insert) == 3


def test_a_key_keeps_its_identity_where_the_models_would_make_it_serial(developer: Developer) -> None:
    developer.begin('Table("t", metadata, Column("id", Integer, Identity(), primary_key=True))\n')
    developer.models('Table("t", metadata, Column("id", Integer, primary_key=True))\n')
    developer.agree()


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


def test_options_of_an_index_of_vectors_are_written(developer: Developer) -> None:
    changes = [
        ("", '"hnsw", postgresql_with={"m": 8, "ef_construction": 32}, postgresql_ops={"v": "vector_cosine_ops"}'),
        ('"hnsw", postgresql_ops={"v": "vector_l2_ops"}', '"hnsw", postgresql_ops={"v": "vector_cosine_ops"}'),
        (
            '"hnsw", postgresql_with={"m": 8}, postgresql_ops={"v": "vector_l2_ops"}',
            '"hnsw", postgresql_with={"m": 16}, postgresql_ops={"v": "vector_l2_ops"}',
        ),
        ("", '"ivfflat", postgresql_with={"lists": 10}, postgresql_ops={"v": "vector_ip_ops"}'),
    ]

    def models(usings: list[str]) -> str:
        indexes = [f'Index("ix#", "v", postgresql_using={using})' if using else "" for using in usings]
        return VECTORS + tables([f'Column("v", Vector(3)), {index}' for index in indexes])

    developer.begin(models([former for former, _ in changes]))
    for number in range(len(changes)):
        developer.project.database.execute(f"INSERT INTO t{number} (v) VALUES ('[1,2,3]')")  # noqa: S608
    [(name, text)] = developer.change(models([wanted for _, wanted in changes])).items()
    assert name == "002_change.py"
    assert text.partition("def downgrade")[0].count("create_index_concurrently(") == len(changes)
