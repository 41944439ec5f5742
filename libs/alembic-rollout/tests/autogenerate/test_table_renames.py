"""A renamed table: the previous release works through a view under the former name, until the contract."""

import pytest

from autogenerate.developer import Developer

OTHER = 'Table("u", metadata, Column("id", Integer, primary_key=True), Column("t_id", ForeignKey("{}.id")))\n'


def tables(name: str, *more: str) -> str:
    parts = ", ".join(
        [
            'Column("id", Integer, Identity(), primary_key=True)',
            'Column("a", Text, nullable=False, server_default="x", unique=True)',
            'Column("n", Integer, index=True)',
            'CheckConstraint("n > 0", name="n")',
            *more,
        ]
    )
    return f'Table("{name}", metadata, {parts})\n' + OTHER.format(name)


@pytest.fixture
def expanded(developer: Developer) -> Developer:
    """A developer whose table `people` has become `persons`, the contract not applied yet."""
    developer.begin(tables("people"))
    developer.models(tables("persons"))
    developer.rename("people=persons")
    developer.project.upgrade("002")
    return developer


def test_a_table_is_renamed_with_its_constraints_and_indexes_and_keeps_its_rows(developer: Developer) -> None:
    developer.begin(tables("people"))
    developer.project.database.execute("INSERT INTO people (n) VALUES (1); INSERT INTO u (id, t_id) VALUES (1, 1)")
    before = developer.catalogue()
    developer.models(tables("persons"))
    written = developer.rename("people=persons")
    assert [path.name for path in written] == ["002_rename.py", "003_rename_contract.py"]
    assert "uses a view people" in developer.said
    developer.prove(written, before)
    assert developer.project.database.rows("SELECT id, a, n FROM persons") == [(1, "x", 1)]


def test_the_previous_release_reads_and_writes_through_the_view(expanded: Developer) -> None:
    database = expanded.project.database
    database.execute("INSERT INTO people (n) VALUES (1)")
    database.execute("INSERT INTO people (a, n) VALUES ('x', 2) ON CONFLICT (a) DO UPDATE SET n = excluded.n")
    database.execute("UPDATE people SET a = 'y' WHERE n = 2")
    assert database.rows("SELECT a, n FROM people FOR UPDATE") == [("y", 2)]
    assert database.rows("SELECT a, n FROM persons") == [("y", 2)]
    database.execute("DELETE FROM people")
    assert database.scalar("SELECT count(*) FROM persons") == 0


def test_the_view_has_the_rights_and_policies_of_its_user_not_of_its_owner(expanded: Developer) -> None:
    options = expanded.project.database.scalar("SELECT reloptions::text FROM pg_class WHERE relname = 'people'")
    assert options == "{security_invoker=true}"


def test_what_else_differs_is_found_under_the_new_name(developer: Developer) -> None:
    developer.begin(tables("people"))
    before = developer.catalogue()
    developer.models(tables("persons", 'Column("b", Text, index=True)'))
    written = developer.rename("people=persons")
    developer.prove(written, before)
    text = written[0].read_text()
    assert text.index("expand_table_rename") < text.index('op.add_column("persons"')


def test_a_table_and_a_column_are_renamed_at_once(developer: Developer) -> None:
    developer.begin(tables("people", 'Column("first", Text)'))
    before = developer.catalogue()
    developer.models(tables("persons", 'Column("given", Text)'))
    developer.prove(developer.rename("people=persons", "persons.first=given"), before)


def test_a_type_that_changes_with_the_table_is_one_line_and_writes_nothing(developer: Developer) -> None:
    developer.begin(tables("people", 'Column("b", String(20))'))
    developer.models(tables("persons", 'Column("b", Text)'))
    done = developer.project.rollout("revision", "--autogenerate", "--rename", "people=persons")
    assert done.returncode == 2
    assert "Rename the table first" in done.stderr
    assert [path.name for path in developer.project.versions.glob("*.py")] == ["001_begin.py"]


@pytest.mark.parametrize("text", ["people=nothing", "nothing=persons", "u=persons", "people=u"])
def test_a_rename_that_names_no_table_is_one_line_and_writes_nothing(developer: Developer, text: str) -> None:
    developer.begin(tables("people"))
    developer.models(tables("persons"))
    done = developer.project.rollout("revision", "--autogenerate", "--rename", text)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert [path.name for path in developer.project.versions.glob("*.py")] == ["001_begin.py"]
    assert developer.project.database.scalar("SELECT to_regclass('people') IS NOT NULL")
