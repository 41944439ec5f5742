"""Two projects with the same revisions: one as `alembic init` makes it, one that hands over to alembic-rollout."""

from pathlib import Path

_INI = """
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
path_separator = os
sqlalchemy.url = {url}

[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = WARNING
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""
# What `alembic init` writes (Alembic 1.20, the generic template), without its comments.
_PLAIN_ENV = """
from logging.config import fileConfig
from alembic import context
from sqlalchemy import engine_from_config, pool
from models import metadata

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name)
target_metadata = metadata


def run_migrations_online():
    connectable = engine_from_config(
        config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool
    )
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
"""
_ROLLOUT_ENV = """
from alembic_rollout import run
from models import metadata

run(metadata)
"""
_MODELS = """
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

metadata = MetaData()
for number in range(1, {count} + 1):
    columns = (Column("id", BigInteger, primary_key=True), Column("name", Text, nullable=False))
    Table(f"t{{number:03d}}", metadata, *columns)
"""
_REVISION = '''"""Create t{number:03d}."""

import sqlalchemy as sa
from alembic import op

revision = "{number:03d}"
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "t{number:03d}",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("ix_t{number:03d}_name", "t{number:03d}", ["name"])


def downgrade() -> None:
    op.drop_table("t{number:03d}")
'''


def make_project(folder: Path, *, rollout: bool, revisions: int, url: str) -> Path:
    """Write a project.

    Args:
        folder: where; it must not exist.
        rollout: True if it hands over to alembic-rollout.
        revisions: how many; each makes a table with an index.
        url: its database.
    """
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(_INI.replace("{url}", url.replace("%", "%%")))
    (folder / "migrations" / "env.py").write_text(_ROLLOUT_ENV if rollout else _PLAIN_ENV)
    (folder / "models.py").write_text(_MODELS.format(count=revisions))
    if rollout:
        (folder / "pyproject.toml").write_text('[project]\nname = "bench"\nversion = "1"\n')
    for number in range(1, revisions + 1):
        down = f"{number - 1:03d}" if number > 1 else None
        (versions / f"{number:03d}_create_t{number:03d}.py").write_text(_REVISION.format(number=number, down=down))
    return folder
