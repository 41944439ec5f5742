"""SQLAlchemy's private names that this library uses: where, and in which version they were looked at."""

import re
from pathlib import Path

import sqlalchemy as sa

import alembic_rollout
from alembic_rollout.comparison.sqlalchemy_private import is_created, sequences_of

CHECKED = ("2.1",)
PACKAGE = Path(alembic_rollout.__file__).parent
PRIVATE = re.compile(r"\._(?:sequences|ddl_if|create_rule|should_\w+)\b")


def test_this_version_of_sqlalchemy_is_one_that_was_checked() -> None:
    """Another one? Read the functions of sqlalchemy_private beside SQLAlchemy's source, then add the version here."""
    assert sa.__version__.startswith(tuple(f"{version}." for version in CHECKED))


def test_sequences_of_columns_and_of_the_metadata_are_found() -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer, sa.Sequence("of_column")))
    sa.Sequence("alone", metadata=metadata)
    assert {one.name for one in sequences_of(metadata)} == {"of_column", "alone"}


def test_what_postgresql_gets_is_told_from_what_another_database_gets() -> None:
    checked = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Boolean(create_constraint=True, name="native")),
        sa.Column("b", sa.Enum("x", native_enum=False, create_constraint=True, name="text")),
        sa.CheckConstraint("a", name="elsewhere").ddl_if(dialect="mysql"),
        sa.CheckConstraint("a", name="here").ddl_if(dialect="postgresql"),
    )
    created = {str(one.name) for one in checked.constraints if one.name and is_created(one)}
    assert created == {"text", "here"}
    assert is_created(sa.Index("one", checked.c.a))
    assert not is_created(sa.Index("other", checked.c.a).ddl_if(dialect="sqlite"))


def test_no_other_module_uses_a_private_name_of_sqlalchemy() -> None:
    others = [path for path in PACKAGE.rglob("*.py") if path.name != "sqlalchemy_private.py"]
    assert {path.name: found for path in others if (found := PRIVATE.findall(path.read_text()))} == {}
