"""A service's folder as a later release has it: with one revision more."""

import shutil
from pathlib import Path

from stack.services.service import Service

VERSIONS = "app/db/migrations/versions"

_REVISION = '''"""{title}."""

from alembic import op

revision = "{number}"
down_revision = "{before}"
phase = "{phase}"
accepted = {{"one-transaction": "a test", "contract-without-expand": "a test"}}


def upgrade() -> None:
    op.execute("{statement}")


def downgrade() -> None:
    op.execute("SELECT 1")
'''


def later_release(service: Service, folder: Path, *, phase: str, statement: str) -> Path:
    """Copy a service's folder and add a revision to it.

    Args:
        service: which one.
        folder: where the copy goes.
        phase: of the revision, expand or contract.
        statement: what it runs.
    """
    copy = folder / service.folder_name
    ignored = shutil.ignore_patterns(".venv", ".env", "tests", ".*_cache", ".hypothesis", "__pycache__")
    shutil.copytree(service.folder, copy, ignore=ignored)
    versions = copy / VERSIONS
    before = max(path.name[:3] for path in versions.glob("[0-9]*.py"))
    number = f"{int(before) + 1:03d}"
    text = _REVISION.format(
        title="A revision of a test", number=number, before=before, phase=phase, statement=statement
    )
    (versions / f"{number}_of_a_test.py").write_text(text)
    return copy
