"""`alembic-rollout lint` over many revisions, and over one that is very long. No database is asked."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from projects import make_project

REVISIONS = 500
_LINT = str(Path(sys.executable).parent / "alembic-rollout")
_URL = "postgresql+psycopg2://owner@127.0.0.1:1/nowhere"
_NOT_NULL = """
revision = "{number:03d}"
down_revision = "{down:03d}"

from alembic import op


def upgrade() -> None:
    op.alter_column("t{down:03d}", "created_at", nullable=False)


def downgrade() -> None:
    op.alter_column("t{down:03d}", "created_at", nullable=True)
"""
_LONG = """
import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None


def upgrade() -> None:
    for number in range({tables}):
        columns = (sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))
        op.create_table(f"t{{number}}", *columns)
        op.create_index(f"ix_t{{number}}_name", f"t{{number}}", ["name"])


def downgrade() -> None:
    for number in reversed(range({tables})):
        op.drop_table(f"t{{number}}")
"""


def not_null_ratio(*, runs: int) -> float:
    """Return how much longer the linter takes where every tenth of 500 revisions has SET NOT NULL; median of pairs."""
    with tempfile.TemporaryDirectory() as folder:
        plain = make_project(Path(folder, "plain"), rollout=True, revisions=REVISIONS, url=_URL)
        other = make_project(Path(folder, "other"), rollout=True, revisions=REVISIONS, url=_URL)
        for number in range(10, REVISIONS + 1, 10):
            name = f"{number:03d}_create_t{number:03d}.py"
            text = _NOT_NULL.format(number=number, down=number - 1)
            (other / "migrations/versions" / name).write_text(text)
        _lint(plain)
        return median(_lint(other) / _lint(plain) for _ in range(runs))


def seconds(tables: int, *, runs: int) -> float:
    """Return how long the linter takes over one revision that makes so many tables, each with an index."""
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder, "long"), rollout=True, revisions=0, url=_URL)
        (project / "migrations/versions/001_many.py").write_text(_LONG.format(tables=tables))
        return median(_lint(project) for _ in range(runs))


def _lint(folder: Path) -> float:
    environment = {
        name: value for name, value in os.environ.items() if "ROLLOUT" not in name and "DATABASE_URL" not in name
    }
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - a fixed command
        [_LINT, "lint", "--all"], cwd=folder, env=environment, capture_output=True, check=False
    )
    if done.returncode not in (0, 4):  # 4: it has findings
        raise RuntimeError(f"alembic-rollout lint ended with {done.returncode}: {done.stderr.decode()}")
    return time.perf_counter() - started
