"""Models and database agree right after a table was made, by its own revision or by `create_all`: for every type."""

from sqlalchemy import make_url

from autogenerate.cases import numbered
from autogenerate.developer import Developer
from autogenerate.every_type import CASES, CLASSES, NESTED, missing_arguments, missing_types

IMPORTS = """
import sqlalchemy as sa
from pgvector.sqlalchemy import Vector
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeDecorator
"""
_IS_CHECKED = "create_constraint=True"
"""Its check has one name, and SQLAlchemy writes none of an array."""


def models(cases: list[tuple[str, str]]) -> str:
    """Return a table for each case: a column, one with a default, and an array."""
    tables = "".join(
        numbered(f'Table("t#", metadata, {", ".join(columns(*case))})\n', number) for number, case in enumerate(cases)
    )
    return IMPORTS + CLASSES + tables


def columns(type_: str, default: str) -> list[str]:
    key = 'Column("id", Integer, primary_key=True)'
    filled = f'Column("filled", {type_}, server_default={default}, nullable=False)'
    if _IS_CHECKED in type_:
        return [key, filled]
    many = type_ if type_.partition("(")[0].endswith("ARRAY") else f"ARRAY({type_})"
    return [key, filled, f'Column("plain", {type_})', f'Column("many", {many})']


def test_the_cases_are_every_type_and_every_argument() -> None:
    assert missing_types() == set()
    assert missing_arguments() == set()


def test_what_a_revision_of_its_own_has_made_is_no_difference(developer: Developer) -> None:
    developer.begin("")
    developer.change(models(CASES + NESTED))


def test_what_create_all_has_made_is_no_difference(developer: Developer) -> None:
    developer.begin("")
    developer.models(models(CASES))
    script = (
        "import os, sqlalchemy, models; "
        'models.metadata.create_all(sqlalchemy.create_engine(os.environ["MIGRATION_DATABASE_URL"]))'
    )
    done = developer.project.run("-c", script, program="python")
    assert done.returncode == 0, done.stderr
    for driver in ("psycopg2", "psycopg"):
        url = make_url(developer.project.database.url).set(drivername=f"postgresql+{driver}")
        check = developer.project.alembic("check", MIGRATION_DATABASE_URL=url.render_as_string(hide_password=False))
        assert check.returncode == 0, check.stdout + check.stderr
        assert "jsonpath" not in check.stderr, "SQLAlchemy warns of types that it does not know"
