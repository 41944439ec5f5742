"""Every env.py imports alembic_rollout before the models, so that what fails in them ends in one line."""

import ast
from pathlib import Path

import pytest

from stack.paths import ROOT
from stack.services.service import known_services

FILES = (
    *(service.folder / "app/db/migrations/env.py" for service in known_services()),
    *sorted((ROOT / "docs/examples").rglob("env.py")),
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_is_imported_before_the_models(path: Path) -> None:
    modules = [node.module for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)]
    assert modules.index("alembic_rollout") < modules.index("app.db.base")
