"""`alembic-rollout lint` over many revisions, and over one that is very long; over one that is pending."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from alembic.config import Config
from databases import new_database
from projects import make_project

from alembic_rollout.lint.known.live import catalogue_of
from alembic_rollout.lint.linter import lint_revisions
from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.project.rendering import Reader

REVISIONS = 500
_LINT = str(Path(sys.executable).parent / "alembic-rollout")
_ALEMBIC = str(Path(sys.executable).parent / "alembic")
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


def pending_milliseconds(tables: int, *, runs: int) -> float:
    """Return how long one pending revision is read and judged, beside a database with so many tables.

    Without the start of the two Python processes and their imports, which any command of Alembic has too.
    """
    with tempfile.TemporaryDirectory() as folder, new_database() as url:
        project = make_project(Path(folder, "pending"), rollout=True, revisions=tables, url=url)
        subprocess.run([_ALEMBIC, "upgrade", "head"], cwd=project, capture_output=True, check=True)  # noqa: S603 - a fixed command
        pending, last = f"{tables + 1:03d}", f"{tables:03d}"
        text = _NOT_NULL.format(number=tables + 1, down=tables).replace("created_at", "name")
        (project / f"migrations/versions/{pending}_next.py").write_text(text)
        sys.path.insert(0, str(project))
        environment = load_environment(Config(project / "alembic.ini"))
        return median(_pending(environment, pending, last) for _ in range(runs)) * 1000


def _pending(environment: Environment, pending: str, last: str) -> float:
    with Reader(environment) as reader:
        reader.read([last])  # the child has started, and has imported what it needs
        started = time.perf_counter()
        with environment.engine().connect() as connection:
            readings = reader.read([pending])
            lint_revisions(readings, environment.settings, environment.tree, known=lambda: catalogue_of(connection))
        return time.perf_counter() - started


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
