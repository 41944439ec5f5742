"""A renamed column, as the developer says it is: no value is lost, and two releases can write."""

import pytest

from autogenerate.developer import Developer


def table(column: str) -> str:
    return f'Table("t", metadata, Column("id", Integer, primary_key=True), {column})\n'


def renamed(developer: Developer) -> list[str]:
    """Generate with the option, and prove what was written; return the files' names."""
    before = developer.catalogue()
    written = developer.rename("t.first=given")
    developer.prove(written, before)
    return [path.name for path in written]


@pytest.mark.parametrize("rest", ["Text)", "String(20), nullable=False)", 'Text, server_default="x")'])
def test_a_column_is_renamed_by_expand_backfill_and_contract(developer: Developer, rest: str) -> None:
    developer.begin(table(f'Column("first", {rest}'))
    developer.project.database.execute("INSERT INTO t (first) VALUES ('a'), ('b')")
    developer.models(table(f'Column("given", {rest}'))
    names = renamed(developer)
    assert names[0] == "002_rename.py"
    assert names[-1].endswith("_rename_contract.py")
    assert developer.project.database.rows("SELECT given FROM t ORDER BY id") == [("a",), ("b",)]


def test_either_release_writes_its_own_name_meanwhile(developer: Developer) -> None:
    developer.begin(table('Column("first", Text)'))
    developer.models(table('Column("given", Text)'))
    developer.rename("t.first=given")
    developer.project.upgrade("003")
    database = developer.project.database
    database.execute("INSERT INTO t (first) VALUES ('old'); INSERT INTO t (given) VALUES ('new')")
    database.execute(
        "UPDATE t SET given = 'newer' WHERE given = 'new'; UPDATE t SET first = 'older' WHERE first = 'old'"
    )
    assert database.rows("SELECT first, given FROM t ORDER BY id") == [("older", "older"), ("newer", "newer")]


def test_a_rename_that_names_nothing_is_one_line_and_writes_nothing(developer: Developer) -> None:
    developer.begin(table('Column("first", Text)'))
    developer.models(table('Column("given", Text)'))
    for text, said in {
        "t.first=nothing": "the models do not add t.nothing. Correct the column's name",
        "t.nothing=given": "the models do not drop t.nothing. Correct the column's name",
        "u.first=given": "no column of a table u comes or goes. Those with columns that come or go: t. Correct",
        "first": "write --rename TABLE.OLD=NEW",
        "first=given": "first",
    }.items():
        done = developer.project.rollout("revision", "--autogenerate", "--rename", text)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1, done.stderr
        assert said in done.stderr
    assert [path.name for path in developer.project.versions.glob("*.py")] == ["001_begin.py"]


def test_a_drop_and_an_add_of_one_type_say_how_to_call_it_a_rename(developer: Developer) -> None:
    developer.begin(table('Column("first", Text)'))
    developer.models(table('Column("given", Text)'))
    developer.generate()
    assert "alembic-rollout revision --autogenerate --rename t.first=given" in developer.said


def test_several_of_them_are_one_line(developer: Developer) -> None:
    columns = "metadata, Column('id', Integer, primary_key=True), "
    developer.begin(f"Table('t', {columns} Column('a', Text), Column('b', Text))\n")
    developer.models(f"Table('t', {columns} Column('c', Text), Column('d', Text))\n")
    developer.generate()
    [line] = [line for line in developer.said.replace("\n", " ").split("If ") if "under another name" in line]
    assert line.startswith("c or d of t is a or b")
    assert "--rename t.OLD=NEW" in line


def test_a_drop_and_an_add_of_different_types_say_nothing_of_a_rename(developer: Developer) -> None:
    developer.begin(table('Column("first", Text)'))
    developer.models(table('Column("count", Integer)'))
    developer.generate()
    assert "rename=" not in developer.said


def test_alembics_own_command_takes_a_rename_as_x_argument(developer: Developer) -> None:
    developer.begin(table('Column("first", Text)'))
    developer.models(table('Column("given", Text)'))
    done = developer.project.alembic("-x", "rename=t.first=given", "revision", "--autogenerate", "-m", "rename")
    assert done.returncode == 0, done.stderr
    assert "expand_rename" in (developer.project.versions / "002_rename.py").read_text()


def test_a_rename_without_a_comparison_is_refused(developer: Developer) -> None:
    done = developer.project.rollout("revision", "--rename", "t.first=given", "-m", "rename")
    assert done.returncode == 2
    assert "it needs --autogenerate" in done.stderr


def test_the_verb_takes_the_options_of_alembics_command(developer: Developer) -> None:
    done = developer.project.rollout("revision", "-m", "empty", "--rev-id", "abc", "--head", "base")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in developer.project.versions.glob("*.py")] == ["abc_empty.py"]
