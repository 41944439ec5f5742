"""Columns of tables in use: added, changed, removed."""

import pytest

from autogenerate.cases import a_table_each
from autogenerate.developer import Developer


def table(*columns: str, name: str = "t") -> str:
    parts = ", ".join(['Column("id", Integer, primary_key=True)', *columns])
    return f'Table("{name}", metadata, {parts})\n'


@pytest.fixture
def with_rows(developer: Developer) -> Developer:
    """A developer whose table `t` has a column `a` and rows, one of them with NULL there."""
    developer.begin(table('Column("a", Text)'))
    developer.project.database.execute("INSERT INTO t (a) VALUES ('x'), (NULL)")
    return developer


def tables(columns: list[str]) -> str:
    return a_table_each(lambda column: table(*filter(None, [column]), name="t#"), columns)


def test_columns_that_are_filled_at_once_are_one_revision(developer: Developer) -> None:
    columns = [
        'Column("b", Text)',
        'Column("b", Text, comment="what \'b\' is")',
        'Column("b", Text, nullable=False, server_default="x")',
        "Column(\"b\", Text, nullable=False, server_default=text(\"'it''s'\"))",
        'Column("b", DateTime(timezone=True), nullable=False, server_default=text("now()"))',
        'Column("b", JSONB, nullable=False, server_default=text("\'{}\'::jsonb"))',
        'Column("b", Boolean, nullable=False, server_default=text("false"))',
        'Column("b", ARRAY(Text))',
    ]
    developer.begin(tables([""] * len(columns)))
    for number in range(len(columns)):
        developer.project.database.execute(f"INSERT INTO t{number} VALUES (1)")  # noqa: S608 - names of the tests
    assert list(developer.change(tables(columns))) == ["002_change.py"]


def test_a_default_that_differs_by_row_is_filled_in_batches(with_rows: Developer) -> None:
    column = 'Column("b", Uuid, nullable=False, server_default=text("gen_random_uuid()"))'
    files = with_rows.change(table('Column("a", Text)', column))
    assert list(files) == ["002_change.py", "003_change_backfill.py", "004_change_not_null.py"]
    assert with_rows.project.database.scalar("SELECT count(DISTINCT b) FROM t") == 2


def test_a_required_column_asks_for_its_value_and_nothing_else(with_rows: Developer) -> None:
    before = with_rows.catalogue()
    with_rows.models(table('Column("a", Text)', 'Column("b", Text, nullable=False)'))
    written = with_rows.generate()
    assert [path.name for path in written] == ["002_change.py", "003_change_backfill.py", "004_change_not_null.py"]
    lint = with_rows.project.rollout("lint")
    assert lint.returncode == 4
    assert "003_change_backfill.py:" in lint.stdout, lint.stdout
    assert "value-to-fill-in" in lint.stdout, lint.stdout
    refused = with_rows.project.alembic("upgrade", "head")
    assert refused.returncode == 4, "the start refuses it too"
    for path in written:
        path.write_text(path.read_text().replace("FILL_IN_A_VALUE", "coalesce(a, 'none')"))
    with_rows.prove(written, before)
    assert with_rows.project.database.rows("SELECT b FROM t ORDER BY id") == [("x",), ("none",)]


def test_a_row_that_the_previous_release_inserts_after_the_backfill_is_filled_before_not_null(
    with_rows: Developer,
) -> None:
    with_rows.models(table('Column("a", Text)', 'Column("b", Text, nullable=False)'))
    for path in with_rows.generate():
        path.write_text(path.read_text().replace("FILL_IN_A_VALUE", "'-'"))
    with_rows.project.upgrade("003")
    with_rows.project.database.execute("INSERT INTO t (a) VALUES ('late')")
    with_rows.project.upgrade()
    assert with_rows.project.database.scalar("SELECT b FROM t WHERE a = 'late'") == "-"


def test_not_null_of_a_column_with_a_default_is_filled_with_it(with_rows: Developer) -> None:
    files = with_rows.change(table('Column("a", Text, nullable=False, server_default="x")'))
    assert list(files) == ["002_change.py", "003_change_backfill.py", "004_change_not_null.py"]
    assert with_rows.project.database.rows("SELECT a FROM t ORDER BY id") == [("x",), ("x",)]


def test_changes_of_the_catalogue_alone_are_made_in_place(developer: Developer) -> None:
    changes = [
        ('Column("b", Text, nullable=False)', 'Column("b", Text)'),
        ('Column("b", Text)', 'Column("b", Text, server_default="x")'),
        ('Column("b", Text, server_default="x")', 'Column("b", Text, server_default="y")'),
        ('Column("b", Text, server_default="x")', 'Column("b", Text)'),
        ('Column("b", Text)', 'Column("b", Text, comment="b")'),
        ('Column("b", Text, comment="b")', 'Column("b", Text)'),
        ('Column("b", String(20))', 'Column("b", String(40))'),
        ('Column("b", String(20))', 'Column("b", String)'),
        ('Column("b", String(20))', 'Column("b", Text)'),
        ('Column("b", Numeric(8, 2))', 'Column("b", Numeric(10, 2))'),
        ('Column("b", Numeric(8, 2))', 'Column("b", Numeric)'),
        ('Column("b", Integer, Identity())', 'Column("b", Integer, Identity(start=5, increment=2))'),
    ]
    developer.begin(tables([before for before, _ in changes]))
    files = developer.change(tables([after for _, after in changes]))
    assert list(files) == ["002_change.py", "003_change_contract.py"]
    assert "lint: 2 revisions: no findings.\n" in developer.said


def test_a_longer_column_with_a_check_is_no_change_of_the_catalogue_alone(developer: Developer) -> None:
    check = """CheckConstraint("b <> ''", name="filled")"""
    developer.begin(table('Column("b", String(20))', check))
    developer.models(table('Column("b", String(40))', check))
    (contract,) = developer.generate()
    assert 'phase = "contract"' in contract.read_text()
    assert "constraint ck_t_filled on table t depends on it. Accept" in developer.said


def test_a_column_may_be_null_when_its_identity_is_gone(developer: Developer) -> None:
    developer.begin(table('Column("b", Integer, Identity())'))
    [text] = developer.change(table('Column("b", Integer)')).values()
    assert text.index("DROP IDENTITY") < text.index("nullable=True")
    assert 'phase = "contract"' in text


def test_a_column_gets_an_identity_when_no_value_is_null(developer: Developer) -> None:
    developer.begin(table('Column("b", Integer)'))
    developer.project.database.execute("INSERT INTO t (id) VALUES (1)")
    before = developer.catalogue()
    developer.models(table('Column("b", Integer, Identity())'))
    written = developer.generate()
    for path in written:
        path.write_text(path.read_text().replace("FILL_IN_A_VALUE", "id"))
    developer.prove(written, before)
    assert "GENERATED BY DEFAULT AS IDENTITY" in written[-1].read_text()


def test_removed_columns_go_in_a_contract_revision_and_are_restored(developer: Developer) -> None:
    columns = [
        'Column("b", Text)',
        'Column("b", Text, nullable=False)',
        'Column("b", Integer, nullable=False, server_default=text("7"))',
        'Column("b", Text, index=True)',
        'Column("b", Text, unique=True)',
        'Column("b", Text, comment="b")',
        'Column("b", ForeignKey("t#.id"))',
        'Column("b", Integer, Computed("id * 2", persisted=True))',
        'Column("b", Integer, Identity())',
    ]
    developer.begin(tables(columns))
    for number, column in enumerate(columns):
        if "nullable=False)" not in column:
            developer.project.database.execute(f"INSERT INTO t{number} (id) VALUES (1)")  # noqa: S608 - as above
    files = developer.change(tables([""] * len(columns)))
    name, text = list(files.items())[-1]
    assert name.endswith("_contract.py")
    assert 'phase = "contract"' in text
    for number in range(len(columns)):
        assert f'op.drop_column("t{number}", "b")' in text


def test_inserts_of_the_new_release_succeed_before_a_required_column_is_dropped(developer: Developer) -> None:
    developer.begin(table('Column("b", Text, nullable=False)'))
    developer.models(table())
    developer.generate()
    developer.project.upgrade("002")
    developer.project.database.execute("INSERT INTO t DEFAULT VALUES")
    developer.project.upgrade()
    assert developer.project.alembic("downgrade", "001").returncode == 0


def test_what_rewrites_the_table_is_said_and_not_accepted(with_rows: Developer) -> None:
    with_rows.models(table('Column("a", Text)', 'Column("b", Integer, Computed("id * 2", persisted=True))'))
    with_rows.generate()
    assert "rewrites the table under ACCESS EXCLUSIVE" in with_rows.said
    [text] = [path.read_text() for path in with_rows.project.versions.glob("002*.py")]
    assert "Blocks reads or writes while PostgreSQL reads or rewrites a table" in text
    assert "milliseconds" not in text
    assert "adding-field-with-default" in with_rows.said
