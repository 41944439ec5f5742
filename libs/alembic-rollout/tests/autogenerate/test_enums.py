"""Enum types: new, on new and existing tables; labels that come and go; types that go."""

import pytest

from autogenerate.developer import Developer


def table(enum: str = "", name: str = "t") -> str:
    column = f', Column("mood", {enum})' if enum else ""
    return f'Table("{name}", metadata, Column("id", Integer, primary_key=True){column})\n'


@pytest.mark.parametrize("enum", ['Enum("ok", "it\'s", name="mood")', 'ARRAY(Enum("ok", "sad", name="mood"))'])
def test_a_new_type_comes_with_a_column_and_goes_with_it(developer: Developer, enum: str) -> None:
    developer.begin(table())
    files = developer.change(table(enum))
    assert list(files) == ["002_change.py"]
    files = developer.change(table())
    assert list(files) == ["003_change.py"]
    assert "DROP TYPE mood" in files["003_change.py"]


def test_a_new_type_on_two_new_tables_is_created_once_and_dropped_by_the_downgrade(developer: Developer) -> None:
    enum = 'Enum("ok", "sad", name="mood")'
    developer.begin(table())
    files = developer.change(table() + table(enum, "u") + table(enum, "v"))
    assert list(files) == ["002_change.py"]
    developer.change(table())


def test_a_label_is_added_in_its_place_before_what_uses_it(developer: Developer) -> None:
    developer.begin(table('Enum("a", "d", name="mood")'))
    developer.project.database.execute("INSERT INTO t (mood) VALUES ('a')")
    files = developer.change(table('Enum("0", "a", "b", "c", "d", "e", name="mood"), server_default="b"'))
    assert list(files) == ["002_change.py", "003_change_structure.py"]
    labels = developer.project.database.scalar("SELECT enum_range(NULL::mood)::text")
    assert labels == "{0,a,b,c,d,e}"


def test_a_removed_label_says_that_the_columns_are_rewritten(developer: Developer) -> None:
    developer.begin(table('Enum("a", "b", name="mood"), server_default="a"'))
    developer.project.database.execute("INSERT INTO t DEFAULT VALUES")
    before = developer.catalogue()
    developer.models(table('Enum("a", "c", name="mood"), server_default="a"'))
    written = developer.generate()
    assert [path.name for path in written] == ["002_change.py", "003_change_contract.py"]
    assert "PostgreSQL cannot remove a label of type mood" in developer.said
    assert "changing-column-type" in developer.said
    text = written[-1].read_text()
    written[-1].write_text(
        text.replace('phase = "contract"', 'phase = "contract"\naccepted = {"changing-column-type": "small"}')
    )
    developer.prove(written, before)
    assert developer.project.database.scalar("SELECT mood::text FROM t") == "a"


def test_a_label_is_renamed_in_a_contract_and_its_rows_and_default_with_it(developer: Developer) -> None:
    developer.begin(table('Enum("ok", "it\'s", name="mood"), server_default="it\'s"'))
    developer.project.database.execute("INSERT INTO t DEFAULT VALUES")
    before = developer.catalogue()
    developer.models(table('Enum("fine", "other", name="mood"), server_default="fine"'))
    done = developer.project.rollout("revision", "--autogenerate", "--rename", "mood.ok=fine", "-m", "wrong")
    assert done.returncode == 2
    assert "other labels of mood change too" in done.stderr
    developer.models(table('Enum("okay", "it\'s", name="mood"), server_default="it\'s"'))
    written = developer.rename("mood.ok=okay")
    assert [path.name for path in written] == ["002_rename.py"]
    assert 'phase = "contract"' in written[0].read_text()
    assert "rows have ok until the contract is applied, and okay afterwards" in developer.said
    developer.prove(written, before)


@pytest.mark.parametrize("default", ['"it\'s"', "text(\"'it''s'\")", "text(\"'it''s'::mood\")"])
def test_a_default_is_renamed_with_its_label(developer: Developer, default: str) -> None:
    developer.begin(table(f'Enum("ok", "it\'s", name="mood"), comment="how", server_default={default}'))
    developer.project.database.execute("INSERT INTO t DEFAULT VALUES")
    before = developer.catalogue()
    renamed = default.replace("it''s", "it''s not").replace("it's", "it's not")
    developer.models(table(f'Enum("ok", "it\'s not", name="mood"), comment="why", server_default={renamed}'))
    written = developer.rename("mood.it's=it's not")
    assert [path.name for path in written] == ["002_rename.py", "003_rename_contract.py"]
    assert "server_default" not in written[0].read_text()
    developer.prove(written, before)
    assert developer.project.database.scalar("SELECT mood::text FROM t") == "it's not"


@pytest.mark.parametrize("default", ['"{ok,sad}"', "text(\"ARRAY['ok', 'sad']::mood[]\")"])
def test_a_default_of_several_labels_is_renamed_with_one_of_them(developer: Developer, default: str) -> None:
    developer.begin(table(f'ARRAY(Enum("ok", "sad", name="mood")), server_default={default}'))
    before = developer.catalogue()
    developer.models(table(f'ARRAY(Enum("fine", "sad", name="mood")), server_default={default.replace("ok", "fine")}'))
    written = developer.rename("mood.ok=fine")
    assert [path.name for path in written] == ["002_rename.py"]
    developer.prove(written, before)


def test_another_default_that_becomes_the_new_label_is_refused(developer: Developer) -> None:
    developer.begin(table('Enum("ok", "sad", name="mood"), server_default="sad"'))
    developer.models(table('Enum("fine", "sad", name="mood"), server_default="fine"'))
    done = developer.project.rollout("revision", "--autogenerate", "--rename", "mood.ok=fine", "-m", "wrong")
    assert done.returncode == 2
    assert (
        "becomes fine too, and was not ok. Rename the label alone, and change the default in a release" in done.stderr
    )


def test_a_label_of_several_words_is_renamed(developer: Developer) -> None:
    developer.begin(table('Enum("not so-happy", name="mood")'))
    before = developer.catalogue()
    developer.models(table('Enum("quite sad", name="mood")'))
    written = developer.rename("mood.not so-happy=quite sad")
    assert "ALTER TYPE mood RENAME VALUE 'not so-happy' TO 'quite sad'" in written[0].read_text()
    developer.prove(written, before)


def test_a_label_that_is_not_there_cannot_be_renamed(developer: Developer) -> None:
    developer.begin(table('Enum("ok", name="mood")'))
    developer.models(table('Enum("okay", name="mood")'))
    done = developer.project.rollout("revision", "--autogenerate", "--rename", "mood.nothing=okay")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
