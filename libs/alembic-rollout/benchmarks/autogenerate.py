"""`alembic revision --autogenerate` beside plain Alembic's: one new column, in a database of many tables."""

import tempfile
from pathlib import Path

import alembic
from databases import new_database
from processes import Comparison, compare, run
from projects import make_project
from sqlalchemy import create_engine, pool

_MODELS = """
from sqlalchemy import (
    BigInteger, CheckConstraint, Column, DateTime, Index, MetaData, Numeric, String, Table, Text, text,
)

metadata = MetaData()
for number in range(1, {count} + 1):
    Table(
        f"t{{number:03d}}",
        metadata,
        Column("id", BigInteger, primary_key=True),
        Column("name", Text, nullable=False),
        Column("kind", String(20), nullable=False, server_default="plain"),
        Column("price", Numeric(10, 2)),
        Column("created_at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        CheckConstraint("kind IN ('plain', 'other')", name=f"ck_t{{number:03d}}_kind"),
        CheckConstraint("price >= 0", name=f"ck_t{{number:03d}}_price"),
        Index(f"ix_t{{number:03d}}_name", "name"),
    )
"""
_CHANGE = '\nmetadata.tables["t001"].append_column(Column("note", Text))\n'
_TEMPLATE = Path(alembic.__file__).parent / "templates/generic/script.py.mako"
_COMMAND = ("revision", "--autogenerate", "-m", "add note")
_FIRST = '''"""Begin with the tables that are there."""

revision = "001"
down_revision = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''


def one_column(tables: int, *, runs: int) -> Comparison:
    """Compare the command where one of so many tables, each with two checks and an index, gets a column."""
    with tempfile.TemporaryDirectory() as folder, new_database() as plain_url, new_database() as rollout_url:
        projects = [
            _project(Path(folder, "plain"), tables, rollout=False, url=plain_url),
            _project(Path(folder, "rollout"), tables, rollout=True, url=rollout_url),
        ]

        def clear() -> None:
            for project in projects:
                for path in (project / "migrations/versions").glob("*add_note.py"):
                    path.unlink()

        return compare(*projects, runs=runs, before=clear, command=_COMMAND)


def _project(folder: Path, tables: int, *, rollout: bool, url: str) -> Path:
    """Write a project whose database is at its head, and whose models have a column more."""
    make_project(folder, rollout=rollout, revisions=0, url=url)
    models = _MODELS.format(count=tables)
    names: dict[str, object] = {}
    exec(models, names)  # noqa: S102 - the text above
    engine = create_engine(url, poolclass=pool.NullPool)
    names["metadata"].create_all(engine)  # type: ignore[attr-defined] # a MetaData
    (folder / "migrations/versions/001_begin.py").write_text(_FIRST)
    (folder / "migrations/script.py.mako").write_text(_TEMPLATE.read_text())
    (folder / "models.py").write_text(models + _CHANGE)
    run(folder, "upgrade", "head")
    return folder
