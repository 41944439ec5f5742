"""Alembic's private names that this library uses: where, and in which version they were looked at."""

import re
from pathlib import Path

import alembic
import pytest
from alembic.config import CommandLine
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import Revision, RevisionMap

import alembic_rollout

CHECKED = ("1.20",)
PACKAGE = Path(alembic_rollout.__file__).parent
PRIVATE = re.compile(
    r"\b(?:context|alembic\.context|script|found|step|revision)\._(?!_)\w+|\bproxy\._\w+|_KWARGS_OPTS|_POSITIONAL_OPTS"
)


def test_this_version_of_alembic_is_one_that_was_checked() -> None:
    """Another one? Read the functions of alembic_private beside Alembic's source, then add the version here."""
    assert alembic.__version__.startswith(tuple(f"{version}." for version in CHECKED))


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (ScriptDirectory, "_upgrade_revs"),
        (CommandLine, "_KWARGS_OPTS"),
        (CommandLine, "_POSITIONAL_OPTS"),
        (CommandLine, "_generate_args"),
        (EnvironmentContext, "_remove_proxy"),
    ],
)
def test_each_private_name_is_there(owner: type, name: str) -> None:
    assert hasattr(owner, name)


def test_a_migration_context_keeps_its_own_transaction_under_that_name() -> None:
    assert MigrationContext.configure(dialect_name="postgresql")._transaction is None


def test_a_revision_keeps_its_resolved_dependencies_under_that_name() -> None:
    tree = RevisionMap(lambda: [Revision("001", None), Revision("002", None, dependencies="001")])

    second = tree.get_revision("002")

    assert second is not None
    assert second._resolved_dependencies == ("001",)


def test_no_other_module_uses_a_private_name_of_alembic() -> None:
    others = [path for path in PACKAGE.rglob("*.py") if path.name != "alembic_private.py"]
    assert {path.name: found for path in others if (found := PRIVATE.findall(path.read_text()))} == {}
