"""One command writes a chain of revisions, each of one kind, in order, named after the message."""

import re

from autogenerate.developer import Developer

BEFORE = """
    Table("tags", metadata, Column("id", Integer, primary_key=True), Column("name", Text))
    Table("people", metadata, Column("id", Integer, primary_key=True), Column("old", Text, nullable=False))
"""
AFTER = """
    Table(
        "tags", metadata, Column("id", Integer, primary_key=True), Column("name", Text, unique=True),
        Column("color", Text, index=True), Column("person_id", ForeignKey("people.id")),
        Column("label_id", ForeignKey("labels.id")),
        CheckConstraint("length(name) < 100", name="name"),
    )
    Table("people", metadata, Column("id", Integer, primary_key=True), Column("age", Integer))
    Table("labels", metadata, Column("id", Integer, primary_key=True), Column("text", Text, index=True, unique=True))
"""


def test_each_kind_has_a_revision_of_its_own_in_the_order_of_safety(developer: Developer) -> None:
    developer.begin(BEFORE)
    files = developer.change(AFTER, "add tags")
    assert list(files) == [
        "002_add_tags.py",
        "003_add_tags_indexes.py",
        "004_add_tags_unique.py",
        "005_add_tags_constraints.py",
        "006_add_tags_validation.py",
        "007_add_tags_contract.py",
    ]
    phases = [re.findall(r'^phase = "(\w+)"$', text, re.MULTILINE) for text in files.values()]
    assert phases == [[], [], ["contract"], ["contract"], ["contract"], ["contract"]]
    assert "op.create_index(" in files["002_add_tags.py"], "a new table's own index is plain"
    assert "postgresql_not_valid=True" in files["005_add_tags_constraints.py"]
    assert "UNIQUE USING INDEX" in files["004_add_tags_unique.py"]


def test_a_change_of_one_kind_is_one_revision_under_the_message(developer: Developer) -> None:
    developer.begin('Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text))')
    files = developer.change(
        'Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text, index=True))'
    )
    assert list(files) == ["002_change.py"]


def test_nothing_to_write_is_said_and_no_file_is_written(developer: Developer) -> None:
    developer.begin('Table("t", metadata, Column("id", Integer, primary_key=True))')
    assert developer.generate() == []
    assert "Models and database agree: no revision was written." in developer.said


def test_the_summary_says_files_phases_locks_what_is_left_and_what_the_linter_says(developer: Developer) -> None:
    developer.begin('Table("t", metadata, Column("id", Integer, primary_key=True))')
    developer.models('Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text, nullable=False))')
    developer.generate("add a")
    said = re.sub(r" +", " ", developer.said)
    assert "migrations/versions/002_add_a.py expand t: ACCESS EXCLUSIVE" in said
    assert "migrations/versions/003_add_a_backfill.py expand t: ROW EXCLUSIVE" in said
    assert "migrations/versions/004_add_a_not_null.py contract t: ACCESS EXCLUSIVE" in said
    assert "003_add_a_backfill.py: write the value of t.a for rows that have none" in said
    assert "lint: 3 revisions: 2 findings." in said
